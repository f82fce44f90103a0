//! Updates pushed by Telegram: answered with 200 only after COMMIT, refused without the secret (R1, G11).

mod watch;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;
use tokio::sync::oneshot;

use super::decode::{KINDS, made_at};
use super::{Api, CallError, Intake};
use crate::turn::{Liveness, Outcome, TelegramRoute, Watermark};

/// The largest update that is read (G11).
const BODY_LIMIT: usize = 1024 * 1024;

/// How long an update may take to come in.
const COMING_IN: Duration = Duration::from_secs(10);

/// Telegram gives up on a request after a minute; before that it is told to come again.
const TIMEOUT: Duration = Duration::from_secs(50);

/// So many updates may be pushed at once.
const AT_ONCE: u64 = 40;

/// How long Telegram is asked to wait when there is too much to do.
const COME_AGAIN: &str = "1";

/// The fewest characters of a secret.
const LEAST: usize = 32;

/// Requests without a secret that is valid since the program began.
static REFUSED: AtomicU64 = AtomicU64::new(0);

/// How many requests to the webhook were refused for their secret (G11).
#[must_use]
pub fn refused_webhooks() -> u64 {
    REFUSED.load(Ordering::Relaxed)
}

/// The header in which Telegram sends the secret.
const SECRET: &str = "x-telegram-bot-api-secret-token";

/// The secrets that are valid: two while one takes the place of the other (G11). No Debug.
#[derive(Clone)]
pub struct Secrets {
    /// The present one: this is what Telegram is given.
    pub present: String,
    /// The one before it.
    pub previous: Option<String>,
}

impl Secrets {
    /// Whether Telegram takes it as a secret: 1–256 letters, digits, `_` and `-`.
    #[must_use]
    pub fn is_possible(secret: &str) -> bool {
        (1..=256).contains(&secret.len())
            && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
    }

    /// Whether it is also long enough not to be guessed; `openssl rand -hex 32` gives 64 characters.
    #[must_use]
    pub fn is_strong(secret: &str) -> bool {
        Self::is_possible(secret) && secret.len() >= LEAST
    }

    /// Compares in a time that does not depend on where a wrong one differs.
    fn admit(&self, given: &[u8]) -> bool {
        let known = [Some(&self.present), self.previous.as_ref()];
        known
            .into_iter()
            .flatten()
            .fold(false, |admitted, secret| admitted | bool::from(secret.as_bytes().ct_eq(given)))
    }
}

/// The receiving end of the webhook.
pub struct Webhook {
    intake: Intake,
    secrets: Secrets,
    watermark: Watermark,
    route: TelegramRoute,
    suspicion: Suspicion,
}

/// Until when an update may be one that has crashed an earlier process.
#[derive(Clone, Copy)]
struct Suspicion {
    /// When this process began, if an earlier one crashed.
    begun: Option<DateTime<Utc>>,
}

impl Suspicion {
    /// Whether an update may have been delivered before: a message tells when it was made; a tap is dropped after 150 s.
    fn falls_on(self, made: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
        self.begun.is_some_and(|begun| match made {
            Some(made) => made <= begun,
            None => now < begun + TimeDelta::seconds(150),
        })
    }
}

impl Webhook {
    /// A receiver that gives its updates to `intake`, and reports its progress to the watermark. What earlier processes
    /// have left goes first.
    #[must_use]
    pub async fn new(intake: Intake, secrets: Secrets, liveness: &Liveness) -> Arc<Self> {
        // A database that is away now is no reason not to start: no update is confirmed without it.
        let unclean = intake.recover().await.unwrap_or_else(|fault| {
            tracing::warn!(%fault, "earlier processes could not be looked for");
            true
        });
        let suspicion = Suspicion { begun: unclean.then(Utc::now) };
        let (watermark, route) = (liveness.watermark.clone(), liveness.route.clone());
        Arc::new(Self { intake, secrets, watermark, route, suspicion })
    }

    /// The routes: one, at `path`.
    pub fn routes(self: &Arc<Self>, path: &str) -> Router {
        Router::new().route(path, post(receive)).with_state(self.clone())
    }

    /// Tells Telegram to push updates to `url`. Only `crmbot webhook set` does this.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn set(api: &Api, url: &str, secrets: &Secrets) -> Result<(), CallError> {
        let body = json!({ "url": url, "secret_token": secrets.present, "allowed_updates": KINDS, "max_connections": AT_ONCE });
        api.request("setWebhook", |request| request.json(&body), Duration::from_secs(20)).await.map(drop)
    }

    /// Tells Telegram to keep updates for polling. Only `crmbot webhook delete` does this.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn delete(api: &Api) -> Result<(), CallError> {
        api.request("deleteWebhook", |request| request.json(&json!({})), Duration::from_secs(20)).await.map(drop)
    }

    /// What Telegram knows of the webhook.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn info(api: &Api) -> Result<Value, CallError> {
        api.request("getWebhookInfo", |request| request.json(&json!({})), Duration::from_secs(20)).await
    }
}

impl Webhook {
    /// Reports an update that came at this moment to the watermark.
    fn report(&self, made: Option<DateTime<Utc>>, came: DateTime<Utc>) {
        self.watermark.received(Utc::now());
        if let Some(made) = made {
            self.watermark.advanced(made, came);
        }
    }
}

async fn receive(State(webhook): State<Arc<Webhook>>, request: Request) -> Response {
    let given = request.headers().get(SECRET).map(|value| value.as_bytes()).unwrap_or_default();
    // Of a stranger's request, or one too many, not even the body is read.
    if !webhook.secrets.admit(given) {
        REFUSED.fetch_add(1, Ordering::Relaxed);
        return StatusCode::UNAUTHORIZED.into_response();
    }
    if webhook.intake.is_full() {
        return busy();
    }
    let body = match tokio::time::timeout(COMING_IN, to_bytes(request.into_body(), BODY_LIMIT)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    let came = Utc::now();
    let Ok(raw) = serde_json::from_slice::<Value>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    if raw.get("update_id").and_then(Value::as_i64).is_none() {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let (tell, settled) = oneshot::channel();
    let made = made_at(&raw).map(|made| webhook.route.local_time(made));
    let suspect = webhook.suspicion.falls_on(made, came);
    let accepted = webhook.intake.accept(raw, suspect, move |how| {
        // Telegram may have hung up; then it comes again and finds the update done.
        let _ = tell.send(how);
    });
    if accepted.await.is_err() {
        return busy();
    }
    match tokio::time::timeout(TIMEOUT, settled).await {
        Ok(Ok(Outcome::Done | Outcome::Stored)) => {
            webhook.report(made, came);
            StatusCode::OK.into_response()
        }
        _ => busy(),
    }
}

fn busy() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, COME_AGAIN)]).into_response()
}

#[cfg(test)]
mod tests {
    use super::Secrets;

    #[test]
    fn g11_the_present_and_the_previous_secret_are_admitted_and_no_other() {
        let secrets = Secrets { present: "new_1".into(), previous: Some("old-1".into()) };
        assert!(secrets.admit(b"new_1") && secrets.admit(b"old-1"));
        assert!(!secrets.admit(b"") && !secrets.admit(b"new_") && !secrets.admit(b"new_2"));
        assert!(!Secrets::is_strong("aZ9_-") && Secrets::is_strong(&"aZ9_-abc".repeat(4)));
        assert!(!Secrets::is_strong(&"a b ".repeat(8)));
        assert!(Secrets::is_possible("aZ9_-") && !Secrets::is_possible("") && !Secrets::is_possible("a b"));
    }
}
