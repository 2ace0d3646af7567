//! Which languages are scored, and by which models.

use super::encoding::EncoderArguments;
use super::failure::{Error, ErrorKind, Result};
use super::{NamedModel, note, read_model};
use clap::Args;
use detente_error::counted;
use detente_model::Model;
use detente_report::{language_names, what_models_know};
use detente_score::{LanguageParams, ModelsBeside, OF_RULES, ScoredArticle};
use detente_text::{Language, are_near, language_code};
use std::path::Path;

#[derive(Args)]
pub(super) struct LanguageArguments {
    /// Take every text for this language, a two-letter code, instead of finding it out by its letters and words;
    /// without `--model` the default model of that language scores
    #[arg(long, value_name = "CODE", help_heading = "Languages")]
    language: Option<String>,
    /// Score statements of a language that the model does not know too; without it they get no labels
    #[arg(long, help_heading = "Languages")]
    any_language: bool,
}

impl LanguageArguments {
    /// Reads the model that was named, or the default one of the language.
    ///
    /// # Errors
    /// The language has no model, or is not that of the model named; the model cannot be read.
    pub(super) fn read_model(
        &self,
        path: Option<&Path>,
        encoder: &EncoderArguments,
    ) -> Result<NamedModel> {
        match (&self.language, path) {
            (Some(code), None) => {
                let model = match embedded(Some(code)) {
                    Err(_) if self.any_language => Model::embedded(),
                    found => found?,
                };
                Ok(NamedModel {
                    model: std::borrow::Cow::Borrowed(model),
                    name: super::DEFAULT_MODEL.to_owned(),
                })
            }
            (Some(code), Some(path)) => {
                let named = read_model(Some(path), encoder)?;
                let own = named.model.language();
                if own != Language::Unstemmed && !self.any_language && !are_near(own.code(), code) {
                    return Err(Error::new(ErrorKind::UnknownName {
                        what: "the language",
                        value: code.clone(),
                        allowed: vec![own.code().to_owned()],
                    })
                    .in_file(path));
                }
                Ok(named)
            }
            (None, path) => read_model(path, encoder),
        }
    }

    fn taken_for(&self) -> Result<Option<&'static str>> {
        let Some(code) = &self.language else {
            return Ok(None);
        };
        let found = language_code(code);
        found.map(Some).ok_or_else(|| {
            let expected = "a code of two letters, as in `en`";
            Error::out_of_range("--language", format!("`{code}`"), expected)
        })
    }

    /// What is done about languages; a model that was named stands alone.
    pub(super) fn params(&self, path: Option<&Path>) -> Result<LanguageParams<'static>> {
        Ok(LanguageParams {
            taken_for: self.taken_for()?,
            any: self.any_language,
            beside: ModelsBeside::of_named(path.is_some()),
        })
    }
}

/// The default model of a language, of English where none is named.
pub(super) fn embedded(language: Option<&str>) -> Result<&'static Model> {
    let Some(code) = language else {
        return Ok(Model::embedded());
    };
    Model::embedded_of(code).ok_or_else(|| {
        Error::new(ErrorKind::UnknownName {
            what: "the language",
            value: code.to_owned(),
            allowed: Model::embedded_languages().map(str::to_owned).collect(),
        })
    })
}

/// Counts what is left out for its language.
#[derive(Default)]
pub(super) struct LeftOut {
    n_statements: usize,
    languages: Vec<&'static str>,
    known: Vec<&'static str>,
    /// Statements that are scored, but of which nobody looks for the holder.
    n_without_rules: usize,
}

impl LeftOut {
    pub(super) fn add(&mut self, article: &ScoredArticle) {
        let is_without = |language: Option<&str>| language.is_some_and(|code| code != OF_RULES);
        let statements = article.statements.iter();
        self.n_without_rules += statements.filter(|one| is_without(one.language)).count();
        if let Some(unknown) = &article.unknown_languages {
            self.n_statements += unknown.n_statements;
            for language in &unknown.languages {
                if !self.languages.contains(language) {
                    self.languages.push(language);
                }
            }
            self.known.clone_from(&unknown.known);
        }
    }

    /// Says what was not scored.
    pub(super) fn say(&self) {
        if self.n_statements == 0 {
            return;
        }
        note(format_args!(
            "note: {} not scored, in {}: {}; `--any-language` scores such too",
            counted(self.n_statements, "statement"),
            language_names(&self.languages),
            what_models_know(&self.known)
        ));
    }

    /// Says what has no holder, since rules find it.
    pub(super) fn say_without_rules(&self) {
        if self.n_without_rules > 0 {
            note(format_args!(
                "note: {} in other languages than English left out: holders and counterparts are found by \
                 English rules",
                counted(self.n_without_rules, "statement")
            ));
        }
    }
}
