//! Which weights the penalty holds back less: those of features that tell a label from the rest.

use super::training_set::TrainingSet;

/// How strongly the weight of a feature for a label is held, next to other weights.
///
/// ```text
/// ratio:  d_jk = (1 + e) / (e + r_jk^2 / mean(r^2)),    the penalty is  l2 / 2 * sum of d_jk w_jk^2
///         r_jk = ln ( (n_jk + 1) / (n_k + 2) ) - ln ( (n_j - n_jk + 1) / (n - n_k + 2) )
/// ```
///
/// with `e` = `EVENNESS`, `n_jk` the weight of the rows of label k that have feature j, `n_j` of all rows that have
/// it, `n_k` of label k, `n` of all, and the mean over features by `n_j` and over labels. A feature as common in a
/// label as in the rest is held half as much again as it would be, one with a typical ratio as before, and the more its
/// share in the label departs from that in the rest the less it is held.
///
/// The same as features scaled by `sqrt((e + r^2 / mean) / (1 + e))`, for each label apart: naive Bayes features (Wang
/// and Manning scale by `r` alone, for one label against the rest) between which and plain ones `e` is the way. A
/// ratio's sign plays no part.
///
/// # References
/// Wang and Manning 2012, Baselines and bigrams, sections 2.2 and 2.3; in docs/experiments.md what it gains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Penalty {
    /// All weights alike.
    Even,
    /// By the ratio of a feature's share in a label to that in the rest.
    Ratio,
}

/// What plain features count beside ratios, out of .5, 1, 2 and 4: docs/experiments.md.
const EVENNESS: f64 = 2.0;

impl Penalty {
    /// Every way.
    pub const ALL: [Self; 2] = [Self::Even, Self::Ratio];

    /// The word for it on the command line and in model files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Even => "even",
            Self::Ratio => "ratio",
        }
    }

    /// The factors of the squared weights, shape `(n_features, n_columns)`, flat; `None` where all are 1.
    /// A column for each label, or the first label's for both of two.
    pub(super) fn factors(self, set: &TrainingSet, n_columns: usize) -> Option<Vec<f32>> {
        match self {
            Self::Even => None,
            Self::Ratio => Some(by_ratio(set, n_columns)),
        }
    }
}

fn by_ratio(set: &TrainingSet, n_columns: usize) -> Vec<f32> {
    let mut of_labels = vec![0.0_f64; set.n_labels];
    let mut of_features = vec![0.0_f32; set.rows.n_features()];
    let mut of_both = vec![0.0_f32; set.rows.n_features() * n_columns];
    for (row_idx, (class, weight)) in set.gold.iter().zip(set.weights).enumerate() {
        of_labels[*class] += f64::from(*weight);
        for id in set.rows.row(row_idx).0 {
            of_features[*id as usize] += weight;
            if *class < n_columns {
                of_both[*id as usize * n_columns + class] += weight;
            }
        }
    }
    of_counts(of_both, &of_features, &of_labels)
}

/// The factors of [`Penalty::Ratio`], shape as `of_both`, by the weight of the rows that have a feature and a label of
/// a column, of those that have a feature, and of those of a label.
pub(crate) fn of_counts(mut of_both: Vec<f32>, of_features: &[f32], of_labels: &[f64]) -> Vec<f32> {
    let n_columns = of_both.len() / of_features.len().max(1);
    if n_columns == 0 {
        return of_both;
    }
    let n: f64 = of_labels.iter().sum();
    let (mut squares, mut n_squares) = (0.0, 0.0);
    let features = of_both.chunks_exact_mut(n_columns);
    for (feature, n_feature) in features.zip(of_features) {
        let n_feature = f64::from(*n_feature);
        for (n_both, n_label) in feature.iter_mut().zip(of_labels) {
            let square = squared_ratio(f64::from(*n_both), n_feature, *n_label, n);
            squares += n_feature * square;
            n_squares += n_feature;
            *n_both = square as f32;
        }
    }
    let mean = squares / n_squares;
    for square in &mut of_both {
        *square = factor(f64::from(*square), mean) as f32;
    }
    of_both
}

/// The square of a feature's ratio for a label, by the weight of the rows that have both, the feature, the label, and
/// of all rows. 0 for a label that no row has, or every row: it is told from nothing.
pub(super) fn squared_ratio(n_both: f64, n_feature: f64, n_label: f64, n: f64) -> f64 {
    let share = |with: f64, of: f64| ((with + 1.0) / (of + 2.0)).ln();
    let ratio = share(n_both, n_label) - share(n_feature - n_both, n - n_label);
    match n_label > 0.0 && n_label < n {
        true => ratio * ratio,
        false => 0.0,
    }
}

/// A factor by the squared ratio and the mean of all of them; 1 where no ratio is above 0.
pub(super) fn factor(square: f64, mean: f64) -> f64 {
    match mean > 0.0 {
        true => (1.0 + EVENNESS) / (EVENNESS + square / mean),
        false => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counts::Csr;

    /// Feature 0 is in every row, 1 in both rows of label 0, 2 in one row of each label.
    fn factors(gold: &[usize], n_labels: usize, n_columns: usize) -> Vec<f32> {
        let mut rows = Csr::new(3);
        for ids in [&[0, 1, 2][..], &[0, 1], &[0, 2], &[0]] {
            rows.push(ids, &vec![0.5; ids.len()]);
        }
        let set = TrainingSet {
            rows: &rows,
            gold,
            weights: &[1.0; 4],
            n_labels,
        };
        Penalty::Ratio.factors(&set, n_columns).unwrap()
    }

    #[test]
    fn what_tells_labels_apart_is_held_less() {
        // The ratios are ln 3/4 - ln 3/4 = 0, ln 3/4 - ln 1/4 = ln 3 and 0, the mean square
        // (2 (ln 3)^2) / (4 + 2 + 2), a quarter of that of feature 1.
        let found = factors(&[0, 0, 1, 1], 2, 1);
        assert_eq!(found[0], 1.5);
        assert!((found[1] - 3.0 / (2.0 + 4.0)).abs() < 1e-6);
        assert_eq!(found[2], 1.5);
        let three = factors(&[0, 0, 1, 1], 3, 3);
        assert_eq!(three[..2], [1.5; 2]);
        assert_eq!(three[2], 1.5, "no row has the label");
        assert!(three[3] < 1.0 && three[3] == three[4]);
    }

    #[test]
    fn where_nothing_tells_labels_apart_all_are_alike() {
        assert_eq!(factors(&[0, 0, 0, 0], 2, 1), [1.0; 3]);
    }
}
