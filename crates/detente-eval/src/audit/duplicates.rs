//! Texts that occur more than once, and whether that matters.

use super::similar::{Clusters, Pairs, Shingles, folded};
use detente_data::article::Example;
use detente_data::corpus::Corpus;
use detente_text::Span;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Rows with the same or nearly the same text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Cluster {
    /// The rows, as places among the corpus's examples.
    pub rows: Vec<usize>,
    /// Whether all rows have the same text but for case and space.
    pub is_exact: bool,
    /// 1 for exact duplicates; else the least resemblance among the pairs that connect the rows.
    pub resemblance: f64,
    /// The splits it lies in; empty without a split column.
    pub splits: Vec<String>,
    /// Number of groups it lies in; `None` without a group column.
    pub n_groups: Option<usize>,
    /// The targets on which its rows carry different labels.
    pub contested: Vec<String>,
}

impl Cluster {
    fn new(rows: Vec<usize>, near: Option<f64>, corpus: &Corpus, split: Option<usize>) -> Self {
        let examples = || rows.iter().map(|row| &corpus.examples[*row]);
        let splits: BTreeSet<&str> = match split {
            Some(split) => examples().map(|e| e.kept[split].trim()).collect(),
            None => BTreeSet::new(),
        };
        let groups: BTreeSet<&str> = examples().map(Example::group_key).collect();
        let is_contested = |target_idx: usize| {
            let labels = examples().filter_map(|e| e.labels[target_idx].as_deref());
            labels.collect::<BTreeSet<_>>().len() > 1
        };
        let targets = corpus.targets.iter().enumerate();
        Self {
            is_exact: near.is_none(),
            resemblance: near.unwrap_or(1.0),
            splits: splits.into_iter().map(str::to_owned).collect(),
            n_groups: is_grouped(corpus).then_some(groups.len()),
            contested: targets
                .filter(|(target_idx, _)| is_contested(*target_idx))
                .map(|(_, target)| target.name.clone())
                .collect(),
            rows,
        }
    }

    /// Whether it lies in more than one split.
    pub fn crosses_splits(&self) -> bool {
        self.splits.len() > 1
    }

    /// Whether all its rows are of one group, where near-duplicates are minimal pairs and wanted.
    pub fn is_in_one_group(&self) -> bool {
        self.n_groups == Some(1)
    }
}

/// All duplicates of a corpus, those first that cross splits, then those that cross groups, then
/// the largest.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Duplicates {
    /// Rows with the same text, but for case and space, that are labelled on a common target or lie
    /// in different splits. The same text under different targets of a long layout, or with another
    /// mention, is no duplicate.
    pub exact: Vec<Cluster>,
    /// Rows with nearly the same text; each holds two or more distinct texts.
    pub near: Vec<Cluster>,
}

/// Whether any row names its group.
pub(super) fn is_grouped(corpus: &Corpus) -> bool {
    corpus
        .examples
        .iter()
        .any(|example| example.group.is_some())
}

/// Rows of one text, those together that mention the same: what is said of others may differ.
fn by_mention(corpus: &Corpus, rows: &[usize]) -> Vec<Vec<usize>> {
    let mut parts: BTreeMap<&[Span], Vec<usize>> = BTreeMap::new();
    for row in rows {
        let mentions = &corpus.examples[*row].mentions;
        parts.entry(mentions).or_default().push(*row);
    }
    parts.into_values().collect()
}

impl Duplicates {
    pub(super) fn find(corpus: &Corpus, split: Option<usize>, threshold: f64) -> Self {
        let mut rows_of: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (row, example) in corpus.examples.iter().enumerate() {
            rows_of.entry(folded(&example.text)).or_default().push(row);
        }
        let texts: Vec<&str> = rows_of.keys().map(String::as_str).collect();
        let all_rows: Vec<&Vec<usize>> = rows_of.values().collect();
        let mut clusters = Clusters::new(texts.len());
        Shingles::of(&texts).join(threshold, &mut clusters);
        let near = clusters
            .members()
            .into_iter()
            .map(|(members, resemblance)| {
                let mut rows: Vec<usize> =
                    members.iter().flat_map(|m| all_rows[*m].clone()).collect();
                rows.sort_unstable();
                Cluster::new(rows, Some(resemblance), corpus, split)
            });
        let is_repeated = |rows: &[usize]| {
            (0..corpus.targets.len()).any(|target_idx| {
                let labelled = |row: &&usize| corpus.examples[**row].labels[target_idx].is_some();
                rows.iter().filter(labelled).count() > 1
            })
        };
        let exact = all_rows
            .iter()
            .flat_map(|rows| by_mention(corpus, rows))
            .filter(|rows| rows.len() > 1)
            .filter_map(|rows| {
                let cluster = Cluster::new(rows.clone(), None, corpus, split);
                (cluster.crosses_splits() || is_repeated(&rows)).then_some(cluster)
            });
        let mut all = Self {
            exact: exact.collect(),
            near: near.collect(),
        };
        for clusters in [&mut all.exact, &mut all.near] {
            clusters.sort_by_key(|cluster| {
                let first = cluster.rows.first().copied();
                let worst = (
                    cluster.crosses_splits(),
                    !cluster.is_in_one_group(),
                    cluster.rows.len(),
                );
                (std::cmp::Reverse(worst), first)
            });
        }
        all
    }

    /// Exact duplicates whose rows carry different labels on one target.
    pub fn contradictions(&self) -> impl Iterator<Item = &Cluster> {
        self.exact
            .iter()
            .filter(|cluster| !cluster.contested.is_empty())
    }
}

/// A row whose text, or nearly, stands in the other file too.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LeakedRow {
    /// The row, as a place among the corpus's examples.
    pub row: usize,
    /// The row of the other corpus that resembles it most.
    pub other_row: usize,
    /// Their resemblance; 1 where the texts are equal but for case and space.
    pub resemblance: f64,
}

/// What two corpora have in common.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Leak {
    /// Rows of the other corpus.
    pub n_other_rows: usize,
    /// Rows whose text, but for case and space, is in the other corpus.
    pub exact: Vec<LeakedRow>,
    /// Rows whose text nearly is, the nearest first.
    pub near: Vec<LeakedRow>,
    /// Names of groups in both.
    pub shared_groups: Vec<String>,
}

impl Leak {
    /// Compares two corpora by text and by the names of their groups.
    pub(super) fn find(corpus: &Corpus, other: &Corpus, threshold: f64) -> Self {
        let first_rows = |corpus: &Corpus| {
            let mut rows: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            for (row, example) in corpus.examples.iter().enumerate() {
                rows.entry(folded(&example.text)).or_default().push(row);
            }
            rows
        };
        let (own, theirs) = (first_rows(corpus), first_rows(other));
        let mut leak = Self {
            n_other_rows: other.examples.len(),
            ..Self::default()
        };
        let leaked = |rows: &[usize], other_row: usize, resemblance: f64| {
            let leaked = rows.iter().map(|row| LeakedRow {
                row: *row,
                other_row,
                resemblance,
            });
            leaked.collect::<Vec<_>>()
        };
        let (mut texts, mut rest) = (Vec::new(), Vec::new());
        for (text, rows) in &own {
            match theirs.get(text) {
                Some(others) => leak.exact.extend(leaked(rows, others[0], 1.0)),
                None => {
                    texts.push(text.as_str());
                    rest.push(rows);
                }
            }
        }
        let mut nearest = Nearest {
            best: vec![None; texts.len()],
        };
        texts.extend(theirs.keys().map(String::as_str));
        Shingles::of(&texts).join(threshold, &mut nearest);
        let others: Vec<&Vec<usize>> = theirs.values().collect();
        for (rows, best) in rest.iter().zip(&nearest.best) {
            if let Some((resemblance, other)) = best {
                leak.near
                    .extend(leaked(rows, others[*other][0], *resemblance));
            }
        }
        leak.exact.sort_by_key(|leaked| leaked.row);
        leak.near
            .sort_by(|a, b| (b.resemblance.total_cmp(&a.resemblance)).then(a.row.cmp(&b.row)));
        let groups = |corpus: &Corpus| -> BTreeSet<String> {
            corpus
                .examples
                .iter()
                .filter_map(|e| e.group.as_deref().map(str::to_owned))
                .collect()
        };
        leak.shared_groups = groups(corpus)
            .intersection(&groups(other))
            .cloned()
            .collect();
        leak
    }
}

/// Keeps the best match of each of the first texts among the rest.
struct Nearest {
    best: Vec<Option<(f64, usize)>>,
}

impl Pairs for Nearest {
    fn wants(&mut self, first: usize, second: usize) -> bool {
        first < self.best.len() && second >= self.best.len()
    }

    fn take(&mut self, first: usize, second: usize, resemblance: f64) {
        let other = second - self.best.len();
        let best = &mut self.best[first];
        if best.is_none_or(|(most, at)| resemblance > most || (resemblance == most && other < at)) {
            *best = Some((resemblance, other));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::tests::corpus;

    const HEAD: &str = "id,text,peace,doc,split\n";
    const LONG: &str =
        "the parties agreed to withdraw their forces from the whole of the valley by spring";

    fn find(rows: &str) -> Duplicates {
        let corpus = corpus(&format!("{HEAD}{rows}"));
        Duplicates::find(&corpus, corpus.kept_idx("split"), 0.8)
    }

    #[test]
    fn exact_duplicates_that_disagree_are_contradictions() {
        let found =
            find("1,We met.,favor,a,train\n2,we  MET.,against,b,train\n3,They left,none,b,dev\n");
        assert_eq!(found.exact.len(), 1);
        assert_eq!(found.exact[0].rows, [0, 1]);
        assert_eq!(found.exact[0].n_groups, Some(2));
        assert!(!found.exact[0].crosses_splits());
        let contested: Vec<_> = found
            .contradictions()
            .map(|c| c.contested.clone())
            .collect();
        assert_eq!(contested, [["peace"]]);
        assert!(found.near.is_empty());
    }

    #[test]
    fn near_duplicates_of_one_group_are_told_from_those_that_cross() {
        let found = find(&format!(
            "1,{LONG},favor,a,train\n2,{LONG} not,against,a,train\n3,other words,none,b,dev\n"
        ));
        assert!(found.exact.is_empty() && found.near.len() == 1);
        assert!(found.near[0].is_in_one_group());
        assert_eq!(found.near[0].contested, ["peace"]);
        let found = find(&format!(
            "1,{LONG},favor,a,train\n2,{LONG} now,favor,b,test\n"
        ));
        assert!(!found.near[0].is_in_one_group());
        assert_eq!(found.near[0].splits, ["test", "train"]);
    }

    #[test]
    fn a_leak_names_the_nearest_row() {
        let own = corpus(&format!(
            "{HEAD}1,{LONG},favor,a,train\n2,We met,favor,b,train\n3,x,none,c,train\n"
        ));
        let other = corpus(&format!(
            "{HEAD}7,{LONG} of next year,favor,a,\n8,{LONG} again,favor,z,\n9,WE MET,none,y,\n"
        ));
        let leak = Leak::find(&own, &other, 0.8);
        assert_eq!((leak.exact[0].row, leak.exact[0].other_row), (1, 2));
        assert_eq!((leak.near[0].row, leak.near[0].other_row), (0, 1));
        assert_eq!(leak.shared_groups, ["a"]);
    }
}
