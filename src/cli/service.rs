//! The bot's parts, put together: intake, turns, courier.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use chrono::Utc;
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinHandle;

use super::{Failure, exit};
use crate::config::Config;
use crate::crm::{BotName, Company, Fault};
use crate::jobs;
use crate::telegram::{Api, CallError, Courier, Poller};
use crate::turn::{Outbox, Presence, Turns};

/// The company's settings as the configuration has them.
pub(super) fn company(config: &Config, bot: Option<BotName>, demo_password_hash: Option<String>) -> Company {
    Company {
        currency: config.crm_currency,
        time_zone: config.crm_timezone,
        phone_region: config.crm_phone_region,
        language: config.crm_language,
        bot: bot.map_or_else(OnceLock::new, OnceLock::from),
        demo_password_hash,
    }
}

/// The page for whoever watches the process: `/healthz` and `/readyz`, on the loopback unless configured otherwise (G13).
pub(super) struct Health(TcpListener);

/// Takes the address first of all: a port in use is better known before anything else has started.
pub(super) async fn health(config: &Config) -> Result<Health, Failure> {
    let listen = config.crm_http_listen;
    TcpListener::bind(listen).await.map(Health).map_err(|error| Failure {
        line: format!("CRM_HTTP_LISTEN: {listen} cannot be used: {error}"),
        code: exit::WRONG,
    })
}

impl Health {
    /// Serves until the program ends. Ready means that the database answers and nobody has asked the program to end.
    pub fn watch(self, pool: PgPool, ending: watch::Receiver<bool>) -> JoinHandle<()> {
        let ready = move || {
            let (pool, ending) = (pool.clone(), ending.clone());
            async move {
                let asked = tokio::time::timeout(Duration::from_secs(2), sqlx::query("select 1").execute(&pool)).await;
                match asked {
                    Ok(Ok(_)) if !*ending.borrow() => (StatusCode::OK, "ready\n"),
                    _ => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
                }
            }
        };
        let routes = Router::new().route("/healthz", get(|| async { "alive\n" })).route("/readyz", get(ready));
        tokio::spawn(async move {
            if let Err(error) = axum::serve(self.0, routes).await {
                tracing::error!(%error, "the health page has ended");
            }
        })
    }
}

/// Keeps the bot's name for links made by subcommands, or finds the kept one while Telegram is silent.
pub(super) async fn keep_name(pool: &PgPool, bot_id: i64, bot: Option<BotName>) -> Result<Option<BotName>, Failure> {
    let mut connection = pool.acquire().await.map_err(Fault::from)?;
    match bot {
        Some(ref name) => BotName::keep(&mut connection, name).await?,
        None => return Ok(BotName::kept(&mut connection).await?.filter(|kept| kept.id == bot_id)),
    }
    Ok(bot)
}

/// Runs the bot until `ending` turns true; then waits for what is under way.
pub(super) async fn serve(
    pool: PgPool,
    company: Arc<Company>,
    api: Api,
    bot_id: i64,
    ending: watch::Receiver<bool>,
) -> Result<(), Failure> {
    let presence = Presence::start(&pool, bot_id).await?;
    let (fresh, rows) = mpsc::unbounded_channel();
    let courier = Courier::start(api.clone(), Outbox::new(pool.clone()), presence.clone(), rows, ending.clone());
    let jobs = jobs::start(pool.clone(), ending.clone());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let turns = Arc::new(Turns {
        pool,
        company,
        bot_id,
        presence: presence.clone(),
        courier: fresh,
        files: Arc::new(api.clone()),
        heavy: Semaphore::new(cores),
        clock: Arc::new(Utc::now),
        ending: ending.clone(),
    });
    let polled = Poller::new(api, turns, presence, ending).run().await;
    // The turns are gone, and with them the courier's last customer.
    let _ = courier.await;
    jobs.abort();
    polled.map_err(|_| wrong_token())
}

/// Asks Telegram who the bot is. A network that is down is no reason not to start: the name comes later.
pub(super) async fn introduce(api: &Api) -> Result<Option<BotName>, Failure> {
    match api.get_me().await {
        Ok(name) => Ok(Some(name)),
        Err(CallError::WrongToken) => Err(wrong_token()),
        Err(error) => {
            tracing::warn!(%error, "Telegram has not answered yet");
            Ok(None)
        }
    }
}

fn wrong_token() -> Failure {
    Failure {
        line: "TELEGRAM_BOT_TOKEN: Telegram does not know this token; @BotFather shows the right one".to_owned(),
        code: exit::WRONG,
    }
}
