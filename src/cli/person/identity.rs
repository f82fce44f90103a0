//! The standard input of a legal request: a client's phones, addresses and surnames, or a login, or a Telegram id.

use std::io::{BufRead, IsTerminal as _, Read as _, Write as _};

use super::Whom;
use crate::config::Config;
use crate::crm::person::{Account, Identity};
use crate::domain::{Email, LastName, Phone, PhoneRegion, Username};
use crate::failure::{Failure, exit};

/// Whom a request is about.
pub(super) enum Requested {
    /// A client, or a person whom texts quote.
    Client(Identity),
    /// A colleague or a stranger.
    Account(Account),
}

/// More is no request.
const LONGEST: u64 = 16 * 1024;

/// Reads whom the request is about. An argument is refused: the command line is seen by every account of the machine while
/// the command runs, and kept by the shell and the journal.
pub(super) fn read(whom: &Whom, config: &Config) -> Result<Requested, Failure> {
    if whom.from.as_deref().is_some_and(|from| from != "-") {
        let line = "PHONE: is read from the standard input, not from the command line, which others can see: start the \
                    command without it, type the phone and press Enter";
        return Err(wrong(line));
    }
    let input = std::io::stdin();
    let mut text = String::new();
    if input.is_terminal() {
        let _ = write!(
            std::io::stderr(),
            "The phone, then in further lines e-mail and surname if known; an empty line ends:\n> "
        );
        for line in input.lock().lines() {
            let line = line.map_err(unreadable)?;
            if line.trim().is_empty() {
                break;
            }
            text = format!("{text}{line}\n");
            let _ = write!(std::io::stderr(), "> ");
        }
    } else {
        input.lock().take(LONGEST).read_to_string(&mut text).map_err(unreadable)?;
    }
    match account(&text)? {
        Some(account) => Ok(Requested::Account(account)),
        None => parse(&text, config.crm_phone_region).map(Requested::Client),
    }
}

/// `@LOGIN` or `telegram ID`, alone on the first line; none for a client's phone.
fn account(text: &str) -> Result<Option<Account>, Failure> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let Some(first) = lines.next() else { return Ok(None) };
    let account = if let Some(login) = first.strip_prefix('@') {
        Account::Login(Username::parse(login).map_err(|_| wrong("LOGIN: not a login; an example: @anna"))?)
    } else if let Some(id) = first.strip_prefix("telegram ") {
        let id = id.trim().parse().ok().filter(|id| *id > 0);
        Account::Telegram(
            id.ok_or_else(|| wrong("TELEGRAM: not the id of an account; an example: telegram 123456789"))?,
        )
    } else {
        return Ok(None);
    };
    match lines.next() {
        Some(_) => Err(wrong("ACCOUNT: stands alone; a client's phones are another request")),
        None => Ok(Some(account)),
    }
}

fn parse(text: &str, region: PhoneRegion) -> Result<Identity, Failure> {
    let mut identity = Identity::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line.contains('@') {
            let email = Email::parse(line).ok().flatten();
            identity.emails.push(email.ok_or_else(|| wrong("EMAIL: not an address; an example: name@example.com"))?);
        } else if !identity.phones.is_empty() && !line.chars().any(|sign| sign.is_ascii_digit()) {
            identity.surnames.push(LastName::parse(line).map_err(|_| wrong("SURNAME: at most 50 characters"))?);
        } else {
            identity.phones.push(
                Phone::parse(line, region)
                    .map_err(|error| wrong(&format!("PHONE: not a phone number; an example: {}", error.example)))?,
            );
        }
    }
    match identity.phones.is_empty() && identity.emails.is_empty() {
        true => Err(wrong("PHONE: the first line of the standard input is empty")),
        false => Ok(identity),
    }
}

fn unreadable(error: std::io::Error) -> Failure {
    wrong(&format!("the standard input cannot be read: {}", error.kind()))
}

fn wrong(line: &str) -> Failure {
    Failure { line: line.to_owned(), code: exit::WRONG }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn g14_a_colleague_is_named_by_login_and_a_stranger_by_telegram_id() {
        assert!(matches!(account(" @Anna\n").ok().flatten(), Some(Account::Login(login)) if login.as_str() == "anna"));
        assert!(matches!(account("telegram 123456789").ok().flatten(), Some(Account::Telegram(123_456_789))));
        assert!(account("89215550147\nanna@example.com").ok().unwrap().is_none());
        for wrong in ["@", "telegram", "telegram -5", "telegram x", "@anna\n89215550147"] {
            assert!(!matches!(account(wrong), Ok(Some(_))), "{wrong}");
        }
    }

    #[test]
    fn g14_a_request_names_phones_addresses_and_surnames_line_by_line() {
        let read = parse("8 (921) 555-01-47\r\n\n Ivan@example.com\nПетров-Водкин\n+375 29 123-45-67", PhoneRegion::RU)
            .unwrap();
        assert_eq!(read.phones.iter().map(Phone::as_str).collect::<Vec<_>>(), ["+79215550147", "+375291234567"]);
        assert_eq!((read.emails[0].as_str(), read.surnames[0].as_str()), ("Ivan@example.com", "Петров-Водкин"));
        assert!(parse("ivan@example.com", PhoneRegion::RU).is_ok(), "an address alone leads to texts that quote it");
        for (text, words) in
            [("", "first line"), ("Иванов", "not a phone"), ("ivan@", "not an address"), ("147", "example: +7")]
        {
            let failure = parse(text, PhoneRegion::RU).err().unwrap();
            // G9: what was typed is not said again
            assert!(
                failure.line.contains(words) && (text.is_empty() || !failure.line.contains(text)),
                "{}",
                failure.line
            );
        }
    }
}
