//! Attacks: many requests at once, and every entry point (G1, G4, G5, G9).

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crmbot::crm::{Actor, Crm, Refusal, SplitRefusal, notes};
use crmbot::domain::{Group, Note};
use crmbot::flows::dialogue::Input;
use crmbot::flows::route::ScreenId;
use crmbot::flows::{ButtonAction, CallbackData, File, Route, Secret};
use crmbot::turn::{Fetch, FetchError, ProcessorSettings, UpdateProcessor, hash_password};
use futures::StreamExt as _;
use futures::future::join_all;

use crate::support::app::TestApp;

/// The tables by which a user is recognised; all others are the business's.
const WAYS_IN: [&str; 11] = [
    "staff_user",
    "telegram_link",
    "invite",
    "login_attempt",
    "login_guess",
    "login_policy",
    "look_policy",
    "user_group",
    "group_member",
    "group_permission",
    "company",
];
/// The tables of the machinery.
const MACHINERY: [&str; 8] =
    ["chat_session", "chat_screen", "sent_about", "seen_update", "outbox", "parked_update", "process", "poller"];

#[tokio::test]
async fn g1_whatever_strangers_send_no_business_table_is_read_or_written() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("Иван 8 912 345-67-89 с авито").await.taps("Сохранить").await;
    let tables: Vec<String> = sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public'")
        .fetch_all(app.sql())
        .await
        .unwrap();
    let business: Vec<_> = tables
        .iter()
        .filter(|table| !WAYS_IN.contains(&table.as_str()) && !MACHINERY.contains(&table.as_str()))
        .filter(|table| !["_sqlx_migrations", "heartbeat", "backup_run"].contains(&table.as_str()))
        .collect();
    assert!(business.len() >= 14, "{business:?}");
    for table in business {
        let shut = format!("revoke all on \"{table}\" from crmbot_app");
        sqlx::raw_sql(sqlx::AssertSqlSafe(shut)).execute(app.sql()).await.unwrap();
    }
    sqlx::raw_sql("revoke all on client_derivation from crmbot_app").execute(app.sql()).await.unwrap();
    let stranger = app.stranger("Stefan", "en");
    for &kind in ScreenId::ALL {
        if let Some(command) = kind.entry().command {
            for rest in ["", "1", "Иван", "89123456789"] {
                stranger.does(Input::Command { name: command.to_owned(), rest: rest.to_owned() }).await;
            }
        }
        for id in [None, Some(1), Some(99)] {
            stranger
                .does(Input::Tap(Some(CallbackData {
                    version: CallbackData::NOTICE,
                    press: ButtonAction::Open(Route { kind, id }),
                })))
                .await;
            for press in [
                ButtonAction::Yes,
                ButtonAction::Act(1),
                ButtonAction::Pick(1),
                ButtonAction::Undo(1),
                ButtonAction::Page(2),
                ButtonAction::Edit,
            ] {
                let version = app.count("select max(version) from chat_session").await;
                stranger.does(Input::Tap(Some(CallbackData { version, press }))).await;
            }
        }
    }
    stranger.types("/start a_code").await.types("8 912 345-67-89").await.shares("+79123456789", "Иван").await;
    stranger.sends("scan.pdf", b"%PDF-1.4").await.shows("working tool");
    let parked: Vec<String> = sqlx::query_scalar("select fault from parked_update").fetch_all(app.sql()).await.unwrap();
    assert_eq!(parked, Vec::<String>::new(), "a business table was asked for a stranger");
    // The same doors are shut to those inside: the test would have seen it.
    oleg.types("/clients").await;
    assert_eq!(app.count("select count(*) from parked_update").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_a_hundred_logins_at_once_are_all_answered_and_hold_nobody_up() {
    let app = TestApp::new().await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let hash = hash_password(&Secret("четыре слова подряд тут".to_owned())).unwrap();
    sqlx::query("update staff_user set password_hash = $1").bind(hash).execute(app.sql()).await.unwrap();
    let mut guesses = Vec::new();
    for number in 0..100 {
        let stranger = app.stranger("stranger", "ru");
        // Ten logins, one of which exists: more guesses at one of them would slow strangers down (A16).
        let login = if number % 10 == 0 { "oleg".to_owned() } else { format!("nobody{}", number % 10) };
        stranger.types(&format!("/login {login}")).await;
        guesses.push((stranger, stranger.update(Input::Event(crmbot::flows::Event::Typed(format!("guess {number}"))))));
    }
    let done = AtomicBool::new(false);
    let attack = async {
        join_all(guesses.iter().map(|(_, guess)| app.turns.clone().process(guess.clone()))).await;
        done.store(true, Ordering::SeqCst);
    };
    let work = async {
        let menu = oleg.update(Input::Command { name: "menu".to_owned(), rest: String::new() });
        app.turns.clone().process(menu).await;
        assert!(!done.load(Ordering::SeqCst), "a colleague waits until all of them are answered");
    };
    tokio::join!(attack, work);
    app.collect().await;
    oleg.shows("что делаем");
    let answered = guesses.iter().filter(|(who, _)| who.screen().contains("неверны")).count();
    assert_eq!(answered, 100);
    assert_eq!(app.count("select count(*) from telegram_link where unlinked_at is null").await, 1, "nobody is inside");
    assert_eq!(app.count("select count(*) from parked_update").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_guesses_at_once_are_counted_as_if_they_came_one_by_one() {
    let app = TestApp::new().await;
    app.staff("oleg", &[Group::Operators]).await;
    let mallory = app.stranger("mallory", "ru");
    mallory.types("/login oleg").await;
    let guess = |number: i32| mallory.update(Input::Event(crmbot::flows::Event::Typed(format!("guess {number}"))));
    let guesses: Vec<_> = (0..20).map(guess).collect();
    join_all(guesses.into_iter().map(|guess| app.turns.clone().process(guess))).await;
    app.collect().await;
    mallory.shows("Слишком много попыток");
    assert_eq!(app.count("select failures::bigint from login_guess").await, 5, "the sixth is not looked at");
}

#[tokio::test(flavor = "multi_thread")]
async fn g5_a_right_taken_away_among_a_thousand_writes_ends_them_at_once() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("Иван 8 912 345-67-89 с авито").await.taps("Сохранить").await;
    let note = Note::parse("ещё раз").unwrap();
    let taken = AtomicBool::new(false);
    let writes = futures::stream::iter(0..1000).map(|number| {
        let (app, note, taken) = (&app, &note, &taken);
        async move {
            if number == 400 {
                sqlx::query("update group_member set removed_at = now()").execute(app.sql()).await.unwrap();
                taken.store(true, Ordering::SeqCst);
                return (false, false);
            }
            let after = taken.load(Ordering::SeqCst);
            let mut transaction = app.db.pool().begin().await.unwrap();
            let actor = Actor::read(&mut transaction, oleg.visitor(), &app.company).await.unwrap();
            let mut crm = Crm::new(&mut transaction, actor, app.now(), &app.company);
            let done = notes::add(&mut crm, 1, note).await.split_refusal().unwrap();
            drop(crm);
            transaction.commit().await.unwrap();
            assert!(matches!(done, Ok(_) | Err(Refusal::Denied)), "{done:?}");
            (after, done.is_ok())
        }
    });
    let done: Vec<_> = writes.buffer_unordered(8).collect().await;
    assert!(done.iter().filter(|(after, written)| !after && *written).count() > 300);
    assert!(done.iter().filter(|(after, _)| *after).count() > 300);
    assert!(done.iter().all(|(after, written)| !(*after && *written)), "a write after the right was gone");
    let written = done.iter().filter(|(_, written)| *written).count();
    assert_eq!(usize::try_from(app.count("select count(*) from note").await), Ok(written));
}

/// A network that panics with what it was asked for in its words.
struct Panics;

impl Fetch for Panics {
    fn fetch<'a>(
        &'a self,
        file: &'a File,
    ) -> Pin<Box<dyn Future<Output = Result<bytes::Bytes, FetchError>> + Send + 'a>> {
        Box::pin(async move { panic!("canary {}", file.name) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g9_r10_a_panic_with_somebodys_data_in_it_ends_one_update_and_is_kept_without_the_data() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators, Group::Managers]).await;
    let client = app.meets(oleg, "89123456789", "Иванов Иван", ad).await;
    let contract = app.a_contract(client, "2026-03-12", "2026-12-31").await;
    let card = ButtonAction::Open(Route::of(ScreenId::ContractCard, contract));
    oleg.does(Input::Tap(Some(CallbackData { version: CallbackData::NOTICE, press: card })))
        .await
        .taps("Приложить")
        .await;
    let own = app.turns.settings.clone();
    let turns = UpdateProcessor::new(ProcessorSettings { files: Arc::new(Panics), ..own });
    let file = File {
        file_id: "f".to_owned(),
        name: "canary-passport.pdf".to_owned(),
        size: 100,
        caption: "canary +79123456789".to_owned(),
    };
    turns.clone().process(oleg.update(Input::Event(crmbot::flows::Event::Sent(file)))).await;
    turns.idle().await;
    app.collect().await;
    let (fault, row): (String, String) =
        sqlx::query_as("select fault, parked_update::text from parked_update").fetch_one(app.sql()).await.unwrap();
    assert_eq!(fault, "a handler panicked");
    assert!(!row.contains("canary") && !row.contains("63616e617279"), "{row}");
    let told = oleg.notices();
    assert!(told.len() == 1 && !told[0].contains("canary"), "{told:?}");
    oleg.types("/menu").await.shows("что делаем");
}
