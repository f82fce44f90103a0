-- The language a person's Telegram speaks, heard with each of his messages: notices reach him in it too, unless he has chosen another.
alter table staff_user
    add column heard_language text constraint staff_user_heard_language_known check (heard_language in ('ru', 'en'));

-- Whose a file is: of a contract or a note, or of a contract's past, as the log has it after a replacement.
create view document_use as
select document_id, client_id from contract where document_id is not null
union
select attachment_id, client_id from note where attachment_id is not null
union
select (side.record ->> 'document')::bigint, contract.client_id
from audit_event event
join contract on event.entity = 'contract' and contract.id = event.entity_id
cross join lateral (values (event.before), (event.after)) side (record)
where side.record ->> 'document' is not null;
