//! What a model keeps of its training rows, so that it can be told whether a text was among them.

use crate::features::Hashes;
use bytes::Bytes;
use detente_text::{Sketch, text_hash};
use xxhash_rust::xxh3::xxh3_64;

/// Hashes and sketches of the texts and groups that a model was trained on: enough to recognise
/// them, too little to restore them.
///
/// They stay in the bytes of the model file, since scoring has no use for them: those of a large training
/// are half of its model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrainingFingerprints {
    /// Each distinct text, by hash: see [`text_at`].
    texts: Bytes,
    /// The hash of each group's name, sorted.
    groups: Hashes,
    /// The share of words that a fold's other folds do not know, from 0 to 1.
    pub unknown_words: Option<f64>,
    /// The share of rows of which they know no word, from 0 to 1.
    pub unknown_rows: Option<f64>,
}

/// Bytes of a text: its hash and its sketch.
pub(super) const TEXT_BYTES: usize = 8 + Sketch::N_BYTES;

/// How a text resembles those of training.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// A training text is the same but for case and white space.
    Exact,
    /// A training text is a near-duplicate, see [`Sketch`].
    Near,
}

impl TrainingFingerprints {
    /// Takes the hashes of texts and of the names of groups. Order and repetition do not matter.
    pub fn of<'a>(
        texts: impl Iterator<Item = &'a str>,
        groups: impl Iterator<Item = &'a str>,
    ) -> Self {
        Self::of_sketches(texts.map(|text| (text, Sketch::of(text))), groups)
    }

    /// The same where the sketches of the texts are known.
    pub fn of_sketches<'a>(
        texts: impl Iterator<Item = (&'a str, Sketch)>,
        groups: impl Iterator<Item = &'a str>,
    ) -> Self {
        let texts = texts.map(|(text, sketch)| (text_hash(text), sketch));
        let mut texts: Vec<(u64, Sketch)> = texts.collect();
        let mut groups: Vec<u64> = groups.map(group_hash).collect();
        texts.sort_unstable();
        texts.dedup_by_key(|(hash, _)| *hash);
        groups.sort_unstable();
        groups.dedup();
        let mut bytes = Vec::with_capacity(texts.len() * TEXT_BYTES);
        for (hash, sketch) in texts {
            bytes.extend_from_slice(&hash.to_le_bytes());
            bytes.extend_from_slice(&sketch.to_bytes());
        }
        Self {
            texts: bytes.into(),
            groups: groups.into(),
            unknown_words: None,
            unknown_rows: None,
        }
    }

    /// Adds how much a fold's other folds do not know: the share of words, the share of rows.
    pub fn with_unknown(self, words: Option<f64>, rows: Option<f64>) -> Self {
        Self {
            unknown_words: words,
            unknown_rows: rows,
            ..self
        }
    }

    /// The same without any text.
    pub(super) fn without_texts(&self) -> Self {
        Self {
            texts: Bytes::new(),
            ..self.clone()
        }
    }

    /// Number of distinct texts.
    pub fn n_texts(&self) -> usize {
        self.texts().len()
    }

    /// Number of groups that had a name.
    pub fn n_groups(&self) -> usize {
        self.groups.len()
    }

    /// Prepares to look texts up. Not done on reading a model, since scoring has no use for it.
    pub fn index(&self) -> FingerprintIndex<'_> {
        let band = |idx: usize| {
            let values = self.texts().iter().enumerate();
            let mut band: Vec<(u16, u32)> = values
                .map(|(at, text)| (text_at(text).1.band(idx) as u16, at as u32))
                .collect();
            band.sort_unstable();
            band
        };
        FingerprintIndex {
            training: self,
            bands: (0..Sketch::N_BANDS).map(band).collect(),
        }
    }

    /// Whether a group of this name was among those of training.
    pub fn has_group(&self, name: &str) -> bool {
        let groups = self.groups.bytes().as_chunks().0;
        let hash = group_hash(name);
        groups
            .binary_search_by_key(&hash, |group| u64::from_le_bytes(*group))
            .is_ok()
    }

    fn texts(&self) -> &[[u8; TEXT_BYTES]] {
        self.texts.as_chunks().0
    }

    /// The sections of a model file: texts and groups.
    pub(super) fn sections(&self) -> [Bytes; 2] {
        [self.texts.clone(), self.groups.bytes().clone()]
    }

    /// Takes the sections; `None` when a length does not fit, or hashes do not rise, so that none would be found.
    pub(super) fn from_sections(texts: Bytes, groups: Bytes) -> Option<Self> {
        let groups = Hashes::from_bytes(groups)?;
        let is_whole = texts.len().is_multiple_of(TEXT_BYTES);
        let training = Self {
            texts,
            groups,
            ..Self::default()
        };
        let hash_of = |text: &[u8; TEXT_BYTES]| text_at(text).0;
        let rise = training
            .texts()
            .is_sorted_by(|a, b| hash_of(a) < hash_of(b))
            && training.groups.iter().is_sorted_by(|a, b| a < b);
        (is_whole && rise).then_some(training)
    }
}

/// The hash and the sketch of a text.
fn text_at(bytes: &[u8; TEXT_BYTES]) -> (u64, Sketch) {
    let (mut hash, mut sketch) = ([0; 8], [0; Sketch::N_BYTES]);
    hash.copy_from_slice(&bytes[..8]);
    sketch.copy_from_slice(&bytes[8..]);
    (u64::from_le_bytes(hash), Sketch::from_bytes(sketch))
}

/// The texts of training, ready to be compared with others.
pub struct FingerprintIndex<'a> {
    training: &'a TrainingFingerprints,
    /// For each band of the sketches, the texts in the order of their values.
    bands: Vec<Vec<(u16, u32)>>,
}

impl FingerprintIndex<'_> {
    /// Whether the text was among the training rows, or one much like it.
    pub fn likeness(&self, text: &str) -> Option<Likeness> {
        let (hash, texts) = (text_hash(text), self.training.texts());
        if texts
            .binary_search_by_key(&hash, |text| text_at(text).0)
            .is_ok()
        {
            return Some(Likeness::Exact);
        }
        let sketch = Sketch::of(text);
        let is_near = self.bands.iter().enumerate().any(|(idx, band)| {
            let value = sketch.band(idx) as u16;
            let start = band.partition_point(|(other, _)| *other < value);
            band[start..]
                .iter()
                .take_while(|(other, _)| *other == value)
                .any(|(_, at)| text_at(&texts[*at as usize]).1.is_near(sketch))
        });
        is_near.then_some(Likeness::Near)
    }
}

fn group_hash(name: &str) -> u64 {
    xxh3_64(name.trim().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 3] = [
        "We welcome the ceasefire that was signed in Geneva yesterday by both of the parties.",
        "They fired.",
        "they  FIRED.",
    ];

    #[test]
    fn texts_and_groups_are_recognised_after_a_round_trip() {
        let fingerprints =
            TrainingFingerprints::of(TEXTS.into_iter(), ["speech 1", "speech 2"].into_iter());
        let [texts, groups] = fingerprints.sections();
        let fingerprints =
            TrainingFingerprints::from_sections(texts.clone(), groups.clone()).unwrap();
        assert_eq!((fingerprints.n_texts(), fingerprints.n_groups()), (2, 2));
        let index = fingerprints.index();
        assert_eq!(index.likeness(" THEY fired."), Some(Likeness::Exact));
        let near = TEXTS[0].replace("yesterday", "today");
        assert_eq!(index.likeness(&near), Some(Likeness::Near));
        assert_eq!(index.likeness("We met in Oslo and parted there."), None);
        assert!(fingerprints.has_group("speech 2") && !fingerprints.has_group("speech 3"));
        assert!(TrainingFingerprints::from_sections(texts.slice(1..), groups).is_none());
    }
}
