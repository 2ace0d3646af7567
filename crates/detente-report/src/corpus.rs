//! How common the labels are in all articles of a run.

use super::details::measure_json;
use super::evaluation::measure;
use super::sheet::Sheet;
use super::table::fine;
use detente_error::counted;
use detente_metrics::Measure;
use detente_metrics::prevalence::SHARE_RESAMPLES;
use detente_model::Head;
use detente_score::aggregate::CorpusScore;
use serde_json::{Map, Value, json};

/// As a table: a line for each label of each head.
pub fn corpus_table(heads: &[Head], corpus: &CorpusScore) -> String {
    let with_deferred = corpus
        .targets
        .iter()
        .any(|target| target.deferred.is_some());
    let mut columns = vec!["target", "label", "#training", "counted", "adjusted", "EM"];
    if with_deferred {
        columns.push("#deferred");
    }
    let mut sheet = Sheet::new("All articles", &columns);
    for (head, target) in heads.iter().zip(&corpus.targets) {
        for (idx, label) in head.labels.labels().iter().enumerate() {
            let shares = &target.shares;
            let of = |shares: &[Measure]| measure(shares.get(idx).copied().unwrap_or_default());
            let is_first = idx == 0;
            let mut cells = vec![
                if is_first {
                    head.target.clone()
                } else {
                    String::new()
                },
                label.clone(),
                fine(target.training.as_ref().map(|shares| shares[idx])),
                of(&shares.counted),
                of(&shares.adjusted),
                of(&shares.corrected),
            ];
            if with_deferred {
                let deferred = target.deferred.filter(|_| is_first);
                cells.push(deferred.map_or(String::new(), |n| n.to_string()));
            }
            sheet.row(cells);
        }
    }
    sheet.note = Some(format!(
        "shares of the labels, with 95 % intervals by article: counted among the answers; adjusted by the \
         errors out of fold (Forman 2008); by expectation-maximisation from the probabilities (Saerens \
         2002; at most {SHARE_RESAMPLES} resamples for both)"
    ));
    let unknown = match corpus.n_unknown {
        0 => String::new(),
        n => format!(", {n} of them unknown to the model and left out"),
    };
    format!(
        "all articles: {}, {}{unknown}\n{}",
        counted(corpus.n_articles, "article"),
        counted(corpus.n_statements, "statement"),
        sheet.terminal()
    )
}

/// As one JSON object; `model` is the name it shall carry.
pub fn corpus_json(model: &str, heads: &[Head], corpus: &CorpusScore) -> Value {
    let mut targets = Map::new();
    for (head, target) in heads.iter().zip(&corpus.targets) {
        let mut labels = Map::new();
        for (idx, label) in head.labels.labels().iter().enumerate() {
            let value = json!({
                "training": target.training.as_ref().map(|shares| shares[idx]),
                "counted": measure_json(target.shares.counted.get(idx)),
                "adjusted": measure_json(target.shares.adjusted.get(idx)),
                "corrected": measure_json(target.shares.corrected.get(idx)),
            });
            labels.insert(label.clone(), value);
        }
        let mut value = json!({ "shares": labels });
        if let Some(deferred) = target.deferred {
            value["n_deferred"] = json!(deferred);
        }
        targets.insert(head.target.clone(), value);
    }
    json!({
        "model": model,
        "articles": corpus.n_articles,
        "statements": corpus.n_statements,
        "unknown_statements": corpus.n_unknown,
        "targets": targets,
    })
}
