//! Attempts at an update are bounded, whatever makes them fail.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crmbot::domain::Group;
use crmbot::flows::dialogue::{Input, RELEASE};
use crmbot::flows::{Event, File};
use crmbot::turn::{
    Fetch, FetchError, IncomingUpdate, Limits, Outcome, ProcessorSettings, UpdateKind, UpdateProcessor,
};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::app::TestApp;

/// Lets the last write of a turn that shows a screen fail with this SQLSTATE, so many times; each try is counted, also one
/// that is rolled back.
async fn fails(app: &TestApp, sqlstate: &str, times: i64) {
    let sql = format!(
        "create sequence tries; grant usage on sequence tries to crmbot_app;
         create function fail() returns trigger language plpgsql as $$ begin
             if nextval('tries') <= {times} then raise exception 'no' using errcode = '{sqlstate}'; end if;
             return new;
         end $$;
         create trigger fail before insert on outbox for each row when (new.payload ? 'Screen') execute function fail();"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(app.sql()).await.unwrap();
}

/// The same turns with other limits and files.
fn with(app: &TestApp, limits: Limits, files: Arc<dyn Fetch>) -> Arc<UpdateProcessor> {
    let own = app.turns.settings.clone();
    UpdateProcessor::new(ProcessorSettings { files, limits, password_checks: 1, ..own })
}

#[tokio::test]
async fn r16_an_update_that_never_succeeds_is_parked_after_the_eighth_try_and_its_sender_is_told() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    fails(&app, "55P03", 1_000).await;
    anna.types("/me").await;
    assert_eq!(app.count("select last_value from tries").await, 8);
    let fault: String = sqlx::query_scalar("select fault from parked_update").fetch_one(app.sql()).await.unwrap();
    assert!(fault.starts_with("given up after 8 tries: database error 55P03"), "{fault}");
    let code: String = sqlx::query_scalar("select code from parked_update").fetch_one(app.sql()).await.unwrap();
    // R16: the person is told, with the code of the log.
    assert!(anna.notices()[0].contains(&code), "{:?}", anna.notices());
    assert_eq!(app.count("select count(*) from update_attempt").await, 0, "settled: nothing is counted any more");
    sqlx::raw_sql("drop trigger fail on outbox").execute(app.sql()).await.unwrap();
    anna.types("/me").await.shows("Логин: anna");
}

#[tokio::test]
async fn r16_tries_end_after_their_time_even_when_they_are_few() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    fails(&app, "40001", 1_000).await;
    let limits = Limits { tries: 8, time: Duration::from_millis(300), pauses: [Duration::from_millis(200); 7] };
    let turns = with(&app, limits, Arc::new(NoFiles));
    let settled = turns.process(anna.update(Input::Command { name: "me".into(), rest: String::new() })).await;
    assert_eq!(settled, Outcome::Done);
    assert_eq!(app.count("select count(*) from parked_update").await, 1);
    // R16: two pauses are longer than all tries may take.
    assert!(app.count("select last_value from tries").await <= 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn r16_tries_are_not_counted_while_the_database_takes_no_writes() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    fails(&app, "25006", 1_000).await;
    sqlx::raw_sql("revoke insert on update_attempt from crmbot_app").execute(app.sql()).await.unwrap();
    let turns = with(&app, app.turns.settings.limits, Arc::new(NoFiles));
    let turn = tokio::spawn(turns.process(anna.update(Input::Command { name: "me".into(), rest: String::new() })));
    while app.count("select last_value from tries").await < 5 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // R16: a database that takes no writes is waited for; nothing is parked.
    assert_eq!(app.count("select count(*) from parked_update").await, 0);
    sqlx::raw_sql("drop trigger fail on outbox").execute(app.sql()).await.unwrap();
    assert_eq!(turn.await.unwrap(), Outcome::Done);
    app.collect().await;
    anna.shows("Логин: anna");
}

#[tokio::test]
async fn r11_a_statement_that_took_too_long_is_tried_again() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    fails(&app, "57014", 2).await;
    anna.types("/me").await.shows("Логин: anna");
    assert_eq!(app.count("select count(*) from parked_update").await, 0);
}

/// Takes eleven seconds: a turn of three statements of more than three and a half seconds each is what it is about.
#[tokio::test(flavor = "multi_thread")]
async fn r16_a_turn_of_eleven_seconds_succeeds_at_its_first_try_and_nobody_else_waits() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let (oleg, anna) = (app.staff("oleg", &[Group::Operators]).await, app.superuser("anna").await);
    oleg.types("Иван 8 912 345-67-89 с авито").await;
    sqlx::raw_sql(
        "create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(3.7); return new; end $$;
         create trigger slow before insert on audit_event for each row execute function slow();",
    )
    .execute(app.sql())
    .await
    .unwrap();
    let save = oleg.update(Input::Tap(Some(oleg.button("Сохранить"))));
    let turn = tokio::spawn(app.turns.clone().process(save));
    anna.types("/me").await.shows("Логин: anna");
    // R16: another person is answered while the long turn goes on.
    assert!(!turn.is_finished());
    assert_eq!(turn.await.unwrap(), Outcome::Done);
    assert_eq!(app.count("select count(*) from touch").await, 1, "ad {ad}");
    assert_eq!(app.count("select count(*) from parked_update").await, 0);
    assert_eq!(
        app.count("select count(*) from audit_event").await,
        3,
        "one try: a client, a touch, a look at the card"
    );
}

/// Takes three seconds: that is how long a statement waits for a lock.
#[tokio::test(flavor = "multi_thread")]
async fn r16_a_chat_whose_lock_is_held_is_told_all_the_same() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    anna.types("/menu").await;
    let mut lock = app.sql().begin().await.unwrap();
    sqlx::query("select from chat_session where chat_id = $1 for update")
        .bind(anna.id)
        .execute(&mut *lock)
        .await
        .unwrap();
    let turns = with(&app, Limits { tries: 1, ..app.turns.settings.limits }, Arc::new(NoFiles));
    let update = anna.update(Input::Event(Event::Typed("Иван 8 912 345-67-89".into())));
    assert_eq!(turns.process(update).await, Outcome::Done);
    app.collect().await;
    // R16: parking needs none of the locks that the update failed for.
    assert_eq!(app.count("select count(*) from parked_update where letter is not null").await, 1);
    assert_eq!(anna.notices().len(), 1);
    lock.rollback().await.unwrap();
}

#[tokio::test]
async fn r17_what_cannot_be_read_is_parked_with_a_code_for_a_colleague_and_is_nothing_from_a_stranger() {
    let app = TestApp::new().await;
    let (anna, stefan) = (app.superuser("anna").await, app.stranger("Stefan", "en"));
    for person in [anna, stefan] {
        let what = UpdateKind::Unreadable { visitor: Some(person.visitor()) };
        app.deliver(IncomingUpdate { update_id: app.update_id(), label: "message", kind: what }).await;
    }
    let code: String = sqlx::query_scalar("select code from parked_update").fetch_one(app.sql()).await.unwrap();
    assert!(anna.notices()[0].contains(&code));
    // G1: one neutral line, and no row but the session's.
    stefan.shows("Ask your administrator");
    assert!(stefan.notices().is_empty());
}

struct NoFiles;

impl Fetch for NoFiles {
    fn fetch<'a>(&'a self, _: &'a File) -> Pin<Box<dyn Future<Output = Result<bytes::Bytes, FetchError>> + Send + 'a>> {
        Box::pin(async { Err(FetchError::Refused) })
    }
}

/// Telegram with a slow network: a file comes when the test lets it.
struct Slow(Semaphore);

impl Fetch for Slow {
    fn fetch<'a>(&'a self, _: &'a File) -> Pin<Box<dyn Future<Output = Result<bytes::Bytes, FetchError>> + Send + 'a>> {
        Box::pin(async {
            self.0.acquire().await.unwrap().forget();
            Ok(bytes::Bytes::from_static(b"%PDF-1.4 test"))
        })
    }
}

fn a_file(name: &str) -> File {
    File { file_id: name.to_owned(), name: name.to_owned(), size: 13, caption: String::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn r16_a_file_that_takes_long_holds_up_neither_its_sender_nor_the_confirmation_of_its_update() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    app.meets(oleg, "89123456789", "Иванов Иван", ad).await;
    let slow = Arc::new(Slow(Semaphore::new(0)));
    let turns = with(&app, app.turns.settings.limits, slow.clone());
    oleg.types("№1").await.taps("Заметка").await;
    let sent = oleg.update(Input::Event(Event::Sent(a_file("plan.pdf"))));
    assert_eq!(turns.clone().process(sent.clone()).await, Outcome::Done);
    // R16: the update is confirmed, and its sender is answered, while the file is on its way.
    assert_eq!(app.count("select count(*) from file_job").await, 1);
    assert_eq!(app.count("select count(*) from note").await, 0);
    let language = Input::Command { name: "language".into(), rest: String::new() };
    assert_eq!(turns.clone().process(oleg.update(language)).await, Outcome::Done);
    // R2: the same update again finds its mark.
    assert_eq!(turns.clone().process(sent).await, Outcome::Done);
    slow.0.add_permits(2);
    turns.idle().await;
    app.collect().await;
    // The question was left meanwhile: nothing is written unasked, and the sender is told.
    oleg.shows("пришёл, когда вопрос о нём уже был закрыт");
    assert_eq!(app.count("select count(*) from note").await, 0);
    assert_eq!(app.count("select count(*) from file_job").await, 0);
    oleg.types("№1").await.taps("Заметка").await;
    turns.clone().process(oleg.update(Input::Event(Event::Sent(a_file("plan.pdf"))))).await;
    turns.idle().await;
    app.collect().await;
    oleg.shows("plan.pdf");
    assert_eq!(app.count("select count(*) from note where attachment_id is not null").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn r16_a_file_that_a_process_was_fetching_when_it_ended_is_fetched_by_another() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    app.meets(oleg, "89123456789", "Иванов Иван", ad).await;
    oleg.types("№1").await.taps("Заметка").await;
    let stuck = with(&app, app.turns.settings.limits, Arc::new(Slow(Semaphore::new(0))));
    stuck.process(oleg.update(Input::Event(Event::Sent(a_file("plan.pdf"))))).await;
    sqlx::query("update file_job set claimed_by = -5").execute(app.sql()).await.unwrap();
    let slow = Arc::new(Slow(Semaphore::new(1)));
    let heir = with(&app, app.turns.settings.limits, slow);
    assert_eq!(heir.adopt_file_jobs().await.unwrap(), 1);
    assert_eq!(heir.adopt_file_jobs().await.unwrap(), 0, "it is under way");
    heir.idle().await;
    app.collect().await;
    // R20: its conversation has got it.
    assert_eq!(app.count("select count(*) from note where attachment_id is not null").await, 1);
    assert_eq!(app.count("select count(*) from file_job").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn r20_a_file_for_a_conversation_of_a_newer_release_is_left_to_a_process_that_can_read_it() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    app.meets(oleg, "89123456789", "Иванов Иван", ad).await;
    oleg.types("№1").await.taps("Заметка").await;
    let slow = Arc::new(Slow(Semaphore::new(0)));
    let older = with(&app, app.turns.settings.limits, slow.clone());
    older.clone().process(oleg.update(Input::Event(Event::Sent(a_file("plan.pdf"))))).await;
    // Meanwhile a process of the next release has written the conversation.
    let mut newer = app.sql().acquire().await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "insert into process (id, beat_at, release) values (424242, now() + interval '1 hour', {});
         select pg_advisory_lock_shared(1668443441, 424242)",
        RELEASE + 1
    )))
    .execute(&mut *newer)
    .await
    .unwrap();
    let chat = oleg.visitor().chat_id;
    let dialogue = async || -> Value {
        let sql = "select dialogue from chat_session where chat_id = $1";
        sqlx::query_scalar(sql).bind(chat).fetch_one(app.sql()).await.unwrap()
    };
    let write = async |dialogue: &Value| {
        let sql = "update chat_session set dialogue = $2 where chat_id = $1";
        sqlx::query(sql).bind(chat).bind(dialogue).execute(app.sql()).await.unwrap();
    };
    let own = dialogue().await;
    let theirs = json!({ "stack": [{ "Hologram": { "turns": 7 } }], "release": RELEASE + 1, "done": null });
    write(&theirs).await;
    slow.0.add_permits(1);
    older.idle().await;
    // R20: the job is the newer process's, and the draft is as it was.
    assert_eq!(app.count("select count(*) from file_job where claimed_by = 424242").await, 1);
    assert_eq!((dialogue().await, app.count("select count(*) from note").await), (theirs, 0));
    // That process fetches the file again.
    write(&own).await;
    sqlx::query("update file_job set created_at = created_at - interval '13 seconds'")
        .execute(app.sql())
        .await
        .unwrap();
    let mut settings = app.turns.settings.clone();
    settings.files = Arc::new(Slow(Semaphore::new(1)));
    settings.liveness.process = 424_242;
    assert_eq!(older.adopt_file_jobs().await.unwrap(), 0, "it is another's");
    let process = UpdateProcessor::new(settings);
    assert_eq!(process.adopt_file_jobs().await.unwrap(), 1);
    process.idle().await;
    app.collect().await;
    assert_eq!(app.count("select count(*) from note where attachment_id is not null").await, 1);
    assert_eq!(app.count("select count(*) from file_job").await, 0);
}
