//! Handing one client over: offered, accepted, declined, withdrawn; who may; late and doubled taps (E2, E6).

mod edges;
mod heavy;

use crmbot::crm::{Refusal, SplitRefusal, StaffId, clients, handover, rights};
use crmbot::domain::{Group, Reason, Remark};
use crmbot::flows::dialogue::Input;

use crate::support::app::{TestApp, TestUser};

/// An app with a client of Maria's; Mikhail and Anna are managers too.
struct Fixture {
    client: i64,
}

impl Fixture {
    async fn set(app: &TestApp) -> (Self, TestUser<'_>, TestUser<'_>, TestUser<'_>) {
        let ad = app.an_ad("Авито", "AVITO").await;
        let oleg = app.staff("oleg", &[Group::Operators]).await;
        let maria = app.staff("maria", &[Group::Managers]).await;
        let mikhail = app.staff("mikhail", &[Group::Managers]).await;
        let anna = app.english("anna", &[Group::Managers]).await;
        for who in [maria, mikhail, anna] {
            who.types("/menu").await;
        }
        let client = app.meets(oleg, "89123456789", "Иванов Иван", ad).await;
        app.act(maria, async |crm| clients::take(crm, client).await.unwrap()).await;
        app.passes(chrono::Duration::minutes(11));
        (Self { client }, maria, mikhail, anna)
    }

    async fn offer(&self, app: &TestApp, from: TestUser<'_>, to: TestUser<'_>) -> Result<i64, Refusal> {
        let to = app.staff_id(to).await;
        app.act(from, async |crm| handover::offer(crm, self.client, to, &note("")).await.split_refusal().unwrap()).await
    }

    async fn responsible(&self, app: &TestApp) -> Option<i64> {
        sqlx::query_scalar("select responsible_id from client where id = $1")
            .bind(self.client)
            .fetch_one(app.sql())
            .await
            .unwrap()
    }
}

fn note(text: &str) -> Remark {
    Remark::parse(text).unwrap()
}

fn why(text: &str) -> Reason {
    Reason::parse(text).unwrap()
}

#[tokio::test]
async fn a_client_goes_over_with_a_note_and_the_next_step_once_the_colleague_accepts() {
    let app = TestApp::new().await;
    let (fixture, maria, mikhail, anna) = Fixture::set(&app).await;
    maria.types("/find Иванов").await.taps("Следующий шаг").await.taps("Завтра 10:00").await;
    maria.taps("Передать").await.shows("Иванов Иван: кому передать?").shows("1 из 2");
    assert!(!maria.has_button("Oleg"), "an operator takes no clients");
    assert!(!maria.has_button("Maria"), "nobody hands over to himself");
    maria.types("никто").await.shows("кому передать").types("mikh").await.shows("Что коллеге важно знать");
    maria.types("ждёт цену <к пятнице>").await.shows("Кому: Mikhail").shows("ждёт цену <к пятнице>");
    maria.taps("Подтвердить").await.shows("ждём ответа: Mikhail").shows("Передаётся: Maria → Mikhail");
    assert!(!maria.has_button("Передать"), "one hand-over at a time");
    assert_eq!(anna.notices(), Vec::<String>::new());
    let told = mikhail.notices();
    assert_eq!(
        told,
        ["🤝 Maria передаёт вам клиента: Иванов Иван, +7 912 ***-**-89.\n«ждёт цену <к пятнице>»\n\
          [✅ Принять] [✖️ Отклонить]\n[Открыть карточку]"]
    );
    let me = app.staff_id(maria).await.0;
    assert_eq!(fixture.responsible(&app).await, Some(me), "until he accepts the client stays");
    mikhail.types("/queue").await.taps("Передают мне: 1").await.shows("Передают мне: 1").taps("Иванов").await;
    mikhail
        .shows("Передаётся: Maria → Mikhail")
        .taps("Принять")
        .await
        .shows("Клиент теперь ваш")
        .shows("Ведёт: Mikhail");
    assert_eq!(fixture.responsible(&app).await, Some(app.staff_id(mikhail).await.0));
    mikhail.shows("Следующий шаг: 13 мар., пт, 10:00, Mikhail");
    assert_eq!(
        maria.notices(),
        ["✅ Передача принята: Иванов Иван. Теперь клиента ведёт Mikhail.\n[Открыть карточку]"]
    );
    assert_eq!(mikhail.closed(), ["🤝 Иванов Иван: передача принята, Mikhail, 12:11."]);
    let kept = "select count(*) from client_handover
                 where note = 'ждёт цену <к пятнице>' and accepted_at is not null and from_id is not null";
    assert_eq!(app.count(kept).await, 1);
    let audited = "select count(*) from audit_event where entity = 'client'
                    and (action = 'offer' and after ->> 'note' = 'ждёт цену <к пятнице>'
                         or action = 'accept' and before ->> 'responsible' <> after ->> 'responsible')";
    assert_eq!(app.count(audited).await, 2, "E2");
}

#[tokio::test]
async fn a_colleague_declines_with_a_reason_and_the_client_stays() {
    let app = TestApp::new().await;
    let (fixture, maria, _, anna) = Fixture::set(&app).await;
    maria.types("/find Иванов").await.taps("Передать").await.taps("Anna").await.taps("Пропустить").await;
    maria.taps("Подтвердить").await;
    anna.taps("Decline").await.shows("Why do you not take Иванов Иван?").types("on holiday").await;
    anna.shows("Reason: on holiday").taps("Confirm").await.shows("the client stays with Maria");
    assert_eq!(fixture.responsible(&app).await, Some(app.staff_id(maria).await.0));
    assert_eq!(
        maria.notices(),
        ["↩️ Anna не берёт клиента: Иванов Иван. Он остаётся у вас.\nПричина: on holiday\n[Открыть карточку]"]
    );
    maria.types("/find Иванов").await.hides("Передаётся");
    assert!(maria.has_button("Передать"));
    assert!(!maria.has_button("Отменить: предложена"), "an offer that was answered cannot be undone");
    // Without a reason, too.
    app.passes(chrono::Duration::minutes(11));
    fixture.offer(&app, maria, anna).await.unwrap();
    let id = app.count("select max(id) from client_handover").await;
    app.act(anna, async |crm| handover::decline(crm, id, None).await.unwrap()).await;
    assert_eq!(app.count("select count(*) from client_handover where declined_at is not null").await, 2);
    let again =
        app.act(anna, async |crm| handover::decline(crm, id, Some(&why("нет"))).await.split_refusal().unwrap()).await;
    assert!(matches!(again, Err(Refusal::HandoverEnded { by, .. }) if by == "Anna"));
}

#[tokio::test]
async fn e6_late_taps_learn_how_a_hand_over_ended() {
    let app = TestApp::new().await;
    let (_, maria, mikhail, _) = Fixture::set(&app).await;
    maria.types("/find Иванов").await.taps("Передать").await.taps("Mikhail").await.taps("Пропустить").await;
    maria.taps("Подтвердить").await;
    let (accept, decline) = (mikhail.button("Принять"), mikhail.button("Отклонить"));
    maria.taps("Отозвать передачу").await.shows("Передача отозвана").hides("Передаётся");
    assert_eq!(mikhail.notices().len(), 1);
    assert_eq!(mikhail.closed(), ["🤝 Иванов Иван: передача отозвана, Maria, 12:11."]);
    assert!(!mikhail.has_button("Принять"));
    for tap in [accept, decline] {
        mikhail.does(Input::Tap(Some(tap))).await.shows("Передача уже отозвана: Maria, 12:11");
    }
    assert_eq!(app.count("select count(*) from client_handover where withdrawn_by is not null").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_tap_at_once_and_one_of_them_wins() {
    let app = TestApp::new().await;
    let (fixture, maria, mikhail, _) = Fixture::set(&app).await;
    for _ in 0..5 {
        let id = fixture.offer(&app, maria, mikhail).await.unwrap();
        let accept = app.act(mikhail, async |crm| handover::accept(crm, id).await.split_refusal().unwrap());
        let withdraw = app.act(maria, async |crm| handover::withdraw(crm, id).await.split_refusal().unwrap());
        let (accepted, withdrawn) = tokio::join!(accept, withdraw);
        let (won, late) = if accepted.is_ok() { (accepted, withdrawn) } else { (withdrawn, accepted) };
        assert_eq!(won, Ok(fixture.client));
        assert!(matches!(late, Err(Refusal::HandoverEnded { .. })), "{late:?}");
        let back = app.staff_id(maria).await.0;
        sqlx::query("update client set responsible_id = $1").bind(back).execute(app.sql()).await.unwrap();
    }
}

#[tokio::test]
async fn g6_only_the_responsible_manager_or_whoever_manages_people_offers_and_only_the_one_asked_answers() {
    let app = TestApp::new().await;
    let (fixture, maria, mikhail, anna) = Fixture::set(&app).await;
    let oleg = app.staff("olga", &[Group::Operators]).await;
    let boss = app.staff("boss", &[Group::Admins]).await;
    boss.types("/menu").await;
    assert!(matches!(fixture.offer(&app, mikhail, anna).await, Err(Refusal::TakenBy { by, .. }) if by == "Maria"));
    assert_eq!(fixture.offer(&app, oleg, anna).await, Err(Refusal::Denied));
    assert_eq!(fixture.offer(&app, maria, oleg).await, Err(Refusal::NoAssignee));
    assert_eq!(fixture.offer(&app, maria, maria).await, Err(Refusal::NoAssignee));
    let forged = async |client, to| {
        app.act(maria, async |crm| handover::offer(crm, client, StaffId(to), &note("")).await.split_refusal().unwrap())
            .await
    };
    assert_eq!(forged(fixture.client, 9999).await, Err(Refusal::NoAssignee));
    assert_eq!(forged(9999, 1).await, Err(Refusal::Gone));
    boss.types("/find Иванов").await.taps("Передать").await.taps("Anna").await.taps("Пропустить").await;
    boss.taps("Подтвердить").await.shows("Передаётся: Maria → Anna");
    let told = maria.notices().pop().unwrap();
    assert!(told.contains("Boss передаёт вашего клиента: Иванов Иван. Кому: Anna."), "{told}");
    assert_eq!(
        fixture.offer(&app, maria, mikhail).await,
        Err(Refusal::HandoverWaits { to: "Anna".into() }),
        "a second one is refused"
    );
    let id = app.count("select max(id) from client_handover").await;
    let answer = async |who| app.act(who, async |crm| handover::accept(crm, id).await.split_refusal().unwrap()).await;
    assert_eq!(answer(mikhail).await, Err(Refusal::Gone));
    assert_eq!(answer(oleg).await, Err(Refusal::Denied));
    let withdraw =
        async |who| app.act(who, async |crm| handover::withdraw(crm, id).await.split_refusal().unwrap()).await;
    assert_eq!(withdraw(mikhail).await, Err(Refusal::Gone));
    let denied = "select count(*) from audit_event where action = 'denied' and after = '\"client.take\"'";
    assert_eq!(app.count(denied).await, 2, "a denial is kept though the use case leaves nothing");
    anna.taps("Accept").await.shows("In charge: Anna");
    assert!(boss.notices().pop().unwrap().contains("Теперь клиента ведёт Anna"), "who has offered hears the answer");
    assert!(maria.notices().pop().unwrap().contains("Теперь клиента ведёт Anna"));
}

#[tokio::test]
async fn whoever_cannot_answer_any_more_holds_nobody_up() {
    let app = TestApp::new().await;
    let (fixture, maria, mikhail, anna) = Fixture::set(&app).await;
    let boss = app.staff("boss", &[Group::Admins]).await;
    boss.types("/menu").await;
    // The assignee loses the right: the card says so, their tap is refused, the previous owner takes it back.
    fixture.offer(&app, maria, mikhail).await.unwrap();
    let group = app.group(Group::Managers).await;
    let him = app.staff_id(mikhail).await;
    app.act(boss, async |crm| rights::set_group(crm, him, group, false).await.unwrap()).await;
    maria.types("/find Иванов").await.shows("Mikhail больше не может принимать клиентов");
    let id = app.count("select max(id) from client_handover").await;
    let refused = app.act(mikhail, async |crm| handover::accept(crm, id).await.split_refusal().unwrap()).await;
    assert_eq!(refused, Err(Refusal::Denied));
    maria.taps("Отозвать передачу").await.shows("Передача отозвана");
    // She is blocked: the hand-over ends at once, and the giver is told.
    maria.taps("Передать").await.taps("Anna").await.taps("Пропустить").await.taps("Подтвердить").await;
    boss.types("/staff").await.taps("Anna").await.taps("Заблокировать").await.taps("Да").await;
    let told = maria.notices().pop().unwrap();
    assert!(told.contains("Anna больше не может принимать клиентов: Иванов Иван остаётся у вас."), "{told}");
    maria.types("/find Иванов").await.hides("Передаётся");
    assert_eq!(anna.notices().len(), 1);
}

#[tokio::test]
async fn the_giver_who_leaves_takes_his_offers_back() {
    let app = TestApp::new().await;
    let (fixture, maria, mikhail, anna) = Fixture::set(&app).await;
    let boss = app.staff("boss", &[Group::Admins]).await;
    let id = fixture.offer(&app, maria, mikhail).await.unwrap();
    let (from, to) = (app.staff_id(maria).await, app.staff_id(anna).await);
    app.act(boss, async |crm| handover::transfer_all(crm, from, to).await.unwrap()).await;
    assert_eq!(fixture.responsible(&app).await, Some(to.0));
    let late = app.act(mikhail, async |crm| handover::accept(crm, id).await.split_refusal().unwrap()).await;
    assert!(matches!(late, Err(Refusal::HandoverEnded { by, .. }) if by == "Boss"));
}

#[tokio::test]
async fn a_merge_takes_back_what_waits_for_the_younger_and_keeps_the_history() {
    let app = TestApp::new().await;
    let (fixture, maria, mikhail, _) = Fixture::set(&app).await;
    let adam = app.staff("adam", &[Group::Admins]).await;
    let oleg = app.staff("olga", &[Group::Operators]).await;
    let ad = app.count("select max(id) from ad").await;
    app.passes(chrono::Duration::minutes(1));
    let younger = app.meets(oleg, "89123456780", "Иванов И", ad).await;
    app.act(maria, async |crm| clients::take(crm, younger).await.unwrap()).await;
    let of_younger = Fixture { client: younger };
    let id = of_younger.offer(&app, maria, mikhail).await.unwrap();
    app.act(adam, async |crm| clients::merge(crm, fixture.client, younger, &why("дубль")).await.unwrap()).await;
    let late = app.act(mikhail, async |crm| handover::accept(crm, id).await.split_refusal().unwrap()).await;
    assert!(matches!(late, Err(Refusal::HandoverEnded { by, .. }) if by == "Adam"));
    assert_eq!(app.count("select count(*) from client_handover where client_id = 1").await, 1);
}

#[tokio::test]
async fn every_step_of_a_hand_over_is_undone_by_its_author_while_nothing_rests_on_it() {
    let app = TestApp::new().await;
    let (fixture, maria, mikhail, _) = Fixture::set(&app).await;
    let (hers, his) = (app.staff_id(maria).await.0, app.staff_id(mikhail).await.0);
    maria.types("/find Иванов").await.taps("Следующий шаг").await.taps("Завтра 10:00").await;
    app.passes(chrono::Duration::minutes(1));
    maria.taps("Передать").await.taps("Mikhail").await.taps("Пропустить").await.taps("Подтвердить").await;
    maria.taps("Отменить: предложена передача").await.hides("Передаётся");
    assert!(!mikhail.has_button("Принять"), "his notice is closed");
    app.passes(chrono::Duration::minutes(1));
    maria.taps("Передать").await.taps("Mikhail").await.taps("Пропустить").await.taps("Подтвердить").await;
    app.passes(chrono::Duration::minutes(1));
    mikhail.taps("Принять").await.shows("Ведёт: Mikhail").taps("Отменить: передача").await.shows("Ведёт: Maria");
    mikhail.shows("Передаётся: Maria → Mikhail").shows("Следующий шаг: 13 мар., пт, 10:00, Maria");
    assert_eq!(fixture.responsible(&app).await, Some(hers));
    assert!(maria.notices().pop().unwrap().contains("снова ждёт ответа"));
    app.passes(chrono::Duration::minutes(1));
    mikhail.taps("Отклонить").await.taps("Пропустить").await.taps("Подтвердить").await.taps("Отменить: передача").await;
    mikhail.shows("Передаётся").taps("Принять").await;
    assert_eq!(fixture.responsible(&app).await, Some(his));
    // A contract rests on it.
    let undo = mikhail.button("Отменить: передача");
    app.a_contract(fixture.client, "2026-03-12", "2026-12-31").await;
    mikhail.does(Input::Tap(Some(undo))).await;
    assert_eq!(fixture.responsible(&app).await, Some(his));
}
