//! Walk 5: labelled examples into how right a model of them is on rows that it never saw.
//!
//! Imports: error, label, article, corpus, model, metrics, answered, train.
//!
//! ```text
//! examples -> parts: folds, windows of time, or the values of a column
//! each part: training rows -> the whole of `train`, which selects inside them -> model -> test rows
//! answers of all parts -> every measure with intervals by document, and its spread over parts
//! ```
//!
//! The cross-validation is nested: strengths, temperatures and decisions are chosen inside the
//! training rows of a part, so its test rows have no say in anything.

mod split;

pub use split::Split;

use crate::answered::Answered;
use crate::corpus::{Corpus, FoldsParams};
use crate::error::{Error, ErrorKind, Result};
use crate::label::LabelSet;
use crate::metrics::{BootstrapParams, Evaluation, Metric};
use crate::model::{Model, Score, StatePool};
use crate::train::{TrainParams, train};
use rayon::prelude::*;
use split::{Part, parts};
use std::collections::{BTreeMap, BTreeSet};

/// How a cross-validation is done.
#[derive(Clone, Debug, PartialEq)]
pub struct CrossValidateParams {
    /// The recipe that is validated; its folds are those inside each training part.
    pub train: TrainParams,
    /// How rows are held out.
    pub split: Split,
    /// How intervals are made; `None` for none.
    pub bootstrap: Option<BootstrapParams>,
}

impl CrossValidateParams {
    /// Checks every range.
    ///
    /// # Errors
    /// The first parameter that is out of its range.
    pub fn check(&self) -> Result<()> {
        self.train.check()?;
        self.split.check()?;
        if let Some(bootstrap) = &self.bootstrap {
            bootstrap.check()?;
        }
        Ok(())
    }
}

/// How right models of the training parts are on the test parts.
#[derive(Clone, Debug, PartialEq)]
pub struct CrossValidated {
    /// How it was done.
    pub params: CrossValidateParams,
    /// Rows of the data.
    pub n_rows: usize,
    /// Documents they come from; distinct texts where no group column was given.
    pub n_groups: usize,
    /// Rows that no part tests: of the first window of time, or blank in the column left out.
    pub n_never_tested: usize,
    /// The parts in order.
    pub folds: Vec<FoldResult>,
    /// One for each target that was answered, in the data's order.
    pub targets: Vec<TargetResult>,
    /// Over all rows of all targets that share the label set with the most rows.
    pub pooled: Option<Evaluation>,
}

/// What happened in one part.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldResult {
    /// Its number, its span of time, or the value left out.
    pub name: String,
    /// Which cut it belongs to, from 1.
    pub repeat: usize,
    /// Rows trained on.
    pub n_train: usize,
    /// Rows tested.
    pub n_test: usize,
    /// Rows that did not train because their document is tested.
    pub n_purged: usize,
    /// The targets that were tested.
    pub targets: Vec<FoldTarget>,
    /// For each target without a model, since its training rows had a single label or too few
    /// documents, how many rows went unanswered.
    pub unanswered: BTreeMap<String, usize>,
}

/// One target in one part.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldTarget {
    /// The target.
    pub target: String,
    /// The strength chosen inside the training rows.
    pub l2: f64,
    /// How right the answers are, without intervals.
    pub evaluation: Evaluation,
}

/// One target over all parts.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetResult {
    /// The answers, one part after the other.
    pub answered: Answered,
    /// For each answer, the place of its example in the sorted corpus.
    pub rows: Vec<usize>,
    /// For each answer, the place of its part.
    pub fold_of: Vec<usize>,
    /// How right the answers are.
    pub evaluation: Evaluation,
    /// How right it is to always give the commonest label of the training rows.
    pub majority: Evaluation,
}

/// The mean of a measure over parts, and its standard deviation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The standard deviation, divided by n - 1; `None` of a single part.
    pub deviation: Option<f64>,
    /// Parts in which the measure is defined.
    pub n: usize,
}

impl CrossValidated {
    /// The spread of a measure of a target over the parts; `None` where no part defines it. Parts are
    /// not independent, since they share training rows: the interval of the whole is the better guide
    /// to how sure a figure is.
    pub fn spread(&self, target: &str, metric: Metric) -> Option<Spread> {
        let targets = self.folds.iter().flat_map(|fold| &fold.targets);
        let values: Vec<f64> = targets
            .filter(|one| one.target == target)
            .filter_map(|one| one.evaluation.measure(metric)?.value)
            .collect();
        let n = values.len();
        let mean = values.iter().sum::<f64>() / n as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        (n > 0).then(|| Spread {
            mean,
            deviation: (n > 1).then(|| (squares / (n - 1) as f64).sqrt()),
            n,
        })
    }
}

/// Cross-validates a recipe. The corpus is sorted first, so that row order does not matter; `progress`
/// is called with (steps done, steps in all) from any thread.
///
/// # Errors
/// A parameter out of range; a cell that is no date; too few documents, dates or values for the parts;
/// no part in which any target can be trained; a learner that fails.
pub fn cross_validate(
    corpus: &mut Corpus,
    params: &CrossValidateParams,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<CrossValidated> {
    params.check()?;
    corpus.sort();
    let corpus = &*corpus;
    let parts = parts(corpus, &params.split)?;
    let documents = document_numbers(corpus);
    let mut collected: Vec<Collected> = corpus
        .targets
        .iter()
        .map(|_| Collected::default())
        .collect();
    let mut folds = Vec::new();
    for (fold_idx, part) in parts.iter().enumerate() {
        let fold_progress = |done: usize, all: usize| {
            progress(fold_idx * all + done, parts.len() * all);
        };
        let answers = answer_part(corpus, part, params, &fold_progress)?;
        let mut fold = FoldResult {
            name: part.name.clone(),
            repeat: part.repeat,
            n_train: part.training.len(),
            n_test: part.test.len(),
            n_purged: part.n_purged,
            targets: Vec::new(),
            unanswered: BTreeMap::new(),
        };
        for (target_idx, target) in corpus.targets.iter().enumerate() {
            match &answers[target_idx] {
                Outcome::Untested => {}
                Outcome::Unanswered(n) => {
                    fold.unanswered.insert(target.name.clone(), *n);
                }
                Outcome::Answered(collect) => {
                    let answered = collect.answered(&target.name, &target.labels, &documents);
                    fold.targets.push(FoldTarget {
                        target: target.name.clone(),
                        l2: collect.l2,
                        evaluation: answered.evaluate(None)?,
                    });
                    collected[target_idx].extend(collect, fold_idx);
                }
            }
        }
        folds.push(fold);
    }
    let bootstrap = params.bootstrap.as_ref();
    let mut targets = Vec::new();
    for (target, collect) in corpus.targets.iter().zip(collected) {
        if collect.rows.is_empty() {
            continue;
        }
        let answered = collect.answered(&target.name, &target.labels, &documents);
        let majority = Answered {
            predicted: collect.majority.clone(),
            probabilities: None,
            ..answered.clone()
        };
        targets.push(TargetResult {
            evaluation: answered.evaluate(bootstrap)?,
            majority: majority.evaluate(None)?,
            answered,
            rows: collect.rows,
            fold_of: collect.fold_of,
        });
    }
    if targets.is_empty() {
        return Err(no_fold(corpus, params));
    }
    let sheets: Vec<Answered> = targets.iter().map(|one| one.answered.clone()).collect();
    let pooled = Answered::pool(&sheets);
    let pooled = pooled.map(|one| one.evaluate(bootstrap)).transpose()?;
    let tested: BTreeSet<usize> = parts.iter().flat_map(|part| part.test.clone()).collect();
    Ok(CrossValidated {
        params: params.clone(),
        n_rows: corpus.examples.len(),
        n_groups: corpus.group_count(),
        n_never_tested: corpus.examples.len() - tested.len(),
        folds,
        targets,
        pooled,
    })
}

fn no_fold(corpus: &Corpus, params: &CrossValidateParams) -> Error {
    let error = Error::new(ErrorKind::NoFold {
        n_folds: params.train.folds.n_folds,
    });
    match corpus.paths.as_slice() {
        [only] => error.in_file(only),
        _ => error,
    }
}

/// The answers to one target, of one part or of several.
#[derive(Default)]
struct Collected {
    rows: Vec<usize>,
    fold_of: Vec<usize>,
    gold: Vec<usize>,
    predicted: Vec<usize>,
    majority: Vec<usize>,
    probabilities: Vec<Vec<f64>>,
    l2: f64,
}

impl Collected {
    fn extend(&mut self, part: &Self, fold_idx: usize) {
        self.rows.extend(&part.rows);
        self.fold_of.extend(part.rows.iter().map(|_| fold_idx));
        self.gold.extend(&part.gold);
        self.predicted.extend(&part.predicted);
        self.majority.extend(&part.majority);
        self.probabilities
            .extend(part.probabilities.iter().cloned());
    }

    fn answered(&self, target: &str, labels: &LabelSet, documents: &[u32]) -> Answered {
        Answered {
            target: target.to_owned(),
            labels: labels.clone(),
            gold: self.gold.clone(),
            predicted: self.predicted.clone(),
            probabilities: Some(self.probabilities.clone()),
            documents: self.rows.iter().map(|row| documents[*row]).collect(),
        }
    }
}

/// What came of one target in one part.
enum Outcome {
    Untested,
    Unanswered(usize),
    Answered(Collected),
}

/// Trains on a part's training rows and answers its test rows, target by target.
fn answer_part(
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
            return Outcome::Unanswered(rows.len());
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
            l2: head.record.params.l2,
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
        Outcome::Answered(collected)
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
        let text = &corpus.examples[*row].text;
        (*row, pool.with(|state| model.score(state, text).targets))
    };
    let scored: Vec<(usize, Vec<Score>)> = rows.par_iter().map(score).collect();
    scored.into_iter().collect()
}

/// The document of each row as a number, in the order of the names.
fn document_numbers(corpus: &Corpus) -> Vec<u32> {
    let names: BTreeSet<&str> = corpus.examples.iter().map(|e| e.group_key()).collect();
    let numbers: BTreeMap<&str, u32> = names.into_iter().zip(0..).collect();
    let examples = corpus.examples.iter();
    examples
        .map(|example| numbers[example.group_key()])
        .collect()
}
