//! The files in `deploy`: systemd reads its units without complaint, and no password stands in a container's environment.

use std::fs;
use std::path::Path;
use std::process::Command;

fn deploy() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/deploy"))
}

fn read(name: &str) -> String {
    fs::read_to_string(deploy().join(name)).unwrap()
}

/// The values of a key of YAML that stands on a line of its own, as the lines below it that are further in.
fn below<'a>(text: &'a str, key: &str) -> Vec<&'a str> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut found = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim() == format!("{key}:") {
            while let Some(inner) = lines.next_if(|inner| depth(inner) > depth(line)) {
                found.push(inner.trim());
            }
        }
    }
    found
}

#[test]
fn no_password_stands_in_the_environment_of_a_container() {
    let compose = read("compose.yml");
    let variables: Vec<&str> =
        below(&compose, "environment").into_iter().filter(|line| !line.starts_with('#')).collect();
    assert!(variables.iter().any(|line| line.starts_with("DATABASE_URL: ")), "{variables:?}");
    for line in &variables {
        let (name, value) = line.split_once(": ").unwrap();
        // docker inspect and /proc show variables; a variable may name the file of a secret, or a URL without password.
        let secret = ["PASSWORD", "TOKEN", "SECRET"].iter().any(|part| name.contains(part)) && !name.ends_with("_FILE");
        let password_in_url = value.contains("://") && value.split('@').next().unwrap().matches(':').count() > 1;
        assert!(!secret && !password_in_url && !value.contains("${"), "{line}");
    }
    let made = read("secrets.sh");
    let files: Vec<&str> =
        below(&compose, "secrets").into_iter().filter_map(|line| line.strip_prefix("file: ./")).collect();
    assert_eq!(files.len(), 4, "{files:?}");
    for file in files {
        assert!(made.contains(&format!(">{file}\n")), "secrets.sh does not make {file}");
    }
    for file in ["../.gitignore", "../.dockerignore"] {
        assert!(read(file).contains("deploy/secrets"), "{file}");
    }
}

#[test]
fn systemd_reads_the_units_and_the_drop_in_without_complaint() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        return; // not a machine with systemd
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("units-{}", std::process::id()));
    let dropped = folder.join("crmbot.service.d");
    fs::create_dir_all(&dropped).unwrap();
    let units = ["crmbot.service", "crmbot-backup.service", "crmbot-backup.timer"];
    for unit in units {
        // The program itself need not be installed.
        fs::write(folder.join(unit), read(unit).replace("/usr/local/bin/crmbot", "/bin/true")).unwrap();
    }
    fs::copy(deploy().join("crmbot.service.d/telegram-only.conf"), dropped.join("telegram-only.conf")).unwrap();
    let paths = units.map(|unit| folder.join(unit));
    let verified = Command::new("systemd-analyze").args(["verify", "--man=no"]).args(paths).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stderr);
    let ours: Vec<&str> = said.lines().filter(|line| line.contains("crmbot")).collect();
    fs::remove_dir_all(&folder).unwrap();
    assert!(verified.status.success() && ours.is_empty(), "{said}");
}
