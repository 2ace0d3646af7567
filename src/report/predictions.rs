//! A model's answers row by row, as CSV.

use crate::corpus::Corpus;
use crate::evaluate::Evaluated;
use crate::label::LabelSet;

/// One row for each example and target: `id,target,gold,predicted`, then a `p_<label>` column for
/// every label of any target, empty where the target has no such label. Without an id the row is
/// named by its line.
pub fn predictions_csv(corpus: &Corpus, evaluated: &Evaluated) -> Vec<u8> {
    let all = evaluated
        .targets
        .iter()
        .flat_map(|(target, _)| target.answers.labels().iter().cloned());
    let labels = LabelSet::new(all);
    let mut rows = csv::Writer::from_writer(Vec::new());
    let fixed = ["id", "target", "gold", "predicted"].map(str::to_owned);
    let columns = labels.labels().iter().map(|label| format!("p_{label}"));
    // Invariant: writing to memory does not fail, and every row has the header's fields.
    rows.write_record(fixed.into_iter().chain(columns))
        .expect("memory takes every row");
    for (target, _) in &evaluated.targets {
        let answers = &target.answers;
        for (at, row) in target.rows.iter().enumerate() {
            let example = &corpus.examples[*row];
            let mut record = vec![
                example
                    .id
                    .clone()
                    .unwrap_or_else(|| example.line.to_string()),
                target.target.clone(),
                answers.labels()[answers.gold()[at]].clone(),
                answers.labels()[answers.predicted()[at]].clone(),
            ];
            for label in labels.labels() {
                let known = answers.labels().iter().position(|known| known == label);
                let p = known.zip(answers.probabilities());
                record.push(p.map_or(String::new(), |(idx, p)| format!("{:.6}", p[(at, idx)])));
            }
            rows.write_record(record).expect("memory takes every row");
        }
    }
    rows.into_inner().expect("memory takes every row")
}
