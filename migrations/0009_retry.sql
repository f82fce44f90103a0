-- R10: what is needed to try a parked update again, sealed with a key that is not in the database (G9).
alter table parked_update
    add column letter  bytea,
    add column retries integer not null default 0,
    add constraint parked_update_retries_not_negative check (retries >= 0);

-- R9: when the bot was last at work in any process. Telegram drops a tap after 150 s: those who were in the middle of
-- something during a longer silence are shown their screens anew, each once.
create table heartbeat (
    bot_id     bigint      not null,
    beat_at    timestamptz not null,
    resumed_at timestamptz,           -- the end of such a silence, until every screen was shown anew
    constraint heartbeat_pkey primary key (bot_id)
);

grant select, insert, update, delete on heartbeat to crmbot_app;
