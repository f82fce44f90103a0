//! Database target: connection options and the variable that they come from.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::DbError;

/// A database and the variable that named it. It has no way to show the password.
#[derive(Clone)]
pub struct Target {
    variable: &'static str,
    options: PgConnectOptions,
}

impl Target {
    /// Reads the URL that stands in `variable`.
    ///
    /// # Errors
    /// [`DbError::BadUrl`], without the URL's text.
    pub fn parse(variable: &'static str, url: &str) -> Result<Self, DbError> {
        let bad = || DbError::BadUrl { variable };
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(bad()); // sqlx would take any scheme for its own
        }
        let options = PgConnectOptions::from_str(url).map_err(|_| bad())?;
        Ok(Self { variable, options })
    }

    /// A database that needs no URL, such as the private cluster's; `variable` is what an operator would set to change it.
    pub fn new(variable: &'static str, options: PgConnectOptions) -> Self {
        Self { variable, options }
    }

    /// The variable to name in errors.
    pub fn variable(&self) -> &'static str {
        self.variable
    }

    /// How to connect, without our session settings.
    pub fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    pub fn user(&self) -> &str {
        self.options.get_username()
    }

    /// The database's name; as in libpq, the login's when none is given.
    pub fn database(&self) -> &str {
        self.options.get_database().unwrap_or_else(|| self.user())
    }

    /// Whether the way to it leaves the machine and need not be encrypted.
    #[must_use]
    pub fn is_exposed(&self) -> bool {
        let host = self.options.get_host().trim_start_matches('[').trim_end_matches(']');
        let local = self.options.get_socket().is_some()
            || host.starts_with('/')
            || host == "localhost"
            || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let optional = matches!(self.options.get_ssl_mode(), PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Prefer);
        !local && optional
    }

    /// Host and port, or the socket's folder.
    pub fn place(&self) -> String {
        match self.options.get_socket() {
            Some(folder) => folder.display().to_string(),
            None => format!("{}:{}", self.options.get_host(), self.options.get_port()),
        }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}/{}", self.user(), self.place(), self.database())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn g9_no_text_of_a_target_shows_the_password() {
        let target = Target::parse("DATABASE_URL", "postgres://crm:s3cret@db.example:6432/sales").unwrap();
        assert_eq!(format!("{target:?}"), "crm@db.example:6432/sales");
        let error = Target::parse("DATABASE_URL", "postgres://crm:s3cret@db.example:port/sales").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cret"));
        assert_eq!(error.exit_code(), 2);
    }

    #[test]
    fn a_url_of_another_kind_is_refused() {
        for url in ["", "crm", "mysql://root@localhost/crm", "http://localhost"] {
            assert!(matches!(Target::parse("DATABASE_URL", url), Err(DbError::BadUrl { .. })), "{url}");
        }
    }

    #[test]
    fn a_way_over_a_network_has_to_be_encrypted() {
        let exposed = |url| Target::parse("DATABASE_URL", url).unwrap().is_exposed();
        for url in ["postgres://crm@db.example/crm", "postgres://crm@10.0.0.7/crm?sslmode=disable"] {
            assert!(exposed(url), "{url}");
        }
        for url in [
            "postgres://crm@db.example/crm?sslmode=verify-full",
            "postgres://crm@127.0.0.1/crm",
            "postgres:///crm?host=/run/postgresql",
        ] {
            assert!(!exposed(url), "{url}");
        }
    }

    #[test]
    fn a_socket_is_shown_by_its_folder() {
        let target = Target::parse("DATABASE_URL", "postgres:///crm?host=/run/crm&user=me").unwrap();
        assert_eq!((target.place().as_str(), target.user(), target.database()), ("/run/crm", "me", "crm"));
    }
}
