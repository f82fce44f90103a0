//! What the application's role may not do.

use sqlx::AssertSqlSafe;

use super::fixture::{Shop, run};
use crate::support::db::TestDb;

const DENIED: &str = "42501";
/// Tables of the machinery, whose rows come and go.
const TECHNICAL: [&str; 15] = [
    "login_guess",
    "process",
    "poller",
    "heartbeat",
    "backup_run",
    "chat_session",
    "chat_screen",
    "sent_about",
    "amendment",
    "seen_update",
    "outbox",
    "parked_update",
    "update_attempt",
    "inbound_update",
    "file_job",
];
/// Tables whose rows, once written, say what they say.
const HISTORY: [&str; 4] = ["audit_event", "service_price", "ad_budget", "notice_sent"];

async fn business_tables(db: &TestDb) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public'")
        .fetch_all(db.owner())
        .await
        .unwrap();
    let business =
        tables.into_iter().filter(|table| table != "_sqlx_migrations" && !TECHNICAL.contains(&table.as_str()));
    business.collect()
}

#[tokio::test]
async fn e4_g12_no_business_table_can_be_deleted_from_or_emptied() {
    let db = TestDb::new().await;
    let tables = business_tables(&db).await;
    assert!(tables.len() >= 20, "{tables:?}");
    for table in tables {
        for command in ["delete from", "truncate", "drop table", "alter table"] {
            let rest = if command == "alter table" { " add column more int" } else { "" };
            let done = run(db.pool(), &format!("{command} {table}{rest}")).await;
            assert_eq!(done.unwrap_err(), DENIED, "{command} {table}");
        }
    }
}

#[tokio::test]
async fn g12_behind_the_role_there_is_a_login_that_may_nothing() {
    let db = TestDb::new().await;
    let mut connection = db.pool().acquire().await.unwrap();
    sqlx::raw_sql("reset role").execute(&mut *connection).await.unwrap();
    let who: String = sqlx::query_scalar("select current_user::text").fetch_one(&mut *connection).await.unwrap();
    assert_eq!(who, "crm_worker");
    for table in business_tables(&db).await {
        for command in ["select 1 from", "delete from", "truncate", "drop table"] {
            let done = sqlx::raw_sql(AssertSqlSafe(format!("{command} {table}"))).execute(&mut *connection).await;
            let code = done.unwrap_err().as_database_error().and_then(|said| said.code().map(|code| code.into_owned()));
            assert_eq!(code.as_deref(), Some(DENIED), "{command} {table}");
        }
    }
}

#[tokio::test]
async fn g12_no_new_objects_not_even_temporary_ones() {
    let db = TestDb::new().await;
    for command in [
        "create table mine (id int)",
        "create temporary table mine (id int)",
        "create schema mine",
        "create function mine() returns int language sql as 'select 1'",
        "create role mine",
    ] {
        assert_eq!(run(db.pool(), command).await.unwrap_err(), DENIED, "{command}");
    }
}

#[tokio::test]
async fn g12_history_is_never_rewritten() {
    let db = TestDb::new().await;
    for table in HISTORY {
        let column: String = sqlx::query_scalar(
            "select column_name::text from information_schema.columns
             where table_name = $1 and is_identity = 'NO' order by ordinal_position limit 1",
        )
        .bind(table)
        .fetch_one(db.owner())
        .await
        .unwrap();
        let done = run(db.pool(), &format!("update {table} set {column} = {column}")).await;
        assert_eq!(done.unwrap_err(), DENIED, "{table}.{column}");
    }
    run(db.pool(), "insert into audit_event (at, actor_id, action) values (now(), 0, 'test')").await.unwrap();
}

#[tokio::test]
async fn a_touch_is_frozen_but_for_a_merge_and_a_void() {
    let shop = Shop::new().await;
    shop.touch(shop.client, shop.ad, "01-10").await.unwrap();
    for column in ["ad_id", "happened_at", "local_day", "created_by", "created_at"] {
        let done = shop.run(&format!("update touch set {column} = {column}")).await;
        assert_eq!(done.unwrap_err(), DENIED, "{column}");
    }
    shop.run("update touch set voided_at = now(), void_reason = 'wrong ad'").await.unwrap();
}

#[tokio::test]
async fn the_kind_of_a_database_is_not_the_applications_to_change() {
    let db = TestDb::new().await;
    assert_eq!(run(db.pool(), "insert into company (kind) values ('real')").await.unwrap_err(), DENIED);
    run(db.owner(), "insert into company (kind) values ('demo')").await.unwrap();
    assert_eq!(run(db.pool(), "update company set kind = 'real'").await.unwrap_err(), DENIED);
    assert_eq!(run(db.pool(), "update company set bot_id = 7, bot_username = 'crm_bot'").await, Ok(1));
    assert_eq!(
        run(db.owner(), "insert into company (id, kind) values (2, 'real')").await.unwrap_err(),
        "company_one_row"
    );
}

#[tokio::test]
async fn the_machinery_may_delete_its_own_rows() {
    let db = TestDb::new().await;
    for table in TECHNICAL {
        run(db.pool(), &format!("delete from {table}")).await.unwrap();
    }
}

#[tokio::test]
async fn g5_every_change_of_rights_grows_the_persons_epoch() {
    let db = TestDb::new().await;
    for statement in [
        "insert into staff_user (username, full_name, created_at, created_by) values ('operator', 'Оля', now(), 0)",
        "insert into staff_user (username, full_name, created_at, created_by) values ('manager', 'Макс', now(), 0)",
        "insert into user_group (name, created_at) values ('Operators', now())",
    ] {
        run(db.pool(), statement).await.unwrap();
    }
    let mut epoch = 0;
    for (grows, change) in [
        (true, "insert into group_member (group_id, user_id, added_at) values (1, 1, now())"),
        (true, "insert into group_permission (group_id, permission, granted_at) values (1, 'client.add', now())"),
        (true, "update group_permission set revoked_at = now()"),
        (true, "insert into telegram_link (telegram_id, chat_id, user_id, linked_at) values (7, 7, 1, now())"),
        (true, "update telegram_link set unlinked_at = now()"),
        (true, "update group_member set removed_at = now()"),
        (false, "insert into group_permission (group_id, permission, granted_at) values (1, 'ad.add', now())"),
        (false, "update staff_user set language = 'en', full_name = 'Ольга' where id = 1"),
        (true, "update staff_user set active = false where id = 1"),
        (true, "update staff_user set is_superuser = true where id = 1"),
    ] {
        // A link needs an entry in the log, a superuser the owner: here only the count matters.
        let plain = !change.contains("telegram_link") && !change.contains("is_superuser");
        run(if plain { db.pool() } else { db.owner() }, change).await.unwrap();
        epoch += i32::from(grows);
        let (now, others): (i32, i32) = sqlx::query_as(
            "select max(authz_epoch) filter (where id = 1), max(authz_epoch) filter (where id = 2) from staff_user",
        )
        .fetch_one(db.pool())
        .await
        .unwrap();
        assert_eq!((now, others), (epoch, 0), "{change}");
    }
}

#[tokio::test]
async fn every_foreign_key_has_an_index_and_every_constraint_a_name_of_its_own() {
    let db = TestDb::new().await;
    let business = business_tables(&db).await;
    let bare: Vec<String> = sqlx::query_scalar(AssertSqlSafe(
        "select conname::text from pg_constraint c
         where contype = 'f' and conrelid::regclass::text = any ($1) and not exists (
             select from pg_index i where i.indrelid = c.conrelid
             and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey
             and coalesce(pg_get_expr(i.indpred, i.indrelid), '') !~ '_at IS')",
    ))
    .bind(&business)
    .fetch_all(db.owner())
    .await
    .unwrap();
    assert_eq!(bare, Vec::<String>::new(), "without an index");

    let unnamed: Vec<String> = sqlx::query_scalar(
        "select conname::text from pg_constraint
         where conrelid::regclass::text = any ($1) and conname ~ '_(check|key|check[0-9]+)$'",
    )
    .bind(&business)
    .fetch_all(db.owner())
    .await
    .unwrap();
    assert_eq!(unnamed, Vec::<String>::new(), "named by Postgres");
}
