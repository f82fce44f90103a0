//! A new client's consent: one more tap on the draft, and without it everything goes as usual.

use super::form::LeadForm;
use crate::crm::{Error, Result, consents};
use crate::domain::{ConsentMeans, Permission};
use crate::flows::{Button, ButtonAction, Cx, labels};

/// Marks that the client has consented, or not after all.
const CONSENT: u8 = 1;

impl LeadForm {
    /// The button; none for a known client, whose card has it.
    pub(super) fn consent_button(&self, cx: &Cx<'_>) -> Option<Button> {
        if self.known.is_some() || !cx.crm.may(Permission::ClientEdit) {
            return None;
        }
        let label = match self.consent {
            Some(means) => cx.say.lead_consent_given(labels::consent_means(means, cx.say)),
            None => cx.say.lead_consent_none(),
        };
        Some(Button::press(&label, ButtonAction::Act(CONSENT)))
    }

    /// A tap: consent by phone, as most clients give it; other means can be chosen on the card.
    pub(super) fn tap_consent(&mut self, act: u8) {
        if act == CONSENT {
            self.consent = if self.consent.is_none() { Some(ConsentMeans::Phone) } else { None };
        }
    }

    /// Notes it with the saved client.
    pub(super) async fn note_consent(&self, client: i64, cx: &mut Cx<'_>) -> Result<()> {
        if let Some(means) = self.consent {
            // A client whom a colleague has entered in the meantime may have consented already: the lead is saved all the same.
            match consents::give(&mut cx.crm, client, means).await {
                Err(Error::Refused(_)) => {}
                noted => noted?,
            }
        }
        Ok(())
    }
}
