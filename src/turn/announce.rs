//! What people are told though no update caused it: scheduled work has something to say.

use sqlx::PgConnection;

use super::{Row, Turns, attempt, outbox};
use crate::crm::{Actor, Audience, Crm, Fault, Notice};
use crate::flows::Cx;
use crate::text::Say;

impl Turns {
    /// Writes a notice to everybody in `audience`, within the transaction of its cause: no message without effect (R6).
    /// After the commit the rows are for [`Turns::send`].
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn announce(
        &self,
        transaction: &mut PgConnection,
        audience: Audience,
        notice: Notice,
    ) -> Result<Vec<Row>, Fault> {
        let now = (self.clock)();
        let mut crm = Crm::new(&mut *transaction, Actor::system(&self.company), now, &self.company);
        crm.notify(audience, notice);
        let mut cx = Cx { crm, say: Say(self.company.language), extras: Vec::new() };
        let drafts = attempt::told(&mut cx).await?;
        drop(cx);
        outbox::write(transaction, drafts, self.presence.process, now).await
    }

    /// Hands committed messages to the courier.
    pub fn send(&self, rows: Vec<Row>) {
        // A closed channel means the program ends: the rows stay in the table.
        let _ = self.courier.send(rows);
    }
}
