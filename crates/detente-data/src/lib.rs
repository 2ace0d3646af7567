//! Files into articles and labelled rows.
//!
//! [`Articles`](corpus::Articles) streams what is to be scored: text, Markdown, saved web pages, JSON Lines, CSV,
//! folders, standard input. [`Corpus`](corpus::Corpus) holds labelled rows, read from CSV by a layout, and cuts them
//! into [`Folds`](corpus::Folds) that never part a document. [`file`] opens, decompresses and replaces files whole;
//! [`model_file`] reads and writes those of models. This is the crate that touches the file system; it scores nothing
//! and changes no word inside a cell.

#![deny(missing_docs)]

pub mod article;
pub mod corpus;
mod error;
pub mod file;
pub mod model_file;

pub use error::{ColumnRole, Error, ErrorKind, Result};
