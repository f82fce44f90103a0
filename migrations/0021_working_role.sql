-- What the working role may change, column by column (G12): which user made a row and when, hashes of invites, superusers and the
-- bytes of files stay as they were written. A lock of a whole table needs the right to change all of it, so that is gone too.
-- The program before changes no other columns under this role.
revoke update on staff_user, user_group, telegram_link, invite, login_attempt, service, ad, client, contract, document, follow_up
    from crmbot_app;
grant update (full_name, password_hash, active, language, heard_language, time_zone, quiet_from, quiet_to, muted_notices, version)
    on staff_user to crmbot_app;
grant update (voided_at, version) on user_group to crmbot_app;
grant update (unlinked_at) on telegram_link to crmbot_app;
grant update (used_at, used_by_telegram_id, revoked_at) on invite to crmbot_app;
grant update (failures, last_at) on login_attempt to crmbot_app;
grant update (title, description, price, archived_at, voided_at, version) on service to crmbot_app;
grant update (title, service_id, channel, budget, description, aliases, archived_at, voided_at, version) on ad to crmbot_app;
grant update (phone, phone_raw, last_name, first_name, middle_name, email, responsible_id, taken_at, lost_at, lost_reason, voided_at,
              merged_into, last_live_day, open_touch_id, version) on client to crmbot_app;
grant update (client_id, touch_id, title, service_id, amount, signed_on, starts_on, ends_on, note, document_id, terminated_on,
              termination_reason, voided_at, void_reason, version) on contract to crmbot_app;
grant update (client_id, owner_id, due_at, done_at, version) on follow_up to crmbot_app;

-- A person's rights change by triggers; the count itself is not the role's to set (G5).
alter function grow_epoch(bigint[]) security definer set search_path = public, pg_temp;
revoke all on function grow_epoch(bigint[]) from public;
grant execute on function grow_epoch(bigint[]) to crmbot_app;

-- The moment at which the server took an entry of the log, beside the moment that the program tells. Entries of before have
-- none. The role cannot write it.
alter table audit_event add column recorded_at timestamptz;
alter table audit_event alter column recorded_at set default now();
revoke insert on audit_event from crmbot_app;
grant insert (at, actor_id, action, entity, entity_id, before, after, reason, undoes) on audit_event to crmbot_app;

-- Whether the role that is at work may do what the owner of a table may.
create function owns(relation regclass) returns boolean language sql stable as $$
    select pg_has_role(current_user, relowner, 'usage') from pg_class where oid = relation
$$;

-- A password, a link or an invite changes together with an entry of the log about its person, in one transaction: else the
-- server refuses to commit. Programs of both versions write the entry themselves.
create function must_be_logged() returns trigger language plpgsql as $$
begin
    if not owns(tg_relid) and not exists (
        select from audit_event
         where entity = 'staff' and entity_id = (to_jsonb(new) ->> tg_argv[0])::bigint and recorded_at = now()
    ) then
        raise insufficient_privilege using message = format('%s: the change is not in the audit log', tg_table_name);
    end if;
    return null;
end $$;
create constraint trigger staff_user_new_password_logged after insert on staff_user deferrable initially deferred for each row
    when (new.password_hash is not null) execute function must_be_logged('id');
create constraint trigger staff_user_password_logged after update of password_hash on staff_user deferrable initially deferred
    for each row when (old.password_hash is distinct from new.password_hash) execute function must_be_logged('id');
create constraint trigger telegram_link_logged after insert or update on telegram_link deferrable initially deferred
    for each row execute function must_be_logged('user_id');
create constraint trigger invite_logged after insert or update on invite deferrable initially deferred
    for each row execute function must_be_logged('user_id');

-- Superusers are made by the owner alone: `crmbot invite --superuser`.
create function only_by_the_owner() returns trigger language plpgsql as $$
begin
    if not owns(tg_relid) then
        raise insufficient_privilege using message = 'a superuser is made by the owner of the database alone';
    end if;
    return null;
end $$;
create trigger staff_user_superuser after insert on staff_user for each row
    when (new.is_superuser) execute function only_by_the_owner();
