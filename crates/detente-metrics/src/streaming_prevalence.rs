//! How common each label is in a stream of predictions, in memory that does not grow with it.

use serde::Serialize;
use std::collections::HashMap;

use crate::confusion::Confusion;
use crate::error::{ParamsError, PredictionsError};
use crate::interval::{BootstrapParams, Measure};
use crate::prepared::DocumentCells;
use crate::prevalence::{
    SHARE_RESAMPLES, adjusted, check_labels, check_priors, maximize_rows, optional, single_rows,
};

/// The groups that documents are put into.
pub const GROUPS: usize = 256;

/// The most cells of probabilities, so the most memory: 4 bytes for each cell and group.
const MOST_CELLS: usize = 4096;

/// The most bins of one probability.
const MOST_BINS: usize = 64;

/// The fewest bins of one probability that are worth anything.
const FEWEST_BINS: usize = 4;

/// Counts of predictions by document.
///
/// ```text
/// group(document) = its number modulo 256
/// cell(row)       = (⌊m √p_1⌋, ..., ⌊m √p_k⌋)      m = 64, 37, 10, 5, 4 for 2, 3, 4, 5, 6 labels
/// ```
///
/// Kept are, for each group, how many rows were predicted as each label and fell into each cell and,
/// for each cell, the mean of the probabilities that fell into it, which stands for them in
/// expectation-maximisation. Square roots make cells narrow where probabilities are small, since there
/// a shift of the shares changes them most. At most 4,096 cells can be met, so the counts take at most
/// 4 MiB. With more than 6 labels the cells would be too wide, and none are kept.
///
/// Intervals resample groups. Up to 256 documents these are the documents; of more, each group has
/// every 256th, and the sums of groups vary as those of documents do.
///
/// # References
///
/// Wolter 2007, Introduction to Variance Estimation, chapter 2 (random groups).
#[derive(Clone, Debug)]
pub struct StreamingPrevalence {
    n_labels: usize,
    n_bins: Option<usize>,
    /// The number of each cell met, in the order of meeting.
    cells: HashMap<Vec<u8>, usize>,
    /// The sums of the probabilities in each cell, one cell after the other.
    sums: Vec<f64>,
    groups: Vec<Group>,
    n_documents: usize,
}

#[derive(Clone, Debug)]
struct Group {
    given: Vec<u64>,
    cells: Vec<u32>,
}

/// How common each label is, in the order of the labels.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PrevalenceShares {
    /// Among the predictions, as
    /// [`classify_and_count`](crate::prevalence::classify_and_count).
    pub counted: Vec<Measure>,
    /// As [`adjusted_count_from`](crate::prevalence::adjusted_count_from).
    pub adjusted: Vec<Measure>,
    /// As [`em_shares`](crate::prevalence::em_shares), but for the width of the cells; all
    /// undefined with more than 6 labels.
    pub corrected: Vec<Measure>,
}

impl StreamingPrevalence {
    /// Nothing yet, for `n_labels` labels.
    pub fn new(n_labels: usize) -> Self {
        Self {
            n_labels,
            n_bins: n_bins(n_labels),
            cells: HashMap::new(),
            sums: Vec::new(),
            groups: Vec::new(),
            n_documents: 0,
        }
    }

    /// Adds a document: the label given to each row, with its probabilities.
    ///
    /// # Errors
    ///
    /// A label is out of range, or there is not one probability a label; then nothing is added.
    pub fn add<'a>(
        &mut self,
        rows: impl Iterator<Item = (usize, &'a [f64])> + Clone,
    ) -> Result<(), PredictionsError> {
        let n_labels = self.n_labels;
        for (row, (found, probabilities)) in rows.clone().enumerate() {
            if found >= n_labels {
                let column = "predicted";
                return Err(PredictionsError::LabelIndex {
                    column,
                    row,
                    found,
                    n_labels,
                });
            }
            if probabilities.len() != n_labels {
                let found = probabilities.len();
                return Err(PredictionsError::ProbabilityColumns { found, n_labels });
            }
        }
        let group_idx = self.n_documents % GROUPS;
        if group_idx == self.groups.len() {
            self.groups.push(Group {
                given: vec![0; self.n_labels],
                cells: Vec::new(),
            });
        }
        self.n_documents += 1;
        let mut bins = Vec::with_capacity(self.n_labels);
        for (given, probabilities) in rows {
            self.groups[group_idx].given[given] += 1;
            let Some(n_bins) = self.n_bins else { continue };
            bins.clear();
            bins.extend(probabilities.iter().map(|p| {
                let bin = (p.sqrt() * n_bins as f64) as usize;
                bin.min(n_bins - 1) as u8
            }));
            let cell = match self.cells.get(&bins) {
                Some(cell) => *cell,
                None => {
                    let cell = self.cells.len();
                    self.cells.insert(bins.clone(), cell);
                    self.sums.extend(std::iter::repeat_n(0.0, self.n_labels));
                    cell
                }
            };
            let sums = &mut self.sums[cell * self.n_labels..][..self.n_labels];
            sums.iter_mut()
                .zip(probabilities)
                .for_each(|(s, p)| *s += p);
            let counts = &mut self.groups[group_idx].cells;
            if counts.len() <= cell {
                counts.resize(cell + 1, 0);
            }
            counts[cell] = counts[cell].saturating_add(1);
        }
        Ok(())
    }

    /// The number of documents added.
    pub fn n_documents(&self) -> usize {
        self.n_documents
    }

    /// The number of rows added.
    pub fn n_rows(&self) -> u64 {
        self.groups.iter().flat_map(|group| &group.given).sum()
    }

    /// How common each label is. `priors` are the shares in training, where they are known; `known`
    /// counts the classifier's predictions for rows of known truth. The intervals of the corrected shares
    /// take at most [`SHARE_RESAMPLES`] resamples.
    ///
    /// # Errors
    ///
    /// When the bootstrap parameters are out of range, or priors or counts do not fit the labels.
    pub fn shares(
        &self,
        priors: Option<&[f64]>,
        known: &Confusion,
        bootstrap: Option<&BootstrapParams>,
    ) -> Result<PrevalenceShares, ParamsError> {
        check_labels(known.n_labels(), self.n_labels)?;
        let few = bootstrap.map(|params| BootstrapParams {
            resamples: params.resamples.min(SHARE_RESAMPLES),
            ..*params
        });
        let n_groups = self.groups.len();
        let given = self.groups.iter().map(|group| group.given.clone());
        let counts = DocumentCells::of_counts(self.n_labels, given);
        let counted = Measure::all(n_groups, bootstrap, |weights| {
            optional(counts.confusion(weights).predicted_shares(), self.n_labels)
        })?;
        let (errors, n_known) = single_rows(known);
        let adjusted = adjusted((&counts, n_groups), (&errors, n_known), few.as_ref())?;
        let corrected = match priors {
            Some(priors) => {
                check_priors(priors, self.n_labels)?;
                self.corrected(priors, few.as_ref())?
            }
            None => vec![Measure::default(); self.n_labels],
        };
        Ok(PrevalenceShares {
            counted,
            adjusted,
            corrected,
        })
    }

    fn corrected(
        &self,
        priors: &[f64],
        bootstrap: Option<&BootstrapParams>,
    ) -> Result<Vec<Measure>, ParamsError> {
        let mut totals = vec![0_u64; self.cells.len()];
        for group in &self.groups {
            let counts = totals.iter_mut().zip(&group.cells);
            counts.for_each(|(total, count)| *total += u64::from(*count));
        }
        let sums = self.sums.chunks(self.n_labels.max(1)).zip(&totals);
        let means: Vec<f64> = sums
            .flat_map(|(sums, total)| sums.iter().map(move |sum| sum / *total as f64))
            .collect();
        Measure::all(self.groups.len(), bootstrap, |weights| {
            let mut counts = vec![0.0; totals.len()];
            for (group, &weight) in self.groups.iter().zip(weights) {
                let cells = counts.iter_mut().zip(&group.cells);
                cells.for_each(|(sum, count)| *sum += f64::from(*count) * f64::from(weight));
            }
            let is_empty = counts.iter().all(|count| *count == 0.0);
            let shares = match is_empty {
                true => None,
                false => maximize_rows(&means, &counts, priors).0,
            };
            optional(shares, self.n_labels)
        })
    }
}

/// The most bins whose cells are few enough. Probabilities sum to 1, and where one grows another
/// falls, so that of the cells on a diagonal only one can be met: as many as there are diagonals.
fn n_bins(n_labels: usize) -> Option<usize> {
    let diagonals = |bins: usize| {
        let power = |base: usize| base.checked_pow(n_labels as u32);
        Some(power(bins)? - power(bins - 1)?)
    };
    (FEWEST_BINS..=MOST_BINS)
        .rev()
        .find(|bins| diagonals(*bins).is_some_and(|cells| cells <= MOST_CELLS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predictions::UnlabelledPredictions;
    use crate::prevalence::{adjusted_count_from, classify_and_count, em_shares};
    use crate::random::{Purpose, Stream};
    use ndarray::Array2;

    const N_LABELS: usize = 3;
    const PRIORS: [f64; N_LABELS] = [0.3, 0.5, 0.2];

    /// Documents of five rows; most rows are clear, and the second label is rare.
    fn simulated(n_documents: usize) -> UnlabelledPredictions {
        let mut stream = Stream::new(1, Purpose::Bootstrap, 0);
        let mut number = || stream.below(1 << 30) as f64 / f64::from(1 << 30);
        let n_rows = 5 * n_documents;
        let mut probabilities = Array2::zeros((n_rows, N_LABELS));
        let mut given = Vec::new();
        for mut row in probabilities.rows_mut() {
            let sizes = [number().powi(6), 0.3 * number().powi(8), number().powi(6)];
            let sum: f64 = sizes.iter().sum();
            (0..N_LABELS).for_each(|label| row[label] = sizes[label] / sum);
            given.push(usize::from(sizes[1] > sizes[0]) + usize::from(sizes[2] > sizes[1]));
        }
        let documents: Vec<u32> = (0..n_rows as u32).map(|row| row / 5).collect();
        let labels = (0..N_LABELS).map(|label| label.to_string()).collect();
        UnlabelledPredictions::new(labels, given, Some(probabilities), &documents).unwrap()
    }

    fn tally(predictions: &UnlabelledPredictions) -> StreamingPrevalence {
        let probabilities = predictions.probabilities().unwrap();
        let rows: Vec<Vec<f64>> = probabilities
            .rows()
            .into_iter()
            .map(|p| p.to_vec())
            .collect();
        let mut tally = StreamingPrevalence::new(N_LABELS);
        let rows: Vec<(usize, &[f64])> = predictions
            .predicted()
            .iter()
            .zip(&rows)
            .map(|(given, p)| (*given, p.as_slice()))
            .collect();
        rows.chunks(5)
            .for_each(|rows| tally.add(rows.iter().copied()).unwrap());
        tally
    }

    fn known() -> Confusion {
        let mut known = Confusion::empty(N_LABELS);
        for gold in 0..N_LABELS {
            for given in 0..N_LABELS {
                known.add(gold, given, if gold == given { 70 } else { 15 });
            }
        }
        known
    }

    fn assert_near(found: &[Measure], expected: &[Measure], tolerance: f64) {
        let ends = |measure: &Measure| {
            let interval = measure.interval.unwrap();
            [measure.value.unwrap(), interval.low, interval.high]
        };
        for (found, expected) in found.iter().zip(expected) {
            for (a, b) in ends(found).into_iter().zip(ends(expected)) {
                assert!((a - b).abs() <= tolerance, "{found:?} {expected:?}");
            }
        }
    }

    #[test]
    fn up_to_256_documents_it_counts_as_if_all_rows_were_kept() {
        let predictions = simulated(GROUPS);
        let params = Some(&BootstrapParams::DEFAULT);
        let few = BootstrapParams {
            resamples: SHARE_RESAMPLES,
            ..BootstrapParams::DEFAULT
        };
        let tally = tally(&predictions);
        assert_eq!((tally.n_documents(), tally.n_rows()), (256, 1280));
        let found = tally.shares(Some(&PRIORS), &known(), params).unwrap();
        let counted = classify_and_count(&predictions, params).unwrap();
        assert_eq!(found.counted, counted);
        let adjusted = adjusted_count_from(&predictions, &known(), Some(&few)).unwrap();
        assert_eq!(found.adjusted, adjusted);
        // The second share falls from .5 to below .1, and still the cells cost less than .002.
        let corrected = em_shares(&predictions, &PRIORS, Some(&few))
            .unwrap()
            .unwrap();
        assert!(corrected.shares[1].value.unwrap() < 0.1, "{corrected:?}");
        assert_near(&found.corrected, &corrected.shares, 0.002);
    }

    #[test]
    fn of_more_documents_groups_vary_as_documents_do() {
        let predictions = simulated(3000);
        let params = Some(&BootstrapParams::DEFAULT);
        let found = tally(&predictions).shares(None, &known(), params).unwrap();
        let counted = classify_and_count(&predictions, params).unwrap();
        // A standard deviation from 256 groups is within 13 % in 19 of 20 cases, and half an interval
        // is at most .008 wide here; both ends of six could be off.
        assert_near(&found.counted, &counted, 0.002);
        assert_eq!(found.corrected, [Measure::default(); N_LABELS]);
    }

    #[test]
    fn cells_are_as_few_as_promised() {
        let bins = (1..9).map(n_bins).collect::<Vec<_>>();
        let expected = [64, 64, 37, 10, 5, 4].map(Some);
        assert_eq!(bins[..6], expected);
        assert_eq!(bins[6..], [None, None]);
        let tally = tally(&simulated(20_000));
        assert!(tally.cells.len() <= MOST_CELLS, "{}", tally.cells.len());
    }

    #[test]
    fn many_labels_are_counted_only() {
        let mut tally = StreamingPrevalence::new(7);
        let row = [0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1];
        tally.add([(0, row.as_slice())].into_iter()).unwrap();
        let shares = tally
            .shares(Some(&row), &Confusion::empty(7), None)
            .unwrap();
        assert_eq!(shares.counted[0].value, Some(1.0));
        assert_eq!(shares.adjusted[0].value, None);
        assert_eq!(shares.corrected[0].value, None);
    }

    #[test]
    fn nothing_gives_no_shares() {
        let shares = StreamingPrevalence::new(3)
            .shares(Some(&PRIORS), &known(), None)
            .unwrap();
        for measures in [&shares.counted, &shares.adjusted, &shares.corrected] {
            assert_eq!(*measures, [Measure::default(); 3]);
        }
    }
}
