//! Real clients run a small bot against the stand-in: teloxide, and one in another language.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use teloxide::dispatching::UpdateFilterExt;
use teloxide::prelude::*;
use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup, InputFile, ParseMode};

use crate::support::{ANNA, Desk, TOKEN};

/// Waits until the last message of Anna's chat satisfies.
async fn until(desk: &Desk, fits: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..500 {
        let last = desk.chat(ANNA).await.pop().unwrap_or_default();
        if fits(&last) {
            return last;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the bot did not do it: {:?}", desk.chat(ANNA).await.pop());
}

/// What every client's bot must be able to do.
async fn converse(desk: &Desk) {
    desk.say(ANNA, "/start").await;
    let hello = until(desk, |m| m["text"] == "Hello, Anna").await;
    assert_eq!(hello["entities"][0]["type"], "bold");
    let press = json!({"message_id": hello["message_id"], "row": 0, "col": 0});
    let pressed = desk.post(&format!("/people/{ANNA}/press"), press).await;
    let path = format!("/callbacks/{}?wait_ms=10000", pressed["callback_id"].as_str().unwrap());
    let answer = desk.get(&path).await;
    assert_eq!((&answer["text"], &answer["show_alert"]), (&json!("Done"), &json!(true)));
    let file = until(desk, |m| m["caption"] == "A file").await;
    assert_eq!(file["document"]["file_name"], "hello.txt");
    let chat = desk.chat(ANNA).await;
    let edited = chat.iter().find(|m| m["message_id"] == hello["message_id"]).unwrap();
    assert_eq!((&edited["text"], edited["edit_date"].is_i64()), (&json!("Changed"), true));
    let document = json!({"document": {"file_name": "a.txt", "base64": "aGk="}});
    desk.post(&format!("/people/{ANNA}/send"), document).await;
    until(desk, |m| m["text"] == "Got hi").await;
}

#[tokio::test]
async fn teloxide_runs_a_bot() {
    let desk = Desk::new().await;
    let bot = Bot::new(TOKEN).set_api_url(desk.url.parse().unwrap());
    assert_eq!(bot.get_me().await.unwrap().username(), "test_bot");
    let handler = dptree::entry()
        .branch(Update::filter_message().endpoint(hear))
        .branch(Update::filter_callback_query().endpoint(pressed));
    let mut dispatcher = Dispatcher::builder(bot, handler).build();
    let stop = dispatcher.shutdown_token();
    let running = tokio::spawn(async move { dispatcher.dispatch().await });
    converse(&desk).await;
    stop.shutdown().unwrap().await;
    running.await.unwrap();
}

async fn hear(bot: Bot, message: Message) -> ResponseResult<()> {
    if let Some(document) = message.document() {
        let file = bot.get_file(document.file.id.clone()).await?;
        let mut bytes = Vec::new();
        teloxide::net::Download::download_file(&bot, &file.path, &mut bytes).await.unwrap();
        bot.send_message(message.chat.id, format!("Got {}", String::from_utf8_lossy(&bytes))).await?;
        return Ok(());
    }
    let name = message.from.as_ref().map_or("", |u| u.first_name.as_str());
    let buttons = InlineKeyboardMarkup::new([[InlineKeyboardButton::callback("More", "more")]]);
    let hello = bot.send_message(message.chat.id, format!("<b>Hello</b>, {name}"));
    hello.parse_mode(ParseMode::Html).reply_markup(buttons).await?;
    Ok(())
}

async fn pressed(bot: Bot, query: CallbackQuery) -> ResponseResult<()> {
    let message = query.message.unwrap();
    bot.edit_message_text(message.chat().id, message.id(), "Changed").await?;
    bot.answer_callback_query(query.id).text("Done").show_alert(true).await?;
    bot.send_document(message.chat().id, InputFile::memory("hello").file_name("hello.txt")).caption("A file").await?;
    Ok(())
}

/// Ends a program when the test does, however it does.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_client_in_another_language_runs_a_bot() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/other-client");
    if !folder.join("node_modules/grammy").exists() {
        eprintln!("skipped: the other client is not installed; run standin/tests/other-client.sh");
        return;
    }
    let desk = Desk::new().await;
    let mut command = Command::new("node");
    command.arg("bot.mjs").args([&desk.url, TOKEN]).current_dir(folder).stdout(Stdio::null());
    let _bot = Ended(command.spawn().unwrap());
    converse(&desk).await;
    let path = format!("/chats/{ANNA}/messages");
    let chat = desk.get(&path).await;
    assert_eq!(chat["commands"][0]["command"], "start");
    assert_eq!(chat["reply_keyboard"]["keyboard"][0][0]["request_contact"], true);
    desk.post(&format!("/people/{ANNA}/send"), json!({"contact": {}})).await;
    until(&desk, |m| m["text"] == "Phone 79123456789").await;
}
