#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_client_is_active_by_a_live_contract_else_potential_by_an_open_touch() {
    let today = day("2026-03-12");
    let (past, future) = (Some(day("2026-03-11")), Some(day("2026-03-12")));
    for (last, open, state) in [
        (None, false, ClientState::Inactive),
        (None, true, ClientState::Potential),
        (past, false, ClientState::Inactive),
        (past, true, ClientState::Potential),
        (future, false, ClientState::Active),
        (future, true, ClientState::Active),
    ] {
        assert_eq!(ClientState::on(today, last, open), state);
    }
    assert!(ClientState::ALL.into_iter().all(|state| ClientState::from_code(state.code()) == Some(state)));
}
