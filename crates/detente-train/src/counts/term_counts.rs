//! Counts of n-grams in the rows of a training set.

use super::csr::Csr;
use super::tally::{CharGrams, CountedRows, Tally, WordGrams, count_hashes};
use super::walked::{LexiconRow, Lists, Token, Walked};
use detente_model::features::{Borders, Idf, Lexicon, NO_FEATURE, Names, NgramParams, Vectorizer, VectorizerParams, View, Vocabulary, WeightingParams};
use detente_text::{Analyzer, Passage};
use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

/// How often each n-gram occurs in each row. Rows are weighted later, for any subset of them, so
/// that a fold's document frequencies come from its own training rows.
#[derive(Clone, Debug)]
pub struct TermCounts {
    rows: CountedRows,
    /// By view, then from the commonest feature to the rarest: the weights that most rows touch
    /// lie together, which more than halves the time of fitting and scoring.
    hashes: Vec<u64>,
    names: Names,
    borders: Borders,
    /// The lexicon whose categories are the last features, and their values in each row.
    lexicon: Option<Arc<Lexicon>>,
    lexicon_rows: Vec<LexiconRow>,
    tokens: Lists<Token>,
    n_stems: usize,
}

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
        let walked = Walked::of(texts, analyzer, ngrams, lexicon.as_deref());
        let (words, word_tally) = WordGrams::count(&walked, ngrams, min_df);
        let mut views = vec![Known::of(View::Word, &word_tally, min_df, |number| {
            words.name(number, &walked)
        })];
        drop((words, word_tally));
        if ngrams.char_max > 0 {
            let chars = CharGrams::new(&walked, ngrams);
            let count =
                |view, rows| Known::of(view, &chars.count(rows, view), min_df, |at| chars.name(at));
            views.push(count(View::Char, &walked.surface_rows));
            if ngrams.mention {
                views.push(count(View::NearChar, &walked.near_surface_rows));
            }
        }
        if ngrams.mention {
            let count = |view, rows| {
                let tally = count_hashes(rows);
                let name = |at: usize| walked.near_names[&tally.hashes[at]].clone();
                Known::of(view, &tally, min_df, name)
            };
            views.push(count(View::NearWord, &walked.near_rows));
            views.push(count(View::Mention, &walked.mention_rows));
        }
        views.sort_by_key(|known| known.view);
        let borders = Borders::new(views.iter().map(|known| (known.view, known.hashes.len())));
        let rows = match views.as_mut_slice() {
            [only] => std::mem::take(&mut only.rows),
            several => {
                let several = several.iter();
                let several: Vec<_> = several
                    .map(|known| (&known.rows, known.hashes.len()))
                    .collect();
                CountedRows::side_by_side(&several)
            }
        };
        let mut all = Self {
            rows,
            borders,
            hashes: Vec::new(),
            names: Names::default(),
            lexicon,
            lexicon_rows: walked.lexicon_rows,
            n_stems: walked.stems.len(),
            tokens: walked.tokens,
        };
        let mut names = Vec::with_capacity(all.borders.n_features());
        for known in views {
            all.hashes.extend(known.hashes);
            names.extend(known.names);
        }
        all.names = names.into();
        all
    }

    /// The vectorizer of all rows.
    pub fn vectorizer(&self, params: &VectorizerParams) -> Vectorizer {
        let all_rows: Vec<usize> = (0..self.n_rows()).collect();
        let df = self.document_frequencies(&all_rows);
        let vocabulary = Vocabulary::new(
            self.hashes.clone(),
            self.names.clone(),
            self.borders.clone(),
            self.lexicon.clone(),
        );
        let idf = Idf::fit(&df, self.n_rows(), &params.weighting);
        Vectorizer::from_parts(*params, vocabulary, idf)
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// Number of different stems, known to the vocabulary or not.
    pub fn n_stems(&self) -> usize {
        self.n_stems
    }

    /// Forgets which words a row has in what order, which only [`word_stems`](Self::word_stems) knows.
    pub fn forget_words(&mut self) {
        self.tokens = Lists::default();
    }

    /// Forgets the counts of every row, which only [`weigh`](Self::weigh) and
    /// [`document_frequencies`](Self::document_frequencies) know: no row is left.
    pub fn forget_rows(&mut self) {
        self.rows = CountedRows::default();
        self.lexicon_rows = Vec::new();
    }

    /// The stem of each word of a row, as a number below [`n_stems`](Self::n_stems). Numbers, marks,
    /// masked names and mentions are no words.
    ///
    /// # Panics
    /// The words were forgotten, or there is no such row.
    pub fn word_stems(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        let words = self.tokens.get(row).iter().filter(|token| token.is_word());
        words.map(|token| token.stem() as usize)
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
            for id in self.rows.ids(*row) {
                df[*id as usize] += 1;
            }
        }
        df
    }

    /// The given rows, weighted. Shape `(rows.len(), n_features)`.
    pub fn weigh(&self, rows: &[usize], idf: &Idf, params: &WeightingParams) -> Csr {
        self.weigh_in(Csr::default(), rows, idf, params)
    }

    /// The same in the memory of rows that are done with.
    pub fn weigh_in(
        &self,
        memory: Csr,
        rows: &[usize],
        idf: &Idf,
        params: &WeightingParams,
    ) -> Csr {
        let n_values = rows.iter().map(|row| self.rows.ids(*row).len());
        let mut weighted = memory.emptied(self.n_features(), rows.len(), n_values.sum());
        let (mut ids, mut counts, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            ids.clear();
            ids.extend_from_slice(self.rows.ids(*row));
            self.rows.counts(*row, &mut counts);
            idf.weigh(
                &mut ids,
                |at, _| counts[at],
                &mut values,
                &self.borders,
                params,
            );
            for (feature, value) in self.lexicon_rows.get(*row).into_iter().flatten() {
                ids.push(self.hashes.len() as u32 + feature);
                values.push(*value);
            }
            weighted.push(&ids, &values);
        }
        weighted
    }
}

/// The n-grams of a view that occur in enough rows, from common to rare, then by hash: their places are
/// what their ids begin from.
struct Known {
    view: View,
    hashes: Vec<u64>,
    names: Vec<String>,
    /// The places of each row's n-grams, with their counts.
    rows: CountedRows,
}

impl Known {
    fn of(view: View, tally: &Tally, min_df: u32, name: impl Fn(usize) -> String) -> Self {
        let df = tally.document_frequencies();
        let mut known: Vec<(Reverse<u32>, u64, u32)> = df
            .iter()
            .zip(&tally.hashes)
            .enumerate()
            .filter(|(_, (df, _))| **df >= min_df.max(1))
            .map(|(number, (df, hash))| (Reverse(*df), *hash, number as u32))
            .collect();
        known.sort_unstable();
        let mut place_of = vec![NO_FEATURE; df.len()];
        for (place, (.., number)) in known.iter().enumerate() {
            place_of[*number as usize] = place as u32;
        }
        Self {
            view,
            rows: tally.rows(&place_of),
            names: known
                .iter()
                .map(|(.., number)| name(*number as usize))
                .collect(),
            hashes: known.into_iter().map(|(_, hash, _)| hash).collect(),
        }
    }
}
