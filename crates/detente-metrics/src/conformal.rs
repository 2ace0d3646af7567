//! How sets of labels with a promised risk fared.

use crate::confusion::ratio;
use crate::error::ParamsError;
use crate::interval::{BootstrapParams, Measure};
use crate::predictions::Predictions;
use serde::Serialize;

/// How prediction sets fared on rows whose truth is known.
///
/// A row is answered where its set is the given label alone; the others are deferred to a person.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SetReport {
    /// The number of rows.
    pub n_rows: u64,
    /// The share of sets that hold the gold label; should be at least 1 - risk.
    pub coverage: Measure,
    /// The mean number of labels in a set; smaller says more.
    pub mean_set_size: Measure,
    /// The share of rows that are answered.
    pub answered: Measure,
    /// The share of wrong labels among the rows answered; undefined when none is.
    pub error: Measure,
    /// The number of rows answered.
    pub n_answered: u64,
    /// The number of rows answered with a wrong label: what at most the risk of all rows should be.
    pub n_wrong: u64,
    /// The number of empty sets.
    pub empty: u64,
    /// The number of sets with one label.
    pub single: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct DocumentSets {
    n_rows: u64,
    held: u64,
    labels: u64,
    answered: u64,
    wrong: u64,
}

impl SetReport {
    /// Measures sets, one for each row of the predictions: places of labels, each at most once.
    ///
    /// # Errors
    ///
    /// [`ParamsError::Rows`] when there is not one set a row; bootstrap parameters out of range.
    pub fn of(
        predictions: &Predictions,
        sets: &[Vec<usize>],
        bootstrap: Option<&BootstrapParams>,
    ) -> Result<Self, ParamsError> {
        if sets.len() != predictions.n_rows() {
            return Err(ParamsError::Rows);
        }
        let mut documents = vec![DocumentSets::default(); predictions.n_documents()];
        let (mut n_answered, mut n_wrong, mut empty, mut single) = (0, 0, 0, 0);
        for (row, set) in sets.iter().enumerate() {
            let gold = predictions.gold()[row];
            let is_answered = *set == [predictions.predicted()[row]];
            let document = &mut documents[predictions.document_idx()[row] as usize];
            document.n_rows += 1;
            document.held += u64::from(set.contains(&gold));
            document.labels += set.len() as u64;
            document.answered += u64::from(is_answered);
            document.wrong += u64::from(is_answered && !set.contains(&gold));
            n_answered += u64::from(is_answered);
            n_wrong += u64::from(is_answered && predictions.predicted()[row] != gold);
            empty += u64::from(set.is_empty());
            single += u64::from(set.len() == 1);
        }
        let values = |weights: &[u32]| {
            let mut sum = DocumentSets::default();
            for (document, &weight) in documents.iter().zip(weights) {
                let weight = u64::from(weight);
                sum.n_rows += document.n_rows * weight;
                sum.held += document.held * weight;
                sum.labels += document.labels * weight;
                sum.answered += document.answered * weight;
                sum.wrong += document.wrong * weight;
            }
            vec![
                ratio(sum.held, sum.n_rows),
                ratio(sum.labels, sum.n_rows),
                ratio(sum.answered, sum.n_rows),
                ratio(sum.wrong, sum.answered),
            ]
        };
        let measures = Measure::all(documents.len(), bootstrap, values)?;
        Ok(Self {
            n_rows: predictions.n_rows() as u64,
            coverage: measures[0],
            mean_set_size: measures[1],
            answered: measures[2],
            error: measures[3],
            n_answered,
            n_wrong,
            empty,
            single,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_counted() {
        let labels = ["a", "b", "c"].map(str::to_owned).to_vec();
        let gold = vec![1, 1, 2, 0];
        let predictions =
            Predictions::new(labels, gold, vec![0, 0, 2, 1], None, &[0, 0, 1, 1]).unwrap();
        // Both labels; none; the gold one, given; another than the one given.
        let sets = [vec![0, 1], vec![], vec![2], vec![0]];
        let report = SetReport::of(&predictions, &sets, None).unwrap();
        assert_eq!(report.coverage.value, Some(3.0 / 4.0));
        assert_eq!(report.mean_set_size.value, Some(1.0));
        assert_eq!(report.answered.value, Some(1.0 / 4.0));
        assert_eq!(report.error.value, Some(0.0));
        assert_eq!((report.n_answered, report.empty, report.single), (1, 1, 2));
        assert_eq!(
            SetReport::of(&predictions, &sets[1..], None),
            Err(ParamsError::Rows)
        );
    }

    #[test]
    fn without_an_answer_the_error_is_undefined() {
        let labels = ["a", "b"].map(str::to_owned).to_vec();
        let predictions = Predictions::new(labels, vec![0], vec![0], None, &[0]).unwrap();
        let report = SetReport::of(&predictions, &[vec![0, 1]], None).unwrap();
        assert_eq!(report.error, Measure::default());
    }
}
