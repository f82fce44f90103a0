//! A file brought to a contract that is there already, from its card (K14).

use super::ContractCard;
use crate::crm::{self, Error, Refusal, Result, contracts, documents};
use crate::domain::Permission;
use crate::flows::{ButtonAction, Compute, Computed, Cx, Event, Step, refusals};

impl ContractCard {
    pub(super) async fn ask_file(&mut self, cx: &mut Cx<'_>) -> Result<Step> {
        let card = contracts::card(&mut cx.crm, self.id).await?;
        if !attaches(&card, cx) {
            return Ok(Step::Reject(cx.say.refused_contract_not_live()));
        }
        self.attaching = Some(card.version);
        Ok(Step::Stay)
    }

    /// The file is fetched outside the transaction, looked into, and kept in place of the present one (K14).
    pub(super) async fn attach(&mut self, version: i32, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        let (file, bytes) = match event {
            Event::Sent(file) => {
                documents::check_size(file.size)?;
                return Ok(Step::Compute(Compute::Fetch(file)));
            }
            Event::Computed(Computed::Fetched(file, bytes)) => (file, bytes),
            Event::Computed(_) => return Ok(Step::Reject(cx.say.contract_file_not_fetched())),
            Event::Pressed(ButtonAction::Back) => {
                self.attaching = None;
                return Ok(Step::Stay);
            }
            Event::Pressed(_) | Event::Retried(_) => return Ok(Step::Stay),
            _ => return Ok(Step::Reject(cx.say.contract_file_expected())),
        };
        let done = contracts::attach_document(&mut cx.crm, self.id, version, &file.file_id, &file.name, &bytes).await;
        match done {
            // Another file may do.
            Err(Error::Refused(refusal @ Refusal::Document(_))) => Err(refusal.into()),
            Err(Error::Refused(refusal)) => {
                self.attaching = None;
                Ok(Step::Reject(refusals::sentence(&refusal, cx)))
            }
            done => {
                let document = done?;
                self.attaching = None;
                Ok(Step::Notify(cx.say.contract_attached(document.name)))
            }
        }
    }
}

/// Whether the actor may attach a file: with the right to edit, to a live contract.
pub(super) fn attaches(card: &crm::ContractCard, cx: &Cx<'_>) -> bool {
    card.status.is_live() && cx.crm.may(Permission::ContractEdit)
}
