//! What a model is.

use super::table::{self, fine, head, render, right};
use super::terms::{terms_json, terms_table};
use comfy_table::Cell;
use detente_model::features::View;
use detente_model::{HeadRecipe, Model};
use detente_train::linear::{ClassWeight, Penalty};
use serde_json::{Value, json};

/// Features shown for each label.
const N_TOP: usize = 8;

/// What a model is, as tables; with `n_terms`, the terms that speak most for each label in full.
pub fn inspection_table(model: &Model, n_bytes: usize, n_terms: Option<usize>) -> String {
    let record = model.record();
    let params = model.vectorizer_params();
    let analyzer = model.analyzer().params();
    let mut text = String::new();
    let mut line = |key: &str, value: String| text.push_str(&format!("{key:<10} {value}\n"));
    line(
        "model",
        record.name.clone().unwrap_or_else(|| "unnamed".into()),
    );
    line(
        "date",
        record.date.clone().unwrap_or_else(|| "not recorded".into()),
    );
    let size = format!("{:.2} MB", n_bytes as f64 / 1e6);
    line(
        "size",
        match record.shrunk {
            Some(shrunk) => format!(
                "{size}, shrunk from {:.2} MB and {} features; weights in {} bits",
                shrunk.n_bytes as f64 / 1e6,
                shrunk.n_features,
                model.weight_bits()
            ),
            None => size,
        },
    );
    line(
        "data",
        match &record.streamed {
            Some(streamed) => format!(
                "{} rows, {} of them never learned from, last fingerprint {}; what they were is not kept",
                record.n_rows, streamed.n_held_out, record.fingerprint
            ),
            None => format!(
                "{} rows in {} documents, fingerprint {}",
                record.n_rows, record.n_groups, record.fingerprint
            ),
        },
    );
    line(
        "text",
        format!(
            "language {}, names of parties {}",
            analyzer.language.name(),
            if analyzer.mask_parties {
                "masked"
            } else {
                "kept"
            }
        ),
    );
    let characters = match params.ngrams.char_max {
        0 => "no character n-grams".to_owned(),
        max => format!(
            "character {}-{max}-grams inside words",
            params.ngrams.char_min
        ),
    };
    line(
        "features",
        format!(
            "{}: word 1-{}-grams of stems{}, {characters}{}; {}",
            model.vectorizer().vocabulary().len(),
            params.ngrams.word_max,
            if params.ngrams.negation {
                " with negation marked"
            } else {
                ""
            },
            match model.vectorizer().vocabulary().lexicon() {
                Some(lexicon) => format!(
                    ", {} of the lexicon",
                    lexicon.n_features(params.ngrams.mention)
                ),
                None => String::new(),
            },
            weighting(model)
        ),
    );
    if model.wants_mentions() {
        line(
            "mention",
            "of the target: masked, with features of its own and of what stands around it".into(),
        );
    }
    // A model has a target, and one recipe for the heads of all.
    let penalty = penalty_name(&model.heads()[0].record.recipe);
    line(
        "training",
        match &record.streamed {
            Some(streamed) => format!(
                "row by row by FTRL-proximal, {}, rate {}, seed {}, penalty {penalty}",
                match streamed.n_passes {
                    1 => "1 pass".to_owned(),
                    n => format!("{n} passes"),
                },
                streamed.rate,
                record.seed
            ),
            None => format!(
                "{} folds by document, seed {}, penalty {penalty}",
                record.n_folds, record.seed
            ),
        },
    );
    text.push('\n');

    let mut targets = table::table();
    let names = [
        "target", "kind", "labels", "learner", "l2", "T", "macro-F1", "F avg", "log-loss", "ECE",
    ];
    targets.set_header(names.map(head));
    for h in model.heads() {
        let counts = h.labels.labels().iter().zip(&h.record.label_counts);
        let labels: Vec<String> = counts.map(|(label, n)| format!("{label} {n}")).collect();
        targets.add_row([
            Cell::new(&h.target),
            Cell::new(h.labels.kind().name()),
            Cell::new(labels.join(", ")),
            Cell::new(&h.record.recipe.learner),
            Cell::new(h.record.strengths()),
            right(format!("{:.2}", h.temperature.value())),
            right(fine(h.record.macro_f1)),
            right(fine(h.record.f_avg)),
            right(fine(h.record.log_loss)),
            right(fine(h.record.ece)),
        ]);
    }
    text.push_str(&render(&targets));
    text.push_str(match &record.streamed {
        Some(_) => "scores are of documents that were not learned from\n\n",
        None => "scores are out of fold, by document\n\n",
    });
    if model.buckets().is_some() {
        text.push_str(HASHED);
    }
    match n_terms {
        Some(n_terms) => text.push_str(&terms_table(model, n_terms)),
        None if model.buckets().is_some() => {}
        None => text.push_str(&top_words(model)),
    }
    text
}

/// What is said where the terms of other models stand.
const HASHED: &str = "n-grams are hashed and the file does not hold them: an explanation of a text names \
                      those that are in it\n";

/// How counts become values.
fn weighting(model: &Model) -> String {
    let params = model.vectorizer_params().weighting;
    let tf = if params.sublinear_tf {
        "sublinear"
    } else {
        "raw"
    };
    match model.buckets() {
        Some(buckets) => format!("hashed into {} buckets, {tf} tf", buckets.n_buckets()),
        None => format!("TF-IDF, {tf} tf, df >= {}", params.min_df),
    }
}

/// A line for each label.
fn top_words(model: &Model) -> String {
    let mut top = table::table();
    top.set_header(["target", "label", "word features with the largest weights"].map(head));
    for (head_idx, h) in model.heads().iter().enumerate() {
        for (label_idx, label) in h.labels.labels().iter().enumerate() {
            let terms = model.terms(head_idx, label_idx, &[View::Word], N_TOP);
            let words = terms
                .iter()
                .filter_map(|term| term.feature.strip_prefix("word:"));
            top.add_row([
                Cell::new(if label_idx == 0 { &h.target } else { "" }),
                Cell::new(label),
                Cell::new(words.collect::<Vec<_>>().join(", ")),
            ]);
        }
    }
    render(&top)
}

/// What a model is, as one JSON object; with `n_terms`, the terms that speak most for each label too.
pub fn inspection_json(model: &Model, n_bytes: usize, n_terms: Option<usize>) -> Value {
    let record = model.record();
    let params = model.vectorizer_params();
    let targets: Vec<Value> = model
        .heads()
        .iter()
        .map(|h| {
            let counts = h.labels.labels().iter().zip(&h.record.label_counts);
            let counts: serde_json::Map<String, Value> =
                counts.map(|(label, n)| (label.clone(), json!(n))).collect();
            json!({
                "target": h.target,
                "kind": h.labels.kind().name(),
                "labels": h.labels.labels(),
                "label_counts": counts,
                "learner": &h.record.recipe.learner,
                "members": (h.record.members.iter())
                    .map(|m| json!({"features": m.features, "l2": m.l2, "share": m.share}))
                    .collect::<Vec<_>>(),
                "penalty": penalty_name(&h.record.recipe),
                "class_weight": class_weight_name(&h.record.recipe),
                "temperature": h.temperature.value(),
                "decision": h.decision.offsets(),
                "out_of_fold": {
                    "accuracy": h.record.accuracy,
                    "macro_f1": h.record.macro_f1,
                    "f_avg": h.record.f_avg,
                    "log_loss": h.record.log_loss,
                    "ece": h.record.ece,
                },
            })
        })
        .collect();
    let mut inspection = json!({
        "name": record.name,
        "date": record.date,
        "bytes": n_bytes,
        "data": {
            "rows": record.n_rows,
            "documents": record.n_groups,
            "fingerprint": record.fingerprint,
        },
        "language": model.analyzer().params().language.code(),
        "mask_parties": model.analyzer().params().mask_parties,
        "features": {
            "n": model.vectorizer().vocabulary().len(),
            "word_max": params.ngrams.word_max,
            "char_min": params.ngrams.char_min,
            "char_max": params.ngrams.char_max,
            "negation": params.ngrams.negation,
            "lexicon": model.vectorizer().vocabulary().lexicon().is_some(),
            "mention": params.ngrams.mention,
            "sublinear_tf": params.weighting.sublinear_tf,
            "min_df": params.weighting.min_df,
        },
        "folds": record.n_folds,
        "seed": record.seed,
        "targets": targets,
    });
    if let Some(shrunk) = record.shrunk {
        inspection["shrunk_from"] = json!({
            "bytes": shrunk.n_bytes,
            "features": shrunk.n_features,
        });
    }
    if let (Some(streamed), Some(buckets)) = (&record.streamed, model.buckets()) {
        inspection["streamed"] = json!({
            "buckets": buckets.n_buckets(),
            "passes": streamed.n_passes,
            "held_out": streamed.n_held_out,
            "rate": streamed.rate,
            "damping": streamed.damping,
            "sparsity": streamed.sparsity,
            "l2": streamed.l2,
        });
    }
    if let Some(n_terms) = n_terms {
        inspection["terms"] = terms_json(model, n_terms);
    }
    inspection
}

fn penalty_name(recipe: &HeadRecipe) -> &str {
    recipe.penalty.as_deref().unwrap_or(Penalty::Even.name())
}

fn class_weight_name(recipe: &HeadRecipe) -> &str {
    let given = recipe.class_weight.as_deref();
    given.unwrap_or(ClassWeight::None.name())
}
