#![allow(clippy::unwrap_used, reason = "tests")]

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::domain::contract::{ContractDates, ContractStatus, last_live_day};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn hour(hour: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
}

fn touch(id: i64, at: i64) -> TouchFact {
    TouchFact { id, happened_at: hour(at), voided: false }
}

fn contract(touch_id: i64, entered: i64) -> ContractFact {
    ContractFact { touch_id, entered_at: hour(entered), voided: false }
}

#[test]
fn x17_every_client_is_in_exactly_one_state() {
    let today = day("2026-03-12");
    let (past, future) = (Some(day("2026-03-11")), Some(day("2026-03-12")));
    for (last, open, state) in [
        (None, false, ClientState::Inactive),
        (None, true, ClientState::Potential),
        (past, false, ClientState::Inactive), // X2
        (past, true, ClientState::Potential), // X6
        (future, false, ClientState::Active), // X1
        (future, true, ClientState::Active),  // H3
    ] {
        assert_eq!(ClientState::on(today, last, open), state);
    }
    assert!(ClientState::ALL.into_iter().all(|state| ClientState::from_code(state.code()) == Some(state)));
}

#[test]
fn h1_a_first_touch_is_open_and_h4_the_latest_of_two() {
    assert_eq!(open_touch(&[touch(1, 1)], &[], None), Some(0));
    assert_eq!(open_touch(&[touch(1, 5), touch(2, 3)], &[], None), Some(0));
    assert_eq!(open_touch(&[touch(1, 5), touch(2, 5)], &[], None), Some(1));
    assert_eq!(open_touch(&[], &[], None), None);
}

#[test]
fn k1_a_contract_answers_its_touch_and_x6_every_older_one() {
    let touches = [touch(1, 1), touch(2, 2)];
    assert_eq!(open_touch(&touches, &[contract(2, 3)], None), None);
    assert_eq!(open_touch(&touches, &[contract(1, 3)], None), None);
}

#[test]
fn x6_a_touch_during_the_contract_is_open() {
    assert_eq!(open_touch(&[touch(1, 1), touch(2, 9)], &[contract(1, 3)], None), Some(1));
    assert_eq!(open_touch(&[touch(1, 1), touch(2, 9)], &[contract(1, 9)], None), None, "later, not at the same moment");
}

#[test]
fn k8_a_voided_contract_leaves_its_touch_open_again() {
    let voided = ContractFact { voided: true, ..contract(1, 3) };
    assert_eq!(open_touch(&[touch(1, 1)], &[voided], None), Some(0));
}

#[test]
fn h8_a_touch_later_than_its_own_contract_is_answered_all_the_same() {
    assert_eq!(open_touch(&[touch(1, 9)], &[contract(1, 3)], None), None);
}

#[test]
fn h9_a_void_touch_is_never_open() {
    let voided = TouchFact { voided: true, ..touch(2, 2) };
    assert_eq!(open_touch(&[touch(1, 1), voided], &[], None), Some(0));
}

#[test]
fn h11_lost_closes_what_came_before_and_a_new_touch_opens() {
    assert_eq!(open_touch(&[touch(1, 1)], &[], Some(hour(2))), None);
    assert_eq!(open_touch(&[touch(1, 1), touch(2, 3)], &[], Some(hour(2))), Some(1));
}

proptest! {
    #[test]
    fn x3_x5_a_client_is_active_exactly_while_one_of_his_contracts_is_live(
        spans in prop::collection::vec((0u64..60, 0u64..40, prop::option::of(0u64..90), any::<bool>()), 0..5),
        on in 0u64..120,
        open: bool,
    ) {
        let at = |offset| day("2026-01-01") + Days::new(offset);
        let contracts: Vec<_> = spans
            .into_iter()
            .map(|(start, length, ended, voided)| ContractDates {
                starts_on: at(start), ends_on: at(start + length), terminated_on: ended.map(at), voided,
            })
            .collect();
        let kept = contracts.iter().filter_map(last_live_day).max();
        let live = contracts.iter().any(|dates| ContractStatus::on(at(on), dates).is_live());
        prop_assert_eq!(ClientState::on(at(on), kept, open) == ClientState::Active, live);
    }

    #[test]
    fn an_open_touch_is_always_one_of_the_clients_own(
        touches in prop::collection::vec((0i64..9, any::<bool>()), 0..6),
        contracts in prop::collection::vec((0i64..6, 0i64..9, any::<bool>()), 0..4),
        lost in prop::option::of(0i64..9),
    ) {
        let touches: Vec<_> = (0..).zip(touches)
            .map(|(id, (at, voided))| TouchFact { id, happened_at: hour(at), voided }).collect();
        let contracts: Vec<_> = contracts.into_iter()
            .map(|(touch_id, at, voided)| ContractFact { touch_id, entered_at: hour(at), voided }).collect();
        if let Some(index) = open_touch(&touches, &contracts, lost.map(hour)) {
            prop_assert!(!touches[index].voided);
            let answered = contracts.iter().any(|c| !c.voided && c.touch_id == touches[index].id);
            prop_assert!(!answered);
        }
    }
}
