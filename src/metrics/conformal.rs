//! Sets of labels that hold the truth with a stated probability.

use ndarray::{ArrayView1, ArrayView2};

use crate::metrics::answers::Answers;
use crate::metrics::confusion::ratio;
use crate::metrics::error::ParamsError;
use crate::metrics::interval::{BootstrapParams, Measure};

/// The least probability of a label set, fit on rows the classifier was not trained on.
///
/// ```text
/// score(i)  = 1 - p_i,gold(i)
/// threshold = the ⌈(n + 1)(1 - risk)⌉-th smallest score; 1 when that is more than n
/// set(x)    = { k : 1 - p_k(x) ≤ threshold }
/// P(gold in set) ≥ 1 - risk
/// ```
///
/// The promise holds on average over calibration sets and new rows, when the rows used to fit and
/// the new rows are exchangeable. Rows of one document are not exchangeable with rows of another
/// document, so with few documents the coverage varies more than the theory of single rows says:
/// [`SetReport`] measures it with an interval by document.
///
/// # References
///
/// Vovk, Gammerman and Shafer 2005, Algorithmic Learning in a Random World; Sadinle, Lei and
/// Wasserman 2019 (this score); Angelopoulos and Bates 2021, A Gentle Introduction to Conformal
/// Prediction, section 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConformalThreshold {
    threshold: f64,
    risk: f64,
    n_rows: usize,
}

impl ConformalThreshold {
    /// Finds the threshold from probabilities `(n_rows, n_labels)` and the gold label of each row.
    ///
    /// `risk` in `(0, 1)` is the share of sets that may miss the gold label; a smaller risk gives
    /// larger sets, and below 1 / (n + 1) every set holds every label.
    ///
    /// # Errors
    ///
    /// [`ParamsError::Risk`] outside `(0, 1)`; [`ParamsError::Rows`] without rows, or when `gold`
    /// does not fit the probabilities.
    pub fn fit(
        probabilities: ArrayView2<'_, f64>,
        gold: &[usize],
        risk: f64,
    ) -> Result<Self, ParamsError> {
        if !(risk > 0.0 && risk < 1.0) {
            return Err(ParamsError::Risk(risk));
        }
        let n_rows = gold.len();
        let fits = gold.iter().all(|&label| label < probabilities.ncols());
        if n_rows == 0 || probabilities.nrows() != n_rows || !fits {
            return Err(ParamsError::Rows);
        }
        let mut scores: Vec<f64> = gold
            .iter()
            .enumerate()
            .map(|(row, &label)| 1.0 - probabilities[(row, label)])
            .collect();
        scores.sort_by(f64::total_cmp);
        // ⌈(n + 1)(1 - risk)⌉ as n + 1 - ⌊(n + 1) risk⌋, with room for the rounding of a risk such as
        // 0.1, which no f64 holds exactly.
        let missed = ((n_rows + 1) as f64 * risk + 1e-9).floor() as usize;
        let rank = n_rows + 1 - missed.min(n_rows);
        let threshold = scores.get(rank - 1).copied().unwrap_or(1.0);
        Ok(Self {
            threshold,
            risk,
            n_rows,
        })
    }

    /// The largest score a label of a set may have, in `[0, 1]`; at 1 every set holds every label.
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    /// The share of sets that may miss the gold label.
    pub fn risk(&self) -> f64 {
        self.risk
    }

    /// The number of rows it was fit on.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// The labels whose score is at most the threshold, in the order of their indices.
    ///
    /// May be empty: then no label is likely enough to be among the usual ones.
    pub fn label_set(&self, probabilities: ArrayView1<'_, f64>) -> Vec<usize> {
        let held = |label: &usize| 1.0 - probabilities[*label] <= self.threshold;
        (0..probabilities.len()).filter(held).collect()
    }

    /// Measures the sets of answers that were not used to fit; `None` without probabilities.
    ///
    /// # Errors
    ///
    /// When the bootstrap parameters are out of range.
    pub fn measure(
        &self,
        answers: &Answers,
        bootstrap: Option<&BootstrapParams>,
    ) -> Result<Option<SetReport>, ParamsError> {
        let Some(probabilities) = answers.probabilities() else {
            return Ok(None);
        };
        let mut documents = vec![DocumentSets::default(); answers.n_documents()];
        let (mut empty, mut single) = (0, 0);
        for (row, &gold) in answers.gold().iter().enumerate() {
            let set = self.label_set(probabilities.row(row));
            let document = &mut documents[answers.document_idx()[row] as usize];
            document.n_rows += 1;
            document.held += u64::from(set.contains(&gold));
            document.labels += set.len() as u64;
            empty += u64::from(set.is_empty());
            single += u64::from(set.len() == 1);
        }
        let values = |weights: &[u32]| {
            let mut sum = DocumentSets::default();
            for (document, &weight) in documents.iter().zip(weights) {
                sum.n_rows += document.n_rows * u64::from(weight);
                sum.held += document.held * u64::from(weight);
                sum.labels += document.labels * u64::from(weight);
            }
            vec![ratio(sum.held, sum.n_rows), ratio(sum.labels, sum.n_rows)]
        };
        let measures = Measure::all(documents.len(), bootstrap, values)?;
        Ok(Some(SetReport {
            n_rows: answers.n_rows() as u64,
            coverage: measures[0],
            mean_set_size: measures[1],
            empty,
            single,
        }))
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct DocumentSets {
    n_rows: u64,
    held: u64,
    labels: u64,
}

/// How label sets fared on rows whose truth is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SetReport {
    /// The number of rows.
    pub n_rows: u64,
    /// The share of sets that hold the gold label; should be at least 1 - risk.
    pub coverage: Measure,
    /// The mean number of labels in a set; smaller says more.
    pub mean_set_size: Measure,
    /// The number of empty sets.
    pub empty: u64,
    /// The number of sets with one label.
    pub single: u64,
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    #[test]
    fn the_threshold_is_the_corrected_quantile() {
        // Scores 0.1, 0.2, ..., 0.9; n = 9.
        let probabilities = Array2::from_shape_fn((9, 2), |(row, label)| {
            let score = (row + 1) as f64 / 10.0;
            if label == 0 { 1.0 - score } else { score }
        });
        let fit = |risk| {
            ConformalThreshold::fit(probabilities.view(), &[0; 9], risk)
                .unwrap()
                .threshold()
        };
        // ⌈10 · 0.9⌉ = 9th, ⌈10 · 0.8⌉ = 8th, ⌈10 · 0.75⌉ = 8th, ⌈10 · 0.95⌉ = 10th: none.
        assert!((fit(0.1) - 0.9).abs() < 1e-12);
        assert!((fit(0.2) - 0.8).abs() < 1e-12);
        assert!((fit(0.25) - 0.8).abs() < 1e-12);
        assert_eq!(fit(0.05), 1.0);
        // ⌈10 · 0.01⌉ = 1st.
        assert!((fit(0.99) - 0.1).abs() < 1e-12);
    }

    #[test]
    fn sets_hold_the_likely_labels_and_are_counted() {
        let threshold = ConformalThreshold {
            threshold: 0.6,
            risk: 0.1,
            n_rows: 9,
        };
        assert_eq!(threshold.label_set(array![0.5, 0.4, 0.1].view()), [0, 1]);
        assert_eq!(
            threshold.label_set(array![0.35, 0.35, 0.3].view()),
            [] as [usize; 0]
        );
        let labels = ["a", "b", "c"].map(str::to_owned).to_vec();
        let probabilities = array![[0.5, 0.4, 0.1], [0.35, 0.35, 0.3], [0.1, 0.1, 0.8]];
        let gold = vec![1, 1, 2];
        let answers =
            Answers::new(labels, gold, vec![0, 0, 2], Some(probabilities), &[0, 0, 1]).unwrap();
        let report = threshold.measure(&answers, None).unwrap().unwrap();
        assert_eq!(report.coverage.value, Some(2.0 / 3.0));
        assert_eq!(report.mean_set_size.value, Some(1.0));
        assert_eq!((report.empty, report.single), (1, 1));
    }

    #[test]
    fn a_risk_or_rows_that_make_no_sense_are_refused() {
        let probabilities = array![[0.5, 0.5]];
        let fit = |gold: &[usize], risk| {
            ConformalThreshold::fit(probabilities.view(), gold, risk).unwrap_err()
        };
        assert_eq!(fit(&[0], 0.0), ParamsError::Risk(0.0));
        assert_eq!(fit(&[0], 1.0), ParamsError::Risk(1.0));
        assert_eq!(fit(&[2], 0.1), ParamsError::Rows);
        assert_eq!(fit(&[], 0.1), ParamsError::Rows);
    }
}
