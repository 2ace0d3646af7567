//! Openings, n-grams, names and cells that give a label away.

use super::counts::LabelCounts;
use detente_data::article::Example;
use detente_data::corpus::Corpus;
use detente_metrics::compare::holm;
use detente_text::{Parties, TokenKind, tokens};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Serialize, Serializer};
use statrs::distribution::{Binomial, DiscreteCDF};
use std::collections::BTreeSet;
use xxhash_rust::xxh3::xxh3_64;

/// The chance, over all tests of one kind, that any predictor is called significant by luck.
pub const SIGNIFICANCE: f64 = 0.05;

/// Words of an opening.
const OPENING: usize = 3;
/// Words of the longest n-gram.
const LONGEST: usize = 3;

/// What gives a label away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PredictorKind {
    /// The first three words.
    Opening,
    /// One to three neighbouring words.
    Ngram,
    /// A party named in the text, under its canonical name.
    Name,
    /// A cell of a column that names parties.
    Cell,
}

impl Serialize for PredictorKind {
    /// By its name in reports.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl PredictorKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Opening, Self::Ngram, Self::Name, Self::Cell];

    /// The word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Ngram => "n-gram",
            Self::Name => "name",
            Self::Cell => "cell",
        }
    }
}

/// Something that the rows of one label share too often.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Predictor {
    /// What it is.
    pub kind: PredictorKind,
    /// The words, the canonical name, or `column: cell`.
    pub feature: String,
    /// The target.
    pub target: String,
    /// The label it goes with.
    pub label: String,
    /// Rows that have it and are labelled on the target.
    pub n_rows: usize,
    /// Those of them that carry the label.
    pub n_label: usize,
    /// `n_label / n_rows`.
    pub share: f64,
    /// The label's share among all rows labelled on the target.
    pub base: f64,
    /// The chance of such a share or a higher one when the label does not depend on the feature, by
    /// the one-sided binomial test with Holm's correction over all tests of this kind. Rows of one
    /// group are not independent, so a feature of few groups can look surer than it is.
    pub p_value: f64,
    /// Groups its rows come from; without a group column, distinct texts.
    pub n_groups: usize,
}

impl Predictor {
    /// Whether luck hardly explains it.
    pub fn is_significant(&self) -> bool {
        self.p_value <= SIGNIFICANCE
    }
}

/// When a predictor is reported.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limits {
    /// Rows that a feature needs.
    pub(super) min_rows: usize,
    /// The share above which it is reported.
    pub(super) max_share: f64,
}

/// Rows that have a feature.
struct Feature {
    text: String,
    rows: Vec<u32>,
}

/// Finds the predictors of every kind, the worst first: by corrected p-value, then share.
///
/// ```text
/// n = rows with the feature, k = those with the label, b = the label's share of all rows
/// reported: n ≥ min_rows, k / n > max_share, and Holm(P(X ≥ k)) ≤ 0.05, X ~ Binomial(n, b)
/// ```
///
/// Names and cells over the share are kept even where luck explains them. Tests whose share is not
/// over `max_share` count in the correction with p = 1, which can only hide, never add. Of n-grams
/// with the same rows the longest stands for all.
///
/// # References
/// Gururangan et al. 2018, Annotation Artifacts in Natural Language Inference Data (the harm);
/// Gardner et al. 2021, Competency Problems, section 3 (the test); Holm 1979.
pub(super) fn predictors(
    corpus: &Corpus,
    counts: &[LabelCounts],
    party_columns: &[String],
    limits: Limits,
) -> Vec<Predictor> {
    let mut all = Vec::new();
    for kind in PredictorKind::ALL {
        let features = features(&corpus.examples, limits.min_rows, |example, sink| {
            visit(kind, corpus, party_columns, example, sink);
        });
        all.extend(tested(kind, &features, corpus, counts, limits));
    }
    all.sort_by(|a: &Predictor, b: &Predictor| {
        (a.p_value.total_cmp(&b.p_value))
            .then(b.share.total_cmp(&a.share))
            .then(b.n_rows.cmp(&a.n_rows))
            .then_with(|| (a.kind, &a.target, &a.feature).cmp(&(b.kind, &b.target, &b.feature)))
    });
    all
}

/// Passes the features of one row, with repeats.
fn visit(
    kind: PredictorKind,
    corpus: &Corpus,
    party_columns: &[String],
    example: &Example,
    sink: &mut dyn FnMut(&str),
) {
    let text = example.text.as_str();
    match kind {
        PredictorKind::Opening => {
            let words = words(text);
            if words.len() >= OPENING {
                sink(&words[..OPENING].join(" "));
            }
        }
        PredictorKind::Ngram => {
            let words = words(text);
            let mut ngram = String::new();
            for start in 0..words.len() {
                ngram.clear();
                for word in words[start..].iter().take(LONGEST) {
                    if !ngram.is_empty() {
                        ngram.push(' ');
                    }
                    ngram.push_str(word);
                    sink(&ngram);
                }
            }
        }
        PredictorKind::Name => {
            for found in Parties::table().find(text, &tokens(text)) {
                sink(found.party.canonical);
            }
        }
        PredictorKind::Cell => {
            for column in party_columns {
                let cell = corpus
                    .kept_idx(column)
                    .map_or("", |idx| example.kept[idx].trim());
                if !cell.is_empty() {
                    sink(&format!("{column}: {cell}"));
                }
            }
        }
    }
}

fn words(text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let words = tokens.iter().filter(|token| token.kind != TokenKind::Mark);
    words
        .map(|token| token.span.slice(text).to_lowercase())
        .collect()
}

/// Collects the features of `min_rows` rows or more with their rows, in the order of their texts.
/// Rare ones, the most by far, are only ever held as hashes.
fn features(
    examples: &[Example],
    min_rows: usize,
    visit: impl Fn(&Example, &mut dyn FnMut(&str)),
) -> Vec<Feature> {
    let mut counts: FxHashMap<u64, u32> = FxHashMap::default();
    let mut in_row: FxHashSet<u64> = FxHashSet::default();
    for example in examples {
        in_row.clear();
        visit(example, &mut |feature| {
            let hash = xxh3_64(feature.as_bytes());
            if in_row.insert(hash) {
                *counts.entry(hash).or_default() += 1;
            }
        });
    }
    counts.retain(|_, n| *n as usize >= min_rows);
    let mut places: FxHashMap<u64, usize> = FxHashMap::default();
    let mut features: Vec<Feature> = Vec::new();
    for (row, example) in examples.iter().enumerate() {
        visit(example, &mut |feature| {
            let hash = xxh3_64(feature.as_bytes());
            if counts.contains_key(&hash) {
                let at = *places.entry(hash).or_insert_with(|| {
                    features.push(Feature {
                        text: feature.to_owned(),
                        rows: Vec::new(),
                    });
                    features.len() - 1
                });
                let rows = &mut features[at].rows;
                if rows.last() != Some(&(row as u32)) {
                    rows.push(row as u32);
                }
            }
        });
    }
    features.sort_by(|a, b| a.text.cmp(&b.text));
    features
}

fn tested(
    kind: PredictorKind,
    features: &[Feature],
    corpus: &Corpus,
    counts: &[LabelCounts],
    limits: Limits,
) -> Vec<Predictor> {
    let mut p_values = Vec::new();
    let mut found: Vec<(usize, usize, Predictor)> = Vec::new();
    for (target_idx, counts) in counts.iter().enumerate() {
        let labels = &corpus.targets[target_idx].labels;
        let classes: Vec<Option<usize>> = corpus
            .examples
            .iter()
            .map(|example| labels.position(example.labels[target_idx].as_deref()?))
            .collect();
        for (feature_idx, feature) in features.iter().enumerate() {
            let mut with = vec![0_usize; labels.len()];
            for class in feature.rows.iter().filter_map(|row| classes[*row as usize]) {
                with[class] += 1;
            }
            let n_rows: usize = with.iter().sum();
            if n_rows < limits.min_rows {
                continue;
            }
            for (n_label, (label, total)) in with.into_iter().zip(&counts.counts) {
                let share = n_label as f64 / n_rows as f64;
                let base = *total as f64 / counts.n_rows() as f64;
                if share <= limits.max_share {
                    p_values.push(1.0);
                    continue;
                }
                let predictor = Predictor {
                    kind,
                    feature: feature.text.clone(),
                    target: counts.target.clone(),
                    label: label.clone(),
                    n_rows,
                    n_label,
                    share,
                    base,
                    p_value: 1.0,
                    n_groups: 0,
                };
                found.push((p_values.len(), feature_idx, predictor));
                p_values.push(upper_tail(n_label, n_rows, base));
            }
        }
    }
    let corrected = holm(&p_values);
    let is_party = matches!(kind, PredictorKind::Name | PredictorKind::Cell);
    found.retain(|(at, ..)| is_party || corrected[*at] <= SIGNIFICANCE);
    found.sort_by_key(|(_, feature_idx, _)| {
        let text = &features[*feature_idx].text;
        std::cmp::Reverse(text.split(' ').count())
    });
    let mut same_rows: BTreeSet<(&[u32], String, String)> = BTreeSet::new();
    let mut all = Vec::new();
    for (at, feature_idx, mut predictor) in found {
        let rows = &features[feature_idx].rows;
        let key = (
            rows.as_slice(),
            predictor.target.clone(),
            predictor.label.clone(),
        );
        if kind == PredictorKind::Ngram && !same_rows.insert(key) {
            continue;
        }
        let groups = rows
            .iter()
            .map(|row| corpus.examples[*row as usize].group_key());
        predictor.n_groups = groups.collect::<FxHashSet<_>>().len();
        predictor.p_value = corrected[at];
        all.push(predictor);
    }
    all
}

/// P(X ≥ k) for X ~ Binomial(n, p).
fn upper_tail(k: usize, n: usize, p: f64) -> f64 {
    match (k, Binomial::new(p, n as u64)) {
        (0, _) | (_, Err(_)) => 1.0,
        (k, Ok(binomial)) => binomial.sf(k as u64 - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::counts::label_counts;
    use crate::audit::tests::corpus_keeping;

    /// 30 rows of "We strongly condemn", 24 of them against; 70 others, 10 of them against.
    fn planted() -> Corpus {
        let mut csv = "text,peace,holder\n".to_owned();
        for row in 0..100 {
            let label = match row {
                0..24 | 90..100 => "against",
                _ => "favor",
            };
            let (opening, holder) = match row < 30 {
                true => ("We strongly condemn Russia in", "Atlantis"),
                false => ("They met France on", ""),
            };
            csv += &format!("{opening} n{row}x,{label},{holder}\n");
        }
        corpus_keeping(&csv, &["holder"])
    }

    fn found(min_rows: usize, max_share: f64) -> Vec<Predictor> {
        let corpus = planted();
        let counts = label_counts(&corpus, corpus.examples.iter());
        let limits = Limits {
            min_rows,
            max_share,
        };
        predictors(&corpus, &counts, &["holder".into()], limits)
    }

    #[test]
    fn what_gives_a_label_away_is_found_once_a_kind() {
        let all: Vec<_> = found(20, 0.7)
            .into_iter()
            .filter(|p| p.label == "against")
            .map(|p| (p.kind.name(), p.feature, p.n_rows, p.n_label))
            .collect();
        let row = |kind, feature: &str| (kind, feature.to_owned(), 30, 24);
        assert_eq!(all.len(), 4, "{all:?}");
        for expected in [
            row("opening", "we strongly condemn"),
            row("name", "Russia"),
            row("cell", "holder: Atlantis"),
        ] {
            assert!(all.contains(&expected), "{expected:?} in {all:?}");
        }
        assert!(found(31, 0.8).iter().all(|p| p.label != "against"));
    }

    #[test]
    fn the_tail_is_that_worked_out_by_hand() {
        // (10 + 5 + 1) / 32 for three or more of five fair tosses.
        assert!((upper_tail(3, 5, 0.5) - 0.5).abs() < 1e-12);
        assert!((upper_tail(5, 5, 0.5) - 1.0 / 32.0).abs() < 1e-15);
        assert_eq!(upper_tail(0, 5, 0.5), 1.0);
    }
}
