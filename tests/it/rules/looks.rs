//! Who has looked at which phone, also by searching for its digits (E2, J6).

use chrono::Duration;
use crmbot::crm::clients;
use crmbot::domain::Group;

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
    app.act(who, async |crm| clients::find(crm, text, None, 8).await.unwrap().total).await
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
    anna.types("/find №1").await.taps("Кто видел телефон").await;
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
