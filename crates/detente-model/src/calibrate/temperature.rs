//! Temperature scaling: one number that sharpens or softens all probabilities.

use super::softmax::softmax;

/// Divides margins by a temperature before the softmax.
///
/// ```text
/// p_k = softmax(m / T)_k,     T > 0
/// ```
///
/// `T` below 1 sharpens, above 1 softens; the most probable label never changes. A strong L2 penalty
/// leaves margins too near to 0 and makes `T` fall below 1; a weak one does the opposite.
///
/// # References
/// Guo, Pleiss, Sun and Weinberger 2017, On Calibration of Modern Neural Networks, section 4.2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Temperature(f64);

impl Temperature {
    /// Leaves margins as they are.
    pub const ONE: Self = Self(1.0);

    /// The least and the largest temperature: fitting gives `e^-4` to `e^4`, and no margin leaves the numbers when it
    /// is divided by one of these.
    pub const RANGE: std::ops::RangeInclusive<f64> = 1e-6..=1e6;

    /// A saved temperature; `None` unless it is in [`RANGE`](Self::RANGE).
    pub fn from_value(value: f64) -> Option<Self> {
        Self::RANGE.contains(&value).then_some(Self(value))
    }

    /// The number itself.
    pub fn value(self) -> f64 {
        self.0
    }

    /// Probabilities of the labels, each from 0 to 1, together 1.
    pub fn apply(self, margins: &[f64]) -> Vec<f64> {
        let mut probabilities: Vec<f64> = margins.iter().map(|margin| margin / self.0).collect();
        softmax(&mut probabilities);
        probabilities
    }
}
