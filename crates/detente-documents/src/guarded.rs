//! Foreign code that may panic, or need much stack.

use crate::error::Result;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

/// Bytes of stack for a parser: parts within parts, as many as parsers allow, take a few of them.
const STACK: usize = 64 << 20;

thread_local! {
    /// Whether a panic of this thread is nobody's to hear of.
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs a parser on a thread of its own. What it panics at is `fallback`, and nothing is printed.
///
/// # Errors
/// Those of the parser.
pub(crate) fn guarded<T: Send>(
    parser: impl FnOnce() -> Result<T> + Send,
    fallback: impl FnOnce() -> crate::error::Error,
) -> Result<T> {
    hush();
    let run = || {
        IS_QUIET.set(true);
        catch_unwind(AssertUnwindSafe(parser)).ok()
    };
    let done = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, run);
        thread.ok().and_then(|thread| thread.join().ok().flatten())
    });
    done.unwrap_or_else(|| Err(fallback()))
}

/// Panics of guarded threads are not printed; all others are, as before.
fn hush() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !IS_QUIET.try_with(Cell::get).unwrap_or(false) {
                before(panic);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, ErrorKind};

    #[test]
    fn a_panic_is_an_error() {
        let broken = || Error::new(ErrorKind::Broken { what: "PDF file" });
        let none: Vec<u8> = Vec::new();
        assert!(guarded(|| Ok(none[1]), broken).is_err());
        assert_eq!(guarded(|| Ok(1), broken).unwrap(), 1);
    }
}
