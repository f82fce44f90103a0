-- The business schema. Every constraint has a name, because a broken one becomes a sentence for the user by its name.
-- Instants come from the program, whose clock is a parameter; only the seeds below use the database's. Nothing is ever deleted: rows are archived, voided, revoked or superseded.

create extension if not exists pg_trgm;

-- Who we are. `kind` is set at birth and never changes: a demo must not meet a real token.
create table company (
    id smallint constraint company_pkey primary key default 1 constraint company_one_row check (id = 1),
    kind text not null constraint company_kind_known check (kind in ('demo', 'real')),
    bot_id bigint,
    bot_username text,
    born_at timestamptz not null default now()
);

-- People ---------------------------------------------------------------------------------------------------------

create table staff_user (
    id bigint generated always as identity constraint staff_user_pkey primary key,
    username text not null constraint staff_user_username_unique unique,
    full_name text not null,
    password_hash text,
    is_superuser boolean not null default false,
    active boolean not null default true,
    language text,
    time_zone text,
    quiet_from time,
    quiet_to time,
    muted_notices text[] not null default '{}',
    authz_epoch integer not null default 0,
    version integer not null default 1,
    created_at timestamptz not null,
    created_by bigint not null constraint staff_user_created_by_fkey references staff_user,
    constraint staff_user_username_form check (
        username = lower(username) and username ~ '^[^[:space:]#][^[:space:]]{0,63}$' or username = '#system'),
    constraint staff_user_full_name_length check (full_name = btrim(full_name) and char_length(full_name) between 1 and 120),
    constraint staff_user_language_known check (language in ('ru', 'en')),
    constraint staff_user_quiet_whole check ((quiet_from is null) = (quiet_to is null))
);
create index staff_user_created_by_idx on staff_user (created_by);

-- The system actor: it signs what no person did. Nobody can log in as it.
insert into staff_user (id, username, full_name, active, created_at, created_by)
    overriding system value values (0, '#system', 'System', false, now(), 0);

create table user_group (
    id bigint generated always as identity constraint user_group_pkey primary key,
    name text not null constraint user_group_name_length check (name = btrim(name) and char_length(name) between 1 and 50),
    version integer not null default 1,
    created_at timestamptz not null
);
create unique index user_group_name_unique on user_group (lower(name));

-- A right taken away is an ended row: who could do what, and when, stays known.
create table group_permission (
    id bigint generated always as identity constraint group_permission_pkey primary key,
    group_id bigint not null constraint group_permission_group_fkey references user_group,
    permission text not null constraint group_permission_form check (permission ~ '^[a-z_]+(\.[a-z_]+)+$'),
    granted_at timestamptz not null,
    revoked_at timestamptz
);
create unique index group_permission_active_unique on group_permission (group_id, permission) where revoked_at is null;
create index group_permission_group_idx on group_permission (group_id);

create table group_member (
    id bigint generated always as identity constraint group_member_pkey primary key,
    group_id bigint not null constraint group_member_group_fkey references user_group,
    user_id bigint not null constraint group_member_user_fkey references staff_user,
    added_at timestamptz not null,
    removed_at timestamptz
);
create unique index group_member_active_unique on group_member (user_id, group_id) where removed_at is null;
create index group_member_user_idx on group_member (user_id);
create index group_member_group_idx on group_member (group_id);

-- G3: one Telegram id ↔ one user, in both directions.
create table telegram_link (
    id bigint generated always as identity constraint telegram_link_pkey primary key,
    telegram_id bigint not null,
    chat_id bigint not null,
    user_id bigint not null constraint telegram_link_user_fkey references staff_user,
    linked_at timestamptz not null,
    unlinked_at timestamptz
);
create unique index link_telegram_active_unique on telegram_link (telegram_id) where unlinked_at is null;
create unique index link_user_active_unique on telegram_link (user_id) where unlinked_at is null;
create index telegram_link_user_idx on telegram_link (user_id);

-- G2: only the SHA-256 of a code is stored.
create table invite (
    id bigint generated always as identity constraint invite_pkey primary key,
    code_hash bytea not null constraint invite_code_hash_unique unique
        constraint invite_code_hash_length check (octet_length(code_hash) = 32),
    user_id bigint not null constraint invite_user_fkey references staff_user,
    expires_at timestamptz not null,
    used_at timestamptz,
    used_by_telegram_id bigint,
    revoked_at timestamptz,
    created_at timestamptz not null,
    created_by bigint not null constraint invite_created_by_fkey references staff_user,
    constraint invite_expires_later check (expires_at > created_at),
    constraint invite_use_whole check ((used_at is null) = (used_by_telegram_id is null))
);
create index invite_user_idx on invite (user_id);
create index invite_created_by_idx on invite (created_by);

-- A13: the growing delay is the sender's, so nobody can lock a colleague out.
create table login_attempt (
    telegram_id bigint constraint login_attempt_pkey primary key,
    failures integer not null constraint login_attempt_failures_positive check (failures >= 0),
    last_at timestamptz not null
);

-- What we sell and where we advertise it -------------------------------------------------------------------------

create table service (
    id bigint generated always as identity constraint service_pkey primary key,
    title text not null constraint service_title_length check (title = btrim(title) and char_length(title) between 1 and 50),
    description text not null default '' constraint service_description_length check (char_length(description) <= 500),
    price numeric(14, 2) not null constraint service_price_not_negative check (price >= 0),
    archived_at timestamptz,
    version integer not null default 1,
    created_at timestamptz not null,
    created_by bigint not null constraint service_created_by_fkey references staff_user
);
create unique index service_title_live_unique on service (lower(title)) where archived_at is null; -- P2
create index service_created_by_idx on service (created_by);

create table service_price (
    id bigint generated always as identity constraint service_price_pkey primary key,
    service_id bigint not null constraint service_price_service_fkey references service,
    price numeric(14, 2) not null constraint service_price_history_not_negative check (price >= 0),
    changed_at timestamptz not null,
    changed_by bigint not null constraint service_price_changed_by_fkey references staff_user
);
create index service_price_service_idx on service_price (service_id, changed_at);
create index service_price_changed_by_idx on service_price (changed_by);

create table ad (
    id bigint generated always as identity constraint ad_pkey primary key,
    title text not null constraint ad_title_length check (title = btrim(title) and char_length(title) between 1 and 50),
    service_id bigint constraint ad_service_fkey references service,
    channel text not null constraint ad_channel_known check (channel in (
        'INSTAGRAM', 'YOUTUBE', '2GIS', 'GOOGLE', 'YANDEX', 'SITE', 'AVITO', 'VK_GROUP', 'VK_ADS', 'TG_CHANNEL', 'TG_ADS', 'OTHER')),
    budget numeric(14, 2) not null constraint ad_budget_not_negative check (budget >= 0),
    description text not null default '' constraint ad_description_length check (char_length(description) <= 500),
    aliases text[] not null default '{}',
    code text not null constraint ad_code_unique unique constraint ad_code_form check (code ~ '^[A-Za-z0-9_-]{1,32}$'),
    built_in boolean not null default false,
    archived_at timestamptz,
    version integer not null default 1,
    created_at timestamptz not null,
    created_by bigint not null constraint ad_created_by_fkey references staff_user,
    constraint ad_service_required check (built_in or service_id is not null),
    constraint ad_built_in_stays check (not built_in or budget = 0 and archived_at is null)
);
create unique index ad_built_in_one on ad (built_in) where built_in;
create index ad_service_idx on ad (service_id);
create index ad_created_by_idx on ad (created_by);

create table ad_budget (
    id bigint generated always as identity constraint ad_budget_pkey primary key,
    ad_id bigint not null constraint ad_budget_ad_fkey references ad,
    budget numeric(14, 2) not null constraint ad_budget_history_not_negative check (budget >= 0),
    changed_at timestamptz not null,
    changed_by bigint not null constraint ad_budget_changed_by_fkey references staff_user
);
create index ad_budget_ad_idx on ad_budget (ad_id, changed_at);
create index ad_budget_changed_by_idx on ad_budget (changed_by);

insert into ad (title, channel, budget, code, built_in, created_at, created_by)
    values ('Без рекламы / No ad', 'OTHER', 0, 'none', true, now(), 0);

-- Clients and what brought them ----------------------------------------------------------------------------------

create table client (
    id bigint generated always as identity constraint client_pkey primary key,
    phone text not null constraint client_phone_unique unique constraint client_phone_form check (phone ~ '^\+[1-9][0-9]{5,14}$'),
    phone_raw text not null,
    last_name text constraint client_last_name_length check (last_name = btrim(last_name) and char_length(last_name) between 1 and 50),
    first_name text constraint client_first_name_length check (first_name = btrim(first_name) and char_length(first_name) between 1 and 40),
    middle_name text constraint client_middle_name_length check (middle_name = btrim(middle_name) and char_length(middle_name) between 1 and 50),
    email text constraint client_email_form check (email ~ '^[^@[:space:]]+@[^@[:space:]]+$' and char_length(email) <= 254),
    responsible_id bigint constraint client_responsible_fkey references staff_user,
    taken_at timestamptz,
    lost_at timestamptz,
    lost_reason text,
    voided_at timestamptz,
    merged_into bigint constraint client_merged_into_fkey references client,
    -- Kept for an indexed state, written in the transaction of their cause; `client_derivation` says what they must be (X16).
    last_live_day date,
    open_touch_id bigint,
    -- What a name search reads: lower case, ё as е.
    search_name text generated always as (lower(translate(
        coalesce(last_name, '') || ' ' || coalesce(first_name, '') || ' ' || coalesce(middle_name, ''), 'Ёё', 'Ее'))) stored,
    version integer not null default 1,
    created_at timestamptz not null,
    created_by bigint not null constraint client_created_by_fkey references staff_user,
    constraint client_taken_whole check ((responsible_id is null) = (taken_at is null)),
    constraint client_lost_with_reason check ((lost_at is null) = (lost_reason is null) and btrim(lost_reason) <> ''), -- X13
    constraint client_not_merged_into_itself check (merged_into <> id)
);
create index client_phone_last_four_idx on client (right(phone, 4));
create index client_phone_trgm_idx on client using gin (phone gin_trgm_ops);
create index client_search_name_trgm_idx on client using gin (search_name gin_trgm_ops);
-- State on day D: last_live_day >= D is ACTIVE, else open_touch_id is POTENTIAL, else INACTIVE. Counters read this index alone.
create index client_state_idx on client (last_live_day, open_touch_id, id) where voided_at is null and merged_into is null;
create index client_open_touch_idx on client (open_touch_id) where open_touch_id is not null; -- the queue: the oldest open touch first
create index client_responsible_idx on client (responsible_id, id);
create index client_merged_into_idx on client (merged_into);
create index client_created_by_idx on client (created_by);

create table client_handover (
    id bigint generated always as identity constraint client_handover_pkey primary key,
    client_id bigint not null constraint client_handover_client_fkey references client,
    from_id bigint constraint client_handover_from_fkey references staff_user,
    to_id bigint not null constraint client_handover_to_fkey references staff_user,
    note text not null default '' constraint client_handover_note_length check (char_length(note) <= 1000),
    created_at timestamptz not null,
    created_by bigint not null constraint client_handover_created_by_fkey references staff_user,
    accepted_at timestamptz
);
create index client_handover_client_idx on client_handover (client_id);
create index client_handover_from_idx on client_handover (from_id);
create index client_handover_to_idx on client_handover (to_id);
create index client_handover_created_by_idx on client_handover (created_by);

create table touch (
    id bigint generated always as identity constraint touch_pkey primary key,
    client_id bigint not null constraint touch_client_fkey references client,
    ad_id bigint not null constraint touch_ad_fkey references ad,
    happened_at timestamptz not null,
    local_day date not null, -- of `happened_at` in the company's time zone
    corrected_from bigint constraint touch_corrected_from_fkey references touch, -- H7
    voided_at timestamptz,
    void_reason text,
    created_at timestamptz not null,
    created_by bigint not null constraint touch_created_by_fkey references staff_user,
    constraint touch_of_client_unique unique (id, client_id), -- what contract_touch_of_client points at
    constraint touch_void_with_reason check ((voided_at is null) = (void_reason is null) and btrim(void_reason) <> '')
);
create unique index touch_ad_day_unique on touch (client_id, ad_id, local_day) where voided_at is null; -- H5
create index touch_client_idx on touch (client_id, happened_at, id);
create index touch_ad_idx on touch (ad_id, local_day) include (client_id, voided_at); -- statistics
create index touch_local_day_idx on touch (local_day) where voided_at is null;
create index touch_corrected_from_idx on touch (corrected_from);
create index touch_created_by_idx on touch (created_by);
alter table client add constraint client_open_touch_fkey foreign key (open_touch_id) references touch;

-- Files. A row without bytes waits for its download; then it is stored, or refused with a reason and kept empty (K14).
create table document (
    id bigint generated always as identity constraint document_pkey primary key,
    telegram_file_id text,
    file_name text not null constraint document_file_name_length check (char_length(file_name) between 1 and 255),
    mime text,
    size integer,
    sha256 bytea,
    bytes bytea,
    stored_at timestamptz,
    refusal text,
    created_at timestamptz not null,
    created_by bigint not null constraint document_created_by_fkey references staff_user,
    constraint document_size_limit check (octet_length(bytes) <= 20 * 1024 * 1024),
    constraint document_stored_whole check (
        num_nulls(mime, size, sha256, bytes, stored_at) in (0, 5) and octet_length(bytes) = size and octet_length(sha256) = 32),
    constraint document_has_source check (bytes is not null or telegram_file_id is not null),
    constraint document_stored_or_refused check (stored_at is null or refusal is null)
);
alter table document alter column bytes set storage external; -- such files are packed already
create index document_waiting_idx on document (id) where stored_at is null and refusal is null;
create index document_created_by_idx on document (created_by);

create table contract (
    id bigint generated always as identity constraint contract_pkey primary key,
    client_id bigint not null,
    touch_id bigint not null,
    title text not null constraint contract_title_length check (title = btrim(title) and char_length(title) between 1 and 50),
    service_id bigint not null constraint contract_service_fkey references service,
    amount numeric(14, 2) not null constraint contract_amount_positive check (amount > 0),
    signed_on date not null,
    starts_on date not null,
    ends_on date not null,
    note text not null default '' constraint contract_note_length check (char_length(note) <= 1000),
    document_id bigint constraint contract_document_fkey references document,
    confirmed_by bigint constraint contract_confirmed_by_fkey references staff_user,
    confirmed_at timestamptz,
    terminated_on date,
    termination_reason text,
    voided_at timestamptz,
    void_reason text,
    version integer not null default 1,
    created_at timestamptz not null, -- the entry: a touch is open only when it came later
    created_by bigint not null constraint contract_created_by_fkey references staff_user,
    -- K3: only from a touch of its own client; a merge moves both at once.
    constraint contract_touch_of_client foreign key (touch_id, client_id) references touch (id, client_id) on update cascade,
    constraint contract_ends_after_start check (ends_on >= starts_on),
    constraint contract_confirmed_whole check ((confirmed_by is null) = (confirmed_at is null)),
    constraint contract_terminated_with_reason check (
        (terminated_on is null) = (termination_reason is null) and btrim(termination_reason) <> ''),
    constraint contract_void_with_reason check ((voided_at is null) = (void_reason is null) and btrim(void_reason) <> '')
);
create index contract_touch_idx on contract (touch_id, client_id);
create index contract_client_idx on contract (client_id, id);
create index contract_signed_idx on contract (signed_on) where voided_at is null;
create index contract_ends_idx on contract (ends_on, id) where voided_at is null and terminated_on is null; -- expiry, ending soon
create index contract_service_idx on contract (service_id);
create index contract_document_idx on contract (document_id);
create index contract_confirmed_by_idx on contract (confirmed_by);
create index contract_created_by_idx on contract (created_by);

-- What the kept columns of `client` must be, for any client. A contract counts when it is not void and confirmed; the
-- open touch is the latest that is not void, bears no such contract, and came after the last entry and after `lost_at`.
create view client_derivation as
select c.id as client_id, k.last_live_day, t.id as open_touch_id
from client c
cross join lateral (
    select max(least(ends_on, terminated_on)) as last_live_day, max(created_at) as last_entry
    from contract
    where client_id = c.id and voided_at is null and confirmed_at is not null
) k
left join lateral (
    select id
    from touch
    where client_id = c.id and voided_at is null
        and happened_at > coalesce(greatest(k.last_entry, c.lost_at), '-infinity')
        and not exists (
            select from contract
            where touch_id = touch.id and voided_at is null and confirmed_at is not null)
    order by happened_at desc, id desc
    limit 1
) t on true;

-- Work with a client ---------------------------------------------------------------------------------------------

create table note (
    id bigint generated always as identity constraint note_pkey primary key,
    client_id bigint not null constraint note_client_fkey references client,
    author_id bigint not null constraint note_author_fkey references staff_user,
    text text not null default '' constraint note_text_length check (char_length(text) <= 4096),
    call_outcome text constraint note_call_outcome_known check (call_outcome in ('REACHED', 'NO_ANSWER', 'WRONG_NUMBER')),
    attachment_id bigint constraint note_attachment_fkey references document,
    at timestamptz not null,
    voided_at timestamptz,
    constraint note_not_empty check (btrim(text) <> '' or call_outcome is not null or attachment_id is not null)
);
create index note_client_idx on note (client_id, at);
create index note_author_idx on note (author_id);
create index note_attachment_idx on note (attachment_id);

create table follow_up (
    id bigint generated always as identity constraint follow_up_pkey primary key,
    client_id bigint not null constraint follow_up_client_fkey references client,
    owner_id bigint not null constraint follow_up_owner_fkey references staff_user,
    due_at timestamptz not null,
    done_at timestamptz,
    version integer not null default 1,
    created_at timestamptz not null,
    created_by bigint not null constraint follow_up_created_by_fkey references staff_user
);
create unique index follow_up_one_open on follow_up (client_id) where done_at is null;
create index follow_up_due_idx on follow_up (due_at) where done_at is null;
create index follow_up_client_idx on follow_up (client_id);
create index follow_up_owner_idx on follow_up (owner_id, due_at);
create index follow_up_created_by_idx on follow_up (created_by);

-- One row per notice that must go out once: X4, X8, X15, digests. `period` is what makes it due anew, such as an end date.
create table notice_sent (
    kind text not null,
    subject_id bigint not null,
    period text not null,
    sent_at timestamptz not null,
    constraint notice_sent_once primary key (kind, subject_id, period)
);

-- E2. `before` and `after` carry what an undo needs; `undoes` makes an undo happen once.
create table audit_event (
    id bigint generated always as identity constraint audit_event_pkey primary key,
    at timestamptz not null,
    actor_id bigint not null constraint audit_event_actor_fkey references staff_user,
    action text not null,
    entity text,
    entity_id bigint,
    before jsonb,
    after jsonb,
    reason text,
    undoes bigint constraint audit_event_undoes_fkey references audit_event,
    constraint audit_event_entity_whole check (entity_id is null or entity is not null)
);
create unique index audit_event_undone_once on audit_event (undoes) where undoes is not null;
create index audit_event_actor_idx on audit_event (actor_id, id);
create index audit_event_entity_idx on audit_event (entity, entity_id, id);
create index audit_event_at_idx on audit_event (at);

-- Rights change → the person's epoch grows -------------------------------------------------------------------------
-- In the database, because one forgotten place would send personal data to somebody who has just lost the right (G5).

create function grow_epoch(users bigint[]) returns void language sql as $$
    with person as (select id from staff_user where id = any (users) order by id for update)
    update staff_user set authz_epoch = authz_epoch + 1 from person where staff_user.id = person.id
$$;

create function epoch_of_user() returns trigger language plpgsql as $$
begin
    new.authz_epoch := old.authz_epoch + 1;
    return new;
end $$;
create trigger staff_user_epoch before update on staff_user for each row
    when ((old.active, old.is_superuser) is distinct from (new.active, new.is_superuser)) execute function epoch_of_user();

create function epoch_of_changed_users() returns trigger language plpgsql as $$
begin
    perform grow_epoch(array(select user_id from changed));
    return null;
end $$;
create trigger group_member_epoch_insert after insert on group_member
    referencing new table as changed for each statement execute function epoch_of_changed_users();
create trigger group_member_epoch_update after update on group_member
    referencing new table as changed for each statement execute function epoch_of_changed_users();
create trigger telegram_link_epoch_insert after insert on telegram_link
    referencing new table as changed for each statement execute function epoch_of_changed_users();
create trigger telegram_link_epoch_update after update on telegram_link
    referencing new table as changed for each statement execute function epoch_of_changed_users();

create function epoch_of_changed_groups() returns trigger language plpgsql as $$
begin
    perform grow_epoch(array(
        select m.user_id from group_member m where m.removed_at is null and m.group_id in (select group_id from changed)));
    return null;
end $$;
create trigger group_permission_epoch_insert after insert on group_permission
    referencing new table as changed for each statement execute function epoch_of_changed_groups();
create trigger group_permission_epoch_update after update on group_permission
    referencing new table as changed for each statement execute function epoch_of_changed_groups();

-- What the working role may do: never delete, truncate or change the schema; history only grows (E4, G12) ------------

revoke create on schema public from public;
grant usage on schema public to crmbot_app;

grant select, insert, update on
    staff_user, user_group, telegram_link, invite, login_attempt, service, ad, client, contract, document, follow_up
    to crmbot_app;
grant select, insert on
    group_permission, group_member, service_price, ad_budget, client_handover, touch, note, notice_sent, audit_event
    to crmbot_app;
grant select on company, client_derivation to crmbot_app;

grant update (bot_id, bot_username) on company to crmbot_app;
grant update (revoked_at) on group_permission to crmbot_app;
grant update (removed_at) on group_member to crmbot_app;
grant update (accepted_at) on client_handover to crmbot_app;
grant update (client_id, voided_at, void_reason) on touch to crmbot_app; -- a merge, a void; all else is frozen
grant update (attachment_id, voided_at) on note to crmbot_app;
