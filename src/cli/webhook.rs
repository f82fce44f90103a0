//! `crmbot webhook set|delete|info`: the only commands that touch the webhook.

use clap::Subcommand;
use serde_json::Value;

use super::service;
use crate::config::{Config, ConfigError};
use crate::failure::{Failure, exit, print};
use crate::telegram::{CallError, Webhook};

/// What to do with the webhook.
#[derive(Subcommand)]
pub(super) enum Action {
    /// Has Telegram push updates to WEBHOOK_URL
    Set,
    /// Has Telegram keep updates for polling
    Delete,
    /// Shows what Telegram knows of the webhook
    Info,
}

pub(super) async fn webhook(config: &Config, action: Action) -> Result<(), Failure> {
    let Some(token) = config.token()? else {
        return Err(
            ConfigError("TELEGRAM_BOT_TOKEN: not set; a webhook belongs to a bot at Telegram".to_owned()).into()
        );
    };
    let api = service::client(config, token)?;
    match action {
        Action::Set => {
            let Some(webhook) = config.webhook()? else {
                let line = "WEBHOOK_URL: not set; it looks like https://crm.example.com/telegram";
                return Err(ConfigError(line.to_owned()).into());
            };
            Webhook::set(&api, webhook.url.as_str(), &webhook.secrets).await.map_err(failed)?;
            print("Telegram pushes updates to WEBHOOK_URL from now on.");
        }
        Action::Delete => {
            Webhook::delete(&api).await.map_err(failed)?;
            print("Telegram keeps updates for polling from now on.");
        }
        Action::Info => {
            let info = Webhook::info(&api).await.map_err(failed)?;
            let url = info["url"].as_str().filter(|url| !url.is_empty());
            print(&format!("url: {}", url.unwrap_or("none: updates are polled")));
            print(&format!("pending updates: {}", info["pending_update_count"]));
            if let Some(error) = info["last_error_message"].as_str() {
                print(&format!("last error: {error} (at {})", info.get("last_error_date").unwrap_or(&Value::Null)));
            }
        }
    }
    Ok(())
}

fn failed(error: CallError) -> Failure {
    match error {
        CallError::WrongToken => service::wrong_token(),
        CallError::Refused(why) => Failure { line: format!("WEBHOOK_URL: Telegram refuses: {why}"), code: exit::WRONG },
        other => Failure { line: format!("Telegram: {other}"), code: exit::OUT_OF_REACH },
    }
}
