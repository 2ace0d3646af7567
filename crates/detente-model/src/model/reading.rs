//! A model from the bytes of its file.
//!
//! The bytes come from outside: whatever is in them, an error says what is wrong, and nothing is allocated that they do
//! not hold.

use super::file::{MAGIC, header_line};
use super::metadata::{FORMAT, FeaturesMeta, Metadata, borders, head, malformed};
use super::ranges;
use super::sections::Sections;
use super::weights::QuantizedWeights;
use super::{
    Calibrated, EncoderHead, Head, Model, ModelRecord, Shrunk, Streamed, TrainingFingerprints,
};
use crate::error::{Error, ErrorKind, Result};
use crate::features::{
    Buckets, Hashes, Idf, Lexicon, Names, NgramParams, Numbers, Vectorizer, VectorizerParams,
    Vocabulary, WeightingParams,
};
use bytes::Bytes;
use detente_text::{Analyzer, AnalyzerParams, FRAMES, Language};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_128;

/// A header line is shorter than this.
const LONGEST_HEADER: usize = 128;

/// The default models by their languages; each is read when it is asked for.
#[cfg(feature = "default-model")]
static EMBEDDED: [std::sync::OnceLock<Model>; detente_default_model::BY_LANGUAGE.len()] =
    [const { std::sync::OnceLock::new() }; detente_default_model::BY_LANGUAGE.len()];

#[cfg(feature = "default-model")]
static EMBEDDED_RELATIONS: std::sync::LazyLock<Model> = std::sync::LazyLock::new(|| {
    let bytes = Bytes::from_static(detente_default_model::RELATIONS);
    // Invariant: as above.
    Model::from_shared(&bytes).expect("the embedded model of relations is whole")
});

impl Model {
    /// Whether bytes begin as a model file does, whole or not.
    pub fn is_start(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC.as_bytes())
    }

    /// The default model, which is part of the program (cargo feature `default-model`): that of English.
    #[cfg(feature = "default-model")]
    pub fn embedded() -> &'static Self {
        // Invariant: the first is that of English.
        Self::embedded_of("en").expect("a model of English")
    }

    /// The default model of a language, by its code of ISO 639-1; `None` for a language that has none. It is read when
    /// it is asked for the first time.
    #[cfg(feature = "default-model")]
    pub fn embedded_of(language: &str) -> Option<&'static Self> {
        let mut places = detente_default_model::BY_LANGUAGE.iter().zip(&EMBEDDED);
        let ((_, file), place) = places.find(|((code, _), _)| *code == language)?;
        Some(place.get_or_init(|| {
            // Invariant: the file is part of the program, and `tests/roundtrip.rs` reads it.
            Self::from_shared(&Bytes::from_static(file)).expect("the embedded model is whole")
        }))
    }

    /// The languages that have a default model, as codes of ISO 639-1, English first.
    #[cfg(feature = "default-model")]
    pub fn embedded_languages() -> impl Iterator<Item = &'static str> {
        detente_default_model::BY_LANGUAGE
            .iter()
            .map(|(code, _)| *code)
    }

    /// The model of relations, which is part of the program (cargo feature `default-model`): targets `relation`,
    /// `event` and `root` toward the party that a statement mentions.
    #[cfg(feature = "default-model")]
    pub fn embedded_relations() -> &'static Self {
        &EMBEDDED_RELATIONS
    }

    /// Reads a model from the bytes of its file.
    ///
    /// # Errors
    /// They are no model, truncated, altered, or of a newer version; the model needs a sentence encoder.
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
        Self::from_shared_alone(bytes)?.ready()
    }

    /// As [`Model::from_shared`], but of a model that reads what a sentence encoder says too. It can be looked at; to
    /// score it needs that encoder ([`Model::missing_encoder`], [`Model::with_encoder`]).
    ///
    /// # Errors
    /// They are no model, truncated, altered, or of a newer version.
    pub fn from_shared_alone(bytes: &Bytes) -> Result<Self> {
        let (metadata, binary) = metadata(bytes)?;
        ranges::check(&metadata)?;
        let sections = Sections::new(bytes, binary, &metadata.sections);
        sections.check()?;
        let params = vectorizer_params(&metadata.features);
        let ngrams = Ngrams::read(&metadata, &sections, &params.ngrams)?;
        let weights = weights(&metadata, &sections)?;
        let training_texts = training_texts(&metadata, &sections)?;
        let lexicon = lexicon(&metadata, &sections)?;
        let heads = heads(&metadata, &sections)?;
        check_shapes(
            &metadata.features,
            &ngrams,
            lexicon.as_deref(),
            &weights,
            &heads,
        )?;
        // Out of range in a file is not a misused flag.
        params
            .check()
            .map_err(|error| malformed(error.to_string()))?;
        let analyzer = analyzer(&metadata)?;
        let (vocabulary, idf) = ngrams.vocabulary(&metadata.features, &params.ngrams, lexicon)?;
        let streamed = streamed(&metadata, &sections, &vocabulary, &heads)?;
        Ok(Self {
            analyzer,
            vectorizer: Vectorizer::from_parts(params, vocabulary, idf),
            encoder: encoder_head(&metadata, &sections, &heads)?,
            heads,
            weights,
            analysis: metadata.analysis,
            record: record(metadata, training_texts, streamed),
        })
    }
}

/// The metadata of a file that is whole, and what follows it.
fn metadata(bytes: &[u8]) -> Result<(Metadata, &[u8])> {
    let body = checked_body(bytes)?;
    let mut documents = serde_json::Deserializer::from_slice(body).into_iter::<Metadata>();
    let metadata = match documents.next() {
        Some(Ok(metadata)) => metadata,
        Some(Err(error)) => return Err(malformed(format!("its metadata is wrong ({error})"))),
        None => return Err(malformed("it has no metadata".into())),
    };
    if let Some(number) = metadata.features.frames
        && number != FRAMES
    {
        return Err(malformed(format!(
            "it learned frames of number {number}, and this program finds those of number {FRAMES}"
        )));
    }
    let format = metadata.format();
    // The checksum is of what follows the header.
    if !bytes.starts_with(format!("{MAGIC} {format} ").as_bytes()) {
        return Err(Error::new(ErrorKind::ModelAltered));
    }
    let binary = &body[(documents.byte_offset() + 1).min(body.len())..];
    Ok((metadata, binary))
}

fn vectorizer_params(features: &FeaturesMeta) -> VectorizerParams {
    VectorizerParams {
        ngrams: NgramParams {
            word_max: features.word_max,
            char_min: features.char_min,
            char_max: features.char_max,
            negation: features.negation,
            lexicon: features.lexicon,
            frames: features.frames.is_some(),
            mention: features.mention.is_some(),
        },
        weighting: WeightingParams {
            sublinear_tf: features.sublinear_tf,
            min_df: features.min_df,
        },
    }
}

/// Which n-grams are features.
enum Ngrams {
    /// Those in a list.
    Listed {
        hashes: Hashes,
        names: Names,
        idf: Numbers<f32, 4>,
    },
    /// Those that are hashed into these buckets.
    Hashed(Buckets),
}

impl Ngrams {
    fn read(metadata: &Metadata, sections: &Sections, params: &NgramParams) -> Result<Self> {
        let Some(streamed) = &metadata.streamed else {
            let hashes: Hashes = sections.numbers("hashes")?;
            return Ok(Self::Listed {
                idf: sections.numbers("idf")?,
                names: Names::from_deflated(sections.bytes("names")?, hashes.len()),
                hashes,
            });
        };
        let bits: Hashes = sections.numbers("buckets")?;
        Buckets::from_bits(streamed.log2_buckets, params.views(), bits.iter().collect())
            .map(Self::Hashed)
            .ok_or_else(|| malformed("its buckets do not fit their section".into()))
    }

    fn n_features(&self) -> usize {
        match self {
            Self::Listed { hashes, .. } => hashes.len(),
            Self::Hashed(buckets) => buckets.n_features(),
        }
    }

    /// The vocabulary with its document frequencies; buckets have none.
    fn vocabulary(
        self,
        features: &FeaturesMeta,
        params: &NgramParams,
        lexicon: Option<Arc<Lexicon>>,
    ) -> Result<(Vocabulary, Idf)> {
        let borders = borders(features, self.n_features(), params).ok_or_else(features_disagree)?;
        Ok(match self {
            Self::Listed { hashes, names, idf } => {
                let vocabulary = Vocabulary::of_file(hashes, names, borders, lexicon);
                let vocabulary = vocabulary.ok_or_else(|| {
                    malformed("hashes of its n-grams are equal or crowded".into())
                })?;
                (vocabulary, Idf(idf))
            }
            Self::Hashed(buckets) => (Vocabulary::hashed(buckets, lexicon), Idf::none()),
        })
    }
}

fn weights(metadata: &Metadata, sections: &Sections) -> Result<QuantizedWeights> {
    let steps: Numbers<f32, 4> = sections.numbers("steps")?;
    let is_narrow = metadata.shrunk_from.is_some();
    QuantizedWeights::from_bytes(
        steps.iter().collect(),
        sections.bytes("weights")?,
        is_narrow,
    )
    .ok_or_else(|| malformed("its weights do not fit their section".into()))
}

fn training_texts(metadata: &Metadata, sections: &Sections) -> Result<TrainingFingerprints> {
    let (texts, groups) = (sections.bytes("seen")?, sections.bytes("groups")?);
    let training_texts = TrainingFingerprints::from_sections(texts, groups).ok_or_else(|| {
        malformed("its training texts do not fit their sections or are not in order".into())
    })?;
    let data = &metadata.data;
    Ok(training_texts.with_unknown(data.unknown_words, data.unknown_rows))
}

fn lexicon(metadata: &Metadata, sections: &Sections) -> Result<Option<Arc<Lexicon>>> {
    if !metadata.features.lexicon {
        return Ok(None);
    }
    let english = Lexicon::english();
    // Mostly it is the one whose tables are ready.
    Ok(Some(
        match sections.bytes("lexicon")? == *english.deflated() {
            true => english,
            false => Arc::new(Lexicon::parse(sections.lexicon()?)?),
        },
    ))
}

fn heads(metadata: &Metadata, sections: &Sections) -> Result<Vec<Head>> {
    let scores: Numbers<f32, 4> = sections.numbers("conformal")?;
    let scores: Vec<f32> = scores.iter().collect();
    let mut scores = scores.as_slice();
    let heads = metadata.targets.iter().map(|meta| head(meta, &mut scores));
    let heads: Vec<Head> = heads.collect::<Result<_>>()?;
    match scores.is_empty() {
        true => Ok(heads),
        false => Err(malformed("it has conformity scores of no target".into())),
    }
}

fn features_disagree() -> Error {
    malformed("its sections disagree on the features".into())
}

/// Checks that the sections are of one model, and their numbers in range.
fn check_shapes(
    features: &FeaturesMeta,
    ngrams: &Ngrams,
    lexicon: Option<&Lexicon>,
    weights: &QuantizedWeights,
    heads: &[Head],
) -> Result<()> {
    let has_mentions = features.mention.is_some();
    let n_lexicon = lexicon.map_or(0, |lexicon| lexicon.n_features(has_mentions));
    let n_ngrams = ngrams.n_features();
    let (n_idf, are_frequencies) = match ngrams {
        Ngrams::Listed { idf, .. } => (idf.len(), ranges::are_frequencies(idf.iter())),
        Ngrams::Hashed(_) => (n_ngrams, true),
    };
    let n = features.n_features;
    if n_ngrams + n_lexicon != n || n_idf != n_ngrams || features.n_word > n_ngrams {
        return Err(features_disagree());
    }
    let n_columns: usize = heads.iter().map(|head| head.labels.len()).sum();
    if weights.n_features() != n || weights.steps.len() != n_columns || heads.is_empty() {
        return Err(malformed("its weights do not fit its targets".into()));
    }
    if !are_frequencies {
        let found =
            "an inverse document frequency is none: expected 0, or a number from 0.5 to 100";
        return Err(malformed(found.into()));
    }
    match ranges::are_weights(weights.largest()) {
        true => Ok(()),
        false => Err(malformed(
            "a weight is out of range; expected numbers from -1e9 to 1e9".into(),
        )),
    }
}

fn analyzer(metadata: &Metadata) -> Result<Analyzer> {
    let language = Language::from_code(&metadata.language)
        .ok_or_else(|| malformed(format!("its language `{}` is unknown", metadata.language)))?;
    Ok(Analyzer::new(AnalyzerParams {
        language,
        mask_parties: metadata.mask_parties,
    }))
}

/// What a sentence encoder adds, without the encoder.
fn encoder_head(
    metadata: &Metadata,
    sections: &Sections,
    heads: &[Head],
) -> Result<Option<EncoderHead>> {
    let Some(meta) = &metadata.encoder else {
        return Ok(None);
    };
    let means: Numbers<f32, 4> = sections.numbers("encoder_means")?;
    let weights: Numbers<f32, 4> = sections.numbers("encoder_weights")?;
    let n_columns: usize = heads.iter().map(|head| head.labels.len()).sum();
    let head = EncoderHead::new(
        meta.identity(),
        means.iter().collect(),
        weights.iter().collect(),
    );
    let is_in_range = |head: &EncoderHead| {
        ranges::are_weights(head.means().iter().chain(head.weights()).copied())
    };
    match head.filter(|head| head.n_columns() == n_columns && is_in_range(head)) {
        Some(head) => Ok(Some(head)),
        None => Err(malformed(
            "its weights do not fit its sentence encoder".into(),
        )),
    }
}

/// What a learner goes on from, of a model that was learned row by row.
fn streamed(
    metadata: &Metadata,
    sections: &Sections,
    vocabulary: &Vocabulary,
    heads: &[Head],
) -> Result<Option<Streamed>> {
    let Some(meta) = &metadata.streamed else {
        return Ok(None);
    };
    let streamed = meta.streamed(sections.bytes("gathered")?);
    let n_columns = heads.iter().map(|head| head.labels.len()).sum();
    let n_views = vocabulary.views().len();
    match streamed.fits(vocabulary.len(), n_views, heads.len(), n_columns) {
        true => Ok(Some(streamed)),
        false => Err(malformed("what its learner gathered is wrong".into())),
    }
}

fn record(
    metadata: Metadata,
    training_texts: TrainingFingerprints,
    streamed: Option<Streamed>,
) -> ModelRecord {
    ModelRecord {
        name: metadata.name,
        date: metadata.date,
        n_rows: metadata.data.n_rows,
        n_groups: metadata.data.n_groups,
        fingerprint: metadata.data.fingerprint,
        n_folds: metadata.folds.n_folds,
        seed: metadata.folds.seed,
        training_texts,
        shrunk: metadata.shrunk_from.map(|shrunk| Shrunk {
            n_bytes: shrunk.bytes,
            n_features: shrunk.n_features,
        }),
        streamed,
        calibrated: metadata.calibrated.map(|calibrated| Calibrated {
            n_rows: calibrated.n_rows,
            n_groups: calibrated.n_groups,
            fingerprint: calibrated.fingerprint,
        }),
    }
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
