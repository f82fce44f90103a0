//! Test application: test users talk to the real turn on a real Postgres, with a clock that the test sets.
//!
//! ```ignore
//! let app = TestApp::new().await;
//! let oleg = app.staff("operator", &[Group::Operators]).await;
//! oleg.types("/lead").await.shows("телефон");
//! oleg.taps("Сохранить").await;
//! insta::assert_snapshot!(app.transcript());
//! ```

use std::collections::HashMap;
use std::fmt::Write as _;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use bytes::Bytes;
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use crmbot::crm::{Actor, BotName, Company, Crm, StaffId, Visitor};
use crmbot::domain::{Currency, Group, Language, PhoneRegion, TimeZone};
use crmbot::flows::dialogue::Input;
use crmbot::flows::{CallbackData, Contact, Event, File};
use crmbot::turn::{
    Cipher, Fetch, FetchError, IncomingUpdate, Limits, Liveness, Markup, Outbox, Outcome, ProcessorSettings, Row,
    UpdateKind, UpdateProcessor,
};
use sqlx::PgPool;
use tokio::sync::{mpsc, watch};

use super::chat::{Chat, picture};
use super::db::TestDb;
use super::{delivery, staff};

const BOT: i64 = 4_200_000_001;

/// Tries follow each other at once: a test waits for no pause of the product's.
const LIMITS: Limits =
    Limits { tries: 8, time: std::time::Duration::from_secs(30), pauses: [std::time::Duration::from_millis(5); 7] };

/// For how many chats a process keeps what it knows: `script/test` runs some tests with none, too, so that each turn locks its
/// chat first.
fn remembered_chats() -> usize {
    std::env::var("CRM_TEST_REMEMBERED").map_or(1000, |chats| chats.parse().unwrap())
}

/// A company with its users and their chats.
pub struct TestApp {
    pub db: TestDb,
    pub turns: Arc<UpdateProcessor>,
    pub company: Arc<Company>,
    outbox: Outbox,
    now: Arc<Mutex<DateTime<Utc>>>,
    sent: Mutex<mpsc::UnboundedReceiver<Vec<Row>>>,
    chats: Mutex<HashMap<i64, Chat>>,
    names: Mutex<HashMap<i64, String>>,
    files: Arc<Files>,
    next: AtomicI64,
    story: Mutex<String>,
    _ending: watch::Sender<bool>,
}

/// A user with a Telegram account.
#[derive(Clone, Copy)]
pub struct TestUser<'a> {
    pub app: &'a TestApp,
    /// Their Telegram id and chat.
    pub id: i64,
    pub language: &'static str,
}

#[derive(Default)]
struct Files(Mutex<HashMap<String, Vec<u8>>>);

impl Fetch for Files {
    fn fetch<'a>(&'a self, file: &'a File) -> Pin<Box<dyn Future<Output = Result<Bytes, FetchError>> + Send + 'a>> {
        Box::pin(async move {
            self.0.lock().unwrap().get(&file.file_id).cloned().map(Bytes::from).ok_or(FetchError::Refused)
        })
    }
}

impl TestApp {
    /// An empty company on Thursday, 12 March 2026, 12:00 in Moscow.
    pub async fn new() -> Self {
        Self::with(TestDb::new().await, None).await
    }

    /// The same on a database of the caller's.
    pub async fn on(db: TestDb) -> Self {
        Self::with(db, None).await
    }

    /// The demo's: starter accounts get this hash.
    pub async fn demo(password_hash: String) -> Self {
        Self::with(TestDb::new().await, Some(password_hash)).await
    }

    async fn with(db: TestDb, demo_password_hash: Option<String>) -> Self {
        let company = Arc::new(Company {
            currency: Currency::parse("RUB").unwrap(),
            time_zone: TimeZone::parse("Europe/Moscow").unwrap(),
            phone_region: PhoneRegion::RU,
            language: Language::Ru,
            bot: OnceLock::from(BotName { id: BOT, username: "crm_test_bot".into() }),
            demo_password_hash,
            ad_use: crmbot::crm::ads::AdUse::default(),
        });
        let now = Arc::new(Mutex::new("2026-03-12T09:00:00Z".parse().unwrap()));
        let (courier, sent) = mpsc::unbounded_channel();
        let (end, ending) = watch::channel(false);
        let files = Arc::new(Files::default());
        let clock = now.clone();
        let turns = UpdateProcessor::new(ProcessorSettings {
            pool: db.working().clone(),
            company: company.clone(),
            bot_id: BOT,
            liveness: Liveness::start(
                db.working(),
                BOT,
                false,
                crmbot::turn::TelegramRoute::default(),
                Arc::new(Utc::now),
            )
            .await
            .unwrap(),
            courier,
            files: files.clone(),
            cipher: Arc::new(Cipher::from_secret("4200000001:office").unwrap()),
            clock: Arc::new(move || *clock.lock().unwrap()),
            ending,
            limits: LIMITS,
            password_checks: 2,
            fetches: 2,
            remembered_chats: remembered_chats(),
        });
        Self {
            outbox: Outbox::new(db.working().clone(), &turns.settings.liveness),
            db,
            turns,
            company,
            now,
            sent: Mutex::new(sent),
            chats: Mutex::default(),
            names: Mutex::default(),
            files,
            next: AtomicI64::new(1),
            story: Mutex::default(),
            _ending: end,
        }
    }

    /// Connections as the owner, to arrange and to look.
    pub fn sql(&self) -> &PgPool {
        self.db.owner()
    }

    pub fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    /// Sets the clock to a Moscow time such as `2026-06-01 10:00`.
    pub fn at(&self, moscow: &str) {
        let local = NaiveDateTime::parse_from_str(moscow, "%Y-%m-%d %H:%M").unwrap();
        *self.now.lock().unwrap() = local.and_utc() - Duration::hours(3);
    }

    pub fn passes(&self, time: Duration) {
        *self.now.lock().unwrap() += time;
    }

    /// A user with a Telegram account and no link.
    pub fn stranger(&self, name: &str, language: &'static str) -> TestUser<'_> {
        let id = 7_000_000_000 + self.next.fetch_add(1, Ordering::Relaxed);
        self.names.lock().unwrap().insert(id, name.to_owned());
        TestUser { app: self, id, language }
    }

    /// A linked member of the staff in these groups, with the groups' rights from the rights table; speaks Russian.
    pub async fn staff(&self, username: &str, groups: &[Group]) -> TestUser<'_> {
        self.employ(username, groups, false, "ru").await
    }

    /// The same in English.
    pub async fn english(&self, username: &str, groups: &[Group]) -> TestUser<'_> {
        self.employ(username, groups, false, "en").await
    }

    pub async fn superuser(&self, username: &str) -> TestUser<'_> {
        self.employ(username, &[], true, "ru").await
    }

    async fn employ(&self, username: &str, groups: &[Group], superuser: bool, language: &'static str) -> TestUser<'_> {
        let user = self.stranger(username, language);
        staff::hire(self.sql(), self.now(), user.id, (username, language), superuser, groups).await;
        user
    }

    /// A group with its rights; made when it is not there.
    pub async fn group(&self, group: Group) -> i64 {
        staff::group(self.sql(), self.now(), group).await
    }

    /// The staff id behind a Telegram account.
    pub async fn staff_id(&self, user: TestUser<'_>) -> StaffId {
        let id = sqlx::query_scalar("select user_id from telegram_link where telegram_id = $1 and unlinked_at is null")
            .bind(user.id)
            .fetch_one(self.sql())
            .await
            .unwrap();
        StaffId(id)
    }

    /// Does use cases of the business in the person's name, in one transaction, without the chat.
    pub async fn act<T>(&self, who: TestUser<'_>, use_case: impl AsyncFnOnce(&mut Crm<'_>) -> T) -> T {
        let mut transaction = self.db.pool().begin().await.unwrap();
        let visitor = who.visitor();
        let actor = Actor::read(&mut transaction, visitor, &self.company).await.unwrap();
        let mut crm = Crm::new(&mut transaction, actor, self.now(), &self.company);
        let done = use_case(&mut crm).await;
        drop(crm);
        transaction.commit().await.unwrap();
        done
    }

    /// One number from the database.
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(self.sql()).await.unwrap()
    }

    /// Gives an update to the turn and delivers what it sends.
    pub async fn deliver(&self, update: IncomingUpdate) {
        assert_eq!(self.turns.clone().process(update).await, Outcome::Done);
        // A file comes back to its conversation as an input of its own.
        self.turns.idle().await;
        self.collect().await;
    }

    /// Delivers what was sent.
    pub async fn collect(&self) {
        let mut rows = Vec::new();
        while let Ok(sent) = self.sent.lock().unwrap().try_recv() {
            rows.extend(sent);
        }
        self.receive(rows).await;
    }

    /// Delivers what was to wait until now.
    pub async fn sweep(&self) {
        let known: Vec<i64> = sqlx::query_scalar("select id from outbox where claimed_by = $1")
            .bind(self.turns.settings.liveness.process)
            .fetch_all(self.sql())
            .await
            .unwrap();
        let rows = self.outbox.take_over(&known, true, self.now()).await.unwrap();
        self.receive(rows).await;
    }

    async fn receive(&self, rows: Vec<Row>) {
        for row in rows {
            let Some(messages) = delivery::keep(&self.outbox, &row, || self.update_id()).await else { continue };
            self.chats.lock().unwrap().entry(row.chat_id).or_default().receive(row, &messages);
        }
    }

    /// A file at Telegram.
    pub fn file(&self, name: &str, bytes: &[u8], caption: &str) -> File {
        let file_id = format!("file-{}", self.update_id());
        self.files.0.lock().unwrap().insert(file_id.clone(), bytes.to_owned());
        File { file_id, name: name.to_owned(), size: bytes.len() as u64, caption: caption.to_owned() }
    }

    /// A fresh update id.
    pub fn update_id(&self) -> i64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// The whole story so far, for a snapshot.
    pub fn transcript(&self) -> String {
        self.story.lock().unwrap().clone()
    }

    /// A headline in the story.
    pub fn chapter(&self, headline: &str) {
        self.tell(&format!("== {headline} =="));
        self.tell("");
    }

    fn tell(&self, line: &str) {
        let mut story = self.story.lock().unwrap();
        let _ = writeln!(story, "{line}");
    }
}

impl TestUser<'_> {
    pub fn visitor(&self) -> Visitor {
        Visitor { telegram_id: self.id, chat_id: self.id, language_code: Some(self.language.to_owned()) }
    }

    /// An update of theirs, to be delivered when and as often as the test likes.
    pub fn update(&self, input: Input) -> IncomingUpdate {
        let update_id = self.app.update_id();
        let callback_id = matches!(input, Input::Tap(_)).then(|| update_id.to_string());
        let what = UpdateKind::Message { visitor: self.visitor(), input, callback_id, message_id: Some(update_id) };
        IncomingUpdate { update_id, label: "test", kind: what }
    }

    /// Types a text or a command.
    pub async fn types(self, text: &str) -> Self {
        self.tell_own(text);
        let input = match text.strip_prefix('/') {
            Some(command) => {
                let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
                Input::Command { name: name.to_owned(), rest: rest.to_owned() }
            }
            None => Input::Event(Event::Typed(text.to_owned())),
        };
        self.does(input).await
    }

    /// Taps the button whose label holds `label`.
    pub async fn taps(self, label: &str) -> Self {
        self.tell_own(&format!("[{label}]"));
        let tap = self.button(label);
        self.does(Input::Tap(Some(tap))).await
    }

    /// The tap of a button, without tapping it.
    pub fn button(&self, label: &str) -> CallbackData {
        let chats = self.app.chats.lock().unwrap();
        let data = chats.get(&self.id).and_then(|chat| chat.button(label));
        let data = data.unwrap_or_else(|| panic!("no button {label:?} on:\n{}", chat_picture(&chats, self.id)));
        CallbackData::decode(&data).unwrap()
    }

    /// Whether there is such a button.
    pub fn has_button(&self, label: &str) -> bool {
        self.app.chats.lock().unwrap().get(&self.id).is_some_and(|chat| chat.button(label).is_some())
    }

    /// The callback data of every button they could tap now.
    pub fn buttons(&self) -> Vec<String> {
        self.app.chats.lock().unwrap().get(&self.id).map(Chat::data).unwrap_or_default()
    }

    /// Shares a contact card.
    pub async fn shares(self, phone: &str, first_name: &str) -> Self {
        self.tell_own(&format!("(contact) {first_name} {phone}"));
        let contact = Contact {
            phone: phone.to_owned(),
            first_name: first_name.to_owned(),
            last_name: None,
            more_phones: Vec::new(),
        };
        self.does(Input::Event(Event::Shared(contact))).await
    }

    pub async fn sends(self, name: &str, bytes: &[u8]) -> Self {
        self.tell_own(&format!("(file) {name}"));
        let file = self.app.file(name, bytes, "");
        self.does(Input::Event(Event::Sent(file))).await
    }

    /// Replies to the newest message that holds the words.
    pub async fn replies(self, to: &str, text: &str) -> Self {
        self.tell_own(&format!("(reply to {to:?}) {text}"));
        self.does(Input::Replied { to: self.message(to), about: None, said: Event::Typed(text.to_owned()) }).await
    }

    /// Replies with a file and what is written below it.
    pub async fn replies_with(self, to: &str, name: &str, bytes: &[u8], caption: &str) -> Self {
        self.tell_own(&format!("(reply to {to:?}, file) {name} {caption}"));
        let said = Event::Sent(self.app.file(name, bytes, caption));
        self.does(Input::Replied { to: self.message(to), about: None, said }).await
    }

    /// The newest message of the bot that holds the words.
    pub fn message(&self, words: &str) -> i64 {
        let chats = self.app.chats.lock().unwrap();
        let found = chats.get(&self.id).and_then(|chat| chat.message(words));
        found.unwrap_or_else(|| panic!("no message with {words:?}"))
    }

    /// Has any input delivered.
    pub async fn does(self, input: Input) -> Self {
        if let Some(chat) = self.app.chats.lock().unwrap().get_mut(&self.id) {
            chat.answer = None;
        }
        // Boxed: a whole day is one future, and its stack is that of a test's thread.
        Box::pin(self.app.deliver(self.update(input))).await;
        self.tell_seen();
        self
    }

    /// The living screen as it is sent.
    pub fn markup(&self) -> Option<Markup> {
        self.app.chats.lock().unwrap().get(&self.id).and_then(|chat| chat.screen.clone())
    }

    /// The living screen as text.
    pub fn screen(&self) -> String {
        chat_picture(&self.app.chats.lock().unwrap(), self.id)
    }

    /// Demands that the screen holds the words.
    #[track_caller]
    pub fn shows(self, words: &str) -> Self {
        let screen = self.screen();
        assert!(screen.contains(words), "{words:?} is not on the screen:\n{screen}");
        self
    }

    /// Demands that the screen does not hold the words.
    #[track_caller]
    pub fn hides(self, words: &str) -> Self {
        let screen = self.screen();
        assert!(!screen.contains(words), "{words:?} is on the screen:\n{screen}");
        self
    }

    /// Demands that the last tap was answered with the words.
    #[track_caller]
    pub fn hears(self, words: &str) -> Self {
        let answer = self.answer();
        assert!(answer.as_ref().is_some_and(|(text, _)| text.contains(words)), "{words:?} is not in {answer:?}");
        self
    }

    /// The answer to the last tap.
    pub fn answer(&self) -> Option<(String, bool)> {
        self.app.chats.lock().unwrap().get(&self.id).and_then(|chat| chat.answer.clone())
    }

    /// Notices since the last look.
    pub fn notices(&self) -> Vec<String> {
        let mut chats = self.app.chats.lock().unwrap();
        let notices = chats.get_mut(&self.id).map(|chat| std::mem::take(&mut chat.notices)).unwrap_or_default();
        notices.iter().map(picture).collect()
    }

    /// The notices that can be tapped, as they were sent.
    pub fn notice_markups(&self) -> Vec<Markup> {
        let chats = self.app.chats.lock().unwrap();
        let tappable = chats.get(&self.id).map(|chat| chat.tappable.iter().map(|(_, markup)| markup.clone()).collect());
        tappable.unwrap_or_default()
    }

    /// Types and taps, one after the other: what stands in brackets is a button.
    pub async fn goes(self, steps: &[&str]) -> Self {
        for step in steps {
            // A long story in one function would not fit the stack.
            match step.strip_prefix('[').and_then(|label| label.strip_suffix(']')) {
                Some(label) => Box::pin(self.taps(label)).await,
                None => Box::pin(self.types(step)).await,
            };
        }
        self
    }

    /// Types a text and taps a button, outside the story.
    pub async fn quietly(self, text: &str, label: &str) {
        Box::pin(self.app.deliver(self.update(Input::Event(Event::Typed(text.to_owned()))))).await;
        Box::pin(self.app.deliver(self.update(Input::Tap(Some(self.button(label)))))).await;
    }

    /// Adds their notices to the transcript: the new ones, and what the closed ones say now.
    pub fn reads(self) -> Self {
        for (what, notices) in [("🔔", self.notices()), ("🔕", self.newly_closed())] {
            for notice in notices {
                self.app.tell(&format!("{} {what}", self.name()));
                for line in notice.lines() {
                    self.app.tell(format!("    {line}").trim_end());
                }
                self.app.tell("");
            }
        }
        self
    }

    fn newly_closed(&self) -> Vec<String> {
        let closed = self.closed();
        let mut chats = self.app.chats.lock().unwrap();
        let chat = chats.entry(self.id).or_default();
        let read = std::mem::replace(&mut chat.closed_read, closed.len());
        closed.into_iter().skip(read).collect()
    }

    /// Their notices that have no buttons any more.
    pub fn closed(&self) -> Vec<String> {
        let chats = self.app.chats.lock().unwrap();
        let notices = chats.get(&self.id).map(|chat| chat.tappable.clone()).unwrap_or_default();
        notices.iter().filter(|(_, markup)| markup.rows.is_empty()).map(|(_, markup)| picture(markup)).collect()
    }

    pub fn commands(&self) -> Vec<String> {
        self.app.chats.lock().unwrap().get(&self.id).map(|chat| chat.commands.clone()).unwrap_or_default()
    }

    /// Ids of their messages that the bot has deleted.
    pub fn deleted(&self) -> Vec<i64> {
        self.app.chats.lock().unwrap().get(&self.id).map(|chat| chat.deleted.clone()).unwrap_or_default()
    }

    /// Documents they were sent.
    pub fn documents(&self) -> Vec<(i64, String)> {
        self.app.chats.lock().unwrap().get(&self.id).map(|chat| chat.documents.clone()).unwrap_or_default()
    }

    fn name(&self) -> String {
        self.app.names.lock().unwrap().get(&self.id).cloned().unwrap_or_default()
    }

    fn tell_own(&self, what: &str) {
        self.app.tell(&format!("{}: {what}", self.name()));
    }

    fn tell_seen(&self) {
        if let Some((text, alert)) = self.answer().filter(|(text, _)| !text.is_empty()) {
            self.app.tell(&format!("  {} {text}", if alert { "(alert)" } else { "(toast)" }));
        }
        for line in self.screen().lines() {
            self.app.tell(format!("    {line}").trim_end());
        }
        self.app.tell("");
    }
}

fn chat_picture(chats: &HashMap<i64, Chat>, id: i64) -> String {
    chats.get(&id).and_then(|chat| chat.screen.as_ref()).map(picture).unwrap_or_default()
}
