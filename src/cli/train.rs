//! `detente train`.

use super::failure::Result;
use super::layout::{LayoutArguments, note_many_labels, parse_filter, read_corpus};
use super::progress::Progress;
use super::streaming::{StreamingArguments, run_streaming};
use super::training::TrainingArguments;
use super::{note, print, set_threads};
use clap::Args;
use detente_data::corpus::{FoldsParams, LayoutParams};
use detente_data::file::check_writable_beside;
use detente_data::model_file;
use detente_report::TrainingRecord;
use detente_train::{AppraisalParams, TrainParams, TuneParams, train, tune};
use std::path::PathBuf;
use std::time::Instant;

/// Targets that are looked for when no column is named.
pub(super) const KNOWN_TARGETS: [&str; 4] = ["peace", "cooperation", "conflict", "sentiment"];

/// Train a model from labelled CSV files
#[derive(Args)]
#[command(
    after_help = "Wide layout: one column a target. Long layout: one row for each text and target.

Examples:
  detente train labelled.csv --targets peace,sentiment --group document -o my.detente
  detente train tweets.csv --target-column target --label-column stance -o tweets.detente
  detente train news.csv --targets tone --label pos=positive --label neg=negative -o my.detente
  detente train huge.csv.zst --stream --targets tone --group document -o my.detente
  detente train new.csv --update my.detente -o my.detente"
)]
pub(super) struct TrainArguments {
    /// Labelled CSV files of one layout (.tsv: separated by tabs)
    #[arg(required = true, value_name = "DATA.csv")]
    pub(super) data: Vec<PathBuf>,
    /// Where the model is written
    #[arg(short = 'o', long, value_name = "MODEL")]
    pub(super) output: PathBuf,
    #[command(flatten)]
    pub(super) layout: LayoutArguments,
    #[command(flatten)]
    pub(super) training: TrainingArguments,
    #[command(flatten)]
    pub(super) streaming: StreamingArguments,
    /// Folds of the cross-validation. With --l2 no more of them are answered than leave out 20,000 rows of
    /// each target, two at the least: enough to calibrate
    #[arg(long, value_name = "N", default_value_t = FoldsParams::DEFAULT.n_folds, help_heading = "Training")]
    folds: usize,
    /// Minutes in which to choose n-grams, --min-df, negation, lexicon and --class-weight too. The clock
    /// says only where the search stops: the same bytes come if as many settings were tried, or from
    /// the flags that the report names, without --tune
    #[arg(
        long,
        value_name = "MINUTES",
        allow_negative_numbers = true,
        help_heading = "Training"
    )]
    tune: Option<f64>,
    /// Calibrate and measure only on the rows with this value in this column; repeatable, all must hold. All rows are
    /// learned from: so rows that were written or drawn to teach do not say how common a label is
    #[arg(
        long,
        value_name = "COLUMN=VALUE",
        value_parser = parse_filter,
        conflicts_with_all = ["stream", "update"],
        help_heading = "Training"
    )]
    calibrate_where: Vec<(String, String)>,
    /// Draw no learning curve; with --l2 or a learner of linfa none is drawn
    #[arg(long, help_heading = "Training")]
    no_curve: bool,
    /// Name that the model carries
    #[arg(long, help_heading = "Training")]
    pub(super) name: Option<String>,
    /// Date that the model carries, YYYY-MM-DD; never taken from the clock
    #[arg(long, help_heading = "Training")]
    pub(super) date: Option<String>,
}

pub(super) fn run(arguments: TrainArguments) -> Result<()> {
    set_threads(arguments.training.threads)?;
    if arguments.streaming.is_asked_for() {
        return run_streaming(arguments);
    }
    let encoder = arguments.training.encoder.clone();
    let recipe = arguments.training.params(arguments.folds)?;
    let mut params = TrainParams {
        name: arguments.name,
        date: arguments.date,
        appraisal: Some(AppraisalParams {
            curve: recipe.search && recipe.head.learner.is_sparse() && !arguments.no_curve,
            ..AppraisalParams::DEFAULT
        }),
        ..recipe
    };
    params.check()?;
    let tune_params = arguments.tune.map(|minutes| TuneParams { minutes });
    tune_params.map_or(Ok(()), |tune| tune.check())?;
    check_writable_beside(&arguments.output, &arguments.data)?;
    let layout = LayoutParams {
        calibration: arguments.calibrate_where,
        ..arguments.layout.params()?
    };
    let mut corpus = read_corpus(&arguments.data, &layout, &KNOWN_TARGETS)?;
    note_many_labels(&corpus);
    params.encoder = encoder.for_training(&corpus, &params)?;
    let tuning = match tune_params {
        Some(tune_params) => {
            let progress = Progress::new("tuning {spinner} {pos} settings tried in {elapsed}");
            let begun = Instant::now();
            let tuning = tune(
                &mut corpus,
                &params,
                &tune_params,
                &|| begun.elapsed(),
                &|tried| progress.at(tried as u64, None),
            )?;
            progress.finish();
            params = tuning.params.clone();
            Some(tuning)
        }
        None => None,
    };
    let progress = Progress::new("training {wide_bar} {pos}/{len} fits {eta}");
    let (model, log) = train(&mut corpus, &params, &|done, all| {
        progress.at(done as u64, Some(all as u64));
    })?;
    progress.finish();
    model_file::write(&model, &arguments.output)?;
    print(&TrainingRecord::of(&log, tuning.as_ref()).to_string())?;
    note(format_args!("wrote {}", arguments.output.display()));
    Ok(())
}
