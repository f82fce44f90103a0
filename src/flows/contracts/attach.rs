//! A file brought to a contract that is there already, from its card (K14).

use super::ContractCard;
use crate::crm::{self, Refusal, Result, SplitRefusal, contracts, documents};
use crate::domain::Permission;
use crate::error::SystemError;
use crate::flows::{ButtonAction, Compute, Computed, Cx, Event, OldStep, refusals};

impl ContractCard {
    pub(super) async fn ask_file(self, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(match contracts::card(&mut cx.crm, self.id).await.split_refusal()? {
            Ok(card) if attaches(&card, cx) => OldStep::Stay(Self { attaching: Some(card.version), ..self }),
            Ok(_) => OldStep::Reject(self, cx.say.refused_contract_not_live()),
            Err(refusal) => OldStep::Back(Some(refusals::sentence(&refusal, cx))),
        })
    }

    /// The file is fetched outside the transaction, looked into, and kept in place of the present one (K14).
    pub(super) async fn attach(
        self,
        version: i32,
        event: Event,
        cx: &mut Cx<'_>,
    ) -> Result<OldStep<Self>, SystemError> {
        let shown = Self { attaching: None, ..self };
        let done = match event {
            Event::Sent(file) => match documents::check_size(file.size) {
                Ok(()) => return Ok(OldStep::Compute(Compute::Fetch(file))),
                Err(refusal) => Err(refusal),
            },
            Event::Computed(Computed::Fetched(file, bytes)) => {
                contracts::attach_document(&mut cx.crm, shown.id, version, &file.file_id, &file.name, &bytes)
                    .await
                    .split_refusal()?
            }
            Event::Computed(_) => return Ok(OldStep::Reject(self, cx.say.contract_file_not_fetched())),
            Event::Pressed(ButtonAction::Back) => return Ok(OldStep::Stay(shown)),
            Event::Pressed(_) => return Ok(OldStep::Stay(self)),
            _ => return Ok(OldStep::Reject(self, cx.say.contract_file_expected())),
        };
        Ok(match done {
            Ok(document) => OldStep::Notify(shown, cx.say.contract_attached(document.name)),
            Err(refusal @ Refusal::Document(_)) => OldStep::Reject(self, refusals::sentence(&refusal, cx)),
            Err(refusal) => OldStep::Reject(shown, refusals::sentence(&refusal, cx)),
        })
    }
}

/// Whether the actor may bring a file: whoever may edit a live contract.
pub(super) fn attaches(card: &crm::ContractCard, cx: &Cx<'_>) -> bool {
    card.status.is_live() && cx.crm.may(Permission::ContractEdit)
}
