//! Refusals in Telegram's own words.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a call was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub code: u16,
    pub description: String,
    pub retry_after: Option<u64>,
}

impl ApiError {
    /// A refusal as it is.
    pub fn new(code: u16, description: impl Into<String>) -> Self {
        Self { code, description: description.into(), retry_after: None }
    }

    /// 429 with its waiting time in seconds.
    pub fn too_many(retry_after: u64) -> Self {
        let description = format!("Too Many Requests: retry after {retry_after}");
        Self { code: 429, description, retry_after: Some(retry_after) }
    }

    /// 500.
    pub fn internal() -> Self {
        Self::new(500, "Internal Server Error")
    }
}

/// 400 with Telegram's prefix; like the real server it lowers a capital that begins a sentence.
pub(crate) fn bad(description: impl AsRef<str>) -> ApiError {
    let text = description.as_ref();
    let mut letters = text.chars();
    let first = letters.next().unwrap_or_default();
    let shouts = letters.next().is_some_and(|c| c == '_' || c.is_ascii_uppercase());
    if shouts || !first.is_ascii_uppercase() {
        return ApiError::new(400, format!("Bad Request: {text}"));
    }
    ApiError::new(400, format!("Bad Request: {}{}", first.to_ascii_lowercase(), &text[1..]))
}

/// 403 with Telegram's prefix.
pub(crate) fn forbidden(description: &str) -> ApiError {
    ApiError::new(403, format!("Forbidden: {description}"))
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut body = json!({"ok": false, "error_code": self.code, "description": self.description});
        let mut response = match self.retry_after {
            Some(seconds) => {
                body["parameters"] = json!({ "retry_after": seconds });
                (status, [(header::RETRY_AFTER, seconds.to_string())], body.to_string()).into_response()
            }
            None => (status, body.to_string()).into_response(),
        };
        response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
        response
    }
}
