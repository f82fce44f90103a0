//! `/staff`: people, groups, block and unblock (A6, A8), and who may manage whom.

use crmbot::crm::{Refusal, SplitRefusal, access, invites, people, rights};
use crmbot::domain::Group;
use crmbot::flows::dialogue::Input;

use crate::support::app::TestApp;
use crate::support::invites::codes;

const ADMINISTRATORS: &str = "select count(distinct u.id) from staff_user u
    join group_member m on m.user_id = u.id and m.removed_at is null
    join user_group g on g.id = m.group_id and g.name = 'Admins' where u.active";

#[tokio::test]
async fn a6_a_person_is_blocked_from_his_card_and_his_access_ends_at_once() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("/me").await.shows("Логин: oleg");
    anna.types("/staff").await.shows("Сотрудников: 2").taps("Oleg").await.shows("Операторы");
    let old = oleg.button("Язык");
    anna.taps("Заблокировать").await.taps("Да").await.hears("Доступ заблокирован");
    assert!(oleg.commands().is_empty(), "the menu is gone without a word from him");
    oleg.shows("Здравствуйте").hides("oleg").does(Input::Tap(Some(old))).await.shows("Здравствуйте").hides("oleg");
    oleg.types("/me").await.shows("Здравствуйте");
    anna.taps("Разблокировать").await.shows("Вернуть доступ").taps("Нет").await;
    oleg.types("/me").await.shows("Здравствуйте");
    anna.taps("Разблокировать").await.taps("Да").await.hears("Доступ возвращён");
    oleg.types("/me").await.shows("Логин: oleg");
}

#[tokio::test]
async fn a6_block_and_unblock_in_the_chat_and_invites_on_their_way_end_with_it() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    app.group(Group::Operators).await;
    anna.types("/staff").await.taps("Пригласить").await;
    anna.types("olga").await.types("Ольга").await.taps("Операторы").await.taps("Дальше").await;
    anna.shows("Группы: Операторы").taps("Сохранить").await.hears("Ольга");
    let code = codes(&anna.screen()).pop().unwrap();
    anna.taps("Заблокировать").await.shows("записи сотрудника останутся").taps("Нет").await.shows("Ольга");
    anna.taps("Заблокировать").await.taps("Да").await.hears("Доступ заблокирован").shows("🚫 доступ заблокирован");
    let olga = app.stranger("olga", "ru");
    olga.types(&format!("/start {code}")).await.shows("не действует");
    anna.taps("Разблокировать").await.taps("Да").await.hears("Доступ возвращён");
    olga.types(&format!("/start {code}")).await.shows("не действует");
    anna.taps("Новое приглашение").await;
    let code = codes(&anna.screen()).pop().unwrap();
    olga.types(&format!("/start {code}")).await.taps("Да").await.shows("Вы вошли");
}

#[tokio::test]
async fn groups_are_switched_on_the_card_and_the_persons_menu_follows_at_once() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    app.group(Group::Marketers).await;
    let oleg = app.staff("oleg", &[]).await;
    oleg.types("/menu").await;
    let nothing = oleg.commands();
    anna.types("/staff").await.taps("Oleg").await.taps("Маркетологи").await.hears("Теперь в группе");
    let marketer = oleg.commands();
    assert!(marketer.len() > nothing.len());
    anna.taps("Маркетологи").await.hears("Больше не в группе");
    assert_eq!(oleg.commands(), nothing);
}

#[tokio::test]
async fn a8_the_only_active_administrator_neither_demotes_nor_blocks_himself() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    anna.types("/staff").await.taps("Anna").await.taps("Администраторы").await.hears("единственный");
    assert!(anna.answer().unwrap().1, "an alert");
    anna.taps("Заблокировать").await.taps("Да").await.hears("единственный");
    assert_eq!(app.count(ADMINISTRATORS).await, 1);
    // A user who has only been invited does not count yet.
    let group = app.group(Group::Admins).await;
    anna.types("/staff").await.taps("Пригласить").await;
    anna.types("olga").await.types("Ольга").await.taps("Администраторы").await.taps("Дальше").await;
    anna.taps("Сохранить").await;
    let code = codes(&anna.screen()).pop().unwrap();
    let me = app.staff_id(anna).await;
    let done = app.act(anna, async |crm| rights::set_group(crm, me, group, false).await).await.split_refusal().unwrap();
    assert_eq!(done, Err(Refusal::LastAdministrator));
    let olga = app.stranger("olga", "ru");
    olga.types(&format!("/start {code}")).await.taps("Да").await;
    anna.types("/staff").await.taps("Anna").await.taps("Администраторы").await;
    anna.shows("что делаем").hides("Anna · ");
    assert_eq!(app.count(ADMINISTRATORS).await, 1);
    anna.types("/staff").await.shows("нет на это права");
}

#[tokio::test]
async fn a8_the_only_superuser_without_other_administrators_stays_too() {
    let app = TestApp::new().await;
    let boss = app.superuser("boss").await;
    boss.types("/staff").await.taps("Boss").await.taps("Заблокировать").await.taps("Да").await.hears("единственный");
    app.staff("anna", &[Group::Admins]).await;
    boss.taps("Заблокировать").await.taps("Да").await.shows("Здравствуйте");
}

#[tokio::test(flavor = "multi_thread")]
async fn a8_two_administrators_who_block_each_other_at_once_leave_one() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let olga = app.staff("olga", &[Group::Admins]).await;
    anna.types("/staff").await.taps("Olga").await.taps("Заблокировать").await;
    olga.types("/staff").await.taps("Anna").await.taps("Заблокировать").await;
    let taps = [(anna, anna.button("Да")), (olga, olga.button("Да"))];
    futures::future::join_all(
        taps.iter().map(|(who, tap)| app.turns.clone().process(who.update(Input::Tap(Some(*tap))))),
    )
    .await;
    assert_eq!(app.count(ADMINISTRATORS).await, 1);
    assert_eq!(app.count("select count(*) from parked_update").await, 0);
}

#[tokio::test]
async fn g6_an_administrator_cannot_become_a_superuser_by_inviting_himself_into_one() {
    let app = TestApp::new().await;
    let boss = app.superuser("boss").await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let staff = app.staff_id(boss).await;
    anna.types("/staff").await.taps("Boss").await.taps("Новое приглашение").await.hears("нет на это права");
    anna.taps("Заблокировать").await.taps("Да").await.hears("нет на это права");
    assert!(codes(&anna.screen()).is_empty());
    let revoked = app.act(anna, async |crm| access::revoke_link(crm, staff).await).await.split_refusal().unwrap();
    assert_eq!(revoked, Err(Refusal::Denied));
    assert_eq!(app.count("select count(*) from invite").await, 0);
    assert_eq!(app.count("select count(*) from audit_event where action = 'denied'").await, 3);
}

#[tokio::test]
async fn g6_people_cannot_be_managed_without_the_right_nor_forged_ones_with_it() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let oleg = app.staff("oleg", &[Group::Operators, Group::Managers, Group::Marketers]).await;
    let (admins, his) = (app.group(Group::Admins).await, app.staff_id(oleg).await);
    for (who, group, expected) in
        [(oleg, admins, Refusal::Denied), (anna, 424_242, Refusal::Gone), (anna, -1, Refusal::Gone)]
    {
        let done =
            app.act(who, async |crm| rights::set_group(crm, his, group, true).await).await.split_refusal().unwrap();
        assert_eq!(done, Err(expected));
    }
    for id in [0, -1, 424_242] {
        let staff = crmbot::crm::StaffId(id);
        let invited =
            app.act(anna, async |crm| invites::new_invite(crm, staff).await.map(|_| ())).await.split_refusal().unwrap();
        let blocked =
            app.act(anna, async |crm| rights::set_active(crm, staff, false).await).await.split_refusal().unwrap();
        assert_eq!((invited, blocked), (Err(Refusal::Gone), Err(Refusal::Gone)), "{id}");
    }
    let read = app.act(oleg, async |crm| people::list(crm, None, 8).await.map(|_| ())).await.split_refusal().unwrap();
    assert_eq!(read, Err(Refusal::Denied));
}

#[tokio::test]
async fn a_login_that_is_taken_or_odd_is_named_and_nothing_typed_is_lost() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    anna.types("/staff").await.taps("Пригласить").await.types("Анна").await.shows("знак «а» не подходит");
    anna.types("ab").await.shows("от 3 до 32").types("ANNA").await.types("Другая <b>Анна</b>").await;
    anna.types("просто текст").await.shows("выбираются кнопками").taps("Дальше").await;
    anna.taps("Сохранить").await.hears("такое уже есть").shows("Логин?");
    anna.types("anna2").await.shows("Другая <b>Анна</b>").taps("Сохранить").await.shows("Другая <b>Анна</b>");
    assert_eq!(app.count("select count(*) from staff_user where username = 'anna2'").await, 1);
}

#[tokio::test]
async fn the_list_of_people_turns_by_pages_in_the_order_of_names() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    for number in 10..30 {
        app.staff(&format!("person{number}"), &[]).await;
    }
    anna.types("/staff").await.shows("Сотрудников: 21").shows("Person16").hides("Person17").taps("›").await;
    anna.shows("Person17").hides("Person16").taps("›").await.shows("Person29").taps("‹").await.shows("Person17");
}

#[tokio::test]
async fn g2_a_link_is_reset_after_a_question_ends_access_at_once_and_a_new_invite_lets_in_again() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    oleg.types("/menu").await.shows("что делаем");
    anna.types("/staff").await.taps("Oleg").await.taps("Отвязать Telegram").await.shows("Oleg").taps("Нет").await;
    oleg.types("/menu").await.shows("что делаем");
    anna.types("/staff").await.taps("Oleg").await.taps("Отвязать Telegram").await.taps("Да").await;
    oleg.types("/menu").await.shows("рабочий инструмент");
    anna.types("/staff").await.taps("Oleg").await.shows("снаружи").taps("Новое приглашение").await;
    let code = codes(&anna.screen()).swap_remove(0);
    let phone = app.stranger("oleg's other phone", "ru");
    phone.types(&format!("/start {code}")).await.taps("Да").await.shows("что делаем");
    assert_eq!(app.count("select count(*) from audit_event where entity = 'staff' and action = 'revoke'").await, 1);
}
