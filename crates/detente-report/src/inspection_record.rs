//! What a model is, as the record that every format is written from.

use super::named::Named;
use detente_model::features::View;
use detente_model::{Head, HeadRecipe, Model, Term};
use detente_train::linear::{ClassWeight, Penalty};
use serde::Serialize;

/// What a model is.
///
/// As JSON it is the object that `detente inspect --format json` prints; [`Display`](std::fmt::Display) writes the
/// tables that `detente inspect` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Inspection")
)]
#[non_exhaustive]
pub struct InspectionRecord {
    /// The name that it was given.
    pub name: Option<String>,
    /// The date that it was given.
    pub date: Option<String>,
    /// Bytes of its file.
    #[serde(rename = "bytes")]
    pub n_bytes: usize,
    /// What it learned from.
    pub data: TrainingDataRecord,
    /// The code of the language of its texts.
    pub language: &'static str,
    /// Whether names of parties are masked.
    #[serde(rename = "mask_parties")]
    pub masks_parties: bool,
    /// What it looks at.
    pub features: FeaturesRecord,
    /// Folds by which its settings were chosen.
    #[serde(rename = "folds")]
    pub n_folds: usize,
    /// The seed of the folds.
    pub seed: u64,
    /// What it judges statements on.
    pub targets: Vec<InspectedTargetRecord>,
    /// What it was before it was made smaller; only where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "ShrunkFromRecord"))]
    pub shrunk_from: Option<ShrunkFromRecord>,
    /// The rows that it was calibrated on after training; only where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "TrainingDataRecord"))]
    pub calibrated_on: Option<TrainingDataRecord>,
    /// The sentence encoder that it reads; only where it was trained with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "EncoderRecord"))]
    pub encoder: Option<EncoderRecord>,
    /// How it learned row by row; only where it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "StreamedRecord"))]
    pub streamed: Option<StreamedRecord>,
    /// The terms that speak most for each label, by target and label; only where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Named<Named<TermsRecord>>"))]
    pub terms: Option<Named<'static, Named<'static, TermsRecord>>>,
    /// What only tables say.
    #[serde(skip)]
    pub(super) table: TableFacts,
}

/// What only the tables of a model say.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TableFacts {
    /// The name of the language.
    pub(super) language: &'static str,
    /// Bits of a weight.
    pub(super) n_weight_bits: u32,
    /// Features of the lexicon.
    pub(super) n_lexicon: usize,
    /// The penalties of each target.
    pub(super) strengths: Vec<String>,
    /// The words with the largest weights, by target and label; empty where n-grams are hashed.
    pub(super) top_words: Named<'static, Named<'static, Vec<String>>>,
}

/// What a model learned from.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "TrainingData")
)]
#[non_exhaustive]
pub struct TrainingDataRecord {
    /// Rows.
    #[serde(rename = "rows")]
    pub n_rows: usize,
    /// Documents that they come from.
    #[serde(rename = "documents")]
    pub n_documents: usize,
    /// Hash of the rows, which tells two trainings apart.
    pub fingerprint: String,
}

/// What a model looks at.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Features")
)]
#[non_exhaustive]
pub struct FeaturesRecord {
    /// How many features there are.
    #[serde(rename = "n")]
    pub n_features: usize,
    /// Words of the longest n-gram.
    pub word_max: usize,
    /// Characters of the shortest n-gram.
    pub char_min: usize,
    /// Characters of the longest n-gram; 0 for none.
    pub char_max: usize,
    /// Whether words in the scope of a negator are features of their own.
    #[serde(rename = "negation")]
    pub has_negation: bool,
    /// Whether there are features of the lexicon.
    #[serde(rename = "lexicon")]
    pub has_lexicon: bool,
    /// Whether frames of a verb and what it is done to are features.
    #[serde(rename = "frames")]
    pub has_frames: bool,
    /// Whether there are features of what stands around a mention.
    #[serde(rename = "mention")]
    pub has_mention: bool,
    /// Whether the second occurrence of a term counts less than the first.
    #[serde(rename = "sublinear_tf")]
    pub is_sublinear: bool,
    /// Rows in which a feature must occur.
    pub min_df: u32,
}

/// A target of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "InspectedTarget")
)]
#[non_exhaustive]
pub struct InspectedTargetRecord {
    /// The name.
    pub target: String,
    /// `stance` where labels take sides, else `class`.
    pub kind: &'static str,
    /// The labels.
    pub labels: Vec<String>,
    /// Rows of each label.
    pub label_counts: Named<'static, usize>,
    /// Who found the weights.
    pub learner: String,
    /// The parts that the answer is made of.
    pub members: Vec<MemberRecord>,
    /// How the penalty is shared out.
    pub penalty: String,
    /// How much the rows of each label counted.
    pub class_weight: String,
    /// The temperature that makes confidences true.
    pub temperature: f64,
    /// What is added to the log-odds of each label before one is given.
    pub decision: Vec<f64>,
    /// How right it was on rows of training that it had not seen.
    pub out_of_fold: OutOfFoldRecord,
}

/// A part that an answer is made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Member")
)]
#[non_exhaustive]
pub struct MemberRecord {
    /// The features that it looks at.
    pub features: String,
    /// Its penalty.
    pub l2: f64,
    /// Its share in the answer.
    pub share: f64,
}

/// How right a model was on rows of training that it had not seen.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "OutOfFold")
)]
#[non_exhaustive]
pub struct OutOfFoldRecord {
    /// The share that is right.
    pub accuracy: Option<f64>,
    /// The mean of the labels' F1.
    pub macro_f1: Option<f64>,
    /// The mean F1 of favor and against.
    pub f_avg: Option<f64>,
    /// The mean logarithmic loss.
    pub log_loss: Option<f64>,
    /// How far confidences are from the truth.
    pub ece: Option<f64>,
}

/// What a model was before it was made smaller.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "ShrunkFrom")
)]
#[non_exhaustive]
pub struct ShrunkFromRecord {
    /// Bytes of its file.
    #[serde(rename = "bytes")]
    pub n_bytes: usize,
    /// Its features.
    #[serde(rename = "features")]
    pub n_features: usize,
}

/// A sentence encoder that a model was trained with.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Encoder")
)]
#[non_exhaustive]
pub struct EncoderRecord {
    /// The name of its folder.
    pub name: String,
    /// Hash of its files, by which it is known.
    pub hash: String,
    /// How the states of its layers become a row.
    pub pooling: String,
    /// Numbers in a row.
    #[serde(rename = "columns")]
    pub n_columns: usize,
}

/// How a model learned row by row.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Streamed")
)]
#[non_exhaustive]
pub struct StreamedRecord {
    /// Buckets that n-grams are hashed into.
    #[serde(rename = "buckets")]
    pub n_buckets: usize,
    /// How often the rows were read.
    #[serde(rename = "passes")]
    pub n_passes: usize,
    /// Rows that it was measured on; where `n_passes` is 0 it learned from them too at the end.
    #[serde(rename = "held_out")]
    pub n_held_out: usize,
    /// The rate of learning.
    pub rate: f64,
    /// How much the first steps are held back.
    pub damping: f64,
    /// The penalty that makes weights zero.
    pub sparsity: f64,
    /// The penalty that makes weights small.
    pub l2: f64,
}

/// The terms that speak most for a label. Pieces of words are left out: alone they say nothing to a reader.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Terms")
)]
#[non_exhaustive]
pub struct TermsRecord {
    /// Words and sequences of words.
    pub words: Vec<TermRecord>,
    /// Categories of the lexicon.
    pub categories: Vec<TermRecord>,
}

/// A term with its weight.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Term")
)]
#[non_exhaustive]
pub struct TermRecord {
    /// Its view and what it stands for.
    pub feature: String,
    /// Log-odds before calibration for a value of 1.
    pub weight: f64,
    /// Training rows that it stands in; null where nobody counted.
    pub document_frequency: Option<u32>,
}

/// Words shown for each label.
const N_TOP: usize = 8;

impl InspectionRecord {
    /// The record of a model whose file has so many bytes; with `n_terms`, so many terms that speak for each label.
    pub fn of(model: &Model, n_bytes: usize, n_terms: Option<usize>) -> Self {
        let record = model.record();
        let analyzer = model.analyzer().params();
        let streamed = record.streamed.as_ref().zip(model.buckets());
        Self {
            name: record.name.clone(),
            date: record.date.clone(),
            n_bytes,
            data: TrainingDataRecord {
                n_rows: record.n_rows,
                n_documents: record.n_groups,
                fingerprint: record.fingerprint.clone(),
            },
            language: analyzer.language.code(),
            masks_parties: analyzer.mask_parties,
            features: FeaturesRecord::of(model),
            n_folds: record.n_folds,
            seed: record.seed,
            targets: model
                .heads()
                .iter()
                .map(InspectedTargetRecord::of)
                .collect(),
            encoder: model.encoder_head().map(|head| {
                let identity = head.identity().clone();
                EncoderRecord {
                    name: identity.name,
                    hash: identity.hash,
                    pooling: identity.pooling,
                    n_columns: identity.n_columns,
                }
            }),
            shrunk_from: record.shrunk.map(|shrunk| ShrunkFromRecord {
                n_bytes: shrunk.n_bytes,
                n_features: shrunk.n_features,
            }),
            calibrated_on: (record.calibrated.as_ref()).map(|calibrated| TrainingDataRecord {
                n_rows: calibrated.n_rows,
                n_documents: calibrated.n_groups,
                fingerprint: calibrated.fingerprint.clone(),
            }),
            streamed: streamed.map(|(streamed, buckets)| StreamedRecord {
                n_buckets: buckets.n_buckets(),
                n_passes: streamed.n_passes,
                n_held_out: streamed.n_held_out,
                rate: streamed.rate,
                damping: streamed.damping,
                sparsity: streamed.sparsity,
                l2: streamed.l2,
            }),
            terms: n_terms.map(|n| TermsRecord::by_target(model, n)),
            table: TableFacts::of(model),
        }
    }
}

impl TableFacts {
    fn of(model: &Model) -> Self {
        let lexicon = model.vectorizer().vocabulary().lexicon();
        let has_mention = model.vectorizer_params().ngrams.mention;
        let heads = model.heads().iter();
        Self {
            language: model.analyzer().params().language.name(),
            n_weight_bits: model.weight_bits(),
            n_lexicon: lexicon.map_or(0, |lexicon| lexicon.n_features(has_mention)),
            strengths: heads.map(|head| head.record.strengths()).collect(),
            top_words: match model.buckets() {
                Some(_) => Named::default(),
                None => by_target_and_label(model, |head_idx, label_idx| {
                    let terms = model.terms(head_idx, label_idx, &[View::Word], N_TOP);
                    let words = terms
                        .iter()
                        .filter_map(|term| term.feature.strip_prefix("word:"));
                    words.map(str::to_owned).collect()
                }),
            },
        }
    }
}

impl FeaturesRecord {
    fn of(model: &Model) -> Self {
        let params = model.vectorizer_params();
        let vocabulary = model.vectorizer().vocabulary();
        Self {
            n_features: vocabulary.len(),
            word_max: params.ngrams.word_max,
            char_min: params.ngrams.char_min,
            char_max: params.ngrams.char_max,
            has_negation: params.ngrams.negation,
            has_lexicon: vocabulary.lexicon().is_some(),
            has_frames: params.ngrams.frames,
            has_mention: params.ngrams.mention,
            is_sublinear: params.weighting.sublinear_tf,
            min_df: params.weighting.min_df,
        }
    }
}

impl InspectedTargetRecord {
    fn of(head: &Head) -> Self {
        let record = &head.record;
        let labels = head.labels.labels();
        let counts = labels
            .iter()
            .cloned()
            .zip(record.label_counts.iter().copied());
        let members = record.members.iter().map(|member| MemberRecord {
            features: member.features.clone(),
            l2: member.l2,
            share: member.share,
        });
        Self {
            target: head.target.clone(),
            kind: head.labels.kind().name(),
            labels: labels.to_vec(),
            label_counts: counts.collect(),
            learner: record.recipe.learner.clone(),
            members: members.collect(),
            penalty: penalty_name(&record.recipe).to_owned(),
            class_weight: class_weight_name(&record.recipe).to_owned(),
            temperature: head.temperature.value(),
            decision: head.decision.offsets().to_vec(),
            out_of_fold: OutOfFoldRecord {
                accuracy: record.accuracy,
                macro_f1: record.macro_f1,
                f_avg: record.f_avg,
                log_loss: record.log_loss,
                ece: record.ece,
            },
        }
    }
}

fn penalty_name(recipe: &HeadRecipe) -> &str {
    recipe.penalty.as_deref().unwrap_or(Penalty::Even.name())
}

fn class_weight_name(recipe: &HeadRecipe) -> &str {
    let given = recipe.class_weight.as_deref();
    given.unwrap_or(ClassWeight::None.name())
}

impl TermsRecord {
    /// The `n` terms that speak most for each label, by target and label. Words and categories are ranked apart, since
    /// their values are not of one size.
    pub(super) fn by_target(model: &Model, n: usize) -> Named<'static, Named<'static, Self>> {
        by_target_and_label(model, |head_idx, label_idx| {
            let terms = |views: &[View]| {
                let terms = model.terms(head_idx, label_idx, views, n);
                terms.into_iter().map(TermRecord::of).collect()
            };
            Self {
                words: terms(&[View::Word, View::NearWord, View::Mention]),
                categories: terms(&[View::Lexicon, View::NearLexicon]),
            }
        })
    }
}

impl TermRecord {
    fn of(term: Term) -> Self {
        Self {
            feature: term.feature,
            weight: term.weight,
            document_frequency: term.document_frequency,
        }
    }
}

fn by_target_and_label<T>(
    model: &Model,
    of: impl Fn(usize, usize) -> T,
) -> Named<'static, Named<'static, T>> {
    let targets = model.heads().iter().enumerate().map(|(head_idx, head)| {
        let labels = head.labels.labels().iter().enumerate();
        let labels = labels.map(|(label_idx, label)| (label.clone(), of(head_idx, label_idx)));
        (head.target.clone(), labels.collect())
    });
    targets.collect()
}
