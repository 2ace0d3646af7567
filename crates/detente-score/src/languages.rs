//! Which model scores a statement, by the language that it is written in.
//!
//! A statement is of the language of its own words where these are sure, else of its article's, which is that of most
//! of its sure statements. What no model knows the language of is not scored: its answers would say nothing.

use detente_model::Model;
use detente_text::{Language, are_near, detect_language, has_letters_of};
use serde::Serialize;

/// The language whose rules find holders and counterparts.
pub const OF_RULES: &str = "en";

/// What is done about languages.
#[derive(Clone, Copy, Debug)]
pub struct LanguageParams<'a> {
    /// The language that every text is taken for, as a code of ISO 639-1; `None` to find it out.
    pub taken_for: Option<&'static str>,
    /// Whether a statement of a language that no model knows is scored all the same, by the model that was given.
    pub any: bool,
    /// The models that score statements of other languages than that of the model given.
    pub beside: ModelsBeside<'a>,
}

impl LanguageParams<'_> {
    /// Languages are found out, one model scores, and what it does not know is not scored.
    pub const DEFAULT: LanguageParams<'static> = LanguageParams {
        taken_for: None,
        any: false,
        beside: ModelsBeside::None,
    };
}

/// Models of other languages, beside the one that is given.
#[derive(Clone, Copy, Debug)]
pub enum ModelsBeside<'a> {
    /// None: the model given stands alone.
    None,
    /// The default models, which are part of the program; one is read when the first statement needs it (cargo feature
    /// `default-model`).
    #[cfg(feature = "default-model")]
    Embedded,
    /// These.
    These(&'a [Model]),
}

impl<'a> ModelsBeside<'a> {
    fn of(self, language: &str) -> Option<&'a Model> {
        match self {
            Self::None => None,
            #[cfg(feature = "default-model")]
            Self::Embedded => Model::embedded_of(language),
            Self::These(models) => models
                .iter()
                .find(|model| model.language().code() == language),
        }
    }

    /// What stands beside the default model, or beside one that was named, which stands alone.
    #[cfg(feature = "default-model")]
    pub fn of_named(is_named: bool) -> Self {
        match is_named {
            true => Self::None,
            false => Self::Embedded,
        }
    }

    fn languages(self) -> Vec<&'static str> {
        match self {
            Self::None => Vec::new(),
            #[cfg(feature = "default-model")]
            Self::Embedded => Model::embedded_languages().collect(),
            Self::These(models) => models.iter().map(|model| model.language().code()).collect(),
        }
    }
}

impl<'a> LanguageParams<'a> {
    /// The model that scores a statement of a language; `None` for no model. A language that is not known is that of
    /// the model given.
    pub(super) fn model_of<'b>(&self, given: &'b Model, language: Option<&str>) -> Option<&'b Model>
    where
        'a: 'b,
    {
        let Some(language) = language else {
            return Some(given);
        };
        let own = given.language();
        if own == Language::Unstemmed || are_near(own.code(), language) {
            return Some(given);
        }
        let beside = self.beside.of(language);
        // Their answers are gathered in one score, so that they have to be of the same targets and labels.
        let beside = beside.filter(|model| model.has_targets_of(given));
        beside.or(self.any.then_some(given))
    }

    /// The language of a text that stands alone, and the model that scores it; `None` for no model.
    pub fn of_text<'b>(
        &self,
        given: &'b Model,
        text: &str,
    ) -> (Option<&'static str>, Option<&'b Model>)
    where
        'a: 'b,
    {
        let found = || detect_language(text).map(|found| found.code);
        let language = self.taken_for.or_else(found);
        (language, self.model_of(given, language))
    }

    /// The languages that are scored, the given model's first.
    pub fn known(&self, given: &Model) -> Vec<&'static str> {
        let mut known = vec![given.language().code()];
        for language in self.beside.languages() {
            if !known.contains(&language) {
                known.push(language);
            }
        }
        known
    }

    /// The languages of an article and of its statements.
    pub(super) fn of_article<'t>(
        &self,
        statements: impl Iterator<Item = &'t str> + Clone,
    ) -> ArticleLanguages {
        if self.taken_for.is_some() {
            return ArticleLanguages {
                article: self.taken_for,
                statements: Vec::new(),
            };
        }
        let mut letters = LanguageCounts::default();
        let found: Vec<Option<&'static str>> = statements
            .clone()
            .map(|statement| {
                let code = detect_language(statement)?.code;
                // Not bytes, of which letters beyond ASCII have more.
                letters.add(code, statement.chars().count());
                Some(code)
            })
            .collect();
        let article = match letters.most_first().first() {
            None if found.len() > 1 => of_whole(statements.clone()),
            most => most.copied(),
        };
        // Who writes `Talks` above a Russian text has not written Russian there.
        let own = statements.zip(found);
        let found = own.map(|(statement, own)| match (own, article) {
            (Some(own), Some(article)) if are_near(own, article) => Some(article),
            // A Japanese headline may have signs of Chinese alone.
            (Some("zh"), Some("ja")) => article,
            (None, Some(article)) if has_letters_of(statement, article) => Some(article),
            (own, _) => own,
        });
        ArticleLanguages {
            article,
            statements: found.collect(),
        }
    }
}

/// Languages, with how much there is of each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LanguageCounts {
    /// In the order in which they came.
    counts: Vec<(&'static str, usize)>,
}

impl LanguageCounts {
    /// Counts `n` more of a language.
    pub fn add(&mut self, language: &'static str, n: usize) {
        match self.counts.iter_mut().find(|(known, _)| *known == language) {
            Some((_, known)) => *known += n,
            None => self.counts.push((language, n)),
        }
    }

    /// How much there is of all.
    pub fn total(&self) -> usize {
        self.counts.iter().map(|(_, n)| n).sum()
    }

    /// The languages, that of most first; of equals the one that came first.
    pub fn most_first(mut self) -> Vec<&'static str> {
        // Stable.
        self.counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        self.counts
            .into_iter()
            .map(|(language, _)| language)
            .collect()
    }
}

/// The language of statements none of which is sure.
fn of_whole<'t>(statements: impl Iterator<Item = &'t str>) -> Option<&'static str> {
    const MOST_BYTES: usize = 2048;
    let mut whole = String::new();
    for statement in statements {
        whole.push_str(statement);
        whole.push('\n');
        if whole.len() > MOST_BYTES {
            break;
        }
    }
    detect_language(&whole).map(|found| found.code)
}

/// The languages of an article.
pub(super) struct ArticleLanguages {
    pub(super) article: Option<&'static str>,
    /// Those of its statements, in their order; empty where all are of one language.
    statements: Vec<Option<&'static str>>,
}

impl ArticleLanguages {
    /// The language of a statement, by its place.
    pub(super) fn of_statement(&self, at: usize) -> Option<&'static str> {
        self.statements.get(at).copied().unwrap_or(self.article)
    }
}

/// The statements of an article that are not scored, since no model knows their language.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct UnknownLanguages {
    /// How many statements they are.
    pub n_statements: usize,
    /// Their languages, that of most of them first.
    pub languages: Vec<&'static str>,
    /// The languages that would be scored, the given model's first.
    pub known: Vec<&'static str>,
}

impl UnknownLanguages {
    /// Counts the statements by their languages; `None` where there is none.
    pub(super) fn of(
        languages: impl Iterator<Item = &'static str>,
        known: impl FnOnce() -> Vec<&'static str>,
    ) -> Option<Self> {
        let mut counts = LanguageCounts::default();
        languages.for_each(|language| counts.add(language, 1));
        (counts.total() > 0).then(|| Self {
            n_statements: counts.total(),
            languages: counts.most_first(),
            known: known(),
        })
    }
}
