//! Failures of a subcommand: one line for the administrator, and an exit code.

use std::io::Write as _;

use crate::error::SystemError;

/// Exit codes: a contract with scripts.
pub mod exit {
    /// A check has found something.
    pub const FOUND: u8 = 1;
    /// Wrong use or configuration.
    pub const WRONG: u8 = 2;
    /// A needed service is out of reach.
    pub const OUT_OF_REACH: u8 = 3;
}

/// Why a subcommand ended badly: one clear line and an exit code.
#[derive(Debug)]
pub struct Failure {
    /// For the administrator who started the program.
    pub line: String,
    /// See [`exit`].
    pub code: u8,
}

impl From<SystemError> for Failure {
    fn from(fault: SystemError) -> Self {
        Self { line: fault.to_string(), code: exit::OUT_OF_REACH }
    }
}

/// Prints a line on the standard output: the program's answer, not its log.
pub fn print(line: &str) {
    // A closed output is no failure of the command.
    let _ = writeln!(std::io::stdout(), "{line}");
}
