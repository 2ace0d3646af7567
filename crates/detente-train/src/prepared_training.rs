//! A corpus made ready for fitting: its targets, its folds, its texts counted.

use super::encoded::EncodedRows;
use super::params::TrainParams;
use super::unknown::Unknown;
use crate::counts::{Csr, TermCounts};
use crate::error::{Error, ErrorKind, Result};
use crate::linear::Classes;
use detente_data::article::Example;
use detente_data::corpus::{Corpus, Folds, FoldsParams};
use detente_error::counted;
use detente_model::features::{Idf, Lexicon, WeightingParams};
use detente_model::label::LabelSet;
use detente_text::{Analyzer, AnalyzerParams, Passage};
use linfa::DatasetBase;
use ndarray::Array1;
use rustc_hash::FxHashSet;
use std::sync::{Mutex, MutexGuard};

/// One target's labelled rows.
pub(super) struct Task {
    pub(super) labels: LabelSet,
    pub(super) rows: Vec<usize>,
    pub(super) gold: Vec<usize>,
    pub(super) weights: Vec<f32>,
}

impl Task {
    /// The rows at these places alone.
    pub(super) fn part(&self, places: &[usize]) -> Self {
        Self {
            labels: self.labels.clone(),
            rows: places.iter().map(|at| self.rows[*at]).collect(),
            gold: places.iter().map(|at| self.gold[*at]).collect(),
            weights: places.iter().map(|at| self.weights[*at]).collect(),
        }
    }

    /// Rows with their classes and weights, as a head is fitted on them.
    pub(super) fn dataset<'a>(&'a self, rows: &'a Csr) -> DatasetBase<&'a Csr, Classes<'a>> {
        let classes = Classes {
            idx: &self.gold,
            n_classes: self.labels.len(),
        };
        DatasetBase::new(rows, classes).with_weights(Array1::from(self.weights.clone()))
    }
}

/// A corpus ready for fitting: its targets, its folds, its texts counted.
pub(super) struct PreparedTraining {
    pub(super) tasks: Vec<Task>,
    pub(super) folds: Folds,
    pub(super) analyzer: Analyzer,
    pub(super) counts: TermCounts,
    pub(super) unknown: Unknown,
    /// Whether calibration rests on each row.
    pub(super) calibrates: Vec<bool>,
    /// What a sentence encoder gives for every text, where there is one.
    pub(super) encoded: Option<EncodedRows>,
    /// Rows that are done with: the memory of the next ones, which the system would have to give anew.
    spare: Mutex<Vec<Csr>>,
}

impl PreparedTraining {
    pub(super) fn new(corpus: &Corpus, params: &TrainParams) -> Result<Self> {
        let tasks = tasks(corpus)?;
        let folds = cut_folds(corpus, &tasks, &params.folds)?;
        let analyzer = Analyzer::new(AnalyzerParams {
            language: params.language,
            mask_parties: params.mask_parties,
        });
        let ngrams = &params.vectorizer.ngrams;
        let lexicon = Lexicon::beside(ngrams, params.language);
        let min_df = params.vectorizer.weighting.min_df;
        let mut counts = TermCounts::collect(&passages(corpus), &analyzer, ngrams, min_df, lexicon);
        let unknown = Unknown::out_of_fold(&counts, &folds, min_df);
        counts.forget_words();
        let encoder = params.encoder.as_ref();
        let encoded = encoder.map(|encoder| EncodedRows::new(encoder, corpus, &analyzer));
        Ok(Self {
            tasks,
            folds,
            analyzer,
            counts,
            unknown,
            calibrates: corpus.examples.iter().map(|e| e.calibrates).collect(),
            encoded,
            spare: Mutex::default(),
        })
    }

    /// Some rows, weighted.
    pub(super) fn weigh(&self, rows: &[usize], idf: &Idf, params: &WeightingParams) -> Csr {
        let memory = self.spare().pop().unwrap_or_default();
        self.counts.weigh_in(memory, rows, idf, params)
    }

    /// Takes rows back that are done with.
    pub(super) fn take_back(&self, rows: impl IntoIterator<Item = Csr>) {
        self.spare().extend(rows);
    }

    fn spare(&self) -> MutexGuard<'_, Vec<Csr>> {
        // Invariant: nobody panics while holding it.
        self.spare.lock().expect("the list of spare rows is whole")
    }

    /// Forgets what only the weighing of rows needs.
    pub(super) fn forget_rows(&mut self) {
        self.counts.forget_rows();
        self.spare().clear();
    }
}

/// The texts of a corpus with their mentions, row by row.
fn passages(corpus: &Corpus) -> Vec<Passage<'_>> {
    corpus.examples.iter().map(Example::passage).collect()
}

/// The texts of a corpus, row by row.
pub(super) fn texts(corpus: &Corpus) -> Vec<&str> {
    corpus.examples.iter().map(|e| e.text.as_str()).collect()
}

/// The document of each row as a number, in the order of the names.
pub(super) fn document_idx(corpus: &Corpus) -> Vec<u32> {
    let mut names: Vec<&str> = corpus.examples.iter().map(Example::group_key).collect();
    names.sort_unstable();
    names.dedup();
    corpus
        .examples
        .iter()
        .map(|example| names.partition_point(|name| *name < example.group_key()) as u32)
        .collect()
}

/// The labelled rows of each target.
pub(super) fn tasks(corpus: &Corpus) -> Result<Vec<Task>> {
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

/// Cuts the rows of a corpus into folds; a fold answers rows of every target.
pub(super) fn cut_folds(corpus: &Corpus, tasks: &[Task], params: &FoldsParams) -> Result<Folds> {
    let mut labels: Vec<Vec<usize>> = vec![Vec::new(); corpus.examples.len()];
    let mut n_labels = 0;
    let is_partial = corpus.examples.iter().any(|example| !example.calibrates);
    for task in tasks {
        for (row, class) in task.rows.iter().zip(&task.gold) {
            // Rows to calibrate on are spread over the folds as labels are.
            let kind = match corpus.examples[*row].calibrates {
                true => 0,
                false => task.labels.len(),
            };
            labels[*row].push(n_labels + kind + class);
        }
        n_labels += match is_partial {
            true => 2 * task.labels.len(),
            false => task.labels.len(),
        };
    }
    for (target, task) in corpus.targets.iter().zip(tasks) {
        let rows = task.rows.iter().map(|row| &corpus.examples[*row]);
        let calibrating = rows.filter(|example| example.calibrates);
        let groups: FxHashSet<&str> = calibrating.map(Example::group_key).collect();
        if groups.len() < params.n_folds {
            return Err(Error::new(ErrorKind::TooFewGroups {
                target: target.name.clone(),
                found: match is_partial {
                    true => counted(groups.len(), "document") + " to calibrate on",
                    false => counted(groups.len(), "document"),
                },
                n_folds: params.n_folds,
            }));
        }
    }
    Ok(Folds::cut(&corpus.examples, &labels, n_labels, params)?)
}
