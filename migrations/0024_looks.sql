-- J6: looks at clients' cards are entries of the log beside those at phones. A company says how many clients in an hour are
-- usual for one user, and whether cards may be forwarded and copied.
create table look_policy (
    id smallint constraint look_policy_pkey primary key default 1 constraint look_policy_one_row check (id = 1),
    clients_per_hour integer not null default 60
        constraint look_policy_clients_per_hour_range check (clients_per_hour between 1 and 10000),
    protect_cards boolean not null default false
);
insert into look_policy default values;
grant select on look_policy to crmbot_app;
grant update (clients_per_hour, protect_cards) on look_policy to crmbot_app;

-- The message that was sent as one that can be neither forwarded nor copied: Telegram keeps that for good, so a screen of the
-- other kind is a new message. An older program writes another message_id beside it, which is unprotected then.
alter table chat_screen add column protected_message_id bigint;

-- Looks at cards end with the others (G14).
create or replace function delete_old_looks(most integer) returns bigint language sql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    with old as (
        select id from audit_event
         where action in ('view_phone', 'find_phone', 'view_card') and at < now() - interval '400 days' limit most
    ), gone as (
        delete from audit_event where id in (select id from old) returning 1
    )
    select count(*) from gone
$$;

-- How many clients a user has looked at lately, and whether one of them is looked at for the first time today. What the indexes
-- of before served, of two kinds of looks, these serve too.
create index audit_event_looks_at_client_idx on audit_event (actor_id, entity_id, at)
    where action in ('view_phone', 'find_phone', 'view_card');
create index audit_event_looks_at_idx on audit_event (at) where action in ('view_phone', 'find_phone', 'view_card');
drop index audit_event_look_actor_idx, audit_event_look_at_idx;

-- C8: whether the user who has entered a client's phone since then may still correct it alone: no contract, no handover and no
-- touch of another user hangs on the client. A correction that was undone has entered nothing.
create function phone_is_own_entry(of_client bigint, by_user bigint, since timestamptz) returns boolean language sql stable as $$
    select coalesce((
               select actor_id = by_user and at >= since from audit_event entry
                where entity = 'client' and entity_id = of_client and action in ('create', 'revive', 'phone')
                  and not exists (select from audit_event undone where undone.undoes = entry.id)
                order by id desc limit 1), false)
           and not exists (select from contract where client_id = of_client and voided_at is null)
           and not exists (select from client_handover where client_id = of_client and withdrawn_at is null)
           and not exists (select from touch
                            where client_id = of_client and created_by <> by_user and voided_at is null)
$$;
