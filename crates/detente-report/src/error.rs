//! What can fail, each with its sentence: what was found, then what is allowed.

/// What failed. Each variant carries what its sentence shows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A failure of `detente_data`.
    #[error(transparent)]
    Data(detente_data::ErrorKind),
    /// A failure of `detente_eval`.
    #[error(transparent)]
    Eval(detente_eval::ErrorKind),
    /// More rows than a sheet of a workbook holds.
    #[cfg(feature = "xlsx")]
    #[error("there are {found} rows; expected at most 1048575, as a sheet of a workbook holds")]
    TooManyRows {
        /// Rows there are.
        found: usize,
    },
    /// A workbook that cannot be written.
    #[cfg(feature = "xlsx")]
    #[error("the workbook cannot be written")]
    Workbook,
}

detente_error::error_type!(ErrorKind, Data: detente_data::Error, Eval: detente_eval::Error);
