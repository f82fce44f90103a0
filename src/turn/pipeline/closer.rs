//! The closer: writes the effects of turns that have only read, those of several chats in one statement.
//!
//! There is no timer: a turn alone is closed at once, and while one statement runs the next turns gather.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::Instant;

use super::guard::restarted;
use super::known::Basis;
use super::session::Session;
use crate::db::{Pool, lease, pool};
use crate::error::{SystemError, SystemErrorKind};
use crate::turn::Living;
use crate::turn::outbox::rows::{Draft, Fresh, Row, UNREADABLE};
use crate::turn::outbox::sent_messages::screen;

/// So many statements run at once.
const AT_ONCE: usize = 2;

/// At most so many chats are closed by one statement.
const CHATS: usize = 16;

/// The effect of a turn that has only read.
#[derive(Clone)]
pub(in crate::turn) struct Closing {
    chat_id: i64,
    update_id: i64,
    basis: Basis,
    version: i64,
    pub dialogue: Value,
    menu: Option<String>,
    drafts: Vec<Draft>,
    payloads: Vec<Value>,
    /// Answers to taps have no rows.
    pub answers: Vec<Row>,
    now: DateTime<Utc>,
}

/// A turn whose effect was written.
pub(in crate::turn) struct Closed {
    /// The version of the session's row.
    pub session_row: String,
    /// Its messages.
    pub rows: Vec<Row>,
}

impl Closing {
    /// None for a turn whose messages are not all for its own chat and due now: its chat has to be locked.
    pub fn of(
        session: &Session,
        mut drafts: Vec<Draft>,
        update_id: i64,
        basis: Basis,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, SystemError> {
        let own = |draft: &Draft| draft.chat_id == session.chat_id && !draft.bulk && draft.due_at.is_none();
        if !drafts.iter().all(own) {
            return Ok(None);
        }
        let answers = Draft::split_answers(&mut drafts);
        let unwritable = |_| SystemError::permanent("a turn cannot be written");
        let payloads = drafts.iter().map(|draft| serde_json::to_value(&draft.outgoing)).collect::<Result<_, _>>();
        Ok(Some(Self {
            chat_id: session.chat_id,
            update_id,
            basis,
            version: session.version,
            dialogue: serde_json::to_value(&session.dialogue).map_err(unwritable)?,
            menu: session.menu.clone(),
            payloads: payloads.map_err(unwritable)?,
            drafts,
            answers,
            now,
        }))
    }
}

/// What the statement says of a message.
struct Written {
    id: i64,
    chat_id: i64,
    session_row: String,
    alone: bool,
    living: Option<Living>,
}

/// A turn that waits for its effect, and where to tell of it.
struct Waiting {
    closing: Closing,
    tell: oneshot::Sender<Result<Option<Closed>, SystemError>>,
}

/// Takes the effects of turns.
#[derive(Clone)]
pub(in crate::turn) struct Closer(mpsc::UnboundedSender<Waiting>);

impl Closer {
    /// Starts the tasks that write, for the process `claimed_by`; they end with the closer.
    pub fn start(pool: &Pool, bot_id: i64, claimed_by: i32) -> Self {
        let (send, waiting) = mpsc::unbounded_channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..AT_ONCE {
            let writer = Writer { pool: pool::queues(pool).clone(), bot_id, claimed_by, waiting: waiting.clone() };
            tokio::spawn(restarted(move || writer.clone().run()));
        }
        Self(send)
    }

    /// Writes a turn's effect; none when what it relied on has changed: then nothing of it was written.
    ///
    /// # Errors
    /// A system error when the database fails. The effect may have been written nevertheless.
    pub async fn close(&self, closing: Closing) -> Result<Option<Closed>, SystemError> {
        let (tell, told) = oneshot::channel();
        let ending = || SystemError::transient("the program is ending");
        self.0.send(Waiting { closing, tell }).map_err(|_| ending())?;
        told.await.map_err(|_| ending())?
    }
}

/// A task that writes.
#[derive(Clone)]
struct Writer {
    pool: Pool,
    bot_id: i64,
    claimed_by: i32,
    waiting: Arc<Mutex<mpsc::UnboundedReceiver<Waiting>>>,
}

impl Writer {
    async fn run(self) {
        let mut next = Vec::new();
        while self.waiting.lock().await.recv_many(&mut next, CHATS).await > 0 {
            let (closings, tell): (Vec<_>, Vec<_>) =
                next.drain(..).map(|Waiting { closing, tell }| (closing, tell)).unzip();
            let several = closings.len() > 1;
            match self.write(&closings).await {
                // One chat's fault is its own.
                Err(fault) if several && fault.kind() == SystemErrorKind::Permanent => {
                    for (closing, tell) in closings.iter().zip(tell) {
                        let closed = self.write(std::slice::from_ref(closing)).await;
                        let _ = tell.send(closed.map(|mut closed| closed.remove(&closing.chat_id)));
                    }
                }
                Err(fault) => {
                    for tell in tell {
                        let _ = tell.send(Err(fault.clone()));
                    }
                }
                Ok(mut closed) => {
                    for (closing, tell) in closings.iter().zip(tell) {
                        // The turn may have been given up: its rows are found in the table.
                        let _ = tell.send(Ok(closed.remove(&closing.chat_id)));
                    }
                }
            }
        }
    }

    /// Writes mark, session and messages of each chat where session, user and rights are as known. Whose session is locked by
    /// another transaction is left out: behind that lock, something is about to change.
    async fn write(&self, closings: &[Closing]) -> Result<HashMap<i64, Closed>, SystemError> {
        fn each<T>(closings: &[Closing], of: impl Fn(&Closing) -> T) -> Vec<T> {
            closings.iter().map(of).collect()
        }
        fn every<T>(closings: &[Closing], of: impl Fn(&Closing, usize) -> T) -> Vec<T> {
            let messages = |closing: &Closing| (0..closing.drafts.len()).collect::<Vec<_>>();
            let of = &of;
            closings.iter().flat_map(|closing| messages(closing).into_iter().map(move |at| of(closing, at))).collect()
        }
        let known = Instant::now();
        let query = sqlx::query!(
            r#"with given as materialized (
                   select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::text[],
                                        $7::boolean[], $8::jsonb[], $9::text[], $10::timestamptz[], $17::integer[])
                       as g (chat_id, update_id, session_row, version, user_id, user_row, protects, dialogue, menu, at, epoch)
               ), locked as materialized (
                   select s.chat_id from chat_session s join given g on g.chat_id = s.chat_id
                    where s.xmin::text = g.session_row and s.version = g.version - 1 and s.user_id = g.user_id
                      and s.unreachable_at is null
                    order by s.chat_id for update of s skip locked
               ), going as materialized (
                   select g.* from given g join locked using (chat_id)
                    where (select true from seen_update seen
                            where seen.bot_id = $11 and seen.update_id = g.update_id limit 1) is null
                      and (select true from acting_user u
                            where u.id = g.user_id and u.row_version = g.user_row and u.protects = g.protects limit 1)
               ), marked as (
                   insert into seen_update (bot_id, update_id, seen_at) select $11, update_id, at from going
               ), kept as (
                   update chat_session s
                      set version = g.version, dialogue = g.dialogue, menu = g.menu, updated_at = g.at
                     from going g where s.chat_id = g.chat_id
                   returning s.chat_id, s.xmin::text as session_row
               ), written as (
                   insert into outbox (chat_id, bulk, payload, user_id, epoch, claimed_by, created_at)
                   select m.chat_id, false, m.payload, m.user_id, case when m.user_id is not null then going.epoch end, $12, now()
                     from unnest($13::bigint[], $14::jsonb[], $15::bigint[]) with ordinality
                          as m (chat_id, payload, user_id, position)
                     join going using (chat_id)
                    order by m.position
                   returning id, chat_id
               )
               select w.id, w.chat_id, k.session_row as "session_row!",
                      (select true from outbox earlier
                        where earlier.chat_id = w.chat_id and not earlier.bulk and earlier.claimed_by <> $16
                          and not earlier.payload ? 'Answer' limit 1) is null as "alone!",
                      screen.message_id as "living?", screen.bare_message_id as bare,
                      screen.protected_message_id as protected, about.kind as "kind?", about.client_id as "client?"
                 from written w
                 join kept k using (chat_id)
                 left join chat_screen screen on screen.chat_id = w.chat_id
                 left join sent_about about on about.chat_id = w.chat_id and about.message_id = screen.message_id
                order by w.id"#,
            &each(closings, |closing| closing.chat_id),
            &each(closings, |closing| closing.update_id),
            &each(closings, |closing| closing.basis.session_row.clone()),
            &each(closings, |closing| closing.version),
            &each(closings, |closing| closing.basis.user),
            &each(closings, |closing| closing.basis.user_row.clone()),
            &each(closings, |closing| closing.basis.protects),
            &each(closings, |closing| closing.dialogue.clone()),
            &each(closings, |closing| closing.menu.clone()) as &[Option<String>],
            &each(closings, |closing| closing.now),
            self.bot_id,
            self.claimed_by,
            &every(closings, |closing, _| closing.chat_id),
            &every(closings, |closing, at| closing.payloads[at].clone()),
            &every(closings, |closing, at| closing.drafts[at].staff.map(|staff| staff.0)) as &[Option<i64>],
            UNREADABLE,
            &each(closings, |closing| closing.basis.epoch)
        );
        let rows = lease::with(&self.pool, async |connection| query.fetch_all(connection).await).await?;
        let written = rows.into_iter().map(|row| Written {
            id: row.id,
            chat_id: row.chat_id,
            session_row: row.session_row,
            alone: row.alone,
            living: screen(row.living, row.bare, row.protected, row.kind, row.client),
        });
        let mut by_chat = HashMap::<_, Vec<_>>::new();
        for row in written {
            by_chat.entry(row.chat_id).or_default().push(row);
        }
        let closed = closings.iter().filter_map(|closing| {
            let written = by_chat.remove(&closing.chat_id)?;
            Some((closing.chat_id, closing.closed(written, known)?))
        });
        Ok(closed.collect())
    }
}

impl Closing {
    /// With what the statement says of the messages, in their order.
    fn closed(&self, written: Vec<Written>, known: Instant) -> Option<Closed> {
        let first = written.first()?;
        let session_row = first.session_row.clone();
        let fresh = Arc::new(Fresh { known, alone: first.alone, living: first.living });
        let drafts = self.drafts.iter().cloned().zip(written);
        let rows = drafts.map(|(draft, written)| draft.written(written.id, Some(fresh.clone()))).collect();
        Some(Closed { session_row, rows })
    }
}
