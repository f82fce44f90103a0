//! The statements on the way of a tap, looked at one by one: none reads more as the company grows.

mod plans;
mod screens;
mod times;

use large_company::{Size, fill};
use serde_json::Value;

use crate::support::app::TestApp;
use crate::support::db::TestDb;
use plans::Plans;

/// The moment of the test application's clock.
const NOW: &str = "2026-03-12T09:00:00Z";

/// A company of this size, whose database tells the plan of every statement.
async fn company(size: Size) -> TestApp {
    let db = TestDb::explained().await;
    let mut owner = db.owner().acquire().await.unwrap();
    sqlx::query("insert into company (kind) values ('demo')").execute(&mut *owner).await.unwrap();
    fill(&mut owner, size, NOW).await.unwrap();
    drop(owner);
    TestApp::on(db).await
}

/// Has every screen drawn and each of their statements looked at; what is wrong with them.
async fn look(app: &TestApp) -> Vec<String> {
    let plans = Plans::listen();
    let root = app.superuser("root").await;
    let mut wrong = Vec::new();
    // Prepared statements get a plan for any value after five runs, and keep it.
    for round in 0..6 {
        screens::draw(app, root, &plans, &mut |screen, plan| {
            if let Some(fault) = plans::fault(plan) {
                wrong.push(format!("{screen}, round {round}: {fault}"));
            }
        })
        .await;
    }
    wrong
}

#[tokio::test]
async fn no_statement_on_the_way_of_a_tap_reads_far_more_than_it_shows() {
    let app = company(Size::Small).await;
    let wrong = look(&app).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_real_company_and_one_that_has_clients_are_not_filled() {
    let db = TestDb::new().await;
    let mut owner = db.owner().acquire().await.unwrap();
    let refused = fill(&mut owner, Size::Small, NOW).await.unwrap_err();
    assert!(refused.to_string().contains("not marked as a demo"), "{refused}");
    sqlx::query("insert into company (kind) values ('real')").execute(&mut *owner).await.unwrap();
    assert!(fill(&mut owner, Size::Small, NOW).await.is_err());
    let clients: i64 = sqlx::query_scalar("select count(*) from client").fetch_one(&mut *owner).await.unwrap();
    assert_eq!(clients, 0);
}

/// The long form, by `script/size`: a million clients; writes the table of docs/performance.md.
#[tokio::test]
#[ignore = "takes some minutes and 8 GB: script/size"]
async fn the_large_company() {
    let mut tables = Vec::new();
    let mut wrong = Vec::new();
    for size in [Size::Small, Size::Large] {
        let app = company(size).await;
        wrong.extend(look(&app).await);
        tables.push(times::measure(&app).await);
    }
    times::report(&tables);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A number of a plan's node.
fn number(node: &Value, name: &str) -> f64 {
    node[name].as_f64().unwrap_or_default()
}
