//! Consents to the processing of data (G14), and who has looked at a client's phone.

use chrono::Duration;
use crmbot::crm::{Refusal, SplitRefusal, clients, consents};
use crmbot::domain::{ConsentMeans, Group, Reason};

use crate::support::app::TestApp;

const VALID: &str = "select count(*) from client_consent where withdrawn_at is null and voided_at is null";

#[tokio::test]
async fn a_lead_costs_no_tap_more_and_a_consent_one() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("Иван 8 912 345-67-89 с авито").await.taps("Сохранить").await.shows("Лид сохранён").hides("✍️");
    assert_eq!(app.count("select count(*) from client_consent").await, 0);
    // On the draft the tap says "on the phone", a second one takes it back.
    oleg.types("Пётр 8 912 345-67-80 с авито").await.taps("☐ Согласие на обработку").await;
    assert!(oleg.has_button("☑ Согласие: по телефону"));
    oleg.taps("☑ Согласие").await.taps("☐ Согласие на обработку").await.taps("Сохранить").await;
    oleg.shows("✍️ Согласие на обработку: по телефону, 12 мар. 2026 (Oleg)");
    assert_eq!(app.count(VALID).await, 1);
    let written = "select count(*) from audit_event where entity = 'consent' and action = 'give' and after ->> 'client' is not null";
    assert_eq!(app.count(written).await, 1);
}

#[tokio::test]
async fn a_consent_is_noted_withdrawn_undone_and_read_in_the_log() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let maria = app.staff("maria", &[Group::Managers]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    oleg.types("Иван 8 912 345-67-89 с авито").await.taps("Сохранить").await;
    app.passes(Duration::hours(1));
    oleg.taps("☐ Согласие").await.shows("Как получено согласие").taps("форма на сайте").await;
    oleg.shows("Согласие отмечено: форма на сайте").shows("✍️ Согласие на обработку: форма на сайте, 12 мар.");
    // What was noted by mistake is as if it had never been.
    oleg.taps("Отменить: отмечено согласие").await.taps("Да").await.hides("✍️");
    assert_eq!(app.count("select count(*) from client_consent where voided_at is not null").await, 1);
    oleg.taps("☐ Согласие").await.taps("в договоре").await.shows("✍️ Согласие на обработку: в договоре");
    app.passes(Duration::days(2));
    anna.types("/find Иван").await.taps("☑ Согласие").await.taps("Согласие отозвано").await;
    anna.shows("✍️ Согласие отозвано 14 мар.").taps("Отменить: согласие отозвано").await.shows("в договоре");
    anna.taps("☑ Согласие").await.taps("Согласие отозвано").await;
    assert_eq!(app.count(VALID).await, 0);
    // It can be given again.
    oleg.types("/find Иван").await.shows("отозвано").taps("☐ Согласие").await.shows("отозвано");
    oleg.taps("по телефону").await.shows("✍️ Согласие на обработку: по телефону, 14 мар.");
    anna.types("/audit").await.shows("отмечено согласие").shows("согласие отозвано").taps("1").await;
    anna.shows("Как: по телефону").shows("Клиент: Иван");
    // A manager reads it and has no right to change it.
    maria.types("/find Иван").await.shows("по телефону");
    assert!(!maria.has_button("Согласие"));
    let refused = app
        .act(maria, async |crm| {
            let given = consents::give(crm, 1, ConsentMeans::Phone).await.split_refusal().unwrap();
            (given, consents::withdraw(crm, 1).await.split_refusal().unwrap())
        })
        .await;
    assert_eq!(refused, (Err(Refusal::Denied), Err(Refusal::Denied)));
    let again =
        app.act(oleg, async |crm| consents::give(crm, 1, ConsentMeans::Phone).await.split_refusal().unwrap()).await;
    assert!(matches!(again, Err(Refusal::AlreadyDone { .. })), "{again:?}");
    let forged =
        app.act(oleg, async |crm| consents::give(crm, 99, ConsentMeans::Phone).await.split_refusal().unwrap()).await;
    assert_eq!(forged, Err(Refusal::Gone));
}

#[tokio::test]
async fn a_merge_keeps_the_consent_and_an_undone_lead_has_none() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    for phone in ["8 912 345-67-81", "8 912 345-67-82", "8 912 345-67-83"] {
        oleg.types(&format!("Иван {phone} с авито")).await.taps("☐ Согласие").await.taps("Сохранить").await;
        app.passes(Duration::seconds(1));
    }
    oleg.taps("Отменить: новый клиент").await.taps("Да").await;
    assert_eq!(app.count(VALID).await, 2, "the undone lead's is void");
    let reason = Reason::parse("один человек").unwrap();
    app.act(oleg, async |crm| consents::withdraw(crm, 1).await.split_refusal().unwrap().unwrap()).await;
    app.passes(Duration::seconds(1));
    app.act(oleg, async |crm| consents::withdraw(crm, 2).await.split_refusal().unwrap().unwrap()).await;
    app.passes(Duration::seconds(1));
    app.act(oleg, async |crm| consents::give(crm, 2, ConsentMeans::Contract).await.split_refusal().unwrap().unwrap())
        .await;
    app.act(anna, async |crm| clients::merge(crm, 1, 2, &reason).await.split_refusal().unwrap().unwrap()).await;
    let kept =
        "select count(*) from client_consent where client_id = 1 and means = 'CONTRACT' and withdrawn_at is null";
    assert_eq!(app.count(kept).await, 1, "the younger one's, given after the older one's had ended");
}

#[tokio::test]
async fn who_has_seen_a_phone_is_one_tap_from_the_card_and_a_filter_of_the_log() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let maria = app.staff("maria", &[Group::Managers]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    for phone in ["8 912 345-67-81 Иван", "8 912 345-67-82 Борис"] {
        oleg.types(&format!("{phone} с авито")).await.taps("Сохранить").await;
    }
    maria.types("/find Иван").await.taps("Показать телефон").await;
    oleg.types("/find Борис").await.taps("Показать телефон").await;
    anna.types("/find Иван").await.taps("Кто смотрел").await;
    anna.shows("Только просмотры карточек и телефонов").shows("Maria").shows("показан телефон").hides("новый клиент");
    anna.taps("Назад").await.shows("Иван · №1");
    anna.types("/audit").await.shows("новый клиент").taps("Просмотры").await;
    anna.shows("Maria").shows("Oleg").shows("показан телефон").hides("новый клиент");
    anna.taps("Просмотры").await.shows("новый клиент");
    // A user who may read only their own actions sees their own looks and no button on the card.
    oleg.types("/find Иван").await;
    assert!(!oleg.has_button("Кто смотрел"));
    oleg.types("/audit").await.taps("Просмотры").await.shows("Борис").hides("Maria");
}
