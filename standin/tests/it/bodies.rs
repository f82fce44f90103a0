//! Tokens, unknown methods, and the ways a call may be written.

use serde_json::json;

use crate::support::{ANNA, Desk, TOKEN};

#[tokio::test]
async fn wrong_tokens_and_methods_are_refused() {
    let desk = Desk::new().await;
    let call = |path: &str| desk.http.get(format!("{}{path}", desk.url));
    desk.reply(call("/bot1:wrong/getMe")).await.refused(401, "Unauthorized");
    desk.reply(call("/botnonsense/getMe")).await.refused(401, "Unauthorized");
    desk.reply(call("/file/bot1:wrong/photos/file_1.jpg")).await.refused(401, "Unauthorized");
    desk.reply(call(&format!("/bot{TOKEN}/makeTea"))).await.refused(404, "Not Found: method not found");
    desk.reply(call("/somewhere/else")).await.refused(404, "Not Found");
    let words = "Not Implemented: the stand-in does not emulate sendpoll";
    desk.reply(call(&format!("/bot{TOKEN}/sendPoll"))).await.refused(501, words);
}

#[tokio::test]
async fn methods_are_found_in_any_case_and_with_an_escaped_token() {
    let desk = Desk::new().await;
    let escaped = TOKEN.replace(':', "%3A");
    for path in [format!("/bot{TOKEN}/GETME"), format!("/bot{TOKEN}/getme/"), format!("/bot{escaped}/getMe")] {
        let me = desk.reply(desk.http.get(format!("{}{path}", desk.url))).await.ok();
        assert_eq!(me["id"], 4_200_000_001_i64);
        assert_eq!(me["username"], "test_bot");
        assert_eq!(me["is_bot"], true);
        assert_eq!(me["can_join_groups"], true);
        assert_eq!(me["can_read_all_group_messages"], false);
    }
}

#[tokio::test]
async fn query_form_multipart_and_json_say_the_same() {
    let desk = Desk::new().await;
    let url = format!("{}/bot{TOKEN}/sendMessage", desk.url);
    let chat = ANNA.to_string();
    let buttons = r#"{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}"#;
    let fields =
        [("chat_id", chat.as_str()), ("text", "<b>жир</b> & co"), ("parse_mode", "HTML"), ("reply_markup", buttons)];
    let mut form = reqwest::multipart::Form::new();
    for (name, value) in fields {
        form = form.text(name, value.to_owned());
    }
    let json = json!({"chat_id": ANNA, "text": "<b>жир</b> & co", "parse_mode": "HTML",
        "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}});
    let requests = [
        desk.http.get(&url).query(&fields),
        desk.http.post(&url).query(&fields),
        desk.http.post(&url).form(&fields),
        desk.http.post(&url).multipart(form),
        desk.http.post(&url).json(&json),
    ];
    for request in requests {
        let message = desk.reply(request).await.ok();
        assert_eq!(message["text"], "жир & co");
        assert_eq!(message["entities"], json!([{"type": "bold", "offset": 0, "length": 3}]));
        assert_eq!(message["reply_markup"]["inline_keyboard"][0][0]["callback_data"], "b");
        assert_eq!(message["chat"]["id"], ANNA);
    }
}

#[tokio::test]
async fn broken_bodies_are_refused() {
    let desk = Desk::new().await;
    let url = format!("{}/bot{TOKEN}/sendMessage", desk.url);
    let json = |body: &'static str| desk.http.post(&url).header("content-type", "application/json").body(body);
    desk.reply(json("[1]")).await.refused(400, "Bad Request: JSON object expected");
    let broken = desk.reply(json("{\"chat_id\": }")).await;
    assert_eq!(broken.status, 400);
    assert!(broken.body["description"].as_str().unwrap().starts_with("Bad Request: can't parse parameter value"));
    // As at Telegram, null is the text "null", which is a message like any other.
    let sent = desk.bot("sendMessage", json!({"chat_id": ANNA, "text": null})).await.ok();
    assert_eq!(sent["text"], "null");
}

#[tokio::test]
async fn only_loopback_addresses_and_whole_tokens_start() {
    let desk = Desk::new().await;
    let with = |listen: &str, token: &str| standin::Options {
        listen: listen.parse().unwrap(),
        token: token.to_owned(),
        ..crate::support::options(None)
    };
    let error = standin::start(with("0.0.0.0:0", TOKEN)).await.err().unwrap();
    assert!(matches!(error, standin::StartError::NotLoopback(_)), "{error}");
    let error = standin::start(with("127.0.0.1:0", "no token")).await.err().unwrap();
    assert!(matches!(error, standin::StartError::BadToken), "{error}");
    let taken = desk.running.address().to_string();
    let error = standin::start(with(&taken, TOKEN)).await.err().unwrap();
    assert!(matches!(error, standin::StartError::PortInUse(_)), "{error}");
}
