//! How far labels are tilted: the one number that serves a measure best.

use crate::standard_error::mean_and_error;
use detente_metrics::{Confusion, CountMetric};
use detente_model::calibrate::{LogitAdjustment, log};
use detente_model::label::LabelSet;

/// The values of `t` that are tried: 0 to 1, this many tenths.
const TENTHS: usize = 10;

/// Parts of the rows of which each is left out once, to see how sure a gain is.
const BLOCKS: usize = 20;

/// Which of the tilts that are tried is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TiltChoice {
    /// The lowest one within one standard error of the best. Where rows to come have labels in other shares, a strong
    /// tilt pays for it.
    Cautious,
    /// The one with the best measure, the lowest of equal ones.
    Best,
}

impl TiltChoice {
    /// Every choice.
    pub const ALL: [Self; 2] = [Self::Cautious, Self::Best];

    /// The word for it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cautious => "cautious",
            Self::Best => "best",
        }
    }
}

/// Searches the tilt `t` for a measure, 0 where that is undefined.
///
/// `probabilities[i]` are those of a row the model did not see in fitting, `gold[i]` its class; shares are
/// those of `label_counts`, which may be of more rows. The error is that of the difference between two tilts, by the
/// jackknife over 20 parts of the rows.
///
/// # References
/// Breiman, Friedman, Olshen and Stone 1984, Classification and Regression Trees, section 3.4.3 (one standard error);
/// Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 11 (jackknife).
pub fn fit_logit_adjustment(
    probabilities: &[&[f64]],
    gold: &[usize],
    (metric, choice): (CountMetric, TiltChoice),
    (labels, label_counts): (&LabelSet, &[usize]),
) -> LogitAdjustment {
    let n_labels = label_counts.len();
    let logs: Vec<f64> = (probabilities.iter().copied().flatten())
        .map(|p| log(*p))
        .collect();
    let log_counts = label_counts.iter().map(|count| (*count as f64 + 1.0).ln());
    let log_counts: Vec<f64> = log_counts.collect();
    let mut tried: Vec<Tried> = Vec::new();
    let mut best = 0;
    for tenths in 0..=TENTHS {
        let tilt = -(tenths as f64) / 10.0;
        let offsets = log_counts.iter().map(|log| tilt * log).collect();
        let Some(decision) = LogitAdjustment::from_offsets(offsets, labels) else {
            continue;
        };
        let decision = LogitAdjustment::mean_of(&[decision]);
        let mut blocks = vec![vec![0; n_labels * n_labels]; BLOCKS];
        for (at, (row, gold)) in logs.chunks_exact(n_labels).zip(gold).enumerate() {
            blocks[at % BLOCKS][gold * n_labels + decision.apply_to_logs(row)] += 1;
        }
        let mut counted = Tried {
            decision,
            value: f64::NAN,
            blocks,
        };
        if let Some(value) = counted.value_without(None, metric) {
            counted.value = value;
            tried.push(counted);
            if value > tried[best].value {
                best = tried.len() - 1;
            }
        }
    }
    let chosen = match choice {
        TiltChoice::Cautious => tried.iter().find(|lower| {
            let best = &tried[best];
            best.value - lower.value <= error_between(best, lower, metric)
        }),
        TiltChoice::Best => tried.get(best),
    };
    chosen.map_or_else(
        || LogitAdjustment::most_probable(labels),
        |tried| tried.decision.clone(),
    )
}

/// What one tilt gives.
struct Tried {
    decision: LogitAdjustment,
    /// The measure on all rows.
    value: f64,
    /// For each part of the rows, how often each label was given for each gold label.
    blocks: Vec<Vec<u64>>,
}

impl Tried {
    /// The measure on all rows but those of a part; `None` where it is undefined.
    fn value_without(&self, left_out: Option<usize>, metric: CountMetric) -> Option<f64> {
        let mut cells = vec![0; self.blocks[0].len()];
        for (at, block) in self.blocks.iter().enumerate() {
            if left_out != Some(at) {
                cells
                    .iter_mut()
                    .zip(block)
                    .for_each(|(sum, count)| *sum += count);
            }
        }
        metric.of(&Confusion::from_cells(
            self.decision.offsets().len(),
            &cells,
        )?)
    }
}

/// The standard error of the difference between the measures of two tilts, by the jackknife over parts of the rows.
fn error_between(one: &Tried, other: &Tried, metric: CountMetric) -> f64 {
    let without = |tried: &Tried, block| {
        tried
            .value_without(Some(block), metric)
            .unwrap_or(tried.value)
    };
    let differences = (0..BLOCKS).map(|block| without(one, block) - without(other, block));
    let differences: Vec<f64> = differences.collect();
    // The error of the mean of so many values, times the number of them less 1.
    mean_and_error(&differences).1 * (BLOCKS - 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_labels_are_given_sooner_by_their_shares() {
        // The rare label never has the larger probability. ln 9 times t has to be above ln(.7/.3), so t is .4 or
        // more; and below ln(.9/.1), so below 1.
        let rows = [[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.7, 0.3]];
        let rows = rows.each_ref().map(|row| &row[..]);
        let (gold, counts) = ([0, 0, 0, 1], [89, 9]);
        let labels = LabelSet::new(["common", "rare"]);
        let fitted = fit_logit_adjustment(
            &rows,
            &gold,
            (CountMetric::MacroF1, TiltChoice::Best),
            (&labels, &counts),
        );
        let expected = 0.4 * 9.0_f64.ln() / 2.0;
        assert_eq!(LogitAdjustment::most_probable(&labels).apply(rows[3]), 0);
        assert_eq!(rows.map(|row| fitted.apply(row)), gold);
        assert!((fitted.offsets()[1] - expected).abs() < 1e-12);
        assert!((fitted.offsets()[0] + expected).abs() < 1e-12);
        let all_right = fit_logit_adjustment(
            &rows[..3],
            &[0; 3],
            (CountMetric::MacroF1, TiltChoice::Best),
            (&labels, &counts),
        );
        assert_eq!(all_right, LogitAdjustment::most_probable(&labels));
    }

    #[test]
    fn offsets_stay_zero_where_nothing_is_gained() {
        let rows = [[0.9, 0.1], [0.2, 0.8]];
        let labels = LabelSet::new(["common", "rare"]);
        let rows: Vec<&[f64]> = rows.iter().map(|row| &row[..]).collect();
        let fitted = fit_logit_adjustment(
            &rows,
            &[0, 1],
            (CountMetric::MacroF1, TiltChoice::Best),
            (&labels, &[9, 1]),
        );
        assert_eq!(fitted, LogitAdjustment::most_probable(&labels));
    }

    #[test]
    fn a_gain_that_hangs_on_one_row_is_not_taken_cautiously() {
        // Forty rows, of which a single one is won by a tilt.
        let mut rows = vec![[0.95, 0.05]; 36];
        rows.extend([[0.1, 0.9]; 3]);
        rows.push([0.6, 0.4]);
        let rows: Vec<&[f64]> = rows.iter().map(|row| &row[..]).collect();
        let gold: Vec<usize> = (0..40).map(|at| usize::from(at >= 36)).collect();
        let labels = LabelSet::new(["common", "rare"]);
        let fitted = |choice| {
            let metric = (CountMetric::MacroF1, choice);
            fit_logit_adjustment(&rows, &gold, metric, (&labels, &[36, 4]))
        };
        assert!(fitted(TiltChoice::Best).offsets()[1] > 0.0);
        assert_eq!(
            fitted(TiltChoice::Cautious),
            LogitAdjustment::most_probable(&labels)
        );
    }
}
