-- A part of an e-mail finds its client; without an index every search in Latin letters would read all clients.
create index client_email_trgm_idx on client using gin (lower(email) gin_trgm_ops);
