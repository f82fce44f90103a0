//! Colleagues and strangers: erased and exported by login or Telegram id (G14).
//!
//! The log goes on naming the actor of what a colleague has done, by a pseudonym.

use serde_json::{Value, json};

use super::{Subject, Traces, places};
use crate::crm::audit::{AuditAction, Event};
use crate::crm::{Crm, Refusal, Result, StaffId};
use crate::domain::Username;
use crate::error::SystemError;

/// The tables from whose rows a colleague or a stranger is erased.
pub const ACCOUNT_TABLES: [&str; 6] =
    ["audit_event", "invite", "login_attempt", "login_guess", "staff_user", "telegram_link"];

/// By what a request names a colleague or a stranger.
#[derive(Clone)]
pub enum Account {
    /// A colleague's login.
    Login(Username),
    /// The id of a Telegram account: of a colleague, present or former, or of a stranger.
    Telegram(i64),
}

/// Whom an account leads to.
#[derive(Debug)]
pub struct AccountHolder {
    /// Their rows in `staff_user`; none for a stranger.
    pub staff: Vec<i64>,
    /// The ids of their Telegram accounts, which are those of their chats with the bot.
    pub telegram: Vec<i64>,
    /// Colleagues among them who can still enter: active, linked or with an open invite.
    pub entering: Vec<i64>,
    /// How many rows hold something of a stranger: of logins that were tried, and of the chat.
    pub traces: i64,
    names: Vec<String>,
    logins: Vec<String>,
}

impl AccountHolder {
    /// Whether anything is known.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !self.staff.is_empty() || self.traces > 0
    }

    /// The holder as texts may name them: by the full name.
    fn subject(&self) -> Subject {
        let mut traces = Traces::default();
        self.names.iter().for_each(|name| traces.add_surname(name));
        Subject {
            clients: Vec::new(),
            traces,
            events: Vec::new(),
            touches: 0,
            contracts: 0,
            notes: 0,
            by_former_phone: false,
            ambiguous: Vec::new(),
        }
    }
}

/// Finds whom an account leads to.
///
/// # Errors
/// `Denied` for every actor but the system.
pub async fn account_holder(crm: &mut Crm<'_>, account: &Account) -> Result<AccountHolder> {
    // No right leads here: such requests are answered on the server, under the owner's role.
    if crm.actor.staff().map(|staff| staff.id) != Some(StaffId::SYSTEM) {
        return Err(Refusal::Denied.into());
    }
    let (login, telegram) = match account {
        Account::Login(login) => (Some(login.as_str()), None),
        Account::Telegram(id) => (None, Some(*id)),
    };
    let people = sqlx::query!(
        r#"select u.id, u.username, u.full_name,
                  u.active or exists (select from telegram_link l where l.user_id = u.id and l.unlinked_at is null)
                      or exists (select from invite i where i.user_id = u.id and i.used_at is null and i.revoked_at is null
                                                        and i.expires_at > $3) as "enters!",
                  array(select telegram_id from telegram_link where user_id = u.id
                        union select chat_id from telegram_link where user_id = u.id
                        union select used_by_telegram_id from invite
                               where user_id = u.id and used_by_telegram_id is not null) as "telegram!"
             from staff_user u
            where u.id <> 0
              and (u.username = $1 or exists (select from telegram_link l where l.user_id = u.id and l.telegram_id = $2))
            order by u.id"#,
        login,
        telegram,
        crm.now
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let mut ids: Vec<i64> = telegram.into_iter().chain(people.iter().flat_map(|row| row.telegram.clone())).collect();
    ids.sort_unstable();
    ids.dedup();
    let traces = sqlx::query_scalar!(
        r#"select (select count(*) from login_guess where telegram_id = any($1))
                + (select count(*) from login_attempt where telegram_id = any($1))
                + (select count(*) from audit_event
                    where entity = 'staff' and (after ->> 'telegram_id')::bigint = any($1)) as "traces!""#,
        &ids
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    Ok(AccountHolder {
        staff: people.iter().map(|row| row.id).collect(),
        telegram: ids,
        entering: people.iter().filter(|row| row.enters).map(|row| row.id).collect(),
        traces,
        names: people.iter().map(|row| row.full_name.clone()).collect(),
        logins: people.into_iter().map(|row| row.username).collect(),
    })
}

/// Erases whom an account leads to, apart from what the chats hold, which the caller deletes. A colleague who can still enter is
/// left as they are. What a colleague has done stays, under a pseudonym.
///
/// # Errors
/// `Denied` for every actor but the system.
pub async fn erase_account(crm: &mut Crm<'_>, account: &Account) -> Result<AccountHolder> {
    let holder = account_holder(crm, account).await?;
    if !holder.entering.is_empty() {
        return Ok(holder);
    }
    sqlx::query!(
        "update staff_user set username = 'erased-colleague-' || id, full_name = 'erased colleague ' || id,
                               password_hash = null, is_superuser = false, language = null, heard_language = null,
                               time_zone = null, quiet_from = null, quiet_to = null, muted_notices = '{}',
                               version = version + 1
          where id = any($1)",
        &holder.staff
    )
    .execute(&mut *crm.connection)
    .await?;
    // No Telegram account has a number below zero.
    sqlx::query!("update telegram_link set telegram_id = -id, chat_id = -id where user_id = any($1)", &holder.staff)
        .execute(&mut *crm.connection)
        .await?;
    sqlx::query!("update invite set used_by_telegram_id = -id where used_by_telegram_id = any($1)", &holder.telegram)
        .execute(&mut *crm.connection)
        .await?;
    sqlx::query!(
        "update audit_event set before = case when before is not null then '{}'::jsonb end,
                                after = case when after is not null then '{}'::jsonb end,
                                reason = case when reason is not null then 'erased' end
          where entity = 'staff' and entity_id = any($1)",
        &holder.staff
    )
    .execute(&mut *crm.connection)
    .await?;
    // A failed login is an event of the account that was tried: of its sender the number goes.
    sqlx::query!(
        "update audit_event set before = before - 'telegram_id', after = after - 'telegram_id'
          where entity = 'staff' and ((after ->> 'telegram_id')::bigint = any($1) or (before ->> 'telegram_id')::bigint = any($1))",
        &holder.telegram
    )
    .execute(&mut *crm.connection)
    .await?;
    sqlx::query!(
        "delete from login_guess
          where telegram_id = any($1) or login_hash in (select sha256(convert_to(login, 'UTF8')) from unnest($2::text[]) login)",
        &holder.telegram,
        &holder.logins
    )
    .execute(&mut *crm.connection)
    .await?;
    sqlx::query!("delete from login_attempt where telegram_id = any($1)", &holder.telegram)
        .execute(&mut *crm.connection)
        .await?;
    for staff in &holder.staff {
        crm.audit(Event {
            action: AuditAction::StaffErase,
            entity_id: Some(*staff),
            before: None,
            after: Some(json!({})),
            reason: None,
        })
        .await?;
    }
    Ok(holder)
}

/// Where the full name of an erased colleague still stands: columns, and in how many rows.
///
/// # Errors
/// A system error when the database fails.
pub async fn places_of_account(crm: &mut Crm<'_>, holder: &AccountHolder) -> Result<Vec<(String, i64)>, SystemError> {
    match holder.names.is_empty() {
        true => Ok(Vec::new()),
        false => places::places_of(crm, &holder.subject()).await,
    }
}

/// Everything that is known of whom an account leads to: the user with settings and groups, links, invites, failed logins, the
/// events about the account, and what the colleague has done, by kind and number.
///
/// # Errors
/// `Denied` for every actor but the system.
pub async fn export_account(crm: &mut Crm<'_>, account: &Account) -> Result<(AccountHolder, Value)> {
    let holder = account_holder(crm, account).await?;
    let mentions = match holder.names.is_empty() {
        true => json!([]),
        false => serde_json::to_value(places::mentions(crm, &holder.subject()).await?)
            .map_err(|_| SystemError::permanent("what quotes the person cannot be written"))?,
    };
    let everything = sqlx::query_scalar!(
        r#"select jsonb_build_object(
               'exported_at', $3::timestamptz,
               'users', (select coalesce(jsonb_agg(to_jsonb(u) - 'password_hash' || jsonb_build_object('groups',
                                    (select coalesce(jsonb_agg(g.name order by g.id), '[]') from group_member m
                                       join user_group g on g.id = m.group_id
                                      where m.user_id = u.id and m.removed_at is null)) order by u.id), '[]')
                           from staff_user u where u.id = any($1)),
               'links', (select coalesce(jsonb_agg(to_jsonb(l) order by l.id), '[]') from telegram_link l
                          where l.user_id = any($1)),
               'invites', (select coalesce(jsonb_agg(to_jsonb(i) - 'code_hash' order by i.id), '[]') from invite i
                            where i.user_id = any($1)),
               'failed_logins', (select coalesce(jsonb_agg(to_jsonb(f) - 'login_hash'), '[]') from login_guess f
                                  where f.telegram_id = any($2)),
               'chats', (select coalesce(jsonb_agg(to_jsonb(c)), '[]') from chat_session c where c.chat_id = any($2)),
               'deeds', (select coalesce(jsonb_object_agg(what, number), '{}') from (
                            select concat_ws(' ', entity, action) as what, count(*) as number from audit_event
                             where actor_id = any($1) group by 1) done),
               'mentions', $4::jsonb,
               'audit', (select coalesce(jsonb_agg(to_jsonb(e) order by e.id), '[]') from audit_event e
                          where e.entity = 'staff' and (e.entity_id = any($1) or (e.after ->> 'telegram_id')::bigint = any($2)))
           ) as "everything!""#,
        &holder.staff,
        &holder.telegram,
        crm.now,
        mentions
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    Ok((holder, everything))
}
