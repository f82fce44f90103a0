//! A chat whose replies Telegram does not take: its updates wait, and no other chat notices.

use std::time::{Duration, Instant};

use crmbot::domain::Group;
use serde_json::json;

use super::sending::metric;
use crate::support::chat::plain;
use crate::support::server::{PATIENCE, TestServer};

/// So many messages of one user: more than replies of one chat may be unsent.
const TYPED: usize = 90;

/// So many replies may be unsent when no turn of the chat begins any more, and what the last turns have added to them.
const UNSENT: i64 = 50 + 5;

async fn count(server: &TestServer, question: &'static str) -> i64 {
    sqlx::query_scalar(question).fetch_one(server.db.owner()).await.unwrap()
}

/// The bot's messages of a chat, more than are shown at once.
async fn all_heard(server: &TestServer, person: i64) -> Vec<String> {
    let chat = server.control(&format!("chats/{person}/messages?limit=500"), None).await;
    let own = chat["messages"].as_array().unwrap().iter().filter(|message| message["from_person"] == false);
    own.filter_map(|message| message["text"].as_str().map(plain)).collect()
}

/// Floods the bot from a chat that Telegram slows down; how the program gets its updates does not matter.
async fn one_chat_is_held_back(mut server: TestServer) {
    server.start().await;
    let oleg = server.staff("oleg", "en", Group::Operators).await;
    let emma = server.staff("emma", "en", Group::Operators).await;
    for person in [oleg, emma] {
        server.types(person, "/menu").await;
        server.sees(person, "what shall we do").await;
    }
    let slow = json!({ "kind": "429", "retry_after": 6, "count": 1, "chat_id": oleg });
    server.control("faults", Some(slow)).await;
    for number in 0..TYPED {
        server.types(oleg, &format!("canary{number:02}")).await;
    }
    let began = Instant::now();
    while metric(&server, "crmbot_intake_held_back_chats").await < 1.0 {
        assert!(began.elapsed() < PATIENCE, "the chat is not held back");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.until("select (select count(*) from inbound_update) + (select count(*) from seen_update) >= 92").await;
    // the unsent replies of one chat are bounded, and the updates wait in the inbox, confirmed and encrypted.
    let unsent = count(&server, "select count(*) from outbox where not bulk").await;
    assert!((50..=UNSENT).contains(&unsent), "{unsent} unsent replies");
    assert!(count(&server, "select count(*) from inbound_update").await >= 20);
    // what waits on purpose is neither unsettled nor stuck.
    assert_eq!(metric(&server, "crmbot_intake_waiting").await, 0.0);
    assert_eq!(metric(&server, "crmbot_intake_lag_seconds").await, 0.0);
    // another chat is answered meanwhile.
    server.types(emma, "/language").await;
    server.sees(emma, "Which language").await;
    assert_eq!(metric(&server, "crmbot_intake_held_back_chats").await, 1.0, "it was answered too late to prove it");
    server.until("select count(*) = 0 from inbound_update").await;
    server.until("select count(*) = 0 from outbox").await;
    // every update is answered, in order.
    let heard = all_heard(&server, oleg).await;
    let numbers: Vec<usize> =
        heard.iter().filter_map(|text| text.split_once("canary")?.1.get(..2)?.parse().ok()).collect();
    assert_eq!(numbers, (0..TYPED).collect::<Vec<_>>(), "{heard:?}");
    assert_eq!(metric(&server, "crmbot_intake_held_back_chats").await, 0.0);
}

// Over five seconds: Telegram's pause has to outlast the flood on a slow machine.
#[tokio::test(flavor = "multi_thread")]
async fn r14_r7_a_chat_whose_replies_wait_is_held_back_and_answered_in_order() {
    one_chat_is_held_back(TestServer::set().await).await;
}

// Over five seconds: as above.
#[tokio::test(flavor = "multi_thread")]
async fn r14_r7_the_same_holds_for_updates_that_are_pushed() {
    let mut server = TestServer::set().await;
    let url = format!("http://{}/telegram", server.listen());
    server.configure("WEBHOOK_URL", url);
    server.configure("WEBHOOK_SECRET", "a-secret_of_32_characters_at_least");
    assert_eq!(server.runs(&["webhook", "set"]).0, 0);
    one_chat_is_held_back(server).await;
}
