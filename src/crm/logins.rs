//! Passwords: whom a login speaks of, the growing pause of who guesses, the move of a link (A13, G4).

use chrono::{DateTime, Duration, Utc};

use super::audit::Event;
use super::{Crm, Deed, Fault, StaffId};
use crate::domain::Username;

/// Failures that cost nothing; every further one doubles the pause.
const FREE_FAILURES: i32 = 5;

/// Whom a login speaks of. Unknown names have no id and no hash, and cost the same time.
pub struct LoginTarget {
    /// The person, when there is one who can log in.
    pub staff: Option<StaffId>,
    /// The argon2id hash.
    pub hash: Option<String>,
}

impl Crm<'_> {
    /// Whom `/login` speaks of (A13).
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn login_target(&mut self, username: &Username) -> Result<LoginTarget, Fault> {
        let row = sqlx::query!(
            "select id, password_hash from staff_user where username = $1 and active and password_hash is not null",
            username.as_str()
        )
        .fetch_optional(&mut *self.connection)
        .await?;
        Ok(match row {
            Some(row) => LoginTarget { staff: Some(StaffId(row.id)), hash: row.password_hash },
            None => LoginTarget { staff: None, hash: None },
        })
    }

    /// How many seconds the sender has to wait before his next try; the pause is his, never the account's (A13).
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn login_pause(&mut self) -> Result<Option<i64>, Fault> {
        let row = sqlx::query!(
            "select failures, last_at from login_attempt where telegram_id = $1",
            self.actor.visitor.telegram_id
        )
        .fetch_optional(&mut *self.connection)
        .await?;
        Ok(row.and_then(|row| pause_left(row.failures, row.last_at, self.now)))
    }

    /// Counts a failure of the sender.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn login_failed(&mut self) -> Result<(), Fault> {
        sqlx::query!(
            "insert into login_attempt (telegram_id, failures, last_at) values ($1, 1, $2)
             on conflict (telegram_id) do update set failures = login_attempt.failures + 1, last_at = $2",
            self.actor.visitor.telegram_id,
            self.now
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// Whether the account is used from another Telegram account now.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn is_linked_elsewhere(&mut self, staff: StaffId) -> Result<bool, Fault> {
        let elsewhere = sqlx::query_scalar!(
            r#"select exists (select from telegram_link
                where user_id = $1 and unlinked_at is null and telegram_id <> $2) as "exists!""#,
            staff.0,
            self.actor.visitor.telegram_id
        )
        .fetch_one(&mut *self.connection)
        .await?;
        Ok(elsewhere)
    }

    /// Lets the visitor in after his password was right; moves the link from another Telegram account, which is told (A13).
    ///
    /// # Errors
    /// [`Refusal::InviteUnusable`] when the Telegram account is somebody else's.
    pub async fn log_in(&mut self, staff: StaffId) -> Deed<()> {
        self.mark().await?;
        let done = self.link(staff, "password").await;
        self.settle(done).await?;
        sqlx::query!(
            "update login_attempt set failures = 0, last_at = $2 where telegram_id = $1",
            self.actor.visitor.telegram_id,
            self.now
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// Sets the actor's own password.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn set_password(&mut self, hash: &str) -> Result<(), Fault> {
        let Some(id) = self.actor.staff().map(|staff| staff.id) else { return Ok(()) };
        sqlx::query!("update staff_user set password_hash = $2 where id = $1", id.0, hash)
            .execute(&mut *self.connection)
            .await?;
        self.audit(Event {
            action: "password",
            entity: "staff",
            entity_id: Some(id.0),
            before: None,
            after: None,
            reason: None,
        })
        .await
    }
}

/// Five tries are free; then 5 s, 10 s, 20 s … up to a quarter of an hour.
fn pause_left(failures: i32, last_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<i64> {
    let beyond = failures - FREE_FAILURES;
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
        let left = |failures| pause_left(failures, at, at);
        assert_eq!((left(0), left(4)), (None, None));
        assert_eq!((left(5), left(6), left(7), left(60)), (Some(5), Some(10), Some(20), Some(900)));
        assert_eq!(pause_left(5, at, at + Duration::seconds(5)), None);
    }
}
