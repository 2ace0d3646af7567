//! The cross-validation inside training: strengths, temperatures and decisions from rows left out.

use super::{Optimise, TrainParams};
use crate::calibrate::{Decision, Temperature};
use crate::corpus::{Corpus, Folds, FoldsParams};
use crate::error::{Error, ErrorKind, Result, counted};
use crate::features::{Csr, Idf, Lexicon, TermCounts};
use crate::label::LabelSet;
use crate::linear::{HeadParams, TrainingSet};
use crate::text::{Analyzer, AnalyzerParams, Language};
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The relative gradient at which fits of the cross-validation end at the latest: they only have to
/// rank strengths and give margins, and the last steps change neither.
const SEARCH_TOLERANCE: f64 = 1e-3;

/// One target's labelled rows.
pub(super) struct Task {
    pub(super) labels: LabelSet,
    pub(super) rows: Vec<usize>,
    pub(super) gold: Vec<usize>,
    pub(super) weights: Vec<f32>,
}

/// What one strength gives out of fold.
struct Tried {
    temperature: Temperature,
    margins: Vec<Vec<f64>>,
    /// The mean log-loss over all rows, and over those of each fold.
    loss: f64,
    fold_losses: Vec<f64>,
}

/// The strongest penalty whose loss is within one standard error of the least: the error of the
/// mean over the folds of the difference between the two. Among models that the folds cannot tell
/// apart the smoother one carries further from home.
///
/// # References
/// Breiman, Friedman, Olshen and Stone 1984, Classification and Regression Trees, section 3.4.3.
fn strongest_within_one_error(tried: &[Tried]) -> usize {
    let mut best = 0;
    for (at, candidate) in tried.iter().enumerate() {
        if candidate.loss < tried[best].loss {
            best = at;
        }
    }
    let within = |candidate: &Tried| {
        let differences = candidate.fold_losses.iter().zip(&tried[best].fold_losses);
        let differences: Vec<f64> = differences.map(|(a, b)| a - b).collect();
        let n = differences.len() as f64;
        let mean = differences.iter().sum::<f64>() / n;
        let squares: f64 = differences.iter().map(|d| (d - mean).powi(2)).sum();
        mean <= (squares / (n * (n - 1.0))).sqrt()
    };
    (0..best).find(|at| within(&tried[*at])).unwrap_or(best)
}

impl Task {
    /// Puts the folds' margins at one strength together and calibrates them.
    fn try_strength(&self, task_idx: usize, at: usize, left_out: &[FoldMargins]) -> Tried {
        let mut margins = vec![Vec::new(); self.rows.len()];
        for fold in left_out {
            let places = &fold.places[task_idx];
            for (place, row) in places.iter().zip(&fold.margins[task_idx][at]) {
                margins[*place].clone_from(row);
            }
        }
        let temperature = Temperature::fit(&margins, &self.gold, &self.weights);
        let fold_losses = left_out.iter().map(|fold| {
            let places = &fold.places[task_idx];
            let gold: Vec<usize> = places.iter().map(|at| self.gold[*at]).collect();
            let weights: Vec<f32> = places.iter().map(|at| self.weights[*at]).collect();
            temperature.log_loss(&fold.margins[task_idx][at], &gold, &weights)
        });
        Tried {
            loss: temperature.log_loss(&margins, &self.gold, &self.weights),
            fold_losses: fold_losses.collect(),
            temperature,
            margins,
        }
    }

    pub(super) fn training_set<'a>(&'a self, rows: &'a Csr) -> TrainingSet<'a> {
        TrainingSet {
            rows,
            gold: &self.gold,
            weights: &self.weights,
            n_labels: self.labels.len(),
        }
    }
}

/// A corpus ready for fitting: its targets, its folds, its texts counted.
pub(super) struct Study {
    pub(super) tasks: Vec<Task>,
    pub(super) folds: Folds,
    pub(super) analyzer: Analyzer,
    pub(super) counts: TermCounts,
}

impl Study {
    pub(super) fn new(corpus: &Corpus, params: &TrainParams) -> Result<Self> {
        let tasks = tasks(corpus)?;
        let folds = cut_folds(corpus, &tasks, &params.folds)?;
        let analyzer = Analyzer::new(AnalyzerParams {
            language: params.language,
            mask_parties: params.mask_parties,
        });
        let ngrams = &params.vectorizer.ngrams;
        let is_english = params.language == Language::English;
        let lexicon = (ngrams.lexicon && is_english).then(Lexicon::english);
        let min_df = params.vectorizer.weighting.min_df;
        let counts = TermCounts::collect(&texts(corpus), &analyzer, ngrams, min_df, lexicon);
        Ok(Self {
            tasks,
            folds,
            analyzer,
            counts,
        })
    }

    /// The margins that each fold's rows get from the others; `fold_done` is called with how many
    /// folds are done.
    pub(super) fn cross_validate(
        &self,
        strengths: &[f64],
        params: &TrainParams,
        fold_done: &(dyn Fn(usize) + Sync),
    ) -> Result<Vec<FoldMargins>> {
        let n_done = AtomicUsize::new(0);
        (0..self.folds.n_folds())
            .into_par_iter()
            .map(|fold| {
                let margins = fold_margins(self, fold, strengths, params);
                fold_done(1 + n_done.fetch_add(1, Ordering::Relaxed));
                margins
            })
            .collect()
    }

    /// Takes the strongest penalty within one standard error of the least calibrated out-of-fold
    /// log-loss, of those that every fold reached: a fold stops where its own loss has risen over
    /// two strengths in a row.
    ///
    /// The decision is the mean over the folds of what is best on all other folds; each fold's answers
    /// are decided without it.
    pub(super) fn choose(
        &self,
        task_idx: usize,
        left_out: &[FoldMargins],
        strengths: &[f64],
        optimise: Optimise,
    ) -> Chosen {
        let task = &self.tasks[task_idx];
        let n_reached = left_out.iter().map(|fold| fold.margins[task_idx].len());
        let tried: Vec<Tried> = (0..n_reached.min().unwrap_or(0))
            .map(|at| task.try_strength(task_idx, at, left_out))
            .collect();
        let at = strongest_within_one_error(&tried);
        let path = tried.iter().map(|tried| tried.loss).collect();
        // Invariant: every fold tries at least one strength.
        let Some(Tried {
            temperature,
            margins,
            ..
        }) = tried.into_iter().nth(at)
        else {
            unreachable!("a strength was tried")
        };
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
}

/// The texts of a corpus, row by row.
pub(super) fn texts(corpus: &Corpus) -> Vec<&str> {
    corpus.examples.iter().map(|e| e.text.as_str()).collect()
}

/// The strength of a head, with the out-of-fold answers it gives.
pub(super) struct Chosen {
    pub(super) l2: f64,
    pub(super) temperature: Temperature,
    pub(super) decision: Decision,
    pub(super) path: Vec<f64>,
    pub(super) probabilities: Vec<Vec<f64>>,
    pub(super) predicted: Vec<usize>,
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
pub(super) struct FoldMargins {
    /// For each target: the places of the rows in the target's task.
    places: Vec<Vec<usize>>,
    /// For each target, strength and row.
    margins: Vec<Vec<Vec<Vec<f64>>>>,
}

/// Fits the path of heads on all folds but one and takes the margins of the rows left out.
fn fold_margins(
    study: &Study,
    fold: usize,
    strengths: &[f64],
    params: &TrainParams,
) -> Result<FoldMargins> {
    let Study {
        tasks,
        folds,
        counts,
        ..
    } = study;
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
        coarse.fit_path(&fitted.training_set(&rows), strengths, |head| {
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
/// As [`train`](super::train).
pub fn out_of_fold(
    corpus: &Corpus,
    params: &TrainParams,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Vec<OutOfFold>> {
    params.check()?;
    let study = Study::new(corpus, params)?;
    let strengths = [params.head.l2];
    let n_folds = study.folds.n_folds();
    let left_out = study.cross_validate(&strengths, params, &|done| progress(done, n_folds))?;
    let all = study.tasks.iter().enumerate().map(|(task_idx, task)| {
        let chosen = study.choose(task_idx, &left_out, &strengths, params.optimise);
        OutOfFold {
            rows: task.rows.clone(),
            gold: task.gold.clone(),
            probabilities: chosen.probabilities,
        }
    });
    Ok(all.collect())
}
