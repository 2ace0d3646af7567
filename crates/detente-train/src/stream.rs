//! Training on rows that are never all in memory.
//!
//! ```text
//! rows -> targets and labels (survey); left out where they are known before
//! rows -> hashed rows (features) -> labels counted by feature -> factors of the penalty (linear)
//! each pass: rows -> hashed rows -> one step of the learner each (linear)
//! 1 of 10 groups is never learned from: some of its rows -> temperature, decision, conformity
//! scores and measures (calibrate, metrics), each half of them by what was fitted on the other
//! ```
//!
//! Rows are made on all threads, learned from on one, in their order: the model depends on the order
//! of the rows and not on the number of threads.

mod source;
mod targets;
mod row;
mod survey;
mod row_order;
mod checkpoint;
mod pass;
mod hashed_model;
mod finish;

pub use finish::StreamLog;
pub(crate) use hashed_model::to_byte;
pub(crate) use row::{is_held_out, is_in_first_half};
pub use source::Source;

use crate::calibration::TiltChoice;
use crate::error::{Error, ErrorKind, Result};
use crate::linear::{Factors, FtrlClassifier, FtrlParams, LabelCounts, Penalty};
use crate::params::{DecisionMetric, check_date};
use crate::recipe;
use checkpoint::{Checkpoint, Saving};
use detente_model::Model;
use detente_model::features::{
    Buckets, Lexicon, NgramParams, Vectorizer, VectorizerParams, View, Vocabulary, WeightingParams,
};
use detente_text::{Analyzer, AnalyzerParams, Language};
use hashed_model::learner_of;
use pass::{Learning, Reader};
use row_order::Pass;
use std::ops::Range;
use std::path::PathBuf;
use survey::Survey;
use targets::Targets;

/// Passes over the rows where none are asked for.
pub const PASSES: usize = 2;
/// Rows of those held out on which a model is calibrated and measured, at the most.
pub const CALIBRATION_ROWS: usize = 20_000;
/// Rows of a target that it takes to calibrate and measure it.
pub const LEAST_CALIBRATION_ROWS: usize = 20;

/// The recipe for a model that is learned row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamParams {
    /// The language of the texts; default English.
    pub language: Language,
    /// Whether names of parties are masked; default that of [`AnalyzerParams::DEFAULT`].
    pub mask_parties: bool,
    /// Which n-grams are made. There are no views around a mention.
    pub ngrams: NgramParams,
    /// The binary logarithm of the number of buckets that n-grams are hashed into, 18 to 26; default 22.
    /// Memory doubles with each, and fewer n-grams share a bucket.
    pub log2_buckets: u32,
    /// How its learner goes.
    pub ftrl: FtrlParams,
    /// Which weights move further; default [`Penalty::Ratio`], for which the rows are counted in a pass of
    /// their own. What can be read once is not counted: there all weights move alike.
    pub penalty: Penalty,
    /// Passes over the rows, from 1; default 2, of standard input 1.
    pub n_passes: Option<usize>,
    /// Rows that wait and leave in random order, 0 to learn from rows in their order; default 50,000. Rows
    /// of one document stand together in most files, and what comes last is remembered best.
    pub shuffle: usize,
    /// Seed of that order.
    pub seed: u64,
    /// The labels of each target, where they are known before; default none, they are found in a pass of
    /// their own.
    pub labels: Vec<(String, Vec<String>)>,
    /// The measure that labels are decided for.
    pub decision_metric: DecisionMetric,
    /// How far labels are tilted towards that measure; default cautiously.
    pub tilt: TiltChoice,
    /// What the model is called.
    pub name: Option<String>,
    /// The date that the model shall carry.
    pub date: Option<String>,
}

impl StreamParams {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        language: Language::English,
        mask_parties: AnalyzerParams::DEFAULT.mask_parties,
        ngrams: NgramParams::DEFAULT,
        log2_buckets: Buckets::LOG2_DEFAULT,
        ftrl: FtrlParams::DEFAULT,
        penalty: Penalty::Ratio,
        n_passes: None,
        shuffle: 50_000,
        seed: 0,
        labels: Vec::new(),
        decision_metric: DecisionMetric::Auto,
        tilt: TiltChoice::Cautious,
        name: None,
        date: None,
    };

    /// The recipe of a model that shall learn on: all that its features and its learner depend on is as
    /// it was.
    ///
    /// # Errors
    /// The model was not learned row by row.
    pub fn of_model(model: &Model) -> Result<Self> {
        let (Some(streamed), Some(buckets)) = (&model.record().streamed, model.buckets()) else {
            return Err(Error::new(ErrorKind::NotStreamed));
        };
        let analyzer = model.analyzer().params();
        let targets = model.heads().iter();
        Ok(Self {
            language: analyzer.language,
            mask_parties: analyzer.mask_parties,
            ngrams: model.vectorizer_params().ngrams,
            log2_buckets: buckets.log2(),
            ftrl: recipe::ftrl(streamed),
            // A model has a target, and one recipe for the heads of all.
            penalty: recipe::penalty(&model.heads()[0].record.recipe)
                .ok_or_else(|| Error::new(ErrorKind::NotStreamed))?,
            labels: targets
                .map(|head| (head.target.clone(), head.labels.labels().to_vec()))
                .collect(),
            name: model.record().name.clone(),
            ..Self::DEFAULT
        })
    }

    /// Checks every range.
    ///
    /// # Errors
    /// The first parameter that is out of its range.
    pub fn check(&self) -> Result<()> {
        self.ngrams.check()?;
        self.ftrl.check()?;
        Buckets::check(self.log2_buckets)?;
        if self.n_passes == Some(0) {
            return Err(Error::new(ErrorKind::OutOfRange {
                parameter: "the number of passes",
                value: "0".into(),
                expected: "1 or more",
            }));
        }
        check_date(self.date.as_deref())
    }

    fn vectorizer(&self) -> VectorizerParams {
        VectorizerParams {
            ngrams: self.ngrams,
            weighting: WeightingParams {
                min_df: 1,
                ..WeightingParams::DEFAULT
            },
        }
    }

    /// The vocabulary of all buckets.
    fn vocabulary(&self) -> Vocabulary {
        let lexicon = Lexicon::beside(&self.ngrams, self.language);
        Vocabulary::hashed(
            Buckets::all(self.log2_buckets, self.ngrams.views()),
            lexicon,
        )
    }

    /// The passes over rows that can, or cannot, be read again.
    fn passes(&self, is_once: bool) -> Result<usize> {
        match (self.n_passes, is_once) {
            (Some(n_passes), true) if n_passes > 1 => {
                Err(Error::new(ErrorKind::StreamOnce { n_passes }))
            }
            (n_passes, true) => Ok(n_passes.unwrap_or(1)),
            (n_passes, false) => Ok(n_passes.unwrap_or(PASSES)),
        }
    }
}

/// Where a training is saved as it goes.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckpointParams {
    /// The file.
    pub path: PathBuf,
    /// Rows after which it is written anew, from 1.
    pub every: usize,
    /// Whether to go on from what is in it.
    pub resume: bool,
}

impl CheckpointParams {
    /// Rows after which a checkpoint is written where no number is given.
    pub const EVERY: usize = 1_000_000;

    /// Checks the range.
    ///
    /// # Errors
    /// No rows.
    pub fn check(&self) -> Result<()> {
        match self.every {
            0 => Err(Error::new(ErrorKind::OutOfRange {
                parameter: "the number of rows between checkpoints",
                value: "0".into(),
                expected: "1 or more",
            })),
            _ => Ok(()),
        }
    }
}

/// What a training says while it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamEvent {
    /// Its memory, known before the first row is counted or learned from.
    Begun(StreamMemory),
    /// Rows counted so far.
    Counted(usize),
    /// Rows learned from so far, over all passes.
    Learned(usize),
}

/// The memory that a training takes, whatever the number of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamMemory {
    /// Number of buckets.
    pub n_buckets: usize,
    /// Numbers of 32 bits that the learner keeps of each.
    pub n_numbers: usize,
    /// Factors of the penalty that it keeps of each, in a byte.
    pub n_factors: usize,
    /// Bytes of all of them.
    pub n_bytes: usize,
    /// Rows that wait for their turn at the most.
    pub n_waiting: usize,
}

fn memory(
    params: &StreamParams,
    vocabulary: &Vocabulary,
    n_labels: &[usize],
    is_counted: bool,
) -> StreamMemory {
    let n_columns: usize = n_labels.iter().sum();
    let n_numbers = n_columns + n_labels.len();
    let n_factors = if is_counted { n_columns } else { 0 };
    StreamMemory {
        n_buckets: 1 << params.log2_buckets,
        n_numbers,
        n_factors,
        n_bytes: vocabulary.len() * (size_of::<f32>() * n_numbers + n_factors),
        n_waiting: params.shuffle,
    }
}

/// The views whose weights are held by ratios: of the lexicon how much a row has counts, which most rows have.
fn ngram_views(views: &[(View, Range<usize>)]) -> impl Iterator<Item = Range<usize>> {
    let ngrams = views.iter().filter(|(view, _)| *view != View::Lexicon);
    ngrams.map(|(_, ids)| ids.clone())
}

/// Counts the labels of all rows that will be learned from.
fn count(
    reader: &mut Reader,
    mut rows: Pass,
    counts: &mut LabelCounts,
    event: &(dyn Fn(StreamEvent) + Sync),
) -> Result<()> {
    let mut n_rows = 0;
    reader.each_chunk(&mut rows, |chunk| {
        for row in chunk {
            counts.add(&row.ids, &row.gold, row.weight);
        }
        n_rows += chunk.len();
        event(StreamEvent::Counted(n_rows));
        Ok(())
    })
}

/// Trains a model row by row; `start` is a model that learns on.
///
/// # Errors
/// A parameter out of range; labels that would have to be found in what can be read once; a label or
/// target that is not known; a target with a single label; too few rows held out; a checkpoint of
/// something else.
pub fn stream(
    source: &Source,
    params: &StreamParams,
    start: Option<&Model>,
    checkpoint: Option<&CheckpointParams>,
    event: &(dyn Fn(StreamEvent) + Sync),
) -> Result<(Model, StreamLog)> {
    params.check()?;
    checkpoint.map_or(Ok(()), CheckpointParams::check)?;
    let n_passes = params.passes(source.is_once())?;
    let targets = match (params.labels.is_empty(), source.is_once()) {
        (true, true) => return Err(Error::new(ErrorKind::StreamLabels)),
        (true, false) => Targets::find(source)?,
        (false, _) => Targets::known(&params.labels)?,
    };
    let analyzer = Analyzer::new(AnalyzerParams {
        language: params.language,
        mask_parties: params.mask_parties,
    });
    let vocabulary = params.vocabulary();
    let vectorizer = Vectorizer::hashed(params.vectorizer(), vocabulary.clone());
    let views = vocabulary.views();
    let ends: Vec<u32> = views.iter().map(|(_, ids)| ids.end as u32).collect();
    let n_labels = targets.0.iter().map(|target| target.labels.len());
    let n_labels: Vec<usize> = n_labels.collect();
    let is_counted = params.penalty == Penalty::Ratio && !source.is_once();
    let memory = memory(params, &vocabulary, &n_labels, is_counted);
    event(StreamEvent::Begun(memory));

    let mut survey = Survey::new(&targets);
    let recipe = checkpoint::recipe(params, source.layout, &targets, start);
    let found = match checkpoint {
        Some(params) if params.resume => {
            let n_numbers = (vocabulary.len() + views.len()) * memory.n_numbers;
            Some(Checkpoint::read(&params.path, recipe, n_numbers)?)
        }
        _ => None,
    };
    let factors = match is_counted {
        true => {
            let mut counts = LabelCounts::new(vocabulary.len(), n_labels.clone());
            let mut reader = Reader::new(&analyzer, &vectorizer, &views, Some(&mut survey));
            count(
                &mut reader,
                Pass::in_order(*source, &targets),
                &mut counts,
                event,
            )?;
            counts.factors(ngram_views(&views))
        }
        false => Factors::EVEN,
    };
    let mut learner = match start {
        Some(model) => learner_of(model, ends, factors),
        None => Some(FtrlClassifier::new(params.ftrl, n_labels, ends, factors)),
    }
    .ok_or_else(|| Error::new(ErrorKind::NotStreamed))?;

    let first_pass = found.as_ref().map_or(0, |found| found.pass);
    if first_pass > 0 && !is_counted {
        Pass::in_order(*source, &targets).survey(&mut survey)?;
    }
    let mut learning = Learning {
        analyzer: &analyzer,
        vectorizer: &vectorizer,
        learner: &mut learner,
        saving: checkpoint.map(|params| Saving { params, recipe }),
        found,
        n_learned: 0,
    };
    for pass in first_pass..n_passes {
        let mut rows = Pass::new(*source, &targets, params, pass);
        let survey = (pass == 0 && !is_counted).then_some(&mut survey);
        learning.pass(pass, &mut rows, survey, &|n| event(StreamEvent::Learned(n)))?;
        tracing::info!(pass, of = n_passes, "learned from every row");
    }
    finish::finish(finish::Learned {
        source,
        params,
        start,
        targets: &targets,
        penalty: match is_counted {
            true => Penalty::Ratio,
            false => Penalty::Even,
        },
        survey,
        n_passes,
        analyzer: &analyzer,
        vectorizer: &vectorizer,
        learner: &learner,
    })
}
