//! Labelled examples into how right a model of them is on rows that it never saw.
//!
//! ```text
//! examples -> parts: folds, windows of time, or the values of a column
//! each part: training rows -> the whole of `train`, which selects inside them -> model -> test rows
//! predictions of all parts -> every measure with intervals by document, and its spread over parts
//! ```
//!
//! The cross-validation is nested: strengths, temperatures and decisions are chosen inside the
//! training rows of a part, so its test rows have no say in anything.

mod split;
mod validation_params;
mod part;
mod curve;

pub use curve::{CurvePoint, CurveTarget};
pub use split::Split;
pub use validation_params::CrossValidateParams;

use crate::error::{Error, ErrorKind, Result};
use crate::target_predictions::TargetPredictions;
use curve::Point;
use detente_data::corpus::{Corpus, LeftOut};
use detente_metrics::{Evaluation, Metric};
use part::{Collected, Outcome, run_part};
use serde::Serialize;
use split::parts;
use std::collections::{BTreeMap, BTreeSet};

/// How right models of the training parts are on the test parts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CrossValidated {
    /// How it was done; a recipe is no result and does not serialise.
    #[serde(skip)]
    pub params: CrossValidateParams,
    /// Rows of the data.
    pub n_rows: usize,
    /// Documents they come from; distinct texts where no group column was given.
    pub n_groups: usize,
    /// Rows that no part tests: of the first window of time, or blank in the column left out.
    pub n_never_tested: usize,
    /// Rows of the files that are no examples.
    pub left_out: LeftOut,
    /// The parts in order.
    pub folds: Vec<FoldResult>,
    /// One for each target that some part has a model for, in the data's order.
    pub targets: Vec<TargetResult>,
    /// Over all rows of the targets that share a prediction set, see [`TargetPredictions::pool_members`];
    /// `None` where nothing is pooled.
    pub pooled: Option<Evaluation>,
    /// How right models of smaller shares of the training documents are, the whole last; empty where
    /// none was asked for.
    pub curve: Vec<CurvePoint>,
}

/// What happened in one part.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FoldResult {
    /// Its number, its span of time, or the value left out.
    pub name: String,
    /// Which cut it belongs to, from 1.
    pub repeat: usize,
    /// Rows trained on.
    pub n_train: usize,
    /// Rows tested.
    pub n_test: usize,
    /// Rows that did not train because their document is tested.
    pub n_purged: usize,
    /// The targets that were tested.
    pub targets: Vec<FoldTarget>,
    /// For each target without a model, since its training rows had a single label or too few
    /// documents, how many rows went without a prediction.
    pub unanswered: BTreeMap<String, usize>,
}

/// One target in one part.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FoldTarget {
    /// The target.
    pub target: String,
    /// The strengths chosen inside the training rows, as in `word 0.5, char 1`.
    pub strengths: String,
    /// How right the predictions are, without intervals.
    pub evaluation: Evaluation,
}

/// One target over all parts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TargetResult {
    /// Gold and predicted labels, one part after the other.
    pub given: TargetPredictions,
    /// For each row, the place of its example in the sorted corpus.
    pub rows: Vec<usize>,
    /// For each row, the place of its part.
    pub fold_of: Vec<usize>,
    /// How right the predictions are.
    pub evaluation: Evaluation,
    /// How right it is to always give the commonest label of the training rows.
    pub majority: Evaluation,
}

/// The mean of a measure over parts, and its standard deviation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The standard deviation, divided by n - 1; `None` of a single part.
    pub deviation: Option<f64>,
    /// Parts in which the measure is defined.
    pub n: usize,
}

impl CrossValidated {
    /// The spread of a measure of a target over the parts; `None` where no part defines it. Parts are
    /// not independent, since they share training rows: the interval of the whole is the better guide
    /// to how sure a figure is.
    pub fn spread(&self, target: &str, metric: Metric) -> Option<Spread> {
        let targets = self.folds.iter().flat_map(|fold| &fold.targets);
        let values: Vec<f64> = targets
            .filter(|one| one.target == target)
            .filter_map(|one| one.evaluation.measure(metric)?.value)
            .collect();
        let n = values.len();
        let mean = values.iter().sum::<f64>() / n as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        (n > 0).then(|| Spread {
            mean,
            deviation: (n > 1).then(|| (squares / (n - 1) as f64).sqrt()),
            n,
        })
    }
}

/// Cross-validates a recipe. The corpus is sorted first, so that row order does not matter; `progress`
/// is called with (steps done, steps in all) from any thread.
///
/// # Errors
/// A parameter out of range; a cell that is no date; too few documents, dates or values for the parts;
/// no part in which any target can be trained; a learner that fails.
pub fn cross_validate(
    corpus: &mut Corpus,
    params: &CrossValidateParams,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<CrossValidated> {
    params.check()?;
    corpus.sort();
    let corpus = &*corpus;
    let parts = parts(corpus, &params.split)?;
    let documents = document_numbers(corpus);
    let mut collected: Vec<Collected> = corpus
        .targets
        .iter()
        .map(|_| Collected::default())
        .collect();
    let mut folds = Vec::new();
    let n_points = params.learning_curve.unwrap_or(1);
    let shares = (1..=n_points).map(|at| at as f64 / n_points as f64);
    let mut points: Vec<Point> = shares.map(|share| Point::new(share, corpus)).collect();
    let n_parts = parts.len();
    let mut answered = Vec::new();
    for (fold_idx, part) in parts.iter().enumerate() {
        let (smaller, whole) = points.split_at_mut(n_points - 1);
        let at_point = |at: usize| {
            move |done: usize, all: usize| {
                let before = fold_idx * n_points + at;
                progress(before * all + done, n_parts * n_points * all);
            }
        };
        for (at, point) in smaller.iter_mut().enumerate() {
            point.run(corpus, part, params, &at_point(at))?;
        }
        let outcomes = run_part(corpus, part, params, &at_point(n_points - 1))?;
        whole[0].add(part.training.len(), &outcomes);
        let mut fold = FoldResult {
            name: part.name.clone(),
            repeat: part.repeat,
            n_train: part.training.len(),
            n_test: part.test.len(),
            n_purged: part.n_purged,
            targets: Vec::new(),
            unanswered: BTreeMap::new(),
        };
        for (target_idx, target) in corpus.targets.iter().enumerate() {
            match &outcomes[target_idx] {
                Outcome::Untested => {}
                Outcome::Untrained(n) => {
                    fold.unanswered.insert(target.name.clone(), *n);
                }
                Outcome::Predicted(collect) => {
                    let given = collect.given(&target.name, &target.labels, &documents)?;
                    collected[target_idx].extend(collect, fold_idx);
                    answered.push((fold_idx, target_idx, collect.strengths.clone(), given));
                }
            }
        }
        folds.push(fold);
    }
    let bootstrap = params.bootstrap.as_ref();
    let mut targets = Vec::new();
    let mut lists = vec![None; corpus.targets.len()];
    for (target_idx, (target, collect)) in corpus.targets.iter().zip(collected).enumerate() {
        if collect.rows.is_empty() {
            continue;
        }
        let given = collect.given(&target.name, &target.labels, &documents)?;
        lists[target_idx] = Some(given.predictions().label_list().clone());
        targets.push(TargetResult {
            evaluation: given.evaluate(bootstrap)?,
            majority: given.answered(collect.majority)?.evaluate(None)?,
            given,
            rows: collect.rows,
            fold_of: collect.fold_of,
        });
    }
    if targets.is_empty() {
        return Err(no_fold(corpus, params));
    }
    for (fold_idx, target_idx, strengths, given) in answered {
        // A fold that lacks a label is measured over the same list as the others.
        let given = match &lists[target_idx] {
            Some(list) => given.in_list(list),
            None => given,
        };
        folds[fold_idx].targets.push(FoldTarget {
            target: given.target().to_owned(),
            strengths,
            evaluation: given.evaluate(None)?,
        });
    }
    let given: Vec<&TargetPredictions> = targets.iter().map(|one| &one.given).collect();
    let pooled = TargetPredictions::pool(&given)?;
    let pooled = pooled.map(|one| one.evaluate(bootstrap)).transpose()?;
    let curve = match params.learning_curve {
        Some(_) => points
            .into_iter()
            .map(|point| point.measure(corpus, &documents, &lists, params))
            .collect::<Result<_>>()?,
        None => Vec::new(),
    };
    let tested: BTreeSet<usize> = parts.iter().flat_map(|part| part.test.clone()).collect();
    Ok(CrossValidated {
        params: params.clone(),
        n_rows: corpus.examples.len(),
        n_groups: corpus.group_count(),
        n_never_tested: corpus.examples.len() - tested.len(),
        left_out: corpus.left_out(),
        folds,
        targets,
        pooled,
        curve,
    })
}

fn no_fold(corpus: &Corpus, params: &CrossValidateParams) -> Error {
    let error = Error::new(ErrorKind::NoFold {
        n_folds: params.train.folds.n_folds,
    });
    match corpus.paths.as_slice() {
        [only] => error.in_file(only),
        _ => error,
    }
}

/// The document of each row as a number, in the order of the names.
fn document_numbers(corpus: &Corpus) -> Vec<u32> {
    let names: BTreeSet<&str> = corpus.examples.iter().map(|e| e.group_key()).collect();
    let numbers: BTreeMap<&str, u32> = names.into_iter().zip(0..).collect();
    let examples = corpus.examples.iter();
    examples
        .map(|example| numbers[example.group_key()])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_data::corpus::{KeptColumn, LayoutParams};
    use detente_train::TrainParams;

    /// Two easy targets; one of them has a label that occurs in the last year alone.
    fn corpus(order: impl Fn(usize) -> usize) -> Corpus {
        let words = [
            "peace talks resume",
            "shells hit the port",
            "the session is open",
        ];
        let mut csv = "id,text,peace,tone,doc,year\n".to_owned();
        for idx in (0..90).map(order) {
            let year = 2000 + idx / 30;
            let tone = if year == 2002 && idx % 3 == 2 {
                "odd"
            } else {
                ["up", "down"][idx % 2]
            };
            csv.push_str(&format!(
                "r{idx:02},{} {idx},{},{tone},d{},{year}\n",
                words[idx % 3],
                ["favor", "against", "none"][idx % 3],
                idx / 2,
            ));
        }
        let params = LayoutParams {
            group: Some("doc".into()),
            keep: vec![KeptColumn {
                name: "year".into(),
                role: None,
            }],
            ..LayoutParams::default()
        };
        Corpus::from_reader(csv.as_bytes(), &params, &["peace", "tone"]).unwrap()
    }

    fn params(split: Split) -> CrossValidateParams {
        CrossValidateParams {
            train: TrainParams {
                search: false,
                ..TrainParams::DEFAULT
            },
            split,
            learning_curve: None,
            bootstrap: None,
        }
    }

    #[test]
    fn every_row_is_predicted_once_a_repeat_whatever_the_order_of_rows() {
        let split = Split::Folds {
            n_folds: 3,
            repeats: 2,
            seed: 1,
        };
        let run = |order: fn(usize) -> usize| {
            cross_validate(&mut corpus(order), &params(split.clone()), &|_, _| {}).unwrap()
        };
        let result = run(|idx| idx);
        assert_eq!(result, run(|idx| 89 - idx));
        let mut rows = result.targets[0].rows.clone();
        rows.sort_unstable();
        let twice: Vec<usize> = (0..180).map(|at| at / 2).collect();
        assert_eq!(rows, twice);
        assert!(result.targets[0].evaluation.macro_f1.value.unwrap() > 0.9);
        assert_eq!(result.spread("peace", Metric::Accuracy).unwrap().n, 6);
    }

    #[test]
    fn the_learning_curve_ends_at_the_whole_and_leaves_the_rest_as_it_is() {
        let split = Split::Folds {
            n_folds: 3,
            repeats: 1,
            seed: 1,
        };
        let plain = params(split);
        let curved = CrossValidateParams {
            learning_curve: Some(3),
            ..plain.clone()
        };
        let run = |params| cross_validate(&mut corpus(|idx| idx), params, &|_, _| {}).unwrap();
        let (without, with) = (run(&plain), run(&curved));
        assert_eq!((without.curve.len(), with.curve.len()), (0, 3));
        assert_eq!(with.targets, without.targets);
        let whole = &with.curve[2].targets[0];
        assert_eq!(whole.evaluation, with.targets[0].evaluation);
        // 45 documents of 2 rows: 30 train, a third of them first.
        let n_train: Vec<f64> = with.curve.iter().map(|point| point.n_train).collect();
        assert_eq!(n_train, [20.0, 40.0, 60.0]);
    }

    #[test]
    fn a_label_of_the_future_has_no_chance_and_its_rows_are_wrong() {
        let split = Split::Time {
            column: "year".into(),
            n_folds: 2,
        };
        let result = cross_validate(&mut corpus(|idx| idx), &params(split), &|_, _| {}).unwrap();
        assert_eq!(result.n_never_tested, 30);
        let given = &result.targets[1].given;
        let odd = given.labels().position("odd").unwrap();
        let probabilities = given.predictions().probabilities().unwrap();
        assert!(probabilities.column(odd).iter().all(|p| *p == 0.0));
        let report = &result.targets[1].evaluation.labels[odd];
        assert_eq!((report.support, report.predicted), (10, 0));
    }

    #[test]
    fn parts_that_cannot_train_are_counted_and_none_at_all_is_an_error() {
        let split = Split::LeaveOut {
            column: "year".into(),
        };
        let mut many = params(split);
        many.train.folds.n_folds = 31;
        let error = cross_validate(&mut corpus(|idx| idx), &many, &|_, _| {}).unwrap_err();
        assert_eq!(
            error.to_string(),
            "standard input: no fold can be trained: in the training part of each, every target has \
             a single label or fewer than 31 documents"
        );
        many.train.folds.n_folds = 2;
        let mut partly = corpus(|idx| idx);
        for example in &mut partly.examples {
            // Only the year 2000 has two labels of this target.
            if !example.kept[0].starts_with("2000") {
                example.labels[1] = Some("up".into());
            }
        }
        let result = cross_validate(&mut partly, &many, &|_, _| {}).unwrap();
        assert_eq!(result.folds[0].unanswered["tone"], 30);
        assert_eq!(result.targets[1].rows.len(), 60);
    }
}
