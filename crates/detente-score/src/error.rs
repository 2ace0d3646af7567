//! What can fail, each with its sentence: what was found, then what is allowed.

use detente_metrics::{ParamsError, PredictionsError};

/// What failed. Each variant carries what its sentence shows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Predictions that cannot be measured.
    #[error("the predictions cannot be measured: {0}")]
    Predictions(PredictionsError),
    /// A failure of `detente_data`.
    #[error(transparent)]
    Data(detente_data::ErrorKind),
    /// A failure of `detente_model`.
    #[error(transparent)]
    Model(detente_model::ErrorKind),
    /// A parameter of a measure outside its range.
    #[error(transparent)]
    Params(ParamsError),
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
