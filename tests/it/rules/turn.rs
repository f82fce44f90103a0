//! What every update can rely on, whatever it says.

use std::collections::BTreeSet;
use std::time::Duration;

use crmbot::db::{Pool, lease};
use crmbot::domain::Group;
use crmbot::flows::dialogue::{Input, RELEASE};
use crmbot::flows::{ButtonAction, CallbackData, Route};
use crmbot::turn::{Inbound, IncomingUpdate, Outbox, UpdateKind};
use serde_json::{Value, json};

use crate::support::app::TestApp;

#[tokio::test]
async fn a1_g1_a_stranger_gets_one_neutral_line_whatever_he_sends() {
    let app = TestApp::new().await;
    let stranger = app.stranger("Stefan", "en");
    let mut seen = BTreeSet::new();
    for text in ["/start", "hello", "/menu", "/me", "/help", "/nonsense", "/logout", "8 912 345-67-89"] {
        seen.insert(stranger.types(text).await.screen());
    }
    stranger.does(Input::Tap(CallbackData::decode("1.ome"))).await;
    stranger.does(Input::Tap(None)).await;
    seen.insert(stranger.screen());
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert!(stranger.commands().is_empty());
    assert_eq!(app.count("select count(*) from audit_event").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn r13_a_server_that_takes_no_writes_any_more_is_left_by_all_connections_at_once() {
    let app = TestApp::new().await;
    let pool = app.db.working();
    let old = backends(pool).await;
    let refused = lease::with(pool, async |connection| {
        sqlx::query("do $$ begin raise exception using errcode = '25006'; end $$").execute(connection).await
    });
    assert!(refused.await.is_err_and(|fault| fault.is_stale()));
    // R13: the new primary is reached by the next connection, not by the last of the old ones.
    assert!(old.is_disjoint(&backends(pool).await));
}

/// The server's processes behind three connections of the pool, which rest afterwards.
async fn backends(pool: &Pool) -> BTreeSet<i32> {
    let all = tokio::sync::Barrier::new(3);
    let backend = async || {
        lease::with(pool, async |connection| {
            let backend = sqlx::query_scalar("select pg_backend_pid()").fetch_one(connection).await;
            all.wait().await;
            backend
        })
        .await
    };
    futures::future::try_join_all([backend(), backend(), backend()]).await.unwrap().into_iter().collect()
}

#[tokio::test]
async fn r20_a_message_of_a_newer_version_is_left_to_it_and_holds_up_nothing() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    anna.types("/menu").await;
    let newer = "insert into outbox (chat_id, bulk, payload, claimed_by, created_at)
        values ($1, false, '{\"Hologram\": 1}', -1, now() - interval '1 minute')";
    sqlx::query(newer).bind(anna.id).execute(app.sql()).await.unwrap();
    app.sweep().await;
    app.sweep().await;
    // R20: it is there for the version that can read it, once that is back.
    assert_eq!(app.count("select count(*) from outbox where payload ? 'Hologram' and claimed_by = -2").await, 1);
    sqlx::query("delete from outbox where not payload ? 'Hologram'").execute(app.sql()).await.unwrap();
    let younger = "insert into outbox (chat_id, bulk, payload, claimed_by, created_at)
        values ($1, false, '\"Leave\"', $2, now()) returning id";
    let process = app.turns.settings.liveness.process;
    let younger = sqlx::query_scalar(younger).bind(anna.id).bind(process).fetch_one(app.sql()).await.unwrap();
    let outbox = Outbox::new(app.db.working().clone(), &app.turns.settings.liveness);
    assert!(!outbox.due(younger).await.unwrap().unwrap().behind);
}

#[tokio::test]
async fn r20_an_update_that_an_older_process_hands_over_is_taken_and_not_suspected() {
    let app = TestApp::new().await;
    let own = app.turns.settings.liveness.process;
    let update = Inbound { update_id: 70, lane: 7, raw: json!({ "update_id": 70 }) };
    app.turns.set_aside(&[&update]).await.unwrap();
    assert!(app.turns.adopt_inbound().await.unwrap().is_empty(), "what it has itself is not given to it");
    app.turns.hand_over(&update, own).await.unwrap();
    assert_eq!(app.turns.adopt_inbound().await.unwrap(), [7]);
    assert!(app.turns.adopt_inbound().await.unwrap().is_empty());
    let waiting = app.turns.waiting_inbound(7, 10).await.unwrap();
    // R16: no process has died over it.
    assert!(matches!(&waiting[..], [(Inbound { update_id: 70, .. }, false)]));
}

#[tokio::test]
async fn r4_what_a_dead_process_has_left_in_the_inbox_is_adopted_whole_or_not_yet() {
    let app = TestApp::new().await;
    let update = |update_id| Inbound { update_id, lane: 7, raw: json!({ "update_id": update_id }) };
    app.turns.set_aside(&[&update(70), &update(71), &update(72), &update(73)]).await.unwrap();
    sqlx::query("update inbound_update set claimed_by = -1").execute(app.sql()).await.unwrap();
    let mut other = app.sql().begin().await.unwrap();
    sqlx::query("select from inbound_update where update_id = 70 for update").execute(&mut *other).await.unwrap();
    let turns = app.turns.clone();
    let adoption = tokio::spawn(async move { turns.adopt_inbound().await.unwrap() });
    let waits = "select count(*) from pg_locks join pg_stat_activity using (pid)
        where datname = current_database() and not granted";
    while app.count(waits).await == 0 {
        assert!(!adoption.is_finished(), "without the first row, the second would be taken before it");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    other.rollback().await.unwrap();
    assert_eq!(adoption.await.unwrap(), [7]);
    let ids = async || {
        app.turns.waiting_inbound(7, 10).await.unwrap().iter().map(|(update, _)| update.update_id).collect::<Vec<_>>()
    };
    // R4: none of them is missing from what is read in their order.
    assert_eq!(ids().await, [70, 71, 72, 73]);
    sqlx::query("update inbound_update set claimed_by = -1 where update_id = 72").execute(app.sql()).await.unwrap();
    app.turns.set_aside(&[&update(72)]).await.unwrap();
    // R4: what a dead process has written late and Telegram delivers again keeps its place.
    assert_eq!(ids().await, [70, 71, 72, 73]);
}

#[tokio::test]
async fn r20_a_screen_of_a_newer_release_is_not_drawn_by_an_older_one() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    anna.types("/menu").await;
    let newer = json!({ "stack": [{ "Hologram": {} }], "release": RELEASE + 1 });
    sqlx::query("update chat_session set dialogue = $1, updated_at = now() - interval '10 minutes'")
        .bind(&newer)
        .execute(app.sql())
        .await
        .unwrap();
    sqlx::query("update heartbeat set resumed_at = now() - interval '1 minute'").execute(app.sql()).await.unwrap();
    assert_eq!(app.turns.redraw_after_outage().await.unwrap(), 0);
    let kept: Value = sqlx::query_scalar("select dialogue from chat_session").fetch_one(app.sql()).await.unwrap();
    assert_eq!(kept, newer);
}

#[tokio::test(flavor = "multi_thread")]
async fn r2_an_update_delivered_many_times_at_once_takes_effect_once() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    anna.types("/language").await;
    let tap = anna.update(Input::Tap(Some(anna.button("English"))));
    let many = (0..20).map(|_| app.turns.clone().process(tap.clone()));
    futures::future::join_all(many).await;
    app.collect().await;
    assert_eq!(app.count("select version from chat_session").await, 2);
    anna.shows("I speak English");
}

#[tokio::test(flavor = "multi_thread")]
async fn r3_a_hundred_copies_of_a_tap_have_one_effect_and_all_are_answered() {
    let app = TestApp::new().await;
    app.superuser("boss").await;
    let anna = app.superuser("anna").await;
    anna.types("/logout").await;
    let yes = anna.button("Да");
    let many = (0..100).map(|_| app.turns.clone().process(anna.update(Input::Tap(Some(yes)))));
    futures::future::join_all(many).await;
    app.collect().await;
    let ended = app.count("select count(*) from audit_event where action = 'logout'").await;
    assert_eq!(ended, 1);
    assert!(anna.answer().is_some());
}

#[tokio::test]
async fn r3_e6_a_stale_tap_changes_nothing_and_shows_the_present_state() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    anna.types("/language").await;
    let old = anna.button("English");
    anna.types("/me").await.shows("Логин: anna");
    anna.does(Input::Tap(Some(old))).await.shows("Логин: anna").hears("изменился");
    assert!(anna.answer().unwrap().1, "an alert");
}

#[tokio::test]
async fn the_second_tap_on_a_button_is_told_what_the_first_one_did() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    anna.types("/language").await;
    let english = anna.button("English");
    anna.does(Input::Tap(Some(english))).await.hears("I speak English");
    anna.does(Input::Tap(Some(english))).await.hears("Already done at 12:00");
}

#[tokio::test]
async fn e5_a_form_goes_on_or_is_cancelled_hours_later_and_has_made_no_half_record() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let rows = "select (select count(*) from client) + (select count(*) from touch)";
    oleg.types("/lead").await.types("8 912 345-67-89").await.types("Иван").await;
    app.passes(chrono::Duration::hours(30));
    assert_eq!(app.count(rows).await, 0);
    oleg.taps("Авито").await.taps("Сохранить").await.shows("Лид сохранён");
    assert_eq!(app.count(rows).await, 2);
    oleg.types("/lead").await.types("8 912 345-67-80").await.types("Пётр").await;
    app.passes(chrono::Duration::hours(30));
    oleg.types("/cancel").await.shows("Ничего не сохранено");
    assert_eq!(app.count(rows).await, 2);
}

#[tokio::test]
async fn back_home_and_cancel_work_everywhere() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    anna.types("/me").await.taps("Пароль").await.shows("Новый пароль");
    anna.types("коротко").await.shows("Слишком короткий").shows("Новый пароль");
    anna.taps("Отмена").await.shows("что делаем");
    anna.types("/cancel").await.shows("Отменять было нечего");
    anna.types("/me").await.taps("Язык").await.taps("Назад").await.shows("Логин: anna");
    anna.taps("В начало").await.shows("что делаем");
}

#[tokio::test]
async fn a6_whoever_is_blocked_has_no_access_from_that_moment() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    anna.types("/me").await;
    sqlx::query("update staff_user set active = false where username = 'anna'").execute(app.sql()).await.unwrap();
    anna.taps("Язык").await.shows("Здравствуйте").hides("anna");
    assert!(anna.commands().is_empty(), "the command menu is gone too");
}

#[tokio::test]
async fn g6_forged_buttons_open_nothing_without_the_right() {
    let app = TestApp::new().await;
    let oleg = app.staff("oleg", &[]).await;
    oleg.types("/menu").await;
    for &kind in crmbot::flows::route::ScreenId::ALL {
        for version in [CallbackData::NOTICE, app.count("select version from chat_session").await] {
            let press = ButtonAction::Open(Route::of(kind, 424_242));
            oleg.does(Input::Tap(Some(CallbackData { version, press }))).await;
        }
    }
    assert_eq!(app.count("select count(*) from parked_update").await, 0);
    oleg.types("/menu").await.shows("что делаем");
}

#[tokio::test]
async fn r10_what_cannot_be_understood_is_parked_once_and_stops_nobody() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    let poison =
        IncomingUpdate { update_id: app.update_id(), label: "unknown", kind: UpdateKind::Unreadable { visitor: None } };
    app.deliver(poison.clone()).await;
    app.deliver(poison).await;
    assert_eq!(app.count("select count(*) from parked_update").await, 1);
    anna.types("/menu").await.shows("что делаем");
}

#[tokio::test]
async fn g7_groups_are_left_without_a_word() {
    let app = TestApp::new().await;
    let update =
        IncomingUpdate { update_id: app.update_id(), label: "message", kind: UpdateKind::Foreign { chat_id: -100 } };
    app.deliver(update).await;
    assert_eq!(app.count("select count(*) from outbox where payload = '\"Leave\"'").await, 1);
    assert_eq!(app.count("select count(*) from outbox").await, 1);
}

#[tokio::test]
async fn r5_when_a_write_fails_nothing_of_the_turn_is_kept_and_the_person_is_told_a_code() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    anna.types("/language").await;
    let before = app.count("select version from chat_session").await;
    // The last write of the turn fails: everything before it has to go too.
    sqlx::raw_sql(
        "create function boom() returns trigger language plpgsql as $$ begin raise exception 'boom'; end $$;
         create trigger boom before insert on outbox for each row when (new.payload ? 'Screen') execute function boom();",
    )
    .execute(app.sql())
    .await
    .unwrap();
    anna.taps("English").await;
    assert_eq!(app.count("select count(*) from staff_user where language = 'en'").await, 0);
    assert_eq!(app.count("select version from chat_session").await, before);
    let notice = anna.notices().pop().unwrap();
    let code = sqlx::query_scalar::<_, String>("select code from parked_update").fetch_one(app.sql()).await.unwrap();
    assert!(notice.contains(&code), "{notice}");
    sqlx::raw_sql("drop trigger boom on outbox").execute(app.sql()).await.unwrap();
    anna.taps("English").await.shows("I speak English");
}

#[tokio::test]
async fn r11_a_passing_fault_of_the_database_is_tried_again_and_leaves_no_open_transaction() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    sqlx::raw_sql(
        "create sequence tries;
         create function shaky() returns trigger language plpgsql as $$ declare code text; begin
             code := (array['40001', '25006', '40P01'])[nextval('tries')::int];
             if code is not null then raise exception using errcode = code, message = 'this passes'; end if;
             return new;
         end $$;
         grant usage on sequence tries to crmbot_app;
         create trigger shaky before insert on outbox for each row execute function shaky();",
    )
    .execute(app.sql())
    .await
    .unwrap();
    anna.types("/me").await.shows("Логин: anna");
    assert_eq!(app.count("select count(*) from parked_update").await, 0);
    let idle = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in%'";
    assert_eq!(app.count(idle).await, 0);
}

#[tokio::test]
async fn g14_rows_that_have_served_are_deleted_in_their_time() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    anna.types("/me").await;
    let now = app.now();
    assert_eq!(crmbot::jobs::tidy(app.db.working(), now + chrono::Duration::hours(71)).await.unwrap(), 0);
    assert_eq!(crmbot::jobs::tidy(app.db.working(), now + chrono::Duration::hours(73)).await.unwrap(), 1);
}

#[tokio::test]
async fn g14_what_a_message_was_about_is_kept_for_thirty_days_and_on_a_living_screen_for_as_long_as_it_lives() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("8 912 345-67-89 Авито").await.taps("Сохранить").await;
    let about = "select count(*) from sent_about where kind = 'card' and client_id = 1";
    assert_eq!(app.count(about).await, 1);
    oleg.taps("В начало").await;
    assert_eq!(app.count(about).await, 0, "the message shows him no more");
    oleg.types("6789").await;
    oleg.types("/menu").await;
    oleg.types("6789").await.shows("№1");
    assert_eq!(app.count(about).await, 2, "the card above is still his");
    let now = chrono::Utc::now();
    crmbot::jobs::tidy(app.db.working(), now + chrono::Duration::days(29)).await.unwrap();
    assert_eq!(app.count(about).await, 2);
    crmbot::jobs::tidy(app.db.working(), now + chrono::Duration::days(31)).await.unwrap();
    assert_eq!(app.count(about).await, 1, "the living one");
}
