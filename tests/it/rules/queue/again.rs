//! Clients who return to the queue without a touch: notices at once and a quarter of an hour later.

use chrono::Duration;

use super::{lead, set};
use crate::support::app::TestApp;

#[tokio::test]
async fn a_lost_client_who_is_back_is_announced_again_and_a_quarter_of_an_hour_later_once_more() {
    let app = TestApp::new().await;
    let (oleg, maria, anna, _) = set(&app).await;
    let ticks = async || {
        app.turns.tell_of_waiting().await.unwrap();
        app.collect().await;
    };
    lead(oleg, "8 912 345-67-89").await;
    app.passes(Duration::minutes(16));
    ticks().await;
    assert_eq!(maria.notices().len(), 2);
    let again = "🔓 Снова в очереди: Иванов Иван. Кто возьмёт, тот и ведёт.\n[🙋 Взять] [Открыть карточку]";
    let late = |time: &str| {
        format!("⏰ Иванов Иван ждёт менеджера уже {time}, реклама «Авито».\n[🙋 Взять] [Открыть карточку]")
    };
    // An undone mark.
    oleg.types("6789").await.taps("Потерян").await.taps("дорого").await.taps("Подтвердить").await;
    assert!(!maria.has_button("Взять"), "the mark closes what was told");
    oleg.taps("Отменить").await.shows("потенциальный");
    assert_eq!(maria.notices(), [again]);
    app.passes(Duration::minutes(14));
    ticks().await;
    assert_eq!(maria.notices(), Vec::<String>::new());
    app.passes(Duration::minutes(2));
    ticks().await;
    ticks().await;
    assert_eq!(maria.notices(), [late("16 минут")], "once");
    // Brought back the next day; no user looks for hours.
    oleg.types("6789").await.taps("Потерян").await.taps("дорого").await.taps("Подтвердить").await;
    app.at("2026-03-13 12:00");
    oleg.types("6789").await.taps("Вернуть").await.shows("потенциальный");
    assert_eq!(maria.notices(), [again]);
    // Undone, the client is lost again: nothing is left to take.
    oleg.taps("Отменить").await.shows("неактивный");
    assert!(!maria.has_button("Взять"));
    app.passes(Duration::minutes(1));
    oleg.taps("Вернуть").await;
    app.passes(Duration::minutes(181));
    ticks().await;
    assert_eq!(maria.notices(), [again.to_owned(), late("3 часа")]);
    // A client with an owner is announced to no user.
    anna.taps("Take").await;
    maria.notices();
    oleg.types("6789").await.taps("Потерян").await.taps("дорого").await.taps("Подтвердить").await;
    oleg.taps("Отменить").await.shows("потенциальный");
    assert_eq!(maria.notices(), Vec::<String>::new());
}
