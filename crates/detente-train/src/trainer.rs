//! From a corpus to a model: search, fit on all rows, measure, put together.

use super::curve::LearningCurve;
use super::encoder_member::EncodedHead;
use super::head_report::{Detail, HeadLog, HeadReport, uncalibrated};
use super::member::{Fitting, Member, features_of, sharing_groups};
use super::params::{AppraisalParams, TrainParams};
use super::prepared_training::{PreparedTraining, document_idx, texts};
use super::selection::{FoldMargins, SelectedStack};
use super::train_log::TrainLog;
use super::warning::Warning;
use crate::counts::Csr;
use crate::error::Result;
use crate::linear::{HeadParams, LinearHead};
use crate::recipe;
use detente_data::corpus::{Corpus, fingerprint};
use detente_model::features::Vectorizer;
use detente_model::{EncoderHead, Head, Model, ModelRecord, TrainingFingerprints};
use detente_text::Sketch;
use rayon::prelude::*;

/// Trains a model. The corpus is sorted first, so that row order does not matter; `progress` is
/// called with (steps done, steps in all) from any thread.
///
/// # Errors
/// A parameter out of range; a target with a single label; fewer documents than folds; a learner
/// that fails.
pub fn train(
    corpus: &mut Corpus,
    params: &TrainParams,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<(Model, TrainLog)> {
    params.for_corpus(corpus).check()?;
    corpus.sort();
    train_sorted(corpus, params, progress)
}

/// Trains a model on a corpus in its canonical order, as [`Corpus::sort`] leaves it; otherwise as [`train`].
/// In any other order the same rows give another model: folds are cut and sums are taken in the order of the
/// rows.
///
/// # Errors
/// As [`train`].
///
/// # Panics
/// Where debug assertions are on and the corpus is not sorted.
pub fn train_sorted(
    corpus: &Corpus,
    params: &TrainParams,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<(Model, TrainLog)> {
    let params = &params.for_corpus(corpus);
    params.check()?;
    debug_assert!(corpus.is_sorted(), "a corpus in its canonical order");
    let mut prepared = PreparedTraining::new(corpus, params)?;
    let (selected, first_fold, n_answered) = search(&prepared, params, progress)?;
    let vectorizer = prepared.counts.vectorizer(&params.vectorizer);
    let linear = fit_all_rows(&mut prepared, &vectorizer, &selected, first_fold, params)?;
    let encoder = fit_encoder(&prepared, &selected, &params.head)?;
    progress(n_answered + 1, n_answered + 1);

    let documents = document_idx(corpus);
    let report = HeadReport {
        corpus,
        analyzer: &prepared.analyzer,
        documents: &documents,
        detail: match params.appraisal {
            Some(appraisal) => Detail::DocumentIntervals(appraisal.bootstrap),
            None => Detail::Measures,
        },
    };
    let (mut heads, logs) = heads(&prepared, &linear, &selected, &report, params)?;
    let curve = match draws_curve(params) {
        true => LearningCurve::draw(&prepared, &selected, &documents, params, &logs)?,
        false => LearningCurve::NotAsked,
    };
    let sketches: Vec<Sketch> = texts(corpus)
        .par_iter()
        .map(|text| Sketch::of(text))
        .collect();
    let record = record(corpus, &prepared, &sketches, params);
    let log = TrainLog {
        warnings: match params.appraisal {
            Some(_) => Warning::all(corpus, &sketches, &logs),
            None => Vec::new(),
        },
        curve,
        n_rows: record.n_rows,
        n_groups: record.n_groups,
        n_unlabelled: corpus.n_unlabelled,
        n_blank: corpus.n_blank,
        n_features: vectorizer.vocabulary().len(),
        n_folds: record.n_folds,
        n_answered_folds: n_answered,
        heads: logs,
    };
    let weights = side_by_side(&linear);
    if let Some(encoder) = &encoder {
        for (head, shifts) in heads.iter_mut().zip(&encoder.shifts) {
            let shifted = head.intercept.iter_mut().zip(shifts);
            shifted.for_each(|(intercept, shift)| *intercept += shift);
        }
    }
    let model = Model::new(prepared.analyzer, vectorizer, heads, &weights, record);
    let model = match encoder.zip(params.encoder.clone()) {
        Some((encoder, reader)) => model.with_encoder_head(encoder.head).with_encoder(reader)?,
        None => model,
    };
    Ok((model, log))
}

/// Cross-validates the members of every target and chooses its stack. Goes with it: the first fold, whose heads the
/// fits on all rows may start from, and how many folds were answered.
fn search(
    prepared: &PreparedTraining,
    params: &TrainParams,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<(Vec<SelectedStack>, FoldMargins, usize)> {
    let strengths = params.strengths();
    let n_folds = prepared.folds.n_folds();
    let members = prepared.useful_members(params)?;
    tracing::info!(
        n_rows = prepared.counts.n_rows(),
        n_features = prepared.counts.n_features(),
        n_folds,
        members = members.len(),
        "counted the features of every row"
    );
    let n_answered = match params.search {
        true => n_folds,
        false => prepared.enough_folds(),
    };
    let mut left_out =
        prepared.cross_validate(n_answered, &members, &strengths, params, &|done| {
            tracing::info!(done, of = n_answered, "a fold was fitted");
            progress(done, n_answered + 1)
        })?;
    let selected: Vec<SelectedStack> = (0..prepared.tasks.len())
        .into_par_iter()
        .map(|task_idx| prepared.select(task_idx, &left_out, &strengths, params.decision()))
        .collect();
    Ok((selected, left_out.swap_remove(0), n_answered))
}

fn draws_curve(params: &TrainParams) -> bool {
    matches!(params.appraisal, Some(AppraisalParams { curve: true, .. }))
}

/// Fits every target's stack on all its rows.
fn fit_all_rows(
    prepared: &mut PreparedTraining,
    vectorizer: &Vectorizer,
    selected: &[SelectedStack],
    first_fold: FoldMargins,
    params: &TrainParams,
) -> Result<Vec<LinearHead>> {
    let rows: Vec<Csr> = prepared
        .tasks
        .par_iter()
        .map(|task| {
            let weighting = &params.vectorizer.weighting;
            prepared.weigh(&task.rows, vectorizer.idf(), weighting)
        })
        .collect();
    if !draws_curve(params) {
        // A tenth of what training takes at its most, which is now.
        prepared.forget_rows();
    }
    let heads = fit_stacks(prepared, &rows, selected, &first_fold, &params.head)?;
    tracing::info!(heads = heads.len(), "fitted the heads on all rows");
    Ok(heads)
}

/// Fits the members of every target's stack on all its rows and sums them up.
fn fit_stacks(
    prepared: &PreparedTraining,
    rows: &[Csr],
    selected: &[SelectedStack],
    near: &FoldMargins,
    params: &HeadParams,
) -> Result<Vec<LinearHead>> {
    let fitting = Fitting {
        rows,
        tasks: &prepared.tasks,
        params: *params,
    };
    let mut parts: Vec<Vec<(f64, LinearHead)>> = selected
        .par_iter()
        .enumerate()
        .map(|(task_idx, selected)| {
            let mut parts = Vec::new();
            for ((member, l2), share) in selected.members.iter().zip(selected.stack.shares()) {
                if *share > 0.0
                    && let Some(range) = features_of(prepared, *member)
                {
                    // Most of these rows were that fold's too, so its head is near: fewer steps, same end.
                    let start = near.head(task_idx);
                    let head = fitting.own(task_idx, (*member, range), *l2, start)?;
                    parts.push((*share, head));
                }
            }
            if parts.is_empty() {
                // Only the sentence encoder has a share.
                let (n_features, n_labels) = (
                    rows[task_idx].n_features(),
                    selected.decision.offsets().len(),
                );
                let nothing = LinearHead::new(vec![0.0; (n_features + 1) * n_labels], n_labels);
                parts.push((0.0, nothing));
            }
            Ok(parts)
        })
        .collect::<Result<_>>()?;
    for group in sharing_groups(&prepared.tasks) {
        for (task_at, task_idx) in group.iter().enumerate() {
            let selected = &selected[*task_idx];
            for ((member, l2), share) in selected.members.iter().zip(selected.stack.shares()) {
                if *share > 0.0 && *member == Member::Shared {
                    let mut heads = fitting.shared(&group, *l2)?;
                    parts[*task_idx].push((*share, heads.swap_remove(task_at)));
                }
            }
        }
    }
    let sums = parts.iter().zip(selected);
    Ok(sums
        .map(|(parts, selected)| LinearHead::weighted_sum(parts, selected.stack.shifts()))
        .collect())
}

/// What a sentence encoder adds to the margins of every target.
struct FittedEncoder {
    head: EncoderHead,
    /// What it adds to the intercepts of each target.
    shifts: Vec<Vec<f64>>,
}

/// Fits the encoder's member of every target's stack on all its rows, and puts them side by side; `None` where it has
/// no share in any.
fn fit_encoder(
    prepared: &PreparedTraining,
    selected: &[SelectedStack],
    params: &HeadParams,
) -> Result<Option<FittedEncoder>> {
    let Some(encoded) = &prepared.encoded else {
        return Ok(None);
    };
    let fitted = prepared
        .tasks
        .par_iter()
        .zip(selected)
        .map(|(task, selected)| {
            let members = selected.members.iter().zip(selected.stack.shares());
            let mut of_encoder =
                members.filter(|((member, _), share)| *member == Member::Encoder && **share > 0.0);
            let found = of_encoder.next();
            let head = found
                .map(|((_, l2), share)| encoded.fit(task, params, *l2).map(|head| (*share, head)));
            Ok((task.labels.len(), head.transpose()?))
        });
    let fitted: Vec<(usize, Option<(f64, EncodedHead)>)> = fitted.collect::<Result<_>>()?;
    if fitted.iter().all(|(_, head)| head.is_none()) {
        return Ok(None);
    }
    let all: Vec<usize> = (0..encoded.n_rows()).collect();
    let means = encoded.scaling(&all).means;
    let mut shifts: Vec<Vec<f64>> = fitted
        .iter()
        .map(|(n_labels, _)| vec![0.0; *n_labels])
        .collect();
    for ((_, head), shifts) in fitted.iter().zip(&mut shifts) {
        if let Some((share, head)) = head {
            let intercepts = shifts.iter_mut().zip(head.intercept());
            intercepts.for_each(|(shift, intercept)| *shift += share * intercept);
        }
    }
    let mut weights = Vec::new();
    for (column, mean) in means.iter().enumerate() {
        for ((n_labels, head), shifts) in fitted.iter().zip(&mut shifts) {
            let Some((share, head)) = head else {
                weights.resize(weights.len() + n_labels, 0.0);
                continue;
            };
            // The means of all rows stand in the model, those of the target's rows were fitted with.
            let apart = f64::from(*mean) - f64::from(head.means()[column]);
            for (shift, weight) in shifts.iter_mut().zip(head.weights(column)) {
                *shift += share * weight * apart;
                weights.push((share * weight) as f32);
            }
        }
    }
    // Invariant: there is a mean for each column, and sums of finite rows are finite.
    let head = EncoderHead::new(encoded.identity().clone(), means, weights)
        .expect("weights of the encoder's columns");
    Ok(Some(FittedEncoder { head, shifts }))
}

/// Every target's head, calibrated and measured, with what the report says of it.
fn heads(
    prepared: &PreparedTraining,
    linear: &[LinearHead],
    selected: &[SelectedStack],
    report: &HeadReport,
    params: &TrainParams,
) -> Result<(Vec<Head>, Vec<HeadLog>)> {
    let mut heads = Vec::new();
    let mut logs = Vec::new();
    let targets = prepared.tasks.iter().zip(selected).zip(linear);
    for (target_idx, ((task, selected), linear)) in targets.enumerate() {
        let name = &report.corpus.targets[target_idx].name;
        let mut head = uncalibrated(name, &task.labels, recipe::of_head(&params.head));
        head.intercept = linear.intercept().to_vec();
        head.record.label_counts = task.count(&task.gold);
        logs.push(report.finish(&mut head, target_idx, selected)?);
        heads.push(head);
    }
    Ok((heads, logs))
}

/// What the model says of its training.
fn record(
    corpus: &Corpus,
    prepared: &PreparedTraining,
    sketches: &[Sketch],
    params: &TrainParams,
) -> ModelRecord {
    let texts = texts(corpus);
    let groups = corpus.examples.iter().filter_map(|e| e.group.as_deref());
    let training_texts = TrainingFingerprints::of_sketches(
        texts.iter().copied().zip(sketches.iter().copied()),
        groups,
    );
    let unknown = &prepared.unknown;
    ModelRecord {
        name: params.name.clone(),
        date: params.date.clone(),
        n_rows: corpus.examples.len(),
        n_groups: corpus.group_count(),
        fingerprint: fingerprint(corpus),
        n_folds: prepared.folds.n_folds(),
        seed: params.folds.seed,
        training_texts: training_texts.with_unknown(unknown.word_share(), unknown.row_share()),
        shrunk: None,
        streamed: None,
        calibrated: None,
    }
}

/// The weights of all heads, feature by feature.
fn side_by_side(heads: &[LinearHead]) -> Vec<f64> {
    let n_features = heads.first().map_or(0, LinearHead::n_features);
    let of_feature = |feature| heads.iter().flat_map(move |head| head.weights(feature));
    (0..n_features).flat_map(of_feature).copied().collect()
}
