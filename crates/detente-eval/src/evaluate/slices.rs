//! How right a model is on the rows that share a value of some column.

use super::{Evaluated, TargetAnswers, document_idx, pool_targets};
use crate::error::Result;
use detente_data::corpus::Corpus;
use detente_metrics::compare::holm;
use detente_metrics::slice::{SliceDifference, slice_difference};
use detente_metrics::{BootstrapParams, CountMetric, Evaluation};
use detente_model::Model;
use std::collections::BTreeMap;

/// Rows below which a slice is too small to say much.
pub const SMALL_SLICE: usize = 30;
/// The corrected p-value up to which a slice is called worse than the rest.
pub const SLICE_LEVEL: f64 = 0.05;

/// The rows of one target with one value of a column.
#[derive(Clone, Debug)]
pub struct Slice {
    /// The place of the target among those evaluated; `None` for the pool.
    pub target_idx: Option<usize>,
    /// The column.
    pub column: String,
    /// Its value; empty for an empty cell.
    pub value: String,
    /// Every measure.
    pub evaluation: Evaluation,
    /// Macro-F1 inside and outside the slice.
    pub difference: SliceDifference,
    /// The p-value of the difference, corrected for all slices of the target (Holm).
    pub corrected: Option<f64>,
}

impl Slice {
    /// Whether there are fewer than [`SMALL_SLICE`] rows.
    pub fn is_small(&self) -> bool {
        self.evaluation.n_rows < SMALL_SLICE
    }

    /// Whether the slice is below the rest beyond chance: at [`SLICE_LEVEL`], after correction.
    pub fn is_below(&self) -> bool {
        self.difference.difference.value.is_some_and(|d| d < 0.0)
            && self.corrected.is_some_and(|p| p <= SLICE_LEVEL)
    }
}

/// The slices of every target, and of the pool where it holds several, by each of the columns;
/// largest first.
pub(super) fn slices(
    model: &Model,
    corpus: &Corpus,
    evaluated: &Evaluated,
    by: &[String],
    bootstrap: Option<&BootstrapParams>,
) -> Result<Vec<Slice>> {
    let mut all = Vec::new();
    if by.is_empty() {
        return Ok(all);
    }
    let documents = document_idx(&corpus.examples);
    let pooled = pool_targets(model, &evaluated.targets, &documents);
    let pooled = pooled.filter(|(_, n_members)| *n_members > 1);
    let targets = evaluated.targets.iter().map(|(target, _)| target);
    let targets = (0..).map(Some).zip(targets);
    let pooled = pooled.as_ref().map(|(target, _)| (None, target));
    for (target_idx, target) in targets.chain(pooled) {
        let sides = super::sides(&model.heads()[target.head_idx].labels);
        let start = all.len();
        for column in by {
            for (value, places) in values(corpus, target, column) {
                let mut in_slice = vec![false; target.rows.len()];
                places.iter().for_each(|place| in_slice[*place] = true);
                let metric = CountMetric::MacroF1;
                let answers = &target.answers;
                let difference = slice_difference(answers, &in_slice, metric, bootstrap)?;
                all.push(Slice {
                    target_idx,
                    column: column.clone(),
                    value,
                    evaluation: Evaluation::of(&answers.select(&places), sides, bootstrap)?,
                    difference,
                    corrected: None,
                });
            }
        }
        correct(&mut all[start..]);
    }
    Ok(all)
}

/// The values of a column among a target's rows with the places of their rows, largest first.
fn values(corpus: &Corpus, target: &TargetAnswers, column: &str) -> Vec<(String, Vec<usize>)> {
    let Some(kept_idx) = corpus.kept_idx(column) else {
        return Vec::new();
    };
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, row) in target.rows.iter().enumerate() {
        let value = corpus.examples[*row].kept[kept_idx].trim();
        places.entry(value).or_default().push(place);
    }
    let mut values: Vec<(String, Vec<usize>)> = places
        .into_iter()
        .map(|(value, places)| (value.to_owned(), places))
        .collect();
    values.sort_by_key(|(_, places)| std::cmp::Reverse(places.len()));
    values
}

fn correct(slices: &mut [Slice]) {
    let tested: Vec<usize> = (0..slices.len())
        .filter(|idx| slices[*idx].difference.p_value.is_some())
        .collect();
    let p_values: Vec<f64> = tested
        .iter()
        .filter_map(|idx| slices[*idx].difference.p_value)
        .collect();
    for (idx, corrected) in tested.iter().zip(holm(&p_values)) {
        slices[*idx].corrected = Some(corrected);
    }
}
