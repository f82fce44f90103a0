//! A user's own settings: time zone, quiet hours, topics of notices. The language is set in `access`.

use serde_json::{Value, json};

use super::audit::{AuditAction, Event};
use super::{Crm, Notice, StaffId};
use crate::domain::{QuietHours, TimeZone, coded_enum};
use crate::error::SystemError;

coded_enum! {
    /// What a person can be told of, or not.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Topic {
        /// New and returned clients.
        Leads = "leads",
        /// Users who have logged in, and those that no message reaches.
        People = "people",
    }
}

impl Notice {
    /// The topic by which the notice can be switched off; none for a notice that every recipient must get.
    #[must_use]
    pub const fn topic(&self) -> Option<Topic> {
        match self {
            Self::NewLead { .. } | Self::FreeAgain { .. } | Self::Waiting { .. } | Self::ManyWaiting { .. } => {
                Some(Topic::Leads)
            }
            Self::Linked { .. } | Self::Unreachable { .. } => Some(Topic::People),
            // What concerns the safety of an account cannot be switched off.
            Self::LinkMoved
            | Self::LoginFailed { .. }
            | Self::PasswordChanged { .. }
            | Self::OwnPasswordChanged
            | Self::PasswordRemoved
            | Self::ManyLooks { .. }
            | Self::EnteredElsewhere { .. }
            | Self::HandedOver { .. }
            | Self::HandedBack { .. }
            | Self::Offered { .. }
            | Self::OfferedForYou { .. }
            | Self::Answered { .. }
            | Self::AnswerUndone { .. }
            | Self::OfferReturned { .. }
            | Self::BackupFailed { .. } => None,
        }
    }
}

/// The settings of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Their own time zone; none for the company's.
    pub time_zone: Option<TimeZone>,
    /// The hours without notices.
    pub quiet: Option<QuietHours>,
    /// The topics that are switched off.
    pub muted: Vec<Topic>,
}

/// The actor's own settings; none for a stranger.
pub async fn read(crm: &mut Crm<'_>) -> Result<Option<Settings>, SystemError> {
    let Some(id) = own_id(crm) else { return Ok(None) };
    let row = sqlx::query!("select time_zone, quiet_from, quiet_to, muted_notices from staff_user where id = $1", id.0)
        .fetch_one(&mut *crm.connection)
        .await?;
    Ok(Some(Settings {
        time_zone: row.time_zone.as_deref().and_then(|name| TimeZone::parse(name).ok()),
        quiet: row.quiet_from.zip(row.quiet_to).and_then(|(from, to)| QuietHours::new(from, to).ok()),
        muted: Topic::ALL
            .into_iter()
            .filter(|topic| row.muted_notices.iter().any(|code| code == topic.code()))
            .collect(),
    }))
}

/// Sets the zone in which the actor reads and types times; none for the company's.
pub async fn set_time_zone(crm: &mut Crm<'_>, zone: Option<TimeZone>) -> Result<(), SystemError> {
    let Some((id, before)) = own_id(crm).zip(read(crm).await?) else { return Ok(()) };
    sqlx::query!("update staff_user set time_zone = $2 where id = $1", id.0, zone.map(TimeZone::name))
        .execute(crm.writing().await?)
        .await?;
    audit(crm, id, json!({ "time_zone": before.time_zone }), json!({ "time_zone": zone })).await?;
    crm.read_actor().await
}

/// Sets the actor's quiet hours; none for no such hours.
pub async fn set_quiet_hours(crm: &mut Crm<'_>, quiet: Option<QuietHours>) -> Result<(), SystemError> {
    let Some((id, before)) = own_id(crm).zip(read(crm).await?) else { return Ok(()) };
    sqlx::query!(
        "update staff_user set quiet_from = $2, quiet_to = $3 where id = $1",
        id.0,
        quiet.map(QuietHours::from),
        quiet.map(QuietHours::to)
    )
    .execute(crm.writing().await?)
    .await?;
    let shown = |quiet: Option<QuietHours>| json!({ "quiet_hours": quiet.map(|quiet| quiet.to_string()) });
    audit(crm, id, shown(before.quiet), shown(quiet)).await
}

/// Switches a topic of notices on or off. Tells whether that changed anything.
pub async fn set_topic(crm: &mut Crm<'_>, topic: Topic, on: bool) -> Result<bool, SystemError> {
    let Some((id, before)) = own_id(crm).zip(read(crm).await?) else { return Ok(false) };
    if before.muted.contains(&topic) != on {
        return Ok(false);
    }
    let codes = |muted: &[Topic]| muted.iter().map(|topic| topic.code().to_owned()).collect::<Vec<_>>();
    let mut muted = before.muted.clone();
    muted.retain(|other| *other != topic);
    muted.extend((!on).then_some(topic));
    sqlx::query!("update staff_user set muted_notices = $2 where id = $1", id.0, &codes(&muted))
        .execute(crm.writing().await?)
        .await?;
    let shown = |muted: &[Topic]| json!({ "muted": codes(muted) });
    audit(crm, id, shown(&before.muted), shown(&muted)).await?;
    Ok(true)
}

pub(super) async fn audit(crm: &mut Crm<'_>, id: StaffId, before: Value, after: Value) -> Result<(), SystemError> {
    crm.audit(Event {
        action: AuditAction::StaffSettings,
        entity_id: Some(id.0),
        before: Some(before),
        after: Some(after),
        reason: None,
    })
    .await
}

fn own_id(crm: &Crm<'_>) -> Option<StaffId> {
    crm.actor.staff().map(|staff| staff.id)
}
