//! linfa's naive Bayes, on dense blocks of features.

use super::head::LinearHead;
use super::head_params::HeadParams;
use super::training_set::TrainingSet;
use crate::counts::Csr;
use crate::error::{Error, ErrorKind, Result};
use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use linfa_bayes::{BernoulliNb, NaiveBayes};
use ndarray::{Array1, Array2, ArrayView1};

/// Features that are made dense at a time. Features are independent given the label, so blocks fitted
/// apart are the model of all of them: neither memory nor `dense_limit` stands in the way.
const BLOCK: usize = 64;

/// Fits `BernoulliNb` without a threshold, so that a value from 0 to 1 is the degree to which a
/// feature is there; values outside count as the nearer end.
///
/// ```text
/// p_jk = (alpha + sum of x_ij over rows of k) / (2 alpha + n_k)
/// margin_k(x) = ln(n_k / n) + sum_j [x_j ln p_jk + (1 - x_j) ln(1 - p_jk)]
/// ```
///
/// with `alpha` the params' `l2`. This is linear in `x`: the weights are taken from what the fitted
/// model says of unit rows, the intercept from the row of zeros. A label without rows gets the mean
/// of the others' features and the share of one row more. Unlike `MultinomialNb`, whose `fit` of
/// linfa-bayes 0.8.1 writes itself to the standard error, this one is silent.
///
/// # Errors
/// Rows of a weight other than 1, which it cannot take; its own failure.
///
/// # References
/// McCallum and Nigam 1998, A Comparison of Event Models for Naive Bayes Text Classification,
/// section 2.1.
pub(super) fn fit(params: &HeadParams, set: &TrainingSet) -> Result<LinearHead> {
    set.check_unweighted(params.learner.name())?;
    let k = set.n_labels;
    let n_features = set.rows.n_features();
    let mut counts = vec![0_usize; k];
    for class in set.gold {
        counts[*class] += 1;
    }
    let n = set.gold.len() as f64;
    let mut parameters = vec![0.0; (n_features + 1) * k];
    let (weights, intercept) = parameters.split_at_mut(n_features * k);
    let columns = set.rows.transposed();
    let targets = Array1::from(set.gold.to_vec());
    for (block_idx, weights) in weights.chunks_mut(BLOCK * k).enumerate() {
        let width = weights.len() / k;
        let dataset = DatasetBase::new(dense(&columns, block_idx * BLOCK, width), targets.view());
        let fitted = BernoulliNb::params()
            .alpha(params.l2)
            .binarize(None)
            .fit(&dataset)
            .map_err(|source| {
                Error::new(ErrorKind::Learner {
                    learner: params.learner.name(),
                })
                .caused_by(source)
            })?;
        let likelihoods = fitted.joint_log_likelihood(zero_and_unit_rows(width).view());
        for (class, likelihood) in &likelihoods {
            let zero = likelihood[0];
            intercept[**class] += zero - (counts[**class] as f64 / n).ln();
            for (at, unit) in likelihood.iter().skip(1).enumerate() {
                weights[at * k + **class] = unit - zero;
            }
        }
        weights
            .chunks_exact_mut(k)
            .for_each(|row| center(row, &counts));
    }
    fill_absent(intercept, &counts);
    for (b, count) in intercept.iter_mut().zip(&counts) {
        *b += ((*count).max(1) as f64 / n).ln();
    }
    Ok(LinearHead::new(parameters, k))
}

/// The values of `width` features from `first` on, shape `(n_rows, width)`.
fn dense(columns: &Csr, first: usize, width: usize) -> Array2<f64> {
    let mut block = Array2::zeros((columns.n_features(), width));
    for at in 0..width {
        let (rows, values) = columns.row(first + at);
        for (row, value) in rows.iter().zip(values) {
            block[(*row as usize, at)] = f64::from(*value).clamp(0.0, 1.0);
        }
    }
    block
}

fn zero_and_unit_rows(width: usize) -> Array2<f64> {
    Array2::from_shape_fn((width + 1, width), |(row, feature)| {
        f64::from(row == feature + 1)
    })
}

/// Gives labels without rows the mean of the others.
fn fill_absent(row: &mut [f64], counts: &[usize]) {
    let present = counts.iter().filter(|count| **count > 0).count() as f64;
    let mean = ArrayView1::from(&*row).sum() / present;
    for (value, count) in row.iter_mut().zip(counts) {
        if *count == 0 {
            *value = mean;
        }
    }
}

/// Makes a feature's weights sum to 0: what it says for all labels alike moves no probability.
fn center(row: &mut [f64], counts: &[usize]) {
    fill_absent(row, counts);
    let mean = ArrayView1::from(&*row).mean().unwrap_or_default();
    row.iter_mut().for_each(|weight| *weight -= mean);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::Learner;
    use detente_model::calibrate::softmax;

    /// scikit-learn 1.9.1, `BernoulliNB(alpha=0.5, binarize=None)`, takes values between 0 and 1 too:
    ///
    /// ```text
    /// X = [[1, 0, .5], [0, .25, 1], [.5, .5, 0], [0, 1, .25]]; y = [0, 0, 1, 2]
    /// BernoulliNB(alpha=.5, binarize=None).fit(X, y).predict_proba([[.5, .25, 0], [0, 0, 0]])
    /// ```
    #[test]
    fn probabilities_are_those_of_scikit_learn() {
        let mut rows = Csr::new(3);
        rows.push(&[0, 2], &[1.0, 0.5]);
        rows.push(&[1, 2], &[0.25, 1.0]);
        rows.push(&[0, 1], &[0.5, 0.5]);
        rows.push(&[1, 2], &[1.0, 0.25]);
        let set = TrainingSet {
            rows: &rows,
            gold: &[0, 0, 1, 2],
            weights: &[1.0; 4],
            n_labels: 3,
        };
        let params = HeadParams {
            learner: Learner::LinfaBayes,
            l2: 0.5,
            ..HeadParams::DEFAULT
        };
        let head = params.fit(&set.dataset()).unwrap();
        let probabilities = |ids: &[u32], values: &[f32]| {
            let mut margins = head.margins(ids, values);
            softmax(&mut margins);
            margins
        };
        let expected = [
            [0.407_198_369_759, 0.401_927_394_417, 0.190_874_235_824],
            [0.450_704_225_352, 0.338_028_169_014, 0.211_267_605_634],
        ];
        let given = [
            probabilities(&[0, 1], &[0.5, 0.25]),
            probabilities(&[], &[]),
        ];
        for (given, expected) in given.iter().flatten().zip(expected.iter().flatten()) {
            assert!((given - expected).abs() < 1e-9, "{given} is not {expected}");
        }
    }
}
