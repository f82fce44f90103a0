//! Files of the bot: taken in, checked, kept, and shown in messages.

use serde_json::{Value, json};

use super::error::{ApiError, bad};
use super::params::{Params, Upload};
use super::{image, send};
use crate::files::Files;
use crate::world::World;
use crate::world::model::{Content, MediaKind, Record, StoredFile};

/// The largest photo, the largest other upload, and the largest file that a bot may fetch.
const PHOTO: usize = 10 << 20;
const UPLOAD: usize = 50 << 20;
const DOWNLOAD: usize = 20 << 20;

/// `sendDocument` and its kin.
pub(crate) fn send_media(
    world: &mut World,
    files: &Files,
    params: &Params,
    kind: MediaKind,
) -> Result<Value, ApiError> {
    let object = source(world, files, params, kind)?;
    let content = Content::Media { kind, object, caption: send::caption(params)? };
    send::send(world, params, content)
}

/// The Bot API's object for the file that the call names or brings.
fn source(world: &mut World, files: &Files, params: &Params, kind: MediaKind) -> Result<Value, ApiError> {
    let field = kind.name();
    let given = params.text(field);
    if !given.is_empty() && !given.starts_with("attach://") {
        if given.starts_with("http://") || given.starts_with("https://") {
            // The stand-in fetches nothing from outside; this is what Telegram says when it cannot.
            return Err(bad("Failed to get HTTP URL content"));
        }
        let file = world.files.get(given).cloned().ok_or_else(|| bad(WRONG_FILE))?;
        let bytes = files.get(&file.unique).ok_or_else(|| bad(WRONG_FILE))?;
        return shape(kind, &file, &bytes, params);
    }
    let upload = params.upload(field).ok_or_else(|| bad(format!("there is no {field} in the request")))?;
    let limit = if kind == MediaKind::Photo { PHOTO } else { UPLOAD };
    if upload.bytes.is_empty() {
        return Err(bad("file must be non-empty"));
    }
    if upload.bytes.len() > limit {
        return Err(ApiError::new(413, "Request Entity Too Large"));
    }
    let (file, object) = prepare(world, kind, upload, params)?;
    keep(world, files, file, upload.bytes.clone())?;
    Ok(object)
}

const WRONG_FILE: &str = "wrong file identifier/HTTP URL specified";

/// Names a new file and shows it, without keeping it yet.
pub(crate) fn prepare(
    world: &World,
    kind: MediaKind,
    upload: &Upload,
    params: &Params,
) -> Result<(StoredFile, Value), ApiError> {
    let number = world.next().file;
    let name = upload.name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let (folder, extension) = match kind {
        MediaKind::Photo => ("photos", "jpg"),
        MediaKind::Voice => ("voice", "oga"),
        MediaKind::Document => ("documents", name.rsplit_once('.').map_or("", |(_, e)| e)),
    };
    let plain = extension.chars().all(|c| c.is_ascii_alphanumeric()) && !extension.is_empty();
    let dot = if plain { format!(".{extension}") } else { String::new() };
    let file = StoredFile {
        id: format!("BQACAgIAAxkBAAI{number:08}standin{:06}", number * 7919 % 1_000_000),
        unique: format!("AgAD{number:010}"),
        path: format!("{folder}/file_{number}{dot}"),
        size: upload.bytes.len(),
        name: (kind != MediaKind::Photo && !name.is_empty()).then(|| name.clone()),
        mime: mime(&upload.mime, extension),
    };
    let object = shape(kind, &file, &upload.bytes, params)?;
    Ok((file, object))
}

/// Keeps the bytes and remembers the file.
pub(crate) fn keep(world: &mut World, files: &Files, file: StoredFile, bytes: Vec<u8>) -> Result<(), ApiError> {
    files.put(&file.unique, bytes).map_err(|error| {
        tracing::error!(%error, "a file cannot be kept");
        ApiError::internal()
    })?;
    world.record(Record::File(file));
    Ok(())
}

fn mime(given: &str, extension: &str) -> Option<String> {
    let known = match extension.to_ascii_lowercase().as_str() {
        "pdf" => "application/pdf",
        "txt" | "log" => "text/plain",
        "csv" => "text/csv",
        "json" => "application/json",
        "zip" => "application/zip",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "oga" | "ogg" => "audio/ogg",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "",
    };
    // Telegram goes by the name first; a part's own type is used when the name says nothing.
    let chosen = if known.is_empty() { given } else { known };
    (!chosen.is_empty()).then(|| chosen.to_owned())
}

/// The object under the kind's name in a message.
fn shape(kind: MediaKind, file: &StoredFile, bytes: &[u8], params: &Params) -> Result<Value, ApiError> {
    let mut object = json!({"file_id": file.id, "file_unique_id": file.unique, "file_size": file.size});
    match kind {
        MediaKind::Photo => {
            let (width, height) = image::size(bytes).ok_or_else(|| bad("IMAGE_PROCESS_FAILED"))?;
            let (long, short) = (width.max(height), width.min(height));
            if width + height > 10_000 || short == 0 || long > 20 * short {
                return Err(bad("PHOTO_INVALID_DIMENSIONS"));
            }
            object["width"] = width.into();
            object["height"] = height.into();
            return Ok(json!([object]));
        }
        MediaKind::Document => {
            if let Some(name) = &file.name {
                object["file_name"] = name.as_str().into();
            }
        }
        MediaKind::Voice => object["duration"] = params.int("duration", 0, 0, 1 << 24).into(),
    }
    if let Some(mime) = &file.mime {
        object["mime_type"] = mime.as_str().into();
    }
    Ok(object)
}

/// `getFile`.
pub(crate) fn get_file(world: &World, params: &Params) -> Result<Value, ApiError> {
    let id = params.text("file_id");
    if id.is_empty() {
        return Err(bad("file_id not specified"));
    }
    let file = world.files.get(id).ok_or_else(|| bad("wrong file_id or the file is temporarily unavailable"))?;
    if file.size > DOWNLOAD {
        return Err(bad("file is too big"));
    }
    Ok(json!({"file_id": file.id, "file_unique_id": file.unique, "file_size": file.size, "file_path": file.path}))
}
