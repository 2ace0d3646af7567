//! How right a model is, as the record that every format is written from.

use super::article_record::Ends;
use super::measures_record::{MeasureRecord, MeasuresRecord, ends};
use super::named::Named;
use detente_data::corpus::LeftOut;
use detente_eval::contamination::Contamination;
use detente_eval::evaluate::{Details, Drift, Evaluated, LabelShares, RiskReport, Slice};
use serde::Serialize;
use std::collections::BTreeMap;

/// An evaluation: the measures, and what stands beside them where it was looked for.
///
/// As JSON it is the object that `detente evaluate --format json` prints; [`Display`](std::fmt::Display) writes the
/// tables that `detente evaluate` prints. Undefined numbers are null, intervals are `[low, high]`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Evaluation")
)]
#[non_exhaustive]
pub struct EvaluationRecord {
    /// The name of the model.
    pub model: String,
    /// The names of the data files.
    pub data: DataNames,
    /// Rows with a text and a label on a target that the model knows.
    #[serde(rename = "n")]
    pub n_rows: usize,
    /// How right the model is on each target.
    pub targets: Named<'static, TargetEvaluationRecord>,
    /// How right it is on all rows of the targets that share their labels; null where no two do.
    pub pooled: Option<MeasuresRecord>,
    /// Rows of targets that the model lacks, by target.
    pub unknown_targets: BTreeMap<String, usize>,
    /// What stands beside the measures; only where it was looked for.
    #[serde(flatten)]
    pub details: Option<DetailsRecord>,
}

/// The names of data files: of one a text, of several a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[non_exhaustive]
pub enum DataNames {
    /// The name of the only file.
    One(String),
    /// The names of several files.
    Several(Vec<String>),
}

/// How right a model is on a target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "TargetEvaluation")
)]
#[non_exhaustive]
pub struct TargetEvaluationRecord {
    /// The measures.
    #[serde(flatten)]
    pub measures: MeasuresRecord,
    /// What stands beside them; only where it was looked for.
    #[serde(flatten)]
    pub details: Option<TargetDetailsRecord>,
}

/// What stands beside the measures of a target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "TargetDetails")
)]
#[non_exhaustive]
pub struct TargetDetailsRecord {
    /// How right classifiers are that know next to nothing, by what they are called.
    pub baselines: Named<'static, MeasuresRecord>,
    /// How common each label is.
    pub shares: Named<'static, LabelShareRecord>,
    /// Whether prediction sets hold the truth as often as the model promises, at several risks.
    pub conformal: Vec<RiskRecord>,
}

/// How common a label is, counted in several ways.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "LabelShare")
)]
#[non_exhaustive]
pub struct LabelShareRecord {
    /// Among the rows of training.
    pub training: Option<f64>,
    /// Among the gold labels.
    pub gold: f64,
    /// Among the answers.
    pub counted: Option<MeasureRecord>,
    /// Among the answers, adjusted by the errors out of fold.
    pub adjusted: Option<MeasureRecord>,
    /// By expectation-maximisation from the probabilities.
    pub corrected: Option<MeasureRecord>,
}

/// Prediction sets at a risk.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Risk")
)]
#[non_exhaustive]
pub struct RiskRecord {
    /// The share of sets that may miss the truth.
    pub risk: f64,
    /// Labels with 1 - p up to this are in a set.
    pub threshold: f64,
    /// Rows with a set.
    #[serde(rename = "n")]
    pub n_rows: u64,
    /// The share of sets that hold the truth.
    pub coverage: MeasureRecord,
    /// Labels in a set.
    pub mean_set_size: MeasureRecord,
    /// The share of rows whose set is the given label alone.
    pub answered: MeasureRecord,
    /// The share of wrong answers among them.
    pub error: MeasureRecord,
    /// How many rows these are.
    pub n_answered: u64,
    /// How many rows are answered with a wrong label; of all rows at most the risk should be.
    #[serde(rename = "given_and_wrong")]
    pub n_wrong: u64,
    /// Sets of one label.
    #[serde(rename = "single")]
    pub n_single: u64,
    /// Sets without a label.
    #[serde(rename = "empty")]
    pub n_empty: u64,
}

/// What stands beside the measures of all targets.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Details")
)]
#[non_exhaustive]
pub struct DetailsRecord {
    /// The measures of parts of the rows.
    pub slices: Vec<SliceRecord>,
    /// Rows of the files that were not measured.
    pub left_out: LeftOutRecord,
    /// What of the data the model has seen.
    pub contamination: ContaminationRecord,
    /// How far the data are from those of training.
    pub drift: DriftRecord,
}

/// The measures of the rows with one value in a column.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Slice")
)]
#[non_exhaustive]
pub struct SliceRecord {
    /// The measures.
    #[serde(flatten)]
    pub measures: MeasuresRecord,
    /// The target.
    pub target: String,
    /// The column.
    pub column: String,
    /// The value.
    pub value: String,
    /// Whether there are too few rows to say much.
    #[serde(rename = "small")]
    pub is_small: bool,
    /// Whether the model is worse here than elsewhere, beyond chance.
    #[serde(rename = "below_rest")]
    pub is_below_rest: bool,
    /// How the slice differs from the other rows.
    pub against_rest: AgainstRestRecord,
}

/// How a slice differs from the other rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "AgainstRest")
)]
#[non_exhaustive]
pub struct AgainstRestRecord {
    /// By which measure.
    pub metric: &'static str,
    /// The measure of the other rows.
    pub rest: Option<f64>,
    /// That of the slice less that of the rest.
    pub difference: Option<f64>,
    /// The interval of the difference.
    pub interval: Ends,
    /// How likely such a difference is by chance.
    pub p_value: Option<f64>,
    /// The same, corrected for the slices of the target (Holm).
    pub corrected_p_value: Option<f64>,
}

/// Rows of the files that were not used.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "LeftOut")
)]
#[non_exhaustive]
pub struct LeftOutRecord {
    /// Rows without a label.
    #[serde(rename = "unlabelled")]
    pub n_unlabelled: usize,
    /// Rows with a blank text.
    #[serde(rename = "blank")]
    pub n_blank: usize,
    /// Rows that were not asked for.
    #[serde(rename = "passed_over")]
    pub n_passed_over: usize,
}

/// What of the data a model has seen.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Contamination")
)]
#[non_exhaustive]
pub struct ContaminationRecord {
    /// Rows that were looked at.
    #[serde(rename = "n")]
    pub n_rows: usize,
    /// Texts of training that the model knows; 0 where it keeps none.
    #[serde(rename = "training_texts")]
    pub n_training_texts: usize,
    /// Rows whose text was in training.
    #[serde(rename = "exact")]
    pub n_exact: usize,
    /// Rows whose text nearly was.
    #[serde(rename = "near")]
    pub n_near: usize,
    /// Groups of rows.
    #[serde(rename = "groups")]
    pub n_groups: usize,
    /// The groups that were in training.
    pub shared_groups: Vec<String>,
    /// Their rows.
    #[serde(rename = "rows_of_shared_groups")]
    pub n_rows_of_shared_groups: usize,
}

/// How far data are from those of training.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Drift")
)]
#[non_exhaustive]
pub struct DriftRecord {
    /// Words of the rows.
    #[serde(rename = "words")]
    pub n_words: usize,
    /// Words that the model does not know.
    #[serde(rename = "unknown_words")]
    pub n_unknown_words: usize,
    /// Their share.
    pub unknown_word_share: Option<f64>,
    /// The same in training, each fold by the others.
    pub training_unknown_word_share: Option<f64>,
    /// Rows in which the model knows no word.
    #[serde(rename = "rows_without_known_word")]
    pub n_rows_without_known_word: usize,
    /// The share of such rows in training, each fold by the others.
    pub training_share_of_rows_without_known_word: Option<f64>,
    /// Whether so many words are unknown that scores are to be doubted.
    #[serde(rename = "high")]
    pub is_high: bool,
    /// The commonest words of training that were compared.
    #[serde(rename = "compared_features")]
    pub n_compared_features: usize,
    /// Those that are more or less common here, beyond chance.
    pub differing_features: Vec<ShiftRecord>,
}

/// A word that is more or less common than in training.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Shift")
)]
#[non_exhaustive]
pub struct ShiftRecord {
    /// The feature.
    pub feature: String,
    /// The share of rows of training with it.
    pub training: f64,
    /// The share of rows here.
    pub here: f64,
    /// By how much they differ, divided by the design effect.
    pub chi_square: f64,
    /// How much less rows of documents say than rows drawn alone.
    pub design_effect: f64,
    /// How likely such a difference is by chance, corrected (Holm).
    pub corrected_p_value: f64,
}

impl EvaluationRecord {
    /// The record of an evaluation; `model` and `data` are the names it shall carry.
    pub fn of(model: &str, data: &[String], evaluated: &Evaluated) -> Self {
        let targets = evaluated.targets.iter().map(|(target, evaluation)| {
            let record = TargetEvaluationRecord {
                measures: MeasuresRecord::of(evaluation),
                details: None,
            };
            (target.given.target().to_owned(), record)
        });
        Self {
            model: model.to_owned(),
            data: DataNames::of(data),
            n_rows: evaluated.n_rows,
            targets: targets.collect(),
            pooled: evaluated.pooled.as_ref().map(MeasuresRecord::of),
            unknown_targets: evaluated.unknown_targets.clone(),
            details: None,
        }
    }

    /// The same with what stands beside the measures.
    pub fn with_details(mut self, evaluated: &Evaluated, details: &Details) -> Self {
        let targets = self.targets.values_mut().zip(&details.baselines);
        for (target_idx, (target, baselines)) in targets.enumerate() {
            let baselines = baselines.iter().map(|baseline| {
                let name = baseline.kind.name();
                (name, MeasuresRecord::of(&baseline.evaluation))
            });
            let labels = target.measures.labels.iter().enumerate();
            let shares = labels.map(|(label_idx, (label, _))| {
                let share = LabelShareRecord::of(&details.shares[target_idx], label_idx);
                (label.to_owned(), share)
            });
            target.details = Some(TargetDetailsRecord {
                baselines: baselines.collect(),
                shares: shares.collect(),
                conformal: details.sets[target_idx]
                    .iter()
                    .map(RiskRecord::of)
                    .collect(),
            });
        }
        let slices = details.slices.iter();
        self.details = Some(DetailsRecord {
            slices: slices
                .map(|slice| SliceRecord::of(evaluated, slice))
                .collect(),
            left_out: LeftOutRecord::of(&evaluated.left_out),
            contamination: ContaminationRecord::of(&details.contamination),
            drift: DriftRecord::of(&details.drift),
        });
        self
    }
}

impl DataNames {
    fn of(names: &[String]) -> Self {
        match names {
            [only] => Self::One(only.clone()),
            several => Self::Several(several.to_vec()),
        }
    }

    /// The names with commas between them.
    pub fn joined(&self) -> String {
        match self {
            Self::One(only) => only.clone(),
            Self::Several(names) => names.join(", "),
        }
    }
}

impl LabelShareRecord {
    fn of(shares: &LabelShares, label_idx: usize) -> Self {
        let measure = |shares: &[_]| shares.get(label_idx).copied().map(MeasureRecord::from);
        Self {
            training: shares.training.get(label_idx).copied(),
            gold: shares.gold[label_idx],
            counted: measure(&shares.counted),
            adjusted: measure(&shares.adjusted),
            corrected: measure(&shares.corrected),
        }
    }
}

impl RiskRecord {
    fn of(found: &RiskReport) -> Self {
        let report = &found.report;
        Self {
            risk: found.risk,
            threshold: found.threshold.value(),
            n_rows: report.n_rows,
            coverage: report.coverage.into(),
            mean_set_size: report.mean_set_size.into(),
            answered: report.answered.into(),
            error: report.error.into(),
            n_answered: report.n_answered,
            n_wrong: report.n_wrong,
            n_single: report.single,
            n_empty: report.empty,
        }
    }
}

impl SliceRecord {
    fn of(evaluated: &Evaluated, slice: &Slice) -> Self {
        let difference = &slice.difference;
        Self {
            measures: MeasuresRecord::of(&slice.evaluation),
            target: evaluated.part_name(slice.target_idx).to_owned(),
            column: slice.column.clone(),
            value: slice.value.clone(),
            is_small: slice.is_small(),
            is_below_rest: slice.is_below(),
            against_rest: AgainstRestRecord {
                metric: difference.metric.name(),
                rest: difference.rest,
                difference: difference.difference.value,
                interval: ends(difference.difference.interval),
                p_value: difference.p_value,
                corrected_p_value: slice.corrected,
            },
        }
    }
}

impl LeftOutRecord {
    pub(super) fn of(left_out: &LeftOut) -> Self {
        Self {
            n_unlabelled: left_out.n_unlabelled,
            n_blank: left_out.n_blank,
            n_passed_over: left_out.n_passed_over,
        }
    }
}

impl ContaminationRecord {
    /// The record of what a model has seen.
    pub fn of(contamination: &Contamination) -> Self {
        Self {
            n_rows: contamination.n_rows,
            n_training_texts: contamination.n_training_texts,
            n_exact: contamination.exact.len(),
            n_near: contamination.near.len(),
            n_groups: contamination.n_groups,
            shared_groups: contamination.shared_groups.clone(),
            n_rows_of_shared_groups: contamination.n_rows_of_shared,
        }
    }
}

impl DriftRecord {
    fn of(drift: &Drift) -> Self {
        let differing = drift.differing().map(|(feature, shift)| ShiftRecord {
            feature: feature.clone(),
            training: shift.training,
            here: shift.here,
            chi_square: shift.chi_square,
            design_effect: shift.design_effect,
            corrected_p_value: shift.p_value,
        });
        Self {
            n_words: drift.n_words,
            n_unknown_words: drift.n_unknown_words,
            unknown_word_share: drift.unknown_words(),
            training_unknown_word_share: drift.training_unknown_words,
            n_rows_without_known_word: drift.n_unknown_rows,
            training_share_of_rows_without_known_word: drift.training_unknown_rows,
            is_high: drift.is_high(),
            n_compared_features: drift.shifts.len(),
            differing_features: differing.collect(),
        }
    }
}
