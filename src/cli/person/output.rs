//! The file of an export: new, and readable by its owner only.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, exit, print};

/// A file that was made for an export.
pub(super) struct Output {
    path: PathBuf,
    file: File,
}

/// Makes the file; one of that name is not replaced, since it may be another person's.
pub(super) fn create(path: &Path) -> Result<Output, Failure> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let file = made.map_err(|error| failed(path, &error))?;
    Ok(Output { path: path.to_owned(), file })
}

/// Takes an empty file away again.
pub(super) fn discard(output: Output) {
    let _ = fs::remove_file(&output.path);
}

impl Output {
    pub fn write(mut self, text: &str) -> Result<(), Failure> {
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_all());
        if let Err(error) = written {
            let failure = failed(&self.path, &error);
            discard(self);
            return Err(failure);
        }
        print(&format!("exported into {}", self.path.display()));
        Ok(())
    }
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure { line: format!("--out {}: {}", path.display(), error), code: exit::WRONG }
}
