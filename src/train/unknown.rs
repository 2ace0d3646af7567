//! How many words of new texts a model will not know, from rows left out.

use crate::corpus::Folds;
use crate::text::{Analyzer, AnalyzerState, Passage, TermKind};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Rows analysed by one task.
const CHUNK: usize = 256;

/// Words and rows, and those that the other folds do not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Unknown {
    n_words: usize,
    n_unknown_words: usize,
    n_rows: usize,
    n_unknown_rows: usize,
}

impl Unknown {
    /// Counts the words whose stem occurs in fewer than `min_df` rows of the other folds, as a model
    /// trained on those would not know them.
    pub(super) fn out_of_fold(
        passages: &[Passage<'_>],
        folds: &Folds,
        analyzer: &Analyzer,
        min_df: u32,
    ) -> Self {
        let stems: Vec<Vec<String>> = passages
            .par_chunks(CHUNK)
            .flat_map_iter(|passages| {
                let mut state = AnalyzerState::default();
                let rows = passages.iter();
                let rows = rows.map(|passage| stems(analyzer, &mut state, *passage));
                rows.collect::<Vec<_>>()
            })
            .collect();
        let n_folds = folds.n_folds();
        let mut rows_of: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
        for (row, fold) in stems.iter().zip(folds.fold_of()) {
            let mut distinct: Vec<&str> = row.iter().map(String::as_str).collect();
            distinct.sort_unstable();
            distinct.dedup();
            for stem in distinct {
                rows_of.entry(stem).or_insert_with(|| vec![0; n_folds])[*fold] += 1;
            }
        }
        let mut all = Self::default();
        for (row, fold) in stems.iter().zip(folds.fold_of()) {
            let is_unknown = |stem: &&String| {
                let counts = &rows_of[stem.as_str()];
                counts.iter().sum::<u32>() - counts[*fold] < min_df.max(1)
            };
            let n_unknown = row.iter().filter(is_unknown).count();
            all.n_words += row.len();
            all.n_unknown_words += n_unknown;
            all.n_rows += 1;
            all.n_unknown_rows += usize::from(n_unknown == row.len());
        }
        all
    }

    /// The share of words that are unknown; `None` without words.
    pub(super) fn word_share(self) -> Option<f64> {
        (self.n_words > 0).then(|| self.n_unknown_words as f64 / self.n_words as f64)
    }

    /// The share of rows of which no word is known; `None` without rows.
    pub(super) fn row_share(self) -> Option<f64> {
        (self.n_rows > 0).then(|| self.n_unknown_rows as f64 / self.n_rows as f64)
    }
}

/// The stems of a text's words; a mention is none, since it is masked.
fn stems(analyzer: &Analyzer, state: &mut AnalyzerState, passage: Passage<'_>) -> Vec<String> {
    let mut stems = Vec::new();
    analyzer.analyze(state, passage.text, &mut |term| {
        if term.kind == TermKind::Word && passage.mention_at(term.span).is_none() {
            stems.push(term.stem.to_owned());
        }
    });
    stems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Example;
    use crate::corpus::FoldsParams;
    use crate::text::AnalyzerParams;

    #[test]
    fn words_of_a_single_document_are_unknown_to_the_others() {
        let rows = [("we met", "a"), ("we met", "b"), ("zebras grazed", "c")];
        let examples: Vec<Example> = rows
            .iter()
            .map(|(text, group)| Example {
                mentions: Vec::new(),
                text: (*text).to_owned(),
                group: Some((*group).to_owned()),
                id: None,
                labels: vec![Some("a".into())],
                weight: 1.0,
                file_idx: 0,
                line: 1,
                kept: Vec::new(),
            })
            .collect();
        let params = FoldsParams {
            n_folds: 3,
            seed: 1,
        };
        let labels = vec![vec![0]; 3];
        let folds = Folds::cut(&examples, &labels, 1, &params).unwrap();
        let texts = rows.map(|(text, _)| text.into());
        let analyzer = Analyzer::new(AnalyzerParams::DEFAULT);
        let unknown = Unknown::out_of_fold(&texts, &folds, &analyzer, 1);
        assert_eq!(unknown.word_share(), Some(2.0 / 6.0));
        assert_eq!(unknown.row_share(), Some(1.0 / 3.0));
    }
}
