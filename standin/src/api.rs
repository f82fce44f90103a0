//! The Bot API: which bot, which method, which fault, and the answer's outer shape.

mod album;
mod buttons;
mod callbacks;
mod chats;
mod commands;
mod copies;
mod delete;
mod edit;
pub(crate) mod error;
mod image;
pub(crate) mod keyboards;
pub(crate) mod media;
mod methods;
pub(crate) mod params;
mod profile;
pub(crate) mod reactions;
mod send;
mod updates;
mod webhooks;

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use error::{ApiError, bad};
use params::Params;
use serde_json::{Map, Value};

use crate::server::Line;
use crate::state::Shared;
use crate::world::World;
use crate::world::calls::Call;
use crate::world::faults::{Fault, FaultKind};
use crate::world::now_ms;

/// Answers `/bot<token>/<method>`.
pub(crate) async fn call(shared: Shared, line: Line, token: &str, method: &str, request: Request) -> Response {
    if !shared.token.is(token) {
        return ApiError::new(401, "Unauthorized").into_response();
    }
    let at_ms = now_ms();
    let params = match Params::read(request).await {
        Ok(params) => params,
        Err(error) => return error.into_response(),
    };
    let fault = shared.change(|world| world.faults.take(method, params.text("chat_id"))).ok().flatten();
    let refused = fault.as_ref().and_then(refusal);
    let outcome = match refused {
        Some(error) => Err(error),
        None if fault.as_ref().is_some_and(|f| f.kind == FaultKind::ResetBefore) => {
            Err(ApiError::new(0, "connection reset"))
        }
        None => execute(&shared, &method.to_ascii_lowercase(), &params).await,
    };
    note(&shared, at_ms, method, &params, outcome.as_ref().err(), fault.as_ref().map(|f| f.kind));
    let response = outcome.unwrap_or_else(IntoResponse::into_response);
    match fault {
        Some(fault) => play(&shared, &line, &fault, response).await,
        None => response,
    }
}

/// Writes a call into the log, which is not kept over a restart.
fn note(
    shared: &Shared,
    at_ms: u64,
    method: &str,
    params: &Params,
    error: Option<&ApiError>,
    fault: Option<FaultKind>,
) {
    let entry = Call {
        seq: 0,
        at_ms,
        method: method.to_owned(),
        params: params.log(),
        ok: error.is_none(),
        error_code: error.map(|e| e.code).filter(|c| *c != 0),
        description: error.map(|e| e.description.clone()),
        fault: fault.map(FaultKind::name),
    };
    let _ = shared.change(|world| world.calls.push(entry));
}

/// What is answered instead of executing.
fn refusal(fault: &Fault) -> Option<ApiError> {
    match fault.kind {
        FaultKind::TooMany => Some(ApiError::too_many(fault.retry_after.unwrap_or(1))),
        FaultKind::Refused => Some(bad(fault.description.as_deref().unwrap_or("REFUSED"))),
        FaultKind::Unauthorized => Some(ApiError::new(401, "Unauthorized")),
        FaultKind::NotFound => Some(ApiError::new(404, "Not Found")),
        FaultKind::Internal | FaultKind::Hang => Some(ApiError::internal()),
        FaultKind::Gateway => Some(ApiError::new(502, "Bad Gateway")),
        FaultKind::Timeout | FaultKind::ResetBefore | FaultKind::ResetAfter | FaultKind::Slow => None,
    }
}

/// Plays what a fault does to an answer.
async fn play(shared: &Shared, line: &Line, fault: &Fault, response: Response) -> Response {
    let delay = |default| Duration::from_millis(fault.delay_ms.unwrap_or(default));
    match fault.kind {
        FaultKind::TooMany
        | FaultKind::Refused
        | FaultKind::Unauthorized
        | FaultKind::NotFound
        | FaultKind::Internal => response,
        // The gateway in front of the API answers with a page, not with JSON.
        FaultKind::Gateway => {
            let page = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1>\
                        </center><hr><center>nginx/1.18.0</center></body></html>";
            (StatusCode::BAD_GATEWAY, Html(page)).into_response()
        }
        FaultKind::ResetBefore | FaultKind::ResetAfter => {
            line.reset();
            response
        }
        FaultKind::Timeout | FaultKind::Hang => {
            wait(shared, delay(60_000)).await;
            line.reset();
            response
        }
        FaultKind::Slow => {
            wait(shared, delay(1_000)).await;
            response
        }
    }
}

async fn wait(shared: &Shared, time: Duration) {
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        () = shared.stopped() => {}
    }
}

async fn execute(shared: &Shared, method: &str, params: &Params) -> Result<Response, ApiError> {
    let (result, description) = match method {
        "getupdates" => return updates::get_updates(shared, params).await,
        "setwebhook" => change(shared, |world| webhooks::set(world, params))??,
        "deletewebhook" => change(shared, |world| webhooks::delete(world, params))?,
        _ => (change(shared, |world| methods::run(world, &shared.files, method, params))??, ""),
    };
    let described = if description.is_empty() { String::new() } else { format!(r#","description":"{description}""#) };
    let body = format!(r#"{{"ok":true,"result":{result}{described}}}"#);
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

fn change<T>(shared: &Shared, act: impl FnOnce(&mut World) -> T) -> Result<T, ApiError> {
    shared.change(act).map_err(|error| {
        tracing::error!(%error, "the journal cannot be written");
        ApiError::internal()
    })
}

/// Runs a call that a bot gave as its answer to a delivery; its answer is discarded.
pub(crate) async fn call_from_webhook(shared: &Shared, method: &str, mut fields: Map<String, Value>) {
    fields.remove("method");
    let params = Params::of_json(fields);
    let outcome = execute(shared, method, &params).await;
    note(shared, now_ms(), method, &params, outcome.as_ref().err(), None);
}

/// An `Update` as JSON text.
pub(crate) use updates::update as update_json;

/// Answers `/file/bot<token>/<path>`.
pub(crate) fn download(shared: &Shared, token: &str, path: &str) -> Response {
    if !shared.token.is(token) {
        return ApiError::new(401, "Unauthorized").into_response();
    }
    let file = shared.read(|world| world.files.values().find(|f| f.path == path).cloned());
    match file.and_then(|file| shared.files.get(&file.unique)) {
        Some(bytes) => ([(header::CONTENT_TYPE, "application/octet-stream")], Body::from(bytes)).into_response(),
        None => ApiError::new(404, "Not Found: file not found").into_response(),
    }
}
