//! Whether a model knows the language of a text: it knows most of its words, or it says nothing about it.

use detente_score::ScoredArticle;

/// The share of words from which the language is unknown to the model.
const FOREIGN: f64 = 0.5;

/// Words below which a text is too short to tell that.
const FEWEST_WORDS: usize = 4;

/// The words of an article, and how many of them the model knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KnownWords {
    pub(super) n_words: usize,
    pub(super) n_known: usize,
}

impl KnownWords {
    pub(super) fn of(article: &ScoredArticle) -> Self {
        let scores = article.statements.iter().map(|one| &one.scores);
        Self {
            n_words: scores.clone().map(|scores| scores.n_tokens).sum(),
            n_known: scores.map(|scores| scores.n_known_tokens).sum(),
        }
    }

    /// Whether so few words are known that the text is probably of another language than the model's.
    pub(super) fn is_foreign(self) -> bool {
        let n_unknown = self.n_words.saturating_sub(self.n_known);
        self.n_words >= FEWEST_WORDS && n_unknown as f64 > FOREIGN * self.n_words as f64
    }
}
