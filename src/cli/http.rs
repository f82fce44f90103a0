//! The program's own HTTP side: `/healthz`, `/readyz`, and the webhook where one is configured (G13).

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Failure, exit};
use crate::config::Config;

/// How long the database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long requests under way may take when the program ends (R12).
const FAREWELL: Duration = Duration::from_secs(6);

/// An address that is ours, before anything is served there.
pub(super) struct Door(TcpListener);

impl Door {
    /// Takes the address first of all: a port in use is better known before anything else has started.
    pub async fn open(config: &Config) -> Result<Self, Failure> {
        let listen = config.crm_http_listen;
        TcpListener::bind(listen).await.map(Self).map_err(|error| Failure {
            line: format!("CRM_HTTP_LISTEN: {listen} cannot be used: {error}"),
            code: exit::WRONG,
        })
    }

    /// Serves until the program ends. Ready means that the database answers and nobody has asked the program to end.
    pub fn serve(self, pool: PgPool, ending: watch::Receiver<bool>, webhook: Router) -> Served {
        let asked = ending.clone();
        let ready = move || {
            let (pool, ending) = (pool.clone(), asked.clone());
            async move {
                let alive = tokio::time::timeout(PATIENCE, sqlx::query("select 1").execute(&pool)).await;
                match alive {
                    Ok(Ok(_)) if !*ending.borrow() => (StatusCode::OK, "ready\n"),
                    _ => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
                }
            }
        };
        let routes =
            Router::new().route("/healthz", get(|| async { "alive\n" })).route("/readyz", get(ready)).merge(webhook);
        let mut until = ending;
        let ends = async move { drop(until.wait_for(|ending| *ending).await) };
        Served(tokio::spawn(async move {
            if let Err(error) = axum::serve(self.0, routes).with_graceful_shutdown(ends).await {
                tracing::error!(%error, "nothing is served over HTTP any more");
            }
        }))
    }
}

/// What is being served.
pub(super) struct Served(JoinHandle<()>);

impl Served {
    /// Waits until the last request is answered, not for ever.
    pub async fn end(mut self) {
        if tokio::time::timeout(FAREWELL, &mut self.0).await.is_err() {
            self.0.abort();
        }
    }
}
