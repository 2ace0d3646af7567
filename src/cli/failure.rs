//! What can fail on the command line, beside what fails in the crates below it.

use detente_error::{counted, prose};
use std::path::Path;

/// What failed. These sentences may name flags.
#[derive(Debug, thiserror::Error)]
pub(super) enum ErrorKind {
    /// Files that were left out, each of which was told before.
    #[error("{}", bad_files(*.n_bad, *.n_files))]
    BadFiles { n_bad: usize, n_files: usize },
    #[error("`{name}` is a model; expected `--data DATA.csv` with labelled rows for it to answer")]
    CompareNoData { name: String },
    #[error("`{name}` is the only one given; expected two or more models or files of predictions")]
    CompareOne { name: String },
    /// A flag of a configuration file that the command does not have; `detente` stands for all commands.
    #[error("{}", no_flag(.command, .flag))]
    ConfigFlag {
        command: String,
        flag: String,
        allowed: Vec<String>,
    },
    #[error("this is not TOML: {message}")]
    ConfigSyntax { message: String },
    #[error("`{flag}` is `{value}`; expected {expected}")]
    ConfigValue {
        flag: String,
        value: String,
        expected: &'static str,
    },
    #[error("there is nothing to read: {what}")]
    Empty { what: &'static str },
    #[error("the audit has findings in {}; expected none with `--strict`", counted(*.n_checks, "check"))]
    Findings { n_checks: usize },
    #[error("{action}")]
    Io { action: &'static str },
    #[error("a page shows one article and there are several; expected a folder for their pages")]
    OnePage,
    /// Several texts where one is wanted.
    #[error("there are several texts; expected a file with one")]
    SeveralTexts,
    #[error("{parameter} is {value}; expected {expected}")]
    OutOfRange {
        parameter: &'static str,
        value: String,
        expected: &'static str,
    },
    /// Inputs of an archive, each of which was told before.
    #[error("{n_bad} of {} cannot be used; expected all as they were packed", counted(*.n_inputs, "input"))]
    StudyBadInputs { n_bad: usize, n_inputs: usize },
    #[error(
        "the input is another than the one that was packed: it has {found}; expected {expected}"
    )]
    StudyChangedInput { found: String, expected: String },
    #[error("this is no command of the program: {message}")]
    StudyCommand { message: String },
    #[error("`.` is the folder of the study itself; expected files of it, or a folder in it")]
    StudyFolder,
    #[error(
        "the input `{path}` is not there; expected it beside the study, or written by an earlier command"
    )]
    StudyInput { path: String },
    #[error(
        "the input was left out of the archive, and is not there; expected it as it was packed"
    )]
    StudyMissingInput,
    #[error("the name cannot be written in a manifest; expected one in UTF-8")]
    StudyName,
    #[error("`{what}` has no place in a study: {why}")]
    StudyOutside { what: String, why: &'static str },
    #[error("`{path}` is an input, and written over here; expected another name for the output")]
    StudyOverInput { path: String },
    #[error("`-` is standard input; expected files and folders, which an archive can hold")]
    StudyStandardInput,
    #[error("the command was stopped before its end; expected an exit code")]
    StudyStopped,
    #[error("{what} is `{value}`; expected {}", prose(.allowed, "or"))]
    UnknownName {
        what: &'static str,
        value: String,
        allowed: Vec<String>,
    },
    #[error(
        "{what} is `{value}`; expected the id or a name of a party, as in `AZE` or `Azerbaijan`"
    )]
    UnknownParty {
        what: &'static str,
        value: String,
        known: Vec<String>,
    },
    #[error(transparent)]
    Data(detente_data::ErrorKind),
    #[cfg(feature = "encoder")]
    #[error(transparent)]
    Encoder(detente_encoder::ErrorKind),
    #[error(transparent)]
    Eval(detente_eval::ErrorKind),
    #[error(transparent)]
    Model(detente_model::ErrorKind),
    #[error(transparent)]
    Replication(detente_replication::ErrorKind),
    #[error(transparent)]
    Report(detente_report::ErrorKind),
    #[error(transparent)]
    Score(detente_score::ErrorKind),
    #[cfg(feature = "serve")]
    #[error(transparent)]
    Server(detente_server::ErrorKind),
    #[error(transparent)]
    Train(detente_train::ErrorKind),
}

/// What stands for all files that were left out, each of which has been told.
fn bad_files(n_bad: usize, n_files: usize) -> String {
    let files = counted(n_files, "file");
    match n_files - n_bad {
        0 => format!("none of {files} could be read"),
        _ => format!("{n_bad} of {files} could not be read; the others are scored"),
    }
}

fn no_flag(command: &str, flag: &str) -> String {
    match command {
        "detente" => format!("no command has the flag `--{flag}`"),
        _ => format!("`detente {command}` has no flag `--{flag}`"),
    }
}

detente_error::error_type!(
    ErrorKind,
    Data: detente_data::Error,
    Eval: detente_eval::Error,
    Model: detente_model::Error,
    Replication: detente_replication::Error,
    Report: detente_report::Error,
    Score: detente_score::Error,
    Train: detente_train::Error,
);

#[cfg(feature = "encoder")]
impl From<detente_encoder::Error> for Error {
    fn from(error: detente_encoder::Error) -> Self {
        let located = error.into_located();
        Self(Box::new(located.map(ErrorKind::Encoder)))
    }
}

#[cfg(feature = "serve")]
impl From<detente_server::Error> for Error {
    fn from(error: detente_server::Error) -> Self {
        let located = error.into_located();
        Self(Box::new(located.map(ErrorKind::Server)))
    }
}

impl Error {
    /// Makes the error of an argument that is out of its range.
    pub(super) fn out_of_range(
        parameter: &'static str,
        value: impl ToString,
        expected: &'static str,
    ) -> Self {
        Self::new(ErrorKind::OutOfRange {
            parameter,
            value: value.to_string(),
            expected,
        })
    }

    /// Makes an input/output error at a path.
    pub(super) fn io(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::new(ErrorKind::Io { action })
            .in_file(path)
            .caused_by(source)
    }
}
