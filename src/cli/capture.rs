//! `crmbot recognise` and `crmbot normalise-phone`: quick capture on a company's own messages, without a database.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::config::Config;
use crate::domain::capture::{self, KnownAd};
use crate::domain::{Channel, Phone, PhoneRegion};
use crate::failure::{Failure, exit};

/// What `crmbot recognise` is told.
#[derive(Args)]
pub struct Recognise {
    /// Ads for messages that bring none of their own: a JSON array, or JSON lines
    #[arg(long, value_name = "FILE")]
    ads: Option<PathBuf>,
}

/// What `crmbot normalise-phone` is told.
#[derive(Args)]
pub struct NormalisePhone {
    /// The country of numbers without a country code; CRM_PHONE_REGION by default
    #[arg(long, value_name = "RR", value_parser = crate::config::region)]
    region: Option<PhoneRegion>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    id: Value,
    text: String,
    ads: Option<Vec<Ad>>,
}

#[derive(Deserialize)]
struct Ad {
    id: i64,
    title: String,
    #[serde(default = "other")]
    channel: Channel,
    #[serde(default)]
    aliases: Vec<String>,
}

/// The draft of one message.
#[derive(Serialize)]
struct Drafted<'a> {
    id: &'a Value,
    phones: Vec<&'a str>,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
    middle_name: Option<&'a str>,
    email: Option<&'a str>,
    ad_id: Option<i64>,
    note: &'a str,
}

fn other() -> Channel {
    Channel::Other
}

/// Drafts every message of the standard input.
pub(super) fn recognise(config: &Config, order: &Recognise) -> Result<(), Failure> {
    let common = order.ads.as_deref().map(read_ads).transpose()?.unwrap_or_default();
    each_line(|number, line| {
        if line.trim().is_empty() {
            return Ok(None);
        }
        let message: Message = serde_json::from_str(line).map_err(|error| {
            wrong(format!(
                "line {number}: not a message ({error}); an example: {{\"id\":1,\"text\":\"Ivan 8 912 345-67-89\"}}"
            ))
        })?;
        let drafted = draft(&message, &common, config.crm_phone_region);
        drafted.map(Some).map_err(|error| wrong(format!("line {number}: {error}")))
    })
}

fn draft(message: &Message, common: &[Ad], region: PhoneRegion) -> Result<String, serde_json::Error> {
    let known: Vec<KnownAd<'_>> = message.ads.as_deref().unwrap_or(common).iter().map(Ad::known).collect();
    let draft = capture::recognise(&message.text, &known, region);
    serde_json::to_string(&Drafted {
        id: &message.id,
        phones: draft.phones.iter().map(|found| found.phone.as_str()).collect(),
        first_name: draft.first_name.as_deref(),
        last_name: draft.last_name.as_deref(),
        middle_name: draft.middle_name.as_deref(),
        email: draft.email.as_deref(),
        ad_id: draft.ad_id,
        note: &draft.note,
    })
}

impl Ad {
    fn known(&self) -> KnownAd<'_> {
        KnownAd { id: self.id, title: &self.title, network: self.channel.network(), aliases: &self.aliases }
    }
}

fn read_ads(file: &Path) -> Result<Vec<Ad>, Failure> {
    let broken = |why: String| wrong(format!("--ads: {}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| broken(error.to_string()))?;
    let read: Result<Vec<Ad>, _> = match text.trim_start().starts_with('[') {
        true => serde_json::from_str(&text),
        false => serde_json::Deserializer::from_str(&text).into_iter().collect(),
    };
    read.map_err(|error| broken(error.to_string()))
}

/// Normalises every line of the standard input.
pub(super) fn normalise_phone(config: &Config, order: &NormalisePhone) -> Result<(), Failure> {
    let region = order.region.unwrap_or(config.crm_phone_region);
    each_line(|_, line| {
        let phone = Phone::parse(line, region);
        Ok(Some(phone.map_or_else(|_| "-".to_owned(), String::from)))
    })
}

/// Answers each line of the standard input with a line, at once: the calling program may wait for the answer.
fn each_line(mut answer: impl FnMut(usize, &str) -> Result<Option<String>, Failure>) -> Result<(), Failure> {
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stdout().lock();
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = input.read_until(b'\n', &mut line);
        if read.map_err(|error| wrong(format!("the standard input cannot be read: {error}")))? == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        let Some(answer) = answer(number, text.trim_end_matches(['\n', '\r']))? else { continue };
        if writeln!(output, "{answer}").and_then(|()| output.flush()).is_err() {
            // The reader is gone, as with `| head`: that is an end, not a system error.
            break;
        }
    }
    Ok(())
}

fn wrong(line: String) -> Failure {
    Failure { line, code: exit::WRONG }
}
