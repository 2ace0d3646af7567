//! Counts of n-grams in the rows of a training set.

use super::csr::Csr;
use super::ngram_counts::{CharGrams, CountedRows, NgramCounts, WordGrams, count_hashes};
use super::tokenized::{LexiconRow, Lists, Token, TokenizedTexts};
use detente_model::features::{
    Borders, Idf, Lexicon, NO_FEATURE, Names, NgramParams, Vectorizer, VectorizerParams, View,
    Vocabulary, WeightingParams,
};
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
        let tokenized = TokenizedTexts::of(texts, analyzer, ngrams, lexicon.as_deref());
        let (words, word_tally) = WordGrams::count(&tokenized, ngrams, min_df);
        let mut views = vec![Known::of(View::Word, &word_tally, min_df, |number| {
            words.name(number, &tokenized)
        })];
        drop((words, word_tally));
        if ngrams.char_max > 0 {
            let chars = CharGrams::new(&tokenized, ngrams);
            let count =
                |view, rows| Known::of(view, &chars.count(rows, view), min_df, |at| chars.name(at));
            views.push(count(View::Char, &tokenized.surface_rows));
            if ngrams.mention {
                views.push(count(View::NearChar, &tokenized.near_surface_rows));
            }
        }
        if ngrams.mention {
            let count = |view, rows| {
                let ngram_counts = count_hashes(rows);
                let name = |at: usize| tokenized.near_names[&ngram_counts.hashes[at]].clone();
                Known::of(view, &ngram_counts, min_df, name)
            };
            views.push(count(View::NearWord, &tokenized.near_rows));
            views.push(count(View::Mention, &tokenized.mention_rows));
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
            lexicon_rows: tokenized.lexicon_rows,
            n_stems: tokenized.stems.len(),
            tokens: tokenized.tokens,
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
    ///
    /// # Panics
    /// There is no such row.
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
    ///
    /// # Panics
    /// There is no such row, or the document frequencies are of other features.
    pub fn weigh(&self, rows: &[usize], idf: &Idf, params: &WeightingParams) -> Csr {
        self.weigh_in(Csr::default(), rows, idf, params)
    }

    /// The same in the memory of rows that are done with.
    ///
    /// # Panics
    /// As [`weigh`](Self::weigh).
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
    fn of(
        view: View,
        ngram_counts: &NgramCounts,
        min_df: u32,
        name: impl Fn(usize) -> String,
    ) -> Self {
        let df = ngram_counts.document_frequencies();
        let mut known: Vec<(Reverse<u32>, u64, u32)> = df
            .iter()
            .zip(&ngram_counts.hashes)
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
            rows: ngram_counts.rows(&place_of),
            names: known
                .iter()
                .map(|(.., number)| name(*number as usize))
                .collect(),
            hashes: known.into_iter().map(|(_, hash, _)| hash).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_model::features::FeatureId;
    use detente_text::{AnalyzerParams, mentions_of};

    /// The shares of each feature, with the words' own text.
    fn shares(text: &str, mention: Option<&str>) -> Vec<(String, Vec<(String, f64)>)> {
        let analyzer = Analyzer::new(AnalyzerParams::DEFAULT);
        let mut params = VectorizerParams::DEFAULT;
        params.ngrams.char_max = 3;
        params.ngrams.char_min = 3;
        params.ngrams.mention = mention.is_some();
        let table = "entry\tcategory\tweight\n\
                     call* for calm\tappeal\t3\n\
                     war\tforce\t1\n\
                     wars\tforce\t2\n";
        let lexicon = Arc::new(Lexicon::parse(table.to_owned()).unwrap());
        let mentions = mention.map_or(Vec::new(), |mention| mentions_of(text, mention));
        let passages = [Passage::toward(text, &mentions)];
        let counts = TermCounts::collect(&passages, &analyzer, &params.ngrams, 1, Some(lexicon));
        let vectorizer = counts.vectorizer(&params);
        let trace = vectorizer.trace(&analyzer, &mut Default::default(), passages[0]);
        let mut found: Vec<(String, Vec<(String, f64)>)> = Vec::new();
        for part in &trace.parts {
            let id = FeatureId(part.feature);
            let name = vectorizer.vocabulary().name(id);
            let word = trace.words[part.word as usize].slice(text).to_owned();
            match found.last_mut() {
                Some((last, shares)) if *last == name => shares.push((word, part.share)),
                _ => found.push((name, vec![(word, part.share)])),
            }
        }
        found
    }

    fn of(shares: &[(String, Vec<(String, f64)>)], name: &str) -> Vec<(String, f64)> {
        let found = shares.iter().find(|(known, _)| known == name);
        found
            .unwrap_or_else(|| panic!("{name} in {shares:?}"))
            .1
            .clone()
    }

    #[test]
    fn shares_are_those_worked_out_by_hand() {
        let shares = shares("They call for calm after war and wars", None);
        let one = |word: &str, share: f64| (word.to_owned(), share);
        assert_eq!(of(&shares, "word:calm"), [one("calm", 1.0)]);
        // Both words have the stem, and each is half of a pair.
        assert_eq!(of(&shares, "word:war"), [one("war", 0.5), one("wars", 0.5)]);
        assert_eq!(
            of(&shares, "word:war and"),
            [one("war", 0.5), one("and", 0.5)]
        );
        // `_wa` stands in two words, `all` in one.
        assert_eq!(of(&shares, "char:_wa"), [one("war", 0.5), one("wars", 0.5)]);
        assert_eq!(of(&shares, "char:all"), [one("call", 1.0)]);
        // Weights 1 and 2, and a third of the entry for each of its words.
        let force = of(&shares, "lexicon:force");
        assert_eq!(force, [one("war", 1.0 / 3.0), one("wars", 2.0 / 3.0)]);
        let third = f64::from(3.0_f32 / 3.0) / 3.0;
        let appeal = of(&shares, "lexicon:appeal");
        assert_eq!(
            appeal,
            [one("call", third), one("for", third), one("calm", third)]
        );
        // Half of a pair of categories is each category's.
        let pair = of(&shares, "lexicon:appeal & force");
        let sums: f64 = pair.iter().map(|(_, share)| share).sum();
        assert!((sums - 1.0).abs() < 1e-12);
        assert!((pair[0].1 - 1.0 / 6.0).abs() < 1e-6 && (pair[4].1 - 1.0 / 3.0).abs() < 1e-6);
    }

    #[test]
    fn a_mention_is_one_word_and_its_form_is_no_words() {
        let shares = shares("We thank Ann Lee warmly", Some("Ann Lee"));
        let half = |word: &str| (word.to_owned(), 0.5);
        let pair = of(&shares, "near-word:thank <mention>");
        assert_eq!(pair, [half("thank"), half("Ann Lee")]);
        assert_eq!(of(&shares, "mention:in~lee"), [("Ann Lee".to_owned(), 1.0)]);
        assert_eq!(of(&shares, "near-char:war"), [("warmly".to_owned(), 1.0)]);
        assert!(!shares.iter().any(|(name, _)| name == "mention:<2 words>"));
    }
}
