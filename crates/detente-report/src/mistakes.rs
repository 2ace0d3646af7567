//! The wrong answers, as CSV.

use detente_data::corpus::Corpus;
use detente_eval::evaluate::{Evaluated, Mistake};
use detente_model::label::LabelSet;

/// Features listed of each wrong answer.
pub(super) const N_LISTED: usize = 12;

/// One row for each wrong answer, in the order given: `id,file,line,target,text,gold,predicted`, a
/// `p_<label>` column for every label of any target, `features` (each with its part in the margin).
pub fn mistakes_csv(corpus: &Corpus, evaluated: &Evaluated, mistakes: &[Mistake]) -> Vec<u8> {
    let all = evaluated
        .targets
        .iter()
        .flat_map(|(target, _)| target.given.predictions().labels().iter().cloned());
    let labels = LabelSet::new(all);
    let fixed = ["id", "file", "line", "target", "text", "gold", "predicted"];
    let columns = fixed.iter().map(|name| (*name).to_owned());
    let columns = columns.chain(labels.labels().iter().map(|label| format!("p_{label}")));
    let mut rows = csv::Writer::from_writer(Vec::new());
    // Invariant: writing to memory does not fail, and every row has the header's fields.
    rows.write_record(columns.chain(["features".to_owned()]))
        .expect("memory takes every row");
    for mistake in mistakes {
        let target = &evaluated.targets[mistake.target_idx].0;
        let (predictions, example) = (target.given.predictions(), &corpus.examples[mistake.row]);
        let mut record = vec![
            example.id.clone().unwrap_or_default(),
            corpus.path_of(example).display().to_string(),
            example.line.to_string(),
            target.given.target().to_owned(),
            example.text.clone(),
            predictions.labels()[predictions.gold()[mistake.place]].clone(),
            predictions.labels()[predictions.predicted()[mistake.place]].clone(),
        ];
        for label in labels.labels() {
            let known = predictions.labels().iter().position(|known| known == label);
            let p = known.zip(predictions.probabilities());
            record.push(p.map_or(String::new(), |(idx, p)| {
                format!("{:.6}", p[(mistake.place, idx)])
            }));
        }
        let features = mistake.contributions.iter().take(N_LISTED);
        let features = features.map(|part| format!("{} {:+.3}", part.feature, part.contribution));
        record.push(features.collect::<Vec<_>>().join("; "));
        rows.write_record(record).expect("memory takes every row");
    }
    rows.into_inner().expect("memory takes every row")
}
