//! The rows that one fold trains on, and those that it leaves out.

use super::member::Fitting;
use super::prepared_training::{PreparedTraining, Task};
use crate::counts::Csr;
use crate::linear::HeadParams;
use detente_model::features::{Idf, WeightingParams};

/// The relative gradient at which fits of the cross-validation end at the latest: they only have to
/// rank strengths and give margins, and the last steps change neither.
const SEARCH_TOLERANCE: f64 = 1e-3;

/// The rows of one fold's fits, weighted by its training rows alone.
pub(super) struct FoldRows {
    /// For each target: the places of the rows left out in the target's task.
    pub(super) places: Vec<Vec<usize>>,
    pub(super) kept: Vec<Task>,
    pub(super) kept_rows: Vec<Csr>,
    pub(super) held_out: Vec<Task>,
    pub(super) held_out_rows: Vec<Csr>,
}

impl FoldRows {
    /// Leaves one fold out, whose rows are answered if calibration rests on them; of the others only the rows for which
    /// `is_kept` holds are trained on.
    pub(super) fn new(
        prepared: &PreparedTraining,
        fold: usize,
        is_kept: &dyn Fn(usize) -> bool,
        weighting: &WeightingParams,
    ) -> Self {
        let fold_of = prepared.folds.fold_of();
        let counts = &prepared.counts;
        let training: Vec<usize> = (0..counts.n_rows())
            .filter(|row| fold_of[*row] != fold && is_kept(*row))
            .collect();
        let df = counts.document_frequencies(&training);
        let idf = Idf::fit(&df, training.len(), weighting);
        let mut rows = Self {
            places: Vec::new(),
            kept: Vec::new(),
            kept_rows: Vec::new(),
            held_out: Vec::new(),
            held_out_rows: Vec::new(),
        };
        for task in &prepared.tasks {
            let (mut outside, mut inside): (Vec<usize>, Vec<usize>) =
                (0..task.rows.len()).partition(|at| fold_of[task.rows[*at]] == fold);
            inside.retain(|at| is_kept(task.rows[*at]));
            outside.retain(|at| prepared.calibrates[task.rows[*at]]);
            let (kept, held_out) = (task.part(&inside), task.part(&outside));
            rows.kept_rows
                .push(prepared.weigh(&kept.rows, &idf, weighting));
            rows.held_out_rows
                .push(prepared.weigh(&held_out.rows, &idf, weighting));
            rows.kept.push(kept);
            rows.held_out.push(held_out);
            rows.places.push(outside);
        }
        rows
    }

    /// Gives back what its rows took; what is left are the places.
    pub(super) fn done(self, prepared: &PreparedTraining) -> Vec<Vec<usize>> {
        // The larger ones last, which are the first to be used again.
        prepared.take_back(self.held_out_rows);
        prepared.take_back(self.kept_rows);
        self.places
    }

    /// Fits on the rows kept, no closer than a cross-validation needs.
    pub(super) fn fitting(&self, params: &HeadParams) -> Fitting<'_> {
        Fitting {
            rows: &self.kept_rows,
            tasks: &self.kept,
            params: HeadParams {
                tolerance: params.tolerance.max(SEARCH_TOLERANCE),
                ..*params
            },
        }
    }
}

/// The places of all rows but those held out.
pub(super) fn others(held_out: &[usize], n_rows: usize) -> Vec<usize> {
    let mut is_held_out = vec![false; n_rows];
    held_out.iter().for_each(|place| is_held_out[*place] = true);
    (0..n_rows).filter(|at| !is_held_out[*at]).collect()
}
