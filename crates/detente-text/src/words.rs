//! The words that a thread has met, each with all that depends on nothing but the word.

use rustc_hash::FxHashMap;

use crate::fold::surface;
use crate::frame::FrameWord;
use crate::negation::{Phrase, Role, phrases, role};
use crate::parties::{Name, Parties};
use crate::span::Span;
use crate::stem::{Language, stem};

/// Surface and stem of a masked party name.
pub const PARTY: &str = "<party>";

/// The words are forgotten before a text once there are this many.
const MAX_WORDS: usize = 1 << 16;

/// Words up to this many bytes are compared as one number.
const MAX_SHORT_BYTES: usize = 16;

/// Numbers of what stands for whole classes of terms; words follow.
pub(super) const PARTY_WORD: u32 = 0;
pub(super) const NUMBER_WORD: u32 = 1;
pub(super) const YEAR_WORD: u32 = 2;

/// All that is known of a word as it is written.
pub(super) struct CachedWord {
    pub(super) surface: Box<str>,
    pub(super) stem: Box<str>,
    pub(super) role: Role,
    /// What it is in frames.
    pub(super) frame: FrameWord,
    /// The phrases of negation that start with this word.
    pub(super) phrases: Option<&'static [Phrase]>,
    /// The party names that start with this word.
    pub(super) names: Option<&'static [Name]>,
}

/// A table of words by their bytes.
///
/// Most words of a text have been met before, so that finding one again is what tokens cost. A
/// hash map of strings compares them through a pointer and a call; here a word of up to 16 bytes
/// is its own key.
#[derive(Default)]
pub(super) struct Words {
    language: Option<Language>,
    epoch: u64,
    /// Open addressing with linear probing; at most half full, the length a power of 2.
    slots: Vec<Slot>,
    long: FxHashMap<Box<str>, u32>,
    words: Vec<CachedWord>,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    /// The bytes of the word, and zeros. No word is empty, and none ends in a zero byte.
    key: [u64; 2],
    word: u32,
}

impl Words {
    /// Begins a text: forgets all words if they are of another language, or too many.
    pub(super) fn prepare(&mut self, language: Language) {
        if self.language == Some(language) && self.words.len() < MAX_WORDS {
            return;
        }
        self.language = Some(language);
        self.epoch += 1;
        self.slots.clear();
        self.slots.resize(1 << 10, Slot::default());
        self.long.clear();
        self.words.clear();
        for fixed in [PARTY, "0", "year"] {
            self.words.push(CachedWord {
                surface: fixed.into(),
                stem: fixed.into(),
                role: Role::Plain,
                frame: FrameWord::default(),
                phrases: None,
                names: None,
            });
        }
    }

    /// Changes whenever numbers of words begin to stand for others.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    pub(super) fn get(&self, word: u32) -> &CachedWord {
        &self.words[word as usize]
    }

    /// The number of the word at a span of a text, which is learned if it is new.
    pub(super) fn number(&mut self, text: &str, span: Span, language: Language) -> u32 {
        let Some(key) = short_key(text, span) else {
            let word = span.slice(text);
            if let Some(known) = self.long.get(word) {
                return *known;
            }
            let number = self.learn(word, language);
            self.long.insert(word.into(), number);
            return number;
        };
        let mask = self.slots.len() - 1;
        let mut at = place(key) & mask;
        loop {
            let slot = &self.slots[at];
            if slot.key == key {
                return slot.word;
            }
            if slot.key == [0, 0] {
                break;
            }
            at = (at + 1) & mask;
        }
        let word = self.learn(span.slice(text), language);
        self.slots[at] = Slot { key, word };
        if self.words.len() * 2 > self.slots.len() {
            self.grow();
        }
        word
    }

    fn learn(&mut self, word: &str, language: Language) -> u32 {
        let surface = surface(word, language);
        self.words.push(CachedWord {
            stem: stem(language, &surface).into(),
            role: role(language, &surface),
            frame: FrameWord::of(language, &surface),
            phrases: phrases(language, &surface),
            names: Parties::of(language).head(word),
            surface: surface.into(),
        });
        (self.words.len() - 1) as u32
    }

    fn grow(&mut self) {
        let larger = vec![Slot::default(); self.slots.len() * 4];
        let mask = larger.len() - 1;
        for slot in std::mem::replace(&mut self.slots, larger) {
            if slot.key == [0, 0] {
                continue;
            }
            let mut at = place(slot.key) & mask;
            while self.slots[at].key != [0, 0] {
                at = (at + 1) & mask;
            }
            self.slots[at] = slot;
        }
    }
}

/// The bytes of a short word as two numbers; `None` for a long one.
fn short_key(text: &str, span: Span) -> Option<[u64; 2]> {
    let n_bytes = span.len();
    if n_bytes > MAX_SHORT_BYTES || n_bytes == 0 {
        return None;
    }
    let rest = &text.as_bytes()[span.start..];
    let bytes = match rest.first_chunk::<MAX_SHORT_BYTES>() {
        Some(chunk) => u128::from_le_bytes(*chunk) & (u128::MAX >> (128 - 8 * n_bytes)),
        None => {
            let mut chunk = [0; MAX_SHORT_BYTES];
            chunk[..n_bytes].copy_from_slice(&rest[..n_bytes]);
            u128::from_le_bytes(chunk)
        }
    };
    // A zero byte at the end could not be told from none.
    (rest[n_bytes - 1] != 0).then_some([bytes as u64, (bytes >> 64) as u64])
}

fn place(key: [u64; 2]) -> usize {
    // The odd constants are those of PCG and of Fibonacci hashing; what matters is that they are odd
    // and without a pattern.
    let mixed = key[0].wrapping_mul(0x5851_f42d_4c95_7f2d)
        ^ key[1].wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32);
    (mixed ^ (mixed >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15) as usize >> 20
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equal_words_and_no_others_share_a_number(
            texts in proptest::collection::vec("[ab\0é]{1,3}|[a-c]{14,18}|\\PC{1,20}", 1..60)
        ) {
            let mut words = Words::default();
            words.prepare(Language::Unstemmed);
            let mut known: Vec<(String, u32)> = Vec::new();
            for text in texts.iter().chain(&texts) {
                // What follows a word must not be taken for a part of it.
                for tail in ["", " and more of the text"] {
                    let whole = format!("{text}{tail}");
                    let span = Span::new(0, text.len());
                    let number = words.number(&whole, span, Language::Unstemmed);
                    for (other, its_number) in &known {
                        prop_assert_eq!(other == text, *its_number == number);
                    }
                    known.push((text.clone(), number));
                }
            }
        }
    }
}
