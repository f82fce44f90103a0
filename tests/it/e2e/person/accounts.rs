//! Colleagues and strangers: exported and erased by login or Telegram id.

use serde_json::{Value, json};

use crate::e2e::data::contents;
use crate::support::server::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn g14_a_colleague_who_has_left_is_erased_and_stays_in_the_log_under_a_pseudonym() {
    let mut server = TestServer::open().await;
    let db = &server.db.owner().clone();
    let (anna, oleg) = (server.superuser("anna").await, server.superuser("oleg").await);
    server.types(oleg, "/menu").await;
    server.types(anna, "/menu").await;
    server.until("select count(*) = 2 from chat_session").await;
    server.kill();
    sqlx::query("update staff_user set full_name = 'Канарейка Певчая' where username = 'oleg'")
        .execute(db)
        .await
        .unwrap();
    sqlx::raw_sql(
        "insert into client (phone, phone_raw, last_name, created_at, created_by)
         select '+79215550147', '', 'Клиентов', now(), id from staff_user where username = 'oleg';
         insert into note (client_id, author_id, text, at) select 1, 0, 'просил Канарейка Певчая', now();
         insert into audit_event (at, actor_id, action, entity, entity_id, before, after)
         select now(), id, 'create', 'client', 1, null::jsonb, '{\"phone\": \"+79215550147\"}'::jsonb from staff_user
          where username = 'oleg'
         union all
         select now(), 0, 'rename', 'staff', id, '{\"full_name\": \"Канарейка\"}', '{\"full_name\": \"Канарейка Певчая\"}'
           from staff_user where username = 'oleg';",
    )
    .execute(db)
    .await
    .unwrap();
    let before = contents(&server.db).await;
    let (done, said) = server.asks(&["erase-person", "--yes"], "@oleg");
    // G14: a colleague who can still enter is told of, with exit 1, and left as they are
    assert!(done == 1 && said.contains("block the colleague in /staff first"), "{done} {said}");
    assert_eq!(contents(&server.db).await, before);
    sqlx::raw_sql(
        "update telegram_link set unlinked_at = now() where user_id = (select id from staff_user where username = 'oleg');
         update staff_user set active = false where username = 'oleg';",
    )
    .execute(db)
    .await
    .unwrap();
    for named in ["@oleg".to_owned(), format!("telegram {oleg}")] {
        let (done, said) = server.asks(&["export-person", "-"], &named);
        let all: Value = serde_json::from_str(&said[said.find('{').unwrap()..]).unwrap();
        // G14: the account, its links and what quotes the colleague, without the hash of the password
        assert_eq!((done, &all["users"][0]["full_name"]), (0, &json!("Канарейка Певчая")), "{said}");
        assert_eq!(all["links"][0]["telegram_id"], json!(oleg));
        assert_eq!((&all["deeds"]["client create"], &all["mentions"][0]["where"]), (&json!(1), &json!("note.text")));
        assert!(!said.contains("password_hash"), "{said}");
    }
    let (done, said) = server.asks(&["erase-person"], "@oleg");
    assert!(done == 2 && said.contains("--yes"), "{done} {said}");
    let (done, said) = server.asks(&["erase-person", "--yes"], &format!("telegram {oleg}"));
    // G14: what is left and where is told with exit 1
    assert!(done == 1 && said.contains("note.text (1)"), "{done} {said}");
    let after = contents(&server.db).await;
    // neither login nor Telegram account stands anywhere; the log names the actor by a pseudonym
    for gone in ["oleg", &oleg.to_string(), "\"Канарейка\""] {
        assert!(!after.contains(gone), "{gone} stands in {after}");
    }
    server
        .until("select count(*) = 1 from staff_user where full_name = 'erased colleague ' || id and not active")
        .await;
    server
        .until(
            "select count(*) = 1 from audit_event e join staff_user u on u.id = e.actor_id
              where e.entity = 'client' and e.action = 'create' and u.full_name like 'erased colleague %'",
        )
        .await;
    sqlx::query("update note set text = 'просил коллега'").execute(db).await.unwrap();
    let (done, said) = server.asks(&["erase-person", "--yes"], "@oleg");
    assert!(done == 2 && said.contains("no colleague has or had it"), "{done} {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn g14_what_is_kept_of_a_stranger_is_exported_and_erased_by_the_telegram_id() {
    let mut server = TestServer::open().await;
    let db = &server.db.owner().clone();
    server.superuser("anna").await;
    server.kill();
    sqlx::raw_sql(
        "insert into chat_session (chat_id, dialogue, updated_at) values (900777, '{\"stack\": []}', now());
         insert into chat_screen (chat_id, message_id) values (900777, 5);
         insert into login_guess (telegram_id, login_hash, failures, last_at) values (900777, sha256('anna'), 3, now());
         insert into parked_update (bot_id, update_id, chat_id, kind, code, fault, parked_at)
         values (1, 77, 900777, 'message', 'ABC', 'fault', now());
         insert into audit_event (at, actor_id, action, entity, entity_id, after)
         select now(), 0, 'login_failed', 'staff', id, '{\"telegram_id\": 900777, \"failures\": 3}' from staff_user
          where username = 'anna';",
    )
    .execute(db)
    .await
    .unwrap();
    let (done, said) = server.asks(&["export-person"], "telegram 900777");
    let all: Value = serde_json::from_str(&said[said.find('{').unwrap()..]).unwrap();
    assert_eq!((done, &all["failed_logins"][0]["failures"], &all["users"]), (0, &json!(3), &json!([])), "{said}");
    let (done, said) = server.asks(&["erase-person", "--yes"], "telegram 900777");
    assert!(done == 0 && said.contains("erased: a stranger's"), "{done} {said}");
    assert!(!contents(&server.db).await.contains("900777"));
    // G14: the failed logins at the colleague's account stay in the log, without their sender
    server
        .until("select count(*) = 1 from audit_event where action = 'login_failed' and after = '{\"failures\": 3}'")
        .await;
    let (done, said) = server.asks(&["erase-person", "--yes"], "telegram 900777");
    assert!(done == 2 && said.contains("nothing of a stranger is kept"), "{done} {said}");
}
