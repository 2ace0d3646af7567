//! Which label is given: the most probable one, tilted towards the measure that counts.

use crate::linear::argmax;
use crate::metrics::{Confusion, CountMetric};

/// Tilts the choice of a label without touching its probability.
///
/// ```text
/// label = argmax_k  ln p_k + o_k,     o summing to 0
/// ```
///
/// With all offsets 0 it is the most probable label, which is best for accuracy. Measures that
/// give rare labels the same say as common ones (macro-F1, F avg) are served better by giving them
/// sooner.
///
/// # References
/// Lipton, Elkan and Narayanaswamy 2014, Optimal thresholding of classifiers to maximize F1 measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    offsets: Vec<f64>,
}

/// Offsets tried, from `-REACH` to `REACH` in steps of `STEP`.
const REACH: i32 = 15;
const STEP: f64 = 0.1;
/// Rounds over the labels; the search is done when a round changes nothing.
const ROUNDS: usize = 4;

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

    /// Searches the offsets with the best measure, one label after the other from 0. Of equally good
    /// offsets the one nearest to 0 is taken. Where the measure is undefined they stay 0.
    ///
    /// `probabilities[i]` are those of a row the model did not see in fitting, `gold[i]` its class.
    pub fn fit(probabilities: &[&[f64]], gold: &[usize], metric: CountMetric) -> Self {
        let n_labels = probabilities.first().map_or(0, |row| row.len());
        let logs: Vec<Vec<f64>> = probabilities
            .iter()
            .map(|row| row.iter().map(|p| p.max(1e-300).ln()).collect())
            .collect();
        let value = |offsets: &[f64]| {
            let mut confusion = Confusion::empty(n_labels);
            let mut tilted = vec![0.0; n_labels];
            for (row, gold) in logs.iter().zip(gold) {
                for (t, (log, offset)) in tilted.iter_mut().zip(row.iter().zip(offsets)) {
                    *t = log + offset;
                }
                confusion.add(*gold, argmax(&tilted), 1);
            }
            metric.of(&confusion)
        };
        let mut offsets = vec![0.0; n_labels];
        let Some(mut best) = value(&offsets) else {
            return Self { offsets };
        };
        let mut steps: Vec<i32> = (-REACH..=REACH).collect();
        steps.sort_by_key(|step| (step.abs(), *step));
        for _ in 0..ROUNDS {
            let before = best;
            for label in 0..n_labels {
                let mut tried = offsets.clone();
                for step in &steps {
                    tried[label] = f64::from(*step) * STEP;
                    if let Some(found) = value(&tried)
                        && found > best
                    {
                        best = found;
                        offsets.clone_from(&tried);
                    }
                }
            }
            if best == before {
                break;
            }
        }
        Self::mean_of(&[Self { offsets }])
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
        let tilted: Vec<f64> = probabilities
            .iter()
            .zip(&self.offsets)
            .map(|(p, offset)| p.max(1e-300).ln() + offset)
            .collect();
        argmax(&tilted)
    }

    /// The offsets, one for each label.
    pub fn offsets(&self) -> &[f64] {
        &self.offsets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rare_label_is_given_sooner_for_macro_f1() {
        // The rare label 1 never has the larger probability, so argmax gives macro-F1 below 1/2;
        // an offset between ln(.7/.3) and ln(.9/.1) in its favor answers all rows right.
        let rows = [[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.7, 0.3]];
        let rows: Vec<&[f64]> = rows.iter().map(|row| &row[..]).collect();
        let gold = [0, 0, 0, 1];
        let plain = Decision::most_probable(2);
        assert_eq!(plain.apply(rows[3]), 0);
        let fitted = Decision::fit(&rows, &gold, CountMetric::MacroF1);
        let given: Vec<usize> = rows.iter().map(|row| fitted.apply(row)).collect();
        assert_eq!(given, gold);
        assert!(fitted.offsets().iter().sum::<f64>().abs() < 1e-12);
    }

    #[test]
    fn offsets_stay_zero_where_nothing_is_gained() {
        let rows = [[0.9, 0.1], [0.2, 0.8]];
        let rows: Vec<&[f64]> = rows.iter().map(|row| &row[..]).collect();
        let fitted = Decision::fit(&rows, &[0, 1], CountMetric::MacroF1);
        assert_eq!(fitted, Decision::most_probable(2));
    }
}
