//! Random inputs: raw updates, callback data, commands and texts, through the decoder and the turn.
//!
//! An ordinary run tries a few, the same each time; `script/test --fuzz` tries as many as it is told, others in every run.

use std::time::Duration;

use crmbot::telegram::Decoder;
use crmbot::turn::Outcome;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::support::app::{TestApp, TestUser};

/// Updates of every kind, to begin from; this is the sender's id in them.
const SEEDS: &str = include_str!("../../corpus/updates.jsonl");
const SENDER: &str = "4242";

/// Words that reach deep, and signs that break things.
const PIECES: [&str; 37] = [
    "Иван 8 912 345-67-89 с авито",
    "Пётр +375 29 123-45-67 авито, перезвонить",
    "89215550147 avito",
    "/start",
    "/menu",
    "/lead",
    "/find",
    "/clients",
    "/queue",
    "/followups",
    "/contract",
    "/contracts",
    "/services",
    "/ads",
    "/stats",
    "/staff",
    "/seed_groups",
    "/settings",
    "/login anna",
    "/password",
    "/cancel",
    "/me",
    "/nonsense",
    "Иван",
    "8 912 345-67-89",
    "с авито",
    "1 500,50",
    "12.03.2026",
    "ivan@mail.ru",
    "<b>&amp;",
    "\u{0}",
    "\u{202e}",
    "👨‍👩‍👧",
    "%_\\",
    "'; drop table client; --",
    "=cmd()",
    "\n\n",
];

/// Codes of callback data, and codes that do not exist.
const PRESSES: [&str; 14] =
    ["y", "n", "s", "e", "b", "h", "p1", "p-1", "g0", "g9999999", "a0", "a255", "o", "p9223372036854775807"];

#[derive(Debug, Clone)]
enum Result {
    /// Taps a button that is there.
    CallbackData(prop::sample::Index),
    /// Taps one that may not be, on the present screen or any other.
    Forge(Option<i64>, String),
    Say(String),
    /// Sends an update of the corpus, with leaves of it changed.
    Raw(prop::sample::Index, Vec<(prop::sample::Index, Value)>),
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![4 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned), 1 => any::<String>(), 1 => "[0-9., ]{1,12}"];
    prop::collection::vec(piece, 1..3).prop_map(|pieces| pieces.join(" "))
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        Just(Value::Null),
        Just(json!({})),
        Just(json!([])),
        Just(json!(true)),
        Just(json!("x".repeat(5000))),
    ]
}

fn use_case() -> impl Strategy<Value = Result> {
    let press = prop_oneof![3 => prop::sample::select(&PRESSES[..]).prop_map(str::to_owned), 1 => "o[a-z]{1,3}(:-?[0-9]{1,3})?", 1 => ".{0,70}"];
    let changes = prop::collection::vec((any::<prop::sample::Index>(), leaf()), 0..3);
    prop_oneof![
        6 => any::<prop::sample::Index>().prop_map(Result::CallbackData),
        2 => (prop::option::of(any::<i64>()), press).prop_map(|(version, press)| Result::Forge(version, press)),
        4 => text().prop_map(Result::Say),
        2 => (any::<prop::sample::Index>(), changes).prop_map(|(seed, changes)| Result::Raw(seed, changes)),
    ]
}

/// How many inputs, and from which chance: a long run's seed is `PROPTEST_RNG_SEED`, which script/test prints.
fn runner(ordinary: u32) -> TestRunner {
    let long = std::env::var("CRM_TEST_FUZZ").ok().and_then(|count| count.parse().ok());
    let config = Config { cases: long.unwrap_or(ordinary), failure_persistence: None, ..Config::default() };
    match long {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    }
}

fn seeds() -> Vec<&'static str> {
    SEEDS.lines().filter(|line| !line.is_empty()).collect()
}

/// Every leaf of a value, in order.
fn leaves<'a>(value: &'a mut Value, found: &mut Vec<&'a mut Value>) {
    let has_none =
        value.as_object().is_none_or(|fields| fields.is_empty()) && value.as_array().is_none_or(Vec::is_empty);
    if has_none {
        return found.push(value);
    }
    match value {
        Value::Object(fields) => fields.values_mut().for_each(|field| leaves(field, found)),
        Value::Array(items) => items.iter_mut().for_each(|item| leaves(item, found)),
        _ => {}
    }
}

fn changed(seed: &str, sender: i64, changes: &[(prop::sample::Index, Value)]) -> Value {
    let mut update: Value = serde_json::from_str(&seed.replace(SENDER, &sender.to_string())).unwrap();
    for (index, value) in changes {
        let mut all = Vec::new();
        leaves(&mut update, &mut all);
        let at = index.index(all.len());
        *all.swap_remove(at) = value.clone();
    }
    if update.is_object() { update } else { json!({ "message": update }) }
}

/// The update by which a person does it.
fn update(use_case: &Result, who: TestUser<'_>) -> Value {
    let from = json!({ "id": who.id, "is_bot": false, "first_name": "A", "language_code": who.language });
    let message = json!({ "message_id": 5, "date": 1_795_410_399, "from": from, "text": "x",
                          "chat": { "id": who.id, "type": "private", "first_name": "A" } });
    let tap = |data: String| json!({ "callback_query": { "id": "7", "chat_instance": "1", "data": data, "from": from, "message": message } });
    let present = who.buttons();
    match use_case {
        Result::CallbackData(index) => {
            tap(if present.is_empty() { "0.h".to_owned() } else { index.get(&present).clone() })
        }
        Result::Forge(version, press) => {
            let shown = present.first().and_then(|data| data.split('.').next()?.parse().ok()).unwrap_or(0);
            tap(format!("{}.{press}", version.unwrap_or(shown)))
        }
        Result::Say(text) => {
            let mut message = message.clone();
            message["text"] = json!(text);
            json!({ "message": message })
        }
        Result::Raw(seed, changes) => changed(seed.get::<&str>(&seeds()), who.id, changes),
    }
}

#[test]
fn r10_any_update_is_decoded_without_harm() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let decoder = Decoder::default();
    for seed in seeds() {
        let mut update = changed(seed, 1, &[]);
        update["update_id"] = json!(1);
        assert!(runtime.block_on(decoder.decode(&update)).is_some(), "{seed}");
    }
    let changes = prop::collection::vec((any::<prop::sample::Index>(), leaf()), 0..6);
    let inputs = (any::<prop::sample::Index>(), changes);
    runner(500)
        .run(&inputs, |(seed, changes)| {
            let mut update = changed(seed.get::<&str>(&seeds()), 1, &changes);
            update["update_id"] = json!(1);
            prop_assert!(runtime.block_on(decoder.decode(&update)).is_some());
            Ok(())
        })
        .unwrap();
}

#[test]
fn g6_r10_whatever_people_send_is_settled_and_leaves_the_company_sound() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let app = runtime.block_on(TestApp::new());
    let anna = runtime.block_on(app.superuser("anna"));
    let oleg = runtime.block_on(app.staff("operator", &[crmbot::domain::Group::Operators]));
    let mark = runtime.block_on(app.english("marketer", &[crmbot::domain::Group::Marketers]));
    let people = [anna, oleg, mark, app.stranger("Stefan", "en")];
    runtime.block_on(async {
        app.an_ad("Авито", "AVITO").await;
        app.a_service("SEO").await;
    });
    let foreign = runtime.block_on(app.staff_id(mark)).0;
    let decoder = Decoder::default();
    let inputs = (0..people.len(), use_case());
    runner(400)
        .run(&inputs, |(who, use_case)| {
            let mut update = update(&use_case, people[who]);
            let update_id = app.update_id();
            update["update_id"] = json!(update_id);
            runtime.block_on(async {
                // Users who logged out or were blocked on the way are linked again, or soon no user would be left.
                sqlx::raw_sql(
                    "update staff_user set active = true where not active and id > 0;
                     update telegram_link set unlinked_at = null where id in (select max(id) from telegram_link group by user_id)
                        and unlinked_at is not null and not exists (
                            select from telegram_link other where other.unlinked_at is null
                               and (other.user_id = telegram_link.user_id or other.telegram_id = telegram_link.telegram_id))",
                )
                .execute(app.sql())
                .await
                .unwrap();
                let Some(arrival) = decoder.decode(&update).await else { return Ok(()) };
                let taken = tokio::time::timeout(Duration::from_secs(20), app.turns.clone().process(arrival)).await;
                prop_assert_eq!(taken.ok(), Some(Outcome::Done));
                app.collect().await;
                let fault: Option<String> = sqlx::query_scalar(
                    "select fault from parked_update where update_id = $1 and kind <> 'unreadable' and kind <> 'unknown'",
                )
                .bind(update_id)
                .fetch_optional(app.sql())
                .await
                .unwrap();
                prop_assert_eq!(fault, None, "{:?}", update);
                Ok(())
            })
        })
        .unwrap();
    runtime.block_on(async {
        let drifts = "select count(*) from client c join client_derivation d on d.client_id = c.id
                       where (c.last_live_day, c.open_touch_id) is distinct from (d.last_live_day, d.open_touch_id)";
        assert_eq!(app.count(drifts).await, 0);
        assert!(app.count("select count(*) from client").await > 0, "the inputs reach the business");
        // A user without the right to it has made nothing of it.
        let made = sqlx::query_scalar::<_, i64>("select count(*) from client where created_by = $1");
        assert_eq!(made.bind(foreign).fetch_one(app.sql()).await.unwrap(), 0);
    });
}
