//! How good the probabilities are, and how well they rank.

use ndarray::ArrayView2;

use crate::confusion::mean;
use crate::predictions::Predictions;

/// The least probability that [`log_loss`] takes a logarithm of, and its distance from 1 at most.
///
/// The machine precision of `f64`, 2.2e-16, as scikit-learn's `log_loss` since release 1.3 (earlier
/// releases: 1e-15). A gold label given probability 0 so costs 36.04, not infinity.
pub const CLIP: f64 = f64::EPSILON;

/// The mean surprise at the gold labels.
///
/// ```text
/// log-loss = - 1/n Σ_i ln p_i,gold(i)      p clipped to [ε, 1 - ε], ε = 2.2e-16
/// ```
///
/// In `[0, 36.04]`, in nats, lower is better, ln k for even guesses; `None` without probabilities
/// or rows.
///
/// # References
///
/// Good 1952, Rational decisions.
pub fn log_loss(predictions: &Predictions) -> Option<f64> {
    mean(row_log_losses(
        predictions.probabilities()?,
        predictions.gold(),
    ))
}

/// The mean squared distance of the probabilities from the truth, summed over labels.
///
/// ```text
/// Brier = 1/n Σ_i Σ_k (p_ik - [gold(i) = k])²
/// ```
///
/// In `[0, 2]`, lower is better; `None` without probabilities or rows. This is Brier's own
/// definition. For two labels it is twice the one-label form, which scikit-learn prints by default
/// (`scale_by_half=False` there gives ours).
///
/// # References
///
/// Brier 1950, Verification of forecasts expressed in terms of probability.
pub fn brier(predictions: &Predictions) -> Option<f64> {
    mean(row_briers(predictions.probabilities()?, predictions.gold()))
}

/// The area under the ROC curve of one label against the rest.
///
/// ```text
/// AUC = (Σ ranks of rows with gold label - P (P + 1) / 2) / (P N)      midranks for ties
///     = P(p_i > p_j) + P(p_i = p_j) / 2      i with the label, j without
/// ```
///
/// In `[0, 1]`, 0.5 for chance; `None` without probabilities, when all rows or no rows have the
/// label, or it is out of range.
///
/// # References
///
/// Hanley and McNeil 1982; Fawcett 2006, An introduction to ROC analysis, section 7.
pub fn auc(predictions: &Predictions, label: usize) -> Option<f64> {
    if label >= predictions.n_labels() {
        return None;
    }
    let ones = vec![1; predictions.n_documents()];
    Ranking::new(
        predictions.probabilities()?,
        predictions.gold(),
        predictions.document_idx(),
        label,
    )
    .auc(&ones)
}

/// The mean [`auc`] over the labels for which it is defined.
///
/// ```text
/// macro AUC = mean over labels with rows on both sides of AUC
/// ```
///
/// In `[0, 1]`; `None` when it is defined for no label. As scikit-learn's
/// `roc_auc_score(multi_class="ovr", average="macro")`, which fails where we leave a label out. In an
/// [`Evaluation`](crate::Evaluation) it is over the list of labels of the table, and undefined where one of them has
/// no rows on one side.
pub fn macro_auc(predictions: &Predictions) -> Option<f64> {
    mean((0..predictions.n_labels()).filter_map(|label| auc(predictions, label)))
}

/// The surprise at each gold label.
pub(crate) fn row_log_losses<'a>(
    probabilities: ArrayView2<'a, f64>,
    gold: &'a [usize],
) -> impl Iterator<Item = f64> + 'a {
    gold.iter()
        .enumerate()
        .map(move |(row, &label)| -probabilities[(row, label)].clamp(CLIP, 1.0 - CLIP).ln())
}

/// The squared distance of each row from its truth.
pub(crate) fn row_briers<'a>(
    probabilities: ArrayView2<'a, f64>,
    gold: &'a [usize],
) -> impl Iterator<Item = f64> + 'a {
    gold.iter().enumerate().map(move |(row, &gold)| {
        let distance = |(label, &probability): (usize, &f64)| {
            let miss = probability - f64::from(u8::from(label == gold));
            miss * miss
        };
        probabilities
            .row(row)
            .iter()
            .enumerate()
            .map(distance)
            .sum()
    })
}

/// The rows in ascending order of one label's probability, sorted once for all resamples.
#[derive(Debug)]
pub(crate) struct Ranking(Vec<Ranked>);

#[derive(Clone, Copy, Debug)]
struct Ranked {
    document: u32,
    positive: bool,
    ends_tie: bool,
}

impl Ranking {
    pub(crate) fn new(
        probabilities: ArrayView2<'_, f64>,
        gold: &[usize],
        document_idx: &[u32],
        label: usize,
    ) -> Self {
        let column = probabilities.column(label);
        let mut rows: Vec<usize> = (0..gold.len()).collect();
        // Plain comparison, since -0.0 and 0.0 tie. Invariant: checked probabilities are numbers.
        rows.sort_by(|&first, &second| column[first].partial_cmp(&column[second]).unwrap());
        let ranked = rows.iter().enumerate().map(|(rank, &row)| Ranked {
            document: document_idx[row],
            positive: gold[row] == label,
            ends_tie: rows
                .get(rank + 1)
                .is_none_or(|&next| column[next] != column[row]),
        });
        Self(ranked.collect())
    }

    /// The AUC when each document counts as often as its weight says.
    ///
    /// In whole numbers until the last division, so that no order of rows can change a bit.
    pub(crate) fn auc(&self, weights: &[u32]) -> Option<f64> {
        let (mut positives, mut negatives, mut twice_wins) = (0_u64, 0_u64, 0_u128);
        let (mut tied_positives, mut tied_negatives) = (0_u64, 0_u64);
        for row in &self.0 {
            let weight = u64::from(weights[row.document as usize]);
            if row.positive {
                tied_positives += weight;
            } else {
                tied_negatives += weight;
            }
            if row.ends_tie {
                let beaten = u128::from(2 * negatives + tied_negatives);
                twice_wins += u128::from(tied_positives) * beaten;
                positives += tied_positives;
                negatives += tied_negatives;
                (tied_positives, tied_negatives) = (0, 0);
            }
        }
        let pairs = u128::from(positives) * u128::from(negatives);
        (pairs > 0).then(|| twice_wins as f64 / (2 * pairs) as f64)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn predictions(gold: Vec<usize>, probabilities: ndarray::Array2<f64>) -> Predictions {
        let labels = (0..probabilities.ncols())
            .map(|label| label.to_string())
            .collect();
        let documents: Vec<u32> = (0..gold.len() as u32).collect();
        Predictions::new(labels, gold.clone(), gold, Some(probabilities), &documents).unwrap()
    }

    #[test]
    fn losses_are_those_worked_out_by_hand() {
        let predictions = predictions(vec![0, 1], array![[0.5, 0.25, 0.25], [0.5, 0.5, 0.0]]);
        assert!((log_loss(&predictions).unwrap() - 2_f64.ln()).abs() < 1e-15);
        // (0.25 + 0.0625 + 0.0625 + 0.25 + 0.25) / 2.
        assert!((brier(&predictions).unwrap() - 0.4375).abs() < 1e-15);
    }

    #[test]
    fn ties_count_half_and_a_missing_side_is_none() {
        let tied = array![[0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [0.7, 0.1, 0.2]];
        let predictions = predictions(vec![0, 1, 0], tied);
        assert_eq!(auc(&predictions, 0), Some(0.75));
        assert_eq!(auc(&predictions, 1), Some(0.75));
        assert_eq!(auc(&predictions, 2), None);
        assert_eq!(macro_auc(&predictions), Some(0.75));
    }

    #[test]
    fn a_certain_mistake_costs_a_finite_amount() {
        let predictions = predictions(vec![1], array![[1.0, 0.0]]);
        assert!((log_loss(&predictions).unwrap() + CLIP.ln()).abs() < 1e-12);
        assert_eq!(brier(&predictions), Some(2.0));
    }
}
