//! The model file: one line of header, JSON metadata, binary sections; and how it is written.
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
//! of a model that reads what a sentence encoder says:
//!   encoder_means    f32  (n_encoder)             means of the encoder's rows
//!   encoder_weights  f32  (n_encoder, n_columns)  weights of a row less its means
//!
//! of a model that was learned row by row, instead of hashes, idf and names:
//!   buckets  u64  (n_buckets / 64)           a bit for each bucket, set where it is a feature
//!   gathered u8   (n_features, n_heads)      sums of squares that its learner goes on from, as
//!                                            128 + 4 times their binary logarithm, or 0
//! ```

use super::Model;
use super::metadata::{
    CalibratedMeta, DataMeta, EncoderMeta, FeaturesMeta, FoldsMeta, Metadata, SectionMeta,
    ShrunkMeta, StreamedMeta, head_meta, mention_meta,
};
use crate::features::{LittleEndian, Numbers, VectorizerParams};
use bytes::Bytes;
use detente_text::FRAMES;
use xxhash_rust::xxh3::xxh3_128;

pub(super) const MAGIC: &str = "DETENTE-MODEL";
impl Model {
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
        if let Some(encoder) = &self.encoder {
            sections.push(("encoder_means", packed(encoder.means())));
            sections.push(("encoder_weights", packed(encoder.weights())));
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
            analysis: self.analysis,
            features: FeaturesMeta {
                n_features: vocabulary.len(),
                n_word: vocabulary.n_word(),
                word_max: ngrams.word_max,
                char_min: ngrams.char_min,
                char_max: ngrams.char_max,
                negation: ngrams.negation,
                lexicon: vocabulary.lexicon().is_some(),
                frames: ngrams.frames.then_some(FRAMES),
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
            calibrated: (record.calibrated.as_ref()).map(|calibrated| CalibratedMeta {
                n_rows: calibrated.n_rows,
                n_groups: calibrated.n_groups,
                fingerprint: calibrated.fingerprint.clone(),
            }),
            encoder: self
                .encoder
                .as_ref()
                .map(|head| EncoderMeta::of(head.identity())),
            targets: self.heads.iter().map(head_meta).collect(),
            sections,
        }
    }
}

/// The first line of a model file.
pub(super) fn header_line(format: u32, length: usize, checksum: u128) -> String {
    format!("{MAGIC} {format} {length} {checksum:032x}\n")
}

/// Numbers as a section has them.
fn packed<T: LittleEndian<N>, const N: usize>(numbers: &[T]) -> Bytes {
    let numbers: Numbers<T, N> = numbers.iter().copied().collect();
    numbers.bytes().clone()
}
