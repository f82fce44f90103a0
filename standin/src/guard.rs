//! Keeps other web pages in the same browser away from both APIs and the page.
//!
//! A page from anywhere can send requests to loopback addresses, and with a name of its own that resolves to one it could
//! even read the answers. So a browser's request must come from the stand-in's own page, under a loopback name. A bot sends
//! neither an `Origin` nor the name of another host.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::api::error::ApiError;
use crate::control::Refused;

/// Lets a request pass or refuses it, in the words of the API that it is for.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    // A link in another page may lead to the chat, as it may lead anywhere.
    let opens = request.method() == Method::GET
        && request.uri().path() == "/"
        && request.headers().get("sec-fetch-mode").is_some_and(|mode| mode == "navigate");
    match strange(request.headers(), opens) {
        None => next.run(request).await,
        Some(why) if request.uri().path().starts_with("/control") => {
            Refused::new(StatusCode::FORBIDDEN, why).into_response()
        }
        Some(why) => ApiError::new(403, format!("Forbidden: {why}")).into_response(),
    }
}

/// Why a request is not one of ours; `opens` when it opens the page itself.
fn strange(headers: &HeaderMap, opens: bool) -> Option<&'static str> {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or_default());
    let host = text(header::HOST.as_str()).unwrap_or_default();
    if !is_here(host) {
        return Some("use a loopback address such as http://127.0.0.1:8090");
    }
    let foreign = text(header::ORIGIN.as_str()).is_some_and(|origin| origin != format!("http://{host}"));
    let crossed = !opens && text("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none");
    (foreign || crossed).then_some("only the stand-in's own page may do this from a browser")
}

/// Is this `Host` a loopback name or address?
fn is_here(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name == "localhost" || name.ends_with(".localhost") || address.is_ok_and(|ip| ip.is_loopback())
}
