//! The web chat, compiled in: a page and its parts, nothing from outside.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

// The list of everything in `web/`, made by the build script: (path, media type, bytes).
include!(concat!(env!("OUT_DIR"), "/web.rs"));

/// What the page may load and who may frame it: only itself. Pictures are also drawn from files not yet sent.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// `/`: the chat.
pub(crate) async fn page() -> Response {
    asset("/index.html").unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

/// A part of the page, or nothing.
pub(crate) fn asset(path: &str) -> Option<Response> {
    let (_, kind, bytes) = ASSETS.iter().find(|(p, _, _)| *p == path)?;
    let headers = [
        (header::CONTENT_TYPE, *kind),
        // The parts change with the program; a cached one would not fit.
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    Some((headers, *bytes).into_response())
}
