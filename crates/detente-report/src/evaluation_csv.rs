//! An evaluation as CSV, one number a line.

use super::evaluation_record::EvaluationRecord;
use super::measures_record::{MeasureRecord, MeasuresRecord};
use detente_metrics::selective::COVERAGES;

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

impl EvaluationRecord {
    /// As CSV, one number a line: `target,part,column,value,label,measure,n,documents,estimate,low,high,p_value`.
    /// `part` is `whole`, `baseline`, `share`, `conformal` (`column` is `risk`) or `slice`; an undefined number is
    /// empty.
    pub fn csv(&self) -> Vec<u8> {
        let mut rows = Rows::new();
        let with_details = || {
            let targets = self.targets.iter();
            targets.filter_map(|(target, record)| {
                Some((target, &record.measures, record.details.as_ref()?))
            })
        };
        for (target, record) in self.targets.iter() {
            rows.measures([target, "whole", "", ""], &record.measures);
            if let Some(details) = &record.details {
                for (name, baseline) in details.baselines.iter() {
                    rows.measures([target, "baseline", "", name], baseline);
                }
                for (label, share) in details.shares.iter() {
                    let place = [target, "share", "", ""];
                    let kinds = [
                        ("counted", share.counted),
                        ("adjusted", share.adjusted),
                        ("corrected", share.corrected),
                    ];
                    for (kind, measure) in kinds {
                        let measure = measure.unwrap_or_default();
                        rows.number(place, &record.measures, label, kind, measure, None);
                    }
                }
            }
        }
        for (target, measures, details) in with_details() {
            for found in &details.conformal {
                let risk = found.risk.to_string();
                let place = [target, "conformal", "risk", &risk];
                let numbers = [
                    ("set_coverage", found.coverage),
                    ("set_size", found.mean_set_size),
                    ("answered", found.answered),
                    ("error_of_answered", found.error),
                ];
                for (name, number) in numbers {
                    rows.number(place, measures, "", name, number, None);
                }
            }
        }
        if let Some(pooled) = &self.pooled {
            rows.measures(["pooled", "whole", "", ""], pooled);
        }
        for slice in self.details.iter().flat_map(|details| &details.slices) {
            let place = [&slice.target, "slice", &slice.column, &slice.value];
            rows.measures(place, &slice.measures);
            let rest = &slice.against_rest;
            let name = format!("{}_less_rest", rest.metric);
            let difference = MeasureRecord {
                value: rest.difference,
                interval: rest.interval,
            };
            let p_value = rest.corrected_p_value;
            rows.number(place, &slice.measures, "", &name, difference, p_value);
        }
        rows.finish()
    }
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

    pub(super) fn measures(&mut self, place: Place, measures: &MeasuresRecord) {
        for (metric, measure) in measures.measures() {
            self.number(place, measures, "", metric.name(), measure, None);
        }
        for (label, record) in measures.labels.iter() {
            for (name, measure) in record.measures() {
                self.number(place, measures, label, name, measure, None);
            }
        }
        // Without probabilities every coverage has a line, too, with nothing in it.
        for (idx, percent) in COVERAGES.iter().enumerate() {
            let found = measures.selective.as_ref().and_then(|all| all.get(idx));
            let name = format!("accuracy_at_{percent}_percent");
            let measure = found.map(|found| found.measure()).unwrap_or_default();
            self.number(place, measures, "", &name, measure, None);
        }
    }

    fn number(
        &mut self,
        place: Place,
        measures: &MeasuresRecord,
        label: &str,
        name: &str,
        measure: MeasureRecord,
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
            measures.n_rows.to_string(),
            measures.n_documents.to_string(),
            exact(measure.value),
            exact(measure.interval.map(|[low, _]| low)),
            exact(measure.interval.map(|[_, high]| high)),
            p_value.map_or(String::new(), |p| format!("{p:.3e}")),
        ]);
    }
}
