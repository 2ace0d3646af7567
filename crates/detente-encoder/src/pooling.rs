//! Hidden states into one row.

use candle_core::{D, Tensor};

/// What a model file calls this way of pooling; a change of what it gives has to change it.
pub(crate) const NAME: &str = "means of three layers, maximum of the last";

/// The numbers in a row, of so many in each hidden state.
pub(crate) fn n_columns(hidden_size: usize) -> usize {
    4 * hidden_size
}

/// The means over tokens of three layers side by side, then the maximum over tokens of the last layer.
///
/// The layers are the last, the one at two thirds and the one at a third of the way: what words mean together stands
/// in the last ones, how a thing is said in the middle. Out of fold their means side by side lose less than the mean of
/// the three (docs/experiments.md).
///
/// `states` are those before the first layer and after each, each of shape `(n_tokens, hidden_size)`.
pub(crate) fn pool(states: &[Tensor]) -> candle_core::Result<Vec<f32>> {
    let n_layers = states.len() - 1;
    let last = &states[n_layers];
    let layers = [n_layers, (2 * n_layers).div_ceil(3), n_layers.div_ceil(3)];
    let mut parts = Vec::with_capacity(layers.len() + 1);
    for at in layers {
        parts.push(states[at].mean(0)?);
    }
    parts.push(last.max(0)?);
    Tensor::cat(&parts, D::Minus1)?.to_vec1()
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;

    #[test]
    fn a_row_is_that_worked_out_by_hand() {
        // Six layers: the last is the sixth, the others are the fourth and the second. Every state of layer k has the
        // tokens (k, 0) and (3 k, -k).
        let states: Vec<Tensor> = (0..=6)
            .map(|k| {
                let k = k as f32;
                Tensor::new(&[[k, 0.0], [3.0 * k, -k]], &Device::Cpu).unwrap()
            })
            .collect();
        let by_hand = [12.0, -3.0, 8.0, -2.0, 4.0, -1.0, 18.0, 0.0];
        assert_eq!(pool(&states).unwrap(), by_hand);
        let one_layer_is_all_three = [2.0, -0.5, 2.0, -0.5, 2.0, -0.5, 3.0, 0.0];
        assert_eq!(pool(&states[..2]).unwrap(), one_layer_is_all_three);
    }
}
