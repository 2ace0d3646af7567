//! What a wrong margin costs, row by row: the loss, its gradient and its curvature.

use detente_model::calibrate::softmax_from;

/// What is summed over rows and minimised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// `-ln softmax(m)[gold]`: multinomial logistic regression.
    Logistic,
    /// `sum_k max(0, 1 - y_k m_k)^2` with `y_k` 1 for the row's label and -1 for any other: one
    /// support vector machine a label, each against the rest. Twice differentiable but where a
    /// margin is exactly 1; there, as on the far side, the curvature is taken as 0.
    ///
    /// # References
    /// Keerthi and DeCoste 2005, A modified finite Newton method for fast solution of large scale
    /// linear SVMs, section 2; Hsia, Chiang and Lin 2018, Preconditioned conjugate gradient methods
    /// in truncated Newton frameworks for large-scale linear classification, section 2.
    SquaredHinge,
}

impl Loss {
    /// Every loss.
    #[cfg(test)]
    pub(super) const ALL: [Self; 2] = [Self::Logistic, Self::SquaredHinge];

    /// The loss of one row. The margins become what [`gradient`](Self::gradient) and
    /// [`hessian_product`](Self::hessian_product) need: the probabilities, or by how much each margin falls short of 1.
    ///
    /// A single margin is that of label 1 where there are two labels, the other's being its mirror
    /// image: with logistic regression the difference of the two, with the hinge itself.
    pub(crate) fn evaluate(self, margins: &mut [f64], gold: usize) -> f64 {
        match (self, margins) {
            (Self::Logistic, [difference]) => {
                let toward = if gold == 1 { *difference } else { -*difference };
                let small = (-difference.abs()).exp();
                *difference = if *difference >= 0.0 { 1.0 } else { small } / (1.0 + small);
                small.ln_1p() - toward.min(0.0)
            }
            (Self::Logistic, margins) => {
                let largest = margins.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let gold_margin = margins[gold] - largest;
                let sum = softmax_from(margins, largest);
                sum.ln() - gold_margin
            }
            (Self::SquaredHinge, margins) => {
                let n_margins = margins.len();
                let mut loss = 0.0;
                for (label, margin) in margins.iter_mut().enumerate() {
                    let toward = if is_own(label, gold, n_margins) {
                        *margin
                    } else {
                        -*margin
                    };
                    *margin = (1.0 - toward).max(0.0);
                    loss += *margin * *margin;
                }
                loss
            }
        }
    }

    /// Turns what [`evaluate`](Self::evaluate) left into the derivatives by the margins.
    pub(crate) fn gradient(self, evaluated: &mut [f64], gold: usize) {
        match (self, evaluated) {
            (Self::Logistic, [probability]) => *probability -= gold as f64,
            (Self::Logistic, evaluated) => evaluated[gold] -= 1.0,
            (Self::SquaredHinge, evaluated) => {
                let n_margins = evaluated.len();
                for (label, short) in evaluated.iter_mut().enumerate() {
                    *short *= if is_own(label, gold, n_margins) {
                        -2.0
                    } else {
                        2.0
                    };
                }
            }
        }
    }

    /// Turns a change of the margins into the change of the derivatives, times the row's weight.
    pub(crate) fn hessian_product(self, evaluated: &[f64], change: &mut [f64], weight: f64) {
        match self {
            Self::Logistic => {
                let mean: f64 = evaluated.iter().zip(&*change).map(|(p, z)| p * z).sum();
                for (z, p) in change.iter_mut().zip(evaluated) {
                    *z = weight * p * (*z - mean);
                }
            }
            Self::SquaredHinge => {
                for (z, short) in change.iter_mut().zip(evaluated) {
                    *z *= weight * self.second_derivative(*short);
                }
            }
        }
    }

    /// The second derivative by one margin, from what [`evaluate`](Self::evaluate) left of it.
    pub(super) fn second_derivative(self, evaluated: f64) -> f64 {
        match self {
            Self::Logistic => evaluated * (1.0 - evaluated),
            Self::SquaredHinge if evaluated > 0.0 => 2.0,
            Self::SquaredHinge => 0.0,
        }
    }

    /// Whether a row has no second derivative, so that it can be passed over.
    pub(super) fn is_flat(self, evaluated: &[f64]) -> bool {
        match self {
            Self::Logistic => false,
            Self::SquaredHinge => evaluated.iter().all(|short| *short == 0.0),
        }
    }

    /// The parameters of two labels, from those of the single margin that stands for both.
    ///
    /// With logistic regression only the difference of two weights reaches the loss, and of all that
    /// have this difference the penalty takes those that sum to 0. With the hinge each label has a
    /// problem of its own, and the two are the same but for the sign.
    pub(crate) fn mirrored(self, parameter: f64) -> [f64; 2] {
        match self {
            Self::Logistic => [-0.5 * parameter, 0.5 * parameter],
            Self::SquaredHinge => [-parameter, parameter],
        }
    }

    /// The single parameter that [`mirrored`](Self::mirrored) makes two of.
    pub(super) fn unmirrored(self, [first, second]: [f64; 2]) -> f64 {
        match self {
            Self::Logistic => second - first,
            Self::SquaredHinge => second,
        }
    }

    /// The strength of the penalty on the weights of columns, of that on the weights of all labels.
    pub(crate) fn l2_of_columns(self, l2: f64, n_columns: usize) -> f64 {
        match n_columns {
            1 => l2 * self.mirrored_penalty(),
            _ => l2,
        }
    }

    /// By what a penalty on both labels' weights is multiplied to be one on the single weight `w`:
    /// `(w/2)^2 + (w/2)^2 = w^2 / 2`. The hinge counts the loss once, and so the penalty.
    fn mirrored_penalty(self) -> f64 {
        match self {
            Self::Logistic => 0.5,
            Self::SquaredHinge => 1.0,
        }
    }
}

/// A column of parameters for each label, but for two labels a single one: at the optimum the other's is its mirror
/// image, see [`Loss::mirrored`].
pub(crate) fn n_columns(n_labels: usize) -> usize {
    if n_labels == 2 { 1 } else { n_labels }
}

/// Whether a margin is that of the row's label.
fn is_own(label: usize, gold: usize, n_margins: usize) -> bool {
    match n_margins {
        1 => gold == 1,
        _ => label == gold,
    }
}
