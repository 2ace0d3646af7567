//! A model calibrated anew: on what, what moved, and how right it was before and is now.

use super::measures_record::MeasuresRecord;
use super::named::Named;
use super::sheet::Sheet;
use super::shrinking::BeforeAfter;
use super::table::{fine, measure};
use detente_error::visible;
use detente_metrics::Metric;
use detente_train::{Recalibration, TargetRecalibration};
use serde::Serialize;
use std::fmt;

/// A model calibrated anew.
///
/// As JSON it is the object that `detente calibrate --format json` prints; [`Display`](std::fmt::Display) writes the
/// tables that `detente calibrate` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Recalibration")
)]
#[non_exhaustive]
pub struct RecalibrationRecord {
    /// Rows that it rests on.
    #[serde(rename = "rows")]
    pub n_rows: usize,
    /// Documents they come from.
    #[serde(rename = "documents")]
    pub n_documents: usize,
    /// What changed, by target.
    pub targets: Named<'static, TargetRecalibrationRecord>,
    /// Labelled rows of the targets that keep what they had, since these are too few, by target.
    pub kept: Named<'static, usize>,
}

/// What a new calibration changed on one target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "TargetRecalibration")
)]
#[non_exhaustive]
pub struct TargetRecalibrationRecord {
    /// The temperature.
    pub temperature: BeforeAfter<f64>,
    /// What is added to the margin of each label, by label.
    pub shifts: Named<'static, f64>,
    /// Whether labels are decided anew, too.
    pub has_new_decision: bool,
    /// How right it was on these rows as it came.
    pub before: MeasuresRecord,
    /// How right it is on rows of each fold after a calibration on those of the others.
    pub after: MeasuresRecord,
}

impl RecalibrationRecord {
    /// The record of a new calibration.
    pub fn of(recalibration: &Recalibration) -> Self {
        let targets = recalibration.targets.iter();
        Self {
            n_rows: recalibration.n_rows,
            n_documents: recalibration.n_groups,
            targets: targets
                .map(|target| {
                    let record = TargetRecalibrationRecord::of(target);
                    (target.target.clone(), record)
                })
                .collect(),
            kept: recalibration.kept.iter().cloned().collect(),
        }
    }
}

impl TargetRecalibrationRecord {
    fn of(target: &TargetRecalibration) -> Self {
        let [before, after] = target.temperature;
        Self {
            temperature: BeforeAfter::new(before, after),
            shifts: target.shifts.iter().cloned().collect(),
            has_new_decision: target.has_new_decision,
            before: MeasuresRecord::of(&target.before),
            after: MeasuresRecord::of(&target.after),
        }
    }
}

/// The measures of the table, by their names there.
const SHOWN: [(&str, Metric); 4] = [
    ("log-loss", Metric::LogLoss),
    ("ECE", Metric::Ece),
    ("macro-F1", Metric::MacroF1),
    ("F avg", Metric::FAvg),
];

impl fmt::Display for RecalibrationRecord {
    /// The tables that `detente calibrate` prints, with colors.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = [
            "target",
            "#rows",
            "#T before",
            "#after",
            "added to the margins",
        ];
        let mut sheet = Sheet::new("", &columns);
        for (name, target) in self.targets.iter() {
            let shifts = target.shifts.iter();
            let shifts = shifts.map(|(label, shift)| format!("{label} {shift:+.2}"));
            sheet.row([
                name.to_owned(),
                target.after.n_rows.to_string(),
                fine(Some(target.temperature.before)),
                fine(Some(target.temperature.after)),
                shifts.collect::<Vec<_>>().join(", "),
            ]);
        }
        f.write_str(&sheet.terminal())?;
        let mut sheet = Sheet::new("", &["target", "", "#before", "#after"]);
        for (name, target) in self.targets.iter() {
            for (at, (title, metric)) in SHOWN.into_iter().enumerate() {
                let (before, after) = (target.before.measure(metric), target.after.measure(metric));
                if metric == Metric::FAvg && after.value.is_none() {
                    continue;
                }
                let name = if at == 0 { name } else { "" };
                sheet.row([
                    name.to_owned(),
                    title.to_owned(),
                    measure(before),
                    measure(after),
                ]);
            }
        }
        write!(f, "\n{}", sheet.terminal())?;
        f.write_str(
            "before: the model as it came; after: rows of each fold, calibrated on those of the others; \
             in brackets 95 % intervals by document\n",
        )?;
        for (name, target) in self.targets.iter() {
            if !target.has_new_decision {
                writeln!(
                    f,
                    "{}: too few rows to decide labels anew; the thresholds stay",
                    visible(name)
                )?;
            }
        }
        for (name, n_rows) in self.kept.iter() {
            writeln!(
                f,
                "{}: keeps its calibration; {n_rows} rows are labelled on it",
                visible(name)
            )?;
        }
        Ok(())
    }
}
