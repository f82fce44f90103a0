//! Faults that the database plays itself: statements that take long, a disk that is full, writes that are refused.

use sqlx::PgPool;

/// The switches, and a trigger before every write of the tables that a turn uses. The program knows nothing of either.
const PREPARE: &str = "
    create table injected_fault (kind text primary key, until timestamptz not null, seconds float8 not null);
    insert into injected_fault values ('slow', '-infinity', 0), ('full', '-infinity', 0);
    create function inject_fault() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
        declare fault record;
        begin
            for fault in select kind, seconds from injected_fault where until > clock_timestamp() loop
                if fault.kind = 'full' then
                    raise exception 'could not extend file: No space left on device' using errcode = '53100';
                elsif random() < 0.3 then
                    perform pg_sleep(fault.seconds);
                end if;
            end loop;
            return null;
        end $$;
    do $$
        declare name text;
        begin
            foreach name in array '{seen_update,chat_session,outbox,client,touch,note,document,audit_event,update_attempt,
                                    inbound_update,file_job,parked_update,process,poller}'::text[] loop
                execute format('create trigger injected before insert or update on %I for each statement
                                execute function inject_fault()', name);
            end loop;
        end $$;";

/// Ends every fault of this file.
pub const OFF: &str = "
    alter database crm reset default_transaction_read_only;
    update injected_fault set until = '-infinity'";

/// New connections cannot write.
pub const READ_ONLY: &str = "alter database crm set default_transaction_read_only = on";

/// The program's connections of before are closed.
pub const CUT: &str = "
    select pg_terminate_backend(pid) from pg_stat_activity
     where datname = 'crm' and application_name = 'crmbot' and pid <> pg_backend_pid()";

/// New connections can write again; those of meanwhile still cannot, until their user leaves them.
pub const WRITABLE: &str = "alter database crm reset default_transaction_read_only";

/// A row with dates that Postgres can keep and the program's library cannot: heartbeats and a scheduled job panic.
pub const BREAK_JOBS: &str = "update heartbeat set heard_at = '294000-01-01', resumed_at = '294000-01-01'";

/// The same row as it should be.
pub const MEND_JOBS: &str = "
    update heartbeat set heard_at = now() where heard_at > now() + interval '1 year';
    update heartbeat set resumed_at = null where resumed_at > now() + interval '1 year'";

pub async fn prepare(pool: &PgPool) {
    sqlx::raw_sql(PREPARE).execute(pool).await.unwrap();
}
