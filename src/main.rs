//! Parses, runs, prints the failure, exits.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(catalink::cli::main().code())
}
