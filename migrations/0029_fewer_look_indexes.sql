-- One index of looks in place of three: each look is written into every one of them.

-- The oldest looks are those of the smallest ids, so that they need no index by time. Looks that were written out of order by the
-- clocks of several processes are deleted with the next ones.
create or replace function delete_old_looks(most integer) returns bigint language sql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    with oldest as (
        select id, at from audit_event where action in ('view_phone', 'find_phone', 'view_card') order by id limit most
    ), gone as (
        delete from audit_event where id in (select id from oldest where at < now() - interval '400 days') returning 1
    )
    select count(*) from gone
$$;

-- Whether a user has looked at a client today, and at how many within the hour, is read from one index alone. By time alone the looks
-- of all users were read for one user's.
create index audit_event_looks_of_idx on audit_event (actor_id, at, entity_id) include (action)
    where action in ('view_phone', 'find_phone', 'view_card');
-- No statement reads the looks at phones of one client apart from the others.
drop index audit_event_looks_at_client_idx, audit_event_looks_at_idx, audit_event_view_phone_idx;
