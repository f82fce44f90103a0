//! Logins by password: the account that a login names, and the link that follows a right password (A13, G4).

mod guesses;

pub use guesses::{failed, forget_guesses, hold, pause};

use super::{Audience, Crm, Notice, Result, StaffId, access, staff};
use crate::domain::{Language, Permission, Username};
use crate::error::SystemError;

/// The account that a login names. Unknown names have no id and no hash, and cost the same time.
pub struct LoginTarget {
    /// The user, if they can log in.
    pub staff: Option<StaffId>,
    /// The argon2id hash.
    pub hash: Option<String>,
    /// Grows with every change of the password.
    pub epoch: i32,
}

/// The account that `/login` names (A13).
pub async fn target(crm: &mut Crm<'_>, username: &Username) -> Result<LoginTarget, SystemError> {
    let row = sqlx::query!(
        "select id, password_hash, password_epoch from staff_user
              where username = $1 and active and password_hash is not null",
        username.as_str()
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    Ok(match row {
        Some(row) => LoginTarget { staff: Some(StaffId(row.id)), hash: row.password_hash, epoch: row.password_epoch },
        None => LoginTarget { staff: None, hash: None, epoch: 0 },
    })
}

/// Whether the account is used from another Telegram account now.
pub async fn is_linked_elsewhere(crm: &mut Crm<'_>, staff: StaffId) -> Result<bool, SystemError> {
    let elsewhere = sqlx::query_scalar!(
        r#"select exists (select from telegram_link
                where user_id = $1 and unlinked_at is null and telegram_id <> $2) as "exists!""#,
        staff.0,
        crm.actor.visitor.telegram_id
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    Ok(elsewhere)
}

/// Logs the visitor in after a correct password. Administrators are notified, and so is the Telegram account from which
/// the account was used last (A13, A16).
///
/// # Errors
/// [`super::Refusal::InviteUnusable`] when the Telegram account belongs to another user.
pub async fn log_in(crm: &mut Crm<'_>, staff: StaffId) -> Result<()> {
    crm.atomically(async |crm| {
        let last = sqlx::query!(
            r#"select l.chat_id, l.unlinked_at is not null and l.telegram_id <> $2 as "left_elsewhere!",
                      coalesce(u.language, u.heard_language) as language
                 from telegram_link l join staff_user u on u.id = l.user_id
                where l.user_id = $1 order by l.id desc limit 1"#,
            staff.0,
            crm.actor.visitor.telegram_id
        )
        .fetch_optional(&mut *crm.connection)
        .await?;
        access::link(crm, staff, "password").await?;
        guesses::forgive_guesses(crm, staff).await?;
        let Some(person) = staff::person(crm, staff).await? else { return Ok(()) };
        if let Some(last) = last.filter(|last| last.left_elsewhere) {
            let language = last.language.as_deref().and_then(Language::from_code).unwrap_or(crm.company.language);
            let notice = Notice::EnteredElsewhere { username: person.username.clone() };
            crm.notify(Audience::Chat(last.chat_id, language), notice);
        }
        let (who, username) = (person.full_name, person.username);
        crm.notify(
            Audience::Holders(Permission::StaffManage),
            Notice::Linked { staff, who, username, by_password: true },
        );
        Ok(())
    })
    .await
}
