//! The learner as a linfa model: recipe, fitted head, margins.

use super::dense;
use super::loss::Objective;
use super::solver::{SolverParams, minimise};
use crate::error::{Error, ErrorKind, Result};
use crate::features::Csr;
use linfa::dataset::{DatasetBase, Records};
use linfa::traits::{Fit, PredictInplace};
use ndarray::Array1;

/// Who finds the weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learner {
    /// Multinomial logistic regression on sparse rows, by Newton-CG.
    Logistic,
    /// `linfa_logistic::MultiLogisticRegression` on dense rows: the same optimum by L-BFGS.
    LinfaLogistic,
}

impl Learner {
    /// Every learner.
    pub const ALL: [Self; 2] = [Self::Logistic, Self::LinfaLogistic];

    /// The word for it on the command line and in model files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Logistic => "logistic",
            Self::LinfaLogistic => "linfa-logistic",
        }
    }
}

/// The recipe for a [`LinearHead`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeadParams {
    /// Who finds the weights; default [`Learner::Logistic`].
    pub learner: Learner,
    /// Strength of the L2 penalty, above 0; scikit-learn's `1 / C`. A higher value gives smaller
    /// weights and margins nearer to the label shares.
    pub l2: f64,
    /// The gradient's norm at which fitting ends, relative to that at the start; default 1e-4.
    pub tolerance: f64,
    /// Newton or L-BFGS steps after which fitting ends in any case; default 100.
    pub max_steps: usize,
    /// Bytes of dense rows that `linfa-logistic` may take; default 4e9.
    pub dense_limit: u64,
}

impl HeadParams {
    /// Sparse logistic regression of strength 1.
    pub const DEFAULT: Self = Self {
        learner: Learner::Logistic,
        l2: 1.0,
        tolerance: 1e-4,
        max_steps: 100,
        dense_limit: 4_000_000_000,
    };

    /// Checks the ranges.
    ///
    /// # Errors
    /// A strength or tolerance that is not a finite number above 0.
    pub fn check(&self) -> Result<()> {
        for (parameter, value) in [("l2", self.l2), ("tolerance", self.tolerance)] {
            if !(value.is_finite() && value > 0.0) {
                return Err(Error::new(ErrorKind::OutOfRange {
                    parameter,
                    value: value.to_string(),
                    expected: "a number above 0",
                }));
            }
        }
        Ok(())
    }

    /// Fits a head, starting from another where one is given.
    ///
    /// # Errors
    /// As [`HeadParams::check`]; dense rows over the limit; a linfa learner that fails.
    pub fn fit_set(&self, set: &TrainingSet, start: Option<&LinearHead>) -> Result<LinearHead> {
        self.check()?;
        match self.learner {
            Learner::Logistic => {
                let mut objective = Objective::new(set, self.l2);
                Ok(self.fit_objective(&mut objective, set, start))
            }
            Learner::LinfaLogistic => dense::fit(self, set),
        }
    }

    /// Fits a head for each strength in turn, each from the one before, and hands it to `visit`,
    /// which says whether to go on.
    ///
    /// # Errors
    /// As [`HeadParams::fit_set`].
    pub fn fit_path(
        &self,
        set: &TrainingSet,
        strengths: &[f64],
        mut visit: impl FnMut(&LinearHead) -> bool,
    ) -> Result<()> {
        let mut objective = match self.learner {
            Learner::Logistic => Some(Objective::new(set, self.l2)),
            Learner::LinfaLogistic => None,
        };
        let mut previous: Option<LinearHead> = None;
        for l2 in strengths {
            let params = Self { l2: *l2, ..*self };
            params.check()?;
            let head = match &mut objective {
                Some(objective) => params.fit_objective(objective, set, previous.as_ref()),
                None => params.fit_set(set, None)?,
            };
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
            Some(head) => head.parameters.clone(),
            None => vec![0.0; objective.n_parameters()],
        };
        let solver = SolverParams {
            tolerance: self.tolerance,
            max_steps: self.max_steps,
        };
        minimise(objective, &mut parameters, &solver);
        LinearHead::new(parameters, set.n_labels)
    }
}

/// Rows with their class indices: what a head is fitted on.
#[derive(Clone, Copy, Debug)]
pub struct TrainingSet<'a> {
    /// Shape `(n_rows, n_features)`.
    pub rows: &'a Csr,
    /// The class of each row, below `n_labels`.
    pub gold: &'a [usize],
    /// How much each row counts.
    pub weights: &'a [f32],
    /// Number of classes.
    pub n_labels: usize,
}

/// The margins of one row, one for each label, in units of log-odds before calibration.
pub type Margins = Vec<f64>;

/// A fitted head: weights of shape `(n_features, n_labels)` and an intercept for each label.
///
/// For each feature the weights of all labels sum to about 0 (the penalty sees to it), and the
/// intercepts do exactly: a margin is the log-odds of a label against the mean of all.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearHead {
    parameters: Vec<f64>,
    n_labels: usize,
}

impl LinearHead {
    /// Makes a head of parameters feature by feature, with the intercepts at the end.
    pub fn new(mut parameters: Vec<f64>, n_labels: usize) -> Self {
        let first_intercept = parameters.len() - n_labels;
        let intercept = &mut parameters[first_intercept..];
        let mean = intercept.iter().sum::<f64>() / n_labels as f64;
        intercept.iter_mut().for_each(|b| *b -= mean);
        Self {
            parameters,
            n_labels,
        }
    }

    /// Number of labels.
    pub fn n_labels(&self) -> usize {
        self.n_labels
    }

    /// Number of features.
    pub fn n_features(&self) -> usize {
        self.parameters.len() / self.n_labels - 1
    }

    /// The weights of a feature, one for each label.
    pub fn weights(&self, feature: usize) -> &[f64] {
        &self.parameters[feature * self.n_labels..(feature + 1) * self.n_labels]
    }

    /// The intercepts, one for each label.
    pub fn intercept(&self) -> &[f64] {
        &self.parameters[self.n_features() * self.n_labels..]
    }

    /// The same head among more features: its own begin at `first`, the others weigh 0.
    pub fn placed(&self, first: usize, n_features: usize) -> Self {
        let k = self.n_labels;
        let own = &self.parameters[..self.n_features() * k];
        let mut parameters = vec![0.0; (n_features + 1) * k];
        parameters[first * k..first * k + own.len()].copy_from_slice(own);
        parameters[n_features * k..].copy_from_slice(self.intercept());
        Self {
            parameters,
            n_labels: k,
        }
    }

    /// The head of one target, where the features are `n_features` for all targets, as many for each
    /// of `n_targets`, and one for each target's intercept.
    pub fn own_copy(&self, target: usize, n_targets: usize, n_features: usize) -> Self {
        let k = self.n_labels;
        let copy = |at: usize| &self.parameters[at * n_features * k..(at + 1) * n_features * k];
        let mut parameters: Vec<f64> = copy(0)
            .iter()
            .zip(copy(target + 1))
            .map(|(shared, own)| shared + own)
            .collect();
        let own = self.weights((n_targets + 1) * n_features + target);
        parameters.extend(self.intercept().iter().zip(own).map(|(b, own)| b + own));
        Self::new(parameters, k)
    }

    /// The sum of heads over the same features, each times its share, with `shifts` added to the
    /// intercepts.
    ///
    /// # Panics
    /// The heads differ in shape.
    pub fn weighted_sum(heads: &[(f64, Self)], shifts: &[f64]) -> Self {
        let n_parameters = heads.first().map_or(0, |(_, head)| head.parameters.len());
        let mut parameters = vec![0.0; n_parameters];
        for (share, head) in heads {
            assert_eq!(head.parameters.len(), n_parameters, "heads of one shape");
            for (sum, parameter) in parameters.iter_mut().zip(&head.parameters) {
                *sum += share * parameter;
            }
        }
        let first_intercept = n_parameters - shifts.len();
        for (sum, shift) in parameters[first_intercept..].iter_mut().zip(shifts) {
            *sum += shift;
        }
        Self::new(parameters, shifts.len())
    }

    /// The margins of a row.
    pub fn margins(&self, ids: &[u32], values: &[f32]) -> Margins {
        let mut margins = self.intercept().to_vec();
        for (id, value) in ids.iter().zip(values) {
            for (margin, weight) in margins.iter_mut().zip(self.weights(*id as usize)) {
                *margin += f64::from(*value) * weight;
            }
        }
        margins
    }
}

impl Records for Csr {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.n_rows()
    }

    fn nfeatures(&self) -> usize {
        self.n_features()
    }
}

/// Fits on a linfa dataset whose targets are class indices. Sample weights of the dataset count.
impl Fit<Csr, Array1<usize>, Error> for HeadParams {
    type Object = LinearHead;

    fn fit(&self, dataset: &DatasetBase<Csr, Array1<usize>>) -> Result<LinearHead> {
        let gold = dataset.targets.to_vec();
        let n_labels = gold.iter().max().map_or(0, |largest| largest + 1);
        if n_labels < 2 || gold.len() != dataset.records.n_rows() {
            return Err(Error::new(ErrorKind::OutOfRange {
                parameter: "the number of classes",
                value: n_labels.to_string(),
                expected: "2 or more, with one class index for each row",
            }));
        }
        let weights = match dataset.weights() {
            Some(weights) => weights.to_vec(),
            None => vec![1.0; gold.len()],
        };
        let set = TrainingSet {
            rows: &dataset.records,
            gold: &gold,
            weights: &weights,
            n_labels,
        };
        self.fit_set(&set, None)
    }
}

/// Predicts the class with the largest margin; the first of equal ones.
impl PredictInplace<Csr, Array1<usize>> for LinearHead {
    fn predict_inplace(&self, rows: &Csr, classes: &mut Array1<usize>) {
        for (row_idx, class) in classes.iter_mut().enumerate() {
            let (ids, values) = rows.row(row_idx);
            *class = argmax(&self.margins(ids, values));
        }
    }

    fn default_target(&self, rows: &Csr) -> Array1<usize> {
        Array1::zeros(rows.n_rows())
    }
}

/// The place of the largest value, the first of equal ones.
pub(crate) fn argmax(values: &[f64]) -> usize {
    let mut best = 0;
    for (at, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = at;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

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
            tolerance: 1e-9,
            max_steps: 1000,
            ..HeadParams::DEFAULT
        };
        let dataset = DatasetBase::new(rows.clone(), Array1::from(gold.clone()));
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
        let objective = Objective::new(&set, 0.5);
        let [a, b] = [&ours, &theirs].map(|head| objective.evaluate(&head.parameters).value);
        assert!((a - b).abs() < 1e-6, "objectives differ: {a} and {b}");
        assert!(a <= b + 1e-9, "Newton-CG ends no higher than L-BFGS");
    }

    #[test]
    fn label_and_row_order_do_not_matter() {
        let (rows, gold) = problem();
        let exact = HeadParams {
            tolerance: 1e-10,
            ..HeadParams::DEFAULT
        };
        let weights = vec![1.0; gold.len()];
        let fit = |rows: &Csr, gold: &[usize]| {
            let set = TrainingSet {
                rows,
                gold,
                weights: &weights,
                n_labels: 3,
            };
            exact.fit_set(&set, None).unwrap()
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

    #[test]
    fn a_linfa_dataset_is_fitted_and_predicted() {
        let (rows, gold) = problem();
        let dataset = DatasetBase::new(rows, Array1::from(gold.clone()));
        let head = HeadParams {
            l2: 0.01,
            ..HeadParams::DEFAULT
        }
        .fit(&dataset)
        .unwrap();
        let mut predicted = head.default_target(&dataset.records);
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
            exact.fit_set(&set, None).unwrap()
        };
        let a = fit(&rows, &gold, &weights);
        let b = fit(&doubled, &gold_doubled, &[1.0; 61]);
        for (a, b) in a.parameters.iter().zip(&b.parameters) {
            assert!((a - b).abs() < 1e-7);
        }
    }
}
