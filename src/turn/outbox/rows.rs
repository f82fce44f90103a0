//! Rows of the outbox: how they are written, claimed, taken over and deleted (R5, R6).

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tokio::time::Instant;

use super::amendment;
use super::sent_messages::{kept, screen};
use crate::crm::StaffId;
use crate::db::{Pool, lease, pool};
use crate::error::SystemError;
use crate::turn::pipeline::session::Session;
use crate::turn::{Answer, Clock, Liveness, Living, Outgoing, TelegramRoute};

/// A message in the outbox.
#[derive(Clone)]
pub struct Row {
    /// Grows within a chat; [`Row::IN_MEMORY`] for what is in no table.
    pub id: i64,
    pub chat_id: i64,
    /// Behind replies (R15).
    pub bulk: bool,
    pub outgoing: Outgoing,
    /// What its turn knew when it was written; none of what was found in the table.
    pub fresh: Option<Arc<Fresh>>,
}

/// What the statement that wrote a reply saw of its chat, under the chat's lock: right after COMMIT the courier need not ask.
#[derive(Debug)]
pub struct Fresh {
    /// When the statement was sent: the claim held then.
    pub known: Instant,
    /// Whether every earlier reply of the chat was sent, by whichever process.
    pub alone: bool,
    /// The chat's living screen at that time.
    pub living: Option<Living>,
}

impl Row {
    /// The id of the answer to a tap: it has no row, and is lost with the process (R6 speaks of messages).
    pub const IN_MEMORY: i64 = 0;
}

/// A message before it has an id.
#[derive(Clone)]
pub(in crate::turn) struct Draft {
    pub chat_id: i64,
    pub bulk: bool,
    pub outgoing: Outgoing,
    pub staff: Option<StaffId>,
    /// Not before: the end of quiet hours.
    pub due_at: Option<DateTime<Utc>>,
}

impl Draft {
    /// Keeps the answer to a tap within the screen that the tap led to.
    fn attach(&self, drafts: &mut [Self]) {
        let Outgoing::Answer { callback_id, text, alert } = &self.outgoing else { return };
        for draft in drafts.iter_mut().filter(|draft| draft.chat_id == self.chat_id) {
            if let Outgoing::Screen { answer, .. } = &mut draft.outgoing {
                *answer = Some(Answer { callback_id: callback_id.clone(), text: text.clone(), alert: *alert });
            }
        }
    }

    /// Takes the answers to taps from a turn's messages. They have no rows of their own: they are handed over in memory, and kept
    /// within their screen's row for a process that takes it over.
    pub fn split_answers(drafts: &mut Vec<Self>) -> Vec<Row> {
        let is_answer = |draft: &mut Self| matches!(draft.outgoing, Outgoing::Answer { .. });
        let answers: Vec<_> = drafts.extract_if(.., is_answer).collect();
        answers.iter().for_each(|answer| answer.attach(drafts));
        answers.into_iter().map(|answer| answer.written(Row::IN_MEMORY, None)).collect()
    }

    /// As it stands in the table.
    pub fn written(self, id: i64, fresh: Option<Arc<Fresh>>) -> Row {
        Row { id, chat_id: self.chat_id, bulk: self.bulk, outgoing: self.outgoing, fresh }
    }
}

/// Owner id of rows that are not due yet; any live process may claim them.
pub(in crate::turn) const UNCLAIMED: i32 = -1;

/// Owner id of rows that this version cannot read: a newer one wrote them, and sends them when it is there again (R20).
pub(in crate::turn) const UNREADABLE: i32 = -2;

/// What the close of a turn gives.
pub(in crate::turn) struct Closed {
    /// The messages that are due.
    pub rows: Vec<Row>,
    /// Whether the chat could not be reached until this update of its person.
    pub back: bool,
    /// The version of the session's row in the database; none without a session.
    pub session_row: Option<String>,
    /// The session's dialogue as it is stored.
    pub dialogue: serde_json::Value,
}

/// As [`close_turn`], for what no person has caused.
pub(in crate::turn) async fn close(
    connection: &mut PgConnection,
    session: Option<&Session>,
    drafts: Vec<Draft>,
    process: i32,
    now: DateTime<Utc>,
) -> Result<Vec<Row>, SystemError> {
    Ok(close_turn(connection, session, drafts, process, now).await?.rows)
}

/// Writes the session's next state and the turn's messages, in one statement, and gives those that are due. The rows are
/// born claimed by `process`; what no chat has asked for has no session.
pub(in crate::turn) async fn close_turn(
    connection: &mut PgConnection,
    session: Option<&Session>,
    drafts: Vec<Draft>,
    process: i32,
    now: DateTime<Utc>,
) -> Result<Closed, SystemError> {
    let mut drafts = drafts;
    let mut rows = Draft::split_answers(&mut drafts);
    if session.is_none() && drafts.is_empty() {
        return Ok(Closed { rows, back: false, session_row: None, dialogue: serde_json::Value::Null });
    }
    let dialogue = serde_json::to_value(session.map(|session| &session.dialogue))
        .map_err(|_| SystemError::permanent("a dialogue cannot be written"))?;
    let columns = Columns::of(&drafts)?;
    // The epoch is read where the row is written, so that it counts what this very turn has changed.
    let known = Instant::now();
    let written = sqlx::query!(
        r#"with was as (select unreachable_at from chat_session where chat_id = $1),
           kept as (
               update chat_session set version = $2, dialogue = $3, user_id = $4, menu = $5, unreachable_at = null
                where chat_id = $1 returning xmin::text as session_row
           ),
           screen as (
               select message_id, bare_message_id, protected_message_id, kind, client_id
                 from chat_screen left join sent_about using (chat_id, message_id) where chat_id = $1
           )
           insert into outbox (chat_id, bulk, payload, user_id, epoch, due_at, claimed_by, created_at)
           select m.chat_id, m.bulk, m.payload, m.user_id, u.authz_epoch, m.due_at,
                  case when m.due_at is null then $10::integer else $12 end, now()
             from unnest($6::bigint[], $7::boolean[], $8::jsonb[], $9::bigint[], $11::timestamptz[]) with ordinality
                  as m (chat_id, bulk, payload, user_id, due_at, position)
             left join staff_user u on u.id = m.user_id
            order by m.position
           returning id, exists (select from was where unreachable_at is not null) as "back!",
                     (select session_row from kept) as session_row,
                     not exists (select from outbox earlier
                                  where earlier.chat_id = $1 and not earlier.bulk and earlier.claimed_by <> $13
                                    and not earlier.payload ? 'Answer') as "alone!",
                     (select message_id from screen) as living, (select bare_message_id from screen) as bare,
                     (select protected_message_id from screen) as protected,
                     (select kind from screen) as kind, (select client_id from screen) as client"#,
        session.map(|session| session.chat_id),
        session.map(|session| session.version),
        &dialogue,
        session.and_then(|session| session.user).map(|user| user.0),
        session.and_then(|session| session.menu.clone()),
        &columns.chats,
        &columns.bulk,
        &columns.payloads,
        &columns.users as &[Option<i64>],
        process,
        &columns.due as &[Option<DateTime<Utc>>],
        UNCLAIMED,
        UNREADABLE
    )
    .fetch_all(&mut *connection)
    .await?;
    let back = written.first().is_some_and(|row| row.back);
    let session_row = written.first().and_then(|row| row.session_row.clone());
    for (written, draft) in written.into_iter().zip(drafts) {
        if draft.due_at.is_some() {
            continue;
        }
        let reply = session.is_some_and(|session| session.chat_id == draft.chat_id) && !draft.bulk;
        let fresh = reply.then(|| {
            let living = screen(written.living, written.bare, written.protected, written.kind, written.client);
            Arc::new(Fresh { known, alone: written.alone, living })
        });
        rows.push(draft.written(written.id, fresh));
    }
    amendment::keep(connection, &rows, now).await?;
    Ok(Closed { rows, back, session_row, dialogue })
}

/// Which of these messages are in the outbox and for `process` to send.
pub(in crate::turn) async fn ours(
    connection: &mut PgConnection,
    ids: &[i64],
    process: i32,
) -> Result<Vec<i64>, SystemError> {
    Ok(sqlx::query_scalar!("select id from outbox where id = any($1) and claimed_by = $2", ids, process)
        .fetch_all(connection)
        .await?)
}

/// The messages of a chat that are for `process` to send now.
pub(in crate::turn) async fn of_chat(
    connection: &mut PgConnection,
    chat_id: i64,
    process: i32,
) -> Result<Vec<Row>, SystemError> {
    let query = sqlx::query!(
        "select id, bulk, payload from outbox where chat_id = $1 and claimed_by = $2 and due_at is null order by id",
        chat_id,
        process
    );
    let rows = query.fetch_all(connection).await?;
    let readable = rows.into_iter().filter_map(|row| {
        let outgoing = serde_json::from_value(row.payload).ok()?;
        Some(Row { id: row.id, chat_id, bulk: row.bulk, outgoing, fresh: None })
    });
    Ok(readable.collect())
}

struct Columns {
    chats: Vec<i64>,
    bulk: Vec<bool>,
    payloads: Vec<serde_json::Value>,
    users: Vec<Option<i64>>,
    due: Vec<Option<DateTime<Utc>>>,
}

impl Columns {
    fn of(drafts: &[Draft]) -> Result<Self, SystemError> {
        let payloads = drafts
            .iter()
            .map(|draft| serde_json::to_value(&draft.outgoing))
            .collect::<Result<_, _>>()
            .map_err(|_| SystemError::permanent("a message cannot be written"))?;
        Ok(Self {
            chats: drafts.iter().map(|draft| draft.chat_id).collect(),
            bulk: drafts.iter().map(|draft| draft.bulk).collect(),
            payloads,
            users: drafts.iter().map(|draft| draft.staff.map(|user| user.0)).collect(),
            due: drafts.iter().map(|draft| draft.due_at).collect(),
        })
    }
}

/// The courier's side of the outbox.
#[derive(Clone)]
pub struct Outbox {
    pub(in crate::turn) pool: Pool,
    pub(in crate::turn) process: i32,
    route: TelegramRoute,
    clock: Clock,
    /// Rows of a newer version: each is tried once.
    unreadable: Arc<Mutex<Vec<i64>>>,
}

/// The state of a message that is next in its chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// When the database was asked: the claim held then.
    pub asked: Instant,
    /// Whether the person's rights are still those under which it was written (G5).
    pub allowed: bool,
    /// Whether an earlier message of the chat is not sent yet, in whichever process: it goes first (R7).
    pub behind: bool,
    /// The message that is the chat's living screen.
    pub living: Option<Living>,
}

impl Outbox {
    /// Over a pool of working connections, for this process.
    #[must_use]
    pub fn new(pool: Pool, liveness: &Liveness) -> Self {
        let (route, clock) = (liveness.route.clone(), liveness.clock());
        Self { pool, process: liveness.process, route, clock, unreadable: Arc::default() }
    }

    /// The time by which rows are due and dated.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Takes over the rows of dead processes, those of deaf ones if this one is not (R18), and rows that have become due, in order (R6, R13), and rows that this
    /// process has claimed without knowing it, because the answer to COMMIT was lost: everything of its own that is old
    /// enough and not among the `known`. Without room for `bulk`, only what is not bulk (R14).
    pub async fn take_over(&self, known: &[i64], bulk: bool, now: DateTime<Utc>) -> Result<Vec<Row>, SystemError> {
        let query = sqlx::query!(
            r#"with orphan as (
                   select o.id from outbox o
                    where (o.due_at is null or o.due_at <= $4) and case when o.claimed_by = $1
                               then o.id <> all ($3) and o.created_at < now() - interval '12 seconds'
                               else not exists (
                          select from process p
                            join pg_locks l on l.objid::bigint = p.id
                           where p.id = o.claimed_by and p.beat_at > now() - interval '4 seconds' and ($6 or not p.deaf)
                             and l.locktype = 'advisory' and l.classid = $2 and l.objsubid = 2 and l.granted
                             and l.database = (select oid from pg_database where datname = current_database())) end
                      and (not o.bulk or $5) and o.id <> all ($7)
                    order by o.id limit 1000 for update of o skip locked
               )
               update outbox set claimed_by = $1 where id in (select id from orphan)
               returning id, chat_id, bulk, payload"#,
            self.process,
            sqlx::postgres::types::Oid(crate::turn::cluster::liveness::ALIVE as u32) as _,
            known,
            now,
            bulk,
            self.route.is_deaf(std::time::Instant::now()),
            &self.unreadable()
        );
        let rows = lease::with(&self.pool, async |connection| query.fetch_all(connection).await).await?;
        let mut taken = Vec::new();
        for row in rows {
            match serde_json::from_value(row.payload) {
                Ok(outgoing) => {
                    taken.push(Row { id: row.id, chat_id: row.chat_id, bulk: row.bulk, outgoing, fresh: None })
                }
                Err(_) => self.leave(row.id).await?,
            }
        }
        taken.sort_by_key(|row| row.id);
        Ok(taken)
    }

    /// Leaves a message to a newer version of the program (R20).
    async fn leave(&self, id: i64) -> Result<(), SystemError> {
        tracing::error!(message = id, "a message of a newer version is left to it");
        self.unreadable.lock().unwrap_or_else(PoisonError::into_inner).push(id);
        let query = sqlx::query!(
            "update outbox set claimed_by = $2 where id = $1 and claimed_by = $3",
            id,
            UNREADABLE,
            self.process
        );
        lease::with(&self.pool, async |connection| query.execute(connection).await).await?;
        Ok(())
    }

    fn unreadable(&self) -> Vec<i64> {
        self.unreadable.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The state of a message; none when it is not for this process to send any more: a process that was stopped for a
    /// while has lost its claims. Earlier messages of the chat have to go first: what this process has sent is deleted
    /// before it asks, or the process that takes over would send it again behind this one. Those that only a newer
    /// version can read are not waited for (R20).
    pub async fn due(&self, id: i64) -> Result<Option<Due>, SystemError> {
        let query = sqlx::query!(
            r#"select o.user_id is null or coalesce(u.active and u.authz_epoch = o.epoch, false) as "allowed!",
                      not o.bulk and exists (
                          select from outbox earlier
                           where earlier.chat_id = o.chat_id and not earlier.bulk and earlier.id < o.id
                             and not earlier.payload ? 'Answer' and earlier.claimed_by <> $3) as "behind!",
                      screen.message_id as "message_id?",
                      coalesce(screen.bare_message_id = screen.message_id, false) as "bare!",
                      coalesce(screen.protected_message_id = screen.message_id, false) as "protected!",
                      about.kind as "kind?", about.client_id as "client?"
                 from outbox o
                 left join staff_user u on u.id = o.user_id
                 left join chat_screen screen on screen.chat_id = o.chat_id
                 left join sent_about about on about.chat_id = screen.chat_id and about.message_id = screen.message_id
                where o.id = $1 and o.claimed_by = $2"#,
            id,
            self.process,
            UNREADABLE
        );
        let due = lease::with(pool::queues(&self.pool), async |connection| {
            let asked = Instant::now();
            let due = query.fetch_optional(connection).await?;
            Ok::<_, sqlx::Error>(due.map(|due| (asked, due)))
        })
        .await?;
        Ok(due.map(|(asked, due)| Due {
            asked,
            allowed: due.allowed,
            behind: due.behind,
            living: due.message_id.map(|message_id| Living {
                message_id,
                about: kept(due.kind, due.client),
                bare: due.bare,
                protected: due.protected,
            }),
        }))
    }
}
