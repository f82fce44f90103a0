//! Configuration: one table of flags and environment variables, read by clap, with `.env` beside it.

use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU16;
use std::path::PathBuf;

use chrono::NaiveTime;
use clap::{Args, ValueEnum};

use crate::domain::{Currency, Language, PhoneRegion, TimeZone};
use crate::telegram::{Secrets, Token};

/// The configuration of every subcommand. Each field is a variable; the help lists them all.
#[derive(Args)]
pub struct Config {
    /// The bot's token from @BotFather; without one the local stand-in is started
    #[arg(long, env = "TELEGRAM_BOT_TOKEN", hide_env_values = true, global = true, hide = true)]
    telegram_bot_token: Option<String>,
    /// A file that holds the token
    #[arg(long, env = "TELEGRAM_BOT_TOKEN_FILE", global = true, hide = true)]
    telegram_bot_token_file: Option<PathBuf>,
    /// A self-hosted Bot API server, or a test server
    #[arg(long, env = "TELEGRAM_API_URL", default_value = "https://api.telegram.org", global = true, hide = true)]
    telegram_api_url: String,
    /// A proxy to Telegram: http, https or socks5
    #[arg(long, env = "TELEGRAM_PROXY", hide_env_values = true, global = true, hide = true)]
    pub telegram_proxy: Option<String>,
    /// The database the bot works in; without one a private cluster is started under CRM_DATA_DIR
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true, hide = true)]
    pub database_url: Option<String>,
    /// The owner's connection for migrations and legal requests; without one DATABASE_URL serves both
    #[arg(long, env = "DATABASE_OWNER_URL", hide_env_values = true, global = true, hide = true)]
    pub database_owner_url: Option<String>,
    /// Where the private cluster lives; the demo's own is in demo/ below it
    #[arg(long, env = "CRM_DATA_DIR", default_value = "./data", global = true, hide = true)]
    pub crm_data_dir: PathBuf,
    /// Where PostgreSQL's server programs lie
    #[arg(long, env = "CRM_PG_BIN", global = true, hide = true)]
    pub crm_pg_bin: Option<PathBuf>,
    /// Where the private cluster's daily backups go; without it backups/ below CRM_DATA_DIR
    #[arg(long, env = "CRM_BACKUP_DIR", global = true, hide = true)]
    crm_backup_dir: Option<PathBuf>,
    /// How many of the newest daily backups are kept
    #[arg(long, env = "CRM_BACKUP_KEEP", default_value = "7", global = true, hide = true)]
    pub crm_backup_keep: NonZeroU16,
    /// When the private cluster is backed up each day, in the company's time zone, or off
    #[arg(long, env = "CRM_BACKUP_AT", default_value = "03:30", value_parser = backup_time, global = true, hide = true)]
    pub crm_backup_at: BackupTime,
    /// The one currency of all money, ISO 4217
    #[arg(long, env = "CRM_CURRENCY", default_value = "RUB", value_parser = currency, global = true, hide = true)]
    pub crm_currency: Currency,
    /// The company's time zone, IANA
    #[arg(long, env = "CRM_TIMEZONE", default_value = "Europe/Moscow", value_parser = time_zone, global = true, hide = true)]
    pub crm_timezone: TimeZone,
    /// How phone numbers without a country code are read
    #[arg(long, env = "CRM_PHONE_REGION", default_value = "RU", value_parser = region, global = true, hide = true)]
    pub crm_phone_region: PhoneRegion,
    /// For people whose Telegram language is neither ru nor en
    #[arg(long, env = "CRM_LANGUAGE", default_value = "ru", value_parser = language, global = true, hide = true)]
    pub crm_language: Language,
    /// Where /healthz, /readyz and /metrics are served
    #[arg(long, env = "CRM_HTTP_LISTEN", default_value = "127.0.0.1:8080", global = true, hide = true)]
    pub crm_http_listen: SocketAddr,
    /// Where the local stand-in is served: its web chat and its Bot API
    #[arg(long, env = "CRM_STANDIN_LISTEN", default_value = "127.0.0.1:8090", global = true, hide = true)]
    pub crm_standin_listen: SocketAddr,
    /// For how many chats a process keeps the state of their dialogue in memory; 0 for none
    #[arg(long, env = "CRM_REMEMBERED_CHATS", default_value = "10000", global = true, hide = true)]
    pub crm_remembered_chats: usize,
    /// Where Telegram pushes updates, such as https://crm.example.com/telegram; without it they are polled
    #[arg(long, env = "WEBHOOK_URL", global = true, hide = true)]
    webhook_url: Option<String>,
    /// The webhook's secret: 32 to 256 letters, digits, _ and -
    #[arg(long, env = "WEBHOOK_SECRET", hide_env_values = true, global = true, hide = true)]
    webhook_secret: Option<String>,
    /// The secret before it, valid while a new one takes its place
    #[arg(long, env = "WEBHOOK_SECRET_PREVIOUS", hide_env_values = true, global = true, hide = true)]
    webhook_secret_previous: Option<String>,
    /// What is logged, such as `info` or `crmbot=debug`
    #[arg(long, env = "RUST_LOG", default_value = "info", global = true, hide = true)]
    pub rust_log: String,
    /// How it is logged
    #[arg(long, env = "CRM_LOG", default_value = "text", global = true, hide = true)]
    pub crm_log: LogForm,
}

/// When a day's backup is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupTime {
    /// At this time of the company's day.
    At(NaiveTime),
    /// Never: backups are made by other means.
    Off,
}

/// Where Telegram pushes updates, and how it proves that it is Telegram.
pub struct WebhookSettings {
    /// The address as Telegram sees it; its path is the one we serve.
    pub url: reqwest::Url,
    pub secrets: Secrets,
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogForm {
    Text,
    /// For machines: one object a line.
    Json,
}

/// One clear line: which variable, what is wrong, what would be right.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

impl Config {
    /// The token, from the variable or from the file it names.
    ///
    /// # Errors
    /// When it cannot be read or is not of a token's form. The text never quotes it (G9).
    pub fn token(&self) -> Result<Option<Token>, ConfigError> {
        let (variable, text) = match (&self.telegram_bot_token, &self.telegram_bot_token_file) {
            (Some(text), _) if !text.trim().is_empty() => ("TELEGRAM_BOT_TOKEN", text.clone()),
            (_, Some(file)) if !file.as_os_str().is_empty() => {
                let text = std::fs::read_to_string(file).map_err(|error| {
                    ConfigError(format!("TELEGRAM_BOT_TOKEN_FILE: {} cannot be read: {error}", file.display()))
                })?;
                ("TELEGRAM_BOT_TOKEN_FILE", text)
            }
            _ => return Ok(None),
        };
        match Token::parse(&text) {
            Some(token) => Ok(Some(token)),
            None => Err(ConfigError(format!(
                "{variable}: not a bot token; it looks like 123456789:AAH… and comes from @BotFather"
            ))),
        }
    }
}

impl Config {
    /// Where the Bot API is.
    ///
    /// # Errors
    /// When it is no address, or one to which the token and the messages would go unencrypted.
    pub fn api_url(&self) -> Result<String, ConfigError> {
        let wrong = |why: &str| {
            ConfigError(format!(
                "TELEGRAM_API_URL: {why}; it looks like https://api.telegram.org, or http://127.0.0.1:8081"
            ))
        };
        let url = reqwest::Url::parse(&self.telegram_api_url).map_err(|_| wrong("not an address"))?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(wrong("https is needed, or plain http to a loopback address")),
            _ => return Err(wrong("not an address")),
        }
        Ok(self.telegram_api_url.clone())
    }

    /// What works and yet deserves a word at the start.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let listen = self.crm_http_listen;
        let open = (!listen.ip().is_loopback()).then(|| {
            format!("CRM_HTTP_LISTEN: {listen} answers other machines, and /metrics asks for no password; guard it")
        });
        open.into_iter().collect()
    }

    /// The folder of the daily backups.
    #[must_use]
    pub fn backup_dir(&self) -> PathBuf {
        let named = self.crm_backup_dir.clone().filter(|folder| !folder.as_os_str().is_empty());
        named.unwrap_or_else(|| self.crm_data_dir.join("backups"))
    }

    /// The webhook; none when updates are polled.
    ///
    /// # Errors
    /// Names the variable that is missing or wrong. The text never quotes a secret (G9).
    pub fn webhook(&self) -> Result<Option<WebhookSettings>, ConfigError> {
        let Some(text) = self.webhook_url.as_deref().filter(|text| !text.is_empty()) else { return Ok(None) };
        let wrong =
            |why: &str| ConfigError(format!("WEBHOOK_URL: {why}; it looks like https://crm.example.com/telegram"));
        let url = reqwest::Url::parse(text).map_err(|_| wrong("not an address"))?;
        let api_is_local = reqwest::Url::parse(&self.telegram_api_url).is_ok_and(|api| is_loopback(&api));
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) && api_is_local => {}
            _ => return Err(wrong("https is needed (plain http only between loopback addresses)")),
        }
        let secret = |name: &str, value: &Option<String>| match value.as_deref().filter(|text| !text.is_empty()) {
            Some(text) if !Secrets::is_possible(text) => {
                Err(ConfigError(format!("{name}: 1 to 256 letters, digits, _ and - are expected")))
            }
            value => Ok(value.map(str::to_owned)),
        };
        let previous = secret("WEBHOOK_SECRET_PREVIOUS", &self.webhook_secret_previous)?;
        let Some(present) = secret("WEBHOOK_SECRET", &self.webhook_secret)? else {
            let line =
                "WEBHOOK_SECRET: not set; without it anybody could speak as Telegram. Make one: openssl rand -hex 32";
            return Err(ConfigError(line.to_owned()));
        };
        if !Secrets::is_strong(&present) {
            let line = "WEBHOOK_SECRET: too short, 32 characters at least are expected. Make one: openssl rand -hex 32";
            return Err(ConfigError(line.to_owned()));
        }
        Ok(Some(WebhookSettings { url, secrets: Secrets { present, previous } }))
    }
}

fn is_loopback(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The variables that hold secrets.
pub const SECRETS: [&str; 6] = [
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_PROXY",
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "WEBHOOK_SECRET",
    "WEBHOOK_SECRET_PREVIOUS",
];

/// Refuses secrets as arguments: every user of the machine can read those.
///
/// # Errors
/// Names the variable to set instead, without the secret.
pub fn refuse_secrets(arguments: impl Iterator<Item = OsString>) -> Result<(), ConfigError> {
    for argument in arguments {
        let argument = argument.to_string_lossy();
        let flag = argument.split('=').next().unwrap_or_default();
        let named = SECRETS.iter().find(|secret| flag == format!("--{}", secret.to_lowercase().replace('_', "-")));
        if let Some(variable) = named {
            return Err(ConfigError(format!(
                "{flag}: secrets are not taken as arguments, which every user of the machine can read; set {variable}"
            )));
        }
    }
    Ok(())
}

/// Refuses `CRM_*` variables that do not exist: a misspelt one would silently do nothing.
///
/// # Errors
/// Names the variable and the nearest known one.
pub fn refuse_unknown<'a>(
    known: impl Iterator<Item = &'a str> + Clone,
    present: impl Iterator<Item = OsString>,
) -> Result<(), ConfigError> {
    for name in present {
        let name = name.to_string_lossy();
        // Tests and scripts have names of their own under this prefix.
        if !name.starts_with("CRM_") || name.starts_with("CRM_TEST_") || known.clone().any(|known| known == name) {
            continue;
        }
        let list = known.filter(|known| known.starts_with("CRM_")).collect::<Vec<_>>().join(", ");
        return Err(ConfigError(format!("{name}: no such variable; there are {list}")));
    }
    Ok(())
}

fn currency(text: &str) -> Result<Currency, String> {
    Currency::parse(text).map_err(|_| "an ISO 4217 code is expected, such as RUB".to_owned())
}

fn time_zone(text: &str) -> Result<TimeZone, String> {
    TimeZone::parse(text).map_err(|_| "an IANA name is expected, such as Europe/Moscow".to_owned())
}

pub(crate) fn region(text: &str) -> Result<PhoneRegion, String> {
    PhoneRegion::parse(text).map_err(|_| "a two-letter country code is expected, such as RU".to_owned())
}

fn backup_time(text: &str) -> Result<BackupTime, String> {
    if text.eq_ignore_ascii_case("off") {
        return Ok(BackupTime::Off);
    }
    let time = NaiveTime::parse_from_str(text, "%H:%M");
    time.map(BackupTime::At).map_err(|_| "a time of day such as 03:30 is expected, or off".to_owned())
}

fn language(text: &str) -> Result<Language, String> {
    Language::from_code(text).ok_or_else(|| "ru or en is expected".to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        config: Config,
    }

    fn config(arguments: &[&str]) -> Config {
        Program::try_parse_from([&["crmbot"], arguments].concat()).unwrap().config
    }

    #[test]
    fn g9_no_secret_is_taken_as_an_argument() {
        let given = |text: &str| refuse_secrets(std::iter::once(text.into()));
        for variable in SECRETS {
            let flag = format!("--{}", variable.to_lowercase().replace('_', "-"));
            for argument in [flag.clone(), format!("{flag}=Canary")] {
                let error = given(&argument).unwrap_err().to_string();
                assert!(error.contains(variable) && !error.contains("Canary"), "{error}");
            }
        }
        for fine in ["run", "--crm-http-listen=127.0.0.1:1", "--telegram-bot-token-file=/run/token", "database-url"] {
            given(fine).unwrap();
        }
    }

    #[test]
    fn the_bot_api_is_reached_by_https_or_on_the_loopback() {
        for fine in
            ["https://api.telegram.org", "https://bot.example.com:8443/x", "http://127.0.0.1:8081", "http://[::1]:1"]
        {
            assert_eq!(config(&["--telegram-api-url", fine]).api_url().unwrap(), fine);
        }
        for wrong in [
            "http://api.telegram.org",
            "http://10.0.0.7:8081",
            "http://localhost.evil.example",
            "api.telegram.org",
            "htps://x",
            "",
        ] {
            let error = config(&["--telegram-api-url", wrong]).api_url().unwrap_err().to_string();
            assert!(error.starts_with("TELEGRAM_API_URL: "), "{wrong}: {error}");
        }
    }

    #[test]
    fn a_page_for_other_machines_deserves_a_word() {
        assert!(config(&["--crm-http-listen", "[::1]:8080"]).warnings().is_empty());
        assert!(config(&["--crm-http-listen", "0.0.0.0:8080"]).warnings()[0].starts_with("CRM_HTTP_LISTEN: "));
    }
}
