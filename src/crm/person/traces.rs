//! What identifies a person in texts that are not filed under their name.

use std::collections::BTreeSet;

use lead_capture::chars::digits_of;
use serde_json::Value;

/// As many last digits of a phone tell one person from another, with or without the country's code.
const DIGITS: usize = 10;

/// A person's phones, e-mail addresses and names. Its `Debug` is blind (G9).
#[derive(Clone, Default)]
pub struct Traces {
    /// The last digits of the phones.
    pub digits: BTreeSet<String>,
    /// The addresses, in lower case.
    pub emails: BTreeSet<String>,
    words: BTreeSet<String>,
}

impl std::fmt::Debug for Traces {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Traces(hidden)")
    }
}

impl Traces {
    pub(super) fn add_phone(&mut self, phone: &str) {
        let digits = digits_of(phone);
        // A phone as typed may be anything; a few digits stand in any text.
        if digits.len() >= 6 {
            self.digits.insert(digits[digits.len().saturating_sub(DIGITS)..].to_owned());
        }
    }

    pub(super) fn add_email(&mut self, email: &str) {
        self.emails.insert(email.to_lowercase());
    }

    pub(super) fn add_name(&mut self, name: &str) {
        self.words.extend(words_of(name));
    }

    /// Whether a text anywhere in `value` has the phone in any spelling, the address, or a part of the name.
    #[must_use]
    pub fn stand_in(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.stand_in_text(text),
            Value::Number(number) => self.digits.iter().any(|digits| number.to_string().ends_with(digits.as_str())),
            Value::Array(values) => values.iter().any(|value| self.stand_in(value)),
            Value::Object(fields) => fields.values().any(|value| self.stand_in(value)),
            Value::Null | Value::Bool(_) => false,
        }
    }

    fn stand_in_text(&self, text: &str) -> bool {
        let (digits, lower) = (digits_of(text), text.to_lowercase());
        self.digits.iter().any(|own| digits.contains(own.as_str()))
            || self.emails.iter().any(|own| lower.contains(own.as_str()))
            || words_of(text).any(|word| self.words.contains(&word))
    }
}

fn words_of(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|sign: char| !sign.is_alphabetic()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn g14_a_person_is_recognised_in_any_spelling_and_nobody_else_is() {
        let mut traces = Traces::default();
        traces.add_phone("+79215550147");
        traces.add_email("Ivan@Example.com");
        traces.add_name("Иванов-Петров");
        traces.add_phone("147");
        for his in [
            json!("8 (921) 555-01-47"),
            json!({ "Screen": { "markup": { "text": "<b>Иванов</b>\nзвонил" } } }),
            json!([["mail", "ivan@example.com"]]),
            json!(79_215_550_147_i64),
        ] {
            assert!(traces.stand_in(&his), "{his}");
        }
        for other in [json!("8 921 555-01-48"), json!("Иванова"), json!({ "id": 147, "ok": true }), json!(null)]
        {
            assert!(!traces.stand_in(&other), "{other}");
        }
        assert_eq!(format!("{traces:?}"), "Traces(hidden)");
    }
}
