//! Sets of labels that hold the true one as often as promised.

use crate::error::{Error, ErrorKind, Result};
use serde::Serialize;

/// The most order statistics kept of a head's conformity scores.
pub const MOST_SCORES: usize = 1000;

/// No corpus has so many rows; a file that says so is wrong, and ranks would overflow.
const TOO_MANY_ROWS: usize = 1 << 40;

/// The share of prediction sets that may miss the true label, a number between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Risk(f64);

impl Risk {
    /// Checks the range: above 0, below 1.
    ///
    /// # Errors
    /// It is out of range or not a number.
    pub fn new(value: f64) -> Result<Self> {
        match value > 0.0 && value < 1.0 {
            true => Ok(Self(value)),
            false => Err(Error::new(ErrorKind::OutOfRange {
                parameter: "the risk",
                value: value.to_string(),
                expected: "a number between 0 and 1",
            })),
        }
    }

    /// The number itself.
    pub fn value(self) -> f64 {
        self.0
    }
}

/// How unusual the true label was among the rows that a head did not see in fitting.
///
/// ```text
/// score(i)        = 1 - p_i,gold(i)                       in [0, 1]
/// threshold(risk) = the ⌈(n + 1)(1 - risk)⌉-th smallest score; 1 when that is more than n
/// set(x)          = { k : 1 - p_k(x) ≤ threshold }
/// P(gold in set)  ≥ 1 - risk
/// ```
///
/// Up to [`MOST_SCORES`] rows every score is kept. Of more, the ones of rank `⌈j n / 1000⌉` are, for
/// `j` from 1 to 1,000, and a rank between two of them takes the larger: the risk that is kept to is
/// then the one asked for or up to 0.001 less. Scores are kept as 32-bit numbers, rounded up, so that
/// rounding adds labels and never takes one away.
///
/// The promise is marginal: on average over all labels, calibration rows and new rows, when the new
/// rows are exchangeable with those of training. It is not a promise for each label, each document or
/// each kind of text. Two things stand between it and the textbook. Rows of one document are alike, so
/// with few documents the share missed varies more from one corpus to the next than single rows would
/// let it. And the scores come from the models of the folds while the answers come from the one of all
/// rows (cross-conformal prediction), which learned from more and is mostly the better one.
/// `evaluate` measures what is kept, with intervals by document.
///
/// # References
/// Vovk, Gammerman and Shafer 2005, Algorithmic Learning in a Random World; Sadinle, Lei and
/// Wasserman 2019, Least Ambiguous Set-Valued Classifiers with Bounded Error Levels (this score); Vovk
/// 2015, Cross-conformal predictors; Angelopoulos and Bates 2021, A Gentle Introduction to Conformal
/// Prediction, section 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Conformal {
    n_rows: usize,
    scores: Vec<f32>,
}

impl Conformal {
    /// Saved scores; `None` unless they are as many as are kept of `n_rows`, in order, from 0 to 1.
    pub fn from_parts(n_rows: usize, scores: Vec<f32>) -> Option<Self> {
        let fits = n_rows < TOO_MANY_ROWS
            && scores.len() == n_rows.min(MOST_SCORES)
            && scores.is_sorted()
            && scores.iter().all(|score| (0.0..=1.0).contains(score));
        fits.then_some(Self { n_rows, scores })
    }

    /// The threshold that keeps to a risk.
    ///
    /// # Example
    /// ```
    /// use detente_model::calibrate::{Conformal, Risk};
    ///
    /// // Four rows, whose true labels got .9, .8, .6 and .3.
    /// let conformal = Conformal::from_parts(4, vec![0.1, 0.2, 0.4, 0.7]).expect("in order");
    /// // ⌈5 · 0.6⌉ = 3: the third smallest of .1, .2, .4 and .7.
    /// let threshold = conformal.threshold(Risk::new(0.4)?);
    /// assert!((threshold.value() - 0.4).abs() < 1e-6);
    /// assert_eq!(threshold.prediction_set(&[0.65, 0.35]), [0]);
    /// # Ok::<(), detente_model::Error>(())
    /// ```
    pub fn threshold(&self, risk: Risk) -> ConformalThreshold {
        // ⌈(n + 1)(1 - risk)⌉ as n + 1 - ⌊(n + 1) risk⌋, with room for the rounding of a risk such as
        // 0.1, which no f64 holds exactly.
        let missed = ((self.n_rows + 1) as f64 * risk.value() + 1e-9).floor() as usize;
        let rank = self.n_rows + 1 - missed.min(self.n_rows);
        let score = match rank > self.n_rows {
            true => None,
            // The first rank kept that is not below: ⌈j n / kept⌉ ≥ rank where j > (rank - 1) kept / n.
            false => self
                .scores
                .get((rank - 1) * self.scores.len() / self.n_rows),
        };
        ConformalThreshold(score.copied().map_or(1.0, f64::from))
    }

    /// The number of rows whose scores were taken.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// The scores kept, from low to high.
    pub fn scores(&self) -> &[f32] {
        &self.scores
    }
}

/// The largest score that a label of a set may have.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ConformalThreshold(f64);

impl ConformalThreshold {
    /// The number itself, from 0 to 1.
    pub fn value(self) -> f64 {
        self.0
    }

    /// Whether every set holds every label, since there were too few rows to promise more.
    pub fn is_blind(self) -> bool {
        self.0 >= 1.0
    }

    /// The places of the labels whose score, 1 - p, is at most the threshold, in order.
    ///
    /// May be empty: then no label is as likely as the true one usually is.
    pub fn prediction_set(self, probabilities: &[f64]) -> Vec<usize> {
        let is_held = |label: &usize| 1.0 - probabilities[*label] <= self.0;
        (0..probabilities.len()).filter(is_held).collect()
    }
}

/// Whether an answer is left to a person: its prediction set is not just the label given.
///
/// An answer that is not deferred and is wrong has a set without the true label. So of all answers, at
/// most the risk are given and wrong. Where the risk is larger than the share that the model gets wrong
/// anyway, the promise needs no deferral; the sets of the most doubtful rows are empty then, and those
/// are deferred all the same.
pub fn is_deferred(prediction_set: &[usize], given: usize) -> bool {
    prediction_set != [given]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_scores(scores: &[f64]) -> Conformal {
        let kept = scores.iter().map(|score| *score as f32).collect();
        Conformal::from_parts(scores.len(), kept).unwrap()
    }

    #[test]
    fn the_threshold_is_the_corrected_quantile() {
        let scores: Vec<f64> = (1..=9).map(|score| f64::from(score) / 10.0).collect();
        let conformal = of_scores(&scores);
        let threshold = |risk| conformal.threshold(Risk::new(risk).unwrap()).value();
        // ⌈10 · 0.9⌉ = 9th, ⌈10 · 0.8⌉ = 8th, ⌈10 · 0.75⌉ = 8th, ⌈10 · 0.95⌉ = 10th: none.
        assert!((threshold(0.1) - 0.9).abs() < 1e-6);
        assert!((threshold(0.2) - 0.8).abs() < 1e-6);
        assert!((threshold(0.25) - 0.8).abs() < 1e-6);
        assert_eq!(threshold(0.05), 1.0);
        // ⌈10 · 0.01⌉ = 1st.
        assert!((threshold(0.99) - 0.1).abs() < 1e-6);
    }

    #[test]
    fn sets_hold_the_likely_labels() {
        let threshold = ConformalThreshold(0.6);
        assert_eq!(threshold.prediction_set(&[0.5, 0.4, 0.1]), [0, 1]);
        assert_eq!(
            threshold.prediction_set(&[0.35, 0.35, 0.3]),
            [] as [usize; 0]
        );
        assert!(!threshold.is_blind() && ConformalThreshold(1.0).is_blind());
    }

    #[test]
    fn only_the_label_given_alone_is_an_answer() {
        assert!(!is_deferred(&[1], 1));
        for set in [&[][..], &[0], &[0, 1]] {
            assert!(is_deferred(set, 1), "{set:?}");
        }
    }

    #[test]
    fn a_risk_out_of_range_is_refused() {
        for value in [0.0, 1.0, -0.1, 2.0, f64::NAN] {
            assert!(Risk::new(value).is_err(), "{value}");
        }
    }

    #[test]
    fn saved_scores_are_checked() {
        assert!(Conformal::from_parts(2, vec![0.1, 0.4]).is_some());
        assert_eq!(Conformal::from_parts(2, vec![0.4, 0.1]), None);
        assert_eq!(Conformal::from_parts(3, vec![0.1, 0.4]), None);
        assert_eq!(Conformal::from_parts(2, vec![0.1, 1.5]), None);
        assert_eq!(Conformal::from_parts(2, vec![0.1, f32::NAN]), None);
    }
}
