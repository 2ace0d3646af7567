//! A cross-validation as the record that every format is written from.

use super::evaluation_record::LeftOutRecord;
use super::measures_record::{MeasuresRecord, MetricsRecord};
use super::named::Named;
use detente_eval::cross_validate::{
    CrossValidated, CurvePoint, FoldResult, Split, Spread, TargetResult,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// How right models of labelled rows are on rows that they never saw.
///
/// As JSON it is the object that `detente cross-validate --format json` prints; [`Display`](std::fmt::Display) writes
/// the tables that `detente cross-validate` prints. Undefined numbers are null.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "CrossValidation")
)]
#[non_exhaustive]
pub struct CrossValidationRecord {
    /// The names of the data files.
    pub data: Vec<String>,
    /// Rows with a text and a label.
    #[serde(rename = "n")]
    pub n_rows: usize,
    /// Documents that they come from.
    #[serde(rename = "documents")]
    pub n_documents: usize,
    /// Rows that were trained on and never tested.
    #[serde(rename = "never_tested")]
    pub n_never_tested: usize,
    /// How rows were set apart.
    pub split: SplitRecord,
    /// Folds inside each training part, by which its settings are chosen.
    #[serde(rename = "inner_folds")]
    pub n_inner_folds: usize,
    /// The seed of the folds.
    pub seed: u64,
    /// How right models are on each target.
    pub targets: Named<'static, CrossValidatedTargetRecord>,
    /// How right they are on all rows of the targets that share their labels; null where no two do.
    pub pooled: Option<MeasuresRecord>,
    /// Each fold.
    pub folds: Vec<FoldRecord>,
    /// How right models of fewer rows are; empty where it was not asked for.
    pub learning_curve: Vec<CurvePointRecord>,
    /// Rows of the files that were not used.
    pub left_out: LeftOutRecord,
}

/// How rows are set apart.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Split")
)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SplitRecord {
    /// By folds of documents.
    Folds {
        /// How many.
        #[serde(rename = "folds")]
        n_folds: usize,
        /// How often they are cut anew.
        #[serde(rename = "repeats")]
        n_repeats: usize,
    },
    /// By windows of time, each tested by a model of all before.
    Time {
        /// The column of dates.
        column: String,
        /// How many windows.
        #[serde(rename = "folds")]
        n_folds: usize,
    },
    /// Each value of a column is tested by a model of the others.
    LeaveOut {
        /// The column.
        column: String,
    },
}

/// How right models are on a target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "CrossValidatedTarget")
)]
#[non_exhaustive]
pub struct CrossValidatedTargetRecord {
    /// The measures.
    #[serde(flatten)]
    pub measures: MeasuresRecord,
    /// Those of always giving the commonest label.
    pub majority: MeasuresRecord,
    /// How the measures vary from fold to fold; null where one is undefined.
    pub folds: MetricsRecord<Option<SpreadRecord>>,
}

/// How a measure varies from fold to fold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Spread")
)]
#[non_exhaustive]
pub struct SpreadRecord {
    /// The mean.
    pub mean: f64,
    /// The standard deviation; null of a single fold.
    pub deviation: Option<f64>,
    /// Folds in which the measure is defined.
    #[serde(rename = "n")]
    pub n_folds: usize,
}

/// A fold: rows that were tested by a model of others.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Fold")
)]
#[non_exhaustive]
pub struct FoldRecord {
    /// Its name.
    #[serde(rename = "fold")]
    pub name: String,
    /// Of which cut it is, from 1.
    pub repeat: usize,
    /// Rows trained on.
    #[serde(rename = "trained_on")]
    pub n_train: usize,
    /// Rows tested.
    #[serde(rename = "tested_on")]
    pub n_test: usize,
    /// Rows kept from training, since their document is tested.
    #[serde(rename = "purged")]
    pub n_purged: usize,
    /// What came of each target that was answered.
    pub targets: Named<'static, FoldTargetRecord>,
    /// Rows of targets that were not answered, by target.
    pub unanswered: BTreeMap<String, usize>,
}

/// A target in a fold.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "FoldTarget")
)]
#[non_exhaustive]
pub struct FoldTargetRecord {
    /// The penalties that were chosen without the rows tested.
    pub l2: String,
    /// Rows that were answered.
    #[serde(rename = "n")]
    pub n_rows: usize,
    /// The share that is right.
    pub accuracy: Option<f64>,
    /// The mean of the labels' F1.
    pub macro_f1: Option<f64>,
    /// The mean F1 of favor and against.
    pub f_avg: Option<f64>,
    /// The mean logarithmic loss.
    pub log_loss: Option<f64>,
    /// Every measure.
    #[serde(skip)]
    pub measures: MeasuresRecord,
}

/// A point of the learning curve.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "CurvePoint")
)]
#[non_exhaustive]
pub struct CurvePointRecord {
    /// The share of every fold's training documents.
    pub share: f64,
    /// Rows trained on, on average over folds.
    #[serde(rename = "trained_on")]
    pub n_train: f64,
    /// How right such models are on each target.
    pub targets: Named<'static, CurveTargetRecord>,
}

/// A target at a point of the learning curve.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "CurveTarget")
)]
#[non_exhaustive]
pub struct CurveTargetRecord {
    /// The measures.
    #[serde(flatten)]
    pub measures: MeasuresRecord,
    /// Rows whose fold could not be trained on so little.
    #[serde(rename = "unanswered")]
    pub n_unanswered: usize,
}

impl CrossValidationRecord {
    /// The record of a cross-validation on data files of these names.
    pub fn of(data: &[String], result: &CrossValidated) -> Self {
        let targets = result.targets.iter().map(|target| {
            let record = CrossValidatedTargetRecord::of(result, target);
            (target.given.target().to_owned(), record)
        });
        Self {
            data: data.to_vec(),
            n_rows: result.n_rows,
            n_documents: result.n_groups,
            n_never_tested: result.n_never_tested,
            split: SplitRecord::of(&result.params.split),
            n_inner_folds: result.params.train.folds.n_folds,
            seed: result.params.train.folds.seed,
            targets: targets.collect(),
            pooled: result.pooled.as_ref().map(MeasuresRecord::of),
            folds: result.folds.iter().map(FoldRecord::of).collect(),
            learning_curve: result.curve.iter().map(CurvePointRecord::of).collect(),
            left_out: LeftOutRecord::of(&result.left_out),
        }
    }
}

impl SplitRecord {
    fn of(split: &Split) -> Self {
        match split {
            Split::Folds {
                n_folds, repeats, ..
            } => Self::Folds {
                n_folds: *n_folds,
                n_repeats: *repeats,
            },
            Split::Time { column, n_folds } => Self::Time {
                column: column.clone(),
                n_folds: *n_folds,
            },
            Split::LeaveOut { column } => Self::LeaveOut {
                column: column.clone(),
            },
        }
    }
}

impl CrossValidatedTargetRecord {
    fn of(result: &CrossValidated, target: &TargetResult) -> Self {
        let name = target.given.target();
        Self {
            measures: MeasuresRecord::of(&target.evaluation),
            majority: MeasuresRecord::of(&target.majority),
            folds: MetricsRecord::of(&target.evaluation, |metric, _| {
                result.spread(name, metric).map(SpreadRecord::of)
            }),
        }
    }
}

impl SpreadRecord {
    fn of(spread: Spread) -> Self {
        Self {
            mean: spread.mean,
            deviation: spread.deviation,
            n_folds: spread.n,
        }
    }
}

impl FoldRecord {
    fn of(fold: &FoldResult) -> Self {
        let targets = fold.targets.iter().map(|target| {
            let evaluation = &target.evaluation;
            let record = FoldTargetRecord {
                l2: target.strengths.clone(),
                n_rows: evaluation.n_rows,
                accuracy: evaluation.accuracy.value,
                macro_f1: evaluation.macro_f1.value,
                f_avg: evaluation.f_avg.value,
                log_loss: evaluation.log_loss.value,
                measures: MeasuresRecord::of(evaluation),
            };
            (target.target.clone(), record)
        });
        Self {
            name: fold.name.clone(),
            repeat: fold.repeat,
            n_train: fold.n_train,
            n_test: fold.n_test,
            n_purged: fold.n_purged,
            targets: targets.collect(),
            unanswered: fold.unanswered.clone(),
        }
    }
}

impl CurvePointRecord {
    fn of(point: &CurvePoint) -> Self {
        let targets = point.targets.iter().map(|target| {
            let record = CurveTargetRecord {
                measures: MeasuresRecord::of(&target.evaluation),
                n_unanswered: target.n_unanswered,
            };
            (target.target.clone(), record)
        });
        Self {
            share: point.share,
            n_train: point.n_train,
            targets: targets.collect(),
        }
    }
}
