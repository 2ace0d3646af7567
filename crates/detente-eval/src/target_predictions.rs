//! What a classifier said on one target, beside what is true.
//!
//! Evaluation, cross-validation and comparison all bring their rows into this form, measure it the same way and pool
//! targets the same way. It knows no model and no file.

use crate::error::Result;
use detente_metrics::{
    BootstrapParams, Evaluation, LabelList, Predictions, PredictionsError, Sides,
};
use detente_model::label::LabelSet;
use ndarray::Array2;
use serde::Serialize;
use std::collections::BTreeMap;

/// What all rows of the targets that share a prediction set are called.
pub const POOLED: &str = "pooled";

/// What a classifier said on one target, beside what is true.
///
/// # Example
/// ```
/// use detente_eval::target_predictions::TargetPredictions;
/// use detente_model::label::LabelSet;
///
/// let labels = LabelSet::new(["favor", "against"]);
/// let given = TargetPredictions::new("peace".into(), labels, vec![0, 1], vec![0, 0], None, &[7, 8])?;
/// assert_eq!(given.evaluate(None)?.accuracy.value, Some(0.5));
/// # Ok::<(), detente_eval::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TargetPredictions {
    target: String,
    #[serde(skip)]
    labels: LabelSet,
    #[serde(flatten)]
    predictions: Predictions,
}

impl TargetPredictions {
    /// Checks the columns and keeps them; labels are given by their places in `labels`.
    ///
    /// `probabilities` has one list a row with one number a label. `documents` names the document of each row by any
    /// number; where targets are to be pooled, a document has one number over all of them.
    ///
    /// # Errors
    /// Columns of different length, an index out of range, or probabilities that are no distribution.
    pub fn new(
        target: String,
        labels: LabelSet,
        gold: Vec<usize>,
        predicted: Vec<usize>,
        probabilities: Option<&[Vec<f64>]>,
        documents: &[u32],
    ) -> Result<Self> {
        let table = probabilities.map(|rows| table(rows, labels.len()));
        let names = labels.labels().to_vec();
        let predictions = Predictions::new(names, gold, predicted, table.transpose()?, documents)?;
        Ok(Self {
            target,
            labels,
            predictions,
        })
    }

    /// The target.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The labels, in the order of their indices.
    pub fn labels(&self) -> &LabelSet {
        &self.labels
    }

    /// Gold and predicted labels, probabilities and documents, row by row.
    pub fn predictions(&self) -> &Predictions {
        &self.predictions
    }

    /// The labels in favor and against, on a stance target.
    pub fn sides(&self) -> Option<Sides> {
        self.labels
            .stance_positions()
            .map(|(favor, against)| Sides { favor, against })
    }

    /// Every measure, with intervals where they are asked for.
    ///
    /// # Errors
    /// Parameters out of range.
    pub fn evaluate(&self, bootstrap: Option<&BootstrapParams>) -> Result<Evaluation> {
        Ok(Evaluation::of(&self.predictions, self.sides(), bootstrap)?)
    }

    /// The same rows as part of a table whose labels are added to the list that means are taken over, see
    /// [`LabelList`].
    pub fn in_list(mut self, list: &LabelList) -> Self {
        self.predictions = self.predictions.in_list(list);
        self
    }

    /// The same rows answered by another classifier, without probabilities; its means are over the same list.
    ///
    /// # Errors
    /// Another number of answers than rows, or an index out of range.
    pub fn answered(&self, predicted: Vec<usize>) -> Result<Self> {
        Ok(Self {
            target: self.target.clone(),
            labels: self.labels.clone(),
            predictions: self.predictions.answered(predicted, None)?,
        })
    }

    /// The rows picked, in the order given.
    ///
    /// # Errors
    /// A row that is out of range.
    pub fn select(&self, rows: &[usize]) -> Result<Self> {
        Ok(Self {
            target: self.target.clone(),
            labels: self.labels.clone(),
            predictions: self.predictions.select(rows)?,
        })
    }

    /// The same rows in a set of labels that holds all of these, with other numbers for their documents. A label
    /// without a probability gets 0. `None` when a label is not in the set.
    ///
    /// # Errors
    /// Another number of documents than rows.
    pub fn in_labels(&self, labels: &LabelSet, documents: &[u32]) -> Result<Option<Self>> {
        let places = self
            .labels
            .labels()
            .iter()
            .map(|label| labels.position(label));
        let Some(places) = places.collect::<Option<Vec<usize>>>() else {
            return Ok(None);
        };
        let given = &self.predictions;
        let renumber = |column: &[usize]| column.iter().map(|label| places[*label]).collect();
        let probabilities = given.probabilities().map(|table| {
            let widen = |row: ndarray::ArrayView1<'_, f64>| {
                let mut wide = vec![0.0; labels.len()];
                places
                    .iter()
                    .zip(row)
                    .for_each(|(place, p)| wide[*place] = *p);
                wide
            };
            table
                .rows()
                .into_iter()
                .map(widen)
                .collect::<Vec<Vec<f64>>>()
        });
        Self::new(
            self.target.clone(),
            labels.clone(),
            renumber(given.gold()),
            renumber(given.predicted()),
            probabilities.as_deref(),
            documents,
        )
        .map(Some)
    }

    /// The places of the targets that are pooled: of the prediction set with the most rows, a stance set before others;
    /// `None` where a single target has that set, for then there is nothing to pool.
    pub fn pool_members(all: &[&Self]) -> Option<Vec<usize>> {
        let mut by_labels: BTreeMap<&LabelSet, Vec<usize>> = BTreeMap::new();
        for (place, one) in all.iter().enumerate() {
            by_labels.entry(&one.labels).or_default().push(place);
        }
        let (_, members) = by_labels.into_iter().max_by_key(|(labels, members)| {
            let rows = members.iter().map(|place| all[*place].predictions.n_rows());
            (labels.stance_positions().is_some(), rows.sum::<usize>())
        })?;
        (members.len() > 1).then_some(members)
    }

    /// All rows of the targets that are pooled, one target after the other; `None` as of [`Self::pool_members`].
    ///
    /// # Errors
    /// None of targets that share their labels.
    pub fn pool(all: &[&Self]) -> Result<Option<Self>> {
        let Some(members) = Self::pool_members(all) else {
            return Ok(None);
        };
        let parts: Vec<&Predictions> = members
            .iter()
            .map(|place| &all[*place].predictions)
            .collect();
        Ok(Some(Self {
            target: POOLED.to_owned(),
            labels: all[members[0]].labels.clone(),
            predictions: Predictions::concat(&parts)?,
        }))
    }
}

fn table(rows: &[Vec<f64>], n_labels: usize) -> Result<Array2<f64>> {
    if let Some(row) = rows.iter().find(|row| row.len() != n_labels) {
        let found = row.len();
        return Err(PredictionsError::ProbabilityColumns { found, n_labels }.into());
    }
    let shape = (rows.len(), n_labels);
    Ok(Array2::from_shape_fn(shape, |(row, label)| {
        rows[row][label]
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(target: &str, labels: &[&str], gold: &[usize]) -> TargetPredictions {
        let labels = LabelSet::new(labels.iter().copied());
        let documents: Vec<u32> = (0..gold.len() as u32).collect();
        let predicted = vec![0; gold.len()];
        TargetPredictions::new(
            target.into(),
            labels,
            gold.to_vec(),
            predicted,
            None,
            &documents,
        )
        .unwrap()
    }

    #[test]
    fn targets_that_share_the_stance_labels_are_pooled_and_a_single_one_is_not() {
        let stance = ["favor", "against"];
        let (a, b) = (
            given("a", &stance, &[0, 1]),
            given("b", &["x", "y"], &[0, 1, 1, 1, 1]),
        );
        let c = given("c", &stance, &[1]);
        let all = [&a, &b, &c];
        assert_eq!(TargetPredictions::pool_members(&all), Some(vec![0, 2]));
        let pooled = TargetPredictions::pool(&all).unwrap().unwrap();
        assert_eq!(pooled.predictions().gold(), [0, 1, 1]);
        assert_eq!(pooled.predictions().documents(), [0, 1, 0]);
        assert_eq!(TargetPredictions::pool(&all[..2]).unwrap(), None);
        assert_eq!(TargetPredictions::pool(&[]).unwrap(), None);
    }

    #[test]
    fn a_list_of_probabilities_that_is_too_short_is_refused() {
        let labels = LabelSet::new(["x", "y"]);
        let short = [vec![1.0]];
        let fault =
            TargetPredictions::new("a".into(), labels, vec![0], vec![0], Some(&short), &[0]);
        assert_eq!(
            fault.unwrap_err().to_string(),
            "the predictions cannot be measured: there is not one probability a label"
        );
    }
}
