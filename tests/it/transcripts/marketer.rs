//! A marketer's day: services and prices, ads with budgets and other names, figures, finish and restart, undo, their log.

use chrono::Duration;
use crmbot::domain::Group;

use crate::support::app::TestApp;
use crate::support::trade::contract_draft;

/// A lead by the ad of this title, and a contract with that client.
async fn somebody_buys(app: &TestApp, ad: &'static str) {
    let (root, ada) = (app.superuser("root").await, app.count("select max(id) from ad where not built_in").await);
    let titled: String =
        sqlx::query_scalar("select title from ad where id = $1").bind(ada).fetch_one(app.sql()).await.unwrap();
    assert_eq!(titled, ad);
    let client = app.meets(root, "89123456701", "Ivan Petrov", ada).await;
    let touch = app.touch_of(root, client).await;
    app.signs(root, &contract_draft(client, touch, 1, "75 000", "2026-03-12", "2026-09-11")).await.unwrap();
}

#[tokio::test]
async fn a_marketers_day_in_russian() {
    let app = TestApp::new().await;
    let maria = app.staff("maria", &[Group::Marketers]).await;
    maria.types("/services").await.taps("Новая услуга").await.types("Продвижение сайта").await;
    maria.types("Поисковая реклама и доработка сайта").await.types("-5").await.types("60 000").await;
    maria.taps("Сохранить").await;
    app.passes(Duration::minutes(2));
    maria
        .taps("Изменить")
        .await
        .taps("Изменить")
        .await
        .taps("Цена")
        .await
        .types("65 000")
        .await
        .taps("Сохранить")
        .await;
    maria.taps("Отменить: услуга изменена").await;
    maria.types("/ads").await.taps("Новая реклама").await.types("Авито, весна").await.taps("Продвижение").await;
    maria.taps("Авито").await.types("недорого").await.types("50 000").await.types("авито, доска").await;
    maria.taps("Пропустить").await.taps("Сохранить").await;
    app.passes(Duration::minutes(20));
    maria
        .taps("Изменить")
        .await
        .taps("Изменить")
        .await
        .taps("Другие имена")
        .await
        .types("авито, доска, объявление")
        .await;
    maria.taps("Изменить").await.taps("Бюджет").await.types("40 000").await.taps("Сохранить").await;
    somebody_buys(&app, "Авито, весна").await;
    maria.types("/stats").await.taps("этот месяц").await;
    maria.types("/ads доска").await.taps("Авито, весна").await.taps("Завершить").await;
    maria.taps("Отменить: реклама завершена").await.taps("Завершить").await.taps("Запустить снова").await;
    maria
        .types("/services")
        .await
        .taps("Продвижение")
        .await
        .taps("В архив")
        .await
        .taps("Да")
        .await
        .taps("Вернуть")
        .await;
    maria.types("/audit").await.taps("6").await.types("/clients").await.types("/help").await;
    insta::assert_snapshot!(app.transcript());
}

#[tokio::test]
async fn a_marketers_day_in_english() {
    let app = TestApp::new().await;
    let maria = app.english("maria", &[Group::Marketers]).await;
    maria.types("/services").await.taps("New service").await.types("Website promotion").await;
    maria.types("Search ads and work on the site").await.types("-5").await.types("60 000").await;
    maria.taps("Save").await;
    app.passes(Duration::minutes(2));
    maria.taps("Edit").await.taps("Edit").await.taps("Price").await.types("65 000").await.taps("Save").await;
    maria.taps("Undo: service edited").await;
    maria.types("/ads").await.taps("New ad").await.types("Avito, spring").await.taps("Website").await;
    maria.taps("Avito").await.types("cheap").await.types("50 000").await.types("avito, board").await;
    maria.taps("Skip").await.taps("Save").await;
    app.passes(Duration::minutes(20));
    maria.taps("Edit").await.taps("Edit").await.taps("Other names").await.types("avito, board, classified").await;
    maria.taps("Edit").await.taps("Budget").await.types("40 000").await.taps("Save").await;
    somebody_buys(&app, "Avito, spring").await;
    maria.types("/stats").await.taps("this month").await;
    maria.types("/ads board").await.taps("Avito, spring").await.taps("Finish").await;
    maria.taps("Undo: ad finished").await.taps("Finish").await.taps("Run again").await;
    maria.types("/services").await.taps("Website").await.taps("Archive").await.taps("Yes").await.taps("Restore").await;
    maria.types("/audit").await.taps("6").await.types("/clients").await.types("/help").await;
    insta::assert_snapshot!(app.transcript());
}
