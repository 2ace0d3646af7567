//! The `detente` command; everything is in [`detente::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    detente::cli::run(std::env::args_os())
}
