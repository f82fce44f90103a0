//! The Bot API: the only room that says `teloxide` and `dptree`.

mod api;
mod courier;
mod decode;
mod descriptions;
mod failures;
mod files;
mod intake;
mod lanes;
mod poll;
mod pulse;
mod render;
mod surplus;
mod webhook;

pub use api::{Api, ApiSettings, CallError, Token};
pub use courier::{Courier, Held};
pub use decode::Decoder;
pub use failures::Failures;
pub use intake::Intake;
pub use poll::Poller;
pub use pulse::{LATENCIES, Latencies, Pulse};
pub use webhook::{Secrets, Webhook};
