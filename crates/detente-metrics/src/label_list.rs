//! The labels that a mean over labels is taken over, fixed before rows are drawn or picked.

use serde::Serialize;

/// The labels that occur among some rows, and so the list that means over labels are taken over.
///
/// A mean over the labels that a resample happens to hold is another quantity in each resample: the macro-F1 of a
/// classifier that never finds the rarest label jumps from 1/2 to 1 where a resample lacks it. The list is therefore
/// fixed on all rows of a table, and the same in its resamples, slices, folds and baselines. What a label of the list
/// adds where it has no rows is as with scikit-learn's `labels=…, zero_division=0`:
///
/// ```text
/// macro-F1, F1, F avg    F1 = 0 where the label is neither gold nor given
/// balanced accuracy      recall = 0 where the label is not gold
/// macro AUC              undefined, for a rank among no rows has no value by convention
/// ```
///
/// Intervals of rare labels get wide by this, as they should: how a classifier does on a label that comes from two
/// documents is not known well.
///
/// # Example
/// ```
/// use detente_metrics::{Confusion, LabelList};
///
/// let all = Confusion::from_pairs(2, [(0, 0), (0, 0), (1, 0)]).unwrap();
/// let drawn = Confusion::from_pairs(2, [(0, 0), (0, 0), (0, 0)]).unwrap();
/// assert_eq!(drawn.macro_f1(), Some(1.0));
/// assert_eq!(drawn.macro_f1_over(&LabelList::of(&all)), Some(0.5));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LabelList {
    /// For each label whether a row has it in gold.
    gold: Vec<bool>,
    /// For each label whether a row has it in gold or was given it.
    any: Vec<bool>,
}

impl LabelList {
    /// The labels of rows, by their gold and their given labels; those out of range are left out.
    pub(crate) fn of_rows(n_labels: usize, gold: &[usize], given: &[usize]) -> Self {
        let mut list = Self {
            gold: vec![false; n_labels],
            any: vec![false; n_labels],
        };
        for &label in gold.iter().filter(|label| **label < n_labels) {
            list.gold[label] = true;
            list.any[label] = true;
        }
        for &label in given.iter().filter(|label| **label < n_labels) {
            list.any[label] = true;
        }
        list
    }

    /// The labels that occur in either list, which has as many labels as the longer one.
    pub fn union(&self, other: &Self) -> Self {
        let either = |one: &[bool], other: &[bool]| {
            let has = |flags: &[bool], label: usize| flags.get(label).copied().unwrap_or(false);
            let n_labels = one.len().max(other.len());
            (0..n_labels)
                .map(|label| has(one, label) || has(other, label))
                .collect()
        };
        Self {
            gold: either(&self.gold, &other.gold),
            any: either(&self.any, &other.any),
        }
    }

    /// The labels with a gold row.
    pub fn gold(&self) -> impl Iterator<Item = usize> + '_ {
        places(&self.gold)
    }

    /// The labels with a row that has them in gold or was given them.
    pub fn labels(&self) -> impl Iterator<Item = usize> + '_ {
        places(&self.any)
    }

    /// Whether a label occurs at all.
    pub fn has(&self, label: usize) -> bool {
        self.any.get(label).copied().unwrap_or(false)
    }
}

fn places(flags: &[bool]) -> impl Iterator<Item = usize> + '_ {
    let all = flags.iter().enumerate();
    all.filter(|(_, is_there)| **is_there)
        .map(|(label, _)| label)
}
