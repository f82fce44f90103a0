//! Three processes behind nginx, as `docs/scaling.md` tells to set them up.

use std::time::Duration;

use crate::support::nginx::Nginx;
use crate::support::server::{Replica, TestServer};

/// What people type, over and over, and what the answers are known by.
const ROUND: [(&str, &str); 3] = [("/me", "Логин"), ("/help", "умею"), ("/menu", "что делаем")];
const ROUNDS: usize = 12;

#[tokio::test(flavor = "multi_thread")]
async fn r13_r12_rolling_restarts_behind_nginx_lose_nothing_double_nothing_and_keep_order() {
    let mut server = TestServer::set().await;
    server.configure("WEBHOOK_SECRET", "a-secret_of_32_characters_at_least");
    let addresses: Vec<String> = (0..3).map(|_| TestServer::address()).collect();
    let nginx = Nginx::start(&addresses).await;
    server.configure("WEBHOOK_URL", format!("http://127.0.0.1:{}/telegram", nginx.port));
    let (code, said) = server.runs(&["webhook", "set"]);
    assert_eq!(code, 0, "{said}");
    let mut people = Vec::new();
    for name in ["anna", "boris", "vera", "gleb"] {
        people.push(server.superuser(name).await);
    }
    let mut replicas = Vec::new();
    for address in &addresses {
        replicas.push(server.replica_at(address.clone()).await);
    }

    let work = async {
        for _ in 0..ROUNDS {
            for (text, _) in ROUND {
                for person in &people {
                    server.types(*person, text).await;
                }
                tokio::time::sleep(Duration::from_millis(60)).await;
            }
        }
    };
    let restarts = async {
        // Each in turn, twice: it ends in the middle of what it does, and comes back at the same address.
        for _ in 0..2 {
            for _ in 0..addresses.len() {
                let (status, took) = replicas.remove(0).end().await;
                assert!(status.success() && took < Duration::from_secs(10), "{status} {took:?}");
                let address = free(&addresses, &replicas);
                replicas.push(server.replica_at(address).await);
            }
        }
    };
    tokio::join!(work, restarts);

    server.until("select count(*) = 144 from seen_update").await;
    server.until("select count(*) = 0 from outbox").await;
    server.until("select count(*) = 4 and bool_and(version = 36) from chat_session").await;
    server.until("select count(*) = 0 from parked_update").await;
    for person in &people {
        let heard = server.heard(*person).await;
        assert_eq!(heard.len(), ROUNDS * ROUND.len(), "one answer to each message");
        for (text, (_, words)) in heard.iter().zip(ROUND.iter().cycle()) {
            assert!(text.contains(words), "{words:?} is not in {text:?}: answers stand in the order of the messages");
        }
    }
    let (_, said) = server.runs(&["webhook", "info"]);
    assert!(said.contains("/telegram"), "nobody touched the webhook: {said}");
    let state = server.control("state", None).await;
    assert_eq!(state["pending_updates"], 0);
    let answered = nginx.answered();
    let taken = answered.iter().filter(|status| **status == 200).count();
    assert!(taken >= 144, "{taken}");
    // What was not taken came again: no other answer would have brought it back.
    assert!(answered.iter().all(|status| matches!(status, 200 | 502 | 503 | 504)), "{answered:?}");
}

/// The address at which no process runs.
fn free(addresses: &[String], replicas: &[Replica]) -> String {
    let nobody = |address: &&String| replicas.iter().all(|replica| replica.listen != **address);
    addresses.iter().find(nobody).unwrap().clone()
}
