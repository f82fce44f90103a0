//! How a database gets its schema, its role and its kind.

use crmbot::db::database_kind::{self, DatabaseKind};
use crmbot::db::{DbError, Target, lease, migrate, pool};
use sqlx::Connection as _;

use super::fixture::run;
use crate::support::db::TestDb;

fn target(variable: &'static str, url: &str) -> Target {
    Target::parse(variable, url).unwrap()
}

#[tokio::test]
async fn programs_that_start_together_migrate_once() {
    let db = TestDb::empty().await;
    let owner = target("DATABASE_OWNER_URL", &db.owner_url());
    let starts = (0..5).map(|_| {
        let owner = owner.clone();
        tokio::spawn(async move { migrate::run(&owner, "crm_worker").await })
    });
    for start in starts.collect::<Vec<_>>() {
        start.await.unwrap().unwrap();
    }
    run(db.pool(), "select from client_derivation").await.unwrap();
}

#[tokio::test]
async fn a_login_without_the_role_is_told_to_migrate() {
    let db = TestDb::empty().await;
    run(db.owner(), "create role crm_nobody login").await.ok(); // roles are the cluster's: an earlier run may have made it
    let nobody = target("DATABASE_URL", &db.url().replace("crm_worker", "crm_nobody"));
    let error = pool::connect(&nobody, &pool::Settings::default()).await.err().unwrap();
    assert!(matches!(error, DbError::NotInRole { .. }), "{error}");
    assert_eq!(error.exit_code(), 2);
}

#[tokio::test]
async fn who_may_not_migrate_is_told_so() {
    let db = TestDb::empty().await;
    let worker = target("DATABASE_URL", &db.url());
    let error = migrate::run(&worker, "crm_worker").await.unwrap_err();
    assert!(matches!(&error, DbError::Unfit { reason, .. } if reason.contains("not the owner")), "{error}");
    let error = migrate::run(&worker, "crm_owner_unknown").await.unwrap_err();
    assert!(matches!(error, DbError::RoleOutOfReach { .. }), "{error}");
}

#[tokio::test]
async fn r20_a_program_starts_on_the_next_ones_schema_unless_that_says_that_it_cannot() {
    let db = TestDb::new().await;
    let future = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
        values (9999, 'future', true, '', 0)";
    run(db.owner(), future).await.unwrap();
    let owner = target("DATABASE_OWNER_URL", &db.owner_url());
    migrate::run(&owner, "crm_worker").await.unwrap();
    run(db.owner(), "update schema_floor set version = 9999").await.unwrap();
    let error = migrate::run(&owner, "crm_worker").await.unwrap_err();
    assert!(matches!(error, DbError::ForeignSchema { .. }), "{error}");
}

#[tokio::test]
async fn servers_that_cannot_be_entered_are_told_apart() {
    let db = TestDb::empty().await;
    let missing = db.url().replace("crm_empty_", "crm_missing_");
    let cases = [
        (missing.as_str(), 2, "has no database"),
        ("postgres://crm:s3cret@127.0.0.1:1/crm", 3, "out of reach"),
        ("postgres:///crm?host=/nonexistent&user=crm&password=s3cret", 3, "out of reach"),
    ];
    for (url, code, words) in cases {
        let error = pool::connect(&target("DATABASE_URL", url), &pool::Settings::default()).await.err().unwrap();
        let text = format!("{error} {error:?}");
        assert!(text.contains(words) && text.contains("DATABASE_URL") && !text.contains("s3cret"), "{text}");
        assert_eq!(error.exit_code(), code, "{text}");
    }
}

#[tokio::test]
async fn a_demo_never_becomes_real_nor_the_other_way_round() {
    for (actual, other) in [(DatabaseKind::Demo, DatabaseKind::Real), (DatabaseKind::Real, DatabaseKind::Demo)] {
        let db = TestDb::new().await;
        let mut owner = pool::connect_owner(&target("DATABASE_OWNER_URL", &db.owner_url())).await.unwrap();
        assert_eq!(database_kind::read(db.pool()).await.unwrap(), None);
        database_kind::ensure(&mut owner, actual).await.unwrap();
        database_kind::ensure(&mut owner, actual).await.unwrap();
        assert_eq!(database_kind::read(db.pool()).await.unwrap(), Some(actual));
        let error = database_kind::ensure(&mut owner, other).await.unwrap_err();
        assert_eq!(error.exit_code(), 2, "{error}");
        owner.close().await.unwrap();
    }
}

#[tokio::test]
async fn working_connections_have_their_limits_and_their_role() {
    let db = TestDb::new().await;
    let mut connection = lease::detached(db.working()).await.unwrap();
    let said: (String, String, String, String, String) = sqlx::query_as(
        "select current_user::text, current_setting('lock_timeout'), current_setting('statement_timeout'),
             current_setting('idle_in_transaction_session_timeout'), current_setting('application_name')",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    let said = [said.0, said.1, said.2, said.3, said.4];
    assert_eq!(said, ["crmbot_app", "3s", "8s", "4s", "crmbot"]);
}
