//! Scored articles as CSV, one row an article.

use super::article_record::{ArticleRecord, ArticleScoreRecord, Ends, StatementRecord};
use super::language::KnownWords;
use super::value::{Value, text};
use csv::Writer;
use detente_model::Model;
use detente_model::label::TargetKind;
use detente_score::ScoredArticle;
use std::io::{Result, Write};

/// Writes the row of an article, after the names of the columns where it is the first.
///
/// The columns: `id`, `title`, `date`, `language`, `statements`, `scored`, `unknown`; then for each target with sides
/// `TARGET_score`, `TARGET_score_low`, `TARGET_score_high`, for each without `TARGET_p_LABEL`, `TARGET_p_LABEL_low`
/// and `TARGET_p_LABEL_high` for each label; for both `TARGET_share_LABEL`, and with sets `TARGET_deferred`.
pub(super) fn write_row(
    out: &mut impl Write,
    model: &Model,
    (article, record): (&ScoredArticle, &ArticleRecord),
    with_sets: bool,
    is_first: bool,
) -> Result<()> {
    let mut rows = Writer::from_writer(Vec::new());
    if is_first {
        rows.write_record(columns(model, with_sets))?;
    }
    let cells = cells(model, article, record, with_sets).into_iter();
    rows.write_record(cells.map(Value::csv))?;
    let bytes = rows.into_inner().map_err(|error| error.into_error())?;
    out.write_all(&bytes)
}

fn columns(model: &Model, with_sets: bool) -> Vec<String> {
    let fixed = [
        "id",
        "title",
        "date",
        "language",
        "statements",
        "scored",
        "unknown",
    ];
    let mut columns: Vec<String> = fixed.map(str::to_owned).to_vec();
    for head in model.heads() {
        let target = &head.target;
        let with_ends = |name: String| ["", "_low", "_high"].map(|end| format!("{name}{end}"));
        match head.labels.kind() {
            TargetKind::Stance => columns.extend(with_ends(format!("{target}_score"))),
            TargetKind::Class => {
                for label in head.labels.labels() {
                    columns.extend(with_ends(format!("{target}_p_{label}")));
                }
            }
        }
        let labels = head.labels.labels().iter();
        columns.extend(labels.map(|label| format!("{target}_share_{label}")));
        columns.extend(with_sets.then(|| format!("{target}_deferred")));
    }
    columns
}

fn cells(
    model: &Model,
    article: &ScoredArticle,
    record: &ArticleRecord,
    with_sets: bool,
) -> Vec<Value> {
    let n_known = record.statements.iter().filter(|s| s.has_known_features);
    let (n, n_known) = (record.statements.len(), n_known.count());
    let language =
        (article.language).unwrap_or_else(|| match KnownWords::of(article).is_foreign() {
            true => "unknown",
            false => "",
        });
    let count = |n: usize| Value::Count(n as u64);
    let mut cells = vec![
        text(Some(record.id)),
        text(record.title),
        text(record.date),
        text(Some(language)),
        count(n),
        count(n_known),
        count(n - n_known),
    ];
    for (head, (target, score)) in model.heads().iter().zip(record.scores.iter()) {
        let labels = head.labels.labels();
        match head.labels.kind() {
            TargetKind::Stance => {
                let ends = score.interval.flatten();
                cells.extend(with_ends(score.score.flatten(), ends));
            }
            TargetKind::Class => {
                for label in labels {
                    cells.extend(with_ends(mean(score, label), ends(score, label)));
                }
            }
        }
        for label in labels {
            let is_it = |s: &&StatementRecord| is_labelled(s, target, label);
            let n_labelled = record.statements.iter().filter(is_it).count();
            cells.push(match n_known {
                0 => Value::Missing,
                n => Value::Number(n_labelled as f64 / n as f64),
            });
        }
        if with_sets {
            cells.push(score.n_deferred.map_or(Value::Missing, count));
        }
    }
    cells
}

fn is_labelled(statement: &StatementRecord, target: &str, label: &str) -> bool {
    let answer = statement.targets.get(target);
    statement.has_known_features && answer.is_some_and(|answer| answer.label == label)
}

fn mean(score: &ArticleScoreRecord, label: &str) -> Option<f64> {
    let shares = score.shares.as_ref()?.as_ref()?;
    shares.get(label).copied()
}

fn ends(score: &ArticleScoreRecord, label: &str) -> Ends {
    score.intervals.as_ref()?.get(label).copied().flatten()
}

fn with_ends(value: Option<f64>, ends: Ends) -> [Value; 3] {
    let number = |number: Option<f64>| number.map_or(Value::Missing, Value::Number);
    [
        number(value),
        number(ends.map(|[low, _]| low)),
        number(ends.map(|[_, high]| high)),
    ]
}
