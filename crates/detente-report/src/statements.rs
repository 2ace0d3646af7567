//! Scored statements as rows: the columns of CSV, Parquet and Arrow, and the cells of the typed ones.

use super::value::ValueKind;
use detente_model::Head;
use detente_model::label::TargetKind;
#[cfg(feature = "arrow")]
use {
    super::article_json::Deferral,
    super::value::{Value, text},
    detente_score::{ScoredArticle, ScoredStatement},
};

/// The columns; `with_sets` says whether answers have prediction sets.
pub(super) fn statement_columns(heads: &[Head], with_sets: bool) -> Vec<(String, ValueKind)> {
    let fixed = [
        ("id", ValueKind::Text),
        ("date", ValueKind::Text),
        ("statement", ValueKind::Count),
        ("start", ValueKind::Count),
        ("end", ValueKind::Count),
        ("title", ValueKind::Flag),
        ("has_known_features", ValueKind::Flag),
        ("text", ValueKind::Text),
    ];
    let mut columns: Vec<_> = fixed.map(|(name, kind)| (name.to_owned(), kind)).to_vec();
    for head in heads {
        columns.push((format!("{}_label", head.target), ValueKind::Text));
        if head.labels.kind() == TargetKind::Stance {
            columns.push((format!("{}_score", head.target), ValueKind::Number));
        }
        for label in head.labels.labels() {
            columns.push((format!("{}_p_{label}", head.target), ValueKind::Number));
        }
        if with_sets {
            columns.push((format!("{}_prediction_set", head.target), ValueKind::Text));
            columns.push((format!("{}_deferred", head.target), ValueKind::Flag));
        }
    }
    columns
}

/// The cells of a statement, one a column. A CSV has many more rows a second when its cells are not
/// made one by one; `articles_csv.rs` writes them.
#[cfg(feature = "arrow")]
pub(super) fn statement_cells(
    heads: &[Head],
    article: &ScoredArticle,
    idx: usize,
    statement: &ScoredStatement,
) -> Vec<Value> {
    let offset = |at: Option<usize>| at.map_or(Value::Missing, |at| Value::Count(at as u64));
    let mut row = vec![
        Value::Text(article.id.clone()),
        text(article.date.as_deref()),
        Value::Count(idx as u64 + 1),
        offset(statement.span.map(|span| span.start)),
        offset(statement.span.map(|span| span.end)),
        Value::Flag(statement.is_title),
        Value::Flag(statement.scores.is_known),
        Value::Text(statement.text.clone()),
    ];
    for (head_idx, (head, score)) in heads.iter().zip(&statement.scores.targets).enumerate() {
        row.push(text(Some(&head.labels.labels()[score.label_idx])));
        row.extend(score.stance.map(Value::Number));
        row.extend(score.probabilities.iter().map(|p| Value::Number(*p)));
        if let Some(deferral) = Deferral::of(head, statement, head_idx) {
            let names = deferral.names().collect::<Vec<_>>();
            row.push(Value::Text(names.join("|")));
            row.push(Value::Flag(deferral.is_deferred));
        }
    }
    row
}
