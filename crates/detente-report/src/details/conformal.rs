//! Whether prediction sets hold the truth as often as the model promises.

use super::json::measure_json;
use super::{EvaluationReport, percent};
use crate::evaluation::measure;
use crate::sheet::Sheet;
use crate::table::fine;
use detente_eval::evaluate::RiskReport;
use serde_json::{Value, json};

/// A line for each target and risk.
pub(super) fn sheet(report: &EvaluationReport) -> Sheet {
    let columns = [
        "target",
        "#risk",
        "#threshold",
        "set holds gold",
        "labels in a set",
        "answered",
        "wrong among them",
    ];
    let mut sheet = Sheet::new("Prediction sets of a bounded risk", &columns);
    let targets = report.evaluated.targets.iter();
    for ((target, _), reports) in targets.zip(&report.details.sets) {
        for (idx, found) in reports.iter().enumerate() {
            let report = &found.report;
            sheet.row([
                if idx == 0 {
                    target.given.target().to_owned()
                } else {
                    String::new()
                },
                percent(found.risk),
                fine(Some(found.threshold.value())),
                measure(report.coverage),
                measure(report.mean_set_size),
                measure(report.answered),
                measure(report.error),
            ]);
        }
    }
    sheet.note = Some(
        "a set has the labels with 1 - p up to the threshold of the model, which promises that it holds \
         the gold label but for the risk (split conformal); answered: the set is the given label alone, the \
         others `score --max-risk` defers; of all rows at most the risk should be answered and wrong"
            .into(),
    );
    sheet
}

/// An array with an object for each risk.
pub(super) fn json(reports: &[RiskReport]) -> Value {
    let objects = reports.iter().map(|found| {
        let report = &found.report;
        json!({
            "risk": found.risk,
            "threshold": found.threshold.value(),
            "n": report.n_rows,
            "coverage": measure_json(Some(&report.coverage)),
            "mean_set_size": measure_json(Some(&report.mean_set_size)),
            "answered": measure_json(Some(&report.answered)),
            "error": measure_json(Some(&report.error)),
            "n_answered": report.n_answered,
            "single": report.single,
            "empty": report.empty,
        })
    });
    objects.collect()
}
