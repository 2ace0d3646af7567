//! A cross-validation as one JSON object.

use crate::details::left_out_json;
use crate::evaluation::measures_json;
use detente_eval::cross_validate::{CrossValidated, CurvePoint, FoldResult, Split, Spread};
use serde_json::{Map, Value, json};

pub(super) fn json(data: &[String], result: &CrossValidated) -> Value {
    let mut targets = Map::new();
    for target in &result.targets {
        let name = target.given.target();
        let mut value = measures_json(&target.evaluation);
        value["majority"] = measures_json(&target.majority);
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
        value["folds"] = Value::Object(spreads);
        targets.insert(name.to_owned(), value);
    }
    let curve: Vec<Value> = result.curve.iter().map(point_json).collect();
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
        "pooled": result.pooled.as_ref().map(measures_json),
        "folds": folds,
        "learning_curve": curve,
        "left_out": left_out_json(&result.left_out),
    })
}

fn point_json(point: &CurvePoint) -> Value {
    let targets = point.targets.iter().map(|target| {
        let mut value = measures_json(&target.evaluation);
        value["unanswered"] = json!(target.n_unanswered);
        (target.target.clone(), value)
    });
    json!({
        "share": point.share,
        "trained_on": point.n_train,
        "targets": Value::Object(targets.collect()),
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
