//! How right a model is.

use crate::dataset::Dataset;
use crate::error::{Error, ErrorKind, Result};
use detente_eval::evaluate::{EvaluateParams, Evaluated, evaluate};
use detente_metrics::Evaluation;
use detente_report::EvaluationRecord;
use std::fmt;

/// The measures of a model on labelled rows, with 95 % intervals. `Display` gives the tables of `detente evaluate`;
/// serialised it is the JSON of `detente evaluate --format json`.
#[derive(Clone, Debug)]
pub struct Report {
    evaluated: Evaluated,
    record: EvaluationRecord,
}

impl Report {
    pub(crate) fn of(model: &detente_model::Model, data: &Dataset) -> Result<Self> {
        let evaluated = evaluate(model, data.inner(), &EvaluateParams::DEFAULT)?;
        let name = model.record().name.as_deref().unwrap_or("unnamed");
        let record = EvaluationRecord::of(name, &[data.name().to_owned()], &evaluated);
        Ok(Self { evaluated, record })
    }

    /// The measures on one target.
    ///
    /// # Errors
    /// The target was not measured; the error names those that were.
    pub fn target(&self, name: &str) -> Result<&Evaluation> {
        let targets = &self.evaluated.targets;
        let found = targets
            .iter()
            .find(|(target, _)| target.given.target() == name);
        found.map(|(_, evaluation)| evaluation).ok_or_else(|| {
            Error::new(ErrorKind::UnknownTarget {
                target: name.to_owned(),
                available: targets
                    .iter()
                    .map(|(target, _)| target.given.target().to_owned())
                    .collect(),
            })
        })
    }

    /// The measures on all rows of the targets that share their labels; `None` unless two or more do.
    pub fn pooled(&self) -> Option<&Evaluation> {
        self.evaluated.pooled.as_ref()
    }

    /// Its numbers as they are serialised.
    pub fn record(&self) -> &EvaluationRecord {
        &self.record
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.record.fmt(f)
    }
}

impl serde::Serialize for Report {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.record.serialize(serializer)
    }
}
