//! The OS account of the Postgres server: this process's own, or another one for root, which Postgres refuses.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use crate::ClusterError;

/// The accounts that root may lend to Postgres, the best first: the last one is shared with other services.
const LENT: [&str; 3] = ["postgres", "crmbot", SHARED];
const SHARED: &str = "nobody";
/// The usual number of the last one.
const NOBODY: u32 = 65534;
/// What the server programs need of the environment; the rest may hold secrets.
const INHERITED: [&str; 4] = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    uid: u32,
    gid: u32,
    lent: bool,
}

impl Account {
    /// Chooses the account for the cluster in `data`, which keeps its owner if it is there already.
    pub fn choose(data: &Path) -> Result<Self, ClusterError> {
        let (uid, gid) = (rustix::process::geteuid(), rustix::process::getegid());
        if !uid.is_root() {
            return Ok(Self { uid: uid.as_raw(), gid: gid.as_raw(), lent: false });
        }
        match fs::metadata(data) {
            Ok(found) if found.uid() == 0 => Err(ClusterError::RootsData(data.to_owned())),
            Ok(found) => Ok(Self { uid: found.uid(), gid: found.gid(), lent: true }),
            Err(_) => {
                let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
                let account = lent_by_root(&passwd);
                if account.uid == NOBODY {
                    tracing::warn!(
                        "Postgres runs as nobody, an account that other services may share: useradd --system crmbot"
                    );
                }
                Ok(account)
            }
        }
    }

    pub fn uid(self) -> u32 {
        self.uid
    }

    /// A command that runs as this account, in no particular folder and with none of our secrets.
    pub fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").env_clear().env("LC_ALL", "C").env("TZ", "UTC");
        for name in INHERITED {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        if self.lent {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Gives it a file or folder that we made.
    pub fn own(self, path: &Path) -> Result<(), ClusterError> {
        if self.lent {
            chown(path, Some(self.uid), Some(self.gid))
                .map_err(ClusterError::io("give to Postgres's account", path))?;
        }
        Ok(())
    }

    /// Whether it may pass through `folder` and everything above it, which ought to be absolute; not asked for the own account.
    pub fn reaches(self, folder: &Path) -> bool {
        !self.lent
            || folder.ancestors().all(|step| {
                let Ok(found) = fs::metadata(step) else { return false };
                let bit = match (found.uid() == self.uid, found.gid() == self.gid) {
                    (true, _) => 0o100,
                    (_, true) => 0o010,
                    _ => 0o001,
                };
                found.mode() & bit != 0
            })
    }
}

/// Finds the account in the text of `/etc/passwd`; the usual number of `nobody` when there is none.
fn lent_by_root(passwd: &str) -> Account {
    let found = LENT.iter().find_map(|wanted| {
        passwd.lines().find_map(|line| {
            let mut fields = line.split(':');
            if fields.next() != Some(*wanted) {
                return None;
            }
            let uid = fields.nth(1)?.parse().ok()?;
            let gid = fields.next()?.parse().ok()?;
            Some(Account { uid, gid, lent: true })
        })
    });
    found.unwrap_or(Account { uid: NOBODY, gid: NOBODY, lent: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_lends_postgres_else_crmbot_else_nobody() {
        let nobody = "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65533::/:/bin/false\n";
        let both = format!("{nobody}postgres:x:101:104:,,,:/var/lib/postgresql:/bin/bash\n");
        assert_eq!(lent_by_root(&both), Account { uid: 101, gid: 104, lent: true });
        let ours = format!("{nobody}crmbot:x:998:997::/var/lib/crmbot:/usr/sbin/nologin\n");
        assert_eq!(lent_by_root(&ours), Account { uid: 998, gid: 997, lent: true });
        assert_eq!(lent_by_root(nobody), Account { uid: 65534, gid: 65533, lent: true });
        assert_eq!(lent_by_root("").uid(), 65534);
    }
}
