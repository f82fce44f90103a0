//! What marketers do with ads.

use serde_json::{Value, json};

use super::AdDraft;
use crate::crm::audit::Event;
use crate::crm::code::Code;
use crate::crm::{Crm, Refusal, Result, StaffId};
use crate::domain::{Money, Permission};
use crate::error::SystemError;

/// Letters of an ad's code: few enough to be copied by hand, enough never to meet another.
const CODE_LETTERS: usize = 10;

/// An ad as it stands, locked until the end of the turn.
struct Standing {
    service: Option<i64>,
    budget: rust_decimal::Decimal,
    built_in: bool,
    finished: bool,
    version: i32,
    shown: Value,
}

impl Crm<'_> {
    /// Creates an ad (P6).
    ///
    /// # Errors
    /// [`Refusal::ServiceArchived`], [`Refusal::Gone`] for a forged service (P3); [`Refusal::Denied`] without the right.
    pub async fn create_ad(&mut self, draft: &AdDraft) -> Result<i64> {
        let by = self.require(Permission::AdEdit).await?;
        self.mark().await?;
        let done = self.insert_ad(draft, by).await;
        self.settle(done).await
    }

    async fn insert_ad(&mut self, draft: &AdDraft, by: StaffId) -> Result<i64> {
        self.hold_live_service(draft.service.ok_or(Refusal::Gone)?).await?;
        let code: String = Code::fresh()?.as_str().chars().take(CODE_LETTERS).collect();
        let aliases = aliases(draft);
        let id = sqlx::query_scalar!(
            "insert into ad (title, service_id, channel, budget, description, aliases, code, created_at, created_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id",
            draft.title.as_str(),
            draft.service,
            draft.channel.code(),
            draft.budget.decimal(),
            draft.description.as_str(),
            &aliases,
            code,
            self.now,
            by.0
        )
        .fetch_one(&mut *self.connection)
        .await?;
        self.keep_budget(id, draft.budget, by).await?;
        self.audit_ad("create", id, None, Some(drafted(draft))).await?;
        Ok(id)
    }

    /// Changes an ad as it stood at `version` (E1). A service that was archived later may stay (P4); old contracts keep
    /// their own service (P13).
    ///
    /// # Errors
    /// [`Refusal::Changed`] when somebody was quicker, [`Refusal::ServiceArchived`], [`Refusal::AdBuiltIn`] for a budget
    /// of "no ad", [`Refusal::Gone`], [`Refusal::Denied`].
    pub async fn edit_ad(&mut self, id: i64, version: i32, draft: &AdDraft) -> Result<()> {
        let by = self.require(Permission::AdEdit).await?;
        self.mark().await?;
        let done = self.rewrite_ad(id, version, draft, by).await;
        self.settle(done).await
    }

    async fn rewrite_ad(&mut self, id: i64, version: i32, draft: &AdDraft, by: StaffId) -> Result<()> {
        let before = self.standing_ad(id).await?;
        if before.version != version {
            return Err(Refusal::Changed.into());
        }
        self.put_ad(id, draft, by).await?;
        self.audit_ad("edit", id, Some(before.shown), Some(drafted(draft))).await?;
        Ok(())
    }

    /// What is written of an ad from now on, with its budget in the history when it is another one (P12). A service that is
    /// chosen anew has to be a live one (P3).
    pub(in crate::crm) async fn put_ad(&mut self, id: i64, draft: &AdDraft, by: StaffId) -> Result<()> {
        let before = self.standing_ad(id).await?;
        match draft.service {
            chosen if chosen == before.service => {}
            Some(chosen) => self.hold_live_service(chosen).await?,
            None => return Err(Refusal::Gone.into()),
        }
        let aliases = aliases(draft);
        sqlx::query!(
            "update ad set title = $2, service_id = $3, channel = $4, budget = $5, description = $6, aliases = $7,
                           version = version + 1
              where id = $1",
            id,
            draft.title.as_str(),
            draft.service,
            draft.channel.code(),
            draft.budget.decimal(),
            draft.description.as_str(),
            &aliases
        )
        .execute(&mut *self.connection)
        .await?;
        if before.budget != draft.budget.decimal() {
            self.keep_budget(id, draft.budget, by).await?;
        }
        Ok(())
    }

    /// Finishes an ad: it is not offered any more and keeps its figures (P8, P9).
    ///
    /// # Errors
    /// [`Refusal::AdBuiltIn`], [`Refusal::Changed`] when it is finished already, [`Refusal::Gone`], [`Refusal::Denied`].
    pub async fn finish_ad(&mut self, id: i64) -> Result<()> {
        self.require(Permission::AdEdit).await?;
        self.mark().await?;
        let done = self.switch_ad(id, true).await;
        self.settle(done).await
    }

    /// Starts a finished ad again; its history stays (P11, E3).
    ///
    /// # Errors
    /// [`Refusal::Changed`] when it is running, [`Refusal::Gone`], [`Refusal::Denied`].
    pub async fn restart_ad(&mut self, id: i64) -> Result<()> {
        self.require(Permission::AdEdit).await?;
        self.mark().await?;
        let done = self.switch_ad(id, false).await;
        self.settle(done).await
    }

    async fn switch_ad(&mut self, id: i64, finished: bool) -> Result<()> {
        let before = self.standing_ad(id).await?;
        if before.built_in {
            return Err(Refusal::AdBuiltIn.into());
        }
        if before.finished == finished {
            return Err(Refusal::Changed.into());
        }
        self.put_ad_finished(id, finished).await?;
        let (before, after) = (json!({ "finished": !finished }), json!({ "finished": finished }));
        self.audit_ad(if finished { "finish" } else { "restart" }, id, Some(before), Some(after)).await?;
        Ok(())
    }

    pub(in crate::crm) async fn put_ad_finished(&mut self, id: i64, finished: bool) -> Result<()> {
        sqlx::query!(
            "update ad set archived_at = case when $2 then $3::timestamptz end, version = version + 1 where id = $1",
            id,
            finished,
            self.now
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// Waits for whoever else is changing an ad.
    ///
    /// # Errors
    /// [`Refusal::Gone`] for a forged id and for one whose entry was undone.
    pub(in crate::crm) async fn lock_ad(&mut self, id: i64) -> Result<()> {
        self.standing_ad(id).await.map(|_| ())
    }

    async fn standing_ad(&mut self, id: i64) -> Result<Standing> {
        let row = sqlx::query!(
            "select title, service_id, channel, budget, description, aliases, built_in, version,
                    archived_at is not null as \"finished!\"
               from ad where id = $1 and voided_at is null for update",
            id
        )
        .fetch_optional(&mut *self.connection)
        .await?
        .ok_or(Refusal::Gone)?;
        let shown = json!({
            "title": row.title, "service": row.service_id, "channel": row.channel, "budget": row.budget,
            "description": row.description, "aliases": row.aliases,
        });
        Ok(Standing {
            service: row.service_id,
            budget: row.budget,
            built_in: row.built_in,
            finished: row.finished,
            version: row.version,
            shown,
        })
    }

    async fn keep_budget(&mut self, id: i64, budget: Money, by: StaffId) -> Result<(), SystemError> {
        sqlx::query!(
            "insert into ad_budget (ad_id, budget, changed_at, changed_by) values ($1, $2, $3, $4)",
            id,
            budget.decimal(),
            self.now,
            by.0
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    async fn audit_ad(
        &mut self,
        action: &str,
        id: i64,
        before: Option<Value>,
        after: Option<Value>,
    ) -> Result<(), SystemError> {
        self.audit(Event { action, entity: "ad", entity_id: Some(id), before, after, reason: None }).await
    }
}

fn aliases(draft: &AdDraft) -> Vec<String> {
    draft.aliases.iter().map(|alias| alias.as_str().to_owned()).collect()
}

fn drafted(draft: &AdDraft) -> Value {
    json!({
        "title": draft.title, "service": draft.service, "channel": draft.channel, "budget": draft.budget,
        "description": draft.description, "aliases": draft.aliases,
    })
}
