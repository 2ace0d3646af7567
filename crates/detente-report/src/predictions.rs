//! A model's predictions row by row.

use super::value::{Records, Value, ValueKind, text};
use detente_data::corpus::Corpus;
use detente_eval::evaluate::Evaluated;
use detente_model::label::LabelSet;

/// One row for each example and target: `id,target,gold,predicted`, then a `p_<label>` column for
/// every label of any target, empty where the target has no such label. Without an id the row is
/// named by its line.
pub fn predictions(corpus: &Corpus, evaluated: &Evaluated) -> Records {
    let all = evaluated
        .targets
        .iter()
        .flat_map(|(target, _)| target.given.predictions().labels().iter().cloned());
    let labels = LabelSet::new(all);
    let mut columns: Vec<_> = ["id", "target", "gold", "predicted"]
        .map(|name| (name.to_owned(), ValueKind::Text))
        .to_vec();
    columns.extend(probability_columns(&labels));
    let mut rows = Vec::new();
    for (target, _) in &evaluated.targets {
        let predictions = target.given.predictions();
        for (at, row) in target.rows.iter().enumerate() {
            let mut record = vec![
                Value::Text(corpus.examples[*row].id_or_line()),
                text(Some(target.given.target())),
                text(Some(&predictions.labels()[predictions.gold()[at]])),
                text(Some(&predictions.labels()[predictions.predicted()[at]])),
            ];
            for label in labels.labels() {
                let known = predictions.labels().iter().position(|known| known == label);
                let p = known.zip(predictions.probabilities());
                record.push(p.map_or(Value::Missing, |(idx, p)| Value::Number(p[(at, idx)])));
            }
            rows.push(record);
        }
    }
    Records { columns, rows }
}

/// A column for the probability of each label.
pub(super) fn probability_columns(
    labels: &LabelSet,
) -> impl Iterator<Item = (String, ValueKind)> + '_ {
    let labels = labels.labels().iter();
    labels.map(|label| (format!("p_{label}"), ValueKind::Number))
}
