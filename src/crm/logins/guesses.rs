//! Wrong passwords: counted per sender and login, slowed down, logged and notified of (A13, A16, G4).

use chrono::{DateTime, Duration, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::crm::audit::{AuditAction, Event};
use crate::crm::{Audience, Crm, Notice, StaffId, code};
use crate::domain::{Permission, Username};
use crate::error::SystemError;

/// Failures of one sender that cost nothing; every further one doubles the pause.
const FREE: i64 = 5;

/// Failures of all senders at one login that cost nothing to a sender who was never linked to it.
const FREE_AT_LOGIN: i64 = 20;

/// One failure fades with each such time since the last one, in seconds.
const FADES_IN: i32 = 3600;

/// One row in the audit log per sender and login in this time.
const LOGGED_EVERY: Duration = Duration::minutes(1);

/// One notice per login in this time.
const TOLD_EVERY: Duration = Duration::hours(1);

/// The first key of the advisory lock of a login; the second is the login's own.
const LOCK: i32 = 0x6c6f_6769;

/// How many seconds the sender has to wait before the next try at a login. Failures count for the sender at every login;
/// those of other senders at this login slow only senders who were never linked to it, so that its owner is
/// not locked out (A16).
pub async fn pause(crm: &mut Crm<'_>, username: &Username) -> Result<Option<i64>, SystemError> {
    let row = sqlx::query!(
            r#"with guess as (
                   select telegram_id = $1 as own, login_hash = $2 as here, last_at,
                          failures - greatest(floor(extract(epoch from $3::timestamptz - last_at) / $5::integer), 0) as failures
                     from login_guess where telegram_id = $1 or login_hash = $2
               )
               select coalesce(sum(failures) filter (where own), 0)::bigint as "own!", max(last_at) filter (where own) as own_at,
                      coalesce(sum(failures) filter (where here), 0)::bigint as "here!", max(last_at) filter (where here) as here_at,
                      exists (select from telegram_link l join staff_user u on u.id = l.user_id
                               where u.username = $4 and l.telegram_id = $1) as "known!"
                 from guess where failures > 0"#,
            crm.actor.visitor.telegram_id,
            code::hash(username.as_str()),
            crm.now,
            username.as_str(),
            FADES_IN
        )
        .fetch_one(&mut *crm.connection)
        .await?;
    let own = row.own_at.and_then(|at| pause_left(row.own - FREE, at, crm.now));
    let here = row.here_at.filter(|_| !row.known).and_then(|at| pause_left(row.here - FREE_AT_LOGIN, at, crm.now));
    Ok(own.max(here))
}

/// Holds a login until the end of the transaction, so that a burst of guesses from many chats is counted one by one.
pub async fn hold(crm: &mut Crm<'_>, username: &Username) -> Result<(), SystemError> {
    sqlx::query!("select pg_advisory_xact_lock($1, hashtext($2))", LOCK, username.as_str())
        .execute(crm.writing().await?)
        .await?;
    Ok(())
}

/// Counts a wrong password. Where there is such an account it is logged, and its owner and the administrators are told,
/// both thinned (A16).
pub async fn failed(crm: &mut Crm<'_>, username: &Username) -> Result<(), SystemError> {
    let (sender, login) = (crm.actor.visitor.telegram_id, code::hash(username.as_str()));
    let counted = sqlx::query!(
        r#"insert into login_guess as guess (telegram_id, login_hash, failures, last_at) values ($1, $2, 1, $3)
               on conflict (telegram_id, login_hash) do update set last_at = $3,
                   failures = 1 + greatest(0, guess.failures
                       - greatest(floor(extract(epoch from $3 - guess.last_at) / $4::integer), 0))::integer
               returning failures, coalesce(logged_at > $5, false) as "logged!",
                   exists (select from login_guess told where told.login_hash = $2 and told.told_at > $6) as "told!""#,
        sender,
        login,
        crm.now,
        FADES_IN,
        crm.now - LOGGED_EVERY,
        crm.now - TOLD_EVERY
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    let account =
        sqlx::query!("select id, full_name from staff_user where username = $1 and id > 0", username.as_str())
            .fetch_optional(&mut *crm.connection)
            .await?;
    let Some(account) = account else { return Ok(()) };
    let staff = StaffId(account.id);
    if !counted.logged {
        let event = Event {
            action: AuditAction::StaffLoginFailed,
            entity_id: Some(staff.0),
            before: None,
            after: Some(json!({ "telegram_id": sender, "failures": counted.failures })),
            reason: None,
        };
        crm.audit_as(StaffId::SYSTEM, event).await?;
    }
    if !counted.told {
        let notice = Notice::LoginFailed { who: account.full_name, username: username.as_str().to_owned() };
        crm.notify(Audience::OneAndHolders(staff, Permission::StaffManage), notice);
    }
    sqlx::query!(
        "update login_guess set logged_at = case when $4 then logged_at else $3 end,
                                    told_at = case when $5 then told_at else $3 end
              where telegram_id = $1 and login_hash = $2",
        sender,
        login,
        crm.now,
        counted.logged,
        counted.told
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

/// Forgets the sender's failures at this account's login alone: those at other logins stay (A16).
pub(super) async fn forgive_guesses(crm: &mut Crm<'_>, staff: StaffId) -> Result<(), SystemError> {
    sqlx::query!(
        "update login_guess set failures = 0
              where telegram_id = $1
                and login_hash = (select sha256(convert_to(username, 'UTF8')) from staff_user where id = $2)",
        crm.actor.visitor.telegram_id,
        staff.0
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

/// Deletes at most `most` counters whose last failure is older than `before`; how many there were (G14).
pub async fn forget_guesses(
    connection: &mut PgConnection,
    before: DateTime<Utc>,
    most: i32,
) -> Result<u64, SystemError> {
    let gone = sqlx::query!(
        "delete from login_guess where ctid = any(array(select ctid from login_guess where last_at < $1 limit $2))",
        before,
        i64::from(most)
    )
    .execute(connection)
    .await?;
    Ok(gone.rows_affected())
}

/// 5 s, 10 s, 20 s … up to a quarter of an hour, from the first failure that costs something.
fn pause_left(beyond: i64, last_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<i64> {
    if beyond < 0 {
        return None;
    }
    let pause = (5_i64 << beyond.min(10)).min(900);
    let left = (last_at + Duration::seconds(pause) - now).num_seconds();
    (left > 0).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a13_after_five_failures_the_pause_grows_and_ends() {
        let at = DateTime::<Utc>::UNIX_EPOCH;
        let left = |failures| pause_left(failures - FREE, at, at);
        assert_eq!((left(0), left(4)), (None, None));
        assert_eq!((left(5), left(6), left(7), left(60)), (Some(5), Some(10), Some(20), Some(900)));
        assert_eq!(pause_left(0, at, at + Duration::seconds(5)), None);
    }
}
