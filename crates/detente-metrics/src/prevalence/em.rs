//! Shares found by expectation-maximisation.

use ndarray::ArrayView2;
use serde::Serialize;

use super::{check_priors, optional};
use crate::error::ParamsError;
use crate::interval::{BootstrapParams, Measure};
use crate::predictions::UnlabelledPredictions;

/// The most rounds of [`em_shares`].
pub const EM_ROUNDS: usize = 1000;

/// The largest change of a share at which [`em_shares`] stops.
pub const EM_TOLERANCE: f64 = 1e-8;

/// The shares under which the probabilities are most likely.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct EmShares {
    /// The share of each label; undefined without rows.
    pub shares: Vec<Measure>,
    /// The rounds it took.
    pub rounds: usize,
    /// Whether the last round changed no share by more than [`EM_TOLERANCE`].
    pub converged: bool,
}

/// The shares that expectation-maximisation finds from probabilities and training shares.
///
/// ```text
/// share₀(k)   = prior(k)
/// p'_i(k)     ∝ p_i(k) share_t(k) / prior(k)
/// share_t₊₁(k) = 1/n Σ_i p'_i(k)      until no share moves by 1e-8, or 1,000 rounds
/// ```
///
/// A label with prior 0 keeps share 0. A row that only such labels could explain keeps its p. The
/// probabilities should be calibrated. `None` without probabilities.
///
/// # Errors
///
/// When the bootstrap parameters are out of range, or the priors are not one share per label.
///
/// # References
///
/// Saerens, Latinne and Decaestecker 2002, Adjusting the Outputs of a Classifier to New a Priori
/// Probabilities: A Simple Procedure, section 2.2; Alexandari, Kundaje and Shrikumar 2020.
pub fn em_shares(
    predictions: &UnlabelledPredictions,
    priors: &[f64],
    bootstrap: Option<&BootstrapParams>,
) -> Result<Option<EmShares>, ParamsError> {
    check_priors(priors, predictions.n_labels())?;
    let Some(probabilities) = predictions.probabilities() else {
        return Ok(None);
    };
    let run = |weights: &[u32]| {
        let rows = predictions
            .document_idx()
            .iter()
            .map(|&document| weights[document as usize]);
        maximize(probabilities, &rows.collect::<Vec<u32>>(), priors)
    };
    let (_, rounds, converged) = run(&vec![1; predictions.n_documents()]);
    let shares = Measure::all(predictions.n_documents(), bootstrap, |weights| {
        optional(run(weights).0, predictions.n_labels())
    })?;
    Ok(Some(EmShares {
        shares,
        rounds,
        converged,
    }))
}

fn maximize(
    probabilities: ArrayView2<'_, f64>,
    weights: &[u32],
    priors: &[f64],
) -> (Option<Vec<f64>>, usize, bool) {
    // The rows that count, one after the other: this loop is the whole cost of the bootstrap.
    let mut rows = Vec::with_capacity(probabilities.len());
    let mut row_weights = Vec::with_capacity(weights.len());
    for (row, &weight) in probabilities.rows().into_iter().zip(weights) {
        if weight > 0 {
            rows.extend(row);
            row_weights.push(f64::from(weight));
        }
    }
    maximize_rows(&rows, &row_weights, priors)
}

/// The shares, the rounds they took, and whether they came to rest; of probabilities that stand one
/// row after the other.
pub(crate) fn maximize_rows(
    rows: &[f64],
    weights: &[f64],
    priors: &[f64],
) -> (Option<Vec<f64>>, usize, bool) {
    if weights.is_empty() {
        return (None, 0, false);
    }
    let mut shares = priors.to_vec();
    for round in 1..=EM_ROUNDS {
        let next = em_round(rows, weights, priors, &shares);
        let change = shares.iter().zip(&next).map(|(old, new)| (old - new).abs());
        let change = change.fold(0.0, f64::max);
        shares = next;
        if change <= EM_TOLERANCE {
            return (Some(shares), round, true);
        }
    }
    (Some(shares), EM_ROUNDS, false)
}

/// One round over the rows' probabilities, one row after the other, and their weights.
fn em_round(rows: &[f64], weights: &[f64], priors: &[f64], shares: &[f64]) -> Vec<f64> {
    let ratio = |(share, prior): (&f64, &f64)| if *prior > 0.0 { share / prior } else { 0.0 };
    let ratios: Vec<f64> = shares.iter().zip(priors).map(ratio).collect();
    let mut sums = vec![0.0; shares.len()];
    for (row, &weight) in rows.chunks_exact(shares.len()).zip(weights) {
        let sum: f64 = row.iter().zip(&ratios).map(|(p, ratio)| p * ratio).sum();
        if sum > 0.0 {
            let scale = weight / sum;
            for ((slot, p), ratio) in sums.iter_mut().zip(row).zip(&ratios) {
                *slot += p * ratio * scale;
            }
        } else {
            sums.iter_mut()
                .zip(row)
                .for_each(|(slot, p)| *slot += p * weight);
        }
    }
    // The sums of a row are 1 up to its own rounding, so the shares sum to 1 by this division.
    let total: f64 = sums.iter().sum();
    sums.iter().map(|sum| sum / total).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    fn predictions(predicted: &[usize], probabilities: Array2<f64>) -> UnlabelledPredictions {
        let documents: Vec<u32> = (0..predicted.len() as u32).collect();
        let labels = ["0", "1"].map(str::to_owned).to_vec();
        UnlabelledPredictions::new(labels, predicted.to_vec(), Some(probabilities), &documents)
            .unwrap()
    }

    #[test]
    fn em_stops_at_the_most_likely_shares() {
        // Three rows with p = 0.8 and one with p = 0.2 under even priors. The likelihood of share s is
        // (0.2 + 0.6 s)³ (0.8 - 0.6 s): 3 · 0.6 (0.8 - 0.6 s) = 0.6 (0.2 + 0.6 s), s = 2.2 / 2.4.
        let probabilities = array![[0.8, 0.2], [0.8, 0.2], [0.8, 0.2], [0.2, 0.8]];
        let predictions = predictions(&[0, 0, 0, 1], probabilities);
        let em = em_shares(&predictions, &[0.5, 0.5], None).unwrap().unwrap();
        assert!(em.converged);
        assert!(
            (em.shares[0].value.unwrap() - 2.2 / 2.4).abs() < 1e-6,
            "{em:?}"
        );
    }

    #[test]
    fn one_round_of_em_is_that_worked_out_by_hand() {
        // Shares 0.25 and 0.75 over priors 0.5: 0.8 · 0.5 / (0.8 · 0.5 + 0.2 · 1.5) = 4/7.
        let next = em_round(&[0.8, 0.2], &[1.0], &[0.5, 0.5], &[0.25, 0.75]);
        assert!((next[0] - 4.0 / 7.0).abs() < 1e-15);
    }

    #[test]
    fn certain_rows_are_counted_and_priors_are_checked() {
        let certain = array![[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]];
        let predictions = predictions(&[0, 0, 0, 1], certain);
        let em = em_shares(&predictions, &[0.5, 0.5], None).unwrap().unwrap();
        let values = em.shares.iter().map(|share| share.value.unwrap());
        assert_eq!(values.collect::<Vec<f64>>(), [0.75, 0.25]);
        assert_eq!(
            em_shares(&predictions, &[0.5, 0.6], None),
            Err(ParamsError::Priors)
        );
        let found = em_shares(&predictions, &[1.0], None);
        assert_eq!(
            found,
            Err(ParamsError::Labels {
                found: 1,
                expected: 2
            })
        );
    }
}
