//! One target's answers row by row, beside what is true.
//!
//! The walks that measure more than one model on the same rows hand their answers over in this form.
//! It knows no model and no file.

use crate::error::Result;
use detente_metrics::{Answers, BootstrapParams, Evaluation, Sides};
use detente_model::label::LabelSet;
use ndarray::Array2;
use std::collections::BTreeMap;

/// What a classifier said on one target.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// The target.
    pub target: String,
    /// The labels; indices below are places among them.
    pub labels: LabelSet,
    /// The true label of each row.
    pub gold: Vec<usize>,
    /// The label given to each row.
    pub predicted: Vec<usize>,
    /// The probabilities of each row, where the classifier gives them.
    pub probabilities: Option<Vec<Vec<f64>>>,
    /// The document of each row, numbered alike over all targets.
    pub documents: Vec<u32>,
}

impl Answered {
    /// The answers in the form that metrics take.
    ///
    /// # Errors
    /// Columns of different length, an index out of range, or probabilities that are no distribution.
    pub fn answers(&self) -> Result<Answers> {
        let probabilities = self.probabilities.as_ref().map(|rows| {
            let shape = (rows.len(), self.labels.len());
            Array2::from_shape_fn(shape, |(row, label)| rows[row][label])
        });
        Ok(Answers::new(
            self.labels.labels().to_vec(),
            self.gold.clone(),
            self.predicted.clone(),
            probabilities,
            &self.documents,
        )?)
    }

    /// The labels in favor and against, on a stance target.
    pub fn sides(&self) -> Option<Sides> {
        self.labels
            .stance_positions()
            .map(|(favor, against)| Sides { favor, against })
    }

    /// Every measure of the answers.
    ///
    /// # Errors
    /// As [`Self::answers`], and parameters out of range.
    pub fn evaluate(&self, bootstrap: Option<&BootstrapParams>) -> Result<Evaluation> {
        Ok(Evaluation::of(&self.answers()?, self.sides(), bootstrap)?)
    }

    /// All rows of the targets that share the prediction set with the most rows, a stance set before
    /// others; `None` unless two targets share it.
    pub fn pool(all: &[Self]) -> Option<Self> {
        let mut by_labels: BTreeMap<&LabelSet, Vec<&Self>> = BTreeMap::new();
        for one in all {
            by_labels.entry(&one.labels).or_default().push(one);
        }
        let (labels, members) = by_labels.into_iter().max_by_key(|(labels, members)| {
            let n_rows: usize = members.iter().map(|one| one.gold.len()).sum();
            (labels.stance_positions().is_some(), n_rows)
        })?;
        if members.len() < 2 {
            return None;
        }
        let mut pooled = Self {
            target: "pooled".into(),
            labels: labels.clone(),
            gold: Vec::new(),
            predicted: Vec::new(),
            probabilities: Some(Vec::new()),
            documents: Vec::new(),
        };
        for one in members {
            pooled.gold.extend(&one.gold);
            pooled.predicted.extend(&one.predicted);
            pooled.documents.extend(&one.documents);
            pooled.probabilities = match (pooled.probabilities, &one.probabilities) {
                (Some(mut all), Some(more)) => {
                    all.extend(more.iter().cloned());
                    Some(all)
                }
                _ => None,
            };
        }
        Some(pooled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(target: &str, labels: &[&str], gold: &[usize]) -> Answered {
        Answered {
            target: target.into(),
            labels: LabelSet::new(labels.iter().copied()),
            gold: gold.to_vec(),
            predicted: vec![0; gold.len()],
            probabilities: None,
            documents: (0..gold.len() as u32).collect(),
        }
    }

    #[test]
    fn targets_that_share_the_stance_labels_are_pooled() {
        let stance = ["favor", "against"];
        let all = [
            answered("a", &stance, &[0, 1]),
            answered("b", &["x", "y"], &[0, 1, 1, 1, 1]),
            answered("c", &stance, &[1]),
        ];
        let pooled = Answered::pool(&all).unwrap();
        assert_eq!(pooled.gold, [0, 1, 1]);
        assert_eq!(pooled.documents, [0, 1, 0]);
        assert_eq!(Answered::pool(&all[..2]), None);
    }
}
