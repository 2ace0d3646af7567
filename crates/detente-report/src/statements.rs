//! Scored statements as rows: the columns of CSV, Parquet and Arrow, and the cells of the typed ones.

use super::value::ValueKind;
use detente_model::Head;
use detente_model::label::TargetKind;
#[cfg(feature = "arrow")]
use {
    super::article_record::{ArticleRecord, StatementRecord},
    super::value::{Value, text},
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
    // Last, so that who reads columns by their places finds the others where they were.
    columns.push(("language".to_owned(), ValueKind::Text));
    columns
}

/// The cells of a statement, one a column. A CSV has many more rows a second when its cells are not
/// made one by one; `articles_csv.rs` writes them.
#[cfg(feature = "arrow")]
pub(super) fn statement_cells(
    article: &ArticleRecord,
    idx: usize,
    statement: &StatementRecord,
) -> Vec<Value> {
    let offset = |at: Option<usize>| at.map_or(Value::Missing, |at| Value::Count(at as u64));
    let mut row = vec![
        text(Some(article.id)),
        text(article.date),
        Value::Count(idx as u64 + 1),
        offset(statement.start),
        offset(statement.end),
        Value::Flag(statement.is_title),
        Value::Flag(statement.has_known_features),
        text(Some(statement.text)),
    ];
    for target in statement.targets.values() {
        if statement.is_of_unknown_language {
            row.extend((0..target.n_cells()).map(|_| Value::Missing));
        } else {
            row.push(text(Some(target.label)));
            row.extend(target.score.map(Value::Number));
            row.extend(target.probabilities.values().map(|p| Value::Number(*p)));
            let names = target.prediction_set.as_ref();
            row.extend(names.map(|names| Value::Text(names.join("|"))));
        }
        row.extend(target.is_deferred.map(Value::Flag));
    }
    row.push(text(statement.language));
    row
}
