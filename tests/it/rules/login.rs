//! `/login` and `/password` (A13, G4), and no password that anybody knows (A14, G10).

use std::time::{Duration, Instant};

use crmbot::domain::{Group, Language};
use crmbot::flows::Secret;
use crmbot::turn::hash_password;

use crate::support::app::{TestApp, TestUser};

const RIGHT: &str = "четыре слова подряд тут";

/// Gives an account a password.
async fn password(app: &TestApp, username: &str, password: &str) {
    let hash = hash_password(&Secret(password.to_owned())).unwrap();
    sqlx::query("update staff_user set password_hash = $2 where username = $1")
        .bind(username)
        .bind(hash)
        .execute(app.sql())
        .await
        .unwrap();
}

/// An account with a password whose person is outside.
async fn outside(app: &TestApp, username: &str) {
    app.staff(username, &[Group::Operators]).await;
    password(app, username, RIGHT).await;
    sqlx::query("update telegram_link set unlinked_at = now()").execute(app.sql()).await.unwrap();
}

async fn tries(user: TestUser<'_>, username: &str, password: &str) -> String {
    user.types(&format!("/login {username}")).await.types(password).await.screen()
}

#[tokio::test]
async fn a13_the_right_password_lets_in_and_its_message_is_deleted() {
    let app = TestApp::new().await;
    outside(&app, "operator").await;
    let oleg = app.stranger("oleg", "ru");
    oleg.types("/login Operator").await.shows("Пароль для operator");
    assert!(oleg.deleted().is_empty());
    oleg.types(RIGHT).await.shows("Вы вошли");
    assert_eq!(oleg.deleted().len(), 1);
    assert!(oleg.commands().iter().any(|command| command == "logout"));
    let story = "select count(*) from chat_session where dialogue::text like '%слова%'";
    assert_eq!(app.count(story).await, 0);
}

#[tokio::test]
async fn a13_g4_unknown_people_blocked_ones_and_wrong_passwords_look_and_take_the_same() {
    let app = TestApp::new().await;
    outside(&app, "operator").await;
    outside(&app, "blocked").await;
    sqlx::query("update staff_user set active = false where username = 'blocked'").execute(app.sql()).await.unwrap();
    app.superuser("nopassword").await;
    let usernames = ["operator", "nobody.here", "blocked", "nopassword"];
    let mut seen = usernames.map(|_| (String::new(), Duration::MAX));
    // The fastest of several rounds: a busy machine slows some tries down, and none up.
    for _ in 0..6 {
        for (username, (screen, fastest)) in usernames.iter().zip(&mut seen) {
            // A fresh sender each time: the pause is not what is measured.
            let stranger = app.stranger("stranger", "ru");
            stranger.types(&format!("/login {username}")).await;
            let began = Instant::now();
            *screen = stranger.types("wrong password").await.screen().replace(username, "NAME");
            *fastest = began.elapsed().min(*fastest);
            assert_eq!(stranger.deleted().len(), 1, "deleted on failure too");
            assert!(screen.contains("Логин или пароль неверны"), "{screen}");
        }
    }
    assert!(seen.iter().all(|(screen, _)| *screen == seen[0].0));
    let shortest = seen.iter().map(|(_, took)| *took).min().unwrap();
    let longest = seen.iter().map(|(_, took)| *took).max().unwrap();
    assert!(longest < shortest * 3, "{shortest:?} and {longest:?}");
}

#[tokio::test]
async fn a13_five_failures_cost_a_growing_pause_of_the_sender_and_never_lock_the_victim_out() {
    let app = TestApp::new().await;
    outside(&app, "operator").await;
    let mallory = app.stranger("mallory", "ru");
    mallory.types("/login operator").await;
    for _ in 0..5 {
        mallory.types("guess").await.shows("неверны");
    }
    mallory.types("guess").await.shows("через 5 секунд");
    assert_eq!(mallory.deleted().len(), 6, "a password that came too early is deleted as well");
    // Not even the right one is looked at now, under whatever name.
    mallory.types(RIGHT).await.shows("Слишком много попыток");
    assert!(tries(mallory, "somebody.else", "x").await.contains("Слишком много попыток"));
    app.passes(chrono::Duration::seconds(5));
    mallory.types("/login operator").await.types("guess").await.shows("неверны");
    mallory.types("guess").await.shows("через 10 секунд");
    assert!(tries(app.stranger("oleg", "ru"), "operator", RIGHT).await.contains("Вы вошли"), "the victim gets in");
    app.passes(chrono::Duration::seconds(10));
    mallory.types(RIGHT).await.shows("Перенести её сюда");
}

#[tokio::test]
async fn a13_a_login_from_a_second_account_moves_the_link_after_a_question_and_tells_the_first() {
    let app = TestApp::new().await;
    let oleg = app.staff("operator", &[Group::Operators]).await;
    password(&app, "operator", RIGHT).await;
    oleg.types("/me").await;
    let phone = app.stranger("second", "ru");
    assert!(tries(phone, "operator", RIGHT).await.contains("Перенести её сюда"));
    oleg.types("/me").await.shows("Логин: operator");
    phone.taps("Нет").await.shows("Здравствуйте");
    oleg.types("/me").await.shows("Логин: operator");
    assert!(tries(phone, "operator", RIGHT).await.contains("Перенести её сюда"));
    phone.taps("Да").await.shows("Вы вошли");
    assert!(oleg.notices().pop().unwrap().contains("из другого Telegram"));
    oleg.types("/me").await.shows("Здравствуйте");
    assert_eq!(app.count("select count(*) from telegram_link where unlinked_at is null").await, 1);
}

#[tokio::test]
async fn a13_a_password_that_changed_while_the_question_stood_moves_nothing() {
    let app = TestApp::new().await;
    app.staff("operator", &[Group::Operators]).await;
    password(&app, "operator", RIGHT).await;
    let thief = app.stranger("thief", "ru");
    tries(thief, "operator", RIGHT).await;
    password(&app, "operator", "совсем другой пароль").await;
    thief.taps("Да").await.hears("неверны");
    thief.types("/me").await.shows("Здравствуйте");
}

#[tokio::test]
async fn a13_a_new_password_is_typed_twice_and_both_messages_are_deleted() {
    let app = TestApp::new().await;
    let oleg = app.staff("operator", &[Group::Operators]).await;
    oleg.types("/password").await.types("короткий").await.shows("не меньше 10");
    oleg.types("password12345").await.shows("одним из первых");
    oleg.types("operator и ещё слова").await.shows("одним из первых");
    assert_eq!(oleg.deleted().len(), 3);
    oleg.types(RIGHT).await.shows("ещё раз").types("а это не то же самое").await.shows("не совпали");
    oleg.types(RIGHT).await.types(RIGHT).await.shows("Пароль установлен");
    assert_eq!(oleg.deleted().len(), 7);
    let hash: String = sqlx::query_scalar("select password_hash from staff_user where username = 'operator'")
        .fetch_one(app.sql())
        .await
        .unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "G4");
    assert_eq!(app.count("select count(*) from audit_event where action = 'password'").await, 1);
    oleg.types("/logout").await.taps("Да").await;
    assert!(tries(oleg, "operator", RIGHT).await.contains("Вы вошли"));
}

#[tokio::test]
async fn a14_g10_nobody_can_log_in_with_123_after_a_default_installation() {
    let app = TestApp::new().await;
    let anna = app.superuser("boss").await;
    anna.types("/seed_groups").await.hides("123").taps("Применить").await;
    assert_eq!(app.count("select count(*) from staff_user where password_hash is not null").await, 0);
    for username in ["crm_admin1", "operator", "manager", "marketer"] {
        let screen = tries(app.stranger("stranger", "ru"), username, "123").await;
        assert!(screen.contains("неверны"), "{username}: {screen}");
    }
    // Nor can one be set.
    anna.types("/password").await.types("123").await.shows("не меньше 12");
}

#[tokio::test]
async fn a14_only_the_demo_gives_that_password_and_says_so() {
    let app = TestApp::demo(hash_password(&Secret("123".to_owned())).unwrap()).await;
    let anna = app.superuser("boss").await;
    anna.types("/seed_groups").await.shows("локальная демонстрация").shows("123").taps("Применить").await;
    for username in ["crm_admin1", "operator", "manager", "marketer"] {
        let screen = tries(app.stranger("stranger", "ru"), username, "123").await;
        assert!(screen.contains("Вы вошли"), "{username}: {screen}");
    }
    // People who are invited by hand have none, even there.
    anna.types("/staff").await.taps("Пригласить").await;
    anna.types("olga").await.types("Ольга").await.taps("Дальше").await.taps("Сохранить").await;
    assert!(tries(app.stranger("olga", "ru"), "olga", "123").await.contains("неверны"));
    assert_eq!(app.company.language, Language::Ru);
}

#[tokio::test]
async fn r14_files_that_are_slow_to_come_keep_nobody_from_logging_in() {
    let app = TestApp::new().await;
    outside(&app, "operator").await;
    let _slow = app.turns.fetches.acquire_many(2).await.unwrap();
    let login = tokio::time::timeout(Duration::from_secs(30), tries(app.stranger("oleg", "ru"), "operator", RIGHT));
    assert!(login.await.unwrap().contains("Вы вошли"));
}
