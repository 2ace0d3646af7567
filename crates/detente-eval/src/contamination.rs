//! What of some data a model has seen in training.
//!
//! A model and a corpus come in; rows and groups that were in training too go out. Whoever measures a model says so
//! before the first number. It measures nothing itself.

use detente_data::article::Example;
use detente_data::corpus::Corpus;
use detente_model::{Likeness, Model};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeSet;

/// Rows and groups of the data that were in training too. Measures on them flatter the model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Contamination {
    /// Rows compared.
    pub n_rows: usize,
    /// Distinct texts the model was trained on; 0 where it does not say.
    pub n_training_texts: usize,
    /// Rows whose text was a training text, as places among the examples.
    pub exact: Vec<usize>,
    /// Rows whose text is a near-duplicate of a training text, see [`Sketch`](detente_text::Sketch).
    pub near: Vec<usize>,
    /// Groups of the data, where rows name them.
    pub n_groups: usize,
    /// Those of them that were in training, by name.
    pub shared_groups: Vec<String>,
    /// Rows of shared groups.
    pub n_rows_of_shared: usize,
}

impl Contamination {
    /// Whether nothing is shared.
    pub fn is_clean(&self) -> bool {
        self.exact.is_empty() && self.near.is_empty() && self.shared_groups.is_empty()
    }
}

/// Looks every row and group up among those that the model was trained on.
pub fn contamination(model: &Model, corpus: &Corpus) -> Contamination {
    let all: Vec<usize> = (0..corpus.examples.len()).collect();
    contamination_of(model, corpus, &all)
}

/// The same of some rows, given by their places among the examples: those that are measured.
pub fn contamination_of(model: &Model, corpus: &Corpus, rows: &[usize]) -> Contamination {
    let examples: Vec<&Example> = rows
        .iter()
        .filter_map(|row| corpus.examples.get(*row))
        .collect();
    let seen = &model.record().training_texts;
    let index = seen.index();
    let likeness: Vec<Option<Likeness>> = examples
        .par_iter()
        .map(|example| index.likeness(&example.text))
        .collect();
    let alike = |wanted: Likeness| {
        let found = rows.iter().zip(&likeness);
        let found = found.filter(|(_, found)| **found == Some(wanted));
        found.map(|(row, _)| *row).collect::<Vec<usize>>()
    };
    let groups: BTreeSet<&str> = examples.iter().filter_map(|e| e.group.as_deref()).collect();
    let shared: BTreeSet<&str> = groups
        .iter()
        .copied()
        .filter(|group| seen.has_group(group))
        .collect();
    let is_shared = |group: &str| shared.contains(group);
    Contamination {
        n_rows: examples.len(),
        n_training_texts: seen.n_texts(),
        exact: alike(Likeness::Exact),
        near: alike(Likeness::Near),
        n_groups: groups.len(),
        n_rows_of_shared: examples
            .iter()
            .filter(|example| example.group.as_deref().is_some_and(is_shared))
            .count(),
        shared_groups: shared.iter().map(|group| (*group).to_owned()).collect(),
    }
}
