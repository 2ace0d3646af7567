//! The answers of every fold, row by row.

use crate::corpus::Corpus;
use crate::cross_validate::{CrossValidated, TargetResult};
use crate::label::LabelSet;

/// One row for each answer: `id,target,gold,predicted,fold`, `repeat` where there are several, then a
/// `p_<label>` column for every label of any target. `corpus` is the one that was cross-validated.
pub fn cross_validation_csv(corpus: &Corpus, result: &CrossValidated) -> Vec<u8> {
    let all = result.targets.iter();
    let all = all.flat_map(|target| target.answered.labels.labels().iter().cloned());
    let labels = LabelSet::new(all);
    let is_repeated = result.folds.iter().any(|fold| fold.repeat > 1);
    let mut rows = csv::Writer::from_writer(Vec::new());
    let mut header: Vec<String> = ["id", "target", "gold", "predicted", "fold"]
        .map(str::to_owned)
        .to_vec();
    header.extend(is_repeated.then(|| "repeat".to_owned()));
    header.extend(labels.labels().iter().map(|label| format!("p_{label}")));
    // Invariant: writing to memory does not fail, and every row has the header's fields.
    rows.write_record(&header).expect("memory takes every row");
    for target in &result.targets {
        for at in 0..target.rows.len() {
            let record = record(corpus, result, target, at, &labels, is_repeated);
            rows.write_record(record).expect("memory takes every row");
        }
    }
    rows.into_inner().expect("memory takes every row")
}

fn record(
    corpus: &Corpus,
    result: &CrossValidated,
    target: &TargetResult,
    at: usize,
    labels: &LabelSet,
    is_repeated: bool,
) -> Vec<String> {
    let answered = &target.answered;
    let names = answered.labels.labels();
    let fold = &result.folds[target.fold_of[at]];
    let mut record = vec![
        corpus.examples[target.rows[at]].id_or_line(),
        answered.target.clone(),
        names[answered.gold[at]].clone(),
        names[answered.predicted[at]].clone(),
        fold.name.clone(),
    ];
    record.extend(is_repeated.then(|| fold.repeat.to_string()));
    for label in labels.labels() {
        let known = answered.labels.position(label);
        let p = known.zip(answered.probabilities.as_ref());
        record.push(p.map_or(String::new(), |(idx, p)| format!("{:.6}", p[at][idx])));
    }
    record
}
