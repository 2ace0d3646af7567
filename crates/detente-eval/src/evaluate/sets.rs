//! Whether prediction sets hold the truth as often as the model promises.

use super::Evaluated;
use crate::error::Result;
use detente_metrics::BootstrapParams;
use detente_metrics::conformal::SetReport;
use detente_model::Model;
use detente_model::calibrate::{ConformalThreshold, Risk};
use serde::Serialize;

/// The risks that are looked at.
pub const RISKS: [f64; 3] = [0.05, 0.1, 0.2];

/// How the prediction sets of one risk fared.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct RiskReport {
    /// The share of sets that may miss the gold label.
    pub risk: f64,
    /// What the model took for it.
    pub threshold: ConformalThreshold,
    /// What came of it.
    pub report: SetReport,
}

/// For each target, one report for each of [`RISKS`].
pub(super) fn sets(
    model: &Model,
    evaluated: &Evaluated,
    bootstrap: Option<&BootstrapParams>,
) -> Result<Vec<Vec<RiskReport>>> {
    let mut all = Vec::new();
    for (target, _) in &evaluated.targets {
        let mut reports = Vec::new();
        let Some(probabilities) = target.given.predictions().probabilities() else {
            all.push(reports);
            continue;
        };
        for risk in RISKS {
            let conformal = &model.heads()[target.head_idx].conformal;
            let threshold = conformal.threshold(Risk::new(risk)?);
            let sets = probabilities.rows().into_iter();
            let sets: Vec<Vec<usize>> = sets
                .map(|p| threshold.prediction_set(&p.to_vec()))
                .collect();
            reports.push(RiskReport {
                risk,
                threshold,
                report: SetReport::of(target.given.predictions(), &sets, bootstrap)?,
            });
        }
        all.push(reports);
    }
    Ok(all)
}
