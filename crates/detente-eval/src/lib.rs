//! How right a model is, and how sure we may be of that.
//!
//! A model and labelled rows come in. [`evaluate`] lets the model predict the labels and measures how right that is;
//! [`compare`] asks which of several classifiers is better; [`cross_validate`] trains and evaluates over outer folds;
//! [`audit`] says what a user should know of rows before training on them; [`contamination`] says which rows the model
//! was trained on; [`shrink`] what a smaller model costs. They share one form of what was predicted,
//! [`target_predictions`], with one way to pool targets. What goes out implements `serde::Serialize`.
//!
//! Measures themselves are those of `detente-metrics`: nothing here computes one. Nothing here writes a report, and
//! the only files known are those that a corpus names in an error.

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
