//! The fitting half of calibration: what turns margins into probabilities, labels and sets, found on margins of rows
//! that the weights were not fitted on.

mod conformal;
mod logit_adjustment;
mod temperature;
mod stack;

pub use conformal::fit_conformal;
pub use logit_adjustment::{TiltChoice, fit_logit_adjustment};
pub use stack::Stack;
pub(crate) use temperature::row_loss;
pub use temperature::{fit_temperature, log_loss};
