//! Files described by JSON: `sendMediaGroup` and `editMessageMedia`.

use serde_json::{Value, json};

use super::error::{ApiError, bad};
use super::media::Media;
use super::params::Params;
use super::send;
use crate::entities::{self, Formatted, Limits};
use crate::files::Files;
use crate::world::World;
use crate::world::model::{Content, MediaKind};

/// One `InputMedia`, checked but not yet kept.
pub(crate) struct Item {
    kind: MediaKind,
    media: Media,
    caption: Formatted,
}

impl Item {
    pub fn read(
        world: &World,
        files: &Files,
        params: &Params,
        value: &Value,
        in_album: bool,
    ) -> Result<Self, ApiError> {
        let wrong = |why: &str| bad(format!("can't parse InputMedia: {why}"));
        let object = value.as_object().ok_or_else(|| wrong("expected an Object"))?;
        let text = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default();
        if !object.contains_key("type") {
            return Err(wrong("Can't find field \"type\""));
        }
        let kind = match text("type") {
            "photo" => MediaKind::Photo,
            "video" => MediaKind::Video,
            "animation" if in_album => return Err(wrong("type \"animation\" can't be used in sendMediaGroup")),
            "animation" => MediaKind::Animation,
            "audio" => MediaKind::Audio,
            "document" => MediaKind::Document,
            other => return Err(wrong(&format!("type \"{other}\" is unsupported"))),
        };
        let given = text("media");
        let part = given.strip_prefix("attach://");
        if given.is_empty() || part.is_some_and(|part| !params.files.iter().any(|f| f.field == part)) {
            return Err(wrong("media not found"));
        }
        let caption =
            entities::parse(text("caption"), text("parse_mode"), object.get("caption_entities"), Limits::CAPTION);
        let caption = caption.map_err(|why| wrong(&why))?;
        let fields = numbers(object);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let media = Media::find(world, files, &params.files, &Params::of(&fields), given, kind)?;
        Ok(Self { kind, media, caption })
    }

    /// Keeps the file and gives the content of a message.
    pub fn keep(self, world: &mut World, files: &Files) -> Result<Content, ApiError> {
        let object = self.media.keep(world, files)?;
        Ok(Content::Media { kind: self.kind, object, caption: self.caption })
    }
}

/// The fields of an item that describe the file.
fn numbers(object: &serde_json::Map<String, Value>) -> Vec<(String, String)> {
    let names = ["duration", "width", "height", "title", "performer"];
    let text = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
    names.iter().filter_map(|n| Some(((*n).to_owned(), text(object.get(*n)?)))).collect()
}

/// `sendMediaGroup`: 2–10 files as one album.
pub(crate) fn send_media_group(world: &mut World, files: &Files, params: &Params) -> Result<Value, ApiError> {
    let value = match params.text("media") {
        "" => return Err(bad("Parameter \"media\" is required")),
        text => serde_json::from_str(text).map_err(|_| bad("can't parse media JSON object"))?,
    };
    let Value::Array(list) = value else { return Err(bad("expected an Array of InputMedia")) };
    let (chat, prepared) = send::prepare(world, params)?;
    if list.is_empty() {
        return Err(bad("there are no messages to send"));
    }
    if list.len() > 10 {
        return Err(bad("too many messages to send as an album"));
    }
    let mut items = Vec::with_capacity(list.len());
    for value in &list {
        items.push(Item::read(world, files, params, value, true)?);
    }
    let alone = |kind: MediaKind| matches!(kind, MediaKind::Audio | MediaKind::Document);
    if items.iter().any(|i| (alone(i.kind) || alone(items[0].kind)) && i.kind != items[0].kind) {
        return Err(bad("Can't use the media of the specified type in the album"));
    }
    let album = (items.len() > 1).then(|| (13_000_000_000_000_000 + world.next().message).to_string());
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        let content = item.keep(world, files)?;
        out.push(send::put(world, chat, send::Prepared { album: album.clone(), ..prepared.clone() }, content));
    }
    Ok(json!(out))
}
