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
use crate::target_predictions::{POOLED, TargetPredictions};
use detente_data::article::Example;
use detente_data::corpus::{Corpus, LeftOut};
use detente_metrics::{BootstrapParams, Evaluation};
use detente_model::{Model, Score, StatePool};
use rayon::prelude::*;
use serde::Serialize;
use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

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

/// What a model said on one target of a corpus.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct EvaluatedTarget {
    /// The target, gold and predicted labels, probabilities and documents.
    pub given: TargetPredictions,
    /// The head of the model that said it.
    pub head_idx: usize,
    /// For each row its place among the corpus's examples.
    pub rows: Vec<usize>,
}

/// How right a model is on a corpus.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Evaluated {
    /// One for each target that corpus and model share, in the model's order.
    pub targets: Vec<(EvaluatedTarget, Evaluation)>,
    /// Over all rows of the targets that share a prediction set, see [`TargetPredictions::pool_members`];
    /// `None` where nothing is pooled.
    pub pooled: Option<Evaluation>,
    /// Rows of targets that the model lacks, by target.
    pub unknown_targets: BTreeMap<String, usize>,
    /// Rows with a text and a label on a known target.
    pub n_rows: usize,
    /// Rows of the files that could not be measured.
    pub left_out: LeftOut,
}

impl Evaluated {
    /// The measures of a target, or of the pool for `None`, where there are any.
    pub fn part(&self, target_idx: Option<usize>) -> Option<&Evaluation> {
        match target_idx {
            Some(idx) => self.targets.get(idx).map(|(_, evaluation)| evaluation),
            None => self.pooled.as_ref(),
        }
    }

    /// The name of a target, or of the pool for `None`; empty when there is no such target.
    pub fn part_name(&self, target_idx: Option<usize>) -> &str {
        match target_idx {
            Some(idx) => self
                .targets
                .get(idx)
                .map_or("", |(target, _)| target.given.target()),
            None => POOLED,
        }
    }

    /// The rows with a label on any of the targets, as places among the corpus's examples, in their order.
    pub fn rows(&self) -> Vec<usize> {
        distinct_rows(&self.targets)
    }

    /// What was said on each target.
    pub(crate) fn given(&self) -> Vec<&TargetPredictions> {
        self.targets
            .iter()
            .map(|(target, _)| &target.given)
            .collect()
    }
}

/// Scores every example and measures what was said.
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
        let gold = rows.iter().filter_map(|row| gold[*row]).collect();
        let documents: Vec<u32> = rows.iter().map(|row| documents[*row]).collect();
        let scores = rows.iter().map(|row| &scored[*row][head_idx]);
        let (predicted, probabilities): (Vec<usize>, Vec<Vec<f64>>) = scores
            .map(|score| (score.label_idx, score.probabilities.clone()))
            .unzip();
        let (target, labels) = (head.target.clone(), head.labels.clone());
        let given = TargetPredictions::new(
            target,
            labels,
            gold,
            predicted,
            Some(&probabilities),
            &documents,
        )?;
        let evaluation = given.evaluate(params.bootstrap.as_ref())?;
        let target = EvaluatedTarget {
            given,
            head_idx,
            rows,
        };
        targets.push((target, evaluation));
    }
    let mut evaluated = Evaluated {
        n_rows: distinct_rows(&targets).len(),
        targets,
        pooled: None,
        unknown_targets,
        left_out: corpus.left_out(),
    };
    if let Some(pooled) = TargetPredictions::pool(&evaluated.given())? {
        evaluated.pooled = Some(pooled.evaluate(params.bootstrap.as_ref())?);
    }
    Ok(evaluated)
}

/// The rows that have a label on any of the targets.
fn distinct_rows(targets: &[(EvaluatedTarget, Evaluation)]) -> Vec<usize> {
    let rows = targets.iter().flat_map(|(target, _)| &target.rows);
    let rows: BTreeSet<usize> = rows.copied().collect();
    rows.into_iter().collect()
}

/// For each known target, the gold class of every example.
fn gold_classes(
    model: &Model,
    corpus: &Corpus,
    known: &[(usize, usize)],
) -> Result<Vec<Vec<Option<usize>>>> {
    let all = known.iter().map(|(head_idx, target_idx)| {
        let labels = &model.heads()[*head_idx].labels;
        Ok(corpus.gold_classes(*target_idx, labels)?)
    });
    all.collect()
}

/// The document of each row as a number, in the order of the names, so that the order of the rows
/// does not reach an interval.
fn document_idx<E: Borrow<Example>>(examples: &[E]) -> Vec<u32> {
    let keys = examples.iter().map(|example| example.borrow().group_key());
    let mut names: Vec<&str> = keys.clone().collect();
    names.sort_unstable();
    names.dedup();
    let idx_of = |key: &str| names.partition_point(|name| *name < key);
    keys.map(|key| idx_of(key) as u32).collect()
}
