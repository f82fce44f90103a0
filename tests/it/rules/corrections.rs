//! An administrator's corrections with a reason (C8–C10), and hand-over of a departing user's work.

use chrono::Duration;
use crmbot::crm::{
    LeadDraft, PhoneEdit, Refusal, SplitRefusal, StaffId, clients, consents, follow_ups, handover, notes, touches, undo,
};
use crmbot::domain::{ConsentMeans, Group, PersonName, Phone, PhoneRegion, Reason};
use crmbot::flows::dialogue::Input;
use crmbot::flows::route::ScreenId;
use crmbot::flows::{ButtonAction, CallbackData, Route};

use crate::support::app::{TestApp, TestUser};

async fn lead(app: &TestApp, who: TestUser<'_>, phone: &str, name: &str, ad: i64) -> i64 {
    let draft = LeadDraft {
        phone: Phone::parse(phone, PhoneRegion::RU).unwrap(),
        phone_raw: phone.to_owned(),
        name: PersonName::split(name).unwrap(),
        email: None,
        ad,
        notes: Vec::new(),
    };
    app.act(who, async |crm| clients::register(crm, &draft).await.split_refusal().unwrap().unwrap().client).await
}

async fn touch(app: &TestApp, who: TestUser<'_>, client: i64, ad: i64) {
    app.act(who, async |crm| touches::register(crm, client, ad).await.split_refusal().unwrap().unwrap()).await;
}

fn reason() -> Reason {
    Reason::parse("один человек").unwrap()
}

/// Touches, contracts, revenue and leads per ad.
const TOTALS: &str = "select (select count(*) from contract where voided_at is null) * 1000000
    + (select count(distinct (client_id, ad_id)) from touch where voided_at is null) * 1000
    + (select coalesce(sum(amount), 0)::bigint / 1000 from contract where voided_at is null)";

/// Clients whose kept columns are not what they must be.
const DRIFT: &str = "select count(*) from client c join client_derivation d on d.client_id = c.id
    where (c.last_live_day, c.open_touch_id) is distinct from (d.last_live_day, d.open_touch_id)";

#[tokio::test]
async fn c9_an_administrator_corrects_a_phone_and_anothers_number_leads_to_a_merge() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators, Group::Managers]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let first = lead(&app, oleg, "89123456789", "Иванов Иван", ad).await;
    let second = lead(&app, oleg, "89000000001", "Иванов И", ad).await;
    app.passes(Duration::days(1));
    oleg.types(&format!("№{first}")).await.shows("Иванов Иван");
    assert!(!oleg.has_button("Исправить телефон") && !oleg.has_button("Объединить"));
    anna.types(&format!("/find №{first}")).await.taps("Исправить телефон").await;
    anna.types("12").await.shows("не хватает цифр").types("8 999 111-22-33").await.types("опечатка").await;
    anna.shows("+7 912 ***-**-89").taps("Сохранить").await.hears("Сохранено");
    assert_eq!(app.count("select count(*) from client where phone = '+79991112233'").await, 1);
    let kept = app.count("select count(*) from audit_event where action = 'phone' and reason = 'опечатка' and before ->> 'phone' = '+79123456789'").await;
    assert_eq!(kept, 1);
    anna.taps("Исправить телефон")
        .await
        .types("8 900 000-00-01")
        .await
        .types("так сказал")
        .await
        .taps("Сохранить")
        .await;
    anna.shows("номер другого клиента").shows("Почему").types("один человек").await;
    anna.shows("Останется старший").shows("Иванов Иван").taps("Объединить").await.hears("один клиент");
    assert_eq!(app.count("select merged_into from client where phone = '+79000000001'").await, first);
    anna.types("/find 89000000001").await.shows(&format!("№{first}"));
    assert_ne!(first, second);
}

#[tokio::test]
async fn c10_a_merge_moves_everything_to_the_older_and_keeps_every_total() {
    let app = TestApp::new().await;
    let (a, b) = (app.an_ad("Авито", "AVITO").await, app.an_ad("Сайт", "SITE").await);
    let oleg = app.staff("oleg", &[Group::Operators, Group::Managers]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    app.at("2026-01-15 10:00");
    let older = lead(&app, oleg, "89123456789", "", b).await;
    app.at("2026-01-20 10:00");
    let younger = lead(&app, oleg, "89000000001", "Иванов Иван", a).await;
    let early = app.a_contract(younger, "2026-01-20", "2026-12-31").await;
    app.at("2026-01-20 15:00");
    // The same ad on the same day: the touch of the older client is the younger one, and has a contract too.
    touch(&app, oleg, older, a).await;
    let late = app.a_contract(older, "2026-01-20", "2026-06-30").await;
    app.act(oleg, async |crm| {
        let note = crmbot::domain::Note::parse("перезвонить").unwrap();
        notes::add(crm, younger, &note).await.split_refusal().unwrap().unwrap();
    })
    .await;
    let before = app.count(TOTALS).await;
    let refused =
        app.act(oleg, async |crm| clients::merge(crm, older, younger, &reason()).await.split_refusal().unwrap()).await;
    assert_eq!(refused, Err(Refusal::Denied));
    let stays =
        app.act(anna, async |crm| clients::merge(crm, younger, older, &reason()).await.split_refusal().unwrap()).await;
    assert_eq!(stays, Ok(older));
    // One distinct lead less of ad A: both had it. Contracts and revenue are what they were.
    assert_eq!(app.count(TOTALS).await, before - 1000);
    assert_eq!(app.count("select count(*) from touch where voided_at is not null").await, 1);
    let touches = "select count(distinct touch_id) from contract where client_id = (select min(id) from client)";
    assert_eq!(app.count(touches).await, 1, "both contracts are on the older touch");
    let card = app.act(anna, async |crm| clients::card(crm, younger).await.split_refusal().unwrap().unwrap()).await;
    assert_eq!((card.id, card.touch_count, card.contract_count), (older, 2, Some(2)));
    assert_eq!(card.notes.len(), 1);
    assert!(card.name.last.is_some(), "what the older lacked came from the younger");
    assert!(card.contracts.iter().any(|line| line.id == early) && card.contracts.iter().any(|line| line.id == late));
    assert_eq!(app.count(DRIFT).await, 0);
    let again =
        app.act(anna, async |crm| clients::merge(crm, older, younger, &reason()).await.split_refusal().unwrap()).await;
    assert_eq!(again, Err(Refusal::Gone));
    let himself =
        app.act(anna, async |crm| clients::merge(crm, older, older, &reason()).await.split_refusal().unwrap()).await;
    assert_eq!(himself, Err(Refusal::Gone));
}

#[tokio::test]
async fn nothing_is_undone_on_a_client_who_has_been_merged_into_another() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let older = lead(&app, oleg, "89123456789", "Петров", ad).await;
    let younger = lead(&app, oleg, "89000000001", "Иванов Иван", app.an_ad("Сайт", "SITE").await).await;
    let kinds = ["client", "touch"];
    let mut events = Vec::new();
    for kind in kinds {
        let sql = "select max(id) from audit_event where action = 'create' and entity = $1";
        let event: i64 = sqlx::query_scalar(sql).bind(kind).fetch_one(app.sql()).await.unwrap();
        events.push(event);
    }
    app.act(anna, async |crm| clients::merge(crm, younger, older, &reason()).await.split_refusal().unwrap().unwrap())
        .await;
    for event in events {
        let undone = app.act(oleg, async |crm| undo::undo(crm, event).await.split_refusal().unwrap()).await;
        assert!(matches!(undone, Err(Refusal::HasDependents | Refusal::ChangedSince { .. })), "{undone:?}");
    }
    assert_eq!(app.count("select count(*) from touch where voided_at is null").await, 2);
    assert_eq!(app.count(DRIFT).await, 0, "X16");
    let card = app.act(anna, async |crm| clients::card(crm, younger).await.split_refusal().unwrap().unwrap()).await;
    assert_eq!((card.id, card.touch_count), (older, 2));
}

#[tokio::test]
async fn what_was_last_said_of_consent_on_either_card_holds_after_a_merge() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let older = lead(&app, oleg, "89123456789", "Петров", ad).await;
    let younger = lead(&app, oleg, "89000000001", "Иванов", ad).await;
    for client in [older, younger] {
        app.passes(Duration::seconds(60));
        let means = ConsentMeans::Phone;
        app.act(oleg, async |crm| consents::give(crm, client, means).await.split_refusal().unwrap().unwrap()).await;
    }
    app.passes(Duration::seconds(60));
    app.act(oleg, async |crm| consents::withdraw(crm, younger).await.split_refusal().unwrap().unwrap()).await;
    app.act(anna, async |crm| clients::merge(crm, younger, older, &reason()).await.split_refusal().unwrap().unwrap())
        .await;
    let card = app.act(anna, async |crm| clients::card(crm, older).await.split_refusal().unwrap().unwrap()).await;
    assert!(card.consent.unwrap().withdrawn_at.is_some(), "he has said no");
}

#[tokio::test]
async fn when_somebody_leaves_his_clients_contracts_and_next_steps_go_to_a_colleague_in_one_go() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let max = app.staff("max", &[Group::Managers]).await;
    let nina = app.staff("nina", &[Group::Managers]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let (taken, signed) =
        (lead(&app, oleg, "89123456789", "Иванов", ad).await, lead(&app, oleg, "89000000001", "Петров", ad).await);
    let leaver = app.staff_id(max).await;
    app.act(max, async |crm| {
        clients::take(crm, taken).await.split_refusal().unwrap().unwrap();
        let tomorrow = crm.now + chrono::Duration::days(1);
        follow_ups::set(crm, taken, tomorrow).await.split_refusal().unwrap().unwrap();
    })
    .await;
    let contract = app.a_contract(signed, "2026-03-01", "2026-12-31").await;
    sqlx::query("update contract set confirmed_by = $1 where id = $2")
        .bind(leaver.0)
        .bind(contract)
        .execute(app.sql())
        .await
        .unwrap();
    anna.types("/staff")
        .await
        .taps("Max")
        .await
        .taps("Передать всё")
        .await
        .shows("2 клиента с договорами, 1 следующий шаг");
    assert!(!anna.has_button("Oleg"), "an operator does not take clients");
    anna.taps("Nina").await.shows("Передать всё от Max коллеге Nina").taps("Да").await.hears("Передано: 2 клиента");
    assert!(nina.notices().iter().any(|notice| notice.contains("Теперь 2 клиента от Max")));
    let heir = app.staff_id(nina).await;
    let held: Vec<i64> =
        sqlx::query_scalar("select responsible_id from client order by id").fetch_all(app.sql()).await.unwrap();
    assert_eq!(held, [heir.0, heir.0]);
    assert_eq!(app.count("select owner_id from follow_up where done_at is null").await, heir.0);
    assert_eq!(app.count("select count(*) from client_handover where accepted_at is not null").await, 2);
    let forged =
        app.act(anna, async |crm| handover::transfer_all(crm, heir, StaffId(999)).await.split_refusal().unwrap()).await;
    assert_eq!(forged, Err(Refusal::Gone));
    let denied =
        app.act(max, async |crm| handover::transfer_all(crm, heir, leaver).await.split_refusal().unwrap()).await;
    assert_eq!(denied, Err(Refusal::Denied));
}

/// The card of a client, as a button leads there.
fn card(client: i64) -> Input {
    let press = ButtonAction::Open(Route::of(ScreenId::Client, client));
    Input::Tap(Some(CallbackData { version: CallbackData::NOTICE, press }))
}

#[tokio::test]
async fn c8_the_author_corrects_a_phone_of_today_without_a_reason_and_takes_it_back() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let olga = app.english("olga", &[Group::Operators]).await;
    app.at("2026-03-12 23:30");
    let client = lead(&app, oleg, "89123456789", "Иванов Иван", ad).await;
    let other = lead(&app, oleg, "89123456702", "Петров Пётр", ad).await;
    // C8: another user's card has no such button, and a forged one is refused
    olga.does(card(client)).await.shows("Иванов");
    assert!(!olga.has_button("Correct the phone"));
    let forged = ButtonAction::Open(Route::of(ScreenId::PhoneCorrect, client));
    olga.does(Input::Tap(Some(CallbackData { version: CallbackData::NOTICE, press: forged }))).await;
    olga.shows("corrected by the person who entered it").hides("+7 912 345-67-89");
    // a number that is another client's is asked for again, since the author may not merge
    oleg.does(card(client))
        .await
        .taps("Исправить телефон")
        .await
        .types("8 912 345-67-02")
        .await
        .taps("Сохранить")
        .await;
    oleg.hears("номер другого клиента").types("8 999 111-22-33").await.taps("Сохранить").await.hears("Сохранено");
    assert_ne!(client, other);
    let logged = "select count(*) from audit_event where action = 'phone' and reason is null
        and before ->> 'phone' = '+79123456789' and after ->> 'phone' = '+79991112233'";
    // C8: the log keeps both numbers
    assert_eq!(app.count(logged).await, 1);
    // The former number comes back, and may be corrected once more.
    oleg.taps("Отменить: исправлен телефон").await.hears("Отменено");
    assert_eq!(app.count("select count(*) from client where phone = '+79123456789'").await, 1);
    assert!(oleg.has_button("Исправить телефон"));
    // the local day is the company's
    app.at("2026-03-13 00:10");
    oleg.does(card(client)).await;
    assert!(!oleg.has_button("Исправить телефон"));
}

#[tokio::test]
async fn c8_a_contract_a_handover_or_a_touch_of_another_user_ends_the_authors_own_correction() {
    let app = TestApp::new().await;
    let (ad, site) = (app.an_ad("Авито", "AVITO").await, app.an_ad("Сайт", "SITE").await);
    let oleg = app.staff("oleg", &[Group::Operators, Group::Managers]).await;
    let olga = app.staff("olga", &[Group::Operators, Group::Managers]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let correct = async |who: TestUser<'_>, client: i64, number: &str| {
        let phone = Phone::parse(number, PhoneRegion::RU).unwrap();
        app.act(who, async |crm| {
            let version = clients::card(crm, client).await.unwrap().version;
            clients::correct_own_phone(crm, client, version, &phone, number).await.split_refusal().unwrap()
        })
        .await
    };
    let refused = Err(Refusal::NotOwnPhone);
    let touched = lead(&app, oleg, "89123456701", "А", ad).await;
    // The author's own further touch is no hindrance.
    touch(&app, oleg, touched, site).await;
    assert_eq!(correct(oleg, touched, "89123456711").await, Ok(()));
    assert_eq!(correct(olga, touched, "89123456721").await, refused, "another user");
    assert_eq!(
        correct(anna, touched, "89123456721").await,
        Err(Refusal::Denied),
        "C8: an administrator gives a reason"
    );
    touch(&app, olga, touched, app.an_ad("Радио", "OTHER").await).await;
    assert_eq!(correct(oleg, touched, "89123456721").await, refused, "a touch of another user");
    let signed = lead(&app, oleg, "89123456702", "Б", ad).await;
    app.a_contract(signed, "2026-01-20", "2026-12-31").await;
    assert_eq!(correct(oleg, signed, "89123456722").await, refused, "a contract");
    let handed = lead(&app, oleg, "89123456703", "В", ad).await;
    app.act(oleg, async |crm| clients::take(crm, handed).await.split_refusal().unwrap().unwrap()).await;
    let to = app.staff_id(olga).await;
    let note = crmbot::domain::Remark::parse("").unwrap();
    app.act(oleg, async |crm| handover::offer(crm, handed, to, &note).await.split_refusal().unwrap().unwrap()).await;
    assert_eq!(correct(oleg, handed, "89123456723").await, refused, "a handover");
    // A number that an administrator has entered since is the administrator's.
    let corrected = lead(&app, oleg, "89123456704", "Г", ad).await;
    let edit = PhoneEdit {
        client: corrected,
        version: 1,
        phone: Phone::parse("89123456714", PhoneRegion::RU).unwrap(),
        phone_raw: String::new(),
        reason: reason(),
    };
    app.act(anna, async |crm| clients::correct_phone(crm, &edit).await.split_refusal().unwrap().unwrap()).await;
    assert_eq!(correct(oleg, corrected, "89123456724").await, refused, "an administrator's number");
}
