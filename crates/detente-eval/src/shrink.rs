//! Two sizes of a model into what the smaller one costs.
//!
//! [`shrink_cost`] lets both label the same labelled rows. What is left out of a model is chosen in
//! `model` from the model alone; nothing is fitted here.

use crate::error::Result;
use crate::evaluate::{EvaluateParams, evaluate};
use detente_data::corpus::Corpus;
use detente_metrics::Evaluation;
use detente_model::Model;
use serde::Serialize;

/// What was and is said on one target.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TargetCost {
    /// The target.
    pub target: String,
    /// Rows labelled for it.
    pub n_rows: usize,
    /// Rows on which another label is given.
    pub n_changed: usize,
    /// The measures of the whole model, without intervals.
    pub before: Evaluation,
    /// Those of the smaller one.
    pub after: Evaluation,
}

/// Measures a model and a smaller one made of it on the same rows.
///
/// # Errors
/// As [`evaluate`].
pub fn shrink_cost(whole: &Model, small: &Model, corpus: &Corpus) -> Result<Vec<TargetCost>> {
    let params = EvaluateParams { bootstrap: None };
    let before = evaluate(whole, corpus, &params)?;
    let after = evaluate(small, corpus, &params)?;
    let both = before.targets.into_iter().zip(after.targets);
    let cost = both.map(|((was, _), (is, _))| {
        let (was_given, is_given) = (was.given.predictions(), is.given.predictions());
        let given = was_given.predicted().iter().zip(is_given.predicted());
        // Both stand in one table, so their means are over one list of labels.
        let list = was_given.label_list().union(is_given.label_list());
        Ok(TargetCost {
            target: was.given.target().to_owned(),
            n_rows: was.rows.len(),
            n_changed: given.filter(|(was, is)| was != is).count(),
            before: was.given.in_list(&list).evaluate(None)?,
            after: is.given.in_list(&list).evaluate(None)?,
        })
    });
    cost.collect()
}
