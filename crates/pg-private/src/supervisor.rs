//! The thread that runs the server for as long as the process lives, or waits to take it over from the one that does.
//!
//! A thread of its own, since the server is told to stop when the thread that started it ends.

use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};

use crate::lock::{self, Holder};
use crate::paths::Paths;
use crate::programs::Programs;
use crate::{ClusterError, initdb, postmaster};

/// Before the server is started again after it has ended by itself, soon after its start.
const PAUSE: Duration = Duration::from_secs(1);
/// A server that has worked for so long is started again at once: recovery takes long enough (R9).
const WORKED: Duration = Duration::from_secs(5);
/// How often a server that is not our child is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// What the thread is doing.
#[derive(Debug, Clone)]
pub enum Phase {
    /// Another process runs the server.
    Joined,
    /// We run the server, or are about to.
    Running,
    /// We no longer run it.
    Ended,
    /// We cannot run it.
    Failed(ClusterError),
}

impl Phase {
    /// Whether a server may still be up that only we look after.
    pub fn holds_server(&self) -> bool {
        matches!(self, Self::Running)
    }
}

#[derive(Debug)]
struct State {
    phase: Phase,
    closing: bool,
    ready_once: bool,
    server: Option<Pid>,
}

/// The thread's other end.
#[derive(Debug)]
pub struct Supervisor(Mutex<State>);

impl Supervisor {
    /// Takes the lock and starts the server in a thread, or, when another process holds the lock, waits for it there.
    pub fn launch(paths: Paths, pg_bin: Option<PathBuf>) -> Result<Arc<Self>, ClusterError> {
        let file = paths.lock_file()?;
        let phase = match file.try_lock() {
            Ok(()) => Phase::Running,
            Err(TryLockError::WouldBlock) => match lock::holder(&paths).filter(Holder::is_foreign) {
                None => Phase::Joined,
                Some(holder) => {
                    return Err(ClusterError::ForeignLock { file: paths.lock(), holder: holder.to_string() });
                }
            },
            Err(TryLockError::Error(cause)) => return Err(ClusterError::io("lock", paths.folder())(cause)),
        };
        let state = State { phase, closing: false, ready_once: false, server: None };
        let supervisor = Arc::new(Self(Mutex::new(state)));
        let own = Arc::clone(&supervisor);
        thread::Builder::new()
            .name("private-postgres".into())
            .spawn(move || own.work(&file, &paths, pg_bin))
            .map_err(ClusterError::io("start a thread for", "postgres"))?;
        Ok(supervisor)
    }

    /// What the thread is doing now.
    pub fn phase(&self) -> Phase {
        self.state().phase.clone()
    }

    /// The server has answered: from now on it is started again whenever it ends by itself.
    pub fn was_ready(&self) {
        self.state().ready_once = true;
    }

    /// Ends the work: the server is told to stop, if it is ours.
    pub fn close(&self) {
        let mut state = self.state();
        if !state.closing {
            state.closing = true;
            signal(&state, postmaster::FAST);
        }
    }

    /// Does not wait for the server's clean end any longer.
    pub fn stop_immediately(&self) {
        signal(&self.state(), postmaster::IMMEDIATE);
    }

    fn work(&self, lock: &File, paths: &Paths, pg_bin: Option<PathBuf>) {
        if matches!(self.phase(), Phase::Joined) {
            // Until the process that runs the server is gone; its end frees the lock.
            if lock.lock().is_err() || !self.take_over() {
                return;
            }
        }
        let outcome = self.serve(paths, pg_bin);
        self.state().phase = outcome.map_or_else(Phase::Failed, |()| Phase::Ended);
    }

    /// This process has got the lock; false when the server is not wanted any more.
    fn take_over(&self) -> bool {
        let mut state = self.state();
        if !state.closing {
            state.phase = Phase::Running;
        }
        !state.closing
    }

    /// Keeps a server running until told to stop.
    fn serve(&self, paths: &Paths, pg_bin: Option<PathBuf>) -> Result<(), ClusterError> {
        let data = paths.data();
        paths.make_socket_folder()?;
        let version = initdb::version(paths)?;
        let programs = Programs::find(pg_bin.as_deref(), version.as_deref().map(|major| (data.as_path(), major)))?;
        if version.is_none() {
            initdb::run(paths, &programs)?;
        }
        while !self.state().closing {
            match postmaster::running(paths) {
                // Started by hand, or left by a process that was killed.
                Some(pid) => self.watch(paths, pid),
                None => {
                    let began = Instant::now();
                    match self.run_child(paths, &programs) {
                        Err(error) if self.state().ready_once => {
                            tracing::error!(%error, "the private Postgres is down, trying to start it again");
                            if began.elapsed() < WORKED {
                                thread::sleep(PAUSE);
                            }
                        }
                        done => done?,
                    }
                }
            }
        }
        Ok(())
    }

    /// Waits for the end of a server that is not our child.
    fn watch(&self, paths: &Paths, pid: Pid) {
        {
            let mut state = self.state();
            if state.closing {
                return;
            }
            state.server = Some(pid);
        }
        while postmaster::running(paths) == Some(pid) {
            thread::sleep(LOOK);
        }
        self.state().server = None;
    }

    /// Starts the server and waits for its end.
    fn run_child(&self, paths: &Paths, programs: &Programs) -> Result<(), ClusterError> {
        let mut child = {
            let mut state = self.state();
            if state.closing {
                return Ok(());
            }
            let child = postmaster::spawn(paths, programs)?;
            state.server = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
            child
        };
        let server = self.state().server; // on a line of its own: the lock must not be held while waiting
        if let Some(pid) = server {
            // Not reaped yet, so that no signal goes to a number which another process has got.
            let _ended = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
        }
        let mut state = self.state();
        state.server = None;
        let status = child.wait().map_err(ClusterError::io("wait for", "postgres"))?;
        if state.closing {
            Ok(())
        } else {
            Err(ClusterError::Ended { status: status.to_string(), said: paths.log_end() })
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn signal(state: &State, signal: Signal) {
    if let Some(pid) = state.server {
        let _gone = kill_process(pid, signal);
    }
}
