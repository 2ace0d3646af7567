//! `detente evaluate`.

use super::encoding::EncoderArguments;
use super::failure::Result;
use super::format::{ExcelArguments, MeasureFormat, csv_text};
use super::layout::{LayoutArguments, note_unused_mentions, read_corpus};
#[cfg(feature = "documents")]
use super::standard_output::print_bytes;
use super::{NamedModel, note, one_of, print, read_model, set_threads};
use clap::Args;
use detente_data::ColumnRole;
use detente_data::corpus::KeptColumn;
use detente_data::file::{check_writable_beside, replace_file};
use detente_error::counted;
use detente_eval::evaluate::{Details, EvaluateParams, evaluate, mistakes};
use detente_metrics::BootstrapParams;
#[cfg(feature = "documents")]
use detente_report::workbook;
#[cfg(feature = "html")]
use detente_report::{EvaluationPage, evaluation_html};
use detente_report::{EvaluationRecord, Records, mistakes_csv, predictions, to_json};
use std::path::PathBuf;

/// Features that explain a wrong answer: more than are listed, since single words that speak for it
/// stand behind the categories of the lexicon.
const N_FEATURES: usize = 60;

/// Measure how right a model is on labelled CSV files
#[derive(Args)]
#[command(after_help = "Examples:
  detente evaluate test.csv
  detente evaluate test.csv --model my.detente --group document --format json
  detente evaluate test.csv --by register,region --errors errors.csv --report report.html
  detente evaluate long.csv --target-column target --label-column stance --predictions out.csv")]
pub(super) struct EvaluateArguments {
    /// Labelled CSV files of one layout
    #[arg(required = true, value_name = "DATA.csv")]
    data: Vec<PathBuf>,
    /// Model file [default: the embedded model]
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// How results are written
    #[arg(long, default_value = "table", value_parser = one_of(MeasureFormat::ALL, MeasureFormat::name))]
    format: MeasureFormat,
    #[command(flatten)]
    excel: ExcelArguments,
    /// Write one row for each row and target: id, gold, predicted, probabilities
    #[arg(long, value_name = "OUT.csv")]
    predictions: Option<PathBuf>,
    /// Show every measure, accuracy by confidence, shares of labels and changed words in the tables
    #[arg(long)]
    all: bool,
    /// Columns by whose values everything is measured again
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    by: Vec<String>,
    /// Write the wrong answers, the most confident first, with the features that gave them
    #[arg(long, value_name = "OUT.csv")]
    errors: Option<PathBuf>,
    /// Write a report that one file holds, with plots
    #[cfg(feature = "html")]
    #[arg(long, value_name = "OUT.html")]
    report: Option<PathBuf>,
    #[command(flatten)]
    layout: LayoutArguments,
    /// Bootstrap resamples behind the intervals; 0 for no intervals
    #[arg(long, value_name = "N", default_value_t = BootstrapParams::DEFAULT.resamples)]
    resamples: usize,
    /// Seed of the bootstrap
    #[arg(long, default_value_t = BootstrapParams::DEFAULT.seed)]
    seed: u64,
    /// Threads; 0 for one a processor. Results are the same with any number
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
    #[command(flatten)]
    encoder: EncoderArguments,
}

pub(super) fn run(arguments: EvaluateArguments) -> Result<()> {
    let is_csv = arguments.format.is_csv() || arguments.errors.is_some();
    let for_excel = arguments.excel.is_asked(is_csv, arguments.format.name())?;
    set_threads(arguments.threads)?;
    if let Some(path) = &arguments.predictions {
        Records::check_name(path)?;
    }
    let inputs = [&arguments.data[..], arguments.model.as_slice()].concat();
    let outputs = [&arguments.predictions, &arguments.errors];
    for path in outputs.into_iter().flatten() {
        check_writable_beside(path, &inputs)?;
    }
    #[cfg(feature = "html")]
    if let Some(path) = &arguments.report {
        check_writable_beside(path, &inputs)?;
    }
    let mut layout = arguments.layout.params()?;
    let keep = arguments.by.iter().map(|name| KeptColumn {
        name: name.clone(),
        role: Some(ColumnRole::Slice),
    });
    layout.keep = keep.collect();
    let NamedModel { model, name } = read_model(arguments.model.as_deref(), &arguments.encoder)?;
    let corpus = read_corpus(&arguments.data, &layout, &model.target_names())?;
    note_unused_mentions(&model, &name, &corpus);
    let params = EvaluateParams {
        bootstrap: (arguments.resamples > 0).then_some(BootstrapParams {
            resamples: arguments.resamples,
            seed: arguments.seed,
            ..BootstrapParams::DEFAULT
        }),
    };
    let evaluated = evaluate(&model, &corpus, &params)?;
    for (target, n) in &evaluated.unknown_targets {
        note(format_args!(
            "note: {} of target `{target}` not scored: the model has no such target",
            counted(*n, "row")
        ));
    }
    let details = Details::of(&model, &corpus, &evaluated, &arguments.by, &params)?;
    if let Some(path) = &arguments.predictions {
        let predictions = predictions(&corpus, &evaluated);
        replace_file(path, &predictions.bytes(path)?)?;
    }
    let data: Vec<String> = arguments
        .data
        .iter()
        .map(|p| p.display().to_string())
        .collect();
    let record = EvaluationRecord::of(&name, &data, &evaluated).with_details(&evaluated, &details);
    #[cfg(feature = "html")]
    let wants_mistakes = arguments.errors.is_some() || arguments.report.is_some();
    #[cfg(not(feature = "html"))]
    let wants_mistakes = arguments.errors.is_some();
    if wants_mistakes {
        let wrong = mistakes(&model, &corpus, &evaluated, N_FEATURES);
        if let Some(path) = &arguments.errors {
            let wrong = mistakes_csv(&corpus, &evaluated, &wrong);
            replace_file(path, csv_text(&wrong, for_excel).as_bytes())?;
        }
        #[cfg(feature = "html")]
        if let Some(path) = &arguments.report {
            let page = EvaluationPage {
                record: &record,
                evaluated: &evaluated,
                details: &details,
                model: &model,
                corpus: &corpus,
                mistakes: &wrong,
            };
            replace_file(path, evaluation_html(&page).as_bytes())?;
        }
    }
    let all = arguments.all;
    match arguments.format {
        MeasureFormat::Table => print(&record.table(all)),
        MeasureFormat::Json => print(&to_json(&record)),
        MeasureFormat::Csv => print(&csv_text(&record.csv(), for_excel)),
        MeasureFormat::Markdown => print(&record.markdown(all)),
        #[cfg(feature = "documents")]
        MeasureFormat::Xlsx => print_bytes(&workbook(&[("measures", &record.csv())])?),
        MeasureFormat::Latex => print(&record.latex(all)),
    }
}
