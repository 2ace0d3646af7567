//! Margins into probabilities that mean what they say, as it was fitted.
//!
//! A [`Temperature`] turns margins into probabilities, a [`LogitAdjustment`] picks the label, and [`Conformal`]
//! thresholds say which labels cannot be ruled out. All three are fitted in `detente-train`, on margins of rows
//! that the weights were not fitted on.

mod conformal;
mod logit_adjustment;
mod softmax;
mod temperature;

pub use conformal::{Conformal, ConformalThreshold, MOST_SCORES, Risk, is_deferred};
pub use logit_adjustment::{LogitAdjustment, argmax, log};
pub use softmax::{softmax, softmax_from};
pub use temperature::Temperature;
