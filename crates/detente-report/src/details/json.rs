//! An evaluation as one JSON object.

use super::{EvaluationReport, conformal};
use crate::evaluation::{evaluation_json, interval_json, measures_json};
use detente_data::corpus::LeftOut;
use detente_eval::contamination::Contamination;
use detente_eval::evaluate::{Details, Drift};
use detente_metrics::Measure;
use serde_json::{Map, Value, json};

pub(super) fn json(report: &EvaluationReport) -> Value {
    let mut value = evaluation_json(report.model, report.data, report.evaluated);
    let Details {
        baselines,
        shares,
        sets,
        slices,
        contamination,
        drift,
    } = report.details;
    for (target_idx, (target, evaluation)) in report.evaluated.targets.iter().enumerate() {
        let value = &mut value["targets"][target.given.target()];
        let of_kind = baselines[target_idx].iter().map(|baseline| {
            let name = baseline.kind.name().to_owned();
            (name, measures_json(&baseline.evaluation))
        });
        value["baselines"] = Value::Object(of_kind.collect());
        let shares = &shares[target_idx];
        let of_label = evaluation.labels.iter().enumerate().map(|(idx, label)| {
            let value = json!({
                "training": shares.training.get(idx),
                "gold": shares.gold[idx],
                "counted": measure_json(shares.counted.get(idx)),
                "adjusted": measure_json(shares.adjusted.get(idx)),
                "corrected": measure_json(shares.corrected.get(idx)),
            });
            (label.label.clone(), value)
        });
        value["shares"] = Value::Object(of_label.collect());
        value["conformal"] = conformal::json(&sets[target_idx]);
    }
    let slice_json = |slice: &detente_eval::evaluate::Slice| {
        let mut value = measures_json(&slice.evaluation);
        let difference = &slice.difference;
        value["target"] = json!(report.evaluated.part_name(slice.target_idx));
        value["column"] = json!(slice.column);
        value["value"] = json!(slice.value);
        value["small"] = json!(slice.is_small());
        value["below_rest"] = json!(slice.is_below());
        value["against_rest"] = json!({
            "metric": difference.metric.name(),
            "rest": difference.rest,
            "difference": difference.difference.value,
            "interval": interval_json(difference.difference.interval),
            "p_value": difference.p_value,
            "corrected_p_value": slice.corrected,
        });
        value
    };
    value["slices"] = slices.iter().map(slice_json).collect();
    value["left_out"] = left_out_json(&report.evaluated.left_out);
    value["contamination"] = contamination_json(contamination);
    value["drift"] = drift_json(drift);
    value
}

/// Rows of the files that were not measured.
pub(crate) fn left_out_json(left_out: &LeftOut) -> Value {
    json!({
        "unlabelled": left_out.n_unlabelled,
        "blank": left_out.n_blank,
        "passed_over": left_out.n_passed_over,
    })
}

/// What of the data a model has seen.
pub(crate) fn contamination_json(contamination: &Contamination) -> Value {
    json!({
        "n": contamination.n_rows,
        "training_texts": contamination.n_training_texts,
        "exact": contamination.exact.len(),
        "near": contamination.near.len(),
        "groups": contamination.n_groups,
        "shared_groups": contamination.shared_groups,
        "rows_of_shared_groups": contamination.n_rows_of_shared,
    })
}

fn drift_json(drift: &Drift) -> Value {
    let shift_json = |(name, shift): &(String, detente_metrics::drift::Shift)| {
        json!({
            "feature": name,
            "training": shift.training,
            "here": shift.here,
            "chi_square": shift.chi_square,
            "design_effect": shift.design_effect,
            "corrected_p_value": shift.p_value,
        })
    };
    let mut value = Map::new();
    value.insert("words".into(), json!(drift.n_words));
    value.insert("unknown_words".into(), json!(drift.n_unknown_words));
    value.insert("unknown_word_share".into(), json!(drift.unknown_words()));
    value.insert(
        "training_unknown_word_share".into(),
        json!(drift.training_unknown_words),
    );
    value.insert(
        "rows_without_known_word".into(),
        json!(drift.n_unknown_rows),
    );
    value.insert(
        "training_share_of_rows_without_known_word".into(),
        json!(drift.training_unknown_rows),
    );
    value.insert("high".into(), json!(drift.is_high()));
    value.insert("compared_features".into(), json!(drift.shifts.len()));
    let differing = drift.differing().map(shift_json);
    value.insert("differing_features".into(), differing.collect());
    Value::Object(value)
}

/// A number with its interval; `null` where it was not looked for.
pub(crate) fn measure_json(measure: Option<&Measure>) -> Value {
    match measure {
        Some(measure) => json!({
            "value": measure.value,
            "interval": interval_json(measure.interval),
        }),
        None => Value::Null,
    }
}
