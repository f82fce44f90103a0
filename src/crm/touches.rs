//! Touches: the ads by which a client came, each time (H1–H11). The history is never overwritten.

mod correct;

pub(super) use correct::end;
pub use correct::{TouchCard, correct, correctable, correctable_one, void};

use chrono::NaiveDate;
use serde_json::json;

use super::ads::stored_channel;
use super::audit::{AuditAction, Event};
use super::clients::Locked;
use super::{Audience, Crm, Notice, Refusal, Result, client_state, clients};
use crate::domain::{Channel, ClientState, Permission};
use crate::error::SystemError;

/// An ad that can be chosen: no budget, since not every user may see it (A10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningAd {
    pub id: i64,
    pub title: String,
    pub channel: Channel,
    /// Other names people give it.
    pub aliases: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Its client: after a merge, the surviving record.
    pub client: i64,
    pub ad: String,
    pub day: NaiveDate,
    /// Whether it is new, or there was one of that ad on that day (H5).
    pub fresh: bool,
}

/// The running ads by all the names people give them, so that one is recognised in a message (P8).
///
/// # Errors
/// `Denied` without the right to choose ads.
pub async fn running_ads(crm: &mut Crm<'_>) -> Result<Vec<RunningAd>> {
    crm.require(Permission::AdPick).await?;
    let rows = sqlx::query!("select id, title, channel, aliases from ad where archived_at is null order by id")
        .fetch_all(&mut *crm.connection)
        .await?;
    let mut ads = Vec::with_capacity(rows.len());
    for row in rows {
        let channel = stored_channel(&row.channel)?;
        ads.push(RunningAd { id: row.id, title: row.title, channel, aliases: row.aliases });
    }
    Ok(ads)
}

/// Registers that a known client came by an ad (H2–H6, H11).
///
/// # Errors
/// `Denied`; `Gone` for a forged client or ad; `AdFinished` for a finished ad (P8, P14).
pub async fn register(crm: &mut Crm<'_>, client: i64, ad: i64) -> Result<Touched> {
    crm.require(Permission::TouchAdd).await?;
    let ad = running_ad(crm, ad).await?;
    let client = clients::lock_live(crm, client).await?;
    let touched = add(crm, &client, &ad).await?;
    if touched.fresh {
        tell_of_touch(crm, &client, &ad);
    }
    Ok(touched)
}

/// An ad that runs and goes on running until the turn ends (P14).
pub(super) async fn running_ad(crm: &mut Crm<'_>, id: i64) -> Result<RunningAd> {
    let row = sqlx::query!("select id, title, channel, aliases, archived_at from ad where id = $1 for share", id)
        .fetch_optional(crm.writing().await?)
        .await?
        .ok_or(Refusal::Gone)?;
    if row.archived_at.is_some() {
        return Err(Refusal::AdFinished.into());
    }
    let channel = stored_channel(&row.channel)?;
    Ok(RunningAd { id: row.id, title: row.title, channel, aliases: row.aliases })
}

/// Writes the touch and the client's state; the same ad on one local day is one touch (H5).
pub(super) async fn add(crm: &mut Crm<'_>, client: &Locked, ad: &RunningAd) -> Result<Touched, SystemError> {
    let author = crm.actor.staff().map_or(super::StaffId::SYSTEM, |staff| staff.id);
    let day = crm.today();
    let made = sqlx::query_scalar!(
        "insert into touch (client_id, ad_id, happened_at, local_day, created_at, created_by)
             values ($1, $2, $3, $4, $3, $5)
             on conflict (client_id, ad_id, local_day) where voided_at is null do nothing returning id",
        client.id,
        ad.id,
        crm.now,
        day,
        author.0
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    if let Some(id) = made {
        client_state::refresh(crm, client.id).await?;
        crm.audit(Event {
            action: AuditAction::TouchCreate,
            entity_id: Some(id),
            before: None,
            after: Some(json!({ "client": client.id, "ad": ad.id, "day": day })),
            reason: None,
        })
        .await?;
    }
    Ok(Touched { client: client.id, ad: ad.title.clone(), day, fresh: made.is_some() })
}

/// Notifies that a client came again: all users who may take clients when the client was gone (H2), else the owner.
pub(super) fn tell_of_touch(crm: &mut Crm<'_>, client: &Locked, ad: &RunningAd) {
    let audience = match (client.state, client.responsible) {
        (ClientState::Inactive, _) => Audience::Holders(Permission::ClientTake),
        (_, Some(responsible)) => Audience::One(responsible),
        (_, None) => return,
    };
    let notice = Notice::NewLead {
        client: client.id,
        who: client.who.clone(),
        ad: ad.title.clone(),
        returned: true,
        free: client.responsible.is_none(),
    };
    crm.notify(audience, notice);
}
