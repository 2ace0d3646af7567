//! What an audit found, as one JSON object.

use super::audit_lines::what;
use detente_data::corpus::Corpus;
use detente_eval::audit::{
    Audit, Cluster, LabelCounts, LeakedRow, Predictor, Slice, USUAL_WORDS, Verdict,
};
use serde_json::{Map, Value, json};

/// The audit as one JSON object, which holds every case. Undefined numbers are `null`.
pub fn audit_json(corpus: &Corpus, other: Option<&Corpus>, audit: &Audit) -> Value {
    let row = |row: usize| row_json(corpus, row);
    let rows = |rows: &[usize]| rows.iter().map(|idx| row(*idx)).collect::<Vec<Value>>();
    let clusters = |clusters: &[Cluster]| -> Vec<Value> {
        let cluster = |cluster: &Cluster| {
            json!({
                "resemblance": cluster.resemblance,
                "splits": cluster.splits,
                "groups": cluster.n_groups,
                "contested": cluster.contested,
                "rows": rows(&cluster.rows),
            })
        };
        clusters.iter().map(cluster).collect()
    };
    let leaked = |leaked: &[LeakedRow]| -> Vec<Value> {
        let leaked = leaked.iter().map(|leaked| {
            json!({
                "resemblance": leaked.resemblance,
                "row": row(leaked.row),
                "other": other.map(|other| row_json(other, leaked.other_row)),
            })
        });
        leaked.collect()
    };
    json!({
        "data": corpus.paths,
        "against": other.map(|other| &other.paths),
        "n": corpus.examples.len(),
        "unlabelled": corpus.n_unlabelled,
        "blank": corpus.n_blank,
        "findings": audit.n_findings(),
        "checks": audit.checks.iter().map(|check| json!({
            "check": check.kind.name(),
            "verdict": match check.verdict {
                Verdict::Skipped => "skipped",
                verdict => verdict.name(),
            },
            "cases": check.n_cases,
            "what": what(check, corpus, audit),
        })).collect::<Vec<_>>(),
        "targets": targets_json(&audit.targets),
        "groups": audit.groups.as_ref().map(|groups| json!({
            "n": groups.n_groups,
            "min": groups.least,
            "median": groups.median,
            "max": groups.most,
            "largest": groups.largest,
            "largest_share": groups.largest_share,
            "with_one_row": groups.n_single,
            "rows_without_group": groups.n_ungrouped,
        })),
        "splits": audit.splits.as_ref().map(|splits| json!({
            "values": splits.slices.iter().map(slice_json).collect::<Vec<_>>(),
            "cut_groups": splits.cut_groups,
            "missing": splits.missing.iter().map(|(split, target, label)| {
                json!({"split": split, "target": target, "label": label})
            }).collect::<Vec<_>>(),
        })),
        "exact_duplicates": clusters(&audit.duplicates.exact),
        "near_duplicates": clusters(&audit.duplicates.near),
        "leak": audit.leak.as_ref().map(|leak| json!({
            "other_rows": leak.n_other_rows,
            "exact": leaked(&leak.exact),
            "near": leaked(&leak.near),
            "shared_groups": leak.shared_groups,
        })),
        "predictors": audit.predictors.iter().map(predictor_json).collect::<Vec<_>>(),
        "label_errors": audit.label_noise.iter().map(|noise| (noise.target.clone(), json!({
            "n": noise.n_rows,
            "noise": noise.noise,
            "labels": noise.labels,
            "joint": noise.joint,
            "errors": noise.errors.iter().map(|error| json!({
                "row": row(error.row),
                "given": noise.labels[error.given],
                "p_given": error.p_given,
                "suggested": noise.labels[error.suggested],
                "p_suggested": error.p_suggested,
            })).collect::<Vec<_>>(),
        }))).collect::<Map<String, Value>>(),
        "unmodelled": audit.unmodelled.iter().map(|(target, why)| {
            (target.clone(), json!(why))
        }).collect::<Map<String, Value>>(),
        "agreement": audit.agreement.iter().map(|agreement| json!({
            "target": agreement.target,
            "second": agreement.column,
            "n": agreement.n_rows,
            "agreement": agreement.percent,
            "kappa": agreement.kappa,
            "alpha": agreement.alpha,
            "disagreements": agreement.disagreements.iter().map(|pair| json!({
                "first": pair.first,
                "second": pair.second,
                "n": pair.rows.len(),
                "rows": rows(&pair.rows),
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "texts": {
            "words": {
                "n": audit.texts.n_words,
                "mean": audit.texts.mean,
                "min": audit.texts.least,
                "quartiles": audit.texts.quartiles,
                "max": audit.texts.most,
                "usual": [USUAL_WORDS.start(), USUAL_WORDS.end()],
                "unusual": audit.texts.n_unusual,
                "unusual_share": audit.texts.unusual_share,
            },
            "stems": audit.texts.n_stems,
            "types": audit.texts.n_types,
            "type_token_ratio": audit.texts.type_token_ratio,
        },
        "by": audit.slices.iter().map(slice_json).collect::<Vec<_>>(),
    })
}

fn row_json(corpus: &Corpus, row: usize) -> Value {
    let example = &corpus.examples[row];
    let labels = corpus.targets.iter().zip(&example.labels);
    let labels: Map<String, Value> = labels
        .filter_map(|(target, label)| Some((target.name.clone(), json!(label.as_deref()?))))
        .collect();
    json!({
        "id": example.id,
        "file": corpus.path_of(example),
        "line": example.line,
        "group": example.group.as_deref(),
        "labels": labels,
        "text": example.text,
    })
}

fn targets_json(targets: &[LabelCounts]) -> Value {
    let target = |target: &LabelCounts| {
        let labels = target
            .counts
            .iter()
            .map(|(label, n)| (label.clone(), json!({"n": n, "share": target.share(label)})));
        let labels: Map<String, Value> = labels.collect();
        (
            target.target.clone(),
            json!({"n": target.n_rows(), "labels": labels}),
        )
    };
    Value::Object(targets.iter().map(target).collect())
}

fn slice_json(slice: &Slice) -> Value {
    json!({
        "column": slice.column,
        "value": slice.value,
        "n": slice.n_rows,
        "targets": targets_json(&slice.targets),
    })
}

fn predictor_json(predictor: &Predictor) -> Value {
    json!({
        "kind": predictor.kind.name(),
        "feature": predictor.feature,
        "target": predictor.target,
        "label": predictor.label,
        "rows": predictor.n_rows,
        "with_label": predictor.n_label,
        "share": predictor.share,
        "base": predictor.base,
        "p_value": predictor.p_value,
        "significant": predictor.is_significant(),
        "groups": predictor.n_groups,
    })
}
