//! Using a fitted model: text in, calibrated scores and explanations out.
//!
//! A [`Model`] holds all that scoring needs: how text is analysed, the vocabulary with its document frequencies,
//! the weights of each target's head, and how margins become probabilities, a label and a prediction set. Nothing
//! about scoring is taken from elsewhere. The bytes of a model file come in ([`Model::from_shared`]), then passages of
//! text; a [`Score`] for each target goes out, and an [`Explanation`] whose parts add up to it.
//!
//! This crate opens no file, starts no thread and knows no way to fit a model: it is what a browser or an executor of a
//! cluster needs. Models are made by `detente-train`.
//!
//! ```text
//! text -> terms (detente-text) -> row (features) -> margins (model) -> probabilities, label, set (calibrate)
//! ```

#![deny(missing_docs)]

pub mod encoder;
mod error;
pub mod label;
pub mod features;
pub mod calibrate;
mod model;

pub use error::{Error, ErrorKind, Result};
pub use model::*;
