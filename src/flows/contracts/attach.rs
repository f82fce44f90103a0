//! A file brought to a contract that is there already, from its card (K14).

use super::ContractCard;
use crate::crm::{self, Crm, Fault, Heard, Refusal};
use crate::domain::Permission;
use crate::flows::{Compute, Computed, Cx, Event, Press, Step, refusals};

impl ContractCard {
    pub(super) async fn ask_file(self, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(match cx.crm.contract(self.id).await.heard()? {
            Ok(card) if attaches(&card, cx) => Step::Stay(Self { attaching: Some(card.version), ..self }),
            Ok(_) => Step::Warn(self, cx.say.refused_contract_not_live()),
            Err(refusal) => Step::Back(Some(refusals::sentence(&refusal, cx))),
        })
    }

    /// The file is fetched outside the transaction, looked into, and kept in place of the present one (K14).
    pub(super) async fn attach(self, version: i32, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        let shown = Self { attaching: None, ..self };
        let done = match event {
            Event::Sent(file) => match Crm::check_document_size(file.size) {
                Ok(()) => return Ok(Step::Compute(Compute::Fetch(file))),
                Err(refusal) => Err(refusal),
            },
            Event::Computed(Computed::Fetched(file, bytes)) => {
                cx.crm.attach_document(shown.id, version, &file.file_id, &file.name, &bytes).await.heard()?
            }
            Event::Computed(_) => return Ok(Step::Warn(self, cx.say.contract_file_not_fetched())),
            Event::Pressed(Press::Back) => return Ok(Step::Stay(shown)),
            Event::Pressed(_) => return Ok(Step::Stay(self)),
            _ => return Ok(Step::Warn(self, cx.say.contract_file_expected())),
        };
        Ok(match done {
            Ok(document) => Step::Told(shown, cx.say.contract_attached(document.name)),
            Err(refusal @ Refusal::Document(_)) => Step::Warn(self, refusals::sentence(&refusal, cx)),
            Err(refusal) => Step::Warn(shown, refusals::sentence(&refusal, cx)),
        })
    }
}

/// Whether the actor may bring a file: whoever may edit a live contract.
pub(super) fn attaches(card: &crm::ContractCard, cx: &Cx<'_>) -> bool {
    card.status.is_live() && cx.crm.may(Permission::ContractEdit)
}
