//! What a model file says of itself in JSON, and the heads that it describes.

use super::{Head, HeadRecipe, HeadRecord, LearnerState, MemberRecord, Streamed};
use crate::calibrate::{Conformal, LogitAdjustment, MOST_SCORES, Temperature};
use crate::encoder::EncoderIdentity;
use crate::error::{Error, ErrorKind, Result};
use crate::features::{Borders, NgramParams, View, Vocabulary};
use crate::label::LabelSet;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// The newest format this program reads: that of a model with frames.
pub(super) const FORMAT: u32 = 5;
/// The format of a model that reads what a sentence encoder says.
const FORMAT_ENCODER: u32 = 4;
/// The format of a model that was learned row by row.
const FORMAT_STREAMED: u32 = 3;
/// The format of a model that was shrunk.
const FORMAT_NARROW: u32 = 2;
/// The format of a model whose weights have 16 bits, which older programs read too.
const FORMAT_WIDE: u32 = 1;

#[derive(Serialize, Deserialize)]
pub(super) struct Metadata {
    pub(super) detente: String,
    pub(super) name: Option<String>,
    pub(super) date: Option<String>,
    pub(super) language: String,
    pub(super) mask_parties: bool,
    /// How texts were turned into terms, `detente_text::ANALYSIS`; older files do not say it.
    #[serde(default = "first_analysis")]
    pub(super) analysis: u32,
    pub(super) features: FeaturesMeta,
    pub(super) data: DataMeta,
    pub(super) folds: FoldsMeta,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) shrunk_from: Option<ShrunkMeta>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) streamed: Option<StreamedMeta>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) calibrated: Option<CalibratedMeta>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) encoder: Option<EncoderMeta>,
    pub(super) targets: Vec<HeadMeta>,
    pub(super) sections: Vec<SectionMeta>,
}

fn first_analysis() -> u32 {
    1
}

#[derive(Serialize, Deserialize)]
pub(super) struct FeaturesMeta {
    pub(super) n_features: usize,
    pub(super) n_word: usize,
    pub(super) word_max: usize,
    pub(super) char_min: usize,
    pub(super) char_max: usize,
    pub(super) negation: bool,
    pub(super) lexicon: bool,
    /// The number of the frames, where they are features.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) frames: Option<u32>,
    /// Features of the views after the words and before the lexicon, where there are mentions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) mention: Option<MentionMeta>,
    pub(super) sublinear_tf: bool,
    pub(super) min_df: u32,
}

#[derive(Serialize, Deserialize)]
pub(super) struct MentionMeta {
    pub(super) n_char: usize,
    pub(super) n_near_word: usize,
    pub(super) n_near_char: usize,
    pub(super) n_mention: usize,
}

#[derive(Serialize, Deserialize)]
pub(super) struct DataMeta {
    pub(super) n_rows: usize,
    pub(super) n_groups: usize,
    pub(super) fingerprint: String,
    pub(super) unknown_words: Option<f64>,
    pub(super) unknown_rows: Option<f64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct FoldsMeta {
    pub(super) n_folds: usize,
    pub(super) seed: u64,
}

/// Where there is one, weights have 8 bits.
#[derive(Serialize, Deserialize)]
pub(super) struct ShrunkMeta {
    pub(super) bytes: usize,
    pub(super) n_features: usize,
}

/// Where there is one, the model was calibrated on other rows than those of training.
#[derive(Serialize, Deserialize)]
pub(super) struct CalibratedMeta {
    pub(super) n_rows: usize,
    pub(super) n_groups: usize,
    pub(super) fingerprint: String,
}

/// Where there is one, n-grams are hashed.
#[derive(Serialize, Deserialize)]
pub(super) struct StreamedMeta {
    pub(super) log2_buckets: u32,
    pub(super) n_passes: usize,
    pub(super) n_held_out: usize,
    pub(super) rate: f64,
    pub(super) damping: f64,
    pub(super) sparsity: f64,
    pub(super) l2: f64,
    pub(super) intercepts: Vec<f64>,
    pub(super) gathered_intercepts: Vec<f32>,
}

impl StreamedMeta {
    pub(super) fn of(streamed: &Streamed, log2_buckets: u32) -> Self {
        Self {
            log2_buckets,
            n_passes: streamed.n_passes,
            n_held_out: streamed.n_held_out,
            rate: streamed.rate,
            damping: streamed.damping,
            sparsity: streamed.sparsity,
            l2: streamed.l2,
            intercepts: streamed.state.intercepts.clone(),
            gathered_intercepts: streamed.state.gathered_intercepts.clone(),
        }
    }

    pub(super) fn streamed(&self, gathered: Bytes) -> Streamed {
        Streamed {
            rate: self.rate,
            damping: self.damping,
            sparsity: self.sparsity,
            l2: self.l2,
            n_passes: self.n_passes,
            n_held_out: self.n_held_out,
            state: LearnerState {
                gathered,
                intercepts: self.intercepts.clone(),
                gathered_intercepts: self.gathered_intercepts.clone(),
            },
        }
    }
}

/// Where there is one, the rows of this sentence encoder are features.
#[derive(Serialize, Deserialize)]
pub(super) struct EncoderMeta {
    pub(super) name: String,
    pub(super) hash: String,
    pub(super) pooling: String,
    pub(super) n_columns: usize,
}

impl EncoderMeta {
    pub(super) fn of(identity: &EncoderIdentity) -> Self {
        let EncoderIdentity {
            name,
            hash,
            pooling,
            n_columns,
        } = identity.clone();
        Self {
            name,
            hash,
            pooling,
            n_columns,
        }
    }

    pub(super) fn identity(&self) -> EncoderIdentity {
        EncoderIdentity {
            name: self.name.clone(),
            hash: self.hash.clone(),
            pooling: self.pooling.clone(),
            n_columns: self.n_columns,
        }
    }
}

impl Metadata {
    pub(super) fn format(&self) -> u32 {
        match (&self.streamed, &self.shrunk_from) {
            _ if self.features.frames.is_some() => FORMAT,
            _ if self.encoder.is_some() => FORMAT_ENCODER,
            (Some(_), _) => FORMAT_STREAMED,
            (None, Some(_)) => FORMAT_NARROW,
            (None, None) => FORMAT_WIDE,
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct HeadMeta {
    pub(super) target: String,
    pub(super) kind: String,
    pub(super) labels: Vec<String>,
    pub(super) label_counts: Vec<usize>,
    pub(super) intercept: Vec<f64>,
    pub(super) temperature: f64,
    pub(super) decision: Vec<f64>,
    pub(super) learner: String,
    pub(super) members: Vec<MemberMeta>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) class_weight: Option<String>,
    /// As in all models before there was another, where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) penalty: Option<String>,
    pub(super) tolerance: f64,
    pub(super) max_steps: usize,
    pub(super) out_of_fold: OutOfFoldMeta,
}

#[derive(Serialize, Deserialize)]
pub(super) struct MemberMeta {
    pub(super) features: String,
    pub(super) l2: f64,
    pub(super) share: f64,
}

impl MemberMeta {
    fn of(member: MemberRecord) -> Self {
        let MemberRecord {
            features,
            l2,
            share,
        } = member;
        Self {
            features,
            l2,
            share,
        }
    }

    fn record(&self) -> MemberRecord {
        MemberRecord {
            features: self.features.clone(),
            l2: self.l2,
            share: self.share,
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct OutOfFoldMeta {
    pub(super) accuracy: Option<f64>,
    pub(super) macro_f1: Option<f64>,
    pub(super) f_avg: Option<f64>,
    pub(super) log_loss: Option<f64>,
    pub(super) ece: Option<f64>,
    /// Gold by given, the given labels of the first gold label first.
    pub(super) confusion: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct SectionMeta {
    pub(super) name: String,
    pub(super) offset: usize,
    pub(super) bytes: usize,
}

pub(super) fn mention_meta(vocabulary: &Vocabulary) -> MentionMeta {
    let views = vocabulary.views();
    let n_of = |wanted| {
        let found = views.iter().find(|(view, _)| *view == wanted);
        found.map_or(0, |(_, ids)| ids.len())
    };
    MentionMeta {
        n_char: n_of(View::Char),
        n_near_word: n_of(View::NearWord),
        n_near_char: n_of(View::NearChar),
        n_mention: n_of(View::Mention),
    }
}

/// The borders of the views, if they hold every n-gram.
pub(super) fn borders(
    features: &FeaturesMeta,
    n_ngrams: usize,
    params: &NgramParams,
) -> Option<Borders> {
    let n_others = n_ngrams.checked_sub(features.n_word)?;
    let n_of = |view| match (&features.mention, view) {
        (_, View::Word) => features.n_word,
        (None, _) => n_others,
        (Some(mention), View::NearWord) => mention.n_near_word,
        (Some(mention), View::NearChar) => mention.n_near_char,
        (Some(mention), View::Mention) => mention.n_mention,
        (Some(mention), _) => mention.n_char,
    };
    let views = params.views().into_iter().map(|view| (view, n_of(view)));
    let views: Vec<(View, usize)> = views.collect();
    let n_in_views = views
        .iter()
        .try_fold(0_usize, |sum, (_, n)| sum.checked_add(*n))?;
    (n_in_views == n_ngrams).then(|| Borders::new(views))
}

pub(super) fn head_meta(head: &Head) -> HeadMeta {
    let HeadRecord {
        recipe,
        members,
        label_counts,
        confusion,
        accuracy,
        macro_f1,
        f_avg,
        log_loss,
        ece,
    } = head.record.clone();
    HeadMeta {
        target: head.target.clone(),
        kind: head.labels.kind().name().to_owned(),
        labels: head.labels.labels().to_vec(),
        label_counts,
        intercept: head.intercept.clone(),
        temperature: head.temperature.value(),
        decision: head.decision.offsets().to_vec(),
        learner: recipe.learner,
        members: members.into_iter().map(MemberMeta::of).collect(),
        class_weight: recipe.class_weight,
        penalty: recipe.penalty,
        tolerance: recipe.tolerance,
        max_steps: recipe.max_steps,
        out_of_fold: OutOfFoldMeta {
            accuracy,
            macro_f1,
            f_avg,
            log_loss,
            ece,
            confusion,
        },
    }
}

/// A head from its metadata; its conformity scores are taken from the front of `scores`.
pub(super) fn head(meta: &HeadMeta, scores: &mut &[f32]) -> Result<Head> {
    let target = &meta.target;
    let labels = LabelSet::new(meta.labels.clone());
    if labels.labels() != meta.labels || labels.len() < 2 || meta.intercept.len() != labels.len() {
        return Err(malformed(format!(
            "the labels of target `{target}` are wrong"
        )));
    }
    if meta.kind != labels.kind().name() {
        return Err(malformed(format!(
            "the kind of target `{target}` is `{}`; expected `{}`, as its labels say",
            meta.kind,
            labels.kind().name()
        )));
    }
    let temperature = Temperature::from_value(meta.temperature).ok_or_else(|| {
        malformed(format!(
            "the temperature of target `{target}` is {:e}; expected a number from 1e-6 to 1e6",
            meta.temperature
        ))
    })?;
    let decision = LogitAdjustment::from_offsets(meta.decision.clone(), &labels)
        .ok_or_else(|| malformed(format!("the decision of target `{target}` is wrong")))?;
    let out_of_fold = &meta.out_of_fold;
    let n_rows = n_rows(&out_of_fold.confusion, labels.len())
        .ok_or_else(|| malformed(format!("the confusion of target `{target}` is wrong")))?;
    let conformal = scores
        .split_off(..n_rows.min(MOST_SCORES))
        .and_then(|scores| Conformal::from_parts(n_rows, scores.to_vec()))
        .ok_or_else(|| malformed(format!("the conformity scores of `{target}` are wrong")))?;
    Ok(Head {
        target: target.clone(),
        labels,
        intercept: meta.intercept.clone(),
        temperature,
        decision,
        conformal,
        record: HeadRecord {
            recipe: HeadRecipe {
                learner: meta.learner.clone(),
                penalty: meta.penalty.clone(),
                class_weight: meta.class_weight.clone(),
                tolerance: meta.tolerance,
                max_steps: meta.max_steps,
            },
            members: meta.members.iter().map(MemberMeta::record).collect(),
            label_counts: meta.label_counts.clone(),
            confusion: out_of_fold.confusion.clone(),
            accuracy: out_of_fold.accuracy,
            macro_f1: out_of_fold.macro_f1,
            f_avg: out_of_fold.f_avg,
            log_loss: out_of_fold.log_loss,
            ece: out_of_fold.ece,
        },
    })
}

/// The rows of a confusion; `None` when its counts are not one a cell or their sum overflows.
fn n_rows(cells: &[u64], n_labels: usize) -> Option<usize> {
    let mut counts = cells.iter();
    let sum = counts.try_fold(0, |sum: u64, n| sum.checked_add(*n))?;
    (Some(cells.len()) == n_labels.checked_mul(n_labels)).then_some(usize::try_from(sum).ok()?)
}

pub(super) fn malformed(found: String) -> Error {
    Error::new(ErrorKind::ModelMalformed { found })
}
