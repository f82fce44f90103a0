//! Assembly of the running bot: intake, update processor, courier, jobs, HTTP.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use chrono::Utc;
use tokio::sync::{mpsc, watch};

use super::http::Listener;
use super::metrics_state::MetricsState;
use crate::config::{Config, WebhookSettings};
use crate::crm::ads::AdUse;
use crate::crm::{BotName, Company};
use crate::db::{Pool, lease, pool};
use crate::failure::{Failure, exit};
use crate::jobs::{self, Backups};
use crate::telegram::{Api, ApiSettings, CallError, Courier, InFlight, Intake, Poller, Token, Webhook};
use crate::turn::{Limits, Liveness, Outbox, ProcessorSettings, Undeliverable, UpdateProcessor};

/// So many files are fetched at once: 120 MB at most, and 80 more while two of them are written.
const FILES: usize = 6;

/// How long the courier may take to finish what it is sending (R12).
const FAREWELL: Duration = Duration::from_secs(3);

/// The company's settings as the configuration has them.
pub(super) fn company(config: &Config, bot: Option<BotName>, demo_password_hash: Option<String>) -> Company {
    Company {
        currency: config.crm_currency,
        time_zone: config.crm_timezone,
        phone_region: config.crm_phone_region,
        language: config.crm_language,
        bot: bot.map_or_else(OnceLock::new, OnceLock::from),
        demo_password_hash,
        ad_use: AdUse::default(),
    }
}

/// The demo's company: its starter accounts have a well-known password (A14).
#[cfg(feature = "demo")]
pub(super) fn demo_company(config: &Config, bot: Option<BotName>) -> Result<Company, Failure> {
    let password = crate::turn::hash_password(&crate::flows::Secret(crate::demo::PASSWORD.to_owned()))?;
    Ok(company(config, bot, Some(password)))
}

/// Keeps the bot's name for links made by subcommands, or finds the kept one while Telegram is silent.
pub(super) async fn keep_name(pool: &Pool, bot_id: i64, bot: Option<BotName>) -> Result<Option<BotName>, Failure> {
    let kept = lease::with(pool, async |connection| match bot {
        Some(name) => BotName::keep(connection, &name).await.map(|()| Some(name)),
        None => BotName::kept(connection).await.map(|kept| kept.filter(|kept| kept.id == bot_id)),
    });
    Ok(kept.await?)
}

/// What a running bot is made of.
pub(super) struct Bot {
    pub pool: Pool,
    pub company: Arc<Company>,
    pub api: Api,
    pub id: i64,
    pub listener: Listener,
    pub webhook: Option<WebhookSettings>,
    /// The demo has none: demo data need no backup.
    pub backups: Option<Backups>,
    /// For so many chats the state of the dialogue is kept in memory.
    pub remembered_chats: usize,
}

impl Bot {
    /// Runs until `ending` turns true; then waits for what is under way.
    pub async fn serve(self, ending: watch::Receiver<bool>) -> Result<(), Failure> {
        let Self { pool, company, api, id: bot_id, listener, webhook, backups, remembered_chats } = self;
        let liveness =
            Liveness::start(&pool, bot_id, webhook.is_none(), api.route().clone(), Arc::new(Utc::now)).await?;
        pool::warm(&pool).await?;
        let (fresh, rows) = mpsc::unbounded_channel();
        let unsent = InFlight::default();
        let outbox = Outbox::new(pool.clone(), &liveness);
        let undeliverable = Undeliverable {
            pool: pool.clone(),
            process: liveness.process,
            bot_id,
            company: company.clone(),
            cipher: api.cipher()?,
        };
        let courier = Courier::start(api.clone(), outbox, undeliverable, rows, ending.clone(), unsent.clone());
        let turns = UpdateProcessor::new(ProcessorSettings {
            pool: pool.clone(),
            company,
            bot_id,
            liveness: liveness.clone(),
            courier: fresh,
            files: Arc::new(api.clone()),
            cipher: Arc::new(api.cipher()?),
            clock: liveness.clock(),
            ending: ending.clone(),
            limits: Limits::default(),
            password_checks: std::thread::available_parallelism().map_or(1, usize::from),
            fetches: FILES,
            remembered_chats,
        });
        let backups = backups.map(Arc::new);
        let mut jobs = jobs::start(&turns, backups.clone());
        let intake = Intake::new(turns.clone(), unsent);
        let left = intake.clone();
        jobs.spawn(jobs::each(jobs::ADOPT, ending.clone(), move || {
            let intake = left.clone();
            async move { intake.adopt().await }
        }));
        let probing = api.clone();
        jobs.spawn(jobs::each(jobs::PROBE, ending.clone(), move || {
            let api = probing.clone();
            async move {
                api.probe().await;
                Ok(())
            }
        }));
        let (received, failures) = (intake.metrics().clone(), api.failures().clone());
        let state = MetricsState {
            pool: pool.clone(),
            intake: received,
            failures,
            turns,
            liveness: liveness.clone(),
            backups,
            ending: ending.clone(),
        };
        let mut serving = ending.clone();
        let (heart, mut courier) = (liveness.clone(), courier);
        let served = async {
            match webhook {
                Some(webhook) => {
                    let receiver = Webhook::new(intake, webhook.secrets, &liveness).await;
                    let mut watching = tokio::spawn(receiver.clone().watch(api, ending.clone()));
                    let mut pages = listener.serve(state, receiver.routes(webhook.url.path()));
                    tokio::select! {
                        _ = serving.wait_for(|ending| *ending) => {}
                        () = unasked(pages.ended(), &ending) => return Err(died("the HTTP server")),
                        () = unasked(async { drop((&mut watching).await) }, &ending) => {
                            return Err(died("the watch over the webhook"));
                        }
                    }
                    pages.end().await;
                    watching.abort();
                    Ok(())
                }
                None => {
                    let mut pages = listener.serve(state, Router::new());
                    let accepted = api.clone();
                    let polled = tokio::select! {
                        polled = Poller::new(api, intake, liveness.clone(), ending.clone()).run() => polled,
                        () = unasked(pages.ended(), &ending) => return Err(died("the HTTP server")),
                    };
                    pages.end().await;
                    polled.map_err(|_| if accepted.was_accepted() { refused_token() } else { wrong_token() })
                }
            }
        };
        let served = tokio::select! {
            served = served => served,
            // R19: without one of these the bot would not receive or send, and still look healthy.
            () = heart.ended() => return Err(died("the heartbeat")),
            () = unasked(async { drop((&mut courier).await) }, &ending) => return Err(died("the courier")),
            () = unasked(async { drop(jobs.join_next().await) }, &ending) => return Err(died("a scheduled job")),
        };
        // No turn runs any more, so the courier ends by itself, unless it still waits for its database.
        if !courier.is_finished() {
            let _ = tokio::time::timeout(FAREWELL, courier).await;
        }
        jobs.shutdown().await;
        heart.leave(&pool).await;
        served
    }
}

/// A client of the Bot API as configured.
pub(super) fn client(config: &Config, token: Token) -> Result<Api, Failure> {
    let (url, proxy) = (config.api_url()?, config.telegram_proxy.clone());
    connect(ApiSettings { token, url, proxy })
}

/// A client of the Bot API.
pub(super) fn connect(settings: ApiSettings) -> Result<Api, Failure> {
    Api::new(settings).map_err(|why| Failure { line: format!("TELEGRAM_PROXY: {why}"), code: exit::WRONG })
}

/// Asks Telegram for the bot's name. A network that is down is no reason not to start: the name comes later.
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

/// Waits until a task ends although the program does not: at the end of the program all of them do.
async fn unasked(task: impl Future<Output = ()>, ending: &watch::Receiver<bool>) {
    task.await;
    if *ending.borrow() {
        std::future::pending().await
    }
}

/// The failure when a task that should run until the end of the program has ended before.
fn died(part: &str) -> Failure {
    Failure { line: format!("{part} has ended unasked; the log says why"), code: exit::OUT_OF_REACH }
}

/// The failure when Telegram refuses for an hour what it had accepted: the service manager tries again.
fn refused_token() -> Failure {
    Failure {
        line: "TELEGRAM_BOT_TOKEN: Telegram has refused this token for an hour, though it had accepted it".to_owned(),
        code: exit::OUT_OF_REACH,
    }
}

pub(super) fn wrong_token() -> Failure {
    Failure {
        line: "TELEGRAM_BOT_TOKEN: Telegram does not know this token; @BotFather shows the right one".to_owned(),
        code: exit::WRONG,
    }
}
