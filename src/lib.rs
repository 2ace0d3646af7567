//! Reads what governments say: splits an article into statements and scores each one's stance on
//! peace, on cooperation and on conflict, and its sentiment, with calibrated probabilities.

#![deny(missing_docs)]

pub use detente_data as data;
pub use detente_eval as eval;
pub use detente_metrics as metrics;
pub use detente_model as model;
pub use detente_report as report;
pub use detente_score as score;
#[cfg(feature = "serve")]
pub use detente_server as server;
pub use detente_text as text;
pub use detente_train as train;
