-- R16: attempts at an update are bounded over restarts. A row is written after a try that failed, and before the try of an
-- update that may have ended an earlier process.
create table update_attempt (
    bot_id     bigint      not null,
    update_id  bigint      not null,
    tries      integer     not null default 0, -- failed ones, counted only while the database took writes
    process_id integer     not null,           -- which process tried last
    trying     boolean     not null,           -- a try was marked before it began and has not ended
    suspicion  integer     not null default 0, -- processes that ended while they tried it; doubled where it was tried alone
    first_at   timestamptz not null,
    constraint update_attempt_pkey primary key (bot_id, update_id),
    constraint update_attempt_tries_not_negative check (tries >= 0)
);
create index update_attempt_age on update_attempt (first_at);

-- Whether a process is gone: it holds its advisory lock (the class of turn/presence.rs) as long as it runs.
create function process_has_ended(process integer) returns boolean language sql stable as $$
    select not exists (
        select from pg_locks
         where locktype = 'advisory' and classid = 1668443441 and objsubid = 2 and granted and objid::bigint = process
           and database = (select oid from pg_database where datname = current_database()))
$$;

-- Whether what a process has claimed is its own: it runs, and has been heard of within four seconds.
create function process_is_alive(process integer) returns boolean language sql stable as $$
    select not process_has_ended(process)
       and exists (select from process p where p.id = process and p.beat_at > now() - interval '4 seconds')
$$;

-- R1, R16: updates that are confirmed to Telegram before their turn is over, because it takes long or because too many of
-- their chat wait. The body is sealed with a key that is not in the database (G9); a row goes when its turn is over.
create table inbound_update (
    bot_id      bigint      not null,
    update_id   bigint      not null,
    lane        bigint      not null, -- the chat, or the update itself where it has none
    body        bytea       not null,
    claimed_by  integer     not null, -- the process that has it in its queues, while it lives
    adopted     boolean     not null default false, -- it is from a process that is gone, which may have tried it
    received_at timestamptz not null,
    constraint inbound_update_pkey primary key (bot_id, update_id)
);
create index inbound_update_lane on inbound_update (lane, update_id);

-- R16: files that a conversation waits for. The wait is committed with the update that brought the file; the bytes come
-- back to the conversation as an input of their own, whose mark is the deletion of this row (R2).
create table file_job (
    id         bigint generated always as identity,
    bot_id     bigint      not null,
    update_id  bigint      not null,
    chat_id    bigint      not null,
    letter     bytea       not null, -- sealed: the file and who waits for it
    claimed_by integer     not null,
    adoptions  integer     not null default 0, -- processes that ended while they fetched it
    created_at timestamptz not null,
    constraint file_job_pkey primary key (id)
);
create index file_job_age on file_job (created_at);

grant select, insert, update, delete on update_attempt, inbound_update, file_job to crmbot_app;
revoke all on function process_has_ended(integer), process_is_alive(integer) from public;
grant execute on function process_has_ended(integer), process_is_alive(integer) to crmbot_app;
