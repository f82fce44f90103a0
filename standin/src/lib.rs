//! A local stand-in for the Telegram Bot API: a bot talks to it as to `api.telegram.org`, people talk to the bot on a
//! web page, and tests play people and faults through a control API. It binds only loopback addresses.

mod api;
mod control;
mod entities;
mod files;
mod guard;
mod journal;
mod private;
mod server;
mod start;
mod state;
mod token;
mod web;
mod webhook;
mod world;

pub use start::{Options, Running, StartError, start};
pub use token::token_in;
