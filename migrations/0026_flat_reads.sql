-- Reads on the way of a tap that do not grow with the tables: since when a client waits, the words of names, and indexes.
-- Programs before write the same rows: triggers keep what they do not know of. Each index is made under a lock that lets reads
-- pass and writes wait: about a minute in all for a million clients.

-- Since when the client waits: the time of the open touch. The queue is in this order.
alter table client add column waits_since timestamptz;

create function client_waits() returns trigger language plpgsql as $$
begin
    new.waits_since := (select happened_at from touch where id = new.open_touch_id);
    return new;
end $$;
create trigger client_waits before insert or update of open_touch_id on client for each row execute function client_waits();

update client set waits_since = touch.happened_at from touch where touch.id = client.open_touch_id;

create index client_waiting_idx on client (waits_since, open_touch_id) include (last_live_day)
    where open_touch_id is not null and voided_at is null and merged_into is null;
create index client_waiting_of_idx on client (responsible_id, waits_since, open_touch_id) include (last_live_day)
    where open_touch_id is not null and voided_at is null and merged_into is null;

-- The lists of the states, the newest client first; the day decides between them.
create index client_potential_idx on client (id) include (last_live_day)
    where open_touch_id is not null and voided_at is null and merged_into is null;
create index client_signed_idx on client (id) include (last_live_day)
    where last_live_day is not null and voided_at is null and merged_into is null;
create index client_inactive_idx on client (id) include (last_live_day)
    where open_touch_id is null and voided_at is null and merged_into is null;

-- Phones by their end. Bytes are compared, so that a range finds it whatever the database's collation.
create index client_phone_end_idx on client (reverse(phone) collate "C");

create index contract_last_day_idx on contract (least(ends_on, terminated_on), id)
    where voided_at is null and confirmed_at is not null;
create index contract_title_trgm_idx on contract using gin (lower(title) gin_trgm_ops);
create index follow_up_open_of_idx on follow_up (owner_id, due_at, id) where done_at is null;

-- The audit log by each filter; what a user did lately, for undo.
create index audit_event_actor_at_idx on audit_event (actor_id, at);
-- Looks at cards, of which there are many, are in the list of looks alone.
create index audit_event_kind_idx on audit_event (entity, id) where action <> 'view_card';
create index audit_event_actor_kind_idx on audit_event (actor_id, entity, id) where action <> 'view_card';
create index audit_event_denied_idx on audit_event (id) where action = 'denied';
create index audit_event_actor_denied_idx on audit_event (actor_id, id) where action = 'denied';
create index audit_event_look_idx on audit_event (id) where action in ('view_phone', 'find_phone', 'view_card');
create index audit_event_actor_look_idx on audit_event (actor_id, id)
    where action in ('view_phone', 'find_phone', 'view_card');

-- The words of clients' names, and each word once: a search for one reads its clients alone, one with a typing error first
-- looks for similar words, which are some thousands in any company.
create table client_word (
    word text not null,
    client_id bigint not null,
    constraint client_word_pkey primary key (word, client_id)
);
create table name_word (
    word text not null constraint name_word_pkey primary key
);

create function words_of_name(name text) returns setof text language sql immutable as $$
    select distinct word from unnest(string_to_array(translate(name, '-‐‑–—''’.,', '         '), ' ')) word where word <> ''
$$;

-- Each word is looked up by itself, in the index of whole words: a plan that was made while the tables were small would read them
-- or the index of similar words.
create function keep_client_words() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    gone text[];
begin
    if tg_op = 'UPDATE' then
        gone := array(select words_of_name(old.search_name) except select words_of_name(new.search_name) order by 1);
        delete from client_word where client_id = new.id and word = any (gone);
        -- What no client bears any more is a person's no longer either.
        delete from name_word where word = any (gone) and not exists (select from client_word c where c.word = name_word.word);
    end if;
    insert into client_word select word, new.id from words_of_name(new.search_name) word order by word on conflict do nothing;
    -- Asked first: an insert that meets another transaction's would wait for its end.
    insert into name_word
        select word from words_of_name(new.search_name) word
         where not exists (select from name_word known where known.word = word.word) order by word
            on conflict do nothing;
    return null;
end $$;
revoke all on function keep_client_words() from public;

insert into client_word select word, id from client cross join lateral words_of_name(search_name) word;
insert into name_word select distinct word from client_word;
create index name_word_trgm_idx on name_word using gin (word gin_trgm_ops);
create index name_word_prefix_idx on name_word (word collate "C");
create trigger client_words_of_new after insert on client for each row
    when (new.search_name <> '  ') execute function keep_client_words();
create trigger client_words after update of last_name, first_name, middle_name on client for each row
    when (old.search_name is distinct from new.search_name) execute function keep_client_words();

grant select on client_word, name_word to crmbot_app;
