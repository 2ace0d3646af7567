//! How many words of new texts a model will not know, from rows left out.

use crate::counts::TermCounts;
use detente_data::corpus::Folds;

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
    /// trained on those would not know them. A mention is no word, since it is masked.
    pub(super) fn out_of_fold(counts: &TermCounts, folds: &Folds, min_df: u32) -> Self {
        let n_folds = folds.n_folds();
        // The rows of each fold with a stem, and the last such row.
        let mut rows_of = vec![0_u32; counts.n_stems() * n_folds];
        let mut last_row = vec![usize::MAX; counts.n_stems()];
        for (row, fold) in folds.fold_of().iter().enumerate() {
            for stem in counts.word_stems(row) {
                if last_row[stem] != row {
                    last_row[stem] = row;
                    rows_of[stem * n_folds + fold] += 1;
                }
            }
        }
        let mut all = Self::default();
        for (row, fold) in folds.fold_of().iter().enumerate() {
            let is_unknown = |stem: &usize| {
                let of_folds = &rows_of[stem * n_folds..(stem + 1) * n_folds];
                of_folds.iter().sum::<u32>() - of_folds[*fold] < min_df.max(1)
            };
            let n_words = counts.word_stems(row).count();
            let n_unknown = counts.word_stems(row).filter(is_unknown).count();
            all.n_words += n_words;
            all.n_unknown_words += n_unknown;
            all.n_rows += 1;
            all.n_unknown_rows += usize::from(n_unknown == n_words);
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

#[cfg(test)]
mod tests {
    use super::*;
    use detente_data::article::Example;
    use detente_data::corpus::FoldsParams;
    use detente_model::features::NgramParams;
    use detente_text::{Analyzer, AnalyzerParams};

    #[test]
    fn words_of_a_single_document_are_unknown_to_the_others() {
        let rows = [("we met", "a"), ("we met", "b"), ("zebras grazed", "c")];
        let examples: Vec<Example> = rows
            .iter()
            .map(|(text, group)| Example {
                mentions: Vec::new(),
                text: (*text).to_owned(),
                group: Some((*group).into()),
                id: None,
                labels: vec![Some("a".into())],
                weight: 1.0,
                calibrates: true,
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
        let texts = rows.map(|(text, _)| text);
        let analyzer = Analyzer::new(AnalyzerParams::DEFAULT);
        // What the vocabulary leaves out counts too.
        let counts = TermCounts::collect(&texts, &analyzer, &NgramParams::DEFAULT, 2, None);
        let unknown = Unknown::out_of_fold(&counts, &folds, 1);
        assert_eq!(unknown.word_share(), Some(2.0 / 6.0));
        assert_eq!(unknown.row_share(), Some(1.0 / 3.0));
    }
}
