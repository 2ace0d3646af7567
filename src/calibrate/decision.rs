//! Which label is given: the most probable one, tilted towards the measure that counts.

use crate::linear::argmax;
use crate::metrics::{Confusion, CountMetric};
use std::cmp::Ordering;

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
        let logs: Vec<f64> = (probabilities.iter().copied().flatten())
            .map(|p| p.max(1e-300).ln())
            .collect();
        let rows = || logs.chunks_exact(n_labels.max(1)).zip(gold);
        let mut offsets = vec![0.0; n_labels];
        let mut confusion = Confusion::empty(n_labels);
        for (row, gold) in rows() {
            confusion.add(*gold, argmax(row), 1);
        }
        let Some(mut best) = metric.of(&confusion) else {
            return Self { offsets };
        };
        let tried: Vec<f64> = (-REACH..=REACH).map(|s| f64::from(s) * STEP).collect();
        let mut nearest_first: Vec<usize> = (0..tried.len()).collect();
        nearest_first.sort_by_key(|at| {
            let step = *at as i32 - REACH;
            (step.abs(), step)
        });
        for _ in 0..ROUNDS {
            let before = best;
            for label in 0..n_labels {
                let confusions = confusions(rows(), n_labels, label, &offsets, &tried);
                for at in &nearest_first {
                    if let Some(found) = metric.of(&confusions[*at])
                        && found > best
                    {
                        best = found;
                        offsets[label] = tried[*at];
                    }
                }
            }
            if best == before {
                break;
            }
        }
        Self::mean_of(&[Self { offsets }])
    }

    /// Offsets along one line, `o_k = -t ln share_k` with `t` from 0 to 1 in steps of 0.1: rarer labels are given
    /// sooner, and all that is searched is by how much. For rows of few documents, whose shares of labels are chance:
    /// the shares are those of `label_counts`, and of equally good `t` the lowest is taken. Rows as in
    /// [`fit`](Self::fit).
    ///
    /// # References
    /// Menon and others 2021, Long-tail learning via logit adjustment, section 4.1.
    pub fn fit_to_shares(
        probabilities: &[&[f64]],
        gold: &[usize],
        metric: CountMetric,
        label_counts: &[usize],
    ) -> Self {
        let logs = label_counts.iter().map(|count| (*count as f64 + 1.0).ln());
        let logs: Vec<f64> = logs.collect();
        let decisions = (0..=10).map(|step| {
            let tilt = -f64::from(step) * STEP;
            let offsets = logs.iter().map(|log| tilt * log).collect();
            Self::mean_of(&[Self { offsets }])
        });
        let mut best = (f64::NEG_INFINITY, Self::most_probable(label_counts.len()));
        for decision in decisions {
            let mut confusion = Confusion::empty(label_counts.len());
            for (row, gold) in probabilities.iter().zip(gold) {
                confusion.add(*gold, decision.apply(row), 1);
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
        let tilted = probabilities
            .iter()
            .zip(&self.offsets)
            .map(|(p, offset)| p.max(1e-300).ln() + offset);
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

/// The confusion under each offset tried for one label, the others' offsets as they are. The offsets
/// tried rise, so each row gives the label from one of them on: one pass over the rows does for all.
fn confusions<'a>(
    rows: impl Iterator<Item = (&'a [f64], &'a usize)>,
    n_labels: usize,
    label: usize,
    offsets: &[f64],
    tried: &[f64],
) -> Vec<Confusion> {
    // At `(first, gold, rival)` the rows that give the label from offset `first` on, else the rival.
    let mut n_rows = vec![0_u64; (tried.len() + 1) * n_labels * n_labels];
    let mut others = Vec::with_capacity(n_labels);
    for (row, gold) in rows {
        others.clear();
        others.extend(row.iter().zip(offsets).map(|(log, offset)| log + offset));
        others[label] = f64::NEG_INFINITY;
        let rival = argmax(&others);
        let is_given = |offset: &f64| match label.cmp(&rival) {
            // Of equal ones the first is given.
            Ordering::Less => row[label] + offset >= others[rival],
            _ => row[label] + offset > others[rival],
        };
        let first = tried.partition_point(|offset| !is_given(offset));
        n_rows[(first * n_labels + gold) * n_labels + rival] += 1;
    }
    let confusion = |at: usize| {
        let mut confusion = Confusion::empty(n_labels);
        for (place, n) in n_rows.iter().enumerate().filter(|(_, n)| **n > 0) {
            let (first, gold) = (place / n_labels / n_labels, place / n_labels % n_labels);
            let given = if first <= at { label } else { place % n_labels };
            confusion.add(gold, given, *n);
        }
        confusion
    };
    (0..tried.len()).map(confusion).collect()
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
    fn rare_labels_are_given_sooner_by_their_shares() {
        // ln 9 times t has to be above ln(.7/.3), so t is .4 or more; and below ln(.9/.1), so below 1.
        let rows = [[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.7, 0.3]];
        let rows: Vec<&[f64]> = rows.iter().map(|row| &row[..]).collect();
        let (gold, counts) = ([0, 0, 0, 1], [89, 9]);
        let fitted = Decision::fit_to_shares(&rows, &gold, CountMetric::MacroF1, &counts);
        let expected = 0.4 * 9.0_f64.ln() / 2.0;
        assert!((fitted.offsets()[1] - expected).abs() < 1e-12);
        assert!((fitted.offsets()[0] + expected).abs() < 1e-12);
        let all_right = Decision::fit_to_shares(&rows[..3], &[0; 3], CountMetric::MacroF1, &counts);
        assert_eq!(all_right, Decision::most_probable(2));
    }

    #[test]
    fn one_pass_counts_what_applying_each_offset_counts() {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
            // Few values, so that labels are often equal.
            (state >> 60) as f64 / 10.0 + 0.1
        };
        let rows: Vec<[f64; 3]> = (0..200).map(|_| [next(), next(), next()]).collect();
        let gold: Vec<usize> = (0..200).map(|row| row % 3).collect();
        let offsets = [0.1, -0.2, 0.0];
        let tried: Vec<f64> = (-3..=3).map(|step| f64::from(step) * 0.1).collect();
        for label in 0..3 {
            let pairs = rows.iter().map(|row| &row[..]).zip(&gold);
            let found = confusions(pairs, 3, label, &offsets, &tried);
            for (offset, found) in tried.iter().zip(found) {
                let mut all = offsets;
                all[label] = *offset;
                let mut expected = Confusion::empty(3);
                for (row, gold) in rows.iter().zip(&gold) {
                    let tilted: Vec<f64> = row.iter().zip(all).map(|(p, o)| p + o).collect();
                    expected.add(*gold, argmax(&tilted), 1);
                }
                assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn offsets_stay_zero_where_nothing_is_gained() {
        let rows = [[0.9, 0.1], [0.2, 0.8]];
        let rows: Vec<&[f64]> = rows.iter().map(|row| &row[..]).collect();
        let fitted = Decision::fit(&rows, &[0, 1], CountMetric::MacroF1);
        assert_eq!(fitted, Decision::most_probable(2));
    }
}
