//! `setWebhook`, `deleteWebhook`, `getWebhookInfo`.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::error::{ApiError, bad};
use super::params::Params;
use super::updates::allowed_updates;
use crate::world::World;
use crate::world::record::Record;
use crate::world::setup::Webhook;

/// What a call answers beside `true`.
pub(crate) type Described = (Value, &'static str);

/// `setWebhook`; without an address it deletes.
pub(crate) fn set(world: &mut World, params: &Params) -> Result<Described, ApiError> {
    let url = params.text("url");
    if url.is_empty() {
        return Ok(delete(world, params));
    }
    let now = Instant::now();
    if world.queue.last_webhook.is_some_and(|at| now.duration_since(at) < Duration::from_secs(1)) {
        return Err(ApiError::too_many(1));
    }
    world.queue.last_webhook = Some(now);
    let webhook = read(params)?;
    if params.flag("drop_pending_updates") {
        drop_pending(world);
    }
    allow(world, params);
    let same = world.webhook.as_ref().is_some_and(|old| Webhook { error: None, ..old.clone() } == webhook);
    if same && !params.flag("drop_pending_updates") {
        return Ok((true.into(), "Webhook is already set"));
    }
    world.record(Record::Webhook(Some(webhook)));
    // A bot that polls is sent away.
    world.queue.oust();
    Ok((true.into(), "Webhook was set"))
}

fn read(params: &Params) -> Result<Webhook, ApiError> {
    let url = params.text("url");
    let address = if url.contains("://") { url.to_owned() } else { format!("https://{url}") };
    let uri: axum::http::Uri = address.parse().map_err(|_| bad("invalid webhook URL specified"))?;
    let secret = params.text("secret_token");
    if secret.len() > 256 {
        return Err(bad("secret token is too long"));
    }
    if !secret.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
        return Err(bad("secret token contains unallowed characters"));
    }
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    // Telegram refuses addresses of one's own machine; the stand-in refuses all others.
    let here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if host.is_empty() || !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(bad("invalid webhook URL specified"));
    }
    if !here {
        return Err(bad("bad webhook: the stand-in delivers only to this machine"));
    }
    let certificate = params.upload("certificate").map(|f| String::from_utf8_lossy(&f.bytes).into_owned());
    Ok(Webhook {
        url: address,
        secret: secret.to_owned(),
        max_connections: usize::try_from(params.int("max_connections", 40, 1, 100)).unwrap_or(40),
        ip_address: params.text("ip_address").to_owned(),
        certificate,
        error: None,
    })
}

/// `deleteWebhook`.
pub(crate) fn delete(world: &mut World, params: &Params) -> Described {
    if params.flag("drop_pending_updates") {
        drop_pending(world);
    }
    if world.webhook.is_none() {
        return (true.into(), "Webhook is already deleted");
    }
    world.record(Record::Webhook(None));
    (true.into(), "Webhook was deleted")
}

fn drop_pending(world: &mut World) {
    let below = world.next().update;
    world.record(Record::Confirmed(below));
    world.queue.drop_pending();
}

fn allow(world: &mut World, params: &Params) {
    if let Some(allowed) = allowed_updates(params.text("allowed_updates"))
        && world.queue.allowed() != allowed.as_ref()
    {
        world.record(Record::Allowed(allowed));
    }
}

/// `getWebhookInfo`.
pub(crate) fn info(world: &World) -> Value {
    let mut info = json!({"url": "", "has_custom_certificate": false, "pending_update_count": world.queue.len()});
    if let Some(webhook) = &world.webhook {
        info["url"] = webhook.url.as_str().into();
        info["has_custom_certificate"] = webhook.certificate.is_some().into();
        info["max_connections"] = webhook.max_connections.into();
        info["ip_address"] = if webhook.ip_address.is_empty() { "127.0.0.1" } else { &webhook.ip_address }.into();
        if let Some((date, message)) = &webhook.error {
            info["last_error_date"] = (*date).into();
            info["last_error_message"] = message.as_str().into();
        }
    }
    if let Some(kinds) = world.queue.allowed() {
        info["allowed_updates"] = json!(kinds);
    }
    info
}
