//! What goes into a dialogue and what comes out of it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::about::About;
use super::{CallbackData, Compute, Computed, Event, Retried, Screen};
use crate::text::Html;

/// What came in from the chat.
#[derive(Clone)]
pub enum Input {
    /// `/name rest`.
    Command {
        /// Without slash and bot name, lower case.
        name: String,
        /// The rest of the line.
        rest: String,
    },
    /// A button; none when its data is not ours.
    Tap(Option<CallbackData>),
    Event(Event),
    /// An answer to an earlier message of ours.
    Replied {
        to: i64,
        /// Whom that message is about: the turn looks it up.
        about: Option<About>,
        said: Event,
    },
    /// The work that was asked for is done.
    Computed {
        /// What it came to.
        computed: Computed,
        /// Who waits for it.
        asker: Asker,
    },
    /// The parked update was tried again.
    Retried(Retried),
}

/// Who asked for work outside the transaction: its result goes there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asker {
    /// The conversation on the screen.
    Conversation,
    /// The conversation on the screen, provided that it still is in this state: the result comes later, as an input of its
    /// own.
    Question(Value),
    /// A note to this client that came as a reply.
    Note(i64),
}

/// Where the screen is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// In place of the living one.
    Edit,
    /// Below what was typed; the old one loses its buttons.
    Below,
}

/// The answer to an input.
pub struct Reply {
    pub screen: Screen,
    /// Where it is drawn.
    pub placement: Placement,
    /// A word for the answer to a tap.
    pub words: Option<Html>,
    /// Whether that word is a refusal: it is shown as an alert.
    pub alert: bool,
}

/// What a turn of the dialogue comes to.
pub enum Outcome {
    /// The screen to show.
    Reply(Reply),
    /// Work outside the transaction comes first; nothing of this turn is kept.
    Compute(Compute, Asker),
    /// The parked update of this id is to be tried again first; nothing of this turn is kept.
    Retry(i64),
}
