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

/// Ready means that the database answers, updates flow, and the program has not been asked to end.
async fn ready(state: MetricsState) -> (StatusCode, &'static str) {
    match tokio::time::timeout(TIMEOUT, answers(&state.pool)).await {
        Ok(Ok(_)) if *state.ending.borrow() => (StatusCode::SERVICE_UNAVAILABLE, "not ready: ending\n"),
        Ok(Ok(_)) if state.liveness.is_deaf() => {
            (StatusCode::SERVICE_UNAVAILABLE, "not ready: Telegram does not answer\n")
        }
        Ok(Ok(_)) if state.intake.stalled(Instant::now()) => {
            (StatusCode::SERVICE_UNAVAILABLE, "not ready: updates are stuck\n")
        }
        Ok(Ok(_)) => (StatusCode::OK, "ready\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "not ready: Postgres does not answer\n"),
    }
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
