#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use super::Permission::*;
use super::*;

/// The rights table, cell by cell: who holds each right. O, M(arketers), G (managers), A.
const TABLE: &[(Permission, &str)] = &[
    (StatsView, "OMGA"),
    (StatsMoney, "MGA"),
    (StatsDrill, "GA"),
    (ServicePick, "OMGA"),
    (ServicePrice, "MGA"),
    (ServiceView, "MA"),
    (ServiceEdit, "M"),
    (AdPick, "OMGA"),
    (AdView, "MA"),
    (AdBudget, "MA"),
    (AdEdit, "M"),
    (ClientView, "OGA"),
    (ClientAdd, "O"),
    (TouchAdd, "OG"),
    (ClientEdit, "OA"),
    (ClientTake, "G"),
    (ClientPhone, "A"),
    (ClientMerge, "A"),
    (ContractRelink, "A"),
    (ClientLose, "OGA"),
    (TouchVoidOwn, "O"),
    (TouchVoidAny, "A"),
    (NoteView, "OGA"),
    (NoteAdd, "OG"),
    (FollowUpView, "OGA"),
    (FollowUpAdd, "OG"),
    (ContractDates, "OGA"),
    (ContractView, "GA"),
    (ContractAdd, "G"),
    (ContractEdit, "G"),
    (ContractTerminate, "G"),
    (ContractVoidOwn, "G"),
    (ContractCorrect, "A"),
    (StaffManage, "A"),
    (GroupManage, "A"),
    (AuditOwn, "OMGA"),
    (AuditAll, "A"),
    (ExportAggregates, "MA"),
    (ExportOwn, "G"),
    (ExportAll, "A"),
    (ImportClients, "A"),
    (SystemCheck, "A"),
];

#[test]
fn groups_start_with_their_column_of_the_table() {
    let listed: Vec<_> = TABLE.iter().map(|(permission, _)| *permission).collect();
    assert_eq!(listed, Permission::ALL, "the table names every right once, in order");
    for (group, letter) in Group::ALL.into_iter().zip("OMGA".chars()) {
        for (permission, holders) in TABLE {
            let held = group.permission_set().has(*permission);
            let promised = holders.contains(letter);
            assert_eq!(group.permissions().contains(permission), promised, "{group:?} {permission:?}");
            assert_eq!(held, promised && permission.is_in_use(), "{group:?} {permission:?}");
        }
    }
}

#[test]
fn marketers_hold_no_right_that_names_a_client() {
    for permission in
        [StatsDrill, ClientView, NoteView, FollowUpView, ContractView, ContractDates, ExportOwn, ExportAll]
    {
        assert!(!Group::Marketers.permission_set().has(permission), "{permission:?}");
    }
}

#[test]
fn operators_hold_no_right_to_budgets_and_money() {
    for permission in [AdBudget, AdView, StatsMoney, ServicePrice, ContractView] {
        assert!(!Group::Operators.permission_set().has(permission), "{permission:?}");
    }
}

#[test]
fn rights_of_two_groups_are_the_union_and_nothing_twice() {
    let both = Group::Operators.permission_set().union(Group::Managers.permission_set());
    assert!(both.has(ClientAdd) && both.has(ContractAdd) && !both.has(StaffManage));
    let listed: Vec<_> = both.iter().collect();
    assert_eq!(listed.len(), listed.iter().collect::<BTreeSet<_>>().len());
    assert!(both.has_any(&[StaffManage, ClientAdd]) && !both.has_any(&[StaffManage, AuditAll]));
    assert!(!both.minus(Group::Operators.permission_set()).has(ClientAdd));
}

#[test]
fn codenames_are_unique_stable_and_fit_the_database() {
    let codes: BTreeSet<_> = Permission::ALL.iter().map(|permission| permission.code()).collect();
    assert_eq!(codes.len(), Permission::ALL.len());
    for permission in Permission::ALL {
        let code = permission.code();
        assert_eq!(Permission::from_code(code), Some(permission));
        assert!(
            code.contains('.') && code.chars().all(|sign| sign.is_ascii_lowercase() || "._".contains(sign)),
            "{code}"
        );
        assert_eq!(serde_json::to_value(permission).unwrap(), code);
    }
    assert_eq!(Permission::from_code("client.destroy"), None);
}

#[test]
fn permission_sets_travel_as_codenames_and_deny_by_default() {
    assert!(PermissionSet::default().is_empty());
    assert!(Permission::ALL.iter().all(|&permission| PermissionSet::all().has(permission)));
    let mut set: PermissionSet = [ClientAdd, StatsView].into_iter().collect();
    let json = serde_json::to_string(&set).unwrap();
    assert_eq!(json, r#"["stats.view","client.add"]"#);
    assert_eq!(serde_json::from_str::<PermissionSet>(&json).unwrap(), set);
    set.remove(ClientAdd);
    assert!(!set.has(ClientAdd) && set.has(StatsView));
}

#[test]
fn starter_accounts_are_the_source_documents_logins() {
    let made: Vec<_> = STARTERS.iter().map(|starter| (starter.username, starter.group)).collect();
    assert_eq!(
        made,
        [
            ("crm_admin1", Group::Admins),
            ("operator", Group::Operators),
            ("manager", Group::Managers),
            ("marketer", Group::Marketers),
        ]
    );
    assert!(Group::ALL.into_iter().all(|group| Group::from_name(group.name()) == Some(group)));
}
