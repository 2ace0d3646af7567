//! Sentence encoders of the BERT kind: a text into one dense row, on a processor, in pure Rust.
//!
//! ```text
//! folder -> settings.rs (config.json), network.rs (model.safetensors), tokenizer.json
//! text -> tokens -> hidden states of every layer (network) -> row (pooling) -> Encoder
//! rows by the hash of their text, on disk (cache) -> CachedEncoder
//! ```
//!
//! A folder in the layout of sentence-transformers comes in ([`Encoder::open`]); for each text a row of numbers goes
//! out that depends on nothing but the text and the folder's files. Weights are frozen: nothing is learned here. What
//! the rows say of a target is for `detente-train` to find, through
//! [`SentenceEncoder`](detente_model::encoder::SentenceEncoder), which knows no file.
//!
//! One machine and build always gives the same bytes: each text is a batch of its own, and no sum depends on threads.
//! Other processors add in another order; numbers then differ by less than 1e-4 of a row's largest.

#![deny(missing_docs)]

mod error;
mod settings;
mod gelu;
mod network;
mod pooling;
mod encoder;
mod cache;
mod cached;

pub use cache::{Cache, CacheParams};
pub use cached::CachedEncoder;
pub use encoder::Encoder;
pub use error::{Error, ErrorKind, Result};
