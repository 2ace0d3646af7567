//! How a cross-validation is done.

use super::split::Split;
use crate::error::{Error, ErrorKind, Result};
use detente_metrics::BootstrapParams;
use detente_train::TrainParams;

/// How a cross-validation is done.
#[derive(Clone, Debug, PartialEq)]
pub struct CrossValidateParams {
    /// The recipe that is validated; its folds are those inside each training part.
    pub train: TrainParams,
    /// How rows are held out.
    pub split: Split,
    /// Points of the learning curve, 2 or more: each trains on one share more of every part's
    /// documents. `None` for no curve.
    pub learning_curve: Option<usize>,
    /// How intervals are made; `None` for none.
    pub bootstrap: Option<BootstrapParams>,
}

impl CrossValidateParams {
    /// Checks every range.
    ///
    /// # Errors
    /// The first parameter that is out of its range.
    pub fn check(&self) -> Result<()> {
        self.train.check()?;
        self.split.check()?;
        if let Some(n_points @ ..2) = self.learning_curve {
            return Err(Error::new(ErrorKind::OutOfRange {
                parameter: "the number of points of the learning curve",
                value: n_points.to_string(),
                expected: "2 or more",
            }));
        }
        if let Some(bootstrap) = &self.bootstrap {
            bootstrap.check()?;
        }
        Ok(())
    }
}
