//! The fitted way from a statement to its row.

use super::counts::TermCounts;
use super::lexicon::{Lexicon, LexiconState, PatternRange};
use super::near::Place;
use super::ngram::{NgramParams, NgramSink, View, char_ngrams, near_char_hash, visit};
use super::row::SparseRow;
use super::vocabulary::Vocabulary;
use super::weighting::{Idf, WeightingParams};
use crate::error::Result;
use crate::text::{Analyzer, AnalyzerState, Passage};
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// The recipe for a [`Vectorizer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VectorizerParams {
    /// Which n-grams are made.
    pub ngrams: NgramParams,
    /// How they are weighted.
    pub weighting: WeightingParams,
}

impl VectorizerParams {
    /// The defaults of its parts.
    pub const DEFAULT: Self = Self {
        ngrams: NgramParams::DEFAULT,
        weighting: WeightingParams::DEFAULT,
    };

    /// Checks the ranges.
    ///
    /// # Errors
    /// As [`NgramParams::check`].
    pub fn check(&self) -> Result<()> {
        self.ngrams.check()
    }
}

/// Turns statements into rows over a frozen vocabulary with frozen document frequencies.
#[derive(Clone, Debug)]
pub struct Vectorizer {
    /// Tells the states that hold this vocabulary's ids from those of another.
    serial: u64,
    params: VectorizerParams,
    vocabulary: Vocabulary,
    idf: Idf,
}

/// What one thread needs to vectorise: scratch space and a cache of words. Results never depend on
/// what it has seen before: used with another [`Vectorizer`], it starts anew.
#[derive(Default)]
pub struct VectorizerState {
    /// The vectorizer that the ids below belong to; 0 for none yet.
    serial: u64,
    analyzer: AnalyzerState,
    counts: Vec<u32>,
    row: SparseRow,
    known_words: FxHashMap<Box<str>, KnownWord>,
    arena: Vec<u32>,
    lexicon: LexiconState,
    n_tokens: usize,
    n_known_tokens: usize,
}

/// What is remembered of a word.
#[derive(Clone, Copy)]
struct KnownWord {
    /// Its known character n-grams, as a range of the arena.
    ids: (u32, u32),
    /// Those of them that are known near a mention.
    near_ids: (u32, u32),
    /// The patterns of the lexicon that it matches.
    patterns: PatternRange,
}

fn next_serial() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    1 + LAST.fetch_add(1, Ordering::Relaxed)
}

/// Words remembered before the cache starts anew.
const CACHED_WORDS: usize = 1 << 16;

impl Vectorizer {
    /// Makes the vectorizer of counted training texts.
    pub fn fit<'a, T: Copy + Sync + Into<Passage<'a>>>(
        counts: &TermCounts,
        texts: &[T],
        analyzer: &Analyzer,
        params: &VectorizerParams,
    ) -> Self {
        let all_rows: Vec<usize> = (0..counts.n_rows()).collect();
        let df = counts.document_frequencies(&all_rows);
        Self {
            serial: next_serial(),
            params: *params,
            vocabulary: Vocabulary::new(
                counts.hashes.clone(),
                counts.names(texts, analyzer, &params.ngrams),
                counts.borders.clone(),
                counts.lexicon.clone(),
            ),
            idf: Idf::fit(&df, counts.n_rows(), &params.weighting),
        }
    }

    /// Puts a saved vectorizer together again.
    pub fn from_parts(params: VectorizerParams, vocabulary: Vocabulary, idf: Idf) -> Self {
        Self {
            serial: next_serial(),
            params,
            vocabulary,
            idf,
        }
    }

    /// The recipe.
    pub fn params(&self) -> &VectorizerParams {
        &self.params
    }

    /// The known features.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The frozen weights.
    pub fn idf(&self) -> &Idf {
        &self.idf
    }

    /// The row of a statement: shape `(1, n_features)`, in the state until the next call.
    pub fn transform<'a, 'b>(
        &self,
        analyzer: &Analyzer,
        state: &'a mut VectorizerState,
        passage: impl Into<Passage<'b>>,
    ) -> Transformed<'a> {
        if state.serial != self.serial {
            *state = VectorizerState {
                serial: self.serial,
                ..VectorizerState::default()
            };
        }
        let VectorizerState {
            serial: _,
            analyzer: analyzer_state,
            counts,
            row,
            known_words,
            arena,
            lexicon: lexicon_state,
            n_tokens,
            n_known_tokens,
        } = state;
        counts.resize(self.vocabulary.n_ngrams(), 0);
        lexicon_state.begin();
        row.ids.clear();
        (*n_tokens, *n_known_tokens) = (0, 0);
        if known_words.len() > CACHED_WORDS {
            known_words.clear();
            arena.clear();
            lexicon_state.forget();
        }
        let mut sink = Lookup {
            vectorizer: self,
            counts,
            ids: &mut row.ids,
            known_words,
            arena,
            lexicon: self.vocabulary.lexicon().map(|lexicon| &**lexicon),
            lexicon_state,
            n_tokens,
            n_known_tokens,
        };
        visit(
            analyzer,
            analyzer_state,
            passage.into(),
            &self.params.ngrams,
            &mut sink,
        );
        self.idf.weigh(
            &mut row.ids,
            |_, id| std::mem::take(&mut counts[id as usize]),
            &mut row.values,
            self.vocabulary.borders(),
            &self.params.weighting,
        );
        if let Some(lexicon) = self.vocabulary.lexicon() {
            let near = self.params.ngrams.mention;
            lexicon_state.finish(lexicon, near, |feature, value| {
                row.ids.push((self.vocabulary.n_ngrams() + feature) as u32);
                row.values.push(value);
            });
        }
        Transformed {
            row: &state.row,
            n_tokens: state.n_tokens,
            n_known_tokens: state.n_known_tokens,
        }
    }
}

/// A statement's row, with how many of its words the vocabulary knows.
#[derive(Clone, Copy, Debug)]
pub struct Transformed<'a> {
    /// The row.
    pub row: &'a SparseRow,
    /// Number of words.
    pub n_tokens: usize,
    /// Number of words whose stem is a feature.
    pub n_known_tokens: usize,
}

struct Lookup<'a> {
    vectorizer: &'a Vectorizer,
    counts: &'a mut [u32],
    ids: &'a mut Vec<u32>,
    known_words: &'a mut FxHashMap<Box<str>, KnownWord>,
    arena: &'a mut Vec<u32>,
    lexicon: Option<&'a Lexicon>,
    lexicon_state: &'a mut LexiconState,
    n_tokens: &'a mut usize,
    n_known_tokens: &'a mut usize,
}

impl Lookup<'_> {
    fn add(&mut self, id: u32) {
        let count = &mut self.counts[id as usize];
        if *count == 0 {
            self.ids.push(id);
        }
        *count += 1;
    }
}

impl NgramSink for Lookup<'_> {
    fn word(&mut self, hash: u64, _stems: &[&str]) -> bool {
        let id = self.vectorizer.vocabulary.id_of(hash);
        if let Some(id) = id {
            self.add(id.0);
        }
        id.is_some()
    }

    fn surface(&mut self, surface: &str, negated: bool, is_known: bool) {
        *self.n_tokens += 1;
        *self.n_known_tokens += usize::from(is_known);
        let known = match self.known_words.get(surface) {
            Some(known) => *known,
            None => {
                let start = self.arena.len() as u32;
                let vocabulary = &self.vectorizer.vocabulary;
                char_ngrams(surface, &self.vectorizer.params.ngrams, |hash, _| {
                    self.arena.extend(vocabulary.id_of(hash).map(|id| id.0));
                });
                let near_start = self.arena.len() as u32;
                if self.vectorizer.params.ngrams.mention {
                    char_ngrams(surface, &self.vectorizer.params.ngrams, |hash, _| {
                        let id = vocabulary.id_of(near_char_hash(hash));
                        self.arena.extend(id.map(|id| id.0));
                    });
                }
                let known = KnownWord {
                    ids: (start, near_start),
                    near_ids: (near_start, self.arena.len() as u32),
                    patterns: match self.lexicon {
                        Some(lexicon) => self.lexicon_state.look_up(lexicon, surface),
                        None => PatternRange::default(),
                    },
                };
                self.known_words.insert(surface.into(), known);
                known
            }
        };
        for at in known.ids.0..known.ids.1 {
            let id = self.arena[at as usize];
            self.add(id);
        }
        self.lexicon_state.push(known.patterns, negated);
    }

    fn gap(&mut self) {
        self.lexicon_state.push(PatternRange::default(), false);
    }

    fn near(&mut self, _view: View, hash: u64, _mark: &str, _stems: &[&str]) {
        if let Some(id) = self.vectorizer.vocabulary.id_of(hash) {
            self.add(id.0);
        }
    }

    fn near_surface(&mut self, surface: &str) {
        let Some(known) = self.known_words.get(surface).copied() else {
            return;
        };
        for at in known.near_ids.0..known.near_ids.1 {
            let id = self.arena[at as usize];
            self.add(id);
        }
    }

    fn places(&mut self, places: &[Place]) {
        self.lexicon_state.place(places);
    }
}
