-- R17: a message that Telegram refuses is kept beside the parked updates, sealed with the same key. Its row has no letter, so
-- an older program offers to drop it and nothing else; update_id is then the negated id of the row in outbox.
alter table parked_update add column message bytea;

-- The message of the chat that is known to have no buttons: nothing has to be taken off it. It counts only while it is the
-- living screen's message_id: an older program that sends the next screen does not know this column.
alter table chat_screen add column bare_message_id bigint;
