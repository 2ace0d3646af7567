//! One head of one target: its path from the strongest penalty on, and what it says of rows held out.

use super::descent::{Descent, Terrain, Wanted};
use super::distributed_params::DistributedParams;
use super::plan::Plan;
use super::request::{Part, Question};
use super::tally::Tally;
use crate::linear::{Loss, Penalty, n_columns, of_counts};
use crate::member::{Member, Path};
use crate::prepared_training::Task;
use detente_model::features::View;
use ndarray::Array2;

/// Factors of the penalty of n-grams that hold them as if rows were weighted by their inverse document frequencies:
/// the mean of the squares of these over all that occurs, by the square of its own. `of_features` are the weights of
/// the rows that have a feature, `total` is that of all rows.
///
/// ```text
/// mean(idf^2) / idf_j^2        idf_j = ln((1 + n) / (1 + n_j)) + 1
/// ```
///
/// A weight on values that are `idf_j` times as large is smaller by as much, and so is held less.
fn by_document_frequency(of_features: &[f32], total: f64) -> Vec<f32> {
    let square = |n: f64| (((1.0 + total) / (1.0 + n)).ln() + 1.0).powi(2);
    let (mut sum, mut n_all) = (0.0, 0.0);
    for n in of_features.iter().map(|n| f64::from(*n)) {
        sum += n * square(n);
        n_all += n;
    }
    let mean = if n_all > 0.0 { sum / n_all } else { 1.0 };
    let factors = of_features.iter();
    factors
        .map(|n| (mean / square(f64::from(*n))) as f32)
        .collect()
}

/// The variance of each label, of the weights of the rows of all: `p (1 - p)`.
pub(super) fn spreads(label_weights: &[f64]) -> Vec<f64> {
    let total: f64 = label_weights.iter().sum();
    let shares = label_weights.iter().map(|weight| weight / total);
    shares.map(|share| share * (1.0 - share)).collect()
}

/// Which rows a head is fitted on.
enum Stage {
    /// Those that are not held out, strength by strength.
    Searching,
    /// All of them, at the strength that is chosen.
    OnAllRows,
    /// All of them; the optimum is found.
    Found(Vec<f32>),
}

/// One head of one target, which sees one view.
pub(super) struct Problem {
    pub(super) target_idx: usize,
    pub(super) view_idx: usize,
    pub(super) n_labels: usize,
    pub(super) member: Member,
    strengths: Vec<f64>,
    descent: Descent,
    /// The optimum at each strength that was reached.
    optima: Vec<Vec<f32>>,
    path: Path,
    /// Whether it goes on on all rows when its strength is chosen.
    goes_on: bool,
    stage: Stage,
}

impl Problem {
    pub(super) fn new(
        plan: &Plan,
        params: &DistributedParams,
        tally: &Tally,
        (target_idx, view_idx): (usize, usize),
    ) -> Self {
        let (view, range) = &plan.views()[view_idx];
        let labels = plan.labels_of(target_idx);
        let (first, n_labels) = (labels.start, labels.len());
        let n_columns = n_columns(n_labels);
        let label_weights = &tally.label_weights()[labels.clone()];
        let total_weight: f64 = label_weights.iter().sum();
        let of_view = &tally.views[view_idx];
        // How much the lexicon has tells more than that it has something: its weights are held alike.
        let is_ratio = params.penalty == Penalty::Ratio;
        let is_held_apart = is_ratio || params.document_frequencies;
        let factors = (is_held_apart && *view != View::Lexicon).then(|| {
            let counts = |columns| of_view.counts(columns, plan.n_columns());
            let of_all = counts(labels.clone());
            let of_features = of_all
                .chunks_exact(n_labels)
                .map(|labels| labels.iter().sum());
            let of_features: Vec<f32> = of_features.collect();
            let of_both = counts(first..first + n_columns);
            let mut factors = match is_ratio {
                true => of_counts(of_both, &of_features, label_weights),
                false => vec![1.0; of_both.len()],
            };
            if params.document_frequencies {
                let by_frequency = by_document_frequency(&of_features, total_weight);
                let features = factors.chunks_exact_mut(n_columns);
                for (feature, factor) in features.zip(by_frequency) {
                    feature.iter_mut().for_each(|own| *own *= factor);
                }
            }
            factors
        });
        let spreads = &spreads(label_weights)[..n_columns];
        let squares = (0..range.len()).map(|feature| of_view.square(feature));
        let squares = squares.chain([total_weight]);
        let curvature = squares.flat_map(|square| spreads.iter().map(move |p| square * p));
        let terrain = Terrain {
            n_columns,
            factors,
            curvature: curvature.collect(),
            largest_weight: tally.largest_weight(),
            total_weight: tally.weight_of_all(labels.clone()),
            largest_value: f64::from(of_view.largest_value),
            longest_row: (1.0 + of_view.largest_square).sqrt(),
            tolerance: params.tolerance,
            max_steps: params.max_steps,
        };
        Self {
            target_idx,
            view_idx,
            n_labels,
            member: Member::View(*view),
            strengths: params.strengths.clone(),
            descent: Descent::new(terrain, params.strengths[0]),
            optima: Vec::new(),
            path: Path::new(),
            goes_on: params.all_rows,
            stage: Stage::Searching,
        }
    }

    /// How many sums it waits for; `None` when it is done.
    pub(super) fn n_asked(&self) -> Option<usize> {
        self.descent.n_wanted()
    }

    /// What it asks of all rows next; `None` when it is done.
    pub(super) fn question(&self) -> Option<Question> {
        let (parameters, direction, exponent) = match self.descent.wanted()? {
            Wanted::Gradient(parameters, exponent) => (parameters, Vec::new(), exponent),
            Wanted::Product(parameters, direction, exponent) => (parameters, direction, exponent),
        };
        Some(Question {
            target_idx: self.target_idx,
            view_idx: self.view_idx,
            of_all_rows: matches!(self.stage, Stage::OnAllRows),
            exponent,
            parameters: parameters.to_vec(),
            direction,
        })
    }

    /// Goes on by what all rows answered; at an optimum to the next strength, until the loss on rows held out has risen
    /// twice. Then it goes on from the best of these optima on all rows.
    pub(super) fn told(&mut self, part: &Part, loss_scale: f64, tally: &Tally, task: &Task) {
        self.descent.told(part.loss as f64 / loss_scale, &part.sums);
        while let Some(optimum) = self.descent.optimum() {
            let optimum = optimum.to_vec();
            if let Stage::OnAllRows = self.stage {
                self.stage = Stage::Found(optimum);
                return;
            }
            self.path
                .push_margins(self.margins(&optimum, tally, task), task);
            self.optima.push(optimum);
            match self.strengths.get(self.optima.len()) {
                Some(l2) if self.path.is_falling() => self.descent.go_on(*l2),
                _ if self.goes_on => {
                    let best = self.path.least();
                    let optimum = std::mem::take(&mut self.optima[best]);
                    self.optima.clear();
                    self.descent.go_on_elsewhere(optimum, self.strengths[best]);
                    self.stage = Stage::OnAllRows;
                }
                _ => return,
            }
        }
    }

    /// Margins of the rows held out that have a label on the target.
    fn margins(&self, optimum: &[f32], tally: &Tally, task: &Task) -> Array2<f64> {
        let rows = &tally.held_out.views[self.view_idx];
        let mut margins = Array2::zeros((task.rows.len(), self.n_labels));
        let n_features = optimum.len() / n_columns(self.n_labels) - 1;
        for (row_idx, mut margins) in task.rows.iter().zip(margins.rows_mut()) {
            let (ids, values) = rows.row(*row_idx);
            let features = ids.iter().zip(values);
            let features = features.map(|(id, value)| (*id as usize, f64::from(*value)));
            for (feature, value) in features.chain([(n_features, 1.0)]) {
                for (margin, weight) in margins.iter_mut().zip(self.of_labels(optimum, feature)) {
                    *margin += value * weight;
                }
            }
        }
        margins
    }

    /// The weights of a feature for each label, or behind the last one the intercepts.
    fn of_labels(&self, optimum: &[f32], feature: usize) -> Vec<f64> {
        let n = n_columns(self.n_labels);
        let own = &optimum[feature * n..(feature + 1) * n];
        match own {
            [single] => Loss::Logistic.mirrored(f64::from(*single)).to_vec(),
            _ => own.iter().map(|weight| f64::from(*weight)).collect(),
        }
    }

    /// The strength whose loss on rows held out is least, and its margins there.
    pub(super) fn chosen(&self) -> (f64, &Array2<f64>) {
        let best = self.path.least();
        (self.strengths[best], &self.path.margins[best])
    }

    /// The strength that is chosen, where it is the strongest or the weakest of several.
    pub(super) fn edge(&self) -> Option<f64> {
        let best = self.path.least();
        let n_strengths = self.strengths.len();
        (n_strengths > 1 && (best == 0 || best + 1 == n_strengths)).then(|| self.strengths[best])
    }

    /// The weights of a feature for each label in the head that is chosen; behind the last one the intercepts.
    pub(super) fn weights(&self, feature: usize) -> Vec<f64> {
        let optimum = match &self.stage {
            Stage::Found(optimum) => optimum,
            Stage::Searching => &self.optima[self.path.least()],
            // Invariant: weights are asked for when a head is done.
            Stage::OnAllRows => unreachable!("a head that is done"),
        };
        self.of_labels(optimum, feature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_rare_is_held_less() {
        // Of 3 rows one feature is in all, idf 1, and one in a single row, idf 1 + ln 2.
        let rare = (1.0 + 2.0_f64.ln()).powi(2);
        let mean = (3.0 + rare) / 4.0;
        let found = by_document_frequency(&[3.0, 1.0, 0.0], 3.0);
        assert!((f64::from(found[0]) - mean).abs() < 1e-6);
        assert!((f64::from(found[1]) - mean / rare).abs() < 1e-6);
        assert!(found[2] < found[1], "what never occurs counts for nothing");
        assert_eq!(by_document_frequency(&[0.0], 0.0), [1.0]);
    }
}
