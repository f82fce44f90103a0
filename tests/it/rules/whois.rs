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
    // Below the answer a name is searched for, as everywhere.
    oleg.types("нетникого").await.shows("никого нет");
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
