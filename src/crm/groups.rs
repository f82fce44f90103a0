//! `/seed_groups`: the four groups with their rights, and the starter accounts (A12, A14).
//!
//! What is missing is created, what exists stays: rights that administrators have added, people whom they have moved or
//! blocked, and pending invites. So a second run finds everything and changes nothing.

use serde_json::{Value, json};

use super::audit::{AuditAction, Event};
use super::{Crm, Issued, Result, StaffId, invites, rights};
use crate::domain::permission::{STARTERS, Starter};
use crate::domain::{Group, Permission, PermissionSet};
use crate::error::SystemError;

/// What `/seed_groups` would create or change, and what it finds.
pub struct SeedPlan {
    /// The four groups, in the order of the rights table.
    pub groups: Vec<GroupPlan>,
    pub accounts: Vec<AccountPlan>,
}

pub struct GroupPlan {
    pub group: Group,
    /// Its id; none when it has to be created.
    pub id: Option<i64>,
    /// The rights that it gets: those that it never had, and the withdrawn ones when they are to come back.
    pub missing: PermissionSet,
    /// The rights that it had and that were withdrawn since.
    pub withdrawn: PermissionSet,
}

pub struct AccountPlan {
    pub starter: Starter,
    /// How it stands; none when it has to be created.
    pub found: Option<FoundAccount>,
}

/// A starter account that exists already.
pub struct FoundAccount {
    pub id: StaffId,
    pub full_name: String,
    /// Whether the person may work; a blocked one stays blocked.
    pub active: bool,
    /// Whether a user has logged in with it.
    pub linked: bool,
    /// Whether it has to be put into its group. An account that an administrator took out of it stays out.
    pub joins: bool,
}

pub struct Seeded {
    /// The plan as it stood just before.
    pub plan: SeedPlan,
    /// One-time invites of the accounts that were created.
    pub invites: Vec<Issued>,
}

impl SeedPlan {
    /// Whether there is anything to do.
    #[must_use]
    pub fn changes(&self) -> bool {
        let group = |plan: &GroupPlan| plan.id.is_none() || !plan.missing.is_empty();
        let account = |plan: &AccountPlan| plan.found.as_ref().is_none_or(|found| found.joins);
        self.groups.iter().any(group) || self.accounts.iter().any(account)
    }
}

/// What [`apply_seed`] would do now. Rights that were withdrawn stay so, unless they are to be restored.
///
/// # Errors
/// [`super::Refusal::Denied`] without the right.
pub async fn seed_plan(crm: &mut Crm<'_>, restore: bool) -> Result<SeedPlan> {
    crm.require(Permission::GroupManage).await?;
    let mut groups = Vec::with_capacity(Group::ALL.len());
    for group in Group::ALL {
        let mut plan = group_plan(crm, group).await?;
        if restore {
            plan.missing = plan.missing.union(plan.withdrawn);
        }
        groups.push(plan);
    }
    let mut accounts = Vec::with_capacity(STARTERS.len());
    for starter in STARTERS {
        accounts.push(AccountPlan { starter, found: found_account(crm, starter).await? });
    }
    Ok(SeedPlan { groups, accounts })
}

/// Makes what is missing; done twice, or by two administrators at once, it does nothing the second time (A12).
/// `full_name` gives the names of new accounts, in the company's language.
///
/// # Errors
/// [`super::Refusal::Denied`] without the rights.
pub async fn apply_seed(
    crm: &mut Crm<'_>,
    restore: bool,
    full_name: impl Fn(Starter) -> String + Send,
) -> Result<Seeded> {
    let by = rights::lock(crm, Permission::StaffManage).await?;
    crm.atomically(async move |crm| {
        let plan = seed_plan(crm, restore).await?;
        for group in &plan.groups {
            complete(crm, group).await?;
        }
        let mut invites = Vec::new();
        for account in &plan.accounts {
            let group = ensure(crm, account.starter.group).await?;
            match &account.found {
                Some(found) if found.joins => {
                    rights::join(crm, found.id, group).await?;
                }
                Some(_) => {}
                None => {
                    let (username, full_name) = (account.starter.username.to_owned(), full_name(account.starter));
                    let password = crm.company.demo_password_hash.clone();
                    let staff = invites::insert_person(crm, &username, &full_name, password.as_deref(), by).await?;
                    rights::join(crm, staff, group).await?;
                    let invite = invites::issue(crm, staff, by).await?;
                    invites.push(Issued { staff, username, full_name, invite });
                }
            }
        }
        Ok(Seeded { plan, invites })
    })
    .await
}

async fn group_plan(crm: &mut Crm<'_>, group: Group) -> Result<GroupPlan, SystemError> {
    let row = sqlx::query!(
        r#"select g.id, array(select permission from group_permission
                                   where group_id = g.id and revoked_at is null) as "rights!",
                      array(select permission from group_permission
                             where group_id = g.id and revoked_at is not null) as "withdrawn!"
                 from user_group g where lower(g.name) = lower($1) and g.voided_at is null"#,
        group.name()
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    let all = group.permission_set();
    let Some(row) = row else {
        return Ok(GroupPlan { group, id: None, missing: all, withdrawn: PermissionSet::default() });
    };
    let set = |codes: &[String]| codes.iter().filter_map(|code| Permission::from_code(code)).collect::<PermissionSet>();
    let lacking = all.minus(set(&row.rights));
    let missing = lacking.minus(set(&row.withdrawn));
    Ok(GroupPlan { group, id: Some(row.id), missing, withdrawn: lacking.minus(missing) })
}

async fn found_account(crm: &mut Crm<'_>, starter: Starter) -> Result<Option<FoundAccount>, SystemError> {
    let row = sqlx::query!(
        r#"select u.id, u.full_name, u.active,
                      exists (select from telegram_link where user_id = u.id and unlinked_at is null) as "linked!",
                      exists (select from group_member m join user_group g on g.id = m.group_id
                               where m.user_id = u.id and lower(g.name) = lower($2)) as "was_member!"
                 from staff_user u where u.username = $1"#,
        starter.username,
        starter.group.name()
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    Ok(row.map(|row| FoundAccount {
        id: StaffId(row.id),
        full_name: row.full_name,
        active: row.active,
        linked: row.linked,
        joins: !row.was_member,
    }))
}

/// The id of one of the four groups, made and given its rights where it is not there.
pub(super) async fn ensure(crm: &mut Crm<'_>, group: Group) -> Result<i64, SystemError> {
    let plan = group_plan(crm, group).await?;
    match plan.id {
        Some(id) => Ok(id),
        None => complete(crm, &plan).await,
    }
}

async fn complete(crm: &mut Crm<'_>, plan: &GroupPlan) -> Result<i64, SystemError> {
    let id = match plan.id {
        Some(id) if plan.missing.is_empty() => return Ok(id),
        Some(id) => id,
        None => {
            sqlx::query_scalar!(
                "insert into user_group (name, created_at) values ($1, $2)
                     on conflict (lower(name)) do update set voided_at = null returning id",
                plan.group.name(),
                crm.now
            )
            .fetch_one(&mut *crm.connection)
            .await?
        }
    };
    let rights: Vec<String> = plan.missing.iter().map(|right| right.code().to_owned()).collect();
    sqlx::query!(
        "insert into group_permission (group_id, permission, granted_at)
             select $1, permission, $3 from unnest($2::text[]) permission on conflict do nothing",
        id,
        &rights,
        crm.now
    )
    .execute(&mut *crm.connection)
    .await?;
    // All members of the group have more rights from now on: their menus follow.
    let members = sqlx::query_scalar!(
        "select user_id from group_member where group_id = $1 and removed_at is null order by user_id",
        id
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    members.into_iter().for_each(|member| crm.staff_changed(StaffId(member)));
    let granted: Vec<Value> = rights.into_iter().map(Value::from).collect();
    crm.audit(Event {
        action: if plan.id.is_none() { AuditAction::GroupCreate } else { AuditAction::GroupGrant },
        entity_id: Some(id),
        before: None,
        after: Some(json!({ "name": plan.group.name(), "granted": granted })),
        reason: None,
    })
    .await?;
    Ok(id)
}
