//! The lost mark and live contracts: never both (X12), whatever brings the contract.

use crmbot::crm::{Crm, Error, Refusal, SplitRefusal, clients, consistency, contracts, undo};
use crmbot::domain::{ClientState, Currency, Group, PositiveMoney, Reason, Remark, Title};

use crate::support::app::{TestApp, TestUser};
use crate::support::trade::{contract_draft, day};

const BOTH: &str = "select count(*) from client where lost_at is not null and last_live_day >= '2026-03-12'";
const ENDED: &str = "select count(*) from audit_event where action = 'end_lost' and entity = 'client'
    and before ->> 'lost_reason' = 'дорого' and (before ->> 'lost_at')::timestamptz is not null
    and after -> 'lost_at' = 'null'";

fn why() -> Reason {
    Reason::parse("дорого").unwrap()
}

/// A client who was marked lost after an ended contract, seen by an administrator who may do everything.
struct Lost<'a> {
    app: &'a TestApp,
    root: TestUser<'a>,
    client: i64,
    contract: i64,
    touch: i64,
    service: i64,
}

impl<'a> Lost<'a> {
    async fn set(app: &'a TestApp) -> Self {
        let root = app.superuser("root").await;
        let ad = app.an_ad("Авито", "AVITO").await;
        let service = app.a_service("SEO").await;
        app.at("2026-02-01 12:00");
        let client = app.meets(root, "89123456789", "Иванов", ad).await;
        let touch = app.touch_of(root, client).await;
        let draft = contract_draft(client, touch, service, "1000", "2026-02-01", "2026-02-10");
        let contract = app.signs(root, &draft).await.unwrap();
        app.at("2026-03-12 12:00");
        app.act(root, async |crm| clients::mark_lost(crm, client, &why()).await.unwrap()).await;
        app.passes(chrono::Duration::minutes(1));
        Self { app, root, client, contract, touch, service }
    }

    async fn does(&self, use_case: impl AsyncFnOnce(&mut Crm<'_>) -> Result<(), Error>) {
        self.app.act(self.root, async |crm| use_case(crm).await.split_refusal().unwrap().unwrap()).await;
    }

    /// He is ACTIVE and not lost; the log and the timeline have the mark and its end.
    async fn is_won_back(&self, client: i64) {
        let card = self.app.act(self.root, async |crm| clients::card(crm, client).await.unwrap()).await;
        assert_eq!((card.state, card.lost.is_some()), (ClientState::Active, false));
        assert_eq!((self.app.count(BOTH).await, self.app.count(ENDED).await), (0, 1));
        let holds = self.app.act(self.root, async |crm| consistency::check(crm).await.unwrap().holds()).await;
        assert!(holds, "X16");
        let root = self.root.types(&format!("/find №{client}")).await.hides("Потерян").taps("История").await;
        root.shows("отмечен потерянным").shows("дорого").shows("отметка «потерян» снята");
    }

    async fn last(&self, action: &'static str) -> i64 {
        let sql = "select max(id) from audit_event where action = $1 and entity = 'contract'";
        sqlx::query_scalar(sql).bind(action).fetch_one(self.app.sql()).await.unwrap()
    }
}

#[tokio::test]
async fn x12_a_new_contract_ends_the_lost_mark_and_its_undo_brings_it_back() {
    let app = TestApp::new().await;
    let lost = Lost::set(&app).await;
    let draft = contract_draft(lost.client, lost.touch, lost.service, "1000", "2026-03-12", "2026-12-31");
    app.signs(lost.root, &draft).await.unwrap();
    lost.is_won_back(lost.client).await;
    let created = lost.last("create").await;
    lost.does(async |crm| undo::undo(crm, created).await.map(|_| ())).await;
    let card = app.act(lost.root, async |crm| clients::card(crm, lost.client).await.unwrap()).await;
    assert_eq!((card.state, card.lost.map(|(_, reason)| reason)), (ClientState::Inactive, Some("дорого".to_owned())));
    let holds = app.act(lost.root, async |crm| consistency::check(crm).await.unwrap().holds()).await;
    assert!(holds, "X16");
}

#[tokio::test]
async fn x12_x10_an_ended_contract_that_runs_again_ends_the_lost_mark() {
    let app = TestApp::new().await;
    let lost = Lost::set(&app).await;
    lost.does(async |crm| contracts::prolong(crm, lost.contract, 1, day("2026-12-31"), &why()).await).await;
    lost.is_won_back(lost.client).await;
}

#[tokio::test]
async fn x12_new_terms_of_an_ended_contract_end_the_lost_mark() {
    let app = TestApp::new().await;
    let lost = Lost::set(&app).await;
    let edit = crmbot::crm::ContractEdit {
        title: Title::parse("SEO").unwrap(),
        service: lost.service,
        amount: PositiveMoney::parse("1000", Currency::RUB).unwrap(),
        signed_on: day("2026-02-01"),
        starts_on: day("2026-02-01"),
        ends_on: day("2026-12-31"),
        note: Remark::parse("").unwrap(),
        document: None,
    };
    lost.does(async |crm| contracts::edit(crm, lost.contract, 1, &edit, Some(&why())).await).await;
    lost.is_won_back(lost.client).await;
}

#[tokio::test]
async fn x12_the_undo_of_a_void_or_an_early_end_ends_the_lost_mark() {
    for voids in [true, false] {
        let app = TestApp::new().await;
        let lost = Lost::set(&app).await;
        // Live until a moment ago, and lost since then.
        lost.does(async |crm| contracts::prolong(crm, lost.contract, 1, day("2026-12-31"), &why()).await).await;
        let log = "delete from audit_event where action = 'end_lost'";
        sqlx::query(log).execute(app.sql()).await.unwrap();
        app.passes(chrono::Duration::minutes(1));
        match voids {
            true => lost.does(async |crm| contracts::void(crm, lost.contract, 2, &why()).await).await,
            false => {
                lost.does(async |crm| contracts::terminate(crm, lost.contract, 2, day("2026-03-11"), &why()).await)
                    .await;
            }
        }
        app.passes(chrono::Duration::minutes(1));
        lost.does(async |crm| clients::mark_lost(crm, lost.client, &why()).await).await;
        app.passes(chrono::Duration::minutes(1));
        let event = lost.last(if voids { "void" } else { "terminate" }).await;
        lost.does(async |crm| undo::undo(crm, event).await.map(|_| ())).await;
        lost.is_won_back(lost.client).await;
    }
}

#[tokio::test]
async fn x12_c10_a_merge_with_an_active_client_ends_the_lost_mark() {
    let app = TestApp::new().await;
    let lost = Lost::set(&app).await;
    let ad = app.an_ad("Сайт", "SITE").await;
    let younger = app.meets(lost.root, "89000000001", "Иванов", ad).await;
    app.a_contract(younger, "2026-03-12", "2026-12-31").await;
    lost.does(async |crm| clients::merge(crm, lost.client, younger, &why()).await.map(|_| ())).await;
    lost.is_won_back(lost.client).await;
}

#[tokio::test]
async fn x16_rows_that_are_both_lost_and_active_are_found_and_repaired() {
    let app = TestApp::new().await;
    let lost = Lost::set(&app).await;
    // As programs before wrote them: one whose state is kept rightly, and one whose is not.
    let sql = "update contract set ends_on = '2026-12-31' where id = $1";
    sqlx::query(sql).bind(lost.contract).execute(app.sql()).await.unwrap();
    for kept in [Some("2026-12-31"), None] {
        let sql =
            "update client set last_live_day = $2::date, lost_at = '2026-03-01', lost_reason = 'дорого' where id = $1";
        sqlx::query(sql).bind(lost.client).bind(kept).execute(app.sql()).await.unwrap();
        sqlx::query("delete from audit_event where action = 'end_lost'").execute(app.sql()).await.unwrap();
        let found = app.act(lost.root, async |crm| consistency::check(crm).await.unwrap().drifts).await;
        let [drift] = found[..] else { panic!("{found:?}") };
        assert!(drift.client == lost.client && drift.kept.lost_at.is_some() && drift.derived.lost_at.is_none());
        let repaired = app.act(lost.root, async |crm| consistency::repair(crm).await.unwrap()).await;
        assert_eq!(repaired.len(), 1);
        lost.is_won_back(lost.client).await;
    }
    let told = "select count(*) from audit_event where action = 'repair' and before ->> 'lost_at' is not null
                 and after -> 'lost_at' = 'null' and after ->> 'last_live_day' = '2026-12-31'";
    assert_eq!(app.count(told).await, 2);
}

#[tokio::test]
async fn x14_an_old_button_that_brings_back_says_what_is_to_be_done() {
    let app = TestApp::new().await;
    let ad = app.an_ad("Авито", "AVITO").await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let max = app.staff("max", &[Group::Managers]).await;
    let brings_back = async |client: i64| {
        app.act(oleg, async |crm| clients::bring_back(crm, client).await.split_refusal().unwrap()).await
    };
    // INACTIVE by the end of the contract, and never marked.
    let expired = app.meets(oleg, "89123456789", "Иванов", ad).await;
    app.a_contract(expired, "2026-01-01", "2026-01-31").await;
    assert_eq!(brings_back(expired).await, Err(Refusal::NeedsTouch));
    // A colleague was quicker.
    let client = app.meets(oleg, "89000000001", "Петров", ad).await;
    app.act(oleg, async |crm| clients::mark_lost(crm, client, &why()).await.unwrap()).await;
    app.act(max, async |crm| clients::bring_back(crm, client).await.unwrap()).await;
    assert_eq!(brings_back(client).await, Err(Refusal::AlreadyDone { by: "Max".to_owned(), at: app.now() }));
    // Never marked, and waiting for an answer.
    let waiting = app.meets(oleg, "89000000002", "Сидоров", ad).await;
    assert_eq!(brings_back(waiting).await, Err(Refusal::Changed));
    assert_eq!(brings_back(999).await, Err(Refusal::Gone));
    assert_eq!(app.count("select count(*) from audit_event where action = 'bring_back'").await, 1);
}
