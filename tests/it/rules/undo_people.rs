//! Undo of what concerns people: a workload that was handed over, a group that was made. Who stays an administrator (A8).

use chrono::Duration;
use crmbot::crm::{
    Refusal, SplitRefusal, Undone, access, clients, contracts, follow_ups, group_rights, groups, handover, rights, undo,
};
use crmbot::domain::{Group, Permission, Remark};

use crate::support::app::{TestApp, TestUser};
use crate::support::trade::contract_draft;

const WORK: &str = "select string_agg(line, E'\n' order by line) from (
    select concat_ws('|', 'client', id, responsible_id, taken_at) as line from client
    union all select concat_ws('|', 'step', id, owner_id, done_at) from follow_up
    union all select concat_ws('|', 'offer', id, client_id, from_id, to_id) from client_handover
               where num_nonnulls(accepted_at, declined_at, withdrawn_at) = 0) _";

async fn work(app: &TestApp) -> String {
    sqlx::query_scalar(WORK).fetch_one(app.sql()).await.unwrap()
}

async fn undoes(app: &TestApp, who: TestUser<'_>, event: i64) -> Result<Undone, Refusal> {
    app.act(who, async |crm| undo::undo(crm, event).await.split_refusal().unwrap()).await
}

async fn last_event(app: &TestApp) -> i64 {
    app.count("select max(id) from audit_event where action <> 'denied'").await
}

#[tokio::test]
async fn a_workload_that_was_handed_over_goes_back_whole_or_not_at_all() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let (max, nina) = (app.staff("max", &[Group::Managers]).await, app.staff("nina", &[Group::Managers]).await);
    let anna = app.staff("anna", &[Group::Admins]).await;
    let (from, to) = (app.staff_id(max).await, app.staff_id(nina).await);
    let mut taken = Vec::new();
    for number in 1..=3 {
        taken.push(app.meets(oleg, &format!("8900000000{number}"), "Иванов", ad).await);
        app.passes(Duration::minutes(1));
    }
    let hers = app.meets(oleg, "89000000009", "Чужой", ad).await;
    app.act(max, async |crm| {
        for &client in &taken {
            clients::take(crm, client).await.unwrap();
            let due = crm.now + Duration::days(client);
            follow_ups::set(crm, client, due).await.unwrap();
        }
        handover::offer(crm, taken[0], to, &Remark::parse("").unwrap()).await.unwrap();
    })
    .await;
    app.act(nina, async |crm| {
        clients::take(crm, hers).await.unwrap();
        handover::offer(crm, hers, from, &Remark::parse("").unwrap()).await.unwrap();
    })
    .await;
    app.passes(Duration::minutes(1));
    let before = work(&app).await;
    anna.types("/staff").await.taps("Max").await.taps("Передать всё").await.taps("Nina").await.taps("Да").await;
    assert_ne!(work(&app).await, before);
    app.passes(Duration::minutes(1));
    anna.taps("Отменить: дела переданы").await.hears("Отменено");
    assert_eq!(work(&app).await, before);
    assert!(
        nina.notices().iter().any(|notice| notice.contains("Передача дел отменена: 3 клиента")),
        "{:?}",
        nina.notices()
    );
    // It is no part of the clients' history of owners.
    assert_eq!(app.count("select count(*) from client_handover where accepted_at is not null").await, 0);
    let undone = "select count(*) from audit_event undo join audit_event e on e.id = undo.undoes
                   where e.action = 'hand_over' and e.entity in ('client', 'follow_up')";
    assert_eq!(app.count(undone).await, 6);
    // Once a contract is signed with one of them, all stay.
    app.act(anna, async |crm| handover::transfer_all(crm, from, to).await.split_refusal().unwrap()).await.unwrap();
    let event = last_event(&app).await;
    app.passes(Duration::minutes(1));
    let touch = app.touch_of(nina, taken[1]).await;
    let service = app.a_service("SEO").await;
    let draft = contract_draft(taken[1], touch, service, "1500", "2026-03-12", "2026-04-11");
    app.act(nina, async |crm| contracts::create(crm, &draft).await.split_refusal().unwrap()).await.unwrap();
    let handed = work(&app).await;
    assert_eq!(undoes(&app, anna, event).await, Err(Refusal::HasDependents));
    assert_eq!(work(&app).await, handed);
}

#[tokio::test]
async fn a_workload_that_went_back_is_handed_over_again_unless_its_receiver_takes_clients_no_more() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let (max, nina) = (app.staff("max", &[Group::Managers]).await, app.staff("nina", &[Group::Managers]).await);
    let anna = app.staff("anna", &[Group::Admins]).await;
    let (from, to) = (app.staff_id(max).await, app.staff_id(nina).await);
    for number in 1..=2 {
        let client = app.meets(oleg, &format!("8900000000{number}"), "Иванов", ad).await;
        app.act(max, async |crm| {
            clients::take(crm, client).await.unwrap();
            follow_ups::set(crm, client, crm.now + Duration::days(1)).await.unwrap();
            if number == 1 {
                handover::offer(crm, client, to, &Remark::parse("").unwrap()).await.unwrap();
            }
        })
        .await;
    }
    // When each was taken grows with every handover.
    let owners = async || -> String {
        let sql = WORK.replace(", taken_at", "");
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(app.sql()).await.unwrap()
    };
    app.passes(Duration::minutes(1));
    let before = owners().await;
    app.act(anna, async |crm| handover::transfer_all(crm, from, to).await.unwrap()).await;
    let handed = owners().await;
    assert_ne!(handed, before);
    let mut event = last_event(&app).await;
    for _ in 0..2 {
        app.passes(Duration::minutes(1));
        assert!(undoes(&app, anna, event).await.is_ok());
        assert_eq!(owners().await, before);
        app.passes(Duration::minutes(1));
        let undo = last_event(&app).await;
        assert_eq!(undoes(&app, max, undo).await, Err(Refusal::Gone), "another's undo");
        assert_eq!(undoes(&app, anna, undo).await, Ok(Undone::Again));
        assert_eq!(owners().await, handed);
        event = last_event(&app).await;
    }
    // In the chat.
    anna.types("/staff").await.taps("Max").await.taps("Отменить: дела переданы").await.hears("Отменено");
    assert_eq!(owners().await, before);
    anna.taps("Снова: дела переданы").await.hears("Сделано снова");
    assert_eq!(owners().await, handed);
    anna.taps("Отменить: дела переданы").await;
    let undo = last_event(&app).await;
    app.act(anna, async |crm| rights::set_active(crm, to, false).await.unwrap()).await;
    assert_eq!(undoes(&app, anna, undo).await, Err(Refusal::Gone));
    assert_eq!(
        app.count(
            "select count(*) from client where responsible_id = (select id from staff_user where username = 'max')"
        )
        .await,
        2
    );
}

#[tokio::test]
async fn a_group_that_was_made_by_mistake_goes_unless_it_has_members_and_comes_back_with_the_seed() {
    let app = TestApp::new().await;
    let boss = app.superuser("boss").await;
    app.act(boss, async |crm| groups::apply_seed(crm, false, |_| "X".to_owned()).await.split_refusal().unwrap())
        .await
        .map(|_| ())
        .unwrap();
    let event = app
        .count("select id from audit_event where action = 'create' and entity = 'group' order by id desc limit 1")
        .await;
    let group = app.count("select max(id) from user_group").await;
    assert_eq!(undoes(&app, boss, event).await, Err(Refusal::HasDependents), "the first administrator is in it");
    boss.types("/groups").await.taps("Администраторы").await;
    assert!(!boss.buttons().iter().any(|label| label.contains("Отменить")), "{:?}", boss.buttons());
    let member = crmbot::crm::StaffId(
        app.count("select user_id from group_member where group_id = (select max(id) from user_group)").await,
    );
    app.act(boss, async |crm| rights::set_group(crm, member, group, false).await.split_refusal().unwrap())
        .await
        .unwrap();
    boss.types("/groups").await.taps("Администраторы").await.taps("Отменить: новая группа").await.taps("Да").await;
    boss.hears("Отменено");
    boss.types("/groups").await.hides("Администраторы").shows("Операторы");
    let held = "select count(*) from group_permission where revoked_at is null and group_id = (select max(id) from user_group)";
    assert_eq!(app.count(held).await, 0);
    let joined =
        app.act(boss, async |crm| rights::set_group(crm, member, group, true).await.split_refusal().unwrap()).await;
    assert_eq!(joined, Err(Refusal::Gone));
    let right = Permission::ClientView;
    let given =
        app.act(boss, async |crm| group_rights::set(crm, group, right, true).await.split_refusal().unwrap()).await;
    assert_eq!(given, Err(Refusal::Gone));
    // A12: it is missing, so it is made, with its rights
    boss.types("/seed_groups").await.shows("🆕 Администраторы").taps("Применить").await.hears("Создано групп: 1");
    boss.types("/groups").await.shows("Администраторы");
    assert!(app.count(held).await > 20);
}

#[tokio::test]
async fn an_older_program_that_uses_an_undone_group_brings_it_back() {
    let app = TestApp::new().await;
    let boss = app.superuser("boss").await;
    let group = app.group(Group::Marketers).await;
    sqlx::query("update user_group set voided_at = now()").execute(app.sql()).await.unwrap();
    sqlx::query("insert into group_permission (group_id, permission, granted_at) values ($1, 'client.view', now())")
        .bind(group)
        .execute(app.sql())
        .await
        .unwrap();
    boss.types("/groups").await.shows("Маркетологи");
}

#[tokio::test]
async fn a8_the_last_administrator_neither_logs_out_without_a_password_nor_loses_the_link() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    anna.types("/logout").await.taps("Да").await.hears("/password");
    let linked = "select count(*) from telegram_link where unlinked_at is null";
    assert_eq!(app.count(linked).await, 2);
    assert_eq!(app.count("select count(*) from audit_event where action = 'logout'").await, 0);
    let her = app.staff_id(anna).await;
    let refused = app.act(anna, async |crm| access::revoke_link(crm, her).await.split_refusal().unwrap()).await;
    assert_eq!(refused, Err(Refusal::LastAdministrator));
    // Everybody else may leave, and so may she once there is a way back.
    oleg.types("/logout").await.taps("Да").await.hears("вышли");
    sqlx::query("update staff_user set password_hash = 'x' where username = 'anna'").execute(app.sql()).await.unwrap();
    anna.types("/logout").await.taps("Да").await.hears("вышли");
    assert_eq!(app.count(linked).await, 0);
}

#[tokio::test]
async fn g6_groups_of_a_superuser_are_changed_by_superusers_alone() {
    let app = TestApp::new().await;
    let boss = app.superuser("boss").await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let (his, group) = (app.staff_id(boss).await, app.group(Group::Operators).await);
    let set = async |who, member| {
        app.act(who, async |crm| rights::set_group(crm, his, group, member).await.split_refusal().unwrap()).await
    };
    assert_eq!(set(anna, true).await, Err(Refusal::Denied));
    assert_eq!(app.count("select count(*) from audit_event where action = 'denied'").await, 1);
    assert_eq!(set(boss, true).await, Ok(true));
    assert_eq!(set(anna, false).await, Err(Refusal::Denied));
    assert_eq!(app.count("select count(*) from group_member where removed_at is null and group_id = (select id from user_group where name = 'Operators')").await, 1);
}
