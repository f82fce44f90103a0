-- G14: rows that the application's role may not delete (G12) are deleted by functions of the owner. Their periods stand here
-- and go by the server's clock, so that a stolen login can delete nothing else. Each call deletes at most as many rows as it is
-- told, so that none takes long.

-- Looks at phones: who has seen which, and found whom by digits of it.
create function delete_old_looks(most integer) returns bigint language sql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    with old as (
        select id from audit_event
         where action in ('view_phone', 'find_phone') and at < now() - interval '400 days' limit most
    ), gone as (
        delete from audit_event where id in (select id from old) returning 1
    )
    select count(*) from gone
$$;

-- Marks of what was announced once.
create function delete_old_marks(most integer) returns bigint language sql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    with gone as (
        delete from notice_sent where ctid = any (array(
            select ctid from notice_sent where sent_at < now() - interval '400 days' limit most)) returning 1
    )
    select count(*) from gone
$$;

-- Files that no contract or note has, nor a contract's past, nor a draft that is still open.
create function delete_orphan_files(most integer) returns bigint language sql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    with unused as materialized (
        select id from document
         where created_at < now() - interval '7 days'
           and not exists (select from contract where document_id = document.id)
           and not exists (select from note where attachment_id = document.id)
    ), orphan as (
        select id from unused
         where id not in (select document_id from document_use where document_id is not null)
           and not exists (
               select from chat_session
                where jsonb_path_exists(dialogue, '$.**.document[0] ? (@ == $id)', jsonb_build_object('id', unused.id)))
         limit most
    ), gone as (
        delete from document where id in (select id from orphan) returning 1
    )
    select count(*) from gone
$$;

-- Failed logins that programs before this schema's have counted.
create function delete_old_login_attempts(most integer) returns bigint language sql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    with gone as (
        delete from login_attempt where ctid = any (array(
            select ctid from login_attempt where last_at < now() - interval '30 days' limit most)) returning 1
    )
    select count(*) from gone
$$;

revoke all on function delete_old_looks(integer), delete_old_marks(integer), delete_orphan_files(integer),
    delete_old_login_attempts(integer) from public;
grant execute on function delete_old_looks(integer), delete_old_marks(integer), delete_orphan_files(integer),
    delete_old_login_attempts(integer) to crmbot_app;

-- How many clients' phones a user has looked at lately, and which of them today.
create index audit_event_look_actor_idx on audit_event (actor_id, at) where action in ('view_phone', 'find_phone');
create index audit_event_look_at_idx on audit_event (at) where action in ('view_phone', 'find_phone');
