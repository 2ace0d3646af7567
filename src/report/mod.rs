//! Results into bytes: tables for people, JSON and CSV for programs.
//!
//! Imports: error, label, aggregate, metrics, model, score, train, evaluate, audit, corpus, linear.
//!
//! Results of the walks come in, text goes out through a writer. Numbers are rounded here and only
//! here, and nothing is computed that a reader would need to trust.

mod articles;
mod audit;
mod details;
mod evaluation;
mod evaluation_csv;
#[cfg(feature = "html")]
mod html;
mod inspection;
mod mistakes;
mod predictions;
mod sheet;
mod table;
mod training;

pub use articles::{ArticleFormat, ArticleWriter};
pub use audit::{audit_json, audit_table};
pub use details::{EvaluationReport, overlap_line, unknown_line};
pub use evaluation::{evaluation_json, evaluation_table};
#[cfg(feature = "html")]
pub use html::evaluation_html;
pub use inspection::{inspection_json, inspection_table};
pub use mistakes::mistakes_csv;
pub use predictions::predictions_csv;
pub use training::training_table;
