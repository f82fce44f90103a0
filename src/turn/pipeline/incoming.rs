//! A user's input: how it is thought, and what is written of it.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::attempt::Attempted;
use super::known::Known;
use super::session::{self, Session};
use crate::crm::{Actor, Crm, Sealed, StaffId, Visitor, access, staff};
use crate::error::SystemError;
use crate::flows::commands::Menu;
use crate::flows::dialogue::{Asker, Input, Outcome, Placement, Reply};
use crate::flows::{CallbackData, Compute, Cx, Extra, Screen};
use crate::text::Say;
use crate::turn::outbox::notifications;
use crate::turn::outbox::reach::Reach;
use crate::turn::outbox::rows::{self, Closed, Draft, Row};
use crate::turn::outbox::sent_messages::{self, RepliedTo};
use crate::turn::{Markup, Outgoing, UpdateProcessor, purge};

/// The most characters in the answer to a tap.
const ANSWER_CHARACTERS: usize = 200;

/// What thinking came to.
pub(super) enum Thought {
    /// Work comes first; nothing is to be kept.
    Compute(Compute, Asker),
    /// The parked update of this id is to be tried again first; nothing is to be kept.
    Retry(i64),
    Turn(Box<Turn>),
}

/// What a turn has to leave behind.
pub(super) struct Turn {
    pub session: Session,
    /// The user as they are at the end of the turn.
    pub actor: Actor,
    pub drafts: Vec<Draft>,
}

/// A user's input, to be processed in their dialogue.
pub(in crate::turn) struct Incoming<'a> {
    pub visitor: &'a Visitor,
    pub input: &'a Input,
    pub callback_id: Option<&'a str>,
    pub message_id: Option<i64>,
    /// The dead letter that this is the retry of: the user is told so.
    pub parked: Option<&'a Sealed>,
}

impl Incoming<'_> {
    /// Acts, draws, and writes session and messages; the transaction is the caller's, and the chat's session locked in it.
    pub(in crate::turn) async fn process(
        &self,
        turns: &UpdateProcessor,
        connection: &mut PgConnection,
        mut session: Session,
        now: DateTime<Utc>,
    ) -> Result<(Attempted, Option<Known>), SystemError> {
        let actor = Actor::read(&mut *connection, self.visitor.clone(), &turns.settings.company).await?;
        if session.user != actor.staff().map(|staff| staff.id) {
            session.dialogue.reset();
        }
        if let Some(release) = session.dialogue.newer_release()
            && let Some(process) = session::newer_process(&mut *connection, release).await?
        {
            return Ok((Attempted::ForNewer(process), None));
        }
        let say = Say(actor.language);
        let crm = Crm::new(&mut *connection, actor, now, &turns.settings.company);
        let mut cx = Cx { crm, say, extras: Vec::new() };
        let thought = self.think(turns, &mut cx, session).await?;
        drop(cx);
        match thought {
            Thought::Compute(work, asker) => Ok((Attempted::Compute(work, asker), None)),
            Thought::Retry(id) => Ok((Attempted::Retry(id), None)),
            Thought::Turn(turn) => {
                let (rows, known) = turn.close(turns, connection, now).await?;
                Ok((Attempted::Committed(rows), known))
            }
        }
    }

    /// Has the dialogue act and draw, in whatever transaction there is; its effect is not written yet.
    pub(super) async fn think(
        &self,
        turns: &UpdateProcessor,
        cx: &mut Cx<'_>,
        mut session: Session,
    ) -> Result<Thought, SystemError> {
        let user = cx.crm.actor.staff().map(|staff| staff.id);
        let input = self.resolve_reply(cx.crm.connection(), user).await?;
        let reply = match session.dialogue.take(input, session.version, cx).await? {
            Outcome::Compute(work, asker) => return Ok(Thought::Compute(work, asker)),
            Outcome::Retry(id) => return Ok(Thought::Retry(id)),
            Outcome::Reply(reply) => reply,
        };
        // A redeemed invite or login links the user: reload the actor for the menu.
        let actor = match cx.crm.identity_changed() {
            true => Actor::read(cx.crm.connection(), self.visitor.clone(), &turns.settings.company).await?,
            false => cx.crm.actor.clone(),
        };
        access::hear_language(&mut cx.crm, &actor).await?;
        session.user = actor.staff().map(|staff| staff.id);
        session.version += 1;
        let mut drafts = self.replies(reply, &cx.extras, &session, actor.protects_cards);
        if let Some(parked) = self.parked {
            let moment = cx.say.moment(parked.at, actor.time_zone(&turns.settings.company));
            let words = cx.say.notice_parked_handled(moment, parked.code.as_str());
            let notice = Outgoing::Notice(Markup::of(Screen::new(words), CallbackData::NOTICE));
            drafts.insert(0, self.draft(notice));
        }
        let menu = Menu::of(&actor, cx.say);
        if session.menu.as_deref() != Some(menu.digest.as_str()) {
            drafts.push(self.draft(Outgoing::Commands(menu.commands)));
            session.menu = Some(menu.digest);
        }
        drafts.extend(notifications::drafts(&mut cx.crm).await?);
        drafts.extend(menus_of_others(cx, session.user).await?);
        let left = cx.crm.take_left_chats();
        drafts.extend(purge::leave_chats(cx.crm.connection(), &left, session.chat_id).await?);
        Ok(Thought::Turn(Box::new(Turn { session, actor, drafts })))
    }

    /// The input; of a reply also the client that the answered message is about. Strangers get no such messages (G1).
    async fn resolve_reply(&self, connection: &mut PgConnection, user: Option<StaffId>) -> Result<Input, SystemError> {
        let Input::Replied { to, said, .. } = self.input else { return Ok(self.input.clone()) };
        let said = said.clone();
        let replied_to = match user {
            Some(_) => sent_messages::replied_to(connection, self.visitor.chat_id, *to).await?,
            None => RepliedTo::Screen,
        };
        Ok(match replied_to {
            RepliedTo::About(about) => Input::Replied { to: *to, about: Some(about), said },
            RepliedTo::Unknown => Input::Replied { to: *to, about: None, said },
            RepliedTo::Screen => Input::Event(said),
        })
    }

    fn draft(&self, outgoing: Outgoing) -> Draft {
        Draft { chat_id: self.visitor.chat_id, bulk: false, outgoing, staff: None, due_at: None }
    }

    /// A message that holds what only this member of the staff may see (G5).
    fn private(&self, outgoing: Outgoing, session: &Session) -> Draft {
        Draft { staff: session.user, ..self.draft(outgoing) }
    }

    /// The answer to the tap, what goes beside the screen, and the screen. Files are all of clients.
    fn replies(&self, reply: Reply, extras: &[Extra], session: &Session, protected: bool) -> Vec<Draft> {
        let version = session.version;
        let mut drafts = Vec::new();
        if let Some(callback_id) = self.callback_id {
            let text = reply.words.as_ref().map(|words| shortened(&words.plain())).unwrap_or_default();
            drafts.push(self.draft(Outgoing::Answer { callback_id: callback_id.to_owned(), text, alert: reply.alert }));
        }
        for extra in extras {
            match extra {
                Extra::ForgetMessage => {
                    drafts.extend(self.message_id.map(|message_id| self.draft(Outgoing::Delete { message_id })));
                }
                Extra::Document { id, caption } => {
                    let document = Outgoing::Document { id: *id, caption: caption.as_str().to_owned(), protected };
                    drafts.push(self.private(document, session));
                }
            }
        }
        // A button of an old screen goes away with the first tap on it.
        if let (Input::Tap(tap), Some(message_id)) = (self.input, self.message_id)
            && tap.is_none_or(|tap| tap.version != version - 1 && tap.version != CallbackData::NOTICE)
        {
            drafts.push(self.draft(Outgoing::Strip { message_id }));
        }
        // The answer to a tap stands where its button stood, also when work came in between.
        let worked = self.callback_id.is_some() && matches!(self.input, Input::Computed { .. } | Input::Retried(_));
        let below = reply.placement == Placement::Below && !worked;
        let screen = Outgoing::Screen { markup: Markup::of(reply.screen, version), below, answer: None };
        drafts.push(self.private(screen, session));
        drafts
    }
}

impl Turn {
    /// Writes session and messages into the transaction in which the turn was thought.
    pub(super) async fn close(
        self,
        turns: &UpdateProcessor,
        connection: &mut PgConnection,
        now: DateTime<Utc>,
    ) -> Result<(Vec<Row>, Option<Known>), SystemError> {
        let Self { session, actor, drafts } = self;
        let process = turns.settings.liveness.process;
        let Closed { mut rows, back, session_row, dialogue } =
            rows::close_turn(&mut *connection, Some(&session), drafts, process, now).await?;
        if back {
            // What was not written to a chat that could not be reached.
            let reach = Reach { process, company: &turns.settings.company, chat_id: session.chat_id, now };
            rows.extend(reach.ask_again(connection, None).await?);
        }
        Ok((rows, session_row.and_then(|session_row| Known::of(session, session_row, dialogue, actor))))
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= ANSWER_CHARACTERS {
        return text.to_owned();
    }
    text.chars().take(ANSWER_CHARACTERS - 1).chain(['…']).collect()
}

/// The command menus of users whose rights the turn has changed.
async fn menus_of_others(cx: &mut Cx<'_>, own: Option<StaffId>) -> Result<Vec<Draft>, SystemError> {
    let changed: Vec<_> = cx.crm.take_changed_staff().into_iter().filter(|id| Some(*id) != own).collect();
    let mut drafts = Vec::new();
    for actor in staff::linked(&mut cx.crm, &changed).await? {
        let chat_id = actor.visitor.chat_id;
        let menu = Menu::of(&actor, Say(actor.language));
        let outgoing = Outgoing::Commands(menu.commands);
        drafts.push(Draft { chat_id, bulk: false, outgoing, staff: None, due_at: None });
    }
    Ok(drafts)
}
