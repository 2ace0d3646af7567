//! `detente train`.

use super::layout::LayoutArguments;
use super::progress::Progress;
use super::{note, one_of, print, set_threads};
use crate::corpus::{Corpus, FoldsParams};
use crate::error::{Error, ErrorKind, Result, check_writable};
use crate::features::{NgramParams, VectorizerParams, WeightingParams};
use crate::linear::{HeadParams, Learner};
use crate::report::training_table;
use crate::text::Language;
use crate::train::{Optimise, TrainParams, train};
use clap::Args;
use std::path::PathBuf;

/// Targets that are looked for when no column is named.
pub(super) const KNOWN_TARGETS: [&str; 4] = ["peace", "cooperation", "conflict", "sentiment"];

/// Train a model from labelled CSV files
#[derive(Args)]
#[command(
    after_help = "Wide layout: one column a target. Long layout: one row for each text and target.

Examples:
  detente train labelled.csv --targets peace,cooperation,conflict,sentiment --group document -o my.detente
  detente train tweets.csv --target-column target --label-column stance -o tweets.detente
  detente train news.csv --targets polarity --label pos=positive --label neg=negative -o news.detente"
)]
pub(super) struct TrainArguments {
    /// Labelled CSV files of one layout (.tsv: separated by tabs)
    #[arg(required = true, value_name = "DATA.csv")]
    data: Vec<PathBuf>,
    /// Where the model is written
    #[arg(short = 'o', long, value_name = "MODEL")]
    output: PathBuf,
    #[command(flatten)]
    layout: LayoutArguments,
    /// Language of the texts, as a two-letter code; `xx` for none (words are not stemmed)
    #[arg(long, value_name = "CODE", default_value = TrainParams::DEFAULT.language.code(), help_heading = "Training")]
    lang: String,
    /// Seed of the folds
    #[arg(long, default_value_t = FoldsParams::DEFAULT.seed, help_heading = "Training")]
    seed: u64,
    /// Folds of the cross-validation
    #[arg(long, value_name = "N", default_value_t = FoldsParams::DEFAULT.n_folds, help_heading = "Training")]
    folds: usize,
    /// Threads; 0 for one a processor. The model is the same with any number
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Training")]
    threads: usize,
    /// Fixed strength of the L2 penalty [default: chosen for each target by cross-validation]
    #[arg(
        long,
        value_name = "STRENGTH",
        allow_negative_numbers = true,
        help_heading = "Training"
    )]
    l2: Option<f64>,
    /// Who finds the weights
    #[arg(long, default_value = HeadParams::DEFAULT.learner.name(), value_parser = one_of(Learner::ALL, Learner::name), help_heading = "Training")]
    learner: Learner,
    /// Measure that labels are decided for; auto: F avg for stance, macro-F1 for classes
    #[arg(long, default_value = TrainParams::DEFAULT.optimise.name(), value_parser = one_of(Optimise::ALL, Optimise::name), help_heading = "Training")]
    optimise: Optimise,
    /// Longest word n-gram, 1 to 3
    #[arg(long, value_name = "N", default_value_t = NgramParams::DEFAULT.word_max, help_heading = "Training")]
    word_max: usize,
    /// Shortest character n-gram
    #[arg(long, value_name = "N", default_value_t = NgramParams::DEFAULT.char_min, help_heading = "Training")]
    char_min: usize,
    /// Longest character n-gram, 0 for none
    #[arg(long, value_name = "N", default_value_t = NgramParams::DEFAULT.char_max, help_heading = "Training")]
    char_max: usize,
    /// Rows in which a feature must occur
    #[arg(long, value_name = "N", default_value_t = WeightingParams::DEFAULT.min_df, help_heading = "Training")]
    min_df: u32,
    /// Leave the features of the lexicon out
    #[arg(long, help_heading = "Training")]
    no_lexicon: bool,
    /// Mask the names of states, leaders and armed groups, so that they cannot decide a stance
    #[arg(long, help_heading = "Training")]
    mask_parties: bool,
    /// Name that the model carries
    #[arg(long, help_heading = "Training")]
    name: Option<String>,
    /// Date that the model carries, YYYY-MM-DD; never taken from the clock
    #[arg(long, help_heading = "Training")]
    date: Option<String>,
}

pub(super) fn run(arguments: TrainArguments) -> Result<()> {
    set_threads(arguments.threads)?;
    let language = Language::from_code(&arguments.lang).ok_or_else(|| {
        Error::new(ErrorKind::UnknownName {
            what: "the language",
            value: arguments.lang.clone(),
            allowed: Language::ALL.iter().map(|l| l.code().to_owned()).collect(),
        })
    })?;
    let params = TrainParams {
        language,
        mask_parties: arguments.mask_parties,
        vectorizer: VectorizerParams {
            ngrams: NgramParams {
                word_max: arguments.word_max,
                char_min: arguments.char_min,
                char_max: arguments.char_max,
                lexicon: !arguments.no_lexicon,
                ..NgramParams::DEFAULT
            },
            weighting: WeightingParams {
                min_df: arguments.min_df,
                ..WeightingParams::DEFAULT
            },
        },
        head: HeadParams {
            learner: arguments.learner,
            l2: arguments.l2.unwrap_or(HeadParams::DEFAULT.l2),
            ..HeadParams::DEFAULT
        },
        search: arguments.l2.is_none(),
        optimise: arguments.optimise,
        folds: FoldsParams {
            n_folds: arguments.folds,
            seed: arguments.seed,
        },
        name: arguments.name,
        date: arguments.date,
    };
    params.check()?;
    check_writable(&arguments.output)?;
    let layout = arguments.layout.params()?;
    let mut corpus = Corpus::read(&arguments.data, &layout, &KNOWN_TARGETS)?;
    let progress = Progress::new("training {wide_bar} {pos}/{len} fits {eta}");
    let (model, log) = train(&mut corpus, &params, &|done, all| {
        progress.at(done as u64, Some(all as u64));
    })?;
    progress.finish();
    model.write(&arguments.output)?;
    print(&training_table(&log))?;
    note(format_args!("wrote {}", arguments.output.display()));
    Ok(())
}
