//! `detente train --stream` and `--update`: training on rows that are never all in memory.

use super::failure::{Error, Result};
use super::progress::Progress;
use super::reading::say_notices;
use super::train::{KNOWN_TARGETS, TrainArguments};
use super::{note, print};
use clap::Args;
use detente_data::file::check_writable_beside;
use detente_data::model_file;
use detente_error::counted;
use detente_model::features::Buckets;
use detente_report::StreamingRecord;
use detente_train::stream::{
    CheckpointParams, PASSES, Source, StreamEvent, StreamMemory, StreamParams, stream,
};
use std::path::PathBuf;

/// The flags of `train` that only mean something where all rows are in memory.
const IN_MEMORY: [&str; 10 + cfg!(feature = "encoder") as usize] = [
    #[cfg(feature = "encoder")]
    "encoder",
    "tune",
    "learner",
    "l2",
    "no_stack",
    "class_weight",
    "min_df",
    "folds",
    "no_curve",
    "target_text",
    "target_span",
];

#[derive(Args)]
#[command(next_help_heading = "Training beyond memory")]
pub(super) struct StreamingArguments {
    /// Learn row by row, in memory that does not grow with the rows; their order matters. DATA.csv may be
    /// `-` for standard input, with --labels
    #[arg(long, group = "row_by_row", conflicts_with_all = IN_MEMORY)]
    stream: bool,
    /// Let a model that was trained with --stream learn on
    #[arg(long, value_name = "MODEL", group = "row_by_row", conflicts_with_all = IN_MEMORY,
        conflicts_with_all = [
            "lang", "word_max", "char_min", "char_max",
            "no_negation", "no_lexicon", "frames", "mask_parties", "penalty", "buckets", "labels"])]
    update: Option<PathBuf>,
    /// Buckets that n-grams are hashed into, 2^18 to 2^26; memory doubles with each power
    #[arg(long, value_name = "2^N", default_value_t = format!("2^{}", Buckets::LOG2_DEFAULT), requires = "row_by_row")]
    buckets: String,
    /// Passes over the rows; of standard input 1
    #[arg(long, value_name = "N", requires = "row_by_row", help = format!("Passes over the rows [default: \
        {PASSES}; of standard input 1]"))]
    passes: Option<usize>,
    /// Rows that wait and leave in random order; 0: rows are learned from in their order
    #[arg(long, value_name = "N", default_value_t = StreamParams::DEFAULT.shuffle, requires = "row_by_row")]
    shuffle: usize,
    /// The labels of a target, where they are known: one pass less; repeatable
    #[arg(long, value_name = "TARGET=A,B", value_parser = parse_labels, requires = "row_by_row")]
    labels: Vec<(String, Vec<String>)>,
    /// File in which the training is saved as it goes
    #[arg(long, value_name = "FILE", requires = "row_by_row")]
    checkpoint: Option<PathBuf>,
    /// Rows after which that file is written anew
    #[arg(long, value_name = "N", default_value_t = CheckpointParams::EVERY, requires = "checkpoint")]
    every: usize,
    /// Go on from that file: the same model comes as from a training that was never stopped
    #[arg(long, requires = "checkpoint")]
    resume: bool,
}

impl StreamingArguments {
    pub(super) fn is_asked_for(&self) -> bool {
        self.stream || self.update.is_some()
    }

    /// The binary logarithm of the number of buckets.
    fn log2_buckets(&self) -> Result<u32> {
        let power = self.buckets.strip_prefix("2^").map(str::parse::<u32>);
        let number = || {
            self.buckets
                .parse::<u64>()
                .ok()
                .filter(|n| n.is_power_of_two())
        };
        let log2 = match power {
            Some(power) => power.ok(),
            None => number().map(u64::trailing_zeros),
        };
        let in_range = log2.filter(|log2| Buckets::LOG2_RANGE.contains(log2));
        in_range.ok_or_else(|| {
            Error::out_of_range("the number of buckets", &self.buckets, "2^18 to 2^26")
        })
    }
}

pub(super) fn run_streaming(arguments: TrainArguments) -> Result<()> {
    let flags = arguments.streaming;
    let model = flags.update.as_deref().map(model_file::read).transpose()?;
    let log2_buckets = flags.log2_buckets()?;
    let seed = arguments.training.seed;
    let recipe = arguments.training.params(2)?;
    let params = match &model {
        Some(model) => StreamParams::of_model(model).map_err(|error| match &flags.update {
            Some(path) => error.in_file(path),
            None => error,
        })?,
        None => StreamParams {
            language: recipe.language,
            mask_parties: recipe.mask_parties,
            ngrams: recipe.vectorizer.ngrams,
            log2_buckets,
            penalty: recipe.head.penalty,
            labels: flags.labels,
            ..StreamParams::DEFAULT
        },
    };
    let params = StreamParams {
        n_passes: flags.passes,
        shuffle: flags.shuffle,
        seed,
        decision_metric: recipe.decision_metric,
        tilt: recipe.tilt,
        name: arguments.name.or(params.name),
        date: arguments.date,
        ..params
    };
    params.check()?;
    check_writable_beside(&arguments.output, &arguments.data)?;
    let checkpoint = flags.checkpoint.map(|path| CheckpointParams {
        path,
        every: flags.every,
        resume: flags.resume,
    });
    if let Some(checkpoint) = &checkpoint {
        checkpoint.check()?;
        check_writable_beside(&checkpoint.path, &arguments.data)?;
    }
    let layout = arguments.layout.params()?;
    let known: Vec<&str> = match params.labels.is_empty() {
        true => KNOWN_TARGETS.to_vec(),
        false => params
            .labels
            .iter()
            .map(|(target, _)| target.as_str())
            .collect(),
    };
    let source = Source {
        paths: &arguments.data,
        layout: &layout,
        known_targets: &known,
    };
    let counting = Progress::new("training {spinner} {pos} rows counted {elapsed}");
    let learning = Progress::new("training {spinner} {pos} rows learned from {elapsed}");
    let event = |event| match event {
        StreamEvent::Begun(memory) => say_memory(&memory),
        StreamEvent::Counted(n_rows) => counting.at(n_rows as u64, None),
        StreamEvent::Learned(n_rows) => {
            counting.finish();
            learning.at(n_rows as u64, None);
        }
    };
    let streamed = stream(
        &source,
        &params,
        model.as_ref(),
        checkpoint.as_ref(),
        &event,
    );
    say_notices(&layout.reading.notices);
    let (model, log) = streamed?;
    learning.finish();
    model_file::write(&model, &arguments.output)?;
    print(&StreamingRecord::of(&log).to_string())?;
    note(format_args!("wrote {}", arguments.output.display()));
    Ok(())
}

fn say_memory(memory: &StreamMemory) {
    let waiting = match memory.n_waiting {
        0 => String::new(),
        n => format!(", up to {} that wait", counted(n, "row")),
    };
    let factors = match memory.n_factors {
        0 => String::new(),
        n => format!(" and {}", counted(n, "byte")),
    };
    note(format_args!(
        "memory: {:.0} MB for {} buckets of {} numbers{factors}, however many the rows; beside it the rows at \
         hand{waiting}, and the model as it is written",
        memory.n_bytes as f64 / 1e6,
        memory.n_buckets,
        memory.n_numbers
    ));
}

fn parse_labels(given: &str) -> std::result::Result<(String, Vec<String>), String> {
    let labels = given.split_once('=').map(|(target, labels)| {
        let labels: Vec<String> = labels.split(',').map(|l| l.trim().to_owned()).collect();
        (target.trim().to_owned(), labels)
    });
    labels
        .filter(|(target, labels)| {
            !target.is_empty() && labels.len() > 1 && labels.iter().all(|label| !label.is_empty())
        })
        .ok_or_else(|| "expected TARGET=A,B, for example `peace=favor,against,none`".to_owned())
}
