//! Early ends and corrections, each with a reason: terminate, void, re-link.

use chrono::NaiveDate;
use serde_json::json;

use crate::crm::{Crm, Refusal, Result};
use crate::domain::{Permission, Reason};

impl Crm<'_> {
    /// Ends a contract early: TERMINATED from the day after `on`; its revenue stays (X11).
    ///
    /// # Errors
    /// [`Refusal::Day`] when `on` is before the signing or after the last day, [`Refusal::Changed`],
    /// [`Refusal::ContractNotLive`], [`Refusal::Gone`], [`Refusal::Denied`].
    pub async fn terminate_contract(&mut self, id: i64, version: i32, on: NaiveDate, reason: &Reason) -> Result<()> {
        self.need_any_of([Permission::ContractTerminate, Permission::ContractCorrect]).await?;
        self.mark().await?;
        let done = self.end_early(id, version, on, reason).await;
        self.settle(done).await
    }

    async fn end_early(&mut self, id: i64, version: i32, on: NaiveDate, reason: &Reason) -> Result<()> {
        let before = self.standing_contract(id, version).await?;
        self.need_for(Permission::ContractTerminate, before.status, true).await?;
        if on < before.signed_on || on > before.dates.ends_on {
            return Err(Refusal::Day(on).into());
        }
        sqlx::query!(
            "update contract set terminated_on = $2, termination_reason = $3, version = version + 1 where id = $1",
            id,
            on,
            reason.as_str()
        )
        .execute(&mut *self.connection)
        .await?;
        self.refresh_client(before.client).await?;
        let after = json!({ "terminated_on": on });
        self.audit_contract("terminate", id, Some(before.shown), Some(after), Some(reason.as_str())).await?;
        Ok(())
    }

    /// Takes a contract that was entered by mistake out of every figure (K8, S7): one's own on the same day, or any by
    /// an administrator.
    ///
    /// # Errors
    /// [`Refusal::NotOwnToday`], [`Refusal::Changed`], [`Refusal::ContractNotLive`] when it is void already,
    /// [`Refusal::Gone`], [`Refusal::Denied`].
    pub async fn void_contract(&mut self, id: i64, version: i32, reason: &Reason) -> Result<()> {
        self.need_any_of([Permission::ContractCorrect, Permission::ContractVoidOwn]).await?;
        self.mark().await?;
        let done = self.take_out(id, version, reason).await;
        self.settle(done).await
    }

    async fn take_out(&mut self, id: i64, version: i32, reason: &Reason) -> Result<()> {
        let before = self.standing_contract(id, version).await?;
        if !before.own_today && !self.may(Permission::ContractCorrect) {
            return Err(Refusal::NotOwnToday.into());
        }
        sqlx::query!(
            "update contract set voided_at = $2, void_reason = $3, version = version + 1 where id = $1",
            id,
            self.now,
            reason.as_str()
        )
        .execute(&mut *self.connection)
        .await?;
        self.refresh_client(before.client).await?;
        self.audit_contract("void", id, Some(before.shown), None, Some(reason.as_str())).await?;
        Ok(())
    }

    /// Moves a contract to another touch of its client; its revenue moves to that touch's ad (K12).
    ///
    /// # Errors
    /// [`Refusal::TouchUnusable`] for a void touch or one of another client (K3), [`Refusal::Changed`],
    /// [`Refusal::ContractNotLive`] when it is void, [`Refusal::Gone`], [`Refusal::Denied`].
    pub async fn relink_contract(&mut self, id: i64, version: i32, touch: i64, reason: &Reason) -> Result<()> {
        self.require(Permission::ContractRelink).await?;
        self.mark().await?;
        let done = self.move_to_touch(id, version, touch, reason).await;
        self.settle(done).await
    }

    async fn move_to_touch(&mut self, id: i64, version: i32, touch: i64, reason: &Reason) -> Result<()> {
        let before = self.standing_contract(id, version).await?;
        self.hold_usable_touch(touch, before.client).await?;
        self.put_touch(id, touch).await?;
        self.refresh_client(before.client).await?;
        let after = json!({ "touch": touch });
        self.audit_contract("relink", id, Some(before.shown), Some(after), Some(reason.as_str())).await?;
        Ok(())
    }

    pub(in crate::crm) async fn put_touch(&mut self, id: i64, touch: i64) -> Result<()> {
        sqlx::query!("update contract set touch_id = $2, version = version + 1 where id = $1", id, touch)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }
}
