//! `/check`: the consistency of kept columns (X16).

use crmbot::crm::{Refusal, SplitRefusal, consistency};
use crmbot::domain::Group;

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
