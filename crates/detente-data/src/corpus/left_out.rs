//! Rows of the files that are not among the examples.

use super::Corpus;
use serde::Serialize;

/// How many rows of the files are no examples, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Rows without a label on any target.
    pub n_unlabelled: usize,
    /// Rows whose text is blank.
    pub n_blank: usize,
    /// Rows without what the filters ask for.
    pub n_passed_over: usize,
}

impl Corpus {
    /// What reading left out.
    pub fn left_out(&self) -> LeftOut {
        LeftOut {
            n_unlabelled: self.n_unlabelled,
            n_blank: self.n_blank,
            n_passed_over: self.n_passed_over,
        }
    }
}
