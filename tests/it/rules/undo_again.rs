//! Undo of an undo: within ten minutes what was taken back is done again, by its author, with the use case's own checks.

use chrono::Duration;
use crmbot::crm::{
    CallOutcome, ClientEdit, Entity, LeadDraft, PhoneEdit, Refusal, SplitRefusal, UndoOffers, Undone, clients,
    consents, follow_ups, handover, notes, touches, undo,
};
use crmbot::domain::{ConsentMeans, Email, Group, Note, PersonName, Phone, PhoneRegion, Reason, Remark};

use crate::support::app::{TestApp, TestUser};

/// What a client's records are, apart from ids, versions and moments that grow.
const PICTURE: &str = "select concat_ws(' | ',
    (select string_agg(row(phone, last_name, first_name, email, responsible_id, lost_at is null, lost_reason, voided_at is null,
                           merged_into)::text, ',' order by id) from client),
    (select string_agg(row(client_id, ad_id, local_day)::text, ',' order by client_id, ad_id) from touch where voided_at is null),
    (select string_agg(row(client_id, text, call_outcome)::text, ',' order by client_id, text, call_outcome) from note
      where voided_at is null),
    (select string_agg(row(client_id, owner_id, due_at)::text, ',' order by client_id) from follow_up where done_at is null),
    (select string_agg(row(client_id, means)::text, ',' order by client_id) from client_consent
      where withdrawn_at is null and voided_at is null),
    (select string_agg(row(client_id, from_id, to_id, note)::text, ',' order by id) from client_handover
      where num_nonnulls(accepted_at, declined_at, withdrawn_at) = 0))";

fn why() -> Reason {
    Reason::parse("ошибка").unwrap()
}

async fn picture(app: &TestApp) -> String {
    sqlx::query_scalar(PICTURE).fetch_one(app.sql()).await.unwrap()
}

async fn offers(app: &TestApp, who: TestUser<'_>, client: i64) -> UndoOffers {
    app.act(who, async |crm| undo::offers(crm, Entity::Client, client).await.unwrap()).await
}

async fn undoes(app: &TestApp, who: TestUser<'_>, event: i64) -> Result<Undone, Refusal> {
    app.act(who, async |crm| undo::undo(crm, event).await.split_refusal().unwrap()).await
}

/// Undoes the author's last write about a client, does it again, and undoes it once more.
async fn forth_and_back(app: &TestApp, who: TestUser<'_>, client: i64, before: &str, use_case: &str) {
    let done = picture(app).await;
    assert_ne!(done, before, "{use_case}");
    for _ in 0..2 {
        app.passes(Duration::seconds(10));
        let write = offers(app, who, client).await.undo.unwrap_or_else(|| panic!("{use_case}"));
        let undone = undoes(app, who, write.event).await;
        assert!(undone.is_ok(), "{use_case}: {undone:?}");
        assert_eq!(picture(app).await, before, "{use_case}");
        app.passes(Duration::seconds(10));
        let undo = app.count("select max(id) from audit_event where action = 'undo'").await;
        // What the card offers is what was undone; a lead has no card any more.
        if undone != Ok(Undone::Lead) {
            let event = match offers(app, who, client).await.again {
                Some(again) => again.event,
                None => panic!("{use_case}: the card offers nothing"),
            };
            assert_eq!(undoes(app, who, event).await, Ok(Undone::Again), "{use_case}");
        } else {
            assert_eq!(undoes(app, who, undo).await, Ok(Undone::Again), "{use_case}");
        }
        assert_eq!(picture(app).await, done, "{use_case}");
        assert_eq!(offers(app, who, client).await.again, None, "{use_case}: done again");
    }
    let write = offers(app, who, client).await.undo.unwrap();
    undoes(app, who, write.event).await.unwrap();
    assert_eq!(picture(app).await, before, "{use_case}");
    // The next use case starts on a clean table.
    app.passes(Duration::minutes(11));
}

#[tokio::test]
async fn whatever_an_operator_has_undone_about_a_client_is_done_again() {
    let app = TestApp::new().await;
    let (avito, site) = (app.an_ad("Авито", "AVITO").await, app.an_ad("Сайт", "SITE").await);
    let oleg = app.staff("oleg", &[Group::Operators, Group::Managers]).await;
    let client = app.meets(oleg, "89123456789", "Иванов Иван", avito).await;
    app.passes(Duration::minutes(11));
    let touch = app.touch_of(oleg, client).await;
    for use_case in
        ["edit", "note", "call", "lost", "touch", "void a touch", "correct a touch", "step", "consent", "take", "phone"]
    {
        let before = picture(&app).await;
        let version = app.act(oleg, async |crm| clients::card(crm, client).await.unwrap().version).await;
        let phone = Phone::parse("89990001122", PhoneRegion::RU).unwrap();
        let done = app
            .act(oleg, async |crm| match use_case {
                "edit" => {
                    let name = PersonName::split("Петров Пётр").unwrap();
                    clients::edit(crm, &ClientEdit { client, version, name, email: None }).await
                }
                "note" => notes::add(crm, client, &Note::parse("кухня").unwrap()).await.map(|_| ()),
                "call" => notes::add_call(crm, client, CallOutcome::Reached).await.map(|_| ()),
                "lost" => clients::mark_lost(crm, client, &why()).await,
                "touch" => touches::register(crm, client, site).await.map(|_| ()),
                "void a touch" => touches::void(crm, touch, &why()).await.map(|_| ()),
                "correct a touch" => touches::correct(crm, touch, site, &why()).await.map(|_| ()),
                "step" => follow_ups::set(crm, client, crm.now + Duration::days(2)).await,
                "consent" => consents::give(crm, client, ConsentMeans::Phone).await,
                "take" => clients::take(crm, client).await.map(|_| ()),
                _ => clients::correct_own_phone(crm, client, version, &phone, "").await,
            })
            .await;
        done.split_refusal().unwrap().unwrap_or_else(|refusal| panic!("{use_case}: {refusal:?}"));
        forth_and_back(&app, oleg, client, &before, use_case).await;
    }
    // What ends something that was there before.
    app.act(oleg, async |crm| {
        follow_ups::set(crm, client, crm.now + Duration::days(3)).await.unwrap();
        consents::give(crm, client, ConsentMeans::Phone).await.unwrap();
        clients::mark_lost(crm, client, &why()).await.unwrap();
    })
    .await;
    app.passes(Duration::minutes(11));
    for use_case in ["bring back", "step done", "withdraw the consent"] {
        let before = picture(&app).await;
        let done = app
            .act(oleg, async |crm| match use_case {
                "bring back" => clients::bring_back(crm, client).await,
                "step done" => follow_ups::finish(crm, client).await,
                _ => consents::withdraw(crm, client).await,
            })
            .await;
        done.split_refusal().unwrap().unwrap_or_else(|refusal| panic!("{use_case}: {refusal:?}"));
        forth_and_back(&app, oleg, client, &before, use_case).await;
    }
}

#[tokio::test]
async fn a_handover_and_its_answers_are_done_again() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let max = app.staff("max", &[Group::Managers]).await;
    let mia = app.staff("mia", &[Group::Managers]).await;
    let client = app.meets(oleg, "89123456789", "Иванов", ad).await;
    app.act(max, async |crm| clients::take(crm, client).await.unwrap()).await;
    app.passes(Duration::minutes(11));
    let (to, note) = (app.staff_id(mia).await, Remark::parse("звонит утром").unwrap());
    let before = picture(&app).await;
    app.act(max, async |crm| handover::offer(crm, client, to, &note).await.unwrap()).await;
    forth_and_back(&app, max, client, &before, "offer").await;
    let id = app.act(max, async |crm| handover::offer(crm, client, to, &note).await.unwrap()).await;
    app.passes(Duration::minutes(11));
    let before = picture(&app).await;
    app.act(mia, async |crm| handover::decline(crm, id, Some(&why())).await.unwrap()).await;
    forth_and_back(&app, mia, client, &before, "decline").await;
    app.act(max, async |crm| handover::withdraw(crm, id).await.unwrap()).await;
    forth_and_back(&app, max, client, &before, "withdraw").await;
    app.act(mia, async |crm| handover::accept(crm, id).await.unwrap()).await;
    forth_and_back(&app, mia, client, &before, "accept").await;
}

#[tokio::test]
async fn an_undone_lead_comes_back_whole_and_so_does_a_merge() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let older = app.meets(oleg, "89123456700", "Петров", ad).await;
    app.passes(Duration::minutes(11));
    oleg.types("Иван 8 912 345-67-89 с авито, кухня из дуба").await.taps("Сохранить").await.shows("Иван");
    let done = picture(&app).await;
    // The card goes with the lead: the screen below offers what was undone.
    oleg.taps("Отменить: новый клиент").await.taps("Да").await.hears("Лид отменён");
    assert_ne!(picture(&app).await, done);
    oleg.taps("Снова: новый клиент").await.hears("Сделано снова");
    assert_eq!(picture(&app).await, done);
    assert!(!oleg.has_button("Снова"));
    oleg.types("8 912 345-67-89").await.shows("уже есть").types("/cancel").await;
    // A finished ad takes no lead again (P8).
    oleg.types("Пётр 8 912 345-67-01 с авито").await.taps("Сохранить").await;
    oleg.taps("Отменить: новый клиент").await.taps("Да").await;
    let undone = picture(&app).await;
    app.finish(ad).await;
    oleg.taps("Снова: новый клиент").await.hears("завершили");
    assert_eq!(picture(&app).await, undone);
    app.passes(Duration::minutes(11));
    let before = picture(&app).await;
    let younger = app.count("select id from client where phone = '+79123456789'").await;
    app.act(anna, async |crm| clients::merge(crm, older, younger, &why()).await.unwrap()).await;
    forth_and_back(&app, anna, older, &before, "merge").await;
}

#[tokio::test]
async fn filled_gaps_are_filled_again_and_what_stands_there_stays() {
    let app = TestApp::new().await;
    let (avito, site) = (app.an_ad("Авито", "AVITO").await, app.an_ad("Сайт", "SITE").await);
    let (oleg, olga) = (app.staff("oleg", &[Group::Operators]).await, app.staff("olga", &[Group::Operators]).await);
    for (phone, changed) in [("89123456789", false), ("89123456780", true)] {
        let client = app.meets(oleg, phone, "Иванов", avito).await;
        app.passes(Duration::minutes(11));
        let before = picture(&app).await;
        let lead = LeadDraft {
            phone: Phone::parse(phone, PhoneRegion::RU).unwrap(),
            phone_raw: String::new(),
            name: PersonName::split("Петров").unwrap(),
            email: Email::parse("p@example.com").unwrap(),
            ad: site,
            notes: Vec::new(),
        };
        app.act(oleg, async |crm| clients::register(crm, &lead).await.unwrap()).await;
        // The touch is undone first, then what it has filled.
        for action in ["create", "fill"] {
            let write = offers(&app, oleg, client).await.undo.unwrap();
            assert_eq!(write.action, action);
            undoes(&app, oleg, write.event).await.unwrap();
        }
        assert_eq!(picture(&app).await, before);
        let again = offers(&app, oleg, client).await.again.unwrap();
        assert_eq!(again.action, "fill");
        if changed {
            // A colleague's address that came meanwhile is not written over.
            let version = app.act(olga, async |crm| clients::card(crm, client).await.unwrap().version).await;
            let (name, email) = (PersonName::split("Иванов").unwrap(), Email::parse("own@example.com").unwrap());
            let edit = ClientEdit { client, version, name, email };
            app.act(olga, async |crm| clients::edit(crm, &edit).await.unwrap()).await;
            assert_eq!(undoes(&app, oleg, again.event).await, Err(Refusal::HasDependents));
            assert_eq!(app.count("select count(*) from client where email = 'own@example.com'").await, 1);
        } else {
            assert_eq!(undoes(&app, oleg, again.event).await, Ok(Undone::Again));
            let filled = "select count(*) from client where last_name = 'Иванов' and email = 'p@example.com'";
            assert_eq!(app.count(filled).await, 1);
            // Done again it is a write as any other.
            let write = offers(&app, oleg, client).await.undo.unwrap();
            undoes(&app, oleg, write.event).await.unwrap();
            assert_eq!(picture(&app).await, before);
        }
    }
}

#[tokio::test]
async fn an_undo_is_undone_by_its_author_within_ten_minutes_with_the_rights_of_the_use_case() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.english("oleg", &[Group::Operators]).await;
    let olga = app.english("olga", &[Group::Operators]).await;
    let anna = app.english("anna", &[Group::Admins]).await;
    let client = app.meets(oleg, "89123456789", "Ivan", ad).await;
    app.passes(Duration::minutes(11));
    app.act(oleg, async |crm| clients::mark_lost(crm, client, &why()).await.unwrap()).await;
    let write = offers(&app, oleg, client).await.undo.unwrap();
    oleg.types(&format!("№{client}")).await.taps("Undo: client marked lost").await.hears("Undone");
    let undo = offers(&app, oleg, client).await.again.unwrap();
    assert_eq!((undo.action.as_str(), undoes(&app, olga, undo.event).await), ("lose", Err(Refusal::Gone)));
    assert_eq!(offers(&app, olga, client).await.again, None, "a colleague is not offered it");
    // In the chat: both buttons in one row, apart from where the last tap was.
    oleg.taps("Do again: client marked lost").await.hears("Done again").shows("Lost on");
    assert!(!oleg.has_button("Do again"));
    oleg.taps("Undo: client marked lost").await.hears("Undone");
    assert!(matches!(undoes(&app, oleg, write.event).await, Err(Refusal::AlreadyDone { .. })));
    assert!(matches!(undoes(&app, oleg, undo.event).await, Err(Refusal::AlreadyDone { .. })));
    // What was written since stands against it.
    let undo = offers(&app, oleg, client).await.again.unwrap();
    app.passes(Duration::minutes(1));
    app.act(oleg, async |crm| notes::add(crm, client, &Note::parse("x").unwrap()).await.unwrap()).await;
    assert_eq!(offers(&app, oleg, client).await.again, None);
    assert!(matches!(undoes(&app, oleg, undo.event).await, Err(Refusal::ChangedSince { .. })));
    // Ten minutes of the undo, not of the write.
    let last = offers(&app, oleg, client).await.undo.unwrap();
    app.passes(Duration::minutes(9));
    undoes(&app, oleg, last.event).await.unwrap();
    app.passes(Duration::minutes(9));
    assert!(offers(&app, oleg, client).await.again.is_some());
    let undo = offers(&app, oleg, client).await.again.unwrap();
    app.passes(Duration::minutes(1));
    assert_eq!(undoes(&app, oleg, undo.event).await, Err(Refusal::TooLate));
    // Without the right that the use case asks for, nothing is done again: a group lost since does not act.
    let number = PhoneEdit {
        client,
        version: app.act(anna, async |crm| clients::card(crm, client).await.unwrap().version).await,
        phone: Phone::parse("89990001122", PhoneRegion::RU).unwrap(),
        phone_raw: String::new(),
        reason: why(),
    };
    app.act(anna, async |crm| clients::correct_phone(crm, &number).await.unwrap()).await;
    let write = offers(&app, anna, client).await.undo.unwrap();
    undoes(&app, anna, write.event).await.unwrap();
    let undo = offers(&app, anna, client).await.again.unwrap();
    let withdraw = "update group_permission set revoked_at = now() where permission = 'client.phone'";
    sqlx::query(withdraw).execute(app.sql()).await.unwrap();
    assert_eq!(undoes(&app, anna, undo.event).await, Err(Refusal::Denied));
    assert_eq!(app.count("select count(*) from client where phone = '+79123456789'").await, 1);
}
