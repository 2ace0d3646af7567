//! The search for the optimum of one head, of which others go over the rows.

use super::exact_sum::{exponent, power};
use crate::linear::{ConjugateGradients, Loss, conditioner, dot, forcing, norm};

/// What is known of a head before the first pass.
pub(super) struct Terrain {
    pub(super) n_columns: usize,
    /// How strongly each weight is held next to others; `None` where all are alike.
    pub(super) factors: Option<Vec<f32>>,
    /// About the diagonal of the Hessian without the penalty, intercepts last: that of labels in their shares.
    pub(super) curvature: Vec<f64>,
    /// The largest weight of a row, and those of all rows together, those held out included: bounds of the sums.
    pub(super) largest_weight: f64,
    pub(super) total_weight: f64,
    /// The largest value, and the largest length of a row, its intercept included.
    pub(super) largest_value: f64,
    pub(super) longest_row: f64,
    /// When the search ends, as in [`HeadParams`](crate::linear::HeadParams).
    pub(super) tolerance: f64,
    pub(super) max_steps: usize,
}

/// Newton steps on their way, each solved by conjugate gradients as on one machine; see the solver of
/// [`linear`](crate::linear).
///
/// Parameters are numbers of 32 bits, so that executors have just those of the driver; sums are of 64.
///
/// # References
/// Zhuang, Chin, Juan and Lin 2015, Distributed Newton Methods for Regularized Logistic Regression, sections 2 and 3.
pub(super) struct Descent {
    terrain: Terrain,
    l2: f64,
    parameters: Vec<f32>,
    /// Loss and gradient at the parameters, without the penalty.
    loss: f64,
    gradient: Vec<f64>,
    first_norm: f64,
    n_steps: usize,
    stage: Stage,
}

enum Stage {
    /// Nothing is known yet of these rows.
    Begun,
    Multiplying(Box<ConjugateGradients<'static>>),
    Trying(Step),
    Settled,
}

struct Step {
    direction: Vec<f64>,
    length: f64,
    /// The derivative of the objective along the direction.
    derivative: f64,
    moved: Vec<f32>,
}

/// What a descent wants to know of all rows.
pub(super) enum Wanted<'a> {
    /// Loss and gradient at these parameters, sums with so many bits after the point.
    Gradient(&'a [f32], i32),
    /// The Hessian at these parameters times a direction.
    Product(&'a [f32], Vec<f32>, i32),
}

impl Descent {
    /// Begins where all parameters are 0, with a penalty on the weights of all labels together.
    pub(super) fn new(terrain: Terrain, l2: f64) -> Self {
        let n_parameters = terrain.curvature.len();
        let mut descent = Self {
            terrain,
            l2: 0.0,
            parameters: vec![0.0; n_parameters],
            loss: 0.0,
            gradient: Vec::new(),
            first_norm: 0.0,
            n_steps: 0,
            stage: Stage::Begun,
        };
        descent.set_l2(l2);
        descent
    }

    fn set_l2(&mut self, l2: f64) {
        self.l2 = Loss::Logistic.l2_of_columns(l2, self.terrain.n_columns);
    }

    /// Goes on from the optimum to that of another strength.
    pub(super) fn go_on(&mut self, l2: f64) {
        self.set_l2(l2);
        self.n_steps = 0;
        self.turn();
    }

    /// Goes on from parameters to the optimum on other rows, whose loss and gradient are not known yet.
    pub(super) fn go_on_elsewhere(&mut self, parameters: Vec<f32>, l2: f64) {
        self.set_l2(l2);
        self.parameters = parameters;
        self.n_steps = 0;
        self.stage = Stage::Begun;
    }

    /// The optimum; `None` until it is reached.
    pub(super) fn optimum(&self) -> Option<&[f32]> {
        matches!(self.stage, Stage::Settled).then_some(&self.parameters[..])
    }

    /// How many sums it waits for; `None` at the optimum.
    pub(super) fn n_wanted(&self) -> Option<usize> {
        (!matches!(self.stage, Stage::Settled)).then_some(self.parameters.len())
    }

    /// What has to be known next; `None` at the optimum.
    pub(super) fn wanted(&self) -> Option<Wanted<'_>> {
        match &self.stage {
            Stage::Begun => Some(Wanted::Gradient(&self.parameters, self.gradient_exponent())),
            Stage::Trying(step) => Some(Wanted::Gradient(&step.moved, self.gradient_exponent())),
            Stage::Multiplying(solved) => {
                let direction: Vec<f32> = solved.search().iter().map(|v| *v as f32).collect();
                let exponent = self.product_exponent(solved);
                Some(Wanted::Product(&self.parameters, direction, exponent))
            }
            Stage::Settled => None,
        }
    }

    fn gradient_exponent(&self) -> i32 {
        let value = self.terrain.largest_value.max(1.0);
        let Terrain {
            largest_weight,
            total_weight,
            ..
        } = self.terrain;
        exponent(largest_weight * value, total_weight * value)
    }

    /// No change of a margin is above the length of the row times that of the direction.
    fn product_exponent(&self, solved: &ConjugateGradients) -> i32 {
        let value = self.terrain.largest_value.max(1.0);
        let change = self.terrain.longest_row * norm(solved.search()) * value * 1.001;
        exponent(
            self.terrain.largest_weight * change,
            self.terrain.total_weight * change,
        )
    }

    /// Goes on by what all rows said.
    pub(super) fn told(&mut self, loss: f64, sums: &[i64]) {
        let n_bits = match &self.stage {
            Stage::Multiplying(solved) => self.product_exponent(solved),
            _ => self.gradient_exponent(),
        };
        let sums = sums.iter().map(|sum| *sum as f64 / power(n_bits));
        match std::mem::replace(&mut self.stage, Stage::Settled) {
            Stage::Begun => {
                self.loss = loss;
                self.gradient = sums.collect();
                if self.first_norm == 0.0 {
                    self.first_norm = norm(&self.gradient);
                }
                self.turn();
            }
            Stage::Multiplying(mut solved) => {
                let mut product: Vec<f64> = sums.collect();
                self.add_penalty(&mut product, |at| solved.search()[at]);
                self.stage = match solved.is_done_by(&product) {
                    true => self.step(solved.into_direction()),
                    false => Stage::Multiplying(solved),
                };
            }
            Stage::Trying(step) => {
                let value = loss + self.penalty(&step.moved);
                let before = self.loss + self.penalty(&self.parameters);
                if value <= before + 1e-4 * step.length * step.derivative {
                    self.parameters = step.moved;
                    self.loss = loss;
                    self.gradient = sums.collect();
                    self.n_steps += 1;
                    self.turn();
                } else if step.length > 1e-6 {
                    let length = 0.5 * step.length;
                    let moved = self.moved(&step.direction, length);
                    self.stage = Stage::Trying(Step {
                        length,
                        moved,
                        ..step
                    });
                }
                // Otherwise rounding leaves nothing to gain along this direction: the optimum is reached.
            }
            Stage::Settled => (),
        }
    }

    /// Looks for the next direction, if the gradient is not short enough yet.
    fn turn(&mut self) {
        let mut gradient = self.gradient.clone();
        self.add_penalty(&mut gradient, |at| f64::from(self.parameters[at]));
        let length = norm(&gradient);
        let Terrain {
            tolerance,
            max_steps,
            ..
        } = self.terrain;
        self.stage = match length <= tolerance * self.first_norm || self.n_steps == max_steps {
            true => Stage::Settled,
            false => {
                let mut diagonal = self.terrain.curvature.clone();
                self.add_penalty(&mut diagonal, |_| 1.0);
                diagonal.iter_mut().for_each(|d| *d = d.max(1e-12));
                let forcing = forcing(length, self.first_norm, tolerance);
                let solved = ConjugateGradients::new(&gradient, conditioner(&diagonal), forcing);
                Stage::Multiplying(Box::new(solved))
            }
        };
    }

    fn step(&self, direction: Vec<f64>) -> Stage {
        let mut gradient = self.gradient.clone();
        self.add_penalty(&mut gradient, |at| f64::from(self.parameters[at]));
        Stage::Trying(Step {
            length: 1.0,
            derivative: dot(&gradient, &direction),
            moved: self.moved(&direction, 1.0),
            direction,
        })
    }

    fn moved(&self, direction: &[f64], length: f64) -> Vec<f32> {
        let parameters = self.parameters.iter().zip(direction);
        let moved = parameters.map(|(p, d)| (f64::from(*p) + length * d) as f32);
        moved.collect()
    }

    fn n_penalised(&self) -> usize {
        self.terrain.curvature.len() - self.terrain.n_columns
    }

    fn factor(&self, at: usize) -> f64 {
        let factors = self.terrain.factors.as_ref();
        factors.map_or(1.0, |factors| f64::from(factors[at]))
    }

    /// Adds the derivative of the penalty along a vector, which intercepts have no part in.
    fn add_penalty(&self, sums: &mut [f64], along: impl Fn(usize) -> f64) {
        for (at, sum) in sums[..self.n_penalised()].iter_mut().enumerate() {
            *sum += self.l2 * self.factor(at) * along(at);
        }
    }

    fn penalty(&self, parameters: &[f32]) -> f64 {
        let weights = parameters[..self.n_penalised()].iter().enumerate();
        let squares = weights.map(|(at, w)| self.factor(at) * f64::from(*w).powi(2));
        0.5 * self.l2 * squares.sum::<f64>()
    }
}
