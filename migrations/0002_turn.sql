-- What a turn keeps besides the business: dialogues, the marks of updates, messages on their way.
-- Technical tables: their rows are deleted when they have served (retention in promises G14).

create table chat_session (
    chat_id        bigint      not null,
    version        bigint      not null default 0,       -- of the living screen
    dialogue       jsonb       not null default '{}',
    user_id        bigint      references staff_user (id), -- whose dialogue it is
    menu           text,                                   -- digest of the command menu that was set
    unreachable_at timestamptz,                            -- the person has blocked the bot
    updated_at     timestamptz not null,
    constraint chat_session_pkey primary key (chat_id)
);

-- Kept by the courier alone, so that sending never waits for a turn and a turn never for sending.
create table chat_screen (
    chat_id    bigint not null,
    message_id bigint not null,
    constraint chat_screen_pkey primary key (chat_id)
);

-- R2: an update is done once; its row is written in the effect's own transaction.
create table seen_update (
    bot_id    bigint      not null,
    update_id bigint      not null,
    seen_at   timestamptz not null,
    constraint seen_update_pkey primary key (bot_id, update_id)
);
create index seen_update_age on seen_update (seen_at);

-- R6: messages are written with their effect and deleted when Telegram has them.
create table outbox (
    id         bigint generated always as identity,
    chat_id    bigint      not null,
    bulk       boolean     not null default false,
    payload    jsonb       not null,
    user_id    bigint      references staff_user (id), -- G5: whose rights the message rests on
    epoch      integer,                                -- and their epoch when it was written
    claimed_by integer     not null,                   -- the process that sends it, while it lives
    created_at timestamptz not null,
    constraint outbox_pkey primary key (id)
);
create index outbox_claim on outbox (claimed_by, id);

-- R10: updates that could not be handled, without what people typed (G9).
create table parked_update (
    id         bigint generated always as identity,
    bot_id     bigint      not null,
    update_id  bigint      not null,
    chat_id    bigint,
    kind       text        not null,
    code       text        not null, -- the short code that the person was given
    fault      text        not null,
    parked_at  timestamptz not null,
    settled_at timestamptz,
    settled_by bigint      references staff_user (id),
    constraint parked_update_pkey primary key (id)
);

grant select, insert, update, delete on chat_session, chat_screen, seen_update, outbox, parked_update to crmbot_app;
