//! Paths of a private cluster: `data` (with `init` before it is whole), `lock`, `postgres.log`, and the socket's folder.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::account::Account;
use crate::{ClusterError, PORT};

/// Where root's clusters go when Postgres's account cannot pass through the wished folder, such as one below `/root`.
const ELSEWHERE: &str = "/var/lib/crmbot";
/// The system's limit for the path of a socket, in bytes.
const SOCKET_PATH_MAX: usize = 107;
/// A log that has grown beyond this, in bytes, is set aside at the next start.
const LOG_MAX: u64 = 8 * 1024 * 1024;

/// The folder of a cluster, and the account that Postgres runs as in it.
#[derive(Debug, Clone)]
pub struct Paths {
    folder: PathBuf,
    socket: PathBuf,
    account: Account,
}

impl Paths {
    /// Makes the folder, or another that Postgres can reach, and says so in the log.
    pub fn prepare(wished: &Path) -> Result<Self, ClusterError> {
        let lends = rustix::process::geteuid().is_root();
        let mut folder = made(wished, lends)?;
        let mut account = Account::choose(&folder.join("data"))?;
        if !account.reaches(&folder) {
            let other = made(&Path::new(ELSEWHERE).join(flat_name(&folder)), lends)?;
            tracing::warn!(
                wished = %folder.display(), chosen = %other.display(),
                "Postgres does not run as root and its account cannot enter the data folder: using another"
            );
            account = Account::choose(&other.join("data"))?;
            folder = other;
            if !account.reaches(&folder) {
                return Err(ClusterError::OutOfReach(folder));
            }
        }
        let socket = socket_folder(&folder);
        Ok(Self { folder, socket, account })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The account that Postgres runs as here.
    pub fn account(&self) -> Account {
        self.account
    }

    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// A cluster that is still being made.
    pub fn init(&self) -> PathBuf {
        self.folder.join("init")
    }

    /// The folder of the socket, the only way to the server; only its owner can enter.
    pub fn socket_folder(&self) -> &Path {
        &self.socket
    }

    /// Makes the socket's folder, or makes sure that the one there is ours alone: below `/tmp` another account could have made it.
    pub fn make_socket_folder(&self) -> Result<(), ClusterError> {
        match DirBuilder::new().mode(0o700).create(&self.socket) {
            Ok(()) => self.account.own(&self.socket),
            Err(_) => {
                let found = fs::symlink_metadata(&self.socket).map_err(ClusterError::io("make", &self.socket))?;
                let ours = found.is_dir() && found.uid() == self.account.uid() && found.mode() & 0o077 == 0;
                if ours { Ok(()) } else { Err(ClusterError::ForeignSocketFolder(self.socket.clone())) }
            }
        }
    }

    /// The lock file: the process that holds its lock runs the server.
    pub fn lock_file(&self) -> Result<File, ClusterError> {
        let path = self.lock();
        let open = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
        // One of an earlier version could be opened, and so locked, by every user.
        let ours = open.and_then(|file| file.set_permissions(Permissions::from_mode(0o600)).map(|()| file));
        ours.map_err(ClusterError::io("open", path))
    }

    pub fn lock(&self) -> PathBuf {
        self.folder.join("lock")
    }

    /// The server's log, to write at its end.
    pub fn open_log(&self) -> Result<File, ClusterError> {
        let path = self.log();
        if fs::metadata(&path).is_ok_and(|found| found.len() > LOG_MAX) {
            let aside = path.with_extension("log.1");
            fs::rename(&path, &aside).map_err(ClusterError::io("set aside", &path))?;
        }
        OpenOptions::new().append(true).create(true).mode(0o600).open(&path).map_err(ClusterError::io("open", path))
    }

    /// The end of the server's log.
    pub fn log_end(&self) -> String {
        last_lines(&fs::read(self.log()).unwrap_or_default())
    }

    fn log(&self) -> PathBuf {
        self.folder.join("postgres.log")
    }
}

/// The last three lines, as one.
pub fn last_lines(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut lines: Vec<_> = text.lines().rev().map(str::trim).filter(|line| !line.is_empty()).take(3).collect();
    lines.reverse();
    lines.join(" / ")
}

/// The folder, made for us alone when it is not there. Where root lends Postgres an account, that must pass, whatever the
/// umask; it sees no names.
fn made(folder: &Path, lends: bool) -> Result<PathBuf, ClusterError> {
    if !folder.exists() {
        fs::create_dir_all(folder).map_err(ClusterError::io("make", folder))?;
        let mode = if lends { 0o711 } else { 0o700 };
        fs::set_permissions(folder, Permissions::from_mode(mode)).map_err(ClusterError::io("close", folder))?;
    }
    folder.canonicalize().map_err(ClusterError::io("find", folder))
}

/// Beside the data when the path is short and plain, else below `/tmp` by a name that every process derives alike.
fn socket_folder(cluster: &Path) -> PathBuf {
    let beside = cluster.join("sock");
    let longest = beside.as_os_str().len() + "/.s.PGSQL.".len() + PORT.to_string().len();
    // Postgres splits its setting at commas and trims blanks.
    let plain = cluster.as_os_str().as_bytes().iter().all(|b| b.is_ascii_alphanumeric() || b"/._-+@".contains(b));
    if plain && longest <= SOCKET_PATH_MAX {
        beside
    } else {
        Path::new("/tmp").join(format!("crmbot-{}", digest(cluster)))
    }
}

/// A folder name for a path: readable, and different for different paths.
fn flat_name(path: &Path) -> String {
    let readable: String =
        path.to_string_lossy().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).skip(1).take(60).collect();
    format!("{readable}-{}", digest(path))
}

fn digest(path: &Path) -> String {
    let hash = Sha256::digest(path.as_os_str().as_bytes());
    hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_stays_below_the_systems_path_limit() {
        assert_eq!(socket_folder(Path::new("/srv/crm/data")), Path::new("/srv/crm/data/sock"));
        for cluster in [format!("/srv/{}", "long/".repeat(30)), "/srv/a, b/data".into(), "/srv/данные".into()] {
            let folder = socket_folder(Path::new(&cluster));
            assert!(folder.starts_with("/tmp"), "{cluster}");
            assert_eq!(folder, socket_folder(Path::new(&cluster)), "every process derives the same");
        }
    }

    #[test]
    fn a_new_folder_and_its_lock_are_ours_alone() {
        let wished = std::env::temp_dir().join(format!("crmbot-paths-{}", std::process::id()));
        let mode = |path: &Path| fs::metadata(path).map(|found| found.mode() & 0o777).unwrap_or_default();
        for lends in [false, true] {
            let folder = made(&wished, lends).unwrap_or_default();
            assert_eq!(mode(&folder), if lends { 0o711 } else { 0o700 });
            let account = Account::choose(&folder.join("data")).unwrap_or_else(|error| panic!("{error}"));
            let paths = Paths { socket: folder.join("sock"), folder: folder.clone(), account };
            // An earlier version left it open to every user.
            fs::write(paths.lock(), "")
                .and_then(|()| fs::set_permissions(paths.lock(), Permissions::from_mode(0o644)))
                .ok();
            assert!(paths.lock_file().is_ok());
            assert_eq!(mode(&paths.lock()), 0o600);
            fs::remove_dir_all(&wished).ok();
        }
    }

    #[test]
    fn paths_get_different_flat_names() {
        assert!(flat_name(Path::new("/root/crm/data")).starts_with("root-crm-data-"));
        assert_ne!(flat_name(Path::new("/root/a-b")), flat_name(Path::new("/root/a/b")));
    }

    #[test]
    fn the_end_of_a_log_is_one_line() {
        assert_eq!(last_lines(b"one\ntwo\n\nthree\nfour\n"), "two / three / four");
        assert_eq!(last_lines(b""), "");
    }
}
