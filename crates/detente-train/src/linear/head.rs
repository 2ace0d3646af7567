//! A fitted head: weights, intercepts, margins.

use crate::counts::Csr;
use detente_model::calibrate::argmax;
use linfa::dataset::Records;
use linfa::traits::PredictInplace;
use ndarray::{Array1, Array2, ArrayView1};
use std::borrow::Borrow;

/// The margins of one row, one for each label: log-odds before calibration, or what takes their
/// place with a learner that has none.
pub type Margins = Vec<f64>;

/// A fitted head: weights of shape `(n_features, n_labels)` and an intercept for each label.
///
/// For each feature the weights of all labels sum to about 0 (the penalty of logistic regression
/// sees to it; an SVM's need not), and the intercepts do exactly: a margin is the log-odds of a label
/// against the mean of all.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearHead {
    pub(super) parameters: Vec<f64>,
    n_labels: usize,
}

impl LinearHead {
    /// Makes a head of parameters feature by feature, with the intercepts at the end: shape
    /// `(n_features + 1, n_labels)`, flat.
    ///
    /// # Panics
    /// There are fewer parameters than labels.
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
    ///
    /// # Panics
    /// There is no such feature.
    pub fn weights(&self, feature: usize) -> &[f64] {
        &self.parameters[feature * self.n_labels..(feature + 1) * self.n_labels]
    }

    /// The intercepts, one for each label.
    pub fn intercept(&self) -> &[f64] {
        &self.parameters[self.n_features() * self.n_labels..]
    }

    /// The same head among more features: its own begin at `first`, the others weigh 0.
    ///
    /// # Panics
    /// Its features do not fit.
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
    ///
    /// # Panics
    /// The head has another number of features, or there is no such target.
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
    ///
    /// # Panics
    /// An id is not below the number of features.
    pub fn margins(&self, ids: &[u32], values: &[f32]) -> Margins {
        let mut margins = vec![0.0; self.n_labels];
        self.write_margins(ids, values, &mut margins);
        margins
    }

    fn write_margins(&self, ids: &[u32], values: &[f32], margins: &mut [f64]) {
        margins.copy_from_slice(self.intercept());
        for (id, value) in ids.iter().zip(values) {
            for (margin, weight) in margins.iter_mut().zip(self.weights(*id as usize)) {
                *margin += f64::from(*value) * weight;
            }
        }
    }
}

/// The margins that a head gives to rows, shape `(n_rows, n_labels)`.
pub(crate) fn margins_of(head: &LinearHead, rows: &Csr) -> Array2<f64> {
    let mut margins = head.default_target(rows);
    head.predict_inplace(rows, &mut margins);
    margins
}

/// Predicts the margins of rows, shape `(n_rows, n_labels)`.
impl<R: Records + Borrow<Csr>> PredictInplace<R, Array2<f64>> for LinearHead {
    fn predict_inplace(&self, rows: &R, margins: &mut Array2<f64>) {
        let rows: &Csr = rows.borrow();
        let mut of_row = vec![0.0; self.n_labels];
        for (row_idx, mut margins) in margins.rows_mut().into_iter().enumerate() {
            let (ids, values) = rows.row(row_idx);
            self.write_margins(ids, values, &mut of_row);
            margins.assign(&ArrayView1::from(&of_row));
        }
    }

    fn default_target(&self, rows: &R) -> Array2<f64> {
        Array2::zeros((rows.nsamples(), self.n_labels))
    }
}

/// Predicts the class with the largest margin; the first of equal ones.
impl<R: Records + Borrow<Csr>> PredictInplace<R, Array1<usize>> for LinearHead {
    fn predict_inplace(&self, rows: &R, classes: &mut Array1<usize>) {
        let rows: &Csr = rows.borrow();
        for (row_idx, class) in classes.iter_mut().enumerate() {
            let (ids, values) = rows.row(row_idx);
            *class = argmax(&self.margins(ids, values));
        }
    }

    fn default_target(&self, rows: &R) -> Array1<usize> {
        Array1::zeros(rows.nsamples())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two features, two labels: weights (1, -1), (0, 2), intercepts (0.5, -0.5).
    fn small() -> LinearHead {
        LinearHead::new(vec![1.0, -1.0, 0.0, 2.0, 0.5, -0.5], 2)
    }

    #[test]
    fn a_head_among_more_features_gives_the_same_margins() {
        let placed = small().placed(3, 6);
        assert_eq!(placed.n_features(), 6);
        assert_eq!(
            placed.margins(&[3, 4], &[2.0, 1.0]),
            small().margins(&[0, 1], &[2.0, 1.0])
        );
        assert_eq!(placed.margins(&[0, 5], &[9.0, 9.0]), [0.5, -0.5]);
    }

    #[test]
    fn the_copy_of_a_target_is_what_all_share_and_its_own() {
        // One feature: shared (1, -1), of target 0 (10, -10), of target 1 (100, -100); what the
        // intercepts add (2, -2) and (3, -3); the intercepts (0.5, -0.5).
        let parameters = vec![
            1.0, -1.0, 10.0, -10.0, 100.0, -100.0, 2.0, -2.0, 3.0, -3.0, 0.5, -0.5,
        ];
        let all = LinearHead::new(parameters, 2);
        let second = all.own_copy(1, 2, 1);
        assert_eq!(second.weights(0), [101.0, -101.0]);
        assert_eq!(second.intercept(), [3.5, -3.5]);
    }

    #[test]
    fn a_weighted_sum_of_heads_gives_the_weighted_sum_of_margins() {
        let sum = LinearHead::weighted_sum(&[(0.5, small()), (2.0, small())], &[0.25, -0.25]);
        // 2.5 times the margins (2.5, -2.5) of the row (2, 0), and the shifts.
        let own = small().margins(&[0], &[2.0]);
        assert_eq!(own, [2.5, -2.5]);
        assert_eq!(sum.margins(&[0], &[2.0]), [6.5, -6.5]);
    }
}
