//! Restores that are cut, killed or hostile change nothing; none revives earlier buttons (R3, R20).

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use crmbot::db::dump::checksum_of;
use crmbot::db::{Target, pool};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::PgConnection;

use super::data::{Scratch, contents_but};
use crate::support::db::TestDb;
use crate::support::server::{PATIENCE, TestServer};

async fn connect(db: &TestDb) -> PgConnection {
    pool::connect_owner(&Target::parse("DATABASE_OWNER_URL", &db.owner_url()).unwrap()).await.unwrap()
}

async fn everything(db: &TestDb) -> String {
    contents_but(&mut connect(db).await, &[]).await
}

async fn number(db: &TestDb, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&mut connect(db).await).await.unwrap()
}

/// A server without the program at work, a backup of two clients, and a third client since then.
async fn backed_up(name: &str) -> (TestServer, Scratch) {
    let server = TestServer::set().await;
    let client = |phone: &str| {
        format!("insert into client (phone, phone_raw, created_at, created_by) values ('{phone}', '1', now(), 0)")
    };
    let mut owner = connect(&server.db).await;
    for phone in ["+79215550101", "+79215550102"] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(client(phone))).execute(&mut owner).await.unwrap();
    }
    sqlx::raw_sql("insert into company (kind) values ('real')").execute(&mut owner).await.unwrap();
    let file = Scratch::new(name);
    let (done, said) = server.runs(&["backup", file.path()]);
    assert_eq!(done, 0, "{said}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(client("+79215550103"))).execute(&mut owner).await.unwrap();
    drop(owner);
    server.db.owner().close().await;
    server.db.pool().close().await;
    (server, file)
}

/// A folder of PostgreSQL's tools in which pg_restore's script goes through `filter`.
fn tools(name: &str, filter: &str) -> Scratch {
    let folder = Scratch::new(name);
    fs::create_dir_all(&folder.0).unwrap();
    let real = ["/usr/bin", "/usr/local/bin"]
        .into_iter()
        .map(Path::new)
        .chain(
            std::env::split_paths(&std::env::var_os("PATH").unwrap())
                .collect::<Vec<_>>()
                .iter()
                .map(|path| path.as_path()),
        )
        .find(|folder| folder.join("pg_restore").is_file())
        .unwrap()
        .to_owned();
    let write = |tool: &str, words: String| {
        let file = folder.0.join(tool);
        fs::write(&file, words).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o700)).unwrap();
    };
    let real = real.display();
    write("pg_dump", format!("#!/bin/sh\nexec {real}/pg_dump \"$@\"\n"));
    // The small look into a backup is none of this.
    let look = format!("case \" $* \" in *--data-only*|*--version*) exec {real}/pg_restore \"$@\" ;; esac");
    write("pg_restore", format!("#!/bin/sh\n{look}\n{real}/pg_restore \"$@\" | {filter}\n"));
    folder
}

fn restoring(server: &TestServer, tools: &Scratch, file: &Scratch) -> Child {
    let mut command = server.command();
    command.env("CRM_PG_BIN", tools.path()).args(["restore", "--replace", file.path()]);
    command.stderr(std::process::Stdio::piped()).spawn().unwrap()
}

fn ended(child: Child) -> (bool, String) {
    let output = child.wait_with_output().unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

/// The end of the second client's row: whatever comes after it is missing.
const CUT: &str = "sed '/+79215550102/q'";

#[tokio::test(flavor = "multi_thread")]
async fn r20_a_script_that_is_cut_at_the_end_of_a_row_or_of_a_statement_changes_nothing() {
    let (server, file) = backed_up("cut.dump").await;
    let before = everything(&server.db).await;
    // pg_restore says that all went well: the script's own end is missing.
    for (name, filter) in [("in-rows", CUT), ("after-rows", "sed '/^-- PostgreSQL database dump complete/,$d'")] {
        let (done, said) = ended(restoring(&server, &tools(name, filter), &file));
        assert!(!done && said.contains("breaks off"), "{name}: {said}");
        assert_eq!(everything(&server.db).await, before, "{name}");
    }
    // The same tools bring everything back when they are let.
    let (done, said) = ended(restoring(&server, &tools("whole", "cat"), &file));
    assert!(done, "{said}");
    assert_eq!(number(&server.db, "select count(*) from client").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn r20_a_restore_that_is_killed_changes_nothing() {
    let (server, file) = backed_up("killed.dump").await;
    let before = everything(&server.db).await;
    for kills_itself in [true, false] {
        let mark = Scratch::new("restoring");
        // All rows so far are written; then it hangs.
        let slow = tools(
            "slow",
            &format!("{CUT}\necho $$ > {mark}.new && mv {mark}.new {mark}\nexec sleep 60", mark = mark.path()),
        );
        let mut restore = restoring(&server, &slow, &file);
        let began = Instant::now();
        while !mark.0.exists() {
            assert!(began.elapsed() < PATIENCE, "pg_restore does not begin");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        let tool = fs::read_to_string(&mark.0).unwrap().trim().parse().unwrap();
        if kills_itself {
            restore.kill().unwrap();
            restore.wait().unwrap();
        }
        kill_process(Pid::from_raw(tool).unwrap(), Signal::KILL).unwrap();
        let (done, _) = ended(restore);
        assert!(!done);
        assert_eq!(everything(&server.db).await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r20_a_hostile_backup_runs_nothing_on_the_host() {
    let (server, file) = backed_up("hostile.dump").await;
    let before = everything(&server.db).await;
    let made = Scratch::new("made-by-a-backup");
    let command = format!("sed '1i\\\n\\\\! touch {}'", made.path());
    let (done, said) = ended(restoring(&server, &tools("hostile", &command), &file));
    assert!(!done && !made.0.exists(), "{said}");
    assert_eq!(everything(&server.db).await, before);
    // What newer tools write around a script is no harm.
    let newer = "sed -e '1i\\\n\\\\restrict x' -e '$a\\\n\\\\unrestrict x'";
    let (done, said) = ended(restoring(&server, &tools("newer", newer), &file));
    assert!(done, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_crmbot_has_made_is_restored_unless_told_and_nothing_else_under_a_superuser() {
    let (server, file) = backed_up("known.dump").await;
    let before = everything(&server.db).await;
    let checksum = checksum_of(&file.0);
    let signed = fs::read_to_string(&checksum).unwrap();
    let told = |what: &str, more: &[&str], words: &str| {
        let (done, said) = server.runs(&[&["restore", "--replace"], more, &[file.path()]].concat());
        assert!(done == 2 && said.contains(words), "{what}: {done} {said}");
    };
    fs::remove_file(&checksum).unwrap();
    told("no checksum", &[], "no checksum beside it");
    fs::write(&checksum, signed.lines().next().unwrap()).unwrap();
    told("no signature", &[], "not signed with this bot's token");
    fs::write(&checksum, signed.replacen(signed.get(..8).unwrap(), "00000000", 1)).unwrap();
    told("another checksum", &[], "is damaged or was changed");
    assert_eq!(everything(&server.db).await, before);
    let as_superuser = |more: &[&str]| {
        let mut command = server.command();
        command.env("DATABASE_OWNER_URL", server.db.owner_url().replace("crm_owner", "postgres"));
        let output = command.args([&["restore", "--replace"], more, &[file.path()]].concat()).output().unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    let (done, said) = as_superuser(&["--unverified"]);
    assert!(!done && said.contains("is a superuser"), "{said}");
    assert_eq!(everything(&server.db).await, before);
    let (done, said) = server.runs(&["restore", "--replace", "--unverified", file.path()]);
    assert_eq!(done, 0, "{said}");
    assert_eq!(number(&server.db, "select count(*) from client").await, 2);
    fs::write(&checksum, signed).unwrap();
    let (done, said) = server.runs(&["restore", "--replace", file.path()]);
    assert_eq!(done, 0, "{said}");
    fs::remove_file(&checksum).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn r3_r20_a_button_that_was_drawn_before_a_restore_has_no_effect_after_it() {
    let mut server = TestServer::open().await;
    let (anna, boris) = (server.superuser("anna").await, server.superuser("boris").await);
    server.ad("Авито", "AVITO").await;
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
    server.until("select count(*) = 0 from outbox").await;
    let file = Scratch::new("buttons.dump");
    let (done, said) = server.runs(&["backup", file.path()]);
    assert_eq!(done, 0, "{said}");
    // A draft of each; the backup does not know that Boris has ever been there. And a client, so that an id is given.
    let mut old = Vec::new();
    for (who, lead) in [(anna, "Старая Анна 8 921 555-01-01 авито"), (boris, "Старый Борис 8 921 555-01-02 авито")]
    {
        server.types(who, lead).await;
        old.push((who, server.button(who, "Сохранить").await));
    }
    let client = "insert into client (phone, phone_raw, created_at, created_by) values ('+79215550103', '1', now(), 0)";
    sqlx::query(client).execute(server.db.owner()).await.unwrap();
    server.end(Signal::TERM).await;
    server.db.owner().close().await;
    server.db.pool().close().await;
    // Twice: the second restore of a file gives no version again that was given after the first.
    for round in 0..2 {
        let (done, said) = server.runs(&["restore", "--replace", file.path()]);
        assert_eq!(done, 0, "{said}");
        let kept = "select (select count(*) from outbox) + (select count(*) from chat_screen)
                         + (select count(*) from process) + (select count(*) from poller)
                         + (select count(*) from chat_session where menu is not null)";
        assert_eq!(number(&server.db, kept).await, 0);
        server.start().await;
        let mut newer = Vec::new();
        for (who, (message, data)) in &old {
            // As many screens as before: the draft that is open now is another one.
            server.types(*who, &format!("Новый Иван 8 921 555-02-0{round} авито")).await;
            server.sees(*who, &format!("+7 921 555-02-0{round}")).await;
            newer.push((*who, server.button(*who, "Сохранить").await));
            let tap = server.presses(*who, *message, data).await;
            server.answer(&tap).await;
            server.sees(*who, &format!("+7 921 555-02-0{round}")).await;
        }
        assert_eq!(number(&server.db, "select count(*) from client").await, 0, "an old button has saved a client");
        old.extend(newer);
        server.end(Signal::TERM).await;
    }
    // A record gets no id that a notice of before may name.
    let id = "insert into client (phone, phone_raw, created_at, created_by) values ('+79215550104', '1', now(), 0) returning id";
    assert!(number(&server.db, id).await > 1);
}
