//! Touches (H1–H11).

use crmbot::crm::{LeadDraft, Refusal, SplitRefusal, Touched, clients, touches};
use crmbot::domain::{ClientState, Group, Period, PersonName, Phone, PhoneRegion, Reason};

use crate::support::app::{TestApp, TestUser};
use crate::support::trade::day;

const TOUCHES: &str = "select count(*) from touch where voided_at is null";

async fn lead(app: &TestApp, who: TestUser<'_>, ad: i64) -> Result<i64, Refusal> {
    let draft = LeadDraft {
        phone: Phone::parse("89123456789", PhoneRegion::RU).unwrap(),
        phone_raw: "89123456789".to_owned(),
        name: PersonName::split("Иванов Иван").unwrap(),
        email: None,
        ad,
        notes: Vec::new(),
    };
    app.act(who, async |crm| clients::register(crm, &draft).await.split_refusal().unwrap().map(|lead| lead.client))
        .await
}

async fn touch(app: &TestApp, who: TestUser<'_>, client: i64, ad: i64) -> Result<Touched, Refusal> {
    app.act(who, async |crm| touches::register(crm, client, ad).await.split_refusal().unwrap()).await
}

async fn state(app: &TestApp, who: TestUser<'_>, client: i64) -> ClientState {
    app.act(who, async |crm| clients::card(crm, client).await.unwrap().state).await
}

/// Makes every insert into a table fail, as a system error of the database would.
const BOOM: &str = "create function boom() returns trigger language plpgsql as $$ begin raise exception 'boom'; end $$;
                    create trigger boom before insert on touch for each row execute function boom();";

#[tokio::test]
async fn h1_a_client_and_his_first_touch_come_together_or_not_at_all() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("Иван 8 912 345-67-89 с авито").await.shows("Авито");
    // The client is written before the touch, which fails.
    sqlx::raw_sql(BOOM).execute(app.sql()).await.unwrap();
    oleg.taps("Сохранить").await;
    assert_eq!(app.count("select count(*) from client").await, 0);
    assert_eq!(app.count("select count(*) from audit_event where entity = 'client'").await, 0);
    assert_eq!(app.count("select count(*) from parked_update").await, 1, "the touch was tried");
    sqlx::raw_sql("drop trigger boom on touch").execute(app.sql()).await.unwrap();
    oleg.taps("Сохранить").await.shows("Лид сохранён");
    let (client, touches) = (app.count("select id from client").await, app.count(TOUCHES).await);
    assert_eq!((touches, state(&app, oleg, client).await), (1, ClientState::Potential));
}

#[tokio::test]
async fn p8_a_finished_and_a_forged_ad_make_no_lead() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    app.finish(ad).await;
    assert_eq!(lead(&app, oleg, ad).await, Err(Refusal::AdFinished));
    assert_eq!(lead(&app, oleg, 999).await, Err(Refusal::Gone));
    assert_eq!(app.count("select count(*) from client").await, 0);
}

#[tokio::test]
async fn h4_h5_touches_add_up_and_one_ad_counts_once_a_day() {
    let app = TestApp::new().await;
    let (a, b) = (app.an_ad("Авито", "AVITO").await, app.an_ad("Сайт", "SITE").await);
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    app.at("2026-01-15 23:30");
    let client = lead(&app, oleg, a).await.unwrap();
    assert!(!touch(&app, oleg, client, a).await.unwrap().fresh, "the same local day");
    app.at("2026-01-16 00:10");
    assert!(touch(&app, oleg, client, a).await.unwrap().fresh, "the next local day in Moscow, the same in UTC");
    app.passes(chrono::Duration::hours(1));
    assert!(touch(&app, oleg, client, b).await.unwrap().fresh);
    // H5: four entries, one of them of the same ad on the same local day
    assert_eq!(app.count(TOUCHES).await, 3);
    let card = app.act(oleg, async |crm| clients::card(crm, client).await.unwrap()).await;
    let ads: Vec<&str> = card.touches.iter().map(|touch| touch.ad.as_str()).collect();
    // H4: the latest first, the first one last
    assert_eq!(ads, ["Сайт", "Авито", "Авито"]);
    let new = [app.figures_of(oleg, a, Period::AllTime).await, app.figures_of(oleg, b, Period::AllTime).await];
    // H4: the client is a new lead of the first ad alone
    assert_eq!(new.map(|figures| figures.new_leads), [1, 0]);
}

#[tokio::test]
async fn h6_the_same_ad_in_two_months_is_one_lead_of_all_time_and_one_of_each_month() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    app.at("2026-01-15 12:00");
    let client = lead(&app, oleg, ad).await.unwrap();
    app.at("2026-06-01 12:00");
    assert!(touch(&app, oleg, client, ad).await.unwrap().fresh);
    let june = Period::between(day("2026-06-01"), day("2026-06-30"));
    for (period, touches, leads) in [(Period::AllTime, 2, 1), (june, 1, 1)] {
        let figures = app.figures_of(oleg, ad, period).await;
        assert_eq!((figures.touches, figures.leads), (touches, leads), "{period:?}");
    }
}

#[tokio::test]
async fn p14_an_ad_finished_in_the_meantime_is_refused_and_asked_for_again() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    app.an_ad("Сайт", "SITE").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("Иван 8 912 345-67-89 с авито").await.shows("Авито");
    app.finish(ad).await;
    oleg.taps("Сохранить").await.hears("завершили").shows("Откуда о нас узнали?").shows("Иван");
    oleg.taps("Сайт").await.taps("Сохранить").await.shows("Лид сохранён, реклама «Сайт»");
}

#[tokio::test]
async fn h11_a_touch_brings_a_lost_client_back_and_the_mark_stays_in_the_history() {
    let app = TestApp::new().await;
    let (a, b) = (app.an_ad("Авито", "AVITO").await, app.an_ad("Сайт", "SITE").await);
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let client = lead(&app, oleg, a).await.unwrap();
    app.passes(chrono::Duration::hours(1));
    let why = Reason::parse("дорого").unwrap();
    app.act(oleg, async |crm| clients::mark_lost(crm, client, &why).await.unwrap()).await;
    assert_eq!(state(&app, oleg, client).await, ClientState::Inactive);
    app.passes(chrono::Duration::hours(1));
    touch(&app, oleg, client, b).await.unwrap();
    let card = app.act(oleg, async |crm| clients::card(crm, client).await.unwrap()).await;
    assert_eq!(card.state, ClientState::Potential);
    assert_eq!(card.lost.map(|(_, reason)| reason).as_deref(), Some("дорого"), "the mark stays in the history");
}

#[tokio::test]
async fn touches_need_their_right() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let adam = app.staff("adam", &[Group::Admins]).await;
    let client = lead(&app, oleg, ad).await.unwrap();
    assert_eq!(touch(&app, adam, client, ad).await, Err(Refusal::Denied));
    assert_eq!(lead(&app, adam, ad).await, Err(Refusal::Denied));
    assert_eq!(touch(&app, oleg, client + 1, ad).await, Err(Refusal::Gone));
    assert_eq!(app.count("select count(*) from audit_event where action = 'denied'").await, 2);
}
