//! `detente cross-validate`.

use super::failure::Result;
use super::format::{ExcelArguments, MeasureFormat, csv_text};
use super::layout::{LayoutArguments, note_many_labels, read_corpus};
use super::progress::Progress;
#[cfg(feature = "documents")]
use super::standard_output::print_bytes;
use super::train::KNOWN_TARGETS;
use super::training::TrainingArguments;
use super::{note, one_of, print, set_threads};
use clap::Args;
use detente_data::ColumnRole;
use detente_data::corpus::{Corpus, FoldsParams, KeptColumn, Notice, column_dates};
use detente_data::file::{check_writable_beside, replace_file};
use detente_eval::cross_validate::{CrossValidateParams, Split, cross_validate};
use detente_metrics::BootstrapParams;
#[cfg(feature = "html")]
use detente_report::cross_validation_html;
#[cfg(feature = "documents")]
use detente_report::workbook;
use detente_report::{CrossValidationRecord, Records, cross_validation_predictions, to_json};
use std::path::PathBuf;

/// Measure how right models of labelled CSV files are on rows they never saw
#[derive(Args)]
#[command(
    after_help = "Every training part goes through the whole of `train`, which chooses its settings by \
        folds inside that part; the rows tested have no say in anything.

Examples:
  detente cross-validate labelled.csv --targets peace,conflict --group document
  detente cross-validate labelled.csv --group document --folds 10 --repeats 5 --predictions out.csv
  detente cross-validate labelled.csv --group document --time date --folds 4
  detente cross-validate labelled.csv --group document --leave-out region --format json
  detente cross-validate labelled.csv --group document --learning-curve 5 --report report.html"
)]
pub(super) struct CrossValidateArguments {
    /// Labelled CSV files of one layout (.tsv: separated by tabs)
    #[arg(required = true, value_name = "DATA.csv")]
    data: Vec<PathBuf>,
    /// Folds tested one after the other; with --time, windows
    #[arg(long, value_name = "N", default_value_t = FoldsParams::DEFAULT.n_folds, conflicts_with = "leave_out")]
    folds: usize,
    /// How often the folds are cut anew
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with_all = ["time", "leave_out"])]
    repeats: usize,
    /// Column of dates (YYYY, YYYY-MM-DD, 15 March 2014): train on the past, test on the future
    #[arg(long, value_name = "COLUMN", conflicts_with = "leave_out")]
    time: Option<String>,
    /// Column whose values are tested in turn, each by a model of all others
    #[arg(long, value_name = "COLUMN")]
    leave_out: Option<String>,
    /// Train on growing shares of every fold's documents too, in so many steps
    #[arg(long, value_name = "STEPS")]
    learning_curve: Option<usize>,
    /// Write a report that one file holds, with plots
    #[cfg(feature = "html")]
    #[arg(long, value_name = "OUT.html")]
    report: Option<PathBuf>,
    /// Write one row for each answer: id, gold, predicted, fold, probabilities
    #[arg(long, value_name = "OUT.csv")]
    predictions: Option<PathBuf>,
    /// How results are written
    #[arg(long, default_value = "table", value_parser = one_of(MeasureFormat::ALL, MeasureFormat::name))]
    format: MeasureFormat,
    #[command(flatten)]
    excel: ExcelArguments,
    /// Bootstrap resamples behind the intervals; 0 for no intervals
    #[arg(long, value_name = "N", default_value_t = BootstrapParams::DEFAULT.resamples)]
    resamples: usize,
    #[command(flatten)]
    layout: LayoutArguments,
    #[command(flatten)]
    training: TrainingArguments,
    /// Folds inside each training part, by which settings are chosen
    #[arg(long, value_name = "N", default_value_t = FoldsParams::DEFAULT.n_folds, help_heading = "Training")]
    inner_folds: usize,
}

pub(super) fn run(arguments: CrossValidateArguments) -> Result<()> {
    let format = arguments.format;
    let for_excel = arguments.excel.is_asked(format.is_csv(), format.name())?;
    set_threads(arguments.training.threads)?;
    let mut layout = arguments.layout.params()?;
    let seed = arguments.training.seed;
    let mut keep = |column: &String, role| {
        layout.keep.push(KeptColumn {
            name: column.clone(),
            role: Some(role),
        });
        column.clone()
    };
    let split = match (&arguments.time, &arguments.leave_out) {
        (Some(column), _) => Split::Time {
            column: keep(column, ColumnRole::Time),
            n_folds: arguments.folds,
        },
        (None, Some(column)) => Split::LeaveOut {
            column: keep(column, ColumnRole::LeaveOut),
        },
        (None, None) => Split::Folds {
            n_folds: arguments.folds,
            repeats: arguments.repeats,
            seed,
        },
    };
    let encoder = arguments.training.encoder.clone();
    let mut params = CrossValidateParams {
        train: arguments.training.params(arguments.inner_folds)?,
        split,
        learning_curve: arguments.learning_curve,
        bootstrap: (arguments.resamples > 0).then_some(BootstrapParams {
            resamples: arguments.resamples,
            seed,
            ..BootstrapParams::DEFAULT
        }),
    };
    params.check()?;
    if let Some(path) = &arguments.predictions {
        Records::check_name(path)?;
        check_writable_beside(path, &arguments.data)?;
    }
    #[cfg(feature = "html")]
    if let Some(path) = &arguments.report {
        check_writable_beside(path, &arguments.data)?;
    }
    let mut corpus = read_corpus(&arguments.data, &layout, &KNOWN_TARGETS)?;
    note_many_labels(&corpus);
    if let Some(column) = &arguments.time {
        note_date_order(&corpus, column);
    }
    params.train.encoder = encoder.for_training(&corpus, &params.train)?;
    let progress = Progress::new("cross-validating {wide_bar} {pos}/{len} fits {eta}");
    let result = cross_validate(&mut corpus, &params, &|done, all| {
        progress.at(done as u64, Some(all as u64));
    })?;
    progress.finish();
    if let Some(path) = &arguments.predictions {
        let predictions = cross_validation_predictions(&corpus, &result);
        replace_file(path, &predictions.bytes(path)?)?;
        note(format_args!("wrote {}", path.display()));
    }
    let data: Vec<String> = arguments
        .data
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let record = CrossValidationRecord::of(&data, &result);
    #[cfg(feature = "html")]
    if let Some(path) = &arguments.report {
        let html = cross_validation_html(&record, &result, &corpus)?;
        replace_file(path, html.as_bytes())?;
        note(format_args!("wrote {}", path.display()));
    }
    match arguments.format {
        MeasureFormat::Table => print(&record.to_string()),
        MeasureFormat::Json => print(&to_json(&record)),
        MeasureFormat::Csv => print(&csv_text(&record.csv(), for_excel)),
        MeasureFormat::Markdown => print(&record.markdown()),
        #[cfg(feature = "documents")]
        MeasureFormat::Xlsx => print_bytes(&workbook(&[("measures", &record.csv())])?),
        MeasureFormat::Latex => print(&record.latex()),
    }
}

/// Says how dates are read that could be read in two ways.
fn note_date_order(corpus: &Corpus, column: &str) {
    let Some(kept_idx) = corpus.kept_idx(column) else {
        return;
    };
    let cells = corpus
        .examples
        .iter()
        .map(|example| example.kept[kept_idx].as_str());
    if let Some((date, is_day_first)) = column_dates(cells).order {
        let column = column.to_owned();
        let notice = Notice::DateOrder {
            column,
            date,
            is_day_first,
        };
        note(format_args!("note: {notice}"));
    }
}
