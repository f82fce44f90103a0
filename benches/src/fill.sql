-- The rows of a company: `:clients` clients in five years up to `:now`, 200 ads, 40 colleagues. Statements end with `;;`.

select setseed(0.42);;

insert into staff_user (username, full_name, created_at, created_by)
    select 'colleague_' || n, (array['Анна', 'Олег', 'Мария', 'Павел'])[1 + n % 4] || ' Сотрудник ' || n, :now, 0
      from generate_series(1, 40) n;;
create temporary table colleague on commit drop as
    select row_number() over (order by id) - 1 as place, id from staff_user where username like 'colleague\_%';;
insert into telegram_link (telegram_id, chat_id, user_id, linked_at) select 5000000000 + id, 5000000000 + id, id, :now from colleague;;
insert into user_group (name, created_at) values ('Colleagues', :now);;
insert into group_permission (group_id, permission, granted_at)
    select g.id, p, :now from user_group g, unnest(array['client.view', 'client.take', 'contract.view']) p where g.name = 'Colleagues';;
insert into group_member (group_id, user_id, added_at)
    select g.id, colleague.id, :now from user_group g, colleague where g.name = 'Colleagues';;

insert into service (title, price, created_at, created_by) select 'Услуга ' || n, 1000 * n, :start, 0 from generate_series(1, 20) n;;
insert into ad (title, service_id, channel, budget, code, created_at, created_by, archived_at)
    select channel || ' ' || n, (select min(id) from service) + n % 20, channel, 50000 + 1000 * n, 'large' || n, :start, 0,
           case when n % 5 = 0 then :now - interval '30 days' end
      from generate_series(1, 200) n
     cross join lateral (select (array['YANDEX', 'AVITO', 'SITE', 'VK_ADS', 'TG_ADS', 'INSTAGRAM', '2GIS', 'GOOGLE'])[1 + n % 8]) c (channel);;
create temporary table campaign on commit drop as
    select row_number() over (order by id) - 1 as place, id from ad where code like 'large%';;

create temporary table surname on commit drop as
    select row_number() over (order by rare, place) - 1 as place, name
      from (select false as rare, ordinality as place, name from unnest(:surnames) with ordinality frequent (name, ordinality)
            union all
            select true, row_number() over (order by md5(b || m || e)), b || m || e
              from unnest(:beginnings) b, unnest(:middles) m, unnest(:ends) e) all_names;;

-- A few names are borne by thousands, most by a few dozens.
create temporary table person on commit drop as
    select n, :start + (n::double precision / :clients) * (:now - :start) as created_at, random() < 0.5 as woman,
           floor(power(random(), 3) * (select count(*) from surname))::integer as surname, floor(power(random(), 2) * 24)::integer as first,
           floor(random() * 16)::integer as father, random() as detail, random() as mail, random() as owner,
           1 + (random() < 0.36)::integer + (random() < 0.11)::integer + (random() < 0.05)::integer as touches
      from generate_series(1, :clients) n;;

create temporary table came on commit drop as
    select row_number() over (order by happened_at, client_id) as id, *
      from (select distinct on (client_id, ad_id, local_day) client_id, campaign.id as ad_id, happened_at, local_day, signs
              from (select n as client_id, floor(power(random(), 2) * 200)::integer as ad, random() as signs,
                           case when place = 1 then created_at else created_at + random() * (:now - created_at) end as happened_at
                      from person cross join lateral generate_series(1, touches) place) visit
              join campaign on campaign.place = visit.ad
             cross join lateral (select (happened_at at time zone 'Europe/Moscow')::date) day (local_day)) once;;
create temporary table signed on commit drop as
    select row_number() over (order by signed_on, touch_id) as id, *,
           case when fate < 0.03 and signed_on + days / 2 < :now::date then signed_on + days / 2 end as terminated_on,
           case when fate > 0.99 then created_at + interval '1 hour' end as voided_at
      from (select came.id as touch_id, client_id, least(local_day + floor(random() * 20)::integer, :now::date) as signed_on,
                   least(happened_at + interval '2 days', :now) as created_at, (array[30, 90, 180, 365])[1 + floor(random() * 4)::integer] as days,
                   random() as fate, round((1000 + power(random(), 4) * 400000)::numeric, 2) as amount
              from came where signs < 0.335) deal;;
create index on came (client_id, happened_at, id);;
create index on signed (client_id);;
create index on signed (touch_id);;
analyze came;;
analyze signed;;

-- What the program keeps of a client: as the view `client_derivation` says it. Most clients who do not sign are marked lost.
create temporary table kept on commit drop as
    select n, live.last_live_day, lost.lost_at, live.last_entry
      from person
      left join (select client_id, max(least(signed_on + days, terminated_on)) as last_live_day, max(created_at) as last_entry
                   from signed where voided_at is null group by 1) live on live.client_id = n
      left join (select client_id, max(happened_at) + interval '3 days' as lost_at from came group by 1) lost
             on lost.client_id = n and lost.lost_at < :now and n % 10 < 8 and live.client_id is null;;
create temporary table open_touch on commit drop as
    select distinct on (came.client_id) came.client_id, came.id, came.happened_at
      from came join kept on kept.n = came.client_id
     where came.happened_at > coalesce(greatest(kept.last_entry, kept.lost_at), '-infinity')
       and not exists (select from signed where signed.touch_id = came.id and signed.voided_at is null)
     order by came.client_id, came.happened_at desc, came.id desc;;

insert into client (id, phone, phone_raw, last_name, first_name, middle_name, email, responsible_id, taken_at, lost_at, lost_reason,
                    last_live_day, open_touch_id, waits_since, created_at, created_by)
    overriding system value
    select p.n, '+79' || lpad((p.n::bigint * 48271 % 999999937)::text, 9, '0'), '8 9' || p.n,
           case when detail > 0.25 then case when not woman then s.name
               when s.name ~ '(ов|ев|ёв|ин)$' then s.name || 'а' when s.name ~ 'ский$' then left(s.name, -2) || 'ая' else s.name end end,
           case when detail > 0.1 then case when woman then (:women)[1 + first] else (:men)[1 + first] end end,
           case when detail > 0.5 then (:fathers)[1 + father] || case when woman then 'на' else 'ич' end end,
           case when mail < 0.15 then 'client' || p.n || '@example.com' end,
           case when owner < 0.8 then c.id end, case when owner < 0.8 then p.created_at + interval '1 hour' end,
           k.lost_at, case when k.lost_at is not null then 'дорого' end, k.last_live_day, o.id, o.happened_at, p.created_at, 0
      from person p
      join surname s on s.place = p.surname
      join colleague c on c.place = floor(p.owner / 0.8 * 40)::integer % 40
      join kept k on k.n = p.n
      left join open_touch o on o.client_id = p.n
     order by p.n;;
insert into touch (id, client_id, ad_id, happened_at, local_day, created_at, created_by)
    overriding system value
    select came.id, client_id, ad_id, happened_at, local_day, happened_at, 0 from came order by came.id;;
insert into contract (id, client_id, touch_id, title, service_id, amount, signed_on, starts_on, ends_on, confirmed_by, confirmed_at,
                      terminated_on, termination_reason, voided_at, void_reason, created_at, created_by)
    overriding system value
    select s.id, s.client_id, s.touch_id, 'Договор ' || (array['SEO', 'сайт', 'реклама', 'поддержка'])[1 + s.id % 4], service.id,
           amount, signed_on, signed_on, signed_on + days, c.id, created_at, terminated_on,
           case when terminated_on is not null then 'переезд' end, voided_at, case when voided_at is not null then 'ошибка' end, created_at, c.id
      from signed s
      join colleague c on c.place = s.id % 40
      join (select row_number() over (order by id) - 1 as place, id from service) service on service.place = s.id % 20
     order by s.id;;
insert into follow_up (client_id, owner_id, due_at, created_at, created_by)
    select n, c.id, :now + (random() * 60 - 20) * interval '1 day', :now - interval '30 days', 0
      from person join colleague c on c.place = n % 40 where mail > 0.985;;
insert into note (client_id, author_id, text, at)
    select n, c.id, 'звонок, просит перезвонить', created_at + interval '2 hours'
      from person join colleague c on c.place = n % 40 where mail > 0.7;;

-- Six events for each client, in the order of time.
insert into audit_event (at, actor_id, action, entity, entity_id, after)
    select event.at, c.id, event.action, event.entity, event.entity_id, event.after
      from (select created_at as at, n as who, 'create' as action, 'client' as entity, n as entity_id, '{}'::jsonb as after from person
            union all
            select happened_at, client_id, 'create', 'touch', id, jsonb_build_object('client', client_id) from came
            union all
            select created_at, id, 'create', 'contract', id, jsonb_build_object('client', client_id) from signed
            union all
            select created_at + interval '1 hour', n, 'take', 'client', n, '{}' from person where owner < 0.8
            union all
            select created_at + (random() * (:now - created_at)), n + look, 'view_phone', 'client', n, '{}'
              from person cross join generate_series(1, 2) look
            union all
            select created_at + interval '2 hours', n, 'create', 'note', n, jsonb_build_object('client', n) from person where mail > 0.8
            union all
            select created_at + interval '3 hours', n, 'denied', 'ad', null, null from person where mail < 0.005
            union all
            -- Cards that the colleagues have looked at today.
            select :now - random() * interval '8 hours', n, 'view_card', 'client', n, '{}' from person where n <= 2000) event
      join colleague c on c.place = event.who % 40
     where event.at <= :now
     order by event.at;;

insert into client_word select word, id from client cross join lateral words_of_name(search_name) word;;
insert into name_word select distinct word from client_word;;
select setval(pg_get_serial_sequence(name, 'id'), (select max(id) from came)) from unnest(array['client', 'touch', 'contract']) name;;
