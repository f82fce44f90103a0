//! The conversations: one file per conversation, each a small state machine over the kit.
//!
//! A flow holds ids and the draft, never what the database can tell: [`Flow::screen`] draws it fresh every time.
//! Adding a conversation is one line in `registry.rs`.

pub mod about;
pub mod audit;
pub mod codec;
pub mod commands;
mod compute;
mod context;
pub mod dialogue;
mod event;
pub mod exchange;
mod flow;
pub mod kit;
pub mod notices;
pub mod refusals;
pub mod registry;
pub mod route;
pub mod screen;

mod access;
mod ads;
mod check;
mod clients;
mod contracts;
mod group_rights;
mod help;
mod labels;
mod language;
mod lead;
mod login;
mod me;
mod menu;
mod parked;
mod password;
mod revoke_link;
mod seed_groups;
mod services;
mod settings;
mod staff;
mod stats;
mod welcome;
mod whois;

pub use about::About;
pub use access::Access;
pub use codec::{ButtonAction, CallbackData};
pub use compute::{Compute, Computed, Retried, Secret};
pub use context::{Cx, Extra};
pub use event::{Contact, Event, File};
pub use flow::{Flow, Opened, Step};
pub use registry::UseCase;
pub use route::{Navigation, Route};
pub use screen::{Button, Screen};
