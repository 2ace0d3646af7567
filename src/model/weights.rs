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
    /// Whether each row is one of 8-bit numbers times a power of two, which takes half the bytes.
    pub(super) is_narrow: bool,
}

/// The largest multiple.
const LARGEST: f64 = 32_767.0;
/// The largest multiple of a narrow row.
const LARGEST_NARROW: i16 = 127;
/// The highest power of two by which a narrow row is multiplied: 127 << 8 is 32,512.
const MOST_SHIFTED: u8 = 8;

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
            .map(|(at, weight)| multiple(*weight, steps[at % n_columns]))
            .collect();
        Self {
            steps,
            multiples,
            is_narrow: false,
        }
    }

    /// Rounds weights of shape `(n_features, n_columns)` that are made feature by feature, and leaves
    /// features out whose weights all become 0, unless `is_wanted`. Gives the features that are left too.
    pub(super) fn round_used(
        n_features: usize,
        n_columns: usize,
        row_of: impl Fn(usize, &mut Vec<f64>),
        is_wanted: impl Fn(usize) -> bool,
    ) -> (Self, Vec<u32>) {
        let mut row = Vec::new();
        let mut largest = vec![0.0_f64; n_columns];
        for feature in 0..n_features {
            row_of(feature, &mut row);
            for (l, w) in largest.iter_mut().zip(&row) {
                *l = l.max(w.abs());
            }
        }
        let steps: Vec<f32> = largest.iter().map(|l| (l / LARGEST) as f32).collect();
        let (mut multiples, mut used) = (Vec::new(), Vec::new());
        for feature in 0..n_features {
            row_of(feature, &mut row);
            let start = multiples.len();
            let rounded = row.iter().zip(&steps);
            multiples.extend(rounded.map(|(weight, step)| multiple(*weight, *step)));
            if is_wanted(feature) || multiples[start..].iter().any(|multiple| *multiple != 0) {
                used.push(feature as u32);
            } else {
                multiples.truncate(start);
            }
        }
        let weights = Self {
            steps,
            multiples,
            is_narrow: false,
        };
        (weights, used)
    }

    /// The weights in 8 bits, with a power of two for each feature, since weights of n-grams and of the
    /// lexicon differ a hundredfold.
    ///
    /// ```text
    /// w_k = step_k * q_k * 2^s,   q from -127 to 127,  s from 0 to 8
    /// ```
    ///
    /// `s` is the least for which the largest `q` of the feature has a place.
    pub(super) fn narrowed(mut self) -> Self {
        for row in self.multiples.chunks_exact_mut(self.steps.len()) {
            let shift = shift_of(row);
            let unit = f64::from(1_u16 << shift);
            for multiple in row {
                let rounded = (f64::from(*multiple) / unit).round() as i16;
                *multiple = rounded.clamp(-LARGEST_NARROW, LARGEST_NARROW) << shift;
            }
        }
        self.is_narrow = true;
        self
    }

    /// Narrow weights as a file has them: a byte for each weight, then one for each feature's power.
    pub(super) fn to_narrow_bytes(&self) -> Vec<u8> {
        let rows = self.multiples.chunks_exact(self.steps.len());
        let shifts: Vec<u8> = rows.clone().map(shift_of).collect();
        let mut bytes = Vec::with_capacity(self.multiples.len() + shifts.len());
        for (row, shift) in rows.zip(&shifts) {
            bytes.extend(row.iter().map(|multiple| (multiple >> shift) as i8 as u8));
        }
        bytes.extend(shifts);
        bytes
    }

    /// Reads what [`to_narrow_bytes`](Self::to_narrow_bytes) wrote; `None` if it is not that.
    pub(super) fn from_narrow_bytes(steps: Vec<f32>, bytes: &[u8]) -> Option<Self> {
        let n_columns = steps.len();
        let n_features = bytes.len() / (n_columns + 1);
        if bytes.len() != n_features * (n_columns + 1) || n_columns == 0 {
            return None;
        }
        let (weights, shifts) = bytes.split_at(n_features * n_columns);
        let mut multiples = Vec::with_capacity(weights.len());
        for (row, shift) in weights.chunks_exact(n_columns).zip(shifts) {
            if *shift > MOST_SHIFTED || row.contains(&0x80) {
                return None;
            }
            multiples.extend(row.iter().map(|byte| i16::from(*byte as i8) << shift));
        }
        Some(Self {
            steps,
            multiples,
            is_narrow: true,
        })
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

/// The whole number of steps that is nearest to a weight.
fn multiple(weight: f64, step: f32) -> i16 {
    match f64::from(step) {
        0.0 => 0,
        step => (weight / step).round().clamp(-LARGEST, LARGEST) as i16,
    }
}

/// The least power of two over which the largest number of a row is below 128.
fn shift_of(row: &[i16]) -> u8 {
    let largest = row.iter().map(|multiple| multiple.unsigned_abs()).max();
    let n_bits = 16 - largest.unwrap_or(0).leading_zeros() as u8;
    n_bits.saturating_sub(7)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn narrow_weights_are_near_and_the_same_after_a_file(
            rows in prop::collection::vec(([-32_767_i16..=32_767, -32_767..=32_767], 0..9), 0..20),
        ) {
            let multiples = rows.iter().flat_map(|(row, shift)| row.map(|q| q >> shift));
            let wide = QuantizedWeights {
                steps: vec![0.5, 2.0],
                multiples: multiples.collect(),
                is_narrow: false,
            };
            let narrow = wide.clone().narrowed();
            let bytes = narrow.to_narrow_bytes();
            prop_assert_eq!(bytes.len(), 3 * rows.len());
            let read = QuantizedWeights::from_narrow_bytes(wide.steps.clone(), &bytes).unwrap();
            prop_assert_eq!(&read.multiples, &narrow.multiples);
            prop_assert_eq!(&narrow.clone().narrowed().multiples, &narrow.multiples);
            let rows = wide.multiples.chunks_exact(2).zip(narrow.multiples.chunks_exact(2));
            for (wide, narrow) in rows {
                let largest = f64::from(wide[0].unsigned_abs().max(wide[1].unsigned_abs()));
                for (wide, narrow) in wide.iter().zip(narrow) {
                    // Half a unit, or a whole one where the largest is cut to 127.
                    let error = (f64::from(*wide) - f64::from(*narrow)).abs();
                    prop_assert!(error <= largest / 64.0, "{wide} {narrow}");
                }
            }
        }

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
