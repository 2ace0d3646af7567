//! What a model keeps of a training that went row by row, so that it can learn on, or over rows in many places.

use bytes::Bytes;

/// What is known of a training that went row by row. Its learner is the FTRL classifier of `detente-train`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Streamed {
    /// How fast the learner learned.
    pub rate: f64,
    /// What it added to the size of the gradients seen before it divided a step by it.
    pub damping: f64,
    /// How strong its penalty on the length of a feature's weights was.
    pub sparsity: f64,
    /// How strong its penalty on the squares of weights was.
    pub l2: f64,
    /// How often it went over its rows; 0 where it learned from all of them together, and would only learn on so.
    pub n_passes: usize,
    /// Rows held out to calibrate and measure it on, and never learned from; where `n_passes` is 0 it went on to them
    /// at the end.
    pub n_held_out: usize,
    /// What the learner goes on from beside the weights.
    pub state: LearnerState,
}

/// What a learner has gathered that a model's weights do not say: an FTRL classifier shortens its steps by the squared
/// gradients of each feature, and a model that learns on has to go on with steps of that length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LearnerState {
    /// Sums of squared gradients, shape `(n_features, n_heads)`: `128 + 4` times their binary logarithm, or 0.
    pub gathered: Bytes,
    /// The intercepts of the learner, shape `(n_views, n_columns)`.
    pub intercepts: Vec<f64>,
    /// Sums of squared gradients of the intercepts, shape `(n_views, n_heads)`.
    pub gathered_intercepts: Vec<f32>,
}

impl Streamed {
    /// Whether its numbers are those of a learner with so many features, views, heads and columns.
    pub(super) fn fits(
        &self,
        n_features: usize,
        n_views: usize,
        n_heads: usize,
        n_columns: usize,
    ) -> bool {
        let LearnerState {
            gathered,
            intercepts,
            gathered_intercepts,
        } = &self.state;
        let is_above_0 = |number: f64| number.is_finite() && number > 0.0;
        let is_from_0 = |number: f64| number.is_finite() && number >= 0.0;
        Some(gathered.len()) == n_features.checked_mul(n_heads)
            && gathered_intercepts.len() == n_views * n_heads
            && intercepts.len() == n_views * n_columns
            && intercepts.iter().all(|b| b.is_finite())
            && gathered_intercepts.iter().all(|n| *n >= 0.0)
            && is_above_0(self.rate)
            && is_above_0(self.damping)
            && is_from_0(self.sparsity)
            && is_from_0(self.l2)
    }
}
