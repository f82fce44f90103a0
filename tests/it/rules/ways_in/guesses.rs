//! Wrong passwords, and what is told about passwords (A16, G4). Tests of many guesses may take over 5 s on a busy machine: each
//! guess costs an argon2id computation.

use chrono::Duration;
use crmbot::crm::{Refusal, SplitRefusal, passwords};
use crmbot::domain::Group;
use crmbot::flows::Event;
use crmbot::flows::dialogue::Input;
use futures::future::join_all;

use super::{RIGHT, operator, password, tries};
use crate::support::app::{TestApp, TestUser};

const LOGGED: &str =
    "select count(*) from audit_event e join staff_user u on u.id = e.entity_id and u.username = 'oleg'
    where e.action = 'login_failed' and e.entity = 'staff' and e.actor_id = 0";

/// Wrong passwords at a login, one after the other.
async fn guesses(who: TestUser<'_>, username: &str, number: usize) {
    who.types(&format!("/login {username}")).await;
    for _ in 0..number {
        who.types("guess").await.shows("неверны");
    }
}

#[tokio::test]
async fn g4_a16_an_own_login_does_not_reset_guesses_at_another() {
    let app = TestApp::new().await;
    operator(&app).await;
    let mallory = app.staff("mallory", &[Group::Marketers]).await;
    password(&app, "mallory").await;
    mallory.types("/logout").await.taps("Да").await;
    guesses(mallory, "oleg", 4).await;
    mallory.types("/login mallory").await.types(RIGHT).await.shows("Вы вошли");
    mallory.types("/logout").await.taps("Да").await;
    guesses(mallory, "oleg", 1).await;
    mallory.types("guess").await.shows("Слишком много попыток");
    assert_eq!(app.count("select sum(failures) from login_guess").await, 5);
}

#[tokio::test]
async fn a16_failures_fade_with_time_and_end_with_a_success_at_the_same_login() {
    let app = TestApp::new().await;
    let oleg = operator(&app).await;
    let mallory = app.stranger("mallory", "ru");
    guesses(mallory, "oleg", 5).await;
    mallory.types("guess").await.shows("через 5 секунд");
    app.passes(Duration::hours(3));
    guesses(mallory, "oleg", 3).await;
    // A16: two of five are left after three hours, so three more are free
    mallory.types("guess").await.shows("через 5 секунд");
    oleg.types("/logout").await.taps("Да").await;
    guesses(oleg, "oleg", 4).await;
    oleg.types(RIGHT).await.shows("Вы вошли").types("/logout").await.taps("Да").await;
    // A success ends the failures at its own login
    guesses(oleg, "oleg", 5).await;
}

#[tokio::test]
async fn a16_many_senders_at_one_login_slow_strangers_and_never_its_owner() {
    let app = TestApp::new().await;
    let oleg = operator(&app).await;
    oleg.types("/logout").await.taps("Да").await;
    for username in ["oleg", "nobody.here"] {
        for _ in 0..20 {
            assert!(tries(&app, username, "guess").await.contains("неверны"));
        }
        // A16: a stranger who has tried nothing has to wait, whether there is such an account or not
        assert!(tries(&app, username, "guess").await.contains("через 5 секунд"), "{username}");
    }
    // A16: who was linked to the account before is not slowed down
    oleg.types("/login oleg").await.types(RIGHT).await.shows("Вы вошли");
    oleg.types("/password").await.types(RIGHT).await.shows("Новый пароль");
    app.passes(Duration::seconds(5));
    assert!(tries(&app, "oleg", RIGHT).await.contains("Перенести её сюда"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a16_g4_guesses_of_many_senders_at_once_are_counted_one_by_one() {
    let app = TestApp::new().await;
    operator(&app).await;
    let mut many = Vec::new();
    for _ in 0..40 {
        let stranger = app.stranger("stranger", "ru");
        stranger.types("/login oleg").await;
        many.push((stranger, stranger.update(Input::Event(Event::Typed("guess".to_owned())))));
    }
    join_all(many.iter().map(|(_, guess)| app.turns.clone().process(guess.clone()))).await;
    app.collect().await;
    let heard = |words: &str| many.iter().filter(|(who, _)| who.screen().contains(words)).count();
    assert_eq!((heard("неверны"), heard("Слишком много")), (20, 20));
    assert_eq!(app.count("select count(*) from parked_update").await, 0);
}

#[tokio::test]
async fn a16_failed_logins_are_logged_and_told_to_owner_and_administrators_but_not_each() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let max = app.staff("max", &[Group::Managers]).await;
    let oleg = operator(&app).await;
    let mallory = app.stranger("mallory", "ru");
    guesses(mallory, "nobody.here", 1).await;
    assert_eq!(app.count("select count(*) from audit_event where action = 'login_failed'").await, 0);
    guesses(mallory, "oleg", 3).await;
    assert_eq!(app.count(LOGGED).await, 1, "one row per minute, sender and login");
    tries(&app, "oleg", "guess").await;
    assert_eq!(app.count(LOGGED).await, 2, "another sender");
    for who in [anna, oleg] {
        let told = who.notices();
        assert_eq!(
            told.iter().filter(|notice| notice.contains("Введён неверный пароль: Oleg (oleg)")).count(),
            1,
            "{told:?}"
        );
    }
    assert!(max.notices().is_empty(), "no other colleague is told");
    app.passes(Duration::minutes(1));
    guesses(mallory, "oleg", 1).await;
    assert_eq!(app.count(LOGGED).await, 3);
    assert!(anna.notices().is_empty() && oleg.notices().is_empty(), "one notice an hour");
    app.passes(Duration::hours(1));
    guesses(mallory, "oleg", 1).await;
    assert_eq!((anna.notices().len(), oleg.notices().len()), (1, 1));
    let who: i64 = app
        .count("select (after ->> 'telegram_id')::bigint from audit_event where action = 'login_failed' order by id limit 1")
        .await;
    assert_eq!(who, mallory.id, "the log says from which Telegram account");
    anna.types("/audit").await.shows("введён неверный пароль · Oleg");
}

#[tokio::test]
async fn a16_logins_by_password_and_changed_passwords_are_logged_and_told() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let oleg = operator(&app).await;
    oleg.types("/logout").await.taps("Да").await;
    assert!(tries(&app, "oleg", RIGHT).await.contains("Вы вошли"));
    let told = anna.notices();
    assert!(
        told.iter().any(|notice| notice.contains("Oleg (oleg): вход по паролю") && notice.contains("Закрыть доступ"))
    );
    let told = oleg.notices();
    // A16: the owner hears of it where the account was used last
    assert!(told.len() == 1 && told[0].contains("вошли по паролю из другого Telegram"), "{told:?}");
    let logged = "select count(*) from audit_event where action = 'link' and after ->> 'way' = 'password'";
    assert_eq!(app.count(logged).await, 1);
    oleg.types("/login oleg").await.types(RIGHT).await.taps("Да").await.shows("Вы вошли");
    anna.notices();
    let new = "совсем другие слова подряд";
    oleg.types("/password").await.types(RIGHT).await.types(new).await.types(new).await.shows("Пароль установлен");
    // A16: a changed password is told to the owner and the administrators
    assert!(oleg.notices().pop().unwrap().contains("Из этого чата установлен новый пароль"));
    assert!(anna.notices().pop().unwrap().contains("Oleg (oleg): установлен новый пароль"));
    anna.taps("Открыть карточку").await.shows("Пароль: установлен");
    assert_eq!(app.count("select count(*) from audit_event where action = 'password'").await, 1);
}

#[tokio::test]
async fn a16_password_logins_are_switched_off_and_on_for_the_company_by_an_administrator() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let oleg = operator(&app).await;
    let stranger = app.stranger("stranger", "ru");
    stranger.types("/login oleg").await;
    oleg.types("/password").await;
    anna.types("/staff").await.taps("Вход по паролю: включён").await.shows("для всей компании").taps("Нет").await;
    anna.taps("Вход по паролю: включён").await.taps("Да").await.hears("Вход по паролю выключен");
    anna.shows("Вход по паролю: выключен");
    const OFF: &str = "В этой компании пароли не используются";
    // A16: /login and /password answer the same line, open questions too, for every user
    stranger.types(RIGHT).await.shows(OFF);
    oleg.types(RIGHT).await.shows(OFF);
    for user in [stranger.types("/login oleg").await, stranger.types("/login nobody.here").await] {
        user.shows(OFF);
    }
    oleg.types("/password").await.shows(OFF);
    stranger.types("/me").await.shows("Здравствуйте");
    assert_eq!(stranger.deleted().len() + oleg.deleted().len(), 2, "what was typed goes all the same");
    let denied =
        app.act(oleg, async |crm| passwords::set_password_logins(crm, true).await.split_refusal().unwrap()).await;
    assert_eq!(denied, Err(Refusal::Denied));
    anna.taps("Вход по паролю: выключен").await.taps("Да").await.hears("Вход по паролю включён");
    stranger.types("/login oleg").await.types(RIGHT).await.shows("Перенести её сюда");
    let logged = "select count(*) from audit_event where action = 'password_logins'
                    and before -> 'password_logins' is distinct from after -> 'password_logins'";
    assert_eq!(app.count(logged).await, 2);
    anna.types("/audit").await.shows("вход по паролю переключён");
}
