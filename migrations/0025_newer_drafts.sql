-- R20: an older process leaves drafts of a newer one to it. Each process says which release it is; a program that does not is
-- the oldest.
alter table process add column release integer not null default 0;

-- The update was given to its process by an older one, which has not tried it.
alter table inbound_update add column handed boolean not null default false;
