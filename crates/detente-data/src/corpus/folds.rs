//! Cuts examples into folds that keep documents whole and labels balanced.

use crate::article::Example;
use crate::error::{Error, ErrorKind, Result};
use detente_error::counted;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The recipe for [`Folds`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoldsParams {
    /// Number of folds, 2 or more. More folds train on more rows and take longer.
    pub n_folds: usize,
    /// Which of the many balanced cuts is taken.
    pub seed: u64,
}

impl FoldsParams {
    /// Five folds, seed 42.
    pub const DEFAULT: Self = Self {
        n_folds: 5,
        seed: 42,
    };

    /// Checks the ranges.
    ///
    /// # Errors
    /// Fewer than two folds.
    pub fn check(&self) -> Result<()> {
        if self.n_folds < 2 {
            return Err(Error::new(ErrorKind::OutOfRange {
                parameter: "the number of folds",
                value: self.n_folds.to_string(),
                expected: "2 or more",
            }));
        }
        Ok(())
    }
}

/// The fold of every example: grouped (rows of one document share a fold) and stratified (each fold
/// has about its share of every label of every target).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folds {
    fold_of: Vec<usize>,
    n_folds: usize,
}

impl Folds {
    /// Cuts the examples. Groups are placed one at a time, those with the most labels first and
    /// equal ones in an order drawn from the seed and their names, each into the fold where the label
    /// counts stay nearest to their shares. Row order does not matter.
    ///
    /// `labels[i]` are the label ids of example `i` over all targets, as numbers below `n_labels`.
    ///
    /// # Errors
    /// Fewer groups than folds; not one list of labels for each example; a label's number that is not below `n_labels`.
    pub fn cut(
        examples: &[Example],
        labels: &[Vec<usize>],
        n_labels: usize,
        params: &FoldsParams,
    ) -> Result<Self> {
        params.check()?;
        let refuse = |parameter, found: usize, expected| {
            let value = found.to_string();
            Err(Error::new(ErrorKind::OutOfRange {
                parameter,
                value,
                expected,
            }))
        };
        if labels.len() != examples.len() {
            return refuse(
                "the number of lists of labels",
                labels.len(),
                "one for each example",
            );
        }
        if let Some(label) = labels.iter().flatten().find(|label| **label >= n_labels) {
            return refuse("a label's number", *label, "one below the number of labels");
        }
        let mut rows_of: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (row_idx, example) in examples.iter().enumerate() {
            rows_of
                .entry(example.group_key())
                .or_default()
                .push(row_idx);
        }
        if rows_of.len() < params.n_folds {
            return Err(Error::new(ErrorKind::TooFewGroups {
                target: "all".into(),
                found: counted(rows_of.len(), "document"),
                n_folds: params.n_folds,
            }));
        }
        let mut totals = vec![0.0_f64; n_labels];
        for label in labels.iter().flatten() {
            totals[*label] += 1.0;
        }
        let mut groups: Vec<(std::cmp::Reverse<usize>, u64, &str)> = rows_of
            .iter()
            .map(|(name, rows)| {
                let size = rows.iter().map(|row| labels[*row].len()).sum();
                let draw = xxh3_64_with_seed(name.as_bytes(), params.seed);
                (std::cmp::Reverse(size), draw, *name)
            })
            .collect();
        groups.sort_unstable();

        let n_folds = params.n_folds;
        let mut counts = vec![vec![0.0_f64; n_labels]; n_folds];
        let mut sizes = vec![0_usize; n_folds];
        let mut fold_of = vec![0; examples.len()];
        for (_, _, name) in groups {
            let rows = &rows_of[name];
            let mut added: BTreeMap<usize, f64> = BTreeMap::new();
            for label in rows.iter().flat_map(|row| &labels[*row]) {
                *added.entry(*label).or_default() += 1.0;
            }
            // The growth of the sum of squared shares: smallest where these labels are scarce.
            let cost = |fold: usize| -> f64 {
                added
                    .iter()
                    .map(|(label, n)| n * (2.0 * counts[fold][*label] + n) / totals[*label].powi(2))
                    .sum()
            };
            let mut best = 0;
            let mut best_key = (f64::INFINITY, usize::MAX);
            for (fold, size) in sizes.iter().enumerate() {
                let key = (cost(fold), *size);
                if key.0 < best_key.0 - 1e-12
                    || ((key.0 - best_key.0).abs() <= 1e-12 && key.1 < best_key.1)
                {
                    best = fold;
                    best_key = key;
                }
            }
            for (label, n) in added {
                counts[best][label] += n;
            }
            sizes[best] += rows.len();
            for row in rows {
                fold_of[*row] = best;
            }
        }
        Ok(Self { fold_of, n_folds })
    }

    /// Number of folds.
    pub fn n_folds(&self) -> usize {
        self.n_folds
    }

    /// The fold of each example.
    pub fn fold_of(&self) -> &[usize] {
        &self.fold_of
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn example(group: &str, text: &str) -> Example {
        Example {
            mentions: Vec::new(),
            id: None,
            text: text.into(),
            labels: vec![],
            group: Some(group.into()),
            weight: 1.0,
            calibrates: true,
            file_idx: 0,
            line: 0,
            kept: vec![],
        }
    }

    proptest! {
        #[test]
        fn documents_stay_whole_and_row_order_does_not_matter(
            rows in prop::collection::vec((0_usize..12, 0_usize..3), 24..80),
            seed in 0_u64..50,
        ) {
            let mut rows = rows;
            rows.extend((0..12).map(|group| (group, 0)));
            let params = FoldsParams { n_folds: 3, seed };
            let cut = |rows: &[(usize, usize)]| {
                let examples: Vec<_> = rows.iter().map(|(g, _)| example(&g.to_string(), "x")).collect();
                let labels: Vec<_> = rows.iter().map(|(_, l)| vec![*l]).collect();
                Folds::cut(&examples, &labels, 3, &params).unwrap()
            };
            let folds = cut(&rows);
            let mut fold_of_group = BTreeMap::new();
            for ((group, _), fold) in rows.iter().zip(folds.fold_of()) {
                prop_assert_eq!(*fold_of_group.entry(*group).or_insert(*fold), *fold);
            }
            let reversed: Vec<_> = rows.iter().rev().copied().collect();
            let mut back = cut(&reversed).fold_of;
            back.reverse();
            prop_assert_eq!(back, folds.fold_of);
        }
    }

    #[test]
    fn labels_are_spread_over_the_folds() {
        let examples: Vec<_> = (0..100).map(|i| example(&i.to_string(), "x")).collect();
        let labels: Vec<_> = (0..100).map(|i| vec![usize::from(i % 10 == 0)]).collect();
        let folds = Folds::cut(&examples, &labels, 2, &FoldsParams::DEFAULT).unwrap();
        for fold in 0..5 {
            let rare = (0..100)
                .filter(|i| folds.fold_of()[*i] == fold && labels[*i] == [1])
                .count();
            assert_eq!(rare, 2);
        }
    }

    #[test]
    fn fewer_documents_than_folds_are_refused() {
        let examples = [example("a", "x"), example("a", "y")];
        let error =
            Folds::cut(&examples, &[vec![0], vec![1]], 2, &FoldsParams::DEFAULT).unwrap_err();
        assert_eq!(
            error.to_string(),
            "target `all` has 1 document; expected at least 5, one for each fold"
        );
    }

    #[test]
    fn labels_that_do_not_fit_the_examples_are_refused() {
        let examples = [example("a", "x"), example("b", "y")];
        let params = FoldsParams {
            n_folds: 2,
            seed: 1,
        };
        let message = |labels: &[Vec<usize>]| {
            let error = Folds::cut(&examples, labels, 2, &params).unwrap_err();
            error.to_string()
        };
        assert_eq!(
            message(&[vec![0]]),
            "the number of lists of labels is 1; expected one for each example"
        );
        assert_eq!(
            message(&[vec![0], vec![2]]),
            "a label's number is 2; expected one below the number of labels"
        );
    }
}
