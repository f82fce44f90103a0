//! A lead: a client and his first touch, in one transaction or neither (H1).

use chrono::{DateTime, Utc};
use serde_json::json;

use super::Locked;
use crate::crm::audit::Event;
use crate::crm::{Audience, Crm, Notice, Refusal, Result, RunningAd, StaffId};
use crate::domain::{ClientState, Email, Note, Permission, PersonName, Phone};
use crate::error::SystemError;

/// Everything that is known of a new client.
#[derive(Debug, Clone)]
pub struct LeadDraft {
    /// The phone: who has it is decided when the lead is saved.
    pub phone: Phone,
    /// The phone as typed.
    pub phone_raw: String,
    /// The name, all of it optional.
    pub name: PersonName,
    /// The e-mail address, not unique (C13).
    pub email: Option<Email>,
    /// The ad that brought him.
    pub ad: i64,
    /// What else was typed.
    pub notes: Vec<Note>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    pub client: i64,
    /// What became of the draft.
    pub outcome: LeadOutcome,
}

/// What became of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeadOutcome {
    /// A new client with his first touch.
    Created,
    /// An undone lead is back, with a new touch.
    Revived,
    /// The phone has a client: the ad became a touch of his (C5–C7).
    Known {
        /// Whether the touch is new, or there was one of that ad today (H5).
        fresh: bool,
        /// Who entered the client.
        by: String,
        at: DateTime<Utc>,
    },
}

/// The client that a phone leads to, locked, and how that record was entered.
struct Owner {
    client: Locked,
    by: String,
    at: DateTime<Utc>,
}

/// A record that holds a phone.
struct Entered {
    id: i64,
    by: String,
    at: DateTime<Utc>,
}

impl Crm<'_> {
    /// Saves a lead. A phone that has a client makes no second one: the ad becomes a touch (C5–C7).
    ///
    /// # Errors
    /// `Denied`; `AdFinished` when the ad was finished in the meantime (P8, P14); `Gone` for a forged ad.
    pub async fn register_lead(&mut self, draft: &LeadDraft) -> Result<Lead> {
        self.require(Permission::ClientAdd).await?;
        self.mark().await?;
        let done = self.save_lead(draft).await;
        self.settle(done).await
    }

    async fn save_lead(&mut self, draft: &LeadDraft) -> Result<Lead> {
        let author = self.require(Permission::ClientAdd).await?;
        let ad = self.running_ad(draft.ad).await?;
        loop {
            if let Some(id) = self.insert_lead(draft, author).await? {
                return self.first_touch(id, draft, &ad).await;
            }
            // A correction may take the phone away from its owner after the insert has found it: then it is free (C9).
            if let Some(owner) = self.lock_phone_owner(&draft.phone).await? {
                return self.lead_of_known(owner, draft, &ad).await;
            }
        }
    }

    /// Inserts the client; none when the phone has one. Two who save one phone at once meet here: the second waits for the
    /// first and then finds his row (C7).
    async fn insert_lead(&mut self, draft: &LeadDraft, author: StaffId) -> Result<Option<i64>> {
        Ok(sqlx::query_scalar!(
            "insert into client (phone, phone_raw, last_name, first_name, middle_name, email, created_at, created_by)
             select $1, $2, $3, $4, $5, $6, $7, $8 where not exists (select from client where phone = $1)
             on conflict (phone) do nothing returning id",
            draft.phone.as_str(),
            draft.phone_raw,
            draft.name.last.as_ref().map(|name| name.as_str()),
            draft.name.first.as_ref().map(|name| name.as_str()),
            draft.name.middle.as_ref().map(|name| name.as_str()),
            draft.email.as_ref().map(|email| email.as_str()),
            self.now,
            author.0
        )
        .fetch_optional(&mut *self.connection)
        .await?)
    }

    async fn first_touch(&mut self, id: i64, draft: &LeadDraft, ad: &RunningAd) -> Result<Lead> {
        self.audit_lead("create", id, None, draft).await?;
        let client = Locked {
            id,
            who: draft.name.display().unwrap_or_else(|| draft.phone.masked()),
            state: ClientState::Inactive,
            responsible: None,
            voided: false,
            version: 1,
        };
        self.add_touch(&client, ad).await?;
        self.add_notes(id, &draft.notes).await?;
        self.notify(
            Audience::Holders(Permission::ClientTake),
            Notice::NewLead { client: id, who: client.who, ad: ad.title.clone(), returned: false, free: true },
        );
        Ok(Lead { client: id, outcome: LeadOutcome::Created })
    }

    /// Locks the client that a phone leads to; none when it was taken from that client before the lock.
    async fn lock_phone_owner(&mut self, phone: &Phone) -> Result<Option<Owner>> {
        let Some(found) = self.entered_with(phone).await? else { return Ok(None) };
        let client = self.lock_client(found.id).await?;
        // Corrections need the same lock: from here on the phone stays where it is.
        let still = self.entered_with(phone).await?.is_some_and(|now| now.id == found.id);
        Ok(still.then_some(Owner { client, by: found.by, at: found.at }))
    }

    /// The record that holds a phone, merged or not: its author, and the time of its entry.
    async fn entered_with(&mut self, phone: &Phone) -> Result<Option<Entered>, SystemError> {
        Ok(sqlx::query_as!(
            Entered,
            "select c.id, c.created_at as at, author.full_name as by
               from client c join staff_user author on author.id = c.created_by where c.phone = $1",
            phone.as_str()
        )
        .fetch_optional(&mut *self.connection)
        .await?)
    }

    async fn lead_of_known(&mut self, owner: Owner, draft: &LeadDraft, ad: &RunningAd) -> Result<Lead> {
        let Owner { mut client, by, at } = owner;
        let revived = client.voided;
        if revived {
            client = self.revive(client, draft).await?;
        } else if !self.may(Permission::TouchAdd) {
            self.deny(Permission::TouchAdd).await?;
            return Err(Refusal::Denied.into());
        } else {
            self.fill_gaps(client.id, draft).await?;
        }
        let touched = self.add_touch(&client, ad).await?;
        self.add_notes(client.id, &draft.notes).await?;
        if touched.fresh {
            self.tell_of_touch(&client, ad);
        }
        let outcome = match revived {
            true => LeadOutcome::Revived,
            false => LeadOutcome::Known { fresh: touched.fresh, by, at },
        };
        Ok(Lead { client: client.id, outcome })
    }

    /// Brings an undone lead back into the lists, with what is typed now in place of what was undone.
    async fn revive(&mut self, client: Locked, draft: &LeadDraft) -> Result<Locked> {
        sqlx::query!(
            "update client set voided_at = null, last_name = $2, first_name = $3, middle_name = $4, email = $5,
                               version = version + 1
              where id = $1",
            client.id,
            draft.name.last.as_ref().map(|name| name.as_str()),
            draft.name.first.as_ref().map(|name| name.as_str()),
            draft.name.middle.as_ref().map(|name| name.as_str()),
            draft.email.as_ref().map(|email| email.as_str()),
        )
        .execute(&mut *self.connection)
        .await?;
        self.audit_lead("revive", client.id, Some(json!({ "voided": true })), draft).await?;
        self.lock_client(client.id).await
    }

    /// A name or e-mail that a known client lacked is kept; what he has is never overwritten.
    async fn fill_gaps(&mut self, client: i64, draft: &LeadDraft) -> Result<(), SystemError> {
        if !self.may(Permission::ClientEdit) || (draft.name.is_empty() && draft.email.is_none()) {
            return Ok(());
        }
        let filled = sqlx::query!(
            "update client set
                 last_name = case when num_nonnulls(last_name, first_name, middle_name) = 0 then $2::text else last_name end,
                 first_name = case when num_nonnulls(last_name, first_name, middle_name) = 0 then $3::text else first_name end,
                 middle_name = case when num_nonnulls(last_name, first_name, middle_name) = 0 then $4::text else middle_name end,
                 email = coalesce(email, $5::text), version = version + 1
              where id = $1 and (email is null and $5::text is not null
                 or num_nonnulls(last_name, first_name, middle_name) = 0 and num_nonnulls($2::text, $3::text, $4::text) > 0)",
            client,
            draft.name.last.as_ref().map(|name| name.as_str()),
            draft.name.first.as_ref().map(|name| name.as_str()),
            draft.name.middle.as_ref().map(|name| name.as_str()),
            draft.email.as_ref().map(|email| email.as_str()),
        )
        .execute(&mut *self.connection)
        .await?;
        if filled.rows_affected() > 0 {
            self.audit_lead("fill", client, None, draft).await?;
        }
        Ok(())
    }

    async fn audit_lead(
        &mut self,
        action: &str,
        client: i64,
        before: Option<serde_json::Value>,
        draft: &LeadDraft,
    ) -> Result<(), SystemError> {
        self.audit(Event {
            action,
            entity: "client",
            entity_id: Some(client),
            before,
            after: Some(json!({ "phone": draft.phone, "name": draft.name, "email": draft.email })),
            reason: None,
        })
        .await
    }
}
