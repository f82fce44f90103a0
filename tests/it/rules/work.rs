//! Work with clients: lost and back (X12–X14), mended touches (H7–H9), the queue, next steps.

use crmbot::crm::{LeadDraft, QueueOf, Refusal, SplitRefusal, clients, touches};
use crmbot::domain::{ClientState, Group, Period, PersonName, Phone, PhoneRegion, Reason};
use crmbot::flows::dialogue::Input;

use crate::support::app::{TestApp, TestUser};

const TOUCHES: &str = "select count(*) from touch where voided_at is null";

async fn lead(app: &TestApp, who: TestUser<'_>, phone: &str, ad: i64) -> i64 {
    let draft = LeadDraft {
        phone: Phone::parse(phone, PhoneRegion::RU).unwrap(),
        phone_raw: phone.to_owned(),
        name: PersonName::split("Иванов Иван").unwrap(),
        email: None,
        ad,
        notes: Vec::new(),
    };
    app.act(who, async |crm| clients::register(crm, &draft).await.unwrap().client).await
}

async fn state(app: &TestApp, who: TestUser<'_>, client: i64) -> ClientState {
    app.act(who, async |crm| clients::card(crm, client).await.unwrap().state).await
}

fn why(text: &str) -> Reason {
    Reason::parse(text).unwrap()
}

#[tokio::test]
async fn x12_an_active_client_cannot_be_lost_and_the_refusal_lists_his_live_contracts() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let client = lead(&app, oleg, "89123456789", ad).await;
    let maria = app.staff("maria", &[Group::Managers]).await;
    // Both have come to the last question before the contract is there.
    for who in [oleg, maria] {
        who.types("/find Иванов").await.taps("Потерян").await.types("дорого").await.shows("Отметить потерянным");
    }
    let ended = app.a_contract(client, "2025-01-01", "2025-12-31").await;
    let contract = app.a_contract(client, "2026-03-12", "2026-12-31").await;
    let refused =
        app.act(oleg, async |crm| clients::mark_lost(crm, client, &why("дорого")).await.split_refusal().unwrap()).await;
    let Err(Refusal::HasLiveContracts(listed)) = refused else { panic!("{refused:?}") };
    let ids: Vec<i64> = listed.iter().map(|contract| contract.id).collect();
    assert_eq!(ids, [contract], "{ended} is over");
    assert!(listed[0].amount.is_none() && listed[0].title.is_none(), "an operator sees dates");
    // The list is told as far as rights go.
    let days = "12 мар. 2026 – 31 дек. 2026, действует";
    oleg.taps("Подтвердить").await.hears("нельзя отметить потерянным").hears(days).shows("действующий");
    assert!(!oleg.has_button("Потерян") && !oleg.screen().contains("60"), "{}", oleg.screen());
    maria.taps("Подтвердить").await.hears(&format!("SEO: 60\u{a0}000\u{a0}₽, {days}"));
}

#[tokio::test]
async fn x13_x14_lost_needs_a_reason_and_bringing_back_makes_him_potential() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let client = lead(&app, oleg, "89123456789", ad).await;
    app.passes(chrono::Duration::minutes(1));
    oleg.types("/find Иванов").await.taps("Потерян").await.shows("Почему потерян");
    oleg.types("  ").await.shows("Почему потерян").types("дорого").await.taps("Подтвердить").await;
    oleg.shows("неактивный").shows("Потерян 12 мар. 2026: дорого");
    assert_eq!(state(&app, oleg, client).await, ClientState::Inactive);
    let again = app
        .act(oleg, async |crm| clients::mark_lost(crm, client, &why("ещё раз")).await.split_refusal().unwrap())
        .await;
    assert!(matches!(again, Err(Refusal::AlreadyDone { by, .. }) if by == "Oleg"));
    oleg.taps("Вернуть").await.shows("потенциальный").hides("Потерян 12");
    assert_eq!(app.count("select count(*) from audit_event where action in ('lose', 'bring_back')").await, 2);
}

#[tokio::test]
async fn x14_a_client_inactive_by_expiry_comes_back_by_a_touch() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let client = lead(&app, oleg, "89123456789", ad).await;
    app.passes(chrono::Duration::minutes(1));
    app.a_contract(client, "2026-03-12", "2026-03-13").await;
    app.at("2026-03-20 10:00");
    app.act(oleg, async |crm| clients::mark_lost(crm, client, &why("дорого")).await.unwrap()).await;
    let refused = app.act(oleg, async |crm| clients::bring_back(crm, client).await.split_refusal().unwrap()).await;
    assert_eq!(refused, Err(Refusal::NeedsTouch));
    let kept = app.count("select count(*) from client where lost_reason = 'дорого'").await;
    assert_eq!(kept, 1, "a refused use case leaves nothing behind");
}

#[tokio::test]
async fn h7_a_wrong_ad_is_corrected_at_the_same_time_and_day() {
    let app = TestApp::new().await;
    let (wrong, right) = (app.an_ad("Авито", "AVITO").await, app.an_ad("Сайт", "SITE").await);
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    lead(&app, oleg, "89123456789", wrong).await;
    assert_eq!(app.figures_of(oleg, wrong, Period::AllTime).await.leads, 1);
    app.passes(chrono::Duration::hours(2));
    oleg.types("/find Иванов").await.taps("Исправить обращение").await.taps("Авито").await.taps("Реклама другая").await;
    oleg.taps("Сайт").await.taps("перепутана реклама").await.shows("Реклама: Сайт").taps("Сохранить").await;
    oleg.shows("вместо «Авито» теперь «Сайт»");
    let same = "select count(*) from touch new join touch old on old.id = new.corrected_from
                 where new.happened_at = old.happened_at and new.local_day = old.local_day and old.voided_at is not null
                   and new.voided_at is null";
    assert_eq!(app.count(same).await, 1);
    let leads = [
        app.figures_of(oleg, wrong, Period::AllTime).await.leads,
        app.figures_of(oleg, right, Period::AllTime).await.leads,
    ];
    // H7: the statistics have moved the lead from the wrong ad to the right one
    assert_eq!(leads, [0, 1]);
    oleg.taps("Назад").await.shows("потенциальный").shows("Обращения: 1").shows("«Сайт»");
}

#[tokio::test]
async fn h8_h9_a_touch_with_a_contract_stays_and_a_void_one_is_gone_from_every_list() {
    let app = TestApp::new().await;
    let (a, b) = (app.an_ad("Авито", "AVITO").await, app.an_ad("Сайт", "SITE").await);
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let adam = app.staff("adam", &[Group::Admins]).await;
    let client = lead(&app, oleg, "89123456789", a).await;
    app.a_contract(client, "2026-03-12", "2026-12-31").await;
    let with_contract = app.count("select min(id) from touch").await;
    for who in [oleg, adam] {
        let refused = app
            .act(who, async |crm| touches::void(crm, with_contract, &why("ошибка")).await.split_refusal().unwrap())
            .await;
        assert_eq!(refused.err(), Some(Refusal::TouchHasContract));
    }
    app.act(oleg, async |crm| touches::register(crm, client, b).await.unwrap()).await;
    let free = app.count("select max(id) from touch").await;
    app.act(oleg, async |crm| touches::void(crm, free, &why("ошибка")).await.unwrap()).await;
    let twice =
        app.act(oleg, async |crm| touches::void(crm, free, &why("ошибка")).await.split_refusal().unwrap()).await;
    assert_eq!(twice.err(), Some(Refusal::Gone));
    let card = app.act(oleg, async |crm| clients::card(crm, client).await.unwrap()).await;
    assert_eq!(card.touch_count, 1);
}

#[tokio::test]
async fn a_touch_of_yesterday_or_of_another_is_an_administrators_to_void() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let olga = app.staff("olga", &[Group::Operators]).await;
    let adam = app.staff("adam", &[Group::Admins]).await;
    let maria = app.staff("maria", &[Group::Managers]).await;
    let client = lead(&app, oleg, "89123456789", ad).await;
    let touch = app.count("select min(id) from touch").await;
    let void = async |who| {
        app.act(who, async |crm| touches::void(crm, touch, &why("ошибка")).await.split_refusal().unwrap()).await.err()
    };
    assert_eq!(void(olga).await, Some(Refusal::NotOwnToday));
    assert_eq!(void(maria).await, Some(Refusal::Denied));
    app.passes(chrono::Duration::days(1));
    assert_eq!(void(oleg).await, Some(Refusal::NotOwnToday));
    assert_eq!(void(adam).await, None);
    assert_eq!(state(&app, oleg, client).await, ClientState::Inactive);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_who_takes_a_new_lead_wins_and_the_second_learns_who_it_was() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let maria = app.staff("maria", &[Group::Managers]).await;
    let mikhail = app.staff("mikhail", &[Group::Managers]).await;
    for who in [maria, mikhail] {
        who.types("/menu").await;
    }
    let older = lead(&app, oleg, "89123456781", ad).await;
    let client = lead(&app, oleg, "89123456782", ad).await;
    let queue = app.act(maria, async |crm| clients::queue(crm, QueueOf::Nobody, None, 8).await.unwrap()).await;
    assert_eq!(queue.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [older, client], "the oldest first");
    let take = async |who| app.act(who, async |crm| clients::take(crm, client).await.split_refusal().unwrap()).await;
    assert_eq!(take(maria).await, Ok(client));
    assert!(matches!(take(mikhail).await, Err(Refusal::TakenBy { by, .. }) if by == "Maria"));
    mikhail.types("/queue").await.shows("Ждут менеджера: 1");
    maria.types("/queue").await.taps("Мои").await.shows("Мои потенциальные: 1");
}

#[tokio::test]
async fn one_next_step_per_client_in_the_persons_own_zone() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    sqlx::query("update staff_user set time_zone = 'Asia/Yekaterinburg' where username = 'oleg'")
        .execute(app.sql())
        .await
        .unwrap();
    lead(&app, oleg, "89123456789", ad).await;
    oleg.types("/find Иванов").await.taps("Следующий шаг").await.taps("Завтра 10:00").await;
    oleg.shows("Следующий шаг: 13 мар., пт, 10:00");
    assert_eq!(app.count("select count(*) from follow_up where due_at = '2026-03-13T05:00:00Z'").await, 1);
    oleg.taps("Следующий шаг")
        .await
        .types("вчера 10:00")
        .await
        .shows("уже прошло")
        .types("чепуха")
        .await
        .shows("Не понял");
    oleg.types("20.03 15:30").await.shows("20 мар., пт, 15:30");
    assert_eq!(app.count("select count(*) from follow_up").await, 1);
    oleg.taps("Следующий шаг").await.taps("25").await.taps("12:00").await.shows("25 мар., ср, 12:00");
    // An hour that is written is of the day that was tapped.
    oleg.taps("Следующий шаг").await.taps("27").await.types("в 15:30").await.shows("27 мар., пт, 15:30");
    oleg.taps("Следующий шаг").await.types("через 2 часа").await.shows("12 мар., чт, 16:00");
    oleg.taps("Следующий шаг").await.types("когда-нибудь").await.shows("Не понял, когда").types("пт 9").await;
    oleg.shows("13 мар., пт, 09:00");
    oleg.types("/followups").await.shows("Мои следующие шаги: 1").taps("Иванов Иван").await.taps("Шаг сделан").await;
    oleg.types("/followups").await.shows("Мои следующие шаги: 0");
}

#[tokio::test]
async fn an_own_write_is_undone_for_ten_minutes_unless_something_rests_on_it() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    app.an_ad("Сайт", "SITE").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let olga = app.staff("olga", &[Group::Operators]).await;
    oleg.types("Иван 8 912 345-67-89 фундамент с авито").await.taps("Сохранить").await;
    olga.types("/find Иван").await;
    assert!(!olga.has_button("Отменить"), "it is another's");
    oleg.taps("Отменить: новый клиент").await.shows("Отменить: новый клиент?").taps("Да").await.shows("Лид отменён");
    oleg.types("/find Иван").await.shows("никого нет");
    assert_eq!(app.count(TOUCHES).await, 0);
    app.passes(chrono::Duration::minutes(1));
    oleg.types("Иван 8 912 345-67-89 с авито").await.shows("отменяли").taps("Сохранить").await.shows("Лид возвращён");
    app.passes(chrono::Duration::minutes(1));
    oleg.taps("Изменить").await.taps("Изменить").await.taps("Имя").await.types("Пётр").await.taps("Сохранить").await;
    oleg.shows("Пётр · №1").taps("Отменить: изменены").await.shows("Иван · №1");
    app.passes(chrono::Duration::minutes(1));
    oleg.taps("Потерян").await.taps("дорого").await.taps("Подтвердить").await.shows("неактивный");
    oleg.taps("Отменить: клиент отмечен").await.shows("потенциальный");
    oleg.taps("Следующий шаг")
        .await
        .taps("Завтра")
        .await
        .shows("Следующий шаг: 13")
        .taps("Отменить: назначен")
        .await
        .taps("Да")
        .await;
    oleg.hides("Следующий шаг: 13");
    oleg.taps("Заметка")
        .await
        .types("перезвонить")
        .await
        .shows("перезвонить")
        .taps("Отменить: новая заметка")
        .await
        .taps("Да")
        .await;
    oleg.hides("перезвонить");
    app.passes(chrono::Duration::minutes(1));
    oleg.taps("Записать обращение").await.taps("Сайт").await.taps("Сохранить").await.shows("Обращения: 2");
    let undo = oleg.button("Отменить: новое обращение");
    app.passes(chrono::Duration::minutes(11));
    oleg.does(Input::Tap(Some(undo))).await.shows("Обращения: 2");
    assert!(!oleg.has_button("Отменить"), "the ten minutes are over");
    let _ = ad;
}

#[tokio::test]
async fn the_outcome_of_a_call_is_one_tap_and_no_answer_offers_the_next_try() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let client = lead(&app, oleg, "89123456789", ad).await;
    oleg.types("/find Иванов").await.taps("Итог звонка").await.taps("не ответил").await.shows("Когда следующий шаг?");
    oleg.taps("Через час").await.shows("Oleg: 📵 не ответил").shows("Следующий шаг: 12 мар., чт, 13:00");
    oleg.taps("Итог звонка").await.taps("дозвонились").await.shows("📞 дозвонились");
    assert_eq!(app.count("select count(*) from note where call_outcome is not null").await, 2);
    let _ = client;
}
