//! How common each label is, counted and corrected.

use super::Evaluated;
use crate::error::Result;
use detente_metrics::prevalence::{
    SHARE_RESAMPLES, adjusted_count_from, classify_and_count, em_shares,
};
use detente_metrics::{BootstrapParams, Measure};
use detente_model::Model;
use detente_score::aggregate::out_of_fold_confusion;
use serde::Serialize;

/// The shares of a target's labels, each in the order of the labels.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct LabelShares {
    /// In training.
    pub training: Vec<f64>,
    /// Among the gold labels.
    pub gold: Vec<f64>,
    /// Among the predictions.
    pub counted: Vec<Measure>,
    /// The shares that give the counted ones, were the model to err as it did out of fold; intervals
    /// resample its out-of-fold rows too.
    pub adjusted: Vec<Measure>,
    /// Found by expectation-maximisation from the probabilities and the shares of training; empty
    /// where the model knows none.
    pub corrected: Vec<Measure>,
}

pub(super) fn shares(
    model: &Model,
    evaluated: &Evaluated,
    bootstrap: Option<&BootstrapParams>,
) -> Result<Vec<LabelShares>> {
    let few = bootstrap.map(|params| BootstrapParams {
        resamples: params.resamples.min(SHARE_RESAMPLES),
        ..*params
    });
    let mut all = Vec::new();
    for (target, evaluation) in &evaluated.targets {
        let head = &model.heads()[target.head_idx];
        let counts = head.record.calibration_counts();
        let total: u64 = counts.iter().sum();
        let predictions = target.given.predictions().unlabelled();
        let training: Vec<f64> = counts
            .iter()
            .map(|count| *count as f64 / total.max(1) as f64)
            .collect();
        let corrected = match total > 0 && training.len() == predictions.n_labels() {
            true => em_shares(predictions, &training, few.as_ref())?,
            false => None,
        };
        let n_rows = evaluation.n_rows.max(1) as f64;
        all.push(LabelShares {
            training,
            gold: evaluation
                .labels
                .iter()
                .map(|label| label.support as f64 / n_rows)
                .collect(),
            counted: classify_and_count(predictions, bootstrap)?,
            adjusted: adjusted_count_from(predictions, &out_of_fold_confusion(head), few.as_ref())?,
            corrected: corrected.map_or(Vec::new(), |em| em.shares),
        });
    }
    Ok(all)
}
