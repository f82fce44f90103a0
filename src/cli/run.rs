//! `crmbot run`: the main job.

use std::sync::Arc;

use sqlx::PgPool;
use tokio::sync::watch;

use super::database::Database;
use super::{Failure, exit, service, signals};
use crate::config::Config;
use crate::db::birth::Kind;
use crate::telegram::{Api, ApiSettings, Token};

/// Runs until SIGTERM or SIGINT: at Telegram with a token, else in the demo.
pub(super) async fn run(config: Config) -> Result<(), Failure> {
    let ending = signals::ending()
        .map_err(|error| Failure { line: format!("signals cannot be caught: {error}"), code: exit::OUT_OF_REACH })?;
    let mut asked = ending.clone();
    let starting = std::sync::atomic::AtomicBool::new(true);
    let started = || starting.store(false, std::sync::atomic::Ordering::Relaxed);
    let work = async {
        match config.token()? {
            Some(token) => live(&config, token, ending, &started).await,
            None => demo(&config, ending, &started).await,
        }
    };
    tokio::pin!(work);
    tokio::select! {
        done = &mut work => done,
        // While the database is being opened there is nothing to finish: the program may end where it stands (R12).
        _ = asked.changed() => match starting.load(std::sync::atomic::Ordering::Relaxed) {
            true => Ok(()),
            false => work.await,
        },
    }
}

async fn live(
    config: &Config,
    token: Token,
    ending: watch::Receiver<bool>,
    started: &impl Fn(),
) -> Result<(), Failure> {
    let bot_id = token.bot_id();
    let settings = ApiSettings { token, url: config.telegram_api_url.clone(), proxy: config.telegram_proxy.clone() };
    let api = client(settings)?;
    let health = service::health(config).await?;
    let bot = service::introduce(&api).await?;
    let database = Database::open(config, Kind::Real).await?;
    let bot = service::keep_name(&database.pool, bot_id, bot).await?;
    let company = Arc::new(service::company(config, bot, None));
    tracing::info!(bot_id, "the bot is at work");
    started();
    let served = serve(&database.pool, company, api, bot_id, health, ending).await;
    database.close().await;
    served
}

#[cfg(feature = "demo")]
async fn demo(config: &Config, ending: watch::Receiver<bool>, started: &impl Fn()) -> Result<(), Failure> {
    use super::say;
    use crate::demo;

    let health = service::health(config).await?;
    let database = Database::open(config, Kind::Demo).await?;
    let (standin, settings) = demo::start(config.crm_standin_listen, &config.crm_data_dir.join("demo")).await?;
    let bot_id = settings.token.bot_id();
    let api = client(settings)?;
    let bot = service::introduce(&api).await?;
    let bot = service::keep_name(&database.pool, bot_id, bot).await?;
    let password = crate::turn::hash_password(&crate::flows::Secret(demo::PASSWORD.to_owned()))?;
    let company = Arc::new(service::company(config, bot, Some(password)));
    demo::seed(&database.pool, &company).await?;
    started();
    say(&format!("\nThe demo is ready. Open {} and choose who you are:", standin.page_url()));
    for player in demo::people() {
        say(&format!("  {} {}: {}", player.first_name, player.last_name, player.role));
    }
    say(
        "Begin as the administrator with /seed_groups. The demo's accounts have the password 123; nothing leaves this machine.",
    );
    say("Ctrl-C ends everything; the data is kept.\n");
    let served = serve(&database.pool, company, api, bot_id, health, ending).await;
    standin.stop().await;
    database.close().await;
    served
}

#[cfg(not(feature = "demo"))]
async fn demo(_: &Config, _: watch::Receiver<bool>, _: &impl Fn()) -> Result<(), Failure> {
    Err(Failure {
        line: "TELEGRAM_BOT_TOKEN: not set, and this program was built without the demo".to_owned(),
        code: exit::WRONG,
    })
}

fn client(settings: ApiSettings) -> Result<Api, Failure> {
    Api::new(settings).map_err(|why| Failure { line: format!("TELEGRAM_PROXY: {why}"), code: exit::WRONG })
}

async fn serve(
    pool: &PgPool,
    company: Arc<crate::crm::Company>,
    api: Api,
    bot_id: i64,
    health: service::Health,
    ending: watch::Receiver<bool>,
) -> Result<(), Failure> {
    let watched = health.watch(pool.clone(), ending.clone());
    let served = service::serve(pool.clone(), company, api, bot_id, ending).await;
    watched.abort();
    served
}
