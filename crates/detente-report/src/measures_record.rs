//! The measures of answers as records: a number with its interval, those of a whole, those of each label.

use super::article_record::Ends;
use super::named::Named;
use detente_metrics::evaluation::LabelReport;
use detente_metrics::{BootstrapParams, Evaluation, Interval, Measure, Metric};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// A number with its interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Measure")
)]
#[non_exhaustive]
pub struct MeasureRecord {
    /// The number; null where it is undefined.
    pub value: Option<f64>,
    /// The ends of its interval; null where there is none.
    pub interval: Ends,
}

/// What is known of the measures of a whole, by the name of the metric.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricsRecord<T>(Vec<(Metric, T)>);

/// Every measure of answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Measures")
)]
#[non_exhaustive]
pub struct MeasuresRecord {
    /// Rows that were answered.
    #[serde(rename = "n")]
    pub n_rows: usize,
    /// Documents that they come from, which is what the intervals rest on.
    #[serde(rename = "documents")]
    pub n_documents: usize,
    /// The numbers; null where one is undefined.
    #[serde(flatten)]
    pub values: MetricsRecord<Option<f64>>,
    /// The measures of each label.
    pub labels: Named<'static, LabelRecord>,
    /// How many rows of each gold label were answered with which.
    pub confusion: Named<'static, Named<'static, u64>>,
    /// The accuracy on the most confident rows; only where there are probabilities.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<SelectiveRecord>"))]
    pub selective: Option<Vec<SelectiveRecord>>,
    /// The intervals of the numbers; only where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "MetricsRecord<Ends>"))]
    pub intervals: Option<MetricsRecord<Ends>>,
    /// How the intervals were made.
    #[serde(skip)]
    pub(super) bootstrap: Option<BootstrapParams>,
}

/// The measures of one label.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Label")
)]
#[non_exhaustive]
pub struct LabelRecord {
    /// The share of the rows answered with it that are right.
    pub precision: Option<f64>,
    /// The share of its rows that are answered with it.
    pub recall: Option<f64>,
    /// The harmonic mean of both.
    pub f1: Option<f64>,
    /// The rows whose gold label it is.
    pub support: u64,
    /// The rows answered with it.
    pub predicted: u64,
    /// How well its probability tells its rows from the others.
    pub auc: Option<f64>,
    /// The intervals of the numbers.
    pub intervals: LabelIntervalsRecord,
}

/// The intervals of the measures of one label.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "LabelIntervals")
)]
#[non_exhaustive]
pub struct LabelIntervalsRecord {
    /// Of the precision.
    pub precision: Ends,
    /// Of the recall.
    pub recall: Ends,
    /// Of F1.
    pub f1: Ends,
    /// Of the area under the curve.
    pub auc: Ends,
}

/// The accuracy on the most confident rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Selective")
)]
#[non_exhaustive]
pub struct SelectiveRecord {
    /// The share of the rows that was asked for, in percent.
    pub percent: u32,
    /// The share that was reached.
    pub coverage: Option<f64>,
    /// How many rows these are.
    #[serde(rename = "n")]
    pub n_rows: Option<u64>,
    /// The confidence from which rows are among them.
    #[serde(rename = "threshold")]
    pub confidence: Option<f64>,
    /// The accuracy on them.
    pub accuracy: Option<f64>,
    /// Its interval.
    pub interval: Ends,
}

impl MeasuresRecord {
    /// The record of an evaluation.
    pub fn of(evaluation: &Evaluation) -> Self {
        let names = evaluation.labels.iter().map(|label| label.label.clone());
        let row = |gold: usize| {
            let counts = names.clone().enumerate();
            counts
                .map(|(given, name)| (name, evaluation.confusion.count(gold, given)))
                .collect()
        };
        let labels = evaluation.labels.iter();
        let has_curve = evaluation.risk_coverage.is_some();
        Self {
            n_rows: evaluation.n_rows,
            n_documents: evaluation.n_documents,
            values: MetricsRecord::of(evaluation, |_, measure| measure.value),
            labels: labels
                .map(|label| (label.label.clone(), LabelRecord::of(label)))
                .collect(),
            confusion: names
                .clone()
                .enumerate()
                .map(|(gold, name)| (name, row(gold)))
                .collect(),
            selective: has_curve.then(|| selective(evaluation)),
            intervals: evaluation
                .bootstrap
                .is_some()
                .then(|| MetricsRecord::of(evaluation, |_, measure| ends(measure.interval))),
            bootstrap: evaluation.bootstrap,
        }
    }

    /// A number with its interval; both undefined for a metric that is not one of a whole.
    pub fn measure(&self, metric: Metric) -> MeasureRecord {
        let intervals = self.intervals.as_ref();
        MeasureRecord {
            value: self.values.get(metric).copied().flatten(),
            interval: intervals.and_then(|all| all.get(metric).copied().flatten()),
        }
    }

    /// Every number with its interval.
    pub(super) fn measures(&self) -> impl Iterator<Item = (Metric, MeasureRecord)> + '_ {
        let metrics = self.values.0.iter().map(|(metric, _)| *metric);
        metrics.map(|metric| (metric, self.measure(metric)))
    }
}

fn selective(evaluation: &Evaluation) -> Vec<SelectiveRecord> {
    let reports = evaluation.selective.iter().map(|report| SelectiveRecord {
        percent: report.percent,
        coverage: report.point.map(|point| point.coverage),
        n_rows: report.point.map(|point| point.n_rows),
        confidence: report.point.map(|point| point.confidence),
        accuracy: report.accuracy.value,
        interval: ends(report.accuracy.interval),
    });
    reports.collect()
}

impl LabelRecord {
    fn of(label: &LabelReport) -> Self {
        Self {
            precision: label.precision.value,
            recall: label.recall.value,
            f1: label.f1.value,
            support: label.support,
            predicted: label.predicted,
            auc: label.auc.value,
            intervals: LabelIntervalsRecord {
                precision: ends(label.precision.interval),
                recall: ends(label.recall.interval),
                f1: ends(label.f1.interval),
                auc: ends(label.auc.interval),
            },
        }
    }

    /// Every number with its interval, by name.
    pub(super) fn measures(&self) -> [(&'static str, MeasureRecord); 4] {
        let intervals = &self.intervals;
        let measures = [
            ("precision", self.precision, intervals.precision),
            ("recall", self.recall, intervals.recall),
            ("f1", self.f1, intervals.f1),
            ("auc", self.auc, intervals.auc),
        ];
        measures.map(|(name, value, interval)| (name, MeasureRecord { value, interval }))
    }
}

impl SelectiveRecord {
    /// The accuracy with its interval.
    pub(super) fn measure(&self) -> MeasureRecord {
        MeasureRecord {
            value: self.accuracy,
            interval: self.interval,
        }
    }
}

impl From<Measure> for MeasureRecord {
    fn from(measure: Measure) -> Self {
        Self {
            value: measure.value,
            interval: ends(measure.interval),
        }
    }
}

/// The ends of an interval.
pub(super) fn ends(interval: Option<Interval>) -> Ends {
    interval.map(|interval| [interval.low, interval.high])
}

impl<T> MetricsRecord<T> {
    pub(super) fn of(evaluation: &Evaluation, part: impl Fn(Metric, Measure) -> T) -> Self {
        let measures = evaluation.measures();
        Self(
            measures
                .map(|(metric, measure)| (metric, part(metric, measure)))
                .collect(),
        )
    }

    /// What is known of a metric; `None` for one that is not of a whole.
    pub fn get(&self, metric: Metric) -> Option<&T> {
        let mut all = self.0.iter();
        all.find(|(known, _)| *known == metric)
            .map(|(_, value)| value)
    }
}

impl<T: Serialize> Serialize for MetricsRecord<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (metric, value) in &self.0 {
            map.serialize_entry(metric.name(), value)?;
        }
        map.end()
    }
}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for MetricsRecord<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Metrics_{}", T::schema_name()).into()
    }

    /// A property for each metric, with its definition.
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let metrics = Metric::of_scope(detente_metrics::metric::Scope::Whole);
        let names: Vec<&str> = metrics.map(Metric::name).collect();
        let properties = Metric::of_scope(detente_metrics::metric::Scope::Whole).map(|metric| {
            let mut value = generator.subschema_for::<T>();
            value.insert("description".into(), metric.definition().into());
            (metric.name().to_owned(), value.to_value())
        });
        let properties: serde_json::Map<_, _> = properties.collect();
        schemars::json_schema!({ "type": "object", "properties": properties, "required": names })
    }
}
