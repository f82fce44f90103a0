//! Former phones, names and addresses; persons who stand in texts alone; and what is not theirs.

use serde_json::{Value, json};

use crate::support::server::TestServer;

/// Client 1 has had another phone, surname and address; client 2 quotes them; client 3 has the phone that was entered for
/// client 1 by mistake; client 4 shares the present address.
const STORY: &str = "
    insert into client (phone, phone_raw, last_name, first_name, email, created_at, created_by)
    values ('+79995550101', '8 999 555 01 01', 'Женатова', 'Ольга', 'family@example.com', now(), 0),
           ('+79995550102', '2', 'Соседов', 'Ольга', null, now(), 0),
           ('+79995550103', '3', 'Третьяков', null, null, now(), 0),
           ('+79995550104', '4', 'Женатов', null, 'Family@example.com', now(), 0);
    insert into audit_event (at, actor_id, action, entity, entity_id, before, after, reason) values
        (now(), 0, 'create', 'client', 1, null, '{\"phone\": \"+79995550103\", \"name\": {\"last\": \"Девичева\"}, \"email\": \"old@example.com\"}', null),
        (now(), 0, 'phone', 'client', 1, '{\"phone\": \"+79995550103\"}', '{\"phone\": \"+79125550100\"}', 'typo'),
        (now(), 0, 'phone', 'client', 1, '{\"phone\": \"+79125550100\"}', '{\"phone\": \"+79995550101\"}', 'новый номер'),
        (now(), 0, 'edit', 'client', 1, '{\"name\": {\"last\": \"Девичева\"}, \"email\": \"old@example.com\"}',
            '{\"name\": {\"last\": \"Женатова\"}, \"email\": \"family@example.com\"}', null),
        (now(), 0, 'create', 'client', 3, null, '{\"phone\": \"+79995550103\"}', null),
        (now(), 0, 'create', 'client', 4, null, '{\"name\": {\"last\": \"Женатова\"}, \"email\": \"Family@example.com\"}', null);
    insert into note (client_id, author_id, text, at) values
        (2, 0, 'её начальник: Девичева, old@example.com, 8 (912) 555-01-00', now()),
        (2, 0, 'подруга Ольга, 8 999 555 01 02', now());
";

#[tokio::test(flavor = "multi_thread")]
async fn g14_a_former_phone_finds_the_person_and_former_names_and_addresses_go_too() {
    let mut server = TestServer::open().await;
    let db = &server.db.owner().clone();
    let (anna, oleg) = (server.superuser("anna").await, server.superuser("oleg").await);
    sqlx::raw_sql(STORY).execute(db).await.unwrap();
    // A draft with a former name alone, and one with nothing but a first name that the person has as well.
    server.types(anna, "/find Девичева").await;
    server.types(oleg, "/find Ольга").await;
    server.until("select count(*) = 2 from chat_session where dialogue::text like '%Find%'").await;
    server.kill();
    sqlx::raw_sql(
        "insert into outbox (chat_id, payload, claimed_by, created_at) select chat_id, payload::jsonb, 0, now() from telegram_link,
             (values ('{\"Notice\": {\"text\": \"Ольга Соседова звонила\", \"rows\": []}}'),
                     ('{\"Notice\": {\"text\": \"Ольга, 8-912-555-01-00\", \"rows\": []}}'),
                     ('{\"Notice\": {\"text\": \"Ольга\", \"rows\": [], \"about\": {\"kind\": \"told\", \"client\": 1}}}')) waiting (payload)
          where user_id = 1",
    )
    .execute(db)
    .await
    .unwrap();

    let (done, said) = server.asks(&["export-person"], "8 912 555-01-00");
    let all: Value = serde_json::from_str(&said[said.find('{').unwrap()..]).unwrap();
    assert_eq!((done, &all["clients"][0]["last_name"]), (0, &json!("Женатова")), "{said}");
    let (done, said) = server.asks(&["erase-person"], "+79125550100");
    // G14: the audit log leads from a former phone to the person
    assert!(done == 2 && said.contains("client 1, who had this phone before") && said.contains("note.text"), "{said}");
    let (done, said) = server.asks(&["erase-person", "--yes"], "+79125550100");
    // G14: what is left is another client's, and is named
    assert!(done == 1 && said.contains("client.email (1)") && !said.contains("note.text ("), "{done} {said}");
    let (note, other): (String, String) =
        sqlx::query_as("select min(text), max(text) from note").fetch_one(db).await.unwrap();
    assert_eq!((note.as_str(), other.as_str()), ("её начальник: ***, ***, ***", "подруга Ольга, 8 999 555 01 02"));
    let drafts: Vec<String> =
        sqlx::query_scalar("select dialogue::text from chat_session where dialogue::text like '%Find%'")
            .fetch_all(db)
            .await
            .unwrap();
    // G14: only what is about the person goes
    assert!(drafts.len() == 1 && drafts[0].contains("Ольга"), "{drafts:?}");
    server
        .until("select count(*) = 1 and min(payload::text) like '%Соседова%' from outbox where payload ? 'Notice'")
        .await;
    let kept = "select count(*) = 2 from audit_event
                 where entity_id = 3 and after ->> 'phone' = '+79995550103'
                    or entity_id = 4 and after ->> 'email' = 'Family@example.com' and after #>> '{name,last}' = 'Женатова'";
    // G14: a phone that another client has now, a shared address and a namesake's name are theirs
    server.until(kept).await;
    server
        .until(
            "select count(*) = 2 from client where phone in ('+79995550103', '+79995550104') and last_name is not null",
        )
        .await;
    server.start().await;
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g14_a_person_who_stands_in_a_draft_a_note_or_a_waiting_file_alone_is_exported_and_erased() {
    let mut server = TestServer::open().await;
    let db = &server.db.owner().clone();
    let anna = server.superuser("anna").await;
    server.types(anna, "Пётр Одиноков 8 921 555 01 77").await;
    server.until("select count(*) = 1 from chat_session where dialogue::text like '%Одиноков%'").await;
    server.kill();
    sqlx::raw_sql(
        "insert into client (phone, phone_raw, created_at, created_by) values ('+79995550102', '2', now(), 0);
         insert into note (client_id, author_id, text, at) values (1, 0, 'спросить +7 921 555-01-77', now());
         insert into document (file_name, telegram_file_id, mime, size, sha256, bytes, stored_at, created_at, created_by)
         values ('паспорт Одинокова.pdf', 'a', 'application/pdf', 1, sha256('a'), 'a', now(), now(), 0),
                ('Одиноков паспорт.pdf', 'b', 'application/pdf', 1, sha256('b'), 'b', now(), now(), 0)",
    )
    .execute(db)
    .await
    .unwrap();
    let request = "8 921 555-01-77\nОдиноков\n";
    let (done, said) = server.asks(&["export-person"], request);
    let all: Value = serde_json::from_str(&said[said.find('{').unwrap()..]).unwrap();
    assert_eq!((done, &all["clients"], &all["documents"][0]["id"]), (0, &json!([]), &json!(2)), "{said}");
    assert!(all["mentions"].to_string().contains("Одиноков"), "{said}");
    let (done, said) = server.asks(&["erase-person"], request);
    assert!(done == 2 && said.contains("no client; quoted in chat_session.dialogue"), "{done} {said}");
    let (done, said) = server.asks(&["erase-person", "--yes"], request);
    assert_eq!(done, 0, "{said}");
    server.until("select count(*) = 0 from chat_session where dialogue::text like '%Одиноков%'").await;
    server.until("select count(*) = 1 from note where text = 'спросить ***'").await;
    server.until("select count(*) = 1 from document where bytes is null and id = 2").await;
    server.until("select count(*) = 1 from audit_event where action = 'erase' and entity_id is null").await;
    let (done, said) = server.asks(&["erase-person", "--yes"], request);
    assert!(done == 2 && said.contains("no text quotes it"), "{done} {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn g14_a_person_who_stands_in_a_draft_that_was_set_aside_is_found_and_erased() {
    let mut server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    server.types(anna, "Пётр Одиноков 8 921 555 01 77").await;
    server.until("select count(*) = 1 from chat_session where dialogue::text like '%Одиноков%'").await;
    server.kill();
    // As a process of this release leaves a draft of a newer one.
    sqlx::raw_sql(
        "update chat_session set dialogue = dialogue || jsonb_build_object('stack', '[]'::jsonb, 'set_aside',
                jsonb_build_object('at', now(), 'release', 99000, 'stack', dialogue -> 'stack'))",
    )
    .execute(server.db.owner())
    .await
    .unwrap();
    let request = "8 921 555-01-77\n";
    let (done, said) = server.asks(&["export-person"], request);
    assert!(done == 0 && said.contains("Одиноков"), "{done} {said}");
    let (done, said) = server.asks(&["erase-person", "--yes"], request);
    assert_eq!(done, 0, "{said}");
    server.until("select count(*) = 0 from chat_session where dialogue::text like '%Одиноков%'").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g14_several_clients_who_had_a_phone_are_not_guessed_from() {
    let server = TestServer::set().await;
    sqlx::raw_sql(
        "insert into client (phone, phone_raw, created_at, created_by) values ('+79995550101', '1', now(), 0), ('+79995550102', '2', now(), 0);
         insert into audit_event (at, actor_id, action, entity, entity_id, before, after)
         select now(), 0, 'phone', 'client', id, '{\"phone\": \"+79125550100\"}', '{}' from client",
    )
    .execute(server.db.owner())
    .await
    .unwrap();
    for arguments in [&["erase-person", "--yes"][..], &["export-person"][..]] {
        let (done, said) = server.asks(arguments, "+79125550100");
        assert!(done == 2 && said.contains("several clients have had it and none has it now: 1, 2"), "{done} {said}");
    }
    server.until("select count(*) = 0 from client where phone like '+999%'").await;
}
