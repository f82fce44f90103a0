//! Seeding of the demo: creates the company and replays its story by the chat's use cases.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use sqlx::{Connection as _, PgConnection};

use super::cast;
use super::story::{Client, Contract, Event, Story};
use crate::crm::{
    Actor, AdDraft, Company, ContractDraft, Crm, Error, LeadDraft, Refusal, Result, ServiceDraft, Visitor, ads,
    clients, contracts, services, staff, touches,
};
use crate::error::SystemError;

/// An event of the story.
enum Happening<'s> {
    /// A client comes, again, or signs.
    Client { client: &'s Client, event: &'s Event },
    /// An ad of this title is finished.
    Finish(&'s str),
}

/// Makes the demo's company on the first start, whole or not at all; later starts find it and change nothing. Its first
/// administrator is a superuser, whom the database lets its owner alone make.
pub async fn seed(owner: &mut PgConnection, company: &Company) -> Result<(), SystemError> {
    let now = Utc::now();
    let mut transaction = owner.begin().await?;
    let visitor = Visitor { telegram_id: cast::ADMINISTRATOR, chat_id: cast::ADMINISTRATOR, language_code: None };
    let actor = Actor::read(&mut transaction, visitor, company).await?;
    let mut crm = Crm::new(&mut transaction, actor, now, company);
    let story = Story::read()?;
    let today = crm.today();
    crm.now = moment(story.founded, 0, today, now, company);
    if staff::found_company(&mut crm, "crm_admin1", story.administrator.as_str()).await? {
        crm.read_actor().await?;
        live(&story, today, now, &mut crm).await.map_err(|stop| match stop {
            Error::System(fault) => fault,
            Error::Refused(refusal) => SystemError::permanent(format!("the demo's story breaks a rule: {refusal:?}")),
        })?;
    }
    drop(crm);
    transaction.commit().await?;
    Ok(())
}

/// Noon of a day of the story and `order` minutes later, but never in the future.
fn moment(day: i64, order: i64, today: NaiveDate, now: DateTime<Utc>, company: &Company) -> DateTime<Utc> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let at = company.time_zone.at(distant(today, day), noon).unwrap_or(now);
    (at + TimeDelta::minutes(order)).min(now)
}

fn distant(today: NaiveDate, days: i64) -> NaiveDate {
    let distance = Days::new(days.unsigned_abs());
    let day = if days < 0 { today.checked_sub_days(distance) } else { today.checked_add_days(distance) };
    day.unwrap_or(today)
}

async fn live(story: &Story, today: NaiveDate, now: DateTime<Utc>, crm: &mut Crm<'_>) -> Result<()> {
    let services = sell(story, crm).await?;
    let ads = advertise(story, &services, crm).await?;
    let mut clients = HashMap::new();
    for (order, (day, happening)) in in_order(story).into_iter().enumerate() {
        crm.now = moment(day, i64::try_from(order % 60).unwrap_or_default(), today, now, crm.company);
        match happening {
            Happening::Finish(ad) => ads::finish(crm, known(&ads, ad)?).await?,
            Happening::Client { client, event } => {
                let phone = client.phone.as_str();
                if let Some(ad) = &event.touch {
                    let ad = known(&ads, ad)?;
                    match clients.get(phone) {
                        Some(&known) => {
                            touches::register(crm, known, ad).await?;
                        }
                        None => {
                            clients.insert(phone, clients::register(crm, &lead(client, event, ad)).await?.client);
                        }
                    }
                }
                if let Some(contract) = &event.contract {
                    let client = known(&clients, phone)?;
                    sign(contract, client, known(&services, &contract.service)?, today, crm).await?;
                }
            }
        }
    }
    Ok(())
}

/// Everything that happens, the earliest first.
fn in_order(story: &Story) -> Vec<(i64, Happening<'_>)> {
    let finishes = story.ads.iter().filter_map(|ad| Some((ad.finished?, Happening::Finish(ad.title.as_str()))));
    let events = story
        .clients
        .iter()
        .flat_map(|client| client.events.iter().map(move |event| (event.day, Happening::Client { client, event })));
    let mut all: Vec<_> = finishes.chain(events).collect();
    all.sort_by_key(|(day, _)| *day);
    all
}

async fn sell<'s>(story: &'s Story, crm: &mut Crm<'_>) -> Result<HashMap<&'s str, i64>> {
    let mut services = HashMap::new();
    for service in &story.services {
        let draft = ServiceDraft {
            title: service.title.clone(),
            description: service.description.clone(),
            price: service.price,
        };
        services.insert(service.title.as_str(), services::create(crm, &draft).await?);
    }
    Ok(services)
}

async fn advertise(story: &Story, services: &HashMap<&str, i64>, crm: &mut Crm<'_>) -> Result<HashMap<String, i64>> {
    for ad in &story.ads {
        ads::create(
            crm,
            &AdDraft {
                title: ad.title.clone(),
                service: Some(known(services, &ad.service)?),
                channel: ad.channel,
                budget: ad.budget,
                description: ad.description.clone(),
                aliases: ad.aliases.clone(),
            },
        )
        .await?;
    }
    // "No ad" is among them: it is built in.
    Ok(touches::running_ads(crm).await?.into_iter().map(|ad| (ad.title, ad.id)).collect())
}

fn lead(client: &Client, event: &Event, ad: i64) -> LeadDraft {
    LeadDraft {
        phone: client.phone.clone(),
        phone_raw: client.phone.as_str().to_owned(),
        name: client.name.clone(),
        email: client.email.clone(),
        ad,
        notes: event.note.iter().cloned().collect(),
    }
}

async fn sign(contract: &Contract, client: i64, service: i64, today: NaiveDate, crm: &mut Crm<'_>) -> Result<()> {
    let touch = contracts::touches(crm, client).await?.first().ok_or(Refusal::TouchUnusable)?.id;
    contracts::create(
        crm,
        &ContractDraft {
            client,
            touch,
            service,
            title: contract.title.clone(),
            amount: contract.amount,
            signed_on: crm.today(),
            starts_on: distant(today, contract.starts),
            ends_on: distant(today, contract.ends),
            document: None,
        },
    )
    .await?;
    Ok(())
}

fn known<K: std::borrow::Borrow<str> + Eq + std::hash::Hash>(ids: &HashMap<K, i64>, title: &str) -> Result<i64> {
    ids.get(title).copied().ok_or_else(|| Refusal::Gone.into())
}
