//! What there is to say beside how right a model is: than what, where, and whether to believe it.

use super::drift::{Drift, drift};
use super::sets::{RiskReport, sets};
use super::shares::{LabelShares, shares};
use super::slices::{Slice, slices};
use super::{EvaluateParams, Evaluated};
use crate::contamination::{Contamination, contamination_of};
use crate::error::Result;
use detente_data::corpus::Corpus;
use detente_metrics::BootstrapParams;
use detente_model::Model;
use detente_train::baselines::{Baseline, Baselines, Question};
use serde::Serialize;

/// Everything about an evaluation that is not a measure of the whole.
#[derive(Clone, Debug, Serialize)]
pub struct Details {
    /// For each target, the baselines that its labels allow.
    pub baselines: Vec<Vec<Baseline>>,
    /// For each target, how common its labels are.
    pub shares: Vec<LabelShares>,
    /// For each target, how prediction sets of a bounded risk fared.
    pub sets: Vec<Vec<RiskReport>>,
    /// The measures by the values of columns, where any were named.
    pub slices: Vec<Slice>,
    /// What the model had seen in training.
    pub contamination: Contamination,
    /// How far the data are from those of training.
    pub drift: Drift,
}

impl Details {
    /// Looks at an evaluation from every side; `by` are kept columns of the corpus to slice by.
    ///
    /// # Errors
    /// When the bootstrap parameters are out of range.
    pub fn of(
        model: &Model,
        corpus: &Corpus,
        evaluated: &Evaluated,
        by: &[String],
        params: &EvaluateParams,
    ) -> Result<Self> {
        let bootstrap = params.bootstrap.as_ref();
        let rows = evaluated.rows();
        Ok(Self {
            baselines: baselines(model, corpus, evaluated, bootstrap)?,
            shares: shares(model, evaluated, bootstrap)?,
            sets: sets(model, evaluated, bootstrap)?,
            slices: slices(corpus, evaluated, by, bootstrap)?,
            contamination: contamination_of(model, corpus, &rows),
            drift: drift(model, corpus, &rows)?,
        })
    }
}

/// The baselines of each target, those that its labels allow.
fn baselines(
    model: &Model,
    corpus: &Corpus,
    evaluated: &Evaluated,
    bootstrap: Option<&BootstrapParams>,
) -> Result<Vec<Vec<Baseline>>> {
    let mut baselines = Baselines::new(model.analyzer());
    let baselines_of = evaluated.targets.iter().map(|(target, _)| {
        let head = &model.heads()[target.head_idx];
        let texts = target.rows.iter().map(|row| &*corpus.examples[*row].text);
        let question = Question {
            target: target.given.target(),
            labels: &head.labels,
            label_counts: &head.record.label_counts,
            predictions: target.given.predictions(),
            texts: &texts.collect::<Vec<_>>(),
        };
        Ok(baselines.answer(&question, bootstrap)?)
    });
    baselines_of.collect()
}
