//! Open questions about secrets and invites: what they ask, when they end, what they keep (A17), and what is deleted (A18).

use chrono::Duration;
use crmbot::domain::Group;
use crmbot::flows::dialogue::Input;
use crmbot::flows::{Contact, Event};

use super::{PASSWORDS, RIGHT, operator, tries};
use crate::support::app::{TestApp, TestUser};
use crate::support::invites::codes;

const NEW: &str = "совсем другие слова подряд";
const OVER: &str = "Прошло больше десяти минут";

#[tokio::test]
async fn a17_a_change_asks_for_the_present_password_where_there_is_one() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let oleg = operator(&app).await;
    oleg.types("/password").await.shows("нынешний пароль").types("не тот").await.shows("Нынешний пароль неверен");
    assert!(anna.notices().pop().unwrap().contains("Введён неверный пароль"), "a guess at it is a guess");
    assert_eq!(app.count("select count(*) from audit_event where action = 'login_failed'").await, 1);
    oleg.types(NEW).await.shows("неверен").types(NEW).await.types(NEW).await.types(NEW).await;
    oleg.types(RIGHT).await.shows("Слишком много попыток");
    app.passes(Duration::seconds(5));
    oleg.types(RIGHT).await.shows("Новый пароль").types(NEW).await.types(NEW).await.shows("Пароль установлен");
    assert_eq!(oleg.deleted().len(), 9);
    assert!(tries(&app, "oleg", RIGHT).await.contains("неверны"));
    assert!(tries(&app, "oleg", NEW).await.contains("Перенести её сюда"));
}

#[tokio::test]
async fn a17_people_who_manage_people_need_twelve_characters() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let boss = app.superuser("boss").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    for who in [anna, boss] {
        who.types("/password").await.shows("Не меньше 12").types("Kj8#mPq2zTw").await.shows("не меньше 12");
        who.types("Kj8#mPq2zTwd").await.shows("ещё раз");
    }
    oleg.types("/password").await.shows("Не меньше 10").types("Kj8#mPq2z").await.shows("не меньше 10");
    oleg.types("basketball").await.shows("одним из первых").types("Kj8#mPq2zT").await.shows("ещё раз");
}

#[tokio::test]
async fn a17_an_open_question_about_a_secret_ends_after_ten_minutes() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let oleg = operator(&app).await;
    let (almost, over) = (Duration::minutes(9), Duration::minutes(10));
    let stranger = app.stranger("stranger", "ru");
    stranger.types("/login oleg").await;
    app.passes(almost);
    // A17: the question for the password of a login
    stranger.types(RIGHT).await.shows("Перенести её сюда");
    app.passes(over);
    // A17: the question whether to move the link
    stranger.taps("Да").await.shows(OVER);
    oleg.types("/me").await.shows("Логин: oleg");
    stranger.types("/login oleg").await;
    app.passes(over);
    stranger.types(RIGHT).await.shows(OVER);
    assert_eq!(stranger.deleted().len(), 2);
    for (steps, next) in [(&["/password"][..], RIGHT), (&["/password", RIGHT], NEW), (&["/password", RIGHT, NEW], NEW)]
    {
        oleg.goes(steps).await;
        app.passes(over);
        // A17: the questions of a change: the present password, the new one, the new one again
        oleg.types(next).await.shows(OVER);
    }
    oleg.types("/me").await;
    assert_eq!(oleg.deleted().len(), 6);
    assert_eq!(app.count("select count(*) from audit_event where action = 'password'").await, 0);
    anna.types("/staff").await.taps("Пригласить").await.types("olga").await.types("Ольга").await.taps("Дальше").await;
    let start = format!("/start {}", codes(&anna.taps("Сохранить").await.screen()).pop().unwrap());
    let olga = app.stranger("olga", "ru");
    // A17: the question of an invite; the invite itself works on
    olga.types(&start).await.shows("Это вы?");
    app.passes(over);
    olga.taps("Да").await.hears(OVER).shows("Здравствуйте");
    olga.types(&start).await.taps("Да").await.shows("Вы вошли");
}

#[tokio::test]
async fn a17_no_hash_stands_in_a_stored_dialogue_and_a_restart_loses_no_question() {
    let app = TestApp::new().await;
    let oleg = operator(&app).await;
    let hash: String = sqlx::query_scalar("select password_hash from staff_user where username = 'oleg'")
        .fetch_one(app.sql())
        .await
        .unwrap();
    let stored = async || -> String {
        sqlx::query_scalar("select string_agg(dialogue::text, ' ') from chat_session")
            .fetch_one(app.sql())
            .await
            .unwrap()
    };
    let sha256: String = sqlx::query_scalar("select encode(sha256(convert_to($1, 'UTF8')), 'hex')")
        .bind(&hash)
        .fetch_one(app.sql())
        .await
        .unwrap();
    let stranger = app.stranger("stranger", "ru");
    stranger.types("/login oleg").await.types(RIGHT).await.shows("Перенести её сюда");
    oleg.types("/password").await.types(RIGHT).await.types(NEW).await.shows("ещё раз");
    let dialogues = stored().await;
    assert!(dialogues.contains("Again") && dialogues.contains("Move"), "{dialogues}");
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    for secret in [&hash, "argon2", &hex("argon2"), &sha256[..16], RIGHT, NEW] {
        assert!(!dialogues.contains(secret), "{secret} in {dialogues}");
    }
    let anna = app.staff("anna", &[]).await;
    // A17: what is sealed for one user opens for no other
    anna.types("/password").await.types(NEW).await.shows("ещё раз");
    sqlx::query(
        "update chat_session set dialogue = (select dialogue from chat_session where chat_id = $1) where chat_id = $2",
    )
    .bind(anna.id)
    .bind(oleg.id)
    .execute(app.sql())
    .await
    .unwrap();
    oleg.types(NEW).await.shows("не совпали");
    anna.types(NEW).await.shows("Пароль установлен");
}

#[tokio::test]
async fn a17_a_password_that_has_changed_meanwhile_is_not_overwritten() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let oleg = operator(&app).await;
    oleg.types("/password").await.types(RIGHT).await.types(NEW).await.shows("ещё раз");
    anna.types("/staff").await.taps("Oleg").await.taps("Убрать пароль").await.taps("Да").await;
    oleg.types(NEW).await;
    assert_eq!(app.count(PASSWORDS).await, 0, "the proof was of a password that is gone");
}

/// Everything that a user can send in place of a password, each with the words of it that must not come back.
async fn sends_everything(who: TestUser<'_>, question: &str) {
    let canary = "violet_horse_42x";
    let file = |caption: &str| Input::Event(Event::Sent(who.app.file("scan.pdf", b"%PDF-1.4", caption)));
    let contact = Contact {
        phone: "+79123456789".to_owned(),
        first_name: canary.to_owned(),
        last_name: None,
        more_phones: Vec::new(),
    };
    let typed = |text: &str| Input::Event(Event::Typed(text.to_owned()));
    let command = |name: &str, rest: &str| Input::Command { name: name.to_owned(), rest: rest.to_owned() };
    for sent in [
        command(canary, ""),
        command("violet", "horse_42x violet_horse_42x"),
        typed("/-violet_horse_42x"),
        file(canary),
        Input::Event(Event::Shared(contact)),
        Input::Replied { to: 1, about: None, said: typed_event(canary) },
        typed(""),
    ] {
        who.types(question).await;
        let before = who.deleted().len();
        who.does(sent).await.hides("violet").hides("horse");
        // Whatever was sent is deleted, and nothing of it is echoed
        assert_eq!(who.deleted().len(), before + 1);
        assert!(who.notices().iter().all(|notice| !notice.contains("horse")));
        assert!(who.answer().is_none_or(|(text, _)| !text.contains("horse")));
        who.app.passes(Duration::hours(30));
    }
    assert_eq!(who.app.count("select count(*) from chat_session where dialogue::text like '%horse%'").await, 0);
}

fn typed_event(text: &str) -> Event {
    Event::Typed(text.to_owned())
}

#[tokio::test]
async fn a18_a13_nothing_sent_at_the_password_question_stays() {
    let app = TestApp::new().await;
    let oleg = operator(&app).await;
    sends_everything(app.stranger("stranger", "ru"), "/login oleg").await;
    sends_everything(oleg, "/password").await;
    sends_everything(app.staff("max", &[Group::Managers]).await, "/password").await;
    assert_eq!(app.count("select count(*) from parked_update").await, 0);
}

#[tokio::test]
async fn a18_a_password_behind_the_command_is_deleted_and_asked_for() {
    let app = TestApp::new().await;
    let oleg = operator(&app).await;
    let stranger = app.stranger("stranger", "ru");
    stranger.types("/login oleg Canary/pass1").await.shows("Пароль для oleg").hides("anary");
    assert_eq!(stranger.deleted().len(), 1);
    stranger.types("/login").await.types("oleg Canary/pass1").await.shows("Пароль для oleg").hides("anary");
    assert_eq!(stranger.deleted().len(), 2);
    stranger.types(RIGHT).await.shows("Перенести её сюда").taps("Нет").await;
    oleg.types("/login boss.boss Canary/pass1").await.shows("Вы уже вошли").hides("anary");
    oleg.types("/password Canary/pass1").await.shows("нынешний пароль").hides("anary");
    assert_eq!(oleg.deleted().len(), 2);
    oleg.types("/login boss").await;
    assert_eq!(oleg.deleted().len(), 2, "a login alone is no secret");
}

#[tokio::test]
async fn a18_commands_that_exist_work_from_the_question() {
    let app = TestApp::new().await;
    let oleg = operator(&app).await;
    for (command, words) in
        [("/menu", "что делаем"), ("/help", "Что я умею"), ("/start", "что делаем"), ("/me", "Логин: oleg")]
    {
        oleg.types("/password").await.types(command).await.shows(words);
    }
    oleg.types("/password").await.types("/cancel").await.hides("нынешний пароль");
    assert!(oleg.deleted().is_empty());
    oleg.types("/violet_horse_42x").await.shows("/violet_horse_42x");
    assert!(oleg.deleted().is_empty(), "outside of such a question it is a mistyped command");
    let stranger = app.stranger("stranger", "ru");
    stranger.types("/login oleg").await.types("/cancel").await.shows("Здравствуйте");
    stranger.types("/login oleg").await.types("/login max").await.shows("Пароль для max");
    assert!(stranger.deleted().is_empty());
}

#[tokio::test]
async fn a18_a_new_password_does_not_begin_with_a_slash() {
    let app = TestApp::new().await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("/password").await.types("/violet_horse_42x").await.shows("не начинается с «/»").hides("violet");
    oleg.does(Input::Event(Event::Typed("/-violet-horse-42x".to_owned()))).await.shows("не начинается с «/»");
    assert_eq!(oleg.deleted().len(), 2);
    assert_eq!(app.count(PASSWORDS).await, 0);
}

#[tokio::test]
async fn a18_what_was_typed_as_a_secret_is_deleted_though_access_has_ended_meanwhile() {
    let app = TestApp::new().await;
    let oleg = operator(&app).await;
    oleg.types("/password").await;
    sqlx::query("update telegram_link set unlinked_at = now()").execute(app.sql()).await.unwrap();
    oleg.types("/violet_horse_42x").await.shows("Здравствуйте").hides("violet");
    assert_eq!(oleg.deleted().len(), 1);
}
