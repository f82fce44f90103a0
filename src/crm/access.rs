//! The ways in and out: invites and links (A1–A3, A6, G2). One Telegram id ↔ one user (G3).

use serde_json::json;
use sqlx::PgConnection;

use super::audit::Event;
use super::code;
use super::{Actor, Audience, Crm, Notice, Refusal, Result, StaffId};
use crate::domain::{Language, Permission};
use crate::error::SystemError;

/// What the owner of an invite sees before taking it (A2).
pub struct InvitePreview {
    /// The invite's id: what an open question keeps instead of the code (A17).
    pub invite: i64,
    pub staff: StaffId,
    pub full_name: String,
    pub username: String,
    /// Names of the groups.
    pub groups: Vec<String>,
}

impl Crm<'_> {
    /// What an invite opens, if it can be used.
    ///
    /// # Errors
    /// [`Refusal::InviteUnusable`] for a spent, expired, revoked or unknown one: which of them is not said (A3).
    pub async fn find_invite(&mut self, code: &str) -> Result<InvitePreview> {
        let id = sqlx::query_scalar!("select id from invite where code_hash = $1", code::hash(code))
            .fetch_optional(&mut *self.connection)
            .await?;
        self.preview_invite(id.ok_or(Refusal::InviteUnusable)?).await
    }

    /// What an invite that was found by its code opens, if it still can be used.
    ///
    /// # Errors
    /// [`Refusal::InviteUnusable`] as above.
    pub async fn preview_invite(&mut self, invite: i64) -> Result<InvitePreview> {
        let row = sqlx::query!(
            r#"select u.id, u.full_name, u.username,
                      array(select g.name from group_member m join user_group g on g.id = m.group_id
                             where m.user_id = u.id and m.removed_at is null order by g.id) as "groups!"
                 from invite i join staff_user u on u.id = i.user_id and u.active
                where i.id = $1 and i.used_at is null and i.revoked_at is null and i.expires_at > $2"#,
            invite,
            self.now
        )
        .fetch_optional(&mut *self.connection)
        .await?;
        let row = row.ok_or(Refusal::InviteUnusable)?;
        Ok(InvitePreview {
            invite,
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
    pub async fn redeem_invite(&mut self, invite: i64) -> Result<InvitePreview> {
        self.mark().await?;
        let done = self.redeem(invite).await;
        self.settle(done).await
    }

    async fn redeem(&mut self, invite: i64) -> Result<InvitePreview> {
        let preview = self.preview_invite(invite).await?;
        // The row's lock decides between two who tap at once.
        let spent = sqlx::query!(
            "update invite set used_at = $2, used_by_telegram_id = $3
              where id = $1 and used_at is null and revoked_at is null and expires_at > $2",
            invite,
            self.now,
            self.actor.visitor.telegram_id
        )
        .execute(&mut *self.connection)
        .await?;
        if spent.rows_affected() == 0 {
            return Err(Refusal::InviteUnusable.into());
        }
        // A password that was set since the invite was made is not the invited user's (A15). The demo's stays.
        let demo = self.company.demo_password_hash.as_deref();
        self.drop_password(preview.staff, demo).await?;
        self.link(preview.staff, "invite").await?;
        let (who, username) = (preview.full_name.clone(), preview.username.clone());
        self.notify(
            Audience::Holders(Permission::StaffManage),
            Notice::Linked { staff: preview.staff, who, username, by_password: false },
        );
        Ok(preview)
    }

    /// Ends the account's present link, if any, and makes one with the visitor's Telegram account.
    pub(super) async fn link(&mut self, staff: StaffId, way: &str) -> Result<()> {
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
            self.leave_chat(old.chat_id);
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

    async fn language_of(&mut self, staff: StaffId) -> Result<Language, SystemError> {
        let language =
            sqlx::query_scalar!("select coalesce(language, heard_language) from staff_user where id = $1", staff.0)
                .fetch_optional(&mut *self.connection)
                .await?
                .flatten();
        Ok(language.as_deref().and_then(Language::from_code).unwrap_or(self.company.language))
    }

    /// Ends the actor's own link; the password stays, since it is the way back.
    pub async fn log_out(&mut self) -> Result<(), SystemError> {
        if let Some(id) = self.actor.staff().map(|staff| staff.id) {
            self.unlink(id, "logout").await?;
            self.change_identity();
        }
        Ok(())
    }

    /// Takes a user's access away, link and password; a new invite gives it back (A15, G2).
    ///
    /// # Errors
    /// [`Refusal::Denied`] without the right, [`Refusal::Gone`] when there is no link, [`Refusal::LastAdministrator`] (A8).
    pub async fn revoke_link(&mut self, staff: StaffId) -> Result<()> {
        self.lock_rights(Permission::StaffManage).await?;
        self.need_over(staff).await?;
        self.mark().await?;
        let done = self.revoke(staff).await;
        self.settle(done).await
    }

    async fn revoke(&mut self, staff: StaffId) -> Result<()> {
        if !self.unlink(staff, "revoke").await? {
            return Err(Refusal::Gone.into());
        }
        self.drop_password(staff, None).await?;
        self.need_holder(Permission::StaffManage, None).await?;
        self.staff_changed(staff);
        Ok(())
    }

    async fn unlink(&mut self, staff: StaffId, action: &str) -> Result<bool, SystemError> {
        let ended = sqlx::query!(
            "update telegram_link set unlinked_at = $2 where user_id = $1 and unlinked_at is null returning chat_id",
            staff.0,
            self.now
        )
        .fetch_optional(&mut *self.connection)
        .await?;
        let Some(ended) = ended else { return Ok(false) };
        self.leave_chat(ended.chat_id);
        let event =
            Event { action, entity: "staff", entity_id: Some(staff.0), before: None, after: None, reason: None };
        self.audit(event).await?;
        Ok(true)
    }

    /// Keeps the language that somebody's Telegram speaks, for what he is told unasked. A choice of his own goes before it.
    pub async fn hear_language(&mut self, actor: &Actor) -> Result<(), SystemError> {
        let heard = actor.visitor.language_code.as_deref().and_then(Language::from_code);
        let (Some(staff), Some(heard)) = (actor.staff(), heard) else { return Ok(()) };
        if staff.heard != Some(heard) {
            sqlx::query!("update staff_user set heard_language = $2 where id = $1", staff.id.0, heard.code())
                .execute(&mut *self.connection)
                .await?;
        }
        Ok(())
    }

    /// Sets the language in which the actor is spoken to.
    pub async fn set_language(&mut self, language: Language) -> Result<(), SystemError> {
        let Some(id) = self.actor.staff().map(|staff| staff.id) else { return Ok(()) };
        let before = self.language_of(id).await?;
        sqlx::query!("update staff_user set language = $2 where id = $1", id.0, language.code())
            .execute(&mut *self.connection)
            .await?;
        self.audit_settings(id, json!({ "language": before }), json!({ "language": language })).await?;
        self.actor.language = language;
        self.change_identity();
        Ok(())
    }
}

/// The chats of everybody linked and active.
pub async fn linked_chats(connection: &mut PgConnection) -> Result<Vec<i64>, SystemError> {
    let chats = sqlx::query_scalar!(
        "select l.chat_id from telegram_link l join staff_user u on u.id = l.user_id and u.active
          where l.unlinked_at is null"
    );
    Ok(chats.fetch_all(connection).await?)
}
