//! Every screen whose statements read a table that grows, by way of the chat and of the use cases.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::NaiveDate;
use crmbot::crm::{AuditFilter, ContractFilter, Crm, Entity, QueueOf, StaffId};
use crmbot::crm::{ads, audit_log, clients, contracts, follow_ups, stats};
use crmbot::domain::stats::Model;
use crmbot::domain::{ClientState, Period, Phone, PhoneRegion, Preset};
use serde_json::{Value, json};

use super::plans::Plans;
use crate::support::app::{TestApp, TestUser};

/// The client whose card is shown next: a card that was shown today already writes no look.
static CARD: AtomicI64 = AtomicI64::new(5_000);

/// The colleague whose events are looked at.
pub static PERSON: AtomicI64 = AtomicI64::new(0);

/// A use case that a screen is drawn by.
#[derive(Debug, Clone, Copy)]
pub enum Look {
    Home,
    Card,
    Verdict,
    Undoable,
    AdPicker,
    Ads,
    AdCard,
    Stats(Of, Model),
    State(ClientState, At),
    Queue(QueueOf, At),
    Contracts(ContractFilter, At),
    ContractSearch(&'static str),
    MySteps,
    Log(Filter),
    Search(&'static str),
}

/// The period of statistics.
#[derive(Debug, Clone, Copy)]
pub enum Of {
    Preset(Preset),
    /// Some days with months between.
    Days(&'static str, &'static str),
}

/// Where in a list.
#[derive(Debug, Clone, Copy)]
pub enum At {
    Start,
    Middle,
}

/// What the audit log is narrowed to.
#[derive(Debug, Clone, Copy)]
pub enum Filter {
    All,
    Person,
    Record,
    Kind,
    PersonKind,
    NeverDone,
    Denials,
    PersonDenials,
    Looks,
    PersonLooks,
    Until,
}

pub const LOOKS: &[(&str, Look)] = &[
    ("Home", Look::Home),
    ("client's card", Look::Card),
    ("verdict on a phone", Look::Verdict),
    ("what can be undone", Look::Undoable),
    ("ad picker", Look::AdPicker),
    ("ads", Look::Ads),
    ("ad's card", Look::AdCard),
    ("figures of all time", Look::Stats(Of::Preset(Preset::AllTime), Model::Direct)),
    ("figures of all time, linear", Look::Stats(Of::Preset(Preset::AllTime), Model::Linear)),
    ("figures of a month", Look::Stats(Of::Preset(Preset::LastMonth), Model::Direct)),
    ("figures of a month, first touch", Look::Stats(Of::Preset(Preset::LastMonth), Model::First)),
    ("figures of a month, linear", Look::Stats(Of::Preset(Preset::LastMonth), Model::Linear)),
    ("figures of this year", Look::Stats(Of::Preset(Preset::ThisYear), Model::Last)),
    ("potential clients", Look::State(ClientState::Potential, At::Start)),
    ("potential clients, middle", Look::State(ClientState::Potential, At::Middle)),
    ("active clients", Look::State(ClientState::Active, At::Start)),
    ("active clients, middle", Look::State(ClientState::Active, At::Middle)),
    ("inactive clients", Look::State(ClientState::Inactive, At::Start)),
    ("inactive clients, middle", Look::State(ClientState::Inactive, At::Middle)),
    ("queue without an owner", Look::Queue(QueueOf::Nobody, At::Start)),
    ("queue without an owner, middle", Look::Queue(QueueOf::Nobody, At::Middle)),
    ("queue of mine", Look::Queue(QueueOf::Mine, At::Start)),
    ("queue of all", Look::Queue(QueueOf::All, At::Start)),
    ("queue of all, middle", Look::Queue(QueueOf::All, At::Middle)),
    ("live contracts", Look::Contracts(ContractFilter::Live, At::Start)),
    ("live contracts, middle", Look::Contracts(ContractFilter::Live, At::Middle)),
    ("contracts that end soon", Look::Contracts(ContractFilter::Ending, At::Start)),
    ("ended contracts", Look::Contracts(ContractFilter::Ended, At::Start)),
    ("ended contracts, middle", Look::Contracts(ContractFilter::Ended, At::Middle)),
    ("my steps", Look::MySteps),
    ("log", Look::Log(Filter::All)),
    ("log: one person", Look::Log(Filter::Person)),
    ("log: one client", Look::Log(Filter::Record)),
    ("log: contracts", Look::Log(Filter::Kind)),
    ("log: contracts of one person", Look::Log(Filter::PersonKind)),
    ("log: what a person has never done", Look::Log(Filter::NeverDone)),
    ("log: denials", Look::Log(Filter::Denials)),
    ("log: denials of one person", Look::Log(Filter::PersonDenials)),
    ("log: looks at phones", Look::Log(Filter::Looks)),
    ("log: looks of one person", Look::Log(Filter::PersonLooks)),
    ("log: until a day three years ago", Look::Log(Filter::Until)),
];

/// Typed days read the days at both ends one by one: their times are told, and their rows are those of some weeks.
pub const PERIODS: &[(&str, Look)] = &[
    ("figures of thirty days", Look::Stats(Of::Preset(Preset::Last30Days), Model::Linear)),
    ("figures of a year and a half", Look::Stats(Of::Days("2024-06-15", "2025-12-14"), Model::Linear)),
    ("figures of five years", Look::Stats(Of::Days("2021-03-20", "2026-03-11"), Model::Linear)),
];

/// Searches have times of their own: they read more than a page.
pub const SEARCHES: &[(&str, Look)] = &[
    ("search: surname", Look::Search("Иванова")),
    ("search: rare surname", Look::Search("Абвановский")),
    ("search: surname with an error", Look::Search("Кузнецва")),
    ("search: first name", Look::Search("Анна")),
    ("search: two frequent words", Look::Search("Иванова Анна")),
    ("search: two words, one with an error", Look::Search("Кузнецва Ольга")),
    ("search: other keyboard layout", Look::Search("Bdfyjd")),
    ("search: Latin letters", Look::Search("Smirnov")),
    ("search: three letters", Look::Search("кол")),
    ("search: last three digits", Look::Search("567")),
    ("search: last four digits", Look::Search("4567")),
    ("search: seven digits", Look::Search("3456701")),
    ("search: e-mail", Look::Search("client77")),
    ("contracts: search by client", Look::ContractSearch("Бабалакаев")),
    ("contracts: search by title", Look::ContractSearch("реклама")),
];

/// Draws a screen's content.
pub async fn show(look: Look, crm: &mut Crm<'_>) {
    match look {
        Look::Home => drop(clients::state_counts(crm).await.unwrap()),
        Look::Card => drop(clients::card(crm, CARD.fetch_add(1, Ordering::Relaxed)).await.unwrap()),
        Look::Verdict => {
            let phone = Phone::parse("+79000048271", PhoneRegion::RU).unwrap();
            drop(clients::look_up(crm, &phone).await.unwrap());
        }
        Look::Undoable => drop(crmbot::crm::undo::undoable(crm, Entity::Client, 5_000).await.unwrap()),
        Look::Ads => drop(ads::list(crm, "", None, 8).await.unwrap()),
        Look::AdCard => drop(ads::card(crm, 5).await.unwrap()),
        Look::Stats(of, model) => {
            let period = match of {
                Of::Preset(preset) => Period::of(preset, crm.today()),
                Of::Days(from, to) => Period::between(from.parse().unwrap(), to.parse().unwrap()),
            };
            drop(stats::by_ad(crm, period, model).await.unwrap());
        }
        Look::AdPicker => drop(ads::choices(crm, "", 1).await.unwrap()),
        Look::State(state, at) => {
            let after = match at {
                At::Start => None,
                At::Middle => Some(middle(crm, "select max(id) * 4 / 5 from client").await.as_i64().unwrap()),
            };
            drop(clients::in_state(crm, state, after, 8).await.unwrap());
        }
        Look::Queue(of, at) => {
            let key = match at {
                At::Start => None,
                At::Middle => {
                    // 300 days before the last one.
                    Some(serde_json::from_value(json!({ "at": "2025-05-16T09:00:00Z", "id": 1 })).unwrap())
                }
            };
            drop(clients::queue(crm, of, key, 8).await.unwrap());
        }
        Look::Contracts(filter, at) => {
            let key = match (at, filter) {
                (At::Start, _) => None,
                (At::Middle, ContractFilter::Ended) => Some(json!({ "ends_on": "2024-01-01", "id": 1 })),
                (At::Middle, _) => Some(json!({ "ends_on": "2026-07-01", "id": 1 })),
            };
            let key = key.map(|key| serde_json::from_value(key).unwrap());
            drop(contracts::list(crm, filter, "", key, 8).await.unwrap());
        }
        Look::ContractSearch(text) => drop(contracts::list(crm, ContractFilter::Ended, text, None, 8).await.unwrap()),
        Look::MySteps => drop(follow_ups::mine(crm, None, 8).await.unwrap()),
        Look::Log(filter) => drop(audit_log::page(crm, filter.written(), None, 8).await.unwrap()),
        Look::Search(text) => drop(clients::find(crm, text, None, 8).await.unwrap()),
    }
}

/// A key in the middle of a list.
async fn middle(crm: &mut Crm<'_>, question: &'static str) -> Value {
    let key: i64 = sqlx::query_scalar(question).fetch_one(crm.connection()).await.unwrap();
    json!(key)
}

impl Filter {
    fn written(self) -> AuditFilter {
        let person = Some(StaffId(PERSON.load(Ordering::Relaxed)));
        let all = AuditFilter::default();
        match self {
            Self::All => all,
            Self::Person => AuditFilter { person, ..all },
            Self::Record => AuditFilter { entity: Some(Entity::Client), record: Some(5_000), ..all },
            Self::Kind => AuditFilter { entity: Some(Entity::Contract), ..all },
            Self::PersonKind => AuditFilter { person, entity: Some(Entity::Contract), ..all },
            Self::NeverDone => AuditFilter { person, entity: Some(Entity::Service), ..all },
            Self::Denials => AuditFilter { denials: true, ..all },
            Self::PersonDenials => AuditFilter { person, denials: true, ..all },
            Self::Looks => AuditFilter { looks: true, ..all },
            Self::PersonLooks => AuditFilter { person, looks: true, ..all },
            Self::Until => AuditFilter { until: NaiveDate::from_ymd_opt(2023, 3, 12), ..all },
        }
    }
}

/// Draws every screen and gives each statement's plan with the name of the screen.
pub async fn draw(
    app: &TestApp,
    who: TestUser<'_>,
    mode: &'static str,
    plans: &Plans,
    judge: &mut impl FnMut(&str, &Value),
) {
    let mut judged = |screen: &str| plans.take().iter().for_each(|plan| judge(screen, plan));
    for (name, look) in LOOKS.iter().chain(SEARCHES) {
        app.act(who, async |crm| {
            let planned = sqlx::query("select set_config('plan_cache_mode', $1, true)").bind(mode);
            planned.execute(crm.connection()).await.unwrap();
            // A connection's first statement also reads the catalogue: some hundred pages, once, whatever the company's size.
            show(*look, crm).await;
            plans.take();
            show(*look, crm).await;
        })
        .await;
        judged(name);
    }
    // Whole turns: what else a tap asks of the database.
    for step in [
        "/menu",
        "/clients",
        "[потенциальный]",
        "[›]",
        "[›]",
        "/queue",
        "[Все]",
        "[›]",
        "/contracts",
        "[Закончились]",
        "[›]",
        "/audit",
        "[›]",
        "/find Иванова",
        "[›]",
        "№5000",
        "/find 4567",
        "/ads",
        "[›]",
        "/stats",
        "[›]",
        "[поровну]",
        "[этот месяц]",
        "[прошлый месяц]",
    ] {
        plans.take();
        who.goes(&[step]).await;
        judged(step);
    }
}
