//! Touches (H1–H11).

use crmbot::crm::{Heard, LeadDraft, Refusal, Touched};
use crmbot::domain::{ClientState, Group, PersonName, Phone, PhoneRegion};

use crate::support::office::{Office, Player};

const TOUCHES: &str = "select count(*) from touch where voided_at is null";

async fn lead(office: &Office, who: Player<'_>, ad: i64) -> Result<i64, Refusal> {
    let draft = LeadDraft {
        phone: Phone::parse("89123456789", PhoneRegion::RU).unwrap(),
        phone_raw: "89123456789".to_owned(),
        name: PersonName::split("Иванов Иван").unwrap(),
        email: None,
        ad,
        notes: Vec::new(),
    };
    office.act(who, async |crm| crm.register_lead(&draft).await.heard().unwrap().map(|lead| lead.client)).await
}

async fn touch(office: &Office, who: Player<'_>, client: i64, ad: i64) -> Result<Touched, Refusal> {
    office.act(who, async |crm| crm.register_touch(client, ad).await.heard().unwrap()).await
}

async fn state(office: &Office, who: Player<'_>, client: i64) -> ClientState {
    office.act(who, async |crm| crm.client_card(client).await.unwrap().state).await
}

#[tokio::test]
async fn h1_a_client_and_his_first_touch_come_together_or_not_at_all() {
    let office = Office::new().await;
    let ad = office.an_ad("Авито", "AVITO").await;
    let oleg = office.staff("oleg", &[Group::Operators]).await;
    office.finish(ad).await;
    assert_eq!(lead(&office, oleg, ad).await, Err(Refusal::AdFinished));
    assert_eq!(lead(&office, oleg, 999).await, Err(Refusal::Gone), "P8: a forged id");
    assert_eq!(office.count("select count(*) from client").await, 0);
    let other = office.an_ad("Сайт", "SITE").await;
    let client = lead(&office, oleg, other).await.unwrap();
    assert_eq!(office.count(TOUCHES).await, 1);
    assert_eq!(state(&office, oleg, client).await, ClientState::Potential);
}

#[tokio::test]
async fn h4_h5_h6_touches_add_up_and_one_ad_counts_once_a_day() {
    let office = Office::new().await;
    let (a, b) = (office.an_ad("Авито", "AVITO").await, office.an_ad("Сайт", "SITE").await);
    let oleg = office.staff("oleg", &[Group::Operators]).await;
    office.at("2026-01-15 23:30");
    let client = lead(&office, oleg, a).await.unwrap();
    assert!(!touch(&office, oleg, client, a).await.unwrap().fresh, "the same local day");
    office.at("2026-01-16 00:10");
    assert!(touch(&office, oleg, client, a).await.unwrap().fresh, "the next local day in Moscow, the same in UTC");
    assert!(touch(&office, oleg, client, b).await.unwrap().fresh);
    office.at("2026-06-01 12:00");
    assert!(touch(&office, oleg, client, a).await.unwrap().fresh);
    assert_eq!(office.count(TOUCHES).await, 4);
    let card = office.act(oleg, async |crm| crm.client_card(client).await.unwrap()).await;
    assert_eq!(card.touches.first().map(|touch| touch.ad.as_str()), Some("Авито"));
    assert_eq!(card.touch_count, 4);
}

#[tokio::test]
async fn p14_an_ad_finished_in_the_meantime_is_refused_and_asked_for_again() {
    let office = Office::new().await;
    let ad = office.an_ad("Авито", "AVITO").await;
    office.an_ad("Сайт", "SITE").await;
    let oleg = office.staff("oleg", &[Group::Operators]).await;
    oleg.types("Иван 8 912 345-67-89 с авито").await.shows("Авито");
    office.finish(ad).await;
    oleg.taps("Сохранить").await.hears("завершили").shows("Откуда о нас узнали?").shows("Иван");
    oleg.taps("Сайт").await.taps("Сохранить").await.shows("Лид сохранён, реклама «Сайт»");
}

#[tokio::test]
async fn h10_editing_a_name_makes_no_touch_and_h11_a_touch_brings_a_lost_client_back() {
    let office = Office::new().await;
    let (a, b) = (office.an_ad("Авито", "AVITO").await, office.an_ad("Сайт", "SITE").await);
    let oleg = office.staff("oleg", &[Group::Operators]).await;
    let client = lead(&office, oleg, a).await.unwrap();
    office.passes(chrono::Duration::hours(1));
    sqlx::query("update client set lost_at = $2, lost_reason = 'дорого', open_touch_id = null where id = $1")
        .bind(client)
        .bind(office.now())
        .execute(office.sql())
        .await
        .unwrap();
    assert_eq!(state(&office, oleg, client).await, ClientState::Inactive);
    office.passes(chrono::Duration::hours(1));
    touch(&office, oleg, client, b).await.unwrap();
    let card = office.act(oleg, async |crm| crm.client_card(client).await.unwrap()).await;
    assert_eq!(card.state, ClientState::Potential);
    assert_eq!(card.lost.map(|(_, reason)| reason).as_deref(), Some("дорого"), "the mark stays in the history");
}

#[tokio::test]
async fn touches_need_their_right() {
    let office = Office::new().await;
    let ad = office.an_ad("Авито", "AVITO").await;
    let oleg = office.staff("oleg", &[Group::Operators]).await;
    let adam = office.staff("adam", &[Group::Admins]).await;
    let client = lead(&office, oleg, ad).await.unwrap();
    assert_eq!(touch(&office, adam, client, ad).await, Err(Refusal::Denied));
    assert_eq!(lead(&office, adam, ad).await, Err(Refusal::Denied));
    assert_eq!(touch(&office, oleg, client + 1, ad).await, Err(Refusal::Gone));
    assert_eq!(office.count("select count(*) from audit_event where action = 'denied'").await, 2);
}
