//! The rights table, found out by trying (G6, A4): every deed of the business × every group × a record of one's own of
//! today, one's own of yesterday, another's, and a forged one. What the table says is a snapshot that people compare with
//! the rights table they were promised.

mod deeds;
mod objects;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use chrono::Duration;
use crmbot::crm::{Actor, Crm, Refusal, SplitRefusal};
use crmbot::domain::Group;

use crate::support::office::{Office, Player};
use deeds::{BOSS, DEEDS, try_deed};
use objects::Objects;

/// Deeds that ask for no right: the ways in, and what rights are asked with.
const ASK_NOTHING: [&str; 6] = ["require", "log_in", "find_invite", "preview_invite", "redeem_invite", "set_password"];

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

/// Somebody with records of his own.
struct Role<'a> {
    name: &'static str,
    who: Player<'a>,
    today: Objects,
    yesterday: Objects,
}

/// What came of a deed, in a word or two. Nothing of it stays.
async fn outcome(office: &Office, who: Player<'_>, deed: &str, it: &Objects) -> &'static str {
    let mut transaction = office.turns.pool.begin().await.unwrap();
    let actor = Actor::read(&mut transaction, who.visitor(), &office.company).await.unwrap();
    let mut crm = Crm::new(&mut transaction, actor, office.now(), &office.company);
    let done = try_deed(deed, &mut crm, it).await.split_refusal();
    drop(crm);
    let written: (i64, i64) = sqlx::query_as(WRITTEN).fetch_one(&mut *transaction).await.unwrap();
    transaction.rollback().await.unwrap();
    // Whatever was written beside the log stands in the log; the one row that was arranged for a deed which was then
    // refused is no deed.
    let refused = done.as_ref().is_ok_and(Result::is_err);
    assert!(
        written.0 == 0 || written.1 > 0 || UNLOGGED.contains(&deed) || refused && written.0 == 1,
        "{deed} has written without a word: {written:?}"
    );
    match done.unwrap_or_else(|fault| panic!("{deed}: {fault:?}")) {
        Ok(()) => "yes",
        Err(Refusal::Denied) => "-",
        Err(Refusal::Gone) => "no such",
        Err(Refusal::NotOwnToday) => "not today's own",
        Err(Refusal::TooLate) => "too late",
        Err(Refusal::Invalid(crmbot::crm::Field::Reason)) => "only with a reason",
        Err(Refusal::ContractNotLive) => "not live",
        Err(Refusal::TakenBy { .. }) => "his alone",
        Err(Refusal::NoAssignee) => "not to himself",
        Err(other) => panic!("{deed}: {other:?}"),
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
    let office = Office::new().await;
    let boss = office.superuser("boss").await;
    assert_eq!(office.staff_id(boss).await, BOSS);
    office.an_ad("Avito", "AVITO").await;
    let (today, yesterday) = (office.now() - Duration::minutes(5), office.now() - Duration::days(1));
    let mut roles = Vec::new();
    for (name, groups) in [
        ("no group", vec![]),
        ("Operators", vec![Group::Operators]),
        ("Marketers", vec![Group::Marketers]),
        ("Managers", vec![Group::Managers]),
        ("Admins", vec![Group::Admins]),
        ("superuser", vec![]),
    ] {
        let who = if name == "superuser" {
            boss
        } else {
            office.english(&name.replace(' ', "").to_lowercase(), &groups).await
        };
        let (id, number) = (office.staff_id(who).await.0, 2 * roles.len() as i64);
        let own = Objects::of(&office, id, today, number).await;
        roles.push(Role { name, who, today: own, yesterday: Objects::of(&office, id, yesterday, number + 1).await });
    }
    let olga = office.english("olga", &[Group::Operators]).await;
    let others = Objects::of(&office, office.staff_id(olga).await.0, today, 90).await;
    let mut table =
        String::from("yes | - no right | own of today / own of yesterday / another's, where that matters\n");
    for (section, deeds) in DEEDS {
        let _ = write!(table, "\n{section:<38}");
        for role in &roles[1..5] {
            let _ = write!(table, "{:<42}", role.name);
        }
        table.truncate(table.trim_end().len());
        table.push('\n');
        for &(deed, of_record) in *deeds {
            let mut line = format!("  {deed:<36}");
            for role in &roles {
                let who = role.who;
                let mut tried = ["-"; 3];
                for (tried, it) in tried.iter_mut().zip([&role.today, &role.yesterday, &others]) {
                    *tried = outcome(&office, who, deed, it).await;
                }
                let forged = outcome(&office, who, deed, &Objects::FORGED).await;
                match (of_record, tried[2]) {
                    // Whoever may not do it hears the same of another's record and of one that is not there.
                    (true, "-" | "no such") | (false, _) => assert_eq!(forged, tried[2], "{deed}, {}", role.name),
                    (true, _) => assert!(["no such", "yes"].contains(&forged), "{deed}, {}: {forged}", role.name),
                }
                match role.name {
                    "no group" => {
                        assert!(tried.iter().all(|&heard| heard != "yes"), "{deed} without any right: {tried:?}")
                    }
                    "superuser" => {
                        assert!(*section == "on the server only" || !tried.contains(&"-"), "{deed}: {tried:?}");
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
fn g6_no_deed_is_missing_from_the_rights_table() {
    let tried = include_str!("rights/deeds.rs");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/crm");
    let mut deeds = BTreeSet::new();
    collect(&root, &mut deeds);
    assert!(deeds.len() > 80, "the deeds were not found: {deeds:?}");
    let missing: Vec<_> = deeds
        .iter()
        .filter(|deed| !ASK_NOTHING.contains(&deed.as_str()) && !tried.contains(&format!("crm.{deed}(")))
        .collect();
    assert!(missing.is_empty(), "add to tests/it/rules/rights/deeds.rs: {missing:?}");
}

/// The names of all public functions that answer a `Deed`.
fn collect(folder: &Path, deeds: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, deeds);
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        for signature in source.split("pub async fn ").skip(1) {
            let head = signature.split(" {\n").next().unwrap_or_default();
            if head.contains("-> Deed<") {
                deeds.extend(head.split(['(', '<']).next().map(str::to_owned));
            }
        }
    }
}
