-- Figures of ads that are kept and not counted: touches, leads, conversions, contracts and revenue under six models of attribution.
-- A trigger writes what a statement has changed, as new rows that no other transaction waits for; a job adds them up. Programs
-- before write the same tables, so their changes are kept too. Nothing is filled in here: migration 0028 does.

-- What one statement has changed: rows that are only added, until the job has added them up. A row without `prev` is of an ad's day.
-- One with `prev` tells of touches of clients who had come on that earlier day: of the ad, or of any ad where `ad_id` is 0. By
-- these a client who comes twice in a period is one lead of it.
create table ad_figure_delta (
    id bigint generated always as identity constraint ad_figure_delta_pkey primary key,
    ad_id bigint not null,
    day date not null,
    prev date,
    touches bigint not null,
    leads bigint not null,           -- first touch of the client by this ad
    new_leads bigint not null,       -- first touch of the client at all
    converted bigint not null,       -- touches with a contract
    conversions bigint not null,     -- of these the client's first by this ad
    new_conversions bigint not null, -- of these the client's first at all
    contracts bigint not null,       -- by the ad of their touch
    direct bigint not null,          -- revenue in kopecks, by the day of signing
    first bigint not null,
    last bigint not null,
    linear bigint not null,
    positional bigint not null,
    decay bigint not null
);

-- The same, added up: of all time, of each month and of each day, so that any period is a few rows of each ad.
create table ad_figure (
    span text not null constraint ad_figure_span_known check (span in ('all', 'month', 'day')),
    day date not null, -- the first of the span
    ad_id bigint not null,
    touches bigint not null,
    leads bigint not null,
    new_leads bigint not null,
    converted bigint not null,
    conversions bigint not null,
    new_conversions bigint not null,
    contracts bigint not null,
    direct bigint not null,
    first bigint not null,
    last bigint not null,
    linear bigint not null,
    positional bigint not null,
    decay bigint not null,
    constraint ad_figure_pkey primary key (span, day, ad_id)
) with (fillfactor = 70);

-- Clients who came again, by pairs of days and by pairs of months.
create table ad_return (
    span text not null constraint ad_return_span_known check (span in ('month', 'day')),
    day date not null,
    prev date not null,
    ad_id bigint not null,
    touches integer not null,
    converted integer not null,
    constraint ad_return_pkey primary key (span, day, prev, ad_id)
);
create index ad_return_prev_idx on ad_return (prev, day) where span = 'day';

-- The rows that figures are made of. `side` is −1 as they were before a statement, 1 as they are after it.
drop type if exists ad_touch, ad_sale; -- a restore by a program before leaves types where they are
create type ad_touch as (
    side smallint, id bigint, client_id bigint, ad_id bigint, happened_at timestamptz, local_day date, voided boolean);
create type ad_sale as (side smallint, id bigint, touch_id bigint, kopecks bigint, signed_on date);

-- The figures of whole clients: all of their touches, and the contracts that count (S7), each with the touch it is from. A
-- contract belongs to the client of its touch: `contract.client_id` follows by the foreign key later in the same statement.
-- Revenue goes to the touches up to the day of signing and always to the contract's own, in whole kopecks that add up (S5):
-- what is left over goes to the latest touches, a kopeck each, and under decay all of it to the latest. The weight of a touch
-- under decay halves with each seven days before the signing: whole numbers, so that every server shares alike.
create function ad_figures_of(of_touches ad_touch[], of_sales ad_sale[]) returns table (
    ad_id bigint, day date, prev date, touches bigint, leads bigint, new_leads bigint, converted bigint, conversions bigint,
    new_conversions bigint, contracts bigint, direct bigint, first bigint, last bigint, linear bigint, positional bigint, decay bigint)
language plpgsql stable set enable_nestloop = off set plan_cache_mode = force_generic_plan set jit = off as $$
#variable_conflict use_column
begin
    return query with t as materialized (select * from unnest(of_touches)),
    sale as materialized (
        select k.side, k.id, k.kopecks, k.signed_on, t.id as touch_id, t.client_id, t.ad_id
          from unnest(of_sales) k join t on t.side = k.side and t.id = k.touch_id
    ), came as (
        select t.side, t.ad_id, t.local_day, sold.touch_id is not null as converted,
               row_number() over (partition by t.side, t.client_id order by t.happened_at, t.id) = 1 as first,
               lag(t.local_day) over any_ad as prev, lag(t.local_day) over same_ad as prev_of_ad,
               max(t.local_day) filter (where sold.touch_id is not null) over (any_ad rows between unbounded preceding and 1 preceding)
                   as prev_sold,
               max(t.local_day) filter (where sold.touch_id is not null) over (same_ad rows between unbounded preceding and 1 preceding)
                   as prev_sold_of_ad
          from t left join (select distinct side, touch_id from sale) sold on sold.side = t.side and sold.touch_id = t.id
         where not t.voided
        window any_ad as (partition by t.side, t.client_id order by t.local_day, t.id),
               same_ad as (partition by t.side, t.client_id, t.ad_id order by t.local_day, t.id)
    ), path as (
        select sale.side, sale.id as sale, sale.kopecks, sale.signed_on, t.ad_id, greatest(sale.signed_on - t.local_day, 0) as age,
               row_number() over (partition by sale.side, sale.id order by t.happened_at, t.id) as place,
               count(*) over (partition by sale.side, sale.id) as places
          from sale join t on t.side = sale.side and t.client_id = sale.client_id
           and (t.id = sale.touch_id or not t.voided and t.local_day <= sale.signed_on)
    ), weighed as (
        select *,
               case when places <= 2 then kopecks / places
                    when place in (1, places) then kopecks * 2 / 5
                    else kopecks / (5 * (places - 2)) end as positional,
               case when places = 1 then 1
                    else (array[1000000000000, 905723664263, 820335356007, 742997144568, 672950096316, 609506827102, 552044756836]
                          )[1 + age % 7] * power(2::numeric, max(age / 7) over (partition by side, sale) - age / 7) end as weight
          from path
    ), rounded as (
        select *, kopecks - sum(positional) over (partition by side, sale) as positional_left,
               case when places = 1 then kopecks
                    else div(kopecks * weight, sum(weight) over (partition by side, sale)) end as decayed
          from weighed
    ), shared as (
        select side, ad_id, signed_on, case when place = 1 then kopecks else 0 end as first,
               case when place = places then kopecks else 0 end as last,
               kopecks / places + (places - place < kopecks % places)::integer as linear,
               positional + (places - place < positional_left)::integer as positional,
               decayed + case when place = places then kopecks - sum(decayed) over (partition by side, sale) else 0 end as decayed
          from rounded
    ), visit (side, ad_id, day, prev, touches, leads, new_leads, converted, conversions, new_conversions) as (
        select side, ad_id, local_day, null::date, 1, (prev_of_ad is null)::integer, first::integer, converted::integer,
               (converted and prev_sold_of_ad is null)::integer, (converted and prev_sold is null)::integer from came
        union all select side, ad_id, local_day, prev_of_ad, 1, 0, 0, 0, 0, 0 from came where prev_of_ad is not null
        union all select side, 0, local_day, prev, 1, 0, 0, 0, 0, 0 from came where prev is not null
        union all select side, ad_id, local_day, prev_sold_of_ad, 0, 0, 0, 1, 0, 0 from came where converted and prev_sold_of_ad is not null
        union all select side, 0, local_day, prev_sold, 0, 0, 0, 1, 0, 0 from came where converted and prev_sold is not null
    ), money (side, ad_id, day, contracts, direct, first, last, linear, positional, decay) as (
        select side, ad_id, signed_on, 1, kopecks, 0, 0, 0, 0, 0 from sale
        union all select side, ad_id, signed_on, 0, 0, first, last, linear, positional, decayed::bigint from shared
    ), visits as (
        select ad_id, day, prev, sum(side * touches) as touches, sum(side * leads) as leads, sum(side * new_leads) as new_leads,
               sum(side * converted) as converted, sum(side * conversions) as conversions,
               sum(side * new_conversions) as new_conversions
          from visit group by 1, 2, 3
    ), sums as (
        select ad_id, day, sum(side * contracts) as contracts, sum(side * direct)::bigint as direct, sum(side * first)::bigint as first,
               sum(side * last)::bigint as last, sum(side * linear)::bigint as linear, sum(side * positional)::bigint as positional,
               sum(side * decay)::bigint as decay
          from money group by 1, 2
    )
    select v.ad_id, v.day, v.prev, v.touches, v.leads, v.new_leads, v.converted, v.conversions, v.new_conversions,
           0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint
      from visits v
     where (v.touches, v.leads, v.new_leads, v.converted, v.conversions, v.new_conversions) <> (0, 0, 0, 0, 0, 0)
    union all
    select s.ad_id, s.day, null, 0, 0, 0, 0, 0, 0, s.contracts, s.direct, s.first, s.last, s.linear, s.positional, s.decay
      from sums s
     where (s.contracts, s.direct, s.first, s.last, s.linear, s.positional, s.decay) <> (0, 0, 0, 0, 0, 0, 0);
end $$;
revoke all on function ad_figures_of(ad_touch[], ad_sale[]) from public;

-- What a statement has changed of touches. Their clients' rows are locked first, so that of two transactions which change the
-- touches and the contracts of one client the later counts what the earlier wrote; transactions of other clients wait for nothing.
-- Contracts that the same statement has inserted are the other trigger's: they have the same transaction and command as the touches.
-- No statement may update rows of both tables: each trigger takes the older rows of the other table as they are.
create function keep_touch_figures() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan set jit = off as $$
declare
    was ad_touch[] := '{}';
    written ad_touch[] := '{}';
    clients bigint[];
    before ad_touch[];
    after ad_touch[];
begin
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

-- The same of contracts that count.
create function keep_contract_figures() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan set jit = off as $$
declare
    was ad_sale[] := '{}';
    written ad_sale[] := '{}';
    clients bigint[];
    touches ad_touch[];
    after ad_sale[];
begin
    if tg_op <> 'INSERT' then
        was := array(select (-1, id, touch_id, (amount * 100)::bigint, signed_on)::ad_sale
                       from old_rows where voided_at is null and confirmed_at is not null);
    end if;
    if tg_op <> 'DELETE' then
        written := array(select (-1, id, touch_id, (amount * 100)::bigint, signed_on)::ad_sale
                           from new_rows where voided_at is null and confirmed_at is not null);
    end if;
    clients := array(
        select client_id from touch where id = any (array(
            select touch_id from ((select * from unnest(was) except select * from unnest(written)) union
                                  (select * from unnest(written) except select * from unnest(was))) changed)));
    if clients = '{}' then
        return null;
    end if;
    perform from client where id = any (clients) order by id for no key update;
    touches := array(select (side, id, client_id, ad_id, happened_at, local_day, voided_at is not null)::ad_touch
                       from touch cross join unnest(array[-1, 1]) side where client_id = any (clients));
    after := array(select (1, id, touch_id, (amount * 100)::bigint, signed_on)::ad_sale
                     from contract where touch_id = any (array(select id from unnest(touches)))
                      and voided_at is null and confirmed_at is not null);
    perform add_ad_figures(touches, after || was || array(
        select (-1, id, touch_id, kopecks, signed_on)::ad_sale
          from unnest(after) where id not in (select id from unnest(written))));
    return null;
end $$;

create function add_ad_figures(touches ad_touch[], sales ad_sale[]) returns void language sql
    set search_path = pg_catalog, public, pg_temp as $$
    insert into ad_figure_delta (ad_id, day, prev, touches, leads, new_leads, converted, conversions, new_conversions, contracts,
                                 direct, first, last, linear, positional, decay)
        select * from ad_figures_of($1, $2)
$$;
revoke all on function add_ad_figures(ad_touch[], ad_sale[]), keep_touch_figures(), keep_contract_figures() from public;

create trigger touch_figures_of_new after insert on touch
    referencing new table as new_rows for each statement execute function keep_touch_figures();
create trigger touch_figures after update on touch
    referencing old table as old_rows new table as new_rows for each statement execute function keep_touch_figures();
create trigger touch_figures_of_gone after delete on touch
    referencing old table as old_rows for each statement execute function keep_touch_figures();
create trigger contract_figures_of_new after insert on contract
    referencing new table as new_rows for each statement execute function keep_contract_figures();
create trigger contract_figures after update on contract
    referencing old table as old_rows new table as new_rows for each statement execute function keep_contract_figures();
create trigger contract_figures_of_gone after delete on contract
    referencing old table as old_rows for each statement execute function keep_contract_figures();

-- Adds up to so many of the oldest deltas to the figures of their spans; how many. One transaction at a time does it, and a
-- reader sees each delta once: before in the one table, after in the other.
create function fold_ad_figures(most bigint) returns bigint language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
    folded bigint;
begin
    if not pg_try_advisory_xact_lock(x'63726d626f740006'::bigint) then
        return 0;
    end if;
    with gone as (
        delete from ad_figure_delta where id in (select id from ad_figure_delta order by id limit most) returning *
    ), figures as (
        insert into ad_figure as kept (span, day, ad_id, touches, leads, new_leads, converted, conversions, new_conversions,
                                       contracts, direct, first, last, linear, positional, decay)
            select s.span, s.day, ad_id, sum(touches), sum(leads), sum(new_leads), sum(converted), sum(conversions),
                   sum(new_conversions), sum(contracts), sum(direct), sum(first), sum(last), sum(linear), sum(positional),
                   sum(decay)
              from gone cross join lateral (
                   values ('day', gone.day), ('month', date_trunc('month', gone.day::timestamp)::date), ('all', '-infinity')) s (span, day)
             where prev is null group by 1, 2, 3 order by 1, 2, 3
            on conflict (span, day, ad_id) do update set
                touches = kept.touches + excluded.touches, leads = kept.leads + excluded.leads,
                new_leads = kept.new_leads + excluded.new_leads, converted = kept.converted + excluded.converted,
                conversions = kept.conversions + excluded.conversions,
                new_conversions = kept.new_conversions + excluded.new_conversions,
                contracts = kept.contracts + excluded.contracts, direct = kept.direct + excluded.direct,
                first = kept.first + excluded.first, last = kept.last + excluded.last, linear = kept.linear + excluded.linear,
                positional = kept.positional + excluded.positional, decay = kept.decay + excluded.decay
    ), returns as (
        insert into ad_return as kept (span, day, prev, ad_id, touches, converted)
            select s.span, s.day, s.prev, ad_id, sum(touches), sum(converted)
              from gone cross join lateral (
                   values ('day', gone.day, gone.prev),
                          ('month', date_trunc('month', gone.day::timestamp)::date, date_trunc('month', gone.prev::timestamp)::date)
                   ) s (span, day, prev)
             where gone.prev is not null group by 1, 2, 3, 4 order by 1, 2, 3, 4
            on conflict (span, day, prev, ad_id) do update set
                touches = kept.touches + excluded.touches, converted = kept.converted + excluded.converted
    )
    select count(*) into folded from gone;
    return folded;
end $$;

-- What the figures lack, by span: of a day as the tables say it, of a longer span as its days say it. No rows when all is well.
-- Everything is of the moment at which the statement began, so that writers go on meanwhile.
create function ad_figure_drift() returns table (
    span text, ad_id bigint, day date, prev date, touches bigint, leads bigint, new_leads bigint, converted bigint,
    conversions bigint, new_conversions bigint, contracts bigint, direct bigint, first bigint, last bigint, linear bigint,
    positional bigint, decay bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp set work_mem = '64MB' as $$
    select 'day', ad_id, day, nullif(prev, '-infinity'),
           sum(touches)::bigint, sum(leads)::bigint, sum(new_leads)::bigint, sum(converted)::bigint, sum(conversions)::bigint,
           sum(new_conversions)::bigint, sum(contracts)::bigint, sum(direct)::bigint, sum(first)::bigint, sum(last)::bigint,
           sum(linear)::bigint, sum(positional)::bigint, sum(decay)::bigint
      from (select f.ad_id, f.day, coalesce(f.prev, '-infinity') as prev,
                   f.touches, f.leads, f.new_leads, f.converted, f.conversions, f.new_conversions, f.contracts, f.direct, f.first,
                   f.last, f.linear, f.positional, f.decay
              from generate_series(0, (select max(id) from client), 10000) begin
             cross join lateral ad_figures_of(
                   array(select (1, id, client_id, ad_id, happened_at, local_day, voided_at is not null)::ad_touch
                           from touch where client_id between begin and begin + 9999),
                   array(select (1, id, touch_id, (amount * 100)::bigint, signed_on)::ad_sale
                           from contract
                          where client_id between begin and begin + 9999 and voided_at is null and confirmed_at is not null)) f
            union all
            select ad_id, day, coalesce(prev, '-infinity'), -touches, -leads, -new_leads, -converted, -conversions,
                   -new_conversions, -contracts, -direct, -first, -last, -linear, -positional, -decay
              from ad_figure_delta
            union all
            select ad_id, day, '-infinity', -touches, -leads, -new_leads, -converted, -conversions, -new_conversions, -contracts,
                   -direct, -first, -last, -linear, -positional, -decay
              from ad_figure where span = 'day'
            union all
            select ad_id, day, prev, -touches, 0, 0, -converted, 0, 0, 0, 0, 0, 0, 0, 0, 0 from ad_return where span = 'day') whole
     group by 2, 3, whole.prev
    having (sum(touches), sum(leads), sum(new_leads), sum(converted), sum(conversions), sum(new_conversions), sum(contracts),
            sum(direct), sum(first), sum(last), sum(linear), sum(positional), sum(decay))
           <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    union all
    select span, ad_id, day, null,
           sum(touches)::bigint, sum(leads)::bigint, sum(new_leads)::bigint, sum(converted)::bigint, sum(conversions)::bigint,
           sum(new_conversions)::bigint, sum(contracts)::bigint, sum(direct)::bigint, sum(first)::bigint, sum(last)::bigint,
           sum(linear)::bigint, sum(positional)::bigint, sum(decay)::bigint
      from (select s.span, ad_id, s.day, touches, leads, new_leads, converted, conversions, new_conversions, contracts,
                   direct, first, last, linear, positional, decay
              from ad_figure f cross join lateral (
                   values ('month', date_trunc('month', f.day::timestamp)::date), ('all', '-infinity')) s (span, day)
             where f.span = 'day'
            union all
            select span, ad_id, day, -touches, -leads, -new_leads, -converted, -conversions, -new_conversions, -contracts,
                   -direct, -first, -last, -linear, -positional, -decay
              from ad_figure where span <> 'day') days
     group by 1, 2, 3
    having (sum(touches), sum(leads), sum(new_leads), sum(converted), sum(conversions), sum(new_conversions), sum(contracts),
            sum(direct), sum(first), sum(last), sum(linear), sum(positional), sum(decay))
           <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    union all
    select 'month', ad_id, day, prev, sum(touches), 0, 0, sum(converted), 0, 0, 0, 0, 0, 0, 0, 0, 0
      from (select ad_id, date_trunc('month', day::timestamp)::date, date_trunc('month', prev::timestamp)::date, touches, converted
              from ad_return where span = 'day'
            union all
            select ad_id, day, prev, -touches, -converted from ad_return where span = 'month') pairs (ad_id, day, prev, touches, converted)
     group by 2, 3, 4
    having (sum(touches), sum(converted)) <> (0, 0)
$$;

-- Adds what the figures lack; the ads whose figures were wrong, 0 for what the company counts once, and of how many spans.
-- Nothing is folded meanwhile.
create function repair_ad_figures() returns table (ad_id bigint, spans bigint) language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
    perform pg_advisory_xact_lock(x'63726d626f740006'::bigint);
    return query
    with drift as materialized (
        select * from ad_figure_drift()
    ), figures as (
        insert into ad_figure as kept (span, day, ad_id, touches, leads, new_leads, converted, conversions, new_conversions,
                                       contracts, direct, first, last, linear, positional, decay)
            select s.span, s.day, ad_id, sum(touches), sum(leads), sum(new_leads), sum(converted), sum(conversions),
                   sum(new_conversions), sum(contracts), sum(direct), sum(first), sum(last), sum(linear), sum(positional),
                   sum(decay)
              from drift d cross join lateral (
                   select d.span, d.day
                   union all
                   select * from (values ('month', date_trunc('month', d.day::timestamp)::date), ('all', '-infinity')) longer
                    where d.span = 'day') s (span, day)
             where prev is null group by 1, 2, 3 order by 1, 2, 3
            on conflict (span, day, ad_id) do update set
                touches = kept.touches + excluded.touches, leads = kept.leads + excluded.leads,
                new_leads = kept.new_leads + excluded.new_leads, converted = kept.converted + excluded.converted,
                conversions = kept.conversions + excluded.conversions,
                new_conversions = kept.new_conversions + excluded.new_conversions,
                contracts = kept.contracts + excluded.contracts, direct = kept.direct + excluded.direct,
                first = kept.first + excluded.first, last = kept.last + excluded.last, linear = kept.linear + excluded.linear,
                positional = kept.positional + excluded.positional, decay = kept.decay + excluded.decay
    ), returns as (
        insert into ad_return as kept (span, day, prev, ad_id, touches, converted)
            select s.span, s.day, s.prev, ad_id, sum(touches), sum(converted)
              from drift d cross join lateral (
                   select d.span, d.day, d.prev
                   union all
                   select 'month', date_trunc('month', d.day::timestamp)::date, date_trunc('month', d.prev::timestamp)::date
                    where d.span = 'day') s (span, day, prev)
             where d.prev is not null group by 1, 2, 3, 4 order by 1, 2, 3, 4
            on conflict (span, day, prev, ad_id) do update set
                touches = kept.touches + excluded.touches, converted = kept.converted + excluded.converted
    )
    select ad_id, count(*) from drift group by 1 order by 1;
end $$;

revoke all on function fold_ad_figures(bigint), ad_figure_drift(), repair_ad_figures() from public;
grant execute on function fold_ad_figures(bigint), ad_figure_drift(), repair_ad_figures() to crmbot_app;
grant select on ad_figure, ad_figure_delta, ad_return to crmbot_app;
