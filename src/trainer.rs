//! Labelled rows into a model.

use crate::dataset::Dataset;
use crate::error::Result;
use crate::scorer::Model;
use detente_report::TrainingRecord;
use detente_text::Language;
use detente_train::linear::{HeadParams, Learner};
use detente_train::{AppraisalParams, DecisionMetric, TrainParams, train_sorted};

/// How a model is trained. Every setter takes the trainer and gives it back; what is out of range is said by
/// [`fit`](Self::fit), before the long work.
///
/// # Example
/// ```
/// use detente::{Dataset, Trainer};
/// # let rows = (0..40).map(|n| match n % 2 {
/// #     0 => (format!("We welcome the truce, part {n}."), "peace", "favor"),
/// #     _ => (format!("We reject the truce, part {n}."), "peace", "against"),
/// # });
/// let data = Dataset::from_rows(rows)?;
/// let fit = Trainer::new().folds(2).seed(42).strength(1.0).fit(&data)?;
/// let score = fit.model.score("We reject the truce.");
/// assert_eq!(score.target("peace")?.label(), "against");
/// # Ok::<(), detente::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Trainer(TrainParams);

impl Default for Trainer {
    fn default() -> Self {
        Self::new()
    }
}

impl Trainer {
    /// A trainer with the defaults of `detente train`: English, a stack of n-gram and lexicon heads, strengths chosen
    /// by cross-validation over 5 folds.
    pub fn new() -> Self {
        Self(TrainParams {
            appraisal: Some(AppraisalParams::DEFAULT),
            ..TrainParams::DEFAULT
        })
    }

    /// Folds of the cross-validation, by document; 2 or more, default 5. More folds leave more rows to learn from in
    /// each, and take longer.
    pub fn folds(mut self, n_folds: usize) -> Self {
        self.0.folds.n_folds = n_folds;
        self
    }

    /// The seed of the folds; default 42. The same rows, settings and seed give the same bytes.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.folds.seed = seed;
        self
    }

    /// The language of the texts; default English.
    pub fn language(mut self, language: Language) -> Self {
        self.0.language = language;
        self
    }

    /// Whether names of states, leaders and armed groups are masked, so that they cannot decide a stance; default no.
    pub fn mask_parties(mut self, mask: bool) -> Self {
        self.0.mask_parties = mask;
        self
    }

    /// Who finds the weights; default logistic regression.
    pub fn learner(mut self, learner: Learner) -> Self {
        self.0.head.learner = learner;
        self
    }

    /// The strength of the L2 penalty, above 0, for every head, instead of a search for it: much faster.
    pub fn strength(mut self, l2: f64) -> Self {
        self.0.head = HeadParams { l2, ..self.0.head };
        self.0.search = false;
        self
    }

    /// The measure that labels are decided for; default F avg for stances, else macro-F1.
    pub fn decision_metric(mut self, metric: DecisionMetric) -> Self {
        self.0.decision_metric = metric;
        self
    }

    /// A sentence encoder as one more view of the texts; default none. The model needs it to score.
    pub fn encoder(mut self, encoder: detente_model::encoder::SharedEncoder) -> Self {
        self.0.encoder = Some(encoder);
        self
    }

    /// The name that the model carries.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.0.name = Some(name.into());
        self
    }

    /// All settings, for what no setter offers.
    pub fn params_mut(&mut self) -> &mut TrainParams {
        &mut self.0
    }

    /// Trains. It uses all threads of rayon's pool; their number changes no byte of the model.
    ///
    /// # Errors
    /// A setting out of its range; a target with a single label, or with fewer documents than folds.
    pub fn fit(&self, data: &Dataset) -> Result<Fit> {
        self.fit_with_progress(data, |_, _| {})
    }

    /// As [`fit`](Self::fit), and tells of its progress: (steps done, steps in all), from any thread.
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    pub fn fit_with_progress(
        &self,
        data: &Dataset,
        progress: impl Fn(usize, usize) + Sync,
    ) -> Result<Fit> {
        let mut params = self.0.clone();
        if let Some(appraisal) = &mut params.appraisal {
            appraisal.curve &= params.search && params.head.learner.is_sparse();
        }
        let (model, log) = train_sorted(data.inner(), &params, &progress)?;
        Ok(Fit {
            model: model.into(),
            report: TrainingRecord::of(&log, None),
        })
    }
}

/// What training gives.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Fit {
    /// The model.
    pub model: Model,
    /// How right it is on rows it did not learn from, beside baselines, and what more rows would buy. `Display`
    /// gives the tables of `detente train`, and it implements `Serialize`.
    pub report: TrainingRecord,
}
