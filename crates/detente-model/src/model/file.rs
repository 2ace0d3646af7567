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

use super::metadata::{
    DataMeta, FORMAT, FeaturesMeta, FoldsMeta, Metadata, SectionMeta, ShrunkMeta, StreamedMeta,
    borders, head, head_meta, malformed, mention_meta,
};
use super::weights::QuantizedWeights;
use super::{Head, Model, ModelRecord, Shrunk, TrainingFingerprints};
use crate::error::{Error, ErrorKind, Result};
use crate::features::{
    Buckets, Hashes, Idf, Lexicon, LittleEndian, Names, NgramParams, Numbers, Vectorizer,
    VectorizerParams, Vocabulary, WeightingParams,
};
use bytes::Bytes;
use detente_text::{Analyzer, AnalyzerParams, Language};
use flate2::read::DeflateDecoder;
use std::io::Read;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_128;

const MAGIC: &str = "DETENTE-MODEL";
/// A header line is shorter than this.
const LONGEST_HEADER: usize = 128;
/// No text section of a sensible model is longer; guards against a small file that inflates to fill
/// the memory.
const LONGEST_TEXT: u64 = 1 << 30;

#[cfg(feature = "default-model")]
static EMBEDDED: std::sync::LazyLock<Model> = std::sync::LazyLock::new(|| {
    let bytes = Bytes::from_static(detente_default_model::DEFAULT);
    // Invariant: the file is part of the program, and `tests/roundtrip.rs` reads it.
    Model::from_shared(&bytes).expect("the embedded model is whole")
});

impl Model {
    /// Whether bytes begin as a model file does, whole or not.
    pub fn is_start(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC.as_bytes())
    }

    /// The default model, which is part of the program (cargo feature `default-model`).
    #[cfg(feature = "default-model")]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// The model file as bytes; the same model gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let vocabulary = self.vectorizer.vocabulary();
        let streamed = vocabulary.buckets().zip(self.record.streamed.as_ref());
        let mut sections = match streamed {
            Some((buckets, streamed)) => vec![
                ("buckets", packed(buckets.bits())),
                ("gathered", streamed.state.gathered.clone()),
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
        let [texts, groups] = self.record.training_texts.sections();
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
                unknown_words: record.training_texts.unknown_words,
                unknown_rows: record.training_texts.unknown_rows,
            },
            folds: FoldsMeta {
                n_folds: record.n_folds,
                seed: record.seed,
            },
            shrunk_from: record.shrunk.map(|shrunk| ShrunkMeta {
                bytes: shrunk.n_bytes,
                n_features: shrunk.n_features,
            }),
            streamed: (record.streamed.as_ref())
                .zip(vocabulary.buckets())
                .map(|(streamed, buckets)| StreamedMeta::of(streamed, buckets.log2())),
            targets: self.heads.iter().map(head_meta).collect(),
            sections,
        }
    }

    /// Reads a model from the bytes of its file.
    ///
    /// # Errors
    /// They are no model, truncated, altered, or of a newer version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Self::from_shared(&Bytes::copy_from_slice(bytes))
    }

    /// Reads a model from the bytes of its file, which it keeps: of what is long only the table of n-grams
    /// is made here, the rest is read in its place when it is asked for. The checksum has been over all of it
    /// by then.
    ///
    /// # Errors
    /// As [`Model::from_bytes`].
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
        let seen = TrainingFingerprints::from_sections(section("seen")?, section("groups")?)
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
                let streamed = meta.streamed(section("gathered")?);
                let fits = streamed.fits(n, n_views, heads.len(), n_columns);
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
                training_texts: seen
                    .with_unknown(metadata.data.unknown_words, metadata.data.unknown_rows),
                shrunk: metadata.shrunk_from.map(|shrunk| Shrunk {
                    n_bytes: shrunk.bytes,
                    n_features: shrunk.n_features,
                }),
                streamed,
            },
        })
    }
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
