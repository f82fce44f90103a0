//! The queue and its notices: the first take wins, the others' notices close; a client who waits too long is announced again.

use chrono::Duration;
mod again;

use crmbot::crm::{QueueOf, SplitRefusal, clients, touches};
use crmbot::domain::{Group, Reason};
use crmbot::flows::dialogue::Input;

use crate::support::app::{TestApp, TestUser};

const NEW: &str = "🆕 Новый лид: Иванов Иван, реклама «Авито».\n[🙋 Взять] [Открыть карточку]";

/// An app with an operator, two managers at work and one ad.
async fn set(app: &TestApp) -> (TestUser<'_>, TestUser<'_>, TestUser<'_>, i64) {
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let maria = app.staff("maria", &[Group::Managers]).await;
    let anna = app.english("anna", &[Group::Managers]).await;
    for who in [oleg, maria, anna] {
        who.types("/menu").await;
    }
    (oleg, maria, anna, ad)
}

async fn lead(oleg: TestUser<'_>, phone: &str) {
    oleg.types(&format!("Иванов Иван {phone} авито")).await.taps("Сохранить").await;
}

#[tokio::test]
async fn the_first_takes_and_every_other_notice_says_who_and_when() {
    let app = TestApp::new().await;
    let (oleg, maria, anna, _) = set(&app).await;
    lead(oleg, "8 912 345-67-89").await;
    assert_eq!(maria.notices(), [NEW]);
    let late = anna.button("Take");
    app.passes(Duration::minutes(4));
    maria.taps("Взять").await.hears("Клиент ваш").shows("Ведёт: Maria");
    assert_eq!(maria.closed(), ["🙋 Иванов Иван: ведёт Maria, с 12:04."]);
    assert_eq!(anna.closed(), ["🙋 Иванов Иван: taken by Maria, 12:04."]);
    assert!(!anna.has_button("Take"));
    anna.does(Input::Tap(Some(late))).await.shows("Maria has this client, since 12:04").shows("In charge: Maria");
    // The next day the time alone would mislead.
    app.at("2026-03-13 09:00");
    anna.does(Input::Tap(Some(late))).await.shows("since Thu, 12 Mar, 12:04");
    assert_eq!(app.count("select count(*) from audit_event where action = 'take'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_managers_who_tap_take_at_once_one_has_the_client() {
    let app = TestApp::new().await;
    let (oleg, maria, anna, _) = set(&app).await;
    for number in 0..5 {
        lead(oleg, &format!("8 912 345-67-8{number}")).await;
        let taps =
            [maria.update(Input::Tap(Some(maria.button("Взять")))), anna.update(Input::Tap(Some(anna.button("Take"))))];
        let [one, other] = taps.map(|tap| app.turns.clone().process(tap));
        tokio::join!(one, other);
        app.collect().await;
        assert!(!maria.has_button("Взять") && !anna.has_button("Take"));
        assert_eq!(app.count("select count(*) from audit_event where action = 'take'").await, number + 1);
        let kept = "select count(*) from client c join audit_event e on e.entity_id = c.id and e.action = 'take'
                     where e.entity = 'client' and (e.after ->> 'responsible')::bigint = c.responsible_id";
        assert_eq!(app.count(kept).await, number + 1);
    }
}

#[tokio::test]
async fn an_undone_take_is_told_anew_and_whoever_takes_then_closes_that_notice_too() {
    let app = TestApp::new().await;
    let (oleg, maria, anna, _) = set(&app).await;
    lead(oleg, "8 912 345-67-89").await;
    maria.taps("Взять").await.taps("Отменить: клиент взят").await.hides("Ведёт:");
    let told = anna.notices();
    assert_eq!(told.len(), 2);
    assert!(told[1].starts_with("🔓 Back in the queue: Иванов Иван."), "{told:?}");
    anna.taps("Take").await.shows("In charge: Anna");
    assert_eq!(anna.closed().len(), 2);
    // A contract rests on it: it stays.
    let undo = anna.button("Undo: client taken");
    app.passes(Duration::minutes(1));
    app.a_contract(1, "2026-03-12", "2026-12-31").await;
    anna.does(Input::Tap(Some(undo))).await.hears("cannot be undone").shows("In charge: Anna");
}

#[tokio::test]
async fn notices_of_whoever_waits_no_more_close() {
    let app = TestApp::new().await;
    let (oleg, maria, _, _) = set(&app).await;
    lead(oleg, "8 912 345-67-89").await;
    oleg.taps("Отменить").await.taps("Да").await;
    assert_eq!(maria.closed(), ["☑️ Иванов Иван: менеджера уже не ждёт."]);
    app.passes(Duration::minutes(1));
    lead(oleg, "8 912 345-67-88").await;
    let client = app.count("select max(id) from client").await;
    let why = Reason::parse("дорого").unwrap();
    oleg.types("6788").await.taps("Потерян").await.taps("дорого").await.taps("Подтвердить").await;
    assert_eq!(maria.closed().len(), 2);
    let _ = (client, why);
}

#[tokio::test]
async fn the_queue_lists_the_longest_waiting_first_page_by_page_mine_nobodys_and_all() {
    let app = TestApp::new().await;
    let (oleg, maria, _, ad) = set(&app).await;
    let site = app.an_ad("Сайт", "SITE").await;
    let mut clients = Vec::new();
    for number in 10..30 {
        clients.push(app.meets(oleg, &format!("891234567{number}"), "", ad).await);
        app.passes(Duration::minutes(1));
    }
    // The first one's ad is corrected: their touch has a new number and its old time (H7).
    let touch = app.count("select min(id) from touch").await;
    let why = Reason::parse("перепутана").unwrap();
    app.act(oleg, async |crm| touches::correct(crm, touch, site, &why).await.split_refusal().unwrap().unwrap()).await;
    // Another client returns and waits from then on.
    app.act(oleg, async |crm| touches::register(crm, clients[1], site).await.unwrap()).await;
    for client in &clients[4..14] {
        app.act(maria, async |crm| clients::take(crm, *client).await.unwrap()).await;
    }
    let all = async |of| {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = app.act(maria, async |crm| clients::queue(crm, of, after, 3).await.unwrap()).await;
            seen.extend(page.rows.iter().map(|row| row.id));
            if page.rows.is_empty() {
                return (seen, page.total.known());
            }
            after = page.last;
        }
    };
    let mut order = clients.clone();
    order.remove(1);
    order.push(clients[1]);
    assert_eq!(all(QueueOf::All).await, (order.clone(), 20));
    assert_eq!(all(QueueOf::Mine).await, (clients[4..14].to_vec(), 10));
    let free: Vec<i64> = order.into_iter().filter(|client| !clients[4..14].contains(client)).collect();
    assert_eq!(all(QueueOf::Nobody).await, (free, 10));
    maria.types("/queue").await.shows("Ждут менеджера: 10").taps("›").await.shows("2/2").taps("Мои").await;
    maria.shows("Мои потенциальные: 10").taps("Все").await.shows("Все потенциальные: 20").shows("1/3");
    assert!(!maria.has_button("Передают мне"), "nobody offers anything");
    // A page keeps its place while rows before it go away.
    let first = app.act(maria, async |crm| clients::queue(crm, QueueOf::Nobody, None, 3).await.unwrap()).await;
    app.act(maria, async |crm| clients::take(crm, first.rows[0].id).await.unwrap()).await;
    let next = app.act(maria, async |crm| clients::queue(crm, QueueOf::Nobody, first.last, 3).await.unwrap()).await;
    assert_eq!(next.rows[0].id, clients[14]);
}

#[tokio::test]
async fn a_client_who_waits_a_quarter_of_an_hour_is_announced_once_more_and_only_once() {
    let app = TestApp::new().await;
    let (oleg, maria, anna, _) = set(&app).await;
    lead(oleg, "8 912 345-67-89").await;
    for who in [maria, anna] {
        who.notices();
    }
    let ticks = async || {
        app.turns.tell_of_waiting().await.unwrap();
        app.collect().await;
    };
    app.passes(Duration::minutes(14));
    ticks().await;
    assert_eq!(maria.notices(), Vec::<String>::new());
    app.passes(Duration::minutes(2));
    // Two processes at once: one tells.
    let (one, other) = tokio::join!(app.turns.tell_of_waiting(), app.turns.tell_of_waiting());
    one.unwrap();
    other.unwrap();
    app.collect().await;
    let told = maria.notices();
    assert_eq!(told, ["⏰ Иванов Иван ждёт менеджера уже 16 минут, реклама «Авито».\n[🙋 Взять] [Открыть карточку]"]);
    assert!(anna.notices()[0].starts_with("⏰ Nobody has taken Иванов Иван for 16 minutes, from “Авито”."));
    assert_eq!(oleg.notices(), Vec::<String>::new(), "an operator takes no clients");
    app.passes(Duration::days(2));
    ticks().await;
    assert_eq!(maria.notices(), Vec::<String>::new(), "once per touch");
    anna.taps("Take").await;
    assert_eq!(maria.closed().len(), 2, "both of his notices close");
    ticks().await;
    assert_eq!(app.count("select count(*) from notice_sent").await, 1);
}

#[tokio::test]
async fn what_was_missed_is_made_up_for_and_many_are_one_notice() {
    let app = TestApp::new().await;
    let (oleg, maria, anna, ad) = set(&app).await;
    for number in 10..15 {
        app.meets(oleg, &format!("891234567{number}"), "", ad).await;
    }
    app.passes(Duration::days(3));
    app.turns.tell_of_waiting().await.unwrap();
    app.collect().await;
    assert_eq!(maria.notices(), ["⏰ В очереди 5 клиентов, которых никто не взял.\n[📥 Очередь]"]);
    anna.taps("Queue").await.shows("Waiting for a manager: 5");
    // A client who was taken is announced to no user.
    let client = app.meets(oleg, "89123456799", "", ad).await;
    app.act(maria, async |crm| clients::take(crm, client).await.unwrap()).await;
    app.passes(Duration::hours(1));
    app.turns.tell_of_waiting().await.unwrap();
    app.collect().await;
    assert_eq!(maria.notices(), Vec::<String>::new());
}

#[tokio::test]
async fn in_quiet_hours_notices_wait_and_what_is_over_by_then_is_never_sent() {
    let app = TestApp::new().await;
    let (oleg, maria, anna, _) = set(&app).await;
    // In Yekaterinburg, two hours ahead of Moscow, 12:30 is inside; for Anna it is not.
    let quiet = "update staff_user set time_zone = 'Asia/Yekaterinburg', quiet_from = '14:15', quiet_to = '15:00'
                  where username = 'maria'";
    sqlx::query(quiet).execute(app.sql()).await.unwrap();
    app.at("2026-03-12 12:30");
    lead(oleg, "8 912 345-67-89").await;
    lead(oleg, "8 912 345-67-88").await;
    assert_eq!(anna.notices().len(), 2);
    app.sweep().await;
    assert_eq!(maria.notices(), Vec::<String>::new());
    maria.types("/queue").await.shows("Ждут менеджера: 2");
    anna.taps("Take").await;
    app.at("2026-03-12 12:59");
    app.sweep().await;
    assert_eq!(maria.notices(), Vec::<String>::new());
    app.at("2026-03-12 13:00");
    app.sweep().await;
    assert_eq!(maria.notices(), [NEW], "one was taken in the meantime");
    maria.taps("Взять").await.shows("Ведёт: Maria");
}

#[tokio::test]
async fn whoever_has_muted_leads_is_not_told_again() {
    let app = TestApp::new().await;
    let (oleg, maria, anna, _) = set(&app).await;
    maria.types("/settings").await.taps("Новые и вернувшиеся клиенты").await;
    lead(oleg, "8 912 345-67-89").await;
    app.passes(Duration::minutes(20));
    app.turns.tell_of_waiting().await.unwrap();
    app.collect().await;
    assert_eq!((maria.notices().len(), anna.notices().len()), (0, 2));
}

#[tokio::test]
async fn of_what_waits_for_the_morning_about_one_client_the_last_is_said() {
    let app = TestApp::new().await;
    let (oleg, maria, _, _) = set(&app).await;
    maria.types("/settings").await.taps("Тихие часы").await.types("12:00-13:00").await;
    lead(oleg, "8 912 345-67-89").await;
    app.passes(Duration::minutes(20));
    app.turns.tell_of_waiting().await.unwrap();
    app.at("2026-03-12 13:00");
    app.sweep().await;
    let told = maria.notices();
    assert!(told.len() == 1 && told[0].starts_with("⏰ Иванов Иван ждёт менеджера уже 20 минут"), "{told:?}");
}
