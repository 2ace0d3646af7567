//! What remains of a text when only its likeness to others matters.

use super::token::{TokenKind, tokens};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Seed of the hashes of two words, so that none is that of a word.
const TWO_WORDS: u64 = 2;

/// The hash of a text in lower case with one space between words: texts that differ only in case and
/// white space have the same.
pub fn text_hash(text: &str) -> u64 {
    let mut folded = String::with_capacity(text.len());
    let is_ascii = text.is_ascii();
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        match is_ascii {
            true => folded.push_str(word),
            false => folded.push_str(&word.to_lowercase()),
        }
    }
    if is_ascii {
        folded.make_ascii_lowercase();
    }
    xxh3_64(folded.as_bytes())
}

/// A sketch from which the resemblance of two texts can be estimated, in 15 bytes.
///
/// ```text
/// nibble i = lowest 4 bits of min { hash_i(s) : s a word, or two neighbouring words, of the text }
/// resemblance(A, B) = |A ∩ B| / |A ∪ B| ≈ (m/30 - 1/16) / (15/16)      m equal nibbles
/// ```
///
/// Two texts are taken for near-duplicates from 22 equal nibbles, an estimate of .72. Of pairs that
/// resemble each other by .9 this finds all but 1 in 1,000, by .8 nine of ten, by .5 one of fifty, and
/// of those that share a tenth of their words and word pairs, none.
///
/// # References
/// Broder 1997, On the Resemblance and Containment of Documents; Li and König 2010, b-Bit Minwise
/// Hashing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sketch(u128);

/// Nibbles of a sketch.
const N_NIBBLES: usize = 30;
/// Equal nibbles from which two texts are near-duplicates.
const N_EQUAL: u32 = 22;
/// Nibbles of a band.
const BAND: usize = 3;

impl Sketch {
    /// Bytes of a sketch.
    pub const N_BYTES: usize = 15;
    /// Bands of a sketch: near-duplicates differ in 8 nibbles at the most, so at least two of their
    /// ten bands are equal.
    pub const N_BANDS: usize = N_NIBBLES / BAND;

    /// The sketch of a text. A text without words resembles only itself.
    pub fn of(text: &str) -> Self {
        let mut shingles = shingles(text);
        if shingles.is_empty() {
            shingles.push(text_hash(text));
        }
        let mut sketch = 0;
        for idx in 0..N_NIBBLES {
            let least = shingles.iter().map(|shingle| mixed(*shingle, idx as u64));
            let nibble = least.min().unwrap_or_default() & 0xf;
            sketch |= u128::from(nibble) << (4 * idx);
        }
        Self(sketch)
    }

    /// Whether two texts with these sketches are near-duplicates.
    pub fn is_near(self, other: Self) -> bool {
        let mut differing = self.0 ^ other.0;
        differing |= differing >> 1;
        differing |= differing >> 2;
        let lowest_bits = u128::MAX / 15;
        (differing & lowest_bits).count_ones() <= N_NIBBLES as u32 - N_EQUAL
    }

    /// A band of three nibbles as a number below 4,096.
    pub fn band(self, idx: usize) -> usize {
        (self.0 >> (4 * BAND * idx)) as usize & ((1 << (4 * BAND)) - 1)
    }

    /// The sketch as bytes.
    pub fn to_bytes(self) -> [u8; Self::N_BYTES] {
        let mut bytes = [0; Self::N_BYTES];
        bytes.copy_from_slice(&self.0.to_le_bytes()[..Self::N_BYTES]);
        bytes
    }

    /// The sketch that [`to_bytes`](Self::to_bytes) wrote.
    pub fn from_bytes(bytes: [u8; Self::N_BYTES]) -> Self {
        let mut whole = [0; 16];
        whole[..Self::N_BYTES].copy_from_slice(&bytes);
        Self(u128::from_le_bytes(whole))
    }
}

/// The words and pairs of neighbouring words of a text as hashes, punctuation left out.
fn shingles(text: &str) -> Vec<u64> {
    let is_ascii = text.is_ascii();
    let lower = match is_ascii {
        true => text.to_ascii_lowercase(),
        false => String::new(),
    };
    let words: Vec<u64> = tokens(text)
        .iter()
        .filter(|token| token.kind != TokenKind::Mark)
        .map(|token| match is_ascii {
            true => xxh3_64(token.span.slice(&lower).as_bytes()),
            false => xxh3_64(token.span.slice(text).to_lowercase().as_bytes()),
        })
        .collect();
    let pair = |pair: &[u64]| {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&pair[0].to_le_bytes());
        bytes[8..].copy_from_slice(&pair[1].to_le_bytes());
        xxh3_64_with_seed(&bytes, TWO_WORDS)
    };
    let mut all: Vec<u64> = words.windows(2).map(pair).collect();
    all.extend(&words);
    all
}

/// A hash of a hash, another one for every `idx` (the finaliser of MurmurHash3).
fn mixed(shingle: u64, idx: u64) -> u64 {
    let mut x = shingle ^ (idx + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    x = (x ^ (x >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ (x >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "We welcome the ceasefire that the parties signed in Geneva yesterday, and we \
                        call upon them to carry it out in full and without delay, under the eyes of \
                        the observers of the United Nations.";

    #[test]
    fn case_and_space_make_the_same_text() {
        assert_eq!(text_hash(" We  MET\n"), text_hash("we met"));
        assert_ne!(text_hash("we met."), text_hash("we met"));
    }

    #[test]
    fn one_changed_word_leaves_a_near_duplicate() {
        let sketch = Sketch::of(TEXT);
        let changed = TEXT.replace("Geneva", "Vienna").to_uppercase();
        assert!(sketch.is_near(Sketch::of(&changed)));
        let other = "We regret that the parties left Geneva yesterday without signing, and we call \
                     upon the Council to meet in full to hear the observers.";
        assert!(!sketch.is_near(Sketch::of(other)));
        assert!(!Sketch::of("...").is_near(Sketch::of("!?")));
    }

    #[test]
    fn near_duplicates_share_two_bands() {
        let sketch = Sketch::of(TEXT);
        // Eight changed nibbles, each in a band of its own.
        let changes = (0..8).fold(0_u128, |all, band| all | 1 << (12 * band));
        let other = Sketch(sketch.0 ^ changes);
        assert!(sketch.is_near(other));
        assert!(!sketch.is_near(Sketch(other.0 ^ 1 << 100)));
        let n_equal = (0..Sketch::N_BANDS).filter(|band| sketch.band(*band) == other.band(*band));
        assert_eq!(n_equal.count(), 2);
    }

    #[test]
    fn bytes_bring_the_sketch_back() {
        let sketch = Sketch::of(TEXT);
        assert_eq!(Sketch::from_bytes(sketch.to_bytes()), sketch);
    }
}
