//! Lists of contracts with their search, and renewal; figures and help by right.

use crmbot::crm::contracts;
use crmbot::domain::{Group, Reason};
use crmbot::flows::dialogue::Input;
use crmbot::flows::route::ScreenId;
use crmbot::flows::{ButtonAction, CallbackData, Route};

use crate::support::app::{TestApp, TestUser};
use crate::support::trade::{contract_draft, day};

/// Three contracts of two clients: one that runs for long, one that ends soon, one that has ended.
async fn company(app: &TestApp) -> (TestUser<'_>, [i64; 3]) {
    let root = app.superuser("root").await;
    let max = app.english("max", &[Group::Managers]).await;
    let service = app.sells(root, "SEO", "60 000").await;
    let ad = app.advertises(root, "Yandex", service, "50 000").await;
    let mut contracts = Vec::new();
    for (phone, name, from, to) in [
        ("89123456701", "Ivan Petrov", "2026-01-01", "2026-12-31"),
        ("89123456701", "Ivan Petrov", "2026-01-01", "2026-04-11"),
        ("89123456702", "Anna Kim", "2026-01-01", "2026-03-11"),
    ] {
        let client = app.meets(root, phone, name, ad).await;
        let touch = app.touch_of(root, client).await;
        let draft = contract_draft(client, touch, service, "1500", from, to);
        contracts.push(app.signs(max, &draft).await.unwrap());
    }
    (max, contracts.try_into().unwrap())
}

#[tokio::test]
async fn contracts_are_listed_live_ending_and_ended_and_found_by_title_client_and_number() {
    let app = TestApp::new().await;
    let (max, [long, soon, ended]) = company(&app).await;
    max.types("/contracts").await.shows("Live contracts: 2").shows("11 Apr 2026").shows("31 Dec 2026").hides("Kim");
    max.taps("Ending").await.shows("Ending within 30 days: 1").shows("11 Apr 2026").hides("31 Dec");
    max.taps("Ended").await.shows("Ended contracts: 1").shows("Kim").hides("Petrov");
    max.types("petrov").await.shows("Ended contracts: 0").taps("Live").await.shows("Live contracts: 2");
    max.types(&format!("№{soon}")).await.shows("Live contracts: 1").shows("11 Apr 2026").taps("Back").await;
    max.shows("Live contracts: 2").types("SEO").await.shows("Live contracts: 2").types("none").await.shows(": 0");
    // One that is terminated has ended; a void one is in no list.
    let reason = Reason::parse("moved away").unwrap();
    app.act(max, async |crm| {
        contracts::terminate(crm, long, 1, day("2026-03-11"), &reason).await.unwrap();
        contracts::void(crm, soon, 1, &reason).await.unwrap();
    })
    .await;
    max.types("/contracts").await.shows("Live contracts: 0").taps("Ended").await.shows("Ended contracts: 2");
    let _ = ended;
}

#[tokio::test]
async fn a_renewal_is_prefilled_and_begins_the_day_after() {
    let app = TestApp::new().await;
    let (max, [_, soon, _]) = company(&app).await;
    let place = Route::of(ScreenId::ContractCard, soon);
    max.does(Input::Tap(Some(CallbackData { version: CallbackData::NOTICE, press: ButtonAction::Open(place) })))
        .await
        .taps("Renew")
        .await;
    // The same client, service, title, amount and length.
    max.shows("Petrov Ivan").shows("Service: SEO").shows("₽1,500").shows("12 Apr 2026").shows("21 Jul 2026");
    max.taps("Confirm").await.hears("Contract №4").shows("12 Apr 2026 — 21 Jul 2026").shows("not begun yet");
    let copied = "select count(*) from contract a join contract b using (client_id, service_id, title, amount)
                   where a.id = 4 and b.id = 2";
    assert_eq!(app.count(copied).await, 1);
}

#[tokio::test]
async fn a9_every_group_opens_the_figures_and_a_marketers_name_nobody() {
    let app = TestApp::new().await;
    company(&app).await;
    for group in Group::ALL {
        let who = app.english(&format!("one-{}", group.name().to_lowercase()), &[group]).await;
        who.types("/stats").await.shows("Yandex").shows("Leads 2").hides("Petrov").hides("Kim").hides("912");
        assert_eq!(who.screen().contains('₽'), group != Group::Operators, "{group:?}");
    }
}

#[tokio::test]
async fn help_tells_everybody_what_he_may_do_in_his_language() {
    let app = TestApp::new().await;
    let olga = app.english("olga", &[Group::Operators]).await;
    let mark = app.staff("mark", &[Group::Marketers]).await;
    let nobody = app.english("nobody", &[]).await;
    olga.types("/help").await.shows("/lead").shows("/find").hides("/contracts").hides("/staff").hides("/ads");
    mark.types("/help").await.shows("/ads").shows("реклама и бюджеты").hides("/lead").hides("/contracts");
    nobody.types("/help").await.shows("/settings").hides("/lead").hides("/stats").hides("/audit");
    mark.types("/language").await.taps("English").await;
    mark.types("/help").await.shows("ads and budgets").hides("бюджеты");
    // The menu of commands says the same.
    for user in [olga, mark, nobody] {
        user.types("/help").await;
        let screen = user.screen();
        let missing: Vec<_> =
            user.commands().into_iter().filter(|name| !screen.contains(&format!("/{name}"))).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
