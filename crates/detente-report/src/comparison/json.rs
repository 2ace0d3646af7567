//! A comparison as one JSON object.

use super::{better, names, test_name, verdict};
use crate::details::contamination_json;
use detente_eval::compare::{Compared, Comparison};
use detente_metrics::Metric;
use serde_json::{Map, Value, json};

pub(super) fn json(data: &[String], compared: &Compared) -> Value {
    let params = &compared.params;
    let left_out: Map<String, Value> = compared
        .left_out
        .iter()
        .map(|(target, by)| (target.clone(), json!(names(compared, by))))
        .collect();
    let contamination = compared.names.iter().zip(&compared.contamination);
    let contamination: Map<String, Value> = contamination
        .map(|(name, contamination)| {
            (
                name.clone(),
                contamination
                    .as_ref()
                    .map_or(Value::Null, contamination_json),
            )
        })
        .collect();
    let comparisons: Vec<Value> = compared
        .comparisons
        .iter()
        .map(|one| one_json(compared, one))
        .collect();
    json!({
        "compared": compared.names,
        "data": data,
        "alpha": params.alpha,
        "tests": compared.n_tests,
        "correction": "holm",
        "bootstrap": {
            "method": "percentile",
            "resamples": params.bootstrap.resamples,
            "confidence": params.bootstrap.confidence,
            "seed": params.bootstrap.seed,
        },
        "randomization": {
            "shuffles": params.randomization.shuffles,
            "seed": params.randomization.seed,
        },
        "comparisons": comparisons,
        "left_out": left_out,
        "contamination": contamination,
    })
}

fn one_json(compared: &Compared, one: &Comparison) -> Value {
    let mut measures = Map::new();
    for difference in &one.differences {
        let interval = difference.difference.interval;
        let mut value = json!({
            "first": difference.first,
            "second": difference.second,
            "difference": difference.difference.value,
            "interval": interval.map(|interval| [interval.low, interval.high]),
            "p_bootstrap": difference.p_value,
        });
        let tested = one.tested.iter();
        let tested = tested
            .clone()
            .find(|t| t.difference.metric == difference.metric);
        if let (Some(tested), Value::Object(value)) = (tested, &mut value) {
            value.insert(
                "p_randomization".into(),
                json!(tested.randomization.p_value),
            );
            if difference.metric == Metric::Accuracy {
                value.insert("p_mcnemar".into(), json!(one.mcnemar.p_value));
            }
            value.insert("decided_by".into(), json!(test_name(tested)));
            value.insert("p".into(), json!(tested.p_value));
            value.insert("p_holm".into(), json!(tested.p_holm));
            value.insert("better".into(), json!(better(compared, one, tested)));
        }
        measures.insert(difference.metric.name().into(), value);
    }
    json!({
        "first": compared.names[one.first],
        "second": compared.names[one.second],
        "target": one.target.as_deref().unwrap_or("pooled"),
        "members": one.members,
        "n": one.n_rows,
        "documents": one.n_documents,
        "mcnemar": {
            "first_only": one.mcnemar.first_only,
            "second_only": one.mcnemar.second_only,
            "form": one.mcnemar.form.name(),
            "statistic": one.mcnemar.statistic,
            "p": one.mcnemar.p_value,
        },
        "measures": measures,
        "verdict": verdict(compared, one),
    })
}
