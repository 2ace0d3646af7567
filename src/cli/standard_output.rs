//! Standard output, which may have been closed before the program began.

use super::failure::{Error, Result};
use std::io::{Error as IoError, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether it was closed then. The runtime puts `/dev/null` in its place, so that nothing written to it would fail.
static IS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Looks before the runtime does.
#[cfg(unix)]
#[ctor::ctor(unsafe)]
fn look() {
    let is_open = rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_ok();
    IS_CLOSED.store(!is_open, Ordering::Relaxed);
}

/// Checks that it can be written to.
///
/// # Errors
/// It was closed when the program began.
pub(super) fn check() -> Result<()> {
    match IS_CLOSED.load(Ordering::Relaxed) {
        true => Err(failed(IoError::other("it is closed"))),
        false => Ok(()),
    }
}

/// Writes a result to it, without colors where they are not wanted.
///
/// # Errors
/// It is closed, or takes no more.
pub(super) fn print(text: &str) -> Result<()> {
    check()?;
    let mut out = anstream::stdout();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(failed)
}

/// Writes a result to it as it is: what a program reads has no colors, and its cells may hold what looks like one.
///
/// # Errors
/// It is closed, or takes no more.
pub(super) fn print_bytes(bytes: &[u8]) -> Result<()> {
    check()?;
    let mut out = std::io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(failed)
}

/// The failure of writing to it.
pub(super) fn failed(source: IoError) -> Error {
    Error::io("cannot write", Path::new("standard output"), source)
}
