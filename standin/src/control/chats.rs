//! Looking: the bot, the people, a chat as its person sees it, files.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::people::find;
use super::{Answer, Refused};
use crate::state::Shared;
use crate::world::World;

/// `GET /control/state`.
pub(crate) async fn state(State(shared): State<Shared>) -> Json<Value> {
    Json(shared.read(|world| {
        let people: Vec<Value> = world.people.values().map(World::person_view).collect();
        json!({"bot": world.user(world.bot.id), "people": people, "groups": world.groups.values().collect::<Vec<_>>(), "seq": world.feed.last(),
            "settings": world.settings, "pending_updates": world.queue.len()})
    }))
}

/// Which messages of a chat.
#[derive(Debug, Deserialize)]
pub(crate) struct Range {
    #[serde(default)]
    after: i64,
    before: Option<i64>,
    #[serde(default = "hundred")]
    limit: usize,
}

fn hundred() -> usize {
    100
}

/// `GET /control/chats/{person}/messages`: the newest ones in ascending order.
pub(crate) async fn messages(State(shared): State<Shared>, Path(id): Path<i64>, Query(range): Query<Range>) -> Answer {
    shared.read(|world| {
        let menu = if world.groups.contains_key(&id) { &[] } else { world.menu(find(world, id)?) };
        let before = range.before.unwrap_or(i64::MAX);
        let chosen: Vec<_> = world.chat(id, range.after).filter(|m| m.id < before).collect();
        let skip = chosen.len().saturating_sub(range.limit);
        let list: Vec<Value> = chosen[skip..].iter().map(|m| world.chat_view(m)).collect();
        let now = world.now();
        let action = world.actions.get(&id).filter(|a| a.until > now).map(|a| a.action.as_str());
        Ok(Json(json!({"messages": list, "has_more": skip > 0, "commands": menu, "action": action,
            "reply_keyboard": world.keyboards.get(&id).map(|k| &k.markup), "seq": world.feed.last()})))
    })
}

/// `GET /control/files/{file_id}`: the bytes of a file in some chat.
pub(crate) async fn file(State(shared): State<Shared>, Path(id): Path<String>) -> Result<Response, Refused> {
    let missing = || Refused::missing("there is no such file");
    let file = shared.read(|world| world.files.get(&id).cloned()).ok_or_else(missing)?;
    let bytes = shared.files.get(&file.unique).ok_or_else(missing)?;
    let plain = "application/octet-stream".to_owned();
    // A page that was sent must not run as a page of ours.
    let kind = file.mime.filter(|mime| !is_page(mime)).unwrap_or(plain);
    let kind =
        header::HeaderValue::from_str(&kind).unwrap_or(header::HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static("sandbox")),
    ];
    Ok((headers, bytes).into_response())
}

/// Whether a browser would run what is in a file of this media type, whose case has no meaning.
fn is_page(mime: &str) -> bool {
    let mime = mime.to_ascii_lowercase();
    ["html", "svg", "xml"].iter().any(|kind| mime.contains(kind))
}

#[cfg(test)]
mod tests {
    use super::is_page;

    #[test]
    fn a_page_is_known_in_any_case() {
        for page in ["text/html", "TEXT/HTML", "Image/SVG+XML", "application/XHTML+xml"] {
            assert!(is_page(page), "{page}");
        }
        assert!(!is_page("image/png") && !is_page("application/pdf"));
    }
}
