//! Which touch of a client still waits for a contract.

use chrono::{DateTime, Utc};

/// What the rule needs to know of a touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TouchFact {
    /// The touch's number.
    pub id: i64,
    /// When the client came.
    pub happened_at: DateTime<Utc>,
    /// Entered by mistake.
    pub voided: bool,
}

/// What the rule needs to know of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContractFact {
    /// The touch it came from.
    pub touch_id: i64,
    /// When it was entered, which is not when it was signed.
    pub entered_at: DateTime<Utc>,
    /// Entered by mistake.
    pub voided: bool,
}

/// The index of a client's open touch, the latest if several are: not void, without a contract of its own, and later
/// than both the entry of his latest contract and the moment he was marked lost; void contracts do not count (X6, K8, H11).
#[must_use]
pub fn open_touch(touches: &[TouchFact], contracts: &[ContractFact], lost_at: Option<DateTime<Utc>>) -> Option<usize> {
    let counted = || contracts.iter().filter(|contract| !contract.voided);
    let answered_until = counted().map(|contract| contract.entered_at).chain(lost_at).max();
    touches
        .iter()
        .enumerate()
        .filter(|(_, touch)| !touch.voided)
        .filter(|(_, touch)| answered_until.is_none_or(|until| touch.happened_at > until))
        .filter(|(_, touch)| !counted().any(|contract| contract.touch_id == touch.id))
        .max_by_key(|(_, touch)| (touch.happened_at, touch.id))
        .map(|(index, _)| index)
}
