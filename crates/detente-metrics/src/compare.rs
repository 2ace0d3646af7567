//! Whether one classifier is better than another on the same rows, or only luckier.
//!
//! [`Pair::mcnemar`] and [`Pair::randomization`] test one measure; [`Pair::bootstrap`] gives the
//! difference in every measure an interval; [`holm`] corrects what was tested more than once.

use crate::error::{ParamsError, PredictionsError};
use crate::interval::{BootstrapParams, Measure, column, percentile_interval, replicates};
use crate::label_list::LabelList;
use crate::metric::{Metric, Scope, Sides};
use crate::predictions::Predictions;
use crate::prepared::Prepared;
use serde::Serialize;

/// The predictions of two classifiers for the same rows.
///
/// Every difference is the first minus the second.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    first: &'a Predictions,
    second: &'a Predictions,
}

/// The difference in one measure, with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// The measure.
    pub metric: Metric,
    /// The value of the first classifier.
    pub first: Option<f64>,
    /// The value of the second classifier.
    pub second: Option<f64>,
    /// The first minus the second.
    pub difference: Measure,
    /// The two-sided p-value of the bootstrap; `None` without an interval.
    pub p_value: Option<f64>,
}

impl<'a> Pair<'a> {
    /// Puts two classifiers side by side.
    ///
    /// # Errors
    ///
    /// [`PredictionsError::Different`] when labels, gold or documents differ.
    pub fn new(first: &'a Predictions, second: &'a Predictions) -> Result<Self, PredictionsError> {
        let same = first.labels() == second.labels()
            && first.gold() == second.gold()
            && first.document_idx() == second.document_idx();
        if same {
            Ok(Self { first, second })
        } else {
            Err(PredictionsError::Different)
        }
    }

    /// The predictions of the first classifier.
    pub fn first(&self) -> &'a Predictions {
        self.first
    }

    /// The predictions of the second classifier.
    pub fn second(&self) -> &'a Predictions {
        self.second
    }

    /// The labels that means are taken over for both: those of either list.
    pub fn label_list(&self) -> LabelList {
        self.first.label_list().union(self.second.label_list())
    }

    /// The paired bootstrap: differences in every measure of the whole, with intervals by document.
    ///
    /// ```text
    /// interval = [Q(α), Q(1 - α)] of first*(r) - second*(r)      both from the same documents in r
    /// p        = min(1, 2 (1 + min(#{difference ≤ 0}, #{difference ≥ 0})) / (1 + resamples))
    /// ```
    ///
    /// Intervals are percentile intervals whatever `params.method` says. A resample counts when both
    /// values are defined.
    ///
    /// # Errors
    ///
    /// When the parameters are out of range or the sides are not two of the labels.
    ///
    /// # References
    ///
    /// Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapters 13 and 16;
    /// Berg-Kirkpatrick, Burkett and Klein 2012.
    pub fn bootstrap(
        &self,
        sides: Option<Sides>,
        params: &BootstrapParams,
    ) -> Result<Vec<Difference>, ParamsError> {
        params.check()?;
        if let Some(sides) = sides {
            sides.check(self.first.n_labels())?;
        }
        let list = self.label_list();
        let prepared = [
            Prepared::new(self.first, sides).with_list(&list),
            Prepared::new(self.second, sides).with_list(&list),
        ];
        let n_documents = self.first.n_documents();
        let ones = vec![1; n_documents];
        let (first, second) = (prepared[0].values(&ones), prepared[1].values(&ones));
        let differences = |weights: &[u32]| {
            let pairs = prepared[0]
                .values(weights)
                .into_iter()
                .zip(prepared[1].values(weights));
            pairs
                .map(|(first, second)| difference(first, second))
                .collect::<Vec<_>>()
        };
        let resampled = match n_documents {
            0 | 1 => Vec::new(),
            _ => replicates(&[n_documents], params, &differences),
        };
        let one = |(slot, metric)| {
            let defined = column(&resampled, slot);
            let value = difference(first[slot], second[slot]);
            let enough = 2 * defined.len() >= params.resamples;
            let defined = (value.is_some() && enough).then_some(defined);
            Difference {
                metric,
                first: first[slot],
                second: second[slot],
                p_value: defined.as_deref().map(bootstrap_p_value),
                difference: Measure {
                    value,
                    interval: defined.map(|defined| percentile_interval(defined, params)),
                },
            }
        };
        Ok(Metric::of_scope(Scope::Whole)
            .enumerate()
            .map(one)
            .collect())
    }
}

/// Holm's correction of a family of p-values, in the order given.
///
/// ```text
/// p'₍ᵢ₎ = min(1, max_{j ≤ i} (m - j + 1) p₍ⱼ₎)      p₍₁₎ ≤ ... ≤ p₍ₘ₎
/// ```
///
/// Rejecting where p' ≤ α keeps the chance of any false rejection at α, whatever the dependence.
///
/// # References
///
/// Holm 1979, A simple sequentially rejective multiple test procedure.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&first, &second| p_values[first].total_cmp(&p_values[second]));
    let mut corrected = vec![0.0; p_values.len()];
    let mut least = 0.0_f64;
    for (rank, &idx) in order.iter().enumerate() {
        least = least
            .max((p_values.len() - rank) as f64 * p_values[idx])
            .min(1.0);
        corrected[idx] = least;
    }
    corrected
}

pub(crate) fn difference(first: Option<f64>, second: Option<f64>) -> Option<f64> {
    Some(first? - second?)
}

fn bootstrap_p_value(differences: &[f64]) -> f64 {
    let not_above = differences
        .iter()
        .filter(|&&difference| difference <= 0.0)
        .count();
    let not_below = differences
        .iter()
        .filter(|&&difference| difference >= 0.0)
        .count();
    let least = 1 + not_above.min(not_below);
    (2.0 * least as f64 / (differences.len() + 1) as f64).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn predictions(gold: &[usize], predicted: &[usize], documents: &[u32]) -> Predictions {
        let labels = ["a", "b"].map(str::to_owned).to_vec();
        Predictions::new(labels, gold.to_vec(), predicted.to_vec(), None, documents).unwrap()
    }

    #[test]
    fn holm_is_that_worked_out_by_hand() {
        let corrected = holm(&[0.01, 0.04, 0.03, 0.005]);
        let expected = [0.03, 0.06, 0.06, 0.02];
        assert!(
            corrected
                .iter()
                .zip(expected)
                .all(|(found, wanted)| (found - wanted).abs() < 1e-15)
        );
        assert_eq!(holm(&[0.6, 0.7]), [1.0, 1.0]);
        assert_eq!(holm(&[]), [] as [f64; 0]);
    }

    #[test]
    fn a_classifier_does_not_differ_from_itself() {
        let documents: Vec<u32> = (0..10).collect();
        let same = predictions(
            &[0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
            &[0, 1, 1, 1, 0, 0, 0, 1, 1, 1],
            &documents,
        );
        let pair = Pair::new(&same, &same).unwrap();
        let differences = pair.bootstrap(None, &BootstrapParams::DEFAULT).unwrap();
        let interval = differences[0].difference.interval.unwrap();
        assert_eq!((interval.low, interval.high), (0.0, 0.0));
        assert_eq!(differences[0].p_value, Some(1.0));
        let log_loss = differences
            .iter()
            .find(|difference| difference.metric == Metric::LogLoss);
        assert_eq!(log_loss.unwrap().difference, Measure::default());
    }

    #[test]
    fn the_paired_interval_is_narrower_than_its_parts() {
        let gold: Vec<usize> = (0..400).map(|row| row % 2).collect();
        let documents: Vec<u32> = (0..400).map(|row| row / 4).collect();
        // Both are wrong on every fifth row; the second also on every fiftieth.
        let miss = |every: &[usize]| -> Vec<usize> {
            let wrong = |row: usize| every.iter().any(|every| row % every == 3);
            gold.iter()
                .enumerate()
                .map(|(row, &gold)| gold ^ usize::from(wrong(row)))
                .collect()
        };
        let first = predictions(&gold, &miss(&[5]), &documents);
        let second = predictions(&gold, &miss(&[5, 49]), &documents);
        let pair = Pair::new(&first, &second).unwrap();
        let differences = pair.bootstrap(None, &BootstrapParams::DEFAULT).unwrap();
        let accuracy = differences[0];
        let interval = accuracy.difference.interval.unwrap();
        assert!(interval.low > 0.0 && interval.high < 0.04, "{interval:?}");
        assert!(accuracy.p_value.unwrap() < 0.05);
    }

    #[test]
    fn predictions_of_other_rows_are_refused() {
        let first = predictions(&[0, 1], &[0, 1], &[0, 1]);
        let second = predictions(&[1, 1], &[0, 1], &[0, 1]);
        assert_eq!(
            Pair::new(&first, &second).unwrap_err(),
            PredictionsError::Different
        );
    }
}
