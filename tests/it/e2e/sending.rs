//! Messages that Telegram refuses, answers to taps that fail, chats that cannot be reached, and needless calls.

use std::time::{Duration, Instant};

use crmbot::domain::Group;
use serde_json::{Value, json};

use super::data::contents;
use crate::support::server::{PATIENCE, TestServer};

/// What Telegram says of a tag that it does not know: it quotes the text.
const ENTITIES: &str = "can't parse entities: Unsupported start tag \"canary\" at byte offset 12";

async fn refuse(server: &TestServer, method: &str, description: &str, count: u32, chat: i64) {
    let body = json!({ "method": method, "kind": "400", "description": description, "count": count, "chat_id": chat });
    server.control("faults", Some(body)).await;
}

/// Waits until a message of the bot holds the words, and gives the newest such message.
async fn shown(server: &TestServer, person: i64, words: &str) -> Value {
    let began = Instant::now();
    loop {
        let messages = server.messages(person).await;
        let own = messages.into_iter().rev().filter(|message| message["from_person"] == false);
        if let Some(found) = own.into_iter().find(|message| message["text"].to_string().contains(words)) {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "no {words:?} in:\n{}", server.picture(person).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(super) async fn metric(server: &TestServer, name: &str) -> f64 {
    let page =
        server.http.get(format!("http://{}/metrics", server.listen())).send().await.unwrap().text().await.unwrap();
    let line = page.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
    line.unwrap_or_else(|| panic!("no {name} in:\n{page}")).parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn r17_a_refused_screen_is_kept_told_in_plain_text_and_the_next_command_and_tap_work() {
    let server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    let emma = server.staff("emma", "en", Group::Operators).await;
    server.ad("Avito", "AVITO").await;
    server.types(emma, "/menu").await;
    server.sees(emma, "what shall we do").await;
    refuse(&server, "sendMessage", "BUTTON_DATA_INVALID", 1, emma).await;
    server.types(emma, "Canary 8 921 555-01-47").await;
    server.sees(emma, "Telegram did not accept").await;
    server.until("select count(*) = 0 from outbox").await;
    let told = shown(&server, emma, "Telegram did not accept").await;
    assert!(told["reply_markup"].is_null() && told["text"].as_str().unwrap().contains("/menu"), "{told}");
    let (code, fault): (String, String) = sqlx::query_as(
        "select code, fault from parked_update where kind = 'screen' and letter is null and message is not null",
    )
    .fetch_one(server.db.owner())
    .await
    .unwrap();
    assert!(told["text"].as_str().unwrap().contains(&code) && fault.contains("BUTTON_DATA_INVALID"), "{told} {fault}");
    assert_eq!(metric(&server, "crmbot_refused_messages_total").await, 1.0);
    let everything = contents(&server.db).await.to_lowercase();
    // G9: what was not shown is sealed, and nothing of it stands anywhere else.
    assert!(!everything.contains("9215550147") && !everything.contains("canary"), "it can be read in the database");
    // The next command works.
    server.types(emma, "/language").await;
    let language = shown(&server, emma, "Which language").await;

    // An edit that is refused for what it says is no message that is gone: nothing is sent in its place but the word about it.
    let before = server.heard(emma).await.len();
    refuse(&server, "editMessageText", ENTITIES, 1, emma).await;
    server.taps(emma, "Русский").await;
    server.sees(emma, "Telegram не принял").await;
    assert_eq!(server.heard(emma).await.len(), before + 1, "{}", server.picture(emma).await);
    assert_eq!(metric(&server, "crmbot_refused_messages_total").await, 2.0);
    server.until("select count(*) = 0 from parked_update where fault like '%canary%'").await;
    let (message, data) = server.button(emma, "English").await;
    // R17: the screen that is left is not a dead one: a tap on it leads to the menu.
    assert_eq!(json!(message), language["message_id"]);
    server.presses(emma, message, &data).await;
    let menu = shown(&server, emma, "что делаем").await;
    assert_eq!(menu["message_id"], json!(message));
    server.taps(emma, "Я").await;
    shown(&server, emma, "Логин: emma").await;

    // The administrator sees both, sends one again and drops the other.
    server.types(anna, "/check").await;
    server.sees(anna, "Отложено сообщений: 2").await;
    let card = shown(&server, anna, "не принято Telegram: screen").await;
    assert!(card["text"].as_str().unwrap().contains("Emma"), "{card}");
    server.taps(anna, &code).await;
    server.sees(anna, "запечатанным").await;
    server.taps(anna, "Повторить").await;
    server.sees(anna, "Получатель сейчас занят").await;
    server.types(emma, "/menu").await;
    server.sees(emma, "что делаем").await;
    server.taps(anna, "Повторить").await;
    server.sees(anna, "Отправлено снова").await;
    // What she had sent is there, and can be saved.
    server.sees(emma, "Canary").await;
    server.taps(emma, "Avito").await;
    server.taps(emma, "Сохранить").await;
    shown(&server, emma, "№1").await;
    server.until("select count(*) = 1 from parked_update where settled_at is null and message is not null").await;
    server.until("select count(*) = 1 from parked_update where settled_by is not null and message is null").await;
    server.taps(anna, "📨").await;
    server.taps(anna, "Убрать").await;
    server.types(anna, "исправлено").await;
    server.sees(anna, "Убрано").await;
    server.until("select count(*) = 0 from parked_update where message is not null").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r17_a_refused_notice_is_sent_again_as_it_was_and_a_refused_word_about_it_ends() {
    let server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    server.ad("Авито", "AVITO").await;
    let (oleg, maria) =
        (server.staff("oleg", "ru", Group::Operators).await, server.staff("maria", "ru", Group::Managers).await);
    server.types(maria, "/menu").await;
    server.sees(maria, "что делаем").await;
    // The notice, and the plain text about it.
    refuse(&server, "sendMessage", "BUTTON_URL_INVALID", 2, maria).await;
    server.types(oleg, "8 912 345-67-89 Иван с авито").await;
    server.taps(oleg, "Сохранить").await;
    server.until("select count(*) = 1 from parked_update where kind = 'notice'").await;
    server.until("select count(*) = 0 from outbox").await;
    assert_eq!(server.heard(maria).await.len(), 1, "{}", server.picture(maria).await);
    assert_eq!(metric(&server, "crmbot_refused_messages_total").await, 2.0);
    server.types(anna, "/check").await;
    server.taps(anna, "📨").await;
    server.taps(anna, "Повторить").await;
    server.sees(maria, "Новый лид").await;
    server.taps(maria, "Взять").await;
    shown(&server, maria, "Ведёт: Maria").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_a_tap_whose_answer_fails_or_hangs_has_its_screen_at_once() {
    let server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    let faults = [
        json!({ "method": "answerCallbackQuery", "kind": "500", "count": 6 }),
        json!({ "method": "answerCallbackQuery", "kind": "429", "retry_after": 30 }),
        json!({ "method": "answerCallbackQuery", "kind": "hang", "delay_ms": 20_000 }),
    ];
    for fault in faults {
        server.types(anna, "/language").await;
        server.sees(anna, "На каком языке").await;
        server.control("faults", Some(fault.clone())).await;
        let began = Instant::now();
        server.taps(anna, "English").await;
        server.sees(anna, "I speak English now").await;
        assert!(began.elapsed() < Duration::from_secs(2), "{fault}: {:?}", began.elapsed());
        // The next reply of the chat waits for it no more than this one.
        server.types(anna, "/language").await;
        server.sees(anna, "Which language").await;
        server.taps(anna, "Русский").await;
        server.sees(anna, "говорю по-русски").await;
        assert!(began.elapsed() < Duration::from_secs(4), "{fault}: {:?}", began.elapsed());
        server.until("select count(*) = 0 from outbox").await;
        server.http.delete(format!("{}/control/faults", server.telegram.api_url())).send().await.unwrap();
    }
    // One try each: nothing repeats what failed.
    let calls = server.control("calls?after=0", None).await;
    let answers = calls["calls"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|call| call["method"] == "AnswerCallbackQuery" || call["method"] == "answerCallbackQuery");
    assert_eq!(answers.count(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_an_older_programs_answer_in_the_outbox_is_tried_once_and_holds_nothing_up() {
    let server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    sqlx::query(
        "insert into outbox (chat_id, payload, claimed_by, created_at)
         values ($1, '{\"Answer\": {\"callback_id\": \"1\", \"text\": \"\", \"alert\": false}}', 1, now())",
    )
    .bind(anna)
    .execute(server.db.owner())
    .await
    .unwrap();
    let hang = json!({ "method": "answerCallbackQuery", "kind": "hang", "delay_ms": 3_000 });
    server.control("faults", Some(hang)).await;
    server.until("select claimed_by <> 1 from outbox").await;
    let began = Instant::now();
    server.types(anna, "/me").await;
    server.sees(anna, "Логин: anna").await;
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    server.until("select count(*) = 0 from outbox").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r8_the_first_403_of_a_colleague_is_told_once_and_their_notices_come_when_they_are_back() {
    let server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    server.ad("Авито", "AVITO").await;
    let (oleg, maria) =
        (server.staff("oleg", "ru", Group::Operators).await, server.staff("maria", "ru", Group::Managers).await);
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
    server.types(maria, "/menu").await;
    server.sees(maria, "что делаем").await;
    // A 400 that says that the chat is gone counts as a 403.
    refuse(&server, "sendMessage", "chat not found", 2, maria).await;
    for phone in ["8 912 345-67-89", "8 912 345-67-80"] {
        server.types(oleg, &format!("{phone} Иван с авито")).await;
        server.taps(oleg, "Сохранить").await;
        shown(&server, oleg, "Лид сохранён").await;
        server.until("select count(*) = 0 from outbox").await;
        server.types(oleg, "/menu").await;
        server.sees(oleg, "что делаем").await;
    }
    server.until("select count(*) = 1 from chat_session where unreachable_at is not null").await;
    server.until("select count(*) = 0 from parked_update").await;
    let told = server.heard(anna).await.into_iter().filter(|text| text.contains("Сообщения не доходят")).count();
    assert_eq!(told, 1, "{}", server.picture(anna).await);
    assert_eq!(server.heard(maria).await.len(), 1);
    // One notice was tried, the second one was not even written.
    let calls = server.control("calls?after=0", None).await;
    let refused = calls["calls"].as_array().unwrap().iter().filter(|call| call["fault"] == "400").count();
    assert_eq!(refused, 1);
    server.http.delete(format!("{}/control/faults", server.telegram.api_url())).send().await.unwrap();
    server.types(maria, "/menu").await;
    let began = Instant::now();
    while server.heard(maria).await.iter().filter(|text| text.contains("Иван")).count() < 2 {
        assert!(began.elapsed() < PATIENCE, "{}", server.picture(maria).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.taps(maria, "Взять").await;
    shown(&server, maria, "Ведёт: Maria").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g5_a_reply_that_is_dropped_because_rights_have_grown_is_drawn_again() {
    let server = TestServer::open().await;
    let oleg = server.staff("oleg", "ru", Group::Operators).await;
    server.types(oleg, "/menu").await;
    server.sees(oleg, "что делаем").await;
    server.until("select count(*) = 0 from outbox").await;
    let wait = json!({ "method": "sendMessage", "kind": "429", "retry_after": 2, "chat_id": oleg });
    server.control("faults", Some(wait)).await;
    server.types(oleg, "/lead").await;
    server.until("select count(*) = 1 from outbox").await;
    sqlx::query("update staff_user set is_superuser = true, authz_epoch = authz_epoch + 1 where username = 'oleg'")
        .execute(server.db.owner())
        .await
        .unwrap();
    server.sees(oleg, "1 из 3").await;
    server.until("select count(*) = 0 from outbox").await;
    // Their answer reaches the form that they see.
    server.types(oleg, "8 912 345-67-89").await;
    server.sees(oleg, "2 из 3").await;
    server.until("select count(*) = 0 from outbox").await;

    // A user who has lost all access sees nothing of the reply.
    let wait = json!({ "method": "sendMessage", "kind": "429", "retry_after": 2, "chat_id": oleg });
    server.control("faults", Some(wait)).await;
    server.types(oleg, "Иван").await;
    server.until("select count(*) = 1 from outbox").await;
    sqlx::query("update staff_user set active = false where username = 'oleg'")
        .execute(server.db.owner())
        .await
        .unwrap();
    server.until("select count(*) = 0 from outbox").await;
    assert!(server.heard(oleg).await.last().unwrap().contains("2 из 3"), "{}", server.picture(oleg).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_an_ordinary_day_nothing_is_changed_that_is_so_already() {
    let server = TestServer::open().await;
    server.ad("Авито", "AVITO").await;
    let stranger = server.person("Stefan", "ru").await;
    for words in ["/start", "привет", "/login anna", "привет", "/cancel", "привет"] {
        server.types(stranger, words).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (oleg, maria) =
        (server.staff("oleg", "ru", Group::Operators).await, server.staff("maria", "ru", Group::Managers).await);
    server.types(maria, "/start").await;
    server.sees(maria, "что делаем").await;
    server.types(oleg, "/start").await;
    server.sees(oleg, "что делаем").await;
    let (old, data) = server.button(oleg, "Я").await;
    server.types(oleg, "8 912 345-67-89 Иван с авито").await;
    let (message, save) = server.button(oleg, "Сохранить").await;
    // A double tap, and taps on a screen of before.
    for _ in 0..2 {
        server.presses(oleg, message, &save).await;
        server.presses(oleg, old, &data).await;
    }
    shown(&server, oleg, "№1").await;
    let (notice, take) = server.button(maria, "Взять").await;
    for _ in 0..2 {
        server.presses(maria, notice, &take).await;
    }
    shown(&server, maria, "Ведёт: Maria").await;
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
        server.types(oleg, words).await;
        server.sees(oleg, answer).await;
    }
    server.taps(oleg, "Я").await;
    server.sees(oleg, "Логин: oleg").await;
    server.taps(oleg, "Язык").await;
    server.sees(oleg, "На каком языке").await;
    server.taps(oleg, "Русский").await;
    server.sees(oleg, "по-русски").await;
    server.until("select count(*) = 0 from outbox").await;
    // The stripping of an old screen comes behind its row.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let calls = server.control("calls?after=0", None).await;
    let needless: Vec<_> = calls["calls"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|call| call["description"].as_str().is_some_and(|words| words.contains("not modified")))
        .collect();
    assert!(needless.is_empty(), "{needless:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn j6_a_protected_card_is_a_message_of_its_own_in_place_of_the_list() {
    let server = TestServer::open().await;
    let emma = server.staff("emma", "en", Group::Operators).await;
    sqlx::query("update look_policy set protect_cards = true").execute(server.db.owner()).await.unwrap();
    sqlx::query(
        "insert into client (phone, phone_raw, last_name, first_name, created_at, created_by)
         values ('+79215550147', '', 'Canary', 'Anna', now(), 0), ('+79215550148', '', 'Canary', 'Boris', now(), 0)",
    )
    .execute(server.db.owner())
    .await
    .unwrap();
    server.types(emma, "/find Canary").await;
    let list = shown(&server, emma, "Canary").await;
    assert!(list["has_protected_content"].is_null(), "a list masks phones: {list}");
    server.taps(emma, "Boris").await;
    let card = shown(&server, emma, "Entered on").await;
    // J6: Telegram keeps the protection of a message for good, so the card is a new one, in place of the list
    assert_eq!(card["has_protected_content"], true, "{card}");
    assert_ne!(card["message_id"], list["message_id"]);
    server.until("select count(*) = 0 from outbox").await;
    let left = server.messages(emma).await;
    assert!(left.iter().all(|message| message["message_id"] != list["message_id"]), "{left:?}");
    // What has nothing to copy is drawn in place, as before.
    server.taps(emma, "Timeline").await;
    server.until("select count(*) = 0 from outbox").await;
    let living = "select message_id from chat_screen where chat_id = $1 and protected_message_id = message_id";
    let message: i64 = sqlx::query_scalar(living).bind(emma).fetch_one(server.db.owner()).await.unwrap();
    assert_eq!(card["message_id"], json!(message));
}
