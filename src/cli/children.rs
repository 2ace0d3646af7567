//! Runs of this program that another run waits for.

use std::io::Result;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The one that is waited for.
static RUNNING: Mutex<Option<Child>> = Mutex::new(None);

/// How long is waited before it is looked whether one has ended: less at first, since many end at once.
const SHORTEST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_millis(50);

fn running() -> MutexGuard<'static, Option<Child>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a command to its end; `tick` is called now and then meanwhile. It is ended with this process.
pub(super) fn run(command: &mut Command, mut tick: impl FnMut()) -> Result<ExitStatus> {
    {
        let mut running = running();
        *running = Some(command.spawn()?);
    }
    let mut pause = SHORTEST;
    loop {
        {
            let mut running = running();
            // Invariant: it was put there above, and nobody else takes it.
            let child = running.as_mut().expect("it is waited for");
            if let Some(status) = child.try_wait()? {
                *running = None;
                return Ok(status);
            }
        }
        tick();
        std::thread::sleep(pause);
        pause = (2 * pause).min(LONGEST);
    }
}

/// Ends the one that is waited for, if there is one, and lets none be begun or waited for after it. For a process that
/// ends at once.
#[cfg(unix)]
pub(super) fn end_running() {
    let mut running = running();
    if let Some(child) = running.as_mut() {
        // It may have ended by itself meanwhile.
        let _ = child.kill();
        let _ = child.wait();
    }
    // Whoever waits for it waits until the process is gone.
    std::mem::forget(running);
}
