#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

#[test]
fn c13_addresses_of_all_countries_are_taken() {
    for typed in ["ivan@example.com", " i.van+crm@mail.example.ru ", "иван@почта.рф", "anna@xn--80ak6aa92e.com"]
    {
        assert_eq!(Email::parse(typed).unwrap().unwrap().as_str(), typed.trim());
    }
}

#[test]
fn c13_half_an_address_is_refused_and_none_is_fine() {
    for wrong in
        ["ivan@", "@example.com", "ivan", "ivan@localhost", "a@b@c.ru", "Иван <ivan@example.com>", "i v@example.com"]
    {
        assert_eq!(Email::parse(wrong), Err(EmailError), "{wrong}");
    }
    for wrong in ["\"a b\"@example.com", "ivan@[127.0.0.1]", &format!("{}@example.com", "a".repeat(250))] {
        assert_eq!(Email::parse(wrong), Err(EmailError), "{wrong}");
    }
    assert_eq!(Email::parse("  "), Ok(None));
}

#[test]
fn g9_an_address_is_unseen_in_debug() {
    let address = Email::parse("a@b.ru").unwrap().unwrap();
    assert_eq!(format!("{address:?}"), "Email(hidden)");
    assert!(serde_json::from_str::<Email>("\"\"").is_err());
}
