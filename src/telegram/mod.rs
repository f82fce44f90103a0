//! The Bot API: the only room that says `teloxide` and `dptree`.

mod api;
mod courier;
mod decode;
mod files;
mod lanes;
mod poll;
mod render;

pub use api::{Api, ApiSettings, CallError, Token};
pub use courier::Courier;
pub use decode::Decoder;
pub use poll::Poller;
