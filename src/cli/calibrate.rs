//! `detente calibrate`.

use super::encoding::EncoderArguments;
use super::failure::Result;
use super::format::ResultFormat;
use super::layout::{LayoutArguments, note_unused_mentions, read_corpus};
use super::{NamedModel, model_path, note, one_of, print, read_model, set_threads};
use clap::Args;
use detente_data::corpus::FoldsParams;
use detente_data::file::check_writable_beside;
use detente_data::model_file;
use detente_report::{RecalibrationRecord, to_json};
use detente_train::{DecisionMetric, RecalibrationParams, recalibrate};
use std::path::PathBuf;

/// Fit a model's probabilities to rows of your own domain: 50 to 500 are enough
#[derive(Args)]
#[command(
    after_help = "Weights stay as they are. For each target a temperature and one shift a label are fitted, then the
thresholds (from 200 rows on) and the prediction sets. Give rows that the model was not trained on. The
measures after are those of rows that the calibration did not see.

Examples:
  detente calibrate default mine.csv --group document -o mine.detente
  detente calibrate my.detente mine.csv --targets peace,conflict -o mine.detente --format json"
)]
pub(super) struct CalibrateArguments {
    /// Model file, or `default` for the embedded model
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// Labelled CSV files of one layout (.tsv: separated by tabs)
    #[arg(required = true, value_name = "DATA.csv")]
    data: Vec<PathBuf>,
    /// Where the calibrated model is written
    #[arg(short, long, value_name = "MODEL")]
    output: PathBuf,
    /// What labels are decided for
    #[arg(
        long,
        value_name = "METRIC",
        default_value = RecalibrationParams::DEFAULT.decision_metric.name(),
        value_parser = one_of(DecisionMetric::ALL, DecisionMetric::name)
    )]
    decision_metric: DecisionMetric,
    /// Folds by which rows are answered that were not calibrated on
    #[arg(long, value_name = "N", default_value_t = FoldsParams::DEFAULT.n_folds)]
    folds: usize,
    /// Seed of the folds
    #[arg(long, value_name = "N", default_value_t = FoldsParams::DEFAULT.seed)]
    seed: u64,
    /// How results are written
    #[arg(long, default_value = "table", value_parser = one_of(ResultFormat::ALL, ResultFormat::name))]
    format: ResultFormat,
    #[command(flatten)]
    layout: LayoutArguments,
    #[command(flatten)]
    encoder: EncoderArguments,
    /// Threads; 0 for one a processor. Results are the same with any number
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
}

pub(super) fn run(arguments: CalibrateArguments) -> Result<()> {
    set_threads(arguments.threads)?;
    let inputs = [&arguments.data[..], std::slice::from_ref(&arguments.model)].concat();
    check_writable_beside(&arguments.output, &inputs)?;
    let layout = arguments.layout.params()?;
    let NamedModel { model, name } = read_model(model_path(&arguments.model), &arguments.encoder)?;
    let mut corpus = read_corpus(&arguments.data, &layout, &model.target_names())?;
    note_unused_mentions(&model, &name, &corpus);
    let params = RecalibrationParams {
        folds: FoldsParams {
            n_folds: arguments.folds,
            seed: arguments.seed,
        },
        decision_metric: arguments.decision_metric,
        ..RecalibrationParams::DEFAULT
    };
    let (calibrated, log) = recalibrate(&model, &mut corpus, &params)?;
    model_file::write(&calibrated, &arguments.output)?;
    let record = RecalibrationRecord::of(&log);
    match arguments.format {
        ResultFormat::Table => print(&record.to_string())?,
        ResultFormat::Json => print(&to_json(&record))?,
    }
    note(format_args!("wrote {}", arguments.output.display()));
    Ok(())
}
