//! The check of the ads' kept figures against the touches and contracts (X16).

use crate::crm::audit::AuditAction;
use crate::crm::{Crm, Result, StaffId};
use crate::domain::Permission;
use crate::error::SystemError;

/// So many touches are recounted in a turn, in a few seconds; a larger company's by the command on the server.
const IN_A_TURN: i64 = 100_000;

/// Ads whose kept figures differ from a recount; 0 stands for what the company counts once.
pub(super) async fn drifting(crm: &mut Crm<'_>) -> Result<Option<Vec<i64>>, SystemError> {
    if !can_recount(crm).await? {
        return Ok(None);
    }
    let ads = sqlx::query_scalar!(r#"select distinct ad_id as "ad_id!" from ad_figure_drift() order by 1"#);
    Ok(Some(ads.fetch_all(&mut *crm.connection).await?))
}

/// Brings the kept figures in line, with an audit event for each ad; which ads those were. Nothing is done in a company that
/// a turn cannot recount.
///
/// # Errors
/// `Denied` without the right.
pub async fn repair_figures(crm: &mut Crm<'_>) -> Result<Vec<i64>> {
    crm.require(Permission::SystemCheck).await?;
    if !can_recount(crm).await? {
        return Ok(Vec::new());
    }
    let action = AuditAction::AdRepair;
    let ads = sqlx::query_scalar!(
        r#"with repaired as (select * from repair_ad_figures()),
                event as (
                    insert into audit_event (at, actor_id, action, entity, entity_id, after)
                    select $1, $2, $3, $4, nullif(ad_id, 0), jsonb_build_object('spans', spans) from repaired)
           select ad_id as "ad_id!" from repaired order by 1"#,
        crm.now,
        crm.actor.staff().map_or(StaffId::SYSTEM, |staff| staff.id).0,
        action.as_str(),
        action.entity()
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(ads)
}

/// Whether there is time for a recount: on the server always, in a turn as long as the company is not too large.
async fn can_recount(crm: &mut Crm<'_>) -> Result<bool, SystemError> {
    if crm.actor.staff().is_none() {
        sqlx::query!("select set_config('statement_timeout', '0', true)").fetch_one(&mut *crm.connection).await?;
        return Ok(true);
    }
    let touches =
        sqlx::query_scalar!(r#"select count(*) as "count!" from (select from touch limit $1) bounded"#, IN_A_TURN + 1)
            .fetch_one(&mut *crm.connection)
            .await?;
    Ok(touches <= IN_A_TURN)
}
