//! One part of a cross-validation: trained on some rows, asked about others.

use super::split::Part;
use super::validation_params::CrossValidateParams;
use crate::error::Result;
use crate::target_predictions::TargetPredictions;
use detente_data::corpus::{Corpus, FoldsParams};
use detente_model::label::LabelSet;
use detente_model::{Model, Score, StatePool};
use detente_train::train;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The predictions on one target, of one part or of several.
#[derive(Default)]
pub(super) struct Collected {
    pub(super) rows: Vec<usize>,
    pub(super) fold_of: Vec<usize>,
    gold: Vec<usize>,
    predicted: Vec<usize>,
    pub(super) majority: Vec<usize>,
    probabilities: Vec<Vec<f64>>,
    pub(super) strengths: String,
}

impl Collected {
    pub(super) fn extend(&mut self, part: &Self, fold_idx: usize) {
        self.rows.extend(&part.rows);
        self.fold_of.extend(part.rows.iter().map(|_| fold_idx));
        self.gold.extend(&part.gold);
        self.predicted.extend(&part.predicted);
        self.majority.extend(&part.majority);
        self.probabilities
            .extend(part.probabilities.iter().cloned());
    }

    pub(super) fn given(
        &self,
        target: &str,
        labels: &LabelSet,
        documents: &[u32],
    ) -> Result<TargetPredictions> {
        let documents: Vec<u32> = self.rows.iter().map(|row| documents[*row]).collect();
        TargetPredictions::new(
            target.to_owned(),
            labels.clone(),
            self.gold.clone(),
            self.predicted.clone(),
            Some(&self.probabilities),
            &documents,
        )
    }
}

/// What came of one target in one part.
pub(super) enum Outcome {
    Untested,
    Untrained(usize),
    Predicted(Collected),
}

/// Trains on a part's training rows and predicts its test rows, target by target.
pub(super) fn run_part(
    corpus: &Corpus,
    part: &Part,
    params: &CrossValidateParams,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Vec<Outcome>> {
    let training = corpus.select(&part.training);
    let is_trainable = trainable(&training, &params.train.folds);
    let labelled = |target_idx: usize| -> Vec<usize> {
        let rows = part.test.iter().copied();
        rows.filter(|row| corpus.examples[*row].labels[target_idx].is_some())
            .collect()
    };
    let fitted = match is_trainable.contains(&true) {
        true => {
            let mut training = training.with_targets(|at, _| is_trainable[at]);
            Some(train(&mut training, &params.train, progress)?.0)
        }
        false => None,
    };
    let scored = match &fitted {
        Some(model) => score_rows(model, corpus, &part.test),
        None => BTreeMap::new(),
    };
    let outcomes = corpus.targets.iter().enumerate().map(|(at, target)| {
        let rows = labelled(at);
        if rows.is_empty() {
            return Outcome::Untested;
        }
        let model = fitted.as_ref();
        let known = model.and_then(|model| Some((model, model.head_idx(&target.name)?)));
        let Some((model, head_idx)) = known else {
            return Outcome::Untrained(rows.len());
        };
        let head = &model.heads()[head_idx];
        let places = head.labels.labels().iter().map(|label| {
            // Invariant: the labels of a part are among those of the whole.
            target.labels.position(label).expect("labels of a part")
        });
        let places: Vec<usize> = places.collect();
        let counts = head.record.label_counts.iter().zip(&places);
        let commonest = counts.max_by_key(|(count, place)| (**count, std::cmp::Reverse(**place)));
        let commonest = commonest.map_or(0, |(_, place)| *place);
        let mut collected = Collected {
            strengths: head.record.strengths(),
            ..Collected::default()
        };
        for row in rows {
            let score = &scored[&row][head_idx];
            // A label that the training rows lack has no chance.
            let mut probabilities = vec![0.0; target.labels.len()];
            for (place, p) in places.iter().zip(&score.probabilities) {
                probabilities[*place] = *p;
            }
            let gold = corpus.examples[row].labels[at].as_deref();
            let gold = gold.and_then(|label| target.labels.position(label));
            collected.rows.push(row);
            collected.gold.extend(gold);
            collected.predicted.push(places[score.label_idx]);
            collected.majority.push(commonest);
            collected.probabilities.push(probabilities);
        }
        Outcome::Predicted(collected)
    });
    Ok(outcomes.collect())
}

/// Whether each target has two labels and enough documents for the folds inside.
fn trainable(training: &Corpus, folds: &FoldsParams) -> Vec<bool> {
    let targets = training.targets.iter().enumerate();
    let is_trainable = targets.map(|(at, target)| {
        let labelled = training.examples.iter().filter(|e| e.labels[at].is_some());
        let documents: BTreeSet<&str> = labelled.map(|example| example.group_key()).collect();
        target.labels.len() >= 2 && documents.len() >= folds.n_folds
    });
    is_trainable.collect()
}

fn score_rows(model: &Model, corpus: &Corpus, rows: &[usize]) -> BTreeMap<usize, Vec<Score>> {
    let pool = StatePool::default();
    let score = |row: &usize| {
        let passage = corpus.examples[*row].passage();
        (*row, pool.with(|state| model.score(state, passage).targets))
    };
    let scored: Vec<(usize, Vec<Score>)> = rows.par_iter().map(score).collect();
    scored.into_iter().collect()
}
