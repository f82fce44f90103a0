//! Test server: the built program between a real Postgres and the stand-in, over HTTP.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use chrono::Utc;
use crmbot::domain::Group;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use standin::{Options, Running};

use super::chat::plain;
use super::db::TestDb;
use super::staff;

/// The bot's token at the stand-in.
pub const TOKEN: &str = "4200000077:end-to-end";

/// How long anything may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Program, Telegram and database of one test.
pub struct TestServer {
    pub db: TestDb,
    pub telegram: Running,
    pub http: reqwest::Client,
    listen: String,
    program: Option<Child>,
    environment: Vec<(&'static str, String)>,
    log: Option<PathBuf>,
}

/// One more process of the same bot.
pub struct Replica {
    pub listen: String,
    program: Child,
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Replica {
    /// Asks it to end and waits; how it ended and how long that took.
    pub async fn end(mut self) -> (ExitStatus, Duration) {
        let pid = Pid::from_raw(i32::try_from(self.program.id()).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        let began = Instant::now();
        loop {
            if let Some(status) = self.program.try_wait().unwrap() {
                return (status, began.elapsed());
            }
            assert!(began.elapsed() < PATIENCE, "a replica does not end");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl TestServer {
    /// A free address on the loopback.
    pub fn address() -> String {
        format!("127.0.0.1:{}", free_port())
    }

    /// Everything is up, but the program is not started.
    pub async fn set() -> Self {
        let options = Options {
            listen: "127.0.0.1:0".parse().unwrap(),
            token: TOKEN.to_owned(),
            bot_username: "crm_e2e_bot".to_owned(),
            bot_name: "CRM".to_owned(),
            data: None,
            rate_limits: false,
        };
        let telegram = standin::start(options).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let listen = Self::address();
        Self { db: TestDb::new().await, telegram, http, listen, program: None, environment: Vec::new(), log: None }
    }

    /// Everything is up, and the program is at work.
    pub async fn open() -> Self {
        let mut server = Self::set().await;
        server.start().await;
        server
    }

    /// The program with its whole environment, ready to be started. A variable that is configured empty is left out.
    pub fn command(&self) -> Command {
        let mut command = program();
        command
            .env("TELEGRAM_BOT_TOKEN", TOKEN)
            .env("TELEGRAM_API_URL", self.telegram.api_url())
            .env("DATABASE_URL", self.db.url())
            .env("DATABASE_OWNER_URL", self.db.owner_url())
            .env("CRM_HTTP_LISTEN", &self.listen);
        for (name, value) in &self.environment {
            match value.as_str() {
                "" => command.env_remove(name),
                value => command.env(name, value),
            };
        }
        command
    }

    /// The address of the program's own HTTP side.
    pub fn listen(&self) -> &str {
        &self.listen
    }

    /// A variable for every program that is started from now on.
    pub fn configure(&mut self, name: &'static str, value: impl Into<String>) {
        self.environment.push((name, value.into()));
    }

    /// Runs a subcommand to its end; its exit code and what it printed.
    pub fn runs(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.command().args(arguments).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap_or(-1), String::from_utf8(said).unwrap())
    }

    /// The same with a text on its standard input.
    pub fn asks(&self, arguments: &[&str], input: &str) -> (i32, String) {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut program = command.spawn().unwrap();
        // A command that does not read it has closed it by now.
        let _ = program.stdin.take().unwrap().write_all(input.as_bytes());
        let output = program.wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap_or(-1), String::from_utf8(said).unwrap())
    }

    /// Starts one more process on a port of its own and waits until it is ready.
    pub async fn replica(&self) -> Replica {
        self.replica_at(Self::address()).await
    }

    /// The same at a known address.
    pub async fn replica_at(&self, listen: String) -> Replica {
        let mut command = self.command();
        command.env("CRM_HTTP_LISTEN", &listen);
        self.quiet(&mut command);
        let replica = Replica { listen, program: command.spawn().unwrap() };
        let began = Instant::now();
        while !self.answers(&replica.listen).await {
            assert!(began.elapsed() < PATIENCE, "a replica does not get ready");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        replica
    }

    /// Starts the program and waits until it says that it is ready.
    pub async fn start(&mut self) {
        self.spawn();
        let began = Instant::now();
        while !self.is_ready().await {
            if let Some(status) = self.program.as_mut().and_then(|program| program.try_wait().unwrap()) {
                panic!("the program has ended at its start: {status}");
            }
            assert!(began.elapsed() < PATIENCE, "the program does not get ready");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Has every program that is started from now on append its log to a file.
    pub fn log_to(&mut self, file: &Path) {
        self.log = Some(file.to_owned());
    }

    fn quiet(&self, command: &mut Command) {
        if let Some(file) = &self.log {
            let file = std::fs::File::options().create(true).append(true).open(file).unwrap();
            command.stdout(file.try_clone().unwrap()).stderr(file);
        } else if std::env::var_os("CRM_TEST_LOG").is_none() {
            command.stdout(Stdio::null()).stderr(Stdio::null());
        }
    }

    /// Starts the program without waiting.
    pub fn spawn(&mut self) {
        let mut command = self.command();
        self.quiet(&mut command);
        self.program = Some(command.spawn().unwrap());
    }

    async fn is_ready(&self) -> bool {
        self.answers(&self.listen).await
    }

    async fn answers(&self, listen: &str) -> bool {
        let asked = self.http.get(format!("http://{listen}/readyz")).send().await;
        asked.is_ok_and(|answer| answer.status().is_success())
    }

    /// The most memory that the program has had at once, and what it has now, in MiB.
    pub fn memory(&self) -> (u64, u64) {
        let pid = self.program.as_ref().unwrap().id();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let value = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
        };
        (value("VmHWM:"), value("VmRSS:"))
    }

    /// Sends a signal to the program.
    pub fn signal(&self, signal: Signal) {
        let pid = self.program.as_ref().map(|program| i32::try_from(program.id()).unwrap()).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    /// Kills the program with SIGKILL, and waits for it.
    pub fn kill(&mut self) {
        if let Some(mut program) = self.program.take() {
            let _ = program.kill();
            program.wait().unwrap();
        }
    }

    /// Asks the program to end and waits; how it ended and how long that took.
    pub async fn end(&mut self, signal: Signal) -> (ExitStatus, Duration) {
        self.signal(signal);
        let began = Instant::now();
        let mut program = self.program.take().unwrap();
        loop {
            if let Some(status) = program.try_wait().unwrap() {
                return (status, began.elapsed());
            }
            if began.elapsed() > PATIENCE {
                let _ = program.kill();
                panic!("the program does not end");
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Asks the stand-in's control interface.
    pub async fn control(&self, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}/control/{path}", self.telegram.api_url());
        let request = match body {
            Some(body) => self.http.post(url).json(&body),
            None => self.http.get(url),
        };
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        assert!(status.is_success(), "{path}: {body}");
        body
    }

    /// A new Telegram account.
    pub async fn person(&self, name: &str, language: &str) -> i64 {
        let made = self.control("people", Some(json!({ "first_name": name, "language_code": language }))).await;
        made["id"].as_i64().unwrap()
    }

    /// A superuser of the company, with a new Telegram account.
    pub async fn superuser(&self, username: &str) -> i64 {
        let id = self.person(username, "ru").await;
        staff::hire(self.db.owner(), Utc::now(), id, (username, "ru"), true, &[]).await;
        id
    }

    /// A user in a group with its rights, with a new Telegram account.
    pub async fn staff(&self, username: &str, language: &str, group: Group) -> i64 {
        let id = self.person(username, language).await;
        staff::hire(self.db.owner(), Utc::now(), id, (username, language), false, &[group]).await;
        id
    }

    /// A service and a running ad for it.
    pub async fn ad(&self, title: &str, channel: &str) {
        sqlx::query(
            "with service as (insert into service (title, price, created_at, created_by)
                              values ('Service of ' || $1, 1000, now(), 0) returning id)
             insert into ad (title, service_id, channel, budget, code, created_at, created_by)
             select $1, id, $2, 5000, 'code' || id, now(), 0 from service",
        )
        .bind(title)
        .bind(channel)
        .execute(self.db.owner())
        .await
        .unwrap();
    }

    pub async fn types(&self, person: i64, text: &str) {
        self.control(&format!("people/{person}/send"), Some(json!({ "text": text }))).await;
    }

    /// Taps the newest button whose label holds `label`; the tap's id.
    pub async fn taps(&self, person: i64, label: &str) -> String {
        let (message, data) = self.button(person, label).await;
        self.presses(person, message, &data).await
    }

    /// Presses any data below any message.
    pub async fn presses(&self, person: i64, message: i64, data: &str) -> String {
        let body = json!({ "message_id": message, "data": data });
        let pressed = self.control(&format!("people/{person}/press"), Some(body)).await;
        pressed["callback_id"].as_str().unwrap().to_owned()
    }

    /// The newest button whose label holds `label`: its message and its data. Waits for it.
    pub async fn button(&self, person: i64, label: &str) -> (i64, String) {
        let began = Instant::now();
        loop {
            for message in self.messages(person).await.iter().rev() {
                let rows = message["reply_markup"]["inline_keyboard"].as_array().cloned().unwrap_or_default();
                for button in rows.iter().filter_map(Value::as_array).flatten() {
                    if button["text"].as_str().is_some_and(|text| text.contains(label))
                        && let Some(data) = button["callback_data"].as_str()
                    {
                        return (message["message_id"].as_i64().unwrap(), data.to_owned());
                    }
                }
            }
            assert!(began.elapsed() < PATIENCE, "no button {label:?}:\n{}", self.picture(person).await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The answer to a tap: words, and whether they are an alert.
    pub async fn answer(&self, callback: &str) -> (String, bool) {
        let answer = self.control(&format!("callbacks/{callback}?wait_ms=10000"), None).await;
        assert_eq!(answer["answered"], true, "a tap was not answered");
        let words = answer["text"].as_str().unwrap_or_default().to_owned();
        (words, answer["show_alert"].as_bool().unwrap_or_default())
    }

    /// The messages of a chat.
    pub async fn messages(&self, person: i64) -> Vec<Value> {
        let chat = self.control(&format!("chats/{person}/messages?limit=100"), None).await;
        chat["messages"].as_array().cloned().unwrap_or_default()
    }

    /// The bot's messages of a chat, as texts.
    pub async fn heard(&self, person: i64) -> Vec<String> {
        let messages = self.messages(person).await;
        let own = messages.iter().filter(|message| message["from_person"] == false);
        own.filter_map(|message| message["text"].as_str().map(plain)).collect()
    }

    /// Waits until the bot's last message holds the words.
    #[track_caller]
    pub fn sees(&self, person: i64, words: &str) -> impl Future<Output = ()> {
        let place = std::panic::Location::caller();
        async move {
            let began = Instant::now();
            while !self.heard(person).await.last().is_some_and(|text| text.contains(words)) {
                assert!(began.elapsed() < PATIENCE, "{place}: no {words:?} in:\n{}", self.picture(person).await);
                tokio::time::sleep(Duration::from_millis(15)).await;
            }
        }
    }

    /// Waits until the database says yes.
    #[track_caller]
    pub fn until(&self, question: &'static str) -> impl Future<Output = ()> {
        let place = std::panic::Location::caller();
        async move {
            let began = Instant::now();
            while !sqlx::query_scalar::<_, bool>(question).fetch_one(self.db.owner()).await.unwrap() {
                assert!(began.elapsed() < PATIENCE, "{place}: not yet: {question}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    /// The chat as text, for failures.
    pub async fn picture(&self, person: i64) -> String {
        let messages = self.messages(person).await;
        let lines = messages.iter().map(|message| {
            let side = if message["from_person"] == true { ">" } else { "<" };
            format!("{side} {}", message["text"].as_str().unwrap_or("(no text)"))
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The built program with an empty environment.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crmbot"));
    command.env_clear().current_dir(env!("CARGO_TARGET_TMPDIR")).env("RUST_LOG", "info");
    for kept in ["PATH", "HOME"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    command
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
