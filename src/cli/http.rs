//! HTTP server of the program: `/healthz`, `/readyz`, `/metrics`, and the webhook if configured (G13).

mod connections;
mod hosts;

use std::time::{Duration, Instant};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use axum::middleware::from_fn;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use self::hosts::Hosts;
use super::metrics;
use super::metrics_state::MetricsState;
use crate::config::Config;
use crate::db::{Pool, lease};
use crate::error::SystemError;
use crate::failure::{Failure, exit};
use crate::turn::Backlog;

/// How long the database may take to say that it is there.
const TIMEOUT: Duration = Duration::from_secs(2);

/// How long requests under way may take when the program ends (R12).
const FAREWELL: Duration = Duration::from_secs(4);

/// A bound listener, before it serves anything.
pub(super) struct Listener {
    listener: TcpListener,
    hosts: Hosts,
}

impl Listener {
    /// Takes the address first of all: a port in use is better known before anything else has started.
    pub async fn open(config: &Config) -> Result<Self, Failure> {
        let listen = config.crm_http_listen;
        let bound = TcpListener::bind(listen).await.map_err(|error| Failure {
            line: format!("CRM_HTTP_LISTEN: {listen} cannot be used: {error}"),
            code: exit::WRONG,
        });
        Ok(Self { listener: bound?, hosts: Hosts::of(listen) })
    }

    /// Serves until the program ends.
    pub fn serve(self, state: MetricsState, webhook: Router) -> Served {
        let Self { listener, hosts } = self;
        let mut until = state.ending.clone();
        let (readiness, numbers) = (state.clone(), state);
        let routes = Router::new()
            .route("/healthz", get(|| async { "alive\n" }))
            .route("/readyz", get(move || ready(readiness.clone())))
            .route("/metrics", get(move || numbers_of(numbers.clone())))
            .layer(from_fn(move |request, next| hosts.check(request, next)))
            .merge(webhook);
        let ends = async move { drop(until.wait_for(|ending| *ending).await) };
        Served(tokio::spawn(connections::serve(listener, routes, connections::Limits::default(), ends)))
    }
}

async fn ready(state: MetricsState) -> (StatusCode, &'static str) {
    let answers = matches!(tokio::time::timeout(TIMEOUT, answers(&state.pool)).await, Ok(Ok(())));
    let ending = *state.ending.borrow();
    readiness(answers, ending, state.liveness.is_deaf(), state.intake.stalled(Instant::now()))
}

/// Ready means that the database answers, updates flow, and the program has not been asked to end.
const fn readiness(answers: bool, ending: bool, deaf: bool, stuck: bool) -> (StatusCode, &'static str) {
    let against = match (answers, ending, deaf, stuck) {
        (false, ..) => "not ready: Postgres does not answer\n",
        (_, true, ..) => "not ready: ending\n",
        (_, _, true, _) => "not ready: Telegram does not answer\n",
        (.., true) => "not ready: updates are stuck\n",
        (true, false, false, false) => return (StatusCode::OK, "ready\n"),
    };
    (StatusCode::SERVICE_UNAVAILABLE, against)
}

async fn answers(pool: &Pool) -> Result<(), SystemError> {
    lease::with(pool, async |connection| sqlx::query("select 1").execute(connection).await).await?;
    Ok(())
}

async fn numbers_of(state: MetricsState) -> ([(HeaderName, &'static str); 1], String) {
    let backlog = tokio::time::timeout(TIMEOUT, Backlog::read(&state.pool)).await;
    let backlog = backlog.ok().and_then(Result::ok);
    let mut backups = None;
    if let (Some(own), Some(_)) = (&state.backups, &backlog) {
        let read = tokio::time::timeout(TIMEOUT, own.health(&state.pool)).await;
        backups = read.ok().and_then(Result::ok);
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], metrics::page(&state, backlog, backups))
}

/// What is being served.
pub(super) struct Served(JoinHandle<()>);

impl Served {
    /// Waits until nothing is served any more.
    pub async fn ended(&mut self) {
        let _ = (&mut self.0).await;
    }

    /// Waits until the last request is answered, not for ever.
    pub async fn end(mut self) {
        if !self.0.is_finished() && tokio::time::timeout(FAREWELL, &mut self.0).await.is_err() {
            self.0.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g13_one_reason_is_enough_not_to_be_ready() {
        assert_eq!(readiness(true, false, false, false), (StatusCode::OK, "ready\n"));
        for (answers, ending, deaf, stuck, reason) in [
            (false, false, false, false, "Postgres does not answer"),
            (true, true, false, false, "ending"),
            (true, false, true, false, "Telegram does not answer"),
            (true, false, false, true, "updates are stuck"),
            (false, true, true, true, "Postgres does not answer"),
        ] {
            let (status, told) = readiness(answers, ending, deaf, stuck);
            assert_eq!((status.as_u16(), told.trim_end()), (503, format!("not ready: {reason}").as_str()));
        }
    }
}
