//! What to do about an error: one sentence where one helps, chosen by the kind, never by the message; and whether the
//! command line was misused. Here alone errors meet flags.

use super::failure::ErrorKind;
#[cfg(feature = "documents")]
use detente_data::DocumentErrorKind as DocumentKind;
use detente_data::{ColumnRole, ErrorKind as DataKind};
use detente_error::nearest;
use detente_eval::ErrorKind as EvalKind;
use detente_model::ErrorKind as ModelKind;
use detente_replication::ErrorKind as ReplicationKind;
use detente_report::ErrorKind as ReportKind;
use detente_score::ErrorKind as ScoreKind;
#[cfg(feature = "serve")]
use detente_server::ErrorKind as ServerKind;
use detente_train::ErrorKind as TrainKind;

/// What to do.
pub(super) fn hint(kind: &ErrorKind) -> Option<String> {
    match kind {
        ErrorKind::CompareNoData { .. } => {
            Some("or compare what `detente evaluate --predictions OUT.csv` wrote".into())
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
        ErrorKind::OnePage => {
            Some("`-o DIR/` writes a page for each article and an index that leads to them".into())
        }
        ErrorKind::StudyMissingInput => {
            Some("`--data DIR` names the folder in which it stands under this path".into())
        }
        ErrorKind::Replication(ReplicationKind::ShellSign { sign: '|' | '>' }) => Some(
            "what a command prints is kept as it is; `-o FILE` has it in a file for a later command".into(),
        ),
        ErrorKind::UnknownName { value, allowed, .. } => did_you_mean(value, allowed),
        ErrorKind::UnknownParty { value, known, .. } => Some(did_you_mean(value, known).unwrap_or_else(|| {
            "name parties of your own in a table, `--parties FILE.csv` with the columns alias and party".into()
        })),
        ErrorKind::Data(kind) => of_data(kind),
        ErrorKind::Eval(kind) => of_eval(kind),
        ErrorKind::Model(kind) => of_model(kind),
        ErrorKind::Report(kind) => match kind {
            ReportKind::Data(kind) => of_data(kind),
            ReportKind::Eval(kind) => of_eval(kind),
            _ => None,
        },
        ErrorKind::Score(kind) => match kind {
            ScoreKind::Data(kind) => of_data(kind),
            ScoreKind::Model(kind) => of_model(kind),
            _ => None,
        },
        #[cfg(feature = "serve")]
        ErrorKind::Server(kind) => of_server(kind),
        ErrorKind::Train(kind) => of_train(kind),
        _ => None,
    }
}

fn of_data(kind: &DataKind) -> Option<String> {
    match kind {
        DataKind::AllFiltered => {
            Some("`--where COLUMN=VALUE` keeps the rows with that value in that column".into())
        }
        DataKind::AlikeLabels { a, b, .. } => Some(format!("make them one with `--label {a}={b}`")),
        DataKind::BinaryFile | DataKind::NotUtf8 { .. } | DataKind::NulByte { .. } => {
            Some("save the file as UTF-8 text and try again".into())
        }
        DataKind::DuplicateColumn { .. } => Some("rename all but one of them in the file".into()),
        DataKind::NotDecoded { .. } => {
            Some("name the encoding of the file with `--encoding NAME`".into())
        }
        DataKind::NotText { what } => Some(match *what {
            "a PDF file" => "turn it into text first, for example with `pdftotext`".into(),
            what if what.contains(".xlsx") || what.contains(".ods") => {
                "save the sheet as CSV".into()
            }
            _ => "save it as plain text (.txt) and try again".into(),
        }),
        #[cfg(feature = "documents")]
        DataKind::Document(DocumentKind::UnpacksTooFar { .. }) => {
            Some("`--max-unpacked SIZE` lets it become larger, as in `--max-unpacked 20GB`".into())
        }
        #[cfg(feature = "documents")]
        DataKind::Document(kind) => of_document(kind),
        DataKind::ColumnarNotBuilt { .. } => Some(
            "save the file as CSV, or build detente with `cargo install detente --features arrow`"
                .into(),
        ),
        DataKind::MissingColumn {
            column,
            role,
            available,
        } => {
            let near = did_you_mean(column, available);
            let named = flag_of(*role).map(|flag| format!("name the column with `{flag} COLUMN`"));
            match (near, named) {
                (Some(near), Some(named)) => Some(format!("{near} {named}")),
                (near, named) => near.or(named),
            }
        }
        DataKind::NoColumns { role } if *role != ColumnRole::TargetText => {
            Some("texts of their own have no columns: give CSV or JSON Lines".into())
        }
        DataKind::NoColumns { .. } => {
            Some("name the mention for all texts with `--mention TEXT`".into())
        }
        DataKind::NoTargets { .. } => Some(
            "name the label columns with `--targets A,B`, or give `--target-column` and \
             `--label-column`"
                .into(),
        ),
        DataKind::NotBuilt { feature } => not_built(feature),
        DataKind::NotColumnar { .. } => Some("say what the file is with `--input KIND`".into()),
        DataKind::NotPredictions => Some(
            "expected a file that `detente train -o` wrote, or a CSV with the columns `id`, \
             `target`, `gold`, and `predicted`, as `detente evaluate --predictions` writes"
                .into(),
        ),
        DataKind::TooFewGroups { .. } => too_few_groups(),
        DataKind::TooLong { .. } => {
            Some("cut it into texts of its own, one a row, line or file".into())
        }
        DataKind::UnpacksTooFar { .. } | DataKind::UnpacksTooOften { .. } => {
            Some("`--max-unpacked SIZE` lets it become larger, as in `--max-unpacked 20GB`".into())
        }
        DataKind::UnknownLabel { value, allowed, .. } => rename(value, allowed),
        DataKind::UnknownName { value, allowed, .. } => did_you_mean(value, allowed),
        DataKind::Model(kind) => of_model(kind),
        _ => None,
    }
}

#[cfg(feature = "documents")]
fn of_document(kind: &DocumentKind) -> Option<String> {
    Some(match kind {
        DocumentKind::Encrypted { .. } => {
            "open it with its password and save it without one, or copy its text into a .txt".into()
        }
        DocumentKind::NotRead { .. } => {
            "open it in an office program, which can save it as another kind".into()
        }
        DocumentKind::Broken { .. } => "fetch or copy it again, or open it and save it anew".into(),
        DocumentKind::NoText { .. } | DocumentKind::UnknownLetters { .. } => {
            "recognise its letters first, for example with `ocrmypdf`".into()
        }
        DocumentKind::TooMuch { .. } => {
            "cut it into documents of its own, or give its text as .txt".into()
        }
        _ => return None,
    })
}

fn of_model(kind: &ModelKind) -> Option<String> {
    match kind {
        ModelKind::EncoderMissing { .. } => Some(match cfg!(feature = "encoder") {
            true => "name the folder with `--encoder DIR`, or in the environment variable DETENTE_ENCODER".into(),
            false => "this build reads no encoder; build one with `cargo build --features encoder`".into(),
        }),
        ModelKind::EncoderOther { .. } => {
            Some("give the folder it was trained with, or train the model again with this one".into())
        }
        ModelKind::ModelAltered | ModelKind::ModelTruncated { .. } => {
            Some("copy the file again from where it was trained, or train it again".into())
        }
        ModelKind::ModelMagic => {
            Some("`--model` takes a file that `detente train -o FILE` wrote".into())
        }
        ModelKind::ModelTooNew { .. } => {
            Some("update detente, or train the model again with this version".into())
        }
        ModelKind::NoMentions => {
            Some("name them with `--target-text COLUMN` or `--target-span FROM,TO`".into())
        }
        ModelKind::ShrinkHashed => {
            Some("train it with fewer `--buckets` for a smaller model".into())
        }
        ModelKind::Rename { .. } => Some("for example `--label pro=favor`".into()),
        _ => None,
    }
}

fn of_train(kind: &TrainKind) -> Option<String> {
    match kind {
        TrainKind::CheckpointOther => Some(
            "give the files and flags of the training that was stopped, or leave `--resume` out"
                .into(),
        ),
        TrainKind::DenseTooLarge { .. } => {
            Some("use `--learner logistic`, which keeps rows sparse".into())
        }
        TrainKind::NoWeights { .. } => {
            Some("use `--learner logistic`, or leave `--weight` and `--class-weight` out".into())
        }
        TrainKind::OneLabel { .. } => {
            Some("add rows of at least one other label, or leave the target out".into())
        }
        TrainKind::NotStreamed => Some("`detente train --stream` makes one that can".into()),
        TrainKind::StreamLabels => Some("for example `--labels peace=favor,against,none`".into()),
        TrainKind::StreamOnce { .. } => Some("write the rows into a file first".into()),
        TrainKind::TooFewGroups { .. } => too_few_groups(),
        TrainKind::TooFewHeldOut { .. } => Some(
            "one of ten documents is never learned from; so few rows are better trained on without `--stream`"
                .into(),
        ),
        TrainKind::UnknownLabel { value, allowed, .. } => rename(value, allowed),
        TrainKind::UnknownName { value, allowed, .. } => did_you_mean(value, allowed),
        TrainKind::Data(kind) => of_data(kind),
        TrainKind::Model(kind) => of_model(kind),
        _ => None,
    }
}

fn of_eval(kind: &EvalKind) -> Option<String> {
    match kind {
        EvalKind::CompareGold { .. } | EvalKind::CompareRows { .. } => {
            Some("make the predictions of both from the same labelled file".into())
        }
        EvalKind::DuplicateId {
            target: Some(_), ..
        } => Some(
            "give every row an id of its own with `--id COLUMN`; of a repeated \
             cross-validation, compare one repeat"
                .into(),
        ),
        EvalKind::NoFold { .. } => Some("give more rows, or fewer `--inner-folds`".into()),
        EvalKind::UnknownLabel { value, allowed, .. } => rename(value, allowed),
        EvalKind::UnknownName { value, allowed, .. } => did_you_mean(value, allowed),
        EvalKind::Data(kind) => of_data(kind),
        EvalKind::Model(kind) => of_model(kind),
        EvalKind::Train(kind) => of_train(kind),
        _ => None,
    }
}

#[cfg(feature = "serve")]
fn of_server(kind: &ServerKind) -> Option<String> {
    match kind {
        ServerKind::Exposed { .. } => Some(
            "for example `head -c 32 /dev/urandom | base64 > token`, then `--token-file token`"
                .into(),
        ),
        ServerKind::NotBuilt { feature } => not_built(feature),
        ServerKind::UnknownName { value, allowed, .. } => did_you_mean(value, allowed),
        ServerKind::Data(kind) => of_data(kind),
        ServerKind::Model(kind) => of_model(kind),
        _ => None,
    }
}

/// The flag that names a column for a purpose, where one does.
fn flag_of(role: ColumnRole) -> Option<&'static str> {
    match role {
        ColumnRole::ArticleGroup => Some("--by"),
        ColumnRole::Author => Some("--author"),
        ColumnRole::Calibration => Some("--calibrate-where"),
        ColumnRole::Filter => Some("--where"),
        ColumnRole::Group => Some("--group"),
        ColumnRole::Id => Some("--id"),
        ColumnRole::Label => Some("--label-column"),
        ColumnRole::LeaveOut => Some("--leave-out"),
        ColumnRole::Party => Some("--party-columns"),
        ColumnRole::SecondLabel => Some("--second"),
        ColumnRole::SecondSuffix => Some("--second-suffix"),
        ColumnRole::Slice => Some("--by"),
        ColumnRole::Split => Some("--split"),
        ColumnRole::Target => Some("--target-column"),
        ColumnRole::Targets => Some("--targets"),
        ColumnRole::TargetSpan => Some("--target-span"),
        ColumnRole::TargetText => Some("--target-text"),
        ColumnRole::Text => Some("--text"),
        ColumnRole::Time => Some("--time"),
        ColumnRole::Weight => Some("--weight"),
        _ => None,
    }
}

fn did_you_mean(given: &str, known: &[String]) -> Option<String> {
    nearest(given, known).map(|name| format!("did you mean `{name}`?"))
}

fn not_built(feature: &str) -> Option<String> {
    Some(format!("build it with `cargo build --features {feature}`"))
}

fn rename(value: &str, allowed: &[String]) -> Option<String> {
    let to = nearest(value, allowed).or(allowed.first().map(String::as_str))?;
    Some(format!(
        "rename your own labels with `--label {value}={to}`"
    ))
}

fn too_few_groups() -> Option<String> {
    Some("give more rows, fewer `--folds`, or a finer `--group` column".into())
}

/// Whether the command line was misused: what it asks for can never work.
pub(super) fn is_misuse(kind: &ErrorKind) -> bool {
    match kind {
        ErrorKind::CompareNoData { .. }
        | ErrorKind::CompareOne { .. }
        | ErrorKind::ConfigFlag { .. }
        | ErrorKind::ConfigSyntax { .. }
        | ErrorKind::ConfigValue { .. }
        | ErrorKind::OnePage
        | ErrorKind::OutOfRange { .. }
        | ErrorKind::UnknownName { .. }
        | ErrorKind::UnknownParty { .. } => true,
        ErrorKind::Data(kind) => is_misuse_of_data(kind),
        ErrorKind::Eval(kind) => is_misuse_of_eval(kind),
        ErrorKind::Model(kind) => is_misuse_of_model(kind),
        ErrorKind::Report(kind) => match kind {
            ReportKind::Data(kind) => is_misuse_of_data(kind),
            ReportKind::Eval(kind) => is_misuse_of_eval(kind),
            _ => false,
        },
        ErrorKind::Score(kind) => match kind {
            ScoreKind::Params(_) => true,
            ScoreKind::Data(kind) => is_misuse_of_data(kind),
            ScoreKind::Model(kind) => is_misuse_of_model(kind),
            _ => false,
        },
        #[cfg(feature = "serve")]
        ErrorKind::Server(kind) => match kind {
            ServerKind::Exposed { .. }
            | ServerKind::OutOfRange { .. }
            | ServerKind::TwiceNamed { .. }
            | ServerKind::UnknownName { .. } => true,
            ServerKind::Data(kind) => is_misuse_of_data(kind),
            ServerKind::Model(kind) => is_misuse_of_model(kind),
            _ => false,
        },
        ErrorKind::Train(kind) => is_misuse_of_train(kind),
        _ => false,
    }
}

fn is_misuse_of_data(kind: &DataKind) -> bool {
    match kind {
        DataKind::OutOfRange { .. } | DataKind::UnknownName { .. } => true,
        DataKind::Model(kind) => is_misuse_of_model(kind),
        _ => false,
    }
}

fn is_misuse_of_model(kind: &ModelKind) -> bool {
    matches!(
        kind,
        ModelKind::OutOfRange { .. } | ModelKind::Rename { .. }
    )
}

fn is_misuse_of_train(kind: &TrainKind) -> bool {
    match kind {
        TrainKind::OutOfRange { .. } | TrainKind::Params(_) | TrainKind::UnknownName { .. } => true,
        TrainKind::Data(kind) => is_misuse_of_data(kind),
        TrainKind::Model(kind) => is_misuse_of_model(kind),
        _ => false,
    }
}

fn is_misuse_of_eval(kind: &EvalKind) -> bool {
    match kind {
        EvalKind::CompareOne { .. }
        | EvalKind::OutOfRange { .. }
        | EvalKind::Params(_)
        | EvalKind::UnknownName { .. } => true,
        EvalKind::Data(kind) => is_misuse_of_data(kind),
        EvalKind::Model(kind) => is_misuse_of_model(kind),
        EvalKind::Train(kind) => is_misuse_of_train(kind),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::failure::Error;
    use super::*;

    #[test]
    fn an_error_reads_where_found_allowed_and_what_to_do() {
        let kind = DataKind::UnknownLabel {
            column: "stance".into(),
            value: "favr".into(),
            allowed: vec!["favor".into(), "against".into(), "none".into()],
        };
        let error = detente_data::Error::new(kind)
            .in_file("news/train.csv")
            .at_line(41);
        let error = Error::from(detente_train::Error::from(error));
        assert_eq!(
            error.to_string(),
            "news/train.csv:41: column `stance` is `favr`; expected `favor`, `against`, or `none`"
        );
        assert_eq!(
            hint(error.kind()).as_deref(),
            Some("rename your own labels with `--label favr=favor`")
        );
        assert!(!is_misuse(error.kind()));
    }
}
