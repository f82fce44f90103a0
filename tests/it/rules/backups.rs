//! The program's own daily backups: once a day, the newest kept, failures told.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use chrono::{Duration, NaiveTime};
use crmbot::db::{Target, database_kind, dump};
use crmbot::domain::Group;
use crmbot::jobs::{BackupHealth, Backups};

use crate::support::app::TestApp;
use crate::support::db::TestDb;

/// A folder of this test alone, gone when the test is.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        Self(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("backups-{name}-{}", std::process::id())))
    }

    /// What lies in it, in order.
    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).into_iter().flatten().flatten();
        let mut names: Vec<_> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn owner(db: &TestDb) -> Target {
    Target::parse("DATABASE_OWNER_URL", &db.owner_url()).unwrap()
}

fn backups(app: &TestApp, folder: &Folder, keep: usize) -> Backups {
    let at = NaiveTime::from_hms_opt(3, 30, 0).unwrap();
    Backups { owner: owner(&app.db), pg_bin: None, folder: folder.0.clone(), keep, at }
}

#[tokio::test(flavor = "multi_thread")]
async fn r13_processes_make_one_backup_a_day_which_can_be_restored() {
    let app = TestApp::new().await;
    let folder = Folder::new("daily");
    let backups = backups(&app, &folder, 7);
    let mut connection = app.sql().acquire().await.unwrap();
    database_kind::ensure(&mut connection, database_kind::DatabaseKind::Real).await.unwrap();
    drop(connection);
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    app.an_ad("Авито", "AVITO").await;
    oleg.types("Иван 8 912 345-67-89 с авито").await.taps("Сохранить").await;
    let rounds = (0..6).map(|_| backups.keep_up(&app.turns, app.now()));
    futures::future::join_all(rounds).await.into_iter().collect::<Result<Vec<_>, _>>().unwrap();
    backups.keep_up(&app.turns, app.now() + Duration::hours(14)).await.unwrap();
    assert_eq!(folder.files(), ["crm-2026-03-12.dump"], "until 03:30 it is still that day's");
    assert_eq!(app.count("select sum(tries)::bigint from backup_run where fault is null").await, 1);
    let modes = [&folder.0, &folder.0.join("crm-2026-03-12.dump")];
    assert_eq!(modes.map(|path| fs::metadata(path).unwrap().permissions().mode() & 0o777), [0o700, 0o600]);

    let empty = TestDb::empty().await;
    let file = folder.0.join("crm-2026-03-12.dump");
    // A session that stays would be in the way; one that is ending is waited for.
    empty.pool().close().await;
    let leaving = empty.owner().acquire().await.unwrap();
    tokio::spawn(async move {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        leaving.close().await.unwrap();
    });
    dump::restore(&owner(&empty), "crm_worker", None, &file, Some(database_kind::DatabaseKind::Real), false)
        .await
        .unwrap();
    let mut restored = crmbot::db::pool::connect_owner(&owner(&empty)).await.unwrap();
    let phone: String = sqlx::query_scalar("select phone from client").fetch_one(&mut restored).await.unwrap();
    assert_eq!(phone, "+79123456789");
}

#[tokio::test(flavor = "multi_thread")]
async fn missed_backups_are_made_up_for_and_the_oldest_go_only_after_a_new_one() {
    let app = TestApp::new().await;
    let folder = Folder::new("kept");
    let backups = backups(&app, &folder, 2);
    fs::create_dir(&folder.0).unwrap();
    for name in ["crm-2025-01-01.dump", "crm-2026-03-01.dump", "crm-2026-03-02.dump.part", "mine.dump", "crm-x.dump"] {
        fs::write(folder.0.join(name), "old").unwrap();
    }
    // A process has taken the day and died: its lock is gone, its row is not.
    sqlx::query("insert into backup_run (day, tries, began_at) values ('2026-03-12', 1, $1)")
        .bind(app.now())
        .execute(app.sql())
        .await
        .unwrap();
    backups.keep_up(&app.turns, app.now()).await.unwrap();
    assert_eq!(folder.files(), ["crm-2026-03-01.dump", "crm-2026-03-12.dump", "crm-x.dump", "mine.dump"]);
    // Three days without the program: one backup, of the last day.
    app.at("2026-03-15 09:00");
    backups.keep_up(&app.turns, app.now()).await.unwrap();
    assert_eq!(folder.files(), ["crm-2026-03-12.dump", "crm-2026-03-15.dump", "crm-x.dump", "mine.dump"]);
    // Nothing new, nothing gone.
    let broken = Backups { pg_bin: Some("/nonexistent".into()), ..self::backups(&app, &folder, 1) };
    app.at("2026-03-16 09:00");
    broken.keep_up(&app.turns, app.now()).await.unwrap();
    assert_eq!(folder.files().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_backup_is_told_once_seen_in_check_and_tried_again() {
    let app = TestApp::new().await;
    let anna = app.staff("anna", &[Group::Admins]).await;
    let oleg = app.staff("oleg", &[Group::Operators]).await;
    let folder = Folder::new("failed");
    let backups = backups(&app, &folder, 7);
    anna.types("/check").await.hides("копия");
    // A file stands where the folder should.
    fs::write(&folder.0, "").unwrap();
    backups.keep_up(&app.turns, app.now()).await.unwrap();
    app.collect().await;
    let told = anna.notices();
    assert!(told.len() == 1 && told[0].contains("Ежедневная резервная копия не получилась: "), "{told:?}");
    assert!(told[0].contains(folder.0.to_str().unwrap()), "{told:?}");
    assert_eq!(oleg.notices(), Vec::<String>::new());
    anna.types("/check").await.shows("Резервной копии ещё нет").shows("Резервная копия не получилась, 12 мар.");
    let health = BackupHealth::read(&app.turns.settings.pool).await.unwrap();
    assert_eq!(health, BackupHealth { age: None, failed: true });
    // A moment later no process tries, a quarter of an hour later one does, and announces nothing new.
    for minutes in [1, 16] {
        app.passes(Duration::minutes(minutes));
        backups.keep_up(&app.turns, app.now()).await.unwrap();
    }
    app.collect().await;
    assert_eq!(app.count("select tries::bigint from backup_run").await, 2);
    assert_eq!(anna.notices(), Vec::<String>::new());
    fs::remove_file(&folder.0).unwrap();
    app.passes(Duration::minutes(16));
    backups.keep_up(&app.turns, app.now()).await.unwrap();
    anna.types("/check").await.shows("Последняя резервная копия: 12 мар.").hides("не получилась");
    assert!(!BackupHealth::read(&app.turns.settings.pool).await.unwrap().failed);
    assert_eq!(folder.files().len(), 1);
}
