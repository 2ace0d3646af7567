//! An evaluation as CSV, one number a line.

use detente_eval::evaluate::{Details, Evaluated};
use detente_metrics::{Evaluation, Measure};

const COLUMNS: [&str; 12] = [
    "target",
    "part",
    "column",
    "value",
    "label",
    "measure",
    "n",
    "documents",
    "estimate",
    "low",
    "high",
    "p_value",
];

/// Where a number belongs: target, part, column, value.
type Place<'a> = [&'a str; 4];

/// Every number of an evaluation: `target,part,column,value,label,measure,n,documents,estimate,low,
/// high,p_value`. `part` is `whole`, `baseline`, `share`, `conformal` (`column` is `risk`) or `slice`; an
/// undefined number is empty.
pub(super) fn csv(evaluated: &Evaluated, details: &Details) -> Vec<u8> {
    let mut rows = Rows::new();
    for (target_idx, (target, evaluation)) in evaluated.targets.iter().enumerate() {
        let target = target.given.target();
        rows.evaluation([target, "whole", "", ""], evaluation);
        for baseline in &details.baselines[target_idx] {
            let place = [target, "baseline", "", baseline.kind.name()];
            rows.evaluation(place, &baseline.evaluation);
        }
        let shares = &details.shares[target_idx];
        for (idx, label) in evaluation.labels.iter().enumerate() {
            let place = [target, "share", "", ""];
            let kinds = [
                ("counted", &shares.counted),
                ("adjusted", &shares.adjusted),
                ("corrected", &shares.corrected),
            ];
            for (kind, measures) in kinds {
                let measure = measures.get(idx).copied().unwrap_or_default();
                rows.number(place, evaluation, &label.label, kind, measure, None);
            }
        }
    }
    for ((target, evaluation), reports) in evaluated.targets.iter().zip(&details.sets) {
        for found in reports {
            let risk = found.risk.to_string();
            let place = [target.given.target(), "conformal", "risk", &risk];
            let measures = [
                ("set_coverage", found.report.coverage),
                ("set_size", found.report.mean_set_size),
                ("answered", found.report.answered),
                ("error_of_answered", found.report.error),
            ];
            for (name, measure) in measures {
                rows.number(place, evaluation, "", name, measure, None);
            }
        }
    }
    if let Some(pooled) = &evaluated.pooled {
        rows.evaluation(["pooled", "whole", "", ""], pooled);
    }
    for slice in &details.slices {
        let target = evaluated.part_name(slice.target_idx);
        let place = [target, "slice", &slice.column, &slice.value];
        rows.evaluation(place, &slice.evaluation);
        let difference = slice.difference.difference;
        let name = format!("{}_less_rest", slice.difference.metric.name());
        let p_value = slice.corrected;
        rows.number(place, &slice.evaluation, "", &name, difference, p_value);
    }
    rows.finish()
}

/// Measures line by line.
pub(super) struct Rows(csv::Writer<Vec<u8>>);

impl Rows {
    /// The header.
    pub(super) fn new() -> Self {
        let mut rows = Self(csv::Writer::from_writer(Vec::new()));
        rows.write(COLUMNS.map(str::to_owned));
        rows
    }

    pub(super) fn finish(self) -> Vec<u8> {
        // Invariant: writing to memory does not fail.
        self.0.into_inner().expect("memory takes every row")
    }

    fn write(&mut self, record: [String; 12]) {
        // Invariant: writing to memory does not fail, and every row has twelve fields.
        self.0.write_record(record).expect("memory takes every row");
    }

    pub(super) fn evaluation(&mut self, place: Place, evaluation: &Evaluation) {
        for (metric, measure) in evaluation.measures() {
            self.number(place, evaluation, "", metric.name(), measure, None);
        }
        for label in &evaluation.labels {
            let measures = [
                ("precision", label.precision),
                ("recall", label.recall),
                ("f1", label.f1),
                ("auc", label.auc),
            ];
            for (name, measure) in measures {
                self.number(place, evaluation, &label.label, name, measure, None);
            }
        }
        for report in &evaluation.selective {
            let name = format!("accuracy_at_{}_percent", report.percent);
            self.number(place, evaluation, "", &name, report.accuracy, None);
        }
    }

    fn number(
        &mut self,
        place: Place,
        evaluation: &Evaluation,
        label: &str,
        name: &str,
        measure: Measure,
        p_value: Option<f64>,
    ) {
        let exact = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.6}"));
        let [target, part, column, value] = place.map(str::to_owned);
        self.write([
            target,
            part,
            column,
            value,
            label.to_owned(),
            name.to_owned(),
            evaluation.n_rows.to_string(),
            evaluation.n_documents.to_string(),
            exact(measure.value),
            exact(measure.interval.map(|interval| interval.low)),
            exact(measure.interval.map(|interval| interval.high)),
            p_value.map_or(String::new(), |p| format!("{p:.3e}")),
        ]);
    }
}
