//! Host: one process of the built program, to be killed, stopped and started again.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::server::{PATIENCE, TestServer, free_port};
use crate::support::skew;

pub struct Host {
    child: Child,
    listen: String,
    /// When it was started.
    pub started: Instant,
    /// Which route to Telegram it has.
    pub route: usize,
    /// Whether it has ever said that it is ready: from then on nothing but a signal ends it.
    was_ready: bool,
}

/// How a process is started.
#[derive(Clone, Copy)]
pub struct Start {
    /// The number and the address of its route to Telegram.
    pub route: (usize, SocketAddr),
    /// How many seconds its wall clock is ahead.
    pub skew: i64,
}

impl Host {
    /// Starts one; its log goes to the end of `log`.
    pub fn start(server: &TestServer, log: &Path, start: Start) -> Self {
        let listen = format!("127.0.0.1:{}", free_port());
        let file = File::options().create(true).append(true).open(log).unwrap();
        let mut command = server.command();
        let (route, address) = start.route;
        command.env("CRM_HTTP_LISTEN", &listen).env("TELEGRAM_API_URL", format!("http://{address}"));
        command.stdout(Stdio::null()).stderr(file);
        if start.skew != 0 {
            command.envs(skew::variables(start.skew));
        }
        Self { child: command.spawn().unwrap(), listen, started: Instant::now(), route, was_ready: false }
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

    /// How it has ended without being told to, and whether it was at work by then.
    pub fn has_ended(&mut self) -> Option<(ExitStatus, bool)> {
        self.child.try_wait().unwrap().map(|status| (status, self.was_ready))
    }

    /// Whether it says that it is ready.
    pub async fn is_ready(&mut self, http: &reqwest::Client) -> bool {
        let asked = http.get(format!("http://{}/readyz", self.listen)).send().await;
        let ready = asked.is_ok_and(|answer| answer.status().is_success());
        self.was_ready |= ready;
        ready
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
