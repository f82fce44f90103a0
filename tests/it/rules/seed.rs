//! `/seed_groups` (A12, A14).

use crmbot::domain::{Group, Permission};
use crmbot::flows::dialogue::Input;

use crate::support::app::TestApp;
use crate::support::invites::codes;

const EVERYTHING: &str = "select (select count(*) from user_group) + (select count(*) from group_permission)
    + (select count(*) from group_member) + (select count(*) from staff_user) + (select count(*) from invite)
    + (select count(*) from audit_event)";

#[tokio::test]
async fn a12_the_preview_changes_nothing_and_apply_makes_what_the_rights_table_says() {
    let app = TestApp::new().await;
    let boss = app.superuser("boss").await;
    let before = app.count(EVERYTHING).await;
    boss.types("/seed_groups").await.shows("🆕 Операторы: 15 прав").shows("🆕 operator, группа «Операторы»");
    assert_eq!(app.count(EVERYTHING).await, before);
    boss.taps("Применить").await.hears("Создано групп: 4, учётных записей: 4, дополнено: 0");
    for group in Group::ALL {
        let rights: Vec<String> = sqlx::query_scalar(
            "select permission from group_permission p join user_group g on g.id = p.group_id
              where g.name = $1 and p.revoked_at is null",
        )
        .bind(group.name())
        .fetch_all(app.sql())
        .await
        .unwrap();
        let held = rights.iter().map(|code| Permission::from_code(code).unwrap()).collect();
        assert_eq!(group.permission_set(), held, "{group:?}");
    }
    let members: Vec<(String, String)> = sqlx::query_as(
        "select u.username, g.name from group_member m join staff_user u on u.id = m.user_id
           join user_group g on g.id = m.group_id order by u.username",
    )
    .fetch_all(app.sql())
    .await
    .unwrap();
    let expected =
        [("crm_admin1", "Admins"), ("manager", "Managers"), ("marketer", "Marketers"), ("operator", "Operators")];
    assert_eq!(members, expected.map(|(user, group)| (user.to_owned(), group.to_owned())));
    let codes = codes(&boss.screen());
    assert_eq!(codes.len(), 4);
    let oleg = app.stranger("oleg", "ru");
    oleg.types(&format!("/start {}", codes[1])).await.shows("operator").taps("Да").await.shows("Вы вошли");
    boss.types("/seed_groups").await.shows("operator (Оператор): уже внутри");
}

#[tokio::test]
async fn a12_the_second_run_changes_nothing_fails_nothing_and_says_what_it_found() {
    let app = TestApp::new().await;
    let boss = app.superuser("boss").await;
    boss.types("/seed_groups").await.taps("Применить").await;
    let code = codes(&boss.screen()).pop().unwrap();
    let before = app.count(EVERYTHING).await;
    boss.types("/seed_groups").await.shows("Всё уже на месте").shows("marketer (Маркетолог): ещё не входил");
    assert!(codes(&boss.screen()).is_empty(), "the links were shown once");
    boss.taps("Применить").await.hears("Ничего не изменено. Найдено групп: 4, учётных записей: 4");
    assert_eq!(app.count(EVERYTHING).await, before);
    // Invites that are on their way still work; a new one is made only on request, and ends the old one.
    boss.taps("Новое приглашение: marketer").await;
    let fresh = codes(&boss.screen()).pop().unwrap();
    let mark = app.stranger("mark", "ru");
    mark.types(&format!("/start {code}")).await.shows("не действует");
    mark.types(&format!("/start {fresh}")).await.taps("Да").await.shows("Вы вошли");
    boss.types("/seed_groups").await;
    assert!(!boss.has_button("Новое приглашение: marketer") && boss.has_button("Новое приглашение: manager"));
}

#[tokio::test]
async fn a12_what_administrators_did_stays_and_what_is_missing_comes_back() {
    let app = TestApp::new().await;
    let boss = app.superuser("boss").await;
    let maria = app.staff("maria", &[Group::Managers]).await;
    maria.types("/menu").await;
    boss.types("/seed_groups").await.shows("✔️ Менеджеры").taps("Применить").await;
    for change in [
        "delete from group_permission where permission = 'contract.add'", // as before an update that brings a new right
        "insert into group_permission (group_id, permission, granted_at) select id, 'export.all', now() from user_group where name = 'Managers'",
        "update group_member set removed_at = now() where user_id = (select id from staff_user where username = 'operator')",
        "update staff_user set active = false where username = 'marketer'",
    ] {
        sqlx::query(change).execute(app.sql()).await.unwrap();
    }
    boss.types("/seed_groups")
        .await
        .shows("✏️ Менеджеры: добавится 1 право")
        .shows("marketer (Маркетолог): доступ заблокирован");
    boss.taps("Применить").await.hears("Создано групп: 0, учётных записей: 0, дополнено: 1");
    let held = "select count(*) from group_permission p join user_group g on g.id = p.group_id and g.name = 'Managers'
                 where p.revoked_at is null and permission in ('contract.add', 'export.all')";
    assert_eq!(app.count(held).await, 2);
    let outside = "select count(*) from group_member where removed_at is null
                    and user_id = (select id from staff_user where username = 'operator')";
    assert_eq!(app.count(outside).await, 0, "who was taken out of a group stays out");
    assert_eq!(app.count("select count(*) from staff_user where username = 'marketer' and active").await, 0);
}

#[tokio::test]
async fn a12_rights_that_were_withdrawn_are_named_and_stay_so_unless_chosen() {
    let app = TestApp::new().await;
    let boss = app.superuser("boss").await;
    boss.types("/seed_groups").await.taps("Применить").await;
    let withdraw = "update group_permission p set revoked_at = now() from user_group g
                     where g.id = p.group_id and g.name = 'Operators' and permission = 'client.view'";
    sqlx::query(withdraw).execute(app.sql()).await.unwrap();
    let held = "select count(*) from group_permission p join user_group g on g.id = p.group_id and g.name = 'Operators'
                 where p.revoked_at is null and permission = 'client.view'";
    boss.types("/seed_groups")
        .await
        .shows("✔️ Операторы: новых прав нет\n🔒 отобрано и останется так: ")
        .shows("Всё уже на месте");
    boss.taps("Применить").await.hears("Ничего не изменено");
    assert_eq!(app.count(held).await, 0);
    boss.taps("Вернуть и отобранное").await.shows("✏️ Операторы: добавится 1 право\n↩️ вернётся отобранное: ");
    boss.taps("Отобранное не возвращать").await.shows("останется так");
    boss.taps("Вернуть и отобранное").await.taps("Применить").await.hears("дополнено: 1");
    assert_eq!(app.count(held).await, 1);
    assert!(!boss.has_button("Вернуть и отобранное"));
    boss.types("/seed_groups").await.shows("✔️ Операторы: все права на месте");
}

#[tokio::test]
async fn a12_an_account_that_is_there_already_joins_its_group_and_gets_no_second_way_in() {
    let app = TestApp::new().await;
    let admin = app.superuser("crm_admin1").await;
    admin.types("/seed_groups").await.shows("✏️ crm_admin1").taps("Применить").await.hears("дополнено: 1");
    assert_eq!(codes(&admin.screen()).len(), 3);
    let joined = "select count(*) from group_member m join user_group g on g.id = m.group_id and g.name = 'Admins'
                   join staff_user u on u.id = m.user_id and u.username = 'crm_admin1'";
    assert_eq!(app.count(joined).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a12_two_administrators_and_doubled_taps_at_once_do_no_harm() {
    let app = TestApp::new().await;
    let (boss, anna) = (app.superuser("boss").await, app.superuser("anna").await);
    boss.types("/seed_groups").await;
    anna.types("/seed_groups").await;
    let (one, other) = (boss.button("Применить"), anna.button("Применить"));
    let taps = [(boss, one), (anna, other), (boss, one), (anna, other)];
    futures::future::join_all(
        taps.iter().map(|(who, tap)| app.turns.clone().process(who.update(Input::Tap(Some(*tap))))),
    )
    .await;
    app.collect().await;
    assert_eq!(app.count("select count(*) from user_group").await, 4);
    assert_eq!(app.count("select count(*) from staff_user where id > 0").await, 6);
    assert_eq!(app.count("select count(*) from invite where revoked_at is null").await, 4);
    assert_eq!(app.count("select count(*) from parked_update").await, 0);
}

#[tokio::test]
async fn only_a_user_who_may_set_up_groups_sees_it_and_the_menu_of_those_concerned_follows() {
    let app = TestApp::new().await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("/seed_groups").await.shows("нет на это права");
    assert_eq!(app.count("select count(*) from audit_event where action = 'denied'").await, 1);
    sqlx::query("delete from group_permission where permission = 'client.add'").execute(app.sql()).await.unwrap();
    // No program takes a row away: it withdraws the right, and the epoch of the people grows with that.
    sqlx::query("update staff_user set authz_epoch = authz_epoch + 1").execute(app.sql()).await.unwrap();
    oleg.types("/menu").await;
    let without = oleg.commands();
    let boss = app.superuser("boss").await;
    boss.types("/seed_groups").await.taps("Применить").await;
    assert_ne!(oleg.commands(), without, "his menu has grown without a word from him");
}
