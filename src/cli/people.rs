//! `crmbot seed-groups` and `crmbot invite`: the ways in that begin on the server.

use chrono::{DateTime, Utc};
use clap::Args;
use sqlx::{Connection as _, PgConnection};

use super::database::Database;
use super::{Failure, exit, refused, say, service};
use crate::config::Config;
use crate::crm::{
    AccountPlan, Actor, BotName, Company, Crm, GroupPlan, Issued, Refusal, Result, SplitRefusal, groups, invites,
};
use crate::db::birth::Kind;
use crate::db::pool;
use crate::domain::{FullName, Group, Username};
use crate::error::SystemError;
use crate::flows::kit::groups::starter_name;
use crate::text::Say;

/// Who is invited, and as what.
#[derive(Args)]
pub struct Invitation {
    /// The login, such as anna.petrova
    #[arg(value_name = "USERNAME", value_parser = username)]
    username: Username,
    /// A group to put the person into: Operators, Marketers, Managers or Admins; may be given more than once
    #[arg(long = "group", value_name = "NAME", value_parser = group)]
    groups: Vec<Group>,
    /// May do everything; only this command makes superusers
    #[arg(long)]
    superuser: bool,
    /// The full name as colleagues see it; the login by default
    #[arg(long, value_name = "FULL NAME", value_parser = full_name)]
    name: Option<FullName>,
}

fn username(text: &str) -> Result<Username, String> {
    Username::parse(text).map_err(|error| error.to_string())
}

fn full_name(text: &str) -> Result<FullName, String> {
    FullName::parse(text).map_err(|error| error.to_string())
}

fn group(text: &str) -> Result<Group, String> {
    Group::from_name(text).ok_or_else(|| format!("there are {}", Group::ALL.map(Group::name).join(", ")))
}

/// `crmbot seed-groups` (A12).
pub(super) async fn seed_groups(config: &Config) -> Result<(), Failure> {
    let office = Office::open(config).await?;
    let names = Say(office.company.language);
    let seeded = office.act(async |crm| groups::apply_seed(crm, |starter| starter_name(starter, names)).await).await;
    let office = office.close().await;
    let seeded = seeded?.map_err(|refusal| refused(&refusal))?;
    seeded.plan.groups.iter().for_each(|plan| say(&group_line(plan)));
    seeded.plan.accounts.iter().for_each(|plan| say(&account_line(plan)));
    seeded.invites.iter().for_each(|issued| office.hand_over(issued));
    if !seeded.plan.changes() {
        say("nothing had to be changed");
    }
    Ok(())
}

fn group_line(plan: &GroupPlan) -> String {
    let (name, missing) = (plan.group.name(), plan.missing.iter().count());
    match plan.id {
        None => format!("group {name}: created with {missing} rights"),
        Some(_) if missing > 0 => format!("group {name}: {missing} rights added"),
        Some(_) => format!("group {name}: found"),
    }
}

fn account_line(plan: &AccountPlan) -> String {
    let (username, group) = (plan.starter.username, plan.starter.group.name());
    let Some(found) = &plan.found else { return format!("account {username}: created in {group}") };
    match (found.joins, found.active, found.linked) {
        (true, ..) => format!("account {username}: found, put into {group}"),
        (_, false, _) => format!("account {username}: found, blocked"),
        (_, _, true) => format!("account {username}: found, inside"),
        (_, _, false) => format!("account {username}: found, has not entered (crmbot invite {username} invites anew)"),
    }
}

/// `crmbot invite`.
pub(super) async fn invite(config: &Config, order: Invitation) -> Result<(), Failure> {
    let office = Office::open(config).await?;
    let Invitation { username, groups, superuser, name } = order;
    let issued =
        office.act(async |crm| invites::invite_from_server(crm, &username, name, &groups, superuser).await).await;
    let office = office.close().await;
    let issued = issued?.map_err(|refusal| match refusal {
        Refusal::Gone => Failure {
            line: format!("{} is blocked; an administrator gives access back in /staff", username.as_str()),
            code: exit::WRONG,
        },
        other => refused(&other),
    })?;
    office.hand_over(&issued);
    Ok(())
}

/// The company as a command on the server finds it.
pub(super) struct Office {
    company: Company,
    database: Database,
    kind: Option<Kind>,
}

/// What remains of it when the database is closed: how its links look.
pub(super) struct Closed {
    company: Company,
    kind: Option<Kind>,
}

impl Office {
    /// Opens what the bot works on with this configuration.
    pub(super) async fn open(config: &Config) -> Result<Self, Failure> {
        let bot_id = config.token()?.map(|token| token.bot_id());
        let (database, kind) = Database::beside(config).await?;
        let mut connection = database.pool.acquire().await.map_err(SystemError::from)?;
        // Another bot's name would lead people to a stranger.
        let bot = BotName::kept(&mut connection).await?.filter(|bot| bot_id.is_none_or(|id| id == bot.id));
        drop(connection);
        let company = match kind {
            Some(Kind::Demo) => demo(config, bot, &database).await?,
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

    /// Has the server give up the versions of rows that nobody can see any more.
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
    /// Prints an invite: for whom, the link once the bot's name is known, and the code.
    fn hand_over(&self, issued: &Issued) {
        let whose = if self.kind == Some(Kind::Demo) { " of the demo" } else { "" };
        let until = self.moment(issued.invite.expires_at);
        say(&format!("\n{} ({}){whose}: the invite works once, until {until}", issued.username, issued.full_name));
        let code = issued.invite.code.as_str();
        match self.company.bot.get() {
            Some(_) => say(&self.company.start_link(code)),
            None => say("the bot's name is not known yet; after /start it takes the code"),
        }
        say(code);
    }

    fn moment(&self, at: DateTime<Utc>) -> String {
        let local = self.company.time_zone.local(at);
        format!("{} ({})", local.format("%Y-%m-%d %H:%M"), self.company.time_zone.name())
    }
}

/// The demo's company, founded if this command is the first to meet it.
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
