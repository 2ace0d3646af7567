//! A model made smaller: what it was, what it is, and what that costs.

use super::named::Named;
use super::sheet::Sheet;
use super::table::fine;
use detente_eval::shrink::TargetCost;
use detente_metrics::Evaluation;
use detente_model::Model;
use serde::Serialize;
use std::fmt;

/// A model made smaller.
///
/// As JSON it is the object that `detente shrink --format json` prints; [`Display`](std::fmt::Display) writes the
/// tables that `detente shrink` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Shrinking")
)]
#[non_exhaustive]
pub struct ShrinkingRecord {
    /// Bytes of the file.
    #[serde(rename = "bytes")]
    pub n_bytes: BeforeAfter<usize>,
    /// Features.
    #[serde(rename = "features")]
    pub n_features: BeforeAfter<usize>,
    /// Bits of a weight.
    #[serde(rename = "weight_bits")]
    pub n_weight_bits: BeforeAfter<u32>,
    /// Texts of which it can be told that they were in training.
    #[serde(rename = "training_texts")]
    pub n_training_texts: BeforeAfter<usize>,
    /// What it costs, by target; null where nothing was measured.
    pub targets: Option<Named<'static, TargetCostRecord>>,
}

/// Something of a model, and of what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct BeforeAfter<T> {
    /// Of the model as it came.
    pub before: T,
    /// Of the new one.
    pub after: T,
}

/// What a smaller model costs on a target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "TargetCost")
)]
#[non_exhaustive]
pub struct TargetCostRecord {
    /// Rows that were measured.
    #[serde(rename = "rows")]
    pub n_rows: usize,
    /// Rows that get another label.
    #[serde(rename = "changed")]
    pub n_changed: usize,
    /// How right each is.
    #[serde(flatten)]
    pub measures: BeforeAfter<CostMeasuresRecord>,
}

/// The measures by which two sizes of a model are compared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "CostMeasures")
)]
#[non_exhaustive]
pub struct CostMeasuresRecord {
    /// The share that is right.
    pub accuracy: Option<f64>,
    /// The mean of the labels' F1.
    pub macro_f1: Option<f64>,
    /// The mean logarithmic loss.
    pub log_loss: Option<f64>,
    /// How far confidences are from the truth.
    pub ece: Option<f64>,
}

impl ShrinkingRecord {
    /// The record of a model and of what became of it, with the bytes of either's file and, where there are rows to
    /// measure it on, what it costs.
    pub fn of(
        [whole, small]: [&Model; 2],
        [whole_bytes, small_bytes]: [usize; 2],
        cost: Option<&[TargetCost]>,
    ) -> Self {
        let n_features = |model: &Model| model.vectorizer().vocabulary().len();
        let n_texts = |model: &Model| model.record().training_texts.n_texts();
        let targets = cost.map(|cost| {
            let targets = cost.iter();
            targets
                .map(|target| (target.target.clone(), TargetCostRecord::of(target)))
                .collect()
        });
        Self {
            n_bytes: BeforeAfter::new(whole_bytes, small_bytes),
            n_features: BeforeAfter::new(n_features(whole), n_features(small)),
            n_weight_bits: BeforeAfter::new(whole.weight_bits(), small.weight_bits()),
            n_training_texts: BeforeAfter::new(n_texts(whole), n_texts(small)),
            targets,
        }
    }
}

impl<T> BeforeAfter<T> {
    pub(super) fn new(before: T, after: T) -> Self {
        Self { before, after }
    }
}

impl<T: Copy> BeforeAfter<T> {
    fn row(self, name: &str, text: impl Fn(T) -> String) -> [String; 3] {
        [name.to_owned(), text(self.before), text(self.after)]
    }
}

impl TargetCostRecord {
    fn of(target: &TargetCost) -> Self {
        let measures = |evaluation: &Evaluation| CostMeasuresRecord {
            accuracy: evaluation.accuracy.value,
            macro_f1: evaluation.macro_f1.value,
            log_loss: evaluation.log_loss.value,
            ece: evaluation.ece.value,
        };
        Self {
            n_rows: target.n_rows,
            n_changed: target.n_changed,
            measures: BeforeAfter::new(measures(&target.before), measures(&target.after)),
        }
    }
}

impl fmt::Display for ShrinkingRecord {
    /// The tables that `detente shrink` prints, with colors.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sheet = Sheet::new("", &["", "#before", "#after"]);
        let megabytes = |n: usize| format!("{:.2} MB", n as f64 / 1e6);
        sheet.row(self.n_bytes.row("size", megabytes));
        sheet.row(self.n_features.row("features", |n| n.to_string()));
        sheet.row(self.n_weight_bits.row("bits a weight", |n| n.to_string()));
        let texts = self
            .n_training_texts
            .row("training texts known", |n| n.to_string());
        sheet.row(texts);
        f.write_str(&sheet.terminal())?;
        let Some(targets) = &self.targets else {
            return Ok(());
        };
        let columns = [
            "target",
            "#rows",
            "#macro-F1 before",
            "#after",
            "#log-loss before",
            "#after",
            "#labels changed",
        ];
        let mut sheet = Sheet::new("", &columns);
        for (name, target) in targets.iter() {
            let BeforeAfter { before, after } = target.measures;
            let changed = target.n_changed as f64 / target.n_rows.max(1) as f64;
            sheet.row([
                name.to_owned(),
                target.n_rows.to_string(),
                fine(before.macro_f1),
                fine(after.macro_f1),
                fine(before.log_loss),
                fine(after.log_loss),
                format!("{} ({:.1} %)", target.n_changed, 100.0 * changed),
            ]);
        }
        write!(f, "\n{}", sheet.terminal())
    }
}
