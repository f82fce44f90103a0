//! Updates that are pushed to the bot.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::support::{ANNA, Desk};

/// What a bot received: when, which, and under which secret.
#[derive(Clone, Debug)]
struct Got {
    at: Instant,
    update: Value,
    secret: String,
}

/// What is answered to the n-th delivery, and after how long.
type Answer = Arc<dyn Fn(usize, &Value) -> (Duration, Response) + Send + Sync>;

/// A bot behind a webhook.
#[derive(Clone)]
struct Hook {
    url: String,
    got: Arc<Mutex<Vec<Got>>>,
    running: Arc<Mutex<(usize, usize)>>,
    answer: Answer,
}

impl Hook {
    async fn new(answer: impl Fn(usize, &Value) -> (Duration, Response) + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let hook = Self { url, got: Arc::default(), running: Arc::default(), answer: Arc::new(answer) };
        let app = Router::new().fallback(receive).with_state(hook.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        hook
    }

    async fn wait(&self, count: usize) -> Vec<Got> {
        let end = Instant::now() + Duration::from_secs(20);
        while Instant::now() < end {
            let got = self.got.lock().unwrap().clone();
            if got.len() >= count {
                return got;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{count} deliveries did not come: {:?}", self.got.lock().unwrap());
    }
}

async fn receive(State(hook): State<Hook>, headers: HeaderMap, body: Bytes) -> Response {
    let update: Value = serde_json::from_slice(&body).unwrap();
    let secret = headers.get("x-telegram-bot-api-secret-token").map_or("", |v| v.to_str().unwrap()).to_owned();
    let n = {
        let mut got = hook.got.lock().unwrap();
        got.push(Got { at: Instant::now(), update: update.clone(), secret });
        let mut running = hook.running.lock().unwrap();
        running.0 += 1;
        running.1 = running.1.max(running.0);
        got.len()
    };
    let (pause, response) = (hook.answer)(n, &update);
    tokio::time::sleep(pause).await;
    hook.running.lock().unwrap().0 -= 1;
    response
}

fn fine() -> (Duration, Response) {
    (Duration::ZERO, StatusCode::OK.into_response())
}

async fn pending(desk: &Desk) -> Value {
    desk.bot("getWebhookInfo", json!({})).await.ok()["pending_update_count"].clone()
}

async fn settled(desk: &Desk) {
    for _ in 0..200 {
        if pending(desk).await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("updates still wait");
}

#[tokio::test]
async fn updates_arrive_with_their_secret() {
    let desk = Desk::new().await;
    desk.say(ANNA, "before").await;
    let hook = Hook::new(|_, _| fine()).await;
    let set = desk.bot("setWebhook", json!({"url": hook.url, "secret_token": "s-1_A", "max_connections": 7})).await;
    assert_eq!(set.body["description"], "Webhook was set");
    desk.say(ANNA, "after").await;
    let got = hook.wait(2).await;
    assert_eq!(got[0].update["message"]["text"], "before");
    assert_eq!(got[1].update["message"]["text"], "after");
    assert!(got.iter().all(|g| g.secret == "s-1_A"));
    settled(&desk).await;
    let info = desk.bot("getWebhookInfo", json!({})).await.ok();
    assert_eq!((&info["url"], &info["max_connections"]), (&json!(hook.url), &json!(7)));
    assert!(info.get("last_error_date").is_none());
    let words =
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
    desk.bot("getUpdates", json!({})).await.refused(409, words);
    let gone = desk.bot("deleteWebhook", json!({})).await;
    assert_eq!(gone.body["description"], "Webhook was deleted");
    assert_eq!(desk.bot("deleteWebhook", json!({})).await.body["description"], "Webhook is already deleted");
    desk.say(ANNA, "polled").await;
    assert_eq!(desk.updates(json!({"offset": 1})).await[0]["message"]["text"], "polled");
    assert_eq!(hook.got.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn failures_are_tried_again_and_told() {
    let desk = Desk::new().await;
    let hook = Hook::new(|n, _| match n {
        1 => (Duration::ZERO, StatusCode::INTERNAL_SERVER_ERROR.into_response()),
        2 => (Duration::ZERO, (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "1")]).into_response()),
        3 => (Duration::ZERO, StatusCode::BAD_GATEWAY.into_response()),
        _ => fine(),
    })
    .await;
    desk.bot("setWebhook", json!({"url": hook.url})).await.ok();
    desk.say(ANNA, "x").await;
    let got = hook.wait(4).await;
    assert!(got.iter().all(|g| g.update["update_id"] == got[0].update["update_id"]));
    let gaps: Vec<u128> = got.windows(2).map(|w| w[1].at.duration_since(w[0].at).as_millis()).collect();
    assert!(gaps[0] < 500, "the first failure is tried again at once: {gaps:?}");
    assert!((900..2_000).contains(&gaps[1]), "Retry-After is obeyed: {gaps:?}");
    assert!((1_900..4_000).contains(&gaps[2]), "then the pauses grow: {gaps:?}");
    settled(&desk).await;
    let info = desk.bot("getWebhookInfo", json!({})).await.ok();
    assert_eq!(info["last_error_message"], "Wrong response from the webhook: 502 Bad Gateway");
    assert!(info["last_error_date"].is_i64());
}

#[tokio::test]
async fn order_is_kept_within_a_chat_and_kind_only() {
    let desk = Desk::new().await;
    desk.person(501, "Boris").await;
    // Anna's first message blocks her messages, but neither her presses nor Boris.
    let hook = Hook::new(|_, update| {
        let slow = update["message"]["text"] == "a1";
        (Duration::from_millis(if slow { 600 } else { 0 }), StatusCode::OK.into_response())
    })
    .await;
    let sent = desk.send(json!({"reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}})).await;
    desk.bot("setWebhook", json!({"url": hook.url})).await.ok();
    desk.say(ANNA, "a1").await;
    desk.say(ANNA, "a2").await;
    desk.post(&format!("/people/{ANNA}/press"), json!({"message_id": sent["message_id"], "data": "b"})).await;
    desk.say(501, "b1").await;
    let got = hook.wait(4).await;
    let names: Vec<String> =
        got.iter().map(|g| g.update["message"]["text"].as_str().map_or("press".to_owned(), str::to_owned)).collect();
    assert_eq!((names[0].as_str(), names[3].as_str()), ("a1", "a2"), "{names:?}");
}

#[tokio::test]
async fn no_more_connections_than_asked_for() {
    let desk = Desk::new().await;
    let hook = Hook::new(|_, _| (Duration::from_millis(50), StatusCode::OK.into_response())).await;
    for id in 501..520 {
        desk.person(id, "P").await;
        desk.say(id, "x").await;
    }
    assert_eq!(pending(&desk).await, 19);
    desk.bot("setWebhook", json!({"url": hook.url, "max_connections": 3})).await.ok();
    hook.wait(19).await;
    assert_eq!(hook.running.lock().unwrap().1, 3);
    settled(&desk).await;
}

#[tokio::test]
async fn a_delivery_is_answered_with_a_call() {
    let desk = Desk::new().await;
    let hook = Hook::new(|_, update| {
        let call =
            json!({"method": "sendMessage", "chat_id": update["message"]["chat"]["id"], "text": "from the hook"});
        (Duration::ZERO, axum::Json(call).into_response())
    })
    .await;
    desk.bot("setWebhook", json!({"url": hook.url})).await.ok();
    desk.say(ANNA, "x").await;
    hook.wait(1).await;
    settled(&desk).await;
    let mut said = Value::Null;
    for _ in 0..100 {
        said = desk.chat(ANNA).await.pop().unwrap()["text"].clone();
        if said == "from the hook" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(said, "from the hook");
}

#[tokio::test]
async fn deliveries_are_repeated_by_order() {
    let desk = Desk::new().await;
    let hook = Hook::new(|_, _| fine()).await;
    desk.bot("setWebhook", json!({"url": hook.url})).await.ok();
    desk.post("/updates/duplicate", json!({"count": 1})).await;
    let id = desk.say(ANNA, "x").await["update_id"].clone();
    hook.wait(2).await;
    desk.post("/updates/redeliver", json!({"update_id": id})).await;
    let got = hook.wait(3).await;
    assert!(got.iter().all(|g| g.update["update_id"] == id));
}

#[tokio::test]
async fn setting_is_checked_and_ends_a_poll() {
    let desk = Desk::new().await;
    let set = async |more: Value| desk.bot("setWebhook", more).await;
    let call = async |more: Value, words: &str| {
        tokio::time::sleep(Duration::from_millis(1_050)).await;
        set(more).await.refused(400, &format!("Bad Request: {words}"));
    };
    call(json!({"url": "ftp://127.0.0.1/"}), "invalid webhook URL specified").await;
    call(json!({"url": "https://example.org/"}), "bad webhook: the stand-in delivers only to this machine").await;
    let here = "http://127.0.0.1:1/";
    call(json!({"url": here, "secret_token": "a b"}), "secret token contains unallowed characters").await;
    call(json!({"url": here, "secret_token": "x".repeat(257)}), "secret token is too long").await;
    let (polled, set) = tokio::join!(desk.bot("getUpdates", json!({"offset": 1, "timeout": 20})), async {
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        desk.bot("setWebhook", json!({"url": here})).await
    });
    polled.refused(409, "Conflict: terminated by setWebhook request");
    set.ok();
    desk.bot("setWebhook", json!({"url": here})).await.refused(429, "Too Many Requests: retry after 1");
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(desk.bot("setWebhook", json!({"url": here})).await.body["description"], "Webhook is already set");
    desk.say(ANNA, "x").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let info = desk.bot("getWebhookInfo", json!({})).await.ok();
    assert_eq!((&info["pending_update_count"], &info["last_error_message"]), (&json!(1), &json!("Connection refused")));
    desk.bot("deleteWebhook", json!({"drop_pending_updates": true})).await.ok();
    assert_eq!(pending(&desk).await, 0);
}
