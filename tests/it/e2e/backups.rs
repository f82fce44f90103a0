//! The private cluster's daily backups, made by the running program itself.

use std::path::PathBuf;
use std::time::Instant;

use rustix::process::Signal;

use crate::support::db::TestDb;
use crate::support::stage::{PATIENCE, Stage};

/// The data of a program without `DATABASE_URL`, gone when the test is.
struct Data(PathBuf);

impl Data {
    fn new() -> Self {
        Self(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("private-{}", std::process::id())))
    }

    fn backups(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.0.join("backups")).into_iter().flatten().flatten();
        let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
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
    let mut stage = Stage::set().await;
    let data = Data::new();
    stage.configure("DATABASE_URL", "");
    stage.configure("DATABASE_OWNER_URL", "");
    stage.configure("CRM_DATA_DIR", data.0.to_str().unwrap());
    stage.configure("CRM_BACKUP_AT", "00:00");
    stage.start().await;
    let second = stage.replica().await;
    let began = Instant::now();
    while data.backups().is_empty() || data.backups().iter().any(|file| file.extension().unwrap() != "dump") {
        assert!(began.elapsed() < PATIENCE, "no backup: {:?}", data.backups());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let numbers = metrics(&stage).await;
    assert!(
        numbers.contains("\ncrmbot_backup_failed 0\n") && numbers.contains("\ncrmbot_backup_age_seconds "),
        "{numbers}"
    );
    drop(second);
    let (ended, _) = stage.end(Signal::TERM).await;
    assert!(ended.success());
    assert_eq!(data.backups().len(), 1, "one a day, however many processes");

    let empty = TestDb::empty().await;
    let mut restore = stage.command();
    restore.env("DATABASE_URL", empty.url()).env("DATABASE_OWNER_URL", empty.owner_url());
    let restored = restore.arg("restore").arg(&data.backups()[0]).output().unwrap();
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    let born: String = sqlx::query_scalar("select kind from company").fetch_one(empty.owner()).await.unwrap();
    assert_eq!(born, "real");

    // Switched off, nothing is made and nothing told of.
    stage.configure("CRM_BACKUP_AT", "half past three");
    let (done, said) = stage.runs(&["check"]);
    assert!(done == 2 && said.contains("CRM_BACKUP_AT") && said.contains("03:30"), "{done} {said}");
    stage.configure("CRM_BACKUP_AT", "off");
    stage.start().await;
    assert!(!metrics(&stage).await.contains("crmbot_backup"));
}

async fn metrics(stage: &Stage) -> String {
    stage.http.get(format!("http://{}/metrics", stage.listen())).send().await.unwrap().text().await.unwrap()
}
