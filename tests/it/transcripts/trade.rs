//! A marketer's ad and a manager's contract, whole, in both languages.

use crmbot::crm::services;
use crmbot::domain::Group;

use crate::support::app::{TestApp, TestUser};
use crate::support::trade::service_draft;

#[tokio::test]
async fn a_marketer_makes_an_ad_in_russian() {
    let app = TestApp::new().await;
    let maria = app.staff("maria", &[Group::Marketers]).await;
    app.sells(maria, "Продвижение сайта", "60 000").await;
    maria.types("/ads").await.taps("Новая реклама").await.types("Авито, весна").await.taps("Продвижение").await;
    maria.taps("Авито").await.types("50 000").await.types("авито, доска").await.taps("Пропустить").await;
    maria.taps("Сохранить").await.taps("Завершить").await.taps("Запустить снова").await.taps("Назад").await;
    insta::assert_snapshot!(app.transcript());
}

#[tokio::test]
async fn a_marketer_makes_an_ad_in_english() {
    let app = TestApp::new().await;
    let maria = app.english("maria", &[Group::Marketers]).await;
    app.sells(maria, "Website promotion", "60 000").await;
    maria.types("/ads").await.taps("New ad").await.types("Avito, spring").await.taps("Website").await;
    maria.taps("Avito").await.types("50 000").await.types("avito, board").await.taps("Skip").await;
    maria.taps("Save").await.taps("Finish").await.taps("Run again").await.taps("Back").await;
    insta::assert_snapshot!(app.transcript());
}

async fn company(app: &TestApp, service: &str, ad: &str, name: &str) {
    let root = app.superuser("root").await;
    let id = app.sells(root, service, "60 000").await;
    let ad = app.advertises(root, ad, id, "50 000").await;
    app.meets(root, "89123456701", name, ad).await;
    let archived = service_draft("Old", "1");
    app.act(root, async |crm| {
        let old = services::create(crm, &archived).await.unwrap();
        services::archive(crm, old).await.unwrap();
    })
    .await;
}

async fn signs(max: TestUser<'_>, words: [&str; 8]) {
    let [find, keep, service, months, confirm, end_early, why, document] = words;
    max.types(find).await.taps("912").await.taps(keep).await.taps(service).await.taps(keep).await.types("1,500").await;
    max.types("75 000,50").await.taps(keep).await.types("01.04.2026").await.taps(months).await;
    max.sends("contract.exe", b"MZ").await.sends(document, b"%PDF-1.7").await;
    max.taps(confirm).await.taps(document).await.taps(end_early).await.taps(keep).await.types(why).await;
    max.taps(confirm).await.types("/contracts").await.types("/stats").await;
}

#[tokio::test]
async fn a_manager_signs_a_contract_in_russian() {
    let app = TestApp::new().await;
    company(&app, "Продвижение сайта", "Авито, весна", "Иванов Иван").await;
    let max = app.staff("max", &[Group::Managers]).await;
    let words = [
        "/contract иванов",
        "Оставить",
        "Продвижение",
        "3 месяца",
        "Подтвердить",
        "Закончить раньше",
        "клиент переехал",
        "договор.pdf",
    ];
    signs(max, words).await;
    insta::assert_snapshot!(app.transcript());
}

#[tokio::test]
async fn a_manager_signs_a_contract_in_english() {
    let app = TestApp::new().await;
    company(&app, "Website promotion", "Avito, spring", "Petrov Ivan").await;
    let max = app.english("max", &[Group::Managers]).await;
    let words =
        ["/contract petrov", "Keep", "Website", "3 months", "Confirm", "End early", "moved away", "contract.pdf"];
    signs(max, words).await;
    insta::assert_snapshot!(app.transcript());
}
