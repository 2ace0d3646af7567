//! What a sentence encoder gives for the rows of a corpus: dense rows, scaled as a head wants them.

use crate::counts::Csr;
use detente_data::article::Example;
use detente_data::corpus::Corpus;
use detente_model::encoder::{EncoderIdentity, SharedEncoder, encoded_text};
use detente_text::Analyzer;
use rayon::prelude::*;

/// The encoder's rows of all texts.
pub(super) struct EncodedRows {
    identity: EncoderIdentity,
    /// Shape `(n_rows, n_columns)`.
    values: Vec<f32>,
}

/// What brings each column to a mean of 0 and all of them together to an expected norm of 1, so that the strengths that
/// suit n-grams suit these rows too.
pub(super) struct Scaling {
    pub(super) means: Vec<f32>,
    /// `1 / (standard deviation * sqrt(n_columns))`; 0 where a column never changes.
    pub(super) factors: Vec<f32>,
}

impl EncodedRows {
    pub(super) fn new(encoder: &SharedEncoder, corpus: &Corpus, analyzer: &Analyzer) -> Self {
        let row = |example: &Example| encoder.encode(&encoded_text(analyzer, example.passage()));
        let rows: Vec<Vec<f32>> = corpus.examples.par_iter().map(row).collect();
        Self {
            identity: encoder.identity().clone(),
            values: rows.concat(),
        }
    }

    pub(super) fn identity(&self) -> &EncoderIdentity {
        &self.identity
    }

    pub(super) fn n_rows(&self) -> usize {
        self.values.len() / self.identity.n_columns
    }

    fn row(&self, row_idx: usize) -> &[f32] {
        let n_columns = self.identity.n_columns;
        &self.values[row_idx * n_columns..(row_idx + 1) * n_columns]
    }

    /// The scaling that these rows ask for.
    pub(super) fn scaling(&self, rows: &[usize]) -> Scaling {
        let n_columns = self.identity.n_columns;
        let n = rows.len().max(1) as f64;
        let mut means = vec![0.0_f64; n_columns];
        for row in rows {
            for (mean, value) in means.iter_mut().zip(self.row(*row)) {
                *mean += f64::from(*value) / n;
            }
        }
        let mut variances = vec![0.0_f64; n_columns];
        for row in rows {
            for ((variance, mean), value) in variances.iter_mut().zip(&means).zip(self.row(*row)) {
                *variance += (f64::from(*value) - mean).powi(2) / n;
            }
        }
        let factor = |variance: f64| match variance > 1e-12 {
            true => (1.0 / (variance * n_columns as f64).sqrt()) as f32,
            false => 0.0,
        };
        Scaling {
            means: means.into_iter().map(|mean| mean as f32).collect(),
            factors: variances.into_iter().map(factor).collect(),
        }
    }

    /// Some rows, scaled.
    pub(super) fn scaled(&self, rows: &[usize], scaling: &Scaling) -> Csr {
        let n_columns = self.identity.n_columns;
        let ids: Vec<u32> = (0..n_columns as u32).collect();
        let mut scaled = Csr::with_capacity(n_columns, rows.len(), rows.len() * n_columns);
        let mut values = Vec::with_capacity(n_columns);
        for row in rows {
            let scale = scaling.means.iter().zip(&scaling.factors);
            let row = self.row(*row).iter().zip(scale);
            values.clear();
            values.extend(row.map(|(value, (mean, factor))| (value - mean) * factor));
            scaled.push(&ids, &values);
        }
        scaled
    }
}
