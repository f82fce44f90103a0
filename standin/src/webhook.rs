//! Delivers updates to the bot's webhook: one at a time within a lane, many lanes at once, again after a failure.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout};

use crate::api;
use crate::state::Shared;
use crate::world::queue::{Delivery, Lane};
use crate::world::record::Record;
use crate::world::setup::Webhook;

/// How long the bot may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest pause between two tries, and the longest that `Retry-After` may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_ASKED: Duration = Duration::from_secs(3600);

/// A lane that is busy or rests after a failure.
#[derive(Clone, Copy, Debug)]
struct Busy {
    in_flight: bool,
    fails: u32,
    delay: Duration,
    until: Instant,
}

/// What became of a delivery.
struct Outcome {
    delivery: Delivery,
    failed: Option<Failure>,
}

struct Failure {
    why: String,
    retry_after: Duration,
}

/// Runs until the stand-in stops.
pub(crate) async fn run(shared: Shared) {
    let mut sender = Sender { lanes: HashMap::new(), client: None };
    let mut flights = JoinSet::new();
    loop {
        let woken = shared.updates.notified();
        tokio::pin!(woken);
        woken.as_mut().enable();
        let wake_at = sender.launch(&shared, &mut flights);
        tokio::select! {
            () = shared.stopped() => return,
            () = &mut woken => {}
            () = sleep_until(wake_at.into()) => {}
            Some(done) = flights.join_next(), if !flights.is_empty() => {
                if let Ok(outcome) = done {
                    sender.land(&shared, outcome);
                }
            }
        }
    }
}

struct Sender {
    lanes: HashMap<Lane, Busy>,
    client: Option<(Webhook, Client)>,
}

impl Sender {
    /// Sends what may be sent now; gives the time when something more may be.
    fn launch(&mut self, shared: &Shared, flights: &mut JoinSet<Outcome>) -> Instant {
        let now = Instant::now();
        self.lanes.retain(|_, busy| busy.in_flight || busy.fails > 0);
        let Some(webhook) = shared.read(|world| world.webhook.clone()) else {
            self.lanes.clear();
            return now + LONGEST_PAUSE;
        };
        let Some(client) = self.client_for(&webhook) else { return now + LONGEST_PAUSE };
        while flights.len() < webhook.max_connections {
            let free = |lane: Lane| self.lanes.get(&lane).is_none_or(|b| !b.in_flight && b.until <= now);
            let next = shared.change(|world| {
                let now = world.now();
                world.queue.next_free(free, now)
            });
            let Ok(Some(delivery)) = next else { break };
            let fresh = Busy { in_flight: true, fails: 0, delay: Duration::from_secs(1), until: now };
            self.lanes.entry(delivery.update.lane_key()).or_insert(fresh).in_flight = true;
            flights.spawn(deliver(shared.clone(), client.clone(), webhook.clone(), delivery));
        }
        let resting = self.lanes.values().filter(|b| !b.in_flight).map(|b| b.until);
        resting.min().unwrap_or(now + LONGEST_PAUSE).max(now + Duration::from_millis(1))
    }

    fn client_for(&mut self, webhook: &Webhook) -> Option<Client> {
        let fits = |known: &Webhook| known.certificate == webhook.certificate;
        if let Some((_, client)) = self.client.as_ref().filter(|(known, _)| fits(known)) {
            return Some(client.clone());
        }
        let mut builder = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        if let Some(pem) = &webhook.certificate
            && let Ok(certificate) = reqwest::Certificate::from_pem(pem.as_bytes())
        {
            builder = builder.add_root_certificate(certificate);
        }
        let client = builder.build().inspect_err(|error| tracing::error!(%error, "no client for the webhook")).ok()?;
        self.client = Some((webhook.clone(), client.clone()));
        Some(client)
    }

    /// Takes note of a delivery's end.
    fn land(&mut self, shared: &Shared, outcome: Outcome) {
        let lane = outcome.delivery.update.lane_key();
        let Some(failure) = outcome.failed else {
            self.lanes.remove(&lane);
            if !outcome.delivery.again {
                let id = outcome.delivery.update.id;
                let _ = shared.change(|world| world.record(Record::Settled(id)));
            }
            return;
        };
        if let Some(busy) = self.lanes.get_mut(&lane) {
            busy.in_flight = false;
            // The first failure is tried again at once, later ones after 2, 4, 8 … seconds.
            let pause = match failure.retry_after {
                Duration::ZERO if busy.fails == 0 => Duration::ZERO,
                Duration::ZERO => {
                    busy.delay = (busy.delay * 2).min(LONGEST_PAUSE);
                    busy.delay
                }
                asked => asked.min(LONGEST_ASKED),
            };
            busy.fails += 1;
            busy.until = Instant::now() + pause;
        }
        let _ = shared.change(|world| {
            if outcome.delivery.again {
                world.queue.put_back(outcome.delivery.update);
            }
            let now = world.now();
            if let Some(mut webhook) = world.webhook.clone() {
                webhook.error = Some((now, failure.why));
                world.record(Record::Webhook(Some(webhook)));
            }
        });
    }
}

async fn deliver(shared: Shared, client: Client, webhook: Webhook, delivery: Delivery) -> Outcome {
    let body = api::update_json(&delivery.update);
    let mut request = client.post(&webhook.url).header("content-type", "application/json").body(body);
    if !webhook.secret.is_empty() {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", &webhook.secret);
    }
    let failed = match timeout(PATIENCE, request.send()).await {
        Err(_) => Some(Failure { why: "Read timeout expired".to_owned(), retry_after: Duration::ZERO }),
        Ok(Err(error)) if error.is_connect() => {
            Some(Failure { why: "Connection refused".to_owned(), retry_after: Duration::ZERO })
        }
        Ok(Err(_)) => Some(Failure { why: "Webhook connection closed".to_owned(), retry_after: Duration::ZERO }),
        Ok(Ok(response)) if response.status().is_success() => {
            answer(&shared, response).await;
            None
        }
        Ok(Ok(response)) => Some(refused(&response)),
    };
    Outcome { delivery, failed }
}

fn refused(response: &Response) -> Failure {
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or_default();
    let asked = response.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok()?.parse().ok());
    Failure {
        why: format!("Wrong response from the webhook: {} {reason}", status.as_u16()),
        retry_after: Duration::from_secs(asked.unwrap_or(0)),
    }
}

/// A bot may answer a delivery with a call.
async fn answer(shared: &Shared, response: Response) {
    let Ok(Ok(body)) = timeout(PATIENCE, response.bytes()).await else { return };
    let Ok(Value::Object(fields)) = serde_json::from_slice(&body) else { return };
    let Some(method) = fields.get("method").and_then(Value::as_str).map(str::to_ascii_lowercase) else { return };
    let kept = !matches!(method.as_str(), "setwebhook" | "deletewebhook" | "close" | "logout");
    if kept && !method.starts_with("get") {
        api::call_from_webhook(shared, &method, fields).await;
    }
}
