//! Undo for ten minutes by its author, of contracts, services, ads, people and rights: whatever the rights table says,
//! unless another user has changed the record since or something depends on it already.

use crmbot::crm::{
    ContractEdit, Refusal, SplitRefusal, Undone, access, ads, contracts, group_rights, invites, passwords, rights,
    services, touches, undo,
};
use crmbot::domain::{ClientState, Currency, Group, Permission, PositiveMoney, Reason, Remark, Title};
use crmbot::flows::dialogue::Input;
use crmbot::flows::route::ScreenId;
use crmbot::flows::{ButtonAction, CallbackData, Route};

use crate::support::app::{TestApp, TestUser};
use crate::support::trade::{ad_draft, contract_draft, day, service_draft};

/// What undo must bring back; versions, histories and the log grow.
const CONTRACT: &str =
    "select row(touch_id, title, service_id, amount, signed_on, starts_on, ends_on, note, document_id,
    terminated_on, termination_reason, voided_at, void_reason)::text from contract";
const SERVICES: &str = "select string_agg(row(title, description, price, archived_at is null)::text, '|' order by id)
    from service where voided_at is null";
const ADS: &str =
    "select string_agg(row(title, service_id, channel, budget, description, aliases, archived_at is null)::text,
    '|' order by id) from ad where voided_at is null";
const RIGHTS: &str = "select coalesce(string_agg(line, '|' order by line), '') from (
    select 'g' || group_id || permission as line from group_permission where revoked_at is null
    union all select 'm' || group_id || '-' || user_id from group_member where removed_at is null
    union all select 'a' || id from staff_user where active
    union all select 'i' || user_id from invite where revoked_at is null and used_at is null) _";

async fn picture(app: &TestApp, sql: &'static str) -> String {
    sqlx::query_scalar(sql).fetch_one(app.sql()).await.unwrap()
}

async fn last_event(app: &TestApp) -> i64 {
    app.count("select max(id) from audit_event where action <> 'denied'").await
}

async fn undo(app: &TestApp, who: TestUser<'_>, event: i64) -> Result<Undone, Refusal> {
    app.act(who, async |crm| undo::undo(crm, event).await.split_refusal().unwrap()).await
}

/// The last write is undone once, by its author alone, and everything is as it was.
async fn comes_back(app: &TestApp, author: TestUser<'_>, other: TestUser<'_>, sql: &'static str, before: &str) {
    let event = last_event(app).await;
    let done = picture(app, sql).await;
    assert_ne!(done, before, "the write has changed nothing");
    assert_eq!(undo(app, other, event).await, Err(Refusal::Gone), "another's write");
    assert!(undo(app, author, event).await.is_ok(), "{:?}", undo(app, author, event).await);
    assert_eq!(picture(app, sql).await, before);
    assert!(matches!(undo(app, author, event).await, Err(Refusal::AlreadyDone { .. })), "the second time");
    assert_eq!(picture(app, sql).await, before);
    let undone = last_event(app).await;
    let of: i64 = sqlx::query_scalar("select undoes from audit_event where id = $1 and action = 'undo'")
        .bind(undone)
        .fetch_one(app.sql())
        .await
        .unwrap();
    assert_eq!(of, event, "the undo is audited");
    if sql == RIGHTS {
        assert_eq!(undo(app, author, undone).await, Err(Refusal::Gone), "an undo gives no access");
        return;
    }
    // Undone in turn it is the use case once more, which is undone as any other.
    assert_eq!(undo(app, other, undone).await, Err(Refusal::Gone), "another's undo");
    assert_eq!(undo(app, author, undone).await, Ok(Undone::Again));
    assert_eq!(picture(app, sql).await, done);
    assert!(matches!(undo(app, author, undone).await, Err(Refusal::AlreadyDone { .. })), "done again twice");
    let again = last_event(app).await;
    assert!(undo(app, author, again).await.is_ok());
    assert_eq!(picture(app, sql).await, before);
}

fn reason() -> Reason {
    Reason::parse("a mistake").unwrap()
}

/// A client with two touches, two services, a manager and an administrator.
struct Deal<'a> {
    app: &'a TestApp,
    maria: TestUser<'a>,
    max: TestUser<'a>,
    anna: TestUser<'a>,
    client: i64,
    touch: i64,
    service: i64,
    ad: i64,
}

impl<'a> Deal<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let maria = app.english("maria", &[Group::Marketers]).await;
        let oleg = app.english("oleg", &[Group::Operators]).await;
        let max = app.english("max", &[Group::Managers]).await;
        let anna = app.english("anna", &[Group::Admins]).await;
        let service = app.sells(maria, "SEO", "60 000").await;
        let ad = app.advertises(maria, "Yandex", service, "50 000").await;
        let client = app.meets(oleg, "89123456701", "Ivan Petrov", ad).await;
        let touch = app.touch_of(max, client).await;
        Self { app, maria, max, anna, client, touch, service, ad }
    }

    async fn signs(&self) -> i64 {
        let draft = contract_draft(self.client, self.touch, self.service, "1500", "2026-03-12", "2026-04-11");
        self.app.signs(self.max, &draft).await.unwrap()
    }

    fn edit(&self, title: &str) -> ContractEdit {
        ContractEdit {
            title: Title::parse(title).unwrap(),
            service: self.service,
            amount: PositiveMoney::parse("99,50", Currency::RUB).unwrap(),
            signed_on: day("2026-03-11"),
            starts_on: day("2026-03-13"),
            ends_on: day("2026-05-11"),
            note: Remark::parse("by phone").unwrap(),
            document: None,
        }
    }

    async fn version(&self) -> i32 {
        sqlx::query_scalar("select version from contract").fetch_one(self.app.sql()).await.unwrap()
    }
}

#[tokio::test]
async fn a_contract_just_entered_is_undone_and_its_client_waits_again() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    deal.signs().await;
    let event = last_event(&app).await;
    assert_eq!(app.state_of(deal.max, deal.client).await, ClientState::Active);
    // An administrator may void it, but not undo what is another's.
    assert_eq!(undo(&app, deal.anna, event).await, Err(Refusal::Gone));
    assert_eq!(undo(&app, deal.max, event).await, Ok(Undone::Change));
    assert_eq!(app.state_of(deal.max, deal.client).await, ClientState::Potential);
    assert_eq!(app.count("select count(*) from contract where void_reason = 'undo'").await, 1);
    // The same in the chat.
    deal.signs().await;
    let open = Input::Tap(Some(CallbackData {
        version: CallbackData::NOTICE,
        press: ButtonAction::Open(Route::of(ScreenId::ContractCard, app.count("select max(id) from contract").await)),
    }));
    deal.anna.does(open.clone()).await;
    assert!(!deal.anna.has_button("Undo"));
    deal.max.does(open).await.taps("Undo: contract confirmed").await.taps("Yes").await.hears("Undone");
    deal.max.shows("Void: undone by the person who entered it");
    assert!(!deal.max.has_button("Undo"));
}

#[tokio::test]
async fn whatever_was_done_with_a_contract_comes_back_as_it_was() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    let id = deal.signs().await;
    let second = app.advertises(deal.maria, "Avito", deal.service, "0").await;
    let oleg = app.english("olga", &[Group::Operators]).await;
    app.meets(oleg, "89123456701", "Ivan Petrov", second).await;
    let other_touch = app.touch_of(deal.max, deal.client).await;
    let before = picture(&app, CONTRACT).await;
    for (author, other, use_case) in [
        (deal.max, deal.anna, "edit"),
        (deal.max, deal.anna, "prolong"),
        (deal.max, deal.anna, "terminate"),
        (deal.max, deal.anna, "void"),
        (deal.anna, deal.max, "relink"),
    ] {
        let (version, edit) = (deal.version().await, deal.edit("Another"));
        let done = app
            .act(author, async |crm| match use_case {
                "edit" => contracts::edit(crm, id, version, &edit, None).await,
                "prolong" => contracts::prolong(crm, id, version, day("2026-08-01"), &reason()).await,
                "terminate" => contracts::terminate(crm, id, version, day("2026-03-12"), &reason()).await,
                "void" => contracts::void(crm, id, version, &reason()).await,
                _ => contracts::relink(crm, id, version, other_touch, &reason()).await,
            })
            .await;
        done.split_refusal().unwrap().unwrap_or_else(|refusal| panic!("{use_case}: {refusal:?}"));
        comes_back(&app, author, other, CONTRACT, &before).await;
        assert_eq!(app.state_of(deal.max, deal.client).await, ClientState::Active, "{use_case}");
    }
    // A termination that was moved comes back with its reason.
    let done = async |on: &str| {
        let (version, on) = (deal.version().await, day(on));
        app.act(deal.max, async |crm| {
            contracts::terminate(crm, id, version, on, &reason()).await.split_refusal().unwrap()
        })
        .await
    };
    done("2026-04-01").await.unwrap();
    let terminated = picture(&app, CONTRACT).await;
    let version = deal.version().await;
    app.act(deal.max, async |crm| {
        contracts::prolong(crm, id, version, day("2026-08-01"), &reason()).await.split_refusal().unwrap()
    })
    .await
    .unwrap();
    comes_back(&app, deal.max, deal.anna, CONTRACT, &terminated).await;
}

#[tokio::test]
async fn a_voiding_is_not_undone_once_its_touch_is_void_and_nothing_after_ten_minutes() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    let id = deal.signs().await;
    let version = deal.version().await;
    app.act(deal.max, async |crm| contracts::void(crm, id, version, &reason()).await.split_refusal().unwrap())
        .await
        .unwrap();
    let event = last_event(&app).await;
    app.act(deal.anna, async |crm| touches::void(crm, deal.touch, &reason()).await.split_refusal().unwrap())
        .await
        .unwrap();
    assert_eq!(undo(&app, deal.max, event).await, Err(Refusal::TouchUnusable), "H8");
    assert_eq!(app.count("select count(*) from contract where voided_at is null").await, 0);
    app.passes(chrono::Duration::minutes(10));
    assert_eq!(undo(&app, deal.max, event).await, Err(Refusal::TooLate));
}

#[tokio::test]
async fn e1_what_somebody_has_changed_since_is_not_undone_and_the_answer_says_what_happened() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    let id = deal.signs().await;
    let open = Input::Tap(Some(CallbackData {
        version: CallbackData::NOTICE,
        press: ButtonAction::Open(Route::of(ScreenId::ContractCard, id)),
    }));
    deal.max.does(open.clone()).await;
    let tap = deal.max.button("Undo: contract confirmed");
    app.passes(chrono::Duration::minutes(4));
    let (version, edit) = (deal.version().await, deal.edit("Another"));
    app.act(deal.anna, async |crm| contracts::edit(crm, id, version, &edit, None).await.split_refusal().unwrap())
        .await
        .unwrap_err();
    app.act(deal.anna, async |crm| {
        contracts::edit(crm, id, version, &edit, Some(&reason())).await.split_refusal().unwrap()
    })
    .await
    .unwrap();
    let before = picture(&app, CONTRACT).await;
    deal.max.does(Input::Tap(Some(tap))).await.hears("Anna has changed this since, at 12:04: contract edited");
    assert_eq!(picture(&app, CONTRACT).await, before);
    assert!(!deal.max.has_button("Undo"), "the card offers no more what cannot be");
    // Once Anna has taken hers back, it can be.
    deal.anna.does(open.clone()).await.taps("Undo: contract edited").await;
    deal.max.does(open).await.taps("Undo: contract confirmed").await.taps("Yes").await.hears("Undone");
}

#[tokio::test]
async fn e3_services_and_ads_come_back_as_they_were_and_new_ones_go_unless_something_rests_on_them() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    let (maria, other) = (deal.maria, app.english("mia", &[Group::Marketers]).await);
    let (service, ad) = (deal.service, deal.ad);
    let services = picture(&app, SERVICES).await;
    app.sells(maria, "Design", "10").await;
    comes_back(&app, maria, other, SERVICES, &services).await;
    let version = async |table: &str| {
        let sql = format!("select version from {table} where id = 1 or id = 2 order by id desc limit 1");
        sqlx::query_scalar::<_, i32>(sqlx::AssertSqlSafe(sql)).fetch_one(app.sql()).await.unwrap()
    };
    let edited = service_draft("SEO plus", "70 000");
    let at: i32 = sqlx::query_scalar("select version from service where id = $1")
        .bind(service)
        .fetch_one(app.sql())
        .await
        .unwrap();
    app.act(maria, async |crm| services::edit(crm, service, at, &edited).await.split_refusal().unwrap()).await.unwrap();
    comes_back(&app, maria, other, SERVICES, &services).await;
    assert_eq!(app.count("select count(*) from service_price where service_id = 1").await, 5, "P12: the history grows");
    app.act(maria, async |crm| services::archive(crm, service).await.split_refusal().unwrap()).await.unwrap();
    comes_back(&app, maria, other, SERVICES, &services).await;

    let ads = picture(&app, ADS).await;
    app.advertises(maria, "Avito", service, "10").await;
    comes_back(&app, maria, other, ADS, &ads).await;
    let mut edited = ad_draft("Yandex, summer", service, "1");
    edited.aliases = vec![crmbot::domain::AdTitle::parse("direct").unwrap()];
    let at = version("ad").await;
    app.act(maria, async |crm| ads::edit(crm, ad, at, &edited).await.split_refusal().unwrap()).await.unwrap();
    comes_back(&app, maria, other, ADS, &ads).await;
    app.act(maria, async |crm| ads::finish(crm, ad).await.split_refusal().unwrap()).await.unwrap();
    comes_back(&app, maria, other, ADS, &ads).await;
    app.act(maria, async |crm| ads::finish(crm, ad).await.split_refusal().unwrap()).await.unwrap();
    let finished = picture(&app, ADS).await;
    app.act(other, async |crm| ads::restart(crm, ad).await.split_refusal().unwrap()).await.unwrap();
    comes_back(&app, other, maria, ADS, &finished).await;

    // What has been used stays.
    for entity in ["service", "ad"] {
        let event = sqlx::query_scalar("select id from audit_event where action = 'create' and entity = $1 and entity_id in (1, 2) order by id limit 1")
            .bind(entity)
            .fetch_one(app.sql())
            .await
            .unwrap();
        let refused = undo(&app, maria, event).await.unwrap_err();
        assert!(matches!(refused, Refusal::HasDependents | Refusal::ChangedSince { .. }), "{entity}: {refused:?}");
    }
}

#[tokio::test]
async fn an_undone_ad_is_in_no_list_and_no_figure() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    let maria = deal.maria;
    let service = app.sells(maria, "Design", "10").await;
    app.advertises(maria, "Avito", deal.service, "1 000 000").await;
    maria
        .types("/ads")
        .await
        .shows("3")
        .taps("Avito")
        .await
        .taps("Undo: new ad")
        .await
        .taps("Yes")
        .await
        .hears("Undone")
        .hides("Avito");
    maria.types("/ads").await.hides("Avito");
    maria.types("/stats").await.hides("Avito").hides("1,050,000");
    maria
        .types("/services")
        .await
        .taps("Design")
        .await
        .taps("Undo: new service")
        .await
        .taps("Yes")
        .await
        .hides("Design");
    let refused = app.act(maria, async |crm| services::restore(crm, service).await.split_refusal().unwrap()).await;
    assert_eq!(refused, Err(Refusal::Gone));
    // Its title is free again (P2).
    app.sells(maria, "Design", "10").await;
}

#[tokio::test]
async fn p2_a_service_does_not_come_back_from_the_archive_when_another_has_its_title() {
    let app = TestApp::new().await;
    let maria = app.english("maria", &[Group::Marketers]).await;
    let mia = app.english("mia", &[Group::Marketers]).await;
    let service = app.sells(maria, "SEO", "1").await;
    app.act(maria, async |crm| services::archive(crm, service).await.split_refusal().unwrap()).await.unwrap();
    let event = last_event(&app).await;
    app.sells(mia, "seo", "2").await;
    let refused = undo(&app, maria, event).await;
    assert_eq!(refused, Err(Refusal::Taken(crmbot::crm::Field::Title)));
    assert_eq!(app.count("select count(*) from audit_event where action = 'undo'").await, 0);
}

#[tokio::test]
async fn people_and_rights_come_back_as_they_were() {
    let app = TestApp::new().await;
    let boss = app.superuser("boss").await;
    let anna = app.english("anna", &[Group::Admins]).await;
    let oleg = app.english("oleg", &[Group::Operators]).await;
    let staff = app.staff_id(oleg).await;
    let (operators, managers) = (app.group(Group::Operators).await, app.group(Group::Managers).await);
    let before = picture(&app, RIGHTS).await;
    for use_case in ["join", "invite", "grant"] {
        let done = app
            .act(anna, async |crm| match use_case {
                "join" => rights::set_group(crm, staff, managers, true).await,
                "invite" => invites::new_invite(crm, staff).await.map(|_| true),
                _ => group_rights::set(crm, operators, Permission::ContractView, true).await,
            })
            .await;
        assert!(done.split_refusal().unwrap().unwrap(), "{use_case}");
        comes_back(&app, anna, boss, RIGHTS, &before).await;
    }
    app.act(anna, async |crm| rights::set_active(crm, staff, false).await.split_refusal().unwrap()).await.unwrap();
    let blocked = picture(&app, RIGHTS).await;
    app.act(boss, async |crm| rights::set_active(crm, staff, true).await.split_refusal().unwrap()).await.unwrap();
    comes_back(&app, boss, anna, RIGHTS, &blocked).await;
}

#[tokio::test]
async fn a15_an_undo_gives_no_access_back() {
    let app = TestApp::new().await;
    let anna = app.english("anna", &[Group::Admins]).await;
    let oleg = app.english("oleg", &[Group::Operators]).await;
    let staff = app.staff_id(oleg).await;
    let (operators, managers) = (app.group(Group::Operators).await, app.group(Group::Managers).await);
    sqlx::query("update staff_user set password_hash = 'x' where username = 'oleg'").execute(app.sql()).await.unwrap();
    app.act(anna, async |crm| rights::set_group(crm, staff, managers, true).await.split_refusal().unwrap())
        .await
        .unwrap();
    let joined = last_event(&app).await;
    for use_case in ["leave", "withdraw", "password", "revoke", "block"] {
        let done = app
            .act(anna, async |crm| match use_case {
                "leave" => rights::set_group(crm, staff, operators, false).await,
                "withdraw" => group_rights::set(crm, operators, Permission::ClientView, false).await,
                "password" => passwords::remove(crm, staff).await,
                "revoke" => access::revoke_link(crm, staff).await.map(|()| true),
                _ => rights::set_active(crm, staff, false).await,
            })
            .await;
        assert!(done.split_refusal().unwrap().unwrap(), "{use_case}");
        let after = picture(&app, RIGHTS).await;
        let events: Vec<i64> = sqlx::query_scalar("select id from audit_event where id > $1")
            .bind(joined)
            .fetch_all(app.sql())
            .await
            .unwrap();
        for event in events {
            assert_eq!(undo(&app, anna, event).await, Err(Refusal::Gone), "{use_case}");
        }
        assert_eq!(picture(&app, RIGHTS).await, after, "{use_case}");
    }
    let ways_in = "select (select count(*) from telegram_link where user_id = (select id from staff_user where username = 'oleg') and unlinked_at is null)
        + (select count(*) from staff_user where username = 'oleg' and (active or password_hash is not null))";
    assert_eq!(app.count(ways_in).await, 0);
    anna.types("/staff").await.taps("Oleg").await.shows("blocked");
    assert!(!anna.has_button("Undo"), "{}", anna.screen());
    // The ordinary use case gives access back, and asks; the password stays away, also after the undo of that use case.
    anna.taps("Unblock").await.shows("Give access back").taps("Yes").await.hears("Access is back");
    anna.taps("Undo: access opened again").await.hears("Undone").shows("blocked");
    assert_eq!(app.count(ways_in).await, 0);
    assert_eq!(app.count("select count(*) from audit_event where action = 'block'").await, 1);
}

#[tokio::test]
async fn an_undone_group_is_gone_at_once_and_a_user_without_the_right_to_people_undoes_nothing_about_them() {
    let app = TestApp::new().await;
    let boss = app.superuser("boss").await;
    let anna = app.english("anna", &[Group::Admins]).await;
    let oleg = app.english("oleg", &[]).await;
    let staff = app.staff_id(oleg).await;
    let (admins, operators) = (app.group(Group::Admins).await, app.group(Group::Operators).await);
    anna.types("/staff").await.taps("Oleg").await.taps("▫️ Operators").await;
    assert!(oleg.types("/menu").await.commands().contains(&"lead".to_owned()));
    anna.taps("Undo: joined a group").await.hears("Undone");
    assert!(!oleg.commands().contains(&"lead".to_owned()), "his menu has followed");
    app.act(anna, async |crm| rights::set_group(crm, staff, operators, true).await.split_refusal().unwrap())
        .await
        .unwrap();
    let event = last_event(&app).await;
    let her = app.staff_id(anna).await;
    app.act(boss, async |crm| rights::set_group(crm, her, admins, false).await.split_refusal().unwrap()).await.unwrap();
    let denials = "select count(*) from audit_event where action = 'denied' and after = '\"staff.manage\"'";
    assert_eq!(app.count(denials).await, 0);
    assert_eq!(undo(&app, anna, event).await, Err(Refusal::Denied));
    // The undo is rolled back, and its denial is not.
    assert_eq!(app.count(denials).await, 1);
}

#[tokio::test]
async fn a8_an_undo_leaves_the_last_administrator_where_he_is() {
    let app = TestApp::new().await;
    let anna = app.english("anna", &[Group::Admins]).await;
    app.english("oleg", &[Group::Operators]).await;
    let (admins, operators) = (app.group(Group::Admins).await, app.group(Group::Operators).await);
    let set = async |group, on| {
        let right = Permission::StaffManage;
        app.act(anna, async |crm| group_rights::set(crm, group, right, on).await.split_refusal().unwrap()).await
    };
    set(operators, true).await.unwrap();
    let granted = last_event(&app).await;
    set(admins, false).await.unwrap();
    // Operators alone can manage people now: taking that back would leave no user who can.
    assert_eq!(undo(&app, anna, granted).await, Err(Refusal::LastAdministrator));
    let rights = "select count(*) from group_permission where permission = 'staff.manage' and revoked_at is null";
    assert_eq!(app.count(rights).await, 1);
}

#[tokio::test]
async fn a_void_contract_is_brought_back_on_its_card_at_any_time_by_who_may_void_it_and_that_is_undone_too() {
    let app = TestApp::new().await;
    let deal = Deal::new(&app).await;
    let id = deal.signs().await;
    let before = picture(&app, CONTRACT).await;
    app.act(deal.max, async |crm| contracts::void(crm, id, 1, &reason()).await.unwrap()).await;
    let void = picture(&app, CONTRACT).await;
    let open = Input::Tap(Some(CallbackData {
        version: CallbackData::NOTICE,
        press: ButtonAction::Open(Route::of(ScreenId::ContractCard, id)),
    }));
    deal.max.does(open.clone()).await.shows("Void: a mistake").taps("Bring back").await.hears("counts again");
    assert_eq!(
        (picture(&app, CONTRACT).await, app.state_of(deal.max, deal.client).await),
        (before.clone(), ClientState::Active)
    );
    deal.max.taps("Undo: voided contract brought back").await.hears("Undone").shows("Void: a mistake");
    assert_eq!(
        (picture(&app, CONTRACT).await, app.state_of(deal.max, deal.client).await),
        (void, ClientState::Potential)
    );
    // The next day it is an administrator's, as voiding is.
    app.passes(chrono::Duration::days(1));
    deal.max.does(open.clone()).await;
    assert!(!deal.max.has_button("Bring back"));
    let version = deal.version().await;
    let refused =
        app.act(deal.max, async |crm| contracts::bring_back(crm, id, version).await.split_refusal().unwrap()).await;
    assert_eq!(refused, Err(Refusal::NotOwnToday));
    let old = app.act(deal.anna, async |crm| contracts::bring_back(crm, id, 1).await.split_refusal().unwrap()).await;
    assert_eq!(old, Err(Refusal::Changed));
    // Its touch is void by now: nothing of it comes back (H9).
    app.act(deal.anna, async |crm| touches::void(crm, deal.touch, &reason()).await.unwrap()).await;
    let refused =
        app.act(deal.anna, async |crm| contracts::bring_back(crm, id, version).await.split_refusal().unwrap()).await;
    assert_eq!(refused, Err(Refusal::TouchUnusable));
    let event = last_event(&app).await;
    undo(&app, deal.anna, event).await.unwrap();
    deal.anna.does(open).await.taps("Bring back").await.hears("counts again");
    assert_eq!(picture(&app, CONTRACT).await, before);
    let twice = app
        .act(deal.anna, async |crm| contracts::bring_back(crm, id, version + 1).await.split_refusal().unwrap())
        .await;
    assert_eq!(twice, Err(Refusal::Changed), "it is not void any more");
}
