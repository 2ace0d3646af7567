//! Every sentence on what failed, and every hint.

use super::{Error, ErrorKind, counted, nearest, prose};
use std::fmt;

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

impl Error {
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
