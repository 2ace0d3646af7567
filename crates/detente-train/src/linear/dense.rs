//! linfa's own multinomial logistic regression, on dense rows.

use super::head::LinearHead;
use super::head_params::HeadParams;
use super::training_set::TrainingSet;
use crate::error::{Error, ErrorKind, Result};
use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use linfa_logistic::MultiLogisticRegression;
use ndarray::Array1;

/// Fits `MultiLogisticRegression` with the same penalty.
///
/// # Errors
/// Rows of a weight other than 1, which it cannot take; dense rows over the limit; its own failure.
pub(super) fn fit(params: &HeadParams, set: &TrainingSet) -> Result<LinearHead> {
    set.check_unweighted(params.learner.name())?;
    let (n_rows, n_features) = (set.rows.n_rows(), set.rows.n_features());
    // The records, the one-hot targets and the two matrices of margins that linfa makes.
    let bytes = 8 * (n_rows as u64) * (n_features as u64 + 3 * set.n_labels as u64);
    if bytes > params.dense_limit {
        return Err(Error::new(ErrorKind::DenseTooLarge {
            n_rows,
            n_features,
            bytes,
            limit: params.dense_limit,
        }));
    }
    let failed = |source: linfa_logistic::error::Error| {
        Error::new(ErrorKind::Learner {
            learner: "linfa-logistic",
        })
        .caused_by(source)
    };
    let dataset = DatasetBase::new(set.rows.to_dense(), Array1::from(set.gold.to_vec()));
    let fitted = MultiLogisticRegression::default()
        .alpha(params.l2)
        .gradient_tolerance(params.tolerance)
        .max_iterations(params.max_steps as u64)
        .fit(&dataset)
        .map_err(failed)?;
    let mut parameters = vec![0.0; (n_features + 1) * set.n_labels];
    for (column, class) in fitted.classes().iter().enumerate() {
        for feature in 0..n_features {
            parameters[feature * set.n_labels + class] = fitted.params()[(feature, column)];
        }
        parameters[n_features * set.n_labels + class] = fitted.intercept()[column];
    }
    Ok(LinearHead::new(parameters, set.n_labels))
}
