//! Files and folders that only the account of the stand-in can read.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

/// Makes a folder for us alone; one that is there becomes so.
pub(crate) fn folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    close(path, 0o700)
}

/// Opens a file for writing as `options` say, for us alone; one that is there becomes so.
pub(crate) fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    let file = options.open(path)?;
    close(path, 0o600)?;
    Ok(file)
}

/// A new file for us alone, empty.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().write(true).create(true).truncate(true))
}

#[cfg(unix)]
fn close(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
fn close(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}
