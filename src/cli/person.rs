//! `crmbot export-person` and `crmbot erase-person`: legal requests, under the owner's role (G14).

use clap::Args;

use super::admin_session::AdminSession;
use super::refused;
use crate::config::Config;
use crate::crm::{Refusal, person};
use crate::domain::Phone;
use crate::failure::{Failure, exit, print};
use crate::turn;

/// The person that the request is about.
#[derive(Args)]
pub struct Whom {
    /// The phone, in any spelling
    #[arg(value_name = "PHONE", allow_hyphen_values = true)]
    phone: String,
}

/// The person to erase, and the confirmation.
#[derive(Args)]
pub struct Erasing {
    #[command(flatten)]
    whom: Whom,
    /// Erases for good; without it the command only says what it would erase
    #[arg(long)]
    yes: bool,
}

/// `crmbot export-person PHONE`: JSON on the standard output.
pub(super) async fn export(config: &Config, whom: &Whom) -> Result<(), Failure> {
    let phone = whom.phone(config)?;
    let session = AdminSession::open(config).await?;
    let exported = session.act_as_owner(async |crm| person::export(crm, &phone).await).await;
    session.close().await;
    let everything = exported?.map_err(|refusal| unknown(&refusal))?;
    print(&format!("{everything:#}"));
    Ok(())
}

/// `crmbot erase-person PHONE --yes`; exit 1 when the phone still stands in a text about another record.
pub(super) async fn erase(config: &Config, order: &Erasing) -> Result<(), Failure> {
    let phone = order.whom.phone(config)?;
    let session = AdminSession::open(config).await?;
    let done = session
        .act_as_owner(async |crm| {
            if !order.yes {
                return Ok((person::find(crm, &phone).await?, Vec::new()));
            }
            let person = person::erase(crm, &phone).await?;
            turn::purge_person(crm.connection(), |value| person.traces.stand_in(value)).await?;
            let places = person::places_of(crm, &person).await?;
            Ok((person, places))
        })
        .await;
    if order.yes && matches!(done, Ok(Ok(_))) {
        session.sweep().await?;
    }
    session.close().await;
    let (person, places) = done?.map_err(|refusal| unknown(&refusal))?;
    let ids = person.clients.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let what =
        format!("client {ids}: {} touches, {} contracts, {} notes", person.touches, person.contracts, person.notes);
    if !order.yes {
        let line = format!("{what}. Nothing was erased; --yes erases for good what is personal in them");
        return Err(Failure { line, code: exit::WRONG });
    }
    print(&format!("erased: {what}. Backups that were made before still have it"));
    if places.is_empty() {
        return Ok(());
    }
    let places = places.iter().map(|(column, rows)| format!("{column} ({rows})")).collect::<Vec<_>>().join(", ");
    Err(Failure { line: format!("the phone still stands in texts about others: {places}"), code: exit::FOUND })
}

impl Whom {
    fn phone(&self, config: &Config) -> Result<Phone, Failure> {
        Phone::parse(&self.phone, config.crm_phone_region).map_err(|error| Failure {
            line: format!("PHONE: not a phone number; an example: {}", error.example),
            code: exit::WRONG,
        })
    }
}

fn unknown(refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::Gone => Failure { line: "PHONE: no client has this phone".to_owned(), code: exit::WRONG },
        other => refused(other),
    }
}
