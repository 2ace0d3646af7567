//! The objective of fitting: a loss over rows and an L2 penalty; value, gradient, Hessian products.

use super::learner::TrainingSet;
use super::loss::Loss;
use crate::features::Csr;
use rayon::prelude::*;

/// Rows or features handled by one task. Sums go chunk by chunk in order, so the number of threads
/// never reaches a result.
const CHUNK: usize = 512;

/// The objective over one training set.
///
/// ```text
/// f(W, b) = sum_i s_i * loss(W' x_i + b, y_i)  +  l2 / 2 * |W|^2
/// ```
///
/// with sample weights `s`; intercepts are not penalised. Parameters are one vector, feature by
/// feature (`w[feature * n_labels + label]`), with the intercepts at its end.
pub(super) struct Objective<'a> {
    loss: Loss,
    rows: &'a Csr,
    columns: Csr,
    gold: &'a [usize],
    weights: &'a [f32],
    n_labels: usize,
    l2: f64,
}

/// The loss at one point, with what its derivatives need.
pub(super) struct Point {
    pub(super) value: f64,
    settled: Vec<f64>,
}

impl<'a> Objective<'a> {
    pub(super) fn new(loss: Loss, set: &TrainingSet<'a>, l2: f64) -> Self {
        Self {
            loss,
            rows: set.rows,
            columns: set.rows.transposed(),
            gold: set.gold,
            weights: set.weights,
            n_labels: set.n_labels,
            l2,
        }
    }

    pub(super) fn set_l2(&mut self, l2: f64) {
        self.l2 = l2;
    }

    pub(super) fn n_parameters(&self) -> usize {
        (self.rows.n_features() + 1) * self.n_labels
    }

    /// Margins of every row, shape `(n_rows, n_labels)`, flat.
    fn margins(&self, parameters: &[f64]) -> Vec<f64> {
        let k = self.n_labels;
        let (weights, intercept) = parameters.split_at(self.rows.n_features() * k);
        let mut margins = vec![0.0; self.rows.n_rows() * k];
        margins
            .par_chunks_mut(CHUNK * k)
            .enumerate()
            .for_each(|(chunk_idx, chunk)| {
                for (offset, margin) in chunk.chunks_exact_mut(k).enumerate() {
                    margin.copy_from_slice(intercept);
                    add_weighted(self.rows.row(chunk_idx * CHUNK + offset), weights, margin);
                }
            });
        margins
    }

    pub(super) fn evaluate(&self, parameters: &[f64]) -> Point {
        let k = self.n_labels;
        let mut settled = self.margins(parameters);
        let losses: Vec<f64> = settled
            .par_chunks_mut(CHUNK * k)
            .enumerate()
            .map(|(chunk_idx, chunk)| {
                let mut loss = 0.0;
                for (offset, row) in chunk.chunks_exact_mut(k).enumerate() {
                    let row_idx = chunk_idx * CHUNK + offset;
                    loss += f64::from(self.weights[row_idx])
                        * self.loss.settle(row, self.gold[row_idx]);
                }
                loss
            })
            .collect();
        let n_penalised = self.rows.n_features() * k;
        let squares: f64 = parameters[..n_penalised].iter().map(|w| w * w).sum();
        Point {
            value: losses.iter().sum::<f64>() + 0.5 * self.l2 * squares,
            settled,
        }
    }

    /// `X' r` with the column sums of `r` for the intercepts, plus `l2 * parameters`.
    fn pull_back(&self, residuals: &[f64], parameters: &[f64], out: &mut [f64]) {
        let k = self.n_labels;
        let n_penalised = self.rows.n_features() * k;
        let (features, intercept) = out.split_at_mut(n_penalised);
        features
            .par_chunks_mut(CHUNK * k)
            .enumerate()
            .for_each(|(chunk_idx, chunk)| {
                for (offset, sum) in chunk.chunks_exact_mut(k).enumerate() {
                    let feature = chunk_idx * CHUNK + offset;
                    let at = feature * k;
                    for (s, w) in sum.iter_mut().zip(&parameters[at..at + k]) {
                        *s = self.l2 * w;
                    }
                    add_weighted(self.columns.row(feature), residuals, sum);
                }
            });
        intercept.fill(0.0);
        for row in residuals.chunks_exact(k) {
            for (sum, r) in intercept.iter_mut().zip(row) {
                *sum += r;
            }
        }
    }

    pub(super) fn gradient(&self, point: &Point, parameters: &[f64], out: &mut [f64]) {
        let k = self.n_labels;
        let mut residuals = point.settled.clone();
        for (row_idx, row) in residuals.chunks_exact_mut(k).enumerate() {
            self.loss.slope(row, self.gold[row_idx]);
            let weight = f64::from(self.weights[row_idx]);
            row.iter_mut().for_each(|r| *r *= weight);
        }
        self.pull_back(&residuals, parameters, out);
    }

    /// The Hessian at `point` times `direction`.
    pub(super) fn hessian_times(&self, point: &Point, direction: &[f64], out: &mut [f64]) {
        let k = self.n_labels;
        let mut residuals = self.margins(direction);
        residuals
            .par_chunks_mut(CHUNK * k)
            .enumerate()
            .for_each(|(chunk_idx, chunk)| {
                for (offset, row) in chunk.chunks_exact_mut(k).enumerate() {
                    let row_idx = chunk_idx * CHUNK + offset;
                    let settled = &point.settled[row_idx * k..(row_idx + 1) * k];
                    let weight = f64::from(self.weights[row_idx]);
                    self.loss.curve(settled, row, weight);
                }
            });
        self.pull_back(&residuals, direction, out);
    }

    /// The diagonal of the Hessian, `sum_i s_i x_ij^2 loss''(m_ik) + l2`.
    pub(super) fn hessian_diagonal(&self, point: &Point) -> Vec<f64> {
        let k = self.n_labels;
        let curvature: Vec<f64> = point
            .settled
            .iter()
            .enumerate()
            .map(|(at, settled)| f64::from(self.weights[at / k]) * self.loss.bend(*settled))
            .collect();
        let n_penalised = self.rows.n_features() * k;
        let mut diagonal = vec![0.0; self.n_parameters()];
        let (features, intercept) = diagonal.split_at_mut(n_penalised);
        features
            .par_chunks_mut(CHUNK * k)
            .enumerate()
            .for_each(|(chunk_idx, chunk)| {
                for (offset, sum) in chunk.chunks_exact_mut(k).enumerate() {
                    sum.fill(self.l2);
                    let (row_ids, values) = self.columns.row(chunk_idx * CHUNK + offset);
                    for (row_idx, value) in row_ids.iter().zip(values) {
                        let at = *row_idx as usize * k;
                        let square = f64::from(*value).powi(2);
                        for (s, c) in sum.iter_mut().zip(&curvature[at..at + k]) {
                            *s += square * c;
                        }
                    }
                }
            });
        for row in curvature.chunks_exact(k) {
            for (sum, c) in intercept.iter_mut().zip(row) {
                *sum += c;
            }
        }
        intercept.iter_mut().for_each(|c| *c = c.max(1e-12));
        diagonal
    }
}

/// Adds `value * table[id]` to `sum` for each id and value; a table row has as many numbers as the
/// sum. This is where fitting spends its time, so the usual lengths are known when compiling.
fn add_weighted(sparse: (&[u32], &[f32]), table: &[f64], sum: &mut [f64]) {
    match sum.len() {
        2 => add_weighted_of::<2>(sparse, table, sum),
        3 => add_weighted_of::<3>(sparse, table, sum),
        4 => add_weighted_of::<4>(sparse, table, sum),
        5 => add_weighted_of::<5>(sparse, table, sum),
        6 => add_weighted_of::<6>(sparse, table, sum),
        7 => add_weighted_of::<7>(sparse, table, sum),
        8 => add_weighted_of::<8>(sparse, table, sum),
        n => {
            for (id, value) in sparse.0.iter().zip(sparse.1) {
                let at = *id as usize * n;
                for (s, t) in sum.iter_mut().zip(&table[at..at + n]) {
                    *s += f64::from(*value) * t;
                }
            }
        }
    }
}

fn add_weighted_of<const N: usize>(
    (ids, values): (&[u32], &[f32]),
    table: &[f64],
    sum: &mut [f64],
) {
    let (table, _) = table.as_chunks::<N>();
    let mut local = [0.0; N];
    for (id, value) in ids.iter().zip(values) {
        let row = &table[*id as usize];
        let value = f64::from(*value);
        for at in 0..N {
            local[at] += value * row[at];
        }
    }
    for (s, l) in sum.iter_mut().zip(local) {
        *s += l;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn derivatives_equal_finite_differences(
            cells in prop::collection::vec(-2.0_f32..2.0, 5 * 3),
            gold in prop::collection::vec(0_usize..3, 5),
            parameters in prop::collection::vec(-1.0_f64..1.0, 12),
            direction in prop::collection::vec(-1.0_f64..1.0, 12),
        ) {
            let mut rows = Csr::new(3);
            for row in cells.chunks_exact(3) {
                rows.push(&[0, 1, 2], row);
            }
            let weights = [1.0, 0.5, 2.0, 1.0, 0.0];
            let set = TrainingSet { rows: &rows, gold: &gold, weights: &weights, n_labels: 3 };
            for loss in Loss::ALL {
                let objective = Objective::new(loss, &set, 0.7);
                let point = objective.evaluate(&parameters);
                // The slope of the hinge bends within the step of a difference: no test there.
                let kinks = objective.margins(&parameters).into_iter().map(|m| m.abs() - 1.0);
                if loss == Loss::SquaredHinge && kinks.into_iter().any(|gap| gap.abs() < 1e-3) {
                    continue;
                }
                let (mut gradient, mut product) = (vec![0.0; 12], vec![0.0; 12]);
                objective.gradient(&point, &parameters, &mut gradient);
                objective.hessian_times(&point, &direction, &mut product);
                let diagonal = objective.hessian_diagonal(&point);
                // Central differences with step 1e-5 err by about 1e-9 here.
                let step = 1e-5;
                let moved = |at: usize, by: f64| {
                    let mut moved = parameters.clone();
                    moved[at] += by;
                    moved
                };
                let gradient_at = |parameters: &[f64]| {
                    let mut gradient = vec![0.0; 12];
                    objective.gradient(&objective.evaluate(parameters), parameters, &mut gradient);
                    gradient
                };
                for at in 0..12 {
                    let (up, down) = (moved(at, step), moved(at, -step));
                    let slope = (objective.evaluate(&up).value - objective.evaluate(&down).value)
                        / (2.0 * step);
                    prop_assert!((slope - gradient[at]).abs() < 1e-6);
                    let bend = (gradient_at(&up)[at] - gradient_at(&down)[at]) / (2.0 * step);
                    prop_assert!((bend - diagonal[at]).abs() < 1e-6);
                }
                let shifted = |by: f64| -> Vec<f64> {
                    let point: Vec<f64> =
                        parameters.iter().zip(&direction).map(|(p, d)| p + by * d).collect();
                    gradient_at(&point)
                };
                for ((up, down), product) in shifted(step).iter().zip(shifted(-step)).zip(&product) {
                    prop_assert!(((up - down) / (2.0 * step) - product).abs() < 1e-6);
                }
            }
        }
    }
}
