//! Models that were learned row by row: their n-grams are hashed, and they can learn on.

use super::weights::QuantizedWeights;
use super::{Head, Model, ModelRecord};
use crate::features::{Buckets, Vectorizer, VectorizerParams, Vocabulary};
use crate::linear::{Online, OnlineParams};
use crate::text::Analyzer;

/// What is known of a training that went row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Streamed {
    /// The recipe of its learner.
    pub online: OnlineParams,
    /// How often it went over its rows.
    pub n_passes: usize,
    /// Rows that were never learned from, so that it could be calibrated and measured on them.
    pub n_held_out: usize,
    /// What its learner has gathered of each feature on each head, see [`Online::squares`].
    pub(super) gathered: Vec<u8>,
    /// The same of the intercepts.
    pub(super) gathered_intercepts: Vec<f32>,
}

impl Streamed {
    /// The record of a training whose learner has not spoken yet.
    pub fn new(online: OnlineParams, n_passes: usize, n_held_out: usize) -> Self {
        Self {
            online,
            n_passes,
            n_held_out,
            gathered: Vec::new(),
            gathered_intercepts: Vec::new(),
        }
    }
}

/// A sum of squares in 8 bits: four steps for each power of two, 0 for none.
fn to_byte(squares: f32) -> u8 {
    match squares > 0.0 {
        true => (128.0 + (4.0 * squares.log2()).round()).clamp(1.0, 255.0) as u8,
        false => 0,
    }
}

fn from_byte(byte: u8) -> f32 {
    match byte {
        0 => 0.0,
        _ => ((f32::from(byte) - 128.0) / 4.0).exp2(),
    }
}

impl Model {
    /// Puts a model together from what an online learner has learned of all buckets. Only buckets whose
    /// weights are not all rounded to 0 are features of it; features of the lexicon always are.
    ///
    /// # Panics
    /// The learner has another number of features than the vocabulary, whose n-grams are not hashed, or
    /// the record is of no streamed training.
    pub fn of_online(
        analyzer: Analyzer,
        params: VectorizerParams,
        vocabulary: &Vocabulary,
        learner: &Online,
        mut heads: Vec<Head>,
        mut record: ModelRecord,
    ) -> Self {
        let buckets = vocabulary.buckets().expect("n-grams are hashed");
        let streamed = record.streamed.as_mut().expect("a streamed training");
        let n_features = learner.n_features();
        assert_eq!(n_features, vocabulary.len(), "what was learned from");
        let n_buckets = buckets.n_buckets();
        let (weights, kept) = QuantizedWeights::round_used(
            n_features,
            learner.n_columns(),
            |feature, row| learner.weights(feature, row),
            |feature| feature >= n_buckets,
        );
        let squares = kept.iter().flat_map(|id| learner.squares(*id as usize));
        streamed.gathered = squares.map(|squares| to_byte(*squares)).collect();
        streamed.gathered_intercepts = learner.squares(n_features).to_vec();
        let mut intercepts = Vec::new();
        learner.weights(n_features, &mut intercepts);
        for head in &mut heads {
            let others = intercepts.split_off(head.labels.len());
            let mean = intercepts.iter().sum::<f64>() / intercepts.len() as f64;
            head.intercept = intercepts.iter().map(|b| b - mean).collect();
            intercepts = others;
        }
        let mut is_kept = vec![false; n_features];
        kept.iter().for_each(|id| is_kept[*id as usize] = true);
        let only = buckets.only(|bucket| is_kept[bucket as usize]);
        let vocabulary = Vocabulary::hashed(only, vocabulary.lexicon().cloned());
        Self {
            analyzer,
            vectorizer: Vectorizer::hashed(params, vocabulary),
            heads,
            weights,
            record,
        }
    }

    /// The learner that a streamed model was made of, over all buckets, as far as a model keeps it:
    /// rounded weights, and nothing of buckets that weigh nothing. `None` for other models.
    pub fn to_online(&self) -> Option<Online> {
        let streamed = self.record.streamed.as_ref()?;
        let vocabulary = self.vectorizer.vocabulary();
        let buckets = vocabulary.buckets()?;
        let n_lexicon = vocabulary.len() - vocabulary.n_ngrams();
        let n_labels = self.heads.iter().map(|head| head.labels.len()).collect();
        let n_features = buckets.n_buckets() + n_lexicon;
        let mut learner = Online::new(streamed.online, n_labels, n_features);
        let n_columns = learner.n_columns();
        let lexicon = buckets.n_buckets()..n_features;
        let places = buckets.features().map(|bucket| bucket as usize);
        let gathered = streamed.gathered.chunks_exact(self.heads.len());
        for ((id, feature), gathered) in places.chain(lexicon).enumerate().zip(gathered) {
            let weights: Vec<f64> = (0..n_columns)
                .map(|column| self.weights.weight(id, column))
                .collect();
            let squares: Vec<f32> = gathered.iter().map(|byte| from_byte(*byte)).collect();
            learner.restore(feature, &weights, &squares);
        }
        let intercepts = self.heads.iter().flat_map(|head| &head.intercept);
        let intercepts: Vec<f64> = intercepts.copied().collect();
        learner.restore(n_features, &intercepts, &streamed.gathered_intercepts);
        Some(learner)
    }

    /// The same model with other heads: what calibration makes of those that it was put together with.
    ///
    /// # Panics
    /// They have other labels.
    pub fn with_heads(self, heads: Vec<Head>) -> Self {
        let labels = |heads: &[Head]| heads.iter().map(|h| h.labels.clone()).collect::<Vec<_>>();
        assert_eq!(labels(&self.heads), labels(&heads), "the same labels");
        Self { heads, ..self }
    }

    /// The buckets of a model whose n-grams are hashed.
    pub fn buckets(&self) -> Option<&Buckets> {
        self.vectorizer.vocabulary().buckets()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_squares_keep_their_size_in_a_byte() {
        for squares in [1e-6_f32, 0.3, 1.0, 77.0, 1e6] {
            let kept = from_byte(to_byte(squares));
            assert!((kept / squares).log2().abs() <= 0.126, "{squares} {kept}");
        }
        assert_eq!(from_byte(to_byte(0.0)), 0.0);
        assert_eq!((to_byte(1e-30), to_byte(1e30)), (1, 255));
    }
}
