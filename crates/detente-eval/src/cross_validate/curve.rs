//! How right models are of growing shares of the training documents.

use super::part::{Collected, Outcome, run_part};
use super::split::Part;
use super::validation_params::CrossValidateParams;
use crate::error::Result;
use detente_data::corpus::Corpus;
use detente_metrics::{Evaluation, LabelList};
use serde::Serialize;
use std::collections::BTreeSet;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// How right models of one share of the training documents are.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CurvePoint {
    /// The share of each part's training documents, above 0 up to 1.
    pub share: f64,
    /// Rows trained on, on average over parts.
    pub n_train: f64,
    /// The targets that some part has a model for.
    pub targets: Vec<CurveTarget>,
}

/// One target at one share.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CurveTarget {
    /// The target.
    pub target: String,
    /// How right the predictions for the test rows of all parts are.
    pub evaluation: Evaluation,
    /// Test rows without a prediction, since so few training rows had a single label or too few
    /// documents.
    pub n_unanswered: usize,
}

/// What models of one share of the documents predicted.
pub(super) struct Point {
    share: f64,
    n_train: usize,
    n_parts: usize,
    collected: Vec<Collected>,
    n_unanswered: Vec<usize>,
}

impl Point {
    pub(super) fn new(share: f64, corpus: &Corpus) -> Self {
        let targets = corpus.targets.iter();
        Self {
            share,
            n_train: 0,
            n_parts: 0,
            collected: targets.map(|_| Collected::default()).collect(),
            n_unanswered: vec![0; corpus.targets.len()],
        }
    }

    /// Trains on the share of a part's training documents and predicts its test rows.
    pub(super) fn run(
        &mut self,
        corpus: &Corpus,
        part: &Part,
        params: &CrossValidateParams,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<()> {
        let seed = params.train.folds.seed.wrapping_add(part.repeat as u64);
        let part = Part {
            training: first_documents(corpus, &part.training, self.share, seed),
            ..part.clone()
        };
        let outcomes = run_part(corpus, &part, params, progress)?;
        self.add(part.training.len(), &outcomes);
        Ok(())
    }

    /// Takes the predictions of one part.
    pub(super) fn add(&mut self, n_train: usize, outcomes: &[Outcome]) {
        self.n_train += n_train;
        self.n_parts += 1;
        for (target_idx, outcome) in outcomes.iter().enumerate() {
            match outcome {
                Outcome::Untested => {}
                Outcome::Untrained(n) => self.n_unanswered[target_idx] += n,
                Outcome::Predicted(collect) => self.collected[target_idx].extend(collect, 0),
            }
        }
    }

    pub(super) fn measure(
        self,
        corpus: &Corpus,
        documents: &[u32],
        lists: &[Option<LabelList>],
        params: &CrossValidateParams,
    ) -> Result<CurvePoint> {
        let mut targets = Vec::new();
        for (target_idx, collect) in self.collected.iter().enumerate() {
            if collect.rows.is_empty() {
                continue;
            }
            let target = &corpus.targets[target_idx];
            let mut given = collect.given(&target.name, &target.labels, documents)?;
            if let Some(list) = &lists[target_idx] {
                given = given.in_list(list);
            }
            targets.push(CurveTarget {
                target: target.name.clone(),
                evaluation: given.evaluate(params.bootstrap.as_ref())?,
                n_unanswered: self.n_unanswered[target_idx],
            });
        }
        Ok(CurvePoint {
            share: self.share,
            n_train: self.n_train as f64 / self.n_parts.max(1) as f64,
            targets,
        })
    }
}

/// The rows of the first documents in an order that depends on their names and the seed alone, so
/// that a larger share holds every smaller one.
fn first_documents(corpus: &Corpus, training: &[usize], share: f64, seed: u64) -> Vec<usize> {
    let key = |row: usize| corpus.examples[row].group_key();
    let names: BTreeSet<&str> = training.iter().map(|row| key(*row)).collect();
    let hashed = names
        .into_iter()
        .map(|name| (xxh3_64_with_seed(name.as_bytes(), seed), name));
    let mut order: Vec<(u64, &str)> = hashed.collect();
    order.sort_unstable();
    let n = (share * order.len() as f64).ceil() as usize;
    let taken: BTreeSet<&str> = order.iter().take(n).map(|(_, name)| *name).collect();
    let rows = training.iter().copied();
    rows.filter(|row| taken.contains(key(*row))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_data::corpus::LayoutParams;

    #[test]
    fn a_larger_share_holds_every_smaller_one_and_documents_stay_whole() {
        let mut csv = "text,peace,doc\n".to_owned();
        for row in 0..40 {
            csv += &format!("text {row},favor,d{}\n", row / 4);
        }
        let params = LayoutParams {
            group: Some("doc".into()),
            ..LayoutParams::default()
        };
        let corpus = Corpus::from_reader(csv.as_bytes(), &params, &["peace"]).unwrap();
        let rows: Vec<usize> = (0..40).collect();
        let small = first_documents(&corpus, &rows, 0.25, 7);
        let large = first_documents(&corpus, &rows, 0.5, 7);
        assert_eq!((small.len(), large.len()), (12, 20));
        assert!(small.iter().all(|row| large.contains(row)));
        assert_ne!(large, first_documents(&corpus, &rows, 0.5, 8));
        assert_eq!(first_documents(&corpus, &rows, 1.0, 7), rows);
    }
}
