//! `crmbot check`: compares derived data with the data it is derived from (X16, X17).

use clap::Args;

use super::admin_session::AdminSession;
use super::refused;
use crate::config::Config;
use crate::crm::{Consistency, Drift, Kept, consistency};
use crate::domain::Tally;
use crate::failure::{Failure, exit, print};

/// What to do about what is found.
#[derive(Args)]
pub struct Check {
    /// Brings rows that differ in line, each with an audit event; what is repaired counts as done
    #[arg(long)]
    repair: bool,
}

/// `crmbot check [--repair]`: exit 1 when something differs and stays so.
pub(super) async fn check(config: &Config, order: &Check) -> Result<(), Failure> {
    let session = AdminSession::open(config).await?;
    let done = session
        .act(async |crm| {
            let (mut repaired, mut ads) = (Vec::new(), Vec::new());
            if order.repair {
                repaired = consistency::repair(crm).await?;
                ads = consistency::repair_figures(crm).await?;
            }
            Ok((repaired, ads, consistency::check(crm).await?))
        })
        .await;
    session.close().await;
    let (repaired, ads, found) = done?.map_err(|refusal| refused(&refusal))?;
    repaired.iter().for_each(|drift| print(&format!("repaired: {}", line(drift))));
    ads.iter().for_each(|ad| print(&format!("repaired: figures of {}", named(*ad))));
    let drifting = found.ads.as_deref().unwrap_or_default();
    drifting.iter().for_each(|ad| print(&format!("{}: the kept figures differ from a recount", named(*ad))));
    found.drifts.iter().for_each(|drift| print(&line(drift)));
    print(&summary(&found));
    match (found.holds(), found.drifts.len() + drifting.len()) {
        (true, _) => Ok(()),
        (false, 0) => Err(differs("the states do not add up to all clients".to_owned())),
        (false, rows) => Err(differs(format!("{rows} rows differ; `crmbot check --repair` brings them in line"))),
    }
}

fn named(ad: i64) -> String {
    if ad == 0 { "the company".to_owned() } else { format!("ad {ad}") }
}

fn differs(line: String) -> Failure {
    Failure { line, code: exit::FOUND }
}

fn line(Drift { client, kept, derived }: &Drift) -> String {
    format!("client {client} keeps {}; his touches and contracts say {}", shown(*kept), shown(*derived))
}

fn shown(Kept { last_live_day, open_touch, lost_at }: Kept) -> String {
    let day = last_live_day.map_or("no live day".to_owned(), |day| format!("live until {day}"));
    let touch = open_touch.map_or("no open touch".to_owned(), |touch| format!("open touch {touch}"));
    let lost = if lost_at.is_some() { ", marked lost" } else { "" };
    format!("{day} and {touch}{lost}")
}

fn summary(Consistency { counts, clients, .. }: &Consistency) -> String {
    let [potential, active, inactive] = [counts.potential, counts.active, counts.inactive].map(Tally::known);
    format!("{clients} clients: {potential} potential, {active} active, {inactive} inactive")
}
