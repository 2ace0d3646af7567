//! The `detente` command; everything is in `cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(detente::cli::run(std::env::args_os()))
}
