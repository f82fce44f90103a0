//! `crmbot export-person` and `crmbot erase-person`: legal requests, under the owner's role (G14).

mod account;
mod identity;
mod output;

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::admin_session::AdminSession;
use super::refused;
use crate::config::Config;
use crate::crm::{Subject, person};
use crate::failure::{Failure, exit, print};
use identity::Requested;

/// Where it is read whom the request is about.
#[derive(Args)]
pub struct Whom {
    /// Reads the standard input, as without it. The first line is the phone, in any spelling; further lines are other phones,
    /// e-mail addresses and surnames of the same person. A colleague is named by `@LOGIN` instead, a colleague or a stranger by
    /// `telegram ID`. A phone is not taken from the command line, which process lists and the shell's history keep
    #[arg(value_name = "-", allow_hyphen_values = true)]
    from: Option<String>,
}

/// The person to export, and where to.
#[derive(Args)]
pub struct Exporting {
    #[command(flatten)]
    whom: Whom,
    /// Writes a new file that only its owner can read, not the standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
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

/// `crmbot export-person [--out FILE]`: JSON.
pub(super) async fn export(config: &Config, order: &Exporting) -> Result<(), Failure> {
    let requested = identity::read(&order.whom, config)?;
    // Before anything personal is read.
    let file = order.out.as_deref().map(output::create).transpose()?;
    match (everything(config, &requested).await, file) {
        (Ok(everything), Some(file)) => file.write(&format!("{everything:#}\n")),
        (Ok(everything), None) => {
            print(&format!("{everything:#}"));
            Ok(())
        }
        (Err(failure), file) => {
            file.into_iter().for_each(output::discard);
            Err(failure)
        }
    }
}

async fn everything(config: &Config, requested: &Requested) -> Result<Value, Failure> {
    let session = AdminSession::open(config).await?;
    let identity = match requested {
        Requested::Client(identity) => identity,
        Requested::Account(account) => {
            let everything = account::everything(&session, account).await;
            session.close().await;
            return everything;
        }
    };
    let exported = session.act_as_owner(async |crm| person::export(crm, identity).await).await;
    session.close().await;
    let (person, everything) = exported?.map_err(|refusal| refused(&refusal))?;
    one(&person)?;
    let is_quoted = ["mentions", "documents"].iter().any(|part| everything[part] != json!([]));
    if person.clients.is_empty() && !is_quoted { Err(unknown()) } else { Ok(everything) }
}

/// `crmbot erase-person --yes`; exit 1 when something is left that names the person.
pub(super) async fn erase(config: &Config, order: &Erasing) -> Result<(), Failure> {
    let requested = identity::read(&order.whom, config)?;
    let session = AdminSession::open(config).await?;
    let done = match &requested {
        Requested::Client(identity) => erase_in(&session, identity, order.yes).await,
        Requested::Account(account) => account::erase(&session, account, order.yes).await,
    };
    session.close().await;
    done
}

async fn erase_in(session: &AdminSession, identity: &person::Identity, yes: bool) -> Result<(), Failure> {
    let found = session
        .act_as_owner(async |crm| {
            let person = person::find(crm, identity).await?;
            let mentions = person::mentions(crm, &person).await?;
            let waiting = person::waiting_files(crm, &person).await?;
            Ok((person, mentions, waiting))
        })
        .await?;
    let (person, mentions, waiting) = found.map_err(|refusal| refused(&refusal))?;
    one(&person)?;
    if person.clients.is_empty() && mentions.is_empty() && waiting.is_empty() {
        return Err(unknown());
    }
    let what = described(&person, mentions.iter().map(|mention| mention.place.as_str()));
    if !yes {
        let line = format!("{what}. Nothing was erased; --yes erases for good what is personal in them");
        return Err(Failure { line, code: exit::WRONG });
    }
    let drafted = person::files_of(&mentions);
    // Before the records are locked, and again for what was written until then.
    session.purge(&person).await?;
    let erased = session.act_as_owner(async |crm| person::erase(crm, identity, &drafted).await).await?;
    let (person, changed) = erased.map_err(|refusal| refused(&refusal))?;
    session.purge(&person).await?;
    let unwritten = session.rewrite(&changed).await?;
    let places = session.act_as_owner(async |crm| Ok(person::places_of(crm, &person).await?)).await?;
    let places = places.map_err(|refusal| refused(&refusal))?;
    let left = Left { unwritten, places, named: "a phone, an address or the surname" };
    left.told(&what)
}

/// What an erasure has left.
struct Left {
    /// Tables whose files still have what was erased.
    unwritten: Vec<&'static str>,
    /// Columns that may still name the person, with their rows.
    places: Vec<(String, i64)>,
    /// By what they name the person.
    named: &'static str,
}

impl Left {
    /// Prints what was erased; exit 1 when something is left.
    fn told(self, what: &str) -> Result<(), Failure> {
        print(&format!("erased: {what}. Backups that were made before still have it"));
        let unwritten = (!self.unwritten.is_empty()).then(|| {
            format!(
                "erased, but in use and not rewritten, so that the files on disk still have it: {}; stop the bot and run VACUUM FULL on them",
                self.unwritten.join(", ")
            )
        });
        let places = (!self.places.is_empty()).then(|| {
            let places: Vec<String> = self.places.iter().map(|(column, rows)| format!("{column} ({rows})")).collect();
            format!("{}, which a namesake may have, still stands in {}", self.named, places.join(", "))
        });
        let lines: Vec<String> = unwritten.into_iter().chain(places).collect();
        if lines.is_empty() { Ok(()) } else { Err(Failure { line: lines.join("\n"), code: exit::FOUND }) }
    }
}

fn listed(ids: &[i64]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The person's records in one line, and where else the person stands.
fn described<'a>(person: &Subject, places: impl Iterator<Item = &'a str>) -> String {
    let ids = listed(&person.clients);
    let mut what = match person.clients.is_empty() {
        true => "no client".to_owned(),
        false => format!(
            "client {ids}{}: {} touches, {} contracts, {} notes",
            if person.by_former_phone { ", who had this phone before" } else { "" },
            person.touches,
            person.contracts,
            person.notes
        ),
    };
    let places: std::collections::BTreeSet<&str> = places.collect();
    if !places.is_empty() {
        what += "; quoted in ";
        what += &places.into_iter().collect::<Vec<_>>().join(", ");
    }
    what
}

fn one(person: &Subject) -> Result<(), Failure> {
    if person.ambiguous.is_empty() {
        return Ok(());
    }
    let ids = listed(&person.ambiguous);
    let line = format!("PHONE: several clients have had it and none has it now: {ids}; give the present phone of one");
    Err(Failure { line, code: exit::WRONG })
}

fn unknown() -> Failure {
    Failure { line: "PHONE: no client has or had this phone, and no text quotes it; a colleague is named by @LOGIN, a stranger by telegram ID"
            .to_owned(), code: exit::WRONG }
}
