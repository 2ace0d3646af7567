//! Truncated Newton with conjugate gradients and a diagonal preconditioner.

use super::objective::Objective;
use std::borrow::Cow;

/// When the search for the optimum ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SolverParams {
    /// Ends when the gradient's norm falls below this share of its norm at all-zero parameters.
    pub(super) tolerance: f64,
    /// Ends after so many Newton steps in any case.
    pub(super) max_steps: usize,
}

/// Minimises the objective from `parameters`, in place.
///
/// Each Newton step solves `H d = -g` by preconditioned conjugate gradients until the residual is
/// below `min(0.1, sqrt(|g| / |g_0|))` of `|g|`, or below two fifths of the norm that ends the search, then
/// backtracks until Armijo's condition holds.
///
/// The preconditioner is the Hessian's diagonal to the power 3/4. The diagonal itself makes the steps of rare
/// features as easy as those of common ones, but the search ends by the plain norm of the residual, which the
/// common ones decide: on 120,000 sentences with 186,000 features it took 57 products with the Hessian, its square
/// root 29, none 51. The power 3/4 takes an eighth less time than the square root on 294,192 pieces of sentences.
///
/// # References
/// Nocedal and Wright 2006, Numerical Optimization, Algorithm 7.1; Hsia, Chiang and Lin 2018,
/// Preconditioned conjugate gradient methods in truncated Newton frameworks for large-scale linear
/// classification, section 4.
pub(super) fn minimise(objective: &Objective, parameters: &mut [f64], params: &SolverParams) {
    let n = objective.n_parameters();
    let is_zero = parameters.iter().all(|parameter| *parameter == 0.0);
    let mut point = objective.evaluate(&vec![0.0; n]);
    let first_norm = norm(&point.gradient);
    if first_norm == 0.0 {
        return;
    }
    if !is_zero {
        point = objective.evaluate(parameters);
    }
    for _ in 0..params.max_steps {
        let gradient_norm = norm(&point.gradient);
        if gradient_norm <= params.tolerance * first_norm {
            return;
        }
        let conditioner = conditioner(&point.diagonal);
        let direction = conjugate_gradients(
            |v, out| objective.hessian_times(&point, v, out),
            &point.gradient,
            &conditioner,
            forcing(gradient_norm, first_norm, params.tolerance),
        );
        let derivative = dot(&point.gradient, &direction);
        let mut step = 1.0;
        let mut moved = vec![0.0; n];
        let next = loop {
            for (m, (p, d)) in moved.iter_mut().zip(parameters.iter().zip(&direction)) {
                *m = p + step * d;
            }
            let next = objective.evaluate(&moved);
            if next.value <= point.value + 1e-4 * step * derivative {
                break next;
            }
            step *= 0.5;
            // Rounding leaves nothing to gain along this direction: the optimum is reached.
            if step < 1e-10 {
                return;
            }
        };
        parameters.copy_from_slice(&moved);
        point = next;
    }
}

/// Solves `A d = -g` approximately, `A` symmetric and positive definite.
fn conjugate_gradients(
    mut times: impl FnMut(&[f64], &mut [f64]),
    gradient: &[f64],
    diagonal: &[f64],
    forcing: f64,
) -> Vec<f64> {
    let mut solved = ConjugateGradients::new(gradient, diagonal, forcing);
    let mut product = vec![0.0; gradient.len()];
    loop {
        times(solved.search(), &mut product);
        if solved.is_done_by(&product) {
            return solved.into_direction();
        }
    }
}

/// Products after which conjugate gradients end in any case.
const MOST_PRODUCTS: usize = 250;

/// Conjugate gradients on their way to `A d = -g`, product by product: who multiplies may be elsewhere.
pub(crate) struct ConjugateGradients<'a> {
    direction: Vec<f64>,
    residual: Vec<f64>,
    conditioned: Vec<f64>,
    search: Vec<f64>,
    diagonal: Cow<'a, [f64]>,
    energy: f64,
    target: f64,
    n_products: usize,
}

impl<'a> ConjugateGradients<'a> {
    /// Until the residual's norm is below `forcing` of the gradient's, conditioned by a diagonal.
    pub(crate) fn new(gradient: &[f64], diagonal: impl Into<Cow<'a, [f64]>>, forcing: f64) -> Self {
        let diagonal = diagonal.into();
        let residual: Vec<f64> = gradient.iter().map(|g| -g).collect();
        let conditioned = residual.iter().zip(&*diagonal).map(|(r, d)| r / d);
        let conditioned: Vec<f64> = conditioned.collect();
        Self {
            direction: vec![0.0; gradient.len()],
            search: conditioned.clone(),
            energy: dot(&residual, &conditioned),
            target: forcing * norm(gradient),
            residual,
            conditioned,
            diagonal,
            n_products: 0,
        }
    }

    /// What has to be multiplied by `A` next.
    pub(crate) fn search(&self) -> &[f64] {
        &self.search
    }

    /// Goes on with that product; whether this was the last one.
    pub(crate) fn is_done_by(&mut self, product: &[f64]) -> bool {
        let curvature = dot(&self.search, product);
        if curvature <= 0.0 {
            return true;
        }
        let step = self.energy / curvature;
        for (sum, search) in self.direction.iter_mut().zip(&self.search) {
            *sum += step * search;
        }
        for (residual, product) in self.residual.iter_mut().zip(product) {
            *residual -= step * product;
        }
        self.n_products += 1;
        if norm(&self.residual) <= self.target || self.n_products == MOST_PRODUCTS {
            return true;
        }
        let residuals = self.residual.iter().zip(&*self.diagonal);
        for (conditioned, (residual, d)) in self.conditioned.iter_mut().zip(residuals) {
            *conditioned = residual / d;
        }
        let next_energy = dot(&self.residual, &self.conditioned);
        let ratio = next_energy / self.energy;
        self.energy = next_energy;
        for (search, conditioned) in self.search.iter_mut().zip(&self.conditioned) {
            *search = conditioned + ratio * *search;
        }
        false
    }

    /// What solves the system.
    pub(crate) fn into_direction(self) -> Vec<f64> {
        self.direction
    }
}

/// How far conjugate gradients go: no closer than this share of the gradient, by its norm and that of the first one.
/// A residual far below what ends the search would be paid for and not used.
pub(crate) fn forcing(gradient_norm: f64, first_norm: f64, tolerance: f64) -> f64 {
    let enough = 0.4 * tolerance * first_norm / gradient_norm;
    let by_norm = (gradient_norm / first_norm).sqrt().min(0.25);
    by_norm.max(enough).min(0.5)
}

/// What conjugate gradients are conditioned by: the Hessian's diagonal to the power 3/4.
pub(crate) fn conditioner(diagonal: &[f64]) -> Vec<f64> {
    let diagonal = diagonal.iter();
    diagonal.map(|d| d.sqrt() * d.sqrt().sqrt()).collect()
}

/// Sums eight products side by side, since one sum would wait for itself.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a_lanes, a_rest) = a.as_chunks::<8>();
    let (b_lanes, b_rest) = b.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for (a, b) in a_lanes.iter().zip(b_lanes) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    let rest = a_rest.iter().zip(b_rest).map(|(a, b)| a * b);
    sums.iter().sum::<f64>() + rest.sum::<f64>()
}

/// The length of a vector.
pub(crate) fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conjugate_gradients_solve_a_small_system() {
        // [[4, 1], [1, 3]] d = [1, 2] has the solution [1/11, 7/11].
        let direction = conjugate_gradients(
            |v, out| {
                out[0] = 4.0 * v[0] + v[1];
                out[1] = v[0] + 3.0 * v[1];
            },
            &[-1.0, -2.0],
            &[4.0, 3.0],
            1e-12,
        );
        assert!((direction[0] - 1.0 / 11.0).abs() < 1e-12);
        assert!((direction[1] - 7.0 / 11.0).abs() < 1e-12);
    }
}
