//! The private cluster's daily backups, made by the running program itself.

use std::path::PathBuf;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::db::TestDb;
use crate::support::server::{PATIENCE, TestServer};

/// The data of a program without `DATABASE_URL`, gone when the test is.
struct Data(PathBuf);

impl Data {
    fn new() -> Self {
        Self(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("private-{}", std::process::id())))
    }

    fn backups(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.0.join("backups")).into_iter().flatten().flatten();
        let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
        files.retain(|file| file.extension().is_none_or(|ending| ending != "sha256"));
        files.sort();
        files
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_running_program_backs_its_private_cluster_up_by_itself() {
    let mut server = TestServer::set().await;
    let data = Data::new();
    server.configure("DATABASE_URL", "");
    server.configure("DATABASE_OWNER_URL", "");
    server.configure("CRM_DATA_DIR", data.0.to_str().unwrap());
    server.configure("CRM_BACKUP_AT", "00:00");
    server.start().await;
    let second = server.replica().await;
    let began = Instant::now();
    while data.backups().is_empty() || data.backups().iter().any(|file| file.extension().unwrap() != "dump") {
        assert!(began.elapsed() < PATIENCE, "no backup: {:?}", data.backups());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    // The file is there a moment before the row that tells of it.
    let told = ["failed 0\n", "age_seconds ", "file_present 1\n"].map(|number| format!("\ncrmbot_backup_{number}"));
    loop {
        let numbers = metrics(&server).await;
        if told.iter().all(|number| numbers.contains(number)) {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "{numbers}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    drop(second);
    let (ended, _) = server.end(Signal::TERM).await;
    assert!(ended.success());
    assert_eq!(data.backups().len(), 1, "one a day, however many processes");

    let empty = TestDb::empty().await;
    let mut restore = server.command();
    restore.env("DATABASE_URL", empty.url()).env("DATABASE_OWNER_URL", empty.owner_url());
    let restored = restore.arg("restore").arg(&data.backups()[0]).output().unwrap();
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    let born: String = sqlx::query_scalar("select kind from company").fetch_one(empty.owner()).await.unwrap();
    assert_eq!(born, "real");

    // Switched off, nothing is made and nothing told of.
    server.configure("CRM_BACKUP_AT", "half past three");
    let (done, said) = server.runs(&["check"]);
    assert!(done == 2 && said.contains("CRM_BACKUP_AT") && said.contains("03:30"), "{done} {said}");
    server.configure("CRM_BACKUP_AT", "off");
    server.start().await;
    assert!(!metrics(&server).await.contains("crmbot_backup"));
}

/// Takes some nine seconds: the limit of the whole end is what it is about.
#[tokio::test(flavor = "multi_thread")]
async fn r12_the_end_takes_ten_seconds_at_most_though_the_private_postgres_stands_still() {
    let mut server = TestServer::set().await;
    let data = Data::new();
    server.configure("DATABASE_URL", "");
    server.configure("DATABASE_OWNER_URL", "");
    server.configure("CRM_DATA_DIR", data.0.to_str().unwrap());
    server.configure("CRM_BACKUP_AT", "off");
    server.start().await;
    let postmaster = std::fs::read_to_string(data.0.join("data/postmaster.pid")).unwrap();
    let postmaster = postmaster.lines().next().unwrap().to_owned();
    let children = std::fs::read_to_string(format!("/proc/{postmaster}/task/{postmaster}/children")).unwrap();
    let all: Vec<Pid> = children.split_whitespace().chain([postmaster.as_str()]).map(pid).collect();
    all.iter().for_each(|process| kill_process(*process, Signal::STOP).unwrap());
    let (status, took) = server.end(Signal::TERM).await;
    // They go with the program, once they can.
    for process in all {
        let _ = kill_process(process, Signal::CONT);
    }
    // R12: the limits of the parts do not add up.
    assert!(status.success() && took < std::time::Duration::from_secs(10), "{status} {took:?}");
}

fn pid(text: &str) -> Pid {
    text.parse().ok().and_then(Pid::from_raw).unwrap()
}

async fn metrics(server: &TestServer) -> String {
    server.http.get(format!("http://{}/metrics", server.listen())).send().await.unwrap().text().await.unwrap()
}
