//! How right a model is, as one JSON object or as tables.

use super::sheet::Sheet;
use super::table::fine;
use detente_error::counted;
use detente_eval::evaluate::Evaluated;
use detente_metrics::{Evaluation, Interval, Measure, Metric};
use serde_json::{Map, Value, json};

/// The evaluation as one JSON object; `model` and `data` are the names it shall carry. Undefined
/// numbers are `null`. `interval` fields are `[low, high]`.
pub fn evaluation_json(model: &str, data: &[String], evaluated: &Evaluated) -> Value {
    let mut targets = Map::new();
    for (target, evaluation) in &evaluated.targets {
        targets.insert(target.given.target().to_owned(), measures_json(evaluation));
    }
    json!({
        "model": model,
        "data": if data.len() == 1 { json!(data[0]) } else { json!(data) },
        "n": evaluated.n_rows,
        "targets": targets,
        "pooled": evaluated.pooled.as_ref().map(measures_json),
        "unknown_targets": evaluated.unknown_targets,
    })
}

pub(super) fn measures_json(evaluation: &Evaluation) -> Value {
    let mut value = Map::new();
    value.insert("n".into(), json!(evaluation.n_rows));
    value.insert("documents".into(), json!(evaluation.n_documents));
    let mut intervals = Map::new();
    for (metric, measure) in evaluation.measures() {
        value.insert(metric.name().into(), json!(measure.value));
        intervals.insert(metric.name().into(), interval_json(measure.interval));
    }
    let mut labels = Map::new();
    for label in &evaluation.labels {
        let report = json!({
            "precision": label.precision.value,
            "recall": label.recall.value,
            "f1": label.f1.value,
            "support": label.support,
            "predicted": label.predicted,
            "auc": label.auc.value,
            "intervals": {
                "precision": interval_json(label.precision.interval),
                "recall": interval_json(label.recall.interval),
                "f1": interval_json(label.f1.interval),
                "auc": interval_json(label.auc.interval),
            },
        });
        labels.insert(label.label.clone(), report);
    }
    value.insert("labels".into(), Value::Object(labels));
    let names: Vec<&String> = evaluation.labels.iter().map(|label| &label.label).collect();
    let mut confusion = Map::new();
    for (gold, gold_name) in names.iter().enumerate() {
        let row: Map<String, Value> = names
            .iter()
            .enumerate()
            .map(|(given, name)| {
                let count = evaluation.confusion.count(gold, given);
                ((*name).clone(), json!(count))
            })
            .collect();
        confusion.insert((*gold_name).clone(), Value::Object(row));
    }
    value.insert("confusion".into(), Value::Object(confusion));
    if evaluation.risk_coverage.is_some() {
        let selective = evaluation.selective.iter().map(|report| {
            json!({
                "percent": report.percent,
                "coverage": report.point.map(|point| point.coverage),
                "n": report.point.map(|point| point.n_rows),
                "threshold": report.point.map(|point| point.confidence),
                "accuracy": report.accuracy.value,
                "interval": interval_json(report.accuracy.interval),
            })
        });
        value.insert("selective".into(), selective.collect());
    }
    if evaluation.bootstrap.is_some() {
        value.insert("intervals".into(), Value::Object(intervals));
    }
    Value::Object(value)
}

pub(super) fn interval_json(interval: Option<Interval>) -> Value {
    interval.map_or(Value::Null, |interval| json!([interval.low, interval.high]))
}

/// The evaluation as tables: a line for each target, then one for each label.
pub fn evaluation_table(model: &str, data: &[String], evaluated: &Evaluated) -> String {
    let [targets, labels] = [target_sheet(evaluated), label_sheet(evaluated)];
    format!(
        "{}{}\n{}",
        headline(model, data, evaluated),
        targets.terminal(),
        labels.terminal()
    )
}

/// What was evaluated on what.
pub(super) fn headline(model: &str, data: &[String], evaluated: &Evaluated) -> String {
    let rows = counted(evaluated.n_rows, "row");
    format!("{model} on {}: {rows}\n", data.join(", "))
}

/// The main measures: a line for each target and one for all.
pub(super) fn target_sheet(evaluated: &Evaluated) -> Sheet {
    let columns = [
        "target", "#n", "macro-F1", "F avg", "accuracy", "log-loss", "Brier", "ECE",
    ];
    let metrics = [
        Metric::MacroF1,
        Metric::FAvg,
        Metric::Accuracy,
        Metric::LogLoss,
        Metric::Brier,
        Metric::Ece,
    ];
    let mut sheet = metric_sheet("Measures", &columns, &metrics, evaluated);
    sheet.note = intervals_note(evaluated);
    sheet
}

/// The other measures of the whole.
pub(super) fn more_sheet(evaluated: &Evaluated) -> Sheet {
    let columns = [
        "target",
        "#n",
        "balanced acc.",
        "MCC",
        "kappa",
        "alpha",
        "AUC",
        "adaptive ECE",
        "AURC",
    ];
    let metrics = [
        Metric::BalancedAccuracy,
        Metric::Mcc,
        Metric::Kappa,
        Metric::Alpha,
        Metric::Auc,
        Metric::AdaptiveEce,
        Metric::Aurc,
    ];
    metric_sheet("More measures", &columns, &metrics, evaluated)
}

fn metric_sheet(
    caption: &str,
    columns: &[&str],
    metrics: &[Metric],
    evaluated: &Evaluated,
) -> Sheet {
    let mut sheet = Sheet::new(caption, columns);
    let mut add = |name: &str, evaluation: &Evaluation| {
        let mut cells = vec![name.to_owned(), evaluation.n_rows.to_string()];
        let found = metrics.iter().map(|metric| evaluation.measure(*metric));
        cells.extend(found.map(|found| measure(found.unwrap_or_default())));
        sheet.row(cells);
    };
    for (target, evaluation) in &evaluated.targets {
        add(target.given.target(), evaluation);
    }
    if let Some(pooled) = &evaluated.pooled {
        add("pooled", pooled);
    }
    sheet
}

/// How the intervals were made, in one line.
pub(super) fn intervals_note(evaluated: &Evaluated) -> Option<String> {
    let (_, first) = evaluated.targets.first()?;
    let bootstrap = first.bootstrap?;
    Some(format!(
        "intervals: {:.0} %, {} bootstrap over {} documents, {} resamples, seed {}",
        100.0 * bootstrap.confidence,
        bootstrap.method.name(),
        first.n_documents,
        bootstrap.resamples,
        bootstrap.seed
    ))
}

/// The measures of each label, and what it is mostly taken for.
pub(super) fn label_sheet(evaluated: &Evaluated) -> Sheet {
    let columns = [
        "target",
        "label",
        "#support",
        "#given",
        "#precision",
        "#recall",
        "#F1",
        "mostly taken for",
    ];
    let mut sheet = Sheet::new("Labels", &columns);
    for (target, evaluation) in &evaluated.targets {
        for (gold, label) in evaluation.labels.iter().enumerate() {
            let mistakes = (0..evaluation.labels.len())
                .filter(|given| *given != gold)
                .map(|given| (evaluation.confusion.count(gold, given), given))
                .filter(|(count, _)| *count > 0)
                .max_by_key(|(count, given)| (*count, std::cmp::Reverse(*given)));
            let mistakes = mistakes.map_or(String::new(), |(count, given)| {
                format!("{} ({count})", evaluation.labels[given].label)
            });
            sheet.row([
                if gold == 0 {
                    target.given.target().to_owned()
                } else {
                    String::new()
                },
                label.label.clone(),
                label.support.to_string(),
                label.predicted.to_string(),
                fine(label.precision.value),
                fine(label.recall.value),
                fine(label.f1.value),
                mistakes,
            ]);
        }
    }
    sheet
}

/// A number with its interval, three digits each.
pub(super) fn measure(measure: Measure) -> String {
    match measure.interval {
        Some(interval) => format!(
            "{} [{}, {}]",
            fine(measure.value),
            fine(Some(interval.low)),
            fine(Some(interval.high))
        ),
        None => fine(measure.value),
    }
}
