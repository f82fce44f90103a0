//! Accuracy per field over the labelled messages of `tests/corpus`.

use std::time::{Duration, Instant};

use serde::Deserialize;

use super::network;
use crate::{Draft, KnownAd, PhoneRegion, recognise};

#[derive(Deserialize)]
struct Message {
    id: String,
    text: String,
    ads: Vec<Ad>,
    want: Want,
}

#[derive(Deserialize)]
struct Ad {
    id: i64,
    title: String,
    channel: String,
    #[serde(default)]
    aliases: Vec<String>,
}

#[derive(Deserialize)]
struct Want {
    phones: Vec<String>,
    last_name: Option<String>,
    first_name: Option<String>,
    middle_name: Option<String>,
    email: Option<String>,
    ad_id: Option<i64>,
    note: Option<String>,
}

/// How many messages have each field right, of how many.
#[derive(Default)]
struct Score {
    all: usize,
    phones: usize,
    names: usize,
    emails: usize,
    ads: usize,
    notes: usize,
    with_note: usize,
    slowest: Duration,
}

impl Score {
    fn percent(&self, right: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred messages")]
        let share = right as f64 / self.all as f64;
        share * 100.0
    }

    fn of(name: &str) -> Self {
        let path = format!("{}/tests/corpus/{name}", env!("CARGO_MANIFEST_DIR"));
        let file = std::fs::read_to_string(path).unwrap();
        let mut score = Self::default();
        let _ = recognise("dictionaries are read here: 8 942 000-00-00", &[], PhoneRegion::RU);
        for line in file.lines() {
            let message: Message = serde_json::from_str(line).unwrap();
            let started = Instant::now();
            let draft = drafted(&message);
            score.slowest = score.slowest.max(started.elapsed());
            score.add(&message, &draft);
        }
        println!(
            "{name}: {} messages; right: phones {:.1} %, names {:.1} %, e-mails {:.1} %, ads {:.1} %, notes {} of {}; slowest {:?}",
            score.all,
            score.percent(score.phones),
            score.percent(score.names),
            score.percent(score.emails),
            score.percent(score.ads),
            score.notes,
            score.with_note,
            score.slowest
        );
        score
    }

    fn add(&mut self, message: &Message, draft: &Draft) {
        let Message { id, text, want, .. } = message;
        let phones: Vec<&str> = draft.phones.iter().map(|found| found.phone.as_str()).collect();
        let names = [&draft.last_name, &draft.first_name, &draft.middle_name].map(folded);
        let wanted = [&want.last_name, &want.first_name, &want.middle_name].map(folded);
        let check = |field: &str, right: bool, found: &dyn std::fmt::Debug| {
            if !right {
                println!("  {id} {field}: {found:?} in {text:?}");
            }
            usize::from(right)
        };
        self.all += 1;
        self.phones += check("phones", phones == want.phones, &phones);
        self.names += check("name", names == wanted, &names);
        self.emails += check("e-mail", draft.email == want.email, &draft.email);
        self.ads += check("ad", draft.ad_id == want.ad_id, &draft.ad_id);
        if let Some(note) = &want.note {
            self.with_note += 1;
            self.notes += check("note", draft.note == *note, &draft.note);
        }
    }
}

/// `ё` is a matter of taste in names.
fn folded(name: &Option<String>) -> Option<String> {
    name.as_ref().map(|name| name.replace('ё', "е"))
}

fn drafted(message: &Message) -> Draft {
    let ads: Vec<KnownAd> = message
        .ads
        .iter()
        .map(|ad| KnownAd { id: ad.id, title: &ad.title, network: network(&ad.channel), aliases: &ad.aliases })
        .collect();
    recognise(&message.text, &ads, PhoneRegion::RU)
}

#[test]
fn c1_c3_labelled_messages_are_recognised() {
    let score = Score::of("messages.jsonl");
    assert!(score.all >= 170);
    assert!(score.percent(score.phones) >= 99.0);
    assert!(score.percent(score.names) >= 95.0);
    assert!(score.percent(score.ads) >= 95.0);
}

/// Written before the first run, which had phones 98.5 %, names 97.0 %, ads 100 % right. Its three misses were looked at
/// and their causes repaired, so today's figure is no longer that of unseen messages.
#[test]
fn c1_c3_messages_set_apart_are_recognised_nearly_as_well() {
    let score = Score::of("heldout.jsonl");
    assert!(score.all >= 60);
    assert!(score.percent(score.phones) >= 97.0);
    assert!(score.percent(score.names) >= 90.0);
    assert!(score.percent(score.ads) >= 90.0);
}

/// Written later, as operators type in a hurry. Their first run had phones 100 %, names 96.9 %, ads 98.4 % right: initials that
/// are also shortenings of places were lost, and English names that are everyday words before what only a person does.
#[test]
fn c1_c3_messages_of_operators_in_a_hurry_are_recognised() {
    let score = Score::of("operators.jsonl");
    assert!(score.all >= 60);
    assert!(score.percent(score.phones) >= 99.0);
    assert!(score.percent(score.names) >= 95.0);
    assert!(score.percent(score.ads) >= 95.0);
}
