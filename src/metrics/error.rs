//! What can be wrong with answers and with parameters, for the crate's error to word.

use crate::error::{Error, ErrorKind};

/// Says why columns cannot be read as answers; every row counts from 0.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AnswersError {
    /// Two answers to be compared differ in labels, gold or documents.
    Different,
    /// A label stands twice in the list of labels.
    DuplicateLabel {
        /// The label.
        label: String,
    },
    /// A column has another number of rows than `predicted`.
    Length {
        /// The column: `gold`, `documents` or `probabilities`.
        column: &'static str,
        /// The number of rows it has.
        found: usize,
        /// The number of rows of `predicted`.
        expected: usize,
    },
    /// A label index is outside the list of labels.
    LabelIndex {
        /// The column: `gold` or `predicted`.
        column: &'static str,
        /// The row.
        row: usize,
        /// The index given.
        found: usize,
        /// The number of labels.
        n_labels: usize,
    },
    /// There is no label.
    NoLabels,
    /// A probability is not a number in `[0, 1]`.
    Probability {
        /// The row.
        row: usize,
        /// The column, that is the index of the label.
        label: usize,
        /// The number given.
        found: f64,
    },
    /// The probabilities have another number of columns than there are labels.
    ProbabilityColumns {
        /// The number of columns.
        found: usize,
        /// The number of labels.
        n_labels: usize,
    },
    /// The probabilities of a row do not sum to 1.
    ProbabilitySum {
        /// The row.
        row: usize,
        /// The sum.
        found: f64,
    },
}

/// Says which parameter is outside its range.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ParamsError {
    /// The confidence of an interval is not strictly between 0 and 1.
    Confidence(f64),
    /// The number of labels does not fit the other arguments.
    Labels {
        /// The number given.
        found: usize,
        /// The number needed.
        expected: usize,
    },
    /// A prior is not a number in `[0, 1]`, or the priors do not sum to 1.
    Priors,
    /// The number of resamples is too small for an interval.
    Resamples(usize),
    /// The number of shuffles is 0.
    Shuffles(usize),
    /// A label that takes a side is outside the list of labels, or both sides are one label.
    Sides {
        /// The index of the label in favor.
        favor: usize,
        /// The index of the label against.
        against: usize,
        /// The number of labels.
        n_labels: usize,
    },
    /// There is no row to fit on, or a gold label is outside the columns.
    Rows,
}

impl From<ParamsError> for Error {
    fn from(error: ParamsError) -> Self {
        let (parameter, value, expected) = match error {
            ParamsError::Confidence(value) => (
                "the confidence",
                value.to_string(),
                "a number between 0 and 1",
            ),
            ParamsError::Labels { found, expected } => (
                "the number of labels",
                format!("{found} beside {expected}"),
                "the same number on both sides",
            ),
            ParamsError::Priors => (
                "the priors",
                "no distribution".to_owned(),
                "numbers from 0 to 1 that sum to 1",
            ),
            ParamsError::Resamples(value) => {
                ("the number of resamples", value.to_string(), "20 or more")
            }
            ParamsError::Shuffles(value) => {
                ("the number of shuffles", value.to_string(), "1 or more")
            }
            ParamsError::Sides {
                favor,
                against,
                n_labels,
            } => (
                "the pair of sides",
                format!("{favor} and {against} of {n_labels}"),
                "two different labels of the set",
            ),
            ParamsError::Rows => ("the number of rows", "0".to_owned(), "1 or more"),
        };
        Self::new(ErrorKind::OutOfRange {
            parameter,
            value,
            expected,
        })
    }
}

impl From<AnswersError> for Error {
    fn from(error: AnswersError) -> Self {
        let found = match error {
            AnswersError::Different => "the two sets of answers are about different rows",
            AnswersError::DuplicateLabel { .. } => "a label stands twice in the list",
            AnswersError::Length { .. } => "the columns of the answers differ in length",
            AnswersError::LabelIndex { .. } => "a label index is outside the list of labels",
            AnswersError::NoLabels => "there are no labels",
            AnswersError::Probability { .. } => "a probability is not a number from 0 to 1",
            AnswersError::ProbabilityColumns { .. } => "there is not one probability a label",
            AnswersError::ProbabilitySum { .. } => "the probabilities of a row do not sum to 1",
        };
        Self::new(ErrorKind::Answers { found })
    }
}
