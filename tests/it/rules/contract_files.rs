//! Files brought to a contract that is there already, and its history (K14, E1, E2, G8).

use crmbot::crm::{Refusal, SplitRefusal, audit_log, contracts, documents};
use crmbot::domain::{DocumentError, Group, Reason};
use crmbot::flows::dialogue::Input;
use crmbot::flows::route::ScreenId;
use crmbot::flows::{ButtonAction, CallbackData, Event, File, Route};

use crate::support::app::{TestApp, TestUser};
use crate::support::trade::{contract_draft, day};

const PDF: &[u8] = b"%PDF-1.7 first";

/// A live contract of Max's.
async fn contract(app: &TestApp) -> (TestUser<'_>, i64) {
    let maria = app.english("maria", &[Group::Marketers]).await;
    let oleg = app.english("oleg", &[Group::Operators]).await;
    let max = app.english("max", &[Group::Managers]).await;
    let service = app.sells(maria, "SEO", "60 000").await;
    let ad = app.advertises(maria, "Yandex", service, "50 000").await;
    let client = app.meets(oleg, "89123456701", "Ivan Petrov", ad).await;
    let touch = app.touch_of(max, client).await;
    let draft = contract_draft(client, touch, service, "1500", "2026-03-12", "2026-04-11");
    (max, app.signs(max, &draft).await.unwrap())
}

fn card(id: i64) -> Input {
    Input::Tap(Some(CallbackData {
        version: CallbackData::NOTICE,
        press: ButtonAction::Open(Route::of(ScreenId::ContractCard, id)),
    }))
}

#[tokio::test]
async fn k14_g8_a_file_is_attached_by_its_content_and_the_replaced_one_stays_in_the_history() {
    let app = TestApp::new().await;
    let (max, id) = contract(&app).await;
    max.does(card(id)).await.shows("no file").taps("Attach the document").await.shows("Send the document");
    max.sends("contract.pdf", b"MZ not a document").await.shows("look into the file").shows("Send the document");
    max.sends("contract.pdf", b"").await.shows("empty");
    max.types("here it is").await.shows("as a file or a photo");
    let large =
        File { file_id: "large".into(), name: "a.pdf".into(), size: 20 * 1024 * 1024 + 1, caption: String::new() };
    max.does(Input::Event(Event::Sent(large))).await.shows("at most 20 MB");
    let lost = File { file_id: "lost".into(), name: "a.pdf".into(), size: 9, caption: String::new() };
    max.does(Input::Event(Event::Sent(lost))).await.shows("did not give me the file").shows("Send the document");
    assert_eq!(app.count("select count(*) from document").await, 0);
    max.sends("<b>first&.pdf", PDF).await.shows("is attached").shows("📎 <b>first&.pdf").hides("no file");
    app.passes(chrono::Duration::minutes(1));
    max.taps("Replace the document").await.shows("<b>first&.pdf").sends("second.pdf", b"%PDF-1.7 second").await;
    max.shows("📎 second.pdf").taps("📎 second.pdf").await;
    assert_eq!(max.documents().len(), 1);
    max.taps("History").await.shows("contract's document attached").shows("Document: <b>first&.pdf → second.pdf");
    max.shows("contract confirmed").taps("<b>first&.pdf").await;
    assert_eq!(max.documents().len(), 2, "the replaced file is shown again");
    let kept = "select count(*) from document where bytes is not null";
    assert_eq!(app.count(kept).await, 2);
    max.taps("Back").await.taps("Undo: contract's document attached").await.shows("📎 <b>first&.pdf");
    max.taps("Undo: contract's document attached").await.shows("no file");
    assert_eq!(app.count(kept).await, 2, "bytes are never thrown away");
}

#[tokio::test]
async fn a_replaced_file_is_put_back_and_replaced_again() {
    let app = TestApp::new().await;
    let (max, id) = contract(&app).await;
    max.does(card(id)).await.taps("Attach the document").await.sends("first.pdf", PDF).await.shows("📎 first.pdf");
    app.passes(chrono::Duration::minutes(1));
    max.taps("Replace the document").await.sends("second.pdf", b"%PDF-1.7 second").await.shows("📎 second.pdf");
    for _ in 0..2 {
        app.passes(chrono::Duration::minutes(1));
        max.taps("Undo: contract's document attached").await.shows("📎 first.pdf");
        max.taps("Do again: contract's document attached").await.hears("Done again").shows("📎 second.pdf");
    }
    max.taps("📎 second.pdf").await;
    assert_eq!(max.documents().len(), 1);
    // The same two files all along.
    assert_eq!(app.count("select count(*) from document where bytes is not null").await, 2);
}

#[tokio::test]
async fn e1_a_file_is_not_put_on_a_contract_that_was_changed_or_ended_meanwhile() {
    let app = TestApp::new().await;
    let (max, id) = contract(&app).await;
    let anna = app.english("anna", &[Group::Admins]).await;
    let reason = Reason::parse("a mistake").unwrap();
    max.does(card(id)).await.taps("Attach the document").await;
    app.act(anna, async |crm| {
        contracts::prolong(crm, id, 1, day("2026-05-01"), &reason).await.split_refusal().unwrap()
    })
    .await
    .unwrap();
    max.sends("contract.pdf", PDF).await.shows("changed this in the meantime").shows("no file").shows("1 May");
    assert_eq!(app.count("select count(*) from document").await, 0, "nothing half-made is kept");
    max.taps("Attach the document").await;
    app.at("2026-05-02 10:00");
    max.sends("contract.pdf", PDF).await.shows("not live any more");
    assert!(!max.has_button("Attach"));
    assert_eq!(app.count("select count(*) from contract where document_id is not null").await, 0);
}

#[tokio::test]
async fn g6_nobody_without_the_right_attaches_a_file_or_reads_a_history() {
    let app = TestApp::new().await;
    let (max, id) = contract(&app).await;
    for group in [Group::Operators, Group::Marketers, Group::Admins] {
        let who = app.english(&format!("no-{}", group.name().to_lowercase()), &[group]).await;
        let done = app
            .act(who, async |crm| {
                contracts::attach_document(crm, id, 1, "f", "a.pdf", PDF).await.split_refusal().unwrap()
            })
            .await;
        assert_eq!(done.map(|_| ()), Err(Refusal::Denied), "{group:?}");
        let read = app
            .act(who, async |crm| audit_log::contract_history(crm, id, None, 5).await.split_refusal().unwrap())
            .await;
        let files = app.act(who, async |crm| audit_log::contract_files(crm, id).await.split_refusal().unwrap()).await;
        assert_eq!((read.is_ok(), files.is_ok()), (group == Group::Admins, group == Group::Admins), "{group:?}");
    }
    let forged = app
        .act(max, async |crm| contracts::attach_document(crm, 99, 1, "f", "a.pdf", PDF).await.split_refusal().unwrap())
        .await;
    assert_eq!(forged.map(|_| ()), Err(Refusal::Gone));
    let exe = app
        .act(max, async |crm| {
            contracts::attach_document(crm, id, 1, "f", "a.pdf", b"MZ").await.split_refusal().unwrap()
        })
        .await;
    assert_eq!(exe.map(|_| ()), Err(Refusal::Document(DocumentError::NotAllowed)));
    // A forged number in the history's button leads to no file of another's.
    app.act(max, async |crm| documents::store(crm, "f", "other.pdf", PDF).await.split_refusal().unwrap())
        .await
        .unwrap();
    max.does(card(id)).await.taps("History").await;
    let version = app.count("select max(version) from chat_session").await;
    max.does(Input::Tap(Some(CallbackData { version, press: ButtonAction::Pick(1) }))).await;
    assert!(max.documents().is_empty());
}

#[tokio::test]
async fn e2_the_history_of_a_contract_is_told_in_words_page_by_page() {
    let app = TestApp::new().await;
    let (max, id) = contract(&app).await;
    let anna = app.english("anna", &[Group::Admins]).await;
    let reason = Reason::parse("as agreed").unwrap();
    for (version, day_of_may) in (1..).zip(10..16) {
        let until = day(&format!("2026-05-{day_of_may}"));
        let who = if version % 2 == 0 { max } else { anna };
        app.act(who, async |crm| contracts::prolong(crm, id, version, until, &reason).await.split_refusal().unwrap())
            .await
            .unwrap();
    }
    max.does(card(id)).await.taps("History").await.shows("History of contract №1").shows("Max, Thu, 12 Mar, 12:00");
    max.shows("Ends on: 14 May 2026 → 15 May 2026")
        .shows("Reason: as agreed")
        .shows("Anna")
        .hides("contract confirmed");
    max.taps("›").await.shows("contract confirmed").shows("Amount: ₽1,500").taps("‹").await.shows("15 May 2026");
}
