//! What a sentence encoder says of a statement, as margins.

use crate::encoder::{EncoderIdentity, SharedEncoder, encoded_text};
use crate::error::{Error, ErrorKind, Result};
use detente_text::{Analyzer, Passage};

/// The share of a sentence encoder in the margins: linear in the row that it gives for a statement.
///
/// ```text
/// m_k = sum_d w_dk (e_d - mean_d)
/// ```
///
/// The means are those of the rows that were learned from, so that a statement like all others adds nothing.
#[derive(Clone, Debug)]
pub struct EncoderHead {
    identity: EncoderIdentity,
    means: Vec<f32>,
    /// Shape `(n_columns of the encoder, columns of all heads)`.
    weights: Vec<f32>,
    encoder: Option<SharedEncoder>,
}

impl EncoderHead {
    /// Puts it together for the rows of `identity`: their means, and weights of shape
    /// `(n_columns, columns of all heads)`, row by row. `None` if shapes disagree or a number is not finite.
    pub fn new(identity: EncoderIdentity, means: Vec<f32>, weights: Vec<f32>) -> Option<Self> {
        let fits = means.len() == identity.n_columns
            && !means.is_empty()
            && weights.len().is_multiple_of(means.len());
        let is_finite = means.iter().chain(&weights).all(|value| value.is_finite());
        (fits && is_finite).then_some(Self {
            identity,
            means,
            weights,
            encoder: None,
        })
    }

    /// The same with its encoder.
    ///
    /// # Errors
    /// It is another one.
    pub fn with_encoder(mut self, encoder: SharedEncoder) -> Result<Self> {
        let found = encoder.identity();
        if !found.is_same(&self.identity) {
            return Err(Error::new(ErrorKind::EncoderOther {
                expected: Box::new(self.identity),
                found: Box::new(found.clone()),
            }));
        }
        self.encoder = Some(encoder);
        Ok(self)
    }

    /// Whose rows it reads.
    pub fn identity(&self) -> &EncoderIdentity {
        &self.identity
    }

    /// Whether it has its encoder.
    pub fn is_ready(&self) -> bool {
        self.encoder.is_some()
    }

    pub(super) fn means(&self) -> &[f32] {
        &self.means
    }

    pub(super) fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// Columns of all heads.
    pub(super) fn n_columns(&self) -> usize {
        self.weights.len() / self.means.len()
    }

    /// What it adds to the margin of each column.
    ///
    /// # Panics
    /// It has no encoder.
    pub(super) fn margins(&self, analyzer: &Analyzer, passage: Passage) -> Vec<f64> {
        // Invariant: what reads a model's file refuses one whose encoder is not there.
        let encoder = self.encoder.as_ref().expect("a model with its encoder");
        let row = encoder.encode(&encoded_text(analyzer, passage));
        let mut margins = vec![0.0; self.n_columns()];
        let weights = self.weights.chunks_exact(margins.len());
        for ((value, mean), weights) in row.iter().zip(&self.means).zip(weights) {
            let centred = f64::from(*value) - f64::from(*mean);
            for (margin, weight) in margins.iter_mut().zip(weights) {
                *margin += centred * f64::from(*weight);
            }
        }
        margins
    }
}
