//! The model file: one line of header, JSON metadata, binary sections.
//!
//! ```text
//! DETENTE-MODEL <format version> <bytes that follow> <XXH3-128 of them, 32 hexadecimal digits>\n
//! {
//!   ... metadata, readable with `head` ...
//! }\n
//! sections, at the offsets that the metadata gives, numbers little-endian:
//!   hashes   u64  (n_ngrams)                 n-gram hashes
//!   idf      f32  (n_ngrams)                 inverse document frequencies
//!   steps    f32  (n_columns)                one column for each label of each head
//!   weights  i16  (n_features, n_columns)    weights as multiples of their column's step; of a model
//!                                            that was shrunk i8 and then u8 (n_features), the power
//!                                            of two by which a feature's weights are multiplied
//!   names    deflate, newline-separated      the n-grams
//!   conformal f32 (scores of all heads)      conformity scores kept of each head, from low to high
//!   seen     u64, 15 bytes  (n_texts)        hash and sketch of each training text
//!   groups   u64  (n_groups)                 hash of each training group's name
//!   lexicon  deflate, tab-separated          the lexicon, where its categories are features
//!
//! of a model that was learned row by row, instead of hashes, idf and names:
//!   buckets  u64  (n_buckets / 64)           a bit for each bucket, set where it is a feature
//!   gathered u8   (n_features, n_heads)      sums of squares that its learner goes on from, as
//!                                            128 + 4 times their binary logarithm, or 0
//! ```

use super::weights::QuantizedWeights;
use super::{Head, HeadRecord, MemberRecord, Model, ModelRecord, Seen, Shrunk, Streamed};
use crate::calibrate::{Conformal, Decision, MOST_SCORES, Temperature};
use crate::error::{Error, ErrorKind, Result};
use crate::features::{
    Borders, Buckets, Hashes, Idf, Lexicon, LittleEndian, Names, NgramParams, Numbers, Vectorizer,
    VectorizerParams, View, Vocabulary, WeightingParams,
};
use crate::file::map;
use crate::label::LabelSet;
use crate::linear::{ClassWeight, HeadParams, Learner, OnlineParams, Penalty};
use crate::metrics::Confusion;
use crate::text::{Analyzer, AnalyzerParams, Language};
use bytes::Bytes;
use flate2::read::DeflateDecoder;
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use xxhash_rust::xxh3::xxh3_128;

const MAGIC: &str = "DETENTE-MODEL";
/// The newest format this program reads: that of a model that was learned row by row.
const FORMAT: u32 = 3;
/// The format of a model that was shrunk.
const FORMAT_NARROW: u32 = 2;
/// The format of a model whose weights have 16 bits, which older programs read too.
const FORMAT_WIDE: u32 = 1;
/// A header line is shorter than this.
const LONGEST_HEADER: usize = 128;
/// No text section of a sensible model is longer; guards against a small file that inflates to fill
/// the memory.
const LONGEST_TEXT: u64 = 1 << 30;

static EMBEDDED: LazyLock<Model> = LazyLock::new(|| {
    // Invariant: the file is part of the program, and `tests/roundtrip.rs` reads it.
    let bytes = include_bytes!("../../models/default.detente");
    Model::from_shared(&Bytes::from_static(bytes)).expect("the embedded model is whole")
});

#[derive(Serialize, Deserialize)]
struct Metadata {
    detente: String,
    name: Option<String>,
    date: Option<String>,
    language: String,
    mask_parties: bool,
    features: FeaturesMeta,
    data: DataMeta,
    folds: FoldsMeta,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shrunk_from: Option<ShrunkMeta>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    streamed: Option<StreamedMeta>,
    targets: Vec<HeadMeta>,
    sections: Vec<SectionMeta>,
}

#[derive(Serialize, Deserialize)]
struct FeaturesMeta {
    n_features: usize,
    n_word: usize,
    word_max: usize,
    char_min: usize,
    char_max: usize,
    negation: bool,
    lexicon: bool,
    /// Features of the views after the words and before the lexicon, where there are mentions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mention: Option<MentionMeta>,
    sublinear_tf: bool,
    min_df: u32,
}

#[derive(Serialize, Deserialize)]
struct MentionMeta {
    n_char: usize,
    n_near_word: usize,
    n_near_char: usize,
    n_mention: usize,
}

#[derive(Serialize, Deserialize)]
struct DataMeta {
    n_rows: usize,
    n_groups: usize,
    fingerprint: String,
    unknown_words: Option<f64>,
    unknown_rows: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct FoldsMeta {
    n_folds: usize,
    seed: u64,
}

/// Where there is one, weights have 8 bits.
#[derive(Serialize, Deserialize)]
struct ShrunkMeta {
    bytes: usize,
    n_features: usize,
}

/// Where there is one, n-grams are hashed.
#[derive(Serialize, Deserialize)]
struct StreamedMeta {
    log2_buckets: u32,
    n_passes: usize,
    n_held_out: usize,
    rate: f64,
    damping: f64,
    sparsity: f64,
    l2: f64,
    intercepts: Vec<f64>,
    gathered_intercepts: Vec<f32>,
}

impl StreamedMeta {
    fn online(&self) -> OnlineParams {
        OnlineParams {
            rate: self.rate,
            damping: self.damping,
            sparsity: self.sparsity,
            l2: self.l2,
        }
    }
}

impl Metadata {
    fn format(&self) -> u32 {
        match (&self.streamed, &self.shrunk_from) {
            (Some(_), _) => FORMAT,
            (None, Some(_)) => FORMAT_NARROW,
            (None, None) => FORMAT_WIDE,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct HeadMeta {
    target: String,
    kind: String,
    labels: Vec<String>,
    label_counts: Vec<usize>,
    intercept: Vec<f64>,
    temperature: f64,
    decision: Vec<f64>,
    learner: String,
    members: Vec<MemberMeta>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    class_weight: Option<String>,
    /// As in all models before there was another, where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    penalty: Option<String>,
    tolerance: f64,
    max_steps: usize,
    out_of_fold: OutOfFoldMeta,
}

#[derive(Serialize, Deserialize)]
struct MemberMeta {
    features: String,
    l2: f64,
    share: f64,
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
struct OutOfFoldMeta {
    accuracy: Option<f64>,
    macro_f1: Option<f64>,
    f_avg: Option<f64>,
    log_loss: Option<f64>,
    ece: Option<f64>,
    /// Gold by given, the given labels of the first gold label first.
    confusion: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
struct SectionMeta {
    name: String,
    offset: usize,
    bytes: usize,
}

impl Model {
    /// Whether bytes begin as a model file does, whole or not.
    pub fn is_start(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC.as_bytes())
    }

    /// The default model, which is part of the program.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// The file cannot be read, is no model, is truncated, altered, or from a newer version.
    pub fn read(path: &Path) -> Result<Self> {
        Self::from_file(path, &Bytes::from(crate::file::read(path)?))
    }

    /// Reads a model file without a copy of it where it is large, see [`map`]. For a process that is soon
    /// done.
    ///
    /// # Errors
    /// As [`Model::read`].
    pub fn map(path: &Path) -> Result<Self> {
        Self::from_file(path, &map(path)?)
    }

    fn from_file(path: &Path, bytes: &Bytes) -> Result<Self> {
        let model = Self::from_shared(bytes).map_err(|error| error.in_file(path))?;
        tracing::info!(path = %path.display(), n_bytes = bytes.len(), "read the model");
        Ok(model)
    }

    /// Writes the model file to a temporary file beside it, then renames: a reader sees the old
    /// file or the new one, never half of one.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        crate::file::replace_file(path, &self.to_bytes())
    }

    /// The model file as bytes; the same model gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let vocabulary = self.vectorizer.vocabulary();
        let streamed = vocabulary.buckets().zip(self.record.streamed.as_ref());
        let mut sections = match streamed {
            Some((buckets, streamed)) => vec![
                ("buckets", packed(buckets.bits())),
                ("gathered", streamed.gathered.clone()),
            ],
            None => vec![
                ("hashes", vocabulary.hashes().bytes().clone()),
                ("idf", self.vectorizer.idf().0.bytes().clone()),
            ],
        };
        sections.extend([
            ("steps", packed(&self.weights.steps)),
            ("weights", self.weights.to_bytes()),
        ]);
        if streamed.is_none() {
            sections.push(("names", vocabulary.names().deflated()));
        }
        sections.push(("conformal", packed(&self.scores())));
        let [texts, groups] = self.record.seen.sections();
        sections.extend([("seen", texts), ("groups", groups)]);
        if let Some(lexicon) = vocabulary.lexicon() {
            sections.push(("lexicon", lexicon.deflated().clone()));
        }
        let mut offset = 0;
        let mut section_metas = Vec::new();
        for (name, bytes) in &sections {
            section_metas.push(SectionMeta {
                name: (*name).to_owned(),
                offset,
                bytes: bytes.len(),
            });
            offset += bytes.len();
        }
        let metadata = self.metadata(section_metas);
        // Invariant: the metadata holds strings, numbers and lists only.
        let mut body = serde_json::to_vec_pretty(&metadata).expect("metadata is plain JSON");
        body.push(b'\n');
        for (_, bytes) in &sections {
            body.extend_from_slice(bytes);
        }
        let mut bytes = header_line(metadata.format(), body.len(), xxh3_128(&body)).into_bytes();
        bytes.extend_from_slice(&body);
        bytes
    }

    /// The conformity scores of all heads, one head after the other.
    fn scores(&self) -> Vec<f32> {
        let of_heads = self.heads.iter().map(|head| head.conformal.scores());
        of_heads.collect::<Vec<_>>().concat()
    }

    fn metadata(&self, sections: Vec<SectionMeta>) -> Metadata {
        let VectorizerParams { ngrams, weighting } = *self.vectorizer.params();
        let vocabulary = self.vectorizer.vocabulary();
        let record = &self.record;
        Metadata {
            detente: env!("CARGO_PKG_VERSION").to_owned(),
            name: record.name.clone(),
            date: record.date.clone(),
            language: self.analyzer.params().language.code().to_owned(),
            mask_parties: self.analyzer.params().mask_parties,
            features: FeaturesMeta {
                n_features: vocabulary.len(),
                n_word: vocabulary.n_word(),
                word_max: ngrams.word_max,
                char_min: ngrams.char_min,
                char_max: ngrams.char_max,
                negation: ngrams.negation,
                lexicon: vocabulary.lexicon().is_some(),
                mention: ngrams.mention.then(|| mention_meta(vocabulary)),
                sublinear_tf: weighting.sublinear_tf,
                min_df: weighting.min_df,
            },
            data: DataMeta {
                n_rows: record.n_rows,
                n_groups: record.n_groups,
                fingerprint: record.fingerprint.clone(),
                unknown_words: record.seen.unknown_words,
                unknown_rows: record.seen.unknown_rows,
            },
            folds: FoldsMeta {
                n_folds: record.n_folds,
                seed: record.seed,
            },
            shrunk_from: record.shrunk.map(|shrunk| ShrunkMeta {
                bytes: shrunk.n_bytes,
                n_features: shrunk.n_features,
            }),
            streamed: (record.streamed.as_ref()).zip(vocabulary.buckets()).map(
                |(streamed, buckets)| StreamedMeta {
                    log2_buckets: buckets.log2(),
                    n_passes: streamed.n_passes,
                    n_held_out: streamed.n_held_out,
                    rate: streamed.online.rate,
                    damping: streamed.online.damping,
                    sparsity: streamed.online.sparsity,
                    l2: streamed.online.l2,
                    intercepts: streamed.intercepts.clone(),
                    gathered_intercepts: streamed.gathered_intercepts.clone(),
                },
            ),
            targets: self.heads.iter().map(head_meta).collect(),
            sections,
        }
    }

    /// Reads a model from the bytes of its file.
    ///
    /// # Errors
    /// As [`Model::read`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Self::from_shared(&Bytes::copy_from_slice(bytes))
    }

    /// Reads a model from the bytes of its file, which it keeps: of what is long only the table of n-grams
    /// is made here, the rest is read in its place when it is asked for. The checksum has been over all of it
    /// by then.
    ///
    /// # Errors
    /// As [`Model::read`].
    pub fn from_shared(bytes: &Bytes) -> Result<Self> {
        let body = checked_body(bytes)?;
        let mut documents = serde_json::Deserializer::from_slice(body).into_iter::<Metadata>();
        let metadata = match documents.next() {
            Some(Ok(metadata)) => metadata,
            Some(Err(error)) => return Err(malformed(format!("its metadata is wrong ({error})"))),
            None => return Err(malformed("it has no metadata".into())),
        };
        let format = metadata.format();
        // The checksum is of what follows the header.
        if !bytes.starts_with(format!("{MAGIC} {format} ").as_bytes()) {
            return Err(Error::new(ErrorKind::ModelAltered));
        }
        let sections = &body[(documents.byte_offset() + 1).min(body.len())..];
        let section = |name: &str| {
            metadata
                .sections
                .iter()
                .find(|section| section.name == name)
                .and_then(|s| sections.get(s.offset..s.offset.checked_add(s.bytes)?))
                .map(|section| bytes.slice_ref(section))
                .ok_or_else(|| malformed(format!("it has no section `{name}`")))
        };
        let features = &metadata.features;
        let is_listed = metadata.streamed.is_none();
        let listed = |name: &str| match is_listed {
            true => section(name),
            false => Ok(Bytes::new()),
        };
        let hashes: Hashes = numbers(listed("hashes")?, "hashes")?;
        let idf: Numbers<f32, 4> = numbers(listed("idf")?, "idf")?;
        let steps: Numbers<f32, 4> = numbers(section("steps")?, "steps")?;
        let is_narrow = metadata.shrunk_from.is_some();
        let steps: Vec<f32> = steps.iter().collect();
        let weights = QuantizedWeights::from_bytes(steps, section("weights")?, is_narrow)
            .ok_or_else(|| malformed("its weights do not fit their section".into()))?;
        let seen = Seen::from_sections(section("seen")?, section("groups")?)
            .ok_or_else(|| malformed("its training texts do not fit their section".into()))?;
        let names = Names::from_deflated(listed("names")?);
        let lexicon = match features.lexicon {
            true => {
                let section = section("lexicon")?;
                let english = Lexicon::english();
                // Mostly it is the one whose tables are ready.
                Some(match section == *english.deflated() {
                    true => english,
                    false => Arc::new(Lexicon::parse(inflate(&section, "lexicon")?)?),
                })
            }
            false => None,
        };
        let n_lexicon = lexicon
            .as_ref()
            .map_or(0, |lexicon| lexicon.n_features(features.mention.is_some()));
        let scores: Numbers<f32, 4> = numbers(section("conformal")?, "conformal")?;
        let scores: Vec<f32> = scores.iter().collect();
        let mut scores = scores.as_slice();
        let heads = metadata.targets.iter().map(|meta| head(meta, &mut scores));
        let heads: Vec<Head> = heads.collect::<Result<_>>()?;
        if !scores.is_empty() {
            return Err(malformed("it has conformity scores of no target".into()));
        }
        let n_columns: usize = heads.iter().map(|head| head.labels.len()).sum();
        let n = features.n_features;
        let params = VectorizerParams {
            ngrams: NgramParams {
                word_max: features.word_max,
                char_min: features.char_min,
                char_max: features.char_max,
                negation: features.negation,
                lexicon: features.lexicon,
                mention: features.mention.is_some(),
            },
            weighting: WeightingParams {
                sublinear_tf: features.sublinear_tf,
                min_df: features.min_df,
            },
        };
        let buckets = match &metadata.streamed {
            Some(streamed) => {
                let bits: Hashes = numbers(section("buckets")?, "buckets")?;
                let bits = bits.iter().collect();
                let views = params.ngrams.views();
                let buckets = Buckets::from_bits(streamed.log2_buckets, views, bits);
                let buckets =
                    buckets.ok_or_else(|| malformed("its buckets do not fit their section".into()));
                Some(buckets?)
            }
            None => None,
        };
        let n_ngrams = match &buckets {
            Some(buckets) => buckets.n_features(),
            None => hashes.len(),
        };
        if n_ngrams + n_lexicon != n || idf.len() != hashes.len() || features.n_word > n_ngrams {
            return Err(malformed("its sections disagree on the features".into()));
        }
        if weights.n_features() != n || weights.steps.len() != n_columns || heads.is_empty() {
            return Err(malformed("its weights do not fit its targets".into()));
        }
        if !(are_finite(weights.steps.iter().copied()) && are_finite(idf.iter())) {
            return Err(malformed("a weight is not a finite number".into()));
        }
        // Out of range in a file is not a misused flag.
        params
            .check()
            .map_err(|error| malformed(error.to_string()))?;
        let language = Language::from_code(&metadata.language)
            .ok_or_else(|| malformed(format!("its language `{}` is unknown", metadata.language)))?;
        let analyzer = Analyzer::new(AnalyzerParams {
            language,
            mask_parties: metadata.mask_parties,
        });
        let borders = borders(features, n_ngrams, &params.ngrams)
            .ok_or_else(|| malformed("its sections disagree on the features".into()))?;
        let vocabulary = match buckets {
            Some(buckets) => Vocabulary::hashed(buckets, lexicon),
            None => Vocabulary::new(hashes, names, borders, lexicon),
        };
        let n_views = vocabulary.views().len();
        let streamed = match &metadata.streamed {
            Some(meta) => {
                let streamed = Streamed {
                    online: meta.online(),
                    n_passes: meta.n_passes,
                    n_held_out: meta.n_held_out,
                    gathered: section("gathered")?,
                    intercepts: meta.intercepts.clone(),
                    gathered_intercepts: meta.gathered_intercepts.clone(),
                };
                let fits = Some(streamed.gathered.len()) == n.checked_mul(heads.len())
                    && streamed.gathered_intercepts.len() == n_views * heads.len()
                    && streamed.intercepts.len() == n_views * n_columns
                    && streamed.intercepts.iter().all(|b| b.is_finite())
                    && streamed.gathered_intercepts.iter().all(|n| *n >= 0.0)
                    && streamed.online.check().is_ok();
                if !fits {
                    return Err(malformed("what its learner gathered is wrong".into()));
                }
                Some(streamed)
            }
            None => None,
        };
        Ok(Self {
            analyzer,
            vectorizer: Vectorizer::from_parts(params, vocabulary, Idf(idf)),
            heads,
            weights,
            record: ModelRecord {
                name: metadata.name,
                date: metadata.date,
                n_rows: metadata.data.n_rows,
                n_groups: metadata.data.n_groups,
                fingerprint: metadata.data.fingerprint,
                n_folds: metadata.folds.n_folds,
                seed: metadata.folds.seed,
                seen: seen.with_unknown(metadata.data.unknown_words, metadata.data.unknown_rows),
                shrunk: metadata.shrunk_from.map(|shrunk| Shrunk {
                    n_bytes: shrunk.bytes,
                    n_features: shrunk.n_features,
                }),
                streamed,
            },
        })
    }
}

fn mention_meta(vocabulary: &Vocabulary) -> MentionMeta {
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
fn borders(features: &FeaturesMeta, n_ngrams: usize, params: &NgramParams) -> Option<Borders> {
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

/// The first line of a model file.
fn header_line(format: u32, length: usize, checksum: u128) -> String {
    format!("{MAGIC} {format} {length} {checksum:032x}\n")
}

/// Checks magic, version, length and checksum; gives what follows the header.
fn checked_body(bytes: &[u8]) -> Result<&[u8]> {
    let magic = MAGIC.as_bytes();
    let shared = bytes.len().min(magic.len());
    if bytes.is_empty() || bytes[..shared] != magic[..shared] {
        return Err(Error::new(ErrorKind::ModelMagic));
    }
    let truncated = |expected: usize| {
        Error::new(ErrorKind::ModelTruncated {
            expected: expected as u64,
            found: bytes.len() as u64,
        })
    };
    let Some(end) = bytes.iter().take(LONGEST_HEADER).position(|b| *b == b'\n') else {
        return Err(if bytes.len() < LONGEST_HEADER {
            truncated(LONGEST_HEADER)
        } else {
            Error::new(ErrorKind::ModelMagic)
        });
    };
    let header = String::from_utf8_lossy(&bytes[..end]);
    let mut fields = header.split(' ').skip(1);
    let version: Option<u32> = fields.next().and_then(|field| field.parse().ok());
    let version = version.ok_or_else(|| Error::new(ErrorKind::ModelMagic))?;
    if version > FORMAT {
        return Err(Error::new(ErrorKind::ModelTooNew {
            found: version,
            supported: FORMAT,
        }));
    }
    let length: Option<usize> = fields.next().and_then(|field| field.parse().ok());
    let checksum = fields
        .next()
        .and_then(|field| u128::from_str_radix(field, 16).ok());
    let (Some(length), Some(checksum)) = (length, checksum) else {
        return Err(Error::new(ErrorKind::ModelAltered));
    };
    // Numbers can be written in several ways, and only one of them is ours.
    if bytes[..=end] != *header_line(version, length, checksum).as_bytes() {
        return Err(Error::new(ErrorKind::ModelAltered));
    }
    let body = &bytes[end + 1..];
    if body.len() < length {
        return Err(truncated(length.saturating_add(end + 1)));
    }
    if body.len() > length || xxh3_128(body) != checksum {
        return Err(Error::new(ErrorKind::ModelAltered));
    }
    Ok(body)
}

fn head_meta(head: &Head) -> HeadMeta {
    let HeadRecord {
        params,
        members,
        label_counts,
        confusion,
        accuracy,
        macro_f1,
        f_avg,
        log_loss,
        ece,
    } = head.record.clone();
    let cells = (0..confusion.n_labels().pow(2)).map(|cell| {
        let n_labels = confusion.n_labels();
        confusion.count(cell / n_labels, cell % n_labels)
    });
    HeadMeta {
        target: head.target.clone(),
        kind: head.labels.kind().name().to_owned(),
        labels: head.labels.labels().to_vec(),
        label_counts,
        intercept: head.intercept.clone(),
        temperature: head.temperature.value(),
        decision: head.decision.offsets().to_vec(),
        learner: params.learner.name().to_owned(),
        members: members.into_iter().map(MemberMeta::of).collect(),
        class_weight: (params.class_weight != HeadParams::DEFAULT.class_weight)
            .then(|| params.class_weight.name().to_owned()),
        penalty: (params.penalty != Penalty::Even).then(|| params.penalty.name().to_owned()),
        tolerance: params.tolerance,
        max_steps: params.max_steps,
        out_of_fold: OutOfFoldMeta {
            accuracy,
            macro_f1,
            f_avg,
            log_loss,
            ece,
            confusion: cells.collect(),
        },
    }
}

/// A head from its metadata; its conformity scores are taken from the front of `scores`.
fn head(meta: &HeadMeta, scores: &mut &[f32]) -> Result<Head> {
    let target = &meta.target;
    let labels = LabelSet::new(meta.labels.clone());
    if labels.labels() != meta.labels || labels.len() < 2 || meta.intercept.len() != labels.len() {
        return Err(malformed(format!(
            "the labels of target `{target}` are wrong"
        )));
    }
    if !meta.intercept.iter().all(|b| b.is_finite()) {
        return Err(malformed(format!(
            "an intercept of target `{target}` is not finite"
        )));
    }
    let temperature = Temperature::from_value(meta.temperature).ok_or_else(|| {
        malformed(format!(
            "the temperature of target `{target}` is not above 0"
        ))
    })?;
    let decision = Decision::from_offsets(meta.decision.clone())
        .filter(|decision| decision.offsets().len() == labels.len())
        .ok_or_else(|| malformed(format!("the decision of target `{target}` is wrong")))?;
    let learner = known(&meta.learner, Learner::ALL, Learner::name, "learner")?;
    let out_of_fold = &meta.out_of_fold;
    let confusion = confusion(&out_of_fold.confusion, labels.len())
        .ok_or_else(|| malformed(format!("the confusion of target `{target}` is wrong")))?;
    let n_rows = confusion.n_rows() as usize;
    let conformal = scores
        .split_off(..n_rows.min(MOST_SCORES))
        .and_then(|scores| Conformal::from_parts(n_rows, scores.to_vec()))
        .ok_or_else(|| malformed(format!("the conformity scores of `{target}` are wrong")))?;
    let class_weight = match &meta.class_weight {
        None => HeadParams::DEFAULT.class_weight,
        Some(name) => known(name, ClassWeight::ALL, ClassWeight::name, "class weight")?,
    };
    let penalty = match &meta.penalty {
        None => Penalty::Even,
        Some(name) => known(name, Penalty::ALL, Penalty::name, "penalty")?,
    };
    Ok(Head {
        target: target.clone(),
        labels,
        intercept: meta.intercept.clone(),
        temperature,
        decision,
        conformal,
        record: HeadRecord {
            params: HeadParams {
                learner,
                penalty,
                class_weight,
                tolerance: meta.tolerance,
                max_steps: meta.max_steps,
                ..HeadParams::DEFAULT
            },
            members: meta.members.iter().map(MemberMeta::record).collect(),
            label_counts: meta.label_counts.clone(),
            confusion,
            accuracy: out_of_fold.accuracy,
            macro_f1: out_of_fold.macro_f1,
            f_avg: out_of_fold.f_avg,
            log_loss: out_of_fold.log_loss,
            ece: out_of_fold.ece,
        },
    })
}

/// Counts in the order of [`OutOfFoldMeta`]; `None` when they are not one a cell or their sum
/// overflows.
fn confusion(cells: &[u64], n_labels: usize) -> Option<Confusion> {
    let sum = cells.iter().try_fold(0, |sum: u64, n| sum.checked_add(*n));
    if cells.len() != n_labels * n_labels || sum.is_none() {
        return None;
    }
    let mut confusion = Confusion::empty(n_labels);
    for (cell, count) in cells.iter().enumerate() {
        confusion.add(cell / n_labels, cell % n_labels, *count);
    }
    Some(confusion)
}

/// The one of this name.
fn known<T: Copy, const N: usize>(
    name: &str,
    all: [T; N],
    name_of: fn(T) -> &'static str,
    what: &str,
) -> Result<T> {
    let known = all.into_iter().find(|one| name_of(*one) == name);
    known.ok_or_else(|| malformed(format!("its {what} `{name}` is unknown")))
}

fn malformed(found: String) -> Error {
    Error::new(ErrorKind::ModelMalformed { found })
}

fn inflate(bytes: &[u8], what: &str) -> Result<String> {
    let mut text = String::new();
    DeflateDecoder::new(bytes)
        .take(LONGEST_TEXT)
        .read_to_string(&mut text)
        .map_err(|error| malformed(format!("its {what} cannot be read ({error})")))?;
    Ok(text)
}

/// Without an early end, so that several numbers are looked at together.
fn are_finite(numbers: impl Iterator<Item = f32>) -> bool {
    numbers.fold(true, |all, number| all & number.is_finite())
}

/// Numbers as a section has them.
fn packed<T: LittleEndian<N>, const N: usize>(numbers: &[T]) -> Bytes {
    let numbers: Numbers<T, N> = numbers.iter().copied().collect();
    numbers.bytes().clone()
}

fn numbers<T: LittleEndian<N>, const N: usize>(
    section: Bytes,
    name: &str,
) -> Result<Numbers<T, N>> {
    Numbers::from_bytes(section).ok_or_else(|| {
        malformed(format!(
            "the last number of its section `{name}` is not whole"
        ))
    })
}
