//! Whether predictions given with 80 % confidence are right 80 % of the time.
//!
//! The confidence of a row is the probability given to the label that was predicted: the highest
//! one, unless the classifier predicts by another rule.

use crate::confusion::ratio;
use crate::predictions::{Predictions, UnlabelledPredictions};
use serde::Serialize;

/// The number of bins, as in Guo et al. 2017.
pub const N_BINS: usize = 15;

/// One bin of a reliability diagram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Bin {
    /// The rows in the bin.
    pub n_rows: u64,
    /// How many of them are right.
    pub right: u64,
    /// The sum of their confidences.
    pub confidence_sum: f64,
}

impl Bin {
    /// The share of rows that are right; `None` for an empty bin.
    pub fn accuracy(&self) -> Option<f64> {
        ratio(self.right, self.n_rows)
    }

    /// The mean confidence; `None` for an empty bin.
    pub fn mean_confidence(&self) -> Option<f64> {
        (self.n_rows > 0).then(|| self.confidence_sum / self.n_rows as f64)
    }

    fn add(&mut self, confidence: f64, right: bool, weight: u32) {
        self.n_rows += u64::from(weight);
        self.right += u64::from(right) * u64::from(weight);
        self.confidence_sum += confidence * f64::from(weight);
    }
}

/// The bins of a reliability diagram, and the error they add up to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Reliability {
    /// The [`N_BINS`] bins from low to high confidence, empty ones included.
    pub bins: Vec<Bin>,
}

impl Reliability {
    /// Bins of equal width: bin `m` of `M` holds confidences in `(m/M, (m+1)/M]`, the first also 0.
    ///
    /// `None` without probabilities.
    pub fn equal_width(predictions: &Predictions) -> Option<Self> {
        Some(ConfidenceOrder::new(predictions)?.equal_width(&vec![1; predictions.n_documents()]))
    }

    /// Bins of equal mass: rows in order of confidence, cut into `M` parts of n/M rows.
    ///
    /// Rows of equal confidence stay together, in the part where the middle of their ranks falls;
    /// so the order of rows does not matter, and some bins may be larger or empty. `None` without
    /// probabilities.
    pub fn equal_mass(predictions: &Predictions) -> Option<Self> {
        Some(ConfidenceOrder::new(predictions)?.equal_mass(&vec![1; predictions.n_documents()]))
    }

    /// The expected calibration error of the bins.
    ///
    /// ```text
    /// ECE = Σ_m n_m / n |accuracy(m) - mean confidence(m)|
    /// ```
    ///
    /// In `[0, 1]`, lower is better; `None` without rows. Of [`equal_width`](Self::equal_width) bins
    /// this is ECE, of [`equal_mass`](Self::equal_mass) bins adaptive ECE. Both are biased upward
    /// in small samples, and a bootstrap interval shares the bias.
    ///
    /// # References
    ///
    /// Guo, Pleiss, Sun and Weinberger 2017, On Calibration of Modern Neural Networks, section 2;
    /// Nguyen and O'Connor 2015, Posterior calibration and exploratory analysis, section 2 (equal
    /// mass); Nixon et al. 2019, Measuring Calibration in Deep Learning.
    pub fn error(&self) -> Option<f64> {
        let n_rows: u64 = self.bins.iter().map(|bin| bin.n_rows).sum();
        let gap: f64 = self
            .bins
            .iter()
            .map(|bin| (bin.right as f64 - bin.confidence_sum).abs())
            .sum();
        (n_rows > 0).then(|| gap / n_rows as f64)
    }
}

/// The confidence of each row; `None` without probabilities.
pub fn confidences(predictions: &UnlabelledPredictions) -> Option<Vec<f64>> {
    let probabilities = predictions.probabilities()?;
    let rows = predictions.predicted().iter().enumerate();
    Some(
        rows.map(|(row, &label)| probabilities[(row, label)])
            .collect(),
    )
}

/// The rows from most to least confident, sorted once for all resamples.
#[derive(Debug)]
pub(crate) struct ConfidenceOrder(Vec<Confident>);

#[derive(Clone, Copy, Debug)]
struct Confident {
    confidence: f64,
    document: u32,
    right: bool,
    ends_tie: bool,
}

/// Rows of equal confidence, with how often they count.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Tie {
    pub(crate) confidence: f64,
    pub(crate) n_rows: u64,
    pub(crate) right: u64,
}

impl ConfidenceOrder {
    pub(crate) fn new(predictions: &Predictions) -> Option<Self> {
        let confidences = confidences(predictions.unlabelled())?;
        let mut rows: Vec<usize> = (0..predictions.n_rows()).collect();
        // Invariant: checked probabilities are numbers.
        rows.sort_by(|&first, &second| {
            confidences[second]
                .partial_cmp(&confidences[first])
                .unwrap()
        });
        let ordered = rows.iter().enumerate().map(|(rank, &row)| Confident {
            confidence: confidences[row],
            document: predictions.document_idx()[row],
            right: predictions.gold()[row] == predictions.predicted()[row],
            ends_tie: rows
                .get(rank + 1)
                .is_none_or(|&next| confidences[next] != confidences[row]),
        });
        Some(Self(ordered.collect()))
    }

    pub(crate) fn equal_width(&self, weights: &[u32]) -> Reliability {
        let mut bins = vec![Bin::default(); N_BINS];
        for row in &self.0 {
            let weight = weights[row.document as usize];
            if weight > 0 {
                bins[width_bin(row.confidence)].add(row.confidence, row.right, weight);
            }
        }
        Reliability { bins }
    }

    /// The ties that count at all, from most to least confident.
    pub(crate) fn ties(&self, weights: &[u32]) -> Vec<Tie> {
        let mut ties = Vec::with_capacity(self.0.len());
        let mut tie = Tie::default();
        for row in &self.0 {
            let weight = u64::from(weights[row.document as usize]);
            tie.n_rows += weight;
            tie.right += u64::from(row.right) * weight;
            if row.ends_tie {
                if tie.n_rows > 0 {
                    ties.push(Tie {
                        confidence: row.confidence,
                        ..tie
                    });
                }
                tie = Tie::default();
            }
        }
        ties
    }

    pub(crate) fn equal_mass(&self, weights: &[u32]) -> Reliability {
        mass_bins(&self.ties(weights))
    }
}

/// Cuts ties, given from most to least confident, into bins of equal mass.
pub(crate) fn mass_bins(ties: &[Tie]) -> Reliability {
    let mut bins = vec![Bin::default(); N_BINS];
    let n_rows: u64 = ties.iter().map(|tie| tie.n_rows).sum();
    let mut below = 0;
    for tie in ties.iter().rev() {
        // The bin of the tie's middle, 2 · below + n_rows half-rows of 2 · n_rows from the bottom.
        let middle = u128::from(2 * below + tie.n_rows) * N_BINS as u128;
        let bin = &mut bins[(middle / u128::from(2 * n_rows)) as usize];
        bin.n_rows += tie.n_rows;
        bin.right += tie.right;
        bin.confidence_sum += tie.confidence * tie.n_rows as f64;
        below += tie.n_rows;
    }
    Reliability { bins }
}

fn width_bin(confidence: f64) -> usize {
    ((confidence * N_BINS as f64).ceil() as usize).clamp(1, N_BINS) - 1
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    fn predictions(confidences: &[f64], right: &[bool]) -> Predictions {
        let gold = right.iter().map(|&right| usize::from(!right)).collect();
        let probabilities = Array2::from_shape_fn((right.len(), 2), |(row, label)| {
            [confidences[row], 1.0 - confidences[row]][label]
        });
        let documents: Vec<u32> = (0..right.len() as u32).collect();
        let labels = vec!["a".into(), "b".into()];
        Predictions::new(
            labels,
            gold,
            vec![0; right.len()],
            Some(probabilities),
            &documents,
        )
        .unwrap()
    }

    #[test]
    fn ece_is_that_worked_out_by_hand() {
        // 0.95 and 0.97 share the bin (14/15, 1], 0.55 and 0.6 the bin (8/15, 9/15].
        let predictions = predictions(&[0.95, 0.97, 0.55, 0.6], &[true, true, true, false]);
        let reliability = Reliability::equal_width(&predictions).unwrap();
        assert_eq!(reliability.bins[14].n_rows, 2);
        assert_eq!(reliability.bins[8].accuracy(), Some(0.5));
        assert!((reliability.bins[8].mean_confidence().unwrap() - 0.575).abs() < 1e-15);
        let by_hand = (2.0 * (1.0 - 0.96_f64) + 2.0 * (0.575 - 0.5)) / 4.0;
        assert!((reliability.error().unwrap() - by_hand).abs() < 1e-15);
    }

    #[test]
    fn a_confidence_on_an_edge_belongs_to_the_bin_below() {
        assert_eq!(width_bin(0.0), 0);
        assert_eq!(width_bin(1.0 / 15.0), 0);
        assert_eq!(width_bin(0.2), 2);
        assert_eq!(width_bin(1.0), 14);
    }

    #[test]
    fn adaptive_ece_of_thirty_rows_is_that_of_their_pairs() {
        let confidences: Vec<f64> = (0..30).map(|row| 0.5 + f64::from(row) / 100.0).collect();
        let right: Vec<bool> = (0..30).map(|row| row % 3 != 0).collect();
        let reliability = Reliability::equal_mass(&predictions(&confidences, &right)).unwrap();
        let mut by_hand = 0.0;
        for pair in 0..15 {
            let (first, second) = (2 * pair, 2 * pair + 1);
            let rights = f64::from(u8::from(right[first]) + u8::from(right[second]));
            by_hand += (rights - confidences[first] - confidences[second]).abs() / 30.0;
        }
        assert!((reliability.error().unwrap() - by_hand).abs() < 1e-12);
        assert!(reliability.bins.iter().all(|bin| bin.n_rows == 2));
    }

    #[test]
    fn rows_of_equal_confidence_share_a_bin() {
        let reliability = Reliability::equal_mass(&predictions(&[0.8; 9], &[true; 9])).unwrap();
        assert_eq!(
            reliability.bins.iter().filter(|bin| bin.n_rows > 0).count(),
            1
        );
        assert_eq!(reliability.bins[7].n_rows, 9);
    }
}
