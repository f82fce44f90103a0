//! What makes the world survive a restart: an append-only file of changes.
//!
//! A commit is one line, a JSON array of records. It reaches the operating system before the answer leaves, so a
//! killed process loses nothing that was answered; a line torn by the kill was never answered and is dropped.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::private;
use crate::world::record::Record;

const NAME: &str = "journal.jsonl";

/// The open journal and the lock that keeps a second stand-in away from it.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    lock: Lock,
}

/// Why a data folder cannot be used.
#[derive(Debug)]
pub(crate) enum OpenError {
    /// Another stand-in works on it.
    InUse,
    /// A line that is not the last one cannot be read.
    Damaged {
        line: usize,
    },
    Io(io::Error),
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Takes the folder for this process and reads what is there.
pub(crate) fn read(folder: &Path) -> Result<(Lock, Vec<Record>), OpenError> {
    private::folder(folder)?;
    let lock = private::open(&folder.join("lock"), OpenOptions::new().create(true).write(true).truncate(false))?;
    if lock.try_lock().is_err() {
        return Err(OpenError::InUse);
    }
    let mut records = Vec::new();
    let path = folder.join(NAME);
    if path.exists() {
        let mut lines = BufReader::new(File::open(&path)?).lines().enumerate().peekable();
        while let Some((at, line)) = lines.next() {
            // A line that is not text is as torn as one that is not JSON.
            let parsed = line.ok().and_then(|l| serde_json::from_str::<Vec<Record>>(&l).ok());
            match parsed {
                Some(commit) => records.extend(commit),
                None if lines.peek().is_none() => tracing::warn!("the journal's last line was torn; dropped"),
                None => return Err(OpenError::Damaged { line: at + 1 }),
            }
        }
    }
    Ok((Lock { folder: folder.to_owned(), _file: lock }, records))
}

/// A folder that is ours.
#[derive(Debug)]
pub(crate) struct Lock {
    folder: PathBuf,
    _file: File,
}

impl Lock {
    /// Writes the world as it is into a new journal and goes on from there.
    pub fn compact(self, records: impl Iterator<Item = Record>) -> io::Result<Journal> {
        let file = self.write(records)?;
        Ok(Journal { file, lock: self })
    }

    fn write(&self, records: impl Iterator<Item = Record>) -> io::Result<File> {
        let (new, path) = (self.folder.join("journal.new"), self.folder.join(NAME));
        let mut out = BufWriter::new(private::create(&new)?);
        for record in records {
            serde_json::to_writer(&mut out, &[record]).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        }
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        fs::rename(&new, &path)?;
        OpenOptions::new().append(true).open(&path)
    }
}

impl Journal {
    /// Appends one commit; returns when the operating system has it.
    pub fn append(&mut self, line: &str) -> io::Result<()> {
        self.file.write_all(line.as_bytes())
    }

    /// Writes the whole world, without what has left it.
    pub fn compact(&mut self, records: impl Iterator<Item = Record>) -> io::Result<()> {
        self.file = self.lock.write(records)?;
        Ok(())
    }
}
