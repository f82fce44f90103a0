//! Files of the bot: taken in, checked, kept, and shown in messages.

use serde_json::{Value, json};

use super::error::{ApiError, bad};
use super::params::{Params, Upload};
use super::{image, send};
use crate::entities::Formatted;
use crate::files::Files;
use crate::world::World;
use crate::world::model::{Content, MediaKind, StoredFile};
use crate::world::record::Record;

/// The largest photo, the largest other upload, and the largest file that a bot may fetch.
const PHOTO: usize = 10 << 20;
const UPLOAD: usize = 50 << 20;
const DOWNLOAD: usize = 20 << 20;

const WRONG_FILE: &str = "wrong file identifier/HTTP URL specified";

/// `sendDocument` and its kin.
pub(crate) fn send_media(
    world: &mut World,
    files: &Files,
    params: &Params,
    kind: MediaKind,
) -> Result<Value, ApiError> {
    let media = Media::find(world, files, &params.files, params, params.text(kind.name()), kind)?;
    let caption = if kind.captioned() { send::caption(params)? } else { Formatted::default() };
    let (chat, prepared) = send::prepare(world, params)?;
    let object = media.keep(world, files)?;
    Ok(send::put(world, chat, prepared, Content::Media { kind, object, caption }))
}

/// A file that a call names or brings, checked but not yet kept.
pub(crate) struct Media {
    kind: MediaKind,
    source: Source,
    /// What a message shows of it beside its ids.
    shown: Value,
}

enum Source {
    Known(StoredFile),
    New(Upload),
}

impl Media {
    /// Finds it, with what the call says about it: by id, by `attach://`, or in the part named like the kind.
    pub fn find(
        world: &World,
        files: &Files,
        uploads: &[Upload],
        about: &Params,
        given: &str,
        kind: MediaKind,
    ) -> Result<Self, ApiError> {
        if given.starts_with("http://") || given.starts_with("https://") {
            // The stand-in fetches nothing from outside; this is what Telegram says when it cannot.
            return Err(bad("Failed to get HTTP URL content"));
        }
        if !given.is_empty() && !given.starts_with("attach://") {
            let file = world.files.get(given).ok_or_else(|| bad(WRONG_FILE))?;
            let photo = MediaKind::Photo;
            if file.kind != kind && (file.kind == photo || kind == photo) {
                return Err(bad(format!("can't use file of type {} as {}", type_name(file.kind), type_name(kind))));
            }
            let bytes = files.get(&file.unique).ok_or_else(|| bad(WRONG_FILE))?;
            let shown = shape(kind, &bytes, about)?;
            return Ok(Self { kind, source: Source::Known(file.clone()), shown });
        }
        let part = given.strip_prefix("attach://").unwrap_or(kind.name());
        let what = kind.name().replace('_', " ");
        let upload = uploads.iter().find(|f| f.field == part);
        let upload = upload.ok_or_else(|| bad(format!("there is no {what} in the request")))?;
        Self::new(kind, upload, about)
    }

    pub fn new(kind: MediaKind, upload: &Upload, params: &Params) -> Result<Self, ApiError> {
        let size = upload.bytes.len();
        if size == 0 {
            return Err(bad("file must be non-empty"));
        }
        if kind == MediaKind::Photo && size > PHOTO {
            let why = format!("file of size {size} bytes is too big for a photo; the maximum size is {PHOTO} bytes");
            return Err(bad(why));
        }
        if size > UPLOAD {
            return Err(ApiError::new(413, "Request Entity Too Large"));
        }
        let shown = shape(kind, &upload.bytes, params)?;
        Ok(Self { kind, source: Source::New(upload.clone()), shown })
    }

    /// Keeps the bytes and remembers the file; gives what a message shows of it.
    pub fn keep(self, world: &mut World, files: &Files) -> Result<Value, ApiError> {
        let file = match self.source {
            Source::Known(file) => file,
            Source::New(upload) => {
                let file = name(world.next().file, self.kind, &upload);
                files.put(&file.unique, upload.bytes).map_err(|error| {
                    tracing::error!(%error, "a file cannot be kept");
                    ApiError::internal()
                })?;
                world.record(Record::File(file.clone()));
                file
            }
        };
        let mut object = self.shown;
        object["file_id"] = file.id.into();
        object["file_unique_id"] = file.unique.into();
        object["file_size"] = file.size.into();
        if !matches!(self.kind, MediaKind::Photo | MediaKind::Sticker) {
            for (field, value) in [("file_name", file.name), ("mime_type", file.mime)] {
                if let Some(value) = value {
                    object[field] = value.into();
                }
            }
        }
        // Telegram gives a photo as a list of its sizes; this one has a single size.
        Ok(if self.kind == MediaKind::Photo { json!([object]) } else { object })
    }
}

/// How Telegram calls a kind of file in its complaints.
fn type_name(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Animation => "Animation",
        MediaKind::Audio => "Audio",
        MediaKind::Document => "Document",
        MediaKind::Photo => "Photo",
        MediaKind::Sticker => "Sticker",
        MediaKind::Video => "Video",
        MediaKind::VideoNote => "VideoNote",
        MediaKind::Voice => "VoiceNote",
    }
}

fn name(number: i64, kind: MediaKind, upload: &Upload) -> StoredFile {
    let name = upload.name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let own = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let (folder, extension) = match kind {
        MediaKind::Photo => ("photos", "jpg"),
        MediaKind::Voice => ("voice", "oga"),
        MediaKind::VideoNote => ("video_notes", "mp4"),
        MediaKind::Sticker => ("stickers", "webp"),
        MediaKind::Animation => ("animations", own),
        MediaKind::Audio => ("music", own),
        MediaKind::Video => ("videos", own),
        MediaKind::Document => ("documents", own),
    };
    let plain = !extension.is_empty() && extension.chars().all(|c| c.is_ascii_alphanumeric());
    let dot = if plain { format!(".{extension}") } else { String::new() };
    let named = matches!(kind, MediaKind::Animation | MediaKind::Audio | MediaKind::Document | MediaKind::Video);
    StoredFile {
        id: format!("BQACAgIAAxkBAAI{number:08}standin{:06}", number * 7919 % 1_000_000),
        kind,
        unique: format!("AgAD{number:010}"),
        path: format!("{folder}/file_{number}{dot}"),
        size: upload.bytes.len(),
        mime: mime(&upload.mime, extension),
        name: (named && !name.is_empty()).then_some(name),
    }
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
        "webp" => "image/webp",
        "gif" => "image/gif",
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

/// What a message shows of a file of this kind, without its ids.
fn shape(kind: MediaKind, bytes: &[u8], params: &Params) -> Result<Value, ApiError> {
    let number = |name: &str| Value::from(params.int(name, 0, 0, 1 << 24));
    let mut object = json!({});
    let numbers: &[&str] = match kind {
        MediaKind::Document => &[],
        MediaKind::Voice | MediaKind::Audio => &["duration"],
        MediaKind::VideoNote => &["duration", "length"],
        MediaKind::Animation | MediaKind::Video => &["duration", "width", "height"],
        MediaKind::Photo => {
            let (width, height) = photo_size(bytes)?;
            return Ok(json!({"width": width, "height": height}));
        }
        MediaKind::Sticker => {
            let (width, height) = image::size(bytes).unwrap_or((512, 512));
            return Ok(json!({"width": width, "height": height, "type": "regular", "is_animated": false,
                "is_video": false}));
        }
    };
    for field in numbers {
        object[*field] = number(field);
    }
    for field in ["title", "performer"].into_iter().filter(|f| kind == MediaKind::Audio && params.has(f)) {
        object[field] = params.text(field).into();
    }
    Ok(object)
}

fn photo_size(bytes: &[u8]) -> Result<(u32, u32), ApiError> {
    let (width, height) = image::size(bytes).ok_or_else(|| bad("IMAGE_PROCESS_FAILED"))?;
    let (long, short) = (width.max(height), width.min(height));
    if width + height > 10_000 || short == 0 || long > 20 * short {
        return Err(bad("PHOTO_INVALID_DIMENSIONS"));
    }
    Ok((width, height))
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
