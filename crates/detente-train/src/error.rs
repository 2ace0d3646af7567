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
    /// A checkpoint that is cut off, altered, or none.
    #[error("this is not the whole checkpoint of a training")]
    CheckpointBroken,
    /// A checkpoint of a training with other rows or flags.
    #[error("the checkpoint is of a training with other rows or parameters")]
    CheckpointOther,
    /// A failure of `detente_data`.
    #[error(transparent)]
    Data(detente_data::ErrorKind),
    /// A learner that needs dense rows would need more memory than the limit.
    #[error(
        "this learner needs dense rows: {n_rows} rows of {n_features} features would take {:.1} \
         GB; expected at most {:.1} GB",
        *.bytes as f64 / 1e9, *.limit as f64 / 1e9
    )]
    DenseTooLarge {
        /// Number of training rows.
        n_rows: usize,
        /// Number of features.
        n_features: usize,
        /// Bytes that the dense matrix would take.
        bytes: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// A file without a byte, a header without rows, or rows without text.
    #[error("there is nothing to read: {what}")]
    Empty {
        /// What there is none of, as in "has no rows".
        what: &'static str,
    },
    /// A linfa learner failed.
    #[error("the learner `{learner}` failed")]
    Learner {
        /// The learner's name.
        learner: &'static str,
    },
    /// A failure of `detente_model`.
    #[error(transparent)]
    Model(detente_model::ErrorKind),
    /// No cell of a target is labelled, or no target is left.
    #[error("no row is labelled for target `{target}`")]
    NoLabels {
        /// The target.
        target: String,
    },
    /// A learner that cannot weigh rows was given weights.
    #[error("the learner `{learner}` takes no row weights; expected every weight to be 1")]
    NoWeights {
        /// The learner's name.
        learner: &'static str,
    },
    /// Rows that are labelled on no target of a model.
    #[error("no row is labelled on a target of the model; it has {}", prose(.known, "and"))]
    NoKnownTarget {
        /// The targets of the model.
        known: Vec<String>,
    },
    /// A model that shall learn on and was not learned row by row.
    #[error("this model was not trained row by row, so it cannot learn on")]
    NotStreamed,
    /// A target with a single label.
    #[error(
        "target `{target}` has the single label `{label}` in {}; expected two or more labels",
        counted(*.n_rows, "row")
    )]
    OneLabel {
        /// The target.
        target: String,
        /// The one label.
        label: String,
        /// How many rows carry it.
        n_rows: usize,
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
    /// A training on standard input whose labels are not known before.
    #[error("standard input is read once, so its labels have to be named before")]
    StreamLabels,
    /// Bytes between a driver and its executors that are cut off, altered, or of another kind.
    #[error("these bytes are not a whole {what}")]
    PartBroken {
        /// What they should be.
        what: &'static str,
    },
    /// A part of a training with other labels, buckets or rows, or of another pass.
    #[error("this part is of another training, or of another pass of it")]
    PartOther,
    /// A plan of another version of this program, which may make other rows of a text.
    #[error(
        "this training was begun by version {found}, and this is version {expected}; expected the same version on the \
         driver and on every executor"
    )]
    PlanVersion {
        /// The version that made the plan.
        found: String,
        /// The version of this program.
        expected: &'static str,
    },
    /// A pass over other rows than were counted before.
    #[error(
        "a pass went over {} that are not the {expected} counted before; expected a table that gives the same rows \
         whenever it is read",
        counted(*.found as usize, "row")
    )]
    RowsChanged {
        /// Rows of the pass.
        found: u64,
        /// Rows counted.
        expected: u64,
    },
    /// Several passes over what can be read once.
    #[error("standard input can be read once; {n_passes} passes were asked for")]
    StreamOnce {
        /// The passes asked for.
        n_passes: usize,
    },
    /// Too few groups or rows to cut folds.
    #[error("target `{target}` has {found}; expected at least {n_folds}, one for each fold")]
    TooFewGroups {
        /// The target.
        target: String,
        /// What there is, as in "2 documents".
        found: String,
        /// Folds asked for.
        n_folds: usize,
    },
    /// Too few rows that were not learned from.
    #[error(
        "target `{target}` has {} that {} not learned from; expected at least {least} to \
         calibrate and measure it",
        counted(*.found, "labelled row"), if *.found == 1 { "was" } else { "were" }
    )]
    TooFewHeldOut {
        /// The target.
        target: String,
        /// How many there are.
        found: usize,
        /// How many it takes.
        least: usize,
    },
    /// Rows to calibrate a model on that are too few on each target.
    #[error("no target of the model has more than {}; expected at least {least}", counted(*.found, "labelled row"))]
    TooFewToCalibrate {
        /// The most on one target.
        found: usize,
        /// How many it takes.
        least: usize,
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
}

detente_error::error_type!(ErrorKind, Data: detente_data::Error, Model: detente_model::Error);

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

impl From<linfa::Error> for Error {
    fn from(source: linfa::Error) -> Self {
        Self::new(ErrorKind::Learner { learner: "linfa" }).caused_by(source)
    }
}
