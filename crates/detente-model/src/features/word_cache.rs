//! What a thread remembers of the words that it has looked up.

use super::lexicon_matcher::PatternRange;
use super::row::NO_FEATURE;

/// What is remembered of words, by the numbers that an analyzer gives them.
#[derive(Default)]
pub(super) struct WordCache {
    /// The epoch of the analyzer's words that the numbers belong to.
    epoch: u64,
    pub(super) words: Vec<KnownWord>,
    /// Feature ids of character n-grams.
    pub(super) ids: Vec<u32>,
}

impl WordCache {
    /// Forgets all words if the analyzer has begun to number them anew; says whether it has.
    pub(super) fn renew(&mut self, epoch: u64) -> bool {
        let is_new = self.epoch != epoch;
        if is_new {
            self.epoch = epoch;
            self.words.clear();
            self.ids.clear();
        }
        is_new
    }
}

/// What is remembered of a word: less than a cache line, since it is read for every word of a text.
#[derive(Clone)]
pub(super) struct KnownWord {
    pub(super) stem_hash: u64,
    /// The feature of its stem, or [`NO_FEATURE`]; and that of its stem negated.
    pub(super) stem: u32,
    pub(super) negated_stem: u32,
    /// Where its known character n-grams begin among the cache's ids, and how many there are; behind
    /// them stand those that are known near a mention.
    pub(super) ids: u32,
    pub(super) n_chars: u32,
    pub(super) n_near_chars: u32,
    /// The patterns of the lexicon that it matches.
    pub(super) patterns: PatternRange,
    /// Whether its stem has been looked up; if not, the rest says nothing.
    pub(super) is_known: bool,
    /// Whether its surface has been looked up too.
    pub(super) has_surface: bool,
}

impl KnownWord {
    pub(super) const UNKNOWN: Self = Self {
        stem_hash: 0,
        stem: NO_FEATURE,
        negated_stem: NO_FEATURE,
        ids: 0,
        n_chars: 0,
        n_near_chars: 0,
        patterns: PatternRange::NONE,
        is_known: false,
        has_surface: false,
    };
}
