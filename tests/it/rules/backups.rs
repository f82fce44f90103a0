//! The program's own daily backups: once a day, the newest kept, failures told.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use chrono::{Duration, NaiveTime};
use crmbot::db::dump::{self, Order, Signer};
use crmbot::db::{Target, database_kind};
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
    fn all(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).into_iter().flatten().flatten();
        let mut names: Vec<_> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The same without the checksums.
    fn files(&self) -> Vec<String> {
        self.all().into_iter().filter(|name| !name.ends_with(".sha256")).collect()
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
    let (folder, signer) = (folder.0.clone(), Signer::new(Some(b"the bot's token")));
    Backups { owner: owner(&app.db), pg_bin: None, bot_id: 42, signer, folder, keep, at }
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
    assert_eq!(
        folder.all(),
        ["crm-42-2026-03-12.dump", "crm-42-2026-03-12.dump.sha256"],
        "until 03:30 it is still that day's"
    );
    assert_eq!(app.count("select sum(tries)::bigint from backup_run where fault is null").await, 1);
    let file = folder.0.join("crm-42-2026-03-12.dump");
    let modes = [&folder.0, &file, &dump::checksum_of(&file)];
    assert_eq!(modes.map(|path| fs::metadata(path).unwrap().permissions().mode() & 0o777), [0o700, 0o600, 0o600]);

    let empty = TestDb::empty().await;
    // A session that stays would be in the way; one that is ending is waited for.
    empty.pool().close().await;
    let leaving = empty.owner().acquire().await.unwrap();
    tokio::spawn(async move {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        leaving.close().await.unwrap();
    });
    let wanted = Some(database_kind::DatabaseKind::Real);
    let order = Order { file: &file, wanted, replace: false, unverified: false };
    dump::restore(&owner(&empty), "crm_worker", None, &backups.signer, order).await.unwrap();
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
    // Some of the version before, one of another company, and one of a day with a wrong clock.
    for name in [
        "crm-2025-01-01.dump",
        "crm-2026-03-01.dump",
        "crm-2026-03-02.dump.part",
        "crm-42-2026-03-02.dump.sha256",
        "crm-42-2036-01-01.dump",
        "crm-43-2020-01-01.dump",
        "mine.dump",
    ] {
        fs::write(folder.0.join(name), "old").unwrap();
    }
    let others = ["crm-42-2036-01-01.dump", "crm-43-2020-01-01.dump", "mine.dump"];
    let with = |ours: [&str; 2]| {
        let mut files: Vec<_> = ours.into_iter().chain(others).map(str::to_owned).collect();
        files.sort();
        files
    };
    // A process has taken the day and died: its lock is gone, its row is not.
    sqlx::query("insert into backup_run (day, tries, began_at) values ('2026-03-12', 1, $1)")
        .bind(app.now())
        .execute(app.sql())
        .await
        .unwrap();
    backups.keep_up(&app.turns, app.now()).await.unwrap();
    assert_eq!(folder.files(), with(["crm-2026-03-01.dump", "crm-42-2026-03-12.dump"]));
    assert_eq!(folder.all().len(), 6, "of what is gone no checksum is left: {:?}", folder.all());
    // Three days without the program: one backup, of the last day.
    app.at("2026-03-15 09:00");
    backups.keep_up(&app.turns, app.now()).await.unwrap();
    assert_eq!(folder.files(), with(["crm-42-2026-03-12.dump", "crm-42-2026-03-15.dump"]));
    let health = backups.health(&app.turns.settings.pool).await.unwrap();
    assert!(health.present && health.age.is_some(), "{health:?}");
    fs::write(folder.0.join("crm-42-2026-03-15.dump"), "cut").unwrap();
    assert!(!backups.health(&app.turns.settings.pool).await.unwrap().present, "the file is not the one that was made");
    // Nothing new, nothing gone.
    let broken = Backups { pg_bin: Some("/nonexistent".into()), ..self::backups(&app, &folder, 1) };
    app.at("2026-03-16 09:00");
    broken.keep_up(&app.turns, app.now()).await.unwrap();
    assert_eq!(folder.files().len(), 5);
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
    let health = backups.health(&app.turns.settings.pool).await.unwrap();
    assert_eq!(health, BackupHealth { age: None, present: false, failed: true });
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
    assert!(!backups.health(&app.turns.settings.pool).await.unwrap().failed);
    assert_eq!(folder.files().len(), 1);
}
