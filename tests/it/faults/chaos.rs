//! Fault injection: one fault after another, at random moments of the load.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

mod around;
mod database;
pub mod dumps;
pub mod versions;

use super::environment::FaultEnvironment;
use super::host::Host;
use super::plan::{Fault, Plan};
use super::seeds::Dice;
use crate::support::server::PATIENCE;

/// How long the bot may be silent after a fault before that is written down as a failure of its own.
const SILENCE: Duration = Duration::from_secs(60);

/// What was played, and what was measured meanwhile.
#[derive(Default)]
pub struct Played {
    pub took: Duration,
    pub counts: BTreeMap<Fault, u32>,
    /// When each of them began, in order.
    pub moments: Vec<(Instant, Fault)>,
    /// From the start of a process that is alone to the first answer that any user gets.
    pub restarts: Vec<Duration>,
    /// From the kill of one of two processes to the next answer that any user gets.
    pub failovers: Vec<Duration>,
    /// From the end of Postgres until it accepts connections again.
    pub recoveries: Vec<Duration>,
    /// From there to the first answer.
    pub resumes: Vec<Duration>,
    /// From the end of a half-open network to the first answer.
    pub healings: Vec<Duration>,
    /// From the moment at which the database takes writes again to the first answer.
    pub writings: Vec<Duration>,
    /// From the end of a dead route to the first answer.
    pub reroutings: Vec<Duration>,
    /// Updates of an older process's turns, in order: each has said its number in the veteran's chat.
    pub turns_of_before: u32,
    /// Messages of a newer release that were put into the outbox.
    pub messages_of_later: u32,
    /// A whole backup, once there is one.
    pub backup: Option<PathBuf>,
    /// From SIGTERM or SIGINT to the end of the process.
    pub endings: Vec<Duration>,
    /// Faults after which no user was answered for a minute, and processes that ended badly.
    pub failures: Vec<String>,
}

pub async fn run(environment: &mut FaultEnvironment, plan: &Plan) -> Played {
    let mut chaos = Chaos {
        environment,
        dice: Dice::new(plan.seed ^ 0xc4a0_5000),
        hurried: plan.hurried,
        played: Played::default(),
    };
    let began = Instant::now();
    for (number, fault) in plan.rounds().into_iter().enumerate() {
        chaos.staff(if (number / plan.stretch).is_multiple_of(2) { 1 } else { 2 }).await;
        let pause = chaos.dice.pause(plan.pauses.0, plan.pauses.1);
        tokio::time::sleep(pause).await;
        chaos.played.moments.push((Instant::now(), fault));
        chaos.play(fault).await;
        *chaos.played.counts.entry(fault).or_default() += 1;
    }
    chaos.played.took = began.elapsed();
    chaos.played
}

impl Played {
    /// The faults of the ten seconds before a moment, to help find a cause.
    pub fn before(&self, moment: Instant) -> String {
        let ago = |at: Instant| moment.checked_duration_since(at).filter(|ago| *ago < Duration::from_secs(10));
        let near = self.moments.iter().filter_map(|(at, fault)| Some((ago(*at)?, fault)));
        let told: Vec<String> =
            near.map(|(ago, fault)| format!("{:.1} s after {fault:?}", ago.as_secs_f64())).collect();
        told.join(", ")
    }
}

struct Chaos<'a> {
    environment: &'a mut FaultEnvironment,
    dice: Dice,
    hurried: bool,
    played: Played,
}

impl Chaos<'_> {
    /// So many processes, and all of them at work, but for what a fault still holds up.
    async fn staff(&mut self, processes: usize) {
        while self.environment.hosts.len() > processes {
            let host = self.environment.hosts.remove(0);
            self.end(host, Signal::TERM).await;
        }
        while self.environment.hosts.len() < processes {
            let patience = if self.hurried { Duration::ZERO } else { PATIENCE };
            self.environment.start_host(patience).await;
        }
        self.environment.ready(Duration::ZERO).await;
    }

    async fn play(&mut self, fault: Fault) {
        match fault {
            Fault::Kill => self.kill().await,
            Fault::Terminate => {
                let host = self.random_host();
                let signal = self.dice.pick(&[Signal::TERM, Signal::INT]);
                self.end(host, signal).await;
                self.replace().await;
            }
            Fault::Stop => self.stop().await,
            Fault::Postgres => {
                let ended = self.environment.end_postgres();
                if !self.hurried {
                    let (down, back) = self.environment.recovery(ended).await;
                    self.played.recoveries.push(down);
                    let resumed = self.plain_word("the end of Postgres", back).await;
                    self.played.resumes.extend(resumed);
                }
            }
            Fault::CutCommit => {
                let (count, carried_out) = (1 + self.dice.below(4), self.dice.percent(70));
                self.environment.proxy.cut_commits(u32::try_from(count).unwrap(), carried_out);
            }
            Fault::HalfOpen => {
                self.environment.proxy.silence(true);
                tokio::time::sleep(self.dice.pause(500, 3_000)).await;
                self.environment.proxy.silence(false);
                if !self.hurried {
                    let healed = self.plain_word("half-open connections", Instant::now()).await;
                    self.played.healings.extend(healed);
                }
            }
            Fault::Telegram => self.telegram().await,
            Fault::Redelivery => self.redelivery().await,
            Fault::Poison => self.poison().await,
            Fault::Slow => self.slow().await,
            Fault::ReadOnly => self.read_only().await,
            Fault::FullDisk => self.full_disk().await,
            Fault::Job => self.job().await,
            Fault::Skew => self.skew().await,
            Fault::DeadRoute => self.dead_route().await,
            Fault::Refusal => self.refusal().await,
            Fault::Token => self.token().await,
            Fault::Files => self.files().await,
            Fault::Backup => self.backup().await,
            Fault::Restore => self.restore().await,
            Fault::Versions => self.versions().await,
        }
    }

    fn random_host(&mut self) -> Host {
        let count = u64::try_from(self.environment.hosts.len()).unwrap();
        let which = usize::try_from(self.dice.below(count)).unwrap();
        self.environment.hosts.remove(which)
    }

    async fn kill(&mut self) {
        let killed = Instant::now();
        self.random_host().kill();
        if !self.environment.hosts.is_empty() && !self.hurried {
            // The other one is the only one for a while.
            let next = self.plain_word("a kill", killed + Duration::from_millis(20)).await;
            self.played.failovers.extend(next);
        }
        self.replace().await;
    }

    /// A process in place of one that is gone. Mostly it is waited for; else the next fault hits it while it starts.
    async fn replace(&mut self) {
        self.replace_with(0).await;
    }

    /// The same with a clock that is so many seconds off.
    async fn replace_with(&mut self, skew: i64) {
        let host = self.environment.launch(skew);
        // What its predecessor said may still be on its way to the feed.
        let lag = Duration::from_millis(50);
        let (alone, from) = (self.environment.hosts.is_empty(), host.started + lag);
        self.environment.hosts.push(host);
        if !alone || self.hurried || self.dice.percent(20) {
            return;
        }
        let word = self.plain_word("a restart", from).await;
        self.played.restarts.extend(word.map(|word| word + lag));
    }

    async fn telegram_is_well(&self) -> bool {
        let orders = self.environment.server.control("faults", None).await;
        orders["faults"].as_array().is_some_and(Vec::is_empty)
    }

    async fn end(&mut self, host: Host, signal: Signal) {
        let (status, took) = host.end(signal).await;
        self.played.endings.push(took);
        // One that is hit while it is starting has caught no signal yet, or has not found its database.
        if !status.success() && took > Duration::from_secs(10) {
            self.played.failures.push(format!("ended with {status} after {took:?}"));
        }
    }

    async fn stop(&mut self) {
        let host = self.random_host();
        host.signal(Signal::STOP);
        let pause = self.dice.pause(300, if self.environment.hosts.is_empty() { 3_000 } else { 7_000 });
        tokio::time::sleep(pause).await;
        host.signal(Signal::CONT);
        self.environment.hosts.push(host);
    }

    async fn telegram(&mut self) {
        for _ in 0..3 {
            let kind = self.dice.pick(&["500", "502", "429", "timeout", "reset_before", "reset_after", "slow", "hang"]);
            let method = self.dice.pick(&["sendMessage", "editMessageText", "answerCallbackQuery", "getUpdates"]);
            let (count, delay) = (1 + self.dice.below(4), 200 + self.dice.below(1_500));
            let body = json!({ "method": method, "kind": kind, "count": count, "delay_ms": delay, "retry_after": 1 });
            self.environment.shared.control("faults", body).await;
        }
    }

    async fn redelivery(&mut self) {
        let shared = self.environment.shared.clone();
        let updates: Vec<i64> = shared.ledger.open().updates.iter().rev().take(100).map(|(_, id)| *id).collect();
        for _ in 0..3 {
            let body = json!({ "update_id": self.dice.pick(&updates), "times": 1 + self.dice.below(3) });
            shared.control("updates/redeliver", body).await;
        }
        shared.control("updates/duplicate", json!({ "count": 20 })).await;
        shared.control("updates/shuffle", json!({})).await;
    }

    async fn poison(&mut self) {
        let shared = self.environment.shared.clone();
        for nonsense in [json!({ "message": { "nonsense": true } }), json!({ "callback_query": { "hologram": 1 } })] {
            let sent = shared.control("updates/raw", nonsense).await;
            shared.ledger.open().unreadable.push(sent["update_id"].as_i64().unwrap());
        }
        let update = shared.types(self.environment.villain, "8 914 000 00 00").await;
        shared.ledger.open().panicking.push(update);
    }

    /// How long no user was answered after a moment; none when Telegram itself failed meanwhile: answers and polls that
    /// it holds up or loses are no part of what the program takes.
    async fn plain_word(&mut self, after: &str, moment: Instant) -> Option<Duration> {
        let plain = self.telegram_is_well().await;
        let word = self.first_word(after, moment).await;
        if plain && self.telegram_is_well().await { word } else { None }
    }

    async fn first_word(&mut self, after: &str, moment: Instant) -> Option<Duration> {
        let began = Instant::now();
        // Whatever gives up at its start in the meantime is started again.
        while began.elapsed() < SILENCE {
            if let Some(word) = self.environment.shared.feed.first_word(moment, Duration::from_millis(500)).await {
                return Some(word);
            }
            self.environment.ready(Duration::ZERO).await;
        }
        self.played.failures.push(format!("a minute of silence after {after}"));
        None
    }
}
