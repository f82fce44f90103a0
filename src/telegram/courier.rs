//! The courier: sends the outbox in order per chat, without loss, with 429 pauses per chat (R6–R8).

mod answer;
mod failed;
mod in_flight;
mod rate_limiter;
mod sending;
mod settling;
mod show;
mod stripped;

pub use in_flight::InFlight;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use serde_json::Value;
use tokio::sync::{Mutex, Semaphore, mpsc, watch};
use tokio::time::Instant;

use self::rate_limiter::RateLimiter;
use self::sending::Sending;
use self::settling::{Settling, ToSettle};
use self::stripped::Stripped;
use super::lanes::Lanes;
use super::{Api, CallError, render};
use crate::turn::{Due, Living, Outbox, Outgoing, Row, Settled, Shown, Undeliverable, Why, jitter};

/// How often messages of processes that died are looked for.
const TAKE_OVER: Duration = Duration::from_secs(2);

/// How long a message waits before it is asked again whether the earlier one of its chat, another process's, is gone.
const BEHIND: Duration = Duration::from_millis(100);

/// How long a message waits for the database.
const DATABASE: Duration = Duration::from_secs(1);

/// So many documents are read and sent at once: 80 MB at the most.
const DOCUMENTS: usize = 4;

/// So old a row may be whose turn's knowledge is relied on; an older one's rights may have changed (G5).
const FRESH: Duration = Duration::from_millis(200);

/// The courier of one bot.
pub struct Courier {
    api: Api,
    outbox: Outbox,
    undeliverable: Arc<Undeliverable>,
    stripped: Arc<Stripped>,
    lanes: Lanes<(i64, bool), Row>,
    in_flight: InFlight,
    limiter: RateLimiter,
    documents: Semaphore,
    sent: mpsc::UnboundedSender<ToSettle>,
    /// When messages of others were looked for last: one at a time, and not for each chat that waits for them.
    looked: Mutex<Option<Instant>>,
    ending: watch::Receiver<bool>,
}

/// How a sending ended.
enum Sent {
    /// It is with Telegram, or never can be: its row is deleted, and what the chat shows now is kept.
    Settled(Option<Shown>),
    /// It is not in the table any more, or another process's: nothing to delete.
    Gone,
    /// It is not in the table any more, and these are to be sent instead.
    Replaced(Vec<Row>),
    /// An earlier message of the chat has to go first.
    Behind,
    /// It has waited like all bulk, and goes among the replies of its chat now, so that none overtakes it.
    Due,
    /// Not now: the table keeps it, for this process or the next.
    Left,
}

impl Courier {
    /// Starts sending; `fresh` brings the messages of turns right after their COMMIT, `in_flight` counts what is in
    /// memory. The task ends when the program does.
    pub fn start(
        api: Api,
        outbox: Outbox,
        undeliverable: Undeliverable,
        mut fresh: mpsc::UnboundedReceiver<Vec<Row>>,
        ending: watch::Receiver<bool>,
        in_flight: InFlight,
    ) -> tokio::task::JoinHandle<()> {
        let (sent, acknowledge) = mpsc::unbounded_channel();
        let (lanes, limiter, looked) = (Lanes::new(), RateLimiter::new(), Mutex::new(None));
        let (undeliverable, stripped) = (Arc::new(undeliverable), Arc::<Stripped>::default());
        let courier = Arc::new(Self {
            api,
            outbox,
            undeliverable,
            stripped,
            lanes,
            in_flight,
            limiter,
            documents: Semaphore::new(DOCUMENTS),
            sent,
            looked,
            ending,
        });
        let settling = Settling::of(&courier);
        let mut writer = tokio::spawn(settling.run(acknowledge));
        tokio::spawn(async move {
            let mut ending = courier.ending.clone();
            let mut sweep = tokio::time::interval(TAKE_OVER);
            loop {
                tokio::select! {
                    rows = fresh.recv() => match rows {
                        Some(rows) => courier.clone().queue(rows),
                        None => break,
                    },
                    // Not here: a database that does not answer must not keep fresh messages waiting.
                    _ = sweep.tick(), if !*ending.borrow() => drop(tokio::spawn(courier.clone().take_over())),
                    _ = ending.changed() => {}
                    // R19: without it sent messages would stay in the table, and the program looks after its courier.
                    _ = &mut writer => return,
                }
            }
            // No turn runs any more. Requests under way may finish; what waits stays in the table.
            let farewell = Instant::now() + Duration::from_secs(2);
            while !courier.lanes.is_idle() && Instant::now() < farewell {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            drop(courier);
            let _ = tokio::time::timeout(Duration::from_secs(1), writer).await;
        })
    }

    async fn take_over(self: Arc<Self>) {
        let Ok(mut looked) = self.looked.try_lock() else { return };
        if looked.is_some_and(|looked| looked.elapsed() < BEHIND) {
            return;
        }
        match self.outbox.take_over(&self.in_flight.ids(), self.in_flight.has_room(), self.outbox.now()).await {
            Ok(rows) => {
                self.clone().answer_again(&rows);
                self.clone().queue(rows);
            }
            Err(fault) => tracing::warn!(%fault, "messages of others were not looked for"),
        }
        *looked = Some(Instant::now());
    }

    fn queue(self: Arc<Self>, rows: Vec<Row>) {
        for row in rows {
            let answers = matches!(row.outgoing, Outgoing::Answer { .. });
            // What is not held here is found in the table later.
            let in_flight = row.id == Row::IN_MEMORY || self.in_flight.take(row.id, row.chat_id, row.bulk);
            match (in_flight, answers) {
                (true, true) => drop(tokio::spawn(self.clone().answer(row))),
                (true, false) => self.clone().enlist(row),
                (false, _) => {}
            }
        }
    }

    fn enlist(self: Arc<Self>, row: Row) {
        let lane = (row.chat_id, row.bulk);
        if self.lanes.insert(lane, row, |row| row.id) {
            tokio::spawn(self.work(lane));
        }
    }

    async fn work(self: Arc<Self>, lane: (i64, bool)) {
        while let Some(row) = self.lanes.next(lane) {
            // R19: a panic over one message must not leave its lane without a worker, nor the messages behind it unsent.
            let delivered = match AssertUnwindSafe(self.deliver(&row)).catch_unwind().await {
                Ok(sent) => sent,
                Err(_) => {
                    self.give_up(&row, Why::Refused("its sending panicked".to_owned())).await.unwrap_or(Sent::Left)
                }
            };
            match delivered {
                Sent::Settled(shown) => self.clone().settle(&row, shown),
                Sent::Gone | Sent::Left => self.in_flight.release(row.id),
                Sent::Replaced(rows) => {
                    self.in_flight.release(row.id);
                    self.clone().queue(rows);
                }
                Sent::Due => self.clone().enlist(Row { bulk: false, ..row }),
                Sent::Behind => {
                    self.clone().enlist(row);
                    tokio::time::sleep(BEHIND).await;
                    // The process that owned it may have died. A panic must not leave the lane without its worker (R19).
                    let _ = AssertUnwindSafe(self.clone().take_over()).catch_unwind().await;
                }
            }
        }
    }

    /// Tries until it is settled. Pauses hold this chat alone.
    async fn deliver(&self, row: &Row) -> Sent {
        let mut pause = Duration::from_millis(200);
        let mut sending = Sending::new(row);
        loop {
            if row.bulk {
                self.limiter.pace().await;
                if matches!(row.outgoing, Outgoing::Redraw { .. }) {
                    return Sent::Due;
                }
            }
            let permit = self.limiter.acquire(row.bulk).await;
            let tried = self.send(&mut sending).await;
            drop(permit);
            let mut ending = self.ending.clone();
            let wait = match tried {
                Ok(Sent::Behind) if *ending.borrow() => return Sent::Left,
                Ok(sent) => return sent,
                Err(CallError::Refused(words)) => match self.give_up(row, Why::Refused(words)).await {
                    Some(sent) => return sent,
                    None => DATABASE,
                },
                Err(CallError::Unreachable) => match self.give_up(row, Why::Unreachable).await {
                    Some(sent) => return sent,
                    None => DATABASE,
                },
                Err(CallError::Database) => DATABASE,
                // The claim has to be asked for again.
                Err(CallError::Wait(Duration::ZERO)) => Duration::ZERO,
                Err(CallError::Wait(wait)) => {
                    self.limiter.told_to_wait(row.chat_id, wait);
                    jitter::longer(wait)
                }
                Err(error) => {
                    tracing::warn!(message = row.id, %error, "a message is tried again");
                    pause = (pause * 2).min(Duration::from_secs(20));
                    jitter::shorter(pause)
                }
            };
            if *ending.borrow() {
                return Sent::Left;
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _ = ending.changed() => return Sent::Left,
            }
        }
    }

    async fn send(&self, sending: &mut Sending<'_>) -> Result<Sent, CallError> {
        let row = sending.row;
        let chat = row.chat_id;
        if let Some(fresh) = Self::fresh(row) {
            (sending.known, sending.living) = fresh;
        } else {
            // What was sent before is deleted first, or it would be found as still to be sent.
            self.settled().await;
            match self.outbox.due(row.id).await.map_err(database)? {
                None => return Ok(Sent::Gone),
                // Behind the earlier ones, too: what is drawn instead is younger than they are.
                Some(Due { behind: true, .. }) => return Ok(Sent::Behind),
                Some(Due { allowed: false, .. }) => {
                    let outdated = self.give_up(row, Why::Outdated).await;
                    return outdated.ok_or(CallError::Database);
                }
                Some(Due { asked, living, .. }) => (sending.known, sending.living) = (asked, living),
            }
        }
        sending.check_claim()?;
        match &row.outgoing {
            Outgoing::Screen { markup, below, .. } => return self.show(sending, markup, *below).await,
            Outgoing::Redraw { markup, version } => return self.show_redraw(sending, markup, *version).await,
            Outgoing::Notice(markup) => return self.tell(sending, markup).await,
            Outgoing::Amend { earlier, markup } => self.amend(chat, *earlier, markup).await?,
            // Beside the lanes: see `answer`.
            Outgoing::Answer { .. } => {}
            Outgoing::Strip { message_id } => {
                // The living screen's buttons are replaced with the screen.
                if sending.living.map(|living| living.message_id) != Some(*message_id) {
                    at_best(self.strip(chat, *message_id).await)?;
                }
            }
            Outgoing::Delete { message_id } => at_best(self.api.call(&render::delete(chat, *message_id)).await)?,
            Outgoing::Commands(commands) => drop(self.api.call(&render::commands(chat, commands)).await?),
            Outgoing::Leave => match self.api.call(&render::leave(chat)).await {
                Ok(_) | Err(CallError::Unreachable | CallError::Refused(_)) => {}
                Err(error) => return Err(error),
            },
            Outgoing::Document { id, caption, protected } => self.send_document(chat, *id, caption, *protected).await?,
        }
        Ok(Sent::Settled(None))
    }

    /// What the turn of a row knew, where that still holds: the row is young, and nothing was to go before it.
    fn fresh(row: &Row) -> Option<(Instant, Option<Living>)> {
        let fresh = row.fresh.as_ref().filter(|fresh| fresh.alone && fresh.known.elapsed() < FRESH)?;
        Some((fresh.known, fresh.living))
    }

    /// Has a row deleted, and what its chat shows now kept. The screen before it loses its buttons beside the lane: the next
    /// message does not wait for that.
    fn settle(self: Arc<Self>, row: &Row, shown: Option<Shown>) {
        let before = shown.as_ref().and_then(|shown| shown.before);
        self.in_flight.settle(row.id);
        let _ = self.sent.send(ToSettle::Sent(Settled { id: row.id, shown }));
        if let Some(before) = before {
            let chat = row.chat_id;
            tokio::spawn(async move {
                let _permit = self.limiter.acquire(false).await;
                self.replace(chat, before).await;
            });
        }
    }

    /// Waits until the table knows of everything that was sent before.
    async fn settled(&self) {
        let (tell, told) = tokio::sync::oneshot::channel();
        let _ = self.sent.send(ToSettle::Tell(tell));
        let _ = told.await;
    }
}

/// Ignores a refusal: the tap is too old, or the message is deleted.
fn at_best(result: Result<Value, CallError>) -> Result<(), CallError> {
    match result {
        Ok(_) | Err(CallError::Refused(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Postgres is usually back sooner than Telegram: so this pause is short (R9).
fn database(fault: crate::error::SystemError) -> CallError {
    tracing::warn!(%fault, "a message waits for the database");
    CallError::Database
}
