//! The table of a run, for `docs/reliability.md`.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use super::chaos::Played;
use super::checker::Found;
use super::plan::{Fault, Plan};
use super::talk::Work;

/// Where the table stands; the words around it are people's.
const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reliability.md");
const BEGIN: &str = "<!-- fault injection: begin -->\n";
const END: &str = "<!-- fault injection: end -->";

/// A run and its outcome.
pub struct Report {
    pub plan: Plan,
    pub faults: Played,
    pub load: Work,
    pub found: Found,
    /// What the program said; it goes with a flawless run.
    pub log: PathBuf,
}

impl Report {
    /// Puts the tables in the place of the last run's.
    pub fn write(&self) {
        let document = std::fs::read_to_string(DOCUMENT).unwrap();
        let (before, rest) = document.split_once(BEGIN).expect("the document has a place for the tables");
        let (_, after) = rest.split_once(END).expect("the place has an end");
        std::fs::write(DOCUMENT, format!("{before}{BEGIN}\n{}\n{END}{after}", self.tables())).unwrap();
    }

    /// Fails with everything that is amiss.
    pub fn assert_flawless(&self) {
        let Found { lost, doubled, stuck, wrong, disordered, .. } = &self.found;
        let lists = [lost, doubled, stuck, wrong, disordered, &self.faults.failures];
        eprintln!("{}", self.tables());
        for (name, list) in ["lost", "doubled", "stuck", "wrong", "out of order", "failures"].iter().zip(lists) {
            for line in list.iter().take(20) {
                eprintln!("{name}: {line}");
            }
        }
        assert!(lists.iter().all(|list| list.is_empty()), "{}: see above and {}", self.plan.seed, self.log.display());
        let slowest = self.faults.endings.iter().max().copied().unwrap_or_default();
        assert!(slowest < Duration::from_secs(10), "R12: it took {slowest:?} to end");
        let _ = std::fs::remove_file(&self.log);
    }

    fn tables(&self) -> String {
        let mut page = String::new();
        let Self { plan, faults, load, found, .. } = self;
        let rate = found.dialogues as f64 / load.took.as_secs_f64();
        let _ = writeln!(page, "| the run | |\n| --- | --- |");
        let lines = [
            ("day", chrono::Utc::now().format("%Y-%m-%d").to_string()),
            ("seed", plan.seed.to_string()),
            ("length of the fault phase", format!("{} s", faults.took.as_secs())),
            ("people at work at once", plan.people.to_string()),
            ("dialogues per second, offered", plan.rate.to_string()),
            ("dialogues per second, reached on average with all outages", format!("{rate:.1}")),
            ("dialogues", found.dialogues.to_string()),
            ("updates put before the bot", found.updates.to_string()),
            ("of these taps", found.taps.to_string()),
            ("of these second taps on the same button", found.doubled_taps.to_string()),
            ("updates put aside as poison, all of them sent as such", found.parked.to_string()),
            ("messages that Telegram refused as ordered, kept and told with a code", found.refused.to_string()),
            ("files sent to clients, kept once and sent again", found.files.to_string()),
            ("taps whose answer, tried once, a fault has taken", found.unanswered.to_string()),
            ("updates parked because two processes in a row were killed over them", found.suspected.to_string()),
        ];
        for (what, value) in lines {
            let _ = writeln!(page, "| {what} | {value} |");
        }
        let _ = writeln!(page, "\n| fault | times |\n| --- | --- |");
        for fault in Fault::ALL {
            let _ = writeln!(page, "| {} | {} |", fault.name(), faults.counts.get(&fault).copied().unwrap_or_default());
        }
        let _ = writeln!(page, "\n| outcome | count |\n| --- | --- |");
        let lines = [
            ("lost: an update, effect, message or answer that is missing", found.lost.len()),
            ("doubled: an effect that is there twice", found.doubled.len()),
            ("stuck: a dialogue without an answer in 100 s, a message or transaction left over", found.stuck.len()),
            ("wrong: an answer or a row other than was due", found.wrong.len()),
            ("out of order: an effect or a message before an earlier one of its chat", found.disordered.len()),
            ("a minute of silence after a fault, or a stop that took more than 10 s", faults.failures.len()),
            ("messages sent again (allowed: delivery is at least once)", found.again),
        ];
        for (what, count) in lines {
            let _ = writeln!(page, "| {what} | {count} |");
        }
        let _ = writeln!(page, "\n| time in seconds | measured | half within | 95 % within | longest |");
        let _ = writeln!(page, "| --- | --- | --- | --- | --- |");
        for (what, times) in [
            ("a dialogue, from its first word to its last answer", &load.dialogues),
            ("first answer after the start of a process that is alone", &faults.restarts),
            ("next answer after the kill of one of two processes", &faults.failovers),
            ("Postgres: from its end until it accepts connections", &faults.recoveries),
            ("first answer after that", &faults.resumes),
            ("first answer after a half-open network is whole again", &faults.healings),
            ("first answer after the database takes writes again", &faults.writings),
            ("first answer after a dead route to Telegram is whole again", &faults.reroutings),
            ("from SIGTERM or SIGINT to the end of the process", &faults.endings),
        ] {
            let _ = writeln!(page, "| {what} | {} |", distribution(times));
        }
        page
    }
}

/// Count, median, 95th percentile and maximum.
fn distribution(times: &[Duration]) -> String {
    let mut times = times.to_vec();
    times.sort_unstable();
    let at = |percent: usize| {
        let place = (times.len() * percent).div_ceil(100).saturating_sub(1);
        times.get(place).map_or("–".to_owned(), |time| format!("{:.2}", time.as_secs_f64()))
    };
    format!("{} | {} | {} | {}", times.len(), at(50), at(95), at(100))
}
