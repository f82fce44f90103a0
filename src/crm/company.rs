//! The company's settings, the same for the whole run.

use std::sync::OnceLock;

use sqlx::PgConnection;

use super::ads::AdUse;
use crate::domain::{Currency, Language, PhoneRegion, TimeZone};
use crate::error::SystemError;

/// What the configuration says of the company.
#[derive(Debug)]
pub struct Company {
    /// The one currency of all money.
    pub currency: Currency,
    /// The zone of contract days and of people who have not set their own.
    pub time_zone: TimeZone,
    /// How numbers without a country code are read.
    pub phone_region: PhoneRegion,
    /// For people whose Telegram language is neither Russian nor English.
    pub language: Language,
    /// The bot's name, known once Telegram has answered; links carry it.
    pub bot: OnceLock<BotName>,
    /// Only in the demo: the argon2id hash that starter accounts get, so that one can try `/login` (A14).
    pub demo_password_hash: Option<String>,
    /// How often each ad was used lately, as this process has counted it.
    pub ad_use: AdUse,
}

/// The bot as Telegram knows it.
#[derive(Debug, Clone)]
pub struct BotName {
    /// The bot's Telegram id.
    pub id: i64,
    /// Without the leading @.
    pub username: String,
}

impl Company {
    /// The one-time link that opens the bot with a start code; the code alone while the bot's name is not known.
    #[must_use]
    pub fn start_link(&self, code: &str) -> String {
        match self.bot.get() {
            Some(bot) => format!("https://t.me/{}?start={code}", bot.username),
            None => code.to_owned(),
        }
    }
}

impl BotName {
    /// Keeps the name, so that subcommands can print whole links.
    pub async fn keep(connection: &mut PgConnection, name: &Self) -> Result<(), SystemError> {
        sqlx::query!("update company set bot_id = $1, bot_username = $2", name.id, name.username)
            .execute(connection)
            .await?;
        Ok(())
    }

    /// The name as it was kept.
    pub async fn kept(connection: &mut PgConnection) -> Result<Option<Self>, SystemError> {
        let row = sqlx::query!("select bot_id, bot_username from company").fetch_optional(connection).await?;
        Ok(row.and_then(|row| row.bot_id.zip(row.bot_username)).map(|(id, username)| Self { id, username }))
    }
}
