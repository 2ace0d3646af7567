//! What can fail, each with its sentence: what was found, then what is allowed.

use detente_error::prose;

/// What failed. Each variant carries what its sentence shows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file or folder cannot be read, written or made.
    #[error("{action}")]
    Io {
        /// What was tried, as in "cannot make the folder".
        action: &'static str,
    },
    /// A file of the folder is not there.
    #[error(
        "this folder has no {}; expected the files of a sentence encoder: `config.json`, `tokenizer.json` and \
            `model.safetensors`",
        prose(.names, "and")
    )]
    MissingFiles {
        /// The files that are missing.
        names: Vec<String>,
    },
    /// The folder is not there.
    #[error("there is no such folder; expected that of a sentence encoder")]
    MissingFolder,
    /// A setting of `config.json` that is out of its range.
    #[error("`{setting}` is {value}; expected {expected}")]
    Setting {
        /// Its name.
        setting: &'static str,
        /// The value found.
        value: String,
        /// What is allowed, as the end of "expected ...".
        expected: &'static str,
    },
    /// A file larger than any encoder that a processor is asked to run.
    #[error("this file has {n_bytes} bytes; expected at most {most}")]
    TooLarge {
        /// Its bytes.
        n_bytes: u64,
        /// The most that are read.
        most: u64,
    },
    /// A file whose contents cannot be understood.
    #[error("this is not {expected}")]
    Unreadable {
        /// What it should be.
        expected: &'static str,
    },
    /// Weights that do not go with the settings or the tokenizer.
    #[error("the weights do not fit `config.json`: {found}")]
    Weights {
        /// What is wrong, as the end of the sentence.
        found: String,
    },
    /// What reading a file says.
    #[error(transparent)]
    Data(detente_data::ErrorKind),
}

detente_error::error_type!(ErrorKind, Data: detente_data::Error);
