//! Weights in 16 bits: half the memory to walk and half the size of a model file.

/// Weights as multiples of a step, the step being each column's largest size over 32,767.
///
/// ```text
/// w = step_k * q,   q from -32767 to 32767
/// ```
#[derive(Clone, Debug)]
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

    /// The multiples of a feature, one for each column.
    pub(super) fn row(&self, feature: usize) -> &[i16] {
        let n_columns = self.steps.len();
        &self.multiples[feature * n_columns..(feature + 1) * n_columns]
    }

    /// One weight.
    pub(super) fn weight(&self, feature: usize, column: usize) -> f64 {
        f64::from(self.row(feature)[column]) * f64::from(self.steps[column])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rounding_moves_a_weight_by_half_a_step_at_most(
            weights in prop::collection::vec(-20.0_f64..20.0, 12),
            scale in -6_i32..3,
        ) {
            let weights: Vec<f64> = weights.iter().map(|w| w * 10.0_f64.powi(scale)).collect();
            let rounded = QuantizedWeights::round(&weights, 3);
            for (at, exact) in weights.iter().enumerate() {
                let step = f64::from(rounded.steps[at % 3]);
                let error = (rounded.weight(at / 3, at % 3) - exact).abs();
                // The step itself is rounded to 32 bits, which moves the largest weight a little.
                prop_assert!(error <= step * 0.51);
            }
        }
    }
}
