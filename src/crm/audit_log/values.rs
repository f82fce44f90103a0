//! Stored values as people read them: phones masked, ids as names, sums as money.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use crate::crm::clients::{masked, name_of};
use crate::crm::{Crm, Topic};
use crate::domain::{Channel, ConsentMeans, Language, Money, Permission};
use crate::error::SystemError;

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// A text, a name, a title.
    Text(String),
    Money(Money),
    Day(NaiveDate),
    Moment(DateTime<Utc>),
    /// Yes or no.
    Is(bool),
    Right(Permission),
    /// A channel of ads.
    Channel(Channel),
    Language(Language),
    /// A topic of notices.
    Topic(Topic),
    /// A group, by its stored name.
    Group(String),
    /// A record without a name of its own, or one the reader may not see.
    Number(i64),
    /// By what a consent was given.
    Means(ConsentMeans),
    Many(Vec<Self>),
}

/// A stored value; none for an empty one.
pub(super) async fn shown(crm: &mut Crm<'_>, field: &str, value: Option<&Value>) -> Result<Option<Shown>, SystemError> {
    Ok(match value {
        None | Some(Value::Null) => None,
        Some(Value::Bool(is)) => Some(Shown::Is(*is)),
        Some(Value::String(text)) if text.is_empty() => None,
        Some(Value::String(text)) => Some(of_text(field, text)),
        Some(Value::Array(items)) => {
            let items: Vec<Shown> = items.iter().filter_map(Value::as_str).map(|text| of_text(field, text)).collect();
            (!items.is_empty()).then_some(Shown::Many(items))
        }
        Some(Value::Object(name)) => {
            let parts = ["last", "first", "middle"].iter().filter_map(|part| name.get(*part)?.as_str());
            let whole = parts.collect::<Vec<_>>().join(" ");
            (!whole.is_empty()).then_some(Shown::Text(whole))
        }
        Some(Value::Number(number)) => match number.as_i64() {
            Some(id) => Some(of_id(crm, field, id).await?),
            None => Some(Shown::Text(number.to_string())),
        },
    })
}

async fn of_id(crm: &mut Crm<'_>, field: &str, id: i64) -> Result<Shown, SystemError> {
    let name = match field {
            "clients" | "follow_ups" | "touches" | "failures" => Some(id.to_string()),
            "client" | "merged_into" | "merged" | "freed" => client_name(crm, id).await?,
            "ad" | "service" | "touch" | "open_touch" | "responsible" | "owner" | "from" | "to" | "group_id" | "document" => {
                sqlx::query_scalar!(
                    r#"select case $1
                              when 'ad' then (select title from ad where id = $2)
                              when 'service' then (select title from service where id = $2)
                              when 'open_touch' then (select ad.title from touch join ad on ad.id = touch.ad_id where touch.id = $2)
                              when 'touch' then (select ad.title from touch join ad on ad.id = touch.ad_id where touch.id = $2)
                              when 'group_id' then (select name from user_group where id = $2)
                              when 'document' then (select file_name from document where id = $2)
                              else (select full_name from staff_user where id = $2) end as name"#,
                    field,
                    id
                )
                .fetch_one(&mut *crm.connection)
                .await?
            }
            _ => None,
        };
    Ok(match (field, name) {
        ("group_id", Some(name)) => Shown::Group(name),
        (_, Some(name)) => Shown::Text(name),
        (_, None) => Shown::Number(id),
    })
}

/// A client's name or masked phone, also of one who is in no list any more; none without the right to see clients.
pub(super) async fn client_name(crm: &mut Crm<'_>, id: i64) -> Result<Option<String>, SystemError> {
    if !crm.may(Permission::ClientView) {
        return Ok(None);
    }
    let row = sqlx::query!("select phone, last_name, first_name, middle_name from client where id = $1", id)
        .fetch_optional(&mut *crm.connection)
        .await?;
    Ok(row.map(|row| {
        let name = name_of(row.last_name, row.first_name, row.middle_name);
        name.display().unwrap_or_else(|| masked(&row.phone))
    }))
}

fn of_text(field: &str, text: &str) -> Shown {
    let read = match field {
        "phone" | "phone_raw" => Some(Shown::Text(masked(text))),
        "amount" | "price" | "budget" => text.parse().ok().and_then(|sum| Money::new(sum).ok()).map(Shown::Money),
        "permission" | "granted" | "revoked" => Permission::from_code(text).map(Shown::Right),
        "muted" => Topic::ALL.into_iter().find(|topic| topic.code() == text).map(Shown::Topic),
        "channel" => Channel::from_code(text).map(Shown::Channel),
        "means" => ConsentMeans::from_code(text).map(Shown::Means),
        "language" => Language::from_code(text).map(Shown::Language),
        "day" | "signed_on" | "starts_on" | "ends_on" | "terminated_on" | "last_live_day" => {
            text.parse().ok().map(Shown::Day)
        }
        "expires_at" | "due_at" | "lost_at" | "taken_at" | "parked_at" => text.parse().ok().map(Shown::Moment),
        _ => None,
    };
    read.unwrap_or_else(|| Shown::Text(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_in_the_audit_log_is_masked_and_codes_are_read() {
        assert_eq!(of_text("phone", "+79123456789"), Shown::Text("+7 912 ***-**-89".into()));
        assert_eq!(of_text("budget", "1500.50"), Shown::Money(Money::new("1500.50".parse().unwrap()).unwrap()));
        assert_eq!(of_text("budget", "1500.5"), of_text("budget", "1500.50"), "digits alone are no change");
        assert_eq!(of_text("permission", "client.view"), Shown::Right(Permission::ClientView));
        assert_eq!(of_text("ends_on", "2026-03-12"), Shown::Day("2026-03-12".parse().unwrap()));
        assert_eq!(of_text("title", "2026-03-12"), Shown::Text("2026-03-12".into()));
    }
}
