//! The durable inbox: updates that are confirmed to Telegram before their turn is over (R1, R16).
//!
//! An update that takes long, or that waits behind too many of its chat, is written here in full, encrypted; only then
//! may it be confirmed, and nothing of it is lost when the process ends. Its row goes when its turn is over.

use serde_json::Value;

use crate::db::lease;
use crate::error::SystemError;
use crate::turn::UpdateProcessor;

/// An update as Telegram gave it, with its place.
pub struct Inbound {
    /// Telegram's id of the update.
    pub update_id: i64,
    /// The queue it belongs to: its chat, or itself where it has none.
    pub lane: i64,
    pub raw: Value,
}

impl UpdateProcessor {
    /// Writes updates into the inbox, claimed by this process: also those that a dead one has left there, since what is written
    /// after them would be taken before them (R4).
    ///
    /// # Errors
    /// A system error when the database fails: then they must not be confirmed.
    pub async fn set_aside(&self, updates: &[&Inbound]) -> Result<(), SystemError> {
        let ids: Vec<i64> = updates.iter().map(|update| update.update_id).collect();
        let lanes: Vec<i64> = updates.iter().map(|update| update.lane).collect();
        let bodies = updates.iter().map(|update| self.encrypted(update)).collect::<Result<Vec<_>, _>>()?;
        let query = sqlx::query!(
            "insert into inbound_update (bot_id, update_id, lane, body, claimed_by, received_at)
             select $1, u.id, u.lane, u.body, $2, now()
               from unnest($3::bigint[], $4::bigint[], $5::bytea[]) as u (id, lane, body)
             on conflict (bot_id, update_id) do update set claimed_by = excluded.claimed_by, adopted = true
              where inbound_update.claimed_by <> excluded.claimed_by and not process_is_alive(inbound_update.claimed_by)",
            self.settings.bot_id,
            self.settings.liveness.process,
            &ids,
            &lanes,
            &bodies
        );
        lease::with(&self.settings.pool, async |connection| query.execute(connection).await).await?;
        Ok(())
    }

    /// The oldest updates of a lane that wait in the inbox for this process, and whether an earlier one may have tried them.
    pub async fn waiting_inbound(&self, lane: i64, limit: i64) -> Result<Vec<(Inbound, bool)>, SystemError> {
        let query = sqlx::query!(
            "select update_id, body, adopted from inbound_update
              where lane = $1 and bot_id = $2 and claimed_by = $3 order by update_id limit $4",
            lane,
            self.settings.bot_id,
            self.settings.liveness.process,
            limit
        );
        let rows = lease::with(&self.settings.pool, async |connection| query.fetch_all(connection).await).await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                // What the key does not open (the token has changed) is still an update to answer for: it is parked.
                let raw = self.opened(row.update_id, &row.body).unwrap_or_else(|| serde_json::json!({}));
                (Inbound { update_id: row.update_id, lane, raw }, row.adopted)
            })
            .collect())
    }

    /// Deletes updates whose turns are over.
    ///
    /// # Errors
    /// A system error when the database fails: the next reader finds them done.
    pub async fn settle_inbound(&self, ids: &[i64]) -> Result<(), SystemError> {
        let query = sqlx::query!(
            "delete from inbound_update where bot_id = $1 and update_id = any($2)",
            self.settings.bot_id,
            ids
        );
        lease::with(&self.settings.pool, async |connection| query.execute(connection).await).await?;
        Ok(())
    }

    /// Gives an update to another process, which finds it by [`UpdateProcessor::adopt_inbound`] (R20).
    ///
    /// # Errors
    /// A system error when the database fails: then it is this process's still.
    pub async fn hand_over(&self, update: &Inbound, process: i32) -> Result<(), SystemError> {
        let query = sqlx::query!(
            "insert into inbound_update (bot_id, update_id, lane, body, claimed_by, handed, received_at)
             values ($1, $2, $3, $4, $5, true, now())
             on conflict (bot_id, update_id) do update set claimed_by = excluded.claimed_by, handed = true",
            self.settings.bot_id,
            update.update_id,
            update.lane,
            self.encrypted(update)?,
            process
        );
        lease::with(&self.settings.pool, async |connection| query.execute(connection).await).await?;
        Ok(())
    }

    /// Claims the updates of dead processes in the inbox, and those that were given to this one; the lanes that have work
    /// now. Of two adoptions at once the second waits: with a part of the rows each, a lane would be read with gaps (R4).
    pub async fn adopt_inbound(&self) -> Result<Vec<i64>, SystemError> {
        let query = sqlx::query_scalar!(
            r#"with orphan as (
                   select update_id from inbound_update
                    where bot_id = $1 and case when claimed_by = $2 then handed else not process_is_alive(claimed_by) end
                    order by update_id for update
               ), adopted as (
                   update inbound_update set claimed_by = $2, adopted = adopted or claimed_by <> $2, handed = false
                    where bot_id = $1 and update_id in (select update_id from orphan) returning lane, update_id
               )
               select lane from adopted group by lane order by min(update_id)"#,
            self.settings.bot_id,
            self.settings.liveness.process
        );
        lease::with(&self.settings.pool, async |connection| query.fetch_all(connection).await).await
    }

    fn encrypted(&self, update: &Inbound) -> Result<Vec<u8>, SystemError> {
        let text =
            serde_json::to_vec(&update.raw).map_err(|_| SystemError::permanent("an update cannot be written"))?;
        self.settings.cipher.encrypt(text, &place(self.settings.bot_id, update.update_id))
    }

    fn opened(&self, update_id: i64, body: &[u8]) -> Option<Value> {
        serde_json::from_slice(&self.settings.cipher.decrypt(body, &place(self.settings.bot_id, update_id))?).ok()
    }
}

/// The additional data of the cipher: a body is decrypted only in the row it was written for.
fn place(bot_id: i64, update_id: i64) -> String {
    format!("inbound {bot_id}/{update_id}")
}
