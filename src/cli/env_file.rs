//! `.env` of the working folder: read when no other user can have written it.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::config::{ConfigError, SECRETS};

/// Its name; those of folders above are not looked for, since others may write there.
const NAME: &str = ".env";

/// Takes the variables of `.env` over into the environment; what stands there wins. Gives a warning for the log.
///
/// # Errors
/// When another user can change the file, and when a line cannot be read. The text never quotes a line (G9).
pub(super) fn load() -> Result<Option<&'static str>, ConfigError> {
    let mut file = match File::open(Path::new(NAME)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(ConfigError(format!("{NAME}: cannot be read: {error}"))),
    };
    let found = file.metadata().map_err(|error| ConfigError(format!("{NAME}: cannot be read: {error}")))?;
    let (us, group) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    if !is_safe(Rights::of(&found), us, group) {
        let line =
            "another user can change it, so it is not read; make it yours: chown \"$USER\" .env && chmod 600 .env";
        return Err(ConfigError(format!("{NAME}: {line}")));
    }
    let broken = |_| ConfigError(format!("{NAME}: cannot be read; lines look like NAME=value"));
    // From what was opened and judged, not from what may stand under the name by now.
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(|error| ConfigError(format!("{NAME}: cannot be read: {error}")))?;
    let lines = dotenvy::from_read_iter(text.as_bytes()).collect::<Result<Vec<_>, _>>().map_err(broken)?;
    let secret = lines.iter().any(|(name, value)| SECRETS.contains(&name.as_str()) && !value.is_empty());
    dotenvy::from_read(text.as_bytes()).map_err(broken)?;
    let told = secret && found.mode() & 0o044 != 0;
    Ok(told.then_some(".env holds secrets and other users can read it: chmod 600 .env"))
}

/// Whose a file is, and who may do what with it.
#[derive(Clone, Copy)]
struct Rights {
    uid: u32,
    gid: u32,
    mode: u32,
}

impl Rights {
    fn of(file: &Metadata) -> Self {
        Self { uid: file.uid(), gid: file.gid(), mode: file.mode() }
    }
}

/// Whether only `us` and root can have written a file: a user's own group is theirs on most systems.
fn is_safe(Rights { uid, gid, mode }: Rights, us: u32, group: u32) -> bool {
    (uid == us || uid == 0) && mode & 0o002 == 0 && (mode & 0o020 == 0 || gid == group || gid == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_another_user_can_write_is_not_safe() {
        let safe = |uid, gid, mode| is_safe(Rights { uid, gid, mode }, 1000, 1000);
        assert!(safe(1000, 1000, 0o600) && safe(1000, 1000, 0o664) && safe(0, 0, 0o644) && safe(0, 50, 0o640));
        assert!(!safe(65534, 65534, 0o600), "another user's");
        assert!(!safe(1000, 1000, 0o666), "everybody's");
        assert!(!safe(1000, 50, 0o660), "a group's");
    }
}
