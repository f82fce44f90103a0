//! The Bot API: which bot, which method, which fault, and the answer's outer shape.

mod callbacks;
mod chats;
mod commands;
mod edit;
pub(crate) mod error;
mod image;
pub(crate) mod keyboards;
pub(crate) mod media;
pub(crate) mod params;
mod send;
mod updates;

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use error::ApiError;
use params::Params;
use serde_json::{Value, json};

use crate::server::Line;
use crate::state::Shared;
use crate::world::World;
use crate::world::calls::Call;
use crate::world::faults::{Fault, FaultKind};
use crate::world::model::MediaKind;
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
    let error = outcome.as_ref().err();
    let entry = Call {
        seq: 0,
        at_ms,
        method: method.to_owned(),
        params: params.log(),
        ok: error.is_none(),
        error_code: error.map(|e| e.code).filter(|c| *c != 0),
        description: error.map(|e| e.description.clone()),
        fault: fault.as_ref().map(|f| f.kind.name()),
    };
    // Only the log changes here, which is not kept.
    let _ = shared.change(|world| world.calls.push(entry));
    let response = outcome.unwrap_or_else(IntoResponse::into_response);
    match fault {
        Some(fault) => play(&shared, &line, &fault, response).await,
        None => response,
    }
}

/// What is answered instead of executing.
fn refusal(fault: &Fault) -> Option<ApiError> {
    match fault.kind {
        FaultKind::TooMany => Some(ApiError::too_many(fault.retry_after.unwrap_or(1))),
        FaultKind::Internal => Some(ApiError::internal()),
        FaultKind::Gateway => Some(ApiError::new(502, "Bad Gateway")),
        FaultKind::Timeout | FaultKind::ResetBefore | FaultKind::ResetAfter | FaultKind::Slow => None,
    }
}

/// Plays what a fault does to an answer.
async fn play(shared: &Shared, line: &Line, fault: &Fault, response: Response) -> Response {
    let delay = |default| Duration::from_millis(fault.delay_ms.unwrap_or(default));
    match fault.kind {
        FaultKind::TooMany | FaultKind::Internal => response,
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
        FaultKind::Timeout => {
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
    if method == "getupdates" {
        return updates::get_updates(shared, params).await;
    }
    let result = shared.change(|world| run(world, shared, method, params)).map_err(|error| {
        tracing::error!(%error, "the journal cannot be written");
        ApiError::internal()
    })??;
    let body = format!(r#"{{"ok":true,"result":{result}}}"#);
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// Runs a method that needs no waiting.
fn run(world: &mut World, shared: &Shared, method: &str, params: &Params) -> Result<Value, ApiError> {
    match method {
        "getme" => Ok(get_me(world)),
        "sendmessage" => send::send_message(world, params),
        "senddocument" => media::send_media(world, &shared.files, params, MediaKind::Document),
        "sendphoto" => media::send_media(world, &shared.files, params, MediaKind::Photo),
        "editmessagetext" => edit::edit_message_text(world, params),
        "editmessagereplymarkup" => edit::edit_message_reply_markup(world, params),
        "deletemessage" => edit::delete_message(world, params),
        "deletemessages" => edit::delete_messages(world, params),
        "answercallbackquery" => callbacks::answer_callback_query(world, params),
        "setmycommands" => commands::set_my_commands(world, params),
        "getmycommands" => commands::get_my_commands(world, params),
        "deletemycommands" => commands::delete_my_commands(world, params),
        "sendchataction" => chats::send_chat_action(world, params),
        "getchat" => chats::get_chat(world, params),
        "getchatmember" => chats::get_chat_member(world, params),
        "leavechat" => chats::leave_chat(world, params),
        "getfile" => media::get_file(world, params),
        "deletewebhook" => Ok(true.into()),
        "getwebhookinfo" => Ok(webhook_info(world)),
        _ => Err(ApiError::new(404, "Not Found: method not found")),
    }
}

fn get_me(world: &World) -> Value {
    let mut me = world.user(world.bot.id);
    for (field, value) in [
        ("can_join_groups", true),
        ("can_read_all_group_messages", false),
        ("supports_inline_queries", false),
        ("can_connect_to_business", false),
        ("has_main_web_app", false),
    ] {
        me[field] = value.into();
    }
    me
}

fn webhook_info(world: &World) -> Value {
    let mut info = json!({"url": "", "has_custom_certificate": false, "pending_update_count": world.queue.len()});
    if let Some(kinds) = world.queue.allowed() {
        info["allowed_updates"] = json!(kinds);
    }
    info
}

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
