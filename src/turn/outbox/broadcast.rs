//! Broadcasts: notices that scheduled work causes, not an update.

use sqlx::{Connection as _, PgConnection};

use super::{notifications, rows};
use crate::crm::{Actor, Audience, Crm, Notice, clients};
use crate::db::lease;
use crate::error::SystemError;
use crate::turn::{Row, UpdateProcessor};

impl UpdateProcessor {
    /// Writes a notice to every user in `audience`, within the transaction of its cause: no message without effect
    /// (R6). After the commit the rows are for [`UpdateProcessor::send`].
    pub async fn broadcast(
        &self,
        transaction: &mut PgConnection,
        audience: Audience,
        notice: Notice,
    ) -> Result<Vec<Row>, SystemError> {
        let now = (self.settings.clock)();
        let mut crm = Crm::new(&mut *transaction, Actor::system(&self.settings.company), now, &self.settings.company);
        crm.notify(audience, notice);
        let drafts = notifications::drafts(&mut crm).await?;
        drop(crm);
        rows::close(transaction, None, drafts, self.settings.liveness.process, now).await
    }

    /// Reminds users of clients that have been without an owner for too long.
    pub async fn tell_of_waiting(&self) -> Result<(), SystemError> {
        let told =
            lease::with(&self.settings.pool, async |connection| self.remind_of_waiting_on(connection).await).await?;
        self.send(told);
        Ok(())
    }

    async fn remind_of_waiting_on(&self, connection: &mut PgConnection) -> Result<Vec<Row>, SystemError> {
        let now = (self.settings.clock)();
        let mut transaction = connection.begin().await?;
        // Before the first user has written to the bot there is no chat to send to: the demo begins like that.
        let begun = sqlx::query_scalar!(r#"select exists (select from chat_session) as "begun!""#);
        if !begun.fetch_one(&mut *transaction).await? {
            return Ok(Vec::new());
        }
        let mut crm = Crm::new(&mut transaction, Actor::system(&self.settings.company), now, &self.settings.company);
        clients::tell_of_waiting(&mut crm).await?;
        let drafts = notifications::drafts(&mut crm).await?;
        drop(crm);
        let rows = rows::close(&mut transaction, None, drafts, self.settings.liveness.process, now).await?;
        transaction.commit().await?;
        Ok(rows)
    }
}
