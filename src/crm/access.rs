//! Login by invite, logout and links with Telegram accounts (A1–A3, A6, G2). One Telegram id ↔ one user (G3).

use serde_json::json;
use sqlx::PgConnection;

use super::audit::{AuditAction, Event};
use super::code;
use super::{Actor, Audience, Crm, Notice, Refusal, Result, StaffId, passwords, rights, settings};
use crate::domain::{Language, Permission};
use crate::error::SystemError;

/// What the owner of an invite sees before accepting it (A2).
pub struct InvitePreview {
    /// The invite's id: what an open question keeps instead of the code (A17).
    pub invite: i64,
    pub staff: StaffId,
    pub full_name: String,
    pub username: String,
    /// Names of the groups.
    pub groups: Vec<String>,
}

/// What an invite opens, if it can be used.
///
/// # Errors
/// [`Refusal::InviteUnusable`] for a spent, expired, revoked or unknown one: which of them is not said (A3).
pub async fn find_invite(crm: &mut Crm<'_>, code: &str) -> Result<InvitePreview> {
    let id = sqlx::query_scalar!("select id from invite where code_hash = $1", code::hash(code))
        .fetch_optional(&mut *crm.connection)
        .await?;
    preview_invite(crm, id.ok_or(Refusal::InviteUnusable)?).await
}

/// What an invite that was found by its code opens, if it still can be used.
///
/// # Errors
/// [`Refusal::InviteUnusable`] as above.
pub async fn preview_invite(crm: &mut Crm<'_>, invite: i64) -> Result<InvitePreview> {
    let row = sqlx::query!(
        r#"select u.id, u.full_name, u.username,
                      array(select g.name from group_member m join user_group g on g.id = m.group_id
                             where m.user_id = u.id and m.removed_at is null order by g.id) as "groups!"
                 from invite i join staff_user u on u.id = i.user_id and u.active
                where i.id = $1 and i.used_at is null and i.revoked_at is null and i.expires_at > $2"#,
        invite,
        crm.now
    )
    .fetch_optional(&mut *crm.connection)
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
/// [`Refusal::InviteUnusable`] when another user was quicker, or the Telegram account belongs to another user.
pub async fn redeem_invite(crm: &mut Crm<'_>, invite: i64) -> Result<InvitePreview> {
    crm.atomically(async |crm| {
        let preview = preview_invite(crm, invite).await?;
        // The row's lock decides between two users who tap at once.
        let spent = sqlx::query!(
            "update invite set used_at = $2, used_by_telegram_id = $3
              where id = $1 and used_at is null and revoked_at is null and expires_at > $2",
            invite,
            crm.now,
            crm.actor.visitor.telegram_id
        )
        .execute(&mut *crm.connection)
        .await?;
        if spent.rows_affected() == 0 {
            return Err(Refusal::InviteUnusable.into());
        }
        // A password that was set since the invite was made is not the invited user's (A15). The demo's stays.
        let demo = crm.company.demo_password_hash.as_deref();
        passwords::drop_password(crm, preview.staff, demo).await?;
        link(crm, preview.staff, "invite").await?;
        let (who, username) = (preview.full_name.clone(), preview.username.clone());
        crm.notify(
            Audience::Holders(Permission::StaffManage),
            Notice::Linked { staff: preview.staff, who, username, by_password: false },
        );
        Ok(preview)
    })
    .await
}

/// Ends the account's present link, if any, and makes one with the visitor's Telegram account.
pub(super) async fn link(crm: &mut Crm<'_>, staff: StaffId, way: &str) -> Result<()> {
    let before = sqlx::query!(
        "update telegram_link set unlinked_at = $2 where user_id = $1 and unlinked_at is null
             returning telegram_id, chat_id",
        staff.0,
        crm.now
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    let (telegram_id, chat_id) = (crm.actor.visitor.telegram_id, crm.actor.visitor.chat_id);
    let linked = sqlx::query!(
        "insert into telegram_link (telegram_id, chat_id, user_id, linked_at) values ($1, $2, $3, $4)
             on conflict do nothing",
        telegram_id,
        chat_id,
        staff.0,
        crm.now
    )
    .execute(&mut *crm.connection)
    .await?;
    if linked.rows_affected() == 0 {
        return Err(Refusal::InviteUnusable.into());
    }
    if let Some(old) = before.as_ref().filter(|old| old.telegram_id != telegram_id) {
        let language = language_of(crm, staff).await?;
        crm.notify(Audience::Chat(old.chat_id, language), Notice::LinkMoved);
        crm.leave_chat(old.chat_id, language);
    }
    crm.change_identity();
    crm.audit_as(
        staff,
        Event {
            action: AuditAction::StaffLink,
            entity_id: Some(staff.0),
            before: before.map(|old| json!({ "telegram_id": old.telegram_id })),
            after: Some(json!({ "telegram_id": telegram_id, "way": way })),
            reason: None,
        },
    )
    .await?;
    Ok(())
}

pub(super) async fn language_of(crm: &mut Crm<'_>, staff: StaffId) -> Result<Language, SystemError> {
    let language =
        sqlx::query_scalar!("select coalesce(language, heard_language) from staff_user where id = $1", staff.0)
            .fetch_optional(&mut *crm.connection)
            .await?
            .flatten();
    Ok(language.as_deref().and_then(Language::from_code).unwrap_or(crm.company.language))
}

/// Ends the actor's own link; the password stays, since it is the way back.
///
/// # Errors
/// [`Refusal::LastAdministrator`] when no administrator could get in any more (A8).
pub async fn log_out(crm: &mut Crm<'_>) -> Result<()> {
    let Some(id) = crm.actor.staff().map(|staff| staff.id) else { return Ok(()) };
    if crm.may(Permission::StaffManage) {
        rights::wait(crm).await?;
    }
    let manages = crm.may(Permission::StaffManage);
    crm.atomically(async |crm| {
        unlink(crm, id, AuditAction::StaffLogout).await?;
        if manages {
            rights::require_holder(crm, Permission::StaffManage, None).await?;
        }
        Ok(())
    })
    .await?;
    crm.change_identity();
    Ok(())
}

/// Takes a user's access away, link and password; a new invite gives it back (A15, G2).
///
/// # Errors
/// [`Refusal::Denied`] without the right, [`Refusal::Gone`] when there is no link, [`Refusal::LastAdministrator`] (A8).
pub async fn revoke_link(crm: &mut Crm<'_>, staff: StaffId) -> Result<()> {
    rights::lock(crm, Permission::StaffManage).await?;
    rights::require_over(crm, staff).await?;
    crm.atomically(async |crm| {
        if !unlink(crm, staff, AuditAction::StaffRevoke).await? {
            return Err(Refusal::Gone.into());
        }
        passwords::drop_password(crm, staff, None).await?;
        rights::require_holder(crm, Permission::StaffManage, None).await?;
        crm.staff_changed(staff);
        Ok(())
    })
    .await
}

async fn unlink(crm: &mut Crm<'_>, staff: StaffId, action: AuditAction) -> Result<bool, SystemError> {
    let ended = sqlx::query!(
        "update telegram_link set unlinked_at = $2 where user_id = $1 and unlinked_at is null
             returning telegram_id, chat_id",
        staff.0,
        crm.now
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    let Some(ended) = ended else { return Ok(false) };
    let language = language_of(crm, staff).await?;
    crm.leave_chat(ended.chat_id, language);
    let before = Some(json!({ "telegram_id": ended.telegram_id }));
    crm.audit(Event { action, entity_id: Some(staff.0), before, after: None, reason: None }).await?;
    Ok(true)
}

/// Keeps the language of a user's Telegram for notices. The user's own choice goes before it.
pub async fn hear_language(crm: &mut Crm<'_>, actor: &Actor) -> Result<(), SystemError> {
    let heard = actor.visitor.language_code.as_deref().and_then(Language::from_code);
    let (Some(staff), Some(heard)) = (actor.staff(), heard) else { return Ok(()) };
    if staff.heard != Some(heard) {
        sqlx::query!("update staff_user set heard_language = $2 where id = $1", staff.id.0, heard.code())
            .execute(crm.writing().await?)
            .await?;
    }
    Ok(())
}

/// Sets the language in which the actor is spoken to.
pub async fn set_language(crm: &mut Crm<'_>, language: Language) -> Result<(), SystemError> {
    let Some(id) = crm.actor.staff().map(|staff| staff.id) else { return Ok(()) };
    let before = language_of(crm, id).await?;
    sqlx::query!("update staff_user set language = $2 where id = $1", id.0, language.code())
        .execute(crm.writing().await?)
        .await?;
    settings::audit(crm, id, json!({ "language": before }), json!({ "language": language })).await?;
    crm.actor.language = language;
    crm.change_identity();
    Ok(())
}

/// The chats of all users there have ever been.
pub async fn ever_linked_chats(connection: &mut PgConnection) -> Result<Vec<i64>, SystemError> {
    Ok(sqlx::query_scalar!("select distinct chat_id from telegram_link").fetch_all(connection).await?)
}

/// The chats of all linked, active users.
pub async fn linked_chats(connection: &mut PgConnection) -> Result<Vec<i64>, SystemError> {
    let chats = sqlx::query_scalar!(
        "select l.chat_id from telegram_link l join staff_user u on u.id = l.user_id and u.active
          where l.unlinked_at is null"
    );
    Ok(chats.fetch_all(connection).await?)
}
