//! Undos that need a confirmation: those that take a record away.

use super::{Kind, Undoable, again, log};
use crate::crm::{Crm, Refusal, Result, undo};

impl Kind {
    /// Whether the write made a record that its undo takes away: that is asked about first.
    const fn takes_away(self) -> bool {
        match self {
            Self::Lead
            | Self::Touch
            | Self::Note
            | Self::NextStep
            | Self::Consent
            | Self::Contract
            | Self::Service
            | Self::Ad
            | Self::Group
            | Self::Invite => true,
            Self::Details
            | Self::Gaps
            | Self::Phone
            | Self::Merge
            | Self::Transfer
            | Self::Lost
            | Self::BroughtBack
            | Self::TouchVoid
            | Self::StepDone
            | Self::Take
            | Self::Offer
            | Self::HandoverEnd
            | Self::ConsentEnd
            | Self::ContractTerms
            | Self::ContractEnd
            | Self::ContractVoid
            | Self::ContractBack
            | Self::ContractTouch
            | Self::ContractFile
            | Self::ServiceDetails
            | Self::ServiceArchive
            | Self::AdDetails
            | Self::AdFinish
            | Self::Membership
            | Self::Access
            | Self::GroupRight => false,
        }
    }
}

/// What a confirmation asks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub write: Undoable,
    /// Whether it is an undo that is undone: what it took back is done again.
    pub again: bool,
}

/// The actor's write of an event, if it can still be undone and the undo takes a record away; of an undo, what it has taken
/// back, if doing that again takes a record away.
///
/// # Errors
/// [`Refusal::Gone`] for a forged event and for another person's, [`Refusal::Denied`] without the right to see the record.
pub async fn question(crm: &mut Crm<'_>, event: i64) -> Result<Option<Asked>> {
    let write = log::own_write(crm, event).await?;
    if write.undoes.is_some() {
        let (undone, kind) = again::undone_write(crm, &write).await?;
        let write = Undoable { event, action: undone.action, entity: undone.entity };
        return Ok(kind.ends_when_repeated().then_some(Asked { write, again: true }));
    }
    let (Some(kind), Some((entity, record))) = (write.kind(), write.record()) else {
        return Err(Refusal::Gone.into());
    };
    if !kind.takes_away() {
        return Ok(None);
    }
    let latest = undo::undoable(crm, entity, record).await?;
    Ok(latest.filter(|latest| latest.event == event).map(|write| Asked { write, again: false }))
}
