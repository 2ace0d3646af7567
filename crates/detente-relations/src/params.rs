//! How relations are gathered.

use crate::period::Period;
use detente_metrics::BootstrapParams;
use jiff::civil::Date;
use std::sync::Arc;

/// How relations are gathered.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationsParams {
    /// How long the periods are.
    pub period: Period,
    /// The first day that counts.
    pub from: Option<Date>,
    /// The last day that counts.
    pub to: Option<Date>,
    /// Only statements of this party, by its id.
    pub holder: Option<Arc<str>>,
    /// Only statements toward this party, by its id.
    pub counterpart: Option<Arc<str>>,
    /// Whether near-duplicates of earlier articles are left out; default true.
    pub once: bool,
    /// Statements kept for each pair and period; default 3. The strongest are kept.
    pub n_samples: usize,
    /// Pairs that get series; default 60, those with most statements. All pairs are counted.
    pub n_pairs: usize,
    /// Periods over which the smoothed series is a mean, an odd number; default 3.
    pub smooth: usize,
    /// How often a series without a turning point is given one, from 0 to 1; default 0.05.
    pub false_alarms: f64,
    /// How the intervals are made.
    pub bootstrap: BootstrapParams,
}

impl RelationsParams {
    /// By year, all pairs, 1,000 resamples, 95 % intervals.
    pub const DEFAULT: Self = Self {
        period: Period::Year,
        from: None,
        to: None,
        holder: None,
        counterpart: None,
        once: true,
        n_samples: 3,
        n_pairs: 60,
        smooth: 3,
        false_alarms: 0.05,
        bootstrap: BootstrapParams {
            resamples: 1000,
            ..BootstrapParams::DEFAULT
        },
    };
}
