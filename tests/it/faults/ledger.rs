//! Ledger of the simulated users' actions, for the verification afterwards.

use std::sync::{Mutex, MutexGuard};

/// How a dialogue ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// A lead is saved.
    Saved,
    /// It is saved, and undone again.
    Undone,
    /// It is saved, and its author takes the client.
    Taken,
    /// The phone was a colleague's client's: the client has one more touch, and the colleague is notified.
    Touched,
    /// It is saved, its author replies with a file, and has the file sent again.
    Filed,
}

/// One dialogue: its token is in the phone and in the e-mail or the name.
#[derive(Debug, Clone)]
pub struct Dialogue {
    pub token: u64,
    pub person: i64,
    pub ending: Ending,
    /// What was waited for in vain.
    pub stuck: Option<&'static str>,
}

/// Everything that was done.
#[derive(Default)]
pub struct Ledger(Mutex<Entries>);

#[derive(Default)]
pub struct Entries {
    /// Updates that were put before the bot: chat and id.
    pub updates: Vec<(i64, i64)>,
    /// Taps: chat and id.
    pub taps: Vec<(i64, String)>,
    /// Dialogues in the order of their end.
    pub dialogues: Vec<Dialogue>,
    /// Updates that the program cannot read.
    pub unreadable: Vec<i64>,
    /// Messages on which the handler panics.
    pub panicking: Vec<i64>,
    /// Users of whom one message each was ordered to be refused.
    pub refusals: Vec<i64>,
    /// Answers that were not what the person was due.
    pub wrong: Vec<String>,
    /// Second taps that had the effect of the first one, which is right only if the first was parked: update of the
    /// first, and what the second was answered.
    pub stood_in: Vec<(i64, String)>,
    /// Taps on purpose twice, or on a screen that had changed.
    pub doubled_taps: u64,
}

impl Ledger {
    pub fn open(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap()
    }
}

/// The phone of a new lead, as typed and as kept.
pub fn phone(token: u64) -> (String, String) {
    let digits = format!("{token:07}");
    let (a, b, c) = (&digits[..3], &digits[3..5], &digits[5..]);
    (format!("8 912 {a} {b} {c}"), format!("+7912{digits}"))
}

/// The e-mail of a new lead.
pub fn email(token: u64) -> String {
    format!("t{token:07}@load.test")
}

/// The name and the bytes of a file that is sent to a new lead.
pub fn file(token: u64) -> (String, Vec<u8>) {
    (format!("scan{token:07}.pdf"), format!("%PDF-1.7 {token}").into_bytes())
}

/// The phone of a colleague's client, as typed and as kept.
pub fn known_phone(token: u64) -> (String, String) {
    let (typed, kept) = phone(token);
    (typed.replacen("912", "913", 1), kept.replacen("912", "913", 1))
}

/// The name of a colleague's client.
pub fn known_name(token: u64) -> String {
    let letters: String = format!("{token:07}")
        .chars()
        .map(|digit| "абвгдежзик".chars().nth(digit as usize - '0' as usize).unwrap())
        .collect();
    let mut signs = letters.chars();
    signs.next().unwrap().to_uppercase().chain(signs).collect()
}
