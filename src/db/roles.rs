//! The application's role: it may read, insert and update, and nothing else (E4, G12).
//!
//! What it may touch is granted by the migrations, table by table; here it is only made and given to the working login.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _};

use super::error::sqlstate;
use super::{DbError, Target};

/// The application's role, one for the whole server; its grants are per database.
pub const APP_ROLE: &str = "crmbot_app";

/// The functions that make large objects; they are the server's, so only a superuser's word counts.
const LARGE_OBJECTS: &str = "revoke execute on function pg_catalog.lo_create(oid), pg_catalog.lo_creat(integer), \
     pg_catalog.lo_from_bytea(oid, bytea) from public";

/// Makes the role and gives it to `worker`, the login that the bot works under. Doing it again changes nothing, and so
/// does doing it in two programs at once.
///
/// # Errors [`DbError::RoleOutOfReach`] when the owner has no right to, with the commands for the server's
/// administrator.
pub async fn ensure(owner: &Target, connection: &mut PgConnection, worker: &str) -> Result<(), DbError> {
    let out_of_reach = || DbError::RoleOutOfReach { user: owner.user().to_owned(), worker: worker.to_owned() };

    let known: bool = sqlx::query_scalar("select exists (select from pg_roles where rolname = $1)")
        .bind(APP_ROLE)
        .fetch_one(&mut *connection)
        .await?;
    if !known && !tried(connection, format!("create role {APP_ROLE} nologin")).await? {
        return Err(out_of_reach());
    }
    if !can_take_on(connection, worker).await? {
        tried(connection, format!("grant {APP_ROLE} to {}", quoted(worker))).await?;
        if !can_take_on(connection, worker).await? {
            return Err(out_of_reach());
        }
    }
    close_to_others(owner, connection, worker).await
}

/// Takes from every login what Postgres gives to all of them: to enter the database, which is how the bot of one company
/// would come into the database of another on the same server, since both work as one role; temporary tables, which are
/// DDL; and large objects, which no grant of a table stops. Where the owner has no right to, the server only warns, and
/// the administrator does it (docs/setup.md).
async fn close_to_others(owner: &Target, connection: &mut PgConnection, worker: &str) -> Result<(), DbError> {
    let database = quoted(owner.database());
    let logins = format!("{}, {}", quoted(owner.user()), quoted(worker));
    for command in [
        // Granted first: a login must not be locked out in between.
        format!("grant connect on database {database} to {logins}"),
        format!("revoke connect, temporary on database {database} from public"),
        LARGE_OBJECTS.to_owned(),
    ] {
        tried(connection, command).await?;
    }
    Ok(())
}

/// Whether `login` can `set role` to the application's; from Postgres 16 on membership alone is not enough.
pub(super) async fn can_take_on(connection: &mut PgConnection, login: &str) -> Result<bool, DbError> {
    let right = if connection.server_version_num().unwrap_or(0) >= 160_000 { "set" } else { "member" };
    let can = sqlx::query_scalar("select pg_has_role(rolname, $2, $3) from pg_roles where rolname = $1")
        .bind(login)
        .bind(APP_ROLE)
        .bind(right)
        .fetch_optional(connection)
        .await?;
    Ok(can.unwrap_or(false))
}

/// Runs a command about roles. False: it cannot be done. If another process has just done the same, that is success.
async fn tried(connection: &mut PgConnection, command: String) -> Result<bool, DbError> {
    let mut transaction = connection.begin().await?;
    let done = sqlx::raw_sql(AssertSqlSafe(command)).execute(&mut *transaction).await;
    match done {
        Ok(_) => {
            transaction.commit().await?;
            Ok(true)
        }
        Err(error) => match sqlstate(&error).as_deref() {
            // No right to, or no such login to give it to.
            Some("42501" | "42704") => Ok(false),
            // Already there, or changed by another process at the same time: "tuple concurrently updated".
            Some("42710" | "23505" | "XX000") => Ok(true),
            _ => Err(error.into()),
        },
    }
}

/// A name as Postgres reads it literally.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
