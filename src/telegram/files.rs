//! Files: what a message brings, and how its bytes come from Telegram: first the path, then the bytes.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use serde_json::Value;
use teloxide::payloads::GetFile;
use teloxide::types::{FileId, FileMeta, Message};

use super::{Api, CallError};
use crate::flows::File;
use crate::turn::{Fetch, FetchError};

/// How long a file of 20 MB may take on a bad network.
const PATIENCE: Duration = Duration::from_secs(60);

/// The file of a message, whatever it is sent as, with what was written below it.
pub(super) fn sent(message: &Message) -> Option<File> {
    let (meta, name) = media(message)?;
    Some(File {
        file_id: meta.id.0.clone(),
        name,
        size: u64::from(meta.size),
        caption: message.caption().unwrap_or_default().to_owned(),
    })
}

/// A file and its name; what Telegram gives no name is called what it is.
fn media(message: &Message) -> Option<(&FileMeta, String)> {
    let named = |name: &Option<String>, else_: &str| name.clone().unwrap_or_else(|| else_.to_owned());
    if let Some(document) = message.document() {
        Some((&document.file, named(&document.file_name, "file")))
    } else if let Some(photo) = message.photo().and_then(<[_]>::last) {
        Some((&photo.file, "photo.jpg".to_owned()))
    } else if let Some(voice) = message.voice() {
        Some((&voice.file, "voice.ogg".to_owned()))
    } else if let Some(audio) = message.audio() {
        Some((&audio.file, named(&audio.file_name, "audio.mp3")))
    } else if let Some(video) = message.video() {
        Some((&video.file, named(&video.file_name, "video.mp4")))
    } else if let Some(note) = message.video_note() {
        Some((&note.file, "video.mp4".to_owned()))
    } else {
        message.animation().map(|animation| (&animation.file, named(&animation.file_name, "animation.mp4")))
    }
}

impl Fetch for Api {
    fn fetch<'a>(&'a self, file: &'a File) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + 'a>> {
        Box::pin(async move {
            let told = self.call(&GetFile::new(FileId(file.file_id.clone()))).await.map_err(failed)?;
            let path = told.get("file_path").and_then(Value::as_str).ok_or(FetchError::Refused)?;
            self.download(path, PATIENCE).await.map_err(failed)
        })
    }
}

fn failed(error: CallError) -> FetchError {
    match error {
        CallError::Refused(_) | CallError::WrongToken | CallError::Unreachable => FetchError::Refused,
        CallError::Wait(_) | CallError::Unsure(_) | CallError::Conflict => FetchError::Unreachable,
    }
}
