//! What a client's row keeps for his state, written in the transaction of its cause (X6, X16).

use super::{Crm, Fault};

impl Crm<'_> {
    /// Brings the kept columns of a client in line with his touches and contracts. Every deed that changes one of them
    /// calls it last, so that no reader sees a stale state.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub(super) async fn refresh_client(&mut self, id: i64) -> Result<(), Fault> {
        sqlx::query!(
            "update client set last_live_day = d.last_live_day, open_touch_id = d.open_touch_id
               from client_derivation d
              where client.id = $1 and d.client_id = client.id",
            id
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }
}
