//! How right a model is, as one JSON object or as tables.

use super::table::{self, fine, head, render, right};
use crate::error::counted;
use crate::evaluate::Evaluated;
use crate::metrics::{Evaluation, Interval, Measure};
use comfy_table::Cell;
use serde_json::{Map, Value, json};

/// The evaluation as one JSON object; `model` and `data` are the names it shall carry. Undefined
/// numbers are `null`. `interval` fields are `[low, high]`.
pub fn evaluation_json(model: &str, data: &[String], evaluated: &Evaluated) -> Value {
    let mut targets = Map::new();
    for (target, evaluation) in &evaluated.targets {
        targets.insert(target.target.clone(), measures_json(evaluation));
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

fn measures_json(evaluation: &Evaluation) -> Value {
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
    if evaluation.bootstrap.is_some() {
        value.insert("intervals".into(), Value::Object(intervals));
    }
    Value::Object(value)
}

fn interval_json(interval: Option<Interval>) -> Value {
    interval.map_or(Value::Null, |interval| json!([interval.low, interval.high]))
}

/// The evaluation as tables: a line for each target, then one for each label.
pub fn evaluation_table(model: &str, data: &[String], evaluated: &Evaluated) -> String {
    let mut text = format!(
        "{model} on {}: {}\n",
        data.join(", "),
        counted(evaluated.n_rows, "row")
    );
    let mut targets = table::table();
    let names = [
        "target", "n", "macro-F1", "F avg", "accuracy", "log-loss", "Brier", "ECE",
    ];
    targets.set_header(names.map(head));
    let mut add = |name: &str, evaluation: &Evaluation| {
        targets.add_row([
            Cell::new(name),
            right(evaluation.n_rows),
            Cell::new(measure(evaluation.macro_f1)),
            Cell::new(measure(evaluation.f_avg)),
            Cell::new(measure(evaluation.accuracy)),
            Cell::new(measure(evaluation.log_loss)),
            Cell::new(measure(evaluation.brier)),
            Cell::new(measure(evaluation.ece)),
        ]);
    };
    for (target, evaluation) in &evaluated.targets {
        add(&target.target, evaluation);
    }
    if let Some(pooled) = &evaluated.pooled
        && evaluated.targets.len() > 1
    {
        add("pooled", pooled);
    }
    text.push_str(&render(&targets));
    let first = evaluated.targets.first().map(|(_, evaluation)| evaluation);
    if let Some(bootstrap) = first.and_then(|evaluation| evaluation.bootstrap) {
        text.push_str(&format!(
            "intervals: {:.0} %, {} bootstrap over {} documents, {} resamples, seed {}\n",
            100.0 * bootstrap.confidence,
            bootstrap.method.name(),
            first.map_or(0, |evaluation| evaluation.n_documents),
            bootstrap.resamples,
            bootstrap.seed
        ));
    }
    text.push('\n');

    let mut labels = table::table();
    let names = [
        "target",
        "label",
        "support",
        "given",
        "precision",
        "recall",
        "F1",
        "mostly taken for",
    ];
    labels.set_header(names.map(head));
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
            labels.add_row([
                Cell::new(if gold == 0 { &target.target } else { "" }),
                Cell::new(&label.label),
                right(label.support),
                right(label.predicted),
                right(fine(label.precision.value)),
                right(fine(label.recall.value)),
                right(fine(label.f1.value)),
                Cell::new(mistakes),
            ]);
        }
    }
    text.push_str(&render(&labels));
    text
}

fn measure(measure: Measure) -> String {
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
