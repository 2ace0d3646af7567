//! What can be wrong with predictions and with parameters.

/// Says why columns cannot be read as predictions; every row counts from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PredictionsError {
    /// Two predictions to be compared or joined differ in labels, gold or documents.
    #[error("the two sets of predictions are about different rows")]
    Different,
    /// A label stands twice in the list of labels.
    #[error("a label stands twice in the list")]
    DuplicateLabel {
        /// The label.
        label: String,
    },
    /// A column has another number of rows than `predicted`.
    #[error("the columns of the predictions differ in length")]
    Length {
        /// The column: `gold`, `documents` or `probabilities`.
        column: &'static str,
        /// The number of rows it has.
        found: usize,
        /// The number of rows of `predicted`.
        expected: usize,
    },
    /// A label index is outside the list of labels.
    #[error("a label index is outside the list of labels")]
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
    #[error("there are no labels")]
    NoLabels,
    /// A probability is not a number in `[0, 1]`.
    #[error("a probability is not a number from 0 to 1")]
    Probability {
        /// The row.
        row: usize,
        /// The column, that is the index of the label.
        label: usize,
        /// The number given.
        found: f64,
    },
    /// The probabilities have another number of columns than there are labels.
    #[error("there is not one probability a label")]
    ProbabilityColumns {
        /// The number of columns.
        found: usize,
        /// The number of labels.
        n_labels: usize,
    },
    /// The probabilities of a row do not sum to 1.
    #[error("the probabilities of a row do not sum to 1")]
    ProbabilitySum {
        /// The row.
        row: usize,
        /// The sum.
        found: f64,
    },
    /// A row that was asked for is outside the rows there are.
    #[error("a row is outside the rows of the predictions")]
    Row {
        /// The row asked for, from 0.
        found: usize,
        /// The number of rows.
        n_rows: usize,
    },
}

/// Says which parameter is outside its range.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParamsError {
    /// The confidence of an interval is not strictly between 0 and 1.
    #[error("the confidence is {0}; expected a number between 0 and 1")]
    Confidence(f64),
    /// The number of labels does not fit the other arguments.
    #[error(
        "the number of labels is {found} beside {expected}; expected the same number on both sides"
    )]
    Labels {
        /// The number given.
        found: usize,
        /// The number needed.
        expected: usize,
    },
    /// A list has another length than the one it stands beside.
    #[error("the number of {what} is {found}; expected {expected}")]
    Length {
        /// What the list holds.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length needed.
        expected: usize,
    },
    /// A number of something is not below how many there are.
    #[error("a {what} has the number {found}; expected one below {limit}")]
    Number {
        /// What is numbered.
        what: &'static str,
        /// The number given.
        found: usize,
        /// How many there are.
        limit: usize,
    },
    /// A prior is not a number in `[0, 1]`, or the priors do not sum to 1.
    #[error("the priors are no distribution; expected numbers from 0 to 1 that sum to 1")]
    Priors,
    /// The number of resamples is too small for an interval.
    #[error("the number of resamples is {0}; expected 20 to 1,000,000")]
    Resamples(usize),
    /// The number of shuffles is 0.
    #[error("the number of shuffles is {0}; expected 1 or more")]
    Shuffles(usize),
    /// A label that takes a side is outside the list of labels, or both sides are one label.
    #[error(
        "the pair of sides is {favor} and {against} of {n_labels}; expected two different labels of the set"
    )]
    Sides {
        /// The index of the label in favor.
        favor: usize,
        /// The index of the label against.
        against: usize,
        /// The number of labels.
        n_labels: usize,
    },
    /// There is no row to fit on, or a gold label is outside the columns.
    #[error("the number of rows is 0; expected 1 or more")]
    Rows,
}
