//! Whether a model knows the language of a text: it is that of the model, and most of its words are known, or it says
//! nothing about it.

use detente_error::{counted, list};
use detente_score::{ScoredArticle, UnknownLanguages};
use detente_text::language_name;

/// What there is to say of statements that are not scored, since no model knows their language.
pub(super) fn language_note(article: &ScoredArticle) -> Option<String> {
    let unknown = article.unknown_languages.as_ref()?;
    let UnknownLanguages { n_statements, .. } = unknown;
    let languages = language_names(&unknown.languages);
    let know = what_models_know(&unknown.known);
    Some(match article.statements.len() {
        n if n == *n_statements && unknown.languages.len() == 1 => {
            format!("This article is in {languages}; {know}: its statements are not scored.")
        }
        n => {
            let (is, are) = match n_statements {
                1 => ("is", "it is"),
                _ => ("are", "they are"),
            };
            let n = counted(n, "statement");
            format!("{n_statements} of {n} {is} in {languages}; {know}: {are} not scored.")
        }
    })
}

/// Which languages are known, as in `the model knows English`.
pub fn what_models_know(codes: &[&'static str]) -> String {
    let know = match codes.len() {
        1 => "the model knows",
        _ => "the models know",
    };
    format!("{know} {}", language_names(codes))
}

/// The English names of languages as prose, by their codes.
pub fn language_names(codes: &[&'static str]) -> String {
    let names: Vec<&str> = codes.iter().map(|code| language_name(code)).collect();
    list(&names)
}

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
