//! Where a hand-over ends beside its answer: the end of access at the same moment, an undo too late, all at once to a successor.

use crmbot::crm::{Refusal, SplitRefusal, StaffId, follow_ups, handover, rights, undo};
use crmbot::domain::Group;

use super::Fixture;
use crate::support::app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_and_the_end_of_access_at_once_end_a_hand_over_one_way_and_both_go_through() {
    let app = TestApp::new().await;
    let (fixture, maria, mikhail, anna) = Fixture::set(&app).await;
    let boss = app.staff("boss", &[Group::Admins]).await;
    let (him, her) = (app.staff_id(mikhail).await, app.staff_id(anna).await);
    // The commits come later than the other's look: the second waits for the first's row.
    let pause = async |ms| tokio::time::sleep(std::time::Duration::from_millis(ms)).await;
    let id = fixture.offer(&app, maria, mikhail).await.unwrap();
    let answer = app.act(mikhail, async |crm| {
        let done = handover::accept(crm, id).await.split_refusal().unwrap();
        pause(600).await;
        done
    });
    let block = app.act(boss, async |crm| {
        pause(200).await;
        rights::set_active(crm, him, false).await.split_refusal().unwrap()
    });
    assert_eq!(tokio::join!(answer, block), (Ok(fixture.client), Ok(true)));
    assert_eq!(fixture.responsible(&app).await, Some(him.0));
    for accepts in [true, false] {
        let id = fixture.offer(&app, boss, anna).await.unwrap();
        let block = app.act(boss, async |crm| {
            let done = rights::set_active(crm, her, false).await.split_refusal().unwrap();
            pause(600).await;
            done
        });
        let answer = app.act(anna, async |crm| {
            pause(200).await;
            match accepts {
                true => handover::accept(crm, id).await.split_refusal().unwrap(),
                false => handover::decline(crm, id, None).await.split_refusal().unwrap(),
            }
        });
        let (answered, blocked) = tokio::join!(answer, block);
        assert!(matches!(answered, Err(Refusal::HandoverEnded { ref by, .. }) if by == "Boss"), "{answered:?}");
        assert_eq!(blocked, Ok(true));
        assert_eq!(fixture.responsible(&app).await, Some(him.0), "he has him still");
        app.act(boss, async |crm| rights::set_active(crm, her, true).await.split_refusal().unwrap().unwrap()).await;
    }
}

#[tokio::test]
async fn an_undo_leaves_nothing_waiting_for_somebody_who_cannot_answer_and_takes_no_newer_step_along() {
    let app = TestApp::new().await;
    let (fixture, maria, mikhail, _) = Fixture::set(&app).await;
    let boss = app.staff("boss", &[Group::Admins]).await;
    let (hers, his) = (app.staff_id(maria).await, app.staff_id(mikhail).await);
    let last = async |action: &'static str| {
        let sql = "select max(id) from audit_event where action = $1 and entity = 'client'";
        sqlx::query_scalar::<_, i64>(sql).bind(action).fetch_one(app.sql()).await.unwrap()
    };
    let step = async |who, days| {
        let at = app.now() + chrono::Duration::days(days);
        app.act(who, async |crm| follow_ups::set(crm, fixture.client, at).await.split_refusal().unwrap().unwrap())
            .await;
    };
    step(maria, 1).await;
    let id = fixture.offer(&app, maria, mikhail).await.unwrap();
    app.act(mikhail, async |crm| handover::accept(crm, id).await.unwrap()).await;
    let accepted = last("accept").await;
    // The step that came along is done; the one the new owner plans then is their own.
    sqlx::query("update follow_up set done_at = $1").bind(app.now()).execute(app.sql()).await.unwrap();
    let own = "insert into follow_up (client_id, owner_id, due_at, created_at, created_by) values ($1, $2, $3, $3, $2)";
    let own = sqlx::query(own).bind(fixture.client).bind(his.0).bind(app.now());
    own.execute(app.sql()).await.unwrap();
    app.act(mikhail, async |crm| undo::undo(crm, accepted).await.split_refusal().unwrap().unwrap()).await;
    assert_eq!(fixture.responsible(&app).await, Some(hers.0));
    assert_eq!(app.count("select owner_id from follow_up where done_at is null").await, his.0);
    // Blocked meanwhile, the colleague is not asked again.
    app.passes(chrono::Duration::minutes(1));
    app.act(maria, async |crm| handover::withdraw(crm, id).await.unwrap()).await;
    let withdrawn = last("withdraw").await;
    app.act(boss, async |crm| rights::set_active(crm, his, false).await.unwrap()).await;
    let undone = app.act(maria, async |crm| undo::undo(crm, withdrawn).await.split_refusal().unwrap()).await;
    assert_eq!(undone, Err(Refusal::HasDependents));
    let waiting = "select count(*) from client_handover where num_nonnulls(accepted_at, declined_at, withdrawn_at) = 0";
    assert_eq!(app.count(waiting).await, 0);
}

#[tokio::test]
async fn all_goes_to_whoever_can_be_told_and_next_steps_alone_are_told_too() {
    let app = TestApp::new().await;
    let (fixture, maria, mikhail, anna) = Fixture::set(&app).await;
    let boss = app.staff("boss", &[Group::Admins]).await;
    let (hers, his) = (app.staff_id(anna).await, app.staff_id(mikhail).await);
    let at = app.now() + chrono::Duration::days(1);
    app.act(anna, async |crm| follow_ups::set(crm, fixture.client, at).await.split_refusal().unwrap().unwrap()).await;
    let all = async |from, to| {
        app.act(boss, async |crm| handover::transfer_all(crm, from, to).await.split_refusal().unwrap().map(|_| ()))
            .await
    };
    for forged in [i64::MIN, 0, -1, 9999, hers.0] {
        assert_eq!(all(hers, StaffId(forged)).await, Err(Refusal::Gone));
    }
    boss.types("/staff").await.taps("Anna").await.taps("Передать всё").await.taps("Maria").await.taps("Да").await;
    assert_eq!(maria.notices(), ["🔔 Теперь 1 следующий шаг от Anna — ваш."]);
    boss.types("/staff").await.taps("Maria").await.taps("Передать всё").await.taps("Mikhail").await.taps("Да").await;
    assert_eq!(mikhail.notices(), ["🤝 Теперь 1 клиент от Maria — ваш.\n🔔 И 1 следующий шаг."]);
    // Without a link no notice can reach the colleague: they are not offered.
    sqlx::query("update telegram_link set unlinked_at = $2 where user_id = $1")
        .bind(hers.0)
        .bind(app.now())
        .execute(app.sql())
        .await
        .unwrap();
    let offered = app.act(boss, async |crm| handover::successors(crm, his, None, 8).await.unwrap().rows).await;
    assert!(!offered.is_empty() && offered.iter().all(|(id, _)| *id != hers), "{offered:?}");
    assert_eq!(all(his, hers).await, Err(Refusal::Gone));
}
