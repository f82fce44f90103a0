//! Undo of what brought a client: leads, touches, the voiding and the correction of one; and of an outcome of a call.

use chrono::Duration;
use crmbot::crm::{Entity, Refusal, SplitRefusal, Undone, follow_ups, notes, touches, undo};
use crmbot::domain::{ClientState, Group, Reason};

use crate::support::office::{Office, Player};

const TOUCHES: &str = "select count(*) from touch where voided_at is null";

fn why() -> Reason {
    Reason::parse("ошибка").unwrap()
}

/// Undoes the latest own write about a client.
async fn undo(office: &Office, who: Player<'_>, client: i64) -> Result<Undone, Refusal> {
    let write = office.act(who, async |crm| undo::undoable(crm, Entity::Client, client).await.unwrap()).await;
    let event = write.expect("something to undo").event;
    office.act(who, async |crm| undo::undo(crm, event).await.split_refusal().unwrap()).await
}

async fn undoable(office: &Office, who: Player<'_>, client: i64) -> Option<String> {
    let write = office.act(who, async |crm| undo::undoable(crm, Entity::Client, client).await.unwrap()).await;
    write.map(|write| format!("{} {}", write.action, write.entity))
}

#[tokio::test]
async fn a_voided_touch_counts_again_unless_the_same_ad_came_again_that_day() {
    let office = Office::new().await;
    let ad = office.an_ad("Авито", "AVITO").await;
    let oleg = office.staff("oleg", &[Group::Operators]).await;
    let client = office.meets(oleg, "89123456789", "Иван", ad).await;
    office.passes(Duration::minutes(1));
    let touch = office.count("select max(id) from touch").await;
    office.act(oleg, async |crm| touches::void(crm, touch, &why()).await.unwrap()).await;
    assert_eq!(office.state_of(oleg, client).await, ClientState::Inactive);
    assert_eq!(undo(&office, oleg, client).await, Ok(Undone::Change));
    assert_eq!(office.state_of(oleg, client).await, ClientState::Potential);
    assert_eq!(office.count(TOUCHES).await, 1);

    office.passes(Duration::minutes(1));
    office.act(oleg, async |crm| touches::void(crm, touch, &why()).await.unwrap()).await;
    let write = office.act(oleg, async |crm| undo::undoable(crm, Entity::Client, client).await.unwrap()).await.unwrap();
    let olga = office.staff("olga", &[Group::Operators]).await;
    office.act(olga, async |crm| touches::register(crm, client, ad).await.unwrap()).await;
    let late = office.act(oleg, async |crm| undo::undo(crm, write.event).await.split_refusal().unwrap()).await;
    assert!(late.is_err(), "{late:?}");
    assert_eq!(office.count(TOUCHES).await, 1, "H5");
}

#[tokio::test]
async fn h7_a_correction_is_undone_whole_and_offers_nothing_of_itself_again() {
    let office = Office::new().await;
    let (avito, site) = (office.an_ad("Авито", "AVITO").await, office.an_ad("Сайт", "SITE").await);
    let oleg = office.staff("oleg", &[Group::Operators]).await;
    let client = office.meets(oleg, "89123456789", "Иван", avito).await;
    office.passes(Duration::minutes(1));
    let touch = office.count("select max(id) from touch").await;
    office.act(oleg, async |crm| touches::correct(crm, touch, site, &why()).await.unwrap()).await;
    assert_eq!(undo(&office, oleg, client).await, Ok(Undone::Change));
    assert_eq!(office.count("select ad_id from touch where voided_at is null").await, avito);
    assert_eq!(undoable(&office, oleg, client).await.as_deref(), Some("create client"));
}

#[tokio::test]
async fn a_lead_is_undone_after_all_that_was_done_with_it_was_undone() {
    let office = Office::new().await;
    let ad = office.an_ad("Авито", "AVITO").await;
    let oleg = office.staff("oleg", &[Group::Operators]).await;
    let client = office.meets(oleg, "89123456789", "Иван", ad).await;
    let step = async || {
        office.passes(Duration::seconds(30));
        office.act(oleg, async |crm| follow_ups::set(crm, client, crm.now + Duration::hours(1)).await.unwrap()).await;
    };
    step().await;
    office.passes(Duration::seconds(30));
    office.act(oleg, async |crm| follow_ups::finish(crm, client).await.unwrap()).await;
    office.passes(Duration::seconds(30));
    office.act(oleg, async |crm| notes::add_call(crm, client, crmbot::crm::CallOutcome::Reached).await.unwrap()).await;
    let lead = office.count("select id from audit_event where action = 'create' and entity = 'client'").await;
    let early = office.act(oleg, async |crm| undo::undo(crm, lead).await.split_refusal().unwrap()).await;
    assert!(matches!(early, Err(Refusal::ChangedSince { .. })), "{early:?}");
    for what in ["create note", "finish follow_up", "set follow_up"] {
        assert_eq!(undoable(&office, oleg, client).await.as_deref(), Some(what));
        undo(&office, oleg, client).await.unwrap();
    }
    assert_eq!(undo(&office, oleg, client).await, Ok(Undone::Lead));
    assert_eq!(office.count("select count(*) from client where voided_at is null").await, 0);

    // The phone brings him back; that, too, is undone, and the next step of a colleague stands in its way.
    office.passes(Duration::minutes(1));
    assert_eq!(office.meets(oleg, "89123456789", "Иван", ad).await, client);
    assert_eq!(undo(&office, oleg, client).await, Ok(Undone::Lead));
    office.passes(Duration::minutes(1));
    office.meets(oleg, "89123456789", "Иван", ad).await;
    let olga = office.staff("olga", &[Group::Operators]).await;
    office.passes(Duration::minutes(1));
    office.act(olga, async |crm| follow_ups::set(crm, client, crm.now + Duration::hours(1)).await.unwrap()).await;
    assert_eq!(undo(&office, oleg, client).await, Err(Refusal::HasDependents));
}
