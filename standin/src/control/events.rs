//! What happens, live: as a stream of server-sent events, or as JSON for tests.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::state::Shared;

/// From where on, and for how long when JSON is wanted.
#[derive(Debug, Deserialize)]
pub(crate) struct From {
    after: Option<u64>,
    wait_ms: Option<u64>,
}

/// `GET /control/events`: with `wait_ms` one JSON answer, else a stream.
pub(crate) async fn events(State(shared): State<Shared>, Query(from): Query<From>, headers: HeaderMap) -> Response {
    let resumed = headers.get("last-event-id").and_then(|v| v.to_str().ok()?.parse().ok());
    let after = resumed.or(from.after).unwrap_or_else(|| shared.read(|world| world.feed.last()));
    match from.wait_ms {
        Some(wait) => poll(&shared, after, Duration::from_millis(wait.min(60_000))).await,
        None => Sse::new(stream(shared, after))
            .keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
            .into_response(),
    }
}

async fn poll(shared: &Shared, after: u64, wait: Duration) -> Response {
    let end = Instant::now() + wait;
    let mut changes = shared.events.subscribe();
    loop {
        changes.mark_unchanged();
        let (found, last) = shared.read(|world| (world.feed.after(after), world.feed.last()));
        let waited = found.is_empty() && matches!(timeout_at(end, changes.changed()).await, Ok(Ok(())));
        if !waited {
            let list: Vec<&str> = found.iter().map(|(_, body)| body.as_ref()).collect();
            let body = format!(r#"{{"events":[{}],"seq":{last}}}"#, list.join(","));
            return ([(header::CONTENT_TYPE, "application/json")], body).into_response();
        }
    }
}

/// Where one listener is.
struct Listener {
    shared: Shared,
    changes: watch::Receiver<u64>,
    after: u64,
    ready: std::collections::VecDeque<(u64, Arc<str>)>,
}

fn stream(shared: Shared, after: u64) -> impl Stream<Item = Result<Event, Infallible>> {
    let changes = shared.events.subscribe();
    let listener = Listener { shared, changes, after, ready: std::collections::VecDeque::new() };
    stream::unfold(listener, |mut listener| async move {
        loop {
            if let Some((seq, body)) = listener.ready.pop_front() {
                listener.after = seq;
                return Some((Ok(Event::default().id(seq.to_string()).data(body)), listener));
            }
            listener.changes.mark_unchanged();
            listener.ready = listener.shared.read(|world| world.feed.after(listener.after)).into();
            if listener.ready.is_empty() {
                tokio::select! {
                    changed = listener.changes.changed() => changed.ok()?,
                    () = listener.shared.stopped() => return None,
                }
            }
        }
    })
}
