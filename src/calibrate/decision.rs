//! Which label is given: the most probable one, tilted towards the measure that counts.

use crate::metrics::{Confusion, CountMetric};

/// Tilts the choice of a label without touching its probability.
///
/// ```text
/// label = argmax_k  ln p_k + o_k,     o_k = -t ln share_k, less their mean
/// ```
///
/// With all offsets 0 it is the most probable label, which is best for accuracy. Measures that
/// give rare labels the same say as common ones (macro-F1, F avg) are served better by giving them
/// sooner: how much sooner is the one number `t` that is searched.
///
/// # References
/// Menon and others 2021, Long-tail learning via logit adjustment, section 4.1; Lipton, Elkan and Narayanaswamy 2014,
/// Optimal thresholding of classifiers to maximize F1 measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    offsets: Vec<f64>,
}

/// The values of `t` that are tried: 0 to 1, this many tenths.
const TENTHS: i32 = 10;

impl Decision {
    /// Takes the most probable of `n_labels` labels.
    pub fn most_probable(n_labels: usize) -> Self {
        Self {
            offsets: vec![0.0; n_labels],
        }
    }

    /// Saved offsets; `None` unless all are finite.
    pub fn from_offsets(offsets: Vec<f64>) -> Option<Self> {
        offsets
            .iter()
            .all(|offset| offset.is_finite())
            .then_some(Self { offsets })
    }

    /// Searches the `t` with the best measure; of equally good ones the lowest is taken, and 0 where the measure
    /// is undefined.
    ///
    /// `probabilities[i]` are those of a row the model did not see in fitting, `gold[i]` its class; shares are
    /// those of `label_counts`, which may be of more rows.
    pub fn fit(
        probabilities: &[&[f64]],
        gold: &[usize],
        metric: CountMetric,
        label_counts: &[usize],
    ) -> Self {
        let n_labels = label_counts.len();
        let logs: Vec<f64> = (probabilities.iter().copied().flatten())
            .map(|p| log(*p))
            .collect();
        let log_counts = label_counts.iter().map(|count| (*count as f64 + 1.0).ln());
        let log_counts: Vec<f64> = log_counts.collect();
        let mut best = (f64::NEG_INFINITY, Self::most_probable(n_labels));
        for tenths in 0..=TENTHS {
            let tilt = -f64::from(tenths) / 10.0;
            let offsets = log_counts.iter().map(|log| tilt * log).collect();
            let decision = Self::mean_of(&[Self { offsets }]);
            let mut confusion = Confusion::empty(n_labels);
            for (row, gold) in logs.chunks_exact(n_labels).zip(gold) {
                confusion.add(*gold, decision.largest(row.iter().copied()), 1);
            }
            if let Some(value) = metric.of(&confusion)
                && value > best.0
            {
                best = (value, decision);
            }
        }
        best.1
    }

    /// The mean of several decisions, centred.
    ///
    /// # Panics
    /// There is none, or they differ in the number of labels.
    pub fn mean_of(decisions: &[Self]) -> Self {
        let n_labels = decisions[0].offsets.len();
        let mut offsets = vec![0.0; n_labels];
        for decision in decisions {
            assert_eq!(
                decision.offsets.len(),
                n_labels,
                "decisions on the same labels"
            );
            for (sum, offset) in offsets.iter_mut().zip(&decision.offsets) {
                *sum += offset / decisions.len() as f64;
            }
        }
        let mean = offsets.iter().sum::<f64>() / n_labels as f64;
        offsets.iter_mut().for_each(|offset| *offset -= mean);
        Self { offsets }
    }

    /// The place of the label that is given, the first of equal ones.
    pub fn apply(&self, probabilities: &[f64]) -> usize {
        self.largest(probabilities.iter().map(|p| log(*p)))
    }

    fn largest(&self, logs: impl Iterator<Item = f64>) -> usize {
        let tilted = logs.zip(&self.offsets).map(|(log, offset)| log + offset);
        let mut best = (0, f64::NEG_INFINITY);
        for (label, value) in tilted.enumerate() {
            if value > best.1 {
                best = (label, value);
            }
        }
        best.0
    }

    /// The offsets, one for each label.
    pub fn offsets(&self) -> &[f64] {
        &self.offsets
    }
}

/// The logarithm of a probability, finite for 0 too.
fn log(p: f64) -> f64 {
    p.max(1e-300).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_labels_are_given_sooner_by_their_shares() {
        // The rare label never has the larger probability. ln 9 times t has to be above ln(.7/.3), so t is .4 or more; and below ln(.9/.1), so below 1.
        let rows = [[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.7, 0.3]];
        let rows = rows.each_ref().map(|row| &row[..]);
        let (gold, counts) = ([0, 0, 0, 1], [89, 9]);
        let fitted = Decision::fit(&rows, &gold, CountMetric::MacroF1, &counts);
        let expected = 0.4 * 9.0_f64.ln() / 2.0;
        assert_eq!(Decision::most_probable(2).apply(rows[3]), 0);
        assert_eq!(rows.map(|row| fitted.apply(row)), gold);
        assert!((fitted.offsets()[1] - expected).abs() < 1e-12);
        assert!((fitted.offsets()[0] + expected).abs() < 1e-12);
        let all_right = Decision::fit(&rows[..3], &[0; 3], CountMetric::MacroF1, &counts);
        assert_eq!(all_right, Decision::most_probable(2));
    }

    #[test]
    fn offsets_stay_zero_where_nothing_is_gained() {
        let rows = [[0.9, 0.1], [0.2, 0.8]];
        let rows: Vec<&[f64]> = rows.iter().map(|row| &row[..]).collect();
        let fitted = Decision::fit(&rows, &[0, 1], CountMetric::MacroF1, &[9, 1]);
        assert_eq!(fitted, Decision::most_probable(2));
    }
}
