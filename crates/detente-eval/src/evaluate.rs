//! A model and labelled examples into how right it is.
//!
//! [`evaluate`] gives the measures, [`Details`] what they stand beside (baselines, shares, label
//! sets, slices, contamination with training, drift), and [`mistakes`] the rows that were wrong.

mod details;
mod drift;
mod mistakes;
mod sets;
mod shares;
mod slices;

pub use details::Details;
pub use drift::{Drift, N_COMPARED, SHIFT_LEVEL, is_high};
pub use mistakes::{Mistake, mistakes, spoken_for};
pub use sets::{RISKS, RiskReport};
pub use shares::LabelShares;
pub use slices::{SLICE_LEVEL, SMALL_SLICE, Slice};

use crate::error::{Error, ErrorKind, Result};
use detente_data::article::Example;
use detente_data::corpus::{Corpus, LeftOut};
use detente_metrics::{Answers, BootstrapParams, Evaluation, Sides};
use detente_model::label::LabelSet;
use detente_model::{Model, Score, StatePool};
use ndarray::Array2;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What evaluating measures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EvaluateParams {
    /// How intervals are made; `None` for none.
    pub bootstrap: Option<BootstrapParams>,
}

impl EvaluateParams {
    /// With 95 % intervals, resampled by document.
    pub const DEFAULT: Self = Self {
        bootstrap: Some(BootstrapParams::DEFAULT),
    };
}

/// A model's answers to one target of a corpus.
#[derive(Clone, Debug)]
pub struct TargetAnswers {
    /// The target.
    pub target: String,
    /// The head that answered.
    pub head_idx: usize,
    /// Places of the answered rows among the corpus's examples.
    pub rows: Vec<usize>,
    /// Gold, given, probabilities and documents.
    pub answers: Answers,
}

/// How right a model is on a corpus.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// One for each target that corpus and model share, in the model's order.
    pub targets: Vec<(TargetAnswers, Evaluation)>,
    /// Over all rows of all targets that share a prediction set: the set with the most rows, a stance
    /// set before others.
    pub pooled: Option<Evaluation>,
    /// Rows of targets that the model lacks, by target.
    pub unknown_targets: BTreeMap<String, usize>,
    /// Rows with a text and a label on a known target.
    pub n_rows: usize,
    /// Rows of the files that could not be measured.
    pub left_out: LeftOut,
}

/// What all rows of the targets that share a prediction set are called.
const POOLED: &str = "pooled";

impl Evaluated {
    /// The name and the measures of a target, or of the pool for `None`.
    ///
    /// # Panics
    /// When there is no such target, or no pool.
    pub fn part(&self, target_idx: Option<usize>) -> (&str, &Evaluation) {
        match target_idx {
            Some(idx) => (&self.targets[idx].0.target, &self.targets[idx].1),
            // Invariant: whoever names the pool has seen it.
            None => (POOLED, self.pooled.as_ref().expect("there is a pool")),
        }
    }
}

/// Scores every example and measures the answers.
///
/// # Errors
/// A gold label that the model's head does not know; no target in common.
pub fn evaluate(model: &Model, corpus: &Corpus, params: &EvaluateParams) -> Result<Evaluated> {
    model.check_mentions(corpus.has_mentions)?;
    let mut unknown_targets = BTreeMap::new();
    let mut known: Vec<(usize, usize)> = Vec::new();
    for (target_idx, target) in corpus.targets.iter().enumerate() {
        match model.head_idx(&target.name) {
            Some(head_idx) => known.push((head_idx, target_idx)),
            None => {
                let n = corpus
                    .examples
                    .iter()
                    .filter(|e| e.labels[target_idx].is_some());
                unknown_targets.insert(target.name.clone(), n.count());
            }
        }
    }
    known.sort_unstable();
    if known.is_empty() {
        return Err(Error::new(ErrorKind::UnknownTarget {
            target: unknown_targets.into_keys().collect::<Vec<_>>().join("`, `"),
            available: model
                .target_names()
                .into_iter()
                .map(str::to_owned)
                .collect(),
        }));
    }
    let gold = gold_classes(model, corpus, &known)?;
    let pool = StatePool::default();
    let scored: Vec<Vec<Score>> = corpus
        .examples
        .par_iter()
        .map(|example| pool.with(|state| model.score(state, example.passage()).targets))
        .collect();
    let documents = document_idx(&corpus.examples);
    tracing::info!(n_rows = scored.len(), "scored the rows");

    let mut targets = Vec::new();
    for ((head_idx, _), gold) in known.into_iter().zip(gold) {
        let rows: Vec<usize> = (0..gold.len()).filter(|row| gold[*row].is_some()).collect();
        if rows.is_empty() {
            continue;
        }
        let head = &model.heads()[head_idx];
        let answers = answers_of(
            head.labels.labels().to_vec(),
            rows.iter().filter_map(|row| gold[*row]).collect(),
            rows.iter().map(|row| &scored[*row][head_idx]),
            &rows.iter().map(|row| documents[*row]).collect::<Vec<_>>(),
        );
        let evaluation = measured(&answers, &head.labels, params)?;
        let target = TargetAnswers {
            target: head.target.clone(),
            head_idx,
            rows,
            answers,
        };
        targets.push((target, evaluation));
    }
    let pooled = pool_targets(model, &targets, &documents);
    let pooled = pooled.map(|(pooled, _)| {
        let labels = &model.heads()[pooled.head_idx].labels;
        measured(&pooled.answers, labels, params)
    });
    let pooled = pooled.transpose()?;
    let mut answered: Vec<bool> = vec![false; corpus.examples.len()];
    for (target, _) in &targets {
        for row in &target.rows {
            answered[*row] = true;
        }
    }
    Ok(Evaluated {
        targets,
        pooled,
        unknown_targets,
        n_rows: answered.iter().filter(|answered| **answered).count(),
        left_out: corpus.left_out(),
    })
}

/// For each known target, the gold class of every example.
fn gold_classes(
    model: &Model,
    corpus: &Corpus,
    known: &[(usize, usize)],
) -> Result<Vec<Vec<Option<usize>>>> {
    let mut all = Vec::new();
    for (head_idx, target_idx) in known {
        let labels = &model.heads()[*head_idx].labels;
        let classes = corpus.examples.iter().map(|example| {
            let Some(label) = &example.labels[*target_idx] else {
                return Ok(None);
            };
            labels.position(label).map(Some).ok_or_else(|| {
                let kind = ErrorKind::UnknownLabel {
                    column: corpus.targets[*target_idx].column.clone(),
                    value: label.to_string(),
                    allowed: labels.labels().to_vec(),
                };
                Error::new(kind).at(corpus.place_of(example))
            })
        });
        all.push(classes.collect::<Result<_>>()?);
    }
    Ok(all)
}

/// The document of each row as a number, in the order of the names, so that the order of the rows
/// does not reach an interval.
fn document_idx(examples: &[Example]) -> Vec<u32> {
    let mut names: Vec<&str> = examples.iter().map(Example::group_key).collect();
    names.sort_unstable();
    names.dedup();
    let idx_of = |example: &Example| names.partition_point(|name| *name < example.group_key());
    examples
        .iter()
        .map(|example| idx_of(example) as u32)
        .collect()
}

fn answers_of<'a>(
    labels: Vec<String>,
    gold: Vec<usize>,
    scores: impl Iterator<Item = &'a Score>,
    documents: &[u32],
) -> Answers {
    let mut probabilities = Array2::zeros((gold.len(), labels.len()));
    let mut predicted = Vec::with_capacity(gold.len());
    for (row_idx, score) in scores.enumerate() {
        predicted.push(score.label_idx);
        for (label_idx, p) in score.probabilities.iter().enumerate() {
            probabilities[(row_idx, label_idx)] = *p;
        }
    }
    // Invariant: one class, one distribution and one document for each row, made side by side.
    Answers::new(labels, gold, predicted, Some(probabilities), documents)
        .expect("a model's answers are complete")
}

fn measured(answers: &Answers, labels: &LabelSet, params: &EvaluateParams) -> Result<Evaluation> {
    let bootstrap = params.bootstrap.as_ref();
    Ok(Evaluation::of(answers, sides(labels), bootstrap)?)
}

fn sides(labels: &LabelSet) -> Option<Sides> {
    labels
        .stance_positions()
        .map(|(favor, against)| Sides { favor, against })
}

/// All rows of the targets that share the prediction set with the most rows, stance sets first, as the
/// answers of one target, and how many targets these are.
fn pool_targets(
    model: &Model,
    targets: &[(TargetAnswers, Evaluation)],
    documents: &[u32],
) -> Option<(TargetAnswers, usize)> {
    let mut by_labels: BTreeMap<&LabelSet, Vec<&TargetAnswers>> = BTreeMap::new();
    for (target, _) in targets {
        let labels = &model.heads()[target.head_idx].labels;
        by_labels.entry(labels).or_default().push(target);
    }
    let (labels, members) = by_labels.into_iter().max_by_key(|(labels, targets)| {
        let n_rows: usize = targets.iter().map(|target| target.rows.len()).sum();
        (labels.stance_positions().is_some(), n_rows)
    })?;
    let n_rows = members.iter().map(|target| target.rows.len()).sum();
    let mut probabilities = Array2::zeros((n_rows, labels.len()));
    let (mut gold, mut predicted, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for target in &members {
        for (at, row) in target.rows.iter().enumerate() {
            if let Some(given) = target.answers.probabilities() {
                probabilities.row_mut(gold.len()).assign(&given.row(at));
            }
            gold.push(target.answers.gold()[at]);
            predicted.push(target.answers.predicted()[at]);
            rows.push(*row);
        }
    }
    let documents: Vec<u32> = rows.iter().map(|row| documents[*row]).collect();
    // Invariant: one class, one distribution and one document for each row, made side by side.
    let answers = Answers::new(
        labels.labels().to_vec(),
        gold,
        predicted,
        Some(probabilities),
        &documents,
    )
    .expect("a model's answers are complete");
    let pooled = TargetAnswers {
        target: POOLED.to_owned(),
        head_idx: members[0].head_idx,
        rows,
        answers,
    };
    Some((pooled, members.len()))
}
