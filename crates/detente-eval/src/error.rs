//! What can fail, each with its sentence: what was found, then what is allowed.

use detente_error::{counted, prose};
use detente_metrics::{ParamsError, PredictionsError};

/// What failed. Each variant carries what its sentence shows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Predictions that cannot be measured.
    #[error("the predictions cannot be measured: {0}")]
    Predictions(PredictionsError),
    /// A date whose day and month cannot be told apart.
    #[error(
        "column `{column}` is `{value}`, which is {day_first} or {month_first}, and no other row shows which; expected \
         dates such as `{day_first}`"
    )]
    AmbiguousDate {
        /// The column's name.
        column: String,
        /// The cell.
        value: String,
        /// Its day if the day stands first, as `2014-04-03`.
        day_first: String,
        /// Its day if the month does.
        month_first: String,
    },
    /// A cell that must be a date is not one.
    #[error(
        "column `{column}` is `{value}`; expected a date such as `2014`, `2014-03-15`, or `15 March 2014`"
    )]
    BadDate {
        /// The column's name.
        column: String,
        /// The cell.
        value: String,
    },
    /// A cell that must be a number is not one, or is out of its range.
    #[error("column `{column}` is `{value}`; expected {expected}")]
    BadNumber {
        /// The column's name.
        column: String,
        /// The cell.
        value: String,
        /// What is allowed, as the end of "expected ...".
        expected: &'static str,
    },
    /// Two files of predictions give one row different gold labels.
    #[error(
        "`{0}` and `{1}` have different gold for id `{id}` on target `{target}`: `{2}` and `{3}`",
        .names[0], .names[1], .gold[0], .gold[1]
    )]
    CompareGold {
        /// The two files.
        names: [String; 2],
        /// The row's id.
        id: String,
        /// The target.
        target: String,
        /// The gold label in either.
        gold: [String; 2],
    },
    /// Two classifiers have different labels on one target.
    #[error(
        "`{0}` and `{1}` have different labels on target `{target}`: {2}; and {3}",
        .names[0], .names[1], prose(&.labels[0], "and"), prose(&.labels[1], "and")
    )]
    CompareLabels {
        /// The two classifiers.
        names: [String; 2],
        /// The target.
        target: String,
        /// The labels of either.
        labels: [Vec<String>; 2],
    },
    /// One classifier alone is to be compared.
    #[error("`{name}` is the only one given; expected two or more models or files of predictions")]
    CompareOne {
        /// The classifier.
        name: String,
    },
    /// A classifier lacks rows that another has.
    #[error(
        "`{1}` lacks {2} of target `{target}` that `{0}` has, the first with id `{id}`; expected \
         the same rows",
        .names[0], .names[1], counted(*.n_missing, "row")
    )]
    CompareRows {
        /// The classifier that has the rows, then the one that lacks them.
        names: [String; 2],
        /// The target.
        target: String,
        /// The first row missing, by its id.
        id: String,
        /// How many are missing.
        n_missing: usize,
    },
    /// No target is shared by all classifiers.
    #[error(
        "no target is answered by all: `{0}` has {2}; `{1}` has {3}",
        .names[0], .names[1], prose(&.targets[0], "and"), prose(&.targets[1], "and")
    )]
    CompareTargets {
        /// Two classifiers.
        names: [String; 2],
        /// The targets of either.
        targets: [Vec<String>; 2],
    },
    /// A failure of `detente_data`.
    #[error(transparent)]
    Data(detente_data::ErrorKind),
    /// One id names two rows of one target.
    #[error("{}", duplicate_id(.id, .target.as_deref()))]
    DuplicateId {
        /// The id.
        id: String,
        /// The target; `None` where the document of an id is not certain.
        target: Option<String>,
    },
    /// A column has too few distinct values to make folds of.
    #[error("column `{column}` has {found}; expected {expected}")]
    FewValues {
        /// The column.
        column: String,
        /// What it has, as in "3 distinct dates".
        found: String,
        /// What is needed, as the end of "expected ...".
        expected: String,
    },
    /// A failure of `detente_model`.
    #[error(transparent)]
    Model(detente_model::ErrorKind),
    /// No fold of a cross-validation could be trained.
    #[error(
        "no fold can be trained: in the training part of each, every target has a single label or fewer \
            than {n_folds} documents"
    )]
    NoFold {
        /// Documents that a target needs in the training part.
        n_folds: usize,
    },
    /// A parameter outside its range.
    #[error("{parameter} is {value}; expected {expected}")]
    OutOfRange {
        /// The parameter's name.
        parameter: &'static str,
        /// The value given.
        value: String,
        /// What is allowed, as the end of "expected ...".
        expected: &'static str,
    },
    /// A parameter of a measure outside its range.
    #[error(transparent)]
    Params(ParamsError),
    /// A failure of `detente_train`.
    #[error(transparent)]
    Train(detente_train::ErrorKind),
    /// An id of a file of predictions is not among the rows of the data.
    #[error("id `{id}` is not among the rows of {}", prose(.data, "or"))]
    UnknownId {
        /// The id.
        id: String,
        /// The data's files.
        data: Vec<String>,
    },
    /// A label outside the allowed ones.
    #[error("column `{column}` is `{value}`; expected {}", prose(.allowed, "or"))]
    UnknownLabel {
        /// The column's name.
        column: String,
        /// The label found.
        value: String,
        /// The labels allowed.
        allowed: Vec<String>,
    },
    /// A value that names none of a closed set.
    #[error("{what} is `{value}`; expected {}", prose(.allowed, "or"))]
    UnknownName {
        /// What is named, as in "language".
        what: &'static str,
        /// The value given.
        value: String,
        /// The values allowed.
        allowed: Vec<String>,
    },
    /// A target the model has no head for.
    #[error("the model has no target `{target}`; it has {}", prose(.available, "and"))]
    UnknownTarget {
        /// The target.
        target: String,
        /// The targets the model has.
        available: Vec<String>,
    },
}

detente_error::error_type!(
    ErrorKind,
    Data: detente_data::Error,
    Model: detente_model::Error,
    Train: detente_train::Error,
);

fn duplicate_id(id: &str, target: Option<&str>) -> String {
    match target {
        Some(target) => {
            format!("id `{id}` stands twice for target `{target}`; expected each row once")
        }
        None => format!("id `{id}` stands in two documents; expected one"),
    }
}

impl From<PredictionsError> for Error {
    fn from(error: PredictionsError) -> Self {
        Self::new(ErrorKind::Predictions(error))
    }
}

impl From<ParamsError> for Error {
    fn from(error: ParamsError) -> Self {
        Self::new(ErrorKind::Params(error))
    }
}
