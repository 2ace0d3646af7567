//! The n-grams of a statement on their way to the features of a vocabulary.

use super::feature_counts::FeatureCounts;
use super::lexicon::Lexicon;
use super::lexicon_matcher::{LexiconMatcher, PatternRange};
use super::ngram::{NgramParams, NgramSink, char_ngrams, near_char_hash, negated_name, word_hash};
use super::place::Place;
use super::row::NO_FEATURE;
use super::view::View;
use super::vocabulary::Vocabulary;
use super::word_cache::{KnownWord, WordCache};
use detente_text::Term;

/// Words of a statement, and those of them that the vocabulary knows.
#[derive(Clone, Copy, Default)]
pub(super) struct TokenCounts {
    pub(super) n_tokens: usize,
    pub(super) n_known_tokens: usize,
}

/// Looks the n-grams of a statement up in a vocabulary and notes those that it knows.
pub(super) struct Lookup<'a> {
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) ngrams: &'a NgramParams,
    pub(super) cache: &'a mut WordCache,
    pub(super) counts: &'a mut FeatureCounts,
    pub(super) tokens: &'a mut TokenCounts,
    pub(super) lexicon: Option<&'a Lexicon>,
    pub(super) lexicon_matcher: &'a mut LexiconMatcher,
}

impl Lookup<'_> {
    /// Where the cache has what is remembered of a term's word, which must have a number; looks its stem
    /// up if it is new.
    fn place(&mut self, term: &Term<'_>) -> usize {
        let at = term.word as usize;
        if !self.cache.words.get(at).is_some_and(|word| word.is_known) {
            self.learn_stem(term);
        }
        at
    }

    #[cold]
    fn learn_stem(&mut self, term: &Term<'_>) {
        let at = term.word as usize;
        if at >= self.cache.words.len() {
            self.cache.words.resize(at + 1, KnownWord::UNKNOWN);
        }
        let vocabulary = self.vocabulary;
        let stem_hash = word_hash(term.stem);
        self.cache.words[at] = KnownWord {
            is_known: true,
            stem_hash,
            stem: vocabulary.find(View::Word, stem_hash),
            negated_stem: vocabulary.find(View::Word, word_hash(&negated_name(term.stem))),
            ..KnownWord::UNKNOWN
        };
    }

    /// Looks the character n-grams of a word up, and the patterns that it matches.
    #[cold]
    fn learn_surface(&mut self, term: &Term<'_>) {
        let vocabulary = self.vocabulary;
        let ngrams = self.ngrams;
        let ids = &mut self.cache.ids;
        let start = ids.len();
        let mut look_up = |of: fn(u64) -> u64| {
            let start = ids.len();
            char_ngrams(term.surface, ngrams, |hash, _| {
                let key = vocabulary.find(View::Char, of(hash));
                ids.extend((key != NO_FEATURE).then_some(key));
            });
            (ids.len() - start) as u32
        };
        let n_chars = look_up(|hash| hash);
        let n_near_chars = match ngrams.mention {
            true => look_up(near_char_hash),
            false => 0,
        };
        let patterns = match self.lexicon {
            Some(lexicon) => self.lexicon_matcher.look_up(lexicon, term.surface),
            None => PatternRange::NONE,
        };
        let at = self.place(term);
        let known = &mut self.cache.words[at];
        known.has_surface = true;
        known.ids = start as u32;
        (known.n_chars, known.n_near_chars, known.patterns) = (n_chars, n_near_chars, patterns);
    }
}

impl NgramSink for Lookup<'_> {
    const WANTS_STEMS: bool = false;

    fn word(&mut self, hash: u64, _stems: &[&str]) {
        self.counts.note_hash(hash);
    }

    // Called for every word, from one place.
    #[inline(always)]
    fn stem(&mut self, term: &Term<'_>) -> (u64, bool) {
        let (hash, id) = match term.word {
            Term::NO_WORD => {
                let hash = word_hash(term.stem);
                (hash, self.vocabulary.find(View::Word, hash))
            }
            _ => {
                let at = self.place(term);
                let known = &self.cache.words[at];
                (known.stem_hash, known.stem)
            }
        };
        self.counts.note(id);
        let is_known = self.vocabulary.id_of_key(id) != NO_FEATURE;
        (hash, is_known)
    }

    fn negated(&mut self, term: &Term<'_>) {
        let at = self.place(term);
        self.counts.note(self.cache.words[at].negated_stem);
    }

    #[inline(always)]
    fn surface(&mut self, term: &Term<'_>, is_known: bool) {
        self.tokens.n_tokens += 1;
        self.tokens.n_known_tokens += usize::from(is_known);
        let at = self.place(term);
        if !self.cache.words[at].has_surface {
            self.learn_surface(term);
        }
        let known = &self.cache.words[at];
        if known.n_chars > 0 {
            let ids = &self.cache.ids[known.ids as usize..];
            self.counts.note_all(&ids[..known.n_chars as usize]);
        }
        if self.lexicon.is_some() {
            self.lexicon_matcher.push(known.patterns, term.negated);
        }
    }

    fn gap(&mut self) {
        if self.lexicon.is_some() {
            self.lexicon_matcher.push(PatternRange::NONE, false);
        }
    }

    fn near(&mut self, _view: View, hash: u64, _mark: &str, _stems: &[&str], _places: &[usize]) {
        self.word(hash, &[]);
    }

    fn near_surface(&mut self, _surface: &str, word: u32, _place: usize) {
        let known = &self.cache.words[word as usize];
        let ids = &self.cache.ids[(known.ids + known.n_chars) as usize..];
        self.counts.note_all(&ids[..known.n_near_chars as usize]);
    }

    fn places(&mut self, places: &[Place]) {
        self.lexicon_matcher.place(places);
    }
}
