//! What a model asks of a sentence encoder, which lies beside it: who it is, and a row of numbers for a text.
//!
//! The encoder itself is in `detente-encoder`; here is only what a model and its training need to know of one.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Says which encoder it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncoderIdentity {
    /// The name of its folder, for people.
    pub name: String,
    /// XXH3-128 of its files, as 32 hexadecimal digits.
    pub hash: String,
    /// How the hidden states of its layers become a row.
    pub pooling: String,
    /// Numbers in a row.
    pub n_columns: usize,
}

impl EncoderIdentity {
    /// Whether both give the same rows; names may differ.
    pub fn is_same(&self, other: &Self) -> bool {
        (&self.hash, &self.pooling, self.n_columns)
            == (&other.hash, &other.pooling, other.n_columns)
    }
}

/// Gives a dense row for a text.
pub trait SentenceEncoder: fmt::Debug + Send + Sync {
    /// Who it is.
    fn identity(&self) -> &EncoderIdentity;

    /// The row of a text, of `n_columns` finite numbers. It depends on nothing but the text.
    fn encode(&self, text: &str) -> Vec<f32>;
}

/// An encoder that several models or threads share. Two are equal if they give the same rows.
#[derive(Clone, Debug)]
pub struct SharedEncoder(Arc<dyn SentenceEncoder>);

impl SharedEncoder {
    /// Shares an encoder.
    pub fn new(encoder: impl SentenceEncoder + 'static) -> Self {
        Self(Arc::new(encoder))
    }
}

impl Deref for SharedEncoder {
    type Target = dyn SentenceEncoder;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl PartialEq for SharedEncoder {
    fn eq(&self, other: &Self) -> bool {
        self.identity().is_same(other.identity())
    }
}
