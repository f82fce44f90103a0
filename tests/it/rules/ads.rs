//! Ads (P6–P14, A10).

use crmbot::crm::{AdDraft, Refusal, SplitRefusal, ads, contracts, stats, touches};
use crmbot::domain::stats::Model;
use crmbot::domain::{Currency, Group, Money, Period};

use crate::support::app::TestApp;
use crate::support::trade::{ad_draft, contract_draft, money};

#[tokio::test]
async fn p6_a_valid_form_creates_exactly_one_ad() {
    let app = TestApp::new().await;
    let maria = app.english("maria", &[Group::Marketers]).await;
    app.sells(maria, "SEO", "100").await;
    maria.types("/ads").await.taps("New ad").await.types("Avito, spring").await.taps("SEO").await.taps("Avito").await;
    maria
        .types("50 000")
        .await
        .types("avito, the board")
        .await
        .taps("Skip")
        .await
        .shows("Other names: avito, the board");
    let save = maria.update(crmbot::flows::dialogue::Input::Tap(Some(maria.button("Save"))));
    maria.taps("Save").await.shows("The ad “Avito, spring” runs");
    app.deliver(save).await;
    maria.hears("Already done").shows("Avito, spring");
    assert_eq!(app.count("select count(*) from ad where title = 'Avito, spring' and budget = 50000").await, 1);
}

#[tokio::test]
async fn p8_p11_a_finished_ad_is_not_offered_and_comes_back_with_its_history() {
    let app = TestApp::new().await;
    let maria = app.staff("maria", &[Group::Marketers]).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let seo = app.sells(maria, "SEO", "100").await;
    let ad = app.advertises(maria, "Yandex", seo, "10").await;
    let client = app.meets(oleg, "89123456701", "Ivan", ad).await;
    app.act(maria, async |crm| ads::finish(crm, ad).await.unwrap()).await;
    app.act(oleg, async |crm| {
        assert!(ads::choices(crm, "", 1).await.unwrap().rows.iter().all(|choice| choice.id != ad));
        let touched = touches::register(crm, client, ad).await.split_refusal().unwrap();
        assert_eq!(touched.map(|touched| touched.fresh), Err(Refusal::AdFinished));
        let forged = touches::register(crm, client, 999).await.split_refusal().unwrap();
        assert_eq!(forged.map(|touched| touched.fresh), Err(Refusal::Gone));
    })
    .await;
    app.act(maria, async |crm| ads::restart(crm, ad).await.unwrap()).await;
    app.act(oleg, async |crm| assert!(ads::choice(crm, ad).await.is_ok())).await;
    assert_eq!(app.count("select count(*) from touch").await, 1);
    let told = "select count(*) from audit_event where entity = 'ad' and action in ('finish', 'restart')";
    assert_eq!(app.count(told).await, 2);
}

#[tokio::test]
async fn p10_a_touch_of_a_finished_ad_carries_a_new_contract() {
    let app = TestApp::new().await;
    let maria = app.staff("maria", &[Group::Marketers]).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let max = app.staff("max", &[Group::Managers]).await;
    let seo = app.sells(maria, "SEO", "100").await;
    let ad = app.advertises(maria, "Yandex", seo, "10").await;
    let client = app.meets(oleg, "89123456701", "Ivan", ad).await;
    app.act(maria, async |crm| ads::finish(crm, ad).await.unwrap()).await;
    let touch = app.touch_of(max, client).await;
    app.signs(max, &contract_draft(client, touch, seo, "700", "2026-03-12", "2026-04-11")).await.unwrap();
    let stats = app.act(max, async |crm| stats::by_ad(crm, Period::AllTime, Model::Direct).await.unwrap()).await;
    let row = stats.ads.iter().find(|row| row.ad == ad).unwrap();
    // P9: it stays in the statistics and is marked
    assert!(row.finished);
    assert_eq!((row.figures.contracts, row.figures.revenue), (1, money("700").decimal()));
}

#[tokio::test]
async fn p12_a_changed_budget_is_used_at_once_and_the_old_one_is_kept() {
    let app = TestApp::new().await;
    let maria = app.english("maria", &[Group::Marketers]).await;
    let seo = app.sells(maria, "SEO", "100").await;
    let ad = app.advertises(maria, "Yandex", seo, "10 000").await;
    maria.types("/ads").await.taps("Yandex").await.taps("Edit").await.taps("Edit").await.taps("Budget").await;
    maria.types("20 000").await.shows("₽10,000 → ₽20,000").taps("Save").await.shows("Budget: ₽20,000");
    maria.shows("12 Mar 2026: ₽10,000, Maria");
    // P12: the statistics count the new budget at once
    assert_eq!(app.figures_of(maria, ad, Period::AllTime).await.budget, money("20000").decimal());
    let audited = "select count(*) from audit_event where action = 'edit' and (before->>'budget')::numeric = 10000";
    assert_eq!(app.count(audited).await, 1);
}

#[tokio::test]
async fn p13_a_changed_service_leaves_old_contracts_alone() {
    let app = TestApp::new().await;
    let maria = app.staff("maria", &[Group::Marketers]).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let max = app.staff("max", &[Group::Managers]).await;
    let (seo, smm) = (app.sells(maria, "SEO", "100").await, app.sells(maria, "SMM", "100").await);
    let ad = app.advertises(maria, "Yandex", seo, "10").await;
    let client = app.meets(oleg, "89123456701", "Ivan", ad).await;
    let touch = app.touch_of(max, client).await;
    let draft = contract_draft(client, touch, seo, "700", "2026-03-12", "2026-04-11");
    let contract = app.signs(max, &draft).await.unwrap();
    app.act(maria, async |crm| ads::edit(crm, ad, 1, &ad_draft("Yandex", smm, "10")).await.unwrap()).await;
    let card = app.act(max, async |crm| contracts::card(crm, contract).await.unwrap()).await;
    assert_eq!((card.service.title.as_str(), card.amount), ("SEO", money("700")));
}

#[tokio::test]
async fn p14_an_ad_finished_while_chosen_is_refused_at_the_end() {
    let app = TestApp::new().await;
    let maria = app.staff("maria", &[Group::Marketers]).await;
    let oleg = app.english("oleg", &[Group::Operators]).await;
    let seo = app.sells(maria, "SEO", "100").await;
    let ad = app.advertises(maria, "Yandex spring", seo, "10").await;
    oleg.types("Ivan 8 912 345-67-01 yandex spring").await.shows("Yandex spring");
    app.act(maria, async |crm| ads::finish(crm, ad).await.unwrap()).await;
    oleg.taps("Save").await.hears("has been finished");
    assert_eq!(app.count("select count(*) from client").await, 0);
}

#[tokio::test]
async fn a10_operators_choose_ads_without_budgets_and_no_ad_stays() {
    let app = TestApp::new().await;
    let maria = app.staff("maria", &[Group::Marketers]).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let seo = app.sells(maria, "SEO", "100").await;
    app.advertises(maria, "Yandex", seo, "77 777").await;
    oleg.types("8 912 345-67-01").await.shows("Yandex").hides("777");
    oleg.types("/ads").await.shows("нет на это права");
    app.act(maria, async |crm| {
        let none = ads::list(crm, "No ad", None, 8).await.unwrap().rows[0].clone();
        assert_eq!(ads::finish(crm, none.id).await.split_refusal().unwrap(), Err(Refusal::AdBuiltIn));
        let paid =
            AdDraft { service: None, budget: Money::parse("1", Currency::RUB).unwrap(), ..ad_draft("No ad", seo, "1") };
        let edited = ads::edit(crm, none.id, none.version, &paid).await.split_refusal().unwrap();
        assert_eq!(edited, Err(Refusal::AdBuiltIn));
    })
    .await;
}

#[tokio::test]
async fn e1_the_second_who_changes_an_ad_sees_what_the_first_has_saved() {
    let app = TestApp::new().await;
    let maria = app.english("maria", &[Group::Marketers]).await;
    let peter = app.english("peter", &[Group::Marketers]).await;
    let seo = app.sells(maria, "SEO", "100").await;
    app.advertises(maria, "Yandex", seo, "100").await;
    for who in [maria, peter] {
        who.types("/ads").await.taps("Yandex").await.taps("Edit").await.taps("Edit").await;
    }
    maria.taps("Budget").await.types("200").await.taps("Save").await.shows("Budget: ₽200");
    peter.taps("Title").await.types("Direct").await.taps("Save").await.hears("Somebody has changed this");
    peter.shows("Budget: ₽200 → ₽100").shows("Title: Yandex → Direct");
    assert_eq!(app.count("select count(*) from ad where title = 'Yandex' and budget = 200").await, 1);
    // A second Save is meant.
    peter.taps("Save").await.hears("Saved");
    assert_eq!(app.count("select count(*) from ad where title = 'Direct' and budget = 100").await, 1);
}
