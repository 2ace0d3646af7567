//! What training found out, as the record that its tables are written from.

use super::measures_record::MeasuresRecord;
use super::named::Named;
use detente_train::stream::StreamLog;
use detente_train::{Curve, HeadLog, LearningCurve, TrainLog, Trial, Tuning, Warning};
use serde::Serialize;

/// What training on rows that are all at hand found out.
///
/// [`Display`](std::fmt::Display) writes the tables that `detente train` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Training")
)]
#[non_exhaustive]
pub struct TrainingRecord {
    /// Rows that were learned from.
    pub n_rows: usize,
    /// Documents that they come from.
    pub n_documents: usize,
    /// Folds by which settings were chosen and scores measured.
    pub n_folds: usize,
    /// Folds whose rows were answered.
    pub n_answered_folds: usize,
    /// Features of the model.
    pub n_features: usize,
    /// Rows without a label.
    pub n_unlabelled: usize,
    /// Rows with a blank text.
    pub n_blank: usize,
    /// How settings were tried; null where they were not.
    pub tuning: Option<TuningRecord>,
    /// What came of each target; the measures are out of fold.
    pub targets: Named<'static, TrainedTargetRecord>,
    /// How right models of fewer rows are; null where it was not asked for.
    pub learning_curve: Option<LearningCurveRecord>,
    /// What is to be doubted.
    pub warnings: Vec<WarningRecord>,
}

/// What training row by row found out.
///
/// [`Display`](std::fmt::Display) writes the tables that `detente train --stream` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Streaming")
)]
#[non_exhaustive]
pub struct StreamingRecord {
    /// Rows that were read.
    pub n_rows: usize,
    /// How often they were.
    pub n_passes: usize,
    /// Rows that were never learned from.
    pub n_held_out: usize,
    /// Rows that the measures are of.
    pub n_measured: usize,
    /// Features of the model.
    pub n_features: usize,
    /// Buckets that n-grams are hashed into.
    pub n_buckets: usize,
    /// Rows without a label.
    pub n_unlabelled: usize,
    /// Rows with a blank text.
    pub n_blank: usize,
    /// Targets whose calibration stays as it was, for want of new rows.
    pub kept: Vec<String>,
    /// What came of each target; the measures are of rows that were not learned from.
    pub targets: Named<'static, TrainedTargetRecord>,
}

/// What came of a target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "TrainedTarget")
)]
#[non_exhaustive]
pub struct TrainedTargetRecord {
    /// Rows of each label.
    pub label_counts: Named<'static, usize>,
    /// The penalty that was chosen for each view.
    pub l2: String,
    /// The temperature that makes confidences true.
    pub temperature: f64,
    /// How right the model is.
    pub measures: MeasuresRecord,
    /// How right classifiers are that know next to nothing, by what they are called.
    pub baselines: Named<'static, MeasuresRecord>,
    /// The label that is hardest to tell; null where none is mistaken.
    pub hardest: Option<HardestRecord>,
}

/// The label that is hardest to tell.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Hardest")
)]
#[non_exhaustive]
pub struct HardestRecord {
    /// The label.
    pub label: String,
    /// Its F1.
    pub f1: Option<f64>,
    /// Its rows.
    pub support: u64,
    /// What it is most often taken for.
    pub taken_for: String,
    /// How many rows are.
    pub n_taken: u64,
}

/// How right models of fewer rows are.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "TrainingCurves")
)]
#[non_exhaustive]
pub struct LearningCurveRecord {
    /// By target; empty where there are too few rows to say.
    pub targets: Named<'static, TargetCurveRecord>,
}

/// How right models of fewer rows are on a target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "TargetCurve")
)]
#[non_exhaustive]
pub struct TargetCurveRecord {
    /// The sizes tried, the smallest first.
    pub points: Vec<SizeRecord>,
    /// Macro-F1 that [`MORE_ROWS`](Self::MORE_ROWS) more rows would buy; null where it does not rise.
    pub gain_of_more_rows: Option<f64>,
    /// Macro-F1 that twice the rows would buy; null where it does not rise.
    pub gain_of_twice_the_rows: Option<f64>,
}

/// How right models of some rows are.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Size")
)]
#[non_exhaustive]
pub struct SizeRecord {
    /// Rows learned from, on average over folds.
    pub n_rows: f64,
    /// The mean of the labels' F1.
    pub macro_f1: Option<f64>,
    /// The mean logarithmic loss.
    pub log_loss: Option<f64>,
}

/// How settings were tried.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Tuning")
)]
#[non_exhaustive]
pub struct TuningRecord {
    /// The log-loss of the settings that it began with.
    pub first_loss: f64,
    /// What was tried, in order.
    pub trials: Vec<TrialRecord>,
    /// Whether nothing was left to try when it ended.
    pub is_finished: bool,
    /// The flags that give the same model without tuning.
    pub flags: String,
}

/// A setting that was tried.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Trial")
)]
#[non_exhaustive]
pub struct TrialRecord {
    /// The setting as a flag.
    pub change: String,
    /// The log-loss with it.
    pub log_loss: f64,
    /// By how much that is less than before.
    pub gain: f64,
    /// The standard error of the gain.
    pub error: f64,
    /// Whether it was kept.
    pub is_kept: bool,
}

/// Something that is to be doubted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Warning")
)]
#[non_exhaustive]
pub struct WarningRecord {
    /// `few-rows`, `one-document`, `near-duplicates` or `edge-of-search`.
    pub kind: &'static str,
    /// What it is, in a sentence.
    pub sentence: String,
}

impl TrainingRecord {
    /// The record of a training, with how its settings were tried where they were.
    pub fn of(log: &TrainLog, tuning: Option<&Tuning>) -> Self {
        let warnings = log.warnings.iter();
        Self {
            n_rows: log.n_rows,
            n_documents: log.n_groups,
            n_folds: log.n_folds,
            n_answered_folds: log.n_answered_folds,
            n_features: log.n_features,
            n_unlabelled: log.n_unlabelled,
            n_blank: log.n_blank,
            tuning: tuning.map(TuningRecord::of),
            targets: TrainedTargetRecord::by_target(&log.heads),
            learning_curve: LearningCurveRecord::of(log),
            warnings: warnings.map(WarningRecord::of).collect(),
        }
    }
}

impl StreamingRecord {
    /// The record of a training row by row.
    pub fn of(log: &StreamLog) -> Self {
        Self {
            n_rows: log.n_rows,
            n_passes: log.n_passes,
            n_held_out: log.n_held_out,
            n_measured: log.n_measured,
            n_features: log.n_features,
            n_buckets: log.n_buckets,
            n_unlabelled: log.n_unlabelled,
            n_blank: log.n_blank,
            kept: log.kept.clone(),
            targets: TrainedTargetRecord::by_target(&log.heads),
        }
    }
}

impl TrainedTargetRecord {
    fn by_target(heads: &[HeadLog]) -> Named<'static, Self> {
        let heads = heads.iter();
        heads
            .map(|head| (head.target.clone(), Self::of(head)))
            .collect()
    }

    fn of(head: &HeadLog) -> Self {
        let baselines = head.baselines.iter().map(|baseline| {
            let name = baseline.kind.name();
            (name, MeasuresRecord::of(&baseline.evaluation))
        });
        Self {
            label_counts: head.label_counts.iter().cloned().collect(),
            l2: detente_model::strengths(&head.members),
            temperature: head.temperature,
            measures: MeasuresRecord::of(&head.out_of_fold),
            baselines: baselines.collect(),
            hardest: HardestRecord::of(head),
        }
    }
}

impl HardestRecord {
    fn of(head: &HeadLog) -> Option<Self> {
        let (label, other, n_taken) = head.hardest()?;
        let labels = &head.out_of_fold.labels;
        Some(Self {
            label: labels[label].label.clone(),
            f1: labels[label].f1.value,
            support: labels[label].support,
            taken_for: labels[other].label.clone(),
            n_taken,
        })
    }
}

impl LearningCurveRecord {
    fn of(log: &TrainLog) -> Option<Self> {
        let curves = match &log.curve {
            LearningCurve::NotAsked => return None,
            LearningCurve::TooSmall => &[][..],
            LearningCurve::Drawn(curves) => curves,
        };
        let curves = log.heads.iter().zip(curves);
        let targets =
            curves.map(|(head, curve)| (head.target.clone(), TargetCurveRecord::of(curve)));
        Some(Self {
            targets: targets.collect(),
        })
    }
}

impl TargetCurveRecord {
    /// Rows whose worth a curve is asked for.
    pub const MORE_ROWS: usize = 200;

    fn of(curve: &Curve) -> Self {
        let points = curve.points.iter().map(|point| SizeRecord {
            n_rows: point.n_rows,
            macro_f1: point.macro_f1,
            log_loss: point.log_loss,
        });
        Self {
            points: points.collect(),
            gain_of_more_rows: curve.gain(Self::MORE_ROWS),
            gain_of_twice_the_rows: curve.gain(curve.n_rows),
        }
    }
}

impl TuningRecord {
    fn of(tuning: &Tuning) -> Self {
        Self {
            first_loss: tuning.first_loss,
            trials: tuning.trials.iter().map(TrialRecord::of).collect(),
            is_finished: tuning.is_finished,
            flags: tuning.flags(),
        }
    }
}

impl TrialRecord {
    fn of(trial: &Trial) -> Self {
        Self {
            change: trial.setting.flag(),
            log_loss: trial.loss,
            gain: trial.gain,
            error: trial.error,
            is_kept: trial.is_kept,
        }
    }
}

impl WarningRecord {
    fn of(warning: &Warning) -> Self {
        Self {
            kind: match warning {
                Warning::FewRows { .. } => "few-rows",
                Warning::OneDocument { .. } => "one-document",
                Warning::NearDuplicates { .. } => "near-duplicates",
                Warning::EdgeOfSearch { .. } => "edge-of-search",
            },
            sentence: super::training_tables::sentence(warning),
        }
    }
}
