//! A model to score with.

use crate::dataset::Dataset;
use crate::error::Result;
use crate::evaluation_report::Report;
use crate::statement_score::{Score, TargetNames};
use detente_data::article::Article;
use detente_data::model_file;
use detente_model::{Explanation, StatePool};
use detente_score::{ScoreParams, ScoredArticle, score_article};
use rayon::prelude::*;
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

/// A fitted model. It is cheap to clone, can be shared between threads, and gives the same text the same score
/// whatever else is scored.
///
/// # Example
/// ```
/// let model = detente::Model::embedded();
/// let score = model.score("We welcome the talks on a ceasefire.");
/// assert_eq!(score.target("peace")?.label(), "favor");
/// # Ok::<(), detente::Error>(())
/// ```
#[derive(Clone)]
pub struct Model(Arc<Inner>);

struct Inner {
    model: Cow<'static, detente_model::Model>,
    names: Arc<[TargetNames]>,
    states: StatePool,
}

impl Model {
    fn new(model: Cow<'static, detente_model::Model>) -> Self {
        let names = model.heads().iter().map(TargetNames::of);
        Self(Arc::new(Inner {
            names: names.collect(),
            model,
            states: StatePool::default(),
        }))
    }

    /// The default model, which is part of the library: stance on `peace`, `cooperation` and `conflict`, and
    /// `sentiment`, of English statements. Its card is `models/README.md`.
    pub fn embedded() -> Self {
        Self::new(Cow::Borrowed(detente_model::Model::embedded()))
    }

    /// The default model of a language, by its code of ISO 639-1: Arabic, Chinese, English, French, Russian or Spanish.
    /// `None` for any other; [`Model::embedded`] is that of English.
    ///
    /// # Example
    /// ```
    /// let model = detente::Model::embedded_of("fr").expect("there is one of French");
    /// let score = model.score("Nous saluons le cessez-le-feu et la reprise des pourparlers de paix.");
    /// assert_eq!(score.target("peace")?.label(), "favor");
    /// # Ok::<(), detente::Error>(())
    /// ```
    pub fn embedded_of(language: &str) -> Option<Self> {
        let model = detente_model::Model::embedded_of(language)?;
        Some(Self::new(Cow::Borrowed(model)))
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// The file cannot be read, is no model, is truncated, altered, or from a newer version.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        Ok(model_file::read(path.as_ref())?.into())
    }

    /// Reads the file of a model that was trained with this sentence encoder.
    ///
    /// # Errors
    /// As [`read`](Self::read); the model was trained with another encoder.
    pub fn read_with(
        path: impl AsRef<Path>,
        encoder: detente_model::encoder::SharedEncoder,
    ) -> Result<Self> {
        let model = model_file::read_alone(path.as_ref())?.with_encoder(encoder);
        Ok(model.map_err(|error| error.in_file(path.as_ref()))?.into())
    }

    /// Writes the model file: the old one stays until the new one is whole.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        Ok(model_file::write(&self.0.model, path.as_ref())?)
    }

    /// Reads a model from the bytes of its file.
    ///
    /// # Errors
    /// They are no model, truncated, altered, or of a newer version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Ok(detente_model::Model::from_bytes(bytes)?.into())
    }

    /// The bytes of its file; the same model gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.model.to_bytes()
    }

    /// The names of its targets, in the order of training.
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        self.0.names.iter().map(TargetNames::target)
    }

    /// The labels of a target, in the order of probabilities: `favor`, `against`, `none` for a stance.
    ///
    /// # Errors
    /// The model has no such target.
    pub fn labels(&self, target: &str) -> Result<&[String]> {
        let place = TargetNames::position(&self.0.names, target)?;
        Ok(self.0.names[place].labels())
    }

    /// Scores one statement.
    pub fn score(&self, statement: &str) -> Score {
        let scores = (self.0.states).with(|state| self.0.model.score(state, statement));
        Score::new(self.0.names.clone(), scores)
    }

    /// Scores many statements on all threads of rayon's pool; scores come in the order of the statements.
    ///
    /// # Example
    /// ```
    /// let model = detente::Model::embedded();
    /// let scores = model.score_all(["We sign the treaty.", "We reject the treaty."]);
    /// assert_eq!(scores.len(), 2);
    /// assert!(scores[0].target("peace")?.stance() > scores[1].target("peace")?.stance());
    /// # Ok::<(), detente::Error>(())
    /// ```
    pub fn score_all<T: AsRef<str> + Send>(
        &self,
        statements: impl IntoIterator<Item = T>,
    ) -> Vec<Score> {
        let statements: Vec<T> = statements.into_iter().collect();
        let scores = statements.into_par_iter();
        scores.map(|one| self.score(one.as_ref())).collect()
    }

    /// Splits an article into statements and scores each of them and the whole. A first line
    /// ` date YYYY-MM-DD Title` is its header.
    ///
    /// # Example
    /// ```
    /// let model = detente::Model::embedded();
    /// let article = model.score_article("We welcome the truce. Trade will resume on Monday.");
    /// assert_eq!(article.statements[1].text, "Trade will resume on Monday.");
    /// ```
    pub fn score_article(&self, text: &str) -> ScoredArticle {
        let article = Article::plain(String::new(), text.to_owned());
        let params = ScoreParams::DEFAULT;
        let score = |state: &mut _| score_article(&self.0.model, state, article, &params);
        self.0.states.with(score)
    }

    /// Explains the label that a statement gets on each target by the `n_features` that moved it most (0 for all),
    /// and by its words. Contributions, intercept and remainder add up to the margin.
    pub fn explain(&self, statement: &str, n_features: usize) -> Vec<Explanation> {
        let explain = |state: &mut _| self.0.model.explain(state, statement, n_features);
        self.0.states.with(explain)
    }

    /// Measures how right it is on labelled rows, with 95 % intervals resampled by document.
    ///
    /// # Errors
    /// The rows have none of its targets, or a label that it does not know.
    pub fn evaluate(&self, data: &Dataset) -> Result<Report> {
        Report::of(&self.0.model, data)
    }

    /// The model of `detente-model` behind it, for what the front door does not offer.
    pub fn inner(&self) -> &detente_model::Model {
        &self.0.model
    }
}

impl From<detente_model::Model> for Model {
    fn from(model: detente_model::Model) -> Self {
        Self::new(Cow::Owned(model))
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.targets()).finish()
    }
}
