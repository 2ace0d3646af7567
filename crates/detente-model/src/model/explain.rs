//! Which features moved a statement, in numbers that add up to its margin.

use super::{Model, StatementScores};
use crate::features::{FeatureId, Trace, VectorizerState, View};
use detente_text::{Passage, Span};
use serde::{Serialize, Serializer};

/// One feature's part in a margin.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contribution {
    /// The feature with its view, as in `word:cease fire` or `char:_ceas`.
    pub feature: String,
    /// Its value in the statement's row.
    pub value: f64,
    /// Its weight for the explained label.
    pub weight: f64,
    /// `value * weight`, in log-odds before calibration.
    pub contribution: f64,
}

/// What a sentence encoder is called among features.
pub const ENCODER_FEATURE: &str = "sentence encoder";

impl Contribution {
    /// All that a sentence encoder says, as one feature of weight 1.
    fn of_encoder(contribution: f64) -> Self {
        Self {
            feature: ENCODER_FEATURE.to_owned(),
            value: contribution,
            weight: 1.0,
            contribution,
        }
    }
}

/// The part of the features of one view that are not listed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Remaining {
    /// The view.
    #[serde(serialize_with = "view_name")]
    pub view: View,
    /// How many of its features are not listed.
    pub n: usize,
    /// Sum of their contributions.
    pub contribution: f64,
}

/// One word's part in a margin.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct WordContribution {
    /// Where it stands in the statement, in bytes: a word, number, name or mark.
    #[serde(serialize_with = "span_ends")]
    pub span: Span,
    /// The sum of its shares in the contributions of all features, as
    /// [`Trace`](crate::features::Trace) divides them, in log-odds before calibration.
    pub contribution: f64,
}

fn view_name<S: Serializer>(view: &View, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(view.name())
}

/// A span as its two ends.
fn span_ends<S: Serializer>(span: &Span, serializer: S) -> Result<S::Ok, S::Error> {
    [span.start, span.end].serialize(serializer)
}

/// Why a statement got its label on one target.
///
/// ```text
/// intercept + sum of contributions + remainder             = margin
/// intercept + sum of the words' contributions + elsewhere  = margin
/// ```
///
/// The explained margin is that of the given label: its log-odds against the mean of all labels.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The place of the explained label, the one that the statement got.
    pub label_idx: usize,
    /// The label's margin.
    pub margin: f64,
    /// What the margin would be without any feature.
    pub intercept: f64,
    /// The features that moved it most, in either direction, largest first; with them, and beyond the number asked for,
    /// what a sentence encoder says as one ([`ENCODER_FEATURE`]).
    pub contributions: Vec<Contribution>,
    /// Sum of the contributions that are not listed; 0 when all are.
    pub remainder: f64,
    /// How many are not listed.
    pub n_remaining: usize,
    /// The same by view, in their order; together the remainder.
    pub remaining: Vec<Remaining>,
    /// The same margin by words, all of them, in the order of the statement.
    pub words: Vec<WordContribution>,
    /// Sum of the contributions of features that stand for no word, as the place of a mention, and of what a sentence
    /// encoder says.
    pub elsewhere: f64,
}

impl Model {
    /// Explains the label of each target by the `n_features` that moved it most (0: all of them).
    pub fn explain<'a>(
        &self,
        state: &mut VectorizerState,
        passage: impl Into<Passage<'a>>,
        n_features: usize,
    ) -> Vec<Explanation> {
        let passage = passage.into();
        let scores = self.score(state, passage);
        self.explain_scores(state, passage, &scores, n_features)
    }

    /// As [`explain`](Self::explain), of a passage that was scored before.
    ///
    /// # Panics
    /// The scores are of a model with other heads.
    pub fn explain_scores<'a>(
        &self,
        state: &mut VectorizerState,
        passage: impl Into<Passage<'a>>,
        scores: &StatementScores,
        n_features: usize,
    ) -> Vec<Explanation> {
        let passage = passage.into();
        let trace = self.vectorizer.trace(&self.analyzer, state, passage);
        let transformed = self.vectorizer.transform(&self.analyzer, state, passage);
        let row = transformed.row;
        let mut start = 0;
        let explained = self.heads.iter().zip(&scores.targets).map(|(head, score)| {
            let column = start + score.label_idx;
            start += head.labels.len();
            let mut parts: Vec<(u32, f64, f64)> = row
                .ids
                .iter()
                .zip(&row.values)
                .map(|(id, value)| {
                    let weight = self.weights.weight(*id as usize, column);
                    (*id, f64::from(*value), weight)
                })
                .collect();
            let (words, mut elsewhere) = by_word(&trace, &parts);
            let of_encoder = scores.encoder_margins.get(column).copied();
            elsewhere += of_encoder.unwrap_or(0.0);
            parts.sort_by(|a, b| {
                let size = |part: &(u32, f64, f64)| (part.1 * part.2).abs();
                size(b).total_cmp(&size(a)).then(a.0.cmp(&b.0))
            });
            let n_listed = match n_features {
                0 => parts.len(),
                n => n.min(parts.len()),
            };
            let (listed, remaining) = parts.split_at(n_listed);
            let ids: Vec<u32> = listed.iter().map(|(id, ..)| *id).collect();
            let names = self.vectorizer.names(&self.analyzer, passage, &ids);
            let mut contributions: Vec<Contribution> = (listed.iter().zip(names))
                .map(|((_, value, weight), feature)| Contribution {
                    feature,
                    value: *value,
                    weight: *weight,
                    contribution: value * weight,
                })
                .collect();
            if let Some(contribution) = of_encoder {
                let is_larger = |part: &Contribution| part.contribution.abs() >= contribution.abs();
                let at = contributions.partition_point(is_larger);
                contributions.insert(at, Contribution::of_encoder(contribution));
            }
            Explanation {
                label_idx: score.label_idx,
                margin: score.margins[score.label_idx],
                intercept: head.intercept[score.label_idx],
                contributions,
                remainder: remaining
                    .iter()
                    .map(|(_, value, weight)| value * weight)
                    .sum(),
                n_remaining: remaining.len(),
                remaining: self.by_view(remaining),
                words,
                elsewhere,
            }
        });
        explained.collect()
    }

    /// Sums of contributions, each of a feature's id, value and weight.
    fn by_view(&self, parts: &[(u32, f64, f64)]) -> Vec<Remaining> {
        let vocabulary = self.vectorizer.vocabulary();
        let of_view = |view: View| {
            let parts = parts
                .iter()
                .filter(|part| vocabulary.view(FeatureId(part.0)) == view);
            let (mut n, mut contribution) = (0, 0.0);
            for (_, value, weight) in parts {
                n += 1;
                contribution += value * weight;
            }
            Remaining {
                view,
                n,
                contribution,
            }
        };
        let all = View::ALL.into_iter().map(of_view);
        all.filter(|remaining| remaining.n > 0).collect()
    }
}

/// Contributions, each of a feature's id, value and weight, divided among the words of a statement;
/// and the sum of those that are no word's.
fn by_word(trace: &Trace, parts: &[(u32, f64, f64)]) -> (Vec<WordContribution>, f64) {
    let mut words: Vec<WordContribution> = (trace.words.iter())
        .map(|span| WordContribution {
            span: *span,
            contribution: 0.0,
        })
        .collect();
    let mut elsewhere = 0.0;
    for (id, value, weight) in parts {
        let contribution = value * weight;
        let start = trace.parts.partition_point(|part| part.feature < *id);
        let end = trace.parts.partition_point(|part| part.feature <= *id);
        if start == end {
            elsewhere += contribution;
        }
        for part in &trace.parts[start..end] {
            words[part.word as usize].contribution += part.share * contribution;
        }
    }
    (words, elsewhere)
}
