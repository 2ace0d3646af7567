//! Fits of heads: the learner as a linfa model, and paths of strengths.

use super::bayes;
use super::dense;
use super::head::LinearHead;
use super::head_params::{HeadParams, Learner};
use super::kernel::Precision;
use super::loss::Loss;
use super::objective::Objective;
use super::solver::{SolverParams, minimise};
use super::training_set::{Classes, TrainingSet};
use crate::counts::Csr;
use crate::error::{Error, ErrorKind, Result};
use linfa::dataset::{DatasetBase, Records};
use linfa::traits::{Fit, FitWith};
use std::borrow::Borrow;

impl HeadParams {
    /// Fits a head for each strength in turn, the first from `start`, each other from the one before, and
    /// hands it to `visit`, which says whether to go on.
    ///
    /// Not one of linfa's traits: the heads of a path share what the objective has prepared of the rows, and the path
    /// ends where `visit` says so. One head is fitted by linfa's [`Fit`], or by [`FitWith`] from another one.
    ///
    /// # Errors
    /// A strength out of range; a start of another shape; a class index that is not below the number of classes;
    /// dense rows over the limit; a linfa learner that fails.
    pub fn fit_path<R: Records + Borrow<Csr>>(
        &self,
        dataset: &DatasetBase<R, Classes>,
        strengths: &[f64],
        start: Option<&LinearHead>,
        mut visit: impl FnMut(&LinearHead) -> bool,
    ) -> Result<()> {
        let ones;
        let given = match dataset.weights() {
            Some(weights) => weights,
            None => {
                ones = vec![1.0; dataset.nsamples()];
                &ones
            }
        };
        let set = TrainingSet::new(dataset, given)?;
        let shape = (set.rows.n_features(), set.n_labels);
        if let Some(head) = start.filter(|head| (head.n_features(), head.n_labels()) != shape) {
            return Err(Error::new(ErrorKind::OutOfRange {
                parameter: "the shape of the head that fitting begins at",
                value: format!("({}, {})", head.n_features(), head.n_labels()),
                expected: "that of the head to fit: a row for each feature, a column for each class",
            }));
        }
        let weights = self.class_weight.weigh(&set);
        let set = TrainingSet {
            weights: &weights,
            ..set
        };
        let mut fitting = Fitting::new(self, &set);
        let mut previous: Option<LinearHead> = start.cloned();
        for l2 in strengths {
            let params = Self { l2: *l2, ..*self };
            params.check()?;
            let head = fitting.head(&params, &set, previous.as_ref())?;
            if !visit(&head) {
                break;
            }
            previous = Some(head);
        }
        Ok(())
    }

    fn fit_objective(
        &self,
        objective: &mut Objective,
        set: &TrainingSet,
        start: Option<&LinearHead>,
    ) -> LinearHead {
        objective.set_l2(self.l2);
        let mut parameters = match start {
            Some(head) => objective.of_labels(&head.parameters),
            None => vec![0.0; objective.n_parameters()],
        };
        let solver = SolverParams {
            tolerance: self.tolerance,
            max_steps: self.max_steps,
        };
        minimise(objective, &mut parameters, &solver);
        LinearHead::new(objective.for_labels(parameters), set.n_labels)
    }
}

/// What the heads of one path share: for Newton-CG the objective.
enum Fitting<'a> {
    Newton(Objective<'a>),
    LinfaLogistic,
    LinfaBayes,
}

impl<'a> Fitting<'a> {
    fn new(params: &HeadParams, set: &TrainingSet<'a>) -> Self {
        let precision = Precision::for_tolerance(params.tolerance);
        let newton = |loss| Self::Newton(Objective::new(loss, params.penalty, set, precision));
        match params.learner {
            Learner::Logistic => newton(Loss::Logistic),
            Learner::Svm => newton(Loss::SquaredHinge),
            Learner::LinfaLogistic => Self::LinfaLogistic,
            Learner::LinfaBayes => Self::LinfaBayes,
        }
    }

    fn head(
        &mut self,
        params: &HeadParams,
        set: &TrainingSet,
        start: Option<&LinearHead>,
    ) -> Result<LinearHead> {
        match self {
            Self::Newton(objective) => Ok(params.fit_objective(objective, set, start)),
            Self::LinfaLogistic => dense::fit(params, set),
            Self::LinfaBayes => bayes::fit(params, set),
        }
    }
}

/// Fits a head on rows, or on a reference to them, which nothing is copied of. Sample weights of the dataset count.
impl<R: Records + Borrow<Csr>> Fit<R, Classes<'_>, Error> for HeadParams {
    type Object = LinearHead;

    fn fit(&self, dataset: &DatasetBase<R, Classes>) -> Result<LinearHead> {
        self.fit_with(None, dataset)
    }
}

/// As [`Fit`], beginning at the parameters of another head of the same shape where one is given: a fit that begins
/// near its end takes fewer steps. Learners on dense rows begin anew.
impl<'a, R: Records + Borrow<Csr> + 'a> FitWith<'a, R, Classes<'a>, Error> for HeadParams {
    type ObjectIn = Option<&'a LinearHead>;
    type ObjectOut = LinearHead;

    fn fit_with(
        &self,
        start: Option<&'a LinearHead>,
        dataset: &'a DatasetBase<R, Classes<'a>>,
    ) -> Result<LinearHead> {
        let mut fitted = None;
        self.fit_path(dataset, &[self.l2], start, |head| {
            fitted = Some(head.clone());
            false
        })?;
        // Invariant: a path of one strength is either fitted or an error.
        Ok(fitted.expect("a path of one strength has a head"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::penalty::Penalty;
    use linfa::traits::PredictInplace;
    use ndarray::Array1;

    /// A small problem: 60 rows of 6 features, three classes that overlap.
    fn problem() -> (Csr, Vec<usize>) {
        let mut rows = Csr::new(6);
        let mut gold = Vec::new();
        for i in 0..60_u32 {
            let class = (i % 3) as usize;
            let noise = |salt: u32| {
                ((i.wrapping_mul(2_654_435_761).wrapping_add(salt * 40_503) >> 8) & 0xff) as f32
                    / 255.0
            };
            let values: Vec<f32> = (0..6)
                .map(|j| noise(j) + if j as usize % 3 == class { 0.6 } else { 0.0 })
                .collect();
            let norm = values.iter().map(|v| v * v).sum::<f32>().sqrt();
            let values: Vec<f32> = values.iter().map(|v| v / norm).collect();
            rows.push(&[0, 1, 2, 3, 4, 5], &values);
            gold.push(class);
        }
        (rows, gold)
    }

    #[test]
    fn the_optimum_is_that_of_linfa_logistic() {
        let (rows, gold) = problem();
        let exact = HeadParams {
            l2: 0.5,
            penalty: Penalty::Even,
            tolerance: 1e-9,
            max_steps: 1000,
            ..HeadParams::DEFAULT
        };
        let dataset = DatasetBase::new(rows.clone(), Classes::new(&gold));
        let ours = exact.fit(&dataset).unwrap();
        let theirs = HeadParams {
            learner: Learner::LinfaLogistic,
            ..exact
        }
        .fit(&dataset)
        .unwrap();
        for (a, b) in ours.parameters.iter().zip(&theirs.parameters) {
            assert!((a - b).abs() < 1e-3, "coefficients differ: {a} and {b}");
        }
        let weights = vec![1.0; gold.len()];
        let set = TrainingSet {
            rows: &rows,
            gold: &gold,
            weights: &weights,
            n_labels: 3,
        };
        let mut objective = Objective::new(Loss::Logistic, Penalty::Even, &set, Precision::Double);
        objective.set_l2(0.5);
        let [a, b] = [&ours, &theirs].map(|head| objective.evaluate(&head.parameters).value);
        assert!((a - b).abs() < 1e-6, "objectives differ: {a} and {b}");
        assert!(a <= b + 1e-9, "Newton-CG ends no higher than L-BFGS");
    }

    /// Fits on the problem with labels 0 and 1.
    fn fit_two(params: &HeadParams, start: Option<&LinearHead>) -> LinearHead {
        let (rows, gold) = problem();
        let gold: Vec<usize> = gold.iter().map(|class| class % 2).collect();
        let set = TrainingSet {
            rows: &rows,
            gold: &gold,
            weights: &[1.0; 60],
            n_labels: 2,
        };
        params.fit_with(start, &set.dataset()).unwrap()
    }

    #[test]
    fn one_column_does_for_two_labels() {
        let exact = HeadParams {
            l2: 0.5,
            penalty: Penalty::Even,
            tolerance: 1e-9,
            max_steps: 1000,
            ..HeadParams::DEFAULT
        };
        let [ours, theirs] = [Learner::Logistic, Learner::LinfaLogistic]
            .map(|learner| fit_two(&HeadParams { learner, ..exact }, None));
        for (a, b) in ours.parameters.iter().zip(&theirs.parameters) {
            assert!((a - b).abs() < 1e-3, "coefficients differ: {a} and {b}");
        }
        let svm = fit_two(
            &HeadParams {
                learner: Learner::Svm,
                ..exact
            },
            None,
        );
        for pair in svm.parameters.chunks_exact(2) {
            assert_eq!(
                pair[0], -pair[1],
                "two machines, each the other's mirror image"
            );
        }
    }

    #[test]
    fn where_a_fit_begins_and_how_exact_it_is_hardly_reach_its_margins() {
        let (rows, _) = problem();
        let usual = HeadParams::DEFAULT;
        let exact = HeadParams {
            tolerance: 1e-10,
            ..usual
        };
        let far = HeadParams { l2: 50.0, ..usual };
        let optimum = fit_two(&exact, None);
        for (found, bound) in [
            (fit_two(&usual, None), 1e-3),
            (fit_two(&usual, Some(&fit_two(&far, None))), 1e-3),
            (fit_two(&exact, Some(&fit_two(&far, None))), 1e-8),
        ] {
            for row_idx in 0..rows.n_rows() {
                let (ids, values) = rows.row(row_idx);
                let margins = found.margins(ids, values);
                for (a, b) in margins.iter().zip(optimum.margins(ids, values)) {
                    assert!((a - b).abs() < bound, "{a} is not {b}");
                }
            }
        }
    }

    /// tests/expected/make_svm.py: what scipy finds, and liblinear with its penalty on the intercept
    /// made small.
    #[test]
    fn the_svm_is_that_of_scipy() {
        let (rows, gold) = problem();
        let exact = HeadParams {
            learner: Learner::Svm,
            l2: 0.5,
            penalty: Penalty::Even,
            tolerance: 1e-10,
            ..HeadParams::DEFAULT
        };
        let weights = vec![1.0; gold.len()];
        let set = TrainingSet {
            rows: &rows,
            gold: &gold,
            weights: &weights,
            n_labels: 3,
        };
        let head = exact.fit_with(None, &set.dataset()).unwrap();
        let expected = [
            [
                2.111761, -1.496788, -0.654235, 1.487801, -0.325391, -2.176817,
            ],
            [0.355867, 2.076118, -1.213921, -0.453652, 2.764939, 0.643138],
            [
                -2.121644, -0.490424, 1.410011, -0.14291, -1.123445, 2.409081,
            ],
        ];
        let mut parameters = Vec::new();
        for feature in 0..6 {
            for (label, expected) in expected.iter().enumerate() {
                let weight = head.weights(feature)[label];
                // Six digits are given, and rows are rounded to f32 on both sides.
                assert!((weight - expected[feature]).abs() < 1e-5, "{weight}");
                parameters.push(weight);
            }
        }
        let intercept = [-0.087985, -1.94023, -0.39184];
        let differences = |b: &[f64]| [b[1] - b[0], b[2] - b[0]];
        for (ours, theirs) in differences(head.intercept())
            .iter()
            .zip(differences(&intercept))
        {
            assert!((ours - theirs).abs() < 1e-5);
        }
        parameters.extend(intercept);
        let mut objective =
            Objective::new(Loss::SquaredHinge, Penalty::Even, &set, Precision::Double);
        objective.set_l2(0.5);
        let value = objective.evaluate(&parameters).value;
        assert!((value - 49.094_935_493).abs() < 1e-6, "{value}");
    }

    #[test]
    fn label_and_row_order_do_not_matter() {
        let (rows, gold) = problem();
        let weights = vec![1.0; gold.len()];
        for learner in [Learner::Logistic, Learner::Svm, Learner::LinfaBayes] {
            let exact = HeadParams {
                learner,
                tolerance: 1e-10,
                ..HeadParams::DEFAULT
            };
            let fit = |rows: &Csr, gold: &[usize]| {
                let set = TrainingSet {
                    rows,
                    gold,
                    weights: &weights,
                    n_labels: 3,
                };
                exact.fit_with(None, &set.dataset()).unwrap()
            };
            let head = fit(&rows, &gold);
            let swapped: Vec<usize> = gold.iter().map(|class| 2 - class).collect();
            let by_label = fit(&rows, &swapped);
            let mut reversed = Csr::new(6);
            for row_idx in (0..rows.n_rows()).rev() {
                let (ids, values) = rows.row(row_idx);
                reversed.push(ids, values);
            }
            let by_row = fit(&reversed, &gold.iter().rev().copied().collect::<Vec<_>>());
            for feature in 0..6 {
                for label in 0..3 {
                    let weight = head.weights(feature)[label];
                    assert!((weight - by_label.weights(feature)[2 - label]).abs() < 1e-7);
                    assert!((weight - by_row.weights(feature)[label]).abs() < 1e-7);
                }
            }
        }
    }

    #[test]
    fn a_linfa_dataset_is_fitted_and_predicted() {
        let (rows, gold) = problem();
        let dataset = DatasetBase::new(rows, Classes::new(&gold));
        let head = HeadParams {
            l2: 0.01,
            ..HeadParams::DEFAULT
        }
        .fit(&dataset)
        .unwrap();
        let mut predicted: Array1<usize> = head.default_target(&dataset.records);
        head.predict_inplace(&dataset.records, &mut predicted);
        let right = predicted.iter().zip(&gold).filter(|(a, b)| a == b).count();
        assert!(right > 50, "only {right} of 60 are right");
    }

    #[test]
    fn a_row_of_weight_two_is_a_row_given_twice() {
        let (rows, gold) = problem();
        let mut doubled = rows.clone();
        let (ids, values) = rows.row(7);
        doubled.push(ids, values);
        let mut gold_doubled = gold.clone();
        gold_doubled.push(gold[7]);
        let mut weights = vec![1.0; 60];
        weights[7] = 2.0;
        let exact = HeadParams {
            tolerance: 1e-10,
            ..HeadParams::DEFAULT
        };
        let fit = |rows: &Csr, gold: &[usize], weights: &[f32]| {
            let set = TrainingSet {
                rows,
                gold,
                weights,
                n_labels: 3,
            };
            exact.fit_with(None, &set.dataset()).unwrap()
        };
        let a = fit(&rows, &gold, &weights);
        let b = fit(&doubled, &gold_doubled, &[1.0; 61]);
        for (a, b) in a.parameters.iter().zip(&b.parameters) {
            assert!((a - b).abs() < 1e-7);
        }
    }
}
