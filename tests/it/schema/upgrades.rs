//! Migrations on tables with rows, beside a program of the schema before: expand first, contract in a later release (R13).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crmbot::db::migrate::MIGRATOR;
use crmbot::db::{DbError, Target, migrate, roles};
use sqlx::postgres::PgPool;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use super::fixture::run;
use crate::support::db::TestDb;

/// What programs write, and since which schema: each statement must go on working after every later migration. `#` is
/// another number each time. Together they put a row into every table; a new table needs one too.
const WRITES: &[(i64, &str)] = &[
    (28, "select fold_ad_figures(1000)"),
    (1, "insert into staff_user (username, full_name, created_at, created_by) values ('anna_#', 'Anna', now(), 0)"),
    (1, "insert into user_group (name, created_at) values ('Group #', now())"),
    (1, "insert into group_permission (group_id, permission, granted_at) select max(id), 'client.add', now() from user_group"),
    (1, "insert into group_member (group_id, user_id, added_at) select max(g.id), max(u.id), now() from user_group g, staff_user u"),
    (1, "with entry as (insert into audit_event (at, actor_id, action, entity, entity_id)
                        select now(), 0, 'link', 'staff', max(id) from staff_user)
         insert into telegram_link (telegram_id, chat_id, user_id, linked_at) select #, #, max(id), now() from staff_user"),
    (1, "with entry as (insert into audit_event (at, actor_id, action, entity, entity_id)
                        select now(), 0, 'invite', 'staff', max(id) from staff_user)
         insert into invite (code_hash, user_id, expires_at, created_at, created_by)
         select sha256('#'::text::bytea), max(id), now() + interval '1 day', now(), 0 from staff_user"),
    (1, "insert into login_attempt (telegram_id, failures, last_at) values (#, 1, now())"),
    (1, "insert into service (title, price, created_at, created_by) values ('Service #', 100, now(), 0)"),
    (1, "insert into service_price (service_id, price, changed_at, changed_by) select max(id), 100, now(), 0 from service"),
    (1, "insert into ad (title, service_id, channel, budget, code, created_at, created_by)
         select 'Ad #', max(id), 'AVITO', 5, 'a#', now(), 0 from service"),
    (1, "insert into ad_budget (ad_id, budget, changed_at, changed_by) select max(id), 5, now(), 0 from ad"),
    (1, "insert into client (phone, phone_raw, last_name, email, created_at, created_by)
         values ('+7921555' || #, '8921555#', 'Иванов', 'a#@example.com', now(), 0)"),
    (1, "insert into touch (client_id, ad_id, happened_at, local_day, created_at, created_by)
         select max(c.id), max(a.id), now(), current_date, now(), 0 from client c, ad a"),
    (1, "insert into document (file_name, mime, size, sha256, bytes, stored_at, created_at, created_by)
         values ('scan.pdf', 'application/pdf', 4, sha256('scan'), 'scan', now(), now(), 0)"),
    (1, "insert into contract (client_id, touch_id, title, service_id, amount, signed_on, starts_on, ends_on, document_id,
                               confirmed_by, confirmed_at, created_at, created_by)
         select t.client_id, t.id, 'Contract', (select max(id) from service), 60000, current_date, current_date, current_date,
                (select max(id) from document), 0, now(), now(), 0 from touch t order by t.id desc limit 1"),
    (1, "insert into touch (client_id, ad_id, happened_at, local_day, created_at, created_by)
         select max(c.id), min(a.id), now(), current_date, now(), 0 from client c, ad a"),
    (1, "update client set (last_live_day, open_touch_id) =
             (select d.last_live_day, d.open_touch_id from client_derivation d where d.client_id = client.id)"),
    (1, "insert into note (client_id, author_id, text, at) select max(id), 0, 'note', now() from client"),
    (1, "insert into follow_up (client_id, owner_id, due_at, created_at, created_by) select max(id), 0, now(), now(), 0 from client"),
    (1, "insert into client_handover (client_id, to_id, note, created_at, created_by) select max(id), 0, 'his', now(), 0 from client"),
    (1, "insert into notice_sent (kind, subject_id, period, sent_at) values ('lead', #, 'day', now())"),
    (1, "insert into audit_event (at, actor_id, action, entity, entity_id, after) values (now(), 0, 'create', 'client', #, '{\"a\": 1}')"),
    (1, "update service set archived_at = now(), version = version + 1 where title = 'Service #'"),
    (1, "update touch set voided_at = now(), void_reason = 'test' where false"),
    (2, "insert into chat_session (chat_id, dialogue, updated_at) values (#, '{\"stack\": []}', now())"),
    (2, "insert into chat_screen (chat_id, message_id) values (#, 1)"),
    (2, "insert into seen_update (bot_id, update_id, seen_at) values (1, #, now())"),
    (2, "insert into outbox (chat_id, payload, claimed_by, created_at) values (#, '{\"Leave\": null}', 1, now())"),
    (2, "insert into parked_update (bot_id, update_id, chat_id, kind, code, fault, parked_at) values (1, #, #, 'x', 'ABC', 'fault', now())"),
    (3, "insert into process (id, beat_at) values (#, now())"),
    (3, "insert into poller (bot_id, process_id, beat_at) values (#, #, now())"),
    (5, "update note set client_id = (select max(id) from client)"),
    (6, "insert into sent_about (chat_id, message_id, kind, client_id, sent_at) values (#, 1, 'card', 1, now())"),
    (
        7,
        "insert into amendment (chat_id, kind, client_id, outbox_id, markup, made_at) values (#, 'new_lead', 1, 1, '{}', now())",
    ),
    (9, "insert into heartbeat (bot_id, beat_at) values (#, now())"),
    (10, "insert into client_consent (client_id, means, given_at, noted_by) select max(id), 'PHONE', now(), 0 from client"),
    (10, "insert into backup_run (day, tries, began_at) values (date '2026-01-01' + (# % 10000), 1, now())"),
    (14, "insert into update_attempt (bot_id, update_id, process_id, trying, first_at) values (1, #, 1, true, now())"),
    (
        14,
        "insert into inbound_update (bot_id, update_id, lane, body, claimed_by, received_at) values (1, #, 7, 'x', 1, now())",
    ),
    (
        14,
        "insert into file_job (bot_id, update_id, chat_id, letter, claimed_by, created_at) values (1, #, 7, 'x', 1, now())",
    ),
    (15, "insert into login_guess (telegram_id, login_hash, failures, last_at) values (#, sha256('#'::text::bytea), 1, now())"),
];

/// What the working role may no longer do, on purpose: the owner's commands on the server alone do it.
const WITHDRAWN: [&str; 2] = ["update staff_user set is_superuser = true", "update document set file_name ="];

/// Statements of the program before, as `script/statements` has kept them: its schema, then one JSON text a line.
const BEFORE: &str = include_str!("../../corpus/statements.jsonl");

fn owner(db: &TestDb) -> Target {
    Target::parse("DATABASE_OWNER_URL", &db.owner_url()).unwrap()
}

/// An empty database whose roles are as the program makes them.
async fn unmigrated() -> TestDb {
    let db = TestDb::empty().await;
    let mut connection = db.owner().acquire().await.unwrap();
    roles::ensure(&owner(&db), &mut connection, "crm_worker").await.unwrap();
    drop(connection);
    db
}

/// The number of rows by table.
async fn rows(db: &PgPool) -> BTreeMap<String, i64> {
    let tables: Vec<String> =
        sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public' order by 1")
            .fetch_all(db)
            .await
            .unwrap();
    let mut counted = BTreeMap::new();
    for table in tables.into_iter().filter(|table| table != "_sqlx_migrations") {
        let question = AssertSqlSafe(format!("select count(*) from \"{table}\""));
        counted.insert(table, sqlx::query_scalar(question).fetch_one(db).await.unwrap());
    }
    counted
}

#[tokio::test]
async fn each_migration_takes_tables_with_rows_and_leaves_older_programs_at_work() {
    let db = unmigrated().await;
    let mut number = 1000;
    for migration in MIGRATOR.iter() {
        let before = if migration.version > 1 { rows(db.owner()).await } else { BTreeMap::new() };
        MIGRATOR
            .run_to(migration.version, db.owner())
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", migration.version));
        let after = rows(db.owner()).await;
        let lost: Vec<_> = before.iter().filter(|(table, count)| after.get(*table) < Some(count)).collect();
        assert!(lost.is_empty(), "migration {} has lost rows or tables: {lost:?}", migration.version);
        number += 1;
        for (since, write) in WRITES.iter().filter(|(since, _)| *since <= migration.version) {
            let done = run(db.pool(), &write.replace('#', &number.to_string())).await;
            assert!(
                done.is_ok(),
                "a write of schema {since} fails after migration {}: {done:?}\n{write}",
                migration.version
            );
        }
    }
    sqlx::query("insert into company (kind) values ('real')").execute(db.owner()).await.unwrap();
    let empty: Vec<_> = rows(db.owner()).await.into_iter().filter(|(_, count)| *count == 0).collect();
    assert!(empty.is_empty(), "no row of {empty:?} was there to be migrated: say in WRITES what programs write there");
}

/// Which of these statements the application may run on this database, and why not the others. They are planned, with
/// nulls for their arguments, which asks for columns, types and rights; nothing is executed.
async fn unable(db: &TestDb, statements: &[String]) -> BTreeMap<usize, String> {
    let mut connection = db.pool().acquire().await.unwrap();
    let mut refused = BTreeMap::new();
    for (number, statement) in statements.iter().enumerate() {
        let prepared = connection.execute(AssertSqlSafe(format!("prepare old as {statement}"))).await;
        let planned = match prepared {
            Err(error) => Err(error),
            Ok(_) => {
                let arguments: i32 = sqlx::query_scalar(
                    "select cardinality(parameter_types) from pg_prepared_statements where name = 'old'",
                )
                .fetch_one(&mut *connection)
                .await
                .unwrap();
                let nulls = vec!["null"; usize::try_from(arguments).unwrap()].join(", ");
                let nulls = if nulls.is_empty() { nulls } else { format!("({nulls})") };
                let planned = connection.execute(AssertSqlSafe(format!("explain execute old{nulls}"))).await;
                connection.execute("deallocate old").await.unwrap();
                planned
            }
        };
        if let Err(error) = planned {
            refused.insert(number, error.to_string());
        }
    }
    refused
}

#[tokio::test]
async fn the_statements_of_the_program_before_work_on_the_schema_of_today() {
    let (schema, statements) = BEFORE.split_once('\n').unwrap();
    let statements: Vec<String> = statements.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(statements.len() > 200);
    let db = unmigrated().await;
    MIGRATOR.run_to(schema.parse().unwrap(), db.owner()).await.unwrap();
    // Legal requests and birth are the owner's, and were never the application's.
    let before = unable(&db, &statements).await;
    assert!(before.len() < 25, "{before:#?}");
    assert!(before.values().all(|why| why.contains("permission denied")), "{before:#?}");
    let wrong =
        ["select nothing from client", "delete from client", "select 1 from client where id = $1"].map(str::to_owned);
    assert_eq!(
        unable(&db, &wrong).await.into_keys().collect::<Vec<_>>(),
        [0, 1],
        "a missing column and a missing right are seen"
    );
    MIGRATOR.run_to(i64::MAX, db.owner()).await.unwrap();
    let mut after = unable(&db, &statements).await;
    after.retain(|number, _| {
        !before.contains_key(number) && !WITHDRAWN.iter().any(|withdrawn| statements[*number].starts_with(withdrawn))
    });
    let broken: Vec<_> = after.iter().map(|(number, why)| format!("{}\n{why}", statements[*number])).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_waits_for_no_lock_for_long_and_tries_again() {
    let db = TestDb::new().await;
    let mut busy = db.owner().acquire().await.unwrap();
    let mut holder = busy.begin().await.unwrap();
    holder.execute("lock table _sqlx_migrations in access exclusive mode").await.unwrap();
    let began = Instant::now();
    let error = migrate::run_within(&owner(&db), "crm_worker", Duration::from_secs(1)).await.unwrap_err();
    assert!(matches!(error, DbError::Busy { .. }) && error.exit_code() == 3, "{error}");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    let target = owner(&db);
    let waits = tokio::spawn(async move { migrate::run(&target, "crm_worker").await });
    tokio::time::sleep(Duration::from_secs(3)).await;
    holder.rollback().await.unwrap();
    waits.await.unwrap().unwrap();
}
