//! The ways in: passwords end with access (A15), guesses are counted, logged and told (A16), questions about secrets end and
//! keep nothing (A17), and nothing that was sent as a secret stays (A18).

mod guesses;
mod questions;

use chrono::Duration;
use crmbot::crm::{SplitRefusal, access};
use crmbot::domain::Group;
use crmbot::flows::Secret;
use crmbot::turn::hash_password;

use crate::support::app::{TestApp, TestUser};
use crate::support::invites::codes;

const RIGHT: &str = "четыре слова подряд тут";

/// Gives an account a password.
async fn password(app: &TestApp, username: &str) {
    let hash = hash_password(&Secret(RIGHT.to_owned())).unwrap();
    sqlx::query("update staff_user set password_hash = $2 where username = $1")
        .bind(username)
        .bind(hash)
        .execute(app.sql())
        .await
        .unwrap();
}

/// A linked operator with a password.
async fn operator(app: &TestApp) -> TestUser<'_> {
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    password(app, "oleg").await;
    oleg
}

/// Tries the right password from a Telegram account of its own.
async fn tries(app: &TestApp, username: &str, password: &str) -> String {
    let stranger = app.stranger("stranger", "ru");
    stranger.types(&format!("/login {username}")).await.types(password).await.screen()
}

const PASSWORDS: &str = "select count(*) from staff_user where username = 'oleg' and password_hash is not null";
const REMOVED: &str = "select count(*) from audit_event where action = 'password_removed' and entity = 'staff'";

/// The administrator takes something away; then neither it nor an invite or an unblocking afterwards lets the old password in.
async fn taken_away(way: &str, question: &str) {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let oleg = operator(&app).await;
    anna.types("/staff").await.taps("Oleg").await.shows("Пароль: установлен");
    anna.taps(way).await.shows(question).taps("Да").await;
    assert_eq!((app.count(PASSWORDS).await, app.count(REMOVED).await), (0, 1));
    assert!(tries(&app, "oleg", RIGHT).await.contains("неверны"));
    // Who is still inside is told.
    let inside = ["Новое приглашение", "Убрать пароль"].contains(&way);
    assert_eq!(oleg.notices().iter().any(|notice| notice.contains("убрал ваш пароль")), inside);
    anna.types("/staff").await.taps("Oleg").await.shows("Пароль: не установлен");
    assert!(!anna.has_button("Убрать пароль"));
    if way == "Заблокировать" {
        anna.taps("Разблокировать").await.taps("Да").await.hears("Доступ возвращён");
        assert!(tries(&app, "oleg", RIGHT).await.contains("неверны"));
    }
    anna.taps("Новое приглашение").await;
    let code = codes(&anna.screen()).pop().unwrap();
    app.stranger("oleg", "ru").types(&format!("/start {code}")).await.taps("Да").await.shows("Вы вошли");
    assert!(tries(&app, "oleg", RIGHT).await.contains("неверны"));
}

#[tokio::test]
async fn a15_unlinking_takes_the_password_along() {
    taken_away("Отвязать Telegram", "и пароль прекратят").await;
}

#[tokio::test]
async fn a15_a_new_invite_takes_the_password_along() {
    taken_away("Новое приглашение", "пароль сразу перестанет").await;
}

#[tokio::test]
async fn a15_a_block_takes_the_password_along() {
    taken_away("Заблокировать", "вместе с паролем").await;
}

#[tokio::test]
async fn a15_a_password_is_removed_on_the_card_after_a_question() {
    taken_away("Убрать пароль", "Убрать пароль: Oleg").await;
}

#[tokio::test]
async fn a15_no_to_the_question_keeps_password_and_access() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let oleg = operator(&app).await;
    anna.types("/staff").await.taps("Oleg").await;
    for button in ["Новое приглашение", "Убрать пароль", "Заблокировать"] {
        anna.taps(button).await.taps("Нет").await.shows("Пароль: установлен");
    }
    assert_eq!(app.count(PASSWORDS).await, 1);
    assert_eq!(app.count("select count(*) from invite").await, 0);
    oleg.types("/me").await.shows("Логин: oleg");
}

#[tokio::test]
async fn a15_access_and_password_go_in_one_transaction_or_not_at_all() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let oleg = operator(&app).await;
    sqlx::raw_sql(
        "create function no_log() returns trigger language plpgsql as $$ begin raise exception 'no log'; end $$;
         create trigger no_log before insert on audit_event for each row
             when (new.action = 'password_removed') execute function no_log();",
    )
    .execute(app.sql())
    .await
    .unwrap();
    for (button, yes) in [("Отвязать Telegram", "Да"), ("Заблокировать", "Да"), ("Новое приглашение", "Да")]
    {
        anna.types("/staff").await.taps("Oleg").await.taps(button).await.taps(yes).await;
    }
    assert_eq!(app.count("select count(*) from parked_update").await, 3);
    assert_eq!(app.count(PASSWORDS).await, 1);
    assert_eq!(app.count("select count(*) from staff_user where not active and id > 0").await, 0);
    assert_eq!(app.count("select count(*) from invite").await, 0);
    oleg.types("/me").await.shows("Логин: oleg");
}

#[tokio::test]
async fn a15_a_password_that_was_set_while_an_invite_was_open_ends_when_it_is_taken() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let thief = app.staff("oleg", &[Group::Operators]).await;
    anna.types("/staff").await.taps("Oleg").await.taps("Новое приглашение").await;
    let code = codes(&anna.screen()).pop().unwrap();
    thief.types("/password").await.types(RIGHT).await.types(RIGHT).await.shows("Пароль установлен");
    let oleg = app.stranger("oleg", "ru");
    oleg.types(&format!("/start {code}")).await.taps("Да").await.shows("Вы вошли");
    assert_eq!(app.count(PASSWORDS).await, 0);
    assert!(tries(&app, "oleg", RIGHT).await.contains("неверны"));
    oleg.types("/me").await.shows("Логин: oleg");
}

#[tokio::test]
async fn a15_the_last_administrator_does_not_take_their_own_access_away() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let me = app.staff_id(anna).await;
    let revoke = async || app.act(anna, async |crm| access::revoke_link(crm, me).await.split_refusal().unwrap()).await;
    assert_eq!(revoke().await, Err(crmbot::crm::Refusal::LastAdministrator));
    anna.types("/me").await.shows("Логин: anna");
    app.superuser("boss").await;
    assert_eq!(revoke().await, Ok(()));
}

#[tokio::test]
async fn g14_drafts_of_who_has_lost_access_go_at_once() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let drafts = "select count(*) from chat_session where dialogue::text like '%Канарейкин%'";
    let draft = async |who: TestUser<'_>| {
        who.types("Иван Канарейкин 8 912 345-67-89 с авито").await.shows("Канарейкин");
        assert_eq!(app.count(drafts).await, 1);
    };
    for button in ["Отвязать Telegram", "Заблокировать"] {
        let name = if button == "Заблокировать" { "oleg" } else { "olga" };
        let who = app.staff(name, &[Group::Operators]).await;
        draft(who).await;
        anna.types("/staff").await.taps(if name == "oleg" { "Oleg" } else { "Olga" }).await.taps(button).await;
        anna.taps("Да").await;
        // G14: block and unlink leave no draft behind
        assert_eq!(app.count(drafts).await, 0, "{button}");
        who.types("/menu").await.shows("Здравствуйте");
    }
    let boris = app.staff("boris", &[Group::Operators]).await;
    password(&app, "boris").await;
    draft(boris).await;
    app.stranger("phone", "ru").goes(&["/login boris", RIGHT, "[Да]"]).await.shows("Вы вошли");
    // G14: nor does a link that moves to another Telegram account
    assert_eq!(app.count(drafts).await, 0);
    let maria = app.staff("maria", &[Group::Operators]).await;
    draft(maria).await;
    maria.types("/logout").await.taps("Да").await;
    // G14: nor does a logout
    assert_eq!(app.count(drafts).await, 0);
}

#[tokio::test]
async fn g14_counters_of_guesses_and_forgotten_drafts_are_tidied_up() {
    let app = TestApp::new().await;
    let oleg = operator(&app).await;
    tries(&app, "oleg", "guess").await;
    oleg.types("/find Канарейкин").await;
    sqlx::query("update staff_user set active = false where username = 'oleg'").execute(app.sql()).await.unwrap();
    let tidy = async |at| crmbot::jobs::tidy(app.db.working(), at).await.unwrap();
    tidy(app.now() + Duration::hours(1)).await;
    let kept = "select count(*) from login_guess";
    let drafts = "select count(*) from chat_session where user_id is not null and dialogue <> '{}'";
    assert_eq!((app.count(kept).await, app.count(drafts).await), (1, 0));
    tidy(app.now() + Duration::days(31)).await;
    assert_eq!(app.count(kept).await, 0);
}
