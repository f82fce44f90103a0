//! The ways in and out: invites, logins, links (A1–A3, A6, A13, G2–G4). One Telegram id ↔ one user (G3).

use chrono::{DateTime, Duration, Utc};
use serde_json::json;

use super::audit::Event;
use super::code;
use super::{Audience, Crm, Deed, Fault, Notice, Refusal, StaffId};
use crate::domain::{Language, Permission, Username};

/// Failures that cost nothing; every further one doubles the pause.
const FREE_FAILURES: i32 = 5;

/// What the owner of an invite sees before he takes it (A2).
pub struct InvitePreview {
    /// Whose account.
    pub staff: StaffId,
    /// Full name.
    pub full_name: String,
    /// Login.
    pub username: String,
    /// Names of the groups.
    pub groups: Vec<String>,
}

/// Whom a login speaks of. Unknown names have no id and no hash, and cost the same time.
pub struct LoginTarget {
    /// The person, when there is one who can log in.
    pub staff: Option<StaffId>,
    /// The argon2id hash.
    pub hash: Option<String>,
}

impl Crm<'_> {
    /// What an invite opens, if it can be used.
    ///
    /// # Errors
    /// [`Refusal::InviteUnusable`] for a spent, expired, revoked or unknown one: which of them is not said (A3).
    pub async fn preview_invite(&mut self, code: &str) -> Deed<InvitePreview> {
        let row = sqlx::query!(
            r#"select u.id, u.full_name, u.username,
                      array(select g.name from group_member m join user_group g on g.id = m.group_id
                             where m.user_id = u.id and m.removed_at is null order by g.id) as "groups!"
                 from invite i join staff_user u on u.id = i.user_id and u.active
                where i.code_hash = $1 and i.used_at is null and i.revoked_at is null and i.expires_at > $2"#,
            code::hash(code),
            self.now
        )
        .fetch_optional(&mut *self.connection)
        .await?;
        let row = row.ok_or(Refusal::InviteUnusable)?;
        Ok(InvitePreview {
            staff: StaffId(row.id),
            full_name: row.full_name,
            username: row.username,
            groups: row.groups,
        })
    }

    /// Links the visitor's Telegram account and spends the invite; administrators are told (A2, G2).
    ///
    /// # Errors
    /// [`Refusal::InviteUnusable`] when somebody was quicker, or the Telegram account is somebody's already.
    pub async fn redeem_invite(&mut self, code: &str) -> Deed<InvitePreview> {
        self.mark().await?;
        let done = self.redeem(code).await;
        self.settle(done).await
    }

    async fn redeem(&mut self, code: &str) -> Deed<InvitePreview> {
        let preview = self.preview_invite(code).await?;
        // The row's lock decides between two who tap at once.
        let spent = sqlx::query!(
            "update invite set used_at = $2, used_by_telegram_id = $3
              where code_hash = $1 and used_at is null and revoked_at is null and expires_at > $2",
            code::hash(code),
            self.now,
            self.actor.visitor.telegram_id
        )
        .execute(&mut *self.connection)
        .await?;
        if spent.rows_affected() == 0 {
            return Err(Refusal::InviteUnusable.into());
        }
        self.link(preview.staff, "invite").await?;
        self.notify(
            Audience::Holders(Permission::StaffManage),
            Notice::Linked { staff: preview.staff, who: preview.full_name.clone(), username: preview.username.clone() },
        );
        Ok(preview)
    }

    /// Ends the account's present link, if any, and makes one with the visitor's Telegram account.
    async fn link(&mut self, staff: StaffId, way: &str) -> Deed<()> {
        let before = sqlx::query!(
            "update telegram_link set unlinked_at = $2 where user_id = $1 and unlinked_at is null
             returning telegram_id, chat_id",
            staff.0,
            self.now
        )
        .fetch_optional(&mut *self.connection)
        .await?;
        let (telegram_id, chat_id) = (self.actor.visitor.telegram_id, self.actor.visitor.chat_id);
        let linked = sqlx::query!(
            "insert into telegram_link (telegram_id, chat_id, user_id, linked_at) values ($1, $2, $3, $4)
             on conflict do nothing",
            telegram_id,
            chat_id,
            staff.0,
            self.now
        )
        .execute(&mut *self.connection)
        .await?;
        if linked.rows_affected() == 0 {
            return Err(Refusal::InviteUnusable.into());
        }
        if let Some(old) = before.as_ref().filter(|old| old.telegram_id != telegram_id) {
            let language = self.language_of(staff).await?;
            self.notify(Audience::Chat(old.chat_id, language), Notice::LinkMoved);
        }
        self.change_identity();
        self.audit_as(
            staff,
            Event {
                action: "link",
                entity: "staff",
                entity_id: Some(staff.0),
                before: before.map(|old| json!({ "telegram_id": old.telegram_id })),
                after: Some(json!({ "telegram_id": telegram_id, "way": way })),
                reason: None,
            },
        )
        .await?;
        Ok(())
    }

    async fn language_of(&mut self, staff: StaffId) -> Result<Language, Fault> {
        let language = sqlx::query_scalar!("select language from staff_user where id = $1", staff.0)
            .fetch_optional(&mut *self.connection)
            .await?
            .flatten();
        Ok(language.as_deref().and_then(Language::from_code).unwrap_or(self.company.language))
    }

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

    /// Ends the actor's own link.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn log_out(&mut self) -> Result<(), Fault> {
        if let Some(id) = self.actor.staff().map(|staff| staff.id) {
            self.unlink(id, "logout").await?;
            self.change_identity();
        }
        Ok(())
    }

    /// Takes a person's access away; a new invite lets him in again (G2).
    ///
    /// # Errors
    /// [`Refusal::Denied`] without the right, [`Refusal::Gone`] when there is no link.
    pub async fn revoke_link(&mut self, staff: StaffId) -> Deed<()> {
        self.need_over(staff).await?;
        match self.unlink(staff, "revoke").await? {
            true => Ok(()),
            false => Err(Refusal::Gone.into()),
        }
    }

    async fn unlink(&mut self, staff: StaffId, action: &str) -> Result<bool, Fault> {
        let ended = sqlx::query!(
            "update telegram_link set unlinked_at = $2 where user_id = $1 and unlinked_at is null",
            staff.0,
            self.now
        )
        .execute(&mut *self.connection)
        .await?;
        if ended.rows_affected() == 0 {
            return Ok(false);
        }
        let event =
            Event { action, entity: "staff", entity_id: Some(staff.0), before: None, after: None, reason: None };
        self.audit(event).await?;
        Ok(true)
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

    /// Sets the language in which the actor is spoken to.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn set_language(&mut self, language: Language) -> Result<(), Fault> {
        let Some(id) = self.actor.staff().map(|staff| staff.id) else { return Ok(()) };
        sqlx::query!("update staff_user set language = $2 where id = $1", id.0, language.code())
            .execute(&mut *self.connection)
            .await?;
        self.actor.language = language;
        self.change_identity();
        Ok(())
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
