//! How a number is shown: whole on a card, masked everywhere else.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};

use super::Phone;

/// At least this many digits stay hidden in [`Phone::masked`], in front of the last two.
pub(super) const HIDDEN_DIGITS: usize = 5;

impl Phone {
    /// The number grouped for reading, `+7 999 123-45-67`; personal data.
    #[must_use]
    pub fn pretty(&self) -> String {
        PHONE_NUMBER_UTIL
            .parse(&self.0, None)
            .map_or_else(|_| self.0.clone(), |number| number.format_as(PhoneNumberFormat::International).into_owned())
    }

    /// The number with its middle hidden, `+7 999 ***-**-67`, for lists, groups and notices.
    ///
    /// At most the country, the first group and the last two digits show, and at least five digits never do.
    #[must_use]
    pub fn masked(&self) -> String {
        let pretty = self.pretty();
        let (country, rest) = pretty.split_once(' ').unwrap_or(("", &pretty));
        let count = rest.chars().filter(char::is_ascii_digit).count();
        let first_group = rest.chars().take_while(char::is_ascii_digit).count();
        let open = first_group.min(count.saturating_sub(HIDDEN_DIGITS + 2));
        let mut seen = 0;
        let hidden = rest.chars().map(|sign| {
            if !sign.is_ascii_digit() {
                return sign;
            }
            seen += 1;
            if seen <= open || seen + 2 > count { sign } else { '*' }
        });
        let hidden: String = hidden.collect();
        format!("{country} {hidden}").trim_start().to_owned()
    }

    /// The last four digits, by which people look numbers up.
    #[must_use]
    pub fn last4(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }
}
