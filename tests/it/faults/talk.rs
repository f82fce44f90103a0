//! Simulated users: each in a chat of their own, one dialogue after another, every action in the ledger.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::environment::{FaultEnvironment, Shared};
use super::feed::Shown;
use super::ledger::{self, Dialogue, Ending};
use super::plan::Plan;
use super::seeds::Dice;

/// How long a user waits for an answer before the dialogue counts as stuck: a tap lives for 150 s.
const PATIENCE: Duration = Duration::from_secs(100);

/// How long a person looks at a button that gives no sign of life before tapping it again.
const ANSWER: Duration = Duration::from_secs(20);

/// What is waited for last when a colleague's client is touched.
pub const NOTICE: &str = "the colleague's notice";

/// What a tap on an older screen is told.
const CHANGED: [&str; 2] = ["Этот экран изменился", "Уже сделано"];

/// What a person is told whose update was parked.
const BROKEN: &str = "Что-то сломалось";

/// What a person is told of whom a message was refused: the code comes with it.
pub const NOT_ACCEPTED: &str = "Telegram не принял";

/// What an ended dialogue waits for whose screen was refused (R17): it was closed, and the menu is the way on.
pub const REFUSED: &str = "a screen that Telegram refused";

/// What people are told when a file did not come: they send it again.
const AGAIN: [&str; 2] = ["не отдал мне файл", "Не знаю, о каком клиенте"];

/// What an ended dialogue waits for whose update was parked: two processes in a row were killed while they handled it (R16).
/// Whether that is so is told by the accounts.
pub const PARKED: &str = "an update that was parked";

/// The load while it goes on.
pub struct Load {
    going: Arc<AtomicBool>,
    people: JoinSet<Vec<Duration>>,
    began: Instant,
}

/// What came of it.
pub struct Work {
    pub took: Duration,
    /// How long each dialogue took.
    pub dialogues: Vec<Duration>,
}

pub fn start(environment: &FaultEnvironment, plan: &Plan) -> Load {
    let going = Arc::new(AtomicBool::new(true));
    let turns = Arc::new(Semaphore::new(0));
    tokio::spawn(strike(turns.clone(), going.clone(), plan.rate, plan.people));
    let dice = Dice::new(plan.seed);
    let mut people = JoinSet::new();
    for (number, person) in (0..).zip(environment.people.iter().copied()) {
        let worker = Worker {
            shared: environment.shared.clone(),
            person,
            watcher: environment.watcher,
            dice: dice.child(number),
            doubled: false,
        };
        people.spawn(worker.work(turns.clone(), going.clone()));
    }
    Load { going, people, began: Instant::now() }
}

/// Lets so many dialogues begin per second; dialogues that no user was free for begin later, one dialogue for each at
/// the most.
async fn strike(turns: Arc<Semaphore>, going: Arc<AtomicBool>, rate: u64, people: usize) {
    let mut clock = tokio::time::interval(Duration::from_micros(1_000_000 / rate));
    while going.load(Ordering::Relaxed) {
        clock.tick().await;
        if turns.available_permits() < people {
            turns.add_permits(1);
        }
    }
    // Users who still wait have to notice the end.
    turns.close();
}

impl Load {
    /// Lets no new dialogue begin, and waits until all have ended.
    pub async fn finish(mut self) -> Work {
        let took = self.began.elapsed();
        self.going.store(false, Ordering::Relaxed);
        let mut dialogues = Vec::new();
        while let Some(done) = self.people.join_next().await {
            dialogues.extend(done.unwrap());
        }
        Work { took, dialogues }
    }
}

struct Worker {
    shared: Shared,
    person: i64,
    watcher: i64,
    dice: Dice,
    /// Whether the last tap was doubled.
    doubled: bool,
}

impl Worker {
    async fn work(mut self, turns: Arc<Semaphore>, going: Arc<AtomicBool>) -> Vec<Duration> {
        let mut times = Vec::new();
        while going.load(Ordering::Relaxed) {
            let Ok(turn) = turns.acquire().await else { break };
            turn.forget();
            let began = Instant::now();
            let token = self.shared.tokens.fetch_add(1, Ordering::Relaxed);
            let ending = match self.dice.below(100) {
                0..50 => Ending::Saved,
                50..70 => Ending::Undone,
                70..80 => Ending::Taken,
                80..86 => Ending::Filed,
                _ => Ending::Touched,
            };
            let stuck = self.dialogue(token, ending).await.err();
            if matches!(stuck, Some(PARKED | REFUSED)) {
                // The draft may still be open: the next dialogue begins from the menu.
                self.shared.types(self.person, "/cancel").await;
                self.doubled = false;
            }
            times.push(began.elapsed());
            let dialogue = Dialogue { token, person: self.person, ending, stuck };
            self.shared.ledger.open().dialogues.push(dialogue);
        }
        times
    }

    async fn dialogue(&mut self, token: u64, ending: Ending) -> Result<(), &'static str> {
        if ending == Ending::Touched {
            return self.touch(token).await;
        }
        let email = ledger::email(token);
        let mark = self.mark();
        let text = format!("{} {email}, Авито", ledger::phone(token).0);
        self.shared.types(self.person, &text).await;
        self.see(mark, "the draft", |shown| has(shown, &["Новый лид", &email])).await?;
        self.tap("✅", "the saved lead", |shown| has(shown, &["Лид сохранён", &email])).await?;
        match ending {
            Ending::Undone => {
                self.tap("↩️", "the question", |shown| has(shown, &["Отменить: новый клиент?"])).await?;
                self.tap("✅ Да", "the undone lead", |shown| has(shown, &["Лид отменён"])).await
            }
            Ending::Taken => self.tap("🙋", "the taken client", |shown| has(shown, &["Клиент ваш", &email])).await,
            Ending::Filed => self.file(token).await,
            _ => Ok(()),
        }
    }

    async fn touch(&mut self, token: u64) -> Result<(), &'static str> {
        let name = ledger::known_name(token);
        let (mark, told) = (self.mark(), self.shared.feed.mark(self.watcher));
        self.shared.types(self.person, &format!("{}, Авито", ledger::known_phone(token).0)).await;
        self.see(mark, "the draft of a touch", |shown| has(shown, &["Новое обращение", &name])).await?;
        self.tap("🔁", "the saved touch", |shown| has(shown, &["Обращение записано", &name])).await?;
        let notice = self.shared.feed.wait(self.watcher, told, PATIENCE, |shown| has(shown, &[&name])).await;
        notice.map(drop).ok_or(NOTICE)
    }

    /// Replies to the client's card with a file, and has it sent again from there.
    async fn file(&mut self, token: u64) -> Result<(), &'static str> {
        let (email, (name, bytes)) = (ledger::email(token), ledger::file(token));
        let began = Instant::now();
        let document = json!({ "file_name": name, "mime_type": "application/pdf", "base64": base64(&bytes) });
        loop {
            let mark = self.mark();
            let card = self.shared.feed.newest(self.person, |shown| shown.text.contains(&email)).ok_or("the card")?;
            self.shared.sends(self.person, json!({ "document": document, "reply_to": card })).await;
            let kept = |shown: &Shown| has(shown, &["Заметка записана", &name]);
            let heard = |shown: &Shown| kept(shown) || AGAIN.iter().any(|words| shown.text.contains(words));
            let shown = self.see(mark, "the note with a file", heard).await?;
            if kept(&shown) {
                break;
            }
            if began.elapsed() > PATIENCE {
                return Err("a file that comes");
            }
        }
        self.tap(&name, "the file", |shown| shown.text == name).await
    }

    fn mark(&self) -> usize {
        self.shared.feed.mark(self.person)
    }

    async fn see(&self, mark: usize, what: &'static str, fits: impl Fn(&Shown) -> bool) -> Result<Shown, &'static str> {
        let seen = |shown: &Shown| fits(shown) || is_fault(shown);
        let shown = self.shared.feed.wait(self.person, mark, PATIENCE, seen).await.ok_or(what)?;
        match () {
            () if shown.text.contains(BROKEN) => Err(PARKED),
            () if shown.text.contains(NOT_ACCEPTED) => Err(REFUSED),
            () => Ok(shown),
        }
    }

    /// Taps a button, sometimes twice, as people do. A second tap redraws the screen: a user who is faster than that is
    /// told so, and taps again.
    async fn tap(
        &mut self,
        label: &str,
        what: &'static str,
        fits: impl Fn(&Shown) -> bool,
    ) -> Result<(), &'static str> {
        let mark = self.mark();
        self.tap_since(mark, false, label, what, fits).await
    }

    /// Taps a button after `mark`; `again` when it has been tapped before without a sign of life.
    async fn tap_since(
        &mut self,
        mark: usize,
        again: bool,
        label: &str,
        what: &'static str,
        fits: impl Fn(&Shown) -> bool,
    ) -> Result<(), &'static str> {
        let (message, data) = self.shared.feed.button(self.person, label).ok_or(what)?;
        let tap = self.shared.presses(self.person, message, &data).await;
        let drawn_anew = self.doubled;
        let doubled = self.dice.percent(15);
        // What was tapped before without a sign of life may be handled behind the answer to this one, and redraws the screen.
        self.doubled = doubled || again;
        if doubled {
            self.shared.ledger.open().doubled_taps += 1;
            let second = self.shared.presses(self.person, message, &data).await;
            // An answer is tried once: a fault of Telegram's may have taken it.
            let heard = self.shared.feed.answer(self.person, &second.callback, ANSWER).await.unwrap_or_default();
            if heard.contains(BROKEN) {
                return Err(PARKED);
            }
            if !heard.is_empty() && !CHANGED.iter().any(|words| heard.contains(words)) {
                let entry = (tap.update, format!("a second tap for {what} heard: {heard}"));
                self.shared.ledger.open().stood_in.push(entry);
            }
        }
        let heard = tokio::select! {
            heard = self.shared.feed.answer(self.person, &tap.callback, ANSWER) => heard,
            shown = self.shared.feed.wait(self.person, mark, ANSWER, |shown| fits(shown) || is_fault(shown)) => {
                shown.map(|_| String::new())
            }
        };
        let Some(heard) = heard else {
            // Neither the answer nor the screen: people tap again, and are told what has happened.
            return Box::pin(self.tap_since(mark, true, label, what, fits)).await;
        };
        let changed = CHANGED.iter().any(|words| heard.contains(words));
        if changed && (drawn_anew || again) {
            let come = self
                .shared
                .feed
                .wait(self.person, mark, Duration::from_secs(1), |shown| fits(shown) || is_fault(shown));
            if come.await.is_none() {
                self.doubled = true;
                return Box::pin(self.tap_since(mark, again, label, what, fits)).await;
            }
            return self.see(mark, what, fits).await.map(drop);
        }
        if heard.contains(BROKEN) {
            return Err(PARKED);
        }
        if changed {
            self.shared.ledger.open().wrong.push(format!("a tap for {what} heard: {heard}"));
        }
        self.see(mark, what, fits).await.map(drop)
    }
}

fn is_fault(shown: &Shown) -> bool {
    shown.text.contains(BROKEN) || shown.text.contains(NOT_ACCEPTED)
}

fn has(shown: &Shown, words: &[&str]) -> bool {
    words.iter().all(|word| shown.text.contains(word))
}

/// As the stand-in's control interface takes files.
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let number = three.iter().chain(&[0, 0]).take(3).fold(0, |number, byte| number << 8 | usize::from(*byte));
        for place in 0..4 {
            let sign = char::from(SIGNS[number >> (18 - 6 * place) & 63]);
            text.push(if place <= three.len() { sign } else { '=' });
        }
    }
    text
}
