-- R13: who is at work. A process that was killed loses its advisory lock at once; one that is merely stopped keeps it,
-- so it also has to be heard of. Time is the database's: the clocks of replicas differ.

create table process (
    id      integer     not null,
    beat_at timestamptz not null,
    constraint process_pkey primary key (id)
);

-- The one poller of a bot: whoever finds it silent takes its place. Two for a moment do no harm (R2).
create table poller (
    bot_id     bigint      not null,
    process_id integer     not null,
    beat_at    timestamptz not null,
    constraint poller_pkey primary key (bot_id)
);

grant select, insert, update, delete on process, poller to crmbot_app;
