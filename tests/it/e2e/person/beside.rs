//! A legal request beside a bot at work: on disk, with locks held, and on the command line.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::e2e::data::Scratch;
use crate::support::server::TestServer;

const CLIENTS: &str = "
    insert into client (phone, phone_raw, last_name, email, created_at, created_by)
    select '+7921555' || n, '8 921 555 ' || n, 'Бумагин' || chr((n % 26 + 97)::integer), 'paper' || n || '@example.com', now(), 0
      from generate_series(1001, 1400) n;
    insert into client (phone, phone_raw, last_name, email, created_at, created_by)
    values ('+79215550147', '8 (921) 555-01-47', 'Канарейкин', 'canary@example.com', now(), 0);
    insert into note (client_id, author_id, text, at) select max(id), 0, 'Канарейкин просил перезвонить', now() from client;
    analyze client";

async fn superuser(server: &TestServer) -> PgConnection {
    let name: String =
        sqlx::query_scalar("select current_database()::text").fetch_one(server.db.owner()).await.unwrap();
    let options = PgConnectOptions::new_without_pgpass().socket(server.db.socket_folder()).port(5432);
    options.username("postgres").database(&name).connect().await.unwrap()
}

/// How many files of the database hold these bytes.
async fn files_with(server: &TestServer, trace: &str) -> usize {
    let mut admin = superuser(server).await;
    sqlx::raw_sql("checkpoint").execute(&mut admin).await.unwrap();
    let folder: String = sqlx::query_scalar(
        "select current_setting('data_directory') || '/base/' || oid from pg_database where datname = current_database()",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    admin.close().await.unwrap();
    let files =
        std::fs::read_dir(Path::new(&folder)).unwrap().filter_map(|entry| std::fs::read(entry.unwrap().path()).ok());
    files.filter(|bytes| bytes.windows(trace.len()).any(|window| window == trace.as_bytes())).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn g14_nothing_of_an_erased_person_is_left_in_the_files_on_disk() {
    let server = TestServer::set().await;
    sqlx::raw_sql(CLIENTS).execute(server.db.owner()).await.unwrap();
    let traces = ["Канарейкин", "канарейкин", "+79215550147", "canary@example.com"];
    for trace in traces {
        assert!(files_with(&server, trace).await > 0, "{trace}");
    }
    let (done, said) = server.asks(&["erase-person", "--yes"], "+79215550147");
    assert_eq!(done, 0, "{said}");
    for trace in traces {
        assert_eq!(files_with(&server, trace).await, 0, "{trace}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g14_an_erasing_waits_for_locks_without_making_others_wait() {
    let server = TestServer::open().await;
    let (anna, oleg) = (server.superuser("anna").await, server.superuser("oleg").await);
    server.types(anna, "/menu").await;
    server.types(oleg, "/find Канарейкин").await;
    server.until("select count(*) = 1 from chat_session where dialogue::text like '%Канарейкин%'").await;
    sqlx::raw_sql(CLIENTS).execute(server.db.owner()).await.unwrap();
    // As a turn that takes long: it has the session, then it wants the client.
    let mut turn = server.db.owner().acquire().await.unwrap();
    let mut turn = turn.begin().await.unwrap();
    sqlx::query("select from chat_session where chat_id = $1 for update").bind(oleg).execute(&mut *turn).await.unwrap();
    let (arguments, mut command) = (["erase-person", "--yes"], server.command());
    let erasing = tokio::task::spawn_blocking(move || {
        use std::io::Write as _;
        use std::process::Stdio;
        let mut program = command.args(arguments).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        program.stdin.take().unwrap().write_all(b"+79215550147\n").unwrap();
        program.wait_with_output().unwrap()
    });
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(!erasing.is_finished(), "the session is locked");
    let began = Instant::now();
    sqlx::query("select from client where phone = '+79215550147' for update").execute(&mut *turn).await.unwrap();
    server.types(anna, "/me").await;
    server.sees(anna, "Логин: anna").await;
    // G14, R4: neither the turn that has the session nor another person waits for a legal request
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    turn.rollback().await.unwrap();
    let output = erasing.await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    server.until("select count(*) = 0 from chat_session where dialogue::text like '%Канарейкин%'").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g9_a_phone_is_not_taken_from_the_command_line_and_an_export_is_its_owners_alone() {
    let server = TestServer::set().await;
    sqlx::raw_sql(CLIENTS).execute(server.db.owner()).await.unwrap();
    for arguments in [&["erase-person", "+79215550147", "--yes"][..], &["export-person", "89215550147"][..]] {
        let (done, said) = server.asks(arguments, "");
        // G9: it is refused with the way to do it, and is not said again
        assert!(done == 2 && said.contains("standard input") && !said.contains("5550147"), "{done} {said}");
    }
    server.until("select count(*) = 1 from client where phone = '+79215550147'").await;
    let file = Scratch::new("person.json");
    let (done, said) = server.asks(&["export-person", "--out", file.path()], "+79215550147");
    assert!(done == 0 && !said.contains("Канарейкин"), "{done} {said}");
    assert!(std::fs::read_to_string(&file.0).unwrap().contains("Канарейкин"));
    assert_eq!(std::fs::metadata(&file.0).unwrap().permissions().mode() & 0o777, 0o600);
    let (done, said) = server.asks(&["export-person", "--out", file.path()], "+79215550147");
    assert!(done == 2 && said.contains(file.path()), "another person's file is not replaced: {done} {said}");
    let other = Scratch::new("nobody.json");
    let (done, _) = server.asks(&["export-person", "--out", other.path()], "+79215550199");
    assert!(done == 2 && !other.0.exists(), "no empty file is left behind");
}
