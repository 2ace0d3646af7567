//! How right a model is, and how sure we may be of that.
//!
//! [`evaluate`] lets a model label rows whose labels are known; [`compare`] asks which of several classifiers is better;
//! [`cross_validate`] trains and evaluates over outer folds; [`audit`] says what a user should know of rows before
//! training on them. Measures themselves are those of `detente-metrics`: nothing here computes one.

#![deny(missing_docs)]

mod error;

pub mod target_predictions;
pub mod contamination;
pub mod evaluate;
pub mod shrink;
pub mod compare;
pub mod cross_validate;
pub mod audit;

pub use error::{Error, ErrorKind, Result};
