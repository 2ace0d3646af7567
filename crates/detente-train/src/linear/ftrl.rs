//! Multinomial logistic regression learned row by row, in memory that does not grow with the rows.

use super::factors::Factors;
use crate::error::{Error, ErrorKind, Result};
use detente_model::calibrate::softmax;

/// The recipe for an [`FtrlClassifier`] learner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FtrlParams {
    /// How fast it learns: steps are that long over the size of the gradients seen; above 0, default 0.75.
    pub rate: f64,
    /// What is added to the size of the gradients seen before a step is divided by it: more makes first
    /// steps shorter; above 0, default 0.1.
    pub damping: f64,
    /// Strength of the penalty on the length of a feature's weights, from 0: features for which little
    /// speaks weigh nothing and leave the model; default 0.
    pub sparsity: f64,
    /// Strength of the penalty on the squares of weights, from 0; default 0.25: few passes do most of what it would.
    pub l2: f64,
}

impl FtrlParams {
    /// What did best on the corpora of `docs/experiments.md`.
    pub const DEFAULT: Self = Self {
        rate: 0.75,
        damping: 0.1,
        sparsity: 0.0,
        l2: 0.25,
    };

    /// Checks the ranges.
    ///
    /// # Errors
    /// A number that is out of its range.
    pub fn check(&self) -> Result<()> {
        let ranges = [
            ("the rate", self.rate, false),
            ("the damping", self.damping, false),
            ("the sparsity", self.sparsity, true),
            ("l2", self.l2, true),
        ];
        for (parameter, value, may_be_0) in ranges {
            if !(value.is_finite() && (value > 0.0 || may_be_0 && value == 0.0)) {
                return Err(Error::new(ErrorKind::OutOfRange {
                    parameter,
                    value: value.to_string(),
                    expected: match may_be_0 {
                        true => "a number from 0",
                        false => "a number above 0",
                    },
                }));
            }
        }
        Ok(())
    }
}

/// Heads of several targets that learn one row at a time, by follow-the-regularised-leader with steps
/// that shrink for each feature alone ("FTRL-proximal").
///
/// ```text
/// u_ik = -z_ik max(0, 1 - λ / |z_i|) / ((β + √n_i) / α + l2)     |z_i| over the labels k of a head
/// w_ik = u_ik / d_ik
/// g_k  = weight (softmax(m)_k - [k is gold]),    m_k = b_k + sum_i x_i w_ik
/// G    = sum_k g_k²
/// z_ik += x_i g_k - (√(n_i + x_i² G) - √n_i) / α u_ik,    n_i += x_i² G
/// ```
///
/// with the rate `α`, the damping `β`, the sparsity `λ` and the factors `d` of a [`Penalty`](super::Penalty), which
/// divide the rate of a weight and multiply its penalties. Each view of the features has heads of its own,
/// which learn side by side and know nothing of each other, as the members of a stack do in `train`.
///
/// Where the paper keeps an `n` for each weight
/// and cuts weights one by one, here a feature has one `n` for all labels of a head, and they leave
/// together: a third to half of the memory and square roots is saved, and the `z` of a feature go on
/// summing to 0. Intercepts learn in the same way, without penalties.
///
/// What is learned depends on the order of rows, as with every online learner.
///
/// # References
/// McMahan, Holt, Sculley and others 2013, Ad Click Prediction: a View from the Trenches, algorithm 1;
/// Yuan and Lin 2006, Model selection and estimation in regression with grouped variables, for `λ`.
#[derive(Clone, Debug, PartialEq)]
pub struct FtrlClassifier {
    params: FtrlParams,
    /// The number of labels of each head.
    n_labels: Vec<usize>,
    /// The feature behind the last one of each view.
    ends: Vec<u32>,
    /// For each feature and then the intercept of each view: `z` of all labels, then `n` of all heads.
    state: Vec<f32>,
    /// `u` of the row at hand.
    weights: Vec<f32>,
    factors: Factors,
}

impl FtrlClassifier {
    /// A learner that has seen nothing, of heads with so many labels; `ends` are the features behind the
    /// last one of each view, `factors` those of all of them.
    pub fn new(params: FtrlParams, n_labels: Vec<usize>, ends: Vec<u32>, factors: Factors) -> Self {
        let mut learner = Self {
            params,
            n_labels,
            ends,
            state: Vec::new(),
            weights: Vec::new(),
            factors,
        };
        learner.state = vec![0.0; learner.n_rows() * learner.stride()];
        learner
    }

    /// Features and intercepts.
    fn n_rows(&self) -> usize {
        self.n_features() + self.n_views()
    }

    /// Number of views.
    pub fn n_views(&self) -> usize {
        self.ends.len()
    }

    /// Numbers that are kept of a feature.
    pub fn stride(&self) -> usize {
        self.n_columns() + self.n_labels.len()
    }

    /// Number of labels of all heads.
    pub fn n_columns(&self) -> usize {
        self.n_labels.iter().sum()
    }

    /// Number of features; from it on stand the intercepts of the views.
    pub fn n_features(&self) -> usize {
        self.ends.last().map_or(0, |end| *end as usize)
    }

    /// The view of a feature, or of an intercept.
    pub fn view(&self, feature: usize) -> usize {
        match feature.checked_sub(self.n_features()) {
            Some(view) => view,
            None => self.ends.partition_point(|end| *end as usize <= feature),
        }
    }

    /// All that it has learned, feature by feature, the intercepts last.
    pub fn state(&self) -> &[f32] {
        &self.state
    }

    /// Goes on from what another one of the same shape had learned.
    ///
    /// # Panics
    /// The shape is another.
    pub fn set_state(&mut self, state: Vec<f32>) {
        assert_eq!(state.len(), self.state.len(), "a state of the same shape");
        self.state = state;
    }

    /// Learns from one row, on each head for which it has a label, in each view. Ids are below the number
    /// of features, each once, those of a view together.
    ///
    /// # Panics
    /// There are not as many values as ids or classes as heads, or an id or a class is out of range.
    pub fn learn(&mut self, ids: &[u32], values: &[f32], gold: &[Option<usize>], weight: f32) {
        let mut column = 0;
        for (head, gold) in gold.iter().enumerate() {
            let n_labels = self.n_labels[head];
            if let Some(gold) = *gold {
                let mut start = 0;
                for view in 0..self.n_views() {
                    let end = start + ids[start..].partition_point(|id| *id < self.ends[view]);
                    let (ids, values) = (&ids[start..end], &values[start..end]);
                    start = end;
                    let step = Step {
                        view,
                        head,
                        column,
                        gold,
                        weight,
                    };
                    match n_labels {
                        2 => self.learn_head(KnownWidth::<2>, ids, values, &step),
                        3 => self.learn_head(KnownWidth::<3>, ids, values, &step),
                        4 => self.learn_head(KnownWidth::<4>, ids, values, &step),
                        5 => self.learn_head(KnownWidth::<5>, ids, values, &step),
                        6 => self.learn_head(KnownWidth::<6>, ids, values, &step),
                        8 => self.learn_head(KnownWidth::<8>, ids, values, &step),
                        _ => self.learn_head(AnyWidth(n_labels), ids, values, &step),
                    }
                }
            }
            column += n_labels;
        }
    }

    /// One head's step.
    fn learn_head(&mut self, width: impl Width, ids: &[u32], values: &[f32], step: &Step) {
        let n_labels = width.n_labels();
        let (stride, n_columns) = (self.stride(), self.n_columns());
        let (rate, damping) = (self.params.rate as f32, self.params.damping as f32);
        let (sparsity, l2) = (self.params.sparsity as f32, self.params.l2 as f32);
        let intercept = ((self.n_features() + step.view) as u32, 1.0_f32);
        let features = || ids.iter().copied().zip(values.iter().copied());
        let mut margins = [0.0_f64; MOST_IN_REGISTERS];
        let mut many = Vec::new();
        let margins: &mut [f64] = match n_labels <= MOST_IN_REGISTERS {
            true => &mut margins[..n_labels],
            false => {
                many.resize(n_labels, 0.0);
                &mut many
            }
        };
        self.weights.resize((ids.len() + 1) * n_labels, 0.0);
        let mut rows = self.weights.chunks_exact_mut(n_labels);
        for (id, value) in features().chain([intercept]) {
            let at = id as usize * stride;
            let sums = &self.state[at + step.column..at + step.column + n_labels];
            let squares = self.state[at + n_columns + step.head];
            let (sparsity, l2) = if id == intercept.0 {
                (0.0, 0.0)
            } else {
                (sparsity, l2)
            };
            let scale = scale(sums, squares, rate, damping, sparsity, l2);
            // Invariant: there is a row of weights for each feature and for the intercept.
            let weights = rows.next().expect("a row for each feature");
            let codes = self.factors.codes(id as usize, step.column);
            let labels = weights.iter_mut().zip(sums).zip(margins.iter_mut());
            for (label, ((weight, sum), margin)) in labels.enumerate() {
                *weight = sum * scale;
                *margin += f64::from(*weight * Factors::ease(codes, label) * value);
            }
        }
        softmax(margins);
        margins[step.gold] -= 1.0;
        let mut size = 0.0;
        let mut gradients = [0.0_f32; MOST_IN_REGISTERS];
        let mut many_gradients = Vec::new();
        let gradients: &mut [f32] = match n_labels <= MOST_IN_REGISTERS {
            true => &mut gradients[..n_labels],
            false => {
                many_gradients.resize(n_labels, 0.0);
                &mut many_gradients
            }
        };
        for (gradient, error) in gradients.iter_mut().zip(margins.iter()) {
            *gradient = *error as f32 * step.weight;
            size += *gradient * *gradient;
        }
        let rows = self.weights.chunks_exact(n_labels);
        for ((id, value), weights) in features().chain([intercept]).zip(rows) {
            let at = id as usize * stride;
            let record = &mut self.state[at..at + stride];
            let squares = &mut record[n_columns + step.head];
            let after = *squares + value * value * size;
            let moved = (after.sqrt() - squares.sqrt()) / rate;
            *squares = after;
            let sums = &mut record[step.column..step.column + n_labels];
            for ((sum, gradient), weight) in sums.iter_mut().zip(gradients.iter()).zip(weights) {
                *sum += value * gradient - moved * weight;
            }
        }
    }

    /// Writes the weights of a feature, or of an intercept, for all columns.
    ///
    /// # Panics
    /// There is no such feature or intercept.
    pub fn weights(&self, feature: usize, weights: &mut Vec<f64>) {
        weights.clear();
        let stride = self.stride();
        let record = &self.state[feature * stride..(feature + 1) * stride];
        let is_intercept = feature >= self.n_features();
        let penalty = |strength: f64| if is_intercept { 0.0 } else { strength as f32 };
        let (sparsity, l2) = (penalty(self.params.sparsity), penalty(self.params.l2));
        let (rate, damping) = (self.params.rate as f32, self.params.damping as f32);
        let (mut sums, squares) = record.split_at(self.n_columns());
        for (n_labels, squares) in self.n_labels.iter().zip(squares) {
            let (own, others) = sums.split_at(*n_labels);
            let scale = scale(own, *squares, rate, damping, sparsity, l2);
            let codes = self.factors.codes(feature, weights.len());
            let labels = own.iter().enumerate();
            weights.extend(
                labels.map(|(label, sum)| f64::from(sum * scale * Factors::ease(codes, label))),
            );
            sums = others;
        }
    }

    /// The `n` of a feature, or of an intercept, on each head.
    ///
    /// # Panics
    /// There is no such feature or intercept.
    pub fn squares(&self, feature: usize) -> &[f32] {
        let end = (feature + 1) * self.stride();
        &self.state[end - self.n_labels.len()..end]
    }

    /// Takes a feature's weights for all columns and its `n` on each head from a model that was learned in
    /// this way before; of weights that are 0 it takes it that nothing spoke for them.
    ///
    /// # Panics
    /// There is no such feature or intercept, or not a weight for each column and an `n` for each head.
    pub fn restore(&mut self, feature: usize, weights: &[f64], squares: &[f32]) {
        let (stride, n_columns) = (self.stride(), self.n_columns());
        let is_intercept = feature >= self.n_features();
        let penalty = |strength: f64| if is_intercept { 0.0 } else { strength };
        let (sparsity, l2) = (penalty(self.params.sparsity), penalty(self.params.l2));
        let record = &mut self.state[feature * stride..(feature + 1) * stride];
        record[n_columns..].copy_from_slice(squares);
        let mut column = 0;
        for (n_labels, squares) in self.n_labels.iter().zip(squares) {
            let columns = column..column + n_labels;
            column = columns.end;
            let codes = self.factors.codes(feature, columns.start);
            let own = weights[columns.clone()].iter().enumerate();
            let own = own.map(|(label, weight)| weight / f64::from(Factors::ease(codes, label)));
            let length = own.clone().map(|u| u * u).sum::<f64>().sqrt();
            if length > 0.0 {
                let brake =
                    (self.params.damping + f64::from(*squares).sqrt()) / self.params.rate + l2;
                // Solved for z: its length is that of u before the penalty took its part.
                let factor = -(brake + sparsity / length);
                for (sum, u) in record[columns].iter_mut().zip(own) {
                    *sum = (u * factor) as f32;
                }
            }
        }
    }
}

/// Labels of a head whose sums are held without memory of their own.
const MOST_IN_REGISTERS: usize = 16;

/// What one head learns from one row.
struct Step {
    view: usize,
    head: usize,
    column: usize,
    gold: usize,
    weight: f32,
}

/// The number of labels of a head.
trait Width: Copy {
    fn n_labels(self) -> usize;
}

/// A number of labels that is known when compiling, so that loops over them are unrolled.
#[derive(Clone, Copy)]
struct KnownWidth<const N: usize>;

impl<const N: usize> Width for KnownWidth<N> {
    fn n_labels(self) -> usize {
        N
    }
}

/// Any other number of labels.
#[derive(Clone, Copy)]
struct AnyWidth(usize);

impl Width for AnyWidth {
    fn n_labels(self) -> usize {
        self.0
    }
}

/// By what the sums of a feature are multiplied to give its weights.
fn scale(sums: &[f32], squares: f32, rate: f32, damping: f32, sparsity: f32, l2: f32) -> f32 {
    let brake = (damping + squares.sqrt()) / rate + l2;
    if sparsity == 0.0 {
        return -1.0 / brake;
    }
    let length = sums.iter().map(|sum| sum * sum).sum::<f32>().sqrt();
    if length <= sparsity {
        return 0.0;
    }
    -(1.0 - sparsity / length) / brake
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::LabelCounts;
    use std::iter::once;

    const PARAMS: FtrlParams = FtrlParams {
        rate: 0.5,
        damping: 1.0,
        sparsity: 0.0,
        l2: 0.0,
    };

    #[test]
    fn a_step_is_the_one_worked_out_by_hand() {
        let mut learner = FtrlClassifier::new(PARAMS, vec![2], vec![3], Factors::EVEN);
        learner.learn(&[1], &[2.0], &[Some(0)], 1.0);
        // p = (1/2, 1/2), g = (-1/2, 1/2), G = 1/2; x = 2: z = (-1, 1), n = 2; w = -z / ((1 + √2) / .5).
        let mut weights = Vec::new();
        learner.weights(1, &mut weights);
        let expected = 0.5 / (1.0 + 2.0_f64.sqrt());
        assert!((weights[0] - expected).abs() < 1e-6 && (weights[1] + expected).abs() < 1e-6);
        assert_eq!(learner.squares(1), [2.0]);
        learner.weights(3, &mut weights);
        // The intercept: z = (-.5, .5), n = .5.
        assert!((weights[0] - 0.25 / (1.0 + 0.5_f64.sqrt())).abs() < 1e-6);
        learner.weights(0, &mut weights);
        assert_eq!(weights, [0.0, 0.0]);
    }

    #[test]
    fn weights_of_features_that_tell_labels_apart_move_further() {
        let mut counts = LabelCounts::new(2, vec![2]);
        for (ids, gold) in [(&[0, 1][..], 0), (&[0], 1)] {
            counts.add(ids, &[Some(gold)], 1.0);
        }
        let factors = counts.factors(once(0..2));
        let ease = [0, 1].map(|feature| Factors::ease(factors.codes(feature, 0), 0));
        assert!(ease[0] < 1.0 && ease[1] > 1.0);
        let mut learner = FtrlClassifier::new(PARAMS, vec![2], vec![2], factors);
        learner.learn(&[0, 1], &[2.0, 2.0], &[Some(0)], 1.0);
        let mut weights = Vec::new();
        // As in the step above but for the factor.
        for (feature, ease) in ease.into_iter().enumerate() {
            learner.weights(feature, &mut weights);
            let expected = f64::from(ease) * 0.5 / (1.0 + 2.0_f64.sqrt());
            assert!((weights[0] - expected).abs() < 1e-6);
        }
    }

    #[test]
    fn heads_learn_from_their_own_labels_alone() {
        let mut both = FtrlClassifier::new(PARAMS, vec![2, 3], vec![2], Factors::EVEN);
        let mut second = FtrlClassifier::new(PARAMS, vec![3], vec![2], Factors::EVEN);
        for (gold, id) in [(0, 0), (2, 1), (1, 0)] {
            both.learn(&[id], &[0.5], &[None, Some(gold)], 2.0);
            second.learn(&[id], &[0.5], &[Some(gold)], 2.0);
        }
        let (mut all, mut own) = (Vec::new(), Vec::new());
        for feature in 0..=2 {
            both.weights(feature, &mut all);
            second.weights(feature, &mut own);
            assert_eq!(all[..2], [0.0, 0.0]);
            assert_eq!(all[2..], own);
        }
    }

    #[test]
    fn features_of_little_effect_weigh_nothing() {
        let sparse = FtrlParams {
            sparsity: 0.6,
            ..PARAMS
        };
        let mut learner = FtrlClassifier::new(sparse, vec![2], vec![2], Factors::EVEN);
        for _ in 0..3 {
            learner.learn(&[0], &[1.0], &[Some(0)], 1.0);
        }
        learner.learn(&[1], &[0.1], &[Some(1)], 1.0);
        let mut weights = Vec::new();
        learner.weights(0, &mut weights);
        assert!(weights[0] > 0.0 && weights[0] == -weights[1]);
        learner.weights(1, &mut weights);
        assert_eq!(weights, [0.0, 0.0]);
    }

    #[test]
    fn what_a_model_keeps_gives_the_same_weights_again() {
        let params = FtrlParams {
            sparsity: 0.01,
            l2: 0.1,
            ..PARAMS
        };
        let golds = [0, 1, 1, 2, 0, 0];
        let mut counts = LabelCounts::new(2, vec![3]);
        for (at, gold) in golds.into_iter().enumerate() {
            counts.add(&[0, 1][..1 + at % 2], &[Some(gold)], 1.0);
        }
        let factors = counts.factors(once(0..2));
        let mut learner = FtrlClassifier::new(params, vec![3], vec![2], factors.clone());
        for gold in golds {
            learner.learn(&[0, 1], &[0.5, 0.2], &[Some(gold)], 1.0);
        }
        let mut again = FtrlClassifier::new(params, vec![3], vec![2], factors);
        let (mut weights, mut restored) = (Vec::new(), Vec::new());
        for feature in 0..=2 {
            learner.weights(feature, &mut weights);
            again.restore(feature, &weights, learner.squares(feature));
            again.weights(feature, &mut restored);
            for (a, b) in weights.iter().zip(&restored) {
                assert!((a - b).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn views_learn_apart() {
        let mut both = FtrlClassifier::new(PARAMS, vec![2], vec![2, 5], Factors::EVEN);
        let mut second = FtrlClassifier::new(PARAMS, vec![2], vec![3], Factors::EVEN);
        for gold in [0, 1, 0] {
            both.learn(&[1, 2, 4], &[0.5, 0.2, 0.3], &[Some(gold)], 1.0);
            second.learn(&[0, 2], &[0.2, 0.3], &[Some(gold)], 1.0);
        }
        let (mut all, mut own) = (Vec::new(), Vec::new());
        for (of_both, of_second) in [(2, 0), (3, 1), (4, 2), (6, 3)] {
            both.weights(of_both, &mut all);
            second.weights(of_second, &mut own);
            assert_eq!(all, own);
        }
        assert_eq!(
            [1, 2, 4, 5, 6].map(|feature| both.view(feature)),
            [0, 1, 1, 0, 1]
        );
    }

    #[test]
    fn many_labels_are_learned_too() {
        let mut learner = FtrlClassifier::new(PARAMS, vec![20], vec![20], Factors::EVEN);
        for gold in (0..20).cycle().take(200) {
            learner.learn(&[gold as u32], &[1.0], &[Some(gold)], 1.0);
        }
        let mut weights = Vec::new();
        for gold in 0..20 {
            learner.weights(gold, &mut weights);
            assert_eq!(detente_model::calibrate::argmax(&weights), gold);
        }
    }
}
