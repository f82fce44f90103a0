//! One conversation: what it opens with, how it acts on an event, and how it is drawn.

use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{About, Compute, Cx, Event, Navigation, Screen};
use crate::crm::Result;
use crate::text::Html;

/// One conversation.
///
/// A refusal travels by `?`: the dialogue says its sentence where the conversation has nothing to add. Refused in `open`,
/// the person stays where they were; in `on`, the state of before is kept, whatever was changed; in `screen`, the sentence
/// is the screen.
pub trait Flow: Clone + Serialize + DeserializeOwned + Send + Sync + Sized {
    /// Whether what is typed here is a secret: it reaches no log, no table, no dead letter.
    const SECRET: bool = false;

    /// Whether what is typed here is only a search: a reply to a message about a client comes before it.
    const SEARCH: bool = false;

    /// Whom its screen is about.
    fn about(&self) -> Option<About> {
        None
    }

    /// Whether its screen shows a client's data, which a company may keep from being forwarded (J6).
    fn shows_client(&self) -> bool {
        self.about().is_some()
    }

    /// The state it begins with. It writes nothing: what a button does at once is a command (`registry.rs`).
    fn open(nav: &Navigation, cx: &mut Cx<'_>) -> impl Future<Output = Result<Opened<Self>>> + Send;

    /// Acts on what happened; a screen that is only read leaves this out.
    fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> impl Future<Output = Result<Step>> + Send {
        let _ = cx;
        std::future::ready(Ok(event.otherwise()))
    }

    /// Fetches and draws, always fresh.
    fn screen(&self, cx: &mut Cx<'_>) -> impl Future<Output = Result<Screen>> + Send;
}

/// What opening a conversation comes to.
pub enum Opened<S> {
    /// Its screen.
    Here(S),
    /// Its screen, and why what was brought along was not taken.
    Rejecting(S, Html),
    /// Somewhere else.
    Elsewhere(Step),
}

impl<S> Opened<S> {
    /// The same of what holds this conversation.
    pub(super) fn map<T>(self, with: impl FnOnce(S) -> T) -> Opened<T> {
        match self {
            Self::Here(state) => Opened::Here(with(state)),
            Self::Rejecting(state, why) => Opened::Rejecting(with(state), why),
            Self::Elsewhere(step) => Opened::Elsewhere(step),
        }
    }
}

/// What a conversation does next.
pub enum Step {
    /// Draws its screen.
    Stay,
    /// Draws its screen and says a word about what was done.
    Notify(Html),
    /// Nothing was done; says why. What was typed before is kept.
    Reject(Html),
    /// The input is not for this conversation: it is taken for a search, a phone or a note.
    NotHandled,
    /// Opens another screen above this one: Back returns here.
    Open(Navigation),
    /// Goes to another screen instead of this one, with a word about what was done.
    Go(Navigation, Option<Html>),
    /// Returns to the screen below, with a word about what was done.
    Back(Option<Html>),
    /// Leaves everything, with a word.
    Home(Option<Html>),
    /// Has work done outside the transaction; nothing else of this turn is kept.
    Compute(Compute),
    /// Has the parked update of this id tried again, in a transaction of its own (R10); nothing else of this turn is kept.
    Retry(i64),
}
