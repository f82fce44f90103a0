//! Finds PostgreSQL's server programs.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::ClusterError;

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
        Self::among(folders, data, given.is_some())
    }

    /// The first of these folders that fits the data.
    fn among(folders: Vec<PathBuf>, data: Option<(&Path, &str)>, given: bool) -> Result<Self, ClusterError> {
        let Some((folder, major)) = data else {
            return folders.into_iter().next().map(Self).ok_or(ClusterError::NoPrograms);
        };
        let mut found = Vec::new();
        for programs in folders {
            match major_of(&programs, "postgres") {
                Some(version) if version == major => return Ok(Self(programs)),
                Some(version) if !found.contains(&version) => found.push(version),
                _ => {}
            }
        }
        if found.is_empty() {
            return Err(ClusterError::NoPrograms);
        }
        let (folder, data, found) = (folder.to_owned(), major.to_owned(), found.join(" and "));
        Err(ClusterError::OtherVersion { folder, data, found, given })
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
pub fn folders(path: Option<&OsStr>) -> Vec<PathBuf> {
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
pub fn major_of(folder: &Path, program: &str) -> Option<String> {
    let said = Command::new(folder.join(program)).arg("--version").env_clear().output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    let number = said.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    Some(number.chars().take_while(char::is_ascii_digit).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_given_folder_is_the_only_one_tried() {
        let error = Programs::find(Some(Path::new("/nonexistent/bin")), None).unwrap_err();
        assert!(matches!(error, ClusterError::NotPrograms(_)));
        assert_eq!(error.exit_code(), 2);
    }

    /// A folder of programs that say they are of a version.
    fn programs(version: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("crmbot-programs-{}-{version}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for name in ["initdb", "postgres"] {
            let script = format!("#!/bin/sh\necho '{name} (PostgreSQL) {version}.4'\n");
            fs::write(folder.join(name), script).unwrap();
            fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        folder
    }

    #[test]
    fn of_several_versions_the_datas_own_is_taken_and_without_data_the_first() {
        let folders = ["117", "115", "116"].map(programs).to_vec();
        let data = Path::new("/srv/data");
        let found = |data| Programs::among(folders.clone(), data, false);
        assert_eq!(found(Some((data, "115"))).unwrap().path("postgres"), folders[1].join("postgres"));
        assert_eq!(found(None).unwrap().path("postgres"), folders[0].join("postgres"));
        let error = found(Some((data, "114"))).unwrap_err();
        let line = error.to_string();
        assert!(line.contains("made by PostgreSQL 114") && line.contains("117 and 115 and 116"), "{line}");
        assert!(line.contains("crmbot backup") && line.contains("crmbot restore") && !line.contains('\n'), "{line}");
        assert_eq!(error.exit_code(), 3);
        let error = Programs::find(Some(&folders[0]), Some((data, "115"))).unwrap_err();
        assert!(error.to_string().starts_with("CRM_PG_BIN: "), "{error}");
        assert_eq!(error.exit_code(), 2);
        for folder in folders {
            fs::remove_dir_all(folder).unwrap();
        }
    }
}
