//! Predictions into numbers that say how right they are, and how sure we may be of that.
//!
//! In come [`Predictions`]: gold labels, predicted labels, probabilities where the classifier gives them, and the
//! document of every row; or [`UnlabelledPredictions`], where the truth is not known. Out go [`Evaluation`] (every
//! measure with an interval), [`compare`] (is one classifier better than another), [`prevalence`] (how common each
//! label is), [`streaming_prevalence`] (the same of a stream), [`conformal`] (how sets of labels fared) and
//! [`agreement`] (between annotators). All of them implement `serde::Serialize`.
//!
//! Three rules hold everywhere. A number that is undefined is `None`, never `0` and never `NaN`; serialised it is
//! `null`. Whatever is resampled is resampled by document, since rows of one document are not independent. The same
//! predictions, parameters and seed give the same bytes on any number of threads.
//!
//! This crate knows no model, reads no file and prints nothing. Nothing public in it panics on what it is given.

pub mod agreement;
pub mod baseline;
pub mod compare;
pub mod conformal;
pub mod confusion;
pub mod drift;
pub mod error;
pub mod evaluation;
pub mod interval;
pub mod label_list;
pub mod mcnemar;
pub mod metric;
pub mod predictions;
pub mod prevalence;
pub mod probability;
pub mod randomization;
pub mod reliability;
pub mod selective;
pub mod slice;
pub mod streaming_prevalence;

mod prepared;
pub mod random;

pub use confusion::Confusion;
pub use error::{ParamsError, PredictionsError};
pub use evaluation::Evaluation;
pub use interval::{BootstrapParams, Interval, Measure};
pub use label_list::LabelList;
pub use metric::{CountMetric, Metric, Sides};
pub use predictions::{Predictions, UnlabelledPredictions};
pub use prevalence::solve;
