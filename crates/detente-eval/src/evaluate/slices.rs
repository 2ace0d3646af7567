//! How right a model is on the rows that share a value of some column.

use super::Evaluated;
use crate::error::Result;
use crate::target_predictions::TargetPredictions;
use detente_data::corpus::Corpus;
use detente_metrics::compare::holm;
use detente_metrics::slice::{SliceDifference, slice_difference};
use detente_metrics::{BootstrapParams, CountMetric, Evaluation};
use serde::Serialize;
use std::collections::BTreeMap;

/// Rows below which a slice is too small to say much.
pub const SMALL_SLICE: usize = 30;
/// The corrected p-value up to which a slice is called worse than the rest.
pub const SLICE_LEVEL: f64 = 0.05;

/// The rows of one target with one value of a column.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
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
    corpus: &Corpus,
    evaluated: &Evaluated,
    by: &[String],
    bootstrap: Option<&BootstrapParams>,
) -> Result<Vec<Slice>> {
    let mut all = Vec::new();
    if by.is_empty() {
        return Ok(all);
    }
    let given = evaluated.given();
    let pooled = pooled_rows(evaluated, &given)?;
    let targets = evaluated.targets.iter().enumerate();
    let targets = targets.map(|(at, (target, _))| (Some(at), &target.given, &target.rows));
    let pooled = pooled.as_ref().map(|(given, rows)| (None, given, rows));
    for (target_idx, given, rows) in targets.chain(pooled) {
        let predictions = given.predictions();
        let start = all.len();
        for column in by {
            for (value, places) in values(corpus, rows, column) {
                let mut in_slice = vec![false; rows.len()];
                places.iter().for_each(|place| in_slice[*place] = true);
                let metric = CountMetric::MacroF1;
                let difference = slice_difference(predictions, &in_slice, metric, bootstrap)?;
                let inside = predictions.select(&places)?;
                all.push(Slice {
                    target_idx,
                    column: column.clone(),
                    value,
                    evaluation: Evaluation::of(&inside, given.sides(), bootstrap)?,
                    difference,
                    corrected: None,
                });
            }
        }
        correct(&mut all[start..]);
    }
    Ok(all)
}

/// The pool of the targets, with the places of its rows among the examples.
fn pooled_rows(
    evaluated: &Evaluated,
    given: &[&TargetPredictions],
) -> Result<Option<(TargetPredictions, Vec<usize>)>> {
    let members = TargetPredictions::pool_members(given).unwrap_or_default();
    let rows = members
        .iter()
        .flat_map(|member| &evaluated.targets[*member].0.rows);
    let rows: Vec<usize> = rows.copied().collect();
    Ok(TargetPredictions::pool(given)?.map(|pooled| (pooled, rows)))
}

/// The values of a column among a target's rows with the places of their rows, largest first.
fn values(corpus: &Corpus, rows: &[usize], column: &str) -> Vec<(String, Vec<usize>)> {
    let Some(kept_idx) = corpus.kept_idx(column) else {
        return Vec::new();
    };
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
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
