//! Ways in by invite (A2, A3, G2, G3) and what a person may see (A6, A7).

use std::collections::BTreeSet;

use chrono::Duration;
use crmbot::crm::{Actor, Crm, Error, Issued, NewPerson, Refusal, access, invites, logins};
use crmbot::domain::{FullName, Group, Username};
use crmbot::flows::dialogue::Input;
use futures::future::join_all;

use crate::support::app::{TestApp, TestUser};

/// An account with an invite, made by the administrator.
async fn invited(app: &TestApp, admin: TestUser<'_>, username: &str, groups: &[Group]) -> Issued {
    let mut ids = Vec::new();
    for group in groups {
        ids.push(app.group(*group).await);
    }
    let person = NewPerson {
        username: Username::parse(username).unwrap(),
        full_name: FullName::parse("Ольга <b>Новая</b>").unwrap(),
        groups: ids,
    };
    app.act(admin, async |crm| invites::add_person(crm, person).await).await.unwrap()
}

const LINKS: &str = "select count(*) from telegram_link l join staff_user u on u.id = l.user_id
                      where l.unlinked_at is null and u.username = 'olga'";

#[tokio::test]
async fn a2_g2_an_invite_asks_its_owner_links_him_is_spent_and_administrators_are_told() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let issued = invited(&app, anna, "olga", &[Group::Operators, Group::Managers]).await;
    let olga = app.stranger("olga", "ru");
    olga.types(&format!("/start {}", issued.invite.code.as_str())).await;
    olga.shows("Ольга <b>Новая</b>").shows("olga").shows("Операторы, Менеджеры");
    assert_eq!(app.count(LINKS).await, 0, "not before Yes");
    olga.taps("Да").await.shows("Вы вошли");
    assert_eq!(app.count(LINKS).await, 1);
    assert_eq!(app.count("select count(*) from invite where used_at is not null").await, 1);
    assert!(!olga.commands().is_empty());
    let notice = anna.notices().pop().unwrap();
    assert!(notice.contains("Ольга <b>Новая</b>"), "{notice}");
    anna.taps("Закрыть доступ").await.shows("Закрыть доступ для").taps("Да").await;
    assert_eq!(app.count(LINKS).await, 0);
    olga.types("/menu").await.shows("Здравствуйте");
}

#[tokio::test]
async fn a2_no_to_an_invite_links_nobody_and_leaves_it_usable() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    let issued = invited(&app, anna, "olga", &[]).await;
    let start = format!("/start {}", issued.invite.code.as_str());
    let olga = app.stranger("olga", "ru");
    olga.types(&start).await.taps("Нет").await.shows("Здравствуйте");
    assert_eq!(app.count(LINKS).await, 0);
    olga.types(&start).await.taps("Да").await.shows("Вы вошли");
}

#[tokio::test]
async fn a3_spent_expired_revoked_and_unknown_invites_look_the_same_and_link_nobody() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    let spent = invited(&app, anna, "maria", &[]).await.invite.code;
    app.stranger("maria", "ru").types(&format!("/start {}", spent.as_str())).await.taps("Да").await;
    let first = invited(&app, anna, "olga", &[]).await;
    let second = app.act(anna, async |crm| invites::new_invite(crm, first.staff).await).await.unwrap();
    app.passes(Duration::days(7));
    let (revoked, expired) = (first.invite.code, second.invite.code);
    let unknown = "A".repeat(43);
    let stranger = app.stranger("stefan", "ru");
    let mut answers = BTreeSet::new();
    for code in [spent.as_str(), revoked.as_str(), expired.as_str(), &unknown, "x", "'; drop table invite; --"] {
        answers.insert(stranger.types(&format!("/start {code}")).await.screen());
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert!(answers.pop_first().unwrap().contains("не действует"));
    assert_eq!(app.count(LINKS).await, 0);
}

#[tokio::test]
async fn a3_an_invite_that_expires_while_the_question_stands_links_nobody() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    let issued = invited(&app, anna, "olga", &[]).await;
    let olga = app.stranger("olga", "ru");
    app.passes(Duration::days(7) - Duration::minutes(5));
    olga.types(&format!("/start {}", issued.invite.code.as_str())).await.shows("Это вы?");
    app.passes(Duration::minutes(6));
    olga.taps("Да").await.hears("не действует").shows("Здравствуйте");
    assert_eq!(app.count(LINKS).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn g2_of_a_hundred_who_take_an_invite_at_once_one_gets_in() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    let issued = invited(&app, anna, "olga", &[]).await;
    let start = format!("/start {}", issued.invite.code.as_str());
    let mut many = Vec::new();
    for _ in 0..100 {
        let stranger = app.stranger("stranger", "ru");
        stranger.types(&start).await;
        many.push((stranger, stranger.button("Да")));
    }
    join_all(many.iter().map(|(who, yes)| app.turns.clone().process(who.update(Input::Tap(Some(*yes)))))).await;
    app.collect().await;
    assert_eq!(app.count(LINKS).await, 1);
    assert_eq!(app.count("select count(*) from audit_event where action = 'link'").await, 1);
    let inside = many.iter().filter(|(who, _)| who.screen().contains("Вы вошли")).count();
    let outside = many.iter().filter(|(who, _)| who.screen().contains("Здравствуйте")).count();
    assert_eq!((inside, outside), (1, 99));
}

#[tokio::test]
async fn g2_only_a_hash_of_a_code_is_kept_anywhere() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    anna.types("/staff").await.taps("Пригласить").await;
    anna.types("olga").await.types("Ольга").await.taps("Дальше").await.taps("Сохранить").await;
    let code = crate::support::invites::codes(&anna.screen()).pop().unwrap();
    // Neither on the side of who invites nor, while the question stands, on the side of the visitor.
    let olga = app.stranger("olga", "ru");
    olga.types(&format!("/start {code}")).await.shows("Это вы?");
    // What waits for the courier must hold it; what stays must not.
    sqlx::query("delete from outbox").execute(app.sql()).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public'")
        .fetch_all(app.sql())
        .await
        .unwrap();
    for table in tables {
        let found: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "select count(*) from {table} t where position($1 in t::text) > 0"
        )))
        .bind(&code)
        .fetch_one(app.sql())
        .await
        .unwrap();
        assert_eq!(found, 0, "{table}");
    }
    // Not even its hash stands in the stored question, which works all the same.
    let dialogue: String = sqlx::query_scalar("select dialogue::text from chat_session where user_id is null")
        .fetch_one(app.sql())
        .await
        .unwrap();
    assert!(dialogue.contains("Invited") && dialogue.len() < 200, "{dialogue}");
    olga.taps("Нет").await;
    anna.types("/staff").await.taps("Ольга").await.shows("приглашение отправлено");
    assert!(crate::support::invites::codes(&anna.screen()).is_empty(), "shown once");
}

/// Runs a use case as a user in a transaction of its own; a refusal rolls it back.
async fn use_case<T>(
    app: &TestApp,
    who: TestUser<'_>,
    use_case: impl AsyncFnOnce(&mut Crm<'_>) -> Result<T, Error>,
) -> bool {
    let mut transaction = app.db.pool().begin().await.unwrap();
    let actor = Actor::read(&mut transaction, who.visitor(), &app.company).await.unwrap();
    let mut crm = Crm::new(&mut transaction, actor, app.now(), &app.company);
    let done = use_case(&mut crm).await;
    drop(crm);
    transaction.commit().await.unwrap();
    match done {
        Ok(_) => true,
        Err(Error::Refused(Refusal::InviteUnusable)) => false,
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g3_one_telegram_account_and_one_user_whoever_links_at_once() {
    let app = TestApp::new().await;
    let anna = app.superuser("anna").await;
    // One Telegram account with a hundred invites, outside the order that its chat would keep.
    let stefan = app.stranger("stefan", "ru");
    let mut codes = Vec::new();
    for number in 0..100 {
        codes.push(invited(&app, anna, &format!("user{number}"), &[]).await.invite.code);
    }
    let done = join_all(codes.iter().map(|code| {
        use_case(&app, stefan, async |crm| {
            let found = access::find_invite(crm, code.as_str()).await?;
            access::redeem_invite(crm, found.invite).await
        })
    }))
    .await;
    assert_eq!(done.iter().filter(|linked| **linked).count(), 1);
    // A hundred Telegram accounts with the password of one user: the link may move, but there is one at every moment.
    let olga = invited(&app, anna, "olga", &[]).await.staff;
    let strangers: Vec<_> = (0..100).map(|_| app.stranger("stranger", "ru")).collect();
    let done =
        join_all(strangers.iter().map(|who| use_case(&app, *who, async |crm| logins::log_in(crm, olga).await))).await;
    assert!(done.iter().any(|linked| *linked));
    assert_eq!(app.count(LINKS).await, 1);
    let doubled = "select count(*) from (select telegram_id from telegram_link where unlinked_at is null
                    group by telegram_id having count(*) > 1) twice";
    assert_eq!(app.count(doubled).await, 0);
}

#[tokio::test]
async fn a7_a_person_in_two_groups_sees_the_union_and_nothing_twice() {
    let app = TestApp::new().await;
    let operator = app.staff("operator", &[Group::Operators]).await.types("/menu").await;
    let manager = app.staff("manager", &[Group::Managers]).await.types("/menu").await;
    let both = app.staff("both", &[Group::Operators, Group::Managers]).await.types("/menu").await;
    let set = |user: TestUser<'_>| user.commands().into_iter().collect::<BTreeSet<_>>();
    assert_eq!(set(both), &set(operator) | &set(manager));
    assert_eq!(set(both).len(), both.commands().len());
    let labels = |user: TestUser<'_>| user.screen().matches('[').count();
    assert!(
        labels(both) <= labels(operator) + labels(manager) && labels(both) >= labels(operator).max(labels(manager))
    );
}

/// A language that was never chosen is the one that Telegram speaks, also where the bot speaks first.
#[tokio::test]
async fn a_notice_speaks_the_language_that_was_last_heard_or_the_chosen_one() {
    let app = TestApp::new().await;
    app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let maria = app.english("maria", &[Group::Managers]).await;
    sqlx::query("update staff_user set heard_language = null").execute(app.sql()).await.unwrap();
    oleg.types("Иван 8 912 345-67-81 с авито").await.taps("Сохранить").await;
    assert!(maria.notices().last().unwrap().contains("Новый лид"), "nobody has heard her yet");
    maria.types("/menu").await;
    oleg.types("Борис 8 912 345-67-82 с авито").await.taps("Сохранить").await;
    assert!(maria.notices().last().unwrap().contains("New lead"), "{:?}", maria.notices());
    maria.types("/language").await.taps("Русский").await;
    oleg.types("Глеб 8 912 345-67-83 с авито").await.taps("Сохранить").await;
    assert!(maria.notices().last().unwrap().contains("Новый лид"), "her own choice goes first");
}
