//! The recipe for a model: what a caller may choose, and the ranges of it.
//!
//! Plain fields with defaults come in; `check` says which of them is out of its range. Nothing is fitted here.

use crate::calibration::TiltChoice;
use crate::error::{Error, ErrorKind, Result};
use crate::linear::HeadParams;
use detente_data::corpus::{Corpus, FoldsParams};
use detente_metrics::{BootstrapParams, CountMetric, Sides};
use detente_model::encoder::SharedEncoder;
use detente_model::features::VectorizerParams;
use detente_model::label::LabelSet;
use detente_text::{AnalyzerParams, Language};

/// The strengths tried when none is given, from the strongest; scikit-learn's C from 1/6 to 50. Each
/// is multiplied by the learner's [`scale`](crate::linear::Learner::scale).
pub const STRENGTHS: [f64; 8] = [6.0, 2.0, 1.0, 0.5, 0.25, 0.12, 0.05, 0.02];

/// The measure that labels are decided for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionMetric {
    /// F avg for stance targets, macro-F1 for class targets.
    Auto,
    /// Every label counts the same.
    MacroF1,
    /// The mean of F1(favor) and F1(against); macro-F1 for class targets, which have no sides.
    FAvg,
    /// The most probable label.
    LogLoss,
}

impl DecisionMetric {
    /// Every measure.
    pub const ALL: [Self; 4] = [Self::Auto, Self::MacroF1, Self::FAvg, Self::LogLoss];

    /// The word for it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::MacroF1 => "macro-f1",
            Self::FAvg => "f-avg",
            Self::LogLoss => "log-loss",
        }
    }

    pub(crate) fn metric(self, labels: &LabelSet) -> Option<CountMetric> {
        match (self, sides(labels)) {
            (Self::LogLoss, _) => None,
            (Self::Auto | Self::FAvg, Some(sides)) => Some(CountMetric::FAvg(sides)),
            _ => Some(CountMetric::MacroF1),
        }
    }
}

/// What a training finds out beside what the model needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AppraisalParams {
    /// How the intervals of the out-of-fold scores are made; default 500 resamples of documents, a
    /// quarter of what an evaluation takes, since these scores are slightly hopeful in any case.
    pub bootstrap: BootstrapParams,
    /// Whether learning curves are drawn, which takes an eighth of the time of a search; default yes.
    /// A learner of linfa may refuse a quarter of the rows, where a label can be missing.
    pub curve: bool,
}

impl AppraisalParams {
    /// 500 resamples, with learning curves.
    pub const DEFAULT: Self = Self {
        bootstrap: BootstrapParams {
            resamples: 500,
            ..BootstrapParams::DEFAULT
        },
        curve: true,
    };
}

/// The recipe for a model.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainParams {
    /// The language of the texts; default English.
    pub language: Language,
    /// Whether names of parties are masked, so that they cannot decide a stance; default that of
    /// [`AnalyzerParams::DEFAULT`].
    pub mask_parties: bool,
    /// How statements become rows.
    pub vectorizer: VectorizerParams,
    /// How heads are fitted. Its strength is used only when `search` is off.
    pub head: HeadParams,
    /// Whether each head's strength is chosen by cross-validation; default yes. If not, the folds have only
    /// to calibrate, and no more of them are answered than it takes to leave out
    /// [`ENOUGH_ROWS`](crate::ENOUGH_ROWS) rows of each target, two at the least.
    pub search: bool,
    /// Whether each view of the features has a head of its own, and a target is answered
    /// by the stack of these; default yes. Not with learners on dense rows.
    pub stack: bool,
    /// A sentence encoder whose rows are one more view of the texts, with a head of its own in the stack; default none.
    pub encoder: Option<SharedEncoder>,
    /// The measure that labels are decided for; default F avg for stance, else macro-F1.
    pub decision_metric: DecisionMetric,
    /// How far labels are tilted towards that measure; default cautiously.
    pub tilt: TiltChoice,
    /// The folds of the cross-validation.
    pub folds: FoldsParams,
    /// What else is found out for the log; default nothing. The model does not depend on it.
    pub appraisal: Option<AppraisalParams>,
    /// What the model is called.
    pub name: Option<String>,
    /// The date that the model shall carry.
    pub date: Option<String>,
}

impl TrainParams {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        language: Language::English,
        mask_parties: AnalyzerParams::DEFAULT.mask_parties,
        vectorizer: VectorizerParams::DEFAULT,
        head: HeadParams::DEFAULT,
        search: true,
        stack: true,
        encoder: None,
        decision_metric: DecisionMetric::Auto,
        tilt: TiltChoice::Cautious,
        folds: FoldsParams::DEFAULT,
        appraisal: None,
        name: None,
        date: None,
    };

    /// What labels are decided for, and how far.
    pub(crate) fn decision(&self) -> (DecisionMetric, TiltChoice) {
        (self.decision_metric, self.tilt)
    }

    /// The recipe with views around mentions, if the corpus says where they are.
    pub(crate) fn for_corpus(&self, corpus: &Corpus) -> Self {
        let mut params = self.clone();
        params.vectorizer.ngrams.mention = corpus.has_mentions;
        params
    }

    /// Checks every range.
    ///
    /// # Errors
    /// The first parameter that is out of its range.
    pub fn check(&self) -> Result<()> {
        self.vectorizer.check()?;
        self.head.check()?;
        self.folds.check()?;
        if self.encoder.is_some() && !self.head.learner.is_sparse() {
            return Err(Error::new(ErrorKind::OutOfRange {
                parameter: "the learner",
                value: format!("`{}`", self.head.learner.name()),
                expected: "`logistic` or `svm` beside a sentence encoder",
            }));
        }
        if let Some(appraisal) = &self.appraisal {
            appraisal.bootstrap.check()?;
        }
        check_date(self.date.as_deref())
    }

    /// The strengths that are tried.
    pub(crate) fn strengths(&self) -> Vec<f64> {
        match self.search {
            true => STRENGTHS.map(|l2| l2 * self.head.learner.scale()).to_vec(),
            false => vec![self.head.l2],
        }
    }
}

/// Checks the date that a model shall carry.
pub(crate) fn check_date(date: Option<&str>) -> Result<()> {
    match date {
        Some(date) if date.parse::<jiff::civil::Date>().is_err() => {
            Err(Error::new(ErrorKind::OutOfRange {
                parameter: "the date",
                value: format!("`{date}`"),
                expected: "a day as YYYY-MM-DD",
            }))
        }
        _ => Ok(()),
    }
}

/// The two sides of stance labels; `None` for labels that are no stance.
pub(crate) fn sides(labels: &LabelSet) -> Option<Sides> {
    labels
        .stance_positions()
        .map(|(favor, against)| Sides { favor, against })
}
