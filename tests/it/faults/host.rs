//! Host: one process of the built program, to be killed, stopped and started again.

use std::fs::File;
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::server::{PATIENCE, TestServer, free_port};

pub struct Host {
    child: Child,
    listen: String,
    /// When it was started.
    pub started: Instant,
}

impl Host {
    /// Starts one; its log goes to the end of `log`.
    pub fn start(server: &TestServer, log: &Path) -> Self {
        let listen = format!("127.0.0.1:{}", free_port());
        let file = File::options().create(true).append(true).open(log).unwrap();
        let mut command = server.command();
        command.env("CRM_HTTP_LISTEN", &listen).stdout(Stdio::null()).stderr(file);
        Self { child: command.spawn().unwrap(), listen, started: Instant::now() }
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap(), signal).unwrap();
    }

    /// SIGKILL, and the burial.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end; how it ended, and how long that took.
    pub async fn end(mut self, signal: Signal) -> (ExitStatus, Duration) {
        self.signal(signal);
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status, began.elapsed());
            }
            assert!(began.elapsed() < PATIENCE, "the program does not end");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Whether it has ended without being told to.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Whether it says that it is ready.
    pub async fn is_ready(&self, http: &reqwest::Client) -> bool {
        let asked = http.get(format!("http://{}/readyz", self.listen)).send().await;
        asked.is_ok_and(|answer| answer.status().is_success())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
