//! The story of the demo's company, from `company.json`; days are relative to the first start.

use serde::Deserialize;

use crate::domain::{
    AdTitle, Channel, Description, Email, FullName, Money, Note, PersonName, Phone, PositiveMoney, Title,
};
use crate::error::SystemError;

#[derive(Deserialize)]
pub struct Story {
    /// The administrator, linked from the start.
    pub administrator: FullName,
    /// When services and ads were set up.
    pub founded: i64,
    pub services: Vec<Service>,
    pub ads: Vec<Ad>,
    pub clients: Vec<Client>,
}

/// What the company sells.
#[derive(Deserialize)]
pub struct Service {
    pub title: Title,
    pub price: Money,
    pub description: Description,
}

/// Where it advertises; others speak of ads and services by their titles.
#[derive(Deserialize)]
pub struct Ad {
    pub title: AdTitle,
    pub service: String,
    pub channel: Channel,
    pub budget: Money,
    pub aliases: Vec<AdTitle>,
    pub description: Description,
    /// The day it was finished.
    pub finished: Option<i64>,
}

/// A client and their events, in order.
#[derive(Deserialize)]
pub struct Client {
    pub phone: Phone,
    pub name: PersonName,
    pub email: Option<Email>,
    pub events: Vec<Event>,
}

/// A touch or a contract.
#[derive(Deserialize)]
pub struct Event {
    pub day: i64,
    pub touch: Option<String>,
    pub note: Option<Note>,
    pub contract: Option<Contract>,
}

/// A contract on the latest touch, signed on the event's day.
#[derive(Deserialize)]
pub struct Contract {
    pub title: Title,
    pub service: String,
    pub amount: PositiveMoney,
    pub starts: i64,
    pub ends: i64,
}

impl Story {
    /// Reads the story that is built in.
    pub fn read() -> Result<Self, SystemError> {
        serde_json::from_str(include_str!("company.json"))
            .map_err(|error| SystemError::permanent(format!("the demo's story cannot be read: {error}")))
    }
}
