//! Makes a new cluster. It is made aside and renamed, so that a crash in the middle leaves nothing half made.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt as _;
use std::process::Stdio;

use crate::paths::{Paths, last_lines};
use crate::programs::Programs;
use crate::{ClusterError, SUPERUSER};

/// Plain C has no Cyrillic letters: searches for names would find nothing. macOS has no C.UTF-8 of old.
const LOCALE: &str = if cfg!(target_os = "macos") { "en_US.UTF-8" } else { "C.UTF-8" };

/// The major version of the cluster that is there; none when one is still to be made.
pub fn version(paths: &Paths) -> Result<Option<String>, ClusterError> {
    let data = paths.data();
    match fs::read_to_string(data.join("PG_VERSION")) {
        Ok(version) => Ok(Some(version.trim().to_owned())),
        Err(_) if data.exists() => Err(ClusterError::NotACluster(data)),
        Err(_) => Ok(None),
    }
}

/// Makes the cluster; only for the process that holds the lock.
pub fn run(paths: &Paths, programs: &Programs) -> Result<(), ClusterError> {
    let (init, data, account) = (paths.init(), paths.data(), paths.account());
    if init.exists() {
        fs::remove_dir_all(&init).map_err(ClusterError::io("remove what a crash left", &init))?;
    }
    DirBuilder::new().mode(0o700).create(&init).map_err(ClusterError::io("make", &init))?;
    account.own(&init)?;

    let mut command = account.command(&programs.path("initdb"));
    command.arg("--pgdata").arg(&init).arg(format!("--username={SUPERUSER}")).arg(format!("--locale={LOCALE}"));
    // The socket's folder is the only guard; the network gets nothing even if a port is opened later.
    command.args(["--encoding=UTF8", "--auth-local=trust", "--auth-host=reject"]);
    // A page that the disk has spoilt is an error when it is read, and not backed up as it is.
    command.arg("--data-checksums");
    let done = command.stdin(Stdio::null()).output().map_err(ClusterError::io("run", programs.path("initdb")))?;
    if !done.status.success() {
        return Err(ClusterError::Initdb { said: last_lines(&done.stderr) });
    }
    fs::rename(&init, &data).map_err(ClusterError::io("rename", &init))?;
    File::open(paths.folder()).and_then(|folder| folder.sync_all()).map_err(ClusterError::io("sync", paths.folder()))
}
