//! Weights in 16 bits: half the memory to walk and half the size of a model file.

use crate::features::SparseRow;

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

    /// The margins of a row without the intercepts, one for each column.
    ///
    /// ```text
    /// m_k = step_k * sum_i value_i q_ik
    /// ```
    ///
    /// The sum goes in the order of the row, in 64 bits. A product has 24 + 15 bits, so that it is
    /// exact.
    pub(super) fn margins(&self, row: &SparseRow, margins: &mut Vec<f64>) {
        margins.clear();
        // A number of columns that is known beforehand lets all sums stay in registers.
        match self.steps.len() {
            2 => self.add_up::<2>(row, margins),
            3 => self.add_up::<3>(row, margins),
            4 => self.add_up::<4>(row, margins),
            5 => self.add_up::<5>(row, margins),
            6 => self.add_up::<6>(row, margins),
            8 => self.add_up::<8>(row, margins),
            9 => self.add_up::<9>(row, margins),
            12 => self.add_up::<12>(row, margins),
            n_columns => {
                margins.resize(n_columns, 0.0);
                for (id, value) in row.ids.iter().zip(&row.values) {
                    let multiples = self.row(*id as usize).iter();
                    for (sum, multiple) in margins.iter_mut().zip(multiples) {
                        *sum += f64::from(*value) * f64::from(*multiple);
                    }
                }
            }
        }
        for (margin, step) in margins.iter_mut().zip(&self.steps) {
            *margin *= f64::from(*step);
        }
    }

    fn add_up<const N: usize>(&self, row: &SparseRow, sums: &mut Vec<f64>) {
        let (features, _) = self.multiples.as_chunks::<N>();
        let mut in_registers = [0.0; N];
        for (id, value) in row.ids.iter().zip(&row.values) {
            let value = f64::from(*value);
            for (sum, multiple) in in_registers.iter_mut().zip(&features[*id as usize]) {
                *sum += value * f64::from(*multiple);
            }
        }
        sums.extend_from_slice(&in_registers);
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
        fn margins_are_sums_of_values_times_weights(
            n_columns in 1_usize..15,
            row in prop::collection::vec((0_u32..20, -1.0_f32..1.0), 0..30),
        ) {
            let weights: Vec<f64> = (0..20 * n_columns).map(|at| (at as f64 * 0.7).sin()).collect();
            let weights = QuantizedWeights::round(&weights, n_columns);
            let (ids, values) = row.iter().copied().unzip();
            let mut margins = Vec::new();
            weights.margins(&SparseRow { ids, values }, &mut margins);
            prop_assert_eq!(margins.len(), n_columns);
            for (column, margin) in margins.iter().enumerate() {
                let parts = row.iter().map(|(id, value)| {
                    f64::from(*value) * weights.weight(*id as usize, column)
                });
                prop_assert!((margin - parts.sum::<f64>()).abs() < 1e-9);
            }
        }

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
