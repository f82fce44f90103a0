//! Every table with personal columns is erased from, or its rows end with time (G14).

use crate::support::db::TestDb;

/// Tables that hold nothing of a person: numbers, dates, codes, titles, and the ids of records.
const NOTHING_PERSONAL: [&str; 18] = [
    "_sqlx_migrations",
    "ad_budget",
    "ad_figure",
    "ad_figure_delta",
    "ad_return",
    "backup_run",
    "company",
    "follow_up",
    "group_member",
    "group_permission",
    "heartbeat",
    "login_policy",
    "look_policy",
    "poller",
    "process",
    "schema_floor",
    "service_price",
    "user_group",
];

#[tokio::test]
async fn g14_every_table_is_named_by_erasing_or_by_retention_or_holds_nothing_personal() {
    let db = TestDb::new().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1",
    )
    .fetch_all(db.owner())
    .await
    .unwrap();
    let named: Vec<&str> = crmbot::crm::person::TABLES
        .into_iter()
        .chain(crmbot::crm::person::ACCOUNT_TABLES)
        .chain(crmbot::turn::PERSONAL_TABLES)
        .chain(crmbot::jobs::RETAINED.iter().copied())
        .collect();
    let forgotten: Vec<_> = tables
        .iter()
        .filter(|table| !named.contains(&table.as_str()) && !NOTHING_PERSONAL.contains(&table.as_str()))
        .collect();
    // G14: a new table is named where it is erased or tidied up, or here
    assert!(forgotten.is_empty(), "neither erasing nor retention names {forgotten:?}");
    let gone: Vec<_> =
        named.iter().chain(&NOTHING_PERSONAL).filter(|name| !tables.iter().any(|table| table == *name)).collect();
    assert!(gone.is_empty(), "there is no {gone:?}");
}
