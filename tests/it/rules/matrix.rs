//! The rights matrix (G6, A4): every group × every command and place × own, foreign and forged records; the table is
//! a snapshot that people read. Then every press is forged in every place that opens.

use std::fmt::Write as _;

use crmbot::crm::{Attachment, LeadDraft, SplitRefusal, clients, notes};
use crmbot::domain::{Group, PersonName, Phone, PhoneRegion};
use crmbot::flows::dialogue::Input;
use crmbot::flows::route::ScreenId;
use crmbot::flows::{ButtonAction, CallbackData, Route, UseCase};
use crmbot::turn::{IncomingUpdate, UpdateKind};

use crate::support::app::{TestApp, TestUser};

/// An id that nothing has.
const FORGED: i64 = 424_242;

/// A company with one record of every kind.
struct Company {
    app: TestApp,
    client: i64,
    contract: i64,
    service: i64,
    ad: i64,
    person: i64,
    event: i64,
    parked: i64,
    note: i64,
}

impl Company {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let ad = app.an_ad("Авито", "AVITO").await;
        let olga = app.staff("olga", &[Group::Operators]).await;
        let draft = LeadDraft {
            phone: Phone::parse("89123456789", PhoneRegion::RU).unwrap(),
            phone_raw: "89123456789".into(),
            name: PersonName::split("Иванов Иван").unwrap(),
            email: None,
            ad,
            notes: Vec::new(),
        };
        let client = app
            .act(olga, async |crm| clients::register(crm, &draft).await.split_refusal().unwrap().unwrap().client)
            .await;
        let file = Attachment { file_id: "f", name: "f.pdf", bytes: b"%PDF-1.7" };
        let note = app.act(olga, async |crm| notes::add_with_file(crm, client, None, file).await.unwrap()).await;
        let contract = app.a_contract(client, "2026-03-01", "2026-12-31").await;
        let person = app.staff_id(olga).await.0;
        let service = app.a_service("SEO").await;
        let event = app.count("select min(id) from audit_event").await;
        let poison = IncomingUpdate {
            update_id: app.update_id(),
            label: "strange",
            kind: UpdateKind::Unreadable { visitor: None },
        };
        app.deliver(poison).await;
        let parked = app.count("select id from parked_update").await;
        Self { client, contract, service, ad, person, event, note, parked, app }
    }

    /// A real record for a place that needs one.
    fn record(&self, kind: ScreenId) -> Option<i64> {
        let name = format!("{kind:?}");
        Some(match name.as_str() {
            "ContractCard" | "ContractEdit" | "ContractChange" => self.contract,
            "ServiceCard" | "ServiceForm" => self.service,
            "AdCard" | "AdForm" => self.ad,
            "StaffCard" | "RevokeLink" | "HandOver" => self.person,
            "AuditEvent" => self.event,
            "Parked" => self.parked,
            "AddPerson" | "Welcome" => return None,
            _ if kind.entry().command.is_none() => self.client,
            _ => return None,
        })
    }

    /// A real record for a use case behind a button; none waits in this company for the answers to a handover.
    fn record_of(&self, use_case: UseCase) -> i64 {
        match use_case {
            UseCase::Take => self.client,
            UseCase::SendNoteFile => self.note,
            UseCase::AcceptHandover | UseCase::WithdrawHandover => FORGED,
        }
    }

    async fn people(&self) -> [(&'static str, TestUser<'_>); 7] {
        let app = &self.app;
        [
            ("stranger", app.stranger("stranger", "en")),
            ("no group", app.english("nobody", &[]).await),
            ("Operators", app.english("operator", &[Group::Operators]).await),
            ("Marketers", app.english("marketer", &[Group::Marketers]).await),
            ("Managers", app.english("manager", &[Group::Managers]).await),
            ("Admins", app.english("admin", &[Group::Admins]).await),
            ("superuser", app.superuser("boss").await),
        ]
    }
}

/// What came of knocking at a place.
async fn knock(who: TestUser<'_>, input: Input) -> &'static str {
    who.does(input).await;
    let heard = format!("{} {}", who.answer().map(|(text, _)| text).unwrap_or_default(), who.screen());
    let says = |words: [&str; 2]| words.iter().any(|words| heard.contains(words));
    if says(["do not have the right", "нет на это права"]) {
        "refused"
    } else if says(["working tool", "рабочий инструмент"]) {
        "outside"
    } else if says(["not there any more", "записи больше нет"]) {
        "no such"
    } else {
        "open"
    }
}

fn open(place: Route) -> Input {
    Input::Tap(Some(CallbackData { version: CallbackData::NOTICE, press: ButtonAction::Open(place) }))
}

fn run(use_case: UseCase, id: i64) -> Input {
    Input::Tap(Some(CallbackData { version: CallbackData::NOTICE, press: ButtonAction::Do(use_case, id) }))
}

#[tokio::test]
async fn g6_a4_the_matrix_of_rights() {
    let company = Company::new().await;
    let people = company.people().await;
    let mut table = format!("{:<28}", "");
    for (role, _) in &people {
        let _ = write!(table, "{role:<11}");
    }
    table.push('\n');
    for &kind in ScreenId::ALL {
        let entry = kind.entry();
        let mut ways = Vec::new();
        if let Some(command) = entry.command {
            ways.push((format!("/{command}"), Input::Command { name: command.to_owned(), rest: String::new() }));
        }
        match company.record(kind) {
            Some(id) => {
                ways.push((format!("{kind:?}"), open(Route::of(kind, id))));
                ways.push((format!("{kind:?} forged"), open(Route::of(kind, FORGED))));
            }
            None => ways.push((format!("{kind:?}"), open(Route::at(kind)))),
        }
        for (way, input) in ways {
            let mut line = format!("{way:<28}");
            for (_, who) in &people {
                who.types("/cancel").await;
                let _ = write!(line, "{:<11}", knock(*who, input.clone()).await);
            }
            table.push_str(line.trim_end());
            table.push('\n');
        }
    }
    for &use_case in UseCase::ALL {
        for (way, id) in [("", company.record_of(use_case)), (" forged", FORGED)] {
            let mut line = format!("{:<28}", format!("{use_case:?}{way}"));
            for (_, who) in &people {
                who.types("/cancel").await;
                let _ = write!(line, "{:<11}", knock(*who, run(use_case, id)).await);
            }
            table.push_str(line.trim_end());
            table.push('\n');
        }
    }
    assert_eq!(company.app.count("select count(*) from parked_update").await, 1, "the one that was made");
    insta::assert_snapshot!(table);
}

/// Tables that a role never writes, whatever it presses.
const NEVER: [(&str, &[&str]); 5] = [
    (
        "no group",
        &[
            "client",
            "touch",
            "note",
            "follow_up",
            "contract",
            "service",
            "ad",
            "group_permission",
            "group_member",
            "invite",
            "client_handover",
        ],
    ),
    ("Operators", &["contract", "service", "ad", "group_permission", "group_member", "invite", "client_handover"]),
    (
        "Marketers",
        &[
            "client",
            "touch",
            "note",
            "follow_up",
            "contract",
            "group_permission",
            "group_member",
            "invite",
            "client_handover",
        ],
    ),
    ("Managers", &["service", "ad", "group_permission", "group_member", "invite"]),
    ("Admins", &["service", "ad", "note", "follow_up"]),
];

async fn picture(app: &TestApp, table: &str) -> String {
    let sql = format!("select coalesce(md5(string_agg(row::text, '|' order by row::text)), '') from {table} row");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(app.sql()).await.unwrap()
}

#[tokio::test]
async fn g6_whatever_is_pressed_in_whatever_place_no_role_writes_what_is_not_its_own() {
    let company = Company::new().await;
    let app = &company.app;
    let presses: Vec<ButtonAction> = (1..=9)
        .map(ButtonAction::Act)
        .chain([1, -1, FORGED].map(ButtonAction::Pick))
        .chain([company.event, FORGED].map(ButtonAction::Undo))
        .chain([ButtonAction::Edit, ButtonAction::Page(2), ButtonAction::Skip, ButtonAction::Yes, ButtonAction::No])
        .chain(UseCase::ALL.iter().map(|&use_case| ButtonAction::Do(use_case, company.record_of(use_case))))
        .collect();
    for (role, who) in company.people().await {
        let Some((_, tables)) = NEVER.iter().find(|(name, _)| *name == role) else { continue };
        let mut before = Vec::new();
        for table in *tables {
            before.push(picture(app, table).await);
        }
        for &kind in ScreenId::ALL {
            // These unlink or change the user who taps.
            if matches!(kind, ScreenId::Logout | ScreenId::Language | ScreenId::Welcome | ScreenId::Login) {
                continue;
            }
            let place = company.record(kind).map_or(Route::at(kind), |id| Route::of(kind, id));
            if knock(who, open(place)).await != "open" {
                continue;
            }
            for &press in &presses {
                let version = version_of(app, who).await;
                who.does(Input::Tap(Some(CallbackData { version, press }))).await;
            }
        }
        for (table, before) in tables.iter().zip(before) {
            assert_eq!(picture(app, table).await, before, "{role} has written {table}");
        }
    }
    assert_eq!(app.count("select count(*) from parked_update").await, 1, "no press is a fault");
}

#[tokio::test]
async fn g6_a4_a_button_of_anothers_screen_old_or_present_writes_nothing_that_is_not_ones_own() {
    let company = Company::new().await;
    let app = &company.app;
    let people = company.people().await;
    let boss = people[6].1;
    // Every button that a user with all rights is offered, with its screen.
    let mut offered = Vec::new();
    for &kind in ScreenId::ALL {
        if matches!(kind, ScreenId::Logout | ScreenId::Language | ScreenId::Welcome | ScreenId::Login) {
            continue;
        }
        let place = company.record(kind).map_or(Route::at(kind), |id| Route::of(kind, id));
        boss.does(open(place)).await;
        offered.extend(boss.buttons().iter().filter_map(|data| CallbackData::decode(data)).map(|tap| (place, tap)));
    }
    assert!(offered.len() > 200, "only {} buttons were found", offered.len());
    for (role, who) in &people[1..6] {
        let Some((_, tables)) = NEVER.iter().find(|(name, _)| name == role) else { continue };
        let mut before = Vec::new();
        for table in *tables {
            before.push(picture(app, table).await);
        }
        let mut tried = Vec::new();
        for (place, tap) in &offered {
            who.does(open(*place)).await;
            for version in [tap.version, CallbackData::NOTICE, version_of(app, *who).await] {
                // From one place each press once; what only opens another place is the first matrix's.
                if !matches!(tap.press, ButtonAction::Open(_) | ButtonAction::Home)
                    && !tried.contains(&(*place, tap.press, version))
                {
                    who.does(Input::Tap(Some(CallbackData { version, press: tap.press }))).await;
                    tried.push((*place, tap.press, version));
                }
            }
        }
        for (table, before) in tables.iter().zip(before) {
            assert_eq!(picture(app, table).await, before, "{role} has written {table}");
        }
    }
    assert_eq!(app.count("select count(*) from parked_update").await, 1, "no press is a fault");
}

async fn version_of(app: &TestApp, who: TestUser<'_>) -> i64 {
    let version = sqlx::query_scalar("select version from chat_session where chat_id = $1").bind(who.id);
    version.fetch_one(app.sql()).await.unwrap()
}
