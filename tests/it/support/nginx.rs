//! nginx as it is shipped in `deploy/nginx-replicas.conf`, unprivileged, on the loopback, without TLS.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::server::free_port;

/// A running nginx; it ends with this value, by its own id.
pub struct Nginx {
    pub port: u16,
    folder: PathBuf,
    process: Child,
}

impl Nginx {
    /// In front of these addresses.
    pub async fn start(upstreams: &[String]) -> Self {
        let port = free_port();
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("nginx-{port}"));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("nginx.conf"), configuration(port, upstreams, &folder)).unwrap();
        let program = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx"];
        let program = program.into_iter().find(|path| Path::new(path).exists()).unwrap_or("nginx");
        let process = Command::new(program)
            .arg("-p")
            .arg(&folder)
            .arg("-e")
            .arg(folder.join("error.log"))
            .arg("-c")
            .arg(folder.join("nginx.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx; script/test installs it");
        let began = Instant::now();
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            let log = std::fs::read_to_string(folder.join("error.log")).unwrap_or_default();
            assert!(began.elapsed() < Duration::from_secs(20), "nginx does not answer: {log}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Self { port, folder, process }
    }

    /// What it answered, request by request.
    pub fn answered(&self) -> Vec<u16> {
        let log = std::fs::read_to_string(self.folder.join("access.log")).unwrap();
        log.lines().map(|line| line.parse().unwrap()).collect()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // One process without children: nothing of it stays.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// What is shipped, with other addresses and without what only a public machine has.
fn configuration(port: u16, upstreams: &[String], folder: &Path) -> String {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/nginx-replicas.conf");
    let mut shipped = std::fs::read_to_string(shipped).unwrap();
    for (number, upstream) in (8081..).zip(upstreams) {
        let place = format!("server 127.0.0.1:{number} ");
        assert!(shipped.contains(&place), "{place}");
        shipped = shipped.replace(&place, &format!("server {upstream} "));
    }
    let public = ["listen [::]", "ssl_", "allow ", "deny all;"];
    let lines: Vec<&str> =
        shipped.lines().filter(|line| !public.iter().any(|start| line.trim().starts_with(start))).collect();
    let shipped = lines.join("\n").replace("listen 443 ssl;", &format!("listen 127.0.0.1:{port};"));
    let user = if rustix::process::getuid().is_root() { "user root;" } else { "" };
    let folder = folder.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {folder}/{kind};\n"))
        .concat();
    format!(
        "daemon off;\nmaster_process off;\n{user}\npid {folder}/pid;\nevents {{ worker_connections 512; }}\n\
         http {{\n{temporary}log_format status $status;\naccess_log {folder}/access.log status;\n{shipped}\n}}\n"
    )
}
