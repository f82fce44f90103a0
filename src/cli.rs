//! The command line: subcommands, configuration errors and the log.

mod admin_session;
mod backup;
mod capture;
mod check;
mod database;
mod env_file;
mod http;
mod memory;
mod metrics;
mod metrics_state;
mod people;
mod person;
mod run;
mod service;
mod signals;
mod webhook;

use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::{CommandFactory, Parser, Subcommand};

use crate::config::{self, Config, ConfigError, LogForm};
use crate::db::DbError;
use crate::failure::{Failure, exit, print};

/// A CRM for a small company that lives in a Telegram chat.
///
/// Without a subcommand it does the main job. Configuration comes from the environment and from `.env`:
/// `.env.example` lists every variable.
///
/// Subcommands work on what the bot works on: with a token a real company's database, without one the demo's; they join
/// its private cluster while it runs, and start it for themselves when it does not.
#[derive(Parser)]
#[command(name = "crmbot", version = env!("CRMBOT_VERSION"), max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// The bot: applies migrations, then polls Telegram (the default)
    Run,
    /// Applies migrations and ends
    Migrate,
    /// Sets, deletes or shows the webhook; starting and stopping the bot never touches it
    Webhook {
        #[command(subcommand)]
        action: webhook::Action,
    },
    /// What /seed_groups does: groups with their rights, starter accounts; prints their one-time invites
    SeedGroups,
    /// Creates or re-invites a person and prints the one-time link and code
    ///
    /// The only way to the first administrator: `crmbot invite crm_admin1 --superuser`. What the person has stays; a new
    /// invite ends the earlier ones.
    Invite(people::Invitation),
    /// The consistency check: compares what is kept of every client with what it is derived from; exit 1 when it
    /// differs
    Check(check::Check),
    /// Writes the whole database, documents included, into a file that only its owner can read
    Backup(backup::Backup),
    /// Fills the database from a file that `backup` has written, in one transaction
    Restore(backup::Restore),
    /// Exports everything that is known of one person, as JSON: the answer to a legal request
    ///
    /// The phone is read from the standard input: start the command, type the phone, press Enter twice.
    ExportPerson(person::Exporting),
    /// Erases one person: figures keep their totals, nothing personal stays in the database
    ///
    /// The phone is read from the standard input: start the command, type the phone, press Enter twice. Exit 1 names the
    /// columns that still hold something.
    ErasePerson(person::Erasing),
    /// Reads messages as JSON lines {"id","text","ads"}, prints what quick capture makes of them
    ///
    /// Each ad is {"id","title","channel"}, perhaps with "aliases". Prints JSON lines {"id","phones","first_name",
    /// "last_name","middle_name","email","ad_id","note"}. Needs no database.
    Recognise(capture::Recognise),
    /// Reads lines, prints each one's phone in E.164, or - where there is none. Needs no database
    NormalisePhone(capture::NormalisePhone),
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self { line: error.to_string(), code: exit::WRONG }
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Self { line: error.to_string(), code: error.exit_code() }
    }
}

/// A use case that the business refuses.
fn refused(refusal: &crate::crm::Refusal) -> Failure {
    Failure { line: format!("refused: {refusal:?}"), code: exit::WRONG }
}

pub fn main() -> ExitCode {
    memory::give_large_blocks_back();
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            print_error(&format!("crmbot: {}", failure.line));
            ExitCode::from(failure.code)
        }
    }
}

fn start() -> Result<(), Failure> {
    config::refuse_secrets(std::env::args_os().skip(1))?;
    let readable = env_file::load()?;
    let table = Cli::command();
    let known: Vec<String> =
        table.get_arguments().filter_map(|arg| arg.get_env()?.to_str().map(str::to_owned)).collect();
    config::refuse_unknown(known.iter().map(String::as_str), std::env::vars_os().map(|(name, _)| name))?;
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => return Err(ConfigError(one_line(&error)).into()),
        Err(help) => {
            print(help.to_string().trim_end());
            return Ok(());
        }
    };
    log(&cli.config);
    if let Some(warning) = readable {
        tracing::warn!("{warning}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure { line: format!("the runtime cannot start: {error}"), code: exit::OUT_OF_REACH })?;
    let done = runtime.block_on(async {
        match cli.command.unwrap_or(Command::Run) {
            Command::Run => run::run(cli.config).await,
            Command::Migrate => database::migrate(&cli.config).await,
            Command::Webhook { action } => webhook::webhook(&cli.config, action).await,
            Command::SeedGroups => people::seed_groups(&cli.config).await,
            Command::Invite(invitation) => people::invite(&cli.config, invitation).await,
            Command::Check(order) => check::check(&cli.config, &order).await,
            Command::Backup(order) => backup::backup(&cli.config, &order).await,
            Command::Restore(order) => backup::restore(&cli.config, &order).await,
            Command::ExportPerson(order) => person::export(&cli.config, &order).await,
            Command::ErasePerson(order) => person::erase(&cli.config, &order).await,
            Command::Recognise(order) => capture::recognise(&cli.config, &order),
            Command::NormalisePhone(order) => capture::normalise_phone(&cli.config, &order),
        }
    });
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    done
}

/// clap's message without its usage block: the first paragraph names the variable.
fn one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    first.trim_start_matches("error: ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Notices of Postgres, such as that a table exists already, are not logged.
const QUIET: &str = "sqlx::postgres::notice=warn";

fn log(config: &Config) {
    let filter = tracing_subscriber::EnvFilter::try_new(format!("{QUIET},{}", config.rust_log))
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(format!("{QUIET},info")));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    match config.crm_log {
        LogForm::Text => lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).init(),
        LogForm::Json => lines.json().init(),
    }
    std::panic::set_hook(Box::new(panicked));
}

/// How often a panic was caught or has ended a task since the program began (R19).
static PANICS: AtomicU64 = AtomicU64::new(0);

/// The default hook prints the panic's text, which may quote personal data (G9): only the place is logged.
fn panicked(panic: &std::panic::PanicHookInfo<'_>) {
    PANICS.fetch_add(1, Ordering::Relaxed);
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, "panic");
}

fn print_error(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    /// A log in memory.
    #[derive(Clone, Default)]
    struct Lines(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn g9_a_panic_is_logged_by_its_place_and_not_by_its_words() {
        let lines = Lines::default();
        let writer = lines.clone();
        let log = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(panicked));
        let ended = tracing::subscriber::with_default(log, || {
            std::panic::catch_unwind(|| std::panic::panic_any("canary +79215550147".to_owned()))
        });
        std::panic::set_hook(before);
        assert!(ended.is_err());
        let said = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(said.contains("panic") && said.contains("src/cli.rs:"), "{said}");
        assert!(!said.contains("canary") && !said.contains("9215550147"), "{said}");
    }

    #[test]
    fn the_example_lists_every_variable_with_its_default_and_no_other() {
        let mut table = BTreeSet::new();
        for arg in Cli::command().get_arguments() {
            let Some(name) = arg.get_env().and_then(|name| name.to_str()) else { continue };
            let default = arg.get_default_values().first().and_then(|value| value.to_str()).unwrap_or_default();
            table.insert(format!("{name}={default}"));
        }
        let example = include_str!("../.env.example");
        let listed: BTreeSet<String> = example
            .lines()
            .filter_map(|line| line.strip_prefix('#').filter(|line| line.contains('=') && !line.starts_with(' ')))
            .map(str::to_owned)
            .collect();
        assert_eq!(listed, table);
    }
}
