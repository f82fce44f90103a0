//! Postgres goes away and comes back.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::stage::Stage;

/// The postmaster of a private cluster.
fn postmaster(data: &Path) -> Option<Pid> {
    let text = std::fs::read_to_string(data.join("data/postmaster.pid")).ok()?;
    Pid::from_raw(text.lines().next()?.trim().parse().ok()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn r9_when_postgres_dies_nothing_is_confirmed_and_work_goes_on_when_it_is_back() {
    let mut stage = Stage::set().await;
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("outage-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&data);
    stage.configure("DATABASE_URL", "");
    stage.configure("DATABASE_OWNER_URL", "");
    stage.configure("CRM_DATA_DIR", data.display().to_string());
    stage.start().await;
    let stranger = stage.person("Stefan", "en").await;
    stage.types(stranger, "hello").await;
    stage.sees(stranger, "Ask your administrator").await;
    for round in 2..4 {
        kill_process(postmaster(&data).unwrap(), Signal::KILL).unwrap();
        stage.types(stranger, "hello again").await;
        let began = Instant::now();
        while stage.heard(stranger).await.len() < round {
            assert!(began.elapsed() < Duration::from_secs(15), "no answer after the outage");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let (status, took) = stage.end(Signal::TERM).await;
    assert!(status.success() && took < Duration::from_secs(10), "{status} {took:?}");
    assert!(postmaster(&data).is_none(), "the private Postgres ends with the program");
    let _ = std::fs::remove_dir_all(&data);
}
