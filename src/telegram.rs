//! The Bot API: polling, webhook, decoding and sending; the only layer that names `teloxide` and `dptree`.

mod acceptance;
mod api;
mod courier;
mod decode;
mod descriptions;
mod failures;
mod files;
mod intake;
mod intake_metrics;
mod lanes;
mod poll;
mod render;
mod surplus;
mod webhook;

pub use api::{Api, ApiSettings, CallError, Token};
pub use courier::{Courier, InFlight};
pub use decode::Decoder;
pub use failures::Failures;
pub use intake::Intake;
pub use intake_metrics::{IntakeMetrics, LATENCIES, Latencies};
pub use poll::Poller;
pub use webhook::{Secrets, Webhook, refused_webhooks};
