//! The statements on the way of a tap, looked at one by one: none reads more as the company grows.

mod plans;
mod queues;
mod screens;
mod times;

use std::sync::atomic::Ordering;

use large_company::{Size, fill};
use serde_json::Value;

use crate::support::app::TestApp;
use crate::support::db::TestDb;
use plans::Plans;

/// The moment of the test application's clock.
const NOW: &str = "2026-03-12T09:00:00Z";

/// A company of this size, whose database tells the plan of every statement.
async fn company(size: Size) -> TestApp {
    let filled = std::env::var("CRM_TEST_LARGE").ok().filter(|_| size == Size::Large);
    let db = match &filled {
        // What was filled once can be measured again.
        Some(database) => TestDb::copy_of(database).await,
        None => TestDb::new().await,
    };
    let db = db.explained().await;
    let mut owner = db.owner().acquire().await.unwrap();
    if filled.is_none() {
        sqlx::query("insert into company (kind) values ('demo')").execute(&mut *owner).await.unwrap();
        fill(&mut owner, size, NOW).await.unwrap();
    }
    let colleague = "select id from staff_user where username = 'colleague_7'";
    screens::PERSON.store(sqlx::query_scalar(colleague).fetch_one(&mut *owner).await.unwrap(), Ordering::Relaxed);
    drop(owner);
    TestApp::on(db).await
}

/// Has every screen drawn and each of their statements looked at; what is wrong with them.
async fn look(app: &TestApp) -> Vec<String> {
    let plans = Plans::listen();
    let root = app.superuser("root").await;
    let mut wrong = Vec::new();
    // A prepared statement is planned for its values at first, and for any value later.
    for mode in ["force_custom_plan", "force_generic_plan"] {
        screens::draw(app, root, mode, &plans, &mut |screen, plan| {
            if let Some(fault) = plans::fault(plan) {
                wrong.push(format!("{screen}, {mode}: {fault}"));
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
