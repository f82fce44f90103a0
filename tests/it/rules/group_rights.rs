//! Rights of groups, switched in the chat (A5, A8, G5), and everybody's own settings.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crmbot::crm::{Refusal, SplitRefusal, group_rights};
use crmbot::domain::{Group, Permission};
use crmbot::turn::Outbox;

use crate::support::app::TestApp;

#[tokio::test]
async fn g5_a_right_taken_from_a_group_is_gone_at_once_and_menus_follow() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("8 912 345-67-89 Иванов, Авито").await.shows("Иванов");
    assert!(oleg.commands().contains(&"lead".to_owned()));
    anna.types("/groups").await.shows("Операторы: 1 человек, 15 прав").taps("Операторы").await;
    anna.taps("›").await.taps("заводить клиентов").await.hears("больше не может заводить клиентов");
    assert!(!oleg.commands().contains(&"lead".to_owned()), "his menu has followed without a word from him");
    oleg.taps("Сохранить").await.hears("нет на это права");
    assert_eq!(app.count("select count(*) from client").await, 0);
    assert_eq!(
        app.count("select count(*) from audit_event where action = 'withdraw' and after -> 'revoked' ? 'client.add'")
            .await,
        1
    );
    anna.taps("заводить клиентов").await.hears("Теперь группа может заводить клиентов");
    assert!(oleg.commands().contains(&"lead".to_owned()));
    anna.taps("Назад").await.shows("Операторы: 1 человек, 15 прав");
}

#[tokio::test]
async fn a8_somebody_keeps_the_rights_over_people_and_groups() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let (admins, operators) = (app.group(Group::Admins).await, app.group(Group::Operators).await);
    let set = async |who, group, right, on| {
        app.act(who, async |crm| group_rights::set(crm, group, right, on).await.split_refusal().unwrap()).await
    };
    for right in [Permission::StaffManage, Permission::GroupManage] {
        assert_eq!(set(anna, admins, right, false).await, Err(Refusal::LastAdministrator));
    }
    assert_eq!(set(oleg, operators, Permission::GroupManage, true).await, Err(Refusal::Denied));
    assert_eq!(set(anna, 999, Permission::ClientAdd, true).await, Err(Refusal::Gone));
    assert_eq!(set(anna, admins, Permission::SystemCheck, false).await, Ok(true));
    assert_eq!(set(anna, admins, Permission::SystemCheck, false).await, Ok(false), "nothing the second time");
    // The administrator can be restricted as long as a superuser is there; the superuser cannot.
    let boss = app.superuser("boss").await;
    anna.types("/groups").await.taps("Администраторы").await;
    for _ in 0..4 {
        anna.taps("›").await;
    }
    anna.taps("настраивать группы").await.shows("Anna, что делаем?").hears("больше не может настраивать группы");
    assert!(!anna.commands().contains(&"groups".to_owned()));
    boss.types("/groups").await.shows("Администраторы: 1 человек, 23 права");
}

/// Sources of use cases and screens, without the sentences for rights.
fn demands() -> String {
    fn walk(folder: &Path, into: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => walk(&path, into),
                false if path.ends_with("flows/labels.rs") => {}
                false => into.push_str(&fs::read_to_string(&path).unwrap()),
            }
        }
    }
    let mut text = String::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    ["crm", "flows"].iter().for_each(|folder| walk(&root.join(folder), &mut text));
    text
}

#[test]
fn every_right_that_groups_are_given_is_demanded_somewhere_and_no_other_is_given() {
    let text = demands();
    let words: BTreeSet<&str> = text.split(|sign: char| !sign.is_alphanumeric()).collect();
    for right in Permission::ALL {
        let demanded = words.contains(format!("{right:?}").as_str());
        assert_eq!(right.is_in_use(), demanded, "{right:?}: see Permission::WITHOUT_USE");
        assert!(right.is_in_use() || Group::ALL.iter().all(|group| !group.permission_set().has(right)), "{right:?}");
    }
}

#[tokio::test]
async fn a_right_that_leads_nowhere_is_neither_shown_nor_given_and_an_old_grant_of_it_is_not_counted() {
    let app = TestApp::new().await;
    let boss = app.english("boss", &[Group::Admins]).await;
    let group = app.group(Group::Managers).await;
    sqlx::query("insert into group_permission (group_id, permission, granted_at) values ($1, 'export.own', now())")
        .bind(group)
        .execute(app.sql())
        .await
        .unwrap();
    boss.types("/groups").await.shows("Managers: 0 people, 20 rights").taps("Managers").await;
    loop {
        assert!(!boss.buttons().iter().any(|label| label.contains("export") || label.contains("from figures")));
        if !boss.has_button("›") {
            break;
        }
        boss.taps("›").await;
    }
    for right in Permission::WITHOUT_USE {
        let given =
            app.act(boss, async |crm| group_rights::set(crm, group, right, true).await.split_refusal().unwrap());
        assert_eq!(given.await, Err(Refusal::Gone), "{right:?}");
    }
    let taken = app.act(boss, async |crm| {
        group_rights::set(crm, group, Permission::ExportOwn, false).await.split_refusal().unwrap()
    });
    assert_eq!(taken.await, Ok(true));
}

#[tokio::test]
async fn settings_are_everybodys_own_and_a_muted_notice_does_not_come() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let max = app.staff("max", &[Group::Managers]).await;
    max.types("/settings").await.shows("Москва, 12:00").taps("Часовой пояс").await.taps("Владивосток").await;
    max.hears("сейчас там 19:00").shows("Владивосток, 19:00").taps("Часовой пояс").await;
    max.types("Марс")
        .await
        .shows("такого названия нет")
        .types("asia/novosibirsk")
        .await
        .shows("Asia/Novosibirsk, 16:00");
    max.taps("Тихие часы").await.types("22").await.shows("два разных времени").types("22-8").await.shows("22:00–08:00");
    max.taps("Тихие часы").await.taps("Без тихих часов").await.shows("Тихие часы: нет");
    max.taps("🔔 Новые").await;
    oleg.types("8 912 345-67-89 Иванов, Авито").await.taps("Сохранить").await;
    assert!(max.notices().is_empty());
    max.taps("🔕 Новые").await;
    oleg.types("8 900 000-00-01 Петров, Авито").await.taps("Сохранить").await;
    assert_eq!(max.notices().len(), 1);
    max.types("/audit").await.shows("изменены настройки").taps("1").await.shows("Отключённые уведомления: Новые");
    assert_eq!(app.count("select count(*) from audit_event where action = 'settings'").await, 6);
}

#[tokio::test]
async fn g5_what_is_on_its_way_to_somebody_is_dropped_once_his_groups_rights_have_changed() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let max = app.staff("max", &[Group::Managers]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    oleg.types("8 912 345-67-89 Иванов, Авито").await.taps("Сохранить").await;
    assert_eq!(max.notices().len(), 1);
    let queued: i64 = sqlx::query_scalar("select id from outbox where chat_id = $1 and bulk")
        .bind(max.id)
        .fetch_one(app.sql())
        .await
        .unwrap();
    let outbox = Outbox::new(app.db.working().clone(), &app.turns.settings.liveness);
    assert!(outbox.due(queued).await.unwrap().unwrap().allowed);
    let managers = app.group(Group::Managers).await;
    app.act(anna, async |crm| {
        group_rights::set(crm, managers, Permission::ClientView, false).await.split_refusal().unwrap().unwrap();
    })
    .await;
    assert!(!outbox.due(queued).await.unwrap().unwrap().allowed);
}
