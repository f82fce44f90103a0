//! Canaries: no secret or phone from an error path is in a log or a dead letter (G9).

use std::path::PathBuf;

use serde_json::json;

use crate::support::server::{TOKEN, TestServer};

const PHONE: &str = "89215550147";
const PASSWORD: &str = "canary-battery-staple";
const CODE: &str = "canary0code0canary0code0canary0code0canary0";

#[tokio::test(flavor = "multi_thread")]
async fn g9_no_error_path_shows_a_token_a_password_a_phone_or_a_code() {
    let mut server = TestServer::set().await;
    let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("canary-{}.log", std::process::id()));
    server.log_to(&log);
    server.configure("RUST_LOG", "debug,hyper=info,sqlx=debug");
    server.start().await;
    let anna = server.superuser("anna").await;
    let stranger = server.person("Stefan", "ru").await;
    server.types(stranger, &format!("/start {CODE}")).await;
    server.sees(stranger, "приглашение").await;
    server.types(stranger, "/login anna").await;
    server.sees(stranger, "Пароль").await;
    server.types(stranger, PASSWORD).await;
    server.sees(stranger, "неверны").await;
    server.types(anna, &format!("Иван {PHONE}")).await;
    server.until("select count(*) = 4 from seen_update").await;
    // Telegram fails with every message, and says so with the text of what it refused.
    for kind in ["reset_before", "502"] {
        // The address of every call has the token in it.
        let body = json!({ "method": "getUpdates", "count": 1, "kind": kind });
        server.control("faults", Some(body)).await;
    }
    for kind in ["500", "reset_after", "timeout"] {
        let body = json!({ "method": "sendMessage", "count": 1, "kind": kind });
        server.control("faults", Some(body)).await;
        server.types(anna, &format!("{PHONE} ещё раз")).await;
    }
    // The database fails and quotes the row.
    sqlx::raw_sql(
        "create function quote() returns trigger language plpgsql as $$
             begin raise exception 'no room for %', new.payload using detail = new.payload::text; end $$;
         create trigger quote before insert on outbox for each row
             when (new.payload ? 'Screen' and new.payload::text like '%555%') execute function quote();",
    )
    .execute(server.db.owner())
    .await
    .unwrap();
    server.types(anna, &format!("/lead Пётр {PHONE}")).await;
    server.types(stranger, "/login anna").await;
    server.types(stranger, PASSWORD).await;
    server.until("select count(*) >= 10 from seen_update").await;
    server.control("updates/raw", Some(json!({ "message": { "text": PHONE, "nonsense": PASSWORD } }))).await;
    server.until("select count(*) >= 1 from parked_update").await;
    server.kill();

    let dead: Vec<String> =
        sqlx::query_scalar("select parked_update::text from parked_update").fetch_all(server.db.owner()).await.unwrap();
    let said = std::fs::read_to_string(&log).unwrap() + &dead.join("\n");
    let _ = std::fs::remove_file(&log);
    assert!(said.contains("a message is tried again"), "the error paths were taken");
    let (_, secret) = TOKEN.split_once(':').unwrap();
    for canary in [secret, PASSWORD, CODE, PHONE, "9215550147", "5550147"] {
        let line = said.lines().find(|line| line.contains(canary));
        assert!(line.is_none(), "{canary} in: {line:?}");
    }
}
