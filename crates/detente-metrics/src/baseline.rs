//! The predictions of classifiers that know only how common the labels were in training.
//!
//! A model that does not beat them has learnt nothing from the words.

use ndarray::Array2;

use crate::error::ParamsError;
use crate::predictions::Predictions;

/// The predictions of a classifier that always says the label most common in training.
///
/// The first of equally common labels in the order of labels is taken. There are no probabilities,
/// so measures of them are undefined. `predictions` gives rows, gold and documents.
///
/// # Errors
///
/// When there is not one count per label, or all counts are 0.
///
/// # Example
///
/// ```
/// use detente_metrics::{Predictions, Confusion, baseline};
///
/// let labels = vec!["favor".to_owned(), "against".to_owned()];
/// let predictions = Predictions::new(labels, vec![0, 1, 1], vec![0, 1, 0], None, &[1, 2, 3])?;
/// let baseline = baseline::majority(&predictions, &[10, 30]).unwrap();
/// assert_eq!(Confusion::of(&baseline).accuracy(), Some(2.0 / 3.0));
/// # Ok::<(), detente_metrics::PredictionsError>(())
/// ```
pub fn majority(
    predictions: &Predictions,
    training_counts: &[u64],
) -> Result<Predictions, ParamsError> {
    let label = most_common(predictions, training_counts)?;
    Ok(constant(predictions, label, None))
}

/// The predictions of a classifier that gives every row the shares of labels in training.
///
/// It says the label most common in training, as [`majority`], with the training shares as
/// probabilities. A label unseen in training gets probability 0, and the log-loss of its rows the
/// clipped maximum.
///
/// # Errors
///
/// When there is not one count per label, or all counts are 0.
pub fn prior(
    predictions: &Predictions,
    training_counts: &[u64],
) -> Result<Predictions, ParamsError> {
    let label = most_common(predictions, training_counts)?;
    let total: u64 = training_counts.iter().sum();
    let shape = (predictions.n_rows(), predictions.n_labels());
    let probabilities = Array2::from_shape_fn(shape, |(_, label)| {
        training_counts[label] as f64 / total as f64
    });
    Ok(constant(predictions, label, Some(probabilities)))
}

fn most_common(predictions: &Predictions, training_counts: &[u64]) -> Result<usize, ParamsError> {
    let (found, expected) = (training_counts.len(), predictions.n_labels());
    if found != expected {
        return Err(ParamsError::Labels { found, expected });
    }
    let most = training_counts
        .iter()
        .copied()
        .max()
        .filter(|&count| count > 0);
    most.and_then(|most| training_counts.iter().position(|&count| count == most))
        .ok_or(ParamsError::Rows)
}

fn constant(
    predictions: &Predictions,
    label: usize,
    probabilities: Option<Array2<f64>>,
) -> Predictions {
    predictions
        .answered(vec![label; predictions.n_rows()], probabilities)
        // Invariant: the columns of checked predictions pass the checks again, and shares sum to 1.
        .unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probability::log_loss;

    fn predictions() -> Predictions {
        let labels = ["a", "b", "c"].map(str::to_owned).to_vec();
        Predictions::new(labels, vec![0, 1, 1, 2], vec![0; 4], None, &[0, 0, 1, 1]).unwrap()
    }

    #[test]
    fn the_prior_has_the_entropy_of_its_counts_as_log_loss() {
        let prior = prior(&predictions(), &[1, 2, 1]).unwrap();
        assert_eq!(prior.predicted(), [1; 4]);
        let by_hand = 0.5 * 4_f64.ln() + 0.5 * 2_f64.ln();
        assert!((log_loss(&prior).unwrap() - by_hand).abs() < 1e-15);
    }

    #[test]
    fn the_first_of_equal_labels_is_the_majority_and_no_count_is_refused() {
        assert_eq!(
            majority(&predictions(), &[2, 5, 5]).unwrap().predicted(),
            [1; 4]
        );
        assert_eq!(
            majority(&predictions(), &[0; 3]).unwrap_err(),
            ParamsError::Rows
        );
        let found = majority(&predictions(), &[1]).unwrap_err();
        assert_eq!(
            found,
            ParamsError::Labels {
                found: 1,
                expected: 3
            }
        );
    }
}
