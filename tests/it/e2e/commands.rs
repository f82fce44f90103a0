//! Commands given on the server: invite, seed-groups, recognise, normalise-phone, --version.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::server::{TestServer, program};

/// The code that a command has printed on a line of its own.
fn code(printed: &str) -> String {
    let code = printed.lines().rfind(|line| line.len() == 43 && !line.contains(' '));
    code.unwrap_or_else(|| panic!("no code in:\n{printed}")).to_owned()
}

/// What the program answers to an input, with its exit code.
fn filters(arguments: &[&str], input: &str) -> (i32, String) {
    let mut running = program().args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    running.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = running.wait_with_output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn g2_the_first_administrator_comes_from_the_server_and_enters_once() {
    let mut server = TestServer::set().await;
    let (done, printed) = server.runs(&["invite", "crm_admin1", "--superuser", "--name", "Анна Админ"]);
    assert_eq!(done, 0, "{printed}");
    assert!(printed.contains("Анна Админ") && !printed.contains("https://"), "no name of the bot yet:\n{printed}");
    let first = code(&printed);
    server.start().await;
    // Re-invited: the bot's name is known now, and the earlier code ends.
    let (done, printed) = server.runs(&["invite", "CRM_admin1"]);
    assert!(done == 0 && printed.contains("https://t.me/crm_e2e_bot?start="), "{printed}");
    let second = code(&printed);
    let anna = server.person("Anna", "en").await;
    server.types(anna, &format!("/start {first}")).await;
    server.sees(anna, "does not work").await;
    server.types(anna, &format!("/start {second}")).await;
    server.taps(anna, "Yes").await;
    server.sees(anna, "Анна Админ, what shall we do?").await;
    server.types(anna, "/seed_groups").await;
    server.sees(anna, "Apply makes").await;
    let stranger = server.person("Stefan", "en").await;
    server.types(stranger, &format!("/start {second}")).await;
    server.sees(stranger, "does not work").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a15_an_invite_from_the_server_takes_the_password_along() {
    let server = TestServer::set().await;
    assert_eq!(server.runs(&["invite", "olga"]).0, 0);
    sqlx::query("update staff_user set password_hash = 'x' where username = 'olga'")
        .execute(server.db.owner())
        .await
        .unwrap();
    let (done, printed) = server.runs(&["invite", "olga"]);
    assert_eq!(done, 0, "{printed}");
    server.until("select password_hash is null from staff_user where username = 'olga'").await;
    server.until("select count(*) = 1 from audit_event where action = 'password_removed' and actor_id = 0").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn e2_an_invite_from_the_server_logs_a_name_only_when_it_changes() {
    let server = TestServer::set().await;
    for name in ["Olga", "Olga", "Olga Petrova"] {
        let (done, printed) = server.runs(&["invite", "olga", "--name", name]);
        assert_eq!(done, 0, "{printed}");
    }
    server
        .until(
            "select count(*) = 1 and bool_and(before = '{\"full_name\": \"Olga\"}' and after = '{\"full_name\": \"Olga Petrova\"}')
               from audit_event where action = 'rename'",
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a12_groups_are_seeded_from_the_server_once_and_invites_bring_groups() {
    let server = TestServer::set().await;
    let (done, printed) = server.runs(&["seed-groups"]);
    assert!(done == 0 && printed.matches("created").count() == 8, "{printed}");
    assert_eq!(printed.lines().filter(|line| line.len() == 43).count(), 4);
    let (done, printed) = server.runs(&["seed-groups"]);
    assert!(done == 0 && printed.matches("found").count() == 8, "{printed}");
    assert!(printed.contains("nothing had to be changed") && !printed.contains("created"), "{printed}");
    let (done, printed) = server.runs(&["invite", "olga", "--group", "Operators", "--group", "managers"]);
    assert_eq!(done, 0, "{printed}");
    let groups =
        "select count(*) = 2 from group_member m join staff_user u on u.id = m.user_id and u.username = 'olga'";
    server.until(groups).await;
    // A14: no account has a password
    server.until("select count(*) = 0 from staff_user where password_hash is not null").await;
    // The system signs what it did.
    server.until("select count(*) > 8 from audit_event where actor_id = 0").await;
    sqlx::query("update staff_user set active = false where username = 'olga'")
        .execute(server.db.owner())
        .await
        .unwrap();
    for (arguments, named) in [
        (["invite", "olga", "--superuser"], "blocked"),
        (["invite", "x", "--superuser"], "3 to 32"),
        (["invite", "boris", "--group=Cooks"], "Operators, Marketers, Managers, Admins"),
    ] {
        let (done, said) = server.runs(&arguments);
        assert!(done == 2 && said.contains(named), "{arguments:?}: {done} {said}");
    }
    server.until("select count(*) = 0 from staff_user where is_superuser or username = 'boris'").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_a_named_database_is_taken_as_it_was_born() {
    let mut server = TestServer::set().await;
    server.configure("TELEGRAM_BOT_TOKEN", "");
    assert_eq!(server.runs(&["invite", "anna", "--superuser"]).0, 0);
    server.until("select count(*) = 0 from company").await;
    sqlx::query("insert into company (kind) values ('real')").execute(server.db.owner()).await.unwrap();
    assert_eq!(server.runs(&["seed-groups"]).0, 0);
    server.until("select count(*) = 0 from staff_user where password_hash is not null").await;
}

#[test]
fn c1_c4_phones_are_normalised_line_by_line() {
    let typed = "8 (999) 123-45-67\n+375 29 123-45-67\n+066\n\nтелефон\r\n９９９１２３４５６７\n9991234567";
    let expected = "+79991234567\n+375291234567\n-\n-\n-\n+79991234567\n+79991234567\n";
    assert_eq!(filters(&["normalise-phone"], typed), (0, expected.to_owned()));
    assert_eq!(filters(&["normalise-phone", "--region", "BY"], "8 029 123-45-67"), (0, "+375291234567\n".to_owned()));
    assert_eq!(filters(&["normalise-phone", "--region", "Mars"], "1").0, 2);
}

#[test]
fn messages_become_drafts_line_by_line() {
    let ads = json!([{ "id": 7, "title": "Авито", "channel": "AVITO" }, { "id": 8, "title": "Наш сайт" }]);
    let own = json!({ "id": "a", "text": "Иван 8 912 345-67-89 фундамент, с авито", "ads": ads });
    let bare = json!({ "id": 2, "text": "Иван 8 912 345-67-89 фундамент, с авито" });
    let drafts = |arguments: &[&str]| -> Vec<Value> {
        let (done, printed) = filters(arguments, &format!("{own}\n\n{bare}\n"));
        assert_eq!(done, 0);
        printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let read = drafts(&["recognise"]);
    assert_eq!(read.len(), 2);
    let expected = json!({ "id": "a", "phones": ["+79123456789"], "first_name": "Иван", "last_name": null,
                           "middle_name": null, "email": null, "ad_id": 7, "note": "фундамент" });
    assert_eq!(read[0], expected);
    assert_eq!((&read[1]["id"], &read[1]["ad_id"]), (&json!(2), &Value::Null));
    let file = std::env::temp_dir().join(format!("crmbot-ads-{}.json", std::process::id()));
    for text in [ads.to_string(), ads.as_array().unwrap().iter().map(Value::to_string).collect::<Vec<_>>().join("\n")] {
        std::fs::write(&file, text).unwrap();
        assert_eq!(drafts(&["recognise", "--ads", file.to_str().unwrap()])[1]["ad_id"], 7);
    }
    std::fs::remove_file(&file).unwrap();
    assert_eq!(filters(&["recognise", "--ads", "/nowhere/ads.json"], "").0, 2);
    assert_eq!(filters(&["recognise"], "{\"text\": 5}\n").0, 2);
}

/// A bug report names the version, so it has to tell one build from another.
#[test]
fn the_version_names_the_release_and_the_commit() {
    let (done, printed) = filters(&["--version"], "");
    assert_eq!(done, 0, "{printed}");
    let told =
        printed.strip_prefix("crmbot ").and_then(|rest| rest.strip_suffix('\n')).expect("one line with the name");
    let (number, commit) = match told.split_once(' ') {
        Some((number, commit)) => (number, Some(commit)),
        None => (told, None),
    };
    assert_eq!(number, env!("CARGO_PKG_VERSION"));
    // Built from an archive, or without git, there is no commit to tell. No comparison with HEAD: a commit may come during
    // the run.
    let asked =
        Command::new("git").args(["rev-parse", "--show-prefix"]).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let repository = asked.is_ok_and(|answer| answer.status.success() && answer.stdout.trim_ascii().is_empty());
    let hash = commit.and_then(|commit| commit.strip_prefix('(')?.strip_suffix(')'));
    let known = hash.is_some_and(|hash| hash.len() >= 7 && hash.chars().all(|sign| sign.is_ascii_hexdigit()));
    assert_eq!(known, repository, "{told}");
}
