//! What a head is fitted on: sparse rows as linfa's records, and class indices as its targets.

use crate::counts::Csr;
use crate::error::{Error, ErrorKind, Result};
use linfa::dataset::{DatasetBase, Records};
use std::borrow::Borrow;

/// The targets of a dataset that a head is fitted on: for each row the index of its class.
///
/// linfa's own targets would be counted to find the number of classes; a fold that lacks a rare label still has to
/// give a head with a column for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Classes<'a> {
    /// The class of each row, below `n_classes`.
    pub idx: &'a [usize],
    /// Number of classes.
    pub n_classes: usize,
}

impl<'a> Classes<'a> {
    /// As many classes as the largest index says.
    pub fn new(idx: &'a [usize]) -> Self {
        Self {
            idx,
            n_classes: idx.iter().max().map_or(0, |largest| largest + 1),
        }
    }
}

/// The columns of a checked dataset, as the learners read them.
#[derive(Clone, Copy, Debug)]
pub(super) struct TrainingSet<'a> {
    /// Shape `(n_rows, n_features)`.
    pub(super) rows: &'a Csr,
    /// The class of each row, below `n_labels`.
    pub(super) gold: &'a [usize],
    /// How much each row counts.
    pub(super) weights: &'a [f32],
    /// Number of classes.
    pub(super) n_labels: usize,
}

impl<'a> TrainingSet<'a> {
    pub(super) fn new<R: Records + Borrow<Csr>>(
        dataset: &'a DatasetBase<R, Classes>,
        weights: &'a [f32],
    ) -> Result<Self> {
        let Classes { idx, n_classes } = dataset.targets;
        let n_rows = dataset.nsamples();
        if n_classes < 2 || idx.len() != n_rows || idx.iter().any(|class| *class >= n_classes) {
            return Err(Error::new(ErrorKind::OutOfRange {
                parameter: "the number of classes",
                value: n_classes.to_string(),
                expected: "2 or more, with one class index below it for each row",
            }));
        }
        if weights.len() != n_rows {
            return Err(Error::new(ErrorKind::OutOfRange {
                parameter: "the number of sample weights",
                value: weights.len().to_string(),
                expected: "one for each row",
            }));
        }
        Ok(Self {
            rows: dataset.records.borrow(),
            gold: idx,
            weights,
            n_labels: n_classes,
        })
    }

    /// Refuses rows of different weights, which linfa's learners would pass over in silence.
    pub(super) fn check_unweighted(&self, learner: &'static str) -> Result<()> {
        match self.weights.iter().all(|weight| *weight == 1.0) {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::NoWeights { learner })),
        }
    }

    #[cfg(test)]
    pub(super) fn dataset(&self) -> DatasetBase<&'a Csr, Classes<'a>> {
        let classes = Classes {
            idx: self.gold,
            n_classes: self.n_labels,
        };
        DatasetBase::new(self.rows, classes).with_weights(self.weights.to_vec().into())
    }
}

impl Records for Csr {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.n_rows()
    }

    fn nfeatures(&self) -> usize {
        self.n_features()
    }
}
