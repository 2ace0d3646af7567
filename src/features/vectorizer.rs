//! The fitted way from a statement to its row.

use super::counts::TermCounts;
use super::lexicon::{Lexicon, LexiconState};
use super::ngram::{NgramParams, NgramSink, char_ngrams, visit};
use super::row::SparseRow;
use super::vocabulary::Vocabulary;
use super::weighting::{Idf, WeightingParams};
use crate::error::Result;
use crate::text::{Analyzer, AnalyzerState};
use rustc_hash::FxHashMap;

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
    params: VectorizerParams,
    vocabulary: Vocabulary,
    idf: Idf,
}

/// What one thread needs to vectorise: scratch space and a cache of words. Results never depend on
/// what it has seen before. It belongs to one [`Vectorizer`].
#[derive(Default)]
pub struct VectorizerState {
    analyzer: AnalyzerState,
    counts: Vec<u32>,
    row: SparseRow,
    ids_of_word: FxHashMap<Box<str>, (u32, u32)>,
    arena: Vec<u32>,
    lexicon: LexiconState,
    n_tokens: usize,
    n_known_tokens: usize,
}

/// Words remembered before the cache starts anew.
const CACHED_WORDS: usize = 1 << 16;

impl Vectorizer {
    /// Makes the vectorizer of counted training texts.
    pub fn fit(
        counts: &TermCounts,
        texts: &[&str],
        analyzer: &Analyzer,
        params: &VectorizerParams,
    ) -> Self {
        let all_rows: Vec<usize> = (0..counts.n_rows()).collect();
        let df = counts.document_frequencies(&all_rows);
        Self {
            params: *params,
            vocabulary: Vocabulary::new(
                counts.hashes.clone(),
                counts.names(texts, analyzer, &params.ngrams),
                counts.n_word,
                counts.lexicon.clone(),
            ),
            idf: Idf::fit(&df, counts.n_rows(), &params.weighting),
        }
    }

    /// Puts a saved vectorizer together again.
    pub fn from_parts(params: VectorizerParams, vocabulary: Vocabulary, idf: Idf) -> Self {
        Self {
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
    pub fn transform<'a>(
        &self,
        analyzer: &Analyzer,
        state: &'a mut VectorizerState,
        text: &str,
    ) -> Transformed<'a> {
        let VectorizerState {
            analyzer: analyzer_state,
            counts,
            row,
            ids_of_word,
            arena,
            lexicon: lexicon_state,
            n_tokens,
            n_known_tokens,
        } = state;
        counts.resize(self.vocabulary.n_ngrams(), 0);
        lexicon_state.begin();
        row.ids.clear();
        (*n_tokens, *n_known_tokens) = (0, 0);
        if ids_of_word.len() > CACHED_WORDS {
            ids_of_word.clear();
            arena.clear();
        }
        let mut sink = Lookup {
            vectorizer: self,
            counts,
            ids: &mut row.ids,
            ids_of_word,
            arena,
            lexicon: self.vocabulary.lexicon().map(|lexicon| &**lexicon),
            lexicon_state,
            n_tokens,
            n_known_tokens,
        };
        visit(
            analyzer,
            analyzer_state,
            text,
            &self.params.ngrams,
            &mut sink,
        );
        // The counts are taken out by place, because weighing drops ids as it goes.
        let n_views = if self.params.ngrams.char_max > 0 {
            2
        } else {
            1
        };
        let touched = row.ids.clone();
        self.idf.weigh(
            &mut row.ids,
            |_, id| counts[id as usize],
            &mut row.values,
            self.vocabulary.n_word(),
            n_views,
            &self.params.weighting,
        );
        for id in touched {
            counts[id as usize] = 0;
        }
        if let Some(lexicon) = self.vocabulary.lexicon() {
            lexicon_state.finish(lexicon, |feature, value| {
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
    ids_of_word: &'a mut FxHashMap<Box<str>, (u32, u32)>,
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
    fn word(&mut self, hash: u64, _stems: &[&str]) {
        if let Some(id) = self.vectorizer.vocabulary.id_of(hash) {
            self.add(id.0);
        }
    }

    fn surface(&mut self, surface: &str) {
        let (start, end) = match self.ids_of_word.get(surface) {
            Some(range) => *range,
            None => {
                let start = self.arena.len() as u32;
                let vocabulary = &self.vectorizer.vocabulary;
                char_ngrams(surface, &self.vectorizer.params.ngrams, |hash, _| {
                    self.arena.extend(vocabulary.id_of(hash).map(|id| id.0));
                });
                let range = (start, self.arena.len() as u32);
                self.ids_of_word.insert(surface.into(), range);
                range
            }
        };
        for at in start..end {
            let id = self.arena[at as usize];
            self.add(id);
        }
    }

    fn lexeme(&mut self, surface: &str, negated: bool) {
        if let Some(lexicon) = self.lexicon {
            self.lexicon_state.word(lexicon, surface, negated);
        }
    }

    fn token(&mut self, hash: u64) {
        *self.n_tokens += 1;
        *self.n_known_tokens += usize::from(self.vectorizer.vocabulary.id_of(hash).is_some());
    }
}
