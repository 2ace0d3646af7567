//! Walk 2: labelled examples into a model.
//!
//! Imports: error, label, text, article, corpus, features, linear, calibrate, model, metrics.
//!
//! ```text
//! examples -> folds (corpus)
//! each fold: counts -> rows weighted by the training folds (features) -> a path of heads (linear)
//!            -> margins of the rows left out
//! out-of-fold margins -> the strength of each head -> its temperature (calibrate) -> its scores
//! all rows -> vectorizer (features) -> heads (linear) -> model
//! ```

use crate::article::Example;
use crate::calibrate::{Decision, Temperature};
use crate::corpus::{Corpus, Folds, FoldsParams, fingerprint};
use crate::error::{Error, ErrorKind, Result, counted};
use crate::features::{Idf, Lexicon, TermCounts, Vectorizer, VectorizerParams};
use crate::label::LabelSet;
use crate::linear::{HeadParams, LinearHead, TrainingSet};
use crate::metrics::{Answers, CountMetric, Evaluation, Sides};
use crate::model::{Head, HeadRecord, Model, ModelRecord};
use crate::text::{Analyzer, AnalyzerParams, Language};
use ndarray::{Array2, ArrayView1};
use rayon::prelude::*;

/// The strengths tried when none is given, from the strongest; scikit-learn's C from 1/6 to 50.
pub const STRENGTHS: [f64; 8] = [6.0, 2.0, 1.0, 0.5, 0.25, 0.12, 0.05, 0.02];

/// The relative gradient at which fits of the cross-validation end at the latest: they only have to
/// rank strengths and give margins, and the last steps change neither.
const SEARCH_TOLERANCE: f64 = 1e-3;

/// The measure that labels are decided for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Optimise {
    /// F avg for stance targets, macro-F1 for class targets.
    Auto,
    /// Every label counts the same.
    MacroF1,
    /// The mean of F1(favor) and F1(against); macro-F1 for class targets, which have no sides.
    FAvg,
    /// The most probable label.
    LogLoss,
}

impl Optimise {
    /// Every measure.
    pub const ALL: [Self; 4] = [Self::Auto, Self::MacroF1, Self::FAvg, Self::LogLoss];

    /// The word for it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::MacroF1 => "macro-f1",
            Self::FAvg => "f-avg",
            Self::LogLoss => "log-loss",
        }
    }

    fn metric(self, labels: &LabelSet) -> Option<CountMetric> {
        match (self, sides(labels)) {
            (Self::LogLoss, _) => None,
            (Self::Auto | Self::FAvg, Some(sides)) => Some(CountMetric::FAvg(sides)),
            _ => Some(CountMetric::MacroF1),
        }
    }
}

fn sides(labels: &LabelSet) -> Option<Sides> {
    labels
        .stance_positions()
        .map(|(favor, against)| Sides { favor, against })
}

/// The recipe for a model.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainParams {
    /// The language of the texts; default English.
    pub language: Language,
    /// Whether names of parties are masked, so that they cannot decide a stance; default no,
    /// since within one corpus who speaks often tells what is said.
    pub mask_parties: bool,
    /// How statements become rows.
    pub vectorizer: VectorizerParams,
    /// How heads are fitted. Its strength is used only when `search` is off.
    pub head: HeadParams,
    /// Whether each head's strength is chosen by cross-validation; default yes.
    pub search: bool,
    /// The measure that labels are decided for; default F avg for stance, else macro-F1.
    pub optimise: Optimise,
    /// The folds of the cross-validation.
    pub folds: FoldsParams,
    /// What the model is called.
    pub name: Option<String>,
    /// The date that the model shall carry.
    pub date: Option<String>,
}

impl TrainParams {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        language: Language::English,
        mask_parties: false,
        vectorizer: VectorizerParams::DEFAULT,
        head: HeadParams::DEFAULT,
        search: true,
        optimise: Optimise::Auto,
        folds: FoldsParams::DEFAULT,
        name: None,
        date: None,
    };

    /// Checks every range.
    ///
    /// # Errors
    /// The first parameter that is out of its range.
    pub fn check(&self) -> Result<()> {
        self.vectorizer.check()?;
        self.head.check()?;
        self.folds.check()?;
        if let Some(date) = &self.date
            && date.parse::<jiff::civil::Date>().is_err()
        {
            return Err(Error::new(ErrorKind::OutOfRange {
                parameter: "the date",
                value: format!("`{date}`"),
                expected: "a day as YYYY-MM-DD",
            }));
        }
        Ok(())
    }
}

/// What training found out, for the report.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainLog {
    /// Rows learned from.
    pub n_rows: usize,
    /// Documents they come from; distinct texts where no group column was given.
    pub n_groups: usize,
    /// Rows without a label on any target.
    pub n_unlabelled: usize,
    /// Rows whose text is blank.
    pub n_blank: usize,
    /// Number of features.
    pub n_features: usize,
    /// Number of folds.
    pub n_folds: usize,
    /// One for each target.
    pub heads: Vec<HeadLog>,
}

/// What training found out on one target.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadLog {
    /// The target.
    pub target: String,
    /// Rows of each label.
    pub label_counts: Vec<(String, usize)>,
    /// The mean calibrated out-of-fold log-loss at each strength tried, strongest first.
    pub path: Vec<(f64, f64)>,
    /// The strength chosen.
    pub l2: f64,
    /// The temperature fitted.
    pub temperature: f64,
    /// How right the out-of-fold answers are. Slightly hopeful: strength and temperature were chosen
    /// on the same rows.
    pub out_of_fold: Evaluation,
}

/// One target's labelled rows.
struct Task {
    labels: LabelSet,
    rows: Vec<usize>,
    gold: Vec<usize>,
    weights: Vec<f32>,
}

/// Trains a model. The corpus is sorted first, so that row order does not matter; `progress` is
/// called with (steps done, steps in all) from any thread.
///
/// # Errors
/// A parameter out of range; a target with a single label; fewer documents than folds; a learner
/// that fails.
pub fn train(
    corpus: &mut Corpus,
    params: &TrainParams,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<(Model, TrainLog)> {
    params.check()?;
    corpus.sort();
    let tasks = tasks(corpus)?;
    let folds = cut_folds(corpus, &tasks, &params.folds)?;
    let analyzer = Analyzer::new(AnalyzerParams {
        language: params.language,
        mask_parties: params.mask_parties,
    });
    let texts: Vec<&str> = corpus.examples.iter().map(|e| e.text.as_str()).collect();
    let VectorizerParams { ngrams, weighting } = params.vectorizer;
    let lexicon = (ngrams.lexicon && params.language == Language::English).then(Lexicon::english);
    let counts = TermCounts::collect(&texts, &analyzer, &ngrams, weighting.min_df, lexicon);
    let strengths: Vec<f64> = match params.search {
        true => STRENGTHS.to_vec(),
        false => vec![params.head.l2],
    };

    let n_steps = folds.n_folds() + 1;
    let n_done = std::sync::atomic::AtomicUsize::new(0);
    let step_done = || {
        let done = 1 + n_done.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        progress(done, n_steps);
    };
    let left_out: Vec<FoldMargins> = (0..folds.n_folds())
        .into_par_iter()
        .map(|fold| {
            let margins = fold_margins(fold, &folds, &counts, &tasks, &strengths, params);
            step_done();
            margins
        })
        .collect::<Result<_>>()?;
    let chosen: Vec<Chosen> = tasks
        .par_iter()
        .enumerate()
        .map(|(task_idx, task)| choose(task_idx, task, &left_out, &strengths, params.optimise))
        .collect();

    let vectorizer = Vectorizer::fit(&counts, &texts, &analyzer, &params.vectorizer);
    let heads = tasks
        .par_iter()
        .zip(&chosen)
        .map(|(task, chosen)| {
            let rows = counts.weigh(&task.rows, vectorizer.idf(), &weighting);
            let head_params = HeadParams {
                l2: chosen.l2,
                ..params.head
            };
            let head = head_params.fit_set(&training_set(task, &rows), None)?;
            Ok((head_params, head))
        })
        .collect::<Result<Vec<(HeadParams, LinearHead)>>>()?;
    step_done();

    let documents = document_names(corpus);
    let mut parts = Vec::new();
    let mut logs = Vec::new();
    for (target_idx, ((task, chosen), (head_params, linear))) in
        tasks.iter().zip(&chosen).zip(heads).enumerate()
    {
        let name = &corpus.targets[target_idx].name;
        let out_of_fold = evaluate_out_of_fold(task, chosen, &documents)?;
        let mut label_counts = vec![0; task.labels.len()];
        for class in &task.gold {
            label_counts[*class] += 1;
        }
        let head = Head {
            target: name.clone(),
            labels: task.labels.clone(),
            intercept: linear.intercept().to_vec(),
            temperature: chosen.temperature,
            decision: chosen.decision.clone(),
            record: HeadRecord {
                params: head_params,
                label_counts: label_counts.clone(),
                accuracy: out_of_fold.accuracy.value,
                macro_f1: out_of_fold.macro_f1.value,
                f_avg: out_of_fold.f_avg.value,
                log_loss: out_of_fold.log_loss.value,
                ece: out_of_fold.ece.value,
            },
        };
        logs.push(HeadLog {
            target: name.clone(),
            label_counts: task
                .labels
                .labels()
                .iter()
                .cloned()
                .zip(label_counts)
                .collect(),
            path: strengths
                .iter()
                .copied()
                .zip(chosen.path.iter().copied())
                .collect(),
            l2: chosen.l2,
            temperature: chosen.temperature.value(),
            out_of_fold,
        });
        parts.push((head, linear));
    }
    let n_groups = corpus.group_count();
    let record = ModelRecord {
        name: params.name.clone(),
        date: params.date.clone(),
        n_rows: corpus.examples.len(),
        n_groups,
        fingerprint: fingerprint(corpus),
        n_folds: folds.n_folds(),
        seed: params.folds.seed,
    };
    let log = TrainLog {
        n_rows: corpus.examples.len(),
        n_groups,
        n_unlabelled: corpus.n_unlabelled,
        n_blank: corpus.n_blank,
        n_features: vectorizer.vocabulary().len(),
        n_folds: folds.n_folds(),
        heads: logs,
    };
    Ok((Model::new(analyzer, vectorizer, parts, record), log))
}

/// The labelled rows of each target.
fn tasks(corpus: &Corpus) -> Result<Vec<Task>> {
    let tasks = corpus
        .targets
        .iter()
        .enumerate()
        .map(|(target_idx, target)| {
            let mut task = Task {
                labels: target.labels.clone(),
                rows: Vec::new(),
                gold: Vec::new(),
                weights: Vec::new(),
            };
            for (row_idx, example) in corpus.examples.iter().enumerate() {
                let label = example.labels[target_idx].as_deref();
                if let Some(class) = label.and_then(|label| task.labels.position(label)) {
                    task.rows.push(row_idx);
                    task.gold.push(class);
                    task.weights.push(example.weight as f32);
                }
            }
            match task.labels.labels() {
                [] => Err(Error::new(ErrorKind::NoLabels {
                    target: target.name.clone(),
                })),
                [only] => Err(Error::new(ErrorKind::OneLabel {
                    target: target.name.clone(),
                    label: only.clone(),
                    n_rows: task.rows.len(),
                })),
                _ => Ok(task),
            }
        });
    tasks
        .collect::<Result<_>>()
        .map_err(|error: Error| match corpus.paths.as_slice() {
            [only] => error.in_file(only),
            _ => error,
        })
}

fn cut_folds(corpus: &Corpus, tasks: &[Task], params: &FoldsParams) -> Result<Folds> {
    let mut labels: Vec<Vec<usize>> = vec![Vec::new(); corpus.examples.len()];
    let mut n_labels = 0;
    for task in tasks {
        for (row, class) in task.rows.iter().zip(&task.gold) {
            labels[*row].push(n_labels + class);
        }
        n_labels += task.labels.len();
    }
    for (target, task) in corpus.targets.iter().zip(tasks) {
        let mut groups: Vec<&str> = task
            .rows
            .iter()
            .map(|row| corpus.examples[*row].group_key())
            .collect();
        groups.sort_unstable();
        groups.dedup();
        if groups.len() < params.n_folds {
            return Err(Error::new(ErrorKind::TooFewGroups {
                target: target.name.clone(),
                found: counted(groups.len(), "document"),
                n_folds: params.n_folds,
            }));
        }
    }
    Folds::cut(&corpus.examples, &labels, n_labels, params)
}

/// Margins of the rows that one fold leaves out.
struct FoldMargins {
    /// For each target: the places of the rows in the target's task.
    places: Vec<Vec<usize>>,
    /// For each target, strength and row.
    margins: Vec<Vec<Vec<Vec<f64>>>>,
}

fn fold_margins(
    fold: usize,
    folds: &Folds,
    counts: &TermCounts,
    tasks: &[Task],
    strengths: &[f64],
    params: &TrainParams,
) -> Result<FoldMargins> {
    let weighting = &params.vectorizer.weighting;
    let training: Vec<usize> = (0..counts.n_rows())
        .filter(|row| folds.fold_of()[*row] != fold)
        .collect();
    let idf = Idf::fit(
        &counts.document_frequencies(&training),
        training.len(),
        weighting,
    );
    let mut all = FoldMargins {
        places: Vec::new(),
        margins: Vec::new(),
    };
    for task in tasks {
        let (held_out, kept): (Vec<usize>, Vec<usize>) =
            (0..task.rows.len()).partition(|at| folds.fold_of()[task.rows[*at]] == fold);
        let fitted = Task {
            labels: task.labels.clone(),
            rows: kept.iter().map(|at| task.rows[*at]).collect(),
            gold: kept.iter().map(|at| task.gold[*at]).collect(),
            weights: kept.iter().map(|at| task.weights[*at]).collect(),
        };
        let rows = counts.weigh(&fitted.rows, &idf, weighting);
        let held_out_rows: Vec<usize> = held_out.iter().map(|at| task.rows[*at]).collect();
        let held_out_rows = counts.weigh(&held_out_rows, &idf, weighting);
        let gold: Vec<usize> = held_out.iter().map(|at| task.gold[*at]).collect();
        let weights: Vec<f32> = held_out.iter().map(|at| task.weights[*at]).collect();
        let mut path: Vec<Vec<Vec<f64>>> = Vec::new();
        let mut losses: Vec<f64> = Vec::new();
        let coarse = HeadParams {
            tolerance: params.head.tolerance.max(SEARCH_TOLERANCE),
            ..params.head
        };
        coarse.fit_path(&training_set(&fitted, &rows), strengths, |head| {
            let margins: Vec<Vec<f64>> = (0..held_out_rows.n_rows())
                .map(|row_idx| {
                    let (ids, values) = held_out_rows.row(row_idx);
                    head.margins(ids, values)
                })
                .collect();
            let temperature = Temperature::fit(&margins, &gold, &weights);
            losses.push(temperature.log_loss(&margins, &gold, &weights));
            path.push(margins);
            !matches!(losses.as_slice(), [.., a, b, c] if a < b && b < c)
        })?;
        all.margins.push(path);
        all.places.push(held_out);
    }
    Ok(all)
}

fn training_set<'a>(task: &'a Task, rows: &'a crate::features::Csr) -> TrainingSet<'a> {
    TrainingSet {
        rows,
        gold: &task.gold,
        weights: &task.weights,
        n_labels: task.labels.len(),
    }
}

/// The strength of a head, with the out-of-fold answers it gives.
struct Chosen {
    l2: f64,
    temperature: Temperature,
    decision: Decision,
    path: Vec<f64>,
    probabilities: Vec<Vec<f64>>,
    predicted: Vec<usize>,
}

/// Takes the strength with the least calibrated out-of-fold log-loss, of those that every fold
/// reached: a fold stops where its own loss has risen over two strengths in a row.
///
/// The decision is the mean over the folds of what is best on all other folds; each fold's answers
/// are decided without it.
fn choose(
    task_idx: usize,
    task: &Task,
    left_out: &[FoldMargins],
    strengths: &[f64],
    optimise: Optimise,
) -> Chosen {
    let mut best: Option<(f64, usize, Temperature, Vec<Vec<f64>>)> = None;
    let mut path = Vec::new();
    let n_reached = left_out.iter().map(|fold| fold.margins[task_idx].len());
    for at in 0..n_reached.min().unwrap_or(0) {
        let mut margins = vec![Vec::new(); task.rows.len()];
        for fold in left_out {
            let places = &fold.places[task_idx];
            for (place, row) in places.iter().zip(&fold.margins[task_idx][at]) {
                margins[*place].clone_from(row);
            }
        }
        let temperature = Temperature::fit(&margins, &task.gold, &task.weights);
        let loss = temperature.log_loss(&margins, &task.gold, &task.weights);
        path.push(loss);
        if best.as_ref().is_none_or(|(least, ..)| loss < *least) {
            best = Some((loss, at, temperature, margins));
        }
    }
    // Invariant: there is at least one strength, and a log-loss is a number.
    let (_, at, temperature, margins) = best.expect("a strength was tried");
    let probabilities: Vec<Vec<f64>> = margins.iter().map(|m| temperature.apply(m)).collect();

    let mut predicted = vec![0; task.rows.len()];
    let mut decisions = Vec::new();
    for fold in left_out {
        let held_out = &fold.places[task_idx];
        let mut is_held_out = vec![false; task.rows.len()];
        held_out.iter().for_each(|place| is_held_out[*place] = true);
        let others: Vec<usize> = (0..task.rows.len())
            .filter(|at| !is_held_out[*at])
            .collect();
        let rows: Vec<&[f64]> = others.iter().map(|at| &probabilities[*at][..]).collect();
        let gold: Vec<usize> = others.iter().map(|at| task.gold[*at]).collect();
        let decision = match optimise.metric(&task.labels) {
            Some(metric) => Decision::fit(&rows, &gold, metric),
            None => Decision::most_probable(task.labels.len()),
        };
        for place in held_out {
            predicted[*place] = decision.apply(&probabilities[*place]);
        }
        decisions.push(decision);
    }
    Chosen {
        l2: strengths[at],
        temperature,
        decision: Decision::mean_of(&decisions),
        path,
        probabilities,
        predicted,
    }
}

/// The document of each row as a number, in the order of the names.
fn document_names(corpus: &Corpus) -> Vec<u32> {
    let mut names: Vec<&str> = corpus.examples.iter().map(Example::group_key).collect();
    names.sort_unstable();
    names.dedup();
    corpus
        .examples
        .iter()
        .map(|example| names.partition_point(|name| *name < example.group_key()) as u32)
        .collect()
}

fn evaluate_out_of_fold(task: &Task, chosen: &Chosen, documents: &[u32]) -> Result<Evaluation> {
    let mut probabilities = Array2::zeros((task.rows.len(), task.labels.len()));
    for (mut row, p) in probabilities
        .rows_mut()
        .into_iter()
        .zip(&chosen.probabilities)
    {
        row.assign(&ArrayView1::from(p));
    }
    let documents: Vec<u32> = task.rows.iter().map(|row| documents[*row]).collect();
    let answers = Answers::new(
        task.labels.labels().to_vec(),
        task.gold.clone(),
        chosen.predicted.clone(),
        Some(probabilities),
        &documents,
    )?;
    Ok(Evaluation::of(&answers, sides(&task.labels), None)?)
}

/// Calibrated probabilities of one target's rows, each from a model that did not see the row's
/// document.
#[derive(Clone, Debug, PartialEq)]
pub struct OutOfFold {
    /// The rows labelled on the target, as places among the corpus's examples.
    pub rows: Vec<usize>,
    /// Their classes, as places in the target's label set.
    pub gold: Vec<usize>,
    /// For each row, one probability a label.
    pub probabilities: Vec<Vec<f64>>,
}

/// Cross-validates at the fixed strength `params.head.l2` and gives, for each target, the
/// probabilities of the rows left out. The caller sorts the corpus where row order must not matter.
///
/// # Errors
/// As [`train`].
pub fn out_of_fold(
    corpus: &Corpus,
    params: &TrainParams,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Vec<OutOfFold>> {
    params.check()?;
    let tasks = tasks(corpus)?;
    let folds = cut_folds(corpus, &tasks, &params.folds)?;
    let analyzer = Analyzer::new(AnalyzerParams {
        language: params.language,
        mask_parties: params.mask_parties,
    });
    let texts: Vec<&str> = corpus.examples.iter().map(|e| e.text.as_str()).collect();
    let VectorizerParams { ngrams, weighting } = params.vectorizer;
    let counts = TermCounts::collect(&texts, &analyzer, &ngrams, weighting.min_df);
    let strengths = [params.head.l2];
    let n_done = std::sync::atomic::AtomicUsize::new(0);
    let left_out: Vec<FoldMargins> = (0..folds.n_folds())
        .into_par_iter()
        .map(|fold| {
            let margins = fold_margins(fold, &folds, &counts, &tasks, &strengths, params);
            let done = 1 + n_done.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            progress(done, folds.n_folds());
            margins
        })
        .collect::<Result<_>>()?;
    let chosen = |(task_idx, task): (usize, Task)| {
        let chosen = choose(task_idx, &task, &folds, &left_out, &strengths);
        let margins = chosen.margins.iter();
        OutOfFold {
            probabilities: margins.map(|row| chosen.temperature.apply(row)).collect(),
            rows: task.rows,
            gold: task.gold,
        }
    };
    Ok(tasks.into_iter().enumerate().map(chosen).collect())
}
