//! Legal requests of colleagues and strangers, named by login or Telegram id.

use serde_json::Value;

use super::{Left, listed};
use crate::cli::admin_session::AdminSession;
use crate::cli::refused;
use crate::crm::person::{self, Account, AccountHolder};
use crate::failure::{Failure, exit};

/// Everything that is known, as JSON.
pub(super) async fn everything(session: &AdminSession, account: &Account) -> Result<Value, Failure> {
    let exported = session.act_as_owner(async |crm| person::export_account(crm, account).await).await?;
    let (holder, everything) = exported.map_err(|refusal| refused(&refusal))?;
    let chats = everything["chats"].as_array().is_some_and(|chats| !chats.is_empty());
    if holder.is_known() || chats { Ok(everything) } else { Err(unknown()) }
}

/// Erases; exit 1 when a colleague can still enter, or something is left that names them.
pub(super) async fn erase(session: &AdminSession, account: &Account, yes: bool) -> Result<(), Failure> {
    let found = session.act_as_owner(async |crm| person::account_holder(crm, account).await).await?;
    let holder = found.map_err(|refusal| refused(&refusal))?;
    let chats = session.rows_of_chats(&holder.telegram).await?;
    if !holder.is_known() && chats == 0 {
        return Err(unknown());
    }
    if !holder.entering.is_empty() {
        let line = format!(
            "{}: can still enter the CRM, by access, a link or an invite: block the colleague in /staff first. Nothing was erased",
            described(&holder)
        );
        return Err(Failure { line, code: exit::FOUND });
    }
    if !yes {
        let line = format!("{}. Nothing was erased; --yes erases for good what is personal in it", described(&holder));
        return Err(Failure { line, code: exit::WRONG });
    }
    let erased = session.act_as_owner(async |crm| person::erase_account(crm, account).await).await?;
    let holder = erased.map_err(|refusal| refused(&refusal))?;
    session.purge_chats(&holder.telegram).await?;
    let tables: Vec<String> = person::ACCOUNT_TABLES.iter().map(ToString::to_string).collect();
    let unwritten = session.rewrite(&tables).await?;
    let places = session.act_as_owner(async |crm| Ok(person::places_of_account(crm, &holder).await?)).await?;
    let places = places.map_err(|refusal| refused(&refusal))?;
    Left { unwritten, places, named: "the full name" }.told(&described(&holder))
}

fn described(holder: &AccountHolder) -> String {
    match holder.staff.is_empty() {
        true => "a stranger's chat and failed logins".to_owned(),
        false => format!("colleague {}", listed(&holder.staff)),
    }
}

fn unknown() -> Failure {
    let line = "ACCOUNT: no colleague has or had it, and nothing of a stranger is kept".to_owned();
    Failure { line, code: exit::WRONG }
}
