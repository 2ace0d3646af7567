//! How many rows each label, group, split and value has.

use super::duplicates::is_grouped;
use detente_data::article::Example;
use detente_data::corpus::Corpus;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Rows of each label of a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LabelCounts {
    /// The target.
    pub target: String,
    /// Labels with their rows, in the order of the prediction set.
    pub counts: Vec<(String, usize)>,
}

impl LabelCounts {
    /// Rows labelled on the target.
    pub fn n_rows(&self) -> usize {
        self.counts.iter().map(|(_, n)| n).sum()
    }

    /// The share of a label among the labelled rows; `None` where there is none.
    pub fn share(&self, label: &str) -> Option<f64> {
        let (_, n) = self.counts.iter().find(|(known, _)| known == label)?;
        (self.n_rows() > 0).then(|| *n as f64 / self.n_rows() as f64)
    }
}

/// Rows per group.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Groups {
    /// Number of groups.
    pub n_groups: usize,
    /// Rows of the smallest group.
    pub least: usize,
    /// Rows of the middle group; the mean of the middle two.
    pub median: f64,
    /// Rows of the largest group.
    pub most: usize,
    /// The largest group.
    pub largest: String,
    /// Its share of all rows.
    pub largest_share: f64,
    /// Groups with one row.
    pub n_single: usize,
    /// Rows that name no group.
    pub n_ungrouped: usize,
}

/// The rows with one value in a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Slice {
    /// The column.
    pub column: String,
    /// The value; empty for rows without one.
    pub value: String,
    /// Its rows.
    pub n_rows: usize,
    /// Its labels on each target.
    pub targets: Vec<LabelCounts>,
}

/// What the splits hold, and the groups they cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Splits {
    /// One for each value of the split column.
    pub slices: Vec<Slice>,
    /// Groups with rows in two or more splits.
    pub cut_groups: Vec<String>,
    /// Labels that a split lacks, as (split, target, label).
    pub missing: Vec<(String, String, String)>,
}

/// Counts the labels of each target.
pub(super) fn label_counts<'a>(
    corpus: &Corpus,
    examples: impl Iterator<Item = &'a Example> + Clone,
) -> Vec<LabelCounts> {
    let targets = corpus.targets.iter().enumerate();
    targets
        .map(|(target_idx, target)| {
            let mut counts = vec![0; target.labels.len()];
            let labels = examples
                .clone()
                .filter_map(|e| e.labels[target_idx].as_deref());
            for class in labels.filter_map(|label| target.labels.position(label)) {
                counts[class] += 1;
            }
            LabelCounts {
                target: target.name.clone(),
                counts: target.labels.labels().iter().cloned().zip(counts).collect(),
            }
        })
        .collect()
}

/// Counts rows per group; `None` without a group column.
pub(super) fn groups(corpus: &Corpus) -> Option<Groups> {
    if !is_grouped(corpus) {
        return None;
    }
    let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
    for example in &corpus.examples {
        *rows.entry(example.group_key()).or_default() += 1;
    }
    let (largest, most) = rows
        .iter()
        .max_by_key(|(name, n)| (**n, std::cmp::Reverse(**name)))?;
    let mut sizes: Vec<usize> = rows.values().copied().collect();
    sizes.sort_unstable();
    Some(Groups {
        n_groups: sizes.len(),
        least: sizes[0],
        median: (sizes[(sizes.len() - 1) / 2] + sizes[sizes.len() / 2]) as f64 / 2.0,
        most: *most,
        largest: (*largest).to_owned(),
        largest_share: *most as f64 / corpus.examples.len() as f64,
        n_single: sizes.iter().filter(|n| **n == 1).count(),
        n_ungrouped: corpus.examples.iter().filter(|e| e.group.is_none()).count(),
    })
}

/// Cuts the rows by the values of a kept column, in the order of the values.
pub(super) fn slices(corpus: &Corpus, column: &str) -> Vec<Slice> {
    let Some(kept_idx) = corpus.kept_idx(column) else {
        return Vec::new();
    };
    let mut rows: BTreeMap<&str, Vec<&Example>> = BTreeMap::new();
    for example in &corpus.examples {
        rows.entry(example.kept[kept_idx].trim())
            .or_default()
            .push(example);
    }
    rows.into_iter()
        .map(|(value, examples)| Slice {
            column: column.to_owned(),
            value: value.to_owned(),
            n_rows: examples.len(),
            targets: label_counts(corpus, examples.iter().copied()),
        })
        .collect()
}

/// Counts what each split holds and finds the groups that the splits cut.
pub(super) fn splits(corpus: &Corpus, column: &str) -> Splits {
    let slices = slices(corpus, column);
    let mut splits_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for example in corpus
        .examples
        .iter()
        .filter(|example| example.group.is_some())
    {
        let value = corpus
            .kept_idx(column)
            .map_or("", |idx| example.kept[idx].trim());
        splits_of
            .entry(example.group_key())
            .or_default()
            .insert(value);
    }
    let mut missing = Vec::new();
    for slice in &slices {
        for target in &slice.targets {
            let absent = target.counts.iter().filter(|(_, n)| *n == 0);
            missing.extend(
                absent
                    .map(|(label, _)| (slice.value.clone(), target.target.clone(), label.clone())),
            );
        }
    }
    let cut = splits_of.into_iter().filter(|(_, splits)| splits.len() > 1);
    Splits {
        cut_groups: cut.map(|(group, _)| group.to_owned()).collect(),
        slices,
        missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::tests::corpus;

    #[test]
    fn counts_are_those_of_the_rows() {
        let corpus = corpus(
            "text,peace,doc,split\na,favor,x,train\nb,favor,x,dev\nc,none,y,train\nd,,y,train\n\
             e,none,,dev\n",
        );
        let counts = label_counts(&corpus, corpus.examples.iter());
        assert_eq!(counts[0].counts, [("favor".into(), 2), ("none".into(), 2)]);
        assert_eq!(counts[0].share("favor"), Some(0.5));
        let groups = groups(&corpus).unwrap();
        assert_eq!((groups.n_groups, groups.least, groups.most), (3, 1, 2));
        assert_eq!(
            (groups.median, groups.n_single, groups.n_ungrouped),
            (1.0, 2, 1)
        );
        assert_eq!((groups.largest.as_str(), groups.largest_share), ("x", 0.5));
        let splits = splits(&corpus, "split");
        assert_eq!(splits.cut_groups, ["x"]);
        let rows: Vec<_> = splits
            .slices
            .iter()
            .map(|s| (s.value.as_str(), s.n_rows))
            .collect();
        assert_eq!(rows, [("dev", 2), ("train", 2)]);
        assert!(splits.missing.is_empty());
    }
}
