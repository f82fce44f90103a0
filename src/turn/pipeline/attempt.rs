//! One attempt at one update, from BEGIN to COMMIT.

use sqlx::{Connection as _, PgConnection};

use super::session::{self, Mark, Session};
use crate::crm::{Actor, Crm, Sealed, StaffId, Visitor, access, staff};
use crate::db::lease;
use crate::error::SystemError;
use crate::flows::commands::Menu;
use crate::flows::dialogue::{Asker, Input, Outcome, Placement, Reply};
use crate::flows::{CallbackData, Compute, Cx, Event, Extra, Screen};
use crate::text::Say;
use crate::turn::cluster::in_doubt::InDoubt;
use crate::turn::outbox::notifications;
use crate::turn::outbox::reach::Reach;
use crate::turn::outbox::rows::{self, Closed, Draft, Row};
use crate::turn::outbox::sent_messages::{self, RepliedTo};
use crate::turn::purge;
use crate::turn::{IncomingUpdate, Markup, Outgoing, UpdateKind, UpdateProcessor};

/// The most characters in the answer to a tap.
const ANSWER_CHARACTERS: usize = 200;

/// What a try came to.
pub(in crate::turn) enum Attempted {
    /// Its effect was there already.
    Seen,
    /// Its effect is in the database, and these messages are to be sent.
    Committed(Vec<Row>),
    /// Work comes first; nothing of the try was kept.
    Compute(Compute, Asker),
    /// The parked update of this id is to be tried again first; nothing of the try was kept.
    Retry(i64),
    /// This process of a newer release has to do it, whose draft is open; nothing of the try was kept (R20).
    ForNewer(i32),
}

/// More rounds of work outside the transaction than any conversation needs.
pub(in crate::turn) const ROUNDS: usize = 4;

/// Tries once, at most for the time that all tries of an update may take (R16).
pub(in crate::turn) async fn process(
    turns: &UpdateProcessor,
    update: &IncomingUpdate,
    mark: Mark,
    in_doubt: &InDoubt,
) -> Result<Attempted, SystemError> {
    let tried =
        lease::with(&turns.settings.pool, async |connection| try_once(connection, turns, update, mark, in_doubt).await);
    match tokio::time::timeout(turns.settings.limits.time, tried).await {
        Ok(tried) => tried,
        Err(_) => Err(SystemError::transient("a turn took longer than all its tries may")),
    }
}

async fn try_once(
    connection: &mut PgConnection,
    turns: &UpdateProcessor,
    update: &IncomingUpdate,
    mark: Mark,
    in_doubt: &InDoubt,
) -> Result<Attempted, SystemError> {
    let now = (turns.settings.clock)();
    let marked = (turns.settings.bot_id, update.update_id, mark);
    match &update.kind {
        UpdateKind::Message { visitor, input, callback_id, message_id } => {
            let callback_id = callback_id.as_deref();
            let incoming = Incoming { visitor, input, callback_id, message_id: *message_id, parked: None };
            let mut transaction = connection.begin().await?;
            let claimed = session::claim(&mut transaction, marked, visitor.chat_id, now).await?;
            let Some(session) = claimed else { return seen(&mut transaction, turns, in_doubt).await };
            match incoming.process(turns, &mut transaction, session, now).await? {
                Attempted::Committed(rows) => in_doubt.commit(transaction, rows).await.map(Attempted::Committed),
                other => {
                    transaction.rollback().await?;
                    Ok(other)
                }
            }
        }
        UpdateKind::Foreign { chat_id } => {
            let mut transaction = connection.begin().await?;
            let claimed = session::claim(&mut transaction, marked, *chat_id, now).await?;
            let Some(session) = claimed else { return seen(&mut transaction, turns, in_doubt).await };
            let leave = Draft { chat_id: *chat_id, bulk: false, outgoing: Outgoing::Leave, staff: None, due_at: None };
            let rows = rows::close(&mut transaction, Some(&session), vec![leave], turns.settings.liveness.process, now)
                .await?;
            in_doubt.commit(transaction, rows).await.map(Attempted::Committed)
        }
        UpdateKind::Reachable { chat_id, reachable } => {
            let mut transaction = connection.begin().await?;
            if !session::mark(&mut transaction, marked, now).await? {
                return seen(&mut transaction, turns, in_doubt).await;
            }
            let reach = Reach {
                process: turns.settings.liveness.process,
                company: &turns.settings.company,
                chat_id: *chat_id,
                now,
            };
            let rows = match reachable {
                true => reach.regained(&mut transaction).await?,
                false => reach.lost(&mut transaction).await?,
            };
            in_doubt.commit(transaction, rows).await.map(Attempted::Committed)
        }
        UpdateKind::Unreadable { visitor: Some(visitor) } => {
            if is_stranger(connection, turns, visitor).await? {
                // Every input of a stranger gets the neutral line, and nothing of it is kept (G1).
                let input = Input::Event(Event::Typed(String::new()));
                let kind = UpdateKind::Message { visitor: visitor.clone(), input, callback_id: None, message_id: None };
                let empty = IncomingUpdate { update_id: update.update_id, label: update.label, kind };
                return Box::pin(try_once(connection, turns, &empty, mark, in_doubt)).await;
            }
            Err(SystemError::permanent("an update was not understood"))
        }
        UpdateKind::Unreadable { visitor: None } => Err(SystemError::permanent("an update was not understood")),
        UpdateKind::Ignored => Ok(Attempted::Seen),
    }
}

async fn is_stranger(
    connection: &mut PgConnection,
    turns: &UpdateProcessor,
    visitor: &Visitor,
) -> Result<bool, SystemError> {
    Ok(Actor::read(connection, visitor.clone(), &turns.settings.company).await?.staff().is_none())
}

/// The update has taken effect already: by an earlier try whose COMMIT was not acknowledged, or in another process.
pub(in crate::turn) async fn seen(
    connection: &mut PgConnection,
    turns: &UpdateProcessor,
    in_doubt: &InDoubt,
) -> Result<Attempted, SystemError> {
    let rows = in_doubt.found(connection, turns.settings.liveness.process).await?;
    Ok(if rows.is_empty() { Attempted::Seen } else { Attempted::Committed(rows) })
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
    /// Acts, draws, and writes session and messages; the transaction is the caller's.
    pub(in crate::turn) async fn process(
        &self,
        turns: &UpdateProcessor,
        connection: &mut PgConnection,
        mut session: Session,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<Attempted, SystemError> {
        let actor = Actor::read(&mut *connection, self.visitor.clone(), &turns.settings.company).await?;
        let user = actor.staff().map(|staff| staff.id);
        if session.user != user {
            session.dialogue.reset();
        }
        if let Some(release) = session.dialogue.newer_release()
            && let Some(process) = session::newer_process(&mut *connection, release).await?
        {
            return Ok(Attempted::ForNewer(process));
        }
        let say = Say(actor.language);
        let input = self.resolve_reply(&mut *connection, user).await?;
        let crm = Crm::new(&mut *connection, actor, now, &turns.settings.company);
        let mut cx = Cx { crm, say, extras: Vec::new() };
        let reply = match session.dialogue.take(input, session.version, &mut cx).await? {
            Outcome::Compute(work, asker) => return Ok(Attempted::Compute(work, asker)),
            Outcome::Retry(id) => return Ok(Attempted::Retry(id)),
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
        drafts.extend(menus_of_others(&mut cx, session.user).await?);
        let left = cx.crm.take_left_chats();
        drafts.extend(purge::leave_chats(cx.crm.connection(), &left, session.chat_id).await?);
        drop(cx);
        let process = turns.settings.liveness.process;
        let Closed { mut rows, back } = rows::close_turn(connection, Some(&session), drafts, process, now).await?;
        if back {
            // What was not written to a chat that could not be reached.
            let reach = Reach { process, company: &turns.settings.company, chat_id: session.chat_id, now };
            rows.extend(reach.ask_again(connection, None).await?);
        }
        Ok(Attempted::Committed(rows))
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
