//! The `detente` command; everything is in [`detente::cli`].

use std::process::ExitCode;

/// Scoring makes many short lists; the allocator of the C library takes a tenth of the time over them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    detente::cli::run(std::env::args_os())
}
