//! `crmbot seed-groups` and `crmbot invite`: groups, accounts and invites made on the server.

use clap::Args;

use super::admin_session::AdminSession;
use super::refused;
use crate::config::Config;
use crate::crm::{AccountPlan, Crm, GroupPlan, Refusal, Result, groups, invites};
use crate::domain::{FullName, Group, Permission, Username};
use crate::failure::{Failure, exit, print};
use crate::flows::kit::groups::starter_name;
use crate::text::Say;

/// The user to invite, their groups and rights.
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
    let session = AdminSession::open(config).await?;
    let names = Say(session.company.language);
    let seeded =
        session.act(async |crm| groups::apply_seed(crm, false, |starter| starter_name(starter, names)).await).await;
    let session = session.close().await;
    let seeded = seeded?.map_err(|refusal| refused(&refusal))?;
    seeded.plan.groups.iter().for_each(|plan| print(&group_line(plan)));
    seeded.plan.accounts.iter().for_each(|plan| print(&account_line(plan)));
    seeded.invites.iter().for_each(|issued| session.print_invite(issued));
    if !seeded.plan.changes() {
        print("nothing had to be changed");
    }
    Ok(())
}

fn group_line(plan: &GroupPlan) -> String {
    let (name, missing) = (plan.group.name(), plan.missing.iter().count());
    let line = match plan.id {
        None => format!("group {name}: created with {missing} rights"),
        Some(_) if missing > 0 => format!("group {name}: {missing} rights added"),
        Some(_) => format!("group {name}: found"),
    };
    let withdrawn: Vec<_> = plan.withdrawn.iter().map(Permission::code).collect();
    if withdrawn.is_empty() { line } else { format!("{line}; withdrawn, stays so: {}", withdrawn.join(", ")) }
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
    let session = AdminSession::open(config).await?;
    let Invitation { username, groups, superuser, name } = order;
    let invites =
        async |crm: &mut Crm<'_>| invites::invite_from_server(crm, &username, name.clone(), &groups, superuser).await;
    // The database lets its owner alone make a superuser.
    let issued =
        if superuser { session.act_as_owner(invites).await } else { session.act(invites).await.map_err(Failure::from) };
    let session = session.close().await;
    let issued = issued?.map_err(|refusal| match refusal {
        Refusal::Gone => Failure {
            line: format!("{} is blocked; an administrator gives access back in /staff", username.as_str()),
            code: exit::WRONG,
        },
        other => refused(&other),
    })?;
    session.print_invite(&issued);
    Ok(())
}
