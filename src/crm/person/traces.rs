//! What identifies a person in texts that are not filed under their name.

mod spans;

use std::collections::BTreeSet;

use lead_capture::chars::digits_of;
use serde_json::Value;

use spans::Folded;

use crate::domain::folded;

/// As many last digits of a phone tell one person from another, with or without the country's code. A phone that has no
/// more digits is recognised only as a whole number.
const DIGITS: usize = 10;

/// Fewer digits stand in any text.
const FEWEST_DIGITS: usize = 6;

/// What stands in place of a phone, an address or a surname in a text about another record.
const HIDDEN: &str = "***";

/// Fields of an audit event that hold the name of the record itself: that of a namesake is theirs.
const NAME_FIELDS: [&str; 3] = ["name", "full_name", "username"];

/// A person's phones, e-mail addresses and surnames, former ones too. Its `Debug` is blind (G9).
#[derive(Clone, Default)]
pub struct Traces {
    /// The last digits of phones that are longer.
    endings: BTreeSet<String>,
    /// The digits of short phones.
    wholes: BTreeSet<String>,
    /// The addresses, in lower case.
    emails: BTreeSet<String>,
    /// Addresses that another client has too: they are looked for and never replaced.
    shared: BTreeSet<String>,
    /// The words of each surname.
    surnames: BTreeSet<Vec<String>>,
    /// The rows in `client`.
    clients: BTreeSet<i64>,
}

impl std::fmt::Debug for Traces {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Traces(hidden)")
    }
}

impl Traces {
    pub(super) fn add_phone(&mut self, phone: &str) {
        let digits = digits_of(phone);
        match digits.len() {
            0..FEWEST_DIGITS => {}
            length if length > DIGITS => drop(self.endings.insert(digits[length - DIGITS..].to_owned())),
            // Without the country's code it is the ending of a phone that is known already.
            _ if self.endings.contains(&digits) => {}
            _ => drop(self.wholes.insert(digits)),
        }
    }

    pub(super) fn add_email(&mut self, email: &str) {
        self.emails.insert(email.to_lowercase());
    }

    /// An address that is another client's as well.
    pub(super) fn share_email(&mut self, email: &str) {
        self.shared.insert(email.to_lowercase());
    }

    pub(super) fn add_surname(&mut self, name: &str) {
        let words = Folded::of(name).words();
        if !words.is_empty() {
            self.surnames.insert(words);
        }
    }

    pub(super) fn add_client(&mut self, client: i64) {
        self.clients.insert(client);
    }

    /// The addresses that only the person has, and the others.
    pub(super) fn emails(&self) -> Vec<String> {
        self.emails.union(&self.shared).cloned().collect()
    }

    /// Digits of which a text with a phone holds at least one.
    pub(super) fn digits(&self) -> Vec<String> {
        self.endings.union(&self.wholes).cloned().collect()
    }

    /// The last digits of long phones: they stand in nothing else by chance.
    pub(super) fn endings(&self) -> Vec<String> {
        self.endings.iter().cloned().collect()
    }

    /// In lower case with `е` for `ё`, what a text that quotes the person otherwise holds at least one of.
    pub(super) fn hints(&self) -> Vec<String> {
        let surnames = self.surnames.iter().filter_map(|words| words.first().cloned());
        self.emails().into_iter().map(|email| folded(&email)).chain(surnames).collect()
    }

    /// Whether a message or a dialogue is about the person: it has the phone in any spelling, an address, the surname as
    /// a word, or the number of their row.
    #[must_use]
    pub fn stand_in(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.quoted_in(text) || self.named_in(text),
            Value::Number(number) => self.is_number(number),
            Value::Array(values) => values.iter().any(|value| self.stand_in(value)),
            Value::Object(fields) => {
                fields.iter().any(|(name, value)| self.is_client(name, value) || self.stand_in(value))
            }
            Value::Null | Value::Bool(_) => false,
        }
    }

    /// Whether an event or another record quotes the person; the name of that record itself is its own.
    pub(super) fn quoted_in_record(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.quoted_in(text) || self.named_in(text),
            Value::Number(number) => self.is_number(number),
            Value::Array(values) => values.iter().any(|value| self.quoted_in_record(value)),
            Value::Object(fields) => {
                fields.iter().any(|(name, value)| !NAME_FIELDS.contains(&name.as_str()) && self.quoted_in_record(value))
            }
            Value::Null | Value::Bool(_) => false,
        }
    }

    /// Whether the text has a phone or an address of the person.
    pub(super) fn quoted_in(&self, text: &str) -> bool {
        let folded = Folded::of(text);
        let digits = digits_of(text);
        self.endings.iter().any(|own| digits.contains(own.as_str()))
            || !folded.phones(&BTreeSet::new(), &self.wholes).is_empty()
            || !folded.emails(&self.emails).is_empty()
            || !folded.emails(&self.shared).is_empty()
    }

    /// Whether the text has the surname as a word.
    pub(super) fn named_in(&self, text: &str) -> bool {
        !Folded::of(text).surnames(&self.surnames).is_empty()
    }

    /// The text without the person's phones and addresses, and without the surname where one of them stood beside it;
    /// none where nothing was replaced. A surname alone may be that of a namesake.
    pub(super) fn hidden_in(&self, text: &str) -> Option<String> {
        let folded = Folded::of(text);
        let mut spans = folded.phones(&self.endings, &self.wholes);
        spans.extend(folded.emails(&self.emails));
        if spans.is_empty() {
            return None;
        }
        spans.extend(folded.surnames(&self.surnames));
        spans.sort_by_key(|span| span.start);
        let (mut hidden, mut end) = (String::new(), 0);
        for span in spans.into_iter().filter(|span| span.end > span.start) {
            if span.start >= end {
                hidden.push_str(&text[end..span.start]);
                let length = text[span.start..span.end].chars().count();
                hidden.extend(HIDDEN.chars().take(length));
            }
            end = end.max(span.end);
        }
        hidden.push_str(&text[end..]);
        Some(hidden)
    }

    /// The same in every text of a value.
    pub(super) fn hidden_in_value(&self, value: &Value) -> Option<Value> {
        let mut changed = value.clone();
        self.hide(&mut changed).then_some(changed)
    }

    // Every value is visited, also after the first that was changed.
    fn hide(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => match self.hidden_in(text) {
                Some(hidden) => {
                    *text = hidden;
                    true
                }
                None => false,
            },
            Value::Number(number) if self.is_number(number) => {
                *value = Value::Null;
                true
            }
            Value::Array(values) => values.iter_mut().map(|value| usize::from(self.hide(value))).sum::<usize>() > 0,
            Value::Object(fields) => fields.values_mut().map(|value| usize::from(self.hide(value))).sum::<usize>() > 0,
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    /// Whether a number is a phone. A short one may be any number.
    fn is_number(&self, number: &serde_json::Number) -> bool {
        let digits = number.to_string();
        self.endings.iter().any(|own| digits.ends_with(own.as_str()))
    }

    /// Whether a field names the person's row: `"client": 7`, or a choice of it with its id.
    fn is_client(&self, name: &str, value: &Value) -> bool {
        let id = match value {
            Value::Object(fields) => fields.get("id").and_then(Value::as_i64),
            value => value.as_i64(),
        };
        ["client", "known"].contains(&name) && id.is_some_and(|id| self.clients.contains(&id))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ivan() -> Traces {
        let mut traces = Traces::default();
        traces.add_phone("+79215550147");
        traces.add_phone("8 (921) 555-01-47");
        traces.add_email("Ivan@Example.com");
        traces.add_surname("Фёдоров-Петров");
        traces.add_phone("147");
        traces.add_client(7);
        traces
    }

    #[test]
    fn g14_a_person_is_recognised_in_any_spelling_and_nobody_else_is() {
        let traces = ivan();
        for theirs in [
            json!("8 (921) 555-01-47"),
            json!({ "Screen": { "markup": { "text": "<b>Федоров - Петров</b>\nзвонил" } } }),
            json!([["mail", "ivan@example.com"]]),
            json!(79_215_550_147_i64),
            json!({ "NoteNew": { "client": 7, "text": "перезвонит" } }),
            json!({ "ContractNew": { "form": { "client": { "id": 7, "who": "" } } } }),
        ] {
            assert!(traces.stand_in(&theirs), "{theirs}");
        }
        for other in [
            json!("8 921 555-01-48"),
            json!("Федорова-Петрова"),
            json!("Петров"),
            json!("ivan@example.com.ru, livan@example.com"),
            json!({ "id": 147, "ok": true, "client": 8, "version": 7 }),
            json!(null),
        ] {
            assert!(!traces.stand_in(&other), "{other}");
        }
        assert_eq!(format!("{traces:?}"), "Traces(hidden)");
    }

    #[test]
    fn g14_a_short_phone_is_recognised_as_a_whole_number_alone() {
        let mut traces = Traces::default();
        traces.add_phone("+2901234");
        for theirs in ["+2901234", "тел. 00 290 12-34, вечером", "их номера: 12 и +290 1234"] {
            assert!(traces.quoted_in(theirs), "{theirs}");
        }
        // Digits within a longer number, an id or a sum are no phone
        for other in ["+79212901234", "№12901234", "сумма 2901234567", "id 290, сумма 1234"] {
            assert!(!traces.quoted_in(other), "{other}");
        }
        assert!(!traces.quoted_in_record(&json!({ "touch": 2_901_234 })));
    }

    #[test]
    fn g14_a_phone_and_an_address_are_hidden_in_a_text_and_the_surname_beside_them() {
        let traces = ivan();
        for (text, hidden) in [
            ("муж, Фёдоров-Петров, +7 (921) 555-01-47 вечером", Some("муж, ***, *** вечером")),
            ("его 8-921-555-01-47 и ivan@example.com", Some("его *** и ***")),
            ("8 912 345-67-89, 89215550147", Some("8 912 345-67-89, ***")),
            // It may be a namesake.
            ("сосед Фёдоров-Петров", None),
            ("8 921 555-01-48", None),
        ] {
            assert_eq!(traces.hidden_in(text).as_deref(), hidden, "{text}");
        }
        let row = json!({ "rows": ["+79215550147", 79_215_550_147_i64], "count": 2 });
        assert_eq!(traces.hidden_in_value(&row), Some(json!({ "rows": ["***", null], "count": 2 })));
        // G14: a namesake's own name in an event of theirs is no trace
        assert!(!traces.quoted_in_record(&json!({ "name": { "last": "Фёдоров-Петров" } })));
    }

    #[test]
    fn g14_an_address_that_another_client_has_is_found_and_stays() {
        let mut traces = Traces::default();
        traces.share_email("family@example.com");
        assert!(traces.quoted_in("family@example.com"));
        assert_eq!(traces.hidden_in("family@example.com"), None);
    }
}
