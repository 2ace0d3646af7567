//! A learner that has seen all rows becomes a calibrated, measured model.

use super::hashed_model::{model_of, shifts};
use super::source::Source;
use super::survey::Survey;
use super::targets::Targets;
use super::{LEAST_CALIBRATION_ROWS, StreamParams};
use crate::calibration::Stack;
use crate::error::{Error, ErrorKind, Result};
use crate::head_report::{Detail, HeadLog, HeadReport, uncalibrated};
use crate::linear::{FtrlClassifier, HeadParams, Penalty};
use crate::member::Member;
use crate::params::AppraisalParams;
use crate::prepared_training::{document_idx, tasks};
use crate::recipe;
use crate::selection::StackRecipe;
use detente_data::corpus::Corpus;
use detente_model::features::Vectorizer;
use detente_model::{Model, ModelRecord, StatePool, Streamed, TrainingFingerprints};
use detente_text::Analyzer;
use ndarray::Array2;
use rayon::prelude::*;

/// What a training row by row found out, for the report.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamLog {
    /// Rows read, those held out included.
    pub n_rows: usize,
    /// Rows that were never learned from.
    pub n_held_out: usize,
    /// Those of them that it was calibrated and measured on.
    pub n_measured: usize,
    /// Rows without a label on any target.
    pub n_unlabelled: usize,
    /// Rows whose text is blank.
    pub n_blank: usize,
    /// Passes over the rows.
    pub n_passes: usize,
    /// Number of buckets.
    pub n_buckets: usize,
    /// Number of features: buckets that weigh something, then those of the lexicon.
    pub n_features: usize,
    /// One for each target that was calibrated.
    pub heads: Vec<HeadLog>,
    /// Targets that keep the calibration that they had, since too few of the new rows were held out.
    pub kept: Vec<String>,
}

/// All that is known when the last row was learned from.
pub(super) struct Learned<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) params: &'a StreamParams,
    pub(super) start: Option<&'a Model>,
    pub(super) targets: &'a Targets,
    /// How it was learned in the end.
    pub(super) penalty: Penalty,
    pub(super) survey: Survey,
    pub(super) n_passes: usize,
    pub(super) analyzer: &'a Analyzer,
    pub(super) vectorizer: &'a Vectorizer,
    pub(super) learner: &'a FtrlClassifier,
}

/// Calibrates what was learned, and measures it, on rows that it was not learned from.
pub(super) fn finish(learned: Learned) -> Result<(Model, StreamLog)> {
    let Learned {
        source,
        params,
        start,
        targets,
        penalty,
        survey,
        n_passes,
        analyzer,
        vectorizer,
        learner,
    } = learned;
    if survey.n_rows == 0 {
        return Err(Error::new(ErrorKind::Empty {
            what: "no row has both a text and a label",
        }));
    }
    let mut log = StreamLog {
        n_rows: survey.n_rows,
        n_held_out: survey.n_held_out,
        n_measured: 0,
        n_unlabelled: survey.n_unlabelled,
        n_blank: survey.n_blank,
        n_passes,
        n_buckets: 1 << params.log2_buckets,
        n_features: 0,
        heads: Vec::new(),
        kept: Vec::new(),
    };
    let before = start.map(Model::record);
    let before_held_out = before.and_then(|record| record.streamed.as_ref());
    let before_held_out = before_held_out.map_or(0, |streamed| streamed.n_held_out);
    let record = ModelRecord {
        name: params.name.clone(),
        date: params.date.clone(),
        n_rows: survey.n_rows + before.map_or(0, |record| record.n_rows),
        fingerprint: survey.fingerprint(),
        seed: params.seed,
        training_texts: TrainingFingerprints::default(),
        streamed: Some(Streamed {
            rate: params.ftrl.rate,
            damping: params.ftrl.damping,
            sparsity: params.ftrl.sparsity,
            l2: params.ftrl.l2,
            n_passes,
            n_held_out: survey.n_held_out + before_held_out,
            ..Streamed::default()
        }),
        ..ModelRecord::default()
    };
    let label_counts = survey.label_counts.clone();
    let (corpus, is_first) = survey.into_held_out(source, targets);
    log.n_measured = corpus.examples.len();
    let mut heads = match start {
        Some(model) => model.heads().to_vec(),
        None => {
            let recipe = recipe::of_head(&HeadParams {
                penalty,
                ..HeadParams::DEFAULT
            });
            let targets = targets.0.iter();
            targets
                .map(|target| uncalibrated(&target.name, &target.labels, recipe.clone()))
                .collect()
        }
    };
    let mut shifts = match start {
        Some(model) => shifts(model),
        None => vec![0.0; learner.n_columns()],
    };
    let margins = margins(analyzer, vectorizer, learner, &corpus);
    let views = vectorizer.vocabulary().views();
    let documents = document_idx(&corpus);
    let report = HeadReport {
        corpus: &corpus,
        analyzer,
        documents: &documents,
        detail: Detail::AllIntervals(AppraisalParams::DEFAULT.bootstrap),
    };
    let mut column = 0;
    let tasks = tasks(&corpus)?;
    for (target_idx, (head, task)) in heads.iter_mut().zip(&tasks).enumerate() {
        let columns = column..column + head.labels.len();
        column = columns.end;
        for (known, new) in head
            .record
            .label_counts
            .iter_mut()
            .zip(&label_counts[target_idx])
        {
            *known += new;
        }
        let in_half = |half: bool| -> Vec<usize> {
            let places = 0..task.rows.len();
            places
                .filter(|at| is_first[task.rows[*at]] == half)
                .collect()
        };
        let halves = [in_half(true), in_half(false)];
        if task.rows.len() < LEAST_CALIBRATION_ROWS || halves.iter().any(Vec::is_empty) {
            if start.is_some() {
                log.kept.push(head.target.clone());
                continue;
            }
            return Err(Error::new(ErrorKind::TooFewHeldOut {
                target: head.target.clone(),
                found: task.rows.len(),
                least: LEAST_CALIBRATION_ROWS,
            }));
        }
        let of_view = |view: usize| {
            Array2::from_shape_fn((task.rows.len(), columns.len()), |(at, label)| {
                margins[task.rows[at]][view][columns.start + label]
            })
        };
        let of_views: Vec<Array2<f64>> = (0..views.len()).map(of_view).collect();
        let halves = [&halves[0][..], &halves[1]];
        let members = views
            .iter()
            .map(|(view, _)| (Member::View(*view), params.ftrl.l2));
        let counts = &head.record.label_counts;
        let recipe = StackRecipe {
            fit: &Stack::fit_shares,
            decide: &|rows, gold| {
                task.decide(rows, gold, counts, (params.decision_metric, params.tilt))
            },
        };
        let selected = task.stack_by(&recipe, members.collect(), &of_views, &halves);
        shifts[columns].copy_from_slice(selected.stack.shifts());
        log.heads.push(report.finish(head, target_idx, &selected)?);
    }
    let model = model_of(
        analyzer.clone(),
        params.vectorizer(),
        vectorizer.vocabulary(),
        learner,
        heads,
        &shifts,
        record,
    );
    log.n_features = model.vectorizer().vocabulary().len();
    Ok((model, log))
}

/// For each row the margins that each view gives to the labels of all targets.
fn margins(
    analyzer: &Analyzer,
    vectorizer: &Vectorizer,
    learner: &FtrlClassifier,
    corpus: &Corpus,
) -> Vec<Vec<Vec<f64>>> {
    let pool = StatePool::default();
    let rows = corpus.examples.par_iter().map(|example| {
        pool.with(|state| {
            let made = vectorizer.transform(analyzer, state, example.text.as_str());
            let mut margins = vec![vec![0.0; learner.n_columns()]; learner.n_views()];
            let mut weights = Vec::new();
            let intercepts = (0..margins.len()).map(|view| (learner.n_features() + view, 1.0));
            let features = made.row.ids.iter().zip(&made.row.values);
            let features = features.map(|(id, value)| (*id as usize, f64::from(*value)));
            for (feature, value) in features.chain(intercepts) {
                learner.weights(feature, &mut weights);
                let of_view = &mut margins[learner.view(feature)];
                for (margin, weight) in of_view.iter_mut().zip(&weights) {
                    *margin += value * weight;
                }
            }
            margins
        })
    });
    rows.collect()
}
