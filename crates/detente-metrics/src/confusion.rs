//! Counts of gold label against predicted label, and what follows from them alone.

use crate::label_list::LabelList;
use crate::predictions::Predictions;
use serde::{Serialize, Serializer};

/// How often each gold label was predicted as each label.
///
/// Shape `(n_labels, n_labels)`: rows are gold, columns predicted. Below, `n` is the number of
/// rows, `TP`, `FP`, `FN` are counts of one label against the rest, and `k` is the number of labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    n_labels: usize,
    counts: Vec<u64>,
}

impl Serialize for Confusion {
    /// A list for each gold label, with one count for each predicted label.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows = self.counts.chunks(self.n_labels.max(1));
        serializer.collect_seq(rows)
    }
}

impl Confusion {
    /// No counts yet, for `n_labels` labels.
    pub fn empty(n_labels: usize) -> Self {
        Self {
            n_labels,
            counts: vec![0; n_labels * n_labels],
        }
    }

    /// Counts cell by cell, those of the first gold label first; `None` unless there is one a cell and their sum
    /// can be told.
    pub fn from_cells(n_labels: usize, cells: &[u64]) -> Option<Self> {
        let mut counts = cells.iter();
        counts.try_fold(0, |sum: u64, count| sum.checked_add(*count))?;
        (cells.len() == n_labels * n_labels).then(|| Self {
            n_labels,
            counts: cells.to_vec(),
        })
    }

    /// The counts cell by cell, as [`from_cells`](Self::from_cells) takes them.
    pub fn cells(&self) -> Vec<u64> {
        self.counts.clone()
    }

    /// Counts predictions.
    pub fn of(predictions: &Predictions) -> Self {
        let mut confusion = Self::empty(predictions.n_labels());
        for (&gold, &predicted) in predictions.gold().iter().zip(predictions.predicted()) {
            confusion.add(gold, predicted, 1);
        }
        confusion
    }

    /// Counts pairs of a gold and a predicted label; `None` when a label is out of range.
    pub fn from_pairs(
        n_labels: usize,
        pairs: impl IntoIterator<Item = (usize, usize)>,
    ) -> Option<Self> {
        let mut confusion = Self::empty(n_labels);
        for (gold, predicted) in pairs {
            if gold >= n_labels || predicted >= n_labels {
                return None;
            }
            confusion.add(gold, predicted, 1);
        }
        Some(confusion)
    }

    /// Adds `count` rows of gold label `gold` that were predicted as `predicted`, both in range.
    pub(crate) fn add(&mut self, gold: usize, predicted: usize, count: u64) {
        self.counts[gold * self.n_labels + predicted] += count;
    }

    /// Adds counts to cells given as `gold * n_labels + predicted`.
    pub(crate) fn add_to_cell(&mut self, cell: usize, count: u64) {
        self.counts[cell] += count;
    }

    /// Moves one row from one cell to another.
    pub(crate) fn move_row(&mut self, from: usize, to: usize) {
        self.counts[from] -= 1;
        self.counts[to] += 1;
    }

    /// The number of labels.
    pub fn n_labels(&self) -> usize {
        self.n_labels
    }

    /// The rows with gold label `gold` that were predicted as `predicted`. A label that is out of range has
    /// no rows, here and in all functions of this type that take a label.
    pub fn count(&self, gold: usize, predicted: usize) -> u64 {
        match gold < self.n_labels && predicted < self.n_labels {
            true => self.counts[gold * self.n_labels + predicted],
            false => 0,
        }
    }

    /// The number of rows.
    pub fn n_rows(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The rows whose gold label is `label`.
    pub fn support(&self, label: usize) -> u64 {
        let row = self.counts.chunks(self.n_labels.max(1)).nth(label);
        row.map_or(0, |row| row.iter().sum())
    }

    /// The rows predicted as `label`.
    pub fn predicted_count(&self, label: usize) -> u64 {
        (0..self.n_labels).map(|gold| self.count(gold, label)).sum()
    }

    /// The share of rows predicted as each label; `None` without rows.
    pub fn predicted_shares(&self) -> Option<Vec<f64>> {
        (0..self.n_labels)
            .map(|label| ratio(self.predicted_count(label), self.n_rows()))
            .collect()
    }

    /// The rows predicted as their gold label.
    pub fn right_count(&self) -> u64 {
        (0..self.n_labels)
            .map(|label| self.count(label, label))
            .sum()
    }

    /// The share of rows predicted as their gold label.
    ///
    /// ```text
    /// accuracy = Σ TP / n
    /// ```
    ///
    /// In `[0, 1]`; `None` without rows.
    pub fn accuracy(&self) -> Option<f64> {
        ratio(self.right_count(), self.n_rows())
    }

    /// The mean recall over the labels that occur in gold.
    ///
    /// ```text
    /// balanced accuracy = mean over labels with support > 0 of TP / (TP + FN)
    /// ```
    ///
    /// In `[0, 1]`, 1/k for a constant prediction; `None` without rows. As scikit-learn's
    /// `balanced_accuracy_score`. Of a part of the rows of a table it is
    /// [`balanced_accuracy_over`](Self::balanced_accuracy_over) the table's list.
    ///
    /// # References
    ///
    /// Brodersen, Ong, Stephan and Buhmann 2010, The balanced accuracy and its posterior distribution.
    pub fn balanced_accuracy(&self) -> Option<f64> {
        self.balanced_accuracy_over(&self.label_list())
    }

    /// The mean recall over the labels with gold rows in a list; recall is 0 where the label has no gold row here.
    ///
    /// `None` without rows.
    pub fn balanced_accuracy_over(&self, list: &LabelList) -> Option<f64> {
        let recalls = list.gold().map(|label| self.recall(label).unwrap_or(0.0));
        (self.n_rows() > 0).then(|| mean(recalls)).flatten()
    }

    /// The labels that occur in these counts.
    pub fn label_list(&self) -> LabelList {
        LabelList::of(self)
    }

    /// Of the rows predicted as `label`, the share whose gold label it is.
    ///
    /// ```text
    /// precision = TP / (TP + FP)
    /// ```
    ///
    /// In `[0, 1]`; `None` when `label` was never predicted (scikit-learn gives 0).
    pub fn precision(&self, label: usize) -> Option<f64> {
        ratio(self.count(label, label), self.predicted_count(label))
    }

    /// Of the rows whose gold label is `label`, the share predicted so.
    ///
    /// ```text
    /// recall = TP / (TP + FN)
    /// ```
    ///
    /// In `[0, 1]`; `None` when `label` is never gold (scikit-learn gives 0).
    pub fn recall(&self, label: usize) -> Option<f64> {
        ratio(self.count(label, label), self.support(label))
    }

    /// The harmonic mean of precision and recall of `label`.
    ///
    /// ```text
    /// F1 = 2 TP / (2 TP + FP + FN)
    /// ```
    ///
    /// In `[0, 1]`; 0 when the label occurs but is never right; `None` when it is neither gold nor
    /// predicted anywhere.
    ///
    /// # References
    ///
    /// van Rijsbergen 1979, Information Retrieval, chapter 7.
    pub fn f1(&self, label: usize) -> Option<f64> {
        let right = self.count(label, label);
        let said = self
            .support(label)
            .saturating_add(self.predicted_count(label));
        ratio(right.saturating_mul(2), said)
    }

    /// F1 of a label of a list, 0 where it is neither gold nor predicted here; `None` for other labels and without
    /// rows.
    pub fn f1_over(&self, label: usize, list: &LabelList) -> Option<f64> {
        (list.has(label) && self.n_rows() > 0).then(|| self.f1(label).unwrap_or(0.0))
    }

    /// The mean F1 over the labels that occur in gold or among the predictions.
    ///
    /// ```text
    /// macro-F1 = mean over labels with 2 TP + FP + FN > 0 of F1
    /// ```
    ///
    /// In `[0, 1]`; `None` without rows. As scikit-learn's `f1_score(average="macro",
    /// zero_division=0)` when it is not given `labels`: the mean of F1, not the F1 of means. Of a part of the rows of a
    /// table it is [`macro_f1_over`](Self::macro_f1_over) the table's list.
    ///
    /// # References
    ///
    /// Opitz and Burst 2019, Macro F1 and Macro F1 (the first of the two).
    pub fn macro_f1(&self) -> Option<f64> {
        self.macro_f1_over(&self.label_list())
    }

    /// The mean F1 over the labels of a list; F1 is 0 where the label is neither gold nor predicted here, as with
    /// scikit-learn's `f1_score(labels=…, average="macro", zero_division=0)`.
    ///
    /// `None` without rows.
    pub fn macro_f1_over(&self, list: &LabelList) -> Option<f64> {
        mean(list.labels().filter_map(|label| self.f1_over(label, list)))
    }

    /// The mean F1 of the two labels that take a side.
    ///
    /// ```text
    /// f_avg = (F1(favor) + F1(against)) / 2
    /// ```
    ///
    /// In `[0, 1]`; `None` unless both F1 are defined. Rows of other labels count through the
    /// mistakes they cause.
    ///
    /// # References
    ///
    /// Mohammad, Kiritchenko, Sobhani, Zhu and Cherry 2016, SemEval-2016 Task 6: Detecting Stance in
    /// Tweets, section 4.
    pub fn f_avg(&self, favor: usize, against: usize) -> Option<f64> {
        self.f_avg_over((favor, against), &self.label_list())
    }

    /// The mean F1 of the two sides, each 0 where the list has it and no row here does; `None` unless the list has
    /// both.
    pub fn f_avg_over(&self, (favor, against): (usize, usize), list: &LabelList) -> Option<f64> {
        Some((self.f1_over(favor, list)? + self.f1_over(against, list)?) / 2.0)
    }

    /// Matthews' correlation of gold and predictions, for any number of labels.
    ///
    /// ```text
    ///            c n - Σ g_k p_k
    /// MCC = ------------------------------      c = Σ TP, g_k = gold count, p_k = predicted count
    ///       √(n² - Σ g_k²) √(n² - Σ p_k²)
    /// ```
    ///
    /// In `[-1, 1]`, 0 for chance; `None` when gold or predictions are all one label (scikit-learn gives 0).
    ///
    /// # References
    ///
    /// Gorodkin 2004, Comparing two K-category assignments by a K-category correlation coefficient.
    pub fn mcc(&self) -> Option<f64> {
        let (n, chance, gold_squares, predicted_squares) = self.margins();
        let spread = (n * n - gold_squares) * (n * n - predicted_squares);
        (spread > 0.0).then(|| (self.right_count() as f64 * n - chance) / spread.sqrt())
    }

    /// Cohen's kappa of gold and predictions: agreement beyond chance.
    ///
    /// ```text
    /// kappa = (p_o - p_e) / (1 - p_e)      p_o = accuracy, p_e = Σ g_k p_k / n²
    /// ```
    ///
    /// In `[-1, 1]`; `None` when gold and predictions are all one and the same label.
    ///
    /// # References
    ///
    /// Cohen 1960, A coefficient of agreement for nominal scales.
    pub fn kappa(&self) -> Option<f64> {
        let (n, chance, _, _) = self.margins();
        let room = n * n - chance;
        (room > 0.0).then(|| (self.right_count() as f64 * n - chance) / room)
    }

    /// Krippendorff's alpha of gold and predictions as two codings of the same rows.
    ///
    /// ```text
    /// alpha = 1 - D_o / D_e
    /// D_o = Σ_{c≠k} o_ck / 2n      D_e = Σ_{c≠k} m_c m_k / (2n (2n - 1))
    /// o = counts + countsᵀ         m_c = g_c + p_c
    /// ```
    ///
    /// At most 1, 0 for chance; `None` when only one label occurs. The same value as
    /// [`agreement::krippendorff_alpha`](crate::agreement::krippendorff_alpha) of the two.
    ///
    /// # References
    ///
    /// Krippendorff 2011, Computing Krippendorff's Alpha-Reliability.
    pub fn alpha(&self) -> Option<f64> {
        let values = 2 * self.n_rows();
        let wrong = 2 * (self.n_rows() - self.right_count());
        let same: f64 = (0..self.n_labels)
            .map(|label| (self.support(label) + self.predicted_count(label)) as f64)
            .map(|margin| margin * margin)
            .sum();
        let expected = (values as f64) * (values as f64) - same;
        (expected > 0.0).then(|| 1.0 - (values as f64 - 1.0) * wrong as f64 / expected)
    }

    /// `n`, `Σ g_k p_k`, `Σ g_k²` and `Σ p_k²`.
    fn margins(&self) -> (f64, f64, f64, f64) {
        let (mut chance, mut gold_squares, mut predicted_squares) = (0.0, 0.0, 0.0);
        for label in 0..self.n_labels {
            let gold = self.support(label) as f64;
            let predicted = self.predicted_count(label) as f64;
            chance += gold * predicted;
            gold_squares += gold * gold;
            predicted_squares += predicted * predicted;
        }
        (
            self.n_rows() as f64,
            chance,
            gold_squares,
            predicted_squares,
        )
    }
}

impl LabelList {
    /// The labels that occur in counts.
    pub fn of(confusion: &Confusion) -> Self {
        let labels = 0..confusion.n_labels;
        let gold: Vec<usize> = labels
            .clone()
            .filter(|label| confusion.support(*label) > 0)
            .collect();
        let given: Vec<usize> = labels
            .filter(|label| confusion.predicted_count(*label) > 0)
            .collect();
        Self::of_rows(confusion.n_labels, &gold, &given)
    }
}

/// A share, or `None` of nothing.
pub(crate) fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The mean, or `None` of nothing.
pub(crate) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u64), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confusion(counts: &[&[u64]]) -> Confusion {
        let mut confusion = Confusion::empty(counts.len());
        for (gold, row) in counts.iter().enumerate() {
            for (predicted, &count) in row.iter().enumerate() {
                confusion.add(gold, predicted, count);
            }
        }
        confusion
    }

    #[test]
    fn the_measures_of_a_small_table_are_those_worked_out_by_hand() {
        let confusion = confusion(&[&[4, 1], &[2, 3]]);
        assert_eq!(confusion.accuracy(), Some(0.7));
        assert_eq!(confusion.balanced_accuracy(), Some((0.8 + 0.6) / 2.0));
        assert_eq!(confusion.f1(0), Some(8.0 / 11.0));
        assert_eq!(confusion.f1(1), Some(6.0 / 9.0));
        assert_eq!(confusion.f_avg(0, 1), confusion.macro_f1());
        // p_e = (5·6 + 5·4) / 100 = 0.5.
        assert!((confusion.kappa().unwrap() - 0.4).abs() < 1e-15);
        // (4·3 - 1·2) / √(6·4·5·5).
        assert!((confusion.mcc().unwrap() - 10.0 / 600_f64.sqrt()).abs() < 1e-15);
        // 1 - 19 · 6 / (400 - 11² - 9²).
        assert!((confusion.alpha().unwrap() - (1.0 - 114.0 / 198.0)).abs() < 1e-15);
    }

    #[test]
    fn a_label_of_the_list_stays_in_the_mean_where_it_has_no_rows() {
        let list = confusion(&[&[4, 1, 0], &[2, 3, 0], &[1, 0, 0]]).label_list();
        assert_eq!(list.labels().collect::<Vec<_>>(), [0, 1, 2]);
        let drawn = confusion(&[&[4, 0, 0], &[0, 4, 0], &[0, 0, 0]]);
        assert_eq!(
            (drawn.macro_f1(), drawn.balanced_accuracy()),
            (Some(1.0), Some(1.0))
        );
        assert_eq!(drawn.macro_f1_over(&list), Some(2.0 / 3.0));
        assert_eq!(drawn.balanced_accuracy_over(&list), Some(2.0 / 3.0));
        assert_eq!((drawn.f1(2), drawn.f1_over(2, &list)), (None, Some(0.0)));
        assert_eq!(drawn.f_avg_over((0, 2), &list), Some(0.5));
        // Given but never gold: in the mean of F1, not in that of recall.
        let list = confusion(&[&[4, 1], &[0, 0]]).label_list();
        let drawn = confusion(&[&[4, 0], &[0, 0]]);
        assert_eq!(drawn.macro_f1_over(&list), Some(0.5));
        assert_eq!(drawn.balanced_accuracy_over(&list), Some(1.0));
        assert_eq!(Confusion::empty(2).macro_f1_over(&list), None);
        assert_eq!(Confusion::empty(2).balanced_accuracy_over(&list), None);
    }

    #[test]
    fn what_is_undefined_is_none() {
        let nothing = Confusion::empty(2);
        assert_eq!(
            (nothing.accuracy(), nothing.macro_f1(), nothing.mcc()),
            (None, None, None)
        );
        assert_eq!(
            (nothing.kappa(), nothing.alpha(), nothing.f_avg(0, 1)),
            (None, None, None)
        );
        let constant = confusion(&[&[3, 0, 0], &[2, 0, 0], &[0, 0, 0]]);
        assert_eq!(constant.precision(1), None);
        assert_eq!(constant.recall(1), Some(0.0));
        assert_eq!(constant.f1(1), Some(0.0));
        assert_eq!((constant.recall(2), constant.f1(2)), (None, None));
        assert_eq!(constant.f_avg(0, 2), None);
        assert_eq!(constant.mcc(), None);
        assert_eq!(constant.kappa(), Some(0.0));
        assert_eq!(confusion(&[&[3, 0], &[0, 0]]).kappa(), None);
        assert_eq!(confusion(&[&[3, 0], &[0, 0]]).alpha(), None);
    }
}
