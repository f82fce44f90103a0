//! A second and a third tap at one spot: whatever has just been confirmed, nothing is taken away under the same thumb.

use crmbot::crm::clients;
use crmbot::domain::Group;
use crmbot::flows::CallbackData;
use crmbot::flows::dialogue::Input;
use crmbot::flows::route::ScreenId;
use crmbot::flows::{ButtonAction, Route};
use crmbot::turn::Target;

use crate::support::app::{TestApp, TestUser};
use crate::support::trade::contract_draft;

/// From which end of the rows a spot is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Top,
    Bottom,
}

/// A spot among the buttons: the row from one end, and how far to the right, in a thousandth of the width.
#[derive(Debug, Clone, Copy)]
struct Spot {
    end: End,
    row: usize,
    across: usize,
}

impl Spot {
    /// Where a button lies on the screen.
    fn of(who: TestUser<'_>, label: &str, end: End) -> Self {
        let rows = who.markup().unwrap().rows;
        let find = |row: &Vec<(String, Target)>| row.iter().position(|(text, _)| text.contains(label));
        let found = rows.iter().enumerate().find_map(|(row, buttons)| Some((row, find(buttons)?)));
        let (row, column) = found.unwrap_or_else(|| panic!("no {label:?} on:\n{}", who.screen()));
        let across = (2 * column + 1) * 1000 / (2 * rows[row].len());
        Self { end, row: if end == End::Top { row } else { rows.len() - 1 - row }, across }
    }

    /// The button that lies there now: its label and what a tap on it sends.
    fn button(self, who: TestUser<'_>) -> Option<(String, CallbackData)> {
        let rows = who.markup()?.rows;
        let row = match self.end {
            End::Top => rows.get(self.row)?,
            End::Bottom => rows.get(rows.len().checked_sub(self.row + 1)?)?,
        };
        match row.get(self.across * row.len() / 1000)? {
            (label, Target::Data(data)) => Some((label.clone(), CallbackData::decode(data)?)),
            _ => None,
        }
    }
}

/// Events that take something away or end it.
const TAKEN: &str = "select count(*) from audit_event where action in ('undo', 'void', 'terminate', 'lose', 'archive',
    'finish', 'withdraw', 'decline', 'leave', 'block', 'revoke', 'merge', 'logout')";

/// Taps the button, and then twice more where it was.
async fn three_taps(app: &TestApp, who: TestUser<'_>, label_at: &str, end: End) {
    let spot = Spot::of(who, label_at, end);
    who.taps(label_at).await;
    let before = app.count(TAKEN).await;
    let mut met = Vec::new();
    for _ in 0..2 {
        let Some((label, tap)) = spot.button(who) else { continue };
        met.push(label);
        who.does(Input::Tap(Some(tap))).await;
        assert_eq!(app.count(TAKEN).await, before, "{label_at:?} {spot:?}, then {met:?}:\n{}", who.screen());
    }
}

async fn opens(who: TestUser<'_>, kind: ScreenId, id: i64) -> TestUser<'_> {
    // What the taps of the round before have left open is left.
    let who = who.types("/menu").await;
    let press = ButtonAction::Open(Route::of(kind, id));
    who.does(Input::Tap(Some(CallbackData { version: CallbackData::NOTICE, press }))).await
}

/// A company with a service and two ads.
struct Company<'a> {
    app: &'a TestApp,
    oleg: TestUser<'a>,
    max: TestUser<'a>,
    maria: TestUser<'a>,
    service: i64,
    ad: i64,
}

impl<'a> Company<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let maria = app.english("maria", &[Group::Marketers]).await;
        let oleg = app.english("oleg", &[Group::Operators]).await;
        let max = app.english("max", &[Group::Managers]).await;
        let service = app.sells(maria, "SEO", "60 000").await;
        let ad = app.advertises(maria, "Yandex", service, "50 000").await;
        app.advertises(maria, "Avito", service, "0").await;
        Self { app, oleg, max, maria, service, ad }
    }

    /// A client of the operator's.
    async fn client(&self, number: usize) -> i64 {
        let client = self.app.meets(self.oleg, &format!("891234567{number:02}"), "Ivan Petrov", self.ad).await;
        self.app.passes(chrono::Duration::seconds(30));
        client
    }

    /// A contract of the manager's, from its card.
    async fn contract(&self, number: usize) -> TestUser<'a> {
        let client = self.client(number).await;
        let touch = self.app.touch_of(self.max, client).await;
        let draft = contract_draft(client, touch, self.service, "1500", "2026-03-12", "2026-04-11");
        let id = self.app.signs(self.max, &draft).await.unwrap();
        self.app.passes(chrono::Duration::seconds(30));
        opens(self.max, ScreenId::ContractCard, id).await
    }

    async fn card(&self, who: TestUser<'a>, number: usize) -> TestUser<'a> {
        opens(who, ScreenId::Client, self.client(number).await).await
    }
}

const ENDS: [(usize, End); 2] = [(10, End::Top), (20, End::Bottom)];

#[tokio::test]
async fn a_saved_lead_a_touch_and_a_client_who_is_taken_stay() {
    let app = TestApp::new().await;
    let company = Company::new(&app).await;
    let (oleg, max) = (company.oleg, company.max);
    for (number, end) in ENDS {
        oleg.types("/menu").await.types(&format!("Ivan 8 912 345-68-{number}")).await.taps("Avito").await;
        three_taps(&app, oleg, "Save", end).await;
        company.card(oleg, number).await.taps("Register a touch").await.taps("Avito").await;
        three_taps(&app, oleg, "Save", end).await;
        company.card(max, number + 1).await;
        three_taps(&app, max, "Take", end).await;
        company.card(oleg, number + 2).await.taps("Edit").await.taps("Edit").await.taps("First name").await;
        oleg.types("Boris").await;
        three_taps(&app, oleg, "Save", end).await;
    }
}

#[tokio::test]
async fn a_note_a_call_a_next_step_and_a_consent_stay() {
    let app = TestApp::new().await;
    let company = Company::new(&app).await;
    let oleg = company.oleg;
    for (number, end) in ENDS {
        company.card(oleg, number).await.taps("Outcome of a call").await;
        three_taps(&app, oleg, "reached", end).await;
        company.card(oleg, number + 1).await.taps("Next step").await;
        three_taps(&app, oleg, "Tomorrow", end).await;
        company.card(oleg, number + 2).await.taps("Consent").await;
        three_taps(&app, oleg, "on the phone", end).await;
        // A typed note has no tap of its own: the spot is that of the way to its question.
        company.card(oleg, number + 3).await;
        let spot = Spot::of(oleg, "Note", end);
        oleg.taps("Note").await.types("call back").await;
        let before = app.count(TAKEN).await;
        for _ in 0..2 {
            let Some((label, tap)) = spot.button(oleg) else { continue };
            oleg.does(Input::Tap(Some(tap))).await;
            assert_eq!(app.count(TAKEN).await, before, "{label} {spot:?}");
        }
    }
}

#[tokio::test]
async fn a_client_who_was_marked_lost_and_one_who_was_brought_back_stay_so() {
    let app = TestApp::new().await;
    let company = Company::new(&app).await;
    let oleg = company.oleg;
    for (number, end) in ENDS {
        company.card(oleg, number).await.taps("Lost").await.taps("too expensive").await;
        three_taps(&app, oleg, "Confirm", end).await;
        company.card(oleg, number + 1).await.taps("Lost").await.taps("too expensive").await.taps("Confirm").await;
        app.passes(chrono::Duration::seconds(30));
        three_taps(&app, oleg, "Bring back", end).await;
    }
}

#[tokio::test]
async fn a_contract_and_its_early_end_prolongation_and_voiding_stay() {
    let app = TestApp::new().await;
    let company = Company::new(&app).await;
    let max = company.max;
    for (number, end) in ENDS {
        company.card(max, number).await.taps("Contract").await.taps("Keep").await.taps("SEO").await;
        for _ in 0..4 {
            max.taps("Keep").await;
        }
        max.taps("1 month").await.taps("Skip").await;
        three_taps(&app, max, "Confirm", end).await;
        company.contract(number + 1).await.taps("End early").await.taps("Keep").await.types("moved away").await;
        three_taps(&app, max, "Confirm", end).await;
        company.contract(number + 2).await.taps("Prolong").await.types("31.05.2026").await.types("as agreed").await;
        three_taps(&app, max, "Confirm", end).await;
        company.contract(number + 3).await.taps("Mistake").await.types("twice").await;
        three_taps(&app, max, "Confirm", end).await;
    }
}

#[tokio::test]
async fn a_service_and_an_ad_stay() {
    let app = TestApp::new().await;
    let company = Company::new(&app).await;
    let maria = company.maria;
    for (number, end) in ENDS {
        maria.types("/services").await.taps("New service").await.types(&format!("Design {number}")).await;
        maria.taps("Skip").await.types("1500").await;
        three_taps(&app, maria, "Save", end).await;
        maria.types("/ads").await.taps("New ad").await.types(&format!("Board {number}")).await.taps("SEO").await;
        maria.taps("Avito").await.types("50 000").await.taps("Skip").await.taps("Skip").await;
        three_taps(&app, maria, "Save", end).await;
    }
}

#[tokio::test]
async fn an_undo_takes_back_one_write_and_asks_before_a_record_goes() {
    let app = TestApp::new().await;
    let company = Company::new(&app).await;
    let (oleg, max) = (company.oleg, company.max);
    for (number, end) in ENDS {
        // Two notes, and the lead below them.
        company.card(oleg, number).await.taps("Note").await.types("one").await;
        app.passes(chrono::Duration::seconds(30));
        oleg.taps("Note").await.types("two").await;
        let before = app.count(TAKEN).await;
        three_taps(&app, oleg, "Undo: new note", end).await;
        assert_eq!(app.count(TAKEN).await, before, "the question is not answered where it was asked for");
        // The question's own Yes, and what lies there afterwards.
        company.card(oleg, number + 1).await.taps("Note").await.types("three").await;
        oleg.taps("Undo: new note").await.shows("Undo: new note?").taps("No").await.shows("three");
        oleg.taps("Undo: new note").await;
        three_taps(&app, oleg, "Yes", end).await;
        // An undo that does not ask, with the contract below it.
        company.contract(number + 2).await.taps("Prolong").await.types("31.05.2026").await.types("as agreed").await;
        max.taps("Confirm").await;
        three_taps(&app, max, "Undo:", end).await;
    }
}

#[tokio::test]
async fn an_offered_client_stays_offered() {
    let app = TestApp::new().await;
    let company = Company::new(&app).await;
    let max = company.max;
    app.english("mary", &[Group::Managers]).await;
    for (number, end) in ENDS {
        let client = company.client(number).await;
        app.act(max, async |crm| clients::take(crm, client).await.unwrap()).await;
        app.passes(chrono::Duration::seconds(30));
        opens(max, ScreenId::Client, client).await.taps("Hand over").await.taps("Mary").await.taps("Skip").await;
        three_taps(&app, max, "Confirm", end).await;
    }
}

/// A late second tap draws the screen again: the undo stays where it was put.
#[tokio::test]
async fn a_doubled_tap_leaves_the_undo_apart() {
    let app = TestApp::new().await;
    let company = Company::new(&app).await;
    let max = company.max;
    for (number, end) in ENDS {
        company.contract(number).await.taps("Prolong").await.types("31.05.2026").await.types("as agreed").await;
        let (spot, confirm) = (Spot::of(max, "Confirm", end), max.button("Confirm"));
        for _ in 0..2 {
            max.does(Input::Tap(Some(confirm))).await.hears("runs until");
        }
        let (label, _) = spot.button(max).unwrap();
        assert!(!label.contains("Undo"), "{label}");
        assert!(max.has_button("Undo: "));
    }
}
