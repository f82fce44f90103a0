//! `/check`: the consistency of kept columns (X16).

use crmbot::crm::{Refusal, SplitRefusal, consistency};
use crmbot::domain::{Group, Period};

use crate::support::app::TestApp;

#[tokio::test]
async fn x16_rows_whose_kept_columns_differ_are_listed_and_repaired_with_audit() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    for phone in ["8 912 345-67-89", "8 900 000-00-01", "8 900 000-00-02"] {
        oleg.types(&format!("{phone} Авито")).await.taps("Сохранить").await;
    }
    let broken = "update client set open_touch_id = null, last_live_day = '2026-12-31' where phone <> '+79000000002'";
    sqlx::query(broken).execute(app.sql()).await.unwrap();
    let listed =
        app.act(anna, async |crm| consistency::check(crm).await.split_refusal().unwrap().unwrap().drifts.len()).await;
    assert_eq!(listed, 2);
    anna.types("/check")
        .await
        .shows("не следуют")
        .taps("Исправить")
        .await
        .hears("Исправлено: 2 клиента")
        .shows("следуют из их обращений");
    assert_eq!(
        app.count("select count(*) from client where open_touch_id is null or last_live_day is not null").await,
        0
    );
    let told = "select count(*) from audit_event where action = 'repair' and before ->> 'last_live_day' = '2026-12-31'";
    assert_eq!(app.count(told).await, 2);
    let denied = app.act(oleg, async |crm| consistency::repair(crm).await.split_refusal().unwrap()).await;
    assert_eq!(denied, Err(Refusal::Denied));
}

#[tokio::test]
async fn x16_kept_figures_that_differ_from_a_recount_are_listed_and_repaired_with_audit() {
    let app = TestApp::new().await;
    let avito = app.an_ad("Авито", "AVITO").await;
    let site = app.an_ad("Сайт", "SITE").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    for (phone, ad) in [("89123456789", avito), ("89000000001", site), ("89000000002", avito)] {
        app.meets(oleg, phone, "", ad).await;
    }
    // The first client comes again by another ad: the company counts them once.
    app.passes(chrono::Duration::days(40));
    app.meets(oleg, "89123456789", "", site).await;
    anna.types("/check").await.shows("сходятся с обращениями").hides("Исправить");
    sqlx::query("select fold_ad_figures(100)").execute(app.sql()).await.unwrap();
    app.meets(oleg, "89000000003", "", site).await;
    let figures = async || {
        let all = app.stats_of(oleg, Period::AllTime).await;
        all.ads.into_iter().map(|ad| (ad.ad, ad.figures)).collect::<Vec<_>>()
    };
    let month = Period::between(app.now().date_naive() - chrono::Days::new(60), app.now().date_naive());
    let right = (figures().await, app.stats_of(oleg, month).await.company);
    for (spoiled, shown) in [
        (
            "update ad_figure set touches = touches + 3 where span = 'day' and ad_id = 2",
            "сходятся с обращениями и договорами: Авито",
        ),
        ("update ad_figure set touches = 9 where span = 'all' and ad_id = 3", "договорами: Сайт"),
        ("delete from ad_figure where span = 'month'", "договорами: Авито, Сайт"),
        ("update ad_return set touches = 5 where span = 'day'", "договорами: строка компании"),
        ("update ad_return set touches = 5 where span = 'month'", "договорами: строка компании"),
        ("delete from ad_figure_delta", "договорами: Сайт"),
    ] {
        let rows = sqlx::query(spoiled).execute(app.sql()).await.unwrap().rows_affected();
        assert!(rows > 0, "{spoiled}");
        // X16: what was spoiled is named, and repaired
        anna.types("/check")
            .await
            .shows(shown)
            .taps("Исправить")
            .await
            .hears("Показатели исправлены")
            .hides("Исправить");
        assert_eq!((figures().await, app.stats_of(oleg, month).await.company), right, "{spoiled}");
    }
    // E2: each with an event
    assert!(app.count("select count(*) from audit_event where action = 'repair' and entity = 'ad'").await >= 7);
    anna.types("/audit").await.shows("показатели пересчитаны");
    let denied = app.act(oleg, async |crm| consistency::repair_figures(crm).await.split_refusal().unwrap()).await;
    assert_eq!(denied, Err(Refusal::Denied));
}
