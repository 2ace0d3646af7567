//! Labelled rows into a model.
//!
//! ```text
//! examples -> folds (detente-data)
//! each fold: counts -> rows weighted by the training folds (counts) -> for each view of the
//!            features (member) a path of heads (linear) -> margins of the rows left out
//! out-of-fold margins -> the strength of each head -> their stack (calibration) -> its scores
//! the same settings on a part of the documents -> learning curve; its log, with baselines and warnings
//! all rows -> vectorizer (counts) -> heads (linear), summed as stacked -> model
//! ```
//!
//! Learners are those of linfa's traits: see [`linear`]. Training beyond memory is in [`stream`].

#![deny(missing_docs)]

mod appraisal;
pub mod baselines;
pub mod calibration;
pub mod counts;
mod curve;
mod error;
mod fold;
pub mod linear;
mod member;
mod recipe;
mod selection;
pub mod stream;
mod prepared_training;
mod tune;
mod unknown;
mod warning;

pub use appraisal::{AppraisalParams, HeadLog, TrainLog};
pub use curve::{CURVE_DOCUMENTS, CURVE_ROWS, Curve, CurvePoint, LearningCurve};
pub use error::{Error, ErrorKind, Result};
pub use selection::{ENOUGH_ROWS, OutOfFold, out_of_fold};
pub use tune::{Setting, Trial, TuneParams, Tuning, tune};
pub use warning::{FEW_ROWS, Warning};

use crate::calibration::fit_conformal;
use crate::counts::Csr;
use crate::linear::{HeadParams, LinearHead};
use appraisal::baselines;
use detente_data::article::Example;
use detente_data::corpus::{Corpus, FoldsParams, fingerprint};
use detente_metrics::{CountMetric, Evaluation, Sides};
use detente_model::features::VectorizerParams;
use detente_model::label::LabelSet;
use detente_model::{Head, HeadRecord, Model, ModelRecord, TrainingFingerprints};
use detente_text::{AnalyzerParams, Language, Sketch};
use member::{Fitting, Member, features_of, sharing_groups};
use prepared_training::{PreparedTraining, texts};
use rayon::prelude::*;
use selection::{FoldMargins, SelectedStack};

/// The strengths tried when none is given, from the strongest; scikit-learn's C from 1/6 to 50. Each
/// is multiplied by the learner's [`scale`](crate::linear::Learner::scale).
pub const STRENGTHS: [f64; 8] = [6.0, 2.0, 1.0, 0.5, 0.25, 0.12, 0.05, 0.02];

/// The measure that labels are decided for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionMetric {
    /// F avg for stance targets, macro-F1 for class targets.
    Auto,
    /// Every label counts the same.
    MacroF1,
    /// The mean of F1(favor) and F1(against); macro-F1 for class targets, which have no sides.
    FAvg,
    /// The most probable label.
    LogLoss,
}

impl DecisionMetric {
    /// Every measure.
    pub const ALL: [Self; 4] = [Self::Auto, Self::MacroF1, Self::FAvg, Self::LogLoss];

    /// The word for it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::MacroF1 => "macro-f1",
            Self::FAvg => "f-avg",
            Self::LogLoss => "log-loss",
        }
    }

    fn metric(self, labels: &LabelSet) -> Option<CountMetric> {
        match (self, sides(labels)) {
            (Self::LogLoss, _) => None,
            (Self::Auto | Self::FAvg, Some(sides)) => Some(CountMetric::FAvg(sides)),
            _ => Some(CountMetric::MacroF1),
        }
    }
}

/// Checks the date that a model shall carry.
fn check_date(date: Option<&str>) -> Result<()> {
    match date {
        Some(date) if date.parse::<jiff::civil::Date>().is_err() => {
            Err(Error::new(ErrorKind::OutOfRange {
                parameter: "the date",
                value: format!("`{date}`"),
                expected: "a day as YYYY-MM-DD",
            }))
        }
        _ => Ok(()),
    }
}

fn sides(labels: &LabelSet) -> Option<Sides> {
    labels
        .stance_positions()
        .map(|(favor, against)| Sides { favor, against })
}

/// The recipe for a model.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainParams {
    /// The language of the texts; default English.
    pub language: Language,
    /// Whether names of parties are masked, so that they cannot decide a stance; default that of
    /// [`AnalyzerParams::DEFAULT`].
    pub mask_parties: bool,
    /// How statements become rows.
    pub vectorizer: VectorizerParams,
    /// How heads are fitted. Its strength is used only when `search` is off.
    pub head: HeadParams,
    /// Whether each head's strength is chosen by cross-validation; default yes. If not, the folds have only
    /// to calibrate, and no more of them are answered than it takes to leave out [`ENOUGH_ROWS`] rows of each
    /// target, two at the least.
    pub search: bool,
    /// Whether each view of the features has a head of its own, and a target is answered
    /// by the stack of these; default yes. Not with learners on dense rows.
    pub stack: bool,
    /// The measure that labels are decided for; default F avg for stance, else macro-F1.
    pub decision_metric: DecisionMetric,
    /// The folds of the cross-validation.
    pub folds: FoldsParams,
    /// What else is found out for the log; default nothing. The model does not depend on it.
    pub appraisal: Option<AppraisalParams>,
    /// What the model is called.
    pub name: Option<String>,
    /// The date that the model shall carry.
    pub date: Option<String>,
}

impl TrainParams {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        language: Language::English,
        mask_parties: AnalyzerParams::DEFAULT.mask_parties,
        vectorizer: VectorizerParams::DEFAULT,
        head: HeadParams::DEFAULT,
        search: true,
        stack: true,
        decision_metric: DecisionMetric::Auto,
        folds: FoldsParams::DEFAULT,
        appraisal: None,
        name: None,
        date: None,
    };

    /// The recipe with views around mentions, if the corpus says where they are.
    fn for_corpus(&self, corpus: &Corpus) -> Self {
        let mut params = self.clone();
        params.vectorizer.ngrams.mention = corpus.has_mentions;
        params
    }

    /// Checks every range.
    ///
    /// # Errors
    /// The first parameter that is out of its range.
    pub fn check(&self) -> Result<()> {
        self.vectorizer.check()?;
        self.head.check()?;
        self.folds.check()?;
        if let Some(appraisal) = &self.appraisal {
            appraisal.bootstrap.check()?;
        }
        check_date(self.date.as_deref())
    }

    /// The strengths that are tried.
    fn strengths(&self) -> Vec<f64> {
        match self.search {
            true => STRENGTHS.map(|l2| l2 * self.head.learner.scale()).to_vec(),
            false => vec![self.head.l2],
        }
    }
}

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
    let params = &params.for_corpus(corpus);
    params.check()?;
    corpus.sort();
    let mut prepared = PreparedTraining::new(corpus, params)?;
    let strengths = params.strengths();
    let n_folds = prepared.folds.n_folds();
    let members = prepared.members(params);
    tracing::info!(
        n_rows = corpus.examples.len(),
        n_features = prepared.counts.n_features(),
        n_folds,
        members = members.len(),
        "counted the features of every row"
    );
    let n_answered = match params.search {
        true => n_folds,
        false => prepared.enough_folds(),
    };
    let left_out = prepared.cross_validate(n_answered, &members, &strengths, params, &|done| {
        tracing::info!(done, of = n_answered, "a fold was fitted");
        progress(done, n_answered + 1)
    })?;
    let chosen: Vec<SelectedStack> = (0..prepared.tasks.len())
        .into_par_iter()
        .map(|task_idx| prepared.choose(task_idx, &left_out, &strengths, params.decision_metric))
        .collect();

    let texts = texts(corpus);
    let vectorizer = prepared.counts.vectorizer(&params.vectorizer);
    let rows: Vec<Csr> = prepared
        .tasks
        .par_iter()
        .map(|task| {
            let weighting = &params.vectorizer.weighting;
            prepared.weigh(&task.rows, vectorizer.idf(), weighting)
        })
        .collect();
    let draws_curve = matches!(params.appraisal, Some(AppraisalParams { curve: true, .. }));
    if !draws_curve {
        // A tenth of what training takes at its most, which is now.
        prepared.forget_rows();
    }
    let heads = fit_stacks(&prepared, &rows, &chosen, &left_out[0], &params.head)?;
    drop((rows, left_out));
    tracing::info!(heads = heads.len(), "fitted the heads on all rows");
    progress(n_answered + 1, n_answered + 1);

    let documents = document_idx(corpus);
    let bootstrap = params.appraisal.map(|appraisal| appraisal.bootstrap);
    let mut parts = Vec::new();
    let mut logs = Vec::new();
    for (target_idx, ((task, chosen), linear)) in
        prepared.tasks.iter().zip(&chosen).zip(heads).enumerate()
    {
        let name = &corpus.targets[target_idx].name;
        let answers = chosen.answers(&task.labels, &documents)?;
        let out_of_fold =
            Evaluation::by_document(&answers, sides(&task.labels), bootstrap.as_ref())?;
        let mut label_counts = vec![0; task.labels.len()];
        for class in &task.gold {
            label_counts[*class] += 1;
        }
        let head = Head {
            target: name.clone(),
            labels: task.labels.clone(),
            intercept: linear.intercept().to_vec(),
            temperature: chosen.stack.temperature(),
            decision: chosen.decision.clone(),
            conformal: fit_conformal(&chosen.probabilities, &chosen.gold),
            record: HeadRecord {
                recipe: recipe::of_head(&params.head),
                members: chosen.member_records(),
                label_counts: label_counts.clone(),
                confusion: out_of_fold.confusion.cells(),
                accuracy: out_of_fold.accuracy.value,
                macro_f1: out_of_fold.macro_f1.value,
                f_avg: out_of_fold.f_avg.value,
                log_loss: out_of_fold.log_loss.value,
                ece: out_of_fold.ece.value,
            },
        };
        let named_counts = task.labels.labels().iter().cloned().zip(label_counts);
        logs.push(HeadLog {
            target: name.clone(),
            label_counts: named_counts.collect(),
            members: chosen.member_records(),
            edges: chosen.edges(),
            temperature: chosen.stack.temperature().value(),
            baselines: match params.appraisal {
                Some(_) => {
                    let counts = &head.record.label_counts;
                    let (rows, labels) = (&chosen.rows, &task.labels);
                    let analyzer = &prepared.analyzer;
                    baselines(corpus, analyzer, target_idx, rows, labels, &answers, counts)?
                }
                None => Vec::new(),
            },
            out_of_fold,
        });
        parts.push((head, linear));
    }
    let n_groups = corpus.group_count();
    let groups = corpus.examples.iter().filter_map(|e| e.group.as_deref());
    let sketches: Vec<Sketch> = texts.par_iter().map(|text| Sketch::of(text)).collect();
    let record = ModelRecord {
        name: params.name.clone(),
        date: params.date.clone(),
        n_rows: corpus.examples.len(),
        n_groups,
        fingerprint: fingerprint(corpus),
        n_folds,
        seed: params.folds.seed,
        training_texts: TrainingFingerprints::of_sketches(
            texts.iter().copied().zip(sketches.iter().copied()),
            groups,
        )
        .with_unknown(prepared.unknown.word_share(), prepared.unknown.row_share()),
        shrunk: None,
        streamed: None,
    };
    let curve = match draws_curve {
        true => LearningCurve::draw(&prepared, &chosen, &documents, params, &logs)?,
        false => LearningCurve::NotAsked,
    };
    let log = TrainLog {
        warnings: match params.appraisal {
            Some(_) => Warning::all(corpus, &sketches, &logs),
            None => Vec::new(),
        },
        curve,
        n_rows: corpus.examples.len(),
        n_groups,
        n_unlabelled: corpus.n_unlabelled,
        n_blank: corpus.n_blank,
        n_features: vectorizer.vocabulary().len(),
        n_folds,
        n_answered_folds: n_answered,
        heads: logs,
    };
    let (heads, linear): (Vec<Head>, Vec<LinearHead>) = parts.into_iter().unzip();
    let weights = side_by_side(&linear);
    let model = Model::new(prepared.analyzer, vectorizer, heads, &weights, record);
    Ok((model, log))
}

/// The weights of all heads, feature by feature.
fn side_by_side(heads: &[LinearHead]) -> Vec<f64> {
    let n_features = heads.first().map_or(0, LinearHead::n_features);
    let of_feature = |feature| heads.iter().flat_map(move |head| head.weights(feature));
    (0..n_features).flat_map(of_feature).copied().collect()
}

/// Fits the members of every target's stack on all its rows and sums them up.
fn fit_stacks(
    prepared: &PreparedTraining,
    rows: &[Csr],
    chosen: &[SelectedStack],
    near: &FoldMargins,
    params: &HeadParams,
) -> Result<Vec<LinearHead>> {
    let fitting = Fitting {
        rows,
        tasks: &prepared.tasks,
        params: *params,
    };
    let mut parts: Vec<Vec<(f64, LinearHead)>> = chosen
        .par_iter()
        .enumerate()
        .map(|(task_idx, chosen)| {
            let mut parts = Vec::new();
            for ((member, l2), share) in chosen.members.iter().zip(chosen.stack.shares()) {
                if *share > 0.0
                    && let Some(range) = features_of(prepared, *member)
                {
                    // Most of these rows were that fold's too, so its head is near: fewer steps, same end.
                    let start = near.head(task_idx);
                    fitting.own(task_idx, (*member, range), &[*l2], start, |head| {
                        parts.push((*share, head));
                        true
                    })?;
                }
            }
            Ok(parts)
        })
        .collect::<Result<_>>()?;
    for group in sharing_groups(&prepared.tasks) {
        for (task_at, task_idx) in group.iter().enumerate() {
            let chosen = &chosen[*task_idx];
            for ((member, l2), share) in chosen.members.iter().zip(chosen.stack.shares()) {
                if *share > 0.0 && *member == Member::Shared {
                    fitting.shared(&group, &[*l2], |mut heads| {
                        parts[*task_idx].push((*share, heads.swap_remove(task_at)));
                        true
                    })?;
                }
            }
        }
    }
    let sums = parts.iter().zip(chosen);
    Ok(sums
        .map(|(parts, chosen)| LinearHead::weighted_sum(parts, chosen.stack.shifts()))
        .collect())
}

/// The document of each row as a number, in the order of the names.
fn document_idx(corpus: &Corpus) -> Vec<u32> {
    let mut names: Vec<&str> = corpus.examples.iter().map(Example::group_key).collect();
    names.sort_unstable();
    names.dedup();
    corpus
        .examples
        .iter()
        .map(|example| names.partition_point(|name| *name < example.group_key()) as u32)
        .collect()
}
