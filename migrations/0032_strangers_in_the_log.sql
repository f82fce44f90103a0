-- G14: the Telegram id of a stranger who has guessed at a login stays in the log for thirty days; that it was guessed stays.
create index audit_event_stranger_idx on audit_event (at) where action = 'login_failed' and after ? 'telegram_id';

create function forget_strangers(most integer) returns bigint language sql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    with forgotten as (
        update audit_event set after = after - 'telegram_id'
         where id = any (array(
            select id from audit_event event
             where action = 'login_failed' and after ? 'telegram_id' and at < now() - interval '30 days'
               and not exists (select from telegram_link l where l.telegram_id = (event.after ->> 'telegram_id')::bigint)
             order by at limit most)) returning 1
    )
    select count(*) from forgotten
$$;
revoke all on function forget_strangers(integer) from public;
grant execute on function forget_strangers(integer) to crmbot_app;
