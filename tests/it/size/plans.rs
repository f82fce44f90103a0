//! Plans of the statements that ran, as the server's `auto_explain` tells them.

use std::sync::{Arc, Mutex};

use large_company::GROWING;
use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};

use super::number;

/// Rows on a screen: fewer are as good.
const SCREEN: f64 = 8.0;

/// A statement may read so many rows, and so many pages, for each row that it shows.
const FOR_EACH: f64 = 20.0;

/// The most rows that a bounded count or a search reads.
const BOUND: f64 = 1_001.0;

/// The plans since the last look. Dropped, it listens no more.
pub struct Plans {
    told: Arc<Mutex<Vec<Value>>>,
    _listening: DefaultGuard,
}

impl Plans {
    /// From now on; on this thread.
    pub fn listen() -> Self {
        let told = Arc::default();
        let subscriber = tracing_subscriber::registry().with(Listener(Arc::clone(&told)));
        Self { told, _listening: tracing::subscriber::set_default(subscriber) }
    }

    pub fn take(&self) -> Vec<Value> {
        std::mem::take(&mut self.told.lock().unwrap())
    }
}

struct Listener(Arc<Mutex<Vec<Value>>>);

impl<S: tracing::Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::postgres::notice" {
            event.record(&mut Words(&self.0));
        }
    }
}

struct Words<'a>(&'a Mutex<Vec<Value>>);

impl Visit for Words<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message"
            && let Some((_, plan)) = value.split_once("plan:\n")
        {
            self.0.lock().unwrap().push(serde_json::from_str(plan).unwrap());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

/// What is wrong with a statement's plan.
pub fn fault(plan: &Value) -> Option<String> {
    let statement = plan["Query Text"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let root = &plan["Plan"];
    let mut read = Read::default();
    read.add(root);
    let allowed = FOR_EACH * number(root, "Actual Rows").max(read.bound.min(BOUND)).max(SCREEN);
    let pages = number(root, "Shared Hit Blocks") + number(root, "Shared Read Blocks");
    // Clients who bear two words are found among those who bear one of them, from an index alone.
    let by_words = statement.contains("client_word");
    let fault = if read.rows > allowed && !by_words {
        format!("reads {} rows, {allowed} are allowed", read.rows)
    } else if pages > allowed && !by_words {
        format!("reads {pages} pages, {allowed} are allowed")
    } else if let Some(table) = read.whole {
        format!("reads the whole table {table}")
    } else if number(root, "Temp Written Blocks") > 0.0 {
        "sorts on disk".to_owned()
    } else {
        return None;
    };
    Some(format!("{fault}: {statement}"))
}

#[derive(Default)]
struct Read {
    /// Of tables that grow.
    rows: f64,
    /// The most rows that a limit has let through: a bounded count shows what it counts.
    bound: f64,
    /// A growing table that was read from its beginning to its end.
    whole: Option<String>,
}

impl Read {
    fn add(&mut self, node: &Value) {
        let loops = number(node, "Actual Loops");
        let kind = node["Node Type"].as_str().unwrap_or_default();
        if kind == "Limit" {
            self.bound = self.bound.max(number(node, "Actual Rows") * loops);
        }
        let table = node["Relation Name"].as_str().unwrap_or_default();
        if GROWING.contains(&table) && kind != "ModifyTable" {
            let touched = ["Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck"];
            let rows: f64 = touched.iter().map(|name| number(node, name)).sum::<f64>() * loops;
            self.rows += rows;
            if kind == "Seq Scan" && rows > SCREEN * FOR_EACH {
                self.whole = Some(table.to_owned());
            }
        }
        for child in node["Plans"].as_array().into_iter().flatten() {
            self.add(child);
        }
    }
}
