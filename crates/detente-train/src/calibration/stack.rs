//! Stacking: the margins of several heads into one, with the say of each.

use super::temperature::fit_temperature;
use detente_model::calibrate::{Temperature, softmax};
use ndarray::{Array2, ArrayView1};

/// Weighs the margins of several heads, shifts each label, and calibrates the result.
///
/// ```text
/// m_k = sum_v a_v m_vk + c_k,     a_v >= 0, together 1;     c summing to 0
/// p   = softmax(m / T)
/// ```
///
/// Where each head is linear in a statement's features, so is the stack: it is one head again, and
/// its explanations add up. One head alone is not shifted, only calibrated.
///
/// # References
/// Wolpert 1992, Stacked generalization; Breiman 1996, Stacked regressions (shares not below 0);
/// Guo, Pleiss, Sun and Weinberger 2017, section 4.2, for `T` and `c` ("vector scaling").
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    shares: Vec<f64>,
    shifts: Vec<f64>,
    temperature: Temperature,
}

impl Stack {
    /// Finds the stack with the least log-loss on margins that the heads did not see in fitting.
    ///
    /// `margins[v]` are those of head `v`, shape `(n_rows, n_labels)`, `gold[i]` is the class of row `i`,
    /// `weights[i]` its weight; only `rows` count.
    ///
    /// # Panics
    /// There is no head; heads differ in shape; a row or a class is not there.
    pub fn fit(margins: &[Array2<f64>], gold: &[usize], weights: &[f32], rows: &[usize]) -> Self {
        Self::fit_with(margins, gold, weights, rows, true)
    }

    /// As [`fit`](Self::fit), without shifts: where rows are of few documents, how common each label is
    /// among them is chance, which shifts would take for the truth.
    ///
    /// # Panics
    /// There is no head; heads differ in shape; a row or a class is not there.
    pub fn fit_shares(
        margins: &[Array2<f64>],
        gold: &[usize],
        weights: &[f32],
        rows: &[usize],
    ) -> Self {
        Self::fit_with(margins, gold, weights, rows, false)
    }

    /// Shifts and calibrates a single head anew that has this temperature now: the temperature and the shifts that are
    /// most likely after `rows`, where before them the slope `1 / T` and each shift were normal around what they are
    /// now, with a standard deviation of 1. So a few rows move little, and many all there is.
    ///
    /// # Panics
    /// As [`fit`](Self::fit).
    pub fn refit(
        margins: &Array2<f64>,
        gold: &[usize],
        weights: &[f32],
        rows: &[usize],
        now: Temperature,
    ) -> Self {
        let margins = std::slice::from_ref(margins);
        let total: f64 = rows.iter().map(|row| f64::from(weights[*row])).sum();
        let ridge = Ridge {
            center: 1.0 / now.value(),
            strength: 1.0 / total.max(1.0),
        };
        let point = Point::minimum(margins, gold, weights, rows, (ridge, true));
        point.stack().unwrap_or_else(|| Self {
            shares: vec![1.0],
            shifts: vec![0.0; margins[0].ncols()],
            temperature: now,
        })
    }

    fn fit_with(
        margins: &[Array2<f64>],
        gold: &[usize],
        weights: &[f32],
        rows: &[usize],
        has_shifts: bool,
    ) -> Self {
        let n_heads = margins.len();
        let n_labels = margins[0].ncols();
        if n_heads > 1 {
            let ridge = Ridge::LOOSE;
            let point = Point::minimum(margins, gold, weights, rows, (ridge, has_shifts));
            if let Some(stack) = point.stack() {
                return stack;
            }
        }
        let mut stack = Self {
            shares: vec![1.0 / n_heads as f64; n_heads],
            shifts: vec![0.0; n_labels],
            temperature: Temperature::ONE,
        };
        let mut summed = Array2::zeros((rows.len(), n_labels));
        for (mut sums, row) in summed.rows_mut().into_iter().zip(rows) {
            let margins = stack.margins(margins.iter().map(|head| head.row(*row)));
            sums.assign(&ArrayView1::from(&margins));
        }
        let gold: Vec<usize> = rows.iter().map(|row| gold[*row]).collect();
        let weights: Vec<f32> = rows.iter().map(|row| weights[*row]).collect();
        stack.temperature = fit_temperature(&summed, &gold, &weights);
        stack
    }

    /// How much each head's margins count, from 0 to 1.
    pub fn shares(&self) -> &[f64] {
        &self.shares
    }

    /// What is added to the margin of each label.
    pub fn shifts(&self) -> &[f64] {
        &self.shifts
    }

    /// How the stack's margins become probabilities.
    pub fn temperature(&self) -> Temperature {
        self.temperature
    }

    /// The margins of one row, from those of each head.
    pub fn margins<'a>(&self, margins: impl Iterator<Item = ArrayView1<'a, f64>>) -> Vec<f64> {
        weighted_sum(&self.shares, &self.shifts, margins)
    }
}

fn weighted_sum<'a>(
    shares: &[f64],
    shifts: &[f64],
    margins: impl Iterator<Item = ArrayView1<'a, f64>>,
) -> Vec<f64> {
    let mut sums = shifts.to_vec();
    for (share, margins) in shares.iter().zip(margins) {
        for (sum, margin) in sums.iter_mut().zip(margins) {
            *sum += share * margin;
        }
    }
    sums
}

/// What the parameters are held to, as half the squared distance.
#[derive(Clone, Copy)]
struct Ridge {
    /// Where shares are held; shifts are at 0.
    center: f64,
    strength: f64,
}

impl Ridge {
    /// Holds the shifts, whose sum the loss does not feel, and the shares of heads that say the same.
    const LOOSE: Self = Self {
        center: 0.0,
        strength: 1e-4,
    };
}

/// Labels up to which the whole Hessian is built and solved, which takes time by their square and cube. With more,
/// shifts are moved by its diagonal alone, of which the part that labels take from each other is left out: so no step
/// is too long.
///
/// # References
/// Böhning 1992, Multinomial logistic regression algorithm (a bound in the place of the Hessian).
const MOST_EXACT_LABELS: usize = 128;
/// Newton steps at the most.
const MAX_STEPS: usize = 100;
/// The gain in mean log-loss below which the search ends.
const TOLERANCE: f64 = 1e-9;

/// Shares and shifts on their way to the least loss, the temperature still inside the shares.
struct Point {
    shares: Vec<f64>,
    shifts: Vec<f64>,
    ridge: Ridge,
}

impl Point {
    /// Projected Newton steps from equal shares, or from where the ridge holds them; the loss is convex.
    fn minimum(
        margins: &[Array2<f64>],
        gold: &[usize],
        weights: &[f32],
        rows: &[usize],
        (ridge, has_shifts): (Ridge, bool),
    ) -> Self {
        let (n_heads, n_labels) = (margins.len(), margins[0].ncols());
        let start = match ridge.center > 0.0 {
            true => ridge.center,
            false => 1.0 / n_heads as f64,
        };
        let mut point = Self {
            shares: vec![start; n_heads],
            shifts: vec![0.0; n_labels],
            ridge,
        };
        let total: f64 = rows.iter().map(|row| f64::from(weights[*row])).sum();
        if total <= 0.0 {
            return point;
        }
        let mut derivatives = point.derivatives(margins, gold, weights, rows, total);
        for _ in 0..MAX_STEPS {
            let Some(direction) = point.direction(&derivatives, has_shifts) else {
                break;
            };
            let mut step = 1.0;
            let (next, next_derivatives) = loop {
                let next = point.moved(&direction, step);
                let next_derivatives = next.derivatives(margins, gold, weights, rows, total);
                if next_derivatives.loss < derivatives.loss || step < 1e-6 {
                    break (next, next_derivatives);
                }
                step *= 0.5;
            };
            let gain = derivatives.loss - next_derivatives.loss;
            if gain > 0.0 {
                (point, derivatives) = (next, next_derivatives);
            }
            if gain < TOLERANCE {
                break;
            }
        }
        let mean = point.shifts.iter().sum::<f64>() / n_labels as f64;
        point.shifts.iter_mut().for_each(|shift| *shift -= mean);
        point
    }

    /// The stack at this point; `None` where no temperature fits it.
    fn stack(&self) -> Option<Stack> {
        let sum: f64 = self.shares.iter().sum();
        // 1 / sum is the temperature.
        let temperature = Temperature::from_value(1.0 / sum)?;
        let scaled = |values: &[f64]| values.iter().map(|value| value / sum).collect();
        Some(Stack {
            shares: scaled(&self.shares),
            shifts: scaled(&self.shifts),
            temperature,
        })
    }

    fn moved(&self, direction: &[f64], step: f64) -> Self {
        let (shares, shifts) = direction.split_at(self.shares.len());
        Self {
            shares: (self.shares.iter().zip(shares))
                .map(|(share, d)| (share + step * d).max(0.0))
                .collect(),
            shifts: (self.shifts.iter().zip(shifts))
                .map(|(shift, d)| shift + step * d)
                .collect(),
            ridge: self.ridge,
        }
    }

    /// Newton's direction over the parameters that may move: a share of 0 that the gradient pushes
    /// below 0 stays (Bertsekas 1982, Projected Newton methods).
    fn direction(&self, derivatives: &Derivatives, has_shifts: bool) -> Option<Vec<f64>> {
        let n = derivatives.gradient.len();
        let is_free = |at: usize| match self.shares.get(at) {
            Some(share) => *share > 0.0 || derivatives.gradient[at] < 0.0,
            None => has_shifts,
        };
        let n_exact = derivatives.hessian.nrows();
        let free: Vec<usize> = (0..n_exact).filter(|at| is_free(*at)).collect();
        let shape = (free.len(), free.len());
        let hessian =
            Array2::from_shape_fn(shape, |(i, j)| derivatives.hessian[(free[i], free[j])]);
        let descent: Vec<f64> = free.iter().map(|at| -derivatives.gradient[*at]).collect();
        let solved = cholesky_solve(hessian, descent)?;
        let mut direction = vec![0.0; n];
        for (at, d) in free.into_iter().zip(solved) {
            direction[at] = d;
        }
        for at in (n_exact..n).filter(|at| is_free(*at)) {
            direction[at] = -derivatives.gradient[at] / derivatives.diagonal[at - n_exact];
        }
        Some(direction)
    }

    fn derivatives(
        &self,
        margins: &[Array2<f64>],
        gold: &[usize],
        weights: &[f32],
        rows: &[usize],
        total: f64,
    ) -> Derivatives {
        let (n_heads, n_labels) = (self.shares.len(), self.shifts.len());
        let n = n_heads + n_labels;
        let is_exact = n_labels <= MOST_EXACT_LABELS;
        let n_exact = if is_exact { n } else { n_heads };
        let mut derivatives = Derivatives {
            loss: 0.0,
            gradient: vec![0.0; n],
            hessian: Array2::zeros((n_exact, n_exact)),
            diagonal: vec![0.0; n - n_exact],
        };
        let mut means = vec![0.0; n];
        for row in rows {
            let weight = f64::from(weights[*row]) / total;
            let row_margins = margins.iter().map(|head| head.row(*row));
            let mut p = weighted_sum(&self.shares, &self.shifts, row_margins);
            let largest = p.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let gold_margin = p[gold[*row]];
            let sum: f64 = p.iter().map(|m| (m - largest).exp()).sum();
            derivatives.loss += weight * (sum.ln() + largest - gold_margin);
            softmax(&mut p);
            // A share moves the margin of label k by that of its head; a shift moves its own label alone, so that most
            // terms of the sums over labels are 0 and left out.
            let gold = gold[*row];
            for (at, head) in margins.iter().enumerate() {
                let head = head.row(*row);
                means[at] = p.iter().zip(head).map(|(p, margin)| p * margin).sum();
                derivatives.gradient[at] += weight * (means[at] - head[gold]);
            }
            means[n_heads..].copy_from_slice(&p);
            for (k, p) in p.iter().enumerate() {
                derivatives.gradient[n_heads + k] += weight * (p - f64::from(gold == k));
            }
            for (i, first) in margins.iter().enumerate() {
                for (j, second) in margins.iter().enumerate().take(i + 1) {
                    let both = first.row(*row).into_iter().zip(second.row(*row));
                    let product: f64 = p.iter().zip(both).map(|(p, (a, b))| p * a * b).sum();
                    derivatives.hessian[(i, j)] += weight * (product - means[i] * means[j]);
                }
            }
            for (cell, p) in derivatives.diagonal.iter_mut().zip(&p) {
                *cell += weight * p;
            }
            for (k, p) in p.iter().enumerate().filter(|_| is_exact) {
                let i = n_heads + k;
                let mut cells = derivatives.hessian.row_mut(i);
                for (j, head) in margins.iter().enumerate() {
                    cells[j] += weight * (p * head[(*row, k)] - means[i] * means[j]);
                }
                let of_shifts = cells.iter_mut().zip(&means).skip(n_heads).take(k);
                for (cell, mean) in of_shifts {
                    *cell += weight * (0.0 - means[i] * mean);
                }
                cells[i] += weight * (p - means[i] * means[i]);
            }
        }
        for (at, value) in self.shares.iter().chain(&self.shifts).enumerate() {
            let Ridge { center, strength } = self.ridge;
            let away = value - if at < n_heads { center } else { 0.0 };
            derivatives.loss += 0.5 * strength * away * away;
            derivatives.gradient[at] += strength * away;
            match at.checked_sub(n_exact) {
                None => derivatives.hessian[(at, at)] += strength,
                Some(at) => derivatives.diagonal[at] += strength,
            }
        }
        for i in 0..n_exact {
            for j in 0..i {
                derivatives.hessian[(j, i)] = derivatives.hessian[(i, j)];
            }
        }
        derivatives
    }
}

/// The penalised mean log-loss at one point with its first and second derivatives.
struct Derivatives {
    loss: f64,
    gradient: Vec<f64>,
    /// Of the first parameters; of those behind them only the diagonal.
    hessian: Array2<f64>,
    diagonal: Vec<f64>,
}

/// Solves `A x = b` for a symmetric positive definite `A` by its factorisation `A = L Lᵀ`; `None` where a pivot is not
/// above 0, so that `A` is none within rounding.
///
/// The ridge keeps the Hessian positive definite, and it has a row a parameter: a dozen, and [`MOST_EXACT_LABELS`] more
/// at the most.
///
/// # References
/// Golub and Van Loan 2013, Matrix Computations, section 4.2.
fn cholesky_solve(mut a: Array2<f64>, mut b: Vec<f64>) -> Option<Vec<f64>> {
    let n = b.len();
    for j in 0..n {
        for i in j..n {
            let known: f64 = (0..j).map(|k| a[(i, k)] * a[(j, k)]).sum();
            let rest = a[(i, j)] - known;
            a[(i, j)] = match i == j {
                true if rest > 0.0 => rest.sqrt(),
                true => return None,
                false => rest / a[(j, j)],
            };
        }
    }
    for i in 0..n {
        let known: f64 = (0..i).map(|k| a[(i, k)] * b[k]).sum();
        b[i] = (b[i] - known) / a[(i, i)];
    }
    for i in (0..n).rev() {
        let known: f64 = (i + 1..n).map(|k| a[(k, i)] * b[k]).sum();
        b[i] = (b[i] - known) / a[(i, i)];
    }
    Some(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Rows whose class a first head tells well, a second one poorly and a third one not at all.
    fn three_heads() -> ([Array2<f64>; 3], Vec<usize>) {
        let gold: Vec<usize> = (0..300).map(|i| i % 3).collect();
        let head = |right: fn(usize) -> bool| {
            Array2::from_shape_fn((300, 3), |(i, k)| {
                let class = gold[i];
                let said = if right(i) {
                    class
                } else {
                    (class + 1 + i % 2) % 3
                };
                if k == said { 2.0 } else { -1.0 }
            })
        };
        let heads = [
            head(|i| i % 10 < 8),
            head(|i| i % 7 < 4),
            head(|i| i % 3 == (i / 3) % 3),
        ];
        (heads, gold)
    }

    fn loss(p: &[Vec<f64>], gold: &[usize]) -> f64 {
        let sum: f64 = p.iter().zip(gold).map(|(p, gold)| -p[*gold].ln()).sum();
        sum / gold.len() as f64
    }

    fn probabilities(stack: &Stack, heads: &[Array2<f64>], n_rows: usize) -> Vec<Vec<f64>> {
        (0..n_rows)
            .map(|row| {
                let margins = stack.margins(heads.iter().map(|head| head.row(row)));
                stack.temperature().apply(&margins)
            })
            .collect()
    }

    #[test]
    fn a_stack_loses_less_than_its_best_head_and_a_useless_head_has_no_say() {
        let (heads, gold) = three_heads();
        let (weights, all) = (vec![1.0; 300], (0..300).collect::<Vec<usize>>());
        let stack = Stack::fit(&heads, &gold, &weights, &all);
        assert!((stack.shares().iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(stack.shares()[0] > stack.shares()[1] && stack.shares()[1] > 0.1);
        assert!(stack.shares()[2] < 0.05, "{:?}", stack.shares());
        let alone = Stack::fit(&heads[..1], &gold, &weights, &all);
        assert_eq!(alone.shares(), [1.0]);
        let stacked = loss(&probabilities(&stack, &heads, 300), &gold);
        let single = loss(&probabilities(&alone, &heads[..1], 300), &gold);
        assert!(stacked < single - 0.01, "{stacked} and {single}");
    }

    #[test]
    fn many_labels_are_stacked_as_well_by_the_diagonal() {
        let n_labels = MOST_EXACT_LABELS + 2;
        let gold: Vec<usize> = (0..3 * n_labels).map(|i| i % n_labels).collect();
        let head = |step: usize| {
            Array2::from_shape_fn((gold.len(), n_labels), |(i, k)| {
                let said = if i % step == 0 {
                    (gold[i] + 1) % n_labels
                } else {
                    gold[i]
                };
                if k == said { 6.0 } else { 0.0 }
            })
        };
        let heads = [head(9), head(2)];
        let (weights, all) = (
            vec![1.0; gold.len()],
            (0..gold.len()).collect::<Vec<usize>>(),
        );
        let stack = Stack::fit(&heads, &gold, &weights, &all);
        assert!(
            stack.shares()[0] > stack.shares()[1],
            "{:?}",
            stack.shares()
        );
        let alone = Stack::fit(&heads[..1], &gold, &weights, &all);
        let stacked = loss(&probabilities(&stack, &heads, gold.len()), &gold);
        let single = loss(&probabilities(&alone, &heads[..1], gold.len()), &gold);
        assert!(stacked < single, "{stacked} and {single}");
    }

    #[test]
    fn shares_are_those_worked_out_by_hand() {
        // Two heads that say the same, two labels, margins +-1, right in 3 of 4 rows: the summed
        // margin's difference 2 / T is ln 3, and by symmetry each has half.
        let head = ndarray::arr2(&[[1.0, -1.0]; 4]);
        let first = head.select(ndarray::Axis(0), &[0]);
        let (gold, weights) = ([0, 0, 0, 1], [1.0; 4]);
        let stack = Stack::fit(&[first.clone(), first], &[0], &[0.0], &[0]);
        assert_eq!(stack.shares(), [0.5, 0.5]);
        let stack = Stack::fit(
            &[head.clone(), head.clone()],
            &gold,
            &weights,
            &[0, 1, 2, 3],
        );
        assert!((stack.shares()[0] - 0.5).abs() < 1e-9);
        let margins = stack.margins([head.row(0), head.row(0)].into_iter());
        // The ridge keeps the probability a little nearer to even.
        assert!((stack.temperature().apply(&margins)[0] - 0.75).abs() < 1e-3);
    }

    proptest! {
        #[test]
        fn any_margins_give_a_stack_that_gives_probabilities(
            cells in prop::collection::vec(-50.0_f64..50.0, 2 * 6 * 3),
            gold in prop::collection::vec(0_usize..3, 6),
        ) {
            let head = |first: usize| Array2::from_shape_fn((6, 3), |(row, k)| cells[first + 3 * row + k]);
            let heads = [head(0), head(18)];
            let stack = Stack::fit(&heads, &gold, &[1.0; 6], &[0, 1, 2, 3, 4, 5]);
            prop_assert!(stack.shares().iter().all(|share| (0.0..=1.0).contains(share)));
            for row in probabilities(&stack, &heads, 6) {
                prop_assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_factorised_system_is_solved_as_by_hand() {
        // L = [[2, 0, 0], [6, 1, 0], [-8, 5, 3]]; x = (1, 2, 3) gives b = A x.
        let a = ndarray::arr2(&[
            [4.0, 12.0, -16.0],
            [12.0, 37.0, -43.0],
            [-16.0, -43.0, 98.0],
        ]);
        let b = vec![-20.0, -43.0, 192.0];
        let solved = cholesky_solve(a, b).unwrap();
        for (found, expected) in solved.iter().zip([1.0, 2.0, 3.0]) {
            assert!((found - expected).abs() < 1e-9, "{solved:?}");
        }
        let indefinite = ndarray::arr2(&[[1.0, 2.0], [2.0, 1.0]]);
        assert_eq!(cholesky_solve(indefinite, vec![1.0, 1.0]), None);
    }
}
