//! The fitted way from a statement to its row.

use super::bucket_names::BucketNames;
use super::feature_counts::FeatureCounts;
use super::lexicon_matcher::LexiconMatcher;
use super::lookup::{Lookup, TokenCounts};
use super::ngram::NgramParams;
use super::row::FeatureId;
use super::row::SparseRow;
use super::visit::visit;
use super::vocabulary::Vocabulary;
use super::weighting::{Idf, WeightingParams};
use super::word_cache::WordCache;
use crate::error::Result;
use detente_text::{Analyzer, AnalyzerState, Passage};
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
/// what it has seen before: with another [`Vectorizer`] it starts anew, or goes on where it left that one.
#[derive(Default)]
pub struct VectorizerState {
    /// The vectorizer that the ids below belong to; 0 for none yet.
    serial: u64,
    pub(super) analyzer: AnalyzerState,
    cache: WordCache,
    counts: FeatureCounts,
    tokens: TokenCounts,
    lexicon: LexiconMatcher,
    row: SparseRow,
    /// Those of other vectorizers, the last used last: texts of two languages may come in turns.
    others: Vec<VectorizerState>,
}

/// How many other vectorizers a state remembers.
const MOST_OTHERS: usize = 8;

impl VectorizerState {
    /// Turns to another vectorizer.
    fn turn_to(&mut self, serial: u64) {
        let mut others = std::mem::take(&mut self.others);
        let known = others.iter().position(|other| other.serial == serial);
        let next = match known {
            Some(at) => others.remove(at),
            None => Self {
                serial,
                ..Self::default()
            },
        };
        let last = std::mem::replace(self, next);
        if last.serial != 0 {
            others.push(last);
        }
        if others.len() > MOST_OTHERS {
            others.remove(0);
        }
        self.others = others;
    }
}

fn next_serial() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    1 + LAST.fetch_add(1, Ordering::Relaxed)
}

impl Vectorizer {
    /// Makes the vectorizer of n-grams that are hashed, which needs no training texts: it knows no
    /// document frequencies.
    pub fn hashed(params: VectorizerParams, vocabulary: Vocabulary) -> Self {
        Self::from_parts(params, vocabulary, Idf::none())
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

    /// The names of features that occur in a passage, as [`Vocabulary::name`] gives them; of n-grams that
    /// are hashed the texts found in the passage, several with `|` between them where they share a
    /// bucket.
    pub fn names<'b>(
        &self,
        analyzer: &Analyzer,
        passage: impl Into<Passage<'b>>,
        ids: &[u32],
    ) -> Vec<String> {
        let names = ids.iter().map(|id| self.vocabulary.name(FeatureId(*id)));
        let mut names: Vec<String> = names.collect();
        if let Some(buckets) = self.vocabulary.buckets() {
            let ngrams = &self.params.ngrams;
            let mut found = BucketNames::new(buckets, ngrams);
            let mut state = AnalyzerState::default();
            visit(analyzer, &mut state, passage.into(), ngrams, &mut found);
            for (name, id) in names.iter_mut().zip(ids) {
                if let Some(texts) = found.of(*id) {
                    let view = self.vocabulary.view(FeatureId(*id)).name();
                    *name = format!("{view}:{texts}");
                }
            }
        }
        names
    }

    /// The row of a statement: shape `(1, n_features)`, in the state until the next call.
    pub fn transform<'a, 'b>(
        &self,
        analyzer: &Analyzer,
        state: &'a mut VectorizerState,
        passage: impl Into<Passage<'b>>,
    ) -> Transformed<'a> {
        if state.serial != self.serial {
            state.turn_to(self.serial);
        }
        let VectorizerState {
            serial: _,
            analyzer: analyzer_state,
            cache,
            counts,
            tokens,
            lexicon: lexicon_matcher,
            row,
            others: _,
        } = state;
        // Buckets are counted in a table of their own.
        counts.begin(match self.vocabulary.buckets() {
            Some(_) => 0,
            None => self.vocabulary.n_ngrams(),
        });
        lexicon_matcher.begin();
        *tokens = TokenCounts::default();
        if cache.renew(analyzer.epoch(analyzer_state)) {
            lexicon_matcher.forget();
        }
        let ngrams = &self.params.ngrams;
        let lexicon = self.vocabulary.lexicon().map(|lexicon| &**lexicon);
        let mut sink = Lookup {
            vocabulary: &self.vocabulary,
            ngrams,
            cache,
            counts,
            tokens,
            lexicon,
            lexicon_matcher,
        };
        visit(analyzer, analyzer_state, passage.into(), ngrams, &mut sink);
        counts.weigh(&self.vocabulary, &self.idf, &self.params.weighting, row);
        if let Some(lexicon) = lexicon {
            lexicon_matcher.finish(lexicon, ngrams.mention, |feature, value| {
                row.ids.push((self.vocabulary.n_ngrams() + feature) as u32);
                row.values.push(value);
            });
        }
        Transformed {
            row: &state.row,
            n_tokens: state.tokens.n_tokens,
            n_known_tokens: state.tokens.n_known_tokens,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_remembers_the_last_few_vectorizers() {
        let mut state = VectorizerState::default();
        for serial in 1..=12 {
            state.turn_to(serial);
        }
        let remembered = |state: &VectorizerState| -> Vec<u64> {
            state.others.iter().map(|other| other.serial).collect()
        };
        assert_eq!(state.serial, 12);
        assert_eq!(remembered(&state), [4, 5, 6, 7, 8, 9, 10, 11]);
        state.turn_to(5);
        assert_eq!(state.serial, 5);
        assert_eq!(remembered(&state), [4, 6, 7, 8, 9, 10, 11, 12]);
    }
}
