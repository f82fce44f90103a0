//! Plan of a run: users, load and faults.

use std::str::FromStr;

/// The injected faults, each counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// SIGKILL of one process.
    Kill,
    /// SIGTERM or SIGINT of one process.
    Terminate,
    /// SIGSTOP of one process, and SIGCONT later.
    Stop,
    /// The postmaster ends as in `pg_ctl restart -m immediate`.
    Postgres,
    /// Connections to Postgres are cut at a COMMIT: carried out, or not.
    CutCommit,
    /// The network to Postgres swallows everything for a while.
    HalfOpen,
    /// 5xx, 429, resets, time-outs, slow answers of Telegram.
    Telegram,
    /// Updates come twice, out of order, and again after they were confirmed.
    Redelivery,
    /// Unreadable updates, and a message on which the handler panics.
    Poison,
    /// Statements that take seconds, some longer than the server allows; a table that is locked.
    Slow,
    /// The primary takes no writes, and the connections of that time never will.
    ReadOnly,
    /// A process whose clock is up to ten minutes off, in place of one that is killed.
    Skew,
    /// One process's network to Telegram swallows everything while the database is well.
    DeadRoute,
    /// Telegram refuses a message: 400.
    Refusal,
    /// Telegram refuses the token for a while: 401, 404.
    Token,
    /// A process is killed while it fetches files, and downloads fail.
    Files,
    /// Heartbeats and a scheduled job panic.
    Job,
    /// SIGKILL of `crmbot backup`.
    Backup,
    /// SIGKILL of `crmbot restore` into another database.
    Restore,
    /// A turn of the release before, by its recorded statements, ended by a kill; a message of a newer release.
    Versions,
    /// Every write fails for want of room, and so does a backup.
    FullDisk,
}

impl Fault {
    /// All of them, in the order of the report.
    pub const ALL: [Self; 21] = [
        Self::Kill,
        Self::Terminate,
        Self::Stop,
        Self::Postgres,
        Self::CutCommit,
        Self::HalfOpen,
        Self::Telegram,
        Self::Redelivery,
        Self::Poison,
        Self::Slow,
        Self::ReadOnly,
        Self::Skew,
        Self::DeadRoute,
        Self::Refusal,
        Self::Token,
        Self::Files,
        Self::Job,
        Self::Backup,
        Self::Restore,
        Self::Versions,
        Self::FullDisk,
    ];

    /// As the report says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kill => "`kill -9`",
            Self::Terminate => "SIGTERM, SIGINT",
            Self::Stop => "SIGSTOP, SIGCONT",
            Self::Postgres => "Postgres ends at once and is started again",
            Self::CutCommit => "connection cut at a COMMIT, its answer lost",
            Self::HalfOpen => "connections to Postgres half open",
            Self::Telegram => "Telegram: 5xx, 429, resets, time-outs, slow answers",
            Self::Redelivery => "updates doubled, shuffled, delivered again",
            Self::Poison => "poison: unreadable updates, a handler's panic",
            Self::Slow => "statements that take seconds, a locked table",
            Self::ReadOnly => "a primary that takes no writes",
            Self::Skew => "a process whose clock is up to ten minutes off",
            Self::DeadRoute => "a dead route to Telegram, the database well",
            Self::Refusal => "Telegram refuses a message: 400",
            Self::Token => "Telegram refuses the token for a while: 401, 404",
            Self::Files => "`kill -9` while files are fetched, downloads that fail",
            Self::Job => "panics of heartbeats and of a scheduled job",
            Self::Backup => "`crmbot backup` killed",
            Self::Restore => "`crmbot restore` killed",
            Self::Versions => "a turn of the release before, cut off; a message of a newer release",
            Self::FullDisk => "a full disk: under Postgres, under a backup",
        }
    }
}

/// The measure of a run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// In the names of its files.
    pub name: &'static str,
    /// Everything random follows from it.
    pub seed: u64,
    /// How many users work at once, each in a chat of their own.
    pub people: usize,
    /// How many clients the watcher has, for touches: more than there will be dialogues.
    pub clients: u32,
    /// Dialogues that are begun per second, as long as a user is free.
    pub rate: u64,
    /// How often each fault is played.
    pub times: Vec<(Fault, u32)>,
    /// Pauses between faults, in milliseconds.
    pub pauses: (u64, u64),
    /// Whether the next fault comes before the last one is over: nothing is measured then.
    pub hurried: bool,
    /// How many faults in a row hit one process alone, before as many hit two beside one another.
    pub stretch: usize,
}

impl Plan {
    /// Some twenty seconds, for every test run: processes, connections and updates.
    pub fn short() -> Self {
        Self::hurried("short", |fault| match fault {
            Fault::Kill => 12,
            Fault::CutCommit => 2,
            other if other < Fault::Slow => 1,
            _ => 0,
        })
    }

    /// The same for what is around them: the disk, clocks, routes, files, jobs, versions.
    pub fn short_around() -> Self {
        Self::hurried("around", |fault| match fault {
            Fault::Kill => 4,
            Fault::Refusal => 2,
            other if other < Fault::Slow => 0,
            _ => 1,
        })
    }

    fn hurried(name: &'static str, times: impl Fn(Fault) -> u32) -> Self {
        Self {
            name,
            seed: set("CRM_FAULT_SEED", seed_of_now()),
            people: 6,
            clients: 2_000,
            rate: set("CRM_FAULT_RATE", 10),
            times: Fault::ALL.map(|fault| (fault, times(fault))).to_vec(),
            pauses: (50, 350),
            hurried: true,
            stretch: 10,
        }
    }

    /// A third of an hour: at least two hundred kills.
    pub fn long() -> Self {
        let kills = set("CRM_FAULT_KILLS", 200);
        let times = Fault::ALL.map(|fault| match fault {
            Fault::Kill => (fault, kills),
            Fault::CutCommit | Fault::Telegram | Fault::Redelivery | Fault::Refusal => (fault, kills / 5),
            Fault::Terminate | Fault::Stop | Fault::Poison | Fault::Postgres => (fault, kills / 10),
            Fault::Token | Fault::Files | Fault::Versions => (fault, kills / 10),
            Fault::HalfOpen | Fault::Slow | Fault::ReadOnly | Fault::Skew | Fault::Job => (fault, kills / 20),
            Fault::Backup | Fault::Restore | Fault::FullDisk => (fault, kills / 20),
            Fault::DeadRoute => (fault, kills / 30),
        });
        Self {
            name: "long",
            seed: set("CRM_FAULT_SEED", seed_of_now()),
            people: set("CRM_FAULT_PEOPLE", 240),
            clients: 120_000,
            rate: set("CRM_FAULT_RATE", 48),
            times: times.to_vec(),
            pauses: (300, 1_300),
            hurried: false,
            stretch: 20,
        }
    }

    /// All the faults of the run, one after another.
    pub fn rounds(&self) -> Vec<Fault> {
        let mut rounds: Vec<Fault> =
            self.times.iter().flat_map(|&(fault, times)| (0..times).map(move |_| fault)).collect();
        let mut dice = super::seeds::Dice::new(self.seed);
        for last in (1..rounds.len()).rev() {
            let bound = u64::try_from(last + 1).unwrap();
            rounds.swap(last, usize::try_from(dice.below(bound)).unwrap());
        }
        rounds
    }
}

/// A variable, or what holds without it.
fn set<T: FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn seed_of_now() -> u64 {
    std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()
}
