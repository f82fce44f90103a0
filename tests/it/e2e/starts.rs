//! Wrong starts: one clear line and the right exit code each.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use super::data::Scratch;
use crate::support::db::TestDb;
use crate::support::server::{TOKEN, TestServer, program};

/// Runs to the end; the exit code and what was said.
fn ends(command: &mut Command) -> (i32, String) {
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let line = said.lines().rfind(|line| line.starts_with("crmbot: ")).unwrap_or_default().to_owned();
    (output.status.code().unwrap_or(-1), line)
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_configuration_ends_with_one_line_that_names_the_variable() {
    let server = TestServer::set().await;
    let (code, line) = ends(server.command().env("TELEGRAM_BOT_TOKEN", "nonsense"));
    assert!(code == 2 && line.contains("TELEGRAM_BOT_TOKEN") && !line.contains("nonsense"), "{code} {line}");
    let (code, line) = ends(server.command().env("TELEGRAM_BOT_TOKEN", "42:unknown-at-telegram"));
    assert!(code == 2 && line.contains("TELEGRAM_BOT_TOKEN") && !line.contains("unknown-at-telegram"), "{code} {line}");
    let (code, line) = ends(server.command().env("CRM_CURENCY", "RUB"));
    assert!(code == 2 && line.contains("CRM_CURENCY") && line.contains("CRM_CURRENCY"), "{code} {line}");
    let (code, line) = ends(server.command().env("CRM_TIMEZONE", "Mars/Olympus"));
    assert!(code == 2 && line.contains("CRM_TIMEZONE") && line.contains("Europe/Moscow"), "{code} {line}");
    let (code, line) = ends(server.command().arg("dance"));
    assert!(code == 2 && line.contains("dance"), "{code} {line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_out_of_reach_ends_with_exit_3_and_a_taken_port_with_exit_2() {
    let server = TestServer::set().await;
    let (code, line) = ends(
        server
            .command()
            .env("DATABASE_URL", "postgres://x:canary-password@127.0.0.1:1/crm")
            .env_remove("DATABASE_OWNER_URL"),
    );
    assert!(code == 3 && line.contains("DATABASE_URL") && !line.contains("canary-password"), "{code} {line}");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let (code, line) = ends(server.command().env("CRM_HTTP_LISTEN", taken.local_addr().unwrap().to_string()));
    assert!(code == 2 && line.contains("CRM_HTTP_LISTEN"), "{code} {line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_database_serves_no_token_and_a_real_one_no_demo() {
    let server = TestServer::set().await;
    sqlx::query("insert into company (kind) values ('demo')").execute(server.db.owner()).await.unwrap();
    let (code, line) = ends(&mut server.command());
    assert!(code == 2 && line.contains("demo"), "{code} {line}");

    let server = TestServer::set().await;
    sqlx::query("insert into company (kind) values ('real')").execute(server.db.owner()).await.unwrap();
    let (code, line) = ends(server.command().env_remove("TELEGRAM_BOT_TOKEN").env("CRM_STANDIN_LISTEN", "127.0.0.1:0"));
    assert!(code == 2 && line.contains("demo"), "{code} {line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn migrate_works_as_the_owner_at_once_in_two_programs_and_not_as_the_bot() {
    let server = TestServer::set().await;
    let empty = TestDb::empty().await;
    let migrate = |owner: Option<String>| {
        let mut command = server.command();
        command.arg("migrate").env("DATABASE_URL", empty.url()).env_remove("DATABASE_OWNER_URL");
        owner.map(|owner| command.env("DATABASE_OWNER_URL", owner));
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        command
    };
    let (code, line) = ends(&mut migrate(None));
    assert!(code == 2 && line.contains("DATABASE_URL") && line.contains("not the owner"), "{code} {line}");
    let two = [0, 1].map(|_| migrate(Some(empty.owner_url())).spawn().unwrap());
    for program in two {
        let ended = program.wait_with_output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    let owned =
        "select count(*) filter (where tableowner = 'crm_owner'), count(*) from pg_tables where schemaname = 'public'";
    let (owned, all): (i64, i64) = sqlx::query_as(owned).fetch_one(empty.owner()).await.unwrap();
    assert!(owned == all && all > 25, "{owned} of {all} tables are the owner's");
}

#[test]
fn data_of_another_postgresql_is_refused_with_both_versions_and_the_way_out() {
    let data = std::env::temp_dir().join(format!("crmbot-version-{}", std::process::id()));
    let migrate = || ends(program().arg("migrate").env("CRM_DATA_DIR", &data));
    let (made, line) = migrate();
    assert_eq!(made, 0, "{line}");
    // Without a token it is the demo's.
    let version = data.join("demo/data/PG_VERSION");
    let own = std::fs::read_to_string(&version).unwrap();
    std::fs::write(&version, "9\n").unwrap();
    let (code, line) = migrate();
    assert_eq!(code, 3, "{line}");
    for words in ["made by PostgreSQL 9", own.trim(), "CRM_PG_BIN", "crmbot backup", "crmbot restore"] {
        assert!(line.contains(words), "no {words:?} in {line}");
    }
    std::fs::write(&version, own).unwrap();
    assert_eq!(migrate().0, 0, "nothing was touched");
    std::fs::remove_dir_all(&data).unwrap();
}

#[test]
fn the_help_and_the_version_are_no_errors() {
    for flag in ["--help", "--version"] {
        assert!(program().arg(flag).output().unwrap().status.success(), "{flag}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_of_variables_is_read_where_no_other_user_can_have_written_it() {
    let server = TestServer::set().await;
    let folder = Scratch::new("variables");
    fs::create_dir_all(&folder.0).unwrap();
    let file = folder.0.join(".env");
    let checks = |mode: u32, text: &str, set: &[(&str, &str)]| {
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let mut command = server.command();
        let output = command.current_dir(&folder.0).envs(set.iter().copied()).arg("check").output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let wrong = "CRM_CURRENCY=canary\n";
    let (code, said) = checks(0o600, wrong, &[]);
    assert!(code == 2 && said.contains("CRM_CURRENCY"), "{code} {said}");
    let (code, said) = checks(0o600, wrong, &[("CRM_CURRENCY", "RUB")]);
    assert_eq!(code, 0, "what stands in the environment wins: {said}");
    for mode in [0o606, 0o666] {
        let (code, said) = checks(mode, "CRM_CURRENCY=RUB\n", &[]);
        assert!(code == 2 && said.contains("another user can change it"), "{mode:o}: {code} {said}");
    }
    // a line that cannot be read is not quoted.
    let (code, said) = checks(0o600, "TELEGRAM_BOT_TOKEN 'canary\n", &[]);
    assert!(code == 2 && said.contains("NAME=value") && !said.contains("canary"), "{code} {said}");
    let secret = format!("TELEGRAM_BOT_TOKEN={TOKEN}\n");
    for (mode, told) in [(0o600, false), (0o640, true), (0o644, true)] {
        let (code, said) = checks(mode, &secret, &[]);
        assert!(code == 0 && said.contains("other users can read it") == told, "{mode:o}: {code} {said}");
    }
}
