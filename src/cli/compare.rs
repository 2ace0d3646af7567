//! `detente compare`.

use super::encoding::EncoderArguments;
use super::failure::{Error, ErrorKind, Result};
use super::format::{ExcelArguments, MeasureFormat, csv_text};
use super::layout::{LayoutArguments, note_unused_mentions, read_corpus};
use super::reading::say_notices;
#[cfg(feature = "documents")]
use super::standard_output::print_bytes;
use super::{model_path, one_of, print, read_model, set_threads};
use clap::Args;
use detente_data::corpus::{Layout, PredictionFile, ReadParams};
use detente_eval::compare::{CompareParams, Contestant, Documents, MatchBy, compare};
use detente_metrics::BootstrapParams;
use detente_metrics::randomization::RandomizationParams;
use detente_model::Model;
#[cfg(feature = "documents")]
use detente_report::workbook;
use detente_report::{ComparisonRecord, to_json};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Test whether one model is better than another on the same rows
#[derive(Args)]
#[command(
    after_help = "Models answer the rows of --data. Files of predictions, as `evaluate --predictions` and \
        `cross-validate --predictions` write them, are matched by id and target; --data with --group then \
        says which ids are one document, else each id is one.

Examples:
  detente compare default my.detente --data test.csv --group document
  detente compare old.csv new.csv
  detente compare old.csv new.csv --data test.csv --group document --format json"
)]
pub(super) struct CompareArguments {
    /// Models, `default` for the embedded one, or CSV files of predictions; two or more
    #[arg(required = true, value_name = "MODEL|PREDICTIONS.csv")]
    contestants: Vec<PathBuf>,
    /// Labelled CSV file that models answer, or that names the documents of predictions; repeatable
    #[arg(long, value_name = "DATA.csv")]
    data: Vec<PathBuf>,
    /// How results are written
    #[arg(long, default_value = "table", value_parser = one_of(MeasureFormat::ALL, MeasureFormat::name))]
    format: MeasureFormat,
    #[command(flatten)]
    excel: ExcelArguments,
    #[command(flatten)]
    layout: LayoutArguments,
    /// Bootstrap resamples behind the intervals
    #[arg(long, value_name = "N", default_value_t = BootstrapParams::DEFAULT.resamples, help_heading = "Tests")]
    resamples: usize,
    /// Shuffles of the randomisation test
    #[arg(long, value_name = "N", default_value_t = RandomizationParams::DEFAULT.shuffles, help_heading = "Tests")]
    shuffles: usize,
    /// Corrected p-value up to which a difference is called real
    #[arg(long, value_name = "SHARE", default_value_t = CompareParams::DEFAULT.alpha, help_heading = "Tests")]
    alpha: f64,
    /// Seed of resamples and shuffles
    #[arg(long, default_value_t = BootstrapParams::DEFAULT.seed, help_heading = "Tests")]
    seed: u64,
    /// Threads; 0 for one a processor. Results are the same with any number
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Tests")]
    threads: usize,
    #[command(flatten)]
    encoder: EncoderArguments,
}

/// What an argument turned out to be.
enum Given {
    Model(Box<super::NamedModel>),
    Predictions(PredictionFile),
}

pub(super) fn run(arguments: CompareArguments) -> Result<()> {
    let is_csv = arguments.format.is_csv();
    let for_excel = arguments.excel.is_asked(is_csv, arguments.format.name())?;
    set_threads(arguments.threads)?;
    let params = CompareParams {
        bootstrap: BootstrapParams {
            resamples: arguments.resamples,
            seed: arguments.seed,
            ..BootstrapParams::DEFAULT
        },
        randomization: RandomizationParams {
            shuffles: arguments.shuffles,
            seed: arguments.seed,
        },
        alpha: arguments.alpha,
    };
    params.check()?;
    if let [only] = arguments.contestants.as_slice() {
        let name = only.display().to_string();
        return Err(Error::new(ErrorKind::CompareOne { name }));
    }
    let mut layout = arguments.layout.params()?;
    let given = arguments.contestants.iter();
    let given = given
        .map(|path| read(path, &arguments.encoder, &layout.reading))
        .collect::<Result<Vec<Given>>>();
    say_notices(&layout.reading.notices);
    let given = given?;
    let models = given.iter().filter_map(|given| match given {
        Given::Model(named) => Some(named),
        Given::Predictions(_) => None,
    });
    let models: Vec<_> = models.collect();
    let corpus = match (arguments.data.is_empty(), models.first()) {
        (true, Some(named)) => {
            let name = named.name.clone();
            return Err(Error::new(ErrorKind::CompareNoData { name }));
        }
        (true, None) => None,
        (false, None) => {
            layout.layout = Layout::Texts;
            Some(read_corpus(&arguments.data, &layout, &[])?)
        }
        (false, Some(_)) => {
            let mut known: Vec<&str> = models.iter().flat_map(|m| m.model.target_names()).collect();
            known.sort_unstable();
            known.dedup();
            let mut corpus = read_corpus(&arguments.data, &layout, &known)?;
            for named in &models {
                note_unused_mentions(&named.model, &named.name, &corpus);
            }
            corpus.sort();
            Some(corpus)
        }
    };
    let match_by = match models.len() == given.len() {
        true => MatchBy::Row,
        false => MatchBy::Id,
    };
    let documents = match (&corpus, match_by) {
        (Some(corpus), MatchBy::Id) => Some(Documents::of_corpus(corpus)?),
        _ => None,
    };
    let mut contestants = Vec::new();
    for (path, given) in arguments.contestants.iter().zip(given) {
        let name = path.display().to_string();
        contestants.extend(match (given, &corpus) {
            (Given::Model(named), Some(corpus)) => {
                let model = &named.model;
                Some(Contestant::of_model(name, model, corpus, match_by)?)
            }
            // Without rows, models were refused above.
            (Given::Model(_), None) => None,
            (Given::Predictions(file), _) => {
                let documents = documents.as_ref();
                Some(Contestant::of_predictions(name, path, file, documents)?)
            }
        });
    }
    let compared = compare(&contestants, &params)?;
    let data: Vec<String> = arguments
        .data
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let record = ComparisonRecord::of(&data, &compared);
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

/// Tells models from predictions by their first bytes.
fn read(path: &Path, encoder: &EncoderArguments, reading: &ReadParams) -> Result<Given> {
    let Some(path) = model_path(path) else {
        return read_model(None, encoder).map(|named| Given::Model(Box::new(named)));
    };
    let failed = |source| Error::io("cannot read", path, source);
    let mut start = Vec::new();
    let file = detente_data::file::open(path)?;
    file.take(64).read_to_end(&mut start).map_err(failed)?;
    if Model::is_start(&start) {
        let named = read_model(Some(path), encoder)?;
        Ok(Given::Model(Box::new(named)))
    } else {
        Ok(Given::Predictions(PredictionFile::read_with(
            path, reading,
        )?))
    }
}
