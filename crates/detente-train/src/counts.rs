//! The n-grams of a training set, counted once and weighed for any subset of its rows.
//!
//! ```text
//! training texts -> what was met in them (tokenized) -> the n-grams of each row, by number (ngram_counts)
//!                -> term counts -> TF-IDF rows of some of them (csr), the vectorizer of all of them
//! ```
//!
//! N-grams are found as in scoring, by [`visit`](detente_model::features::visit): a training row is
//! the row that scoring makes of the same text.

mod csr;
mod tokenized;
mod ngram_counts;
mod term_counts;

pub use csr::Csr;
pub use term_counts::TermCounts;
