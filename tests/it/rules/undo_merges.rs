//! Undo of what an administrator corrects on clients: merges and phones (C9, C10).

use chrono::Duration;
use crmbot::crm::{
    Entity, PhoneEdit, Refusal, SplitRefusal, Undone, clients, consents, consistency, contracts, follow_ups, handover,
    notes, touches, undo,
};
use crmbot::domain::{ConsentMeans, Group, Note, Phone, PhoneRegion, Reason, Remark};

use crate::support::app::{TestApp, TestUser};

/// Every row about clients; versions and the log grow.
const CLIENTS: &str = "select string_agg(line, E'\n' order by line) from (
    select concat_ws('|', 'client', id, phone, last_name, first_name, email, responsible_id, taken_at, lost_at, lost_reason,
                     voided_at, merged_into, last_live_day, open_touch_id) as line from client
    union all select concat_ws('|', 'touch', id, client_id, ad_id, happened_at, voided_at, void_reason) from touch
    union all select concat_ws('|', 'contract', id, client_id, touch_id, ends_on, voided_at) from contract
    union all select concat_ws('|', 'note', id, client_id, voided_at) from note
    union all select concat_ws('|', 'step', id, client_id, owner_id, due_at, done_at) from follow_up
    union all select concat_ws('|', 'consent', id, client_id, means, withdrawn_at, withdrawn_by, voided_at) from client_consent
    union all select concat_ws('|', 'handover', id, client_id, from_id, to_id, accepted_at, withdrawn_at, withdrawn_by)
                from client_handover) _";

async fn picture(app: &TestApp) -> String {
    sqlx::query_scalar(CLIENTS).fetch_one(app.sql()).await.unwrap()
}

fn reason() -> Reason {
    Reason::parse("один человек").unwrap()
}

async fn undoes(app: &TestApp, who: TestUser<'_>, event: i64) -> Result<Undone, Refusal> {
    app.act(who, async |crm| undo::undo(crm, event).await.split_refusal().unwrap()).await
}

/// The event that a client's card offers to undo.
async fn offered(app: &TestApp, who: TestUser<'_>, client: i64) -> Option<(i64, String)> {
    let offered = app.act(who, async |crm| undo::undoable(crm, Entity::Client, client).await.unwrap()).await;
    offered.map(|write| (write.event, write.action))
}

async fn merges(app: &TestApp, who: TestUser<'_>, one: i64, other: i64) {
    app.act(who, async |crm| clients::merge(crm, one, other, &reason()).await.split_refusal().unwrap()).await.unwrap();
}

/// Two clients of one person, each with whatever a client can have.
struct Pair<'a> {
    oleg: TestUser<'a>,
    anna: TestUser<'a>,
    older: i64,
    younger: i64,
}

impl<'a> Pair<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let (a, b) = (app.an_ad("Авито", "AVITO").await, app.an_ad("Сайт", "SITE").await);
        let oleg = app.staff("oleg", &[Group::Operators, Group::Managers]).await;
        let max = app.staff("max", &[Group::Managers]).await;
        let anna = app.staff("anna", &[Group::Admins]).await;
        let to = app.staff_id(max).await;
        app.at("2026-03-12 10:00");
        let older = app.meets(oleg, "89123456789", "", b).await;
        app.at("2026-03-12 10:10");
        let younger = app.meets(oleg, "89000000001", "Иванов Иван", a).await;
        app.a_contract(younger, "2026-01-20", "2026-12-31").await;
        app.at("2026-03-12 10:20");
        // The same ad on the same day: of the two the older client's is the younger touch, and it has a contract too.
        app.act(oleg, async |crm| touches::register(crm, older, a).await.unwrap()).await;
        app.a_contract(older, "2026-01-20", "2026-02-28").await;
        app.at("2026-03-12 10:30");
        app.act(oleg, async |crm| {
            clients::take(crm, younger).await.unwrap();
            handover::offer(crm, younger, to, &Remark::parse("").unwrap()).await.unwrap();
            for client in [older, younger] {
                notes::add(crm, client, &Note::parse("перезвонить").unwrap()).await.unwrap();
                let due = crm.now + Duration::days(client);
                follow_ups::set(crm, client, due).await.unwrap();
                consents::give(crm, client, ConsentMeans::Phone).await.unwrap();
            }
            crm.now += Duration::minutes(1);
            consents::withdraw(crm, younger).await.unwrap();
        })
        .await;
        // A mark of the time before a contract that has ended since.
        sqlx::query("update client set lost_at = '2026-03-12 10:25+03', lost_reason = 'дорого' where id = $1")
            .bind(older)
            .execute(app.sql())
            .await
            .unwrap();
        app.act(anna, async |crm| consistency::repair(crm).await.unwrap()).await;
        app.at("2026-03-12 11:00");
        Self { oleg, anna, older, younger }
    }
}

#[tokio::test]
async fn c10_an_undone_merge_leaves_both_clients_as_they_were() {
    let app = TestApp::new().await;
    let pair = Pair::new(&app).await;
    let third = app.meets(pair.oleg, "89000000003", "Третий", 1).await;
    merges(&app, pair.anna, pair.younger, third).await;
    app.passes(Duration::minutes(11));
    let before = picture(&app).await;
    merges(&app, pair.anna, pair.older, pair.younger).await;
    assert_ne!(picture(&app).await, before);
    let (event, action) = offered(&app, pair.anna, pair.older).await.unwrap();
    assert_eq!(action, "merge");
    assert_eq!(undoes(&app, pair.oleg, event).await, Err(Refusal::Gone), "another's write");
    app.passes(Duration::minutes(1));
    assert_eq!(undoes(&app, pair.anna, event).await, Ok(Undone::Change));
    // C10: contracts and their touches, notes, steps, offers, consents, marks and names are where they were
    assert_eq!(picture(&app).await, before);
    assert!(app.act(pair.anna, async |crm| consistency::check(crm).await.unwrap().holds()).await);
    assert!(matches!(undoes(&app, pair.anna, event).await, Err(Refusal::AlreadyDone { .. })));
    for client in [pair.older, pair.younger] {
        assert_eq!(offered(&app, pair.anna, client).await, None, "what the merge has ended is undone with it");
    }
    // It can be merged again, and undone again.
    merges(&app, pair.anna, pair.older, pair.younger).await;
    let (event, _) = offered(&app, pair.anna, pair.older).await.unwrap();
    assert_eq!(undoes(&app, pair.anna, event).await, Ok(Undone::Change));
    assert_eq!(picture(&app).await, before);
}

#[tokio::test]
async fn c10_a_merge_is_undone_on_its_card_and_by_nobody_once_something_is_written_there() {
    let app = TestApp::new().await;
    let pair = Pair::new(&app).await;
    let (anna, oleg) = (pair.anna, pair.oleg);
    merges(&app, anna, pair.older, pair.younger).await;
    // Another user's note is a later write; undone again it is none.
    let note =
        app.act(oleg, async |crm| notes::add(crm, pair.older, &Note::parse("звонил").unwrap()).await.unwrap()).await;
    let merged = picture(&app).await;
    anna.types(&format!("/find №{}", pair.older)).await.shows("Иванов");
    assert!(!anna.has_button("Отменить: клиенты объединены"), "{:?}", anna.buttons());
    let event = app.count("select max(id) from audit_event where action = 'merge'").await;
    assert_eq!(undoes(&app, anna, event).await, Err(Refusal::HasDependents));
    assert_eq!(picture(&app).await, merged);
    assert!(note > 0);
    let written = app.count("select max(id) from audit_event where entity = 'note'").await;
    undoes(&app, oleg, written).await.unwrap();
    anna.types(&format!("/find №{}", pair.older)).await.taps("Отменить: клиенты объединены").await.hears("Отменено");
    assert_eq!(app.count("select count(*) from client where merged_into is not null").await, 0);
    // A contract that is signed, and an undo of what was done before the merge, are later writes as well.
    merges(&app, anna, pair.older, pair.younger).await;
    let event = app.count("select max(id) from audit_event where action = 'merge'").await;
    let contract = app.count("select min(id) from contract").await;
    app.act(oleg, async |crm| {
        let version = sqlx::query_scalar("select version from contract where id = $1")
            .bind(contract)
            .fetch_one(crm.connection())
            .await
            .unwrap();
        let day = "2027-01-31".parse().unwrap();
        contracts::prolong(crm, contract, version, day, &reason()).await.split_refusal().unwrap().unwrap();
    })
    .await;
    assert_eq!(undoes(&app, anna, event).await, Err(Refusal::HasDependents));
    app.passes(Duration::minutes(11));
    assert_eq!(undoes(&app, anna, event).await, Err(Refusal::TooLate));
}

fn number(client: i64, version: i32, phone: &str) -> PhoneEdit {
    let reason = Reason::parse("опечатка").unwrap();
    let phone_raw = phone.to_owned();
    PhoneEdit { client, version, phone: Phone::parse(phone, PhoneRegion::RU).unwrap(), phone_raw, reason }
}

#[tokio::test]
async fn c9_a_corrected_phone_is_undone_unless_it_was_corrected_again_or_its_number_is_taken() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let client = app.meets(oleg, "89123456789", "Иванов", ad).await;
    let correct = async |version: i32, phone: &str| {
        let edit = number(client, version, phone);
        app.act(anna, async |crm| clients::correct_phone(crm, &edit).await.split_refusal().unwrap()).await.unwrap();
        app.count("select max(id) from audit_event").await
    };
    let first = correct(1, "89000000001").await;
    let second = correct(2, "89000000002").await;
    assert!(matches!(undoes(&app, anna, first).await, Err(Refusal::ChangedSince { .. })));
    assert_eq!(undoes(&app, anna, second).await, Ok(Undone::Change));
    anna.types(&format!("/find №{client}")).await.taps("Отменить: исправлен телефон").await.hears("Отменено");
    assert_eq!(app.count("select count(*) from client where phone = '+79123456789'").await, 1);
    // The former number is another client's by now.
    let third = correct(5, "89000000003").await;
    let other = app.meets(oleg, "89123456789", "Петров", ad).await;
    assert_eq!(undoes(&app, anna, third).await, Err(Refusal::Taken(crmbot::crm::Field::Phone)));
    assert_ne!(client, other);
}

#[tokio::test]
async fn c9_an_undone_lead_gives_its_number_away_and_gets_it_back_with_the_undo() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let client = app.meets(oleg, "89123456789", "Иванов", ad).await;
    app.meets(oleg, "89000000001", "Иванов Иван", ad).await;
    let created = app.count("select max(id) from audit_event where entity = 'client' and action = 'create'").await;
    undoes(&app, oleg, created).await.unwrap();
    let before = picture(&app).await;
    anna.types(&format!("/find №{client}")).await.taps("Исправить телефон").await.types("89000000001").await;
    anna.types("опечатка").await.taps("Сохранить").await.hears("Сохранено");
    // C9: the number leads to the client, and the undone lead to no client
    anna.types("/find 89000000001").await.shows(&format!("№{client}"));
    assert_eq!(app.count("select count(*) from client where phone like '+999%' and voided_at is not null").await, 1);
    let freed = "select count(*) from audit_event where action = 'phone' and before ->> 'phone' = '+79000000001' and after ->> 'phone' is null";
    assert_eq!(app.count(freed).await, 1);
    let event = app.count("select max(id) from audit_event where action = 'phone'").await;
    assert_eq!(undoes(&app, anna, event).await, Ok(Undone::Change));
    assert_eq!(picture(&app).await, before);
    // The wrong number of before is free for its owner.
    anna.types(&format!("/find №{client}")).await.taps("Исправить телефон").await.types("89000000001").await;
    anna.types("опечатка").await.taps("Сохранить").await.hears("Сохранено");
    let new = app.meets(oleg, "89123456789", "Петров", ad).await;
    assert_ne!(new, client);
}
