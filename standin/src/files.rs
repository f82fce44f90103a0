//! The bytes of files that were sent: beside the journal, or in memory when nothing is kept.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{fs, io};

use crate::private;

/// Where bytes lie, by a file's unique id.
#[derive(Debug)]
pub(crate) enum Files {
    Memory(Mutex<HashMap<String, Vec<u8>>>),
    Folder(PathBuf),
}

impl Files {
    /// In `data/files`, or in memory without a folder.
    pub fn open(data: Option<&Path>) -> io::Result<Self> {
        let Some(data) = data else { return Ok(Self::Memory(Mutex::default())) };
        let folder = data.join("files");
        private::folder(&folder)?;
        Ok(Self::Folder(folder))
    }

    /// Keeps the bytes; they are there before any message speaks of them.
    pub fn put(&self, unique: &str, bytes: Vec<u8>) -> io::Result<()> {
        match self {
            Self::Memory(all) => {
                all.lock().unwrap_or_else(PoisonError::into_inner).insert(unique.to_owned(), bytes);
                Ok(())
            }
            Self::Folder(folder) => private::create(&folder.join(unique))?.write_all(&bytes),
        }
    }

    /// The bytes, or nothing when they are gone.
    pub fn get(&self, unique: &str) -> Option<Vec<u8>> {
        match self {
            Self::Memory(all) => all.lock().unwrap_or_else(PoisonError::into_inner).get(unique).cloned(),
            Self::Folder(folder) => fs::read(folder.join(unique)).ok(),
        }
    }

    /// Forgets everything. What cannot be removed is only a waste of space.
    pub fn clear(&self) {
        match self {
            Self::Memory(all) => all.lock().unwrap_or_else(PoisonError::into_inner).clear(),
            Self::Folder(folder) => {
                for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                    if let Err(error) = fs::remove_file(entry.path()) {
                        tracing::warn!(%error, "a file cannot be removed");
                    }
                }
            }
        }
    }
}
