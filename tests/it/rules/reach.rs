//! Colleagues that no message reaches: who hears of it, where it is seen, and what they are asked on their return (R8).

use chrono::Duration;
use crmbot::domain::Group;
use crmbot::turn::{IncomingUpdate, UpdateKind};

use crate::support::app::{TestApp, TestUser};

/// The person has blocked the bot, or unblocked it.
async fn reaches(who: TestUser<'_>, reachable: bool) {
    let what = UpdateKind::Reachable { chat_id: who.id, reachable };
    who.app.deliver(IncomingUpdate { update_id: who.app.update_id(), label: "test", kind: what }).await;
}

async fn written_to(who: TestUser<'_>) -> i64 {
    sqlx::query_scalar("select count(*) from outbox where chat_id = $1")
        .bind(who.id)
        .fetch_one(who.app.sql())
        .await
        .unwrap()
}

#[tokio::test]
async fn r8_a_colleague_who_cannot_be_reached_is_told_of_once_and_marked() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let (anna, emma) = (app.staff("anna", &[Group::Admins]).await, app.english("emma", &[Group::Admins]).await);
    let (oleg, maria) = (app.staff("oleg", &[Group::Operators]).await, app.staff("maria", &[Group::Managers]).await);
    let stranger = app.stranger("Stefan", "ru");
    for who in [anna, emma, oleg, maria, stranger] {
        who.types("/start").await;
    }
    reaches(maria, false).await;
    reaches(maria, false).await;
    let notice = "🔕 Сообщения не доходят: Maria (maria). Бот заблокирован, или аккаунта больше нет. До возвращения \
                  уведомления туда не отправляются.\n[👤 Открыть карточку]";
    assert_eq!(anna.notices(), [notice]);
    assert!(emma.notices()[0].contains("Maria (maria) cannot be reached"));
    assert!(oleg.notices().is_empty() && maria.notices().is_empty(), "who manages people hears it");
    anna.taps("Открыть").await.shows("бот заблокирован с 12 мар");
    anna.types("/staff").await.shows("🔕 бот заблокирован с 12 мар");
    emma.types("/staff").await.shows("has blocked the bot since Thu, 12 Mar");
    let before = written_to(maria).await;
    oleg.types("8 912 345-67-89 Иван с авито").await.taps("Сохранить").await;
    // R8: nothing more is written for them.
    assert_eq!(written_to(maria).await, before);
    reaches(stranger, false).await;
    // R8: a stranger is marked, and no colleague is told.
    assert_eq!(app.count("select count(*) from chat_session where unreachable_at is not null").await, 2);
    assert!(anna.notices().iter().all(|notice| !notice.contains("не доходят")));
}

#[tokio::test]
async fn r8_on_their_return_the_mark_goes_and_what_waits_is_asked_again() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let (oleg, maria) = (app.staff("oleg", &[Group::Operators]).await, app.staff("maria", &[Group::Managers]).await);
    let mikhail = app.staff("mikhail", &[Group::Managers]).await;
    for who in [anna, oleg, maria, mikhail] {
        who.types("/start").await;
    }
    reaches(maria, false).await;
    oleg.types("8 912 345-67-89 Иван с авито").await.taps("Сохранить").await;
    oleg.types("8 912 345-67-80 Пётр с авито").await.taps("Сохранить").await;
    mikhail.taps("Взять").await.shows("Пётр");
    app.passes(Duration::minutes(5));
    // An operator has no right to take: nothing is asked of one.
    reaches(oleg, false).await;
    reaches(oleg, true).await;
    assert!(oleg.notices().is_empty());
    reaches(maria, true).await;
    let told = maria.notices();
    assert!(told.len() == 1 && told[0].contains("Иван") && told[0].contains("[🙋 Взять]"), "{told:?}");
    reaches(maria, true).await;
    assert!(maria.notices().is_empty(), "once");
    assert_eq!(app.count("select count(*) from chat_session where unreachable_at is not null").await, 0);
    anna.types("/staff").await.hides("заблокирован");
    mikhail.types("Пётр").await;
    reaches(maria, false).await;
    mikhail.taps("Передать").await.taps("Maria").await.taps("Пропустить").await.taps("Подтвердить").await;
    // R8: the next message says the same as an unblock.
    assert!(maria.notices().is_empty());
    maria.types("/menu").await;
    let told = maria.notices();
    assert!(told.len() == 2 && told.iter().any(|notice| notice.contains("[✅ Принять]")), "{told:?}");
    maria.types("/menu").await;
    assert!(maria.notices().is_empty(), "once");
    // Many are one notice.
    reaches(maria, false).await;
    for number in 0..4 {
        oleg.types(&format!("8 912 345-60-0{number} Сидор с авито")).await.taps("Сохранить").await;
    }
    maria.types("/menu").await;
    let told = maria.notices();
    assert!(told.iter().any(|notice| notice.contains('5') && notice.contains("Очередь")), "{told:?}");
}
