//! The working role's rights in detail: other databases, columns, the audit log behind access (G12).

use std::time::Duration;

use crmbot::db::{DbError, Target, lease, migrate, pool};
use sqlx::Connection as _;

use super::fixture::run;
use crate::support::db::TestDb;
use crate::support::pooler;

const DENIED: &str = "42501";

fn owner(db: &TestDb) -> Target {
    Target::parse("DATABASE_OWNER_URL", &db.owner_url()).unwrap()
}

#[tokio::test]
async fn g12_the_worker_of_one_database_cannot_enter_another() {
    let (ours, theirs) = (TestDb::empty().await, TestDb::empty().await);
    // It stays, as the tests' other logins do.
    let neighbour = "crm_neighbour";
    let made = run(ours.owner(), "create role crm_neighbour login noinherit").await;
    assert!(made.is_ok() || made == Err("42710".to_owned()), "{made:?}");
    migrate::run(&owner(&ours), "crm_worker").await.unwrap();
    migrate::run(&owner(&theirs), neighbour).await.unwrap();
    let enter = async |db: &TestDb, login: &str| {
        let url = db.url().replace("user=crm_worker", &format!("user={login}"));
        let target = Target::parse("DATABASE_URL", &url).unwrap();
        let pool = pool::connect(&target, &pool::Settings::default()).await?;
        let mut connection = lease::detached(&pool).await.unwrap();
        sqlx::query("select count(*) from client").execute(&mut connection).await?;
        Ok::<_, DbError>(())
    };
    for (db, login, may) in [
        (&ours, "crm_worker", true),
        (&theirs, "crm_worker", false),
        (&ours, neighbour, false),
        (&theirs, neighbour, true),
    ] {
        match enter(db, login).await {
            Ok(()) => assert!(may, "{login} has entered the other database"),
            Err(error) => assert!(!may && matches!(error, DbError::NotAllowed { .. }), "{login}: {error}"),
        }
    }
}

#[tokio::test]
async fn g12_what_was_written_once_is_not_the_roles_to_change() {
    let db = TestDb::new().await;
    let frozen =
        ["id", "created_at", "created_by", "username", "code_hash", "is_superuser", "authz_epoch", "password_epoch"];
    let changeable: Vec<(String, String)> = sqlx::query_as(
        "select c.relname::text, a.attname::text from pg_class c join pg_attribute a on a.attrelid = c.oid
          where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
            and has_column_privilege('crmbot_app', c.oid, a.attnum, 'update')
            and not has_table_privilege('crmbot_app', c.oid, 'delete')",
    )
    .fetch_all(db.owner())
    .await
    .unwrap();
    assert!(changeable.len() > 50, "{changeable:?}");
    for (table, column) in changeable {
        assert!(!frozen.contains(&column.as_str()), "{table}.{column}");
        assert!(!["document", "audit_event"].contains(&table.as_str()), "{table}.{column}");
        // Of a group its creation can be undone, and nothing else.
        assert!(table != "user_group" || ["voided_at", "version"].contains(&column.as_str()), "{column}");
    }
    for command in [
        "update staff_user set is_superuser = true",
        "update staff_user set created_at = now()",
        "update document set bytes = ''",
        "update contract set created_by = 0",
        "update client set created_at = now()",
        "do 'begin lock table client in access exclusive mode; end'",
        "insert into staff_user (username, full_name, is_superuser, created_at, created_by) values ('eve', 'Eve', true, now(), 0)",
    ] {
        assert_eq!(run(db.pool(), command).await.unwrap_err(), DENIED, "{command}");
    }
    let superuser = "insert into staff_user (username, full_name, is_superuser, created_at, created_by) values ('eva', 'Eva', true, now(), 0)";
    assert_eq!(run(db.owner(), superuser).await, Ok(1), "the owner makes superusers");
}

#[tokio::test]
async fn g12_the_moment_of_an_entry_in_the_log_is_the_servers() {
    let db = TestDb::new().await;
    let forged =
        "insert into audit_event (at, recorded_at, actor_id, action) values ('2020-01-01', '2020-01-01', 0, 'forged')";
    assert_eq!(run(db.pool(), forged).await.unwrap_err(), DENIED);
    run(db.pool(), "insert into audit_event (at, actor_id, action) values ('2020-01-01', 0, 'dated back')")
        .await
        .unwrap();
    let kept =
        "select count(*) from audit_event where action = 'dated back' and recorded_at > now() - interval '1 minute'";
    assert_eq!(sqlx::query_scalar::<_, i64>(kept).fetch_one(db.owner()).await.unwrap(), 1);
}

#[tokio::test]
async fn g12_no_password_link_or_invite_changes_without_an_entry_in_the_log() {
    let db = TestDb::new().await;
    let anna = "insert into staff_user (username, full_name, created_at, created_by) values ('anna', 'Anna', now(), 0)";
    run(db.pool(), anna).await.unwrap();
    run(db.owner(), "insert into telegram_link (telegram_id, chat_id, user_id, linked_at) values (7, 7, 1, now())")
        .await
        .unwrap();
    let entry =
        "insert into audit_event (at, actor_id, action, entity, entity_id) values (now(), 0, 'test', 'staff', 1)";
    let of_another = entry.replace("'staff', 1", "'staff', 0");
    for change in [
        "update staff_user set password_hash = 'x' where id = 1",
        "update staff_user set password_hash = null where id = 1",
        "update telegram_link set unlinked_at = now()",
        "insert into telegram_link (telegram_id, chat_id, user_id, linked_at) values (8, 8, 1, now())",
        "insert into invite (code_hash, user_id, expires_at, created_at, created_by)
         values (sha256('1'), 1, now() + interval '1 day', now(), 0)",
        "update invite set revoked_at = now()",
    ] {
        // An entry of before does not count, nor one about another person; nor does the login behind the role get by.
        run(db.pool(), entry).await.unwrap();
        for with in ["select 1", of_another.as_str(), "reset role"] {
            let mut connection = db.pool().acquire().await.unwrap();
            let mut transaction = connection.begin().await.unwrap();
            for statement in [change, with] {
                sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut *transaction).await.unwrap();
            }
            let refused = transaction.commit().await.unwrap_err();
            let code = refused.as_database_error().and_then(|said| said.code().map(|code| code.into_owned()));
            assert_eq!(code.as_deref(), Some(DENIED), "{change}; {with}");
            drop(connection.detach());
        }
        assert_eq!(run(db.pool(), &format!("with entry as ({entry}) {change}")).await, Ok(1), "{change}");
    }
}

#[tokio::test]
async fn g12_a_pooler_of_transactions_is_refused_at_the_start() {
    let db = TestDb::new().await;
    let address = pooler::start(db.socket_folder()).await;
    let url = format!("{}?sslmode=disable", db.url_through(address));
    let target = Target::parse("DATABASE_URL", &url).unwrap();
    let error = pool::connect(&target, &pool::Settings::default()).await.err().unwrap();
    assert!(matches!(error, DbError::Pooled { .. }) && error.exit_code() == 2, "{error}");
    assert!(error.to_string().starts_with("DATABASE_URL: "), "{error}");
    // The owner's connection too, before anything is migrated.
    let empty = TestDb::empty().await;
    let address = pooler::start(empty.socket_folder()).await;
    let url = empty.url_through(address).replace("crm_worker", "crm_owner");
    let target = Target::parse("DATABASE_OWNER_URL", &format!("{url}?sslmode=disable")).unwrap();
    let error = migrate::run(&target, "crm_worker").await.unwrap_err();
    assert!(matches!(error, DbError::Pooled { variable: "DATABASE_OWNER_URL", .. }), "{error}");
}

#[tokio::test]
async fn a_process_that_hangs_while_it_migrates_is_waited_for_and_told_of() {
    let db = TestDb::empty().await;
    let mut hanging = db.owner().acquire().await.unwrap();
    sqlx::query("select pg_advisory_lock($1)").bind(0x6372_6d62_6f74_0001_i64).execute(&mut *hanging).await.unwrap();
    let error = migrate::run_within(&owner(&db), "crm_worker", Duration::from_secs(1)).await.unwrap_err();
    assert!(matches!(error, DbError::Migrating { .. }) && error.exit_code() == 3, "{error}");
    hanging.close().await.unwrap();
    migrate::run(&owner(&db), "crm_worker").await.unwrap();
}
