//! Users as recipients: audiences of notices, chats, languages.

use super::{Actor, Audience, Crm, Error, Recipient, StaffId, Topic, Visitor, logins};
use crate::domain::{Language, QuietHours, TimeZone};
use crate::error::SystemError;

/// A colleague as others see them.
pub struct Person {
    pub id: StaffId,
    pub username: String,
    pub full_name: String,
    /// Whether they may work.
    pub active: bool,
    pub is_superuser: bool,
}

/// A colleague; none for a forged id.
pub async fn person(crm: &mut Crm<'_>, id: StaffId) -> Result<Option<Person>, SystemError> {
    let row = sqlx::query!(
        "select id, username, full_name, active, is_superuser from staff_user where id = $1 and id > 0",
        id.0
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    Ok(row.map(|row| Person {
        id: StaffId(row.id),
        username: row.username,
        full_name: row.full_name,
        active: row.active,
        is_superuser: row.is_superuser,
    }))
}

/// The demo's first administrator, linked with the visitor from the start. Tells whether it was made: later
/// starts find it.
pub async fn found_company(crm: &mut Crm<'_>, username: &str, full_name: &str) -> Result<bool, SystemError> {
    let made = sqlx::query_scalar!(
        "insert into staff_user (username, full_name, is_superuser, password_hash, created_at, created_by)
             values ($1, $2, true, $3, $4, 0) on conflict (username) do nothing returning id",
        username,
        full_name,
        crm.company.demo_password_hash,
        crm.now
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    let Some(id) = made else { return Ok(false) };
    match logins::log_in(crm, StaffId(id)).await {
        Ok(()) => Ok(true),
        Err(Error::System(fault)) => Err(fault),
        Err(Error::Refused(_)) => Err(SystemError::permanent("the demo's administrator could not be linked")),
    }
}

/// The chats of an audience: linked, active people that messages reach and who have not switched the topic off. The actor
/// is never told what they just did.
pub async fn recipients(
    crm: &mut Crm<'_>,
    audience: &Audience,
    topic: Option<Topic>,
) -> Result<Vec<Recipient>, SystemError> {
    let (permission, one) = match audience {
        Audience::Chat(chat_id, language) => {
            let (chat_id, language, zone) = (*chat_id, *language, crm.company.time_zone);
            return Ok(vec![Recipient {
                chat_id,
                language,
                zone,
                quiet_until: None,
                staff: None,
                protects_cards: false,
            }]);
        }
        Audience::Holders(permission) => (Some(permission.code()), None),
        Audience::One(staff) => (None, Some(staff.0)),
        Audience::OneAndHolders(staff, permission) => (Some(permission.code()), Some(staff.0)),
    };
    let rows = sqlx::query!(
            r#"with asked as materialized (
                   select user_id as id from granted_permission where permission = $1
                   union select id from staff_user where is_superuser and $1::text is not null
                   union select $2 where $2::bigint is not null
               )
               select l.chat_id, u.id, coalesce(u.language, u.heard_language) as language, u.time_zone, u.quiet_from, u.quiet_to,
                      (select protect_cards from look_policy) as protects_cards
                 from asked join staff_user u on u.id = asked.id and u.active
                 join telegram_link l on l.user_id = u.id and l.unlinked_at is null
                where u.id <> $3 and ($4::text is null or $4 <> all (u.muted_notices))
                  and not exists (select from chat_session lost
                                   where lost.chat_id = l.chat_id and lost.unreachable_at is not null)
                order by u.id"#,
            permission,
            one,
            crm.actor.staff().map_or(StaffId::SYSTEM, |staff| staff.id).0,
            topic.map(Topic::code)
        )
        .fetch_all(&mut *crm.connection)
        .await?;
    let recipients = rows.into_iter().map(|row| {
        let zone = zone(crm, row.time_zone.as_deref());
        let quiet = row.quiet_from.zip(row.quiet_to).and_then(|(from, to)| QuietHours::new(from, to).ok());
        Recipient {
            chat_id: row.chat_id,
            language: language(crm, row.language.as_deref()),
            zone,
            quiet_until: quiet.map(|quiet| quiet.delayed(crm.now, zone)).filter(|until| *until > crm.now),
            staff: Some(StaffId(row.id)),
            protects_cards: row.protects_cards.unwrap_or_default(),
        }
    });
    Ok(recipients.collect())
}

/// The owners of these chats: linked, active users alone.
pub async fn owners(crm: &mut Crm<'_>, chats: &[i64]) -> Result<Vec<Recipient>, SystemError> {
    let rows = sqlx::query!(
        "select l.chat_id, u.id, coalesce(u.language, u.heard_language) as language, u.time_zone
               from telegram_link l join staff_user u on u.id = l.user_id and u.active
              where l.unlinked_at is null and l.chat_id = any($1) order by u.id",
        chats
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let owners = rows.into_iter().map(|row| Recipient {
        chat_id: row.chat_id,
        language: language(crm, row.language.as_deref()),
        zone: zone(crm, row.time_zone.as_deref()),
        quiet_until: None,
        staff: Some(StaffId(row.id)),
        // What they are told is written into messages that are there.
        protects_cards: false,
    });
    Ok(owners.collect())
}

fn language(crm: &Crm<'_>, stored: Option<&str>) -> Language {
    stored.and_then(Language::from_code).unwrap_or(crm.company.language)
}

fn zone(crm: &Crm<'_>, stored: Option<&str>) -> TimeZone {
    stored.and_then(|name| TimeZone::parse(name).ok()).unwrap_or(crm.company.time_zone)
}

/// The linked users among these, with their present rights.
pub async fn linked(crm: &mut Crm<'_>, people: &[StaffId]) -> Result<Vec<Actor>, SystemError> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = people.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "select telegram_id, chat_id from telegram_link where user_id = any($1) and unlinked_at is null",
        &ids
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let mut actors = Vec::with_capacity(rows.len());
    for row in rows {
        let visitor = Visitor { telegram_id: row.telegram_id, chat_id: row.chat_id, language_code: None };
        actors.push(Actor::read(&mut *crm.connection, visitor, crm.company).await?);
    }
    Ok(actors)
}
