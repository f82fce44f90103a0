//! Administrator session on the server: use cases in the system's name, on the configured database.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{Connection as _, PgConnection};

use super::database::Database;
use super::service;
use crate::config::Config;
use crate::crm::{Actor, BotName, Company, Crm, Issued, Refusal, Result, SplitRefusal, Subject, person};
use crate::db::database_kind::DatabaseKind;
use crate::db::{lease, pool};
use crate::error::{SystemError, SystemErrorKind};
use crate::failure::{Failure, print};
use crate::turn;

/// How often a lock is tried for that others hold.
const TRIES: u32 = 15;

const PAUSE: Duration = Duration::from_millis(500);

/// How long the transactions are waited for that were under way when a person was erased.
const SNAPSHOTS: Duration = Duration::from_secs(30);

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
        let mut connection = lease::detached(&database.pool).await?;
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
        let mut connection = lease::detached(&self.database.pool).await?;
        self.act_on(&mut connection, use_case).await
    }

    /// The same under the owner's role, for what the application must not be able to do. Locks are waited for briefly, so
    /// that no turn waits behind, and tried for again.
    pub(super) async fn act_as_owner<T>(
        &self,
        use_case: impl AsyncFn(&mut Crm<'_>) -> Result<T>,
    ) -> Result<Result<T, Refusal>, Failure> {
        let mut connection = self.owner().await?;
        let mut tries = 0;
        loop {
            match self.act_on(&mut connection, async |crm| use_case(crm).await).await {
                Err(error) if error.kind() == SystemErrorKind::Transient && tries < TRIES => {
                    tries += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                done => return Ok(done?),
            }
        }
    }

    /// Deletes what the turn's tables hold of a person.
    pub(super) async fn purge(&self, person: &Subject) -> Result<(), Failure> {
        let mut connection = self.owner().await?;
        Ok(turn::purge_person(&mut connection, |value| person.traces.stand_in(value), &person.clients).await?)
    }

    /// How many rows the turn's tables hold of these chats.
    pub(super) async fn rows_of_chats(&self, chats: &[i64]) -> Result<i64, Failure> {
        Ok(turn::rows_of_chats(&mut self.owner().await?, chats).await?)
    }

    /// Deletes what the turn's tables hold of these chats.
    pub(super) async fn purge_chats(&self, chats: &[i64]) -> Result<(), Failure> {
        Ok(turn::purge_chats(&mut self.owner().await?, chats).await?)
    }

    async fn owner(&self) -> Result<PgConnection, Failure> {
        let mut connection = pool::connect_owner(&self.database.owner).await?;
        sqlx::raw_sql("set lock_timeout = '2s'").execute(&mut connection).await.map_err(SystemError::from)?;
        Ok(connection)
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

    /// Rewrites the tables from which a person was erased, with their indexes and statistics: erased data must not survive
    /// in dead row versions. Of the business these are the `changed` ones, since files may take long. Gives the tables that
    /// could not be locked.
    pub(super) async fn rewrite(&self, changed: &[String]) -> Result<Vec<&'static str>, Failure> {
        let mut connection = self.owner().await?;
        // Every turn that needs the table waits behind this lock.
        sqlx::raw_sql("set lock_timeout = '500ms'").execute(&mut connection).await.map_err(SystemError::from)?;
        let seen = is_seen_for(SNAPSHOTS, &mut connection).await?;
        let mut left = Vec::new();
        // The statistics keep the most frequent values; the last table, since the others write there.
        let business = person::TABLES.into_iter().chain(person::ACCOUNT_TABLES.into_iter().skip(1));
        let business = business.filter(|table| changed.iter().any(|name| name == table));
        let tables = business.chain(turn::PERSONAL_TABLES).chain(["pg_catalog.pg_statistic"]);
        for table in tables {
            if seen {
                left.push(table);
                continue;
            }
            let command = format!("vacuum (full{}) {table}", if table.contains('.') { "" } else { ", analyze" });
            for tries in 0.. {
                let done = sqlx::raw_sql(sqlx::AssertSqlSafe(command.clone())).execute(&mut connection).await;
                match done.map_err(SystemError::from) {
                    Ok(_) => break,
                    Err(error) if error.kind() == SystemErrorKind::Transient && tries < TRIES => {
                        tokio::time::sleep(PAUSE).await;
                    }
                    Err(_) => {
                        left.push(table);
                        break;
                    }
                }
            }
        }
        Ok(left)
    }

    pub(super) async fn close(self) -> Closed {
        self.database.close().await;
        Closed { company: self.company, kind: self.kind }
    }
}

/// Whether a transaction of the server still may see the rows of before after so long: a rewritten table keeps them for it.
async fn is_seen_for(time: Duration, connection: &mut PgConnection) -> std::result::Result<bool, SystemError> {
    let now: String = sqlx::query_scalar("select pg_current_xact_id()::text").fetch_one(&mut *connection).await?;
    let until = tokio::time::Instant::now() + time;
    let past = "select pg_snapshot_xmin(pg_current_snapshot()) > $1::text::xid8";
    while !sqlx::query_scalar::<_, bool>(past).bind(&now).fetch_one(&mut *connection).await? {
        if tokio::time::Instant::now() >= until {
            return Ok(true);
        }
        tokio::time::sleep(PAUSE / 5).await;
    }
    Ok(false)
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
    crate::demo::seed(&mut pool::connect_owner(&database.owner).await?, &company).await?;
    Ok(company)
}

#[cfg(not(feature = "demo"))]
async fn demo(config: &Config, bot: Option<BotName>, _: &Database) -> Result<Company, Failure> {
    Ok(service::company(config, bot, None))
}
