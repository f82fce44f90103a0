//! The server process: how it is started, found and told to stop.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, test_kill_process};

use crate::paths::Paths;
use crate::programs::Programs;
use crate::{ClusterError, PORT};

/// Fast shutdown: clients are disconnected, everything is written.
pub const FAST: Signal = Signal::INT;
/// Immediate shutdown: the next start recovers from the log.
pub const IMMEDIATE: Signal = Signal::QUIT;

/// Starts the server as a child of the calling thread, which must outlive it: it is told to stop when that thread ends,
/// however that comes about, `kill -9` included.
pub fn spawn(paths: &Paths, programs: &Programs) -> Result<Child, ClusterError> {
    let program = programs.path("postgres");
    let log = paths.open_log()?;
    let log_too = log.try_clone().map_err(ClusterError::io("open the log for", &program))?;
    let mut command = paths.account().command(&program);
    command.arg("-D").arg(paths.data());
    for setting in settings(paths) {
        command.arg("-c").arg(setting);
    }
    // A group of its own, so that Ctrl-C reaches the program alone, which then stops the server in its turn.
    command.stdin(Stdio::null()).stdout(log).stderr(log_too).process_group(0);
    #[cfg(target_os = "linux")]
    {
        let parent = rustix::process::getpid();
        // SAFETY: between fork and exec only async-signal-safe calls are allowed; these are two plain system calls. It
        // runs after the change of account, which would undo the setting.
        unsafe { command.pre_exec(move || die_with(parent)) };
    }
    command.spawn().map_err(ClusterError::io("run", program))
}

#[cfg(target_os = "linux")]
fn die_with(parent: Pid) -> std::io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(FAST))?;
    // It may have died before the setting took hold.
    if rustix::process::getppid() == Some(parent) { Ok(()) } else { Err(rustix::io::Errno::SRCH.into()) }
}

/// No network; nothing of what people typed in the log, so neither statements nor the details of errors (G9).
fn settings(paths: &Paths) -> [String; 10] {
    [
        format!("unix_socket_directories={}", paths.socket_folder().display()),
        format!("port={PORT}"),
        "listen_addresses=".into(),
        "unix_socket_permissions=0700".into(),
        "log_error_verbosity=terse".into(),
        "log_min_error_statement=panic".into(),
        "jit=off".into(),              // our queries are short, compiling them would take longer
        "random_page_cost=1.1".into(), // no disk of today seeks for ten milliseconds
        "work_mem=16MB".into(),        // a dozen connections, which sort lists and figures
        "fsync=on".into(),
    ]
}

/// The server that runs on this cluster, whichever process started it. A pid file that a crash left is removed when its number has
/// gone to another process, since Postgres would then refuse to start.
pub fn running(paths: &Paths) -> Option<Pid> {
    let file = paths.data().join("postmaster.pid");
    let text = fs::read_to_string(&file).ok()?;
    let pid = text.lines().next()?.trim().parse().ok().and_then(Pid::from_raw)?;
    if !lives(pid) {
        return None;
    }
    if serves(pid, paths) {
        return Some(pid);
    }
    tracing::warn!(file = %file.display(), "removing the pid file of a server that is gone");
    let _gone = fs::remove_file(&file);
    None
}

/// Whether a process with this number exists.
fn lives(pid: Pid) -> bool {
    !matches!(test_kill_process(pid), Err(rustix::io::Errno::SRCH))
}

/// Whether the process is the server of this cluster: it works inside its data folder. Where the system cannot tell, we
/// believe the pid file.
fn serves(pid: Pid, paths: &Paths) -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    fs::read_link(format!("/proc/{}/cwd", pid.as_raw_nonzero())).is_ok_and(|folder| folder == paths.data())
}
