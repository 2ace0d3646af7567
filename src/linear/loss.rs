//! What a wrong margin costs, row by row: the loss, its slope and its curvature.

/// What is summed over rows and minimised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
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

    /// The loss of one row. The margins become what [`slope`](Self::slope) and
    /// [`curve`](Self::curve) need: the probabilities, or by how much each margin falls short of 1.
    pub(super) fn settle(self, margins: &mut [f64], gold: usize) -> f64 {
        match self {
            Self::Logistic => {
                let largest = margins.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let gold_margin = margins[gold] - largest;
                let sum: f64 = margins.iter().map(|m| (m - largest).exp()).sum();
                softmax(margins);
                sum.ln() - gold_margin
            }
            Self::SquaredHinge => {
                let mut loss = 0.0;
                for (label, margin) in margins.iter_mut().enumerate() {
                    let toward = if label == gold { *margin } else { -*margin };
                    *margin = (1.0 - toward).max(0.0);
                    loss += *margin * *margin;
                }
                loss
            }
        }
    }

    /// Turns what [`settle`](Self::settle) left into the derivatives by the margins.
    pub(super) fn slope(self, settled: &mut [f64], gold: usize) {
        match self {
            Self::Logistic => settled[gold] -= 1.0,
            Self::SquaredHinge => {
                for (label, short) in settled.iter_mut().enumerate() {
                    *short *= if label == gold { -2.0 } else { 2.0 };
                }
            }
        }
    }

    /// Turns a change of the margins into the change of the derivatives, times the row's weight.
    pub(super) fn curve(self, settled: &[f64], change: &mut [f64], weight: f64) {
        match self {
            Self::Logistic => {
                let mean: f64 = settled.iter().zip(&*change).map(|(p, z)| p * z).sum();
                for (z, p) in change.iter_mut().zip(settled) {
                    *z = weight * p * (*z - mean);
                }
            }
            Self::SquaredHinge => {
                for (z, short) in change.iter_mut().zip(settled) {
                    *z *= weight * self.bend(*short);
                }
            }
        }
    }

    /// The second derivative by one margin, from what [`settle`](Self::settle) left of it.
    pub(super) fn bend(self, settled: f64) -> f64 {
        match self {
            Self::Logistic => settled * (1.0 - settled),
            Self::SquaredHinge if settled > 0.0 => 2.0,
            Self::SquaredHinge => 0.0,
        }
    }
}

/// Probabilities from margins, in place: `exp(m_k) / sum_j exp(m_j)`, computed from the largest.
pub fn softmax(margins: &mut [f64]) {
    let largest = margins.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for margin in margins.iter_mut() {
        *margin = (*margin - largest).exp();
        sum += *margin;
    }
    for margin in margins.iter_mut() {
        *margin /= sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softmax_survives_large_margins() {
        let mut margins = [1000.0, 999.0, -1000.0];
        softmax(&mut margins);
        // 1 / (1 + e^-1) = 0.731059
        assert!((margins[0] - 0.731_059).abs() < 1e-6);
        assert_eq!(margins[2], 0.0);
    }
}
