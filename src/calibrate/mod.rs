//! Margins into probabilities that mean what they say.
//!
//! Imports: error, linear, metrics.
//!
//! Out-of-fold margins and gold classes come in once; a [`Temperature`] comes out and turns any
//! margins into probabilities, a [`Decision`] that picks the label, and [`Conformal`] thresholds that
//! say which labels cannot be ruled out. It never sees the rows.

mod conformal;
mod decision;
mod stack;
mod temperature;

pub use conformal::{Conformal, ConformalThreshold, MOST_SCORES, Risk, is_referred};
pub use decision::Decision;
pub use stack::Stack;
pub use temperature::Temperature;
