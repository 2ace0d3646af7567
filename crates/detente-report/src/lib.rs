//! Results into bytes: tables for people, JSON and CSV for programs, pages and papers.
//!
//! What the other crates find out comes in; text, JSON or CSV goes out, for scored articles through a writer and one
//! at a time. Numbers are rounded here and only here. Nothing that a reader has to trust is computed here.

#![deny(missing_docs)]

mod article_json;
mod articles;
mod articles_csv;
mod audit;
mod audit_json;
mod audit_lines;
#[cfg(feature = "arrow")]
mod columnar;
mod comparison;
mod corpus;
mod cross_validation;
mod details;
mod digits;
mod error;
mod evaluation;
mod evaluation_csv;
#[cfg(feature = "html")]
mod html;
mod inspection;
mod mistakes;
#[cfg(feature = "html")]
pub mod page;
mod predictions;
mod sheet;
mod shrinking;
mod statements;
mod table;
mod terms;
mod training;
mod value;

pub use article_json::article_json;
pub use articles::{ArticleFormat, ArticleWriter};
pub use audit::audit_table;
pub use audit_json::audit_json;
pub use comparison::{ComparisonReport, verdict};
pub use corpus::{corpus_json, corpus_table};
pub use cross_validation::{CrossValidationReport, cross_validation_predictions};
pub use details::{EvaluationReport, contamination_line, unknown_line};
pub use error::{Error, ErrorKind, Result};
pub use evaluation::{evaluation_json, evaluation_table};
#[cfg(feature = "html")]
pub use html::{cross_validation_html, evaluation_html, terms_html};
pub use inspection::{inspection_json, inspection_table};
pub use mistakes::mistakes_csv;
pub use predictions::predictions;
pub use shrinking::ShrinkReport;
pub use training::{streaming_table, training_table};
pub use value::Records;
