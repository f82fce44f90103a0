//! The rights table, found out by trying (G6, A4): every use case of the business × every group × a record of one's own of
//! today, one's own of yesterday, another's, and a forged one. What the table says is a snapshot that people compare with
//! the rights table they were promised.

mod objects;
mod use_cases;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use chrono::Duration;
use crmbot::crm::{Actor, Crm, Refusal, SplitRefusal};
use crmbot::domain::Group;

use crate::support::app::{TestApp, TestUser};
use objects::Objects;
use use_cases::{BOSS, USE_CASES, try_use_case};

/// Use cases that ask for no right: the ways in.
const ASK_NOTHING: [&str; 6] = [
    "logins::log_in",
    "access::find_invite",
    "access::preview_invite",
    "access::redeem_invite",
    "access::log_out",
    "passwords::set",
];

/// No right leads to these: they are the owner's on the server, and no colleague reaches them.
const SERVER_ONLY: [&str; 6] = [
    "find a person's traces",
    "export a person",
    "erase a person",
    "find the holder of an account",
    "export an account",
    "erase an account",
];

/// Rows written in this transaction: of the business, of the log.
const WRITTEN: &str = "select coalesce(sum(n_tup_ins + n_tup_upd) filter (where relname <> 'audit_event'), 0)::bigint,
    coalesce(sum(n_tup_ins) filter (where relname = 'audit_event'), 0)::bigint from pg_stat_xact_user_tables";

/// A file waits for its contract, whose event names it.
const UNLOGGED: [&str; 5] = [
    "keep a file",
    // These only look, at a record that was arranged for them.
    "client to hand over",
    "who could take a client",
    "whether somebody could",
    "look at what is offered",
];

/// A user with records of their own.
struct Role<'a> {
    name: &'static str,
    who: TestUser<'a>,
    today: Objects,
    yesterday: Objects,
}

/// What came of a use case, in a word or two. Nothing of it stays.
async fn outcome(app: &TestApp, who: TestUser<'_>, use_case: &str, it: &Objects) -> &'static str {
    let mut transaction = app.db.pool().begin().await.unwrap();
    let actor = Actor::read(&mut transaction, who.visitor(), &app.company).await.unwrap();
    let mut crm = Crm::new(&mut transaction, actor, app.now(), &app.company);
    let done = try_use_case(use_case, &mut crm, it).await.split_refusal();
    drop(crm);
    let denials: i64 = sqlx::query_scalar("select count(*) from audit_event where action = 'denied'")
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
    let written: (i64, i64) = sqlx::query_as(WRITTEN).fetch_one(&mut *transaction).await.unwrap();
    transaction.rollback().await.unwrap();
    // The log keeps every denial of a colleague: also where the use case was refused within its savepoint.
    if matches!(done, Ok(Err(Refusal::Denied))) && !SERVER_ONLY.contains(&use_case) {
        assert!(denials > 0, "{use_case} was denied without a word");
    }
    // Whatever was written beside the log stands in the log; the one row that was arranged for a use case which was then
    // refused is no use case.
    let refused = done.as_ref().is_ok_and(Result::is_err);
    assert!(
        written.0 == 0 || written.1 > 0 || UNLOGGED.contains(&use_case) || refused && written.0 == 1,
        "{use_case} has written without a word: {written:?}"
    );
    match done.unwrap_or_else(|fault| panic!("{use_case}: {fault:?}")) {
        Ok(()) => "yes",
        Err(Refusal::Denied) => "-",
        Err(Refusal::Gone) => "no such",
        Err(Refusal::NotOwnToday | Refusal::NotOwnPhone) => "not today's own",
        Err(Refusal::TooLate) => "too late",
        Err(Refusal::Invalid(crmbot::crm::Field::Reason)) => "only with a reason",
        Err(Refusal::ContractNotLive) => "not live",
        Err(Refusal::TakenBy { .. }) => "his alone",
        Err(Refusal::NoAssignee) => "not to himself",
        Err(other) => panic!("{use_case}: {other:?}"),
    }
}

/// One word where ownership and age do not matter; else own of today, own of yesterday, another's.
fn cell([today, yesterday, others]: [&'static str; 3]) -> String {
    if today == yesterday && yesterday == others {
        today.to_owned()
    } else {
        format!("{today} / {yesterday} / {others}")
    }
}

#[tokio::test]
async fn g6_a4_e2_the_rights_table_is_what_it_was_promised_to_be() {
    let app = TestApp::new().await;
    let boss = app.superuser("boss").await;
    assert_eq!(app.staff_id(boss).await, BOSS);
    app.an_ad("Avito", "AVITO").await;
    let (today, yesterday) = (app.now() - Duration::minutes(5), app.now() - Duration::days(1));
    let mut roles = Vec::new();
    for (name, groups) in [
        ("no group", vec![]),
        ("Operators", vec![Group::Operators]),
        ("Marketers", vec![Group::Marketers]),
        ("Managers", vec![Group::Managers]),
        ("Admins", vec![Group::Admins]),
        ("superuser", vec![]),
    ] {
        let who =
            if name == "superuser" { boss } else { app.english(&name.replace(' ', "").to_lowercase(), &groups).await };
        let (id, number) = (app.staff_id(who).await.0, 2 * roles.len() as i64);
        let own = Objects::of(&app, id, today, number).await;
        roles.push(Role { name, who, today: own, yesterday: Objects::of(&app, id, yesterday, number + 1).await });
    }
    let olga = app.english("olga", &[Group::Operators]).await;
    let others = Objects::of(&app, app.staff_id(olga).await.0, today, 90).await;
    let mut table =
        String::from("yes | - no right | own of today / own of yesterday / another's, where that matters\n");
    for (section, use_cases) in USE_CASES {
        let _ = write!(table, "\n{section:<38}");
        for role in &roles[1..5] {
            let _ = write!(table, "{:<42}", role.name);
        }
        table.truncate(table.trim_end().len());
        table.push('\n');
        for &(use_case, of_record) in *use_cases {
            let mut line = format!("  {use_case:<36}");
            for role in &roles {
                let who = role.who;
                let mut tried = ["-"; 3];
                for (tried, it) in tried.iter_mut().zip([&role.today, &role.yesterday, &others]) {
                    *tried = outcome(&app, who, use_case, it).await;
                }
                let forged = outcome(&app, who, use_case, &Objects::FORGED).await;
                match (of_record, tried[2]) {
                    // A user who may not do it hears the same of another's record and of one that is not there.
                    (true, "-" | "no such") | (false, _) => assert_eq!(forged, tried[2], "{use_case}, {}", role.name),
                    (true, _) => assert!(["no such", "yes"].contains(&forged), "{use_case}, {}: {forged}", role.name),
                }
                match role.name {
                    "no group" => {
                        assert!(tried.iter().all(|&heard| heard != "yes"), "{use_case} without any right: {tried:?}")
                    }
                    "superuser" => {
                        assert!(*section == "on the server only" || !tried.contains(&"-"), "{use_case}: {tried:?}");
                    }
                    _ => {
                        let _ = write!(line, "{:<42}", cell(tried));
                    }
                }
            }
            table.push_str(line.trim_end());
            table.push('\n');
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn g6_no_use_case_is_missing_from_the_rights_table() {
    let tried = include_str!("rights/use_cases.rs");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/crm");
    let mut use_cases = BTreeSet::new();
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        let entity = path.file_stem().unwrap().to_str().unwrap();
        collect(&path, entity, &mut use_cases);
    }
    assert!(use_cases.len() > 80, "the use cases were not found: {use_cases:?}");
    let missing: Vec<_> = use_cases
        .iter()
        .filter(|use_case| !ASK_NOTHING.contains(&use_case.as_str()) && !tried.contains(&format!("{use_case}(crm")))
        .collect();
    assert!(missing.is_empty(), "add to tests/it/rules/rights/use_cases.rs: {missing:?}");
}

/// The names of all public functions of an entity that act in a `Crm` and answer its `Result`, so that they may refuse.
fn collect(path: &Path, entity: &str, use_cases: &mut BTreeSet<String>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            collect(&entry.unwrap().path(), entity, use_cases);
        }
        return;
    }
    let source = fs::read_to_string(path).unwrap();
    for signature in source.split("pub async fn ").skip(1) {
        let head = signature.split(" {\n").next().unwrap_or_default();
        let refuses = head.split_once("-> Result<").is_some_and(|(_, answer)| !answer.contains("SystemError"));
        if refuses && head.contains("crm: &mut Crm<") {
            use_cases.extend(head.split(['(', '<']).next().map(|name| format!("{entity}::{name}")));
        }
    }
}
