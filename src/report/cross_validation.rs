//! What a cross-validation found: tables, one JSON object, predictions row by row.

use super::table::{self, fine, head, render, right};
use crate::corpus::Corpus;
use crate::cross_validate::{CrossValidated, FoldResult, Split, Spread, TargetResult};
use crate::error::counted;
use crate::label::LabelSet;
use crate::metrics::{Evaluation, Measure, Metric};
use comfy_table::Cell;
use serde_json::{Map, Value, json};

/// The cross-validation as one JSON object; `data` are the names of the data's files. Undefined
/// numbers are `null`.
pub fn cross_validation_json(data: &[String], result: &CrossValidated) -> Value {
    let mut targets = Map::new();
    for target in &result.targets {
        let name = &target.answered.target;
        let mut value = evaluation_json(&target.evaluation);
        value.insert("majority".into(), json!(evaluation_json(&target.majority)));
        let spreads: Map<String, Value> = target
            .evaluation
            .measures()
            .map(|(metric, _)| {
                let spread = result.spread(name, metric);
                (
                    metric.name().to_owned(),
                    spread.map_or(Value::Null, spread_json),
                )
            })
            .collect();
        value.insert("folds".into(), Value::Object(spreads));
        targets.insert(name.clone(), Value::Object(value));
    }
    let folds: Vec<Value> = result.folds.iter().map(fold_json).collect();
    json!({
        "data": data,
        "n": result.n_rows,
        "documents": result.n_groups,
        "never_tested": result.n_never_tested,
        "split": split_json(&result.params.split),
        "inner_folds": result.params.train.folds.n_folds,
        "seed": result.params.train.folds.seed,
        "targets": targets,
        "pooled": result.pooled.as_ref().map(evaluation_json),
        "folds": folds,
    })
}

fn split_json(split: &Split) -> Value {
    match split {
        Split::Folds {
            n_folds, repeats, ..
        } => json!({"kind": "folds", "folds": n_folds, "repeats": repeats}),
        Split::Time { column, n_folds } => {
            json!({"kind": "time", "column": column, "folds": n_folds})
        }
        Split::LeaveOut { column } => json!({"kind": "leave-out", "column": column}),
    }
}

fn evaluation_json(evaluation: &Evaluation) -> Map<String, Value> {
    let mut value = Map::new();
    value.insert("n".into(), json!(evaluation.n_rows));
    value.insert("documents".into(), json!(evaluation.n_documents));
    let mut intervals = Map::new();
    for (metric, measure) in evaluation.measures() {
        value.insert(metric.name().into(), json!(measure.value));
        let interval = measure
            .interval
            .map(|interval| [interval.low, interval.high]);
        intervals.insert(metric.name().into(), json!(interval));
    }
    let labels = evaluation.labels.iter().map(|label| {
        let report = json!({
            "precision": label.precision.value,
            "recall": label.recall.value,
            "f1": label.f1.value,
            "support": label.support,
            "predicted": label.predicted,
        });
        (label.label.clone(), report)
    });
    value.insert("labels".into(), Value::Object(labels.collect()));
    if evaluation.bootstrap.is_some() {
        value.insert("intervals".into(), Value::Object(intervals));
    }
    value
}

fn spread_json(spread: Spread) -> Value {
    json!({"mean": spread.mean, "deviation": spread.deviation, "n": spread.n})
}

fn fold_json(fold: &FoldResult) -> Value {
    let targets: Map<String, Value> = fold
        .targets
        .iter()
        .map(|target| {
            let evaluation = &target.evaluation;
            let value = json!({
                "l2": target.strengths,
                "n": evaluation.n_rows,
                "accuracy": evaluation.accuracy.value,
                "macro_f1": evaluation.macro_f1.value,
                "f_avg": evaluation.f_avg.value,
                "log_loss": evaluation.log_loss.value,
            });
            (target.target.clone(), value)
        })
        .collect();
    json!({
        "fold": fold.name,
        "repeat": fold.repeat,
        "trained_on": fold.n_train,
        "tested_on": fold.n_test,
        "purged": fold.n_purged,
        "targets": targets,
        "unanswered": fold.unanswered,
    })
}

/// The cross-validation as tables: a line for each target, then one for each fold.
pub fn cross_validation_table(data: &[String], result: &CrossValidated) -> String {
    let mut text = format!(
        "{}: {} in {}, {}\n",
        data.join(", "),
        counted(result.n_rows, "row"),
        counted(result.n_groups, "document"),
        how(result)
    );
    text.push_str(&render(&targets_table(result)));
    let first = result.targets.first().map(|target| &target.evaluation);
    if let Some(bootstrap) = first.and_then(|evaluation| evaluation.bootstrap) {
        text.push_str(&format!(
            "intervals: {:.0} %, {} bootstrap by document, {} resamples, seed {}; folds: mean and \
             standard deviation of macro-F1; majority: macro-F1 of always giving the commonest label\n",
            100.0 * bootstrap.confidence,
            bootstrap.method.name(),
            bootstrap.resamples,
            bootstrap.seed
        ));
    }
    text.push('\n');
    text.push_str(&render(&folds_table(result)));
    text.push_str(
        "under each target its macro-F1, and the penalty chosen without the rows tested\n",
    );
    let n_purged: usize = result.folds.iter().map(|fold| fold.n_purged).sum();
    if n_purged > 0 {
        text.push_str(&format!(
            "{} kept from training, since their document is tested in the same fold\n",
            counted(n_purged, "row")
        ));
    }
    if result.n_never_tested > 0 {
        text.push_str(&format!(
            "{} trained on and never tested\n",
            counted(result.n_never_tested, "row")
        ));
    }
    for fold in &result.folds {
        for (target, n) in &fold.unanswered {
            text.push_str(&format!(
                "fold {}: {} of target `{target}` not answered: its training part has a single \
                 label or fewer than {} documents\n",
                fold.name,
                counted(*n, "row"),
                result.params.train.folds.n_folds
            ));
        }
    }
    text
}

fn how(result: &CrossValidated) -> String {
    let inner = result.params.train.folds.n_folds;
    let outer = match &result.params.split {
        Split::Folds {
            n_folds,
            repeats: 1,
            ..
        } => format!("{n_folds} folds"),
        Split::Folds {
            n_folds, repeats, ..
        } => format!("{n_folds} folds, {repeats} times"),
        Split::Time { column, n_folds } => format!(
            "{} of `{column}`, each tested by a model of all before",
            counted(*n_folds, "window")
        ),
        Split::LeaveOut { column } => format!("each `{column}` tested by a model of the others"),
    };
    format!("{outer}; settings chosen inside each training part by {inner} folds")
}

fn targets_table(result: &CrossValidated) -> comfy_table::Table {
    let mut table = table::table();
    let names = [
        "target", "n", "macro-F1", "F avg", "accuracy", "log-loss", "folds", "majority",
    ];
    table.set_header(names.map(head));
    let mut add = |name: &str, evaluation: &Evaluation, folds: String, majority: String| {
        table.add_row([
            Cell::new(name),
            right(evaluation.n_rows),
            Cell::new(measure(evaluation.macro_f1)),
            Cell::new(measure(evaluation.f_avg)),
            Cell::new(measure(evaluation.accuracy)),
            right(fine(evaluation.log_loss.value)),
            right(folds),
            right(majority),
        ]);
    };
    for target in &result.targets {
        let name = &target.answered.target;
        let folds = result
            .spread(name, Metric::MacroF1)
            .map_or("-".into(), spread);
        let majority = fine(target.majority.macro_f1.value);
        add(name, &target.evaluation, folds, majority);
    }
    if let Some(pooled) = &result.pooled {
        add("pooled", pooled, String::new(), String::new());
    }
    table
}

fn folds_table(result: &CrossValidated) -> comfy_table::Table {
    let is_repeated = result.folds.iter().any(|fold| fold.repeat > 1);
    let mut table = table::table();
    let mut names = vec![head("fold")];
    if is_repeated {
        names.push(head("repeat"));
    }
    names.extend([head("trained on"), head("tested on")]);
    for target in &result.targets {
        names.push(head(&target.answered.target));
        names.push(head("l2"));
    }
    table.set_header(names);
    for fold in &result.folds {
        let mut row = vec![Cell::new(&fold.name)];
        if is_repeated {
            row.push(right(fold.repeat));
        }
        row.extend([right(fold.n_train), right(fold.n_test)]);
        for target in &result.targets {
            let mut found = fold.targets.iter();
            match found.find(|one| one.target == target.answered.target) {
                Some(one) => {
                    row.push(right(fine(one.evaluation.macro_f1.value)));
                    row.push(Cell::new(&one.strengths));
                }
                None => row.extend([right("-"), right("-")]),
            }
        }
        table.add_row(row);
    }
    table
}

fn spread(spread: Spread) -> String {
    match spread.deviation {
        Some(deviation) => format!("{} ± {}", fine(Some(spread.mean)), fine(Some(deviation))),
        None => fine(Some(spread.mean)),
    }
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

/// One row for each answer: `id,target,gold,predicted,fold`, `repeat` where there are several, then a
/// `p_<label>` column for every label of any target. `corpus` is the one that was cross-validated.
pub fn cross_validation_csv(corpus: &Corpus, result: &CrossValidated) -> Vec<u8> {
    let all = result.targets.iter();
    let all = all.flat_map(|target| target.answered.labels.labels().iter().cloned());
    let labels = LabelSet::new(all);
    let is_repeated = result.folds.iter().any(|fold| fold.repeat > 1);
    let mut rows = csv::Writer::from_writer(Vec::new());
    let mut header: Vec<String> = ["id", "target", "gold", "predicted", "fold"]
        .map(str::to_owned)
        .to_vec();
    header.extend(is_repeated.then(|| "repeat".to_owned()));
    header.extend(labels.labels().iter().map(|label| format!("p_{label}")));
    // Invariant: writing to memory does not fail, and every row has the header's fields.
    rows.write_record(&header).expect("memory takes every row");
    for target in &result.targets {
        for at in 0..target.rows.len() {
            let record = record(corpus, result, target, at, &labels, is_repeated);
            rows.write_record(record).expect("memory takes every row");
        }
    }
    rows.into_inner().expect("memory takes every row")
}

fn record(
    corpus: &Corpus,
    result: &CrossValidated,
    target: &TargetResult,
    at: usize,
    labels: &LabelSet,
    is_repeated: bool,
) -> Vec<String> {
    let answered = &target.answered;
    let names = answered.labels.labels();
    let fold = &result.folds[target.fold_of[at]];
    let mut record = vec![
        corpus.examples[target.rows[at]].id_or_line(),
        answered.target.clone(),
        names[answered.gold[at]].clone(),
        names[answered.predicted[at]].clone(),
        fold.name.clone(),
    ];
    record.extend(is_repeated.then(|| fold.repeat.to_string()));
    for label in labels.labels() {
        let known = answered.labels.position(label);
        let p = known.zip(answered.probabilities.as_ref());
        record.push(p.map_or(String::new(), |(idx, p)| format!("{:.6}", p[at][idx])));
    }
    record
}
