//! Webhook check: Telegram is asked whether its updates arrive, since no update is no evidence (R9).

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tokio::sync::watch;

use super::{AT_ONCE, Webhook};
use crate::telegram::Api;
use crate::turn::TelegramRoute;

/// How often Telegram is asked: well within the 150 s for which it keeps a tap.
const ASK: Duration = Duration::from_secs(10);

/// Telegram says the second in which a delivery failed: it may have been as much later.
const SECOND: TimeDelta = TimeDelta::seconds(1);

impl Webhook {
    /// Checks until the program ends whether Telegram can deliver updates.
    pub async fn watch(self: Arc<Self>, api: Api, mut ending: watch::Receiver<bool>) {
        while !*ending.borrow() {
            let asked = Utc::now();
            match Self::info(&api).await {
                Ok(info) if reaches(&info, self.watermark.last_known(), &self.route) => self.watermark.caught_up(asked),
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "Telegram does not say whether its updates arrive"),
            }
            tokio::select! {
                () = tokio::time::sleep(ASK) => {}
                _ = ending.changed() => {}
            }
        }
    }
}

/// Whether nothing waits at Telegram but what is under way. After a failed delivery only a later success shows that
/// deliveries work again: a tap that was lost meanwhile does not wait there any more.
fn reaches(info: &Value, last_known: Option<DateTime<Utc>>, route: &TelegramRoute) -> bool {
    let waiting = info.get("pending_update_count").and_then(Value::as_u64).unwrap_or_default();
    let failed = info.get("last_error_date").and_then(Value::as_i64).and_then(|at| DateTime::from_timestamp(at, 0));
    let failed = failed.map(|at| route.local_time(at));
    let fails = failed.zip(last_known).is_some_and(|(failed, known)| failed + SECOND > known);
    waiting < AT_ONCE && !fails
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::{DateTime, TimeDelta, Utc};
    use serde_json::json;

    use crate::turn::TelegramRoute;

    fn reaches(info: &serde_json::Value, known: Option<DateTime<Utc>>) -> bool {
        super::reaches(info, known, &TelegramRoute::default())
    }

    #[test]
    fn r9_telegram_reaches_us_unless_a_delivery_failed_since_or_more_waits_than_is_under_way() {
        let known: DateTime<Utc> = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let info = |waiting: u64, failed: i64| json!({ "pending_update_count": waiting, "last_error_date": known.timestamp() + failed });
        assert!(reaches(&json!({ "pending_update_count": 0 }), None) && reaches(&json!({}), Some(known)));
        assert!(reaches(&info(39, -600), Some(known)), "it failed before that and is over");
        assert!(
            !reaches(&info(0, 5), Some(known)),
            "what it failed for is lost, and nobody knows whether the next arrives"
        );
        assert!(reaches(&info(0, 5), Some(known + TimeDelta::seconds(6))), "one has arrived since");
        assert!(!reaches(&info(40, -600), Some(known)), "there is a backlog");
        assert!(reaches(&info(0, 5), None), "nothing is known of before");
    }
}
