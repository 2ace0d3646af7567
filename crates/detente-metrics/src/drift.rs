//! Whether features are as common in new rows as they were in training.

use crate::compare::holm;
use crate::error::ParamsError;
use serde::Serialize;
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// How common a feature was in training and is now.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Shift {
    /// The feature, as a place among those tested.
    pub feature: usize,
    /// The share of training rows that have it.
    pub training: f64,
    /// The share of the new rows that have it.
    pub here: f64,
    /// The chi-square of the two shares, divided by the design effect; one degree of freedom.
    pub chi_square: f64,
    /// How much wider the share varies between documents than between independent rows; at least 1.
    pub design_effect: f64,
    /// The p-value, corrected for all features tested (Holm).
    pub p_value: f64,
}

/// Tests for each feature whether its share of rows differs from training, the clearest first.
///
/// ```text
/// X²   = Pearson's chi-square of (has it, lacks it) by (training, here)
/// deff = max(1, D/(D-1) Σ_d (h_d - p n_d)² / (n p (1 - p)))     p = Σ h_d / n over D documents
/// p    = P(χ²₁ ≥ X² / deff), then Holm over the features
/// ```
///
/// Rows of one document repeat their words, so without the design effect every collection would
/// differ from every other. Of training only the counts are known; its design effect is taken to be
/// that of the new rows. `counts[f]` are the training rows with feature `f` among `n_training`;
/// `rows[i]` the features of new row `i`, `documents[i]` its document, numbered from 0.
///
/// # Errors
/// When `rows` and `documents` differ in length, or a feature is outside `counts`.
///
/// # References
/// Rao and Scott 1984, On Chi-Squared Tests for Multiway Contingency Tables with Cell Proportions
/// Estimated from Survey Data, section 2; Holm 1979.
pub fn frequency_shifts(
    counts: &[u64],
    n_training: u64,
    rows: &[Vec<u32>],
    documents: &[u32],
) -> Result<Vec<Shift>, ParamsError> {
    let (found, expected) = (documents.len(), rows.len());
    if found != expected {
        let what = "documents";
        return Err(ParamsError::Length {
            what,
            found,
            expected,
        });
    }
    let outside = |feature: &&u32| **feature as usize >= counts.len();
    if let Some(feature) = rows.iter().flatten().find(outside) {
        let (what, found, limit) = ("feature", *feature as usize, counts.len());
        return Err(ParamsError::Number { what, found, limit });
    }
    let n_documents = documents.iter().max().map_or(0, |last| *last as usize + 1);
    if rows.is_empty() || n_training == 0 {
        return Ok(Vec::new());
    }
    let mut sizes = vec![0_u64; n_documents];
    let mut hits = vec![vec![0_u64; n_documents]; counts.len()];
    for (features, document) in rows.iter().zip(documents) {
        sizes[*document as usize] += 1;
        for feature in features {
            hits[*feature as usize][*document as usize] += 1;
        }
    }
    let mut shifts: Vec<Shift> = hits
        .iter()
        .enumerate()
        .map(|(feature, hits)| shift(feature, counts[feature], n_training, hits, &sizes))
        .collect();
    let corrected = holm(&shifts.iter().map(|shift| shift.p_value).collect::<Vec<_>>());
    for (shift, p_value) in shifts.iter_mut().zip(corrected) {
        shift.p_value = p_value;
    }
    shifts.sort_by(|a, b| {
        b.chi_square
            .total_cmp(&a.chi_square)
            .then(a.feature.cmp(&b.feature))
    });
    Ok(shifts)
}

fn shift(feature: usize, count: u64, n_training: u64, hits: &[u64], sizes: &[u64]) -> Shift {
    let n = sizes.iter().sum::<u64>() as f64;
    let (here, known) = (hits.iter().sum::<u64>() as f64, count as f64);
    let n_training = n_training as f64;
    let share = here / n;
    let all = (here + known) / (n + n_training);
    let spread = all * (1.0 - all) * (1.0 / n + 1.0 / n_training);
    let pearson = match spread > 0.0 {
        true => (share - known / n_training).powi(2) / spread,
        false => 0.0,
    };
    let n_documents = sizes.iter().filter(|size| **size > 0).count() as f64;
    let between: f64 = hits
        .iter()
        .zip(sizes)
        .map(|(hits, size)| (*hits as f64 - share * *size as f64).powi(2))
        .sum();
    let binomial = n * share * (1.0 - share);
    let design_effect = match binomial > 0.0 && n_documents > 1.0 {
        true => (n_documents / (n_documents - 1.0) * between / binomial).max(1.0),
        false => 1.0,
    };
    let chi_square = pearson / design_effect;
    // Invariant: one degree of freedom is a valid parameter.
    let distribution = ChiSquared::new(1.0).expect("one degree of freedom");
    Shift {
        feature,
        training: known / n_training,
        here: share,
        chi_square,
        design_effect,
        p_value: distribution.sf(chi_square),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chi_square_is_that_worked_out_by_hand() {
        // 30 of 100 in training, 45 of 100 here, each row its own document:
        // Σ (observed - expected)²/expected of [[30, 70], [45, 55]] = 4.8.
        let rows: Vec<Vec<u32>> = (0..100).map(|row| vec![0; usize::from(row < 45)]).collect();
        let documents: Vec<u32> = (0..100).collect();
        let shifts = frequency_shifts(&[30], 100, &rows, &documents).unwrap();
        let effect = 100.0 / 99.0;
        assert!((shifts[0].design_effect - effect).abs() < 1e-12);
        assert!((shifts[0].chi_square - 4.8 / effect).abs() < 1e-9);
        // P(χ²₁ ≥ 4.752) = 0.0293 (scipy 1.17.1, stats.chi2.sf).
        assert!((shifts[0].p_value - 0.029_266).abs() < 1e-5, "{shifts:?}");
    }

    #[test]
    fn rows_of_one_document_count_for_less() {
        // The same shares, but ten rows of a document all have the feature or all lack it.
        let rows: Vec<Vec<u32>> = (0..100).map(|row| vec![0; usize::from(row < 50)]).collect();
        let documents: Vec<u32> = (0..100).map(|row| row / 10).collect();
        let shift = frequency_shifts(&[30], 100, &rows, &documents).unwrap()[0];
        assert!((shift.design_effect - 10.0 * 10.0 / 9.0).abs() < 1e-9);
        assert!(shift.p_value > 0.3);
    }

    #[test]
    fn the_same_shares_do_not_differ() {
        let rows = vec![vec![0], vec![]];
        let shifts =
            |rows: &[Vec<u32>], documents: &[u32]| frequency_shifts(&[50], 100, rows, documents);
        assert_eq!(shifts(&rows, &[0, 1]).unwrap()[0].p_value, 1.0);
        assert!(shifts(&[], &[]).unwrap().is_empty());
        assert_eq!(
            shifts(&rows, &[0]).unwrap_err().to_string(),
            "the number of documents is 1; expected 2"
        );
        assert_eq!(
            shifts(&[vec![1]], &[0]).unwrap_err().to_string(),
            "a feature has the number 1; expected one below 1"
        );
    }
}
