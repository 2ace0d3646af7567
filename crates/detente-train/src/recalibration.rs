//! A trained model calibrated anew on rows of somebody's own domain.
//!
//! A [`Model`] and a labelled [`Corpus`] come in; a model with the same weights, whose temperatures, intercepts,
//! decisions and conformity scores are those of the rows given, goes out, with how right it was before and is now on
//! rows that it was not calibrated on. No feature is weighed anew.

use super::head_report::{Detail, HeadReport, matrix, predictions};
use super::member::Member;
use super::params::{AppraisalParams, DecisionMetric};
use super::prepared_training::{Task, cut_folds, document_idx, tasks};
use super::selection::StackRecipe;
use crate::calibration::{Stack, TiltChoice};
use crate::error::{Error, ErrorKind, Result};
use detente_data::corpus::{Corpus, FoldsParams, fingerprint};
use detente_metrics::{BootstrapParams, Evaluation, Predictions};
use detente_model::{Calibrated, Head, Model, Score, StatePool, StatementScores};
use rayon::prelude::*;

/// Rows of a target below which nothing is calibrated on them.
pub const LEAST_RECALIBRATION_ROWS: usize = 20;

/// Rows of a target, and of each of its labels, below which it keeps its decision: with fewer, the measure that a
/// decision serves is mostly chance.
const DECISION_ROWS: (usize, usize) = (200, 10);

/// How a model is calibrated anew.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecalibrationParams {
    /// The folds by which rows are answered that were not calibrated on; default 5.
    pub folds: FoldsParams,
    /// The measure that labels are decided for; default F avg for stance, else macro-F1.
    pub decision_metric: DecisionMetric,
    /// How intervals are made; default 500 resamples of documents.
    pub bootstrap: BootstrapParams,
}

impl RecalibrationParams {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        folds: FoldsParams::DEFAULT,
        decision_metric: DecisionMetric::Auto,
        bootstrap: AppraisalParams::DEFAULT.bootstrap,
    };
}

/// What a new calibration changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Recalibration {
    /// Rows that it rests on.
    pub n_rows: usize,
    /// Documents they come from.
    pub n_groups: usize,
    /// The targets that were calibrated, in the order of the model.
    pub targets: Vec<TargetRecalibration>,
    /// Targets that keep what they had, since fewer than [`LEAST_RECALIBRATION_ROWS`] rows are labelled on them, with
    /// how many are.
    pub kept: Vec<(String, usize)>,
}

/// What a new calibration changed on one target.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetRecalibration {
    /// The target.
    pub target: String,
    /// The temperature before and after.
    pub temperature: [f64; 2],
    /// What is added to the margin of each label, by label; together 0.
    pub shifts: Vec<(String, f64)>,
    /// Whether labels are decided anew, too.
    pub has_new_decision: bool,
    /// How right the model was on these rows as it came.
    pub before: Evaluation,
    /// How right it is on rows of each fold after a calibration on those of the others.
    pub after: Evaluation,
}

/// Calibrates a model anew: for each target a temperature and a shift of each label, then the decision and the scores
/// of prediction sets, from the rows of a corpus. The corpus is sorted first, so that row order does not matter.
///
/// Rows of training must not be among them: a model is surer of those than of others.
///
/// # Errors
/// No row on a target of the model, or too few on each; a label that its target does not have; fewer documents than
/// folds; a parameter out of range.
///
/// # References
/// Guo, Pleiss, Sun and Weinberger 2017, On Calibration of Modern Neural Networks, section 4.2 (vector scaling with one
/// slope); Alexandari, Kundaje and Shrikumar 2020, Maximum Likelihood with Bias-Corrected Calibration is Hard-To-Beat
/// at Label Shift Adaptation.
pub fn recalibrate(
    model: &Model,
    corpus: &mut Corpus,
    params: &RecalibrationParams,
) -> Result<(Model, Recalibration)> {
    params.folds.check()?;
    params.bootstrap.check()?;
    let kept = leave_out_small_targets(model, corpus)?;
    corpus.sort();
    let corpus = &*corpus;
    let tasks = tasks(corpus)?;
    let folds = cut_folds(corpus, &tasks, &params.folds)?;
    let scores = scores(model, corpus);
    let documents = document_idx(corpus);
    let report = HeadReport {
        corpus,
        analyzer: model.analyzer(),
        documents: &documents,
        detail: Detail::DocumentIntervals(params.bootstrap),
    };
    let mut heads = model.heads().to_vec();
    let mut log = Recalibration {
        n_rows: corpus.examples.len(),
        n_groups: corpus.group_count(),
        targets: Vec::new(),
        kept,
    };
    for (target_idx, task) in tasks.iter().enumerate() {
        let name = &corpus.targets[target_idx].name;
        // Invariant: other targets were left out.
        let head_idx = model.head_idx(name).expect("a target of the model");
        let places = (0..folds.n_folds()).map(|fold| {
            let places = 0..task.rows.len();
            let places = places.filter(|at| folds.fold_of()[task.rows[*at]] == fold);
            places.collect::<Vec<usize>>()
        });
        let places: Vec<Vec<usize>> = places.collect();
        let scored = ScoredTask {
            task,
            scores: &scores,
            head_idx,
            folds: places.iter().map(|places| &places[..]).collect(),
        };
        let found = scored.refit(
            &mut heads[head_idx],
            target_idx,
            &report,
            params.decision_metric,
        )?;
        log.targets.push(found);
    }
    let mut record = model.record().clone();
    record.calibrated = Some(Calibrated {
        n_rows: log.n_rows,
        n_groups: log.n_groups,
        fingerprint: fingerprint(corpus),
    });
    Ok((model.with_heads(heads, record), log))
}

/// Leaves out targets that the model does not have or that have too few labelled rows, and takes the model's labels for
/// the others. Gives the ones with too few rows, with how many they have.
fn leave_out_small_targets(model: &Model, corpus: &mut Corpus) -> Result<Vec<(String, usize)>> {
    let mut small = Vec::new();
    for target_idx in (0..corpus.targets.len()).rev() {
        let name = &corpus.targets[target_idx].name;
        if let Some(head_idx) = model.head_idx(name) {
            let labels = &model.heads()[head_idx].labels;
            let classes = corpus.gold_classes(target_idx, labels)?;
            let n_rows = classes.iter().flatten().count();
            if n_rows >= LEAST_RECALIBRATION_ROWS {
                corpus.targets[target_idx].labels = labels.clone();
                continue;
            }
            small.push((name.clone(), n_rows));
        }
        corpus.targets.remove(target_idx);
        for example in &mut corpus.examples {
            example.labels.remove(target_idx);
        }
    }
    small.reverse();
    corpus
        .examples
        .retain(|example| example.labels.iter().any(Option::is_some));
    if !corpus.examples.is_empty() {
        return Ok(small);
    }
    let known = model.target_names().into_iter().map(str::to_owned);
    Err(Error::new(
        match small.iter().map(|(_, n_rows)| *n_rows).max() {
            Some(found @ 1..) => ErrorKind::TooFewToCalibrate {
                found,
                least: LEAST_RECALIBRATION_ROWS,
            },
            _ => ErrorKind::NoKnownTarget {
                known: known.collect(),
            },
        },
    ))
}

/// What the model says of every row of a corpus, in its order.
fn scores(model: &Model, corpus: &Corpus) -> Vec<StatementScores> {
    let pool = StatePool::default();
    let rows = corpus.examples.par_iter();
    rows.map(|example| pool.with(|state| model.score(state, example.passage())))
        .collect()
}

/// The rows of one target with what the model says of them.
struct ScoredTask<'a> {
    task: &'a Task,
    /// Of all rows of the corpus.
    scores: &'a [StatementScores],
    head_idx: usize,
    /// The places of the rows of each fold in the task.
    folds: Vec<&'a [usize]>,
}

impl ScoredTask<'_> {
    /// Calibrates a head anew.
    fn refit(
        &self,
        head: &mut Head,
        target_idx: usize,
        report: &HeadReport,
        decision_metric: DecisionMetric,
    ) -> Result<TargetRecalibration> {
        let task = self.task;
        let given = self.as_it_came(head, report)?;
        let counts = task.count(&task.gold);
        let (least_rows, least_of_label) = DECISION_ROWS;
        let has_new_decision =
            task.rows.len() >= least_rows && counts.iter().all(|count| *count >= least_of_label);
        let (now, decision) = (head.temperature, head.decision.clone());
        let decided_for = (decision_metric, TiltChoice::Cautious);
        let recipe = StackRecipe {
            fit: &|margins, gold, weights, rows| {
                Stack::refit(&margins[0], gold, weights, rows, now)
            },
            decide: &|rows, gold| match has_new_decision {
                true => task.decide(rows, gold, &task.count(gold), decided_for),
                false => decision.clone(),
            },
        };
        // What the head is a sum of, and what it was fitted on, stays.
        let record = head.record.clone();
        let members = vec![(Member::All, 0.0)];
        let shape = (task.rows.len(), task.labels.len());
        let margins = matrix(shape, self.scores().map(|score| &score.margins));
        let selected = task.stack_by(&recipe, members, &[margins], &self.folds);
        let answers = selected.answers(&head.labels, report.documents)?;
        // Both stand in one table, so their means are over one list of labels.
        let given = given.in_list(answers.label_list());
        let answers = answers.in_list(given.label_list());
        let before = report.measure(&given, &head.labels)?;
        let log = report.finish_with(head, target_idx, &selected, answers)?;
        head.record.members = record.members;
        head.record.label_counts = record.label_counts;
        let shifts = selected.stack.shifts();
        for (intercept, shift) in head.intercept.iter_mut().zip(shifts) {
            *intercept += shift;
        }
        let names = head.labels.labels().iter().cloned();
        Ok(TargetRecalibration {
            target: head.target.clone(),
            temperature: [now.value(), head.temperature.value()],
            shifts: names.zip(shifts.iter().copied()).collect(),
            has_new_decision,
            before,
            after: log.out_of_fold,
        })
    }

    /// What the model says of each row on the target.
    fn scores(&self) -> impl Iterator<Item = &Score> {
        let rows = self.task.rows.iter();
        rows.map(|row| &self.scores[*row].targets[self.head_idx])
    }

    /// What the head says before it is touched.
    fn as_it_came(&self, head: &Head, report: &HeadReport) -> Result<Predictions> {
        let given = self.scores().map(|score| score.label_idx).collect();
        let probabilities = self.scores().map(|score| &score.probabilities);
        let rows = (&self.task.rows[..], &self.task.gold[..]);
        predictions(&head.labels, rows, (given, probabilities), report.documents)
    }
}
