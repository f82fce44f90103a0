-- A hand-over is answered: accepted, declined, or withdrawn by its giver or an administrator. One at a time waits per client.
alter table client_handover
    add column declined_at timestamptz,
    add column decline_reason text constraint client_handover_decline_reason_length check (char_length(decline_reason) <= 300),
    add column withdrawn_at timestamptz,
    add column withdrawn_by bigint constraint client_handover_withdrawn_by_fkey references staff_user,
    add constraint client_handover_one_answer check (num_nonnulls(accepted_at, declined_at, withdrawn_at) <= 1),
    add constraint client_handover_reason_of_decline check (decline_reason is null or declined_at is not null),
    add constraint client_handover_withdrawn_whole check ((withdrawn_at is null) = (withdrawn_by is null));
create unique index client_handover_one_waiting on client_handover (client_id)
    where accepted_at is null and declined_at is null and withdrawn_at is null;
create index client_handover_waiting_idx on client_handover (to_id, id)
    where accepted_at is null and declined_at is null and withdrawn_at is null;
create index client_handover_withdrawn_by_idx on client_handover (withdrawn_by);
grant update (client_id, declined_at, decline_reason, withdrawn_at, withdrawn_by) on client_handover to crmbot_app;

-- What stands in place of earlier notices of a kind about a client, once the deed that they offered is done. The notices
-- that were sent are edited; this row is for one that another process is about to send, or that waits for its time.
create table amendment (
    chat_id    bigint      not null,
    kind       text        not null,
    client_id  bigint      not null,
    outbox_id  bigint      not null, -- it speaks of what was written before it
    markup     jsonb       not null,
    made_at    timestamptz not null,
    constraint amendment_pkey primary key (chat_id, kind, client_id)
);
create index amendment_age on amendment (made_at);
grant select, insert, update, delete on amendment to crmbot_app;

-- Quiet hours: a notice that waits for a time belongs to nobody until then.
alter table outbox add column due_at timestamptz;
