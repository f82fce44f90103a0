//! What a conversation has at hand, and what it sends besides its screen.

use crate::crm::Crm;
use crate::error::SystemError;
use crate::text::{Html, Say};

/// What a conversation has at hand: the business, and the person's language.
pub struct Cx<'t> {
    /// The open transaction in the person's hands.
    pub crm: Crm<'t>,
    pub say: Say,
    /// Messages besides the screen, in order.
    pub extras: Vec<Extra>,
}

impl Cx<'_> {
    /// Reloads the actor after a login or logout.
    pub(super) async fn enter(&mut self) -> Result<(), SystemError> {
        self.crm.read_actor().await?;
        self.say = Say(self.crm.actor.language);
        Ok(())
    }

    /// Has the message that was just received deleted: it holds a secret (A13, A18).
    pub(super) fn forget_message(&mut self) {
        if !self.extras.contains(&Extra::ForgetMessage) {
            self.extras.push(Extra::ForgetMessage);
        }
    }
}

/// Something sent beside the living screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extra {
    /// Deletes the message that was just received: it holds a secret (A13, A18).
    ForgetMessage,
    /// Sends a stored document again, with a caption.
    Document { id: i64, caption: Html },
}
