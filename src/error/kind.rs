//! What can fail.

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
