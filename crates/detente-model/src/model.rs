//! One statement into scores: the fitted whole that a model file holds.
//!
//! A statement's text comes in; for each target a [`Score`] comes out, and on demand an
//! [`Explanation`] whose contributions add up to the margin. A model carries its own analyzer,
//! vocabulary, weights and calibration; nothing about scoring is taken from elsewhere. A model
//! is read from the bytes of its file ([`Model::from_bytes`]) and written to them ([`Model::to_bytes`]).

mod fingerprints;
mod streamed;
mod weights;
mod encoder_head;
mod metadata;
mod ranges;
mod file;
mod sections;
mod reading;
mod score;
mod explain;
mod terms;
mod shrink;

pub use encoder_head::EncoderHead;
pub use explain::{Contribution, ENCODER_FEATURE, Explanation, Remaining, WordContribution};
pub use fingerprints::{FingerprintIndex, Likeness, TrainingFingerprints};
pub use score::{Score, StatePool, StatementScores};
pub use streamed::{LearnerState, Streamed};
pub use terms::Term;
pub use weights::UsedWeights;

use crate::calibrate::{Conformal, LogitAdjustment, Temperature};
use crate::encoder::{EncoderIdentity, SharedEncoder};
use crate::error::{Error, ErrorKind, Result};
use crate::features::{Buckets, Vectorizer, VectorizerParams};
use crate::label::LabelSet;
use detente_text::{Analyzer, Language};
use weights::QuantizedWeights;

/// What one target needs beside the weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The target's name.
    pub target: String,
    /// Its labels; the order is that of probabilities and margins.
    pub labels: LabelSet,
    /// The intercept of each label's margin.
    pub intercept: Vec<f64>,
    /// How margins become probabilities.
    pub temperature: Temperature,
    /// How probabilities become a label.
    pub decision: LogitAdjustment,
    /// How many labels a set needs so that it holds the true one as often as asked for.
    pub conformal: Conformal,
    /// How it was fitted and how it did.
    pub record: HeadRecord,
}

/// What is known of a head's training.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadRecord {
    /// How it was fitted; the strengths stand with the members.
    pub recipe: HeadRecipe,
    /// What the head is the sum of.
    pub members: Vec<MemberRecord>,
    /// Labelled rows of each label, in the labels' order.
    pub label_counts: Vec<usize>,
    /// Out-of-fold answers: how often each label was given for each gold label, shape `(n_labels, n_labels)`, row by
    /// row: those given for the first gold label come first.
    pub confusion: Vec<u64>,
    /// Out-of-fold accuracy, from 0 to 1.
    pub accuracy: Option<f64>,
    /// Out-of-fold macro-F1, from 0 to 1.
    pub macro_f1: Option<f64>,
    /// Out-of-fold mean of F1(favor) and F1(against), for stance targets.
    pub f_avg: Option<f64>,
    /// Out-of-fold log-loss in nats, after calibration.
    pub log_loss: Option<f64>,
    /// Out-of-fold expected calibration error, after calibration.
    pub ece: Option<f64>,
}

/// How a head was fitted, in the words of whoever fitted it. Scoring has no use for it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeadRecipe {
    /// The learner's name.
    pub learner: String,
    /// How the penalty was shared out among the weights; `None` where all were held alike.
    pub penalty: Option<String>,
    /// How much the rows of each label counted; `None` where they counted as they were.
    pub class_weight: Option<String>,
    /// The gradient's norm at which fitting ended, relative to that at the start.
    pub tolerance: f64,
    /// Steps after which fitting would have ended in any case.
    pub max_steps: usize,
}

/// One of the fits that a head is the weighted sum of.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberRecord {
    /// The features it saw: a view's name, or `all`.
    pub features: String,
    /// The strength of its L2 penalty.
    pub l2: f64,
    /// Its share in the head's margins, from 0 to 1.
    pub share: f64,
}

impl HeadRecord {
    /// How many rows of each label its probabilities are calibrated on, in the labels' order; empty where that is not
    /// known.
    pub fn calibration_counts(&self) -> Vec<u64> {
        let n_labels = self.label_counts.len().max(1);
        let rows = self.confusion.chunks(n_labels);
        rows.map(|row| row.iter().sum()).collect()
    }

    /// The strengths, as in `0.5` or `word 0.5, char 1, lexicon 6`.
    pub fn strengths(&self) -> String {
        strengths(&self.members)
    }
}

/// The strengths of members, as in `0.5` or `word 0.5, char 1, lexicon 6`.
pub fn strengths(members: &[MemberRecord]) -> String {
    match members {
        [only] => only.l2.to_string(),
        many => {
            let named = many
                .iter()
                .map(|member| format!("{} {}", member.features, member.l2));
            named.collect::<Vec<_>>().join(", ")
        }
    }
}

/// What is known of a model's training as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelRecord {
    /// What the user called it.
    pub name: Option<String>,
    /// The date the user gave; never taken from a clock, or the same data would give other bytes.
    pub date: Option<String>,
    /// Rows learned from.
    pub n_rows: usize,
    /// Documents they come from.
    pub n_groups: usize,
    /// Hash of the rows in canonical order.
    pub fingerprint: String,
    /// Folds of the cross-validation.
    pub n_folds: usize,
    /// Seed of the folds.
    pub seed: u64,
    /// What the rows leave behind, to recognise them by.
    pub training_texts: TrainingFingerprints,
    /// What it was before it was shrunk, if it was.
    pub shrunk: Option<Shrunk>,
    /// How it was learned row by row, if it was.
    pub streamed: Option<Streamed>,
    /// The rows that it was calibrated on after training, if it was.
    pub calibrated: Option<Calibrated>,
}

/// Rows of another source than those of training, on which a model was calibrated anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calibrated {
    /// How many.
    pub n_rows: usize,
    /// Documents they come from.
    pub n_groups: usize,
    /// Hash of the rows in canonical order.
    pub fingerprint: String,
}

/// What a model was before it was made smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shrunk {
    /// Bytes of its file.
    pub n_bytes: usize,
    /// Its features.
    pub n_features: usize,
}

/// A trained model.
#[derive(Clone, Debug)]
pub struct Model {
    analyzer: Analyzer,
    vectorizer: Vectorizer,
    heads: Vec<Head>,
    /// Shape `(n_features, columns of all heads)`: one feature's weights lie together.
    weights: QuantizedWeights,
    encoder: Option<EncoderHead>,
    /// How texts were turned into terms when it was trained.
    analysis: u32,
    record: ModelRecord,
}

impl Model {
    /// Puts a model together from its fitted parts. `weights` are of shape `(n_features, n_columns)`, with a column
    /// for each label of each head, row by row. They are rounded to 16-bit steps of each column's largest one here,
    /// once: a model scores the same before and after it is written.
    ///
    /// # Panics
    /// There is not one weight for each feature and column.
    pub fn new(
        analyzer: Analyzer,
        vectorizer: Vectorizer,
        heads: Vec<Head>,
        weights: &[f64],
        record: ModelRecord,
    ) -> Self {
        let n_columns: usize = heads.iter().map(|head| head.labels.len()).sum();
        assert_eq!(
            weights.len(),
            vectorizer.vocabulary().len() * n_columns,
            "one weight for each feature and column"
        );
        Self {
            analysis: analyzer.params().analysis(),
            analyzer,
            vectorizer,
            heads,
            weights: QuantizedWeights::round(weights, n_columns),
            encoder: None,
            record,
        }
    }

    /// Whether texts are turned into the terms that it was trained on. If not, its scores are not those that its
    /// measures are about: it should be trained again.
    pub fn is_read_as_trained(&self) -> bool {
        self.analysis == self.analyzer.params().analysis()
    }

    /// The same with what a sentence encoder adds to its margins.
    ///
    /// # Panics
    /// There is not one column for each label of each head.
    pub fn with_encoder_head(mut self, encoder: EncoderHead) -> Self {
        let n_columns: usize = self.heads.iter().map(|head| head.labels.len()).sum();
        assert_eq!(encoder.n_columns(), n_columns, "one column for each label");
        self.encoder = Some(encoder);
        self
    }

    /// The same with the sentence encoder that it was trained with; one that it has no use for is passed over.
    ///
    /// # Errors
    /// It was trained with another one.
    pub fn with_encoder(mut self, encoder: SharedEncoder) -> Result<Self> {
        self.encoder = match self.encoder {
            Some(head) => Some(head.with_encoder(encoder)?),
            None => None,
        };
        Ok(self)
    }

    /// What a sentence encoder adds to its margins, if it was trained with one.
    pub fn encoder_head(&self) -> Option<&EncoderHead> {
        self.encoder.as_ref()
    }

    /// The same, if it can score.
    ///
    /// # Errors
    /// It needs a sentence encoder that it was not given.
    pub fn ready(self) -> Result<Self> {
        match self.missing_encoder() {
            None => Ok(self),
            Some(identity) => Err(Error::new(ErrorKind::EncoderMissing {
                expected: Box::new(identity.clone()),
            })),
        }
    }

    /// The sentence encoder that it needs before it can score.
    pub fn missing_encoder(&self) -> Option<&EncoderIdentity> {
        let head = self.encoder.as_ref().filter(|head| !head.is_ready());
        head.map(EncoderHead::identity)
    }

    /// Puts a model together whose n-grams are hashed; `weights` have a row for each feature of the vocabulary.
    ///
    /// # Panics
    /// There is not one weight for each feature and column.
    pub fn hashed(
        analyzer: Analyzer,
        vectorizer: Vectorizer,
        heads: Vec<Head>,
        weights: UsedWeights,
        record: ModelRecord,
    ) -> Self {
        assert_eq!(
            weights.features.len(),
            vectorizer.vocabulary().len(),
            "one row for each feature"
        );
        Self {
            analysis: analyzer.params().analysis(),
            analyzer,
            vectorizer,
            heads,
            weights: weights.rounded,
            encoder: None,
            record,
        }
    }

    /// The same features and weights with other intercepts, calibration and records of the heads.
    ///
    /// # Panics
    /// The heads differ in more than that: in number, or in labels.
    pub fn with_heads(&self, heads: Vec<Head>, record: ModelRecord) -> Self {
        let labels = |heads: &[Head]| -> Vec<LabelSet> {
            heads.iter().map(|head| head.labels.clone()).collect()
        };
        assert_eq!(
            labels(&heads),
            labels(&self.heads),
            "heads on the same labels"
        );
        Self {
            heads,
            record,
            ..self.clone()
        }
    }

    /// The targets' heads, in the order of training.
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// The head of a target.
    pub fn head_idx(&self, target: &str) -> Option<usize> {
        self.heads.iter().position(|head| head.target == target)
    }

    /// The targets' names.
    pub fn target_names(&self) -> Vec<&str> {
        self.heads.iter().map(|head| head.target.as_str()).collect()
    }

    /// The language of the texts that it learned from; [`Language::Unstemmed`] for any.
    pub fn language(&self) -> Language {
        self.analyzer.params().language
    }

    /// Whether it answers on the targets of another model, with the same labels in the same order.
    pub fn has_targets_of(&self, other: &Self) -> bool {
        let is_same =
            |(one, other): (&Head, &Head)| one.target == other.target && one.labels == other.labels;
        self.heads.len() == other.heads.len() && self.heads.iter().zip(&other.heads).all(is_same)
    }

    /// How text is analysed.
    pub fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    /// How statements become rows.
    pub fn vectorizer(&self) -> &Vectorizer {
        &self.vectorizer
    }

    /// The recipe of the rows.
    pub fn vectorizer_params(&self) -> &VectorizerParams {
        self.vectorizer.params()
    }

    /// Whether it learned what is said around the mention of a target. It can still score a statement
    /// without one, by what is said anywhere in it.
    pub fn wants_mentions(&self) -> bool {
        self.vectorizer_params().ngrams.mention
    }

    /// Checks that rows to measure it on say where their mentions are, if it wants to know.
    ///
    /// # Errors
    /// It wants mentions and there are none.
    pub fn check_mentions(&self, has_mentions: bool) -> Result<()> {
        match self.wants_mentions() && !has_mentions {
            true => Err(Error::new(ErrorKind::NoMentions)),
            false => Ok(()),
        }
    }

    /// The weight of a feature for a column: the columns are the labels of the first head, then those of the next.
    ///
    /// # Panics
    /// There is no such feature or column.
    pub fn weight(&self, feature: usize, column: usize) -> f64 {
        self.weights.weight(feature, column)
    }

    /// The buckets of a model whose n-grams are hashed.
    pub fn buckets(&self) -> Option<&Buckets> {
        self.vectorizer.vocabulary().buckets()
    }

    /// Checks that the texts of its n-grams can be unpacked, which reading a model does not: scoring has no use for
    /// them.
    ///
    /// # Errors
    /// They cannot, or to more bytes than they may have.
    pub fn check_names(&self) -> Result<()> {
        let names = self.vectorizer.vocabulary().names();
        match names.are_whole() {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::ModelMalformed {
                found: format!(
                    "the texts of its n-grams cannot be unpacked, or are longer than the {} bytes they may have",
                    names.longest()
                ),
            })),
        }
    }

    /// Bits in which each weight is written.
    pub fn weight_bits(&self) -> u32 {
        if self.weights.is_narrow() { 8 } else { 16 }
    }

    /// What is known of its training.
    pub fn record(&self) -> &ModelRecord {
        &self.record
    }
}
