-- A client's consent to the processing of his data: by what he gave it, when, and who noted it. A withdrawal ends the row;
-- one that was noted by mistake is void, as if it had never been.

create table client_consent (
    id bigint generated always as identity constraint client_consent_pkey primary key,
    client_id bigint not null constraint client_consent_client_fkey references client,
    means text not null constraint client_consent_means_known check (
        means in ('PHONE', 'SITE_FORM', 'CONTACT', 'CONTRACT', 'IMPORT', 'ERASED')),
    given_at timestamptz not null,
    noted_by bigint not null constraint client_consent_noted_by_fkey references staff_user,
    withdrawn_at timestamptz,
    withdrawn_by bigint constraint client_consent_withdrawn_by_fkey references staff_user,
    voided_at timestamptz,
    constraint client_consent_withdrawal_whole check ((withdrawn_at is null) = (withdrawn_by is null))
);
create unique index client_consent_one_valid on client_consent (client_id) where withdrawn_at is null and voided_at is null;
create index client_consent_client_idx on client_consent (client_id, id);
create index client_consent_noted_by_idx on client_consent (noted_by);
create index client_consent_withdrawn_by_idx on client_consent (withdrawn_by);

grant select, insert on client_consent to crmbot_app;
grant update (client_id, withdrawn_at, withdrawn_by, voided_at) on client_consent to crmbot_app; -- a merge, a withdrawal, an undo

-- Who has looked at a client's phone is asked of the log by client and by action.
create index audit_event_view_phone_idx on audit_event (entity_id, id) where action = 'view_phone';

-- One row per day on which the private cluster's backup was due: whoever of several processes comes first makes it.
-- A technical table of the jobs.
create table backup_run (
    day date constraint backup_run_pkey primary key, -- the company's day
    tries integer not null,
    began_at timestamptz not null, -- the last try
    ended_at timestamptz,          -- since when there is a whole file
    bytes bigint,
    fault text,                    -- why the last try failed
    constraint backup_run_whole check ((ended_at is null) = (bytes is null) and (ended_at is null or fault is null))
);

grant select, insert, update, delete on backup_run to crmbot_app;
