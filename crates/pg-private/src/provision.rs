//! Sets a cluster up: the database, its owner, the logins; brings clusters over that were made by earlier versions.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use tokio::time::sleep;

use crate::{APP_ROLE, ClusterError, DATABASE, OWNER, WORKER};

/// The advisory lock of the process that sets a cluster up.
const SETTING_UP: i64 = 0x6372_6d62_6f74_0009;
/// How long a change of an owner waits for a table, while others wait behind it.
const LOCK: &str = "set local lock_timeout = '2s'";
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(200);

/// What is still to be done to the server, in order; empty at nearly every start. Every login may enter the databases that
/// Postgres makes by itself, and make tables there: ours have no business in them.
const OF_SERVER: &str = "
    select command from (values
        (1, format('create role %I login', $2), not exists (select from pg_roles where rolname = $2)),
        (2, format('create role %I login noinherit', $3), not exists (select from pg_roles where rolname = $3)),
        (3, format('create role %I nologin', $4), not exists (select from pg_roles where rolname = $4)),
        (4, format('grant %I to %I with admin option', $4, $2), not exists (
            select from pg_auth_members m join pg_roles app on app.oid = m.roleid join pg_roles owner on owner.oid = m.member
             where app.rolname = $4 and owner.rolname = $2 and m.admin_option)),
        (5, format('create database %I owner %I', $1, $2), not exists (select from pg_database where datname = $1)),
        (6, format('alter database %I owner to %I', $1, $2), exists (
            select from pg_database where datname = $1 and pg_get_userbyid(datdba) <> $2)),
        (7, 'revoke connect, temporary on database postgres, template1 from public',
            has_database_privilege('public', 'postgres', 'connect, temporary')
            or has_database_privilege('public', 'template1', 'connect, temporary'))
    ) step (place, command, needed) where needed order by place";

/// What in the database does not belong to its owner, in a cluster of an earlier version: the superuser made it. What
/// belongs to another object follows that, and an extension stays the superuser's.
const OF_DATABASE: &str = "
    select format('alter schema public owner to %I', $1) from pg_namespace
     where nspname = 'public' and pg_get_userbyid(nspowner) not in ($1, 'pg_database_owner')
    union all
    select format('alter %s %s owner to %I',
                  case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'c' then 'type'
                               else 'table' end,
                  c.oid::regclass, $1)
      from pg_class c
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S', 'c') and pg_get_userbyid(relowner) <> $1
       and (relkind = 'c' or not exists (
               select from pg_depend d
                where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('e', 'i', 'a')))
    union all
    select format('alter routine %s owner to %I', p.oid::regprocedure, $1)
      from pg_proc p
     where pronamespace = 'public'::regnamespace and pg_get_userbyid(proowner) <> $1
       and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
    union all
    select format('revoke execute on function %s from public', p.oid::regprocedure)
      from pg_proc p
     where pronamespace = 'pg_catalog'::regnamespace and proname in ('lo_create', 'lo_creat', 'lo_from_bytea')
       and has_function_privilege('public', p.oid, 'execute')";

/// Does what is missing, as the superuser: `server` is in the database `postgres`, `database` names ours. Processes that
/// start together do it one after the other.
pub async fn run(mut server: PgConnection, database: PgConnectOptions) -> Result<(), ClusterError> {
    sqlx::query("select pg_advisory_lock($1)").bind(SETTING_UP).execute(&mut server).await?;
    let steps: Vec<String> = sqlx::query_scalar(OF_SERVER)
        .bind(DATABASE)
        .bind(OWNER)
        .bind(WORKER)
        .bind(APP_ROLE)
        .fetch_all(&mut server)
        .await?;
    for step in steps {
        sqlx::raw_sql(AssertSqlSafe(step)).execute(&mut server).await?;
    }
    let mut ours = database.connect().await?;
    while !give_to_owner(&mut ours).await? {
        tracing::warn!("tables of the private cluster wait for a transaction before they go to their owner");
        sleep(PAUSE).await;
    }
    ours.close().await?;
    server.close().await?; // and with it goes the lock
    Ok(())
}

/// Gives everything to the owner, all or nothing. False when a transaction of another process uses one of the tables.
async fn give_to_owner(ours: &mut PgConnection) -> Result<bool, ClusterError> {
    let steps: Vec<String> = sqlx::query_scalar(OF_DATABASE).bind(OWNER).fetch_all(&mut *ours).await?;
    if steps.is_empty() {
        return Ok(true);
    }
    let mut transaction = ours.begin().await?;
    let done = sqlx::raw_sql(AssertSqlSafe(format!("{LOCK}; {}", steps.join("; ")))).execute(&mut *transaction).await;
    match done {
        Ok(_) => {
            transaction.commit().await?;
            Ok(true)
        }
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("55P03") => {
            transaction.rollback().await?;
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}
