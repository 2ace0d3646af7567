//! How right the predictions are when the least confident ones are withheld.
//!
//! Rows are taken from the most confident down. Rows of equal confidence are taken together, since
//! nothing tells them apart: a coverage is reached by the smallest number of whole ties that is at
//! least that share of the rows, so the coverage reached can be larger than the one asked for.

use crate::confusion::ratio;
use crate::predictions::Predictions;
use crate::reliability::{ConfidenceOrder, Tie};
use serde::Serialize;

/// The coverages reported, in percent, so that they are exact.
pub const COVERAGES: [u32; 6] = [100, 90, 80, 70, 60, 50];

/// The rows kept down to some confidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CoveragePoint {
    /// The least confidence among the rows kept.
    pub confidence: f64,
    /// The number of rows kept.
    pub n_rows: u64,
    /// How many of them are right.
    pub right: u64,
    /// The share of all rows that is kept, in `(0, 1]`.
    pub coverage: f64,
    /// The share of the rows kept that is wrong, in `[0, 1]`.
    pub risk: f64,
}

/// The risk at every coverage that a threshold on the confidence can reach.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RiskCoverage {
    /// One point for each distinct confidence, from high to low; the last has coverage 1.
    pub points: Vec<CoveragePoint>,
}

impl RiskCoverage {
    /// The curve of predictions; `None` without probabilities.
    pub fn of(predictions: &Predictions) -> Option<Self> {
        let order = ConfidenceOrder::new(predictions)?;
        Some(Self::of_ties(
            &order.ties(&vec![1; predictions.n_documents()]),
        ))
    }

    pub(crate) fn of_ties(ties: &[Tie]) -> Self {
        let total: u64 = ties.iter().map(|tie| tie.n_rows).sum();
        let (mut n_rows, mut right) = (0, 0);
        let points = ties.iter().map(|tie| {
            n_rows += tie.n_rows;
            right += tie.right;
            CoveragePoint {
                confidence: tie.confidence,
                n_rows,
                right,
                coverage: n_rows as f64 / total as f64,
                risk: (n_rows - right) as f64 / n_rows as f64,
            }
        });
        Self {
            points: points.collect(),
        }
    }

    /// The area under the risk-coverage curve.
    ///
    /// ```text
    /// AURC = 1/n Σ_i risk(rows at least as confident as row i)
    /// ```
    ///
    /// In `[0, 1]`, lower is better, equal to the error rate when confidence says nothing; `None`
    /// without rows.
    ///
    /// # References
    ///
    /// Geifman and El-Yaniv 2017, Selective Classification for Deep Neural Networks; Geifman, Uziel
    /// and El-Yaniv 2019, Bias-Reduced Uncertainty Estimation, section 2.
    pub fn area(&self) -> Option<f64> {
        let total = self.points.last()?.n_rows;
        let mut before = 0;
        let mut area = 0.0;
        for point in &self.points {
            area += (point.n_rows - before) as f64 * point.risk;
            before = point.n_rows;
        }
        Some(area / total as f64)
    }

    /// The first point whose coverage is at least `percent` of all rows; `None` without rows.
    pub fn at(&self, percent: u32) -> Option<&CoveragePoint> {
        let wanted = u64::from(percent) * self.points.last()?.n_rows;
        let first = self
            .points
            .partition_point(|point| 100 * point.n_rows < wanted);
        self.points.get(first)
    }

    /// The share of right predictions among the most confident `percent` of rows.
    ///
    /// ```text
    /// selective accuracy(c) = 1 - risk at the smallest reachable coverage of at least c
    /// ```
    ///
    /// In `[0, 1]`; `None` without rows.
    ///
    /// # References
    ///
    /// El-Yaniv and Wiener 2010, On the Foundations of Noise-free Selective Classification.
    pub fn accuracy_at(&self, percent: u32) -> Option<f64> {
        self.at(percent)
            .and_then(|point| ratio(point.right, point.n_rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tie(confidence: f64, n_rows: u64, right: u64) -> Tie {
        Tie {
            confidence,
            n_rows,
            right,
        }
    }

    #[test]
    fn ties_are_kept_together() {
        let ties = [tie(0.9, 3, 3), tie(0.8, 4, 3), tie(0.4, 3, 1)];
        let curve = RiskCoverage::of_ties(&ties);
        assert_eq!(curve.accuracy_at(100), Some(0.7));
        assert_eq!(curve.accuracy_at(80), Some(0.7));
        assert_eq!(curve.accuracy_at(70), Some(6.0 / 7.0));
        let half = curve.at(50).unwrap();
        assert_eq!((half.n_rows, half.coverage), (7, 0.7));
        // (3 · 0 + 4 · 1/7 + 3 · 3/10) / 10.
        assert!((curve.area().unwrap() - (4.0 / 7.0 + 0.9) / 10.0).abs() < 1e-15);
    }

    #[test]
    fn no_rows_give_none() {
        let curve = RiskCoverage::of_ties(&[]);
        assert_eq!((curve.area(), curve.accuracy_at(50)), (None, None));
    }
}
