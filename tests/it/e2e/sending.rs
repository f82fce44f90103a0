//! Messages that Telegram refuses, answers to taps that fail, chats that cannot be reached, and needless calls.

use std::time::{Duration, Instant};

use crmbot::domain::Group;
use serde_json::{Value, json};

use super::data::contents;
use crate::support::stage::{PATIENCE, Stage};

/// What Telegram says of a tag that it does not know: it quotes the text.
const ENTITIES: &str = "can't parse entities: Unsupported start tag \"canary\" at byte offset 12";

async fn refuse(stage: &Stage, method: &str, description: &str, count: u32, chat: i64) {
    let body = json!({ "method": method, "kind": "400", "description": description, "count": count, "chat_id": chat });
    stage.control("faults", Some(body)).await;
}

/// Waits until a message of the bot holds the words, and gives the newest such message.
async fn shown(stage: &Stage, person: i64, words: &str) -> Value {
    let began = Instant::now();
    loop {
        let messages = stage.messages(person).await;
        let own = messages.into_iter().rev().filter(|message| message["from_person"] == false);
        if let Some(found) = own.into_iter().find(|message| message["text"].to_string().contains(words)) {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "no {words:?} in:\n{}", stage.picture(person).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn metric(stage: &Stage, name: &str) -> f64 {
    let page = stage.http.get(format!("http://{}/metrics", stage.listen())).send().await.unwrap().text().await.unwrap();
    let line = page.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
    line.unwrap_or_else(|| panic!("no {name} in:\n{page}")).parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn r17_a_refused_screen_is_kept_told_in_plain_text_and_the_next_command_and_tap_work() {
    let stage = Stage::open().await;
    let anna = stage.superuser("anna").await;
    let emma = stage.staff("emma", "en", Group::Operators).await;
    stage.ad("Avito", "AVITO").await;
    stage.types(emma, "/menu").await;
    stage.sees(emma, "what shall we do").await;
    refuse(&stage, "sendMessage", "BUTTON_DATA_INVALID", 1, emma).await;
    stage.types(emma, "Canary 8 921 555-01-47").await;
    stage.sees(emma, "Telegram did not accept").await;
    stage.until("select count(*) = 0 from outbox").await;
    let told = shown(&stage, emma, "Telegram did not accept").await;
    assert!(told["reply_markup"].is_null() && told["text"].as_str().unwrap().contains("/menu"), "{told}");
    let (code, fault): (String, String) = sqlx::query_as(
        "select code, fault from parked_update where kind = 'screen' and letter is null and message is not null",
    )
    .fetch_one(stage.db.owner())
    .await
    .unwrap();
    assert!(told["text"].as_str().unwrap().contains(&code) && fault.contains("BUTTON_DATA_INVALID"), "{told} {fault}");
    assert_eq!(metric(&stage, "crmbot_refused_messages_total").await, 1.0);
    let everything = contents(&stage.db).await.to_lowercase();
    // G9: what was not shown is sealed, and nothing of it stands anywhere else.
    assert!(!everything.contains("9215550147") && !everything.contains("canary"), "it can be read in the database");
    // The next command works.
    stage.types(emma, "/language").await;
    let language = shown(&stage, emma, "Which language").await;

    // An edit that is refused for what it says is no message that is gone: nothing is sent in its place but the word about it.
    let before = stage.heard(emma).await.len();
    refuse(&stage, "editMessageText", ENTITIES, 1, emma).await;
    stage.taps(emma, "Русский").await;
    stage.sees(emma, "Telegram не принял").await;
    assert_eq!(stage.heard(emma).await.len(), before + 1, "{}", stage.picture(emma).await);
    assert_eq!(metric(&stage, "crmbot_refused_messages_total").await, 2.0);
    stage.until("select count(*) = 0 from parked_update where fault like '%canary%'").await;
    let (message, data) = stage.button(emma, "English").await;
    // R17: the screen that is left is not a dead one: a tap on it leads to the menu.
    assert_eq!(json!(message), language["message_id"]);
    stage.presses(emma, message, &data).await;
    let menu = shown(&stage, emma, "что делаем").await;
    assert_eq!(menu["message_id"], json!(message));
    stage.taps(emma, "Я").await;
    shown(&stage, emma, "Логин: emma").await;

    // The administrator sees both, sends one again and drops the other.
    stage.types(anna, "/check").await;
    stage.sees(anna, "Отложено сообщений: 2").await;
    let card = shown(&stage, anna, "не принято Telegram: screen").await;
    assert!(card["text"].as_str().unwrap().contains("Emma"), "{card}");
    stage.taps(anna, &code).await;
    stage.sees(anna, "запечатанным").await;
    stage.taps(anna, "Повторить").await;
    stage.sees(anna, "Получатель сейчас занят").await;
    stage.types(emma, "/menu").await;
    stage.sees(emma, "что делаем").await;
    stage.taps(anna, "Повторить").await;
    stage.sees(anna, "Отправлено снова").await;
    // What she had sent is there, and can be saved.
    stage.sees(emma, "Canary").await;
    stage.taps(emma, "Avito").await;
    stage.taps(emma, "Сохранить").await;
    shown(&stage, emma, "№1").await;
    stage.until("select count(*) = 1 from parked_update where settled_at is null and message is not null").await;
    stage.until("select count(*) = 1 from parked_update where settled_by is not null and message is null").await;
    stage.taps(anna, "📨").await;
    stage.taps(anna, "Убрать").await;
    stage.types(anna, "исправлено").await;
    stage.sees(anna, "Убрано").await;
    stage.until("select count(*) = 0 from parked_update where message is not null").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r17_a_refused_notice_is_sent_again_as_it_was_and_a_refused_word_about_it_ends() {
    let stage = Stage::open().await;
    let anna = stage.superuser("anna").await;
    stage.ad("Авито", "AVITO").await;
    let (oleg, maria) =
        (stage.staff("oleg", "ru", Group::Operators).await, stage.staff("maria", "ru", Group::Managers).await);
    stage.types(maria, "/menu").await;
    stage.sees(maria, "что делаем").await;
    // The notice, and the plain text about it.
    refuse(&stage, "sendMessage", "BUTTON_URL_INVALID", 2, maria).await;
    stage.types(oleg, "8 912 345-67-89 Иван с авито").await;
    stage.taps(oleg, "Сохранить").await;
    stage.until("select count(*) = 1 from parked_update where kind = 'notice'").await;
    stage.until("select count(*) = 0 from outbox").await;
    assert_eq!(stage.heard(maria).await.len(), 1, "{}", stage.picture(maria).await);
    assert_eq!(metric(&stage, "crmbot_refused_messages_total").await, 2.0);
    stage.types(anna, "/check").await;
    stage.taps(anna, "📨").await;
    stage.taps(anna, "Повторить").await;
    stage.sees(maria, "Новый лид").await;
    stage.taps(maria, "Взять").await;
    shown(&stage, maria, "Ведёт: Maria").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_a_tap_whose_answer_fails_or_hangs_has_its_screen_at_once() {
    let stage = Stage::open().await;
    let anna = stage.superuser("anna").await;
    let faults = [
        json!({ "method": "answerCallbackQuery", "kind": "500", "count": 6 }),
        json!({ "method": "answerCallbackQuery", "kind": "429", "retry_after": 30 }),
        json!({ "method": "answerCallbackQuery", "kind": "hang", "delay_ms": 20_000 }),
    ];
    for fault in faults {
        stage.types(anna, "/language").await;
        stage.sees(anna, "На каком языке").await;
        stage.control("faults", Some(fault.clone())).await;
        let began = Instant::now();
        stage.taps(anna, "English").await;
        stage.sees(anna, "I speak English now").await;
        assert!(began.elapsed() < Duration::from_secs(2), "{fault}: {:?}", began.elapsed());
        // The next reply of the chat waits for it no more than this one.
        stage.types(anna, "/language").await;
        stage.sees(anna, "Which language").await;
        stage.taps(anna, "Русский").await;
        stage.sees(anna, "говорю по-русски").await;
        assert!(began.elapsed() < Duration::from_secs(4), "{fault}: {:?}", began.elapsed());
        stage.until("select count(*) = 0 from outbox").await;
        stage.http.delete(format!("{}/control/faults", stage.telegram.api_url())).send().await.unwrap();
    }
    // One try each: nothing repeats what failed.
    let calls = stage.control("calls?after=0", None).await;
    let answers = calls["calls"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|call| call["method"] == "AnswerCallbackQuery" || call["method"] == "answerCallbackQuery");
    assert_eq!(answers.count(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_an_older_programs_answer_in_the_outbox_is_tried_once_and_holds_nothing_up() {
    let stage = Stage::open().await;
    let anna = stage.superuser("anna").await;
    sqlx::query(
        "insert into outbox (chat_id, payload, claimed_by, created_at)
         values ($1, '{\"Answer\": {\"callback_id\": \"1\", \"text\": \"\", \"alert\": false}}', 1, now())",
    )
    .bind(anna)
    .execute(stage.db.owner())
    .await
    .unwrap();
    let hang = json!({ "method": "answerCallbackQuery", "kind": "hang", "delay_ms": 3_000 });
    stage.control("faults", Some(hang)).await;
    stage.until("select claimed_by <> 1 from outbox").await;
    let began = Instant::now();
    stage.types(anna, "/me").await;
    stage.sees(anna, "Логин: anna").await;
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    stage.until("select count(*) = 0 from outbox").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r8_the_first_403_of_a_colleague_is_told_once_and_their_notices_come_when_they_are_back() {
    let stage = Stage::open().await;
    let anna = stage.superuser("anna").await;
    stage.ad("Авито", "AVITO").await;
    let (oleg, maria) =
        (stage.staff("oleg", "ru", Group::Operators).await, stage.staff("maria", "ru", Group::Managers).await);
    stage.types(anna, "/menu").await;
    stage.sees(anna, "что делаем").await;
    stage.types(maria, "/menu").await;
    stage.sees(maria, "что делаем").await;
    // A 400 that says that the chat is gone counts as a 403.
    refuse(&stage, "sendMessage", "chat not found", 2, maria).await;
    for phone in ["8 912 345-67-89", "8 912 345-67-80"] {
        stage.types(oleg, &format!("{phone} Иван с авито")).await;
        stage.taps(oleg, "Сохранить").await;
        shown(&stage, oleg, "Лид сохранён").await;
        stage.until("select count(*) = 0 from outbox").await;
        stage.types(oleg, "/menu").await;
        stage.sees(oleg, "что делаем").await;
    }
    stage.until("select count(*) = 1 from chat_session where unreachable_at is not null").await;
    stage.until("select count(*) = 0 from parked_update").await;
    let told = stage.heard(anna).await.into_iter().filter(|text| text.contains("Сообщения не доходят")).count();
    assert_eq!(told, 1, "{}", stage.picture(anna).await);
    assert_eq!(stage.heard(maria).await.len(), 1);
    // One notice was tried, the second one was not even written.
    let calls = stage.control("calls?after=0", None).await;
    let refused = calls["calls"].as_array().unwrap().iter().filter(|call| call["fault"] == "400").count();
    assert_eq!(refused, 1);
    stage.http.delete(format!("{}/control/faults", stage.telegram.api_url())).send().await.unwrap();
    stage.types(maria, "/menu").await;
    let began = Instant::now();
    while stage.heard(maria).await.iter().filter(|text| text.contains("Иван")).count() < 2 {
        assert!(began.elapsed() < PATIENCE, "{}", stage.picture(maria).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stage.taps(maria, "Взять").await;
    shown(&stage, maria, "Ведёт: Maria").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g5_a_reply_that_is_dropped_because_rights_have_grown_is_drawn_again() {
    let stage = Stage::open().await;
    let oleg = stage.staff("oleg", "ru", Group::Operators).await;
    stage.types(oleg, "/menu").await;
    stage.sees(oleg, "что делаем").await;
    stage.until("select count(*) = 0 from outbox").await;
    let wait = json!({ "method": "sendMessage", "kind": "429", "retry_after": 2, "chat_id": oleg });
    stage.control("faults", Some(wait)).await;
    stage.types(oleg, "/lead").await;
    stage.until("select count(*) = 1 from outbox").await;
    sqlx::query("update staff_user set is_superuser = true, authz_epoch = authz_epoch + 1 where username = 'oleg'")
        .execute(stage.db.owner())
        .await
        .unwrap();
    stage.sees(oleg, "1 из 4").await;
    stage.until("select count(*) = 0 from outbox").await;
    // Their answer reaches the form that they see.
    stage.types(oleg, "8 912 345-67-89").await;
    stage.sees(oleg, "2 из 4").await;
    stage.until("select count(*) = 0 from outbox").await;

    // A user who has lost all access sees nothing of the reply.
    let wait = json!({ "method": "sendMessage", "kind": "429", "retry_after": 2, "chat_id": oleg });
    stage.control("faults", Some(wait)).await;
    stage.types(oleg, "Иван").await;
    stage.until("select count(*) = 1 from outbox").await;
    sqlx::query("update staff_user set active = false where username = 'oleg'")
        .execute(stage.db.owner())
        .await
        .unwrap();
    stage.until("select count(*) = 0 from outbox").await;
    assert!(stage.heard(oleg).await.last().unwrap().contains("2 из 4"), "{}", stage.picture(oleg).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_an_ordinary_day_nothing_is_changed_that_is_so_already() {
    let stage = Stage::open().await;
    stage.ad("Авито", "AVITO").await;
    let stranger = stage.person("Stefan", "ru").await;
    for words in ["/start", "привет", "/login anna", "привет", "/cancel", "привет"] {
        stage.types(stranger, words).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (oleg, maria) =
        (stage.staff("oleg", "ru", Group::Operators).await, stage.staff("maria", "ru", Group::Managers).await);
    stage.types(maria, "/start").await;
    stage.sees(maria, "что делаем").await;
    stage.types(oleg, "/start").await;
    stage.sees(oleg, "что делаем").await;
    let (old, data) = stage.button(oleg, "Я").await;
    stage.types(oleg, "8 912 345-67-89 Иван с авито").await;
    let (message, save) = stage.button(oleg, "Сохранить").await;
    // A double tap, and taps on a screen of before.
    for _ in 0..2 {
        stage.presses(oleg, message, &save).await;
        stage.presses(oleg, old, &data).await;
    }
    shown(&stage, oleg, "№1").await;
    let (notice, take) = stage.button(maria, "Взять").await;
    for _ in 0..2 {
        stage.presses(maria, notice, &take).await;
    }
    shown(&stage, maria, "Ведёт: Maria").await;
    for (words, answer) in [
        ("/lead", "Какой у клиента телефон"),
        ("/cancel", "Отменено"),
        ("/cancel", "Отменять было нечего"),
        ("/settings", "Настройки"),
        ("/language", "На каком языке"),
        ("/me", "Логин: oleg"),
        ("никого такого", "никого нет"),
        ("/nonsense", "Команды /nonsense нет"),
        ("/menu", "что делаем"),
    ] {
        stage.types(oleg, words).await;
        stage.sees(oleg, answer).await;
    }
    stage.taps(oleg, "Я").await;
    stage.sees(oleg, "Логин: oleg").await;
    stage.taps(oleg, "Язык").await;
    stage.sees(oleg, "На каком языке").await;
    stage.taps(oleg, "Русский").await;
    stage.sees(oleg, "по-русски").await;
    stage.until("select count(*) = 0 from outbox").await;
    // The stripping of an old screen comes behind its row.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let calls = stage.control("calls?after=0", None).await;
    let needless: Vec<_> = calls["calls"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|call| call["description"].as_str().is_some_and(|words| words.contains("not modified")))
        .collect();
    assert!(needless.is_empty(), "{needless:#?}");
}
