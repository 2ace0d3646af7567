//! The penalty by ratios for a learner that goes row by row: labels counted by feature, factors in a byte each.

use super::penalty::{factor, squared_ratio};
use std::ops::Range;
use std::sync::LazyLock;

/// How many rows of each label have each feature, on several targets.
#[derive(Clone, Debug)]
pub struct LabelCounts {
    /// The number of labels of each head.
    n_labels: Vec<usize>,
    /// Weight of the rows that have a feature, shape `(n_features, n_columns)`, flat.
    of_features: Vec<f32>,
    /// Weight of all rows, for each column.
    of_labels: Vec<f64>,
}

impl LabelCounts {
    /// Of heads with so many labels each, before the first row.
    pub fn new(n_features: usize, n_labels: Vec<usize>) -> Self {
        let n_columns = n_labels.iter().sum();
        Self {
            n_labels,
            of_features: vec![0.0; n_features * n_columns],
            of_labels: vec![0.0; n_columns],
        }
    }

    /// Counts a row for each head for which it has a label. Ids are below the number of features, each once.
    ///
    /// # Panics
    /// An id or a class is out of range.
    pub fn add(&mut self, ids: &[u32], gold: &[Option<usize>], weight: f32) {
        let n_columns = self.of_labels.len();
        let mut column = 0;
        for (n_labels, gold) in self.n_labels.iter().zip(gold) {
            if let Some(gold) = gold {
                self.of_labels[column + gold] += f64::from(weight);
                for id in ids {
                    self.of_features[*id as usize * n_columns + column + gold] += weight;
                }
            }
            column += n_labels;
        }
    }

    /// The factors of [`Penalty::Ratio`](super::Penalty::Ratio), means taken over each of these views and each head
    /// apart; features outside of them are held as with the plain penalty.
    ///
    /// # Panics
    /// A view reaches beyond the features.
    pub fn factors(mut self, views: impl IntoIterator<Item = Range<usize>>) -> Factors {
        let n_columns = self.of_labels.len();
        let mut codes = vec![Factors::PLAIN; self.of_features.len()];
        for view in views {
            let places = view.start * n_columns..view.end * n_columns;
            let (counts, codes) = (&mut self.of_features[places.clone()], &mut codes[places]);
            let mut column = 0;
            for n_labels in &self.n_labels {
                let columns = column..column + n_labels;
                column = columns.end;
                let mean = to_squares(
                    counts,
                    n_columns,
                    &columns,
                    &self.of_labels[columns.clone()],
                );
                let of_features = counts
                    .chunks_exact(n_columns)
                    .zip(codes.chunks_exact_mut(n_columns));
                for (squares, codes) in of_features {
                    let pairs = squares[columns.clone()]
                        .iter()
                        .zip(&mut codes[columns.clone()]);
                    pairs.for_each(|(square, code)| {
                        *code = Factors::code(1.0 / factor(f64::from(*square), mean))
                    });
                }
            }
        }
        Factors { n_columns, codes }
    }
}

/// Puts the squared ratios of a head in the place of its counts, and gives their mean over features and labels.
fn to_squares(
    counts: &mut [f32],
    n_columns: usize,
    columns: &Range<usize>,
    of_labels: &[f64],
) -> f64 {
    let n: f64 = of_labels.iter().sum();
    let (mut squares, mut n_squares) = (0.0, 0.0);
    for feature in counts.chunks_exact_mut(n_columns) {
        let feature = &mut feature[columns.clone()];
        let n_feature: f64 = feature.iter().map(|count| f64::from(*count)).sum();
        if n_feature > 0.0 {
            for (count, n_label) in feature.iter_mut().zip(of_labels) {
                let square = squared_ratio(f64::from(*count), n_feature, *n_label, n);
                squares += n_feature * square;
                n_squares += n_feature;
                *count = square as f32;
            }
        }
    }
    squares / n_squares
}

/// How much easier the weight of a feature for a label moves than under the plain penalty: the inverse of
/// the factors of a [`Penalty`](super::Penalty), to 2 %.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factors {
    n_columns: usize,
    /// By feature and column; nothing where all weights move alike.
    codes: Vec<u8>,
}

/// What the codes stand for.
static EASE: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|code| ((code as f64 - f64::from(Factors::PLAIN)) / STEPS).exp() as f32)
});

/// Codes for each power of e.
const STEPS: f64 = 32.0;

impl Factors {
    /// The code of 1: some room below it for what is held back more, two thirds at the least.
    const PLAIN: u8 = 16;

    /// All weights move alike.
    pub const EVEN: Self = Self {
        n_columns: 0,
        codes: Vec::new(),
    };

    fn code(ease: f64) -> u8 {
        (f64::from(Self::PLAIN) + (STEPS * ease.ln()).round()).clamp(0.0, 255.0) as u8
    }

    /// The codes of a feature from a column on; none where all weights move alike, and of intercepts.
    #[inline]
    pub(super) fn codes(&self, feature: usize, column: usize) -> &[u8] {
        self.codes
            .get(feature * self.n_columns + column..)
            .unwrap_or_default()
    }

    /// What a weight is multiplied by, `codes` being those of its feature from the first label of its head on.
    #[inline]
    pub(super) fn ease(codes: &[u8], label: usize) -> f32 {
        codes
            .get(label)
            .map_or(1.0, |code| EASE[usize::from(*code)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counts::Csr;
    use crate::linear::Penalty;
    use crate::linear::training_set::TrainingSet;
    use std::iter::once;

    #[test]
    fn they_are_those_of_the_batch_learner() {
        let mut rows = Csr::new(4);
        let gold = [0, 0, 1, 1, 2];
        let mut counts = LabelCounts::new(4, vec![2, 3]);
        for (ids, gold) in [&[0, 1, 2][..], &[0, 1], &[0, 2, 3], &[0], &[0, 3]]
            .iter()
            .zip(gold)
        {
            rows.push(ids, &vec![0.5; ids.len()]);
            counts.add(ids, &[None, Some(gold)], 0.5);
        }
        let set = TrainingSet {
            rows: &rows,
            gold: &gold,
            weights: &[0.5; 5],
            n_labels: 3,
        };
        let expected = Penalty::Ratio.factors(&set, 3).unwrap();
        let factors = counts.factors(once(0..4));
        for feature in 0..4 {
            for label in 0..3 {
                let ease = Factors::ease(factors.codes(feature, 2), label);
                let expected = expected[feature * 3 + label];
                assert!(
                    (ease * expected - 1.0).abs() < 0.017,
                    "{feature} {label}: {ease} {expected}"
                );
            }
        }
    }

    #[test]
    fn outside_of_the_views_and_without_rows_weights_move_as_they_would() {
        let mut counts = LabelCounts::new(3, vec![2]);
        counts.add(&[0, 2], &[Some(0)], 1.0);
        counts.add(&[1, 2], &[Some(1)], 1.0);
        let factors = counts.factors(once(0..2));
        assert_eq!(Factors::ease(factors.codes(2, 0), 1), 1.0);
        assert_eq!(Factors::ease(factors.codes(3, 0), 0), 1.0, "an intercept");
        assert_eq!(Factors::ease(Factors::EVEN.codes(0, 0), 0), 1.0);
        let unlabelled = LabelCounts::new(2, vec![2]).factors(once(0..2));
        assert_eq!(Factors::ease(unlabelled.codes(0, 0), 0), 1.0);
    }
}
