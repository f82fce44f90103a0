//! `/whois`: who entered a client, when, and by which ads.

use crmbot::domain::Group;

use crate::support::app::TestApp;

#[tokio::test]
async fn a_phone_tells_who_entered_the_client_when_and_by_which_ads() {
    let app = TestApp::new().await;
    let maria = app.staff("maria", &[Group::Marketers]).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let ivan = app.english("ivan", &[Group::Operators]).await;
    let seo = app.sells(maria, "SEO", "100").await;
    let ad = app.advertises(maria, "Avito, spring", seo, "10").await;
    app.meets(oleg, "89123456701", "Anna", ad).await;

    ivan.types("/whois").await.shows("Whose phone?");
    ivan.types("12").await.shows("+7 912 345-67-89").types("8 912 345-67-02").await.shows("No client has");
    ivan.types("8 (912) 345-67-01").await.shows("Anna").shows("by Oleg").shows("“Avito, spring”");
    ivan.taps("Open the card").await.shows("Entered on");
    oleg.types("/whois 8 912 345-67-01").await.shows("Anna").shows("«Avito, spring»");
    oleg.types("/whois 12").await.shows("+7 912 345-67-89").types("8 912 345-67-01").await.shows("Anna");
    // A contact card asks like a typed phone, also one without its plus; one that is no phone is searched for.
    oleg.types("/whois").await.shares("7 912 345-67-01", "Anna").await.shows("«Avito, spring»");
    oleg.shares("12", "Nobody").await.shows("никого нет");
    oleg.types("/whois 8 912 345-67-01").await.shows("«Avito, spring»");
    // Below the answer a name is searched for and a phone among words is a lead, as everywhere.
    oleg.types("нетникого").await.shows("никого нет");
    oleg.types("/whois 8 912 345-67-01").await.types("Пётр 8 912 345-67-03").await.shows("Новый лид");
}

#[tokio::test]
async fn without_the_right_to_see_clients_a_phone_tells_nothing() {
    let app = TestApp::new().await;
    let maria = app.staff("maria", &[Group::Marketers]).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let seo = app.sells(maria, "SEO", "100").await;
    let ad = app.advertises(maria, "Avito", seo, "10").await;
    app.meets(oleg, "89123456701", "Anna", ad).await;
    maria.types("/whois 8 912 345-67-01").await;
    assert!(!maria.screen().contains("Anna") && !maria.screen().contains("oleg"), "{}", maria.screen());
}
