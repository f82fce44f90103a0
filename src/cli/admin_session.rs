//! Administrator session on the server: use cases in the system's name, on the configured database.

use chrono::{DateTime, Utc};
use sqlx::{Connection as _, PgConnection};

use super::database::Database;
use super::service;
use crate::config::Config;
use crate::crm::{Actor, BotName, Company, Crm, Issued, Refusal, Result, SplitRefusal};
use crate::db::database_kind::DatabaseKind;
use crate::db::pool;
use crate::error::SystemError;
use crate::failure::{Failure, print};

/// The company and its database, opened by a subcommand.
pub(super) struct AdminSession {
    pub(super) company: Company,
    database: Database,
    kind: Option<DatabaseKind>,
}

/// The part of it that outlives the database: what the printed links need.
pub(super) struct Closed {
    company: Company,
    kind: Option<DatabaseKind>,
}

impl AdminSession {
    /// Opens what the bot works on with this configuration.
    pub(super) async fn open(config: &Config) -> Result<Self, Failure> {
        let bot_id = config.token()?.map(|token| token.bot_id());
        let (database, kind) = Database::beside(config).await?;
        let mut connection = database.pool.acquire().await.map_err(SystemError::from)?;
        // Another bot's name would send users to a chat that is not ours.
        let bot = BotName::kept(&mut connection).await?.filter(|bot| bot_id.is_none_or(|id| id == bot.id));
        drop(connection);
        let company = match kind {
            Some(DatabaseKind::Demo) => demo(config, bot, &database).await?,
            _ => service::company(config, bot, None),
        };
        Ok(Self { company, database, kind })
    }

    /// Does a use case in the system's name, whole or not at all.
    pub(super) async fn act<T>(
        &self,
        use_case: impl AsyncFnOnce(&mut Crm<'_>) -> Result<T>,
    ) -> Result<Result<T, Refusal>, SystemError> {
        let mut connection = self.database.pool.acquire().await?;
        self.act_on(&mut connection, use_case).await
    }

    /// The same under the owner's role, for what the application must not be able to do.
    pub(super) async fn act_as_owner<T>(
        &self,
        use_case: impl AsyncFnOnce(&mut Crm<'_>) -> Result<T>,
    ) -> Result<Result<T, Refusal>, Failure> {
        let mut connection = pool::connect_owner(&self.database.owner).await?;
        Ok(self.act_on(&mut connection, use_case).await?)
    }

    async fn act_on<T>(
        &self,
        connection: &mut PgConnection,
        use_case: impl AsyncFnOnce(&mut Crm<'_>) -> Result<T>,
    ) -> Result<Result<T, Refusal>, SystemError> {
        let mut transaction = connection.begin().await?;
        let mut crm = Crm::new(&mut transaction, Actor::system(&self.company), Utc::now(), &self.company);
        let done = use_case(&mut crm).await.split_refusal()?;
        drop(crm);
        match done {
            Ok(_) => transaction.commit().await?,
            Err(_) => transaction.rollback().await?,
        }
        Ok(done)
    }

    /// Runs VACUUM: erased data must not survive in dead row versions.
    pub(super) async fn sweep(&self) -> Result<(), Failure> {
        let mut connection = pool::connect_owner(&self.database.owner).await?;
        sqlx::raw_sql("vacuum").execute(&mut connection).await.map_err(SystemError::from)?;
        Ok(())
    }

    pub(super) async fn close(self) -> Closed {
        self.database.close().await;
        Closed { company: self.company, kind: self.kind }
    }
}

impl Closed {
    /// Prints an invite: the user's name, the link once the bot's name is known, and the code.
    pub(super) fn print_invite(&self, issued: &Issued) {
        let whose = if self.kind == Some(DatabaseKind::Demo) { " of the demo" } else { "" };
        let until = self.moment(issued.invite.expires_at);
        print(&format!("\n{} ({}){whose}: the invite works once, until {until}", issued.username, issued.full_name));
        let code = issued.invite.code.as_str();
        match self.company.bot.get() {
            Some(_) => print(&self.company.start_link(code)),
            None => print("the bot's name is not known yet; after /start it takes the code"),
        }
        print(code);
    }

    fn moment(&self, at: DateTime<Utc>) -> String {
        let local = self.company.time_zone.local(at);
        format!("{} ({})", local.format("%Y-%m-%d %H:%M"), self.company.time_zone.name())
    }
}

/// The demo's company, created by the first command that opens it.
#[cfg(feature = "demo")]
async fn demo(config: &Config, bot: Option<BotName>, database: &Database) -> Result<Company, Failure> {
    let company = service::demo_company(config, bot)?;
    crate::demo::seed(&database.pool, &company).await?;
    Ok(company)
}

#[cfg(not(feature = "demo"))]
async fn demo(config: &Config, bot: Option<BotName>, _: &Database) -> Result<Company, Failure> {
    Ok(service::company(config, bot, None))
}
