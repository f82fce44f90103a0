//! Commands about the company's data, given on the server: check, backup, restore.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use rustix::process::Signal;
use sqlx::PgConnection;

use crate::support::db::TestDb;
use crate::support::server::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn x16_x17_the_check_finds_rows_that_drifted_and_repairs_them_with_audit() {
    let server = TestServer::set().await;
    let (done, said) = server.runs(&["check"]);
    assert!(done == 0 && said.contains("0 clients: 0 potential, 0 active, 0 inactive"), "{done} {said}");
    sqlx::raw_sql(
        "insert into client (phone, phone_raw, last_live_day, created_at, created_by)
         values ('+79215550101', '1', null, now(), 0), ('+79215550102', '2', '2999-01-31', now(), 0);
         insert into touch (client_id, ad_id, happened_at, local_day, created_at, created_by)
         select c.id, a.id, now(), current_date, now(), 0 from client c, ad a where c.phone_raw = '1'",
    )
    .execute(server.db.owner())
    .await
    .unwrap();
    let (done, said) = server.runs(&["check"]);
    assert!(done == 1 && said.contains("crmbot check --repair"), "{done} {said}");
    assert!(said.contains(
        "client 1 keeps no live day and no open touch; his touches and contracts say no live day and open touch 1"
    ));
    assert!(said.contains("client 2 keeps live until 2999-01-31 and no open touch"), "{said}");
    let (done, said) = server.runs(&["check", "--repair"]);
    assert!(done == 0 && said.matches("repaired: client").count() == 2, "{done} {said}");
    let audited = "select count(*) = 2 and bool_and(actor_id = 0 and before is not null and after is not null)
                     from audit_event where action = 'repair' and entity = 'client'";
    server.until(audited).await;
    let (done, said) = server.runs(&["check"]);
    assert!(done == 0 && said.contains("2 clients: 1 potential, 0 active, 1 inactive"), "{done} {said}");
    let (done, said) = server.runs(&["check", "--mend"]);
    assert!(done == 2 && said.contains("--mend"), "{done} {said}");
}

/// A file of this test alone, gone when the test is.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new(name: &str) -> Self {
        Self(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id())))
    }

    pub fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a restore outdates (R20): screens, messages on their way, processes.
const OUTDATED: [&str; 6] = ["chat_session", "chat_screen", "outbox", "amendment", "process", "poller"];

/// Everything that a database holds, as text.
pub async fn contents(db: &TestDb) -> String {
    contents_but(&mut db.owner().acquire().await.unwrap(), &[]).await
}

/// The same without these tables.
pub async fn contents_but(connection: &mut PgConnection, but: &[&str]) -> String {
    let tables: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class
          where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> all ($1::text[]) order by 1",
    )
    .bind(but)
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    let mut all = String::new();
    for table in tables {
        let rows =
            format!("select coalesce(string_agg(row::text, chr(10) order by row::text), '') from \"{table}\" row");
        let rows: String = sqlx::query_scalar(sqlx::AssertSqlSafe(rows)).fetch_one(&mut *connection).await.unwrap();
        all += &format!("{table}\n{rows}\n");
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_brings_everything_back_and_only_its_owner_can_read_it() {
    let mut server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    server.types(anna, "/me").await;
    server.sees(anna, "Логин: anna").await;
    sqlx::raw_sql(
        "insert into client (phone, phone_raw, last_name, created_at, created_by)
         values ('+79215550101', '8 921', E'Ёж\\t\\\\N <b>', now(), 0);
         insert into document (file_name, mime, size, sha256, bytes, stored_at, created_at, created_by)
         values ('scan.pdf', 'application/pdf', 4, sha256('\\x00ff0d0a'), '\\x00ff0d0a', now(), now(), 0)",
    )
    .execute(server.db.owner())
    .await
    .unwrap();
    let file = Scratch::new("whole.dump");
    let (done, said) = server.runs(&["backup", file.path()]);
    assert!(done == 0 && said.contains(file.path()), "beside the running bot: {done} {said}");
    assert_eq!(std::fs::metadata(&file.0).unwrap().permissions().mode() & 0o777, 0o600);
    let (done, said) = server.runs(&["restore", file.path()]);
    assert!(done == 2 && said.contains("--replace"), "{done} {said}");
    let (done, said) = server.runs(&["restore", "--replace", file.path()]);
    assert!(done == 2 && said.contains("stop the bot"), "{done} {said}");
    server.end(Signal::TERM).await;
    let (done, said) = server.runs(&["backup", file.path()]);
    assert_eq!(done, 0, "an older backup is replaced: {said}");
    let business = async |db: &TestDb| contents_but(&mut db.owner().acquire().await.unwrap(), &OUTDATED).await;
    let before = business(&server.db).await;
    assert!(before.contains("Ёж") && before.contains("scan.pdf"));

    let empty = TestDb::empty().await;
    let into = |db: &TestDb, arguments: &[&str]| {
        let mut command = server.command();
        command.env("DATABASE_URL", db.url()).env("DATABASE_OWNER_URL", db.owner_url());
        let output = command.args(arguments).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (done, said) = into(&empty, &["backup", "nowhere.dump"]);
    assert!(done == 2 && said.contains("nothing to back up"), "{done} {said}");
    let (done, said) = into(&empty, &["restore", file.path()]);
    assert_eq!(done, 0, "{said}");
    assert_eq!(business(&empty).await, before);
    // The application works in it, and still cannot delete.
    sqlx::query("select count(*) from client").execute(empty.pool()).await.unwrap();
    sqlx::query("delete from client").execute(empty.pool()).await.unwrap_err();
    empty.owner().close().await;
    empty.pool().close().await;

    // Over what is there, when told to: nothing of it stays, and what fails half-way leaves everything as it was.
    server.db.owner().close().await;
    server.db.pool().close().await;
    let broken = Scratch::new("broken.dump");
    let bytes = std::fs::read(&file.0).unwrap();
    std::fs::write(&broken.0, &bytes[..bytes.len() - 200]).unwrap();
    let (done, said) = into(&empty, &["restore", "--replace", "--unverified", broken.path()]);
    assert!(done != 0, "{said}");
    std::fs::write(&broken.0, "no backup").unwrap();
    let (done, said) = into(&empty, &["restore", "--replace", "--unverified", broken.path()]);
    assert!(done == 2 && said.contains("not a backup"), "{done} {said}");
    let (done, said) = into(&empty, &["restore", "--replace", "/nonexistent.dump"]);
    assert!(done == 2 && said.contains("/nonexistent.dump"), "{done} {said}");
    let (done, said) = into(&empty, &["check"]);
    assert!(done == 0, "everything is still there: {said}");
    let (done, said) = into(&empty, &["restore", "--replace", file.path()]);
    assert_eq!(done, 0, "{said}");
    let (done, said) = into(&empty, &["check"]);
    assert_eq!(done, 0, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn g10_a_demos_backup_does_not_become_a_real_company() {
    let server = TestServer::set().await;
    sqlx::query("insert into company (kind) values ('demo')").execute(server.db.owner()).await.unwrap();
    let file = Scratch::new("demo.dump");
    let (done, said) = server.runs(&["backup", file.path()]);
    assert_eq!(done, 0, "{said}");
    let empty = TestDb::empty().await;
    let mut command = server.command();
    command.env("DATABASE_URL", empty.url()).env("DATABASE_OWNER_URL", empty.owner_url());
    let output = command.args(["restore", file.path()]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && said.contains("born demo"), "{said}");
    assert_eq!(contents(&empty).await, "", "nothing was restored");
}
