//! Expiry and state (X1–X6, X10, X11), as readers see them on each day.

use crmbot::crm::{ContractDraft, Refusal, SplitRefusal, contracts};
use crmbot::domain::{ClientState, ContractStatus, Group, Period, Reason};

use crate::support::app::{TestApp, TestUser};
use crate::support::trade::{contract_draft, day, money};

struct Client<'a> {
    app: &'a TestApp,
    oleg: TestUser<'a>,
    max: TestUser<'a>,
    service: i64,
    ads: [i64; 2],
    id: i64,
}

impl<'a> Client<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let maria = app.staff("maria", &[Group::Marketers]).await;
        let oleg = app.english("oleg", &[Group::Operators]).await;
        let max = app.english("max", &[Group::Managers]).await;
        let service = app.sells(maria, "SEO", "60 000").await;
        let ads =
            [app.advertises(maria, "Yandex", service, "1").await, app.advertises(maria, "Avito", service, "1").await];
        let id = app.meets(oleg, "89123456701", "Ivan Petrov", ads[0]).await;
        Self { app, oleg, max, service, ads, id }
    }

    async fn signs(&self, from: &str, to: &str) -> i64 {
        let touch = self.app.touch_of(self.max, self.id).await;
        // Signed today, whenever it begins.
        let signed_on = self.app.act(self.max, async |crm| crm.today()).await;
        let draft = contract_draft(self.id, touch, self.service, "1000", from, to);
        self.app.signs(self.max, &ContractDraft { signed_on, ..draft }).await.unwrap()
    }

    async fn state(&self) -> ClientState {
        self.app.state_of(self.max, self.id).await
    }

    async fn status(&self, contract: i64) -> ContractStatus {
        self.app.act(self.max, async |crm| contracts::card(crm, contract).await.unwrap().status).await
    }
}

#[tokio::test]
async fn x1_x2_it_runs_until_midnight_of_its_last_day_and_then_nobody_waits() {
    let app = TestApp::new().await;
    let ivan = Client::new(&app).await;
    let contract = ivan.signs("2026-03-12", "2026-04-11").await;
    app.at("2026-04-11 23:59");
    assert_eq!((ivan.status(contract).await, ivan.state().await), (ContractStatus::Running, ClientState::Active));
    app.at("2026-04-12 00:00");
    assert_eq!((ivan.status(contract).await, ivan.state().await), (ContractStatus::Expired, ClientState::Inactive));
}

#[tokio::test]
async fn x3_x5_another_contract_running_or_to_come_keeps_him_active() {
    let app = TestApp::new().await;
    let ivan = Client::new(&app).await;
    ivan.signs("2026-03-12", "2026-03-31").await;
    ivan.signs("2026-03-12", "2026-04-30").await;
    ivan.signs("2026-06-01", "2026-06-30").await;
    for (at, state) in [
        ("2026-04-01 10:00", ClientState::Active),
        ("2026-05-15 10:00", ClientState::Active),
        ("2026-06-30 10:00", ClientState::Active),
        ("2026-07-01 10:00", ClientState::Inactive),
    ] {
        app.at(at);
        assert_eq!(ivan.state().await, state, "{at}");
    }
}

#[tokio::test]
async fn x6_a_touch_during_the_contract_waits_for_its_end_and_an_older_one_does_not_count() {
    let app = TestApp::new().await;
    let ivan = Client::new(&app).await;
    // Unanswered, and older than the contract's entry.
    app.at("2026-03-12 12:30");
    app.meets(ivan.oleg, "89123456701", "Ivan", ivan.ads[1]).await;
    app.at("2026-03-12 13:00");
    ivan.signs("2026-03-12", "2026-03-31").await;
    app.at("2026-04-01 10:00");
    assert_eq!(ivan.state().await, ClientState::Inactive);
    app.at("2026-03-20 10:00");
    app.meets(ivan.oleg, "89123456701", "Ivan", ivan.ads[1]).await;
    assert_eq!(ivan.state().await, ClientState::Active);
    app.at("2026-04-01 10:00");
    assert_eq!(ivan.state().await, ClientState::Potential);
}

#[tokio::test]
async fn x10_an_end_moved_into_the_future_with_a_reason_makes_it_run_again() {
    let app = TestApp::new().await;
    let ivan = Client::new(&app).await;
    let contract = ivan.signs("2026-03-12", "2026-03-31").await;
    app.at("2026-04-10 10:00");
    let why = Reason::parse("the client stays").unwrap();
    let (max, to) = (ivan.max, day("2026-05-31"));
    let prolong = async |who| {
        app.act(who, async |crm| contracts::prolong(crm, contract, 1, to, &why).await.split_refusal().unwrap()).await
    };
    assert_eq!(prolong(max).await, Err(Refusal::ContractNotLive));
    let root = app.english("root", &[Group::Admins]).await;
    root.types("/contracts")
        .await
        .taps("Ended")
        .await
        .taps("Ivan")
        .await
        .taps("Prolong")
        .await
        .types("31.05.2026")
        .await;
    root.types("the client stays").await.taps("Confirm").await.shows("runs until 31 May 2026");
    assert_eq!((ivan.status(contract).await, ivan.state().await), (ContractStatus::Running, ClientState::Active));
    let told = "select count(*) from audit_event where action = 'prolong' and reason = 'the client stays'";
    assert_eq!(app.count(told).await, 1);
}

#[tokio::test]
async fn x11_terminated_from_the_day_after_and_the_revenue_stays() {
    let app = TestApp::new().await;
    let ivan = Client::new(&app).await;
    let contract = ivan.signs("2026-03-12", "2026-04-30").await;
    app.at("2026-03-20 10:00");
    let max = ivan.max.types("/contracts").await.taps("Ivan").await.taps("End early").await.taps("Keep").await;
    max.types("moved away").await.taps("Confirm").await.shows("ends on 20 Mar 2026").shows("🟢");
    assert_eq!(ivan.state().await, ClientState::Active);
    app.at("2026-03-21 00:00");
    assert_eq!((ivan.status(contract).await, ivan.state().await), (ContractStatus::Terminated, ClientState::Inactive));
    let figures = app.figures_of(max, ivan.ads[0], Period::AllTime).await;
    // X11: the statistics count the contract and its revenue as before
    assert_eq!((figures.contracts, figures.revenue), (1, money("1000").decimal()));
}

#[tokio::test]
async fn x11_a_last_day_outside_the_contract_is_refused() {
    let app = TestApp::new().await;
    let ivan = Client::new(&app).await;
    let contract = ivan.signs("2026-03-12", "2026-04-30").await;
    let why = Reason::parse("x").unwrap();
    for on in ["2026-03-11", "2026-05-01"] {
        let on = day(on);
        let done = async |crm: &mut crmbot::crm::Crm<'_>| {
            contracts::terminate(crm, contract, 1, on, &why).await.split_refusal()
        };
        assert_eq!(app.act(ivan.max, done).await.unwrap(), Err(Refusal::Day(on)));
    }
}
