//! Labelled rows into a model.

use crate::failure::{count, out_of_range, value_error};
use crate::model::{Model, not_json};
use crate::rows::Labelled;
use crate::threads::pool;
use detente::{DecisionMetric, Language, Learner, Trainer};
use pyo3::prelude::*;

/// How a model is trained.
#[derive(FromPyObject)]
pub(crate) struct Settings {
    #[pyo3(item)]
    folds: i64,
    #[pyo3(item)]
    seed: i64,
    #[pyo3(item)]
    strength: Option<f64>,
    #[pyo3(item)]
    learner: String,
    #[pyo3(item)]
    language: String,
    #[pyo3(item)]
    mask_parties: bool,
    #[pyo3(item)]
    decision_metric: String,
    #[pyo3(item)]
    name: Option<String>,
    #[pyo3(item)]
    appraise: bool,
}

impl Settings {
    fn trainer(self) -> PyResult<Trainer> {
        let learner = one_of("learner", &self.learner, &Learner::ALL, Learner::name)?;
        let language = one_of("language", &self.language, &Language::ALL, Language::name)?;
        let metric = &self.decision_metric;
        let metric = one_of(
            "decision_metric",
            metric,
            &DecisionMetric::ALL,
            DecisionMetric::name,
        )?;
        let (folds, seed) = (count("folds", self.folds)?, count("seed", self.seed)?);
        let trainer = Trainer::new()
            .folds(folds)
            .seed(seed as u64)
            .learner(learner);
        let mut trainer = trainer
            .language(language)
            .mask_parties(self.mask_parties)
            .decision_metric(metric);
        if let Some(strength) = self.strength {
            trainer = trainer.strength(strength);
        }
        if let Some(name) = self.name {
            trainer = trainer.name(name);
        }
        if !self.appraise {
            trainer.params_mut().appraisal = None;
        }
        Ok(trainer)
    }
}

/// The member of a closed set with this name.
pub(crate) fn one_of<T: Copy>(
    parameter: &str,
    given: &str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> PyResult<T> {
    let found = all.iter().find(|member| name(**member) == given);
    found.copied().ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|member| name(*member)).collect();
        out_of_range(
            parameter,
            &format!("`{given}`"),
            &detente_error::prose(&names, "or"),
        )
    })
}

/// Trains: gives the model, the JSON of the training's record, and its tables.
#[pyfunction]
pub(crate) fn train(
    py: Python<'_>,
    data: Labelled<'_>,
    settings: Settings,
    threads: Option<i64>,
) -> PyResult<(Model, String, String)> {
    let trainer = settings.trainer()?;
    let data = data.dataset(py)?;
    let pool = pool(threads)?;
    py.detach(|| {
        let fit = pool.install(|| trainer.fit(&data)).map_err(value_error)?;
        let json = serde_json::to_string(&fit.report).map_err(not_json)?;
        Ok((Model::new(fit.model), json, fit.report.to_string()))
    })
}
