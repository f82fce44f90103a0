//! Services (P1–P5, E1, E3).

use crmbot::crm::{Field, Refusal, SplitRefusal, ads, services};
use crmbot::domain::Group;

use crate::support::app::TestApp;
use crate::support::trade::{ad_draft, service_draft};

#[tokio::test]
async fn p1_a_free_service_is_created_and_a_wrong_price_is_refused_by_name() {
    let app = TestApp::new().await;
    let maria = app.english("maria", &[Group::Marketers]).await;
    maria.types("/services").await.taps("New service").await.types("  SEO  ").await.taps("Skip").await;
    maria.types("-1").await.shows("Price: it cannot be below zero").shows("What does it cost?");
    maria.types("abc").await.shows("Price: this is not an amount").shows("1 500,50");
    maria.types("0").await.shows("Title: SEO").taps("Save").await.shows("The service “SEO” is there");
    assert_eq!(app.count("select count(*) from service where title = 'SEO' and price = 0").await, 1);
    assert_eq!(app.count("select count(*) from audit_event where action = 'create' and entity = 'service'").await, 1);
}

#[tokio::test]
async fn p2_a_title_is_unique_among_live_services_in_any_case() {
    let app = TestApp::new().await;
    let maria = app.staff("maria", &[Group::Marketers]).await;
    let seo = app.sells(maria, "SEO", "0").await;
    let again = service_draft(" seo ", "5");
    app.act(maria, async |crm| {
        let taken = services::create(crm, &again).await.split_refusal().unwrap();
        assert_eq!(taken, Err(Refusal::Taken(Field::Title)));
        services::archive(crm, seo).await.unwrap();
        services::create(crm, &again).await.unwrap();
        // The title is in use now: the archived one cannot come back.
        let back = services::restore(crm, seo).await.split_refusal().unwrap();
        assert_eq!(back, Err(Refusal::Taken(Field::Title)));
    })
    .await;
}

#[tokio::test]
async fn p2_a_taken_title_is_asked_again_and_nothing_is_lost() {
    let app = TestApp::new().await;
    let maria = app.english("maria", &[Group::Marketers]).await;
    app.sells(maria, "SEO", "0").await;
    maria.types("/services").await.taps("New service").await.types("seo").await.types("all of it").await;
    maria.types("1500").await.taps("Save").await.hears("Title: there is one like this already").shows("Now: seo");
    maria.types("SEO plus").await.shows("all of it").shows("₽1,500").taps("Save").await.shows("SEO plus");
}

#[tokio::test]
async fn p3_p4_an_archived_service_is_not_offered_but_stays_where_it_was_chosen() {
    let app = TestApp::new().await;
    let maria = app.staff("maria", &[Group::Marketers]).await;
    let seo = app.sells(maria, "SEO", "100").await;
    let ad = app.advertises(maria, "Yandex", seo, "10").await;
    app.act(maria, async |crm| {
        services::archive(crm, seo).await.unwrap();
        assert!(services::choices(crm, "", 1).await.unwrap().rows.is_empty());
        let forged = [(seo, Refusal::ServiceArchived), (999, Refusal::Gone)];
        for (service, refusal) in forged {
            let made = ads::create(crm, &ad_draft("Other", service, "1")).await.split_refusal().unwrap();
            assert_eq!(made, Err(refusal));
        }
        let version = ads::card(crm, ad).await.unwrap().ad.version;
        ads::edit(crm, ad, version, &ad_draft("Yandex 2", seo, "20")).await.unwrap();
    })
    .await;
    // P4: the ad was edited without touching its service
    assert_eq!(app.count("select count(*) from ad where title = 'Yandex 2' and budget = 20").await, 1);
}

#[tokio::test]
async fn p5_archiving_warns_of_running_ads_and_leaves_them() {
    let app = TestApp::new().await;
    let maria = app.english("maria", &[Group::Marketers]).await;
    let seo = app.sells(maria, "SEO", "100").await;
    app.advertises(maria, "Yandex spring", seo, "10").await;
    maria
        .types("/services")
        .await
        .taps("SEO")
        .await
        .taps("Archive")
        .await
        .shows("Yandex spring")
        .shows("Archive “SEO”?");
    maria.taps("No").await.taps("Archive").await.taps("Yes").await.shows("archived");
    assert_eq!(app.count("select count(*) from service where archived_at is not null").await, 1);
    assert_eq!(app.count("select count(*) from ad where archived_at is null and not built_in").await, 1);
    maria.taps("Restore").await.shows("offered again");
}

#[tokio::test]
async fn e1_the_second_editor_sees_what_the_first_has_saved() {
    let app = TestApp::new().await;
    let maria = app.english("maria", &[Group::Marketers]).await;
    let peter = app.english("peter", &[Group::Marketers]).await;
    app.sells(maria, "SEO", "100").await;
    for who in [maria, peter] {
        who.types("/services").await.taps("SEO").await.taps("Edit").await.taps("Edit").await;
    }
    maria.taps("Price").await.types("200").await.shows("₽100 → ₽200").taps("Save").await.shows("Saved");
    peter
        .taps("Title")
        .await
        .types("SEO+")
        .await
        .taps("Save")
        .await
        .hears("Somebody has changed this")
        .shows("₽200 → ₽100");
    peter.taps("Edit").await.taps("Price").await.types("200").await.taps("Save").await.shows("SEO+").shows("₽200");
    assert_eq!(app.count("select count(*) from service_price").await, 2);
}

#[tokio::test]
async fn a_manager_cannot_edit_services_by_any_path() {
    let app = TestApp::new().await;
    let maria = app.staff("maria", &[Group::Marketers]).await;
    let max = app.staff("max", &[Group::Managers]).await;
    let seo = app.sells(maria, "SEO", "100").await;
    app.act(max, async |crm| {
        let draft = service_draft("X", "1");
        assert_eq!(services::create(crm, &draft).await.split_refusal().unwrap(), Err(Refusal::Denied));
        assert_eq!(services::edit(crm, seo, 1, &draft).await.split_refusal().unwrap(), Err(Refusal::Denied));
        assert_eq!(services::archive(crm, seo).await.split_refusal().unwrap(), Err(Refusal::Denied));
        assert_eq!(
            services::list(crm, "", None, 8).await.split_refusal().unwrap().map(|page| page.total.known()),
            Err(Refusal::Denied)
        );
        assert!(services::choices(crm, "", 1).await.unwrap().rows[0].price.is_some());
    })
    .await;
    max.types("/services").await.shows("нет на это права");
    assert_eq!(app.count("select count(*) from audit_event where action = 'denied'").await, 5);
}
