//! One person's data: exported on request, erased on request.

mod accounts;
mod beside;
mod former;

use serde_json::{Value, json};

use super::data::contents;
use crate::support::db::TestDb;
use crate::support::server::TestServer;

/// A client with every kind of personal data, one merged into them, and another whose note quotes their phone.
const STORY: &str = "
    insert into service (title, price, created_at, created_by) values ('SEO', 1000, now(), 0);
    insert into client (phone, phone_raw, last_name, first_name, middle_name, email, lost_at, lost_reason, created_at, created_by)
    values ('+79215550147', '8 (921) 555-01-47', 'Канарейкин', 'Кенарь', 'Птицевич', 'canary@example.com', now(), 'canary-lost', now(), 0),
           ('+79215550148', '+7921-555-01-48', 'Канарейкин-Старый', null, null, null, null, null, now(), 0),
           ('+79215550199', '+7921-555-01-99', 'Соседов', null, null, null, null, null, now(), 0);
    update client set merged_into = 1 where id = 2;
    insert into touch (client_id, ad_id, happened_at, local_day, created_at, created_by, voided_at, void_reason)
    select 1, ad.id, timestamptz '2026-01-10', date '2026-01-10', now(), 0, null::timestamptz, null::text from ad union all
    select 1, ad.id, timestamptz '2026-01-11', date '2026-01-11', now(), 0, now(), 'canary-wrong-touch' from ad union all
    select 3, ad.id, timestamptz '2026-01-12', date '2026-01-12', now(), 0, null, null from ad;
    insert into document (file_name, telegram_file_id, mime, size, sha256, bytes, stored_at, created_at, created_by)
    select 'canary-' || n || '.pdf', 'canary-tg-' || n, 'application/pdf', 12, sha256('canary-bytes'), 'canary-bytes', now(), now(), 0
      from generate_series(1, 4) n;
    update document set created_at = now() - interval '2 days' where id = 3;
    insert into document (file_name, telegram_file_id, mime, size, sha256, bytes, stored_at, created_at, created_by)
    values ('theirs.pdf', 'theirs', 'application/pdf', 6, sha256('theirs'), 'theirs', now(), now(), 0);
    insert into contract (client_id, touch_id, title, service_id, amount, signed_on, starts_on, ends_on, note, document_id,
                          confirmed_by, confirmed_at, created_at, created_by, terminated_on, termination_reason, voided_at, void_reason)
    values (1, 1, 'canary-title', 1, 60000, '2026-01-15', '2026-01-15', '2026-04-15', 'canary-contract', 1, 0, now(), now(), 0,
            '2026-02-01', 'canary-ended', null, null),
           (1, 1, 'canary-void', 1, 5, '2026-01-15', '2026-01-15', '2026-04-15', '', null, 0, now(), now(), 0, null, null, now(), 'canary-mistake'),
           (3, 3, 'Kitchen', 1, 7, '2026-01-15', '2026-01-15', '2026-04-15', '', null, 0, now(), now(), 0, null, null, null, null);
    insert into note (client_id, author_id, text, attachment_id, at)
    values (1, 0, 'canary-note', 2, now());
    insert into document (file_name, telegram_file_id, mime, size, sha256, bytes, stored_at, created_at, created_by)
    values ('being-written.pdf', 'new', 'application/pdf', 3, sha256('new'), 'new', now(), now(), 0);
";

/// Tables that hold nothing personal of a client: numbers, dates and codes at most. Any other table must have a trace
/// of the client in the story, so that a new one is not forgotten by its author, nor by the erasing.
const NOTHING_PERSONAL: [&str; 34] = [
    "_sqlx_migrations",
    "ad",
    "ad_budget",
    "ad_figure",
    "ad_figure_delta",
    "ad_return",
    "backup_run",
    "chat_screen",
    "client_consent",
    "company",
    "file_job",
    "follow_up",
    "group_member",
    "group_permission",
    "heartbeat",
    "inbound_update",
    "invite",
    "login_attempt",
    "login_guess",
    "login_policy",
    "look_policy",
    "notice_sent",
    "parked_update",
    "poller",
    "process",
    "schema_floor",
    "seen_update",
    "sent_about",
    "service",
    "service_price",
    "staff_user",
    "telegram_link",
    "update_attempt",
    "user_group",
];

/// What the person is recognised by in the story.
const TRACES: [&str; 9] = [
    "9215550147",
    "9215550148",
    "555-01-47",
    "555 01 47",
    "канарейкин",
    "кенарь",
    "птицевич",
    "canary",
    "63616e617279", // the same in bytes
];

/// The tables in which a trace of the client stands.
async fn tables_with_traces(db: &TestDb) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1",
    )
    .fetch_all(db.owner())
    .await
    .unwrap();
    let mut found = Vec::new();
    for table in tables {
        let question = format!("select count(*) from \"{table}\" row where lower(row::text) like any($1)");
        let patterns: Vec<String> = TRACES.iter().map(|trace| format!("%{trace}%")).collect();
        let rows: i64 =
            sqlx::query_scalar(sqlx::AssertSqlSafe(question)).bind(&patterns).fetch_one(db.owner()).await.unwrap();
        found.extend((rows > 0).then_some(table));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn g14_one_person_is_exported_whole_and_erased_without_a_trace() {
    let mut server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    let db = &server.db.owner().clone();
    sqlx::raw_sql(STORY).execute(db).await.unwrap();
    sqlx::raw_sql(
        "insert into client_handover (client_id, to_id, note, created_at, created_by, declined_at, decline_reason)
         values (1, 0, 'canary-handover', now(), 0, now(), 'canary-decline');
         insert into amendment (chat_id, kind, client_id, outbox_id, markup, made_at)
         values (1, 'new_lead', 1, 1, '{\"text\": \"Канарейкин: ведёт Анна\", \"rows\": []}', now());
         insert into client_consent (client_id, means, given_at, noted_by) values (1, 'PHONE', now(), 0), (2, 'CONTRACT', now(), 0);
         insert into follow_up (client_id, owner_id, due_at, created_at, created_by) values (1, 0, now(), now(), 0);
         insert into note (client_id, author_id, text, at) values
             (3, 0, 'муж, Канарейкин, 8-921-555-01-47', now()), (3, 0, 'сосед Канарейкин', now());
         insert into audit_event (at, actor_id, action, entity, entity_id, before, after, reason) values
             (now(), 0, 'create', 'client', 1, null, '{\"phone\": \"+79215550147\", \"name\": {\"last\": \"Канарейкин\"}}', null),
             (now(), 0, 'edit', 'contract', 1, '{\"client\": 1, \"title\": \"canary-title\"}', '{\"client\": 1}', 'canary-reason'),
             (now(), 0, 'attach', 'contract', 1, '{\"document\": 4}', '{\"document\": 1}', null),
             (now(), 0, 'attach', 'contract', 3, '{\"document\": 5}', '{\"document\": null}', null),
             (now(), 0, 'import', 'batch', 9, null, '{\"rows\": [\"+79215550147\"]}', null);
         insert into outbox (chat_id, payload, claimed_by, created_at) select chat_id,
             '{\"Notice\": {\"text\": \"Канарейкин звонил\", \"rows\": []}}', 0, now() from telegram_link;",
    )
    .execute(db)
    .await
    .unwrap();
    // As the bot would have kept it.
    assert_eq!(server.runs(&["check", "--repair"]).0, 0);
    // A user's open dialogue is about the client, too.
    server.types(anna, "Канарейкин Кенарь 8 921 555 01 47 canary@example.com").await;
    server.until("select count(*) = 1 from chat_session where dialogue::text like '%Канарейкин%'").await;
    server.kill();
    let with: std::collections::BTreeSet<_> = tables_with_traces(&server.db).await.into_iter().collect();
    let all: Vec<String> = sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public'")
        .fetch_all(db)
        .await
        .unwrap();
    let forgotten: Vec<_> =
        all.iter().filter(|table| !with.contains(*table) && !NOTHING_PERSONAL.contains(&table.as_str())).collect();
    assert!(
        forgotten.is_empty(),
        "no trace of the person in {forgotten:?}: put one into the story, or say that there is none"
    );
    let personal: Vec<_> = with.iter().filter(|table| NOTHING_PERSONAL.contains(&table.as_str())).collect();
    assert!(personal.is_empty(), "{personal:?} do hold something personal");

    let (done, said) = server.asks(&["export-person", "-"], "8 (921) 555-01-48\n");
    assert_eq!(done, 0, "the phone of a merged row leads to all of him: {said}");
    let all: Value = serde_json::from_str(&said[said.find('{').unwrap()..]).unwrap();
    assert_eq!(
        (all["clients"].as_array().unwrap().len(), &all["clients"][0]["email"]),
        (2, &json!("canary@example.com"))
    );
    assert_eq!(
        (&all["touches"][0]["ad"], &all["contracts"][0]["service"]),
        (&json!("Без рекламы / No ad"), &json!("SEO"))
    );
    assert_eq!(
        (&all["notes"][0]["text"], &all["handovers"][0]["note"]),
        (&json!("canary-note"), &json!("canary-handover"))
    );
    let consents: Vec<_> = all["consents"].as_array().unwrap().iter().map(|consent| &consent["means"]).collect();
    assert_eq!(consents, [&json!("PHONE"), &json!("CONTRACT")]);
    assert_eq!(all["documents"][0]["base64"], json!("Y2FuYXJ5LWJ5dGVz"));
    let files: Vec<_> = all["documents"].as_array().unwrap().iter().map(|file| &file["id"]).collect();
    assert_eq!(files, [&json!(1), &json!(2), &json!(4)], "a replaced one too");
    assert_eq!(all["audit"].as_array().unwrap().len(), 5, "with the repair and a look at the card");
    assert!(!said.contains("Соседов"), "and to nobody else");
    let mentions: Vec<_> =
        all["mentions"].as_array().unwrap().iter().map(|found| found["where"].as_str().unwrap()).collect();
    // G14: the export has what quotes the person elsewhere: a draft, a waiting message, another client's note, an event
    assert_eq!(
        std::collections::BTreeSet::from_iter(mentions),
        ["audit_event.after", "chat_session.dialogue", "note.text", "outbox.payload"].into()
    );

    let figures = "select concat_ws('|', (select count(*) from client), (select count(*) from touch where voided_at is null),
            (select count(distinct client_id) from touch where voided_at is null), (select count(*) from note),
            (select sum(amount) from contract where voided_at is null), (select count(*) from audit_event where action <> 'erase'))";
    let before: String = sqlx::query_scalar(figures).fetch_one(db).await.unwrap();
    let (done, said) = server.asks(&["erase-person"], "+79215550147");
    assert!(done == 2 && said.contains("2 touches, 2 contracts, 1 notes") && said.contains("--yes"), "{done} {said}");
    assert!(contents(&server.db).await.contains("canary-note"), "nothing was erased");
    let (done, said) = server.asks(&["erase-person", "--yes"], "+79215550147");
    assert!(done == 1 && said.contains("note.text (1)"), "a neighbour's note may name him, and is told: {done} {said}");
    // G14: in another client's note the phone is replaced, and the surname beside it; a surname alone may be a namesake's
    server.until("select count(*) = 1 from note where client_id = 3 and text = 'муж, ***, ***'").await;
    server.until("select count(*) = 1 from note where client_id = 3 and text = 'сосед Канарейкин'").await;
    server
        .until("select count(*) = 1 from audit_event where action = 'import' and after = '{\"rows\": [\"***\"]}'")
        .await;
    let after: String = sqlx::query_scalar(figures).fetch_one(db).await.unwrap();
    assert_eq!(after, before, "figures keep their totals");
    sqlx::query("delete from note where text = 'сосед Канарейкин'").execute(db).await.unwrap();

    let everything = contents(&server.db).await.to_lowercase();
    for trace in TRACES {
        let line = everything.lines().find(|line| line.contains(trace));
        assert!(line.is_none(), "{trace} in: {line:?}");
    }
    server.until("select count(*) = 2 from client_consent where means = 'ERASED' and withdrawn_at is not null").await;
    assert!(everything.contains("соседов") && everything.contains("theirs.pdf"), "nobody else is erased");
    assert!(everything.contains("being-written.pdf"), "nor is the file of a contract that is being written now");
    server.until("select count(*) = 2 from audit_event where action = 'erase' and actor_id = 0").await;

    let (done, said) = server.runs(&["check"]);
    assert_eq!(done, 0, "states stay as they were: {said}");
    for (arguments, input, code, word) in [
        (&["erase-person", "--yes"][..], "+79215550147", 2, "no client"),
        (&["export-person"][..], "+79215550147", 2, "no client"),
        (&["export-person"][..], "call me", 2, "example: +7"),
        (&["erase-person"][..], "", 2, "PHONE"),
    ] {
        let (done, said) = server.asks(arguments, input);
        assert!(done == code && said.contains(word), "{arguments:?}: {done} {said}");
    }
    // The bot goes on: the dialogue that quoted the client starts over.
    server.start().await;
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
}
