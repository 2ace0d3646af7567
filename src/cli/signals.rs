//! What is done when the program is told to end.

#[cfg(unix)]
use super::children::end_running;
#[cfg(unix)]
use super::messages::complain;
#[cfg(unix)]
use detente_data::file::remove_unfinished;
#[cfg(unix)]
use signal_hook::consts::{SIGINT, SIGTERM};
#[cfg(unix)]
use signal_hook::iterator::Signals;

/// Removes what was begun and not finished when SIGINT or SIGTERM comes, and ends the program with 128 and the number
/// of the signal, as shells have it. Other systems end it as they do.
pub(super) fn end_cleanly() {
    #[cfg(unix)]
    {
        // Without it the program ends all the same, and the next run cleans up.
        let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else {
            return;
        };
        std::thread::spawn(move || {
            if let Some(signal) = signals.forever().next() {
                end_running();
                remove_unfinished();
                let name = if signal == SIGINT {
                    "SIGINT"
                } else {
                    "SIGTERM"
                };
                complain(format_args!("error: stopped by {name}"));
                std::process::exit(128 + signal);
            }
        });
    }
}
