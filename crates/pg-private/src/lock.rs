//! The lock file: which process holds it.

use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt as _;

use crate::paths::Paths;

/// A process that holds the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pid: i32,
    uid: u32,
}

impl Holder {
    /// Whether it runs under an account that has no business with our files: neither ours nor root.
    pub fn is_foreign(&self) -> bool {
        self.uid != 0 && self.uid != rustix::process::geteuid().as_raw()
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        match user(&passwd, self.uid) {
            Some(user) => write!(f, "process {} of user {user}", self.pid),
            None => write!(f, "process {} of user {}", self.pid, self.uid),
        }
    }
}

/// The process that holds the lock; none where the system does not tell.
pub fn holder(paths: &Paths) -> Option<Holder> {
    let inode = fs::metadata(paths.lock()).ok()?.ino();
    let pid = locker(&fs::read_to_string("/proc/locks").ok()?, inode)?;
    let uid = fs::metadata(format!("/proc/{pid}")).ok()?.uid();
    Some(Holder { pid, uid })
}

/// The process of the first lock on a file in the text of `/proc/locks`: `1: FLOCK  ADVISORY  WRITE 4711 08:01:131 0 EOF`.
/// Those that wait for it stand below, with an arrow.
fn locker(locks: &str, inode: u64) -> Option<i32> {
    locks.lines().find_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        if words.next()? != "FLOCK" {
            return None;
        }
        let pid = words.nth(2)?.parse().ok().filter(|pid| *pid > 0)?;
        let file = words.next()?;
        (file.rsplit(':').next()?.parse() == Ok(inode)).then_some(pid)
    })
}

fn user(passwd: &str, uid: u32) -> Option<&str> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_that_holds_a_lock_is_found_among_those_that_wait() {
        let locks = "1: POSIX  ADVISORY  WRITE 7 00:2a:131 0 EOF\n2: FLOCK  ADVISORY  WRITE 4711 00:2a:131 0 EOF\n\
                     2: -> FLOCK  ADVISORY  WRITE 4712 00:2a:131 0 EOF\n3: FLOCK  ADVISORY  READ 9 00:2a:140 0 EOF\n";
        assert_eq!((locker(locks, 131), locker(locks, 140), locker(locks, 7)), (Some(4711), Some(9), None));
    }

    #[test]
    fn a_user_is_told_by_name() {
        let passwd = "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n";
        assert_eq!((user(passwd, 65534), user(passwd, 0), user(passwd, 7)), (Some("nobody"), Some("root"), None));
    }
}
