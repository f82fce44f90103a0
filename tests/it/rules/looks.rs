//! Looks at clients: cards, phones, searches by digits; what is usual, and protection from forwarding (E2, J6).

use chrono::Duration;
use crmbot::crm::{Refusal, SplitRefusal, Undone, clients, look_policy, undo};
use crmbot::domain::{Group, Reason};

use crate::support::app::{TestApp, TestUser};

const FOUND: &str = "select count(*) from audit_event where action = 'find_phone'";

async fn people(app: &TestApp) {
    sqlx::query(
        "insert into client (phone, phone_raw, last_name, created_at, created_by)
         select '+7912' || 3000000 + n * 111, '', 'Фамилия', $1, 0 from generate_series(1, 90) n",
    )
    .bind(app.now())
    .execute(app.sql())
    .await
    .unwrap();
}

async fn find(app: &TestApp, who: TestUser<'_>, text: &str) -> i64 {
    app.act(who, async |crm| clients::find(crm, text, None, 8).await.unwrap().total.known()).await
}

#[tokio::test]
async fn j6_a_search_by_digits_that_finds_few_is_a_look_once_a_day_however_many_digits_follow() {
    let app = TestApp::new().await;
    people(&app).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    assert!(find(&app, oleg, "7912").await >= 10);
    assert_eq!(app.count(FOUND).await, 0, "so many tell of none what the mask hides");
    find(&app, oleg, "Фамилия").await;
    assert_eq!(app.count(FOUND).await, 0, "a name tells nothing of a phone");
    // Digit by digit, as a mask would be found out: one event, and nothing is written for the further digits.
    for digits in ["3000111", "30001", "23000111", "123000111", "9123000111", "+79123000111"] {
        find(&app, oleg, digits).await;
    }
    assert_eq!(app.count(FOUND).await, 1);
    assert_eq!(app.count("select entity_id from audit_event where action = 'find_phone'").await, 1);
    find(&app, anna, "3000111").await;
    assert_eq!(app.count(FOUND).await, 2, "each user's look is their own");
    app.passes(Duration::days(1));
    find(&app, oleg, "3000111").await;
    assert_eq!(app.count(FOUND).await, 3, "and so is each day's");
    // The administrator sees it on the card, and in the filter of the log
    anna.types("/find №1").await.taps("Кто смотрел").await;
    anna.shows("Oleg").shows("найден по цифрам телефона");
    // E2: what was typed stands nowhere
    assert_eq!(
        app.count("select count(*) from audit_event where action = 'find_phone' and after::text like '%3000%'").await,
        0
    );
}

#[tokio::test]
async fn j6_unusually_many_looks_within_an_hour_are_told_to_administrators_once_a_day() {
    let app = TestApp::new().await;
    people(&app).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.english("anna", &[Group::Admins]).await;
    let look = async |client: i64| {
        let digits = format!("912{}", 3_000_000 + client * 111);
        Box::pin(oleg.types(&format!("/find {digits}"))).await;
    };
    for client in 1..=60 {
        look(client).await;
    }
    assert_eq!(anna.notices(), Vec::<String>::new());
    oleg.taps("Показать телефон").await;
    assert_eq!(anna.notices(), Vec::<String>::new(), "the same client again is no further one");
    look(61).await;
    let told = anna.notices();
    assert!(told.len() == 1 && told[0].contains("Oleg") && told[0].contains("61"), "{told:?}");
    look(62).await;
    assert_eq!(anna.notices(), Vec::<String>::new(), "once a day");
    app.passes(Duration::days(1));
    look(63).await;
    assert_eq!(anna.notices(), Vec::<String>::new(), "yesterday's do not count");
}

#[tokio::test]
async fn j6_a_card_is_a_look_once_a_day_and_so_is_a_phone_that_leads_to_a_client() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    app.meets(oleg, "89123456789", "Иванов", ad).await;
    const CARDS: &str = "select count(*) from audit_event where action = 'view_card' and entity_id = 1";
    assert_eq!(app.count(CARDS).await, 0);
    for _ in 0..3 {
        oleg.types("№1").await.shows("Иванов");
    }
    assert_eq!(app.count(CARDS).await, 1);
    assert_eq!(app.count(FOUND).await, 0, "the number of the card tells nothing of a phone");
    // J6: the form's question for a phone and /whois find a client by the whole phone: one look of the day
    anna.types("/whois 8 912 345-67-89").await.shows("Иванов");
    oleg.types("Иван 8 912 345-67-89").await.shows("уже есть").types("/cancel").await;
    oleg.types("/whois 8 912 345-67-89").await.shows("Иванов");
    assert_eq!(app.count(FOUND).await, 2, "one of each user");
    oleg.types("/whois 8 912 345-67-00").await;
    assert_eq!(app.count(FOUND).await, 2, "a phone of no client leads to none");
    // What was typed stands nowhere, and the whole phone shown twice is one look.
    for _ in 0..2 {
        oleg.types("№1").await.taps("Показать телефон").await;
    }
    assert_eq!(app.count("select count(*) from audit_event where action = 'view_phone'").await, 1);
    app.passes(Duration::days(1));
    oleg.types("№1").await;
    assert_eq!(app.count("select count(*) from audit_event where action = 'view_card' and actor_id > 0").await, 3);
    // The log shows looks at cards where looks are asked for, and nowhere else.
    anna.types("/audit").await.hides("открыта карточка").taps("Просмотры").await.shows("открыта карточка");
    anna.types("/find Иванов").await.taps("История").await.hides("открыта карточка");
}

#[tokio::test]
async fn j6_administrators_set_how_many_looks_are_usual() {
    let app = TestApp::new().await;
    people(&app).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.english("anna", &[Group::Admins]).await;
    oleg.types("/settings").await.hides("Для компании");
    anna.types("/settings").await.shows("looks at in an hour: 60").taps("Usual looks").await;
    for wrong in ["0", "many", "10001"] {
        anna.types(wrong).await.shows("a number from 1 to 10 000");
    }
    anna.types("2").await.shows("more than 2 clients").shows("looks at in an hour: 2");
    let logged = "select count(*) from audit_event where entity = 'company' and action = 'looks'
        and before ->> 'clients_per_hour' = '60' and after ->> 'clients_per_hour' = '2'";
    assert_eq!(app.count(logged).await, 1);
    for client in 1..=2 {
        oleg.types(&format!("№{client}")).await;
    }
    assert_eq!(anna.notices(), Vec::<String>::new());
    oleg.types("№1").await;
    assert_eq!(anna.notices(), Vec::<String>::new(), "the same card again is no further one");
    // cards count as looks do
    oleg.types("№3").await;
    let told = anna.notices();
    assert!(told.len() == 1 && told[0].contains("Oleg") && told[0].contains('3'), "{told:?}");
    let denied = app.act(oleg, async |crm| look_policy::set_clients_per_hour(crm, 9999).await.split_refusal().unwrap());
    assert_eq!(denied.await, Err(Refusal::Denied));
}

#[tokio::test]
async fn j6_messages_with_clients_data_are_protected_where_the_company_says_so() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let max = app.staff("max", &[Group::Managers]).await;
    let anna = app.english("anna", &[Group::Admins]).await;
    app.meets(oleg, "89123456789", "Иванов", ad).await;
    let protected = |who: TestUser<'_>| who.markup().is_some_and(|screen| screen.protected);
    oleg.types("№1").await.shows("Иванов");
    assert!(!protected(oleg), "not by default");
    anna.types("/settings").await.shows("can be forwarded").taps("Protect cards").await.hears("cannot be forwarded");
    oleg.types("№1").await.shows("Иванов");
    // J6: the card, its timeline, a question for a known phone and /whois are protected; a list of nothing but names is not
    assert!(protected(oleg));
    oleg.taps("История").await;
    assert!(protected(oleg));
    for text in ["/whois 8 912 345-67-89", "Иван 8 912 345-67-89"] {
        oleg.types(text).await;
        assert!(protected(oleg), "{text}");
    }
    oleg.types("/menu").await;
    assert!(!protected(oleg));
    // A notice about a client is protected for the user who gets it.
    max.types("/menu").await;
    oleg.types("8 912 345-67-02 Петров с авито").await.taps("Сохранить").await;
    assert!(max.notice_markups().last().is_some_and(|notice| notice.protected));
    anna.types("/settings").await.taps("Let cards be forwarded").await;
    oleg.types("№1").await.shows("Иванов");
    assert!(!protected(oleg));
}

#[tokio::test]
async fn looks_of_colleagues_do_not_stand_against_the_undo_of_a_merge() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let older = app.meets(oleg, "89123456700", "Петров", ad).await;
    let younger = app.meets(oleg, "89123456789", "Иванов", ad).await;
    let why = Reason::parse("один человек").unwrap();
    app.act(anna, async |crm| clients::merge(crm, older, younger, &why).await.unwrap()).await;
    let merge = app.count("select max(id) from audit_event where action = 'merge'").await;
    oleg.types("/find 3456700").await.taps("Показать телефон").await;
    let undone = app.act(anna, async |crm| undo::undo(crm, merge).await.split_refusal().unwrap()).await;
    assert_eq!(undone, Ok(Undone::Change));
    assert_eq!(app.count("select count(*) from client where merged_into is not null").await, 0);
}
