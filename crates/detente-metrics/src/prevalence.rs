//! How common each label is among rows, when the classifier that counts them errs.
//!
//! Counting predictions repeats the classifier's bias: a label it says too often looks too common. The
//! adjusted count undoes errors measured on labelled rows; expectation-maximisation needs only the
//! shares of the training data. Both assume that the shares differ between training and new rows but
//! the look of each label's rows does not (prior probability shift).

mod em;

pub(crate) use em::maximize_rows;
pub use em::{EM_ROUNDS, EM_TOLERANCE, EmShares, em_shares};

use ndarray::Array2;

use crate::confusion::Confusion;
use crate::error::ParamsError;
use crate::interval::{BootstrapParams, Measure};
use crate::predictions::{Predictions, SUM_TOLERANCE, UnlabelledPredictions};
use crate::prepared::DocumentCells;

/// Resamples behind the intervals of corrected shares at the most: each is a search of its own.
pub const SHARE_RESAMPLES: usize = 200;

/// The most rows that [`adjusted_count_from`] draws from a confusion.
pub const MOST_KNOWN_ROWS: u64 = 1 << 20;

/// The share of rows predicted as each label.
///
/// ```text
/// share(k) = #{i: predicted(i) = k} / n
/// ```
///
/// One measure in `[0, 1]` per label; undefined without rows.
///
/// # Errors
///
/// When the bootstrap parameters are out of range.
///
/// # References
///
/// Forman 2008, Quantifying counts and costs via classification, section 2.1.
pub fn classify_and_count(
    predictions: &UnlabelledPredictions,
    bootstrap: Option<&BootstrapParams>,
) -> Result<Vec<Measure>, ParamsError> {
    let counts = DocumentCells::of_unlabelled(predictions);
    Measure::all(predictions.n_documents(), bootstrap, |weights| {
        optional(
            counts.confusion(weights).predicted_shares(),
            predictions.n_labels(),
        )
    })
}

/// The shares that, passed through the classifier's known errors, give the counted ones.
///
/// ```text
/// Σ_k P(predicted j | gold k) share(k) = counted share(j)      for every label j
/// ```
///
/// P is measured on `validation`, rows with known truth that the classifier was not trained on. The
/// equations are solved exactly; negative shares are then set to 0 and the rest divided by their sum
/// (for two labels the same as least squares under the constraints, for more an approximation of it).
/// Undefined when a label is missing from the gold of `validation`, or the classifier does not tell
/// some labels apart (a singular P). Intervals resample the documents of both, so they hold the
/// uncertainty of P too.
///
/// # Errors
///
/// When the bootstrap parameters are out of range, or `validation` has another number of labels.
///
/// # References
///
/// Buck and Gart 1966; Forman 2008, section 2.2; Hopkins and King 2010, A Method of Automated
/// Nonparametric Content Analysis (several labels).
pub fn adjusted_count(
    predictions: &UnlabelledPredictions,
    validation: &Predictions,
    bootstrap: Option<&BootstrapParams>,
) -> Result<Vec<Measure>, ParamsError> {
    check_labels(validation.n_labels(), predictions.n_labels())?;
    let counts = DocumentCells::of_unlabelled(predictions);
    let errors = DocumentCells::new(validation);
    adjusted(
        (&counts, predictions.n_documents()),
        (&errors, validation.n_documents()),
        bootstrap,
    )
}

/// As [`adjusted_count`], where of the rows with known truth only the counts are left.
///
/// Intervals resample the documents of the predictions and, for P, as many rows as `known` counts
/// from its cells (a multinomial over rows). Which document a row came from is not known any more, so
/// that part is too narrow where the documents differ. Above [`MOST_KNOWN_ROWS`] rows as many are
/// drawn, in the same proportions: the intervals are then a little too wide.
///
/// # Errors
///
/// When the bootstrap parameters are out of range, or `known` has another number of labels.
pub fn adjusted_count_from(
    predictions: &UnlabelledPredictions,
    known: &Confusion,
    bootstrap: Option<&BootstrapParams>,
) -> Result<Vec<Measure>, ParamsError> {
    check_labels(known.n_labels(), predictions.n_labels())?;
    let counts = DocumentCells::of_unlabelled(predictions);
    let (errors, n_rows) = single_rows(known);
    adjusted(
        (&counts, predictions.n_documents()),
        (&errors, n_rows),
        bootstrap,
    )
}

/// The rows behind counts, each a document of its own, and their number.
pub(crate) fn single_rows(known: &Confusion) -> (DocumentCells, usize) {
    let total = known.n_rows();
    let scaled = |count: u64| match total > MOST_KNOWN_ROWS && count > 0 {
        true => {
            let share = count as f64 / total as f64;
            ((share * MOST_KNOWN_ROWS as f64) as u64).max(1)
        }
        false => count,
    };
    let n_labels = known.n_labels();
    let cells = (0..n_labels * n_labels).flat_map(|cell| {
        let count = scaled(known.count(cell / n_labels, cell % n_labels));
        std::iter::repeat_n(cell, count as usize)
    });
    let cells: Vec<usize> = cells.collect();
    let rows: Vec<u32> = (0..cells.len() as u32).collect();
    (
        DocumentCells::of_rows(n_labels, &rows, cells.iter().copied()),
        cells.len(),
    )
}

/// The adjusted count of cells by document, beside cells with known truth; each with its number of
/// documents.
pub(crate) fn adjusted(
    (counts, n_new): (&DocumentCells, usize),
    (errors, n_known): (&DocumentCells, usize),
    bootstrap: Option<&BootstrapParams>,
) -> Result<Vec<Measure>, ParamsError> {
    let n_labels = counts.n_labels();
    Measure::stratified(&[n_new, n_known], bootstrap, |weights| {
        let (new, known) = weights.split_at(n_new);
        let counted = counts.confusion(new).predicted_shares();
        let shares = counted.and_then(|counted| adjust(&counted, &errors.confusion(known)));
        optional(shares, n_labels)
    })
}

pub(crate) fn check_priors(priors: &[f64], n_labels: usize) -> Result<(), ParamsError> {
    check_labels(priors.len(), n_labels)?;
    let fits = priors.iter().all(|prior| (0.0..=1.0).contains(prior));
    if !fits || (priors.iter().sum::<f64>() - 1.0).abs() > SUM_TOLERANCE {
        return Err(ParamsError::Priors);
    }
    Ok(())
}

pub(crate) fn check_labels(found: usize, expected: usize) -> Result<(), ParamsError> {
    if found == expected {
        Ok(())
    } else {
        Err(ParamsError::Labels { found, expected })
    }
}

pub(crate) fn optional(shares: Option<Vec<f64>>, n_labels: usize) -> Vec<Option<f64>> {
    match shares {
        Some(shares) => shares.into_iter().map(Some).collect(),
        None => vec![None; n_labels],
    }
}

/// Solves for the true shares and puts them back among the shares there can be.
fn adjust(counted: &[f64], errors: &Confusion) -> Option<Vec<f64>> {
    let n_labels = counted.len();
    let mut equations = Array2::zeros((n_labels, n_labels + 1));
    for gold in 0..n_labels {
        let support = errors.support(gold);
        if support == 0 {
            return None;
        }
        for predicted in 0..n_labels {
            equations[(predicted, gold)] = errors.count(gold, predicted) as f64 / support as f64;
        }
    }
    equations
        .column_mut(n_labels)
        .iter_mut()
        .zip(counted)
        .for_each(|(right, share)| {
            *right = *share;
        });
    let mut shares = solve(equations)?;
    shares.iter_mut().for_each(|share| *share = share.max(0.0));
    let sum: f64 = shares.iter().sum();
    (sum > 0.0).then(|| shares.iter().map(|share| share / sum).collect())
}

/// Gauss-Jordan elimination with partial pivoting of `(n, n + 1)` equations; `None` when singular.
///
/// A pivot below 1e-9 counts as 0. That is right for equations whose true pivots are far above it, as both uses have
/// them: shares of at least one row each here, and in `detente-train` a Hessian with a ridge of 1e-4.
pub fn solve(mut equations: Array2<f64>) -> Option<Vec<f64>> {
    let n = equations.nrows();
    for column in 0..n {
        let by_size = |&first: &usize, &second: &usize| {
            equations[(first, column)]
                .abs()
                .total_cmp(&equations[(second, column)].abs())
        };
        let pivot = (column..n).max_by(by_size)?;
        if equations[(pivot, column)].abs() < 1e-9 {
            return None;
        }
        for idx in 0..=n {
            equations.swap((pivot, idx), (column, idx));
        }
        for row in (0..n).filter(|&row| row != column) {
            let factor = equations[(row, column)] / equations[(column, column)];
            for idx in column..=n {
                equations[(row, idx)] -= factor * equations[(column, idx)];
            }
        }
    }
    Some(
        (0..n)
            .map(|row| equations[(row, n)] / equations[(row, row)])
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(n_labels: usize) -> Vec<String> {
        (0..n_labels).map(|label| label.to_string()).collect()
    }

    fn predictions(
        predicted: &[usize],
        probabilities: Option<Array2<f64>>,
    ) -> UnlabelledPredictions {
        let documents: Vec<u32> = (0..predicted.len() as u32).collect();
        UnlabelledPredictions::new(labels(2), predicted.to_vec(), probabilities, &documents)
            .unwrap()
    }

    fn values(measures: &[Measure]) -> Vec<f64> {
        measures
            .iter()
            .map(|measure| measure.value.unwrap())
            .collect()
    }

    /// Ten rows of each label, of which the first is predicted right 8 times, the second 9 times.
    fn validation() -> Predictions {
        let gold: Vec<usize> = (0..20).map(|row| row / 10).collect();
        let predicted = (0..20)
            .map(|row| usize::from((8..19).contains(&row)))
            .collect();
        let documents: Vec<u32> = (0..20).collect();
        Predictions::new(labels(2), gold, predicted, None, &documents).unwrap()
    }

    #[test]
    fn the_adjusted_count_is_that_worked_out_by_hand() {
        // Counted 0.45 = 0.8 s + 0.1 (1 - s): s = 0.5.
        let predicted: Vec<usize> = (0..20).map(|row| usize::from(row >= 9)).collect();
        let predictions = predictions(&predicted, None);
        let counted = classify_and_count(&predictions, None).unwrap();
        assert_eq!(values(&counted), [0.45, 0.55]);
        let adjusted = adjusted_count(&predictions, &validation(), None).unwrap();
        assert!((adjusted[0].value.unwrap() - 0.5).abs() < 1e-12);
        let wide = adjusted_count(&predictions, &validation(), Some(&BootstrapParams::DEFAULT));
        let interval = wide.unwrap()[0].interval.unwrap();
        assert!(interval.low < 0.4 && interval.high > 0.6, "{interval:?}");
    }

    #[test]
    fn shares_below_zero_are_cut_and_a_blind_classifier_gives_none() {
        let adjusted = adjusted_count(&predictions(&[1; 8], None), &validation(), None).unwrap();
        assert_eq!(values(&adjusted), [0.0, 1.0]);
        let known = Confusion::of(&validation());
        let from = adjusted_count_from(&predictions(&[1; 8], None), &known, None).unwrap();
        assert_eq!(from, adjusted);
        let blind = Predictions::new(labels(2), vec![0, 1], vec![0, 0], None, &[0, 1]).unwrap();
        let adjusted = adjusted_count(&predictions(&[1; 8], None), &blind, None).unwrap();
        assert_eq!(adjusted, [Measure::default(); 2]);
    }

    #[test]
    fn a_confusion_gives_the_intervals_of_its_rows() {
        // The rows of `validation` are documents of their own, in the order of the cells.
        let predicted: Vec<usize> = (0..20).map(|row| usize::from(row >= 9)).collect();
        let predictions = predictions(&predicted, None);
        let params = Some(&BootstrapParams::DEFAULT);
        let of_rows = adjusted_count(&predictions, &validation(), params).unwrap();
        let known = Confusion::of(&validation());
        let of_counts = adjusted_count_from(&predictions, &known, params).unwrap();
        // Other numbers are drawn: five standard errors of an end from 2,000 resamples.
        for (rows, counts) in of_rows.iter().zip(&of_counts) {
            let (rows, counts) = (rows.interval.unwrap(), counts.interval.unwrap());
            assert!((rows.low - counts.low).abs() < 0.08, "{rows:?} {counts:?}");
            assert!(
                (rows.high - counts.high).abs() < 0.03,
                "{rows:?} {counts:?}"
            );
        }
    }

    #[test]
    fn large_counts_are_drawn_from_in_proportion() {
        let mut known = Confusion::empty(2);
        known.add(0, 0, 3_000_000_000);
        known.add(1, 1, 1_000_000_000);
        known.add(1, 0, 1);
        let (cells, n_rows) = single_rows(&known);
        // Each cell is rounded down.
        assert_eq!(n_rows as u64, MOST_KNOWN_ROWS - 1);
        let drawn = cells.confusion(&vec![1; n_rows]);
        assert_eq!(drawn.count(0, 0), 3 * MOST_KNOWN_ROWS / 4 - 1);
        assert_eq!(drawn.count(1, 0), 1);
    }
}
