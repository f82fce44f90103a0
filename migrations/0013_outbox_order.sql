-- R7: each message asks for the earlier ones of its chat. Rows come and go by the hundred a second; without an index the
-- question reads all that have gone since the last vacuum.
create index outbox_chat on outbox (chat_id, id) where not bulk;
