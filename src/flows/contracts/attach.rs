//! A file brought to a contract that is there already, from its card (K14).

use super::ContractCard;
use crate::crm::{self, Crm, Refusal, SplitRefusal};
use crate::domain::Permission;
use crate::error::SystemError;
use crate::flows::{ButtonAction, Compute, Computed, Cx, Event, Step, refusals};

impl ContractCard {
    pub(super) async fn ask_file(self, cx: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
        Ok(match cx.crm.contract(self.id).await.split_refusal()? {
            Ok(card) if attaches(&card, cx) => Step::Stay(Self { attaching: Some(card.version), ..self }),
            Ok(_) => Step::Reject(self, cx.say.refused_contract_not_live()),
            Err(refusal) => Step::Back(Some(refusals::sentence(&refusal, cx))),
        })
    }

    /// The file is fetched outside the transaction, looked into, and kept in place of the present one (K14).
    pub(super) async fn attach(self, version: i32, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
        let shown = Self { attaching: None, ..self };
        let done = match event {
            Event::Sent(file) => match Crm::check_document_size(file.size) {
                Ok(()) => return Ok(Step::Compute(Compute::Fetch(file))),
                Err(refusal) => Err(refusal),
            },
            Event::Computed(Computed::Fetched(file, bytes)) => {
                cx.crm.attach_document(shown.id, version, &file.file_id, &file.name, &bytes).await.split_refusal()?
            }
            Event::Computed(_) => return Ok(Step::Reject(self, cx.say.contract_file_not_fetched())),
            Event::Pressed(ButtonAction::Back) => return Ok(Step::Stay(shown)),
            Event::Pressed(_) => return Ok(Step::Stay(self)),
            _ => return Ok(Step::Reject(self, cx.say.contract_file_expected())),
        };
        Ok(match done {
            Ok(document) => Step::Notify(shown, cx.say.contract_attached(document.name)),
            Err(refusal @ Refusal::Document(_)) => Step::Reject(self, refusals::sentence(&refusal, cx)),
            Err(refusal) => Step::Reject(shown, refusals::sentence(&refusal, cx)),
        })
    }
}

/// Whether the actor may bring a file: whoever may edit a live contract.
pub(super) fn attaches(card: &crm::ContractCard, cx: &Cx<'_>) -> bool {
    card.status.is_live() && cx.crm.may(Permission::ContractEdit)
}
