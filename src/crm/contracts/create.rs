//! A new contract: written, confirmed and in effect in one transaction (K1).

use chrono::NaiveDate;
use serde_json::json;

use super::check_terms;
use crate::crm::{
    AuditAction, ClientLine, Crm, Refusal, Result, client_state, clients, contracts, documents, services,
};
use crate::domain::contract::ContractTerms;
use crate::domain::{Permission, PositiveMoney, Title};

/// A contract as it is filled in.
#[derive(Debug, Clone)]
pub struct ContractDraft {
    pub client: i64,
    /// The touch that led to it: of this client and not void (K3, H9).
    pub touch: i64,
    /// What is sold; not archived (P3).
    pub service: i64,
    pub title: Title,
    /// What the client pays in all.
    pub amount: PositiveMoney,
    /// Not later than today.
    pub signed_on: NaiveDate,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// A stored file, if there is one (K14).
    pub document: Option<i64>,
}

/// A touch that a contract can come from.
#[derive(Debug, Clone)]
pub struct TouchChoice {
    pub id: i64,
    pub ad: String,
    /// When the client came.
    pub day: NaiveDate,
}

/// The client of a new contract; after a merge, the surviving record.
///
/// # Errors
/// [`Refusal::Gone`] for a forged id; [`Refusal::Denied`] without the right.
pub async fn client(crm: &mut Crm<'_>, id: i64) -> Result<ClientLine> {
    crm.require(Permission::ContractAdd).await?;
    Ok(clients::lines(crm, &[id]).await?.pop().ok_or(Refusal::Gone)?)
}

/// The touches of a client that can carry a contract, the latest first (K2, H9).
///
/// # Errors
/// [`Refusal::Denied`] without the right.
pub async fn touches(crm: &mut Crm<'_>, client: i64) -> Result<Vec<TouchChoice>> {
    if !crm.may(Permission::ContractRelink) {
        crm.require(Permission::ContractAdd).await?;
    }
    let touches = sqlx::query_as!(
        TouchChoice,
        "select t.id, a.title as ad, t.local_day as day from touch t join ad a on a.id = t.ad_id
              where t.client_id = $1 and t.voided_at is null order by t.happened_at desc, t.id desc",
        client
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(touches)
}

/// Makes and confirms a contract; the client is ACTIVE as long as it is live (K1–K6, K9). Its id.
///
/// # Errors
/// [`Refusal::Terms`] names the wrong field; [`Refusal::TouchUnusable`], [`Refusal::ServiceArchived`],
/// [`Refusal::Gone`] for forged ids; [`Refusal::Denied`] without the right.
pub async fn create(crm: &mut Crm<'_>, draft: &ContractDraft) -> Result<i64> {
    crm.use_case(Permission::ContractAdd, async |crm, by| {
        let terms = ContractTerms {
            amount: draft.amount.money(),
            signed_on: draft.signed_on,
            starts_on: draft.starts_on,
            ends_on: draft.ends_on,
        };
        check_terms(&terms, crm.today())?;
        let client = clients::lock_live(crm, draft.client).await?.id;
        hold_usable_touch(crm, draft.touch, client).await?;
        services::hold_live(crm, draft.service).await?;
        if let Some(document) = draft.document {
            documents::require_own(crm, document).await?;
        }
        let id = sqlx::query_scalar!(
            "insert into contract (client_id, touch_id, title, service_id, amount, signed_on, starts_on, ends_on,
                                   document_id, confirmed_by, confirmed_at, created_at, created_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $10) returning id",
            client,
            draft.touch,
            draft.title.as_str(),
            draft.service,
            terms.amount.decimal(),
            draft.signed_on,
            draft.starts_on,
            draft.ends_on,
            draft.document,
            by.0,
            crm.now
        )
        .fetch_one(&mut *crm.connection)
        .await?;
        client_state::refresh(crm, client).await?;
        let after = json!({
            "client": client, "touch": draft.touch, "service": draft.service, "title": draft.title,
            "amount": terms.amount, "signed_on": draft.signed_on, "starts_on": draft.starts_on,
            "ends_on": draft.ends_on, "document": draft.document,
        });
        contracts::audit(crm, AuditAction::ContractCreate, id, None, Some(after), None).await?;
        Ok(id)
    })
    .await
}

/// Demands that a touch is this client's and not void, until the end of the turn (K3, H9).
pub(in crate::crm) async fn hold_usable_touch(crm: &mut Crm<'_>, touch: i64, client: i64) -> Result<()> {
    let usable = sqlx::query_scalar!(
        "select id from touch where id = $1 and client_id = $2 and voided_at is null for share",
        touch,
        client
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    match usable {
        Some(_) => Ok(()),
        None => Err(Refusal::TouchUnusable.into()),
    }
}
