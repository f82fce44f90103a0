-- What a saved lead costs: functions that statements of a tap call keep their plans, and a client's next touch is no recount.

-- R5, G5: what a turn that has thought without a lock has relied on of its user: that they are active, the version of their row,
-- which counts every change of rights, and the company's switch for protected cards. A view is a part of the statement's plan.
create view acting_user as
select id, xmin::text as row_version, coalesce((select protect_cards from look_policy), false) as protects
  from staff_user
 where active;
grant select on acting_user to crmbot_app;
drop function user_is_as_known(bigint, text, boolean);

-- A function in SQL that is not inlined is planned with each call, one in PL/pgSQL once in a session.
create or replace function phone_is_own_entry(of_client bigint, by_user bigint, since timestamptz) returns boolean
language plpgsql stable as $$
declare
    is_own boolean;
begin
    select entry.actor_id = by_user and entry.at >= since into is_own
      from audit_event entry
     where entry.entity = 'client' and entry.entity_id = of_client and entry.action in ('create', 'revive', 'phone')
       and not exists (select from audit_event undone where undone.undoes = entry.id)
     order by entry.id desc limit 1;
    return coalesce(is_own, false)
       and not exists (select from contract where client_id = of_client and voided_at is null)
       and not exists (select from client_handover where client_id = of_client and withdrawn_at is null)
       and not exists (select from touch where client_id = of_client and created_by <> by_user and voided_at is null);
end $$;

create or replace function add_ad_figures(touches ad_touch[], sales ad_sale[]) returns void language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
begin
    insert into ad_figure_delta (ad_id, day, prev, touches, leads, new_leads, converted, conversions, new_conversions, contracts,
                                 direct, first, last, linear, positional, decay)
        select * from ad_figures_of(touches, sales);
end $$;

-- What a statement has changed of touches. One new touch that is its client's latest, with no contract signed since, changes no share of
-- any other touch: its delta is written without a recount. Their clients' rows are locked first, so that of two transactions which change the
-- touches and the contracts of one client the later counts what the earlier wrote; transactions of other clients wait for nothing.
-- Contracts that the same statement has inserted are the other trigger's: they have the same transaction and command as the touches.
-- No statement may update rows of both tables: each trigger takes the older rows of the other table as they are.
create or replace function keep_touch_figures() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan set jit = off as $$
declare
    one record;
    has_later boolean;
    prev date;
    prev_of_ad date;
    was ad_touch[] := '{}';
    written ad_touch[] := '{}';
    clients bigint[];
    before ad_touch[];
    after ad_touch[];
begin
    if tg_op = 'INSERT' then
        select *, count(*) over () as rows into one from new_rows limit 1;
        if one.rows = 1 and one.voided_at is null then
            perform from client where id = one.client_id for no key update;
            select coalesce(bool_or(t.local_day > one.local_day or t.happened_at > one.happened_at or t.id > one.id), false),
                   max(t.local_day), max(t.local_day) filter (where t.ad_id = one.ad_id)
              into has_later, prev, prev_of_ad
              from touch t where t.client_id = one.client_id and t.id <> one.id and t.voided_at is null;
            if not has_later and not exists (
                select from touch t join contract k on k.touch_id = t.id
                 where t.client_id = one.client_id and t.id <> one.id
                   and k.voided_at is null and k.confirmed_at is not null and k.signed_on >= one.local_day) then
                insert into ad_figure_delta (ad_id, day, prev, touches, leads, new_leads, converted, conversions,
                                             new_conversions, contracts, direct, first, last, linear, positional, decay)
                    select one.ad_id, one.local_day, null, 1, (prev_of_ad is null)::integer, (prev is null)::integer,
                           0, 0, 0, 0, 0, 0, 0, 0, 0, 0
                    union all
                    select again.ad_id, one.local_day, again.prev, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
                      from (values (one.ad_id, prev_of_ad), (0, prev)) again (ad_id, prev) where again.prev is not null;
                return null;
            end if;
        end if;
    end if;
    if tg_op <> 'INSERT' then
        was := array(select (-1, id, client_id, ad_id, happened_at, local_day, voided_at is not null)::ad_touch from old_rows);
    end if;
    if tg_op <> 'DELETE' then
        written := array(select (-1, id, client_id, ad_id, happened_at, local_day, voided_at is not null)::ad_touch from new_rows);
    end if;
    clients := array(select client_id from ((select * from unnest(was) except select * from unnest(written)) union
                                            (select * from unnest(written) except select * from unnest(was))) changed);
    if clients = '{}' then
        return null;
    end if;
    perform from client where id = any (clients) order by id for no key update;
    after := array(select (1, id, client_id, ad_id, happened_at, local_day, voided_at is not null)::ad_touch
                     from touch where client_id = any (clients));
    before := array(select (-1, id, client_id, ad_id, happened_at, local_day, voided)::ad_touch
                      from unnest(after) where id not in (select id from unnest(written))
                    union all select t::ad_touch from unnest(was) t where client_id = any (clients));
    perform add_ad_figures(before || after, array(
        select (side, id, touch_id, (amount * 100)::bigint, signed_on)::ad_sale
          from contract cross join unnest(array[-1, 1]) side
         where touch_id = any (array(select id from unnest(before || after)))
           and voided_at is null and confirmed_at is not null
           and not exists (select from touch same
                            where same.id = contract.touch_id and same.id = any (array(select id from unnest(written)))
                              and same.xmin = contract.xmin and same.cmin = contract.cmin)));
    return null;
end $$;

-- The holders of a right are looked for from the right, and not among all users.
create index group_permission_granted_idx on group_permission (permission, group_id) where revoked_at is null;
create index group_member_present_idx on group_member (group_id, user_id) where removed_at is null;
create index staff_user_superuser_idx on staff_user (id) where is_superuser;
