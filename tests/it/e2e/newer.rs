//! Drafts of a newer release: an older process leaves them to it, and sets them aside while none is there.

use crmbot::domain::Group;
use crmbot::flows::dialogue::RELEASE;
use serde_json::{Value, json};
use sqlx::postgres::PgConnection;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::support::server::TestServer;

/// The id of the process that is played here.
const PROCESS: i32 = 424_242;

/// A live process of the next release, as far as others can see: its row, and its lock as long as the connection is open.
async fn newer_process(server: &TestServer) -> PgConnection {
    let mut connection = server.db.owner().connect_options().as_ref().clone().connect().await.unwrap();
    sqlx::query("insert into process (id, beat_at, release) values ($1, now() + interval '1 hour', $2)")
        .bind(PROCESS)
        .bind(RELEASE + 1)
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::query("select pg_advisory_lock_shared(1668443441, $1)").bind(PROCESS).execute(&mut connection).await.unwrap();
    connection
}

async fn dialogue(server: &TestServer, person: i64) -> Value {
    let question = "select dialogue from chat_session where chat_id = $1";
    sqlx::query_scalar(question).bind(person).fetch_one(server.db.owner()).await.unwrap()
}

async fn write(server: &TestServer, person: i64, dialogue: &Value) {
    sqlx::query("update chat_session set dialogue = $2 where chat_id = $1")
        .bind(person)
        .bind(dialogue)
        .execute(server.db.owner())
        .await
        .unwrap();
}

async fn types_of(server: &TestServer, person: i64) -> Vec<String> {
    let messages = server.messages(person).await;
    let own = messages.iter().filter(|message| message["from_person"] == true);
    own.filter_map(|message| message["text"].as_str().map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn r20_a_draft_of_a_newer_release_is_left_to_it_set_aside_without_it_and_comes_back() {
    let server = TestServer::open().await;
    let emma = server.staff("emma", "en", Group::Operators).await;
    let oleg = server.staff("oleg", "en", Group::Operators).await;
    server.ad("Avito", "AVITO").await;
    server.types(emma, "Irina Draft 8 921 555-01-47").await;
    server.sees(emma, "Irina").await;
    let draft = dialogue(&server, emma).await["stack"].clone();
    server.until("select count(*) = 0 from outbox").await;

    let newer = json!({ "stack": [{ "Hologram": { "turns": 7 } }], "release": RELEASE + 1, "done": null });
    write(&server, emma, &newer).await;
    let process = newer_process(&server).await;
    let before = server.heard(emma).await.len();
    server.types(emma, "canary").await;
    server.types(emma, "/me").await;
    server.until("select count(*) = 2 from inbound_update where claimed_by = 424242 and handed").await;
    server.types(oleg, "/menu").await;
    server.sees(oleg, "what shall we do").await;
    // R20: the draft is as it was, nothing is answered, and the updates wait for the process that can.
    assert_eq!(dialogue(&server, emma).await, newer);
    assert_eq!(server.heard(emma).await.len(), before, "{}", server.picture(emma).await);
    server.until("select count(*) = 0 from seen_update s join inbound_update i using (bot_id, update_id)").await;

    // The newer process is gone: there is no one to leave them to any more.
    process.close().await.unwrap();
    server.until("select count(*) = 0 from inbound_update").await;
    server.sees(emma, "Login: emma").await;
    let heard = server.heard(emma).await;
    assert!(heard.iter().any(|text| text.contains("set back to an earlier version")), "{heard:?}");
    // A13: the question that was open is not known: what was typed may have been a secret.
    assert!(!types_of(&server, emma).await.contains(&"canary".to_owned()));
    let kept = dialogue(&server, emma).await["set_aside"].clone();
    assert_eq!((&kept["stack"], &kept["release"]), (&newer["stack"], &newer["release"]));
    // It stays set aside while this release is at work.
    server.types(emma, "/menu").await;
    server.sees(emma, "what shall we do").await;
    assert_eq!(dialogue(&server, emma).await["set_aside"], kept);

    // The newer release is back: this process can read what was set aside.
    let mut dialogue = dialogue(&server, emma).await;
    dialogue["set_aside"] = json!({ "stack": draft, "release": RELEASE, "at": kept["at"] });
    write(&server, emma, &dialogue).await;
    server.types(emma, "/language").await;
    server.sees(emma, "Which language").await;
    server.types(emma, "/menu").await;
    server.sees(emma, "is here again").await;
    server.sees(emma, "Irina").await;
    server.taps(emma, "Avito").await;
    server.taps(emma, "Save").await;
    server.until("select count(*) = 1 from client where first_name = 'Irina'").await;
    server.until("select count(*) = 1 from chat_session where dialogue ? 'set_aside' = false and chat_id = (select chat_id from telegram_link l join staff_user u on u.id = l.user_id where u.username = 'emma')").await;
}
