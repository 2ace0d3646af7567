//! `detente evaluate`.

use super::layout::LayoutArguments;
use super::{NamedModel, note, one_of, print, read_model, set_threads};
use crate::corpus::Corpus;
use crate::error::{Result, check_writable, counted, replace_file};
use crate::evaluate::{EvaluateParams, evaluate};
use crate::metrics::BootstrapParams;
use crate::report::{evaluation_json, evaluation_table, predictions_csv};
use clap::Args;
use std::path::PathBuf;

/// How an evaluation is written.
#[derive(Clone, Copy)]
enum EvaluateFormat {
    Table,
    Json,
}

impl EvaluateFormat {
    const ALL: [Self; 2] = [Self::Table, Self::Json];

    fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
        }
    }
}

/// Measure how right a model is on labelled CSV files
#[derive(Args)]
#[command(after_help = "Examples:
  detente evaluate test.csv
  detente evaluate test.csv --model my.detente --group document --format json
  detente evaluate tweets.csv --model tweets.detente --target-column target --label-column stance --predictions out.csv")]
pub(super) struct EvaluateArguments {
    /// Labelled CSV files of one layout
    #[arg(required = true, value_name = "DATA.csv")]
    data: Vec<PathBuf>,
    /// Model file [default: the embedded model]
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// How results are written
    #[arg(long, default_value = "table", value_parser = one_of(EvaluateFormat::ALL, EvaluateFormat::name))]
    format: EvaluateFormat,
    /// Write one row for each row and target: id, gold, predicted, probabilities
    #[arg(long, value_name = "OUT.csv")]
    predictions: Option<PathBuf>,
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
}

pub(super) fn run(arguments: EvaluateArguments) -> Result<()> {
    set_threads(arguments.threads)?;
    if let Some(path) = &arguments.predictions {
        check_writable(path)?;
    }
    let layout = arguments.layout.params()?;
    let NamedModel { model, name } = read_model(arguments.model.as_ref())?;
    let corpus = Corpus::read(&arguments.data, &layout, &model.target_names())?;
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
    if let Some(path) = &arguments.predictions {
        replace_file(path, &predictions_csv(&corpus, &evaluated))?;
    }
    let data: Vec<String> = arguments
        .data
        .iter()
        .map(|p| p.display().to_string())
        .collect();
    match arguments.format {
        EvaluateFormat::Table => print(&evaluation_table(&name, &data, &evaluated)),
        EvaluateFormat::Json => {
            let json = evaluation_json(&name, &data, &evaluated);
            print(&format!("{json:#}\n"))
        }
    }
}
