//! The page `/metrics` in Prometheus's text format, without personal data (G13).
//!
//! A dozen numbers need no crate: the usual exporter brings twenty-five and a task that has to clean up its state.

use std::fmt::{Display, Write as _};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::PANICS;
use super::metrics_state::MetricsState;
use crate::db::{Pool, pool};
use crate::jobs::BackupHealth;
use crate::telegram::{LATENCIES, Latencies, refused_webhooks};
use crate::turn::{Backlog, wrong_passwords};

/// The page; `backlog` is none when the database does not answer, and what is read from it is then left out.
pub(super) fn page(state: &MetricsState, backlog: Option<Backlog>, backups: Option<BackupHealth>) -> String {
    let mut page = Page::default();
    let intake = &state.intake;
    page.gauge("crmbot_intake_waiting", "Updates that are not settled yet", intake.waiting());
    let lag = seconds(intake.lag(Instant::now()));
    page.gauge("crmbot_intake_lag_seconds", "How long the oldest unsettled update has waited", lag);
    let meaning = "Chats whose updates wait because Telegram does not take their replies";
    page.gauge("crmbot_intake_held_back_chats", meaning, intake.held_back());
    page.turns(&intake.latencies());

    let deaf = u8::from(state.liveness.is_deaf());
    page.gauge("crmbot_telegram_silent", "1 while calls to Telegram have had no answer for 14 s", deaf);
    let (database, telegram) = (state.liveness.skew(), state.liveness.route.clock_ahead());
    let meaning = "How far other clocks are ahead of this machine's, in seconds";
    page.about("crmbot_clock_ahead_seconds", "gauge", meaning);
    page.line("crmbot_clock_ahead_seconds{clock=\"database\"}", database.num_seconds());
    page.line("crmbot_clock_ahead_seconds{clock=\"telegram\"}", telegram.num_seconds());
    page.gauge("crmbot_database_up", "1 when Postgres answers", u8::from(backlog.is_some()));
    if let Some(backlog) = backlog {
        page.gauge(
            "crmbot_outbox_messages",
            "Messages that are not with Telegram yet, of all processes",
            backlog.messages,
        );
        page.gauge("crmbot_outbox_age_seconds", "How long the oldest of them has waited", backlog.oldest);
        page.gauge(
            "crmbot_parked_updates",
            "Updates that could not be handled and messages that were refused, not settled yet",
            backlog.parked,
        );
    }
    if let Some(backups) = backups {
        if let Some(age) = backups.age {
            page.gauge("crmbot_backup_age_seconds", "How old the newest whole backup is", age.max(0));
            let meaning = "1 when the file of the newest whole backup lies in its folder as it was made";
            page.gauge("crmbot_backup_file_present", meaning, u8::from(backups.present));
        }
        page.gauge("crmbot_backup_failed", "1 when the last try to make a backup failed", u8::from(backups.failed));
    }
    let (mut idle, mut size) = (0, 0);
    for status in pool::all(&state.pool).map(Pool::status) {
        (idle, size) = (idle + status.available, size + status.size);
    }
    page.about("crmbot_pool_connections", "gauge", "Connections to Postgres for work, by state");
    page.line("crmbot_pool_connections{state=\"in_use\"}", size.saturating_sub(idle));
    page.line("crmbot_pool_connections{state=\"idle\"}", idle);

    let (right, outdated) = state.turns.known_counts();
    let meaning =
        "Turns begun with what the process remembered of the chat: with effect, and done again since that had changed";
    page.about("crmbot_remembered_turns_total", "counter", meaning);
    page.line("crmbot_remembered_turns_total{remembered=\"right\"}", right);
    page.line("crmbot_remembered_turns_total{remembered=\"outdated\"}", outdated);
    let name = "crmbot_telegram_errors_total";
    page.about(name, "counter", "Calls of the Bot API that failed, by method and kind of error");
    for (method, kind, count) in state.failures.counts() {
        page.line(&format!("{name}{{method=\"{method}\",kind=\"{kind}\"}}"), count);
    }
    let name = "crmbot_refused_messages_total";
    page.about(name, "counter", "Messages that Telegram refused: they are kept for /check, their people were told");
    page.line(name, state.failures.refused());
    page.about("crmbot_panics_total", "counter", "Panics in turns, jobs and messages; each stands in the log");
    page.line("crmbot_panics_total", PANICS.load(Ordering::Relaxed));
    let meaning = "Requests to the webhook without a valid secret";
    page.about("crmbot_webhook_refused_total", "counter", meaning);
    page.line("crmbot_webhook_refused_total", refused_webhooks());
    page.about("crmbot_login_failures_total", "counter", "Passwords that did not fit");
    page.line("crmbot_login_failures_total", wrong_passwords());
    page.0
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn about(&mut self, name: &str, kind: &str, meaning: &str) {
        let _ = writeln!(self.0, "# HELP {name} {meaning}\n# TYPE {name} {kind}");
    }

    fn line(&mut self, name: &str, value: impl Display) {
        let _ = writeln!(self.0, "{name} {value}");
    }

    fn gauge(&mut self, name: &str, meaning: &str, value: impl Display) {
        self.about(name, "gauge", meaning);
        self.line(name, value);
    }

    /// A histogram: each class counts everything up to its bound.
    fn turns(&mut self, took: &Latencies) {
        let name = "crmbot_turn_seconds";
        self.about(name, "histogram", "How long updates took from their arrival to their settling");
        let mut upto = 0;
        for (bound, count) in LATENCIES.into_iter().zip(took.counts) {
            upto += count;
            self.line(&format!("{name}_bucket{{le=\"{}\"}}", seconds(Duration::from_millis(bound))), upto);
        }
        upto += took.beyond;
        self.line(&format!("{name}_bucket{{le=\"+Inf\"}}"), upto);
        self.line(&format!("{name}_sum"), seconds(took.sum));
        self.line(&format!("{name}_count"), upto);
    }
}

fn seconds(time: Duration) -> f64 {
    time.as_secs_f64()
}
