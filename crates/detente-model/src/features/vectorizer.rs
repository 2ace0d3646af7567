//! The fitted way from a statement to its row.

use super::buckets::{BucketCounts, Buckets};
use super::lexicon::Lexicon;
use super::lexicon_matcher::{LexiconState, PatternRange};
use super::near::Place;
use super::ngram::{
    NgramParams, NgramSink, View, char_ngrams, near_char_hash, negated_name, visit, word_hash,
};
use super::row::SparseRow;
use super::vocabulary::{FeatureId, NO_FEATURE, Vocabulary};
use super::weighting::{Idf, WeightingParams};
use crate::error::Result;
use detente_text::{Analyzer, AnalyzerState, Passage, Term};
use std::collections::BTreeMap;
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
    pub(super) analyzer: AnalyzerState,
    /// The epoch of the analyzer's words that the cache below belongs to.
    epoch: u64,
    cache: WordCache,
    counts: FeatureCounts,
    buckets: BucketCounts,
    row: SparseRow,
    lexicon: LexiconState,
    n_tokens: usize,
    n_known_tokens: usize,
}

/// What is remembered of words, by their numbers.
#[derive(Default)]
struct WordCache {
    words: Vec<KnownWord>,
    /// Feature ids of character n-grams.
    ids: Vec<u32>,
}

/// What is remembered of a word: less than a cache line, since it is read for every word of a text.
#[derive(Clone)]
struct KnownWord {
    stem_hash: u64,
    /// The feature of its stem, or [`NO_FEATURE`]; and that of its stem negated.
    stem: u32,
    negated_stem: u32,
    /// Where its known character n-grams begin among the cache's ids, and how many there are; behind
    /// them stand those that are known near a mention.
    ids: u32,
    n_chars: u32,
    n_near_chars: u32,
    /// The patterns of the lexicon that it matches.
    patterns: PatternRange,
    /// Whether its stem has been looked up; if not, the rest says nothing.
    is_known: bool,
    /// Whether its surface has been looked up too.
    has_surface: bool,
}

impl KnownWord {
    const UNKNOWN: Self = Self {
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

/// How often each feature occurs in a statement.
///
/// Features are noted first and counted when all are known: n-grams of several words are looked up
/// together, so that the waits for memory overlap.
#[derive(Default)]
struct FeatureCounts {
    /// What occurs, in order; [`NO_FEATURE`] where a hash waits to be looked up.
    noted: Vec<u32>,
    /// The hashes of n-grams that wait, with their places among what is noted.
    waiting: Vec<(u64, u32)>,
    /// By feature, with one more at the end for n-grams without one; 0 but for those of the statement.
    counts: Vec<u32>,
}

impl FeatureCounts {
    fn begin(&mut self, n_features: usize) {
        self.noted.clear();
        self.waiting.clear();
        // All at once: memory that comes zeroed costs nothing before it is touched.
        if self.counts.len() != n_features + 1 {
            self.counts = vec![0; n_features + 1];
        }
    }

    fn note(&mut self, id: u32) {
        self.noted.push(id);
    }

    fn note_all(&mut self, ids: &[u32]) {
        self.noted.extend_from_slice(ids);
    }

    fn note_hash(&mut self, hash: u64) {
        self.waiting.push((hash, self.noted.len() as u32));
        self.noted.push(NO_FEATURE);
    }

    /// Counts what was noted: gives the features in the order of their first occurrence.
    fn finish(&mut self, vocabulary: &Vocabulary, ids: &mut Vec<u32>) {
        for (hash, place) in &self.waiting {
            self.noted[*place as usize] = vocabulary.find(View::Word, *hash);
        }
        // One more, since an id is written before it is known to be new.
        ids.clear();
        ids.resize(self.noted.len() + 1, 0);
        let mut counter = Counter {
            counts: &mut self.counts,
            ids,
            n_ids: 0,
        };
        for id in &self.noted {
            counter.add(*id);
        }
        let n_ids = counter.n_ids;
        ids.truncate(n_ids);
        if let Some(unknown) = self.counts.last_mut() {
            *unknown = 0;
        }
    }

    /// The same where what was noted are buckets.
    fn finish_hashed(&mut self, vocabulary: &Vocabulary, counts: &mut BucketCounts) {
        for (hash, place) in &self.waiting {
            self.noted[*place as usize] = vocabulary.find(View::Word, *hash);
        }
        counts.begin(self.noted.len());
        for bucket in &self.noted {
            counts.add(*bucket);
        }
    }
}

struct Counter<'a> {
    counts: &'a mut [u32],
    ids: &'a mut [u32],
    n_ids: usize,
}

impl Counter<'_> {
    /// Whether a feature is known, and whether it is new, are coin tosses, which a branch would guess
    /// wrong.
    fn add(&mut self, id: u32) {
        let unknown = self.counts.len() - 1;
        let at = (id as usize).min(unknown);
        let count = &mut self.counts[at];
        self.ids[self.n_ids] = id;
        self.n_ids += usize::from(*count == 0) & usize::from(at != unknown);
        *count += 1;
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
            let mut namer = BucketNamer {
                buckets,
                ngrams: &self.params.ngrams,
                names: BTreeMap::new(),
            };
            let mut state = AnalyzerState::default();
            let ngrams = &self.params.ngrams;
            visit(analyzer, &mut state, passage.into(), ngrams, &mut namer);
            for (name, id) in names.iter_mut().zip(ids) {
                if let Some(texts) = namer.names.get(id) {
                    let view = self.vocabulary.view(FeatureId(*id)).name();
                    *name = format!("{view}:{}", texts.join("|"));
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
            *state = VectorizerState {
                serial: self.serial,
                ..VectorizerState::default()
            };
        }
        let VectorizerState {
            serial: _,
            analyzer: analyzer_state,
            epoch,
            cache,
            counts,
            buckets: bucket_counts,
            row,
            lexicon: lexicon_state,
            n_tokens,
            n_known_tokens,
        } = state;
        let buckets = self.vocabulary.buckets();
        // Buckets are counted in a table of their own.
        counts.begin(match buckets {
            Some(_) => 0,
            None => self.vocabulary.n_ngrams(),
        });
        lexicon_state.begin();
        (*n_tokens, *n_known_tokens) = (0, 0);
        let current = analyzer.epoch(analyzer_state);
        if *epoch != current {
            *epoch = current;
            cache.words.clear();
            cache.ids.clear();
            lexicon_state.forget();
        }
        let mut sink = Lookup {
            vectorizer: self,
            cache,
            counts,
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
        match buckets {
            Some(buckets) => {
                counts.finish_hashed(&self.vocabulary, bucket_counts);
                buckets.weigh(bucket_counts, row, &self.params.weighting);
            }
            None => {
                counts.finish(&self.vocabulary, &mut row.ids);
                self.idf.weigh(
                    &mut row.ids,
                    |_, id| std::mem::take(&mut counts.counts[id as usize]),
                    &mut row.values,
                    self.vocabulary.borders(),
                    &self.params.weighting,
                );
            }
        }
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

/// Finds the texts of the n-grams of a passage by the ids of their buckets.
struct BucketNamer<'a> {
    buckets: &'a Buckets,
    ngrams: &'a NgramParams,
    names: BTreeMap<u32, Vec<String>>,
}

impl BucketNamer<'_> {
    fn add(&mut self, view: View, hash: u64, text: &str) {
        let id = self.buckets.id_of(self.buckets.bucket_of(view, hash));
        let texts = self.names.entry(id).or_default();
        if !texts.iter().any(|known| known == text) {
            texts.push(text.to_owned());
        }
    }
}

impl NgramSink for BucketNamer<'_> {
    fn word(&mut self, hash: u64, stems: &[&str]) {
        self.add(View::Word, hash, &stems.join(" "));
    }

    fn surface(&mut self, term: &Term<'_>, _is_known: bool) {
        let ngrams = self.ngrams;
        char_ngrams(term.surface, ngrams, |hash, piece| {
            self.add(View::Char, hash, piece);
        });
    }
}

struct Lookup<'a> {
    vectorizer: &'a Vectorizer,
    cache: &'a mut WordCache,
    counts: &'a mut FeatureCounts,
    lexicon: Option<&'a Lexicon>,
    lexicon_state: &'a mut LexiconState,
    n_tokens: &'a mut usize,
    n_known_tokens: &'a mut usize,
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
        let vocabulary = &self.vectorizer.vocabulary;
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
        let vocabulary = &self.vectorizer.vocabulary;
        let ngrams = &self.vectorizer.params.ngrams;
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
            Some(lexicon) => self.lexicon_state.look_up(lexicon, term.surface),
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
                (hash, self.vectorizer.vocabulary.find(View::Word, hash))
            }
            _ => {
                let at = self.place(term);
                let known = &self.cache.words[at];
                (known.stem_hash, known.stem)
            }
        };
        self.counts.note(id);
        let is_known = self.vectorizer.vocabulary.id_of_key(id) != NO_FEATURE;
        (hash, is_known)
    }

    fn negated(&mut self, term: &Term<'_>) {
        let at = self.place(term);
        self.counts.note(self.cache.words[at].negated_stem);
    }

    #[inline(always)]
    fn surface(&mut self, term: &Term<'_>, is_known: bool) {
        *self.n_tokens += 1;
        *self.n_known_tokens += usize::from(is_known);
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
            self.lexicon_state.push(known.patterns, term.negated);
        }
    }

    fn gap(&mut self) {
        if self.lexicon.is_some() {
            self.lexicon_state.push(PatternRange::NONE, false);
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
        self.lexicon_state.place(places);
    }
}
