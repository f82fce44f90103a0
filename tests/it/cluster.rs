//! The private cluster: started, joined, taken over, stopped, and gone with its program.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio, id};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crmbot::db::{Target, lease, migrate, pool};
use pg_private::{Cluster, ClusterError};
use sqlx::ConnectOptions as _;
use tokio::time::sleep;

/// Names the folder for a copy of this program that only holds a cluster.
const HOLD: &str = "CRM_TEST_HOLD";

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        Self(Path::new("/tmp").join(format!("crm-cluster-{}-{}", id(), MADE.fetch_add(1, Ordering::Relaxed))))
    }

    async fn start(&self) -> Result<Cluster, ClusterError> {
        Cluster::start_or_join(&self.0, None).await
    }

    fn pid_file(&self) -> PathBuf {
        self.0.join("data/postmaster.pid")
    }

    fn server(&self) -> Option<i32> {
        std::fs::read_to_string(self.pid_file()).ok()?.lines().next()?.parse().ok()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

async fn answers(cluster: &Cluster) -> bool {
    cluster.owner_url().connect().await.is_ok()
}

async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !holds().await {
        assert!(started.elapsed() < Duration::from_secs(20), "not within 20 s: {what}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Another process that runs the cluster, until it is killed.
fn holder(folder: &Folder) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "cluster::holds_a_cluster_until_killed", "--ignored", "--nocapture"])
        .env(HOLD, &folder.0)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
#[ignore = "the other process of the tests below, not a test"]
async fn holds_a_cluster_until_killed() {
    let folder = std::env::var_os(HOLD).unwrap();
    let _cluster = Cluster::start_or_join(Path::new(&folder), None).await.unwrap();
    sleep(Duration::from_secs(60)).await;
}

#[tokio::test]
async fn a_cluster_is_made_used_stopped_and_started_again_soon() {
    let folder = Folder::new();
    let cluster = folder.start().await.unwrap();
    assert!(cluster.is_ours() && answers(&cluster).await);
    let target = Target::new("CRM_DATA_DIR", cluster.owner_url());
    migrate::run(&target, target.user()).await.unwrap();
    let pool = pool::connect(&target, &pool::Settings::default()).await.unwrap();
    let mut bot = lease::detached(&pool).await.unwrap();
    let settings: Vec<String> = sqlx::query_scalar(
        "select current_setting(name) from unnest('{fsync,listen_addresses,log_error_verbosity,lc_ctype,server_encoding}'::text[]) name",
    )
    .fetch_all(&mut bot)
    .await
    .unwrap();
    assert_eq!(settings, ["on", "", "terse", "C.UTF-8", "UTF8"]);
    cluster.stop().await;
    assert!(!folder.pid_file().exists(), "stopped, not killed");
    drop(bot);

    let again = Instant::now();
    let cluster = folder.start().await.unwrap();
    assert!(again.elapsed() < Duration::from_secs(2), "{:?}", again.elapsed());
    let tables: i64 = sqlx::query_scalar("select count(*) from client")
        .fetch_one(&mut cluster.owner_url().connect().await.unwrap())
        .await
        .unwrap();
    assert_eq!(tables, 0, "what was there is there");
    cluster.stop().await;
}

#[tokio::test]
async fn g12_the_bots_login_in_a_private_cluster_may_nothing_but_take_on_its_role() {
    let folder = Folder::new();
    let cluster = folder.start().await.unwrap();
    let owner = Target::new("CRM_DATA_DIR", cluster.owner_url());
    let worker = Target::new("CRM_DATA_DIR", cluster.worker_url());
    migrate::run(&owner, worker.user()).await.unwrap();
    let pool = pool::connect(&worker, &pool::Settings::default()).await.unwrap();
    let mut bot = lease::detached(&pool).await.unwrap();
    sqlx::query("select count(*) from client").execute(&mut bot).await.unwrap();
    sqlx::raw_sql("reset role").execute(&mut bot).await.unwrap();
    for forbidden in [
        "select 1 from client",
        "delete from client",
        "drop table client",
        "create role mine",
        "set role crmbot",
        "set role crmbot_owner",
        "select lo_create(0)",
        "select lo_from_bytea(0, 'x')",
    ] {
        let refused = sqlx::raw_sql(forbidden).execute(&mut bot).await.unwrap_err();
        let code = refused.as_database_error().and_then(|said| said.code().map(|code| code.into_owned()));
        assert_eq!(code.as_deref(), Some("42501"), "{forbidden}: {refused}");
    }
    drop(bot);
    // Nor has it, or the owner, any business in the databases that Postgres makes by itself.
    for (login, options) in [("worker", cluster.worker_url()), ("owner", cluster.owner_url())] {
        for other in ["postgres", "template1"] {
            let refused = options.clone().database(other).connect().await.map(drop).unwrap_err();
            assert!(refused.to_string().contains("permission denied for database"), "{login} in {other}: {refused}");
        }
    }
    cluster.stop().await;
}

/// What a superuser owns of the database, and whether the owner is one.
async fn owned_by_superusers(options: &sqlx::postgres::PgConnectOptions) -> (i64, bool) {
    sqlx::query_as(
        "select (select count(*) from pg_class c join pg_roles r on r.oid = c.relowner and r.rolsuper
                  where c.relnamespace = 'public'::regnamespace)
              + (select count(*) from pg_proc p join pg_roles r on r.oid = p.proowner and r.rolsuper
                  where p.pronamespace = 'public'::regnamespace
                    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e'))
              + (select count(*) from pg_database d join pg_roles r on r.oid = d.datdba and r.rolsuper where datname = 'crm'),
                (select rolsuper or rolcreaterole or rolcreatedb from pg_roles where rolname = current_user)",
    )
    .fetch_one(&mut options.connect().await.unwrap())
    .await
    .unwrap()
}

#[tokio::test]
async fn g12_the_owner_of_a_private_cluster_is_no_superuser_and_one_of_before_is_brought_over() {
    let folder = Folder::new();
    let cluster = folder.start().await.unwrap();
    // As a version before left it: made, migrated and written by the superuser, and no owner beside it.
    let superuser = cluster.owner_url().username("crmbot");
    let before = "alter database crm owner to crmbot; revoke crmbot_app from crmbot_owner; drop role crmbot_owner;
                  grant connect, temporary on database postgres, template1 to public";
    sqlx::raw_sql(before).execute(&mut superuser.connect().await.unwrap()).await.unwrap();
    let target = Target::new("CRM_DATA_DIR", superuser.clone());
    migrate::run(&target, "crmbot_worker").await.unwrap();
    let client = "insert into client (phone, phone_raw, created_at, created_by) values ('+79215550101', '1', now(), 0)";
    sqlx::raw_sql(client).execute(&mut superuser.connect().await.unwrap()).await.unwrap();
    assert!(owned_by_superusers(&superuser).await.0 > 30);
    // That version is at work in the moment in which another process starts.
    let mut busy = superuser.connect().await.unwrap();
    sqlx::raw_sql("begin; select count(*) from client").execute(&mut busy).await.unwrap();
    let (second, ()) = tokio::join!(folder.start(), async {
        sleep(Duration::from_secs(3)).await;
        sqlx::raw_sql("commit").execute(&mut busy).await.unwrap();
    });
    let second = second.unwrap();
    assert_eq!(owned_by_superusers(&second.owner_url()).await, (0, false));
    let owner = Target::new("CRM_DATA_DIR", second.owner_url());
    migrate::run(&owner, "crmbot_worker").await.unwrap();
    let mut connection = second.owner_url().connect().await.unwrap();
    for (sql, what) in [
        ("alter table client add column more int; alter table client drop column more", "a migration"),
        ("update client set phone_raw = '2'", "a legal request"),
        ("create function mine() returns int language sql as 'select 1'; drop function mine()", "a restore"),
    ] {
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap_or_else(|error| panic!("{what}: {error}"));
    }
    let refused = sqlx::raw_sql("copy client to program 'true'").execute(&mut connection).await.unwrap_err();
    let code = refused.as_database_error().and_then(|said| said.code().map(|code| code.into_owned()));
    assert_eq!(code.as_deref(), Some("42501"), "{refused}");
    let checksums: String =
        sqlx::query_scalar("select current_setting('data_checksums')").fetch_one(&mut connection).await.unwrap();
    assert_eq!(checksums, "on");
    drop(connection);
    second.stop().await;
    cluster.stop().await;
}

#[tokio::test]
async fn a_lock_that_a_process_of_another_user_holds_is_told_at_once() {
    if !rustix::process::geteuid().is_root() {
        return; // only root can be another user
    }
    let folder = Folder::new();
    std::fs::create_dir(&folder.0).unwrap();
    std::fs::set_permissions(&folder.0, Permissions::from_mode(0o755)).unwrap();
    let lock = folder.0.join("lock");
    std::fs::write(&lock, "").unwrap();
    std::fs::set_permissions(&lock, Permissions::from_mode(0o644)).unwrap();
    let mut stranger = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "flock", "--exclusive"])
        .arg(&lock)
        .args(["sleep", "60"])
        .process_group(0)
        .spawn()
        .unwrap();
    let free = std::fs::File::open(&lock).unwrap();
    eventually("the stranger has the lock", async || free.try_lock().is_err() || free.unlock().is_err()).await;
    let began = Instant::now();
    let error = folder.start().await.unwrap_err();
    assert!(matches!(error, ClusterError::ForeignLock { .. }), "{error}");
    assert!(began.elapsed() < Duration::from_secs(5) && error.exit_code() == 3, "{:?}", began.elapsed());
    assert!(error.to_string().contains(lock.to_str().unwrap()) && error.to_string().contains("nobody"), "{error}");
    assert_eq!(
        std::fs::metadata(&lock).unwrap().permissions().mode() & 0o777,
        0o600,
        "and opened by no other from now on"
    );
    let group = rustix::process::Pid::from_raw(stranger.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process_group(group, rustix::process::Signal::KILL).unwrap();
    stranger.wait().unwrap();
    folder.start().await.unwrap().stop().await;
}

#[tokio::test]
async fn a_second_one_joins_and_takes_over() {
    let folder = Folder::new();
    let first = folder.start().await.unwrap();
    let second = folder.start().await.unwrap();
    assert!(first.is_ours() && !second.is_ours());
    let server = folder.server();

    folder.start().await.unwrap().stop().await;
    assert!(answers(&first).await, "a guest that leaves does not stop the server");
    assert_eq!(folder.server(), server);

    first.stop().await;
    eventually("the guest runs the server now", async || second.is_ours() && answers(&second).await).await;
    second.stop().await;
    assert!(!folder.pid_file().exists());
}

#[tokio::test]
async fn two_that_start_at_once_share_one_server() {
    let folder = Folder::new();
    let (a, b) = tokio::join!(folder.start(), folder.start());
    let (a, b) = (a.unwrap(), b.unwrap());
    assert!(a.is_ours() != b.is_ours());
    assert!(answers(&a).await && answers(&b).await);
    b.stop().await;
    a.stop().await;
}

#[tokio::test]
async fn kill_9_of_the_program_takes_the_server_with_it() {
    let folder = Folder::new();
    let mut program = holder(&folder);
    eventually("the other process runs it", async || folder.server().is_some()).await;
    let guest = folder.start().await.unwrap();
    assert!(!guest.is_ours());
    program.kill().unwrap();
    program.wait().unwrap();
    let server = folder.server();
    eventually("the guest has taken over", async || guest.is_ours() && answers(&guest).await).await;
    assert_ne!(folder.server(), server);
    guest.stop().await;

    let mut program = holder(&folder);
    eventually("it runs again", async || folder.server().is_some()).await;
    program.kill().unwrap();
    program.wait().unwrap();
    eventually("nothing is left running", async || !folder.pid_file().exists()).await;
}

#[tokio::test]
async fn a_server_that_dies_is_started_again() {
    let folder = Folder::new();
    let cluster = folder.start().await.unwrap();
    let pid = folder.server().and_then(rustix::process::Pid::from_raw).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    eventually("it answers again", async || {
        folder.server().is_some_and(|now| now != pid.as_raw_nonzero().get()) && answers(&cluster).await
    })
    .await;
    cluster.stop().await;
}

#[tokio::test]
async fn a_pid_file_of_the_dead_does_not_stop_the_living() {
    let folder = Folder::new();
    folder.start().await.unwrap().stop().await;
    // Its number now belongs to another live process: this test.
    let text = format!("{}\n{}\n1700000000\n5432\n\n\n", id(), folder.0.join("data").display());
    std::fs::write(folder.pid_file(), text).unwrap();
    let cluster = folder.start().await.unwrap();
    assert!(answers(&cluster).await);
    cluster.stop().await;
}

#[tokio::test]
async fn a_half_made_cluster_is_made_anew_and_a_strange_folder_is_left_alone() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.0.join("init")).unwrap();
    std::fs::write(folder.0.join("init/PG_VERSION"), "15").unwrap();
    folder.start().await.unwrap().stop().await;

    let strange = Folder::new();
    std::fs::create_dir_all(strange.0.join("data")).unwrap();
    std::fs::write(strange.0.join("data/letters.txt"), "mine").unwrap();
    let error = strange.start().await.unwrap_err();
    let rooted = rustix::process::geteuid().is_root();
    let told = if rooted {
        matches!(error, ClusterError::RootsData(_))
    } else {
        matches!(error, ClusterError::NotACluster(_))
    };
    assert!(told, "{error}");
    assert!(strange.0.join("data/letters.txt").exists());

    let versioned = Folder::new();
    versioned.start().await.unwrap().stop().await;
    std::fs::write(versioned.0.join("data/PG_VERSION"), "9\n").unwrap();
    let error = versioned.start().await.unwrap_err();
    assert!(matches!(&error, ClusterError::OtherVersion { data, .. } if data == "9"), "{error}");
    let told = error.to_string();
    assert!(told.contains("PostgreSQL 9") && told.contains("crmbot backup"), "{told}");
    assert_eq!(error.exit_code(), 3);
    assert!(versioned.0.join("data/base").exists(), "the data is left alone");
}

#[tokio::test]
async fn a_wrong_crm_pg_bin_is_named() {
    let folder = Folder::new();
    let error = Cluster::start_or_join(&folder.0, Some(Path::new("/nonexistent"))).await.unwrap_err();
    assert!(error.to_string().starts_with("CRM_PG_BIN: /nonexistent"), "{error}");
    assert_eq!(error.exit_code(), 2);
}

#[tokio::test]
async fn a_folder_that_postgres_cannot_enter_is_exchanged_for_another() {
    if !rustix::process::geteuid().is_root() {
        return; // only root lends Postgres another account than his own
    }
    let folder = Folder::new();
    std::fs::create_dir(&folder.0).unwrap();
    std::fs::set_permissions(&folder.0, Permissions::from_mode(0o700)).unwrap();
    let cluster = folder.start().await.unwrap();
    let other = Folder(cluster.folder().to_owned());
    assert!(other.0.starts_with("/var/lib/crmbot"), "{}", other.0.display());
    let guest = folder.start().await.unwrap();
    assert_eq!(guest.folder(), other.0, "every process chooses the same");
    assert!(!guest.is_ours() && answers(&guest).await);
    guest.stop().await;
    cluster.stop().await;
}
