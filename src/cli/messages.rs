//! What is said on standard error: errors always, notes unless `--quiet`, events with `--verbose`.

use detente_error::visible_lines;
use std::fmt::Arguments;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::time::uptime;

/// Whether only errors are said. One run of the program has one voice.
static IS_QUIET: AtomicBool = AtomicBool::new(false);

/// Sets how much is said.
pub(super) fn set_verbosity(quiet: bool, verbose: bool) {
    IS_QUIET.store(quiet, Ordering::Relaxed);
    if verbose {
        // A second run in one process keeps the subscriber of the first.
        let _ = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::DEBUG)
            .with_timer(uptime())
            .with_target(false)
            .with_ansi(false)
            .with_writer(std::io::stderr)
            .try_init();
    }
}

/// Whether notes and progress are wanted.
pub(super) fn is_quiet() -> bool {
    IS_QUIET.load(Ordering::Relaxed)
}

/// Says something on standard error, unless only errors are wanted.
pub(super) fn note(message: Arguments) {
    if !is_quiet() {
        complain(message);
    }
}

/// Says something on standard error, whatever is wanted.
pub(super) fn complain(message: Arguments) {
    // Names of files, labels and cells are the words of others, which must not steer the terminal.
    let message = message.to_string();
    // There is nowhere left to complain to if this fails.
    let _ = writeln!(anstream::stderr(), "{}", visible_lines(&message));
}
