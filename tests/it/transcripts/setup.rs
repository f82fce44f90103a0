//! The first day: groups and accounts, the first people, their rights.

use crmbot::domain::Group;
use crmbot::flows::dialogue::Input;

use crate::support::app::{TestApp, TestUser};
use crate::support::invites::{codes, masked};

/// Says yes to the invite. The menu that opens is left out of the story: it grows with every conversation there is.
async fn enters(app: &TestApp, who: TestUser<'_>, yes: &str) {
    app.deliver(who.update(Input::Tap(Some(who.button(yes))))).await;
}

#[tokio::test]
async fn a12_a2_the_first_day_in_russian() {
    let app = TestApp::new().await;
    let boss = app.superuser("crm_admin1").await;
    boss.types("/seed_groups").await.taps("Применить").await;
    let code = codes(&boss.screen()).swap_remove(0);
    let oleg = app.stranger("oleg", "ru");
    oleg.types("Здравствуйте, это CRM?").await;
    oleg.types(&format!("/start {code}")).await;
    enters(&app, oleg, "Да").await;
    boss.types("/seed_groups").await.taps("Применить").await;
    boss.types("/staff")
        .await
        .taps("Оператор")
        .await
        .taps("Менеджеры")
        .await
        .taps("Заблокировать")
        .await
        .taps("Да")
        .await;
    oleg.types("/menu").await;
    boss.taps("Разблокировать").await.taps("Да").await;
    oleg.types("/me").await;
    insta::assert_snapshot!(masked(&app.transcript()));
}

#[tokio::test]
async fn a12_a2_the_first_day_in_english() {
    let app = TestApp::new().await;
    let anna = app.english("anna", &[Group::Admins]).await;
    anna.types("/seed_groups").await.taps("Apply").await;
    anna.types("/staff").await.taps("Invite a person").await;
    anna.types("Mary Poppins").await.types("mary").await.types("Mary Poppins").await;
    anna.taps("Managers").await.taps("Operators").await.taps("Next").await.taps("Save").await;
    let code = codes(&anna.screen()).swap_remove(0);
    let mary = app.stranger("mary", "en");
    mary.types(&format!("/start {code}")).await;
    enters(&app, mary, "Yes").await;
    mary.types("/me").await;
    anna.types("/staff").await.taps("Anna").await.taps("Admins").await;
    anna.taps("Block").await.taps("Yes").await;
    insta::assert_snapshot!(masked(&app.transcript()));
}
