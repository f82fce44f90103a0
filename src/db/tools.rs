//! PostgreSQL's tools pg_dump and pg_restore: found for a server's version, run with a minimal environment.

use std::path::{Path, PathBuf};
use std::process::Command;

use pg_private::programs::{folders, major_of};
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgSslMode;

use super::Target;

/// Each folder has all of them or is passed over.
const TOOLS: [&str; 2] = ["pg_dump", "pg_restore"];
/// What the tools need of our environment; the rest may hold secrets.
const INHERITED: [&str; 6] = ["PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR", "PGSSLROOTCERT", "PGPASSFILE"];

/// A folder of tools that fit a server.
#[derive(Debug, Clone)]
pub(super) struct Tools(PathBuf);

impl Tools {
    /// Finds those of the server's major version, else newer ones, since older ones refuse it. None: there are none.
    pub fn find(given: Option<&Path>, server: u32) -> Option<Self> {
        let folders = match given {
            Some(folder) => vec![folder.to_owned()],
            None => folders(std::env::var_os("PATH").as_deref()),
        };
        let of = |folder: &PathBuf| major_of(folder, "pg_dump")?.parse::<u32>().ok();
        let mut fitting: Vec<_> = folders
            .into_iter()
            .filter(|folder| TOOLS.iter().all(|tool| folder.join(tool).is_file()))
            .filter_map(|folder| of(&folder).filter(|&major| major >= server).map(|major| (major, folder)))
            .collect();
        // The nearest version first, and of one version the first that was found.
        fitting.sort_by_key(|(major, _)| *major);
        fitting.into_iter().next().map(|(_, folder)| Self(folder))
    }

    /// A tool, to be run.
    pub fn command(&self, tool: &str) -> Command {
        let mut command = Command::new(self.0.join(tool));
        command.env_clear().env("LC_ALL", "C");
        for name in INHERITED {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
    }

    /// A tool that connects to a database. The password is in its environment: every user of the host can read
    /// arguments (G9).
    pub fn connected(&self, tool: &str, target: &Target) -> Command {
        let options = target.options();
        let host =
            options.get_socket().map_or_else(|| options.get_host().into(), |folder| folder.as_os_str().to_owned());
        let mut command = self.command(tool);
        command
            .env("PGHOST", host)
            .env("PGPORT", options.get_port().to_string())
            .env("PGUSER", target.user())
            .env("PGDATABASE", target.database())
            .env("PGAPPNAME", "crmbot")
            .env("PGSSLMODE", ssl_mode(options.get_ssl_mode()));
        if let Some(password) = options.to_url_lossy().password() {
            command.env("PGPASSWORD", decoded(password));
        }
        command
    }
}

fn ssl_mode(mode: PgSslMode) -> &'static str {
    match mode {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    }
}

/// Takes the percent signs of a URL's part back.
fn decoded(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        let pair = (byte == b'%').then(|| (bytes.next(), bytes.next()));
        let hex = |digit: Option<u8>| char::from(digit?).to_digit(16);
        match pair {
            Some((high, low)) => {
                let code = hex(high).zip(hex(low)).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
                plain.extend(code);
            }
            None => plain.push(byte),
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn g9_a_tools_arguments_hold_no_password_and_its_environment_none_of_our_secrets() {
        let target = Target::parse("DATABASE_URL", "postgres://crm:s%40cret%25@db.example:6432/sales").unwrap();
        let command = Tools("/bin".into()).connected("pg_dump", &target);
        assert_eq!(command.get_args().count(), 0);
        let environment: Vec<_> =
            command.get_envs().filter_map(|(name, value)| Some((name.to_str()?, value?))).collect();
        let value = |name| environment.iter().find(|(found, _)| *found == name).and_then(|(_, value)| value.to_str());
        assert_eq!(
            (value("PGPASSWORD"), value("PGHOST"), value("PGPORT")),
            (Some("s@cret%"), Some("db.example"), Some("6432"))
        );
        assert!(environment.iter().all(|(name, _)| !name.starts_with("TELEGRAM")), "{environment:?}");
    }

    #[test]
    fn tools_older_than_the_server_do_not_fit() {
        assert!(Tools::find(None, 999).is_none());
        assert!(Tools::find(Some(Path::new("/nonexistent")), 10).is_none());
    }
}
