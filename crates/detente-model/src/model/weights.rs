//! Weights in 16 or 8 bits: less memory to read and a smaller model file.

use crate::features::{Numbers, SparseRow};
use bytes::Bytes;

/// Weights as multiples of a step, the step being each column's largest size over 32,767.
///
/// ```text
/// w = step_k * q,   q from -32767 to 32767
/// ```
///
/// They stay in the bytes of their model file and are unpacked where a row needs them: unpacking all took a
/// tenth of the time in which a short article was scored, and twice the memory.
#[derive(Clone, Debug)]
pub(super) struct QuantizedWeights {
    /// One for each column.
    pub(super) steps: Vec<f32>,
    multiples: Multiples,
}

/// Multiples of shape `(n_features, n_columns)`, row by row.
#[derive(Clone, Debug)]
enum Multiples {
    Wide(Numbers<i16, 2>),
    /// Rows of 8-bit numbers, then for each of them the power of two that it is multiplied by.
    Narrow {
        rows: Bytes,
        shifts: Bytes,
    },
}

/// The largest multiple.
const LARGEST: f64 = 32_767.0;
/// The largest multiple of a narrow row.
const LARGEST_NARROW: i16 = 127;
/// The highest power of two by which a narrow row is multiplied: 127 << 8 is 32,512.
const MOST_SHIFTED: u8 = 8;
/// Narrow rows that are made wide together.
const BLOCK: usize = 16;

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
        let multiples = weights.iter().enumerate();
        let multiples = multiples.map(|(at, weight)| multiple(*weight, steps[at % n_columns]));
        Self {
            multiples: Multiples::Wide(multiples.collect()),
            steps,
        }
    }

    /// The weights in 8 bits, with a power of two for each feature, since weights of n-grams and of the
    /// lexicon differ a hundredfold.
    ///
    /// ```text
    /// w_k = step_k * q_k * 2^s,   q from -127 to 127,  s from 0 to 8
    /// ```
    ///
    /// `s` is the least for which the largest `q` of the feature has a place.
    pub(super) fn narrowed(self) -> Self {
        let n_columns = self.steps.len();
        let (mut rows, mut shifts) = (Vec::new(), Vec::new());
        let mut row = Vec::new();
        for feature in 0..self.n_features() {
            row.clear();
            row.extend((0..n_columns).map(|column| self.multiple(feature, column)));
            let shift = shift_of(&row);
            let unit = f64::from(1_u16 << shift);
            rows.extend(row.iter().map(|multiple| {
                let rounded = (f64::from(*multiple) / unit).round() as i16;
                rounded.clamp(-LARGEST_NARROW, LARGEST_NARROW) as i8 as u8
            }));
            shifts.push(shift);
        }
        Self {
            steps: self.steps,
            multiples: Multiples::Narrow {
                rows: rows.into(),
                shifts: shifts.into(),
            },
        }
    }

    /// The multiples as a file has them: 16 bits for each, or a byte for each and then one for each
    /// feature's power.
    pub(super) fn to_bytes(&self) -> Bytes {
        match &self.multiples {
            Multiples::Wide(multiples) => multiples.bytes().clone(),
            Multiples::Narrow { rows, shifts } => [&rows[..], &shifts[..]].concat().into(),
        }
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote, without a copy; `None` if it is not that.
    pub(super) fn from_bytes(steps: Vec<f32>, bytes: Bytes, is_narrow: bool) -> Option<Self> {
        let n_columns = steps.len();
        let bytes_of_feature = match is_narrow {
            true => n_columns + 1,
            false => 2 * n_columns,
        };
        if n_columns == 0 || !bytes.len().is_multiple_of(bytes_of_feature) {
            return None;
        }
        let multiples = match is_narrow {
            true => {
                let n_features = bytes.len() / bytes_of_feature;
                let (rows, shifts) = (
                    bytes.slice(..n_features * n_columns),
                    bytes.slice(n_features * n_columns..),
                );
                let most_shifted = shifts.iter().copied().max().unwrap_or(0);
                if most_shifted > MOST_SHIFTED || memchr::memchr(0x80, &rows).is_some() {
                    return None;
                }
                Multiples::Narrow { rows, shifts }
            }
            false => {
                let multiples: Numbers<i16, 2> = Numbers::from_bytes(bytes)?;
                // Its size has no place among 16-bit numbers, nor its half among narrow ones.
                if multiples.iter().fold(false, |any, q| any | (q == i16::MIN)) {
                    return None;
                }
                Multiples::Wide(multiples)
            }
        };
        Some(Self { steps, multiples })
    }

    /// The largest size that a weight of each column can have.
    pub(super) fn largest(&self) -> impl Iterator<Item = f32> {
        self.steps.iter().map(|step| step * LARGEST as f32)
    }

    /// Whether each row is one of 8-bit numbers times a power of two.
    pub(super) fn is_narrow(&self) -> bool {
        matches!(self.multiples, Multiples::Narrow { .. })
    }

    /// Number of features that have weights.
    pub(super) fn n_features(&self) -> usize {
        match &self.multiples {
            Multiples::Wide(multiples) => multiples.len() / self.steps.len(),
            Multiples::Narrow { shifts, .. } => shifts.len(),
        }
    }

    fn multiple(&self, feature: usize, column: usize) -> i16 {
        let at = feature * self.steps.len() + column;
        match &self.multiples {
            Multiples::Wide(multiples) => multiples.at(at),
            Multiples::Narrow { rows, shifts } => i16::from(rows[at] as i8) << shifts[feature],
        }
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
                    for (column, sum) in margins.iter_mut().enumerate() {
                        let multiple = self.multiple(*id as usize, column);
                        *sum += f64::from(*value) * f64::from(multiple);
                    }
                }
            }
        }
        for (margin, step) in margins.iter_mut().zip(&self.steps) {
            *margin *= f64::from(*step);
        }
    }

    fn add_up<const N: usize>(&self, row: &SparseRow, sums: &mut Vec<f64>) {
        let mut in_registers = [0.0; N];
        let mut add = |value: f32, multiples: [i16; N]| {
            for (sum, multiple) in in_registers.iter_mut().zip(multiples) {
                *sum += f64::from(value) * f64::from(multiple);
            }
        };
        match &self.multiples {
            Multiples::Wide(multiples) => {
                let (features, _) = multiples.bytes().as_chunks::<2>().0.as_chunks::<N>();
                for (id, value) in row.ids.iter().zip(&row.values) {
                    add(*value, features[*id as usize].map(i16::from_le_bytes));
                }
            }
            Multiples::Narrow { rows, shifts } => {
                let (features, _) = rows.as_chunks::<N>();
                // Some are made wide before they are added: the waits for their memory overlap, and
                // neither half has to do what the other is better at.
                let mut block = [[0; N]; BLOCK];
                let values = row.values.chunks(BLOCK);
                for (ids, values) in row.ids.chunks(BLOCK).zip(values) {
                    for (wide, id) in block.iter_mut().zip(ids) {
                        let shift = shifts[*id as usize] & 15;
                        *wide = features[*id as usize].map(|byte| i16::from(byte as i8) << shift);
                    }
                    for (wide, value) in block.iter().zip(values) {
                        add(*value, *wide);
                    }
                }
            }
        }
        sums.extend_from_slice(&in_registers);
    }

    /// One weight.
    pub(super) fn weight(&self, feature: usize, column: usize) -> f64 {
        f64::from(self.multiple(feature, column)) * f64::from(self.steps[column])
    }
}

/// Rounded weights of the features that have any, out of many: what [`Model::hashed`](crate::Model::hashed) is made of.
///
/// ```text
/// weight(j, k) = multiple(j, k) * step(k)      step(k) = largest weight of column k / 32767
/// ```
///
/// Shape `(n_features that are left, n_columns)`, with a column for each label of each head. Weights are made feature
/// by
/// feature and twice, once for the steps and once to be rounded: those of millions of buckets are never held.
///
/// ```
/// use detente_model::UsedWeights;
///
/// let weights = [[0.0, 0.0], [1.0, -1.0], [1e-9, 0.0]];
/// let row_of = |feature: usize, row: &mut Vec<f64>| {
///     row.clear();
///     row.extend(weights[feature]);
/// };
/// let used = UsedWeights::round(3, 2, row_of, |_| false);
/// assert_eq!(used.features(), [1], "the third one is less than half a step");
/// ```
#[derive(Clone, Debug)]
pub struct UsedWeights {
    pub(super) rounded: QuantizedWeights,
    pub(super) features: Vec<u32>,
}

impl UsedWeights {
    /// Rounds weights of shape `(n_features, n_columns)` that are made feature by feature, and leaves
    /// features out whose weights all become 0, unless `is_wanted`. `row_of` writes the `n_columns` weights of a
    /// feature, the same at each call.
    pub fn round(
        n_features: usize,
        n_columns: usize,
        row_of: impl Fn(usize, &mut Vec<f64>),
        is_wanted: impl Fn(usize) -> bool,
    ) -> Self {
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
        Self {
            rounded: QuantizedWeights {
                steps,
                multiples: Multiples::Wide(multiples.into()),
            },
            features: used,
        }
    }

    /// The features that are left, in order.
    pub fn features(&self) -> &[u32] {
        &self.features
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
                multiples: Multiples::Wide(multiples.collect()),
            };
            let narrow = wide.clone().narrowed();
            let bytes = narrow.to_bytes();
            prop_assert_eq!(bytes.len(), 3 * rows.len());
            let steps = wide.steps.clone();
            let read = QuantizedWeights::from_bytes(steps, bytes.clone(), true).unwrap();
            let row = |weights: &QuantizedWeights, feature: usize| {
                [0, 1].map(|column| weights.multiple(feature, column))
            };
            prop_assert_eq!(read.n_features(), rows.len());
            prop_assert_eq!(narrow.clone().narrowed().to_bytes(), bytes);
            for feature in 0..rows.len() {
                prop_assert_eq!(row(&read, feature), row(&narrow, feature));
            }
            let rows = (0..rows.len()).map(|feature| (row(&wide, feature), row(&narrow, feature)));
            for (wide, narrow) in rows {
                let largest = f64::from(wide[0].unsigned_abs().max(wide[1].unsigned_abs()));
                for (wide, narrow) in wide.into_iter().zip(narrow) {
                    // Half a unit, or a whole one where the largest is cut to 127.
                    let error = (f64::from(wide) - f64::from(narrow)).abs();
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
            let sparse = SparseRow { ids, values };
            let mut margins = Vec::new();
            for weights in [weights.clone(), weights.narrowed()] {
                weights.margins(&sparse, &mut margins);
                prop_assert_eq!(margins.len(), n_columns);
                for (column, margin) in margins.iter().enumerate() {
                    let parts = row.iter().map(|(id, value)| {
                        f64::from(*value) * weights.weight(*id as usize, column)
                    });
                    prop_assert!((margin - parts.sum::<f64>()).abs() < 1e-9);
                }
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
