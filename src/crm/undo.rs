//! Undo: for ten minutes its author takes a write back, unless something depends on it already.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::{Crm, Deed, Fault, Refusal};
use crate::domain::Permission;

/// How long an own write can be undone.
const MINUTES: i64 = 10;

/// What can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undoable {
    /// A new lead, with its touch and notes.
    Lead,
    /// A touch.
    Touch,
    /// A note.
    Note,
    /// A lost mark.
    Lost,
    /// A next step.
    FollowUp,
    /// A correction of a name or e-mail.
    Edit,
}

struct Write {
    event: i64,
    what: Undoable,
    entity_id: i64,
    before: Option<Value>,
    after: Option<Value>,
}

#[derive(Deserialize)]
struct Details {
    name: Name,
    email: Option<String>,
}

#[derive(Deserialize, PartialEq)]
struct Name {
    last: Option<String>,
    first: Option<String>,
    middle: Option<String>,
}

#[derive(Deserialize)]
struct LostMark {
    lost_at: Option<DateTime<Utc>>,
    lost_reason: Option<String>,
}

#[derive(Deserialize)]
struct NextStep {
    owner: i64,
    due_at: DateTime<Utc>,
}

/// What the log keeps of a record.
fn kept<T: for<'de> Deserialize<'de>>(value: Option<Value>) -> Result<Option<T>, Fault> {
    value
        .map(|value| serde_json::from_value(value).map_err(|_| Fault::lasting("an audit event has another form")))
        .transpose()
}

impl Crm<'_> {
    /// The actor's latest write about a client that can still be undone, with the event to name when it is.
    ///
    /// # Errors
    /// `Denied` without the right to see clients.
    pub async fn undoable(&mut self, client: i64) -> Deed<Option<(i64, Undoable)>> {
        self.need(Permission::ClientView).await?;
        Ok(self.latest_write(client).await?.map(|write| (write.event, write.what)))
    }

    /// Undoes the actor's latest write about a client.
    ///
    /// # Errors
    /// `Denied`; `Gone` when it is not the latest, not his, undone, or older than ten minutes; `HasDependents` when
    /// something rests on it already.
    pub async fn undo(&mut self, client: i64, event: i64) -> Deed<Undoable> {
        self.mark().await?;
        let done = self.take_back(client, event).await;
        self.settle(done).await
    }

    async fn take_back(&mut self, client: i64, event: i64) -> Deed<Undoable> {
        let me = self.need(Permission::ClientView).await?;
        let client = self.lock_live_client(client).await?.id;
        let write = self.latest_write(client).await?.filter(|write| write.event == event).ok_or(Refusal::Gone)?;
        let what = write.what;
        match what {
            Undoable::Lead => self.undo_lead(client).await?,
            Undoable::Touch => self.undo_touch(write.entity_id).await?,
            Undoable::Note => {
                sqlx::query!("update note set voided_at = $2 where id = $1", write.entity_id, self.now)
                    .execute(&mut *self.connection)
                    .await?;
            }
            Undoable::Lost => self.undo_lost(client, kept(write.before)?).await?,
            Undoable::FollowUp => self.undo_follow_up(write.entity_id, kept(write.before)?).await?,
            Undoable::Edit => self.undo_edit(client, kept(write.before)?, kept(write.after)?).await?,
        }
        self.refresh_client(client).await?;
        sqlx::query!(
            "insert into audit_event (at, actor_id, action, entity, entity_id, undoes) values ($1, $2, 'undo', 'client', $3, $4)",
            self.now,
            me.0,
            client,
            event
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(what)
    }

    /// The latest event of the actor about the client, unless it is one that cannot be undone; a lead is its client, touch
    /// and notes of one moment.
    async fn latest_write(&mut self, client: i64) -> Result<Option<Write>, Fault> {
        let Some(me) = self.actor.staff().map(|staff| staff.id) else { return Ok(None) };
        let row = sqlx::query!(
            r#"select event.id, event.action, event.entity as "entity!", event.entity_id as "entity_id!", event.before,
                      event.after
                 from audit_event event
                where event.actor_id = $1 and event.at > $3
                  and (event.entity = 'client' and event.entity_id = $2
                       or event.entity in ('touch', 'note', 'follow_up')
                           and (coalesce(event.after, event.before) ->> 'client')::bigint = $2)
                  and event.action in ('create', 'lose', 'set', 'edit', 'bring_back', 'finish', 'void', 'take')
                  and not exists (select from audit_event undone where undone.undoes = event.id)
                order by event.at desc, event.entity = 'client' desc, event.entity = 'touch' desc, event.id desc limit 1"#,
            me.0,
            client,
            self.now - TimeDelta::minutes(MINUTES)
        )
        .fetch_optional(&mut *self.connection)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let what = match (row.entity.as_str(), row.action.as_str()) {
            ("client", "create") => Undoable::Lead,
            ("client", "lose") => Undoable::Lost,
            ("client", "edit") => Undoable::Edit,
            ("touch", "create") => Undoable::Touch,
            ("note", "create") => Undoable::Note,
            ("follow_up", "set") => Undoable::FollowUp,
            _ => return Ok(None),
        };
        Ok(Some(Write { event: row.id, what, entity_id: row.entity_id, before: row.before, after: row.after }))
    }

    /// A lead goes with its touch and notes, as long as nobody has done anything with it.
    async fn undo_lead(&mut self, client: i64) -> Deed<()> {
        let used = sqlx::query_scalar!(
            r#"select (c.responsible_id is not null or c.lost_at is not null
                       or exists (select from contract where client_id = c.id)
                       or exists (select from follow_up where client_id = c.id)
                       or exists (select from touch where client_id = c.id and created_at > c.created_at and voided_at is null)
                       or exists (select from note where client_id = c.id and at > c.created_at and voided_at is null)) as "used!"
                 from client c where c.id = $1"#,
            client
        )
        .fetch_one(&mut *self.connection)
        .await?;
        if used {
            return Err(Refusal::HasDependents.into());
        }
        sqlx::query!(
            "update touch set voided_at = $2, void_reason = 'undo' where client_id = $1 and voided_at is null",
            client,
            self.now
        )
        .execute(&mut *self.connection)
        .await?;
        sqlx::query!("update note set voided_at = $2 where client_id = $1 and voided_at is null", client, self.now)
            .execute(&mut *self.connection)
            .await?;
        sqlx::query!("update client set voided_at = $2, version = version + 1 where id = $1", client, self.now)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn undo_touch(&mut self, touch: i64) -> Deed<()> {
        let done = sqlx::query!(
            "update touch set voided_at = $2, void_reason = 'undo'
              where id = $1 and voided_at is null
                and not exists (select from contract where touch_id = touch.id and voided_at is null)",
            touch,
            self.now
        )
        .execute(&mut *self.connection)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Refusal::TouchHasContract.into());
        }
        // It stood in place of a wrong one, which is back (H7).
        sqlx::query!(
            "update touch set voided_at = null, void_reason = null
              where id = (select corrected_from from touch where id = $1)",
            touch
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    async fn undo_lost(&mut self, client: i64, before: Option<LostMark>) -> Deed<()> {
        let before = before.unwrap_or(LostMark { lost_at: None, lost_reason: None });
        sqlx::query!(
            "update client set lost_at = $2, lost_reason = $3, version = version + 1 where id = $1",
            client,
            before.lost_at,
            before.lost_reason
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// The date that was there before comes back; where there was none, this one is over.
    async fn undo_follow_up(&mut self, id: i64, before: Option<NextStep>) -> Deed<()> {
        let (owner, due_at) = before.map(|step| (step.owner, step.due_at)).unzip();
        sqlx::query!(
            "update follow_up set owner_id = coalesce($2, owner_id), due_at = coalesce($3, due_at),
                    done_at = case when $2::bigint is null then $4::timestamptz end, version = version + 1
              where id = $1 and done_at is null",
            id,
            owner,
            due_at,
            self.now
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// What somebody else has corrected since is not touched.
    async fn undo_edit(&mut self, client: i64, before: Option<Details>, after: Option<Details>) -> Deed<()> {
        let (Some(before), Some(after)) = (before, after) else { return Err(Refusal::Gone.into()) };
        let done = sqlx::query!(
            "update client set last_name = $2, first_name = $3, middle_name = $4, email = $5, version = version + 1
              where id = $1 and (last_name, first_name, middle_name, email) is not distinct from ($6::text, $7::text, $8::text, $9::text)",
            client,
            before.name.last,
            before.name.first,
            before.name.middle,
            before.email,
            after.name.last,
            after.name.first,
            after.name.middle,
            after.email
        )
        .execute(&mut *self.connection)
        .await?;
        if done.rows_affected() == 0 { Err(Refusal::HasDependents.into()) } else { Ok(()) }
    }
}
