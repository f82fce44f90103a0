//! People who enter leads one after another, with a bot that is started for them; prints one line of JSON.
//!
//! `people BOT WAY PEOPLE SECONDS`, where BOT is `crmbot` or `teloxide` and WAY `wizard` or `quick`. The environment has PROGRAM (the bot's),
//! DATABASE_URL and POSTMASTER (the pid of the server, whose CPU time is read). Telegram is strict about nothing but its own rules.

use std::collections::HashMap;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::process::Command;
use tokio::sync::mpsc;

const TOKEN: &str = "4200000099:load";

/// How long an answer may take before a person gives up; such a dialogue counts as failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// CPU time is counted in hundredths of a second.
const TICKS: f64 = 100.0;

#[derive(Clone)]
struct World {
    http: reqwest::Client,
    control: String,
}

impl World {
    async fn post(&self, path: &str, body: Value) -> Value {
        let asked = self.http.post(format!("{}/{path}", self.control)).json(&body).send().await;
        asked.expect("the stand-in answers").json().await.expect("the stand-in speaks JSON")
    }

    async fn get(&self, path: &str) -> Value {
        let asked = self.http.get(format!("{}/{path}", self.control)).send().await;
        asked.expect("the stand-in answers").json().await.expect("the stand-in speaks JSON")
    }
}

type Screens = Arc<Mutex<HashMap<i64, mpsc::UnboundedSender<Value>>>>;

struct Person {
    id: i64,
    world: World,
    screens: mpsc::UnboundedReceiver<Value>,
    waits: Vec<Duration>,
}

impl Person {
    /// Waits for a screen of the bot's that holds the words.
    async fn sees(&mut self, words: &str, since: Instant) -> Option<Value> {
        loop {
            let screen = tokio::time::timeout(PATIENCE, self.screens.recv()).await.ok()??;
            if screen["text"].as_str().is_some_and(|text| text.contains(words)) {
                self.waits.push(since.elapsed());
                return Some(screen);
            }
        }
    }

    async fn types(&mut self, text: &str, words: &str) -> Option<Value> {
        let since = Instant::now();
        self.world.post(&format!("people/{}/send", self.id), json!({ "text": text })).await;
        self.sees(words, since).await
    }

    async fn taps(&mut self, screen: &Value, label: &str, words: &str) -> Option<Value> {
        let rows = screen["reply_markup"]["inline_keyboard"].as_array()?;
        let button = rows
            .iter()
            .filter_map(Value::as_array)
            .flatten()
            .find(|button| button["text"].as_str().is_some_and(|text| text.contains(label)))?;
        let since = Instant::now();
        let body = json!({ "message_id": screen["message_id"], "data": button["callback_data"] });
        self.world.post(&format!("people/{}/press", self.id), body).await;
        self.sees(words, since).await
    }

    async fn enters_a_lead(&mut self, way: &str, phone: u64) -> Option<()> {
        let phone = format!("8 9{:02} {:03}-{:02}-{:02}", phone / 10_000_000 % 100, phone / 10_000 % 1_000, phone / 100 % 100, phone % 100);
        self.types("/start", "делаем").await?;
        let ads = if way == "wizard" {
            self.types("/lead", "1 из 3").await?;
            self.types(&phone, "2 из 3").await?;
            self.types("Иван Петров", "Откуда").await?
        } else {
            self.types(&format!("Иван Петров {phone}"), "Откуда").await?
        };
        let card = self.taps(&ads, "Сайт", "Реклама: Сайт").await?;
        self.taps(&card, "Сохранить", "Лид сохранён").await?;
        Some(())
    }
}

/// CPU seconds of a process, and with `family` of its children, living and gone.
fn cpu(pid: u32, family: bool) -> f64 {
    let stat = |pid: u32| -> Option<(u32, f64, f64)> {
        let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let fields: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
        let number = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
        Some((fields.get(1)?.parse().ok()?, number(11) + number(12), number(13) + number(14)))
    };
    let Some((_, own, gone)) = stat(pid) else { return 0.0 };
    if !family {
        return own / TICKS;
    }
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let children = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter_map(stat);
    let living: f64 = children.filter(|(parent, ..)| *parent == pid).map(|(_, own, _)| own).sum();
    (own + gone + living) / TICKS
}

fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1))).map_or(0.0, |wait| wait.as_secs_f64() * 1_000.0)
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [bot, way, people, seconds] = arguments.as_slice() else { panic!("people BOT WAY PEOPLE SECONDS") };
    let (people, seconds): (i64, u64) = (people.parse().expect("a number of people"), seconds.parse().expect("seconds"));
    let set = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
    let (program, database, postmaster) = (set("PROGRAM"), set("DATABASE_URL"), set("POSTMASTER").parse().expect("a pid"));

    let options = standin::Options {
        listen: "127.0.0.1:0".parse().expect("an address"),
        token: TOKEN.to_owned(),
        bot_username: "load_bot".to_owned(),
        bot_name: "Load".to_owned(),
        data: None,
        rate_limits: false,
    };
    let telegram = standin::start(options).await.unwrap_or_else(|error| panic!("{error}"));
    let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(512).build().expect("a client");
    let world = World { http, control: format!("{}/control", telegram.api_url()) };

    let mut child = Command::new(program)
        .env("TELEGRAM_BOT_TOKEN", TOKEN)
        .env("TELEGRAM_API_URL", telegram.api_url())
        .env("DATABASE_URL", &database)
        .env("CRM_HTTP_LISTEN", "127.0.0.1:0")
        .env("RUST_LOG", "warn")
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the bot starts");
    let pid = child.id().expect("the bot runs");

    let screens: Screens = Arc::default();
    let hear = {
        let (world, screens) = (world.clone(), screens.clone());
        tokio::spawn(async move {
            let mut after = 0;
            loop {
                let heard = world.get(&format!("events?after={after}&wait_ms=10000")).await;
                after = heard["seq"].as_u64().unwrap_or(after);
                for event in heard["events"].as_array().into_iter().flatten() {
                    let (person, message) = (event["person"].as_i64().unwrap_or_default(), &event["message"]);
                    if message["from_person"] == false
                        && let Some(screen) = screens.lock().expect("a lock").get(&person)
                    {
                        let _ = screen.send(message.clone());
                    }
                }
            }
        })
    };
    let (stop, done, failed) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let phones = Arc::new(AtomicU64::new(std::process::id() as u64 * 1_000_003));
    let mut tasks = Vec::new();
    for id in 1..=people {
        let id = 500_000 + id;
        world.post("people", json!({ "id": id, "first_name": "P", "language_code": "ru" })).await;
        let (tell, heard) = mpsc::unbounded_channel();
        screens.lock().expect("a lock").insert(id, tell);
        let mut person = Person { id, world: world.clone(), screens: heard, waits: Vec::new() };
        let (way, stop, done, failed, phones) = (way.clone(), stop.clone(), done.clone(), failed.clone(), phones.clone());
        tasks.push(tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let phone = phones.fetch_add(1, Ordering::Relaxed);
                match person.enters_a_lead(&way, phone).await {
                    Some(()) => done.fetch_add(1, Ordering::Relaxed),
                    None => failed.fetch_add(1, Ordering::Relaxed),
                };
            }
            person.waits
        }));
    }
    // Everything is warm before it is measured.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let (began, before) = (Instant::now(), done.load(Ordering::Relaxed));
    let used = |own| (cpu(pid, false), cpu(postmaster, true), if own { cpu(std::process::id(), false) } else { 0.0 });
    let start = used(true);
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let (end, took, dialogues) = (used(true), began.elapsed().as_secs_f64(), done.load(Ordering::Relaxed) - before);
    stop.store(true, Ordering::Relaxed);
    let mut waits = Vec::new();
    for task in tasks {
        waits.extend(task.await.unwrap_or_default());
    }
    waits.sort_unstable();
    hear.abort();
    let _ = child.kill().await;
    telegram.stop().await;
    let each = |from: f64, to: f64| ((to - from) * 1_000.0 / dialogues.max(1) as f64 * 100.0).round() / 100.0;
    let line = json!({
        "bot": bot, "way": way, "people": people, "dialogues_per_second": (dialogues as f64 / took * 10.0).round() / 10.0,
        "failed": failed.load(Ordering::Relaxed), "p50_ms": percentile(&waits, 50), "p99_ms": percentile(&waits, 99),
        "bot_cpu_ms": each(start.0, end.0), "postgres_cpu_ms": each(start.1, end.1), "telegram_and_people_cpu_ms": each(start.2, end.2),
    });
    println!("{line}");
}
