//! Statements on the queues, whose tables are small and full of rows that are dead.

use crmbot::domain::Group;
use serde_json::Value;

use super::number;
use super::plans::Plans;
use crate::support::app::TestApp;
use crate::support::db::TestDb;

/// Tables through which every update and every message goes.
const QUEUES: [&str; 4] = ["chat_session", "seen_update", "outbox", "chat_screen"];

/// Pages of one statement: what it finds by an index, and what it writes into each.
const PAGES: f64 = 120.0;

#[tokio::test]
async fn statements_on_the_queues_lead_past_dead_rows_by_an_index() {
    let app = TestApp::on(TestDb::new().await.explained_as_planned().await).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("/menu").await.types("/lead").await;
    // What thousands of turns leave behind between two vacuums.
    for statement in [
        "insert into outbox (chat_id, bulk, payload, claimed_by, created_at)
            select 1 + n % 200, false, '{\"Leave\": null}', -2, now() from generate_series(1, 5000) n",
        "delete from outbox where chat_id <= 200",
        "insert into seen_update (bot_id, update_id, seen_at) select 1, n, now() from generate_series(1, 5000) n",
        "delete from seen_update where bot_id = 1",
        "insert into chat_session (chat_id, updated_at) select n, now() from generate_series(1, 5000) n",
        "delete from chat_session where chat_id <= 5000",
        "insert into chat_screen (chat_id, message_id) select n, n from generate_series(1, 5000) n",
        "delete from chat_screen where chat_id <= 5000",
    ] {
        sqlx::query(statement).execute(app.sql()).await.unwrap();
    }
    let plans = Plans::listen();
    for _ in 0..3 {
        oleg.types("/menu").await.types("/lead").await.types("8 912 345-67-89").await.types("Иван").await;
    }
    let (mut looked_at, mut wrong) = (0, Vec::new());
    for plan in plans.take() {
        let statement = plan["Query Text"].as_str().unwrap_or_default();
        // The statements of each message; others of theirs are asked for now and then, or at a restart.
        if !["with given as materialized", "with sent as"].iter().any(|begin| statement.trim_start().starts_with(begin))
        {
            continue;
        }
        looked_at += 1;
        let root = &plan["Plan"];
        let pages = number(root, "Shared Hit Blocks") + number(root, "Shared Read Blocks");
        let mut read = Vec::new();
        whole(root, &mut read);
        if pages > PAGES || !read.is_empty() {
            wrong.push(format!("{pages} pages, {read:?}: {statement}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(looked_at >= 20, "{looked_at} statements closed a turn or settled a message");
}

/// The queues that a plan reads other than by an index.
fn whole(node: &Value, found: &mut Vec<String>) {
    let table = node["Relation Name"].as_str().unwrap_or_default();
    let kind = node["Node Type"].as_str().unwrap_or_default();
    if QUEUES.contains(&table) && matches!(kind, "Seq Scan" | "Bitmap Heap Scan") {
        found.push(format!("{kind} of {table}"));
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        whole(child, found);
    }
}
