//! What an audit event says of its write: the fields that changed, before and after, no more and no less (E2).

use chrono::Duration;
use crmbot::crm::{
    Attachment, CallOutcome, Crm, LeadDraft, Refusal, SplitRefusal, access, clients, consents, follow_ups, groups,
    invites, notes, passwords, rights, undo,
};
use crmbot::domain::{ConsentMeans, Email, Group, PersonName, Phone, PhoneRegion, Reason};
use crmbot::flows::dialogue::Input;
use crmbot::flows::route::ScreenId;
use crmbot::flows::{ButtonAction, CallbackData, Route};
use serde_json::{Value, json};

use crate::support::app::{TestApp, TestUser};

fn lead(phone: &str, name: &str, email: Option<&str>, ad: i64) -> LeadDraft {
    LeadDraft {
        phone: Phone::parse(phone, PhoneRegion::RU).unwrap(),
        phone_raw: phone.to_owned(),
        name: if name.is_empty() { PersonName::default() } else { PersonName::split(name).unwrap() },
        email: email.and_then(|email| Email::parse(email).unwrap()),
        ad,
        notes: Vec::new(),
    }
}

fn reason() -> Reason {
    Reason::parse("один человек").unwrap()
}

async fn saves(app: &TestApp, who: TestUser<'_>, lead: &LeadDraft) -> i64 {
    app.act(who, async |crm| clients::register(crm, lead).await.split_refusal().unwrap().unwrap().client).await
}

/// The latest event of this kind, with its two sides.
async fn event(app: &TestApp, entity: &str, action: &str) -> (i64, Value, Value) {
    let sql = "select id, coalesce(before, 'null'), coalesce(after, 'null') from audit_event
                where entity = $1 and action = $2 order by id desc limit 1";
    sqlx::query_as(sql).bind(entity).bind(action).fetch_one(app.sql()).await.unwrap()
}

async fn events(app: &TestApp, entity: &str, action: &str) -> i64 {
    let sql = "select count(*) from audit_event where entity = $1 and action = $2";
    sqlx::query_scalar(sql).bind(entity).bind(action).fetch_one(app.sql()).await.unwrap()
}

/// Opens the card of an event in the log.
async fn reads<'a>(who: TestUser<'a>, event: i64) -> TestUser<'a> {
    let press = ButtonAction::Open(Route::of(ScreenId::AuditEvent, event));
    who.does(Input::Tap(Some(CallbackData { version: CallbackData::NOTICE, press }))).await
}

#[tokio::test]
async fn e2_what_a_known_client_lacked_is_logged_and_nothing_else_of_the_draft() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let (anna, adam) = (app.staff("anna", &[Group::Admins]).await, app.english("adam", &[Group::Admins]).await);
    let client = saves(&app, oleg, &lead("89123456789", "Иванов", None, ad)).await;
    app.passes(Duration::days(1));
    saves(&app, oleg, &lead("89123456789", "Петров", Some("p@example.com"), ad)).await;
    let (fill, before, after) = event(&app, "client", "fill").await;
    // E2: the name was there already, and stays
    assert_eq!((before, after), (json!({ "email": null }), json!({ "email": "p@example.com" })));
    reads(anna, fill).await.shows("дополнены имя или e-mail").shows("E-mail: p@example.com").hides("Петров");
    reads(adam, fill).await.shows("name or e-mail added").shows("E-mail: p@example.com").hides("Петров");
    // Nothing is lacking any more: nothing is filled, and nothing logged.
    app.passes(Duration::days(1));
    saves(&app, oleg, &lead("89123456789", "Сидоров", Some("s@example.com"), ad)).await;
    assert_eq!(events(&app, "client", "fill").await, 1);
    // A number alone gets its name whole.
    let number = saves(&app, oleg, &lead("89000000001", "", None, ad)).await;
    app.passes(Duration::days(1));
    saves(&app, oleg, &lead("89000000001", "Сидоров Пётр", None, ad)).await;
    let (fill, before, after) = event(&app, "client", "fill").await;
    assert_eq!(before, json!({ "name": { "last": null, "first": null, "middle": null } }));
    assert_eq!(after, json!({ "name": { "last": "Сидоров", "first": "Пётр", "middle": null } }));
    // The touch is undone first, then what it has filled.
    let offered = app.act(oleg, async |crm| undo::undoable(crm, crmbot::crm::Entity::Client, number).await).await;
    let touch = offered.split_refusal().unwrap().unwrap().unwrap();
    assert_eq!((touch.entity.as_str(), touch.action.as_str()), ("touch", "create"));
    for event in [touch.event, fill] {
        app.act(oleg, async |crm| undo::undo(crm, event).await.split_refusal().unwrap()).await.unwrap();
    }
    assert_eq!(app.count("select count(*) from client where phone = '+79000000001' and last_name is null").await, 1);
    assert_eq!(app.count("select count(*) from client where last_name = 'Иванов'").await, 1);
    assert_ne!(client, number);
}

#[tokio::test]
async fn e2_a_fill_that_somebody_has_corrected_since_is_not_undone() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let client = saves(&app, oleg, &lead("89123456789", "", None, ad)).await;
    app.passes(Duration::days(1));
    saves(&app, oleg, &lead("89123456789", "Иванов", None, ad)).await;
    let (fill, ..) = event(&app, "client", "fill").await;
    let (touch, ..) = event(&app, "touch", "create").await;
    let edit =
        crmbot::crm::ClientEdit {
            client, version: 2, name: PersonName::split("Ивановский").unwrap(), email: None
        };
    app.act(anna, async |crm| clients::edit(crm, &edit).await.split_refusal().unwrap()).await.unwrap();
    app.act(oleg, async |crm| undo::undo(crm, touch).await.split_refusal().unwrap()).await.unwrap();
    let undone = app.act(oleg, async |crm| undo::undo(crm, fill).await.split_refusal().unwrap()).await;
    assert_eq!(undone, Err(Refusal::HasDependents));
    assert_eq!(app.count("select count(*) from client where last_name = 'Ивановский'").await, 1);
}

#[tokio::test]
async fn e2_a_revived_lead_is_logged_with_what_it_was_called_and_its_undo_brings_that_back() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    saves(&app, oleg, &lead("89123456789", "Иванов", Some("i@example.com"), ad)).await;
    let (created, ..) = event(&app, "client", "create").await;
    app.act(oleg, async |crm| undo::undo(crm, created).await.split_refusal().unwrap()).await.unwrap();
    app.passes(Duration::minutes(1));
    saves(&app, oleg, &lead("89123456789", "Петров", None, ad)).await;
    let (revived, before, after) = event(&app, "client", "revive").await;
    assert_eq!(before["name"]["last"], "Иванов");
    assert_eq!((&before["email"], &before["voided"]), (&json!("i@example.com"), &json!(true)));
    assert_eq!(
        (&after["name"]["last"], &after["email"], &after["voided"]),
        (&json!("Петров"), &Value::Null, &json!(false))
    );
    reads(anna, revived).await.shows("Имя: Иванов → Петров").shows("E-mail: i@example.com → —");
    app.act(oleg, async |crm| undo::undo(crm, revived).await.split_refusal().unwrap()).await.unwrap();
    let was =
        "select count(*) from client where voided_at is not null and last_name = 'Иванов' and email = 'i@example.com'";
    assert_eq!(app.count(was).await, 1);
}

#[tokio::test]
async fn e2_a_merge_says_what_the_older_card_took_over_and_what_it_has_ended() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators, Group::Managers]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let older = saves(&app, oleg, &lead("89123456789", "", None, ad)).await;
    app.passes(Duration::minutes(1));
    let younger = saves(&app, oleg, &lead("89000000001", "Иванов", Some("i@example.com"), ad)).await;
    let soon = app.now() + Duration::days(1);
    app.act(oleg, async |crm| {
        clients::take(crm, younger).await.unwrap();
        follow_ups::set(crm, older, soon).await.unwrap();
        follow_ups::set(crm, younger, soon + Duration::days(1)).await.unwrap();
        consents::give(crm, older, ConsentMeans::Phone).await.unwrap();
    })
    .await;
    app.passes(Duration::minutes(1));
    app.act(oleg, async |crm| {
        consents::give(crm, younger, ConsentMeans::Contact).await.unwrap();
        consents::withdraw(crm, younger).await.unwrap();
    })
    .await;
    app.passes(Duration::minutes(1));
    let (finished, withdrawn) = (events(&app, "follow_up", "finish").await, events(&app, "consent", "withdraw").await);
    app.act(anna, async |crm| clients::merge(crm, older, younger, &reason()).await.split_refusal().unwrap())
        .await
        .unwrap();
    let (merge, before, after) = event(&app, "client", "merge").await;
    let owner = app.staff_id(oleg).await.0;
    assert_eq!(
        (&after["name"]["last"], &after["email"], &after["responsible"]),
        (&json!("Иванов"), &json!("i@example.com"), &json!(owner))
    );
    for field in ["name", "email", "responsible", "taken_at", "merged"] {
        assert_eq!((before.get(field), after.get(field).is_some()), (Some(&Value::Null), true), "{field}");
    }
    reads(anna, merge).await.shows("клиенты объединены").shows("E-mail: i@example.com").shows("Ответственный: Oleg");
    anna.shows("Имя: Иванов").shows("Перешло обращений: 1").hides("moved");
    let (step, before, after) = event(&app, "follow_up", "finish").await;
    // E2: the later next step and the consent from before the withdrawal have ended, each with its own event
    assert_eq!(events(&app, "follow_up", "finish").await, finished + 1);
    assert_eq!((&before["client"], &before["owner"], after), (&json!(younger), &json!(owner), Value::Null));
    reads(anna, step).await.shows("Чей: Oleg → —").shows("Причина: один человек");
    let (_, before, _) = event(&app, "consent", "withdraw").await;
    assert_eq!(events(&app, "consent", "withdraw").await, withdrawn + 1);
    assert_eq!((&before["client"], &before["means"]), (&json!(older), &json!("PHONE")));
    // What was there stays: nothing is said of it.
    let third = saves(&app, oleg, &lead("89000000002", "Сидоров", None, ad)).await;
    app.act(anna, async |crm| clients::merge(crm, older, third, &reason()).await.split_refusal().unwrap())
        .await
        .unwrap();
    let (_, before, after) = event(&app, "client", "merge").await;
    assert!(
        ["name", "email", "responsible"].iter().all(|field| before.get(field).is_none() && after.get(field).is_none())
    );
}

#[tokio::test]
async fn e2_a_finished_step_is_logged_with_what_it_was() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let client = saves(&app, oleg, &lead("89123456789", "Иванов", None, ad)).await;
    app.passes(Duration::minutes(1));
    let due = app.now() + Duration::days(1);
    app.act(oleg, async |crm| {
        follow_ups::set(crm, client, due).await.unwrap();
        follow_ups::finish(crm, client).await.unwrap();
    })
    .await;
    let (finish, before, after) = event(&app, "follow_up", "finish").await;
    assert_eq!((&before["client"], &before["owner"]), (&json!(client), &json!(app.staff_id(oleg).await.0)));
    assert_eq!((before["due_at"].as_str().map(|at| at.parse()), after), (Some(Ok(due)), Value::Null));
    reads(anna, finish).await.shows("следующий шаг выполнен").shows("Иванов").shows("Чей: Oleg → —").shows("Когда: ");
    app.act(oleg, async |crm| undo::undo(crm, finish).await.split_refusal().unwrap()).await.unwrap();
    assert_eq!(app.count("select count(*) from follow_up where done_at is null").await, 1);
}

#[tokio::test]
async fn e2_a_link_that_is_taken_away_is_logged_with_its_account_and_no_secret() {
    let app = TestApp::new().await;
    app.superuser("root").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let max = app.staff("max", &[Group::Managers]).await;
    let (staff, id) = (app.staff_id(oleg).await, oleg.visitor().telegram_id);
    app.act(anna, async |crm| access::revoke_link(crm, staff).await.split_refusal().unwrap()).await.unwrap();
    let (revoke, before, after) = event(&app, "staff", "revoke").await;
    assert_eq!((before, after), (json!({ "telegram_id": id }), Value::Null));
    reads(anna, revoke).await.shows("отвязан Telegram").shows(&format!("Telegram id: №{id} → —"));
    let id = max.visitor().telegram_id;
    app.act(max, async |crm| access::log_out(crm).await.split_refusal().unwrap()).await.unwrap();
    let (_, before, after) = event(&app, "staff", "logout").await;
    assert_eq!((before, after), (json!({ "telegram_id": id }), Value::Null));
}

#[tokio::test]
async fn e2_an_invite_that_a_block_or_a_new_invite_ends_is_in_the_log() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let staff = app.staff_id(oleg).await;
    let invite = async |crm: &mut Crm<'_>| invites::new_invite(crm, staff).await.split_refusal().unwrap().unwrap();
    let first = app.act(anna, invite).await.invite.expires_at;
    app.passes(Duration::minutes(1));
    let second = app.act(anna, invite).await.invite.expires_at;
    let (_, before, after) = event(&app, "staff", "invite").await;
    assert_eq!(
        (before["expires_at"].as_str().unwrap().parse(), after["expires_at"].as_str().unwrap().parse()),
        (Ok(first), Ok(second))
    );
    app.act(anna, async |crm| rights::set_active(crm, staff, false).await.split_refusal().unwrap()).await.unwrap();
    let (ended, before, after) = event(&app, "staff", "invite_end").await;
    assert_eq!((before["expires_at"].as_str().unwrap().parse(), after), (Ok(second), Value::Null));
    reads(anna, ended).await.shows("приглашение больше не действует").shows("Действует до: ").shows("→ —");
    // An undo gives no access back (A15).
    let undone = app.act(anna, async |crm| undo::undo(crm, ended).await.split_refusal().unwrap()).await;
    assert_eq!(undone, Err(Refusal::Gone));
    // Without an invite there is nothing to say.
    app.act(anna, async |crm| rights::set_active(crm, staff, true).await.split_refusal().unwrap()).await.unwrap();
    app.act(anna, async |crm| rights::set_active(crm, staff, false).await.split_refusal().unwrap()).await.unwrap();
    assert_eq!(events(&app, "staff", "invite_end").await, 1);
    let removed = app.act(anna, async |crm| passwords::remove(crm, staff).await.split_refusal().unwrap()).await;
    assert_eq!(removed, Ok(false));
}

#[tokio::test]
async fn a_denial_is_kept_though_the_use_case_that_was_denied_is_rolled_back() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let max = app.staff("max", &[Group::Managers]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    saves(&app, oleg, &lead("89123456789", "", None, ad)).await;
    for (right, from) in [("touch.add", "Operators"), ("group.manage", "Admins"), ("note.add", "Managers")] {
        sqlx::query(
            "update group_permission set revoked_at = now() where permission = $1
                and group_id = (select id from user_group where name = $2)",
        )
        .bind(right)
        .bind(from)
        .execute(app.sql())
        .await
        .unwrap();
    }
    let denials = async |code: &str| -> i64 {
        let sql = "select count(*) from audit_event where action = 'denied' and after = to_jsonb($1::text)";
        sqlx::query_scalar(sql).bind(code).fetch_one(app.sql()).await.unwrap()
    };
    // The touch of a known phone, with the name that would have been filled.
    let again = lead("89123456789", "Иванов", None, ad);
    let refused = app.act(oleg, async |crm| clients::register(crm, &again).await.split_refusal().unwrap()).await;
    assert_eq!((refused.err(), denials("touch.add").await), (Some(Refusal::Denied), 1));
    assert_eq!(app.count("select count(*) from client where last_name is null").await, 1);
    let seed = app
        .act(anna, async |crm| groups::apply_seed(crm, false, |_| "X".to_owned()).await.split_refusal().unwrap())
        .await;
    assert_eq!((seed.err(), denials("group.manage").await), (Some(Refusal::Denied), 1));
    let file = Attachment { file_id: "f", name: "a.pdf", bytes: b"%PDF-1.7" };
    let note = app.act(max, async |crm| notes::add_with_file(crm, 1, None, file).await.split_refusal().unwrap()).await;
    assert_eq!((note.err(), denials("note.add").await), (Some(Refusal::Denied), 1));
    // What a use case does within another one's savepoint is written once, and only once both are over.
    let twice = app.act(anna, async |crm| {
        groups::apply_seed(crm, false, |_| "X".to_owned()).await.split_refusal().unwrap().err();
        notes::add_call(crm, 1, CallOutcome::Reached).await.split_refusal().unwrap().err()
    });
    assert_eq!(twice.await, Some(Refusal::Denied));
    assert_eq!((denials("group.manage").await, denials("note.add").await), (2, 2));
}
