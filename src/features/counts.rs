//! Counts of n-grams in the rows of a training set.

use super::borders::Borders;
use super::entries::{LexiconState, PatternRange};
use super::lexicon::Lexicon;
use super::near::Place;
use super::ngram::{NgramParams, NgramSink, View, char_ngrams, near_char_hash, visit};
use super::row::Csr;
use super::weighting::{Idf, WeightingParams};
use crate::text::{Analyzer, AnalyzerState, Passage, Term};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

/// How often each n-gram occurs in each row. Rows are weighted later, for any subset of them, so
/// that a fold's document frequencies come from its own training rows.
#[derive(Clone, Debug)]
pub struct TermCounts {
    starts: Vec<usize>,
    ids: Vec<u32>,
    counts: Vec<u32>,
    /// By view, then from the commonest feature to the rarest: the weights that most rows touch
    /// lie together, which more than halves the time of fitting and scoring.
    pub(super) hashes: Vec<u64>,
    pub(super) borders: Borders,
    /// The lexicon whose categories are the last features, and their values in each row.
    pub(super) lexicon: Option<Arc<Lexicon>>,
    lexicon_rows: Vec<LexiconRow>,
}

/// Rows counted by one task; small enough that both cores stay busy, large enough to share caches.
const CHUNK: usize = 256;

impl TermCounts {
    /// Counts the n-grams of every text, those left out that occur in fewer than `min_df` texts, and
    /// takes the values of the lexicon's categories.
    pub fn collect<'a, T: Copy + Sync + Into<Passage<'a>>>(
        texts: &[T],
        analyzer: &Analyzer,
        ngrams: &NgramParams,
        min_df: u32,
        lexicon: Option<Arc<Lexicon>>,
    ) -> Self {
        let counted: Vec<Vec<(CountedRow, LexiconRow)>> = texts
            .par_chunks(CHUNK)
            .map(|texts| {
                let mut counter = Counter::new(ngrams, lexicon.as_deref());
                let mut state = AnalyzerState::default();
                let rows = texts.iter();
                rows.map(|text| counter.row(analyzer, &mut state, (*text).into()))
                    .collect()
            })
            .collect();
        let mut df: FxHashMap<(View, u64), u32> = FxHashMap::default();
        for (row, _) in counted.iter().flatten() {
            for (key, _) in row {
                *df.entry(*key).or_default() += 1;
            }
        }
        let mut known: Vec<(View, Reverse<u32>, u64)> = df
            .into_iter()
            .filter(|(_, df)| *df >= min_df)
            .map(|((view, hash), df)| (view, Reverse(df), hash))
            .collect();
        known.sort_unstable();
        let id_of: FxHashMap<(View, u64), u32> = known
            .iter()
            .enumerate()
            .map(|(id, (view, _, hash))| ((*view, *hash), id as u32))
            .collect();
        let mut all = Self {
            starts: vec![0],
            ids: Vec::new(),
            counts: Vec::new(),
            borders: borders(&known, ngrams),
            hashes: known.into_iter().map(|(.., hash)| hash).collect(),
            lexicon,
            lexicon_rows: Vec::new(),
        };
        for (row, lexicon_row) in counted.into_iter().flatten() {
            for (key, count) in row {
                if let Some(id) = id_of.get(&key) {
                    all.ids.push(*id);
                    all.counts.push(count);
                }
            }
            all.starts.push(all.ids.len());
            all.lexicon_rows.push(lexicon_row);
        }
        all
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of features: n-grams, then those of the lexicon.
    pub fn n_features(&self) -> usize {
        self.hashes.len()
            + self
                .lexicon
                .as_ref()
                .map_or(0, |lexicon| lexicon.n_features(self.borders.has_near()))
    }

    /// Every view with its feature ids, in their order; together they are all features.
    pub fn views(&self) -> Vec<(View, Range<usize>)> {
        self.borders.with_lexicon(self.lexicon.as_deref())
    }

    /// In how many of the given rows each n-gram occurs.
    pub fn document_frequencies(&self, rows: &[usize]) -> Vec<u32> {
        let mut df = vec![0; self.hashes.len()];
        for row in rows {
            for id in &self.ids[self.starts[*row]..self.starts[*row + 1]] {
                df[*id as usize] += 1;
            }
        }
        df
    }

    /// The given rows, weighted. Shape `(rows.len(), n_features)`.
    pub fn weigh(&self, rows: &[usize], idf: &Idf, params: &WeightingParams) -> Csr {
        let mut weighted = Csr::new(self.n_features());
        let (mut ids, mut values) = (Vec::new(), Vec::new());
        for row in rows {
            let range = self.starts[*row]..self.starts[*row + 1];
            let counts = &self.counts[range.clone()];
            ids.clear();
            ids.extend_from_slice(&self.ids[range]);
            idf.weigh(
                &mut ids,
                |at, _| counts[at],
                &mut values,
                &self.borders,
                params,
            );
            for (feature, value) in &self.lexicon_rows[*row] {
                ids.push(self.hashes.len() as u32 + feature);
                values.push(*value);
            }
            weighted.push(&ids, &values);
        }
        weighted
    }

    /// The text of every feature, by id, found by walking the texts once more.
    pub(super) fn names<'a, T: Copy + Sync + Into<Passage<'a>>>(
        &self,
        texts: &[T],
        analyzer: &Analyzer,
        ngrams: &NgramParams,
    ) -> Vec<String> {
        let place_of: FxHashMap<u64, usize> = self
            .hashes
            .iter()
            .enumerate()
            .map(|(id, hash)| (*hash, id))
            .collect();
        let parts: Vec<FxHashMap<usize, String>> = texts
            .par_chunks(CHUNK)
            .map(|texts| {
                let mut namer = Namer {
                    ngrams,
                    place_of: &place_of,
                    names: FxHashMap::default(),
                    seen: FxHashSet::default(),
                };
                let mut state = AnalyzerState::default();
                for text in texts {
                    visit(analyzer, &mut state, (*text).into(), ngrams, &mut namer);
                }
                namer.names
            })
            .collect();
        let mut names = vec![String::new(); self.hashes.len()];
        for (id, name) in parts.into_iter().flatten() {
            names[id] = name;
        }
        names
    }
}

/// The borders of n-grams that are sorted by view.
fn borders(known: &[(View, Reverse<u32>, u64)], ngrams: &NgramParams) -> Borders {
    let end_of = |view| known.partition_point(|(known, ..)| *known <= view);
    let mut start = 0;
    Borders::new(ngrams.views().into_iter().map(|view| {
        let n_features = end_of(view) - start;
        start += n_features;
        (view, n_features)
    }))
}

/// The n-grams of a row in the order of their first occurrence, with their counts.
type CountedRow = Vec<((View, u64), u32)>;

/// The lexicon features of a row that are not 0, with their values.
type LexiconRow = Vec<(u32, f32)>;

struct Counter<'a> {
    ngrams: &'a NgramParams,
    row: CountedRow,
    place: FxHashMap<(View, u64), usize>,
    known_words: FxHashMap<String, (Vec<u64>, PatternRange)>,
    lexicon: Option<&'a Lexicon>,
    lexicon_state: LexiconState,
}

impl<'a> Counter<'a> {
    fn new(ngrams: &'a NgramParams, lexicon: Option<&'a Lexicon>) -> Self {
        Self {
            ngrams,
            row: Vec::new(),
            place: FxHashMap::default(),
            known_words: FxHashMap::default(),
            lexicon,
            lexicon_state: LexiconState::default(),
        }
    }

    fn row(
        &mut self,
        analyzer: &Analyzer,
        state: &mut AnalyzerState,
        passage: Passage<'_>,
    ) -> (CountedRow, LexiconRow) {
        self.place.clear();
        self.lexicon_state.begin();
        let ngrams = self.ngrams;
        visit(analyzer, state, passage, ngrams, self);
        let mut lexicon_row = Vec::new();
        if let Some(lexicon) = self.lexicon {
            self.lexicon_state
                .finish(lexicon, ngrams.mention, |feature, value| {
                    lexicon_row.push((feature as u32, value));
                });
        }
        (std::mem::take(&mut self.row), lexicon_row)
    }
}

/// Counts one n-gram of a row.
fn add(row: &mut CountedRow, place: &mut FxHashMap<(View, u64), usize>, view: View, hash: u64) {
    let at = *place.entry((view, hash)).or_insert_with(|| {
        row.push(((view, hash), 0));
        row.len() - 1
    });
    row[at].1 += 1;
}

impl NgramSink for Counter<'_> {
    fn word(&mut self, hash: u64, _stems: &[&str]) {
        add(&mut self.row, &mut self.place, View::Word, hash);
    }

    fn surface(&mut self, term: &Term<'_>, _is_known: bool) {
        let surface = term.surface;
        if !self.known_words.contains_key(surface) {
            let mut hashes = Vec::new();
            char_ngrams(surface, self.ngrams, |hash, _| hashes.push(hash));
            let patterns = match self.lexicon {
                Some(lexicon) => self.lexicon_state.look_up(lexicon, surface),
                None => PatternRange::NONE,
            };
            self.known_words
                .insert(surface.to_owned(), (hashes, patterns));
        }
        let (hashes, patterns) = &self.known_words[surface];
        for hash in hashes {
            add(&mut self.row, &mut self.place, View::Char, *hash);
        }
        self.lexicon_state.push(*patterns, term.negated);
    }

    fn gap(&mut self) {
        self.lexicon_state.push(PatternRange::NONE, false);
    }

    fn near(&mut self, view: View, hash: u64, _mark: &str, _stems: &[&str], _places: &[usize]) {
        add(&mut self.row, &mut self.place, view, hash);
    }

    fn near_surface(&mut self, surface: &str, _word: u32, _place: usize) {
        for hash in &self.known_words[surface].0 {
            let hash = near_char_hash(*hash);
            add(&mut self.row, &mut self.place, View::NearChar, hash);
        }
    }

    fn places(&mut self, places: &[Place]) {
        self.lexicon_state.place(places);
    }
}

struct Namer<'a> {
    ngrams: &'a NgramParams,
    place_of: &'a FxHashMap<u64, usize>,
    names: FxHashMap<usize, String>,
    seen: FxHashSet<String>,
}

impl NgramSink for Namer<'_> {
    fn word(&mut self, hash: u64, stems: &[&str]) {
        if let Some(id) = self.place_of.get(&hash) {
            self.names.entry(*id).or_insert_with(|| stems.join(" "));
        }
    }

    fn surface(&mut self, term: &Term<'_>, _is_known: bool) {
        if !self.seen.insert(term.surface.to_owned()) {
            return;
        }
        char_ngrams(term.surface, self.ngrams, |hash, piece| {
            if let Some(id) = self.place_of.get(&hash) {
                self.names.entry(*id).or_insert_with(|| piece.to_owned());
            }
            if let Some(id) = self.place_of.get(&near_char_hash(hash)) {
                self.names.entry(*id).or_insert_with(|| piece.to_owned());
            }
        });
    }

    fn near(&mut self, _view: View, hash: u64, mark: &str, stems: &[&str], _places: &[usize]) {
        if let Some(id) = self.place_of.get(&hash) {
            let name = || format!("{mark}{}", stems.join(" "));
            self.names.entry(*id).or_insert_with(name);
        }
    }
}
