//! Labelled rows into a model.
//!
//! ```text
//! examples -> folds (detente-data)
//! each fold: counts -> rows weighted by the training folds (counts) -> for each view of the
//!            features (member) a path of heads (linear) -> margins of the rows left out
//! out-of-fold margins -> the strength of each head -> their stack (calibration) -> its scores
//! the same settings on a part of the documents -> learning curve; its log, with baselines and warnings
//! a sentence encoder's rows, where there is one: one more member (encoded, encoder_member)
//! all rows -> vectorizer (counts) -> heads (linear), summed as stacked -> model
//! ```
//!
//! A [`Corpus`](detente_data::corpus::Corpus) of labelled rows and [`TrainParams`] come in; a
//! [`Model`](detente_model::Model) that scores, and a [`TrainLog`] that says how right it is, go out of [`train`].
//! Learners are those of linfa's traits: see [`linear`]. Training beyond memory is in [`stream`],
//! beyond one machine in [`distributed`].
//!
//! This crate does not write files but for a checkpoint of [`stream()`](stream::stream), prints nothing and does not
//! score: what it makes is scored by `detente-score`, and measured on other rows by `detente-eval`.

#![deny(missing_docs)]

mod error;
mod standard_error;
pub mod counts;
pub mod linear;
pub mod calibration;
pub mod baselines;
mod recipe;
mod params;
mod unknown;
mod encoded;
mod prepared_training;
mod member;
mod encoder_member;
mod fold;
mod selection;
mod head_report;
mod curve;
mod warning;
mod train_log;
mod trainer;
mod tune;
mod recalibration;
pub mod stream;
pub mod distributed;

pub use curve::{CURVE_DOCUMENTS, CURVE_ROWS, Curve, CurvePoint, LearningCurve};
pub use error::{Error, ErrorKind, Result};
pub use head_report::HeadLog;
pub use params::{AppraisalParams, DecisionMetric, STRENGTHS, TrainParams};
pub use recalibration::{
    LEAST_RECALIBRATION_ROWS, Recalibration, RecalibrationParams, TargetRecalibration, recalibrate,
};
pub use selection::{ENOUGH_ROWS, OutOfFold, out_of_fold};
pub use train_log::TrainLog;
pub use trainer::{train, train_sorted};
pub use tune::{Setting, Trial, TuneParams, Tuning, tune, tune_sorted};
pub use warning::{FEW_ROWS, Warning};
