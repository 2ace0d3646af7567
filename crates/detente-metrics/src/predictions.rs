//! What a classifier said, beside what is true.

use serde::{Serialize, Serializer};
use std::collections::BTreeSet;

use ndarray::{Array2, ArrayView2, Axis};

use crate::error::PredictionsError;
use crate::label_list::LabelList;

/// How far the probabilities of a row may be from a sum of 1.
///
/// Wide enough for four labels rounded to three decimals, as prediction files often are. The
/// probabilities are used as given: nothing is renormalised.
pub const SUM_TOLERANCE: f64 = 2.5e-3;

/// What a classifier said about rows whose truth may be unknown.
///
/// Shapes: `predicted` and `documents` `(n_rows)`, `probabilities` `(n_rows, n_labels)`. There may
/// be no rows; then every measure is `None`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnlabelledPredictions {
    labels: Vec<String>,
    predicted: Vec<usize>,
    #[serde(serialize_with = "rows_of")]
    probabilities: Option<Array2<f64>>,
    documents: Vec<u32>,
    #[serde(skip)]
    document_idx: Vec<u32>,
    n_documents: usize,
}

impl UnlabelledPredictions {
    /// Checks the columns and keeps them.
    ///
    /// `documents` names the document of each row by any number; only which rows share one matters,
    /// and the order of the numbers is the order in which documents are resampled.
    ///
    /// # Errors
    ///
    /// An [`PredictionsError`] when there is no label or a label twice, columns differ in length, a label
    /// index is out of range, or a row of probabilities is not in `[0, 1]` with sum 1
    /// (to [`SUM_TOLERANCE`]).
    pub fn new(
        labels: Vec<String>,
        predicted: Vec<usize>,
        probabilities: Option<Array2<f64>>,
        documents: &[u32],
    ) -> Result<Self, PredictionsError> {
        check_labels(&labels)?;
        check_indices("predicted", &predicted, labels.len())?;
        check_length("documents", documents.len(), predicted.len())?;
        if let Some(probabilities) = &probabilities {
            check_length("probabilities", probabilities.nrows(), predicted.len())?;
            check_probabilities(probabilities.view(), labels.len())?;
        }
        let distinct: Vec<u32> = documents
            .iter()
            .copied()
            .collect::<BTreeSet<u32>>()
            .into_iter()
            .collect();
        let document_idx = documents
            .iter()
            .map(|document| distinct.partition_point(|other| other < document) as u32)
            .collect();
        Ok(Self {
            labels,
            predicted,
            probabilities,
            documents: documents.to_vec(),
            document_idx,
            n_documents: distinct.len(),
        })
    }

    /// The labels, in the order of their indices.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The number of labels.
    pub fn n_labels(&self) -> usize {
        self.labels.len()
    }

    /// The number of rows.
    pub fn n_rows(&self) -> usize {
        self.predicted.len()
    }

    /// The number of distinct documents.
    pub fn n_documents(&self) -> usize {
        self.n_documents
    }

    /// The label said for each row, as an index into [`labels`](Self::labels).
    pub fn predicted(&self) -> &[usize] {
        &self.predicted
    }

    /// The probabilities `(n_rows, n_labels)`, when the classifier gives them.
    pub fn probabilities(&self) -> Option<ArrayView2<'_, f64>> {
        self.probabilities
            .as_ref()
            .map(|probabilities| probabilities.view())
    }

    /// The document of each row as it was given.
    pub fn documents(&self) -> &[u32] {
        &self.documents
    }

    /// The document of each row, numbered from 0 without gaps in the order of the given numbers.
    pub fn document_idx(&self) -> &[u32] {
        &self.document_idx
    }
}

/// What a classifier said about rows whose truth is known.
///
/// # Example
///
/// ```
/// use detente_metrics::{Predictions, Confusion};
///
/// let labels = vec!["favor".to_owned(), "against".to_owned()];
/// let predictions = Predictions::new(labels, vec![0, 1, 1], vec![0, 1, 0], None, &[7, 7, 9])?;
/// assert_eq!(predictions.n_documents(), 2);
/// assert_eq!(Confusion::of(&predictions).accuracy(), Some(2.0 / 3.0));
/// # Ok::<(), detente_metrics::PredictionsError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Predictions {
    #[serde(flatten)]
    unlabelled: UnlabelledPredictions,
    gold: Vec<usize>,
    #[serde(skip)]
    label_list: LabelList,
}

impl Predictions {
    /// Checks the columns and keeps them; `documents` as in [`UnlabelledPredictions::new`].
    ///
    /// # Errors
    ///
    /// As [`UnlabelledPredictions::new`], and when `gold` has another length or an index out of range.
    pub fn new(
        labels: Vec<String>,
        gold: Vec<usize>,
        predicted: Vec<usize>,
        probabilities: Option<Array2<f64>>,
        documents: &[u32],
    ) -> Result<Self, PredictionsError> {
        Self::with_gold(
            UnlabelledPredictions::new(labels, predicted, probabilities, documents)?,
            gold,
        )
    }

    /// Puts the truth beside predictions.
    ///
    /// # Errors
    ///
    /// When `gold` has another length or an index out of range.
    pub fn with_gold(
        unlabelled: UnlabelledPredictions,
        gold: Vec<usize>,
    ) -> Result<Self, PredictionsError> {
        check_length("gold", gold.len(), unlabelled.n_rows())?;
        check_indices("gold", &gold, unlabelled.n_labels())?;
        let label_list = LabelList::of_rows(unlabelled.n_labels(), &gold, unlabelled.predicted());
        Ok(Self {
            unlabelled,
            gold,
            label_list,
        })
    }

    /// The same rows as part of a table with other rows or other classifiers, whose labels are added to the list.
    pub fn in_list(mut self, list: &LabelList) -> Self {
        self.label_list = self.label_list.union(list);
        self
    }

    /// The labels that means over labels are taken over: those of the rows that these were picked from, and of what
    /// stands beside them in a table.
    pub fn label_list(&self) -> &LabelList {
        &self.label_list
    }

    /// The same rows answered by another classifier that is measured beside this one, as a baseline is: over the same
    /// list of labels, whatever it answers.
    ///
    /// # Errors
    ///
    /// As [`UnlabelledPredictions::new`].
    pub fn answered(
        &self,
        predicted: Vec<usize>,
        probabilities: Option<Array2<f64>>,
    ) -> Result<Self, PredictionsError> {
        let labels = self.labels().to_vec();
        let answers =
            UnlabelledPredictions::new(labels, predicted, probabilities, self.documents())?;
        Ok(Self {
            label_list: self.label_list.clone(),
            ..Self::with_gold(answers, self.gold.clone())?
        })
    }

    /// What the classifier said.
    pub fn unlabelled(&self) -> &UnlabelledPredictions {
        &self.unlabelled
    }

    /// The true label of each row, as an index into [`labels`](Self::labels).
    pub fn gold(&self) -> &[usize] {
        &self.gold
    }

    /// The labels, in the order of their indices.
    pub fn labels(&self) -> &[String] {
        self.unlabelled.labels()
    }

    /// The number of labels.
    pub fn n_labels(&self) -> usize {
        self.unlabelled.n_labels()
    }

    /// The number of rows.
    pub fn n_rows(&self) -> usize {
        self.gold.len()
    }

    /// The number of distinct documents.
    pub fn n_documents(&self) -> usize {
        self.unlabelled.n_documents()
    }

    /// The label said for each row.
    pub fn predicted(&self) -> &[usize] {
        self.unlabelled.predicted()
    }

    /// The probabilities `(n_rows, n_labels)`, when the classifier gives them.
    pub fn probabilities(&self) -> Option<ArrayView2<'_, f64>> {
        self.unlabelled.probabilities()
    }

    /// The document of each row as it was given.
    pub fn documents(&self) -> &[u32] {
        self.unlabelled.documents()
    }

    /// The document of each row, numbered from 0 without gaps.
    pub fn document_idx(&self) -> &[u32] {
        self.unlabelled.document_idx()
    }

    /// The rows picked, in the order given; a row may be picked more than once. The list of labels stays.
    ///
    /// # Errors
    ///
    /// A row that is out of range.
    pub fn select(&self, rows: &[usize]) -> Result<Self, PredictionsError> {
        let n_rows = self.n_rows();
        if let Some(&found) = rows.iter().find(|&&row| row >= n_rows) {
            return Err(PredictionsError::Row { found, n_rows });
        }
        let documents: Vec<u32> = rows.iter().map(|&row| self.documents()[row]).collect();
        let pick = |column: &[usize]| rows.iter().map(|&row| column[row]).collect::<Vec<usize>>();
        let probabilities = self
            .probabilities()
            .map(|probabilities| probabilities.select(Axis(0), rows));
        Self::new(
            self.labels().to_vec(),
            pick(self.gold()),
            pick(self.predicted()),
            probabilities,
            &documents,
        )
        .map(|picked| picked.in_list(&self.label_list))
    }

    /// All rows of several predictions, one after the other. Rows are of one document where they were
    /// given the same number. There are probabilities where all of them have some.
    ///
    /// # Errors
    ///
    /// Nothing to join, or other labels than those of the first.
    pub fn concat(all: &[&Self]) -> Result<Self, PredictionsError> {
        let Some(first) = all.first() else {
            return Err(PredictionsError::NoLabels);
        };
        if all.iter().any(|one| one.labels() != first.labels()) {
            return Err(PredictionsError::Different);
        }
        let join = |column: fn(&Self) -> &[usize]| -> Vec<usize> {
            all.iter().flat_map(|one| column(one)).copied().collect()
        };
        let documents: Vec<u32> = all
            .iter()
            .flat_map(|one| one.documents())
            .copied()
            .collect();
        let probabilities: Option<Vec<ArrayView2<'_, f64>>> =
            all.iter().map(|one| one.probabilities()).collect();
        // Invariant: a table has one column a label, so all have the same number of them.
        let probabilities =
            probabilities.and_then(|tables| ndarray::concatenate(Axis(0), &tables).ok());
        Self::new(
            first.labels().to_vec(),
            join(Self::gold),
            join(Self::predicted),
            probabilities,
            &documents,
        )
        .map(|joined| {
            all.iter()
                .fold(joined, |joined, one| joined.in_list(&one.label_list))
        })
    }
}

/// A table as a list with one list for each row.
fn rows_of<S: Serializer>(table: &Option<Array2<f64>>, serializer: S) -> Result<S::Ok, S::Error> {
    let rows = table.as_ref().map(|table| {
        let rows = table.rows().into_iter();
        rows.map(|row| row.to_vec()).collect::<Vec<Vec<f64>>>()
    });
    rows.serialize(serializer)
}

fn check_labels(labels: &[String]) -> Result<(), PredictionsError> {
    if labels.is_empty() {
        return Err(PredictionsError::NoLabels);
    }
    let mut seen = BTreeSet::new();
    match labels.iter().find(|label| !seen.insert(label.as_str())) {
        Some(label) => Err(PredictionsError::DuplicateLabel {
            label: label.clone(),
        }),
        None => Ok(()),
    }
}

fn check_length(
    column: &'static str,
    found: usize,
    expected: usize,
) -> Result<(), PredictionsError> {
    if found == expected {
        Ok(())
    } else {
        Err(PredictionsError::Length {
            column,
            found,
            expected,
        })
    }
}

fn check_indices(
    column: &'static str,
    indices: &[usize],
    n_labels: usize,
) -> Result<(), PredictionsError> {
    match indices.iter().position(|&label| label >= n_labels) {
        Some(row) => Err(PredictionsError::LabelIndex {
            column,
            row,
            found: indices[row],
            n_labels,
        }),
        None => Ok(()),
    }
}

fn check_probabilities(
    probabilities: ArrayView2<'_, f64>,
    n_labels: usize,
) -> Result<(), PredictionsError> {
    if probabilities.ncols() != n_labels {
        return Err(PredictionsError::ProbabilityColumns {
            found: probabilities.ncols(),
            n_labels,
        });
    }
    for (row, values) in probabilities.rows().into_iter().enumerate() {
        for (label, &found) in values.iter().enumerate() {
            if !(0.0..=1.0).contains(&found) {
                return Err(PredictionsError::Probability { row, label, found });
            }
        }
        let found = values.sum();
        if (found - 1.0).abs() > SUM_TOLERANCE {
            return Err(PredictionsError::ProbabilitySum { row, found });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn labels() -> Vec<String> {
        ["a", "b"].map(str::to_owned).to_vec()
    }

    #[test]
    fn documents_are_numbered_without_gaps_in_their_order() {
        let predictions =
            UnlabelledPredictions::new(labels(), vec![0; 4], None, &[90, 5, 90, 7]).unwrap();
        assert_eq!(predictions.document_idx(), [2, 0, 2, 1]);
        assert_eq!(predictions.n_documents(), 3);
    }

    #[test]
    fn rows_are_picked_and_joined_and_their_documents_stay() {
        let given = array![[0.75, 0.25], [0.5, 0.5], [0.0, 1.0]];
        let all = Predictions::new(
            labels(),
            vec![0, 1, 1],
            vec![0, 0, 1],
            Some(given),
            &[9, 4, 9],
        );
        let all = all.unwrap();
        let parts = [all.select(&[0, 1]).unwrap(), all.select(&[2]).unwrap()];
        assert_eq!(parts[1].document_idx(), [0]);
        assert_eq!(Predictions::concat(&[&parts[0], &parts[1]]).unwrap(), all);
        let fault = PredictionsError::Row {
            found: 3,
            n_rows: 3,
        };
        assert_eq!(all.select(&[3]).unwrap_err(), fault);
        assert_eq!(
            Predictions::concat(&[]).unwrap_err(),
            PredictionsError::NoLabels
        );
    }

    #[test]
    fn each_fault_has_its_own_error() {
        let predictions = |gold: Vec<usize>, predicted: Vec<usize>, probabilities| {
            let documents = vec![0; 2];
            Predictions::new(labels(), gold, predicted, probabilities, &documents).unwrap_err()
        };
        assert_eq!(
            predictions(vec![0, 2], vec![0, 1], None),
            PredictionsError::LabelIndex {
                column: "gold",
                row: 1,
                found: 2,
                n_labels: 2
            }
        );
        assert_eq!(
            predictions(vec![0], vec![0, 1], None),
            PredictionsError::Length {
                column: "gold",
                found: 1,
                expected: 2
            }
        );
        assert_eq!(
            predictions(vec![0, 1], vec![0, 1], Some(array![[0.5, 0.5], [0.5, 0.6]])),
            PredictionsError::ProbabilitySum { row: 1, found: 1.1 }
        );
        assert_eq!(
            predictions(
                vec![0, 1],
                vec![0, 1],
                Some(array![[0.5, 0.5], [-0.5, 1.5]])
            ),
            PredictionsError::Probability {
                row: 1,
                label: 0,
                found: -0.5
            }
        );
        let not_a_number = predictions(
            vec![0, 1],
            vec![0, 1],
            Some(array![[f64::NAN, 1.0], [1., 0.]]),
        );
        assert!(matches!(
            not_a_number,
            PredictionsError::Probability {
                row: 0,
                label: 0,
                ..
            }
        ));
        assert_eq!(
            UnlabelledPredictions::new(vec!["a".into(), "a".into()], vec![], None, &[])
                .unwrap_err(),
            PredictionsError::DuplicateLabel { label: "a".into() }
        );
    }
}
