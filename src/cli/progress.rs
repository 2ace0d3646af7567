//! Progress on standard error, when it is a terminal and the work is long.

use super::messages::is_quiet;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Work shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar that appears once the work has taken longer than a second.
pub(super) struct Progress {
    started: Instant,
    template: &'static str,
    /// Whether somebody sees it; asking costs a system call.
    is_seen: OnceLock<bool>,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    pub(super) fn new(template: &'static str) -> Self {
        Self {
            started: Instant::now(),
            template,
            is_seen: OnceLock::new(),
            bar: OnceLock::new(),
        }
    }

    /// Says that `done` of `all` are done; without an `all` it counts up.
    pub(super) fn at(&self, done: u64, all: Option<u64>) {
        let is_seen = || self.is_seen.get_or_init(|| std::io::stderr().is_terminal());
        if is_quiet() || self.started.elapsed() < PATIENCE || !is_seen() {
            return;
        }
        let bar = self.bar.get_or_init(|| {
            let bar = ProgressBar::with_draw_target(all, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template(self.template) {
                bar.set_style(style);
            }
            bar
        });
        bar.set_position(done);
    }

    /// As [`Progress::at`], with how many things of a kind were done in a second.
    pub(super) fn at_rate(&self, done: u64, all: Option<u64>, n: usize, things: &str) {
        self.at(done, all);
        if let Some(bar) = self.bar.get() {
            let rate = n as f64 / self.started.elapsed().as_secs_f64();
            bar.set_message(format!("{rate:.0} {things}/s"));
        }
    }

    pub(super) fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}
