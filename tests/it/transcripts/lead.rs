//! A lead in one message and one tap, step by step, and the client who comes back.

use crmbot::domain::Group;

use crate::support::app::TestApp;

#[tokio::test]
async fn an_operators_leads_in_russian() {
    let app = TestApp::new().await;
    app.an_ad("Авито: ремонт", "AVITO").await;
    app.an_ad("Сайт", "SITE").await;
    let maria = app.staff("maria", &[Group::Managers]).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    maria.types("/menu").await;
    oleg.types("/start").await;
    oleg.types("Иван Петров 8 912 345-67-89 фундамент 10 на 12, с авито").await.taps("Сохранить").await;
    maria.taps("Взять").await;
    app.passes(chrono::Duration::hours(3));
    oleg.types("89123456789 снова звонил").await.taps("Сайт").await.taps("Записать обращение").await;
    oleg.types("/lead").await.types("12345").await.types("8 912 000-00-01").await.types("Анна").await;
    oleg.taps("Сайт").await.taps("Изменить").await.taps("E-mail").await;
    oleg.types("anna@").await.types("anna@example.com").await.taps("Сохранить").await;
    oleg.types("звонить на 8 912 000-00-02 или 8 912 000-00-03, Пётр")
        .await
        .taps("000-00-03")
        .await
        .taps("Отмена")
        .await;
    oleg.types("петров").await.taps("Показать телефон").await;
    insta::assert_snapshot!(app.transcript());
}

#[tokio::test]
async fn an_operators_leads_in_english() {
    let app = TestApp::new().await;
    app.an_ad("Google search", "GOOGLE").await;
    app.an_ad("Our site", "SITE").await;
    let oscar = app.english("oscar", &[Group::Operators]).await;
    oscar.types("/start").await;
    oscar.types("John Smith +44 20 7946 0958 asked about a roof, saw your google ad").await;
    oscar.types("/cancel").await;
    oscar.types("John Smith +7 912 345-67-89 asked about a roof, saw your google ad").await.taps("Save").await;
    oscar.taps("Note").await.types("call after six").await;
    oscar.taps("Edit").await.taps("Edit").await.taps("E-mail").await.types("john@example.com").await.taps("Save").await;
    oscar.taps("Next step").await.taps("Tomorrow").await;
    oscar.types("/clients").await.taps("potential").await.taps("Smith").await;
    oscar.taps("Lost").await.taps("too expensive").await.taps("Confirm").await.taps("Bring back").await;
    insta::assert_snapshot!(app.transcript());
}
