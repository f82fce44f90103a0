//! The owner of a phone: the duplicate verdict (C5, C6).

use chrono::{DateTime, NaiveDate, Utc};

use super::{ClientLine, looks, masked, name_of};
use crate::crm::{Crm, Result};
use crate::domain::{ClientState, Permission, Phone};

/// What a phone says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Unknown,
    /// It is of an undone lead, which a new one brings back.
    Voided,
    /// It is of a client; after a merge, of the surviving record (C10).
    Known(Box<Known>),
}

/// A client who has the phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub client: ClientLine,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
    pub last_touch: Option<LastTouch>,
    /// Whether the phone is that of a client who was merged into this one.
    pub merged: bool,
}

/// A client's latest touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastTouch {
    pub ad: String,
    pub day: NaiveDate,
}

/// Looks up the owner of a phone. A user's first finding of a day is a look at that client's phone, as a search by digits is
/// (J6).
///
/// # Errors
/// `Denied` without the right to see clients.
pub async fn look_up(crm: &mut Crm<'_>, phone: &Phone) -> Result<Verdict> {
    let by = crm.require(Permission::ClientView).await?;
    let midnight = looks::midnight(crm);
    let row = sqlx::query!(
        r#"with recursive found as (
                   select id, merged_into, false as merged from client where phone = $1
                   union all
                   select c.id, c.merged_into, true from found join client c on c.id = found.merged_into)
               select c.id, c.phone, c.last_name, c.first_name, c.middle_name, c.voided_at, c.lost_at, c.last_live_day,
                      c.open_touch_id, c.created_at, author.full_name as created_by, found.merged as "merged!",
                      last.title as "ad?", last.local_day as "day?",
                      not exists (select from audit_event e
                                   where e.actor_id = $2 and e.entity_id = c.id and e.at >= $3
                                     and e.action = 'find_phone') as "first_look!"
                 from found
                 join client c on c.id = found.id
                 join staff_user author on author.id = c.created_by
                 left join lateral (
                      select ad.title, touch.local_day from touch join ad on ad.id = touch.ad_id
                       where touch.client_id = c.id and touch.voided_at is null
                       order by touch.happened_at desc, touch.id desc limit 1) last on true
                where found.merged_into is null"#,
        phone.as_str(),
        by.0,
        midnight
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    let Some(row) = row else { return Ok(Verdict::Unknown) };
    if row.voided_at.is_some() {
        return Ok(Verdict::Voided);
    }
    if row.first_look {
        looks::found(crm, by, row.id).await?;
    }
    let masked = masked(&row.phone);
    let name = name_of(row.last_name, row.first_name, row.middle_name);
    Ok(Verdict::Known(Box::new(Known {
        client: ClientLine {
            id: row.id,
            who: name.display().unwrap_or_else(|| masked.clone()),
            masked,
            state: ClientState::on(crm.today(), row.last_live_day, row.open_touch_id.is_some()),
            lost: row.lost_at.is_some(),
        },
        created_at: row.created_at,
        created_by: row.created_by,
        last_touch: row.ad.zip(row.day).map(|(ad, day)| LastTouch { ad, day }),
        merged: row.merged,
    })))
}
