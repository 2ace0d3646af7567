//! The predictions of every fold, row by row.

use super::predictions::probability_columns;
use super::value::{Records, Value, ValueKind, text};
use detente_data::corpus::Corpus;
use detente_eval::cross_validate::{CrossValidated, TargetResult};
use detente_model::label::LabelSet;

/// One row for each prediction: `id,target,gold,predicted,fold`, `repeat` where there are several, then a
/// `p_<label>` column for every label of any target. `corpus` is the one that was cross-validated.
pub fn cross_validation_predictions(corpus: &Corpus, result: &CrossValidated) -> Records {
    let all = result.targets.iter();
    let all = all.flat_map(|target| target.given.labels().labels().iter().cloned());
    let labels = LabelSet::new(all);
    let is_repeated = result.folds.iter().any(|fold| fold.repeat > 1);
    let mut columns: Vec<_> = ["id", "target", "gold", "predicted", "fold"]
        .map(|name| (name.to_owned(), ValueKind::Text))
        .to_vec();
    columns.extend(is_repeated.then(|| ("repeat".to_owned(), ValueKind::Count)));
    columns.extend(probability_columns(&labels));
    let mut rows = Vec::new();
    for target in &result.targets {
        for at in 0..target.rows.len() {
            rows.push(record(corpus, result, target, at, &labels, is_repeated));
        }
    }
    Records { columns, rows }
}

fn record(
    corpus: &Corpus,
    result: &CrossValidated,
    target: &TargetResult,
    at: usize,
    labels: &LabelSet,
    is_repeated: bool,
) -> Vec<Value> {
    let predictions = target.given.predictions();
    let names = predictions.labels();
    let fold = &result.folds[target.fold_of[at]];
    let mut record = vec![
        Value::Text(corpus.examples[target.rows[at]].id_or_line()),
        text(Some(target.given.target())),
        text(Some(&names[predictions.gold()[at]])),
        text(Some(&names[predictions.predicted()[at]])),
        text(Some(&fold.name)),
    ];
    record.extend(is_repeated.then_some(Value::Count(fold.repeat as u64)));
    for label in labels.labels() {
        let known = target.given.labels().position(label);
        let p = known.zip(predictions.probabilities());
        record.push(p.map_or(Value::Missing, |(idx, p)| Value::Number(p[(at, idx)])));
    }
    record
}
