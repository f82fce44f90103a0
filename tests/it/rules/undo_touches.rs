//! Undo of what brought a client: leads, touches, the voiding and the correction of one; and of an outcome of a call.

use chrono::Duration;
use crmbot::crm::{Entity, Refusal, SplitRefusal, Undone, follow_ups, notes, touches, undo};
use crmbot::domain::{ClientState, Group, Reason};

use crate::support::app::{TestApp, TestUser};

const TOUCHES: &str = "select count(*) from touch where voided_at is null";

fn why() -> Reason {
    Reason::parse("ошибка").unwrap()
}

/// Undoes the latest own write about a client.
async fn undo(app: &TestApp, who: TestUser<'_>, client: i64) -> Result<Undone, Refusal> {
    let write = app.act(who, async |crm| undo::undoable(crm, Entity::Client, client).await.unwrap()).await;
    let event = write.expect("something to undo").event;
    app.act(who, async |crm| undo::undo(crm, event).await.split_refusal().unwrap()).await
}

async fn undoable(app: &TestApp, who: TestUser<'_>, client: i64) -> Option<String> {
    let write = app.act(who, async |crm| undo::undoable(crm, Entity::Client, client).await.unwrap()).await;
    write.map(|write| format!("{} {}", write.action, write.entity))
}

#[tokio::test]
async fn a_voided_touch_counts_again_unless_the_same_ad_came_again_that_day() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let client = app.meets(oleg, "89123456789", "Иван", ad).await;
    app.passes(Duration::minutes(1));
    let touch = app.count("select max(id) from touch").await;
    app.act(oleg, async |crm| touches::void(crm, touch, &why()).await.unwrap()).await;
    assert_eq!(app.state_of(oleg, client).await, ClientState::Inactive);
    assert_eq!(undo(&app, oleg, client).await, Ok(Undone::Change));
    assert_eq!(app.state_of(oleg, client).await, ClientState::Potential);
    assert_eq!(app.count(TOUCHES).await, 1);

    app.passes(Duration::minutes(1));
    app.act(oleg, async |crm| touches::void(crm, touch, &why()).await.unwrap()).await;
    let write = app.act(oleg, async |crm| undo::undoable(crm, Entity::Client, client).await.unwrap()).await.unwrap();
    let olga = app.staff("olga", &[Group::Operators]).await;
    app.act(olga, async |crm| touches::register(crm, client, ad).await.unwrap()).await;
    let late = app.act(oleg, async |crm| undo::undo(crm, write.event).await.split_refusal().unwrap()).await;
    assert!(late.is_err(), "{late:?}");
    assert_eq!(app.count(TOUCHES).await, 1, "H5");
}

#[tokio::test]
async fn h7_a_correction_is_undone_whole_and_offers_nothing_of_itself_again() {
    let app = TestApp::new().await;
    let (avito, site) = (app.an_ad("Авито", "AVITO").await, app.an_ad("Сайт", "SITE").await);
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let client = app.meets(oleg, "89123456789", "Иван", avito).await;
    app.passes(Duration::minutes(1));
    let touch = app.count("select max(id) from touch").await;
    app.act(oleg, async |crm| touches::correct(crm, touch, site, &why()).await.unwrap()).await;
    assert_eq!(undo(&app, oleg, client).await, Ok(Undone::Change));
    assert_eq!(app.count("select ad_id from touch where voided_at is null").await, avito);
    assert_eq!(undoable(&app, oleg, client).await.as_deref(), Some("create client"));
}

#[tokio::test]
async fn a_lead_is_undone_after_all_that_was_done_with_it_was_undone() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let client = app.meets(oleg, "89123456789", "Иван", ad).await;
    let step = async || {
        app.passes(Duration::seconds(30));
        app.act(oleg, async |crm| follow_ups::set(crm, client, crm.now + Duration::hours(1)).await.unwrap()).await;
    };
    step().await;
    app.passes(Duration::seconds(30));
    app.act(oleg, async |crm| follow_ups::finish(crm, client).await.unwrap()).await;
    app.passes(Duration::seconds(30));
    app.act(oleg, async |crm| notes::add_call(crm, client, crmbot::crm::CallOutcome::Reached).await.unwrap()).await;
    let lead = app.count("select id from audit_event where action = 'create' and entity = 'client'").await;
    let early = app.act(oleg, async |crm| undo::undo(crm, lead).await.split_refusal().unwrap()).await;
    assert!(matches!(early, Err(Refusal::ChangedSince { .. })), "{early:?}");
    for what in ["create note", "finish follow_up", "set follow_up"] {
        assert_eq!(undoable(&app, oleg, client).await.as_deref(), Some(what));
        undo(&app, oleg, client).await.unwrap();
    }
    assert_eq!(undo(&app, oleg, client).await, Ok(Undone::Lead));
    assert_eq!(app.count("select count(*) from client where voided_at is null").await, 0);

    // The phone brings the client back; that, too, is undone, and the next step of a colleague stands in its way.
    app.passes(Duration::minutes(1));
    assert_eq!(app.meets(oleg, "89123456789", "Иван", ad).await, client);
    assert_eq!(undo(&app, oleg, client).await, Ok(Undone::Lead));
    app.passes(Duration::minutes(1));
    app.meets(oleg, "89123456789", "Иван", ad).await;
    let olga = app.staff("olga", &[Group::Operators]).await;
    app.passes(Duration::minutes(1));
    app.act(olga, async |crm| follow_ups::set(crm, client, crm.now + Duration::hours(1)).await.unwrap()).await;
    assert_eq!(undo(&app, oleg, client).await, Err(Refusal::HasDependents));
}
