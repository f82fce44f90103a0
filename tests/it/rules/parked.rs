//! Parked updates: seen by administrators, tried again once, dropped with a reason (R10).

use crmbot::crm::{Refusal, SplitRefusal, parked};
use crmbot::domain::{Group, Reason};
use crmbot::flows::dialogue::Input;
use crmbot::turn::{IncomingUpdate, UpdateKind};

use crate::support::app::{TestApp, TestUser};

const TYPED: &str = "Иван 8 912 345-67-89 Авито";

/// From now on no screen can be written: every turn fails in its last statement.
async fn break_down(app: &TestApp) {
    sqlx::raw_sql(
        "create function boom() returns trigger language plpgsql as $$ begin raise exception 'boom'; end $$;
         create trigger boom before insert on outbox for each row when (new.payload ? 'Screen') execute function boom();",
    )
    .execute(app.sql())
    .await
    .unwrap();
}

async fn mend(app: &TestApp) {
    sqlx::raw_sql("drop trigger boom on outbox; drop function boom").execute(app.sql()).await.unwrap();
}

/// Has what an operator sends parked; the code that the operator was given.
async fn parked(app: &TestApp, sender: TestUser<'_>, text: &str) -> String {
    break_down(app).await;
    sender.types(text).await;
    mend(app).await;
    let code = "select code from parked_update order by id desc limit 1";
    let code: String = sqlx::query_scalar(code).fetch_one(app.sql()).await.unwrap();
    assert!(sender.notices().pop().unwrap().contains(&code));
    code
}

async fn people(app: &TestApp) -> (TestUser<'_>, TestUser<'_>) {
    app.an_ad("Авито", "AVITO").await;
    let (anna, oleg) = (app.staff("anna", &[Group::Admins]).await, app.staff("oleg", &[Group::Operators]).await);
    oleg.types("/menu").await;
    (anna, oleg)
}

#[tokio::test]
async fn r10_a_retry_runs_as_the_senders_own_update_tells_him_and_settles_the_row() {
    let app = TestApp::new().await;
    let (anna, oleg) = people(&app).await;
    let code = parked(&app, oleg, TYPED).await;
    anna.types("/check").await.shows("Отложено сообщений: 1").shows("Oleg").shows(&code).hides("912");
    anna.taps(&code).await.shows("запечатанным").taps("Повторить").await.shows("Обработано");
    anna.shows("Отложенных сообщений нет");
    let told = oleg.notices();
    assert!(told.len() == 1 && told[0].contains("всё-таки обработано") && told[0].contains(&code), "{told:?}");
    oleg.shows("Авито").taps("Сохранить").await;
    assert_eq!(app.count("select count(*) from client").await, 1);
    let anna_id = app.staff_id(anna).await.0;
    let settled = "select settled_by from parked_update where letter is null and settled_at is not null";
    assert_eq!(app.count(settled).await, anna_id);
    assert_eq!(
        app.count("select actor_id from audit_event where action = 'retry' and entity = 'parked_update'").await,
        anna_id
    );
    anna.types("/audit").await.shows("отложенное сообщение повторено и обработано");
}

#[tokio::test(flavor = "multi_thread")]
async fn r10_r2_of_many_retries_at_once_one_takes_effect() {
    let app = TestApp::new().await;
    let (anna, oleg) = people(&app).await;
    let boris = app.staff("boris", &[Group::Admins]).await;
    let code = parked(&app, oleg, TYPED).await;
    let version = version_of(oleg).await;
    let mut many = Vec::new();
    for administrator in [anna, boris] {
        administrator.types("/check").await.taps(&code).await;
        let retry = administrator.button("Повторить");
        for _ in 0..10 {
            many.push(app.turns.clone().process(administrator.update(Input::Tap(Some(retry)))));
        }
    }
    futures::future::join_all(many).await;
    app.collect().await;
    assert_eq!(version_of(oleg).await, version + 1, "his dialogue has moved once");
    assert_eq!(oleg.notices().len(), 1);
    assert_eq!(app.count("select count(*) from audit_event where action = 'retry'").await, 1);
    assert_eq!(app.count("select count(*) from audit_event where action = 'retry_failed'").await, 0);
}

async fn version_of(user: TestUser<'_>) -> i64 {
    sqlx::query_scalar("select version from chat_session where chat_id = $1")
        .bind(user.id)
        .fetch_one(user.app.sql())
        .await
        .unwrap()
}

#[tokio::test]
async fn r10_a_retry_that_fails_again_changes_nothing_and_is_counted() {
    let app = TestApp::new().await;
    let (anna, oleg) = people(&app).await;
    let code = parked(&app, oleg, TYPED).await;
    anna.types("/check").await.taps(&code).await;
    // Only Oleg's screens fail now.
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "create function boom() returns trigger language plpgsql as $$ begin raise exception 'boom'; end $$;
         create trigger boom before insert on outbox for each row
             when (new.payload ? 'Screen' and new.chat_id = {}) execute function boom();",
        oleg.id
    )))
    .execute(app.sql())
    .await
    .unwrap();
    anna.taps("Повторить").await.shows("Снова не получилось").shows("Повторяли 1 раз");
    anna.taps("Повторить").await.shows("Повторяли 2 раза");
    assert!(oleg.notices().is_empty());
    assert_eq!(app.count("select count(*) from audit_event where action = 'retry_failed'").await, 2);
    assert_eq!(app.count("select count(*) from audit_event where action = 'retry'").await, 0);
    mend(&app).await;
    anna.taps("Повторить").await.shows("Обработано");
    assert_eq!(oleg.notices().len(), 1);
}

#[tokio::test]
async fn r10_what_was_said_to_one_screen_is_not_heard_by_another() {
    let app = TestApp::new().await;
    let (anna, oleg) = people(&app).await;
    let code = parked(&app, oleg, TYPED).await;
    oleg.types("/lead").await;
    let busy = oleg.screen();
    anna.types("/check").await.taps(&code).await.taps("Повторить").await.shows("занят другим");
    assert_eq!(oleg.screen(), busy, "what he is doing is left alone");
    oleg.types("/cancel").await;
    anna.taps("Повторить").await.shows("Обработано");
    oleg.shows("Авито");

    oleg.types("/language").await;
    break_down(&app).await;
    oleg.taps("English").await;
    mend(&app).await;
    oleg.types("/menu").await;
    anna.types("/check").await.taps("📨").await.taps("Повторить").await.shows("экране, который с тех пор изменился");
    assert_eq!(app.count("select count(*) from staff_user where language = 'en'").await, 0);
}

#[tokio::test]
async fn r10_g5_the_senders_rights_are_those_of_the_moment_and_a_former_colleague_has_none() {
    let app = TestApp::new().await;
    let (anna, oleg) = people(&app).await;
    let code = parked(&app, oleg, "/lead Иван 8 912 345-67-89").await;
    sqlx::query("update group_permission set revoked_at = now() where permission = 'client.add'")
        .execute(app.sql())
        .await
        .unwrap();
    anna.types("/check").await.taps(&code).await.taps("Повторить").await.shows("Обработано");
    oleg.hides("Сохранить").shows("нет на это права");
    let code = parked(&app, oleg, "/me").await;
    sqlx::query("update staff_user set active = false where username = 'oleg'").execute(app.sql()).await.unwrap();
    anna.types("/check").await.taps(&code).await.taps("Повторить").await.shows("больше не сотрудник");
    let code = parked(&app, anna, "/me").await;
    anna.types("/check").await.taps(&code).await.taps("Повторить").await.shows("ваше сообщение");
}

#[tokio::test]
async fn r10_g9_secrets_and_strangers_words_are_not_kept_even_sealed() {
    let app = TestApp::new().await;
    let (anna, oleg) = people(&app).await;
    let stranger = app.stranger("Stefan", "ru");
    stranger.types("/login anna").await;
    oleg.types("/password").await;
    break_down(&app).await;
    oleg.types("корова на луне").await;
    for secret in ["/login oleg", "/password", "/start code"] {
        oleg.types(secret).await;
    }
    stranger.types("корова на луне").await;
    stranger.types("8 912 345-67-89").await;
    mend(&app).await;
    let poison =
        IncomingUpdate { update_id: app.update_id(), label: "strange", kind: UpdateKind::Unreadable { visitor: None } };
    app.deliver(poison).await;
    assert_eq!(app.count("select count(*) from parked_update").await, 7);
    assert_eq!(app.count("select count(*) from parked_update where letter is not null").await, 0);
    anna.types("/check").await.shows("strange").taps("📨").await.shows("можно только убрать").hides("[🔁");
}

#[tokio::test]
async fn r10_when_the_token_has_changed_a_parked_update_can_only_be_dropped() {
    let app = TestApp::new().await;
    let (anna, oleg) = people(&app).await;
    let code = parked(&app, oleg, TYPED).await;
    sqlx::query("update parked_update set letter = letter || '\\x00'").execute(app.sql()).await.unwrap();
    anna.types("/check").await.taps(&code).await.taps("Повторить").await.shows("Токен бота").hides("[🔁");
    anna.taps("Убрать").await.types("   ").await.shows("Причина").types("токен сменили").await.shows("Убрано");
    assert!(oleg.notices().is_empty());
    let dropped = "select count(*) from audit_event where action = 'drop' and reason = 'токен сменили'";
    assert_eq!(app.count(dropped).await, 1);
    let id = app.count("select id from parked_update where settled_by is not null and letter is null").await;
    let reason = Reason::parse("ещё раз").unwrap();
    let again = app.act(anna, async |crm| parked::discard(crm, id, &reason).await.split_refusal().unwrap()).await;
    assert!(matches!(again, Err(Refusal::AlreadyDone { .. })));
    let forged = app.act(anna, async |crm| parked::retry(crm, 424_242).await.split_refusal().unwrap()).await;
    assert_eq!(forged, Err(Refusal::Gone));
    for denied in [
        app.act(oleg, async |crm| parked::discard(crm, id, &reason).await.split_refusal().unwrap()).await,
        app.act(oleg, async |crm| parked::retry(crm, id).await.split_refusal().unwrap()).await,
        app.act(oleg, async |crm| parked::failed(crm, id, None, true).await.split_refusal().unwrap()).await,
        app.act(oleg, async |crm| parked::letter(crm, id).await.split_refusal().unwrap().map(drop)).await,
    ] {
        assert_eq!(denied, Err(Refusal::Denied));
    }
}
