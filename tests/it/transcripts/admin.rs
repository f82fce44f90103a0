//! An administrator's day: a colleague comes and another leaves, rights, corrections with a reason, the log, the check.

use crmbot::crm::{clients, touches};
use crmbot::domain::Group;
use crmbot::flows::dialogue::Input;
use crmbot::flows::route::ScreenId;
use crmbot::flows::{ButtonAction, CallbackData, Route};

use crate::support::app::{TestApp, TestUser};
use crate::support::invites::{codes, masked};
use crate::support::trade::contract_draft;

/// Two clients, a contract with the first on the wrong touch of two; Max has taken both.
async fn company(app: &TestApp, ads: [&str; 2], max: TestUser<'_>) -> (i64, i64) {
    let root = app.superuser("root").await;
    let service = app.sells(root, "SEO", "60 000").await;
    let first = app.advertises(root, ads[0], service, "50 000").await;
    let second = app.advertises(root, ads[1], service, "20 000").await;
    let ivan = app.meets(root, "89123456701", "Ivan Petrov", first).await;
    let double = app.meets(root, "89123456702", "Ivan", second).await;
    let touch = app.touch_of(root, ivan).await;
    app.act(root, async |crm| touches::register(crm, ivan, second).await.unwrap()).await;
    for client in [ivan, double] {
        app.act(max, async |crm| clients::take(crm, client).await.unwrap()).await;
    }
    let draft = contract_draft(ivan, touch, service, "75 000", "2026-03-12", "2026-09-11");
    let contract = app.signs(max, &draft).await.unwrap();
    (ivan, contract)
}

/// Opens a card as a notice's button does.
async fn opens(who: TestUser<'_>, kind: ScreenId, id: i64) {
    who.does(Input::Tap(Some(CallbackData {
        version: CallbackData::NOTICE,
        press: ButtonAction::Open(Route::of(kind, id)),
    })))
    .await;
}

/// The menu that opens after a Yes is left out of the story: it grows with every conversation there is.
async fn enters(app: &TestApp, who: TestUser<'_>, code: &str, yes: &str) {
    who.types(&format!("/start {code}")).await;
    app.deliver(who.update(Input::Tap(Some(who.button(yes))))).await;
}

#[tokio::test]
async fn an_administrators_day_in_russian() {
    let app = TestApp::new().await;
    let max = app.staff("max", &[Group::Managers]).await;
    app.group(Group::Operators).await;
    let (ivan, contract) = company(&app, ["Яндекс", "Авито"], max).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    // A colleague comes.
    anna.types("/staff").await.taps("Пригласить").await.types("Мария Смирнова").await.types("maria").await;
    anna.types("Мария Смирнова").await.taps("Менеджеры").await.taps("Дальше").await.taps("Сохранить").await;
    let code = codes(&anna.screen()).swap_remove(0);
    enters(&app, app.stranger("maria", "ru"), &code, "Да").await;
    anna.types("/staff").await.taps("Мария").await.taps("Операторы").await.taps("Отменить: включение").await;
    // What a group may do.
    anna.types("/groups").await.taps("Операторы").await.taps("видеть счётчики").await;
    anna.taps("видеть счётчики").await;
    // A colleague leaves.
    anna.types("/staff").await.taps("Max").await.taps("Передать всё").await.taps("Мария").await.taps("Да").await;
    anna.taps("Заблокировать").await.taps("Да").await;
    // Corrections, each with a reason.
    opens(anna, ScreenId::Client, ivan).await;
    anna.taps("Исправить телефон")
        .await
        .types("8 912 345-67-02")
        .await
        .types("сменил номер")
        .await
        .taps("Сохранить")
        .await;
    anna.types("один и тот же человек").await.taps("Объединить").await;
    opens(anna, ScreenId::ContractCard, contract).await;
    anna.taps("Другое обращение")
        .await
        .taps("Авито")
        .await
        .types("пришёл по объявлению")
        .await
        .taps("Подтвердить")
        .await;
    anna.taps("История").await;
    // Who did what.
    anna.types("/audit").await.taps("Кто").await.taps("Max").await.taps("Записи").await.taps("Договоры").await;
    anna.taps("1").await.types("/check").await;
    insta::assert_snapshot!(masked(&app.transcript()));
}

#[tokio::test]
async fn an_administrators_day_in_english() {
    let app = TestApp::new().await;
    let max = app.english("max", &[Group::Managers]).await;
    app.group(Group::Operators).await;
    let (ivan, contract) = company(&app, ["Yandex", "Avito"], max).await;
    let anna = app.english("anna", &[Group::Admins]).await;
    anna.types("/staff").await.taps("Invite").await.types("Mary Smith").await.types("mary").await;
    anna.types("Mary Smith").await.taps("Managers").await.taps("Next").await.taps("Save").await;
    let code = codes(&anna.screen()).swap_remove(0);
    enters(&app, app.stranger("mary", "en"), &code, "Yes").await;
    anna.types("/staff").await.taps("Mary").await.taps("Operators").await.taps("Undo: joined").await;
    anna.types("/groups").await.taps("Operators").await.taps("see counters").await;
    anna.taps("see counters").await;
    anna.types("/staff").await.taps("Max").await.taps("Hand all over").await.taps("Mary").await.taps("Yes").await;
    anna.taps("Block").await.taps("Yes").await;
    opens(anna, ScreenId::Client, ivan).await;
    anna.taps("Correct the phone").await.types("8 912 345-67-02").await.types("new number").await.taps("Save").await;
    anna.types("one and the same person").await.taps("Merge").await;
    opens(anna, ScreenId::ContractCard, contract).await;
    anna.taps("Other touch").await.taps("Avito").await.types("came by the advert").await.taps("Confirm").await;
    anna.taps("History").await;
    anna.types("/audit").await.taps("Who").await.taps("Max").await.taps("Records").await.taps("Contracts").await;
    anna.taps("1").await.types("/check").await;
    insta::assert_snapshot!(masked(&app.transcript()));
}
