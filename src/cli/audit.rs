//! `detente audit`.

use super::failure::{Error, ErrorKind, Result};
use super::format::ResultFormat;
use super::layout::{LayoutArguments, read_corpus};
use super::progress::Progress;
use super::train::KNOWN_TARGETS;
use super::training::language;
use super::{one_of, print, set_threads};
use clap::Args;
use detente_data::ColumnRole;
use detente_data::corpus::{Corpus, FoldsParams, KeptColumn, Layout, LayoutParams};
use detente_eval::audit::{AuditParams, audit};
use detente_report::{AuditRecord, to_json};
use detente_train::TrainParams;
use detente_train::linear::HeadParams;
use std::path::PathBuf;

/// Columns that are taken to name parties where a file has them.
const PARTY_COLUMNS: [&str; 2] = ["holder", "counterpart"];

/// Check labelled CSV files before training on them
#[derive(Args)]
#[command(
    after_help = "A finding makes measured scores wrong or training fail; a note is for you to judge.

Examples:
  detente audit labelled.csv --targets peace,conflict --group document --split split
  detente audit train.csv --against test.csv --strict
  detente audit coded.csv --targets peace --second peace=peace_b --format json > audit.json"
)]
pub(super) struct AuditArguments {
    /// Labelled CSV files of one layout (.tsv: separated by tabs)
    #[arg(required = true, value_name = "DATA.csv")]
    data: Vec<PathBuf>,
    /// File that must share no text and no group with the data; its labels are not read
    #[arg(long, value_name = "OTHER.csv")]
    against: Option<PathBuf>,
    /// How the audit is written; JSON holds every case
    #[arg(long, default_value = "table", value_parser = one_of(ResultFormat::ALL, ResultFormat::name))]
    format: ResultFormat,
    /// Exit with 1 when there is a finding
    #[arg(long)]
    strict: bool,
    /// Cases shown of each check in the table; 0 for none
    #[arg(long, value_name = "N", default_value_t = AuditRecord::TOP)]
    top: usize,
    #[command(flatten)]
    layout: LayoutArguments,
    /// Column that says which split a row is in
    #[arg(long, value_name = "COLUMN", help_heading = "Checks")]
    split: Option<String>,
    /// Columns by whose values labels are counted
    #[arg(
        long,
        value_name = "A,B",
        value_delimiter = ',',
        help_heading = "Checks"
    )]
    by: Vec<String>,
    /// A second coder's label columns, each beside the first's
    #[arg(
        long,
        value_name = "LABELS=COLUMN",
        value_delimiter = ',',
        help_heading = "Checks"
    )]
    second: Vec<String>,
    /// Ending of a second coder's label columns, as `_2` for `peace_2`
    #[arg(
        long,
        value_name = "SUFFIX",
        conflicts_with = "second",
        help_heading = "Checks"
    )]
    second_suffix: Option<String>,
    /// Columns that name parties [default: holder and counterpart, where there are any]
    #[arg(
        long,
        value_name = "A,B",
        value_delimiter = ',',
        help_heading = "Checks"
    )]
    party_columns: Vec<String>,
    /// Resemblance from which two texts are near-duplicates, 0.3 to 1
    #[arg(long, value_name = "SHARE", default_value_t = AuditParams::default().resemblance, help_heading = "Checks")]
    resemblance: f64,
    /// Rows that an opening, n-gram or party needs to be judged
    #[arg(long, value_name = "N", default_value_t = AuditParams::default().min_rows, help_heading = "Checks")]
    min_rows: usize,
    /// Share of one label above which an opening, n-gram or party is reported
    #[arg(long, value_name = "SHARE", default_value_t = AuditParams::default().max_share, help_heading = "Checks")]
    max_share: f64,
    /// Do not look for label errors, which takes a cross-validation
    #[arg(long, help_heading = "Checks")]
    no_model: bool,
    /// Strength of the L2 penalty of the model that looks for label errors
    #[arg(long, value_name = "STRENGTH", default_value_t = HeadParams::DEFAULT.l2, help_heading = "Checks")]
    l2: f64,
    /// Folds of its cross-validation
    #[arg(long, value_name = "N", default_value_t = FoldsParams::DEFAULT.n_folds, help_heading = "Checks")]
    folds: usize,
    /// Seed of its folds
    #[arg(long, default_value_t = FoldsParams::DEFAULT.seed, help_heading = "Checks")]
    seed: u64,
    /// Language of the texts, as a two-letter code; `xx` for none (words are not stemmed)
    #[arg(long, value_name = "CODE", default_value = TrainParams::DEFAULT.language.code(), help_heading = "Checks")]
    lang: String,
    /// Threads; 0 for one a processor. Results are the same with any number
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Checks")]
    threads: usize,
}

pub(super) fn run(arguments: AuditArguments) -> Result<()> {
    set_threads(arguments.threads)?;
    let language = language(&arguments.lang)?;
    let mut layout = arguments.layout.params()?;
    let second = match &arguments.second_suffix {
        Some(suffix) => suffixed(&layout, suffix),
        None => pairs(&arguments.second)?,
    };
    let party_columns = match arguments.party_columns.is_empty() {
        true => PARTY_COLUMNS.map(str::to_owned).to_vec(),
        false => arguments.party_columns.clone(),
    };
    let party_role = (!arguments.party_columns.is_empty()).then_some(ColumnRole::Party);
    // Of the targets that are looked for without being named, a file may lack any.
    let second_role = match (&arguments.second_suffix, &layout.layout) {
        (None, _) => Some(ColumnRole::SecondLabel),
        (Some(_), Layout::Wide { targets }) if targets.is_empty() => None,
        (Some(_), _) => Some(ColumnRole::SecondSuffix),
    };
    let mut params = AuditParams {
        language,
        resemblance: arguments.resemblance,
        min_rows: arguments.min_rows,
        max_share: arguments.max_share,
        split: arguments.split,
        second,
        renames: layout.renames.clone(),
        party_columns,
        by: arguments.by,
        model: (!arguments.no_model).then_some(TrainParams {
            language,
            head: HeadParams {
                l2: arguments.l2,
                ..HeadParams::DEFAULT
            },
            search: false,
            folds: FoldsParams {
                n_folds: arguments.folds,
                seed: arguments.seed,
            },
            ..TrainParams::DEFAULT
        }),
    };
    params.check()?;
    let keep = |names: Vec<&String>, role| {
        let keep = names.into_iter().map(move |name| KeptColumn {
            name: name.clone(),
            role,
        });
        keep.collect::<Vec<_>>()
    };
    let seconds = params.second.iter().map(|(_, column)| column);
    layout.keep = [
        keep(params.split.iter().collect(), Some(ColumnRole::Split)),
        keep(params.by.iter().collect(), Some(ColumnRole::Slice)),
        keep(seconds.collect(), second_role),
        keep(params.party_columns.iter().collect(), party_role),
    ]
    .concat();
    let other = match &arguments.against {
        Some(path) => Some(read_corpus(
            std::slice::from_ref(path),
            &texts_only(&layout),
            &[],
        )?),
        None => None,
    };
    let other = other.map(|other| regroup(other, layout.group.is_some()));
    let mut corpus = read_corpus(&arguments.data, &layout, &KNOWN_TARGETS)?;
    if let Some(suffix) = &arguments.second_suffix {
        params.second.retain(|(first, second)| {
            let is_label = corpus.targets.iter().any(|target| target.column == *first);
            is_label && corpus.has_value(second)
        });
        if params.second.is_empty() {
            return Err(Error::out_of_range(
                "`--second-suffix`",
                format!("`{suffix}`"),
                "the ending of a column of labels, as `_2` in `peace_2`",
            ));
        }
    }
    let progress = Progress::new("auditing {wide_bar} {pos}/{len} steps {eta}");
    let found = audit(&mut corpus, other.as_ref(), &params, &|done, all| {
        progress.at(done as u64, Some(all as u64));
    })?;
    progress.finish();
    let record = AuditRecord::of(&corpus, other.as_ref(), &found);
    match arguments.format {
        ResultFormat::Table => print(&record.table(arguments.top))?,
        ResultFormat::Json => print(&to_json(&record))?,
    }
    match found.n_findings() {
        n_checks if arguments.strict && n_checks > 0 => {
            Err(Error::new(ErrorKind::Findings { n_checks }))
        }
        _ => Ok(()),
    }
}

fn pairs(given: &[String]) -> Result<Vec<(String, String)>> {
    let pair = |pair: &String| {
        let halves = pair.split_once('=').map(|(a, b)| (a.trim(), b.trim()));
        match halves {
            Some((labels, column)) if !labels.is_empty() && !column.is_empty() => {
                Ok((labels.to_owned(), column.to_owned()))
            }
            _ => Err(Error::out_of_range(
                "`--second`",
                format!("`{pair}`"),
                "`LABELS=COLUMN`, as in `peace=peace_b`",
            )),
        }
    };
    given.iter().map(pair).collect()
}

/// The label columns of a layout, each with its second column.
fn suffixed(layout: &LayoutParams, suffix: &str) -> Vec<(String, String)> {
    let first: Vec<String> = match &layout.layout {
        Layout::Wide { targets } if targets.is_empty() => KNOWN_TARGETS.map(str::to_owned).to_vec(),
        Layout::Wide { targets } => targets.clone(),
        Layout::Long { label_column, .. } => vec![label_column.clone()],
        Layout::Texts => Vec::new(),
    };
    let pair = |labels: String| {
        let column = format!("{labels}{suffix}");
        (labels, column)
    };
    first.into_iter().map(pair).collect()
}

/// The layout of a file of which only the texts matter, and the groups where it has them.
fn texts_only(layout: &LayoutParams) -> LayoutParams {
    let group = layout.group.iter().map(|name| KeptColumn {
        name: name.clone(),
        role: None,
    });
    LayoutParams {
        text: layout.text.clone(),
        layout: Layout::Texts,
        keep: group.collect(),
        reading: layout.reading.clone(),
        ..LayoutParams::default()
    }
}

fn regroup(mut other: Corpus, is_grouped: bool) -> Corpus {
    for example in other.examples.iter_mut().filter(|_| is_grouped) {
        let group = example.kept.first().filter(|group| !group.is_empty());
        example.group = group.map(|group| group.as_str().into());
    }
    other
}
