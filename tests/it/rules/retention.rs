//! How long rows are kept (G14), and what the application may delete of what it may not delete otherwise (G12).

use chrono::{Duration, Utc};
use crmbot::domain::Group;
use sqlx::{AssertSqlSafe, Connection as _};

use crate::support::app::TestApp;

/// Kinds of rows: the period, how many rows there are, and how a row of an age is made. `{at}` is the moment.
const KINDS: &[(&str, &str, &str)] = &[
    ("72 hours", "select count(*) from seen_update", "insert into seen_update (bot_id, update_id, seen_at) values (1, {n}, {at})"),
    ("14 days", "select count(*) from parked_update",
     "insert into parked_update (bot_id, update_id, kind, code, fault, parked_at) values (1, {n}, 'x', 'A', 'f', {at})"),
    ("14 days", "select count(*) from chat_session where dialogue <> '{}'",
     "insert into chat_session (chat_id, dialogue, user_id, updated_at)
      select chat_id, '{\"stack\": [{\"Find\": {\"text\": \"Канарейкин\"}}]}', user_id, {at} from telegram_link where user_id = {n}
      on conflict (chat_id) do update set dialogue = excluded.dialogue, updated_at = excluded.updated_at"),
    ("30 days", "select count(*) from sent_about", "insert into sent_about (chat_id, message_id, kind, client_id, sent_at) values (9, {n}, 'told', 1, {at})"),
    ("7 days", "select count(*) from amendment", "insert into amendment (chat_id, kind, client_id, outbox_id, markup, made_at) values (9, 'told', {n}, 1, '{}', {at})"),
    ("7 days", "select count(*) from inbound_update", "insert into inbound_update (bot_id, update_id, lane, body, claimed_by, received_at) values (1, {n}, 9, '', 1, {at})"),
    ("7 days", "select count(*) from file_job", "insert into file_job (bot_id, update_id, chat_id, letter, claimed_by, created_at) values (1, {n}, 9, '', 1, {at})"),
    ("7 days", "select count(*) from update_attempt", "insert into update_attempt (bot_id, update_id, process_id, trying, first_at) values (1, {n}, 1, false, {at})"),
    ("30 days", "select count(*) from login_guess", "insert into login_guess (telegram_id, login_hash, failures, last_at) values ({n}, sha256('a'), 1, {at})"),
    ("30 days", "select count(*) from login_attempt", "insert into login_attempt (telegram_id, failures, last_at) values ({n}, 1, {at})"),
    ("30 days", "select count(*) from chat_session where user_id is null", "insert into chat_session (chat_id, updated_at) values (8000 + {n}, {at})"),
    ("7 days", "select count(*) from document", "insert into document (file_name, mime, size, sha256, bytes, stored_at, created_at, created_by)
      values ('passport.pdf', 'application/pdf', 1, sha256('a'), 'a', {at}, {at}, 0)"),
    ("400 days", "select count(*) from audit_event where action in ('view_phone', 'find_phone', 'view_card')",
     "insert into audit_event (at, actor_id, action, entity, entity_id, after) values ({at}, 0, (array['view_phone', 'find_phone', 'view_card'])[{n}], 'client', 1, '{}')"),
    ("30 days", "select count(*) from audit_event where action = 'login_failed' and after ? 'telegram_id'",
     "insert into audit_event (at, actor_id, action, entity, entity_id, after)
      values ({at}, 0, 'login_failed', 'staff', 1, '{\"telegram_id\": 900{n}, \"failures\": 7}')"),
    ("400 days", "select count(*) from notice_sent", "insert into notice_sent (kind, subject_id, period, sent_at) values ('lead', {n}, 'day', {at})"),
];

async fn arrange(app: &TestApp, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(app.sql()).await.unwrap();
}

async fn count(app: &TestApp, sql: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(app.sql()).await.unwrap()
}

#[tokio::test]
async fn g14_every_kind_of_row_ends_in_its_time_and_not_before() {
    let app = TestApp::new().await;
    app.staff("anna", &[Group::Admins]).await;
    app.staff("oleg", &[Group::Operators]).await;
    // What is no look stays as long as the log does.
    arrange(&app, "insert into audit_event (at, actor_id, action) values (now() - interval '9 years', 0, 'edit')")
        .await;
    for (period, rows, write) in KINDS {
        for (number, age) in [(1, "+ interval '1 hour'"), (2, "- interval '1 hour'")] {
            let at = format!("(now() - interval '{period}' {age})");
            arrange(&app, &write.replace("{n}", &number.to_string()).replace("{at}", &at)).await;
        }
        assert_eq!(count(&app, rows).await, 2, "{rows}");
    }
    arrange(&app, "insert into chat_screen (chat_id, message_id) values (8001, 1), (8002, 1), (9999, 1)").await;
    crmbot::jobs::tidy(app.db.working(), Utc::now()).await.unwrap();
    for (period, rows, _) in KINDS {
        // G14: what is older than its period is gone, what is younger is there
        assert_eq!(count(&app, rows).await, 1, "{period}: {rows}");
    }
    // G14: nor is anything kept of a stranger's screen
    assert_eq!(app.count("select sum(chat_id)::bigint from chat_screen").await, 8001);
    assert_eq!(app.count("select count(*) from audit_event where action = 'edit'").await, 1);
    let guesses = "select count(*) from audit_event where action = 'login_failed' and after ->> 'failures' = '7'";
    // G12: that a login was guessed at stays in the log
    assert_eq!(app.count(guesses).await, 2);
    // E5: the draft has ended clearly: its buttons are of an older screen
    assert_eq!(
        app.count("select count(*) from chat_session where user_id = 2 and dialogue = '{}' and version = 1").await,
        1
    );
}

#[tokio::test]
async fn g14_a_file_is_an_orphan_only_when_nothing_names_it() {
    let app = TestApp::new().await;
    let maria = app.staff("maria", &[Group::Managers]).await;
    arrange(
        &app,
        "insert into client (phone, phone_raw, created_at, created_by) values ('+79215550147', '1', now(), 0);
         insert into service (title, price, created_at, created_by) values ('SEO', 1, now(), 0);
         insert into touch (client_id, ad_id, happened_at, local_day, created_at, created_by)
         select 1, id, now(), current_date, now(), 0 from ad;
         insert into document (file_name, mime, size, sha256, bytes, stored_at, created_at, created_by)
         select n || '.pdf', 'application/pdf', 1, sha256('a'), 'a', now(), now() - interval '8 days', 0 from generate_series(1, 5) n;
         insert into contract (client_id, touch_id, title, service_id, amount, signed_on, starts_on, ends_on, document_id, created_at, created_by)
         values (1, 1, 'SEO', 1, 5, current_date, current_date, current_date, 1, now(), 0);
         insert into note (client_id, author_id, text, attachment_id, at) values (1, 0, 'scan', 2, now());
         insert into audit_event (at, actor_id, action, entity, entity_id, before) values (now(), 0, 'attach', 'contract', 1, '{\"document\": 3}')",
    )
    .await;
    maria.types("/menu").await;
    arrange(
        &app,
        "update chat_session set dialogue = '{\"stack\": [{\"ContractNew\": {\"form\": {\"document\": [4, \"4.pdf\"]}}}]}', updated_at = now()",
    )
    .await;
    crmbot::jobs::tidy(app.db.working(), Utc::now()).await.unwrap();
    let names: Vec<String> =
        sqlx::query_scalar("select file_name from document order by id").fetch_all(app.sql()).await.unwrap();
    // G14: a contract, a note, a contract's past and an open draft keep their files
    assert_eq!(names, ["1.pdf", "2.pdf", "3.pdf", "4.pdf"]);
}

#[tokio::test]
async fn g14_a_table_that_is_locked_does_not_keep_the_others_from_being_tidied_up() {
    let app = TestApp::new().await;
    for (period, _, write) in
        KINDS.iter().filter(|(_, rows, _)| rows.contains("seen_update") || rows.contains("notice_sent"))
    {
        let at = format!("(now() - interval '{period}' - interval '1 hour')");
        arrange(&app, &write.replace("{n}", "1").replace("{at}", &at)).await;
    }
    let mut busy = app.sql().acquire().await.unwrap();
    let mut busy = busy.begin().await.unwrap();
    sqlx::raw_sql("lock table parked_update in access exclusive mode").execute(&mut *busy).await.unwrap();
    assert!(crmbot::jobs::tidy(app.db.working(), Utc::now()).await.is_err(), "it is told");
    busy.rollback().await.unwrap();
    // G14: the tables before and after it were
    assert_eq!(app.count("select (select count(*) from seen_update) + (select count(*) from notice_sent)").await, 0);
    crmbot::jobs::tidy(app.db.working(), Utc::now()).await.unwrap();
}

#[tokio::test]
async fn g14_outdated_rows_go_in_batches() {
    let app = TestApp::new().await;
    arrange(&app, "insert into seen_update (bot_id, update_id, seen_at) select 1, n, now() - interval '9 days' from generate_series(1, 12000) n").await;
    assert_eq!(crmbot::jobs::tidy(app.db.working(), Utc::now()).await.unwrap(), 12_000);
}

#[tokio::test]
async fn g12_the_owners_functions_delete_nothing_younger_whoever_calls_them() {
    let app = TestApp::new().await;
    arrange(
        &app,
        "insert into audit_event (at, actor_id, action, entity, entity_id) values
             (now() - interval '399 days', 0, 'view_phone', 'client', 1), (now() - interval '9 years', 0, 'edit', 'client', 1)",
    )
    .await;
    for function in ["delete_old_looks", "delete_old_marks", "delete_orphan_files", "delete_old_login_attempts"] {
        let gone: i64 = sqlx::query_scalar(AssertSqlSafe(format!("select {function}(1000)")))
            .fetch_one(app.db.pool())
            .await
            .unwrap();
        assert_eq!(gone, 0, "{function}");
        let public =
            format!("select has_function_privilege('public', '{function}(integer)', 'execute')::integer::bigint");
        assert_eq!(count(&app, &public).await, 0, "{function}");
    }
    assert_eq!(app.count("select count(*) from audit_event").await, 2);
    sqlx::query("delete from audit_event").execute(app.db.pool()).await.unwrap_err();
}

#[tokio::test]
async fn g14_the_last_screen_of_who_has_lost_access_keeps_no_data_and_no_buttons() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    for (username, name, button) in [("oleg", "Oleg", "Заблокировать"), ("olga", "Olga", "Отвязать Telegram")]
    {
        let who = app.staff(username, &[Group::Operators]).await;
        who.types("Иван Канарейкин 8 912 345-67-89 с авито").await.shows("Канарейкин");
        anna.types("/staff").await.taps(name).await.taps(button).await.taps("Да").await;
        // G14, A6: the screen is the one that every stranger gets
        who.shows("Здравствуйте").hides("Канарейкин");
        assert!(who.buttons().is_empty(), "{username}: {:?}", who.buttons());
    }
    let maria = app.english("maria", &[Group::Operators]).await;
    maria.types("Ivan Kanareykin 8 912 345-67-80").await.shows("Kanareykin");
    maria.types("/logout").await.taps("Yes").await.hides("Kanareykin");
    assert!(maria.buttons().is_empty());
    let boris = app.english("boris", &[Group::Operators]).await;
    boris.types("Ivan Kanareykin 8 912 345-67-80").await.shows("Kanareykin");
    let hash = crmbot::turn::hash_password(&crmbot::flows::Secret("four words in a row".to_owned())).unwrap();
    sqlx::query("update staff_user set password_hash = $1 where username = 'boris'")
        .bind(hash)
        .execute(app.sql())
        .await
        .unwrap();
    app.stranger("phone", "en").goes(&["/login boris", "four words in a row", "[Yes]"]).await.shows("Welcome");
    // A13: nor does the account that a link was moved from
    boris.hides("Kanareykin");
    app.passes(Duration::minutes(1));
    assert!(boris.markup().unwrap().rows.is_empty());
}
