//! Audit events that an undo reads and writes.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Kind, MINUTES, Reversal, clients, reversal};
use crate::crm::{AuditAction, Crm, Entity, Refusal, Result, StaffId};
use crate::domain::Reason;
use crate::error::SystemError;

/// An event of the log, as an undo needs it.
pub(super) struct Write {
    pub event: i64,
    pub at: DateTime<Utc>,
    pub by: (StaffId, String),
    pub action: String,
    pub entity: String,
    pub entity_id: i64,
    /// Of an undo: what it has undone.
    pub undoes: Option<i64>,
    reason: Option<String>,
    before: Option<Value>,
    after: Option<Value>,
}

impl Write {
    /// How it is undone; none for what cannot be.
    pub(super) fn kind(&self) -> Option<Kind> {
        match reversal(self.known()?) {
            Reversal::By(kind) => Some(kind),
            Reversal::Final | Reversal::None => None,
        }
    }

    /// What was done; none for what only another version of the program knows.
    pub(super) fn known(&self) -> Option<AuditAction> {
        AuditAction::from_stored(&self.entity, &self.action)
    }

    /// The record on whose card it is undone: what belongs to a client is undone on the client's.
    pub(super) fn record(&self) -> Option<(Entity, i64)> {
        match Entity::from_code(&self.entity)? {
            Entity::Touch | Entity::Note | Entity::FollowUp | Entity::Consent => {
                let sides = [&self.after, &self.before].into_iter().flatten();
                Some((Entity::Client, sides.filter_map(|side| side.get("client")?.as_i64()).next()?))
            }
            entity => Some((entity, self.entity_id)),
        }
    }

    /// The refusal of an undo that this later write stands against.
    pub(super) fn stands_against(self) -> Refusal {
        Refusal::ChangedSince { by: self.by.1, at: self.at, action: self.action, entity: self.entity }
    }

    /// The reason that was given.
    pub(super) fn reason(&self) -> Result<Reason> {
        let given = self.reason.as_deref().and_then(|reason| Reason::parse(reason).ok());
        Ok(given.ok_or(Refusal::Gone)?)
    }

    /// Whether its ten minutes are not over.
    pub(super) fn is_recent(&self, now: DateTime<Utc>) -> bool {
        self.at > now - TimeDelta::minutes(MINUTES)
    }

    /// What there was before; none for something new.
    pub(super) fn before<T: for<'de> Deserialize<'de>>(&self) -> Result<Option<T>, SystemError> {
        kept(self.before.as_ref())
    }

    /// What there was afterwards; none for something ended.
    pub(super) fn after<T: for<'de> Deserialize<'de>>(&self) -> Result<Option<T>, SystemError> {
        kept(self.after.as_ref())
    }

    /// The two sides of the undo's own event: the fields that the write named, the other way round.
    fn reversed(&self) -> (Option<Value>, Option<Value>) {
        let after = match (&self.before, &self.after) {
            (Some(Value::Object(before)), Some(Value::Object(after))) => {
                let named = before.iter().filter(|(field, _)| after.contains_key(*field));
                Some(Value::Object(named.map(|(field, value)| (field.clone(), value.clone())).collect::<Map<_, _>>()))
            }
            (before, _) => before.clone(),
        };
        (self.after.clone(), after)
    }
}

fn kept<T: for<'de> Deserialize<'de>>(side: Option<&Value>) -> Result<Option<T>, SystemError> {
    let read = |side| T::deserialize(side).map_err(|_| SystemError::permanent("an audit event has another form"));
    side.map(read).transpose()
}

/// A write of the actor's; a forged event and another user's look the same.
pub(super) async fn own_write(crm: &mut Crm<'_>, event: i64) -> Result<Write> {
    // For a stranger not even the log is read (G1).
    let me = crm.actor.staff().map(|staff| staff.id).ok_or(Refusal::Gone)?;
    Ok(write(crm, event).await?.filter(|write| write.by.0 == me).ok_or(Refusal::Gone)?)
}

/// The latest write on a record that is not undone. What several users do with a client seldom collides, so there it is
/// the actor's own latest, and each undo checks what it would overwrite.
pub(super) async fn latest_write(
    crm: &mut Crm<'_>,
    entity: Entity,
    id: i64,
    me: StaffId,
) -> Result<Option<Write>, SystemError> {
    Ok(latest_of(crm, entity, id, me).await?.0)
}

/// The same, and the actor's latest undo on the record, if it is recent and nothing was written after it.
pub(super) async fn latest_of(
    crm: &mut Crm<'_>,
    entity: Entity,
    id: i64,
    me: StaffId,
) -> Result<(Option<Write>, Option<i64>), SystemError> {
    let Latest { event, undo } = match entity {
        Entity::Client => clients::own_latest_about_client(crm, id, me).await?,
        entity => latest_on(crm, entity, id, me).await?,
    };
    let latest = match event {
        Some(event) => write(crm, event).await?,
        None => None,
    };
    let undo = undo.filter(|undo| latest.as_ref().is_none_or(|latest| latest.event < *undo));
    Ok((latest, undo))
}

/// The ids of the latest write on a record and of the actor's latest undo.
pub(super) struct Latest {
    pub event: Option<i64>,
    pub undo: Option<i64>,
}

/// The undo of an event.
pub(super) async fn undo_of(crm: &mut Crm<'_>, event: i64) -> Result<Option<i64>, SystemError> {
    let undo = sqlx::query_scalar!("select id from audit_event where undoes = $1", event);
    Ok(undo.fetch_optional(crm.logging().await?).await?)
}

async fn latest_on(crm: &mut Crm<'_>, entity: Entity, id: i64, me: StaffId) -> Result<Latest, SystemError> {
    let writes = AuditAction::ALL.iter().filter(|action| reversal(**action) != Reversal::None);
    let actions = writes.filter(|action| action.entity() == entity.code()).map(|action| action.as_str().to_owned());
    Ok(sqlx::query_as!(
        Latest,
        "select (select id from audit_event event
                  where entity = $1 and entity_id = $2 and action = any($3)
                    and not exists (select from audit_event undo where undo.undoes = event.id)
                  order by id desc limit 1) as event,
                (select event.id from audit_event event join audit_event undone on undone.id = event.undoes
                  where event.entity = $1 and event.entity_id = $2 and event.action = 'undo' and event.actor_id = $4
                    and event.at > $5 and undone.undoes is null
                    and not exists (select from audit_event undo where undo.undoes = event.id)
                  order by event.id desc limit 1) as undo",
        entity.code(),
        id,
        &actions.collect::<Vec<_>>(),
        me.0,
        crm.now - TimeDelta::minutes(MINUTES)
    )
    .fetch_one(crm.logging().await?)
    .await?)
}

pub(super) async fn write(crm: &mut Crm<'_>, event: i64) -> Result<Option<Write>, SystemError> {
    let row = sqlx::query!(
        r#"select event.id, event.at, event.actor_id, who.full_name, event.action, event.entity as "entity!",
                      event.entity_id as "entity_id!", event.before, event.after, event.reason, event.undoes
                 from audit_event event join staff_user who on who.id = event.actor_id
                where event.id = $1 and event.entity_id is not null"#,
        event
    )
    .fetch_optional(crm.logging().await?)
    .await?;
    Ok(row.map(|row| Write {
        event: row.id,
        at: row.at,
        by: (StaffId(row.actor_id), row.full_name),
        action: row.action,
        entity: row.entity,
        entity_id: row.entity_id,
        undoes: row.undoes,
        reason: row.reason,
        before: row.before,
        after: row.after,
    }))
}

/// When an event was undone already, and by whom.
pub(super) async fn undone(crm: &mut Crm<'_>, event: i64) -> Result<Option<Refusal>, SystemError> {
    let row = sqlx::query!(
        "select undo.at, who.full_name from audit_event undo join staff_user who on who.id = undo.actor_id
              where undo.undoes = $1",
        event
    )
    .fetch_optional(crm.logging().await?)
    .await?;
    Ok(row.map(|row| Refusal::AlreadyDone { by: row.full_name, at: row.at }))
}

/// The undo of events that a write has caused besides its own; the end of a lost mark has its own undo.
pub(super) async fn audit_undone(crm: &mut Crm<'_>, events: &[i64]) -> Result<(), SystemError> {
    sqlx::query!(
        "insert into audit_event (at, actor_id, action, entity, entity_id, before, after, undoes)
             select $1, $2, 'undo', entity, entity_id, after, before, id from audit_event
              where id = any($3) and action <> 'end_lost' order by id",
        crm.now,
        crm.actor.staff().map_or(StaffId::SYSTEM, |staff| staff.id).0,
        events
    )
    .execute(crm.logging().await?)
    .await?;
    Ok(())
}

pub(super) async fn audit_undo(
    crm: &mut Crm<'_>,
    entity: Entity,
    record: i64,
    write: &Write,
) -> Result<(), SystemError> {
    let (before, after) = write.reversed();
    sqlx::query!(
        "insert into audit_event (at, actor_id, action, entity, entity_id, before, after, undoes)
             values ($1, $2, 'undo', $3, $4, $5, $6, $7)",
        crm.now,
        write.by.0.0,
        entity.code(),
        record,
        before,
        after,
        write.event
    )
    .execute(crm.logging().await?)
    .await?;
    Ok(())
}
