//! Finds PostgreSQL's server programs.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::ClusterError;

/// Folders of one installed version each, `*` standing for the version: Debian's, Red Hat's, Homebrew's.
const USUAL: [&str; 4] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
];

/// The folder of `initdb` and `postgres`.
#[derive(Debug, Clone)]
pub struct Programs(PathBuf);

impl Programs {
    /// Finds them: in `given` only, when it is given, else on `PATH`, else in the usual folders, the newest first. Data
    /// that is there already needs its own major version, `data`.
    pub fn find(given: Option<&Path>, data: Option<(&Path, &str)>) -> Result<Self, ClusterError> {
        let folders = match given {
            Some(folder) if holds_programs(folder) => vec![folder.to_owned()],
            Some(folder) => return Err(ClusterError::NotPrograms(folder.to_owned())),
            None => installed(std::env::var_os("PATH").as_deref()),
        };
        if folders.is_empty() {
            return Err(ClusterError::NoPrograms);
        }
        let fitting = folders
            .into_iter()
            .find(|folder| data.is_none_or(|(_, major)| major_of(folder, "postgres").as_deref() == Some(major)));
        match (fitting, data) {
            (Some(folder), _) => Ok(Self(folder)),
            (None, Some((folder, major))) => {
                Err(ClusterError::OtherVersion { folder: folder.to_owned(), data: major.to_owned() })
            }
            (None, None) => Err(ClusterError::NoPrograms),
        }
    }

    /// The path of one program.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

fn installed(path: Option<&OsStr>) -> Vec<PathBuf> {
    let mut folders = folders(path);
    folders.retain(|folder| holds_programs(folder));
    folders
}

/// Where programs of PostgreSQL may lie.
pub(in crate::db) fn folders(path: Option<&OsStr>) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = path.map(std::env::split_paths).into_iter().flatten().collect();
    for pattern in USUAL {
        folders.extend(newest_first(pattern));
    }
    folders.retain(|folder| folder.is_absolute());
    folders
}

/// The folders that a pattern with one `*` means.
fn newest_first(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else { return Vec::new() };
    let (parent, prefix) = before.rsplit_once('/').unwrap_or(("", before));
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let mut versions: Vec<u32> =
        entries.filter_map(|entry| entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()).collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    versions.iter().map(|version| PathBuf::from(format!("{before}{version}{after}"))).collect()
}

fn holds_programs(folder: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|name| folder.join(name).is_file())
}

/// What `--version` says: `postgres (PostgreSQL) 15.14 (Debian …)` is 15.
pub(in crate::db) fn major_of(folder: &Path, program: &str) -> Option<String> {
    let said = Command::new(folder.join(program)).arg("--version").env_clear().output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    let number = said.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    Some(number.chars().take_while(char::is_ascii_digit).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_given_folder_is_the_only_one_tried() {
        let error = Programs::find(Some(Path::new("/nonexistent/bin")), None).unwrap_err();
        assert!(matches!(error, ClusterError::NotPrograms(_)));
        assert_eq!(error.exit_code(), 2);
    }

    #[test]
    fn data_of_another_version_is_refused_by_name() {
        let found = Programs::find(None, Some((Path::new("/srv/data"), "9")));
        assert!(matches!(found, Err(ClusterError::OtherVersion { data, .. }) if data == "9"));
    }
}
