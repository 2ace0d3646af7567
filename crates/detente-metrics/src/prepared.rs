//! Predictions laid out so that every measure of a resample takes one pass over sorted rows.

use crate::confusion::{Confusion, mean};
use crate::label_list::LabelList;
use crate::metric::{Metric, Scope, Sides};
use crate::predictions::{Predictions, UnlabelledPredictions};
use crate::probability::{Ranking, row_briers, row_log_losses};
use crate::reliability::{ConfidenceOrder, mass_bins};
use crate::selective::{COVERAGES, RiskCoverage};

/// Everything about predictions that does not change from one resample to the next.
///
/// Counts are kept per document, as the cells that are not zero; losses as sums per document; ranks
/// as rows sorted once.
#[derive(Debug)]
pub(crate) struct Prepared {
    n_labels: usize,
    list: LabelList,
    sides: Option<Sides>,
    cells: DocumentCells,
    probabilistic: Option<Probabilistic>,
}

#[derive(Debug)]
struct Probabilistic {
    log_losses: Vec<f64>,
    briers: Vec<f64>,
    order: ConfidenceOrder,
    rankings: Vec<Ranking>,
}

/// The cells of each document's confusion that are not zero.
#[derive(Debug)]
pub(crate) struct DocumentCells {
    n_labels: usize,
    /// Where the cells of each document begin, and where the last ones end.
    starts: Vec<usize>,
    cells: Vec<(usize, u64)>,
}

impl DocumentCells {
    pub(crate) fn new(predictions: &Predictions) -> Self {
        let n_labels = predictions.n_labels();
        let rows = predictions.gold().iter().zip(predictions.predicted());
        let cells = rows.map(|(gold, predicted)| gold * n_labels + predicted);
        Self::of_rows(n_labels, predictions.document_idx(), cells)
    }

    /// The counts of predictions, all in the row of the first gold label.
    pub(crate) fn of_unlabelled(predictions: &UnlabelledPredictions) -> Self {
        let cells = predictions.predicted().iter().copied();
        Self::of_rows(predictions.n_labels(), predictions.document_idx(), cells)
    }

    /// Cells, given as `gold * n_labels + predicted`, with the document of each.
    pub(crate) fn of_rows(
        n_labels: usize,
        document_idx: &[u32],
        cells: impl Iterator<Item = usize>,
    ) -> Self {
        let mut rows: Vec<(u32, usize)> = document_idx.iter().copied().zip(cells).collect();
        rows.sort_unstable();
        let mut starts = vec![0];
        let mut cells = Vec::new();
        for document in rows.chunk_by(|first, second| first.0 == second.0) {
            for same in document.chunk_by(|first, second| first.1 == second.1) {
                cells.push((same[0].1, same.len() as u64));
            }
            starts.push(cells.len());
        }
        Self {
            n_labels,
            starts,
            cells,
        }
    }

    /// Counts of predictions by document, all in the row of the first gold label.
    pub(crate) fn of_counts(n_labels: usize, counts: impl Iterator<Item = Vec<u64>>) -> Self {
        let mut starts = vec![0];
        let mut cells = Vec::new();
        for document in counts {
            cells.extend(document.into_iter().enumerate().filter(|cell| cell.1 > 0));
            starts.push(cells.len());
        }
        Self {
            n_labels,
            starts,
            cells,
        }
    }

    pub(crate) fn n_labels(&self) -> usize {
        self.n_labels
    }

    /// The confusion when each document counts as often as its weight says.
    pub(crate) fn confusion(&self, weights: &[u32]) -> Confusion {
        let mut confusion = Confusion::empty(self.n_labels);
        for (span, &weight) in self.starts.windows(2).zip(weights) {
            if weight > 0 {
                for &(cell, count) in &self.cells[span[0]..span[1]] {
                    confusion.add_to_cell(cell, count * u64::from(weight));
                }
            }
        }
        confusion
    }
}

impl Prepared {
    pub(crate) fn new(predictions: &Predictions, sides: Option<Sides>) -> Self {
        let probabilistic = predictions
            .probabilities()
            .zip(ConfidenceOrder::new(predictions));
        let probabilistic = probabilistic.map(|(probabilities, order)| {
            let (gold, document_idx) = (predictions.gold(), predictions.document_idx());
            let ranking = |label| Ranking::new(probabilities, gold, document_idx, label);
            Probabilistic {
                log_losses: document_sums(predictions, row_log_losses(probabilities, gold)),
                briers: document_sums(predictions, row_briers(probabilities, gold)),
                order,
                rankings: (0..predictions.n_labels()).map(ranking).collect(),
            }
        });
        Self {
            n_labels: predictions.n_labels(),
            list: predictions.label_list().clone(),
            sides,
            cells: DocumentCells::new(predictions),
            probabilistic,
        }
    }

    /// With means over labels taken over another list.
    pub(crate) fn with_list(mut self, list: &LabelList) -> Self {
        self.list = list.clone();
        self
    }

    /// Every measure when each document counts as often as its weight says.
    ///
    /// First the measures of [`Scope::Whole`], then those of [`Scope::Label`] for each label, then
    /// the selective accuracy at each of [`COVERAGES`]; [`Self::label_slot`] and
    /// [`Self::coverage_slot`] find them.
    pub(crate) fn values(&self, weights: &[u32]) -> Vec<Option<f64>> {
        self.values_of(weights, true)
    }

    /// The same without those for which rows have to be looked at one by one, in their order: of these
    /// counts and losses by document say nothing.
    pub(crate) fn document_values(&self, weights: &[u32]) -> Vec<Option<f64>> {
        self.values_of(weights, false)
    }

    fn values_of(&self, weights: &[u32], is_ranked: bool) -> Vec<Option<f64>> {
        let confusion = self.cells.confusion(weights);
        let probabilistic = self.probabilistic.as_ref();
        let by_rank = probabilistic.filter(|_| is_ranked);
        let ranked = by_rank.map(|rows| {
            let ties = rows.order.ties(weights);
            (
                rows.order.equal_width(weights),
                mass_bins(&ties),
                RiskCoverage::of_ties(&ties),
            )
        });
        let aucs: Vec<Option<f64>> = match by_rank {
            Some(rows) => rows
                .rankings
                .iter()
                .map(|ranking| ranking.auc(weights))
                .collect(),
            None => vec![None; self.n_labels],
        };
        // A label of the list without an AUC here leaves the mean undefined: without it, it would be another one.
        let macro_auc: Option<Vec<f64>> = self.list.gold().map(|label| aucs[label]).collect();
        let loss = |sums: &[f64]| {
            let sum: f64 = sums
                .iter()
                .zip(weights)
                .map(|(sum, &w)| sum * f64::from(w))
                .sum();
            (confusion.n_rows() > 0).then(|| sum / confusion.n_rows() as f64)
        };
        let whole = |metric| match metric {
            Metric::Accuracy => confusion.accuracy(),
            Metric::BalancedAccuracy => confusion.balanced_accuracy_over(&self.list),
            Metric::MacroF1 => confusion.macro_f1_over(&self.list),
            Metric::FAvg => self
                .sides
                .and_then(|s| confusion.f_avg_over((s.favor, s.against), &self.list)),
            Metric::Mcc => confusion.mcc(),
            Metric::Kappa => confusion.kappa(),
            Metric::Alpha => confusion.alpha(),
            Metric::LogLoss => probabilistic.and_then(|rows| loss(&rows.log_losses)),
            Metric::Brier => probabilistic.and_then(|rows| loss(&rows.briers)),
            Metric::Ece => ranked.as_ref().and_then(|(width, _, _)| width.error()),
            Metric::AdaptiveEce => ranked.as_ref().and_then(|(_, mass, _)| mass.error()),
            Metric::Auc => macro_auc
                .as_ref()
                .and_then(|aucs| mean(aucs.iter().copied())),
            Metric::Aurc => ranked.as_ref().and_then(|(_, _, curve)| curve.area()),
            Metric::Precision
            | Metric::Recall
            | Metric::F1
            | Metric::LabelAuc
            | Metric::SelectiveAccuracy
            | Metric::SetCoverage
            | Metric::SetSize => None,
        };
        let mut values: Vec<Option<f64>> = Metric::of_scope(Scope::Whole).map(whole).collect();
        for (label, auc) in aucs.iter().enumerate() {
            values.extend([confusion.precision(label), confusion.recall(label)]);
            values.extend([confusion.f1_over(label, &self.list), *auc]);
        }
        let curve = ranked.as_ref().map(|(_, _, curve)| curve);
        values.extend(COVERAGES.map(|percent| curve.and_then(|curve| curve.accuracy_at(percent))));
        values
    }

    /// Where the four measures of a label begin among [`Self::values`].
    pub(crate) fn label_slot(label: usize) -> usize {
        Metric::of_scope(Scope::Whole).count() + 4 * label
    }

    /// Where the selective accuracies begin.
    pub(crate) fn coverage_slot(&self) -> usize {
        Self::label_slot(self.n_labels)
    }
}

fn document_sums(predictions: &Predictions, rows: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sums = vec![0.0; predictions.n_documents()];
    for (value, &document) in rows.zip(predictions.document_idx()) {
        sums[document as usize] += value;
    }
    sums
}
