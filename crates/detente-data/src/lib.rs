//! Files into articles and labelled rows.
//!
//! Paths, bytes or rows in memory come in. [`Articles`](corpus::Articles) streams what is to be scored: text, Markdown,
//! saved web pages, documents, JSON Lines, CSV, folders, standard input. [`Corpus`](corpus::Corpus) holds labelled
//! rows, read from tables by a [`Layout`](corpus::Layout) or taken as [`LabelledText`](corpus::LabelledText)s, and
//! [`Folds`](corpus::Folds) cuts them without parting a document. [`PredictionFile`](corpus::PredictionFile) holds what
//! some classifier said. [`mod@file`] opens, decompresses and replaces files whole; [`model_file`] reads and writes
//! those of models.
//!
//! This is the crate that touches the file system. It scores nothing and changes no word inside a cell; rows that are
//! left out are counted.

#![deny(missing_docs)]

mod date_line;
mod headline;
pub mod article;
pub mod corpus;
mod error;
pub mod file;
pub mod model_file;

#[cfg(feature = "documents")]
pub use detente_documents::ErrorKind as DocumentErrorKind;
pub use error::{ColumnRole, Error, ErrorKind, Result};
