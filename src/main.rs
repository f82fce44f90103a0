//! Entry point of the program: see `crmbot --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    crmbot::cli::main()
}
