-- R18: a process whose calls to Telegram have had no answer says so with its heartbeat. A process that does reach Telegram
-- then takes its polling and its claims.
alter table process add column deaf boolean not null default false;

create function process_is_deaf(process integer) returns boolean language sql stable as $$
    select exists (select from process p where p.id = process and p.deaf)
$$;

revoke all on function process_is_deaf(integer) from public;
grant execute on function process_is_deaf(integer) to crmbot_app;
