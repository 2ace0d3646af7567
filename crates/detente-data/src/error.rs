//! What can fail, each with its sentence: what was found, then what is allowed.

use detente_error::{counted, prose};
use std::path::Path;

/// The documents that are read.
pub(crate) const DOCUMENTS: &str = ".docx, .odt, .rtf, .epub, .pdf, .xlsx or .ods";

/// What failed. Each variant carries what its sentence shows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No row has what the filters ask for.
    #[error("there is nothing to read: no row passes the filters")]
    AllFiltered,
    /// Labels that print alike and are spelled with letters of different scripts.
    #[error(
        "labels `{a}` and `{b}` of target `{target}` look the same, but {different}; expected one spelling"
    )]
    AlikeLabels {
        /// The target.
        target: String,
        /// One label.
        a: String,
        /// The other.
        b: String,
        /// Where they differ, as in "`а` (U+0430) stands for `a` (U+0061)".
        different: String,
    },
    /// Offsets of a mention that are none of its text.
    #[error(
        "the mention is from `{from}` to `{to}`; expected whole numbers that rise, from 0 to {n_chars}, \
            the number of characters in the text"
    )]
    BadMention {
        /// The cell where it begins.
        from: String,
        /// The cell where it ends.
        to: String,
        /// Characters in the text.
        n_chars: usize,
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
    /// A file that should be text holds NUL bytes.
    #[error("this is a binary file; expected UTF-8 text")]
    BinaryFile,
    /// A typed column whose values cannot be read as text.
    #[error("column `{column}` holds {found}; expected text, numbers, dates, or truth values")]
    ColumnType {
        /// The column's name.
        column: String,
        /// Its type.
        found: String,
    },
    /// A Parquet or Arrow file that cannot be understood.
    #[error("this {format} file cannot be read")]
    ColumnarFile {
        /// What it should be.
        format: &'static str,
    },
    /// A Parquet or Arrow file, and the feature for them is not part of this build.
    #[error("this build neither reads nor writes {format}; expected CSV or another text format")]
    ColumnarNotBuilt {
        /// The kind.
        format: &'static str,
    },
    /// A failure of `detente_documents`.
    #[cfg(feature = "documents")]
    #[error(transparent)]
    Document(detente_documents::ErrorKind),
    /// Two columns of one name.
    #[error("columns {} share the name `{column}`; expected each to have its own", prose_of(.numbers))]
    DuplicateColumn {
        /// The name.
        column: String,
        /// The columns' numbers, from 1.
        numbers: Vec<usize>,
    },
    /// A file without a byte, a header without rows, or rows without text.
    #[error("there is nothing to read: {what}")]
    Empty {
        /// What there is none of, as in "has no rows".
        what: &'static str,
    },
    /// A folder in which nothing is read.
    #[error("there is nothing to read: the folder has no {read} file")]
    EmptyFolder {
        /// The ends of the names of the files that are read.
        read: &'static str,
    },
    /// The operating system refused to read or write.
    #[error("{action}")]
    Io {
        /// What was tried, as in "cannot read".
        action: &'static str,
    },
    /// A document of JSON that holds no rows.
    #[error(
        "{found}; expected objects, one a line or in one array, or an object with an array `data`"
    )]
    JsonDocument {
        /// What was found, as the end of the sentence.
        found: String,
    },
    /// A field of an object that is no cell of a table.
    #[error("the field `{field}` is {found}; expected text, a number, a truth value, or null")]
    JsonField {
        /// The field.
        field: String,
        /// What was found, as in "an object".
        found: String,
    },
    /// A line of a JSON Lines file that is not an object of the expected form.
    #[error("{found}; expected one JSON object with a string field `text` on each line")]
    JsonLine {
        /// What was found, as the end of the sentence.
        found: String,
    },
    /// A column that was asked for is not in the header.
    #[error("there is no column `{column}`; the columns are {}", prose(.available, "and"))]
    MissingColumn {
        /// The column asked for.
        column: String,
        /// What the column is for.
        role: ColumnRole,
        /// The columns there are.
        available: Vec<String>,
    },
    /// A row of predictions without an id.
    #[error("column `id` is empty; expected the id of the row")]
    MissingId,
    /// A failure of `detente_model`.
    #[error(transparent)]
    Model(detente_model::ErrorKind),
    /// A web page without the text of an article.
    #[error("this web page {found}; expected a page with a story to read")]
    NoArticle {
        /// What is wrong with it, as in "has no text of an article".
        found: String,
    },
    /// A file that was said to be a document and is none.
    #[error("this is no document; expected {DOCUMENTS}")]
    NotDocument,
    /// A plain text or Markdown was asked for the column of a flag.
    #[error("this text has no columns; expected CSV or JSON Lines with a column for the mention")]
    NoColumns {
        /// What the column is for.
        role: ColumnRole,
    },
    /// A row, a line or a text that is too long to be one.
    #[error("{what} has more than {most} bytes; expected at most as many")]
    TooLong {
        /// What is too long, as in "this row".
        what: &'static str,
        /// Bytes that it may have.
        most: u64,
    },
    /// A compressed file that becomes larger than it may.
    #[error("cannot read: it unpacks to more than {most} bytes; expected at most as many")]
    UnpacksTooFar {
        /// Bytes that it may become.
        most: u64,
    },
    /// A small compressed file that becomes a large one.
    #[error(
        "cannot read: it unpacks to more than {times} times its size; expected at most as much"
    )]
    UnpacksTooOften {
        /// How many times larger it may become.
        times: u64,
    },
    /// A document of text where rows are wanted.
    #[error("this document has no rows; expected CSV, JSON Lines, .xlsx or .ods")]
    NoRows,
    /// Nothing names the columns to learn from.
    #[error("no column is named as a target; the columns are {}", prose(.available, "and"))]
    NoTargets {
        /// The columns there are.
        available: Vec<String>,
    },
    /// An output path that is one of the files to be read.
    #[error("cannot write: this file is read as data; expected another name")]
    IsInput,
    /// An output path that is not a regular file.
    #[error("cannot write: this is not a regular file; expected a file or a new name")]
    NotAFile,
    /// An output path that shall be a folder and is none.
    #[error("cannot write: this is not a folder; expected a folder or a new name")]
    NotAFolder,
    /// What was asked for is not part of this build.
    #[error("this program was built without the feature `{feature}`")]
    NotBuilt {
        /// The cargo feature that brings it.
        feature: &'static str,
    },
    /// A file that is not of the kind that its name promises.
    #[error("this is no {format} file; expected one, as its name or the kind of input says")]
    NotColumnar {
        /// The kind promised.
        format: &'static str,
    },
    /// A file that is neither a model nor a file of predictions.
    #[error("this is neither a detente model nor a file of predictions")]
    NotPredictions,
    /// Bytes that are not of the encoding that the file is in.
    #[error("the byte at offset {offset} is not {encoding}; expected {encoding} text")]
    NotDecoded {
        /// The encoding.
        encoding: &'static str,
        /// Offset of the first bad byte.
        offset: usize,
    },
    /// A file of a known kind that is no text.
    #[error("this is {what}; expected text")]
    NotText {
        /// The kind, as in "a PDF file".
        what: &'static str,
    },
    /// A byte that is zero, in what is text otherwise.
    #[error("the byte at offset {offset} is NUL; expected text")]
    NulByte {
        /// Its offset.
        offset: usize,
    },
    /// Bytes that are not UTF-8.
    #[error("{}; expected UTF-8 text", not_utf8(*.offset))]
    NotUtf8 {
        /// Offset of the first bad byte, where known.
        offset: Option<usize>,
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
    /// A row with more or fewer fields than the header.
    #[error(
        "this row has {}; expected {expected} as in the header",
        counted(*.found as usize, "field")
    )]
    RaggedRow {
        /// Fields in the row.
        found: u64,
        /// Fields in the header.
        expected: u64,
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

detente_error::error_type!(ErrorKind, Model: detente_model::Error);

#[cfg(feature = "documents")]
impl From<detente_documents::Error> for Error {
    fn from(error: detente_documents::Error) -> Self {
        Self(Box::new(error.into_located().map(ErrorKind::Document)))
    }
}

fn prose_of(numbers: &[usize]) -> String {
    let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
    match numbers.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

fn not_utf8(offset: Option<usize>) -> String {
    match offset {
        Some(offset) => format!("the byte at offset {offset} is not UTF-8"),
        None => "a field is not UTF-8".into(),
    }
}

impl Error {
    /// Makes an input/output error at a path.
    ///
    /// An error of this crate that a reader handed on as one of input/output is that error again.
    pub fn io(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::of_io(action, source).in_file(path)
    }

    /// Makes an input/output error where the path is not known.
    pub(crate) fn of_io(action: &'static str, source: std::io::Error) -> Self {
        match source.downcast::<Self>() {
            Ok(error) => error,
            Err(source) => Self::new(ErrorKind::Io { action }).caused_by(source),
        }
    }

    /// The same as an error of reading, on its way through a reader to [`Error::of_io`], which takes it out again.
    pub(crate) fn carried(self) -> std::io::Error {
        std::io::Error::new(std::io::ErrorKind::InvalidData, self)
    }
}

/// What a column is for, so that whoever asks for columns can say how to name another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnRole {
    /// The group of an article.
    ArticleGroup,
    /// The party that speaks an article.
    Author,
    /// It is one of a fixed layout, and no other will do.
    Fixed,
    /// Rows are calibrated on by its value.
    Calibration,
    /// One of its values is left out of each training.
    LeaveOut,
    /// Rows are kept by its value.
    Filter,
    /// The document of a row.
    Group,
    /// The id of a row.
    Id,
    /// The label, where rows name their target.
    Label,
    /// A party that a row is about.
    Party,
    /// The label of a second annotator.
    SecondLabel,
    /// The label of a second annotator, by the end of its name.
    SecondSuffix,
    /// Rows are told apart by its value in a report.
    Slice,
    /// The part of the data that a row belongs to, as in train or test.
    Split,
    /// The target, where rows name theirs.
    Target,
    /// The labels of one target.
    Targets,
    /// Offsets of the mention of a target.
    TargetSpan,
    /// The mention of a target.
    TargetText,
    /// The text.
    Text,
    /// The date of a row.
    Time,
    /// How much a row counts.
    Weight,
}
