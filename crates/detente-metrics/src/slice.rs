//! Whether the predictions for some of the rows are worse than those to the rest.

use crate::compare::difference;
use crate::confusion::Confusion;
use crate::error::ParamsError;
use crate::interval::{BootstrapParams, Measure, column, percentile_interval, replicates};
use crate::metric::{CountMetric, Metric};
use crate::predictions::Predictions;
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, Normal};

/// A measure inside a slice of the rows, outside it, and the difference.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SliceDifference {
    /// The measure.
    pub metric: Metric,
    /// Its value on the rows of the slice.
    pub slice: Option<f64>,
    /// Its value on all other rows.
    pub rest: Option<f64>,
    /// The first minus the second, with its interval.
    pub difference: Measure,
    /// The two-sided p-value; `None` without an interval.
    pub p_value: Option<f64>,
}

/// Compares the rows of a slice with all other rows.
///
/// ```text
/// interval = [Q(α), Q(1 - α)] of slice*(r) - rest*(r)    both from the same resample of documents
/// p        = 2 Φ(-|slice - rest| / s)                     s the standard deviation of the resamples
/// ```
///
/// Means over labels are taken over the list of all predictions on both sides, see
/// [`LabelList`](crate::LabelList): a slice without rows of a label has F1 = 0 for it, and so has the rest.
///
/// Documents are resampled whole, so a document with rows on both sides counts on both. The p-value
/// is that of the normal distribution, because the share of resamples beyond 0 cannot be smaller than
/// 1 / resamples, and after a correction for many slices nothing would be left of it. A resample
/// counts when both values are defined; at least half of them must.
///
/// # Errors
/// When the bootstrap parameters are out of range, or `in_slice` has another length than the predictions.
///
/// # References
/// Efron and Tibshirani 1993, An Introduction to the Bootstrap, sections 12.2 and 16.2.
pub fn slice_difference(
    predictions: &Predictions,
    in_slice: &[bool],
    metric: CountMetric,
    bootstrap: Option<&BootstrapParams>,
) -> Result<SliceDifference, ParamsError> {
    let (found, expected) = (in_slice.len(), predictions.n_rows());
    if found != expected {
        let what = "flags";
        return Err(ParamsError::Length {
            what,
            found,
            expected,
        });
    }
    let cells = [true, false].map(|side| document_cells(predictions, in_slice, side));
    let values = |weights: &[u32]| {
        let [slice, rest] = [0, 1].map(|side: usize| {
            let mut confusion = Confusion::empty(predictions.n_labels());
            for (document, cell, count) in &cells[side] {
                let weight = u64::from(weights[*document as usize]);
                confusion.add_to_cell(*cell, count * weight);
            }
            metric.over(&confusion, predictions.label_list())
        });
        vec![slice, rest, difference(slice, rest)]
    };
    let n_documents = predictions.n_documents();
    let whole = values(&vec![1; n_documents]);
    let mut result = SliceDifference {
        metric: metric.metric(),
        slice: whole[0],
        rest: whole[1],
        difference: Measure {
            value: whole[2],
            interval: None,
        },
        p_value: None,
    };
    let (Some(params), Some(value)) = (bootstrap, whole[2]) else {
        return Ok(result);
    };
    params.check()?;
    if n_documents < 2 {
        return Ok(result);
    }
    let defined = column(&replicates(&[n_documents], params, &values), 2);
    if 2 * defined.len() >= params.resamples && defined.len() > 1 {
        let mean = defined.iter().sum::<f64>() / defined.len() as f64;
        let squares: f64 = defined.iter().map(|d| (d - mean).powi(2)).sum();
        let deviation = (squares / (defined.len() - 1) as f64).sqrt();
        // A single document on one side has no spread of its own, and says nothing about others.
        if deviation > 0.0 && cells.iter().all(|cells| n_distinct(cells) > 1) {
            let normal = Normal::standard();
            result.p_value = Some(2.0 * normal.cdf(-value.abs() / deviation));
        }
        result.difference.interval = Some(percentile_interval(defined, params));
    }
    Ok(result)
}

fn n_distinct(cells: &[(u32, usize, u64)]) -> usize {
    cells.chunk_by(|a, b| a.0 == b.0).count()
}

/// The cells of the confusion that are not zero: (document, cell, count), by document.
fn document_cells(
    predictions: &Predictions,
    in_slice: &[bool],
    side: bool,
) -> Vec<(u32, usize, u64)> {
    let mut cells: Vec<(u32, usize)> = (0..predictions.n_rows())
        .filter(|row| in_slice[*row] == side)
        .map(|row| {
            let cell =
                predictions.gold()[row] * predictions.n_labels() + predictions.predicted()[row];
            (predictions.document_idx()[row], cell)
        })
        .collect();
    cells.sort_unstable();
    cells
        .chunk_by(|a, b| a == b)
        .map(|same| (same[0].0, same[0].1, same.len() as u64))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn predictions(n_rows: usize, wrong: impl Fn(usize) -> bool) -> Predictions {
        let labels = ["a", "b"].map(str::to_owned).to_vec();
        let gold: Vec<usize> = (0..n_rows).map(|row| row % 2).collect();
        let predicted = (0..n_rows).map(|row| (row + usize::from(wrong(row))) % 2);
        let documents: Vec<u32> = (0..n_rows as u32).map(|row| row / 2).collect();
        Predictions::new(labels, gold, predicted.collect(), None, &documents).unwrap()
    }

    #[test]
    fn a_slice_that_is_wrong_more_often_is_told_from_the_rest() {
        // The first 80 of 400 rows are wrong in every second document, the rest in every tenth.
        let predictions = predictions(400, |row| row / 2 % (if row < 80 { 2 } else { 10 }) == 0);
        let in_slice: Vec<bool> = (0..400).map(|row| row < 80).collect();
        let params = BootstrapParams::DEFAULT;
        let found = slice_difference(
            &predictions,
            &in_slice,
            CountMetric::Accuracy,
            Some(&params),
        )
        .unwrap();
        assert_eq!((found.slice, found.rest), (Some(0.5), Some(0.9)));
        assert!(found.difference.interval.unwrap().high < 0.0);
        // By hand: sqrt(.5 * .5 / 40 + .9 * .1 / 160) = .0825, so z = 4.85 and p = 1.3e-6.
        let p = found.p_value.unwrap();
        assert!((1e-8..1e-4).contains(&p), "{p}");
    }

    #[test]
    fn a_slice_of_one_document_has_no_p_value() {
        let predictions = predictions(40, |row| row < 2);
        let in_slice: Vec<bool> = (0..40).map(|row| row < 2).collect();
        let params = BootstrapParams::DEFAULT;
        let found = slice_difference(
            &predictions,
            &in_slice,
            CountMetric::Accuracy,
            Some(&params),
        )
        .unwrap();
        assert_eq!((found.slice, found.p_value), (Some(0.0), None));
    }

    #[test]
    fn a_slice_without_a_label_is_measured_over_the_list_of_all() {
        // Every row is right, but the slice has rows of one label alone.
        let predictions = predictions(40, |_| false);
        let in_slice: Vec<bool> = (0..40).map(|row| row < 20 && row % 2 == 0).collect();
        let found = slice_difference(&predictions, &in_slice, CountMetric::MacroF1, None).unwrap();
        assert_eq!((found.slice, found.rest), (Some(0.5), Some(1.0)));
        let inside: Vec<usize> = (0..20).step_by(2).collect();
        let inside = predictions.select(&inside).unwrap();
        let evaluation = crate::Evaluation::of(&inside, None, None).unwrap();
        assert_eq!(evaluation.macro_f1.value, found.slice);
        assert_eq!(evaluation.balanced_accuracy.value, Some(0.5));
    }
}
