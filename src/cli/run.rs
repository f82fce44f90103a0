//! `crmbot run`: the bot, with a token at Telegram, without one in the demo.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::database::Database;
use super::http::Listener;
use super::service::Bot;
use super::{service, signals};
use crate::config::Config;
use crate::db::database_kind::DatabaseKind;
use crate::failure::{Failure, exit};
use crate::telegram::Token;

/// How long the whole end may take, whatever its parts wait for (R12).
const FAREWELL: Duration = Duration::from_secs(9);

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
            // What is not done by then is in the database, and done by the next start.
            false => tokio::time::timeout(FAREWELL, &mut work).await.unwrap_or_else(|_| {
                tracing::warn!("the end took too long, and is cut off");
                Ok(())
            }),
        },
    }
}

async fn live(
    config: &Config,
    token: Token,
    ending: watch::Receiver<bool>,
    started: &impl Fn(),
) -> Result<(), Failure> {
    let id = token.bot_id();
    let webhook = config.webhook()?;
    config.warnings().iter().for_each(|warning| tracing::warn!("{warning}"));
    let api = service::client(config, token.clone())?;
    let listener = Listener::open(config).await?;
    let name = service::introduce(&api).await?;
    let database = Database::open(config, DatabaseKind::Real).await?;
    let name = service::keep_name(&database.pool, id, name).await?;
    let company = Arc::new(service::company(config, name, None));
    tracing::info!(bot = id, webhook = webhook.is_some(), "the bot is at work");
    started();
    let backups = database.backups(config, &token);
    let remembered_chats = config.crm_remembered_chats;
    let pool = database.pool.clone();
    let bot = Bot { pool, company, api, id, listener, webhook, backups, remembered_chats };
    let served = bot.serve(ending).await;
    database.close().await;
    served
}

#[cfg(feature = "demo")]
async fn demo(config: &Config, ending: watch::Receiver<bool>, started: &impl Fn()) -> Result<(), Failure> {
    use super::print;
    use crate::db::pool;
    use crate::demo;

    let listener = Listener::open(config).await?;
    let database = Database::open(config, DatabaseKind::Demo).await?;
    let (standin, settings) = demo::start(config.crm_standin_listen, &config.crm_data_dir.join("demo")).await?;
    let id = settings.token.bot_id();
    let api = service::connect(settings)?;
    let name = service::introduce(&api).await?;
    let name = service::keep_name(&database.pool, id, name).await?;
    let company = Arc::new(service::demo_company(config, name)?);
    demo::seed(&mut pool::connect_owner(&database.owner).await?, &company).await?;
    started();
    print(&format!("\nThe demo is ready. Open {} and choose who you are:", standin.page_url()));
    for player in demo::people() {
        print(&format!("  {} {}: {}", player.first_name, player.last_name, player.role));
    }
    print(
        "Begin as the administrator with /seed_groups. The demo's accounts have the password 123; nothing leaves this machine.",
    );
    print("Ctrl-C ends everything; the data is kept.\n");
    let (pool, remembered_chats) = (database.pool.clone(), config.crm_remembered_chats);
    let bot = Bot { pool, company, api, id, listener, webhook: None, backups: None, remembered_chats };
    let served = bot.serve(ending).await;
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
