//! What training found out, for its report.

use super::curve::LearningCurve;
use super::head_report::HeadLog;
use super::warning::Warning;

/// What training found out, for the report.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainLog {
    /// Rows learned from.
    pub n_rows: usize,
    /// Documents they come from; distinct texts where no group column was given.
    pub n_groups: usize,
    /// Rows without a label on any target.
    pub n_unlabelled: usize,
    /// Rows whose text is blank.
    pub n_blank: usize,
    /// Number of features.
    pub n_features: usize,
    /// Number of folds.
    pub n_folds: usize,
    /// Folds whose rows were answered; all but where a strength was given and fewer have
    /// [`ENOUGH_ROWS`](crate::ENOUGH_ROWS) rows.
    pub n_answered_folds: usize,
    /// One for each target.
    pub heads: Vec<HeadLog>,
    /// How scores grow with the rows.
    pub curve: LearningCurve,
    /// What to think about before the model is used; empty without an appraisal.
    pub warnings: Vec<Warning>,
}
