//! Weights in 16 bits, half the bytes of `f32` in a model file.

/// Weights as multiples of a step, the step being each column's largest size over 32,767.
///
/// ```text
/// w = step_k * q,   q from -32767 to 32767
/// ```
pub(super) struct QuantizedWeights {
    /// One for each column.
    pub(super) steps: Vec<f32>,
    /// Shape `(n_features, n_columns)`, row by row.
    pub(super) multiples: Vec<i16>,
}

/// The largest multiple.
const LARGEST: f64 = 32_767.0;

impl QuantizedWeights {
    /// Rounds weights of shape `(n_features, n_columns)`.
    pub(super) fn round(weights: &[f64], n_columns: usize) -> Self {
        let mut largest = vec![0.0_f64; n_columns];
        for row in weights.chunks_exact(n_columns) {
            for (l, w) in largest.iter_mut().zip(row) {
                *l = l.max(w.abs());
            }
        }
        let steps: Vec<f32> = largest.iter().map(|l| (l / LARGEST) as f32).collect();
        let multiples = weights
            .iter()
            .enumerate()
            .map(|(at, weight)| match f64::from(steps[at % n_columns]) {
                0.0 => 0,
                step => (weight / step).round().clamp(-LARGEST, LARGEST) as i16,
            })
            .collect();
        Self { steps, multiples }
    }

    /// Finds steps and multiples of weights that are already rounded; expanding them gives the same
    /// weights.
    pub(super) fn of_rounded(weights: &[f32], n_columns: usize) -> Self {
        let exact: Vec<f64> = weights.iter().map(|w| f64::from(*w)).collect();
        Self::round(&exact, n_columns)
    }

    /// The weights.
    pub(super) fn expand(&self) -> Vec<f32> {
        let n_columns = self.steps.len();
        let weights = self.multiples.iter().enumerate();
        weights
            .map(|(at, multiple)| f32::from(*multiple) * self.steps[at % n_columns])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rounding_what_is_rounded_changes_nothing(
            weights in prop::collection::vec(-20.0_f64..20.0, 12),
            scale in -6_i32..3,
        ) {
            let weights: Vec<f64> = weights.iter().map(|w| w * 10.0_f64.powi(scale)).collect();
            let once = QuantizedWeights::round(&weights, 3).expand();
            let twice = QuantizedWeights::of_rounded(&once, 3).expand();
            prop_assert_eq!(&once, &twice);
            for (at, (rounded, exact)) in once.iter().zip(&weights).enumerate() {
                let column = weights.iter().skip(at % 3).step_by(3);
                let largest = column.fold(0.0_f64, |l, w| l.max(w.abs()));
                prop_assert!((f64::from(*rounded) - exact).abs() <= largest / LARGEST);
            }
        }
    }
}
