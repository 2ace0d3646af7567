//! The approximate randomisation test: whether two classifiers could exchange their predictions.

use rayon::prelude::*;
use serde::Serialize;

use crate::compare::{Pair, difference};
use crate::confusion::Confusion;
use crate::error::ParamsError;
use crate::metric::{CountMetric, Metric};
use crate::predictions::Predictions;
use crate::random::{Purpose, Stream};

/// How predictions are shuffled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RandomizationParams {
    /// The number of shuffles, at least 1; default 10,000. The smallest p-value is 1 / (shuffles + 1).
    pub shuffles: usize,
    /// The seed of the shuffles; default 42.
    pub seed: u64,
}

impl RandomizationParams {
    /// 10,000 shuffles, seed 42.
    pub const DEFAULT: Self = Self {
        shuffles: 10_000,
        seed: 42,
    };

    /// Checks the range.
    ///
    /// # Errors
    ///
    /// [`ParamsError::Shuffles`].
    pub fn check(&self) -> Result<(), ParamsError> {
        if self.shuffles == 0 {
            Err(ParamsError::Shuffles(0))
        } else {
            Ok(())
        }
    }
}

/// A test of equality in a measure of counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Randomization {
    /// The measure.
    pub metric: Metric,
    /// The first minus the second; `None` when either is undefined.
    pub difference: Option<f64>,
    /// How often a difference at least this large arises when the classifiers are exchangeable,
    /// two-sided; `None` without a difference.
    pub p_value: Option<f64>,
    /// The number of shuffles.
    pub shuffles: usize,
    /// The shuffles without a difference, which count as at least as large.
    pub undefined: usize,
}

impl Pair<'_> {
    /// The approximate randomisation test: predictions are exchanged document by document.
    ///
    /// ```text
    /// p = (1 + #{shuffles: |difference'| ≥ |difference|}) / (1 + shuffles)
    /// ```
    ///
    /// In each shuffle, for each document with probability 1/2, the first classifier's predictions become
    /// the second's and the reverse. The p-value is never 0.
    ///
    /// # Errors
    ///
    /// When there is no shuffle, or the sides of [`CountMetric::FAvg`] are not two of the labels.
    ///
    /// # References
    ///
    /// Noreen 1989, Computer-Intensive Methods for Testing Hypotheses; Yeh 2000, More accurate tests
    /// for the statistical significance of result differences.
    pub fn randomization(
        &self,
        metric: CountMetric,
        params: &RandomizationParams,
    ) -> Result<Randomization, ParamsError> {
        params.check()?;
        if let CountMetric::FAvg(sides) = metric {
            sides.check(self.first().n_labels())?;
        }
        let (first, second) = (Confusion::of(self.first()), Confusion::of(self.second()));
        let list = self.label_list();
        let between = |first: &Confusion, second: &Confusion| {
            difference(metric.over(first, &list), metric.over(second, &list))
        };
        let observed = between(&first, &second);
        let mut result = Randomization {
            metric: metric.metric(),
            difference: observed,
            p_value: None,
            shuffles: params.shuffles,
            undefined: 0,
        };
        let Some(observed) = observed else {
            return Ok(result);
        };
        let moves = self.moves();
        let shuffled: Vec<Option<f64>> = (0..params.shuffles)
            .into_par_iter()
            .map(|index| {
                let (first, second) = exchange(&first, &second, &moves, params.seed, index);
                between(&first, &second)
            })
            .collect();
        // Room for the rounding of means taken in another order.
        let large = observed.abs() - 1e-12;
        let as_large = shuffled
            .iter()
            .filter(|d| d.is_none_or(|d| d.abs() >= large))
            .count();
        result.undefined = shuffled
            .iter()
            .filter(|difference| difference.is_none())
            .count();
        result.p_value = Some((as_large + 1) as f64 / (params.shuffles + 1) as f64);
        Ok(result)
    }

    /// For each document on which the predictions differ, the cells of those rows in either confusion.
    fn moves(&self) -> Vec<Vec<(usize, usize)>> {
        let mut moves = vec![Vec::new(); self.first().n_documents()];
        for (row, &gold) in self.first().gold().iter().enumerate() {
            let cell = |predictions: &Predictions| {
                gold * predictions.n_labels() + predictions.predicted()[row]
            };
            let (first, second) = (cell(self.first()), cell(self.second()));
            if first != second {
                moves[self.first().document_idx()[row] as usize].push((first, second));
            }
        }
        moves.retain(|moves| !moves.is_empty());
        moves
    }
}

fn exchange(
    first: &Confusion,
    second: &Confusion,
    moves: &[Vec<(usize, usize)>],
    seed: u64,
    index: usize,
) -> (Confusion, Confusion) {
    let (mut first, mut second) = (first.clone(), second.clone());
    let mut stream = Stream::new(seed, Purpose::Randomization, index);
    for documents in moves.chunks(64) {
        let coins = stream.bits();
        for (coin, document) in documents.iter().enumerate() {
            if coins >> coin & 1 == 1 {
                for &(of_first, of_second) in document {
                    first.move_row(of_first, of_second);
                    second.move_row(of_second, of_first);
                }
            }
        }
    }
    (first, second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn predictions(gold: &[usize], predicted: &[usize], documents: &[u32]) -> Predictions {
        let labels = ["a", "b"].map(str::to_owned).to_vec();
        Predictions::new(labels, gold.to_vec(), predicted.to_vec(), None, documents).unwrap()
    }

    #[test]
    fn randomization_comes_near_the_exact_permutation_test() {
        // Six documents of one row; the first is right on all, the second on none. Of the 64
        // exchanges 2 are as extreme: p = 1/32.
        let documents: Vec<u32> = (0..6).collect();
        let (first, second) = (
            predictions(&[0; 6], &[0; 6], &documents),
            predictions(&[0; 6], &[1; 6], &documents),
        );
        let pair = Pair::new(&first, &second).unwrap();
        let test = pair
            .randomization(CountMetric::Accuracy, &RandomizationParams::DEFAULT)
            .unwrap();
        assert_eq!(test.difference, Some(1.0));
        // Four standard deviations of the share of 10,000 shuffles.
        assert!((test.p_value.unwrap() - 1.0 / 32.0).abs() < 4.0 * (0.03_f64 / 1e4).sqrt());
        // In one document there are only two exchanges, both as extreme.
        let whole = [0; 6];
        let (first, second) = (
            predictions(&[0; 6], &[0; 6], &whole),
            predictions(&[0; 6], &[1; 6], &whole),
        );
        let pair = Pair::new(&first, &second).unwrap();
        let test = pair
            .randomization(CountMetric::Accuracy, &RandomizationParams::DEFAULT)
            .unwrap();
        assert_eq!(test.p_value, Some(1.0));
    }

    #[test]
    fn a_classifier_does_not_differ_from_itself() {
        let same = predictions(&[0, 1, 0, 1], &[0, 1, 1, 1], &[0, 1, 2, 3]);
        let pair = Pair::new(&same, &same).unwrap();
        let test = pair
            .randomization(CountMetric::MacroF1, &RandomizationParams::DEFAULT)
            .unwrap();
        assert_eq!((test.difference, test.p_value), (Some(0.0), Some(1.0)));
    }
}
