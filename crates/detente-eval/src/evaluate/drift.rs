//! How far the data are from what the model was trained on.

use super::document_idx;
use crate::error::Result;
use detente_data::article::Example;
use detente_data::corpus::Corpus;
use detente_metrics::drift::{Shift, frequency_shifts};
use detente_model::features::FeatureId;
use detente_model::{Model, StatePool};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// Word features whose frequency is compared with training: the commonest.
pub const N_COMPARED: usize = 200;
/// The corrected p-value up to which a word's frequency is said to differ.
pub const SHIFT_LEVEL: f64 = 0.05;

/// Words the model does not know, and words that are more or less common than in training.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Drift {
    /// Words of all rows.
    pub n_words: usize,
    /// Those whose stem the model does not know.
    pub n_unknown_words: usize,
    /// Rows, of which those that repeat a text for another target are one.
    pub n_rows: usize,
    /// Rows of which the model knows no word.
    pub n_unknown_rows: usize,
    /// The share of unknown words in training, each fold by the others.
    pub training_unknown_words: Option<f64>,
    /// The share of rows without a known word in training, each fold by the others.
    pub training_unknown_rows: Option<f64>,
    /// The features compared, those that differ most clearly first, with their names.
    pub shifts: Vec<(String, Shift)>,
}

impl Drift {
    /// The share of words that the model does not know; `None` without words.
    pub fn unknown_words(&self) -> Option<f64> {
        (self.n_words > 0).then(|| self.n_unknown_words as f64 / self.n_words as f64)
    }

    /// Whether the share of unknown words is high, see [`is_high`].
    pub fn is_high(&self) -> bool {
        self.unknown_words()
            .is_some_and(|share| is_high(share, self.training_unknown_words))
    }

    /// The features whose frequency differs from training at [`SHIFT_LEVEL`], after correction.
    pub fn differing(&self) -> impl Iterator<Item = &(String, Shift)> {
        let differs = |(_, shift): &&(String, Shift)| shift.p_value <= SHIFT_LEVEL;
        self.shifts.iter().filter(differs)
    }
}

/// Whether a share of unknown words is high: above 30 %, or above three times that of training.
pub fn is_high(share: f64, training: Option<f64>) -> bool {
    share > 0.3 || training.is_some_and(|training| share > 3.0 * training)
}

/// How far some rows, given by their places among the examples, are from what the model was trained on.
///
/// Where each target has a row of its own, a text stands once for each of its targets. It is read once all the same:
/// its words say nothing new the second time.
pub(super) fn drift(model: &Model, corpus: &Corpus, rows: &[usize]) -> Result<Drift> {
    let examples = distinct_texts(rows.iter().filter_map(|row| corpus.examples.get(*row)));
    let (vectorizer, record) = (model.vectorizer(), model.record());
    let vocabulary = vectorizer.vocabulary();
    let n_known = vocabulary.n_word().min(vectorizer.idf().0.len());
    let n_compared = N_COMPARED.min(n_known);
    let pool = StatePool::default();
    let read: Vec<(usize, usize, Vec<u32>)> = examples
        .par_iter()
        .map(|example| {
            pool.with(|state| {
                let row = vectorizer.transform(model.analyzer(), state, example.passage());
                let common = row.row.ids.iter().copied();
                let common = common.filter(|id| (*id as usize) < n_compared);
                (row.n_tokens, row.n_known_tokens, common.collect())
            })
        })
        .collect();
    // Inverse document frequencies are ln((1 + n) / (1 + df)) + 1, so they give the counts back.
    let n_training = record.n_rows as u64;
    let count = |idf: f32| match idf > 0.0 {
        true => {
            let df = (1 + n_training) as f64 / (f64::from(idf) - 1.0).exp() - 1.0;
            df.round().clamp(0.0, n_training as f64) as u64
        }
        false => 0,
    };
    let counts: Vec<u64> = vectorizer
        .idf()
        .0
        .iter()
        .take(n_compared)
        .map(count)
        .collect();
    let documents = document_idx(&examples);
    let mut drift = Drift {
        n_rows: read.len(),
        training_unknown_words: record.training_texts.unknown_words,
        training_unknown_rows: record.training_texts.unknown_rows,
        ..Drift::default()
    };
    let mut rows = Vec::with_capacity(read.len());
    for (n_words, n_known, common) in read {
        drift.n_words += n_words;
        drift.n_unknown_words += n_words - n_known;
        drift.n_unknown_rows += usize::from(n_known == 0);
        rows.push(common);
    }
    drift.shifts = frequency_shifts(&counts, n_training, &rows, &documents)?
        .into_iter()
        .map(|shift| (vocabulary.name(FeatureId(shift.feature as u32)), shift))
        .collect();
    Ok(drift)
}

/// Rows less those that repeat a text of their document for another target. A text that is labelled twice on one
/// target counts twice.
fn distinct_texts<'a>(examples: impl Iterator<Item = &'a Example>) -> Vec<&'a Example> {
    // For each text of a document: how often each target has it, and how often it was taken.
    let mut seen: BTreeMap<(&str, &str), (Vec<usize>, usize)> = BTreeMap::new();
    let mut distinct = Vec::new();
    for example in examples {
        let key = (example.group_key(), example.text.as_str());
        let (counts, n_taken) = seen.entry(key).or_default();
        counts.resize(example.labels.len().max(counts.len()), 0);
        for (count, label) in counts.iter_mut().zip(&example.labels) {
            *count += usize::from(label.is_some());
        }
        if counts.iter().max().is_some_and(|most| *most > *n_taken) {
            *n_taken += 1;
            distinct.push(example);
        }
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_high_by_itself_or_beside_training() {
        assert!(is_high(0.31, None) && !is_high(0.3, None));
        assert!(is_high(0.1, Some(0.03)) && !is_high(0.1, Some(0.04)));
    }
}
