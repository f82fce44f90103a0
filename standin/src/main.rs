//! The stand-in on its own: `standin [--listen ADDRESS] [--token TOKEN] [--username NAME] [--name NAME] [--data FOLDER]`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use standin::{Options, Running, start, token_in};

/// The bot's id where no token says it.
const BOT: i64 = 4_200_000_001;

const USAGE: &str = "\
A local stand-in for the Telegram Bot API with a web chat.

  standin [OPTIONS]

  --listen ADDRESS    loopback address and port          [127.0.0.1:8090]
  --token TOKEN       the bot's token                    [a random one, kept in the data folder]
  --username NAME     the bot's username                 [standin_bot]
  --name NAME         the bot's name                     [Stand-in bot]
  --data FOLDER       keep everything over restarts      [in memory]
  --rate-limits       refuse bursts as Telegram does
  --help
";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            let _ = writeln!(io::stderr(), "{sentence}");
            ExitCode::from(2)
        }
    }
}

async fn run() -> Result<(), String> {
    let Some(options) = options(std::env::args().skip(1))? else {
        return say(USAGE);
    };
    let token = options.token.clone();
    let running = start(options).await.map_err(|error| error.to_string())?;
    announce(&running, &token)?;
    ended().await;
    running.stop().await;
    Ok(())
}

/// The options, or nothing when help is wanted.
fn options(mut args: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options {
        listen: std::net::SocketAddr::from(([127, 0, 0, 1], 8090)),
        token: String::new(),
        bot_username: "standin_bot".to_owned(),
        bot_name: "Stand-in bot".to_owned(),
        data: None,
        rate_limits: false,
    };
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value; see --help"));
        match arg.as_str() {
            "--help" | "-h" => return Ok(None),
            "--rate-limits" => options.rate_limits = true,
            "--listen" => {
                let text = value()?;
                options.listen = text.parse().map_err(|_| format!("{text} is no address like 127.0.0.1:8090"))?;
            }
            "--token" => options.token = value()?,
            "--username" => options.bot_username = value()?,
            "--name" => options.bot_name = value()?,
            "--data" => options.data = Some(PathBuf::from(value()?)),
            _ => return Err(format!("{arg} is not known; see --help")),
        }
    }
    if options.token.is_empty() {
        options.token = token_in(options.data.as_deref(), BOT).map_err(|error| format!("no token: {error}"))?;
    }
    Ok(Some(options))
}

fn announce(running: &Running, token: &str) -> Result<(), String> {
    // This token opens nothing but this stand-in, and a bot must be given it.
    say(&format!("web chat   {}\nBot API    {}/bot{token}/METHOD\n", running.page_url(), running.api_url()))
}

fn say(text: &str) -> Result<(), String> {
    io::stdout().write_all(text.as_bytes()).map_err(|error| error.to_string())
}

/// Ends with Ctrl-C, and with SIGTERM where that exists.
async fn ended() {
    #[cfg(unix)]
    if let Ok(mut term) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = term.recv() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}
