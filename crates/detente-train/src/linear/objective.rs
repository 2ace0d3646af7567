//! The objective of fitting: a loss over rows and an L2 penalty; value, gradient, Hessian products.

use super::cells::{Cells, Number};
use super::kernel::{Pass, Precision, widest};
use super::loss::{Loss, n_columns};
use super::penalty::Penalty;
use super::pool::Pool;
use super::training_set::TrainingSet;
use crate::counts::Csr;
use pulp::NullaryFnOnce;
use rayon::prelude::*;
use std::ops::Range;

/// Parameters summed up by one task.
const CHUNK: usize = 4096;

/// Rows are cut into blocks that are summed apart, each into sums of its own, then together in order:
/// the number of threads never reaches a result. No more blocks than this, and none with fewer values
/// for each feature than [`VALUES_PER_FEATURE`], or clearing and adding up its sums would take the time.
const MAX_BLOCKS: usize = 8;
const VALUES_PER_FEATURE: usize = 8;

/// Rows whose margins are found before any of them is added to sums: so many waits for memory overlap, and
/// the cells of all are still at hand.
const BATCH: usize = 16;

/// The objective over one training set.
///
/// ```text
/// f(W, b) = sum_i s_i * loss(W' x_i + b, y_i)  +  l2 / 2 * sum_jk d_jk w_jk^2
/// ```
///
/// with sample weights `s` and the factors `d` of a [`Penalty`]; intercepts are not penalised. Parameters are one
/// vector, feature by
/// feature (`w[feature * n_columns + column]`), with the intercepts at its end. There is a column for
/// each label, but for two labels a single one: at the optimum the other's is its mirror image, see
/// [`Loss::mirrored`].
///
/// Every pass goes once over the rows. The margins of a few rows are found, and while their values and the
/// parameters of their features are at hand, what follows from the margins is added to the sums of the same
/// features, which lie beside the parameters: a feature costs one wait for memory.
pub(super) struct Objective<'a> {
    loss: Loss,
    rows: &'a Csr,
    gold: &'a [usize],
    weights: &'a [f32],
    n_columns: usize,
    l2: f64,
    /// By feature and column; `None` where all are 1.
    factors: Option<Vec<f32>>,
    precision: Precision,
    blocks: Vec<Range<usize>>,
    /// Cells of passes that are over: new ones would have to be cleared by the system, page by page.
    pool: Pool,
}

/// The loss at one point, with its derivatives or what they need.
pub(super) struct Point {
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
    /// The diagonal of the Hessian, `sum_i s_i x_ij^2 loss''(m_ik) + l2 d_jk`.
    pub(super) diagonal: Vec<f64>,
    /// What [`Loss::evaluate`] left of the margins, shape `(n_rows, n_columns)`, flat.
    evaluated: Vec<f64>,
}

impl<'a> Objective<'a> {
    pub(super) fn new(
        loss: Loss,
        penalty: Penalty,
        set: &TrainingSet<'a>,
        precision: Precision,
    ) -> Self {
        let n_columns = n_columns(set.n_labels);
        let n_values = set.rows.n_values();
        let n_blocks = n_values / (VALUES_PER_FEATURE * set.rows.n_features().max(1));
        Self {
            loss,
            rows: set.rows,
            gold: set.gold,
            weights: set.weights,
            n_columns,
            l2: 0.0,
            factors: penalty.factors(set, n_columns),
            precision,
            blocks: blocks(set.rows.n_rows(), n_blocks.clamp(1, MAX_BLOCKS)),
            pool: Pool::default(),
        }
    }

    /// Sets the strength of the penalty on the weights of all labels together.
    pub(super) fn set_l2(&mut self, l2: f64) {
        self.l2 = self.loss.l2_of_columns(l2, self.n_columns);
    }

    pub(super) fn n_parameters(&self) -> usize {
        (self.rows.n_features() + 1) * self.n_columns
    }

    /// The parameters of a head with a column for each label.
    pub(super) fn of_labels(&self, parameters: &[f64]) -> Vec<f64> {
        match self.n_columns {
            1 => {
                let (pairs, _) = parameters.as_chunks::<2>();
                let pairs = pairs.iter().map(|pair| self.loss.unmirrored(*pair));
                pairs.collect()
            }
            _ => parameters.to_vec(),
        }
    }

    /// The other way round.
    pub(super) fn for_labels(&self, parameters: Vec<f64>) -> Vec<f64> {
        match self.n_columns {
            1 => parameters
                .iter()
                .flat_map(|parameter| self.loss.mirrored(*parameter))
                .collect(),
            _ => parameters,
        }
    }

    pub(super) fn evaluate(&self, parameters: &[f64]) -> Point {
        let n_columns = self.n_columns;
        let mut evaluated = vec![0.0; self.rows.n_rows() * n_columns];
        let mut diagonal = vec![0.0; self.n_parameters()];
        let mut gradient = vec![0.0; self.n_parameters()];
        let pass = EvaluationPass {
            objective: self,
            parameters,
            evaluated: &mut evaluated,
            gradient: &mut gradient,
            diagonal: &mut diagonal,
        };
        let loss = pass.run(self.precision, n_columns);
        let n_penalised = self.rows.n_features() * n_columns;
        let penalised = parameters[..n_penalised].iter().enumerate();
        let squares: f64 = penalised.map(|(at, w)| self.factor(at) * w * w).sum();
        diagonal[n_penalised..]
            .iter_mut()
            .for_each(|c| *c = c.max(1e-12));
        Point {
            value: loss + 0.5 * self.l2 * squares,
            gradient,
            diagonal,
            evaluated,
        }
    }

    /// The Hessian at `point` times `direction`.
    pub(super) fn hessian_times(&self, point: &Point, direction: &[f64], out: &mut [f64]) {
        let pass = HessianPass {
            objective: self,
            point,
            direction,
            out,
        };
        pass.run(self.precision, self.n_columns);
    }

    fn evaluate_rows<T: Number, const W: usize>(
        &self,
        parameters: &[f64],
        evaluated: &mut [f64],
        gradient: &mut [f64],
        diagonal: &mut [f64],
    ) -> f64 {
        let parts = self.with_blocks(evaluated, |block, evaluated| {
            widest(EvaluatedBlock::<T, W> {
                objective: self,
                parameters,
                block,
                evaluated,
                numbers: self.pool.take(),
            })
        });
        self.sum_up(&parts, 0, parameters, gradient);
        self.sum_up(&parts, 1, &[], diagonal);
        let loss = parts.iter().map(|part| part.loss).sum();
        let memory = parts.into_iter().map(|part| part.cells.into_numbers());
        self.pool.give_back(memory);
        loss
    }

    fn hessian_times_rows<T: Number, const W: usize>(
        &self,
        point: &Point,
        direction: &[f64],
        out: &mut [f64],
    ) {
        let mut parts: Vec<Sums<T, W, 1>> = Vec::new();
        self.blocks
            .par_iter()
            .map(|block| {
                widest(HessianBlock::<T, W> {
                    objective: self,
                    point,
                    direction,
                    block: block.clone(),
                    numbers: self.pool.take(),
                })
            })
            .collect_into_vec(&mut parts);
        self.sum_up(&parts, 0, direction, out);
        let memory = parts.into_iter().map(|part| part.cells.into_numbers());
        self.pool.give_back(memory);
    }

    /// How strongly one parameter is held, next to others.
    fn factor(&self, at: usize) -> f64 {
        let factors = self.factors.as_ref();
        factors.map_or(1.0, |factors| f64::from(factors[at]))
    }

    /// Hands every block with its part of a table of rows to `sum`.
    fn with_blocks<S: Send>(
        &self,
        mut table: &mut [f64],
        sum: impl Fn(Range<usize>, &mut [f64]) -> S + Sync,
    ) -> Vec<S> {
        let mut parts = Vec::new();
        for block in &self.blocks {
            let (part, rest) = table.split_at_mut(block.len() * self.n_columns);
            parts.push((block.clone(), part));
            table = rest;
        }
        let sums = parts.into_par_iter();
        sums.map(|(block, part)| sum(block, part)).collect()
    }

    /// The parameters of every feature with room for the sums beside them.
    #[inline(always)]
    fn cells<T: Number, const W: usize, const S: usize>(
        &self,
        numbers: Vec<T>,
        parameters: &[f64],
    ) -> Cells<T, W, S> {
        let n_penalised = self.rows.n_features() * self.n_columns;
        Cells::new(numbers, &parameters[..n_penalised], self.n_columns)
    }

    fn zeros<const S: usize>(&self) -> Vec<[f64; S]> {
        vec![[0.0; S]; self.n_columns]
    }

    /// The margins of one row under parameters whose cells are given. `sums` has room for a number a column.
    #[inline(always)]
    fn margins<T: Number, const W: usize, const S: usize>(
        &self,
        row_idx: usize,
        cells: &Cells<T, W, S>,
        parameters: &[f64],
        sums: &mut [f64],
        margins: &mut [f64],
    ) {
        let n = cells.n_columns();
        let (ids, values) = self.rows.row(row_idx);
        // Few columns have their sums in registers.
        let mut few = [0.0; W];
        let sums = if W == 0 { &mut sums[..n] } else { &mut few[..] };
        sums.fill(0.0);
        for (id, value) in ids.iter().zip(values) {
            cells.add_weighted(*id, f64::from(*value), sums);
        }
        let intercept = &parameters[self.rows.n_features() * n..];
        for ((margin, first), sum) in margins.iter_mut().zip(intercept).zip(&*sums) {
            *margin = first + sum;
        }
    }

    /// Adds up one of the sums of all blocks and the penalty: for a gradient `l2` times the factors times the
    /// parameters; for a diagonal, which has no parameters, without them.
    fn sum_up<T: Number, const W: usize, const S: usize>(
        &self,
        parts: &[Sums<T, W, S>],
        which: usize,
        parameters: &[f64],
        out: &mut [f64],
    ) {
        let n = self.n_columns;
        let (features, intercept) = out.split_at_mut(self.rows.n_features() * n);
        features
            .par_chunks_mut(CHUNK * n)
            .enumerate()
            .for_each(|(chunk_idx, chunk)| {
                for (offset, feature) in chunk.chunks_exact_mut(n).enumerate() {
                    let feature_idx = chunk_idx * CHUNK + offset;
                    // Adding to -0 changes no bit.
                    feature.fill(-0.0);
                    for part in parts {
                        let sums = part.cells.sums(feature_idx, which);
                        for (total, sum) in feature.iter_mut().zip(sums) {
                            *total += sum.wide();
                        }
                    }
                    for (column, total) in feature.iter_mut().enumerate() {
                        let at = feature_idx * n + column;
                        let parameter = parameters.get(at).copied().unwrap_or(1.0);
                        *total += self.l2 * self.factor(at) * parameter;
                    }
                }
            });
        for (column, sum) in intercept.iter_mut().enumerate() {
            *sum = parts.iter().map(|part| part.intercept[column][which]).sum();
        }
    }
}

/// The pass that evaluates the loss and its derivatives at one point.
struct EvaluationPass<'a> {
    objective: &'a Objective<'a>,
    parameters: &'a [f64],
    evaluated: &'a mut [f64],
    gradient: &'a mut [f64],
    diagonal: &'a mut [f64],
}

impl Pass for EvaluationPass<'_> {
    type Output = f64;

    fn run_with<T: Number, const W: usize>(self) -> f64 {
        let (evaluated, gradient) = (self.evaluated, self.gradient);
        (self.objective).evaluate_rows::<T, W>(self.parameters, evaluated, gradient, self.diagonal)
    }
}

/// The pass that multiplies a direction with the Hessian.
struct HessianPass<'a> {
    objective: &'a Objective<'a>,
    point: &'a Point,
    direction: &'a [f64],
    out: &'a mut [f64],
}

impl Pass for HessianPass<'_> {
    type Output = ();

    fn run_with<T: Number, const W: usize>(self) {
        (self.objective).hessian_times_rows::<T, W>(self.point, self.direction, self.out);
    }
}

/// The pass over one block of rows that evaluates the loss and its derivatives.
struct EvaluatedBlock<'a, T, const W: usize> {
    objective: &'a Objective<'a>,
    parameters: &'a [f64],
    block: Range<usize>,
    evaluated: &'a mut [f64],
    numbers: Vec<T>,
}

impl<T: Number, const W: usize> NullaryFnOnce for EvaluatedBlock<'_, T, W> {
    type Output = Sums<T, W, 2>;

    #[inline(always)]
    fn call(self) -> Self::Output {
        let Self {
            objective,
            parameters,
            block,
            evaluated,
            numbers,
        } = self;
        let mut cells = objective.cells::<T, W, 2>(numbers, parameters);
        let n = cells.n_columns();
        let mut intercept = objective.zeros();
        let mut loss = 0.0;
        let (mut gradients, mut second_derivatives) = (vec![0.0; n], vec![0.0; n]);
        let mut narrow = [vec![T::narrow(0.0); n], vec![T::narrow(0.0); n]];
        let mut sums = vec![0.0; n];
        for (batch, evaluated) in batches(block).zip(evaluated.chunks_mut(BATCH * n)) {
            for (row_idx, evaluated) in batch.clone().zip(evaluated.chunks_exact_mut(n)) {
                objective.margins(row_idx, &cells, parameters, &mut sums, evaluated);
            }
            for (row_idx, evaluated) in batch.zip(evaluated.chunks_exact_mut(n)) {
                let gold = objective.gold[row_idx];
                let weight = f64::from(objective.weights[row_idx]);
                loss += weight * objective.loss.evaluate(evaluated, gold);
                gradients.copy_from_slice(evaluated);
                objective.loss.gradient(&mut gradients, gold);
                for at in 0..n {
                    gradients[at] *= weight;
                    second_derivatives[at] =
                        weight * objective.loss.second_derivative(evaluated[at]);
                    intercept[at][0] += gradients[at];
                    intercept[at][1] += second_derivatives[at];
                }
                let (ids, values) = objective.rows.row(row_idx);
                narrow_all(&gradients, &mut narrow[0]);
                narrow_all(&second_derivatives, &mut narrow[1]);
                for (id, value) in ids.iter().zip(values) {
                    let value = T::narrow(f64::from(*value));
                    let square = T::narrow(0.0).plus(value, value);
                    cells.add(*id, 0, value, &narrow[0]);
                    cells.add(*id, 1, square, &narrow[1]);
                }
            }
        }
        Sums {
            cells,
            intercept,
            loss,
        }
    }
}

/// The pass over one block of rows that multiplies a direction with the Hessian.
struct HessianBlock<'a, T, const W: usize> {
    objective: &'a Objective<'a>,
    point: &'a Point,
    direction: &'a [f64],
    block: Range<usize>,
    numbers: Vec<T>,
}

impl<T: Number, const W: usize> NullaryFnOnce for HessianBlock<'_, T, W> {
    type Output = Sums<T, W, 1>;

    #[inline(always)]
    fn call(self) -> Self::Output {
        let Self {
            objective,
            point,
            direction,
            block,
            numbers,
        } = self;
        let mut cells = objective.cells::<T, W, 1>(numbers, direction);
        let n = cells.n_columns();
        let mut intercept = objective.zeros();
        let mut changes = vec![0.0; BATCH * n];
        let mut narrow = vec![T::narrow(0.0); n];
        let mut sums = vec![0.0; n];
        for batch in batches(block) {
            let is_flat = |row_idx: usize| {
                let evaluated = &point.evaluated[row_idx * n..(row_idx + 1) * n];
                objective.weights[row_idx] == 0.0 || objective.loss.is_flat(evaluated)
            };
            let rows = batch.filter(|row_idx| !is_flat(*row_idx));
            for (row_idx, change) in rows.clone().zip(changes.chunks_exact_mut(n)) {
                objective.margins(row_idx, &cells, direction, &mut sums, change);
            }
            for (row_idx, change) in rows.zip(changes.chunks_exact_mut(n)) {
                let evaluated = &point.evaluated[row_idx * n..(row_idx + 1) * n];
                let weight = f64::from(objective.weights[row_idx]);
                objective.loss.hessian_product(evaluated, change, weight);
                for (sum, change) in intercept.iter_mut().zip(&*change) {
                    sum[0] += change;
                }
                let (ids, values) = objective.rows.row(row_idx);
                narrow_all(change, &mut narrow);
                for (id, value) in ids.iter().zip(values) {
                    cells.add(*id, 0, T::narrow(f64::from(*value)), &narrow);
                }
            }
        }
        Sums {
            cells,
            intercept,
            loss: 0.0,
        }
    }
}

/// What one block of rows adds to the derivatives.
struct Sums<T, const W: usize, const S: usize> {
    cells: Cells<T, W, S>,
    intercept: Vec<[f64; S]>,
    loss: f64,
}

/// Rows in so many blocks of about the same length.
fn blocks(n_rows: usize, n_blocks: usize) -> Vec<Range<usize>> {
    let start = |block: usize| n_rows * block / n_blocks;
    (0..n_blocks)
        .map(|block| start(block)..start(block + 1))
        .collect()
}

/// A block in batches of rows.
fn batches(block: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let end = block.end;
    block
        .step_by(BATCH)
        .map(move |start| start..(start + BATCH).min(end))
}

/// Numbers as those of a pass.
#[inline(always)]
fn narrow_all<T: Number>(numbers: &[f64], narrow: &mut [T]) {
    for (to, number) in narrow.iter_mut().zip(numbers) {
        *to = T::narrow(*number);
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
            gold in prop::collection::vec(0_usize..2, 5),
            parameters in prop::collection::vec(-1.0_f64..1.0, 40),
            direction in prop::collection::vec(-1.0_f64..1.0, 40),
            n_labels in prop_oneof![Just(2_usize), Just(3), Just(10)],
        ) {
            let mut rows = Csr::new(3);
            for row in cells.chunks_exact(3) {
                rows.push(&[0, 1, 2], row);
            }
            let weights = [1.0, 0.5, 2.0, 1.0, 0.0];
            let set = TrainingSet { rows: &rows, gold: &gold, weights: &weights, n_labels };
            let penalties = Penalty::ALL.into_iter();
            for (loss, penalty) in penalties.flat_map(|penalty| Loss::ALL.map(|loss| (loss, penalty))) {
                let mut objective = Objective::new(loss, penalty, &set, Precision::Double);
                objective.set_l2(0.7);
                let n = objective.n_parameters();
                prop_assert_eq!(n, 4 * if n_labels == 2 { 1 } else { n_labels });
                let (parameters, direction) = (&parameters[..n], &direction[..n]);
                let point = objective.evaluate(parameters);
                // The second derivative of the hinge jumps within the step of a difference: no test there.
                let is_kink = |short: &f64| *short < 1e-3;
                if loss == Loss::SquaredHinge && point.evaluated.iter().any(is_kink) {
                    continue;
                }
                let mut product = vec![0.0; n];
                objective.hessian_times(&point, direction, &mut product);
                // Central differences with step 1e-5 err by about 1e-9 here.
                let step = 1e-5;
                let moved = |at: usize, by: f64| {
                    let mut moved = parameters.to_vec();
                    moved[at] += by;
                    objective.evaluate(&moved)
                };
                for at in 0..n {
                    let (up, down) = (moved(at, step), moved(at, -step));
                    let gradient = (up.value - down.value) / (2.0 * step);
                    prop_assert!((gradient - point.gradient[at]).abs() < 1e-6);
                    let second_derivative = (up.gradient[at] - down.gradient[at]) / (2.0 * step);
                    prop_assert!((second_derivative - point.diagonal[at]).abs() < 1e-6);
                }
                let shifted = |by: f64| {
                    let point = parameters.iter().zip(direction).map(|(p, d)| p + by * d);
                    objective.evaluate(&point.collect::<Vec<f64>>()).gradient
                };
                for ((up, down), product) in shifted(step).iter().zip(shifted(-step)).zip(&product) {
                    prop_assert!(((up - down) / (2.0 * step) - product).abs() < 1e-6);
                }
            }
        }
    }
}
