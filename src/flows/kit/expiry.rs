//! Questions about a secret or an invite end after ten minutes (A17).

use chrono::{DateTime, Duration, Utc};

use crate::flows::Cx;

/// How long such a question stands.
const STANDS: Duration = Duration::minutes(10);

/// Whether a question that was asked at this moment has ended.
#[must_use]
pub fn is_over(asked_at: DateTime<Utc>, cx: &Cx<'_>) -> bool {
    cx.crm.now - asked_at >= STANDS
}
