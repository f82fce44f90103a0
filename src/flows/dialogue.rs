//! One person's dialogue: the stack of open conversations, and what every conversation has in common.
//!
//! Back and Home, commands from every state, stale and doubled taps, access and texts that no conversation takes are
//! solved here once; conversations never see them.

mod input;
mod newer;
mod thumb;
mod undo;
mod view;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::newer::RELEASE;
use self::newer::{Newer, Stored};
pub use super::exchange::{Asker, Input, Outcome, Placement, Reply};
use super::registry::{Frame, ScreenId, UseCase};
use super::{Access, ButtonAction, CallbackData, Compute, Cx, Event, Navigation, Opened, Screen, Step, kit, refusals};
use crate::crm::{Error, Undoable};
use crate::error::SystemError;
use crate::text::Html;
use thumb::Thumb;

/// Maximum depth of the navigation stack; the oldest conversations are dropped.
const DEPTH: usize = 12;

/// What is kept of a dialogue between two updates.
#[derive(Clone, Default, Deserialize)]
#[serde(from = "Stored")]
pub struct Dialogue {
    /// The open conversations; the last one is on the screen.
    stack: Vec<Frame>,
    /// What the last effective input did.
    done: Option<DoneOn>,
    /// Where the last tap was.
    thumb: Thumb,
    /// What is open instead of the stack, where a newer release wrote it.
    newer: Option<Newer>,
    /// What a newer release wrote and this one has set aside to start over.
    set_aside: Option<Newer>,
    /// A secret was asked for before the dialogue was reset: the answer is on its way.
    asked_secret: bool,
    /// What this turn has undone on a card that is gone with it: its screen offers to do that again.
    #[serde(skip)]
    again: Option<Undoable>,
}

/// What was done on a version of the screen, so that a second tap on it learns what happened (K13).
#[derive(Clone, Serialize, Deserialize)]
struct DoneOn {
    version: i64,
    words: Html,
    at: DateTime<Utc>,
}

/// What an input has to say.
enum Said {
    Nothing,
    Told(Html),
    Warned(Html),
    Compute(Compute, Asker),
    Retry(i64),
}

impl Said {
    fn told(words: Option<Html>) -> Self {
        words.map_or(Self::Nothing, Self::Told)
    }
}

impl Dialogue {
    /// Forgets everything: another person uses the chat now.
    pub fn reset(&mut self) {
        *self = Self { asked_secret: self.awaits_secret(), ..Self::default() };
    }

    /// Takes an input on the screen of `version` and answers with the next screen.
    pub async fn take(&mut self, input: Input, version: i64, cx: &mut Cx<'_>) -> Result<Outcome, SystemError> {
        let input = self.keep_secret(input, cx);
        let started_over = self.set_newer_aside(&input, cx);
        let refused = self.leave_forbidden_screens(cx).await?;
        let on_screen = matches!(input, Input::Tap(tap) if tap.is_none_or(|tap| tap.version != CallbackData::NOTICE));
        match &input {
            Input::Tap(Some(tap)) if tap.version == version => self.thumb.moves(Some(tap.press)),
            // Where a late tap was is not known: most likely where the one before was.
            Input::Tap(_) => {}
            _ => self.thumb.moves(None),
        }
        let said = match input {
            Input::Command { name, rest } => self.command(&name, rest, cx).await?,
            _ if refused => Said::Warned(cx.say.refused_denied()),
            _ if let Some(said) = started_over => said,
            Input::Tap(Some(CallbackData {
                version: CallbackData::NOTICE,
                press: press @ (ButtonAction::Open(_) | ButtonAction::Do(..)),
            })) => self.press(press, cx).await?,
            Input::Tap(Some(tap)) if tap.version == version => self.press(tap.press, cx).await?,
            Input::Tap(tap) => Said::Warned(self.stale(tap, cx)),
            Input::Event(event) => self.event(event, cx).await?,
            Input::Retried(retried) => self.answer(Event::Retried(retried), cx).await?.unwrap_or(Said::Nothing),
            Input::Replied { about, said, .. } => self.replied(about, said, cx).await?,
            Input::Computed { computed, asker: Asker::Conversation } => {
                self.event(Event::Computed(computed), cx).await?
            }
            Input::Computed { computed, asker: Asker::Question(question) } => {
                if self.question().as_ref() == Some(&question) {
                    self.event(Event::Computed(computed), cx).await?
                } else {
                    self.too_late(cx)
                }
            }
            Input::Computed { computed, asker: Asker::Note(client) } => {
                self.note(client, Event::Computed(computed), cx).await?
            }
        };
        match said {
            Said::Compute(work, asker) => return Ok(Outcome::Compute(work, asker)),
            Said::Retry(id) => return Ok(Outcome::Retry(id)),
            Said::Nothing | Said::Told(_) | Said::Warned(_) => {}
        }
        let said = self.resume_set_aside(said, cx);
        if let (Said::Told(told), true) = (&said, on_screen) {
            self.done = Some(DoneOn { version, words: told.clone(), at: cx.crm.now });
        }
        self.reply(said, on_screen, cx).await.map(Outcome::Reply)
    }

    async fn reply(&mut self, said: Said, on_screen: bool, cx: &mut Cx<'_>) -> Result<Reply, SystemError> {
        if self.stack.is_empty() {
            self.enter(root(cx).into(), cx).await?;
        }
        self.stack.drain(..self.stack.len().saturating_sub(DEPTH));
        let screen = match self.stack.last() {
            Some(frame) => draw(frame, cx).await?,
            None => Screen::new(cx.say.stranger()),
        };
        let again = self.again.take().and_then(|undone| kit::undo::again(&undone, cx.say));
        let screen = self.thumb.apart(screen.row(again));
        self.thumb.draws(&screen);
        let placement = if on_screen { Placement::Edit } else { Placement::Below };
        Ok(match said {
            Said::Told(told) => {
                Reply { screen: screen.noted(told.clone()), placement, words: Some(told), alert: false }
            }
            // A tap's refusal is an alert; a typed text's stands above the question that is asked again.
            Said::Warned(why) if on_screen => Reply { screen, placement, words: Some(why), alert: true },
            Said::Warned(why) => Reply { screen: screen.noted(why), placement, words: None, alert: false },
            Said::Nothing | Said::Compute(..) | Said::Retry(_) => {
                Reply { screen, placement, words: None, alert: false }
            }
        })
    }

    /// Rights are read on every input: a user who lost the right to an open conversation leaves them all (A5, A6).
    async fn leave_forbidden_screens(&mut self, cx: &mut Cx<'_>) -> Result<bool, SystemError> {
        let Some(access) = self.denied_access(cx) else { return Ok(false) };
        if let Access::Staff([permission, ..]) = access {
            cx.crm.deny(*permission).await?;
        }
        self.stack.clear();
        Ok(cx.crm.actor.staff().is_some())
    }

    fn denied_access(&self, cx: &Cx<'_>) -> Option<Access> {
        self.stack.iter().map(|frame| frame.kind().entry().access).find(|access| !access.is_open(cx))
    }

    async fn press(&mut self, press: ButtonAction, cx: &mut Cx<'_>) -> Result<Said, SystemError> {
        match press {
            ButtonAction::Home => {
                self.stack.clear();
                Ok(Said::Nothing)
            }
            ButtonAction::Open(route) => self.enter(route.into(), cx).await,
            ButtonAction::Do(use_case, record) => self.run(use_case, record, cx).await,
            ButtonAction::Undo(event) => self.undo(event, cx).await,
            press => self.event(Event::Pressed(press), cx).await,
        }
    }

    /// Puts a conversation on the screen. The same client's card twice in a row would make Back stand still.
    fn push(&mut self, frame: Frame) {
        if frame.about().is_some() && self.stack.last().is_some_and(|last| last.about() == frame.about()) {
            self.stack.pop();
        }
        self.stack.push(frame);
    }

    /// Has a conversation act on an event; none when it was not waiting for such a thing. A refusal that it has nothing to add
    /// to is said here, over the screen as it was.
    async fn act(&mut self, mut frame: Frame, event: Event, cx: &mut Cx<'_>) -> Result<Option<Said>, SystemError> {
        let before = frame.clone();
        match Box::pin(frame.on(event, cx)).await {
            Ok(Step::NotHandled) => {
                self.stack.push(frame);
                Ok(None)
            }
            Ok(step) => self.follow(Some(frame), step, cx).await.map(Some),
            Err(Error::Refused(refusal)) => {
                self.push(before);
                Ok(Some(Said::Warned(refusals::sentence(&refusal, cx))))
            }
            Err(Error::System(error)) => Err(error),
        }
    }

    /// Goes where a step leads until there is a conversation to draw. `frame` is the one whose step it is.
    async fn follow(&mut self, mut frame: Option<Frame>, mut step: Step, cx: &mut Cx<'_>) -> Result<Said, SystemError> {
        let mut told: Option<Html> = None;
        let add = |told: Option<Html>, words: Option<Html>| match (told, words) {
            (Some(told), Some(words)) => Some(told.line(words)),
            (told, words) => told.or(words),
        };
        loop {
            if matches!(step, Step::Stay | Step::Notify(_) | Step::Reject(_) | Step::NotHandled | Step::Open(_)) {
                frame.take().into_iter().for_each(|frame| self.push(frame));
            }
            let nav = match step {
                Step::Stay | Step::NotHandled => return Ok(Said::told(told)),
                Step::Notify(words) => return Ok(Said::told(add(told, Some(words)))),
                Step::Reject(why) => return Ok(Said::Warned(why)),
                Step::Back(words) => return Ok(Said::told(add(told, words))),
                Step::Home(words) => {
                    self.stack.clear();
                    return Ok(Said::told(add(told, words)));
                }
                Step::Compute(work) => return Ok(Said::Compute(work, Asker::Conversation)),
                Step::Retry(id) => return Ok(Said::Retry(id)),
                Step::Open(nav) => nav,
                Step::Go(nav, words) => {
                    // A use case done from a card returns to that card: Back must not lead there a second time.
                    self.stack.pop_if(|frame| frame.kind() == nav.route.kind);
                    told = add(told, words);
                    nav
                }
            };
            if !authorize(nav.route.kind.entry().access, cx).await? {
                return Ok(Said::Warned(cx.say.refused_denied()));
            }
            (frame, step) = match Box::pin(Frame::open(&nav, cx)).await {
                Ok(Opened::Here(frame)) => (Some(frame), Step::Stay),
                Ok(Opened::Rejecting(frame, why)) => (Some(frame), Step::Reject(why)),
                Ok(Opened::Elsewhere(step)) => (None, step),
                Err(Error::Refused(refusal)) => (None, Step::Back(Some(refusals::sentence(&refusal, cx)))),
                Err(Error::System(error)) => return Err(error),
            };
        }
    }

    /// Runs a use case that a button names; what it refuses is said above the screen.
    async fn run(&mut self, use_case: UseCase, record: i64, cx: &mut Cx<'_>) -> Result<Said, SystemError> {
        if self.is_closed_to_stranger(use_case.access(), cx) {
            return Ok(Said::Nothing);
        }
        if !authorize(use_case.access(), cx).await? {
            return Ok(Said::Warned(cx.say.refused_denied()));
        }
        match use_case.run(record, cx).await {
            Ok(step) => self.follow(None, step, cx).await,
            Err(Error::Refused(refusal)) => Ok(Said::Told(refusals::sentence(&refusal, cx))),
            Err(Error::System(error)) => Err(error),
        }
    }

    /// Opens a screen above what is open.
    async fn enter(&mut self, nav: Navigation, cx: &mut Cx<'_>) -> Result<Said, SystemError> {
        if self.is_closed_to_stranger(nav.route.kind.entry().access, cx) {
            return Ok(Said::Nothing);
        }
        self.follow(None, Step::Open(nav), cx).await
    }

    /// A stranger with a forged button hears what every stranger hears (G1).
    fn is_closed_to_stranger(&mut self, access: Access, cx: &Cx<'_>) -> bool {
        let closed = cx.crm.actor.staff().is_none() && !access.is_open(cx);
        if closed {
            self.stack.clear();
        }
        closed
    }

    async fn command(&mut self, name: &str, rest: String, cx: &mut Cx<'_>) -> Result<Said, SystemError> {
        let known_person = cx.crm.actor.staff().is_some();
        let nav = match name {
            "start" if !rest.is_empty() => Navigation::with(ScreenId::Welcome, rest),
            "start" | "menu" => Navigation::from(root(cx)),
            "cancel" => {
                let nothing_open = self.stack.iter().all(|frame| frame.kind() == root(cx));
                self.stack.clear();
                let words = if nothing_open { cx.say.nothing_to_cancel() } else { cx.say.cancelled() };
                return Ok(if known_person { Said::Told(words) } else { Said::Nothing });
            }
            name => match ScreenId::by_command(name) {
                Some(kind) => Navigation::with(kind, rest),
                None if known_person => return Ok(Said::Warned(cx.say.unknown_command(format!("/{name}")))),
                None => Navigation::from(root(cx)),
            },
        };
        // A stranger learns nothing of what there is: every door looks the same from outside (A1, G1).
        if !known_person && !matches!(nav.route.kind.entry().access, Access::Public) {
            self.stack.clear();
            return Ok(Said::Nothing);
        }
        if nav.route.kind.entry().access.is_open(cx) {
            self.stack.clear();
        }
        self.enter(nav, cx).await
    }

    /// What a tap on an older version is told (R3, K13): what its first tap did, or that the screen has changed.
    fn stale(&self, tap: Option<CallbackData>, cx: &Cx<'_>) -> Html {
        match (&self.done, tap) {
            (Some(done), Some(tap)) if done.version == tap.version => {
                let zone = cx.crm.actor.time_zone(cx.crm.company);
                cx.say.already_done(cx.say.time_of_day(done.at, zone), done.words.clone())
            }
            _ => cx.say.screen_changed(),
        }
    }
}

/// Whether the person has access; a denial is audited.
async fn authorize(access: Access, cx: &mut Cx<'_>) -> Result<bool, SystemError> {
    if access.is_open(cx) {
        return Ok(true);
    }
    if let Access::Staff([permission, ..]) = access {
        cx.crm.deny(*permission).await?;
    }
    Ok(false)
}

/// The conversation's screen, or the sentence for which there is none.
async fn draw(frame: &Frame, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
    match Box::pin(frame.screen(cx)).await {
        Ok(screen) => Ok(screen),
        Err(Error::Refused(refusal)) => Ok(Screen::new(refusals::sentence(&refusal, cx)).leave(cx.say)),
        Err(Error::System(error)) => Err(error),
    }
}

fn root(cx: &Cx<'_>) -> ScreenId {
    if cx.crm.actor.staff().is_some() { ScreenId::Menu } else { ScreenId::Welcome }
}
