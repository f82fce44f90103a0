//! Faults around a process: its clock, its route to Telegram, Telegram's refusals, files on their way.

use std::time::{Duration, Instant};

use serde_json::json;

use super::Chaos;

/// After so long another process does what one did whose route to Telegram is dead (R18).
const HANDED_OVER: Duration = Duration::from_secs(20);

impl Chaos<'_> {
    /// A process goes, and one comes whose clock is one to ten minutes ahead or behind.
    pub(super) async fn skew(&mut self) {
        let seconds = 60 + i64::try_from(self.dice.below(541)).unwrap();
        let skew = if self.dice.percent(50) { seconds } else { -seconds };
        self.random_host().kill();
        self.replace_with(skew).await;
    }

    pub(super) async fn dead_route(&mut self) {
        let host = self.random_host();
        let route = host.route;
        self.environment.hosts.push(host);
        self.environment.routes[route].silence(true);
        if self.hurried {
            tokio::time::sleep(self.dice.pause(500, 1_500)).await;
        } else if self.environment.hosts.len() > 1 {
            tokio::time::sleep(HANDED_OVER).await;
            // The route is still dead: whatever is said comes from the other process.
            let _word = self.plain_word("a route to Telegram died twenty seconds ago", Instant::now()).await;
        } else {
            tokio::time::sleep(self.dice.pause(1_000, 16_000)).await;
        }
        self.environment.routes[route].silence(false);
        if !self.hurried {
            let word = self.plain_word("a dead route to Telegram", Instant::now()).await;
            self.played.reroutings.extend(word);
        }
    }

    /// The next screen of one user is refused, as one with broken markup is.
    pub(super) async fn refusal(&mut self) {
        // One user after the other, so that the word about a refused message is not refused as well.
        let people = &self.environment.people;
        let shared = self.environment.shared.clone();
        let so_far = shared.ledger.open().refusals.len();
        let person = people[so_far % people.len()];
        shared.ledger.open().refusals.push(person);
        let method = self.dice.pick(&["sendMessage", "editMessageText"]);
        let words = "Bad Request: can't parse entities: unsupported start tag";
        let order = json!({ "method": method, "kind": "400", "chat_id": person, "description": words });
        shared.control("faults", order).await;
    }

    pub(super) async fn token(&mut self) {
        let shared = self.environment.shared.clone();
        for _ in 0..2 {
            let kind = self.dice.pick(&["401", "404"]);
            let method = self.dice.pick(&["getUpdates", "sendMessage", "editMessageText", "answerCallbackQuery"]);
            shared.control("faults", json!({ "method": method, "kind": kind, "count": 1 + self.dice.below(3) })).await;
        }
    }

    /// Files are slow or fail; as soon as one is on its way, the process that fetches it may be killed.
    pub(super) async fn files(&mut self) {
        let shared = self.environment.shared.clone();
        let kind = self.dice.pick(&["500", "slow", "timeout", "reset_before", "reset_after", "401"]);
        let (count, delay) = (1 + self.dice.below(3), 300 + self.dice.below(1_500));
        let order = json!({ "method": "getFile", "kind": kind, "count": count, "delay_ms": delay });
        shared.control("faults", order).await;
        let began = Instant::now();
        let limit = Duration::from_secs(if self.hurried { 2 } else { 5 });
        while began.elapsed() < limit {
            let waits = "select exists (select from file_job)";
            if sqlx::query_scalar::<_, bool>(waits).fetch_one(&self.environment.pool).await.unwrap_or(false) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.kill().await;
    }
}
