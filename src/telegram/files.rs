//! Downloads of files from Telegram: first the path, then the bytes.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use teloxide::payloads::GetFile;
use teloxide::types::FileId;

use super::{Api, CallError};
use crate::flows::File;
use crate::turn::{Fetch, FetchError};

/// How long a file of 20 MB may take on a bad network.
const TIMEOUT: Duration = Duration::from_secs(60);

impl Fetch for Api {
    fn fetch<'a>(&'a self, file: &'a File) -> Pin<Box<dyn Future<Output = Result<Bytes, FetchError>> + Send + 'a>> {
        Box::pin(async move {
            let told = self.call(&GetFile::new(FileId(file.file_id.clone()))).await.map_err(failed)?;
            let path = told.get("file_path").and_then(Value::as_str).ok_or(FetchError::Refused)?;
            self.download(path, TIMEOUT).await.map_err(failed)
        })
    }
}

fn failed(error: CallError) -> FetchError {
    match error {
        CallError::Refused(_) | CallError::WrongToken | CallError::Unreachable => FetchError::Refused,
        CallError::Wait(_) | CallError::Database | CallError::InDoubt(_) | CallError::Conflict => {
            FetchError::Unreachable
        }
    }
}
