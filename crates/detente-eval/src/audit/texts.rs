//! How long the texts are and how many words they know.

use detente_data::corpus::Corpus;
use detente_text::{Analyzer, AnalyzerParams, AnalyzerState, TermKind, TokenKind, tokens};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::Serialize;
use std::ops::RangeInclusive;

/// Words that a statement usually has; real ones have 25 on average.
pub const USUAL_WORDS: RangeInclusive<usize> = 8..=60;

/// Rows analysed by one task.
const CHUNK: usize = 256;

/// Lengths and vocabulary of the texts. A word is a word or a number; marks are none.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Texts {
    /// Words per text on average.
    pub mean: f64,
    /// Words of the shortest text.
    pub least: usize,
    /// Quartiles of the words per text, interpolated between neighbours (numpy's default).
    pub quartiles: [f64; 3],
    /// Words of the longest text.
    pub most: usize,
    /// Texts with fewer or more words than [`USUAL_WORDS`].
    pub n_unusual: usize,
    /// Their share.
    pub unusual_share: f64,
    /// Words in all.
    pub n_words: usize,
    /// Distinct stems of words, numbers left out.
    pub n_stems: usize,
    /// Distinct words in lower case.
    pub n_types: usize,
    /// Distinct words divided by words, from 0 to 1; it falls as a corpus grows, so only corpora of
    /// one size compare. `None` without a word.
    pub type_token_ratio: Option<f64>,
}

impl Texts {
    pub(super) fn of(corpus: &Corpus, analyzer: AnalyzerParams) -> Self {
        let analyzer = Analyzer::new(analyzer);
        let read = corpus.examples.par_chunks(CHUNK).map(|examples| {
            let mut state = AnalyzerState::new();
            let (mut lengths, mut stems, mut types) =
                (Vec::new(), FxHashSet::default(), FxHashSet::default());
            let mut n_words = 0;
            for example in examples {
                let is_word = |kind| kind != TokenKind::Mark;
                lengths.push(
                    tokens(&example.text)
                        .iter()
                        .filter(|t| is_word(t.kind))
                        .count(),
                );
                analyzer.analyze(&mut state, &example.text, &mut |term| {
                    if term.kind == TermKind::Word {
                        n_words += 1;
                        for (set, word) in [(&mut stems, term.stem), (&mut types, term.surface)] {
                            if !set.contains(word) {
                                set.insert(word.to_owned());
                            }
                        }
                    }
                });
            }
            (lengths, stems, types, n_words)
        });
        let (mut lengths, mut stems, mut types) =
            (Vec::new(), FxHashSet::default(), FxHashSet::default());
        let mut n_words = 0;
        for (chunk_lengths, chunk_stems, chunk_types, chunk_words) in read.collect::<Vec<_>>() {
            lengths.extend(chunk_lengths);
            stems.extend(chunk_stems);
            types.extend(chunk_types);
            n_words += chunk_words;
        }
        Self {
            n_stems: stems.len(),
            n_types: types.len(),
            type_token_ratio: (n_words > 0).then(|| types.len() as f64 / n_words as f64),
            ..Self::of_lengths(lengths)
        }
    }

    fn of_lengths(mut lengths: Vec<usize>) -> Self {
        lengths.sort_unstable();
        let n_texts = lengths.len().max(1) as f64;
        let n_words: usize = lengths.iter().sum();
        let n_unusual = lengths.iter().filter(|n| !USUAL_WORDS.contains(n)).count();
        Self {
            mean: n_words as f64 / n_texts,
            least: lengths.first().copied().unwrap_or(0),
            quartiles: [0.25, 0.5, 0.75].map(|share| quantile(&lengths, share)),
            most: lengths.last().copied().unwrap_or(0),
            n_unusual,
            unusual_share: n_unusual as f64 / n_texts,
            n_words,
            n_stems: 0,
            n_types: 0,
            type_token_ratio: None,
        }
    }
}

fn quantile(sorted: &[usize], share: f64) -> f64 {
    let place = share * sorted.len().saturating_sub(1) as f64;
    let at = |place: f64| sorted.get(place as usize).copied().unwrap_or(0) as f64;
    let (below, above) = (at(place.floor()), at(place.ceil()));
    below + (above - below) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::tests::corpus;

    #[test]
    fn lengths_and_words_are_those_counted_by_hand() {
        let corpus =
            corpus("text,peace\n\"We met, 3 times.\",none\nThey meet us; we meet them.,none\n");
        let texts = Texts::of(&corpus, AnalyzerParams::DEFAULT);
        assert_eq!((texts.least, texts.most, texts.n_words), (4, 6, 10));
        assert_eq!((texts.mean, texts.quartiles), (5.0, [4.5, 5.0, 5.5]));
        assert_eq!((texts.n_unusual, texts.unusual_share), (2, 1.0));
        // we, met, times, they, meet, us, them: 7 of the 9 that are no numbers.
        assert_eq!(texts.n_types, 7);
        assert!((texts.type_token_ratio.unwrap() - 7.0 / 9.0).abs() < 1e-15);
    }
}
