//! Text made up from a fixed seed, so that every run measures the same bytes.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

/// Words that the rules of the pipeline look at: names, abbreviations, negators, quotations.
const TELLING: [&str; 24] = [
    "the",
    "of",
    "and",
    "to",
    "not",
    "never",
    "welcomes",
    "condemned",
    "ceasefire",
    "agreement",
    "Ankara",
    "Mr.",
    "U.N.",
    "without",
    "Russia",
    "(S/2014/189)",
    "talks",
    "sanctions",
    "“peace”",
    "said",
    "cooperation",
    "1992",
    "military",
    "exercises",
];

const SYLLABLES: [&str; 24] = [
    "ba", "con", "der", "en", "fi", "gra", "ho", "in", "ka", "lo", "mer", "ni", "or", "pre", "qua",
    "re", "sta", "ti", "um", "ver", "wa", "ex", "ya", "zo",
];

const ENDINGS: [&str; 6] = ["", "s", "ed", "ing", "tion", "al"];

/// A source of text.
pub(crate) struct Writer(Xoshiro256PlusPlus);

impl Writer {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: u64) -> usize {
        (self.0.next_u64() % n) as usize
    }

    /// A word: one in three tells something, the others are common or rare by a power law.
    fn word(&mut self) -> String {
        if self.below(3) == 0 {
            return TELLING[self.below(TELLING.len() as u64)].to_owned();
        }
        // The square of a uniform number is small more often than large.
        let uniform = self.below(1 << 20) as f64 / f64::from(1 << 20);
        let mut rank = (uniform * uniform * 20_000.0) as usize;
        let ending = ENDINGS[rank % ENDINGS.len()];
        let mut word = String::new();
        while word.is_empty() || rank > 0 {
            word.push_str(SYLLABLES[rank % SYLLABLES.len()]);
            rank /= SYLLABLES.len();
        }
        word + ending
    }

    /// A statement of 8 to 39 words.
    pub(crate) fn statement(&mut self) -> String {
        let n_words = 8 + self.below(32);
        let words: Vec<String> = (0..n_words).map(|_| self.word()).collect();
        format!("We {}.", words.join(" "))
    }
}
