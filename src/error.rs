//! Every sentence a user can be told when something fails.
//!
//! Imports: nothing.
//!
//! An [`Error`] is a boxed [`ErrorKind`] with an optional [`Place`] (path and line) and an optional
//! source. All wording is in this file, so that it can be read aloud in one sitting: where, then
//! what was found, then what is allowed; what to do follows as a hint. Nothing here prints.

use std::fmt;
use std::path::{Path, PathBuf};

/// The result of anything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Says what failed, where, and what the user can do about it.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    place: Place,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Says where an error happened; either part may be unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file, or `-` for standard input.
    pub path: Option<PathBuf>,
    /// The line in that file, counted from 1.
    pub line: Option<u64>,
}

/// What failed. Each variant carries what its sentence shows.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Answers that cannot be measured.
    Answers {
        /// What is wrong with them.
        found: &'static str,
    },
    /// A file that should be text holds NUL bytes.
    BinaryFile,
    /// A cell that must be a date is not one.
    BadDate {
        /// The column's name.
        column: String,
        /// The cell.
        value: String,
    },
    /// Offsets of a mention that are none of its text.
    BadMention {
        /// The cell where it begins.
        from: String,
        /// The cell where it ends.
        to: String,
        /// Characters in the text.
        n_chars: usize,
    },
    /// A cell that must be a number is not one, or is out of its range.
    BadNumber {
        /// The column's name.
        column: String,
        /// The cell.
        value: String,
        /// What is allowed, as the end of "expected ...".
        expected: &'static str,
    },
    /// A checkpoint that is cut off, altered, or none.
    CheckpointBroken,
    /// A checkpoint of a training with other rows or flags.
    CheckpointOther,
    /// A Parquet or Arrow file that cannot be understood.
    ColumnarFile {
        /// What it should be.
        format: &'static str,
    },
    /// A Parquet or Arrow file, and the feature for them is not part of this build.
    ColumnarNotBuilt {
        /// The kind.
        format: &'static str,
    },
    /// A typed column whose values cannot be read as text.
    ColumnType {
        /// The column's name.
        column: String,
        /// Its type.
        found: String,
    },
    /// Two files of predictions give one row different gold labels.
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
    /// Two classifiers answer one target in different labels.
    CompareLabels {
        /// The two classifiers.
        names: [String; 2],
        /// The target.
        target: String,
        /// The labels of either.
        labels: [Vec<String>; 2],
    },
    /// A model is to be compared without rows to answer.
    CompareNoData {
        /// The model.
        name: String,
    },
    /// One classifier alone is to be compared.
    CompareOne {
        /// The classifier.
        name: String,
    },
    /// A classifier lacks rows that another answered.
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
    /// No target is answered by all classifiers.
    CompareTargets {
        /// Two classifiers.
        names: [String; 2],
        /// The targets of either.
        targets: [Vec<String>; 2],
    },
    /// A flag of a configuration file that the command does not have.
    ConfigFlag {
        /// The command, or `detente` for all of them.
        command: String,
        /// The flag, without its dashes.
        flag: String,
        /// The flags there are.
        allowed: Vec<String>,
    },
    /// A configuration file that is not TOML.
    ConfigSyntax {
        /// What is wrong.
        message: String,
    },
    /// A value of a configuration file that its flag does not take.
    ConfigValue {
        /// The flag, without its dashes.
        flag: String,
        /// The value, as TOML.
        value: String,
        /// What would do.
        expected: &'static str,
    },
    /// A learner that needs dense rows would need more memory than the limit.
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
    /// One id names two rows of one target.
    DuplicateId {
        /// The id.
        id: String,
        /// The target; `None` where the document of an id is not certain.
        target: Option<String>,
    },
    /// A file without a byte, a header without rows, or rows without text.
    Empty {
        /// What there is none of, as in "has no rows".
        what: &'static str,
    },
    /// An address that does not answer to this machine alone is to be served without a token.
    Exposed {
        /// The address.
        host: String,
    },
    /// A column has too few distinct values to make folds of.
    FewValues {
        /// The column.
        column: String,
        /// What it has, as in "3 distinct dates".
        found: String,
        /// What is needed, as the end of "expected ...".
        expected: String,
    },
    /// An audit that accepts no finding found something.
    Findings {
        /// Checks with findings.
        n_checks: usize,
    },
    /// The operating system refused to read or write.
    Io {
        /// What was tried, as in "cannot read".
        action: &'static str,
    },
    /// A line of a JSON Lines file that is not an object of the expected form.
    JsonLine {
        /// What was found, as the end of the sentence.
        found: String,
    },
    /// A linfa learner failed.
    Learner {
        /// The learner's name.
        learner: &'static str,
    },
    /// A row of predictions without an id.
    MissingId,
    /// A column that was asked for is not in the header.
    MissingColumn {
        /// The column asked for.
        column: String,
        /// The flag that names another column instead, where there is one.
        flag: Option<&'static str>,
        /// The columns there are.
        available: Vec<String>,
    },
    /// The body of a request is of a kind that is not read.
    MediaType {
        /// The `Content-Type` given.
        found: Option<String>,
        /// The kinds that are read.
        allowed: Vec<String>,
    },
    /// A request with a method that its address does not take.
    Method {
        /// The method.
        found: String,
    },
    /// A line of a lexicon that is not an entry, a category and a weight.
    LexiconLine {
        /// The line.
        found: String,
    },
    /// The bytes after the model's header do not match its checksum.
    ModelAltered,
    /// A model whose metadata cannot be understood although its checksum is right.
    ModelMalformed {
        /// What is wrong, as the end of the sentence.
        found: String,
    },
    /// The file is not a detente model.
    ModelMagic,
    /// The model was written by a newer version of detente.
    ModelTooNew {
        /// The format version found.
        found: u32,
        /// The newest format version that this program reads.
        supported: u32,
    },
    /// The model file ends early.
    ModelTruncated {
        /// Bytes the header promises.
        expected: u64,
        /// Bytes there are.
        found: u64,
    },
    /// A web page without the text of an article.
    NoArticle {
        /// What is wrong with it, as in "has no text of an article".
        found: String,
    },
    /// What was asked for is not part of this build.
    NotBuilt {
        /// The cargo feature that brings it.
        feature: &'static str,
    },
    /// A file that is not of the kind that its name promises.
    NotColumnar {
        /// The kind promised.
        format: &'static str,
    },
    /// A learner that cannot weigh rows was given weights.
    NoWeights {
        /// The learner's name.
        learner: &'static str,
    },
    /// A plain text or Markdown was asked for the column of a flag.
    NoColumns {
        /// The flag that names the column.
        flag: &'static str,
    },
    /// A model that wants mentions is to be measured on rows that name none.
    NoMentions,
    /// An address of the server behind which there is nothing.
    NoPage {
        /// The path.
        path: String,
    },
    /// An output path that is not a regular file.
    NotAFile,
    /// An output path that shall be a folder and is none.
    NotAFolder,
    /// A model that shall learn on and was not learned row by row.
    NotStreamed,
    /// No cell of a target is labelled, or no target is left.
    NoLabels {
        /// The target.
        target: String,
    },
    /// No fold of a cross-validation could be trained.
    NoFold {
        /// Documents that a target needs in the training part.
        n_folds: usize,
    },
    /// Nothing names the columns to learn from.
    NoTargets {
        /// The columns there are.
        available: Vec<String>,
    },
    /// A file that is neither a model nor a file of predictions.
    NotPredictions,
    /// Bytes that are not UTF-8.
    NotUtf8 {
        /// Offset of the first bad byte, where known.
        offset: Option<usize>,
    },
    /// Several articles are to be shown on one page.
    OnePage,
    /// A target with a single label.
    OneLabel {
        /// The target.
        target: String,
        /// The one label.
        label: String,
        /// How many rows carry it.
        n_rows: usize,
    },
    /// The server has as much to do as it may.
    Overloaded,
    /// The server took longer than it may, or its client did.
    OutOfTime {
        /// What took so long, as in "the request".
        what: &'static str,
        /// How long it may take, in seconds.
        seconds: u64,
    },
    /// A parameter outside its range.
    OutOfRange {
        /// The parameter's name.
        parameter: &'static str,
        /// The value given.
        value: String,
        /// What is allowed, as the end of "expected ...".
        expected: &'static str,
    },
    /// A row with more or fewer fields than the header.
    RaggedRow {
        /// Fields in the row.
        found: u64,
        /// Fields in the header.
        expected: u64,
    },
    /// Something went wrong inside the server.
    Panicked,
    /// A renaming of labels that is not `FROM=TO`.
    Rename {
        /// The argument of `--label`.
        value: String,
    },
    /// A model whose n-grams are hashed is to be shrunk.
    ShrinkHashed,
    /// A model that is to be shrunk is already as small.
    ShrinkNothing {
        /// The bytes asked for.
        max_bytes: usize,
        /// The bytes of the model.
        n_bytes: usize,
    },
    /// A model cannot be shrunk so far.
    ShrinkTooSmall {
        /// The bytes asked for.
        max_bytes: usize,
        /// The bytes of the model without any n-gram.
        least: usize,
    },
    /// A request that is not of the expected form.
    Request {
        /// What was found, as the start of the sentence.
        found: String,
        /// What is allowed, as the end of "expected ...".
        expected: &'static str,
    },
    /// A file of a token that holds none, or a short one.
    Token {
        /// Characters it has.
        n_chars: usize,
        /// Characters it needs.
        n_needed: usize,
    },
    /// The body of a request is larger than the limit.
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// Two models are served by one name.
    TwiceNamed {
        /// The name.
        name: String,
    },
    /// A training on standard input whose labels are not known before.
    StreamLabels,
    /// Several passes over what can be read once.
    StreamOnce {
        /// The passes asked for.
        n_passes: usize,
    },
    /// A request without the token, or with another one.
    Unauthorized,
    /// Too few rows that were not learned from.
    TooFewHeldOut {
        /// The target.
        target: String,
        /// How many there are.
        found: usize,
        /// How many it takes.
        least: usize,
    },
    /// Too few groups or rows to cut folds.
    TooFewGroups {
        /// The target.
        target: String,
        /// What there is, as in "2 documents".
        found: String,
        /// Folds asked for.
        n_folds: usize,
    },
    /// An id of a file of predictions is not among the rows of the data.
    UnknownId {
        /// The id.
        id: String,
        /// The data's files.
        data: Vec<String>,
    },
    /// A label outside the allowed ones.
    UnknownLabel {
        /// The column's name.
        column: String,
        /// The label found.
        value: String,
        /// The labels allowed.
        allowed: Vec<String>,
    },
    /// A value that names none of a closed set.
    UnknownName {
        /// What is named, as in "language".
        what: &'static str,
        /// The value given.
        value: String,
        /// The values allowed.
        allowed: Vec<String>,
    },
    /// A target the model has no head for.
    UnknownTarget {
        /// The target.
        target: String,
        /// The targets the model has.
        available: Vec<String>,
    },
}

impl Error {
    /// Makes an error of a kind without a place.
    pub fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            place: Place::default(),
            source: None,
        }))
    }

    /// Makes an input/output error at a path.
    pub fn io(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::new(ErrorKind::Io { action })
            .in_file(path)
            .caused_by(source)
    }

    /// Adds the file, unless one is already known.
    pub fn in_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.0.place.path.get_or_insert_with(|| path.into());
        self
    }

    /// Adds the line (from 1), unless one is already known.
    pub fn at_line(mut self, line: u64) -> Self {
        self.0.place.line.get_or_insert(line);
        self
    }

    /// Adds the error that caused this one.
    pub fn caused_by(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What failed.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Where it failed.
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// Whether the cause is a closed pipe, which ends a program quietly.
    pub fn is_broken_pipe(&self) -> bool {
        self.0
            .source
            .as_ref()
            .and_then(|source| source.downcast_ref::<std::io::Error>())
            .is_some_and(|source| source.kind() == std::io::ErrorKind::BrokenPipe)
    }

    /// One sentence on what to do, where one helps. Chosen by the kind, never by the message.
    pub fn hint(&self) -> Option<String> {
        match &self.0.kind {
            ErrorKind::BinaryFile | ErrorKind::NotUtf8 { .. } => {
                Some("save the file as UTF-8 text and try again".into())
            }
            ErrorKind::Exposed { .. } => Some(
                "for example `head -c 32 /dev/urandom | base64 > token`, then `--token-file token`"
                    .into(),
            ),
            ErrorKind::NotBuilt { feature } => {
                Some(format!("build it with `cargo build --features {feature}`"))
            }
            ErrorKind::NoWeights { .. } => Some(
                "use `--learner logistic`, or leave `--weight` and `--class-weight` out".into(),
            ),
            ErrorKind::CompareGold { .. } | ErrorKind::CompareRows { .. } => {
                Some("make the predictions of both from the same labelled file".into())
            }
            ErrorKind::CompareNoData { .. } => {
                Some("or compare what `detente evaluate --predictions OUT.csv` wrote".into())
            }
            ErrorKind::DuplicateId {
                target: Some(_), ..
            } => Some(
                "give every row an id of its own with `--id COLUMN`; of a repeated \
                 cross-validation, compare one repeat"
                    .into(),
            ),
            ErrorKind::DenseTooLarge { .. } => {
                Some("use `--learner logistic`, which keeps rows sparse".into())
            }
            ErrorKind::MissingColumn {
                column,
                flag,
                available,
            } => {
                let near = nearest(column, available).map(|name| format!("did you mean `{name}`?"));
                let named = flag.map(|flag| format!("name the column with `{flag} COLUMN`"));
                match (near, named) {
                    (Some(near), Some(named)) => Some(format!("{near} {named}")),
                    (near, named) => near.or(named),
                }
            }
            ErrorKind::ModelAltered | ErrorKind::ModelTruncated { .. } => {
                Some("copy the file again from where it was trained, or train it again".into())
            }
            ErrorKind::ModelTooNew { .. } => {
                Some("update detente, or train the model again with this version".into())
            }
            ErrorKind::ModelMagic => {
                Some("`--model` takes a file that `detente train -o FILE` wrote".into())
            }
            ErrorKind::NoColumns { .. } => {
                Some("name the mention for all texts with `--mention TEXT`".into())
            }
            ErrorKind::NoFold { .. } => Some("give more rows, or fewer `--inner-folds`".into()),
            ErrorKind::NoTargets { .. } => Some(
                "name the label columns with `--targets A,B`, or give `--target-column` and \
                 `--label-column`"
                    .into(),
            ),
            ErrorKind::ColumnarNotBuilt { .. } => Some(
                "save the file as CSV, or build detente with `cargo install detente --features arrow`"
                    .into(),
            ),
            ErrorKind::NotPredictions => Some(
                "expected a file that `detente train -o` wrote, or a CSV with the columns `id`, \
                 `target`, `gold`, and `predicted`, as `detente evaluate --predictions` writes"
                    .into(),
            ),
            ErrorKind::OnePage => Some(
                "`-o DIR/` writes a page for each article and an index that leads to them".into(),
            ),
            ErrorKind::OneLabel { .. } => {
                Some("add rows of at least one other label, or leave the target out".into())
            }
            ErrorKind::Rename { .. } => Some("for example `--label pro=favor`".into()),
            ErrorKind::UnknownLabel { value, allowed, .. } => {
                let to = nearest(value, allowed).or(allowed.first().map(String::as_str))?;
                Some(format!(
                    "rename your own labels with `--label {value}={to}`"
                ))
            }
            ErrorKind::ConfigFlag {
                command,
                flag,
                allowed,
            } => Some(match (nearest(flag, allowed), command.as_str()) {
                (Some(name), _) => format!("did you mean `{name}`?"),
                (None, "detente") => "put it into the table of its command, as in `[train]`".into(),
                (None, command) => format!("`detente {command} --help` lists the flags"),
            }),
            ErrorKind::UnknownName { value, allowed, .. } => {
                nearest(value, allowed).map(|name| format!("did you mean `{name}`?"))
            }
            ErrorKind::CheckpointOther => Some(
                "give the files and flags of the training that was stopped, or leave `--resume` out".into(),
            ),
            ErrorKind::StreamLabels => Some("for example `--labels peace=favor,against,none`".into()),
            ErrorKind::StreamOnce { .. } => Some("write the rows into a file first".into()),
            ErrorKind::TooFewHeldOut { .. } => Some(
                "one of ten documents is never learned from; so few rows are better trained on without `--stream`".into(),
            ),
            ErrorKind::TooFewGroups { .. } => {
                Some("give more rows, fewer `--folds`, or a finer `--group` column".into())
            }
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            kind,
            place,
            source,
        } = &*self.0;
        if let Some(path) = &place.path {
            if path.as_os_str() == "-" {
                write!(f, "standard input")?;
            } else {
                write!(f, "{}", path.display())?;
            }
            if let Some(line) = place.line {
                write!(f, ":{line}")?;
            }
            write!(f, ": ")?;
        } else if let Some(line) = place.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{kind}")?;
        if let Some(source) = source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answers { found } => write!(f, "the answers cannot be measured: {found}"),
            Self::BadDate { column, value } => write!(
                f,
                "column `{column}` is `{value}`; expected a date such as `2014`, `2014-03-15`, or \
                 `15 March 2014`"
            ),
            Self::BadMention { from, to, n_chars } => write!(
                f,
                "the mention is from `{from}` to `{to}`; expected whole numbers that rise, from 0 to \
                 {n_chars}, the number of characters in the text"
            ),
            Self::BinaryFile => write!(f, "this is a binary file; expected UTF-8 text"),
            Self::BadNumber {
                column,
                value,
                expected,
            } => write!(f, "column `{column}` is `{value}`; expected {expected}"),
            Self::ColumnarFile { format } => write!(f, "this {format} file cannot be read"),
            Self::ColumnType { column, found } => write!(
                f,
                "column `{column}` holds {found}; expected text, numbers, dates, or truth values"
            ),
            Self::CompareGold {
                names: [first, second],
                id,
                target,
                gold: [one, other],
            } => write!(
                f,
                "`{first}` and `{second}` have different gold for id `{id}` on target `{target}`: \
                 `{one}` and `{other}`"
            ),
            Self::CompareLabels {
                names: [first, second],
                target,
                labels: [one, other],
            } => write!(
                f,
                "`{first}` and `{second}` have different labels on target `{target}`: {}; and {}",
                prose(one, "and"),
                prose(other, "and")
            ),
            Self::CompareNoData { name } => write!(
                f,
                "`{name}` is a model; expected `--data DATA.csv` with labelled rows for it to answer"
            ),
            Self::CompareOne { name } => write!(
                f,
                "`{name}` is the only one given; expected two or more models or files of predictions"
            ),
            Self::CompareRows {
                names: [first, second],
                target,
                id,
                n_missing,
            } => write!(
                f,
                "`{second}` lacks {} of target `{target}` that `{first}` has, the first with id \
                 `{id}`; expected the same rows",
                counted(*n_missing, "row")
            ),
            Self::CompareTargets {
                names: [first, second],
                targets: [one, other],
            } => write!(
                f,
                "no target is answered by all: `{first}` has {}; `{second}` has {}",
                prose(one, "and"),
                prose(other, "and")
            ),
            Self::ConfigFlag { command, flag, .. } => match command.as_str() {
                "detente" => write!(f, "no command has the flag `--{flag}`"),
                _ => write!(f, "`detente {command}` has no flag `--{flag}`"),
            },
            Self::ConfigSyntax { message } => write!(f, "this is not TOML: {message}"),
            Self::ConfigValue {
                flag,
                value,
                expected,
            } => write!(f, "`{flag}` is `{value}`; expected {expected}"),
            Self::DenseTooLarge {
                n_rows,
                n_features,
                bytes,
                limit,
            } => write!(
                f,
                "this learner needs dense rows: {n_rows} rows of {n_features} features would take \
                 {:.1} GB; expected at most {:.1} GB",
                *bytes as f64 / 1e9,
                *limit as f64 / 1e9
            ),
            Self::DuplicateId {
                id,
                target: Some(target),
            } => write!(
                f,
                "id `{id}` stands twice for target `{target}`; expected each row once"
            ),
            Self::DuplicateId { id, target: None } => {
                write!(f, "id `{id}` stands in two documents; expected one")
            }
            Self::Empty { what } => write!(f, "there is nothing to read: {what}"),
            Self::Exposed { host } => write!(
                f,
                "`--host {host}` can be reached from other machines; expected `--token-file FILE` with it"
            ),
            Self::FewValues {
                column,
                found,
                expected,
            } => write!(f, "column `{column}` has {found}; expected {expected}"),
            Self::Findings { n_checks } => write!(
                f,
                "the audit has findings in {}; expected none with `--strict`",
                counted(*n_checks, "check")
            ),
            Self::Io { action } => write!(f, "{action}"),
            Self::JsonLine { found } => write!(
                f,
                "{found}; expected one JSON object with a string field `text` on each line"
            ),
            Self::Learner { learner } => write!(f, "the learner `{learner}` failed"),
            Self::LexiconLine { found } => write!(
                f,
                "this line of the lexicon is `{found}`; expected an entry of up to 6 words, a \
                 category and a weight above 0, separated by tabs"
            ),
            Self::MediaType {
                found: Some(found),
                allowed,
            } => write!(
                f,
                "the `Content-Type` is `{found}`; expected {}",
                prose(allowed, "or")
            ),
            Self::MediaType {
                found: None,
                allowed,
            } => write!(
                f,
                "the request has no `Content-Type`; expected {}",
                prose(allowed, "or")
            ),
            Self::Method { found } => {
                write!(
                    f,
                    "this address does not take `{found}`; `/openapi.json` says what it takes"
                )
            }
            Self::MissingColumn {
                column, available, ..
            } => write!(
                f,
                "there is no column `{column}`; the columns are {}",
                prose(available, "and")
            ),
            Self::MissingId => write!(f, "column `id` is empty; expected the id of the row"),
            Self::ModelAltered => write!(
                f,
                "this model was altered after it was written: its checksum does not match"
            ),
            Self::ModelMalformed { found } => write!(f, "this model cannot be read: {found}"),
            Self::ModelMagic => write!(f, "this is not a detente model"),
            Self::ModelTooNew { found, supported } => write!(
                f,
                "this model has format version {found}; this program reads versions up to \
                 {supported}"
            ),
            Self::ModelTruncated { expected, found } => write!(
                f,
                "this model is truncated: it has {found} bytes; expected {expected}"
            ),
            Self::NoArticle { found } => {
                write!(
                    f,
                    "this web page {found}; expected a page with a story to read"
                )
            }
            Self::NoPage { path } => write!(
                f,
                "there is nothing at `{path}`; `/openapi.json` lists what there is"
            ),
            Self::NotBuilt { feature } => {
                write!(f, "this program was built without the feature `{feature}`")
            }
            Self::NoFold { n_folds } => write!(
                f,
                "no fold can be trained: in the training part of each, every target has a single \
                 label or fewer than {n_folds} documents"
            ),
            Self::ShrinkHashed => f.write_str("this model was trained with `--stream`, and its n-grams cannot be told apart to leave some out"),
            Self::NotStreamed => f.write_str("this model was not trained with `--stream`, so it cannot learn on"),
            Self::CheckpointBroken => f.write_str("this is not the whole checkpoint of a training"),
            Self::CheckpointOther => f.write_str("the checkpoint is of a training with other rows or flags"),
            Self::StreamLabels => f.write_str("standard input is read once, so its labels have to be named before"),
            Self::StreamOnce { n_passes } => write!(f, "standard input can be read once; {n_passes} passes were asked for"),
            Self::TooFewHeldOut { target, found, least } => write!(f, "target `{target}` has {} that {} not learned from; expected at least {least} to calibrate and measure it", counted(*found, "labelled row"), if *found == 1 { "was" } else { "were" }),
            Self::NoLabels { target } => write!(f, "no row is labelled for target `{target}`"),
            Self::NoTargets { available } => write!(
                f,
                "no column is named as a target; the columns are {}",
                prose(available, "and")
            ),
            Self::NoWeights { learner } => write!(
                f,
                "the learner `{learner}` takes no row weights; expected every weight to be 1"
            ),
            Self::NoColumns { flag } => write!(
                f,
                "this text has no columns; expected CSV or JSON Lines with `{flag}`"
            ),
            Self::NoMentions => write!(
                f,
                "the model learned what is said around the mention of a target; expected rows that say \
                 where theirs is, with `--target-text COLUMN` or `--target-span FROM,TO`"
            ),
            Self::NotAFile => write!(
                f,
                "cannot write: this is not a regular file; expected a file or a new name"
            ),
            Self::NotAFolder => write!(
                f,
                "cannot write: this is not a folder; expected a folder or a new name"
            ),
            Self::ColumnarNotBuilt { format } => write!(
                f,
                "this build neither reads nor writes {format}; expected CSV or another text format"
            ),
            Self::NotColumnar { format } => write!(
                f,
                "this is no {format} file; expected one, as its name or `--input` says"
            ),
            Self::NotPredictions => {
                write!(
                    f,
                    "this is neither a detente model nor a file of predictions"
                )
            }
            Self::NotUtf8 { offset } => match offset {
                Some(offset) => write!(
                    f,
                    "the byte at offset {offset} is not UTF-8; expected UTF-8 text"
                ),
                None => write!(f, "a field is not UTF-8; expected UTF-8 text"),
            },
            Self::OnePage => write!(
                f,
                "a page shows one article and there are several; expected a folder for their pages"
            ),
            Self::OneLabel {
                target,
                label,
                n_rows,
            } => write!(
                f,
                "target `{target}` has the single label `{label}` in {}; expected two or more \
                 labels",
                counted(*n_rows, "row")
            ),
            Self::OutOfTime { what, seconds } => {
                write!(
                    f,
                    "{what} took longer than {}",
                    counted(*seconds as usize, "second")
                )
            }
            Self::OutOfRange {
                parameter,
                value,
                expected,
            } => write!(f, "{parameter} is {value}; expected {expected}"),
            Self::Overloaded => write!(
                f,
                "the server has as much to do as it may; expected another try in a second"
            ),
            Self::Panicked => write!(
                f,
                "something went wrong inside the server; nothing was scored"
            ),
            Self::RaggedRow { found, expected } => write!(
                f,
                "this row has {}; expected {expected} as in the header",
                counted(*found as usize, "field")
            ),
            Self::Rename { value } => {
                write!(f, "`--label {value}` is not a renaming; expected `FROM=TO`")
            }
            Self::ShrinkNothing { max_bytes, n_bytes } => write!(
                f,
                "the size asked for is {max_bytes} bytes and the model has {n_bytes}; expected less \
                 than it has"
            ),
            Self::ShrinkTooSmall { max_bytes, least } => write!(
                f,
                "the size asked for is {max_bytes} bytes; expected at least {least}, which the model \
                 takes without any n-gram"
            ),
            Self::Request { found, expected } => write!(f, "{found}; expected {expected}"),
            Self::Token { n_chars, n_needed } => write!(
                f,
                "the token has {}; expected {n_needed} or more, without spaces, on one line",
                counted(*n_chars, "character")
            ),
            Self::TooFewGroups {
                target,
                found,
                n_folds,
            } => write!(
                f,
                "target `{target}` has {found}; expected at least {n_folds}, one for each fold"
            ),
            Self::TooLarge { limit } => {
                write!(f, "the body is too large; expected at most {limit} bytes")
            }
            Self::TwiceNamed { name } => {
                write!(
                    f,
                    "two models are named `{name}`; expected a name for each, as in `b=path`"
                )
            }
            Self::Unauthorized => write!(
                f,
                "the request lacks the token of this server; expected `Authorization: Bearer TOKEN`"
            ),
            Self::UnknownId { id, data } => write!(
                f,
                "id `{id}` is not among the rows of {}",
                prose(data, "or")
            ),
            Self::UnknownLabel {
                column,
                value,
                allowed,
            } => write!(
                f,
                "column `{column}` is `{value}`; expected {}",
                prose(allowed, "or")
            ),
            Self::UnknownName {
                what,
                value,
                allowed,
            } => write!(f, "{what} is `{value}`; expected {}", prose(allowed, "or")),
            Self::UnknownTarget { target, available } => write!(
                f,
                "the model has no target `{target}`; it has {}",
                prose(available, "and")
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0
            .source
            .as_ref()
            .map(|source| &**source as &(dyn std::error::Error + 'static))
    }
}

impl From<linfa::Error> for Error {
    fn from(source: linfa::Error) -> Self {
        Self::new(ErrorKind::Learner { learner: "linfa" }).caused_by(source)
    }
}

/// A count with its noun in the right number: `1 row`, `2 rows`.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

/// A list as prose, each item in backticks: `` `a`, `b`, and `c` ``.
pub fn prose(items: &[impl AsRef<str>], conjunction: &str) -> String {
    let quoted: Vec<String> = items
        .iter()
        .map(|item| format!("`{}`", item.as_ref()))
        .collect();
    match quoted.as_slice() {
        [] => "none".into(),
        [only] => only.clone(),
        [first, second] => format!("{first} {conjunction} {second}"),
        [rest @ .., last] => format!("{}, {conjunction} {last}", rest.join(", ")),
    }
}

/// The candidate nearest to `name` in spelling, when one is near enough to be a slip of the hand.
pub fn nearest<'a>(name: &str, candidates: &'a [impl AsRef<str>]) -> Option<&'a str> {
    let lower = name.to_lowercase();
    candidates
        .iter()
        .map(|candidate| {
            let candidate = candidate.as_ref();
            let distance = strsim::osa_distance(&lower, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, candidate)| {
            *distance <= 1.max(name.chars().count().min(candidate.chars().count()) / 3)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_reads_where_found_allowed() {
        let error = Error::new(ErrorKind::UnknownLabel {
            column: "stance".into(),
            value: "favr".into(),
            allowed: vec!["favor".into(), "against".into(), "none".into()],
        })
        .in_file("news/train.csv")
        .at_line(41);
        assert_eq!(
            error.to_string(),
            "news/train.csv:41: column `stance` is `favr`; expected `favor`, `against`, or `none`"
        );
        assert_eq!(
            error.hint().as_deref(),
            Some("rename your own labels with `--label favr=favor`")
        );
    }

    #[test]
    fn lists_read_as_prose_and_counts_agree() {
        assert_eq!(prose(&["a"], "or"), "`a`");
        assert_eq!(prose(&["a", "b"], "or"), "`a` or `b`");
        assert_eq!(prose(&["a", "b", "c"], "and"), "`a`, `b`, and `c`");
        assert_eq!(counted(1, "row"), "1 row");
        assert_eq!(counted(2, "row"), "2 rows");
    }

    #[test]
    fn near_misses_are_found_and_far_ones_are_not() {
        assert_eq!(
            nearest("sentimant", &["peace", "sentiment"]),
            Some("sentiment")
        );
        assert_eq!(nearest("Text", &["text"]), Some("text"));
        assert_eq!(nearest("body", &["peace", "sentiment"]), None);
    }

    #[test]
    fn the_first_place_known_stays() {
        let error = Error::new(ErrorKind::BinaryFile)
            .at_line(3)
            .in_file("a.csv")
            .in_file("b.csv")
            .at_line(9);
        assert_eq!(error.place().line, Some(3));
        assert_eq!(error.place().path.as_deref(), Some(Path::new("a.csv")));
    }
}
