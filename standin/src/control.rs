//! The control API: playing people, reading chats, ordering faults. For the web page and for tests.

mod actions;
mod chats;
mod events;
mod groups;
mod people;
mod sending;
mod tools;

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::state::Shared;

/// Everything under `/control`.
pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/state", get(chats::state))
        .route("/chats/{person}/messages", get(chats::messages))
        .route("/files/{file}", get(chats::file))
        .route("/people", post(people::create))
        .route("/people/{person}", patch(people::change))
        .route("/people/{person}/send", post(sending::send))
        .route("/people/{person}/open_link", post(sending::open_link))
        .route("/people/{person}/press", post(actions::press))
        .route("/people/{person}/edit", post(actions::edit))
        .route("/people/{person}/delete", post(actions::delete))
        .route("/people/{person}/react", post(actions::react))
        .route("/groups", post(groups::create))
        .route("/groups/{group}/member", post(groups::member))
        .route("/groups/{group}/send", post(groups::send))
        .route("/callbacks/{callback}", get(actions::callback))
        .route("/faults", post(tools::add_fault).get(tools::faults).delete(tools::clear_faults))
        .route("/updates/redeliver", post(tools::redeliver))
        .route("/updates/raw", post(tools::raw))
        .route("/updates/duplicate", post(tools::duplicate))
        .route("/updates/hold", post(tools::hold))
        .route("/updates/release", post(tools::release))
        .route("/updates/shuffle", post(tools::shuffle))
        .route("/settings", post(tools::settings))
        .route("/clock", post(tools::clock))
        .route("/taps/age", post(tools::age_taps))
        .route("/calls", get(tools::calls))
        .route("/events", get(events::events))
        .route("/reset", post(tools::reset))
        .fallback(async || Refused::new(StatusCode::NOT_FOUND, "there is no such control address"))
}

/// A refusal with one clear sentence, as `{"error": …}`.
#[derive(Debug)]
pub(crate) struct Refused {
    status: StatusCode,
    sentence: String,
}

impl Refused {
    /// A refusal with its status.
    pub fn new(status: StatusCode, sentence: impl Into<String>) -> Self {
        Self { status, sentence: sentence.into() }
    }

    /// 400.
    pub fn bad(sentence: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, sentence)
    }

    /// 404.
    pub fn missing(sentence: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, sentence)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.status, axum::Json(json!({"error": self.sentence}))).into_response()
    }
}

impl From<std::io::Error> for Refused {
    fn from(error: std::io::Error) -> Self {
        tracing::error!(%error, "the journal cannot be written");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the journal cannot be written")
    }
}

/// What a handler answers.
pub(crate) type Answer = Result<axum::Json<Value>, Refused>;

/// A JSON body; nothing at all counts as `{}`.
pub(crate) fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refused> {
    let body: &[u8] = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| Refused::bad(format!("the body does not fit: {error}")))
}
