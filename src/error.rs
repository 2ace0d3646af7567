//! What can fail behind the front door.

use detente_error::prose;

/// What failed. Most kinds are those of the crate that did the work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Reading, or rows that cannot be used.
    #[error(transparent)]
    Data(detente_data::ErrorKind),
    /// Evaluating.
    #[error(transparent)]
    Eval(detente_eval::ErrorKind),
    /// A model that cannot be read, or a parameter of it.
    #[error(transparent)]
    Model(detente_model::ErrorKind),
    /// Training.
    #[error(transparent)]
    Train(detente_train::ErrorKind),
    /// A label that a target does not have.
    #[error("target `{target}` has no label `{label}`; it has {}", prose(.available, "and"))]
    UnknownLabel {
        /// The target.
        target: String,
        /// The label asked for.
        label: String,
        /// The labels it has.
        available: Vec<String>,
    },
    /// A target that a model, a score or a report does not have.
    #[error("there is no target `{target}`; there is {}", prose(.available, "and"))]
    UnknownTarget {
        /// The target asked for.
        target: String,
        /// The targets there are.
        available: Vec<String>,
    },
}

detente_error::error_type!(
    ErrorKind,
    Data: detente_data::Error,
    Eval: detente_eval::Error,
    Model: detente_model::Error,
    Train: detente_train::Error,
);
