//! Temperature scaling: the temperature with the least log-loss.

use detente_model::calibrate::Temperature;
use ndarray::{Array2, ArrayView1};

/// The range searched, as natural logarithms of `T`.
const LOG_RANGE: (f64, f64) = (-4.0, 4.0);

/// Newton steps and halvings at the most: halvings alone take 33.
const MAX_STEPS: usize = 100;

/// Finds the temperature with the least log-loss on margins that the model did not see in
/// fitting. `margins` have shape `(n_rows, n_labels)`, `gold[i]` is the class of row `i`, `weights[i]` its weight.
///
/// The log-loss is convex in `1 / T`, so its derivative there rises: Newton steps to where it is 0, which a
/// bracket of `ln T` from -4 to 4 keeps from going astray, narrow `ln T` to 1e-9. Without rows of positive
/// weight the result is 1.
///
/// # Panics
/// A class is not below the number of labels.
pub fn fit_temperature(margins: &Array2<f64>, gold: &[usize], weights: &[f32]) -> Temperature {
    if weights.iter().all(|weight| *weight <= 0.0) {
        return Temperature::ONE;
    }
    let (lowest, highest) = LOG_RANGE;
    // The bracket of 1 / T.
    let (mut low, mut high) = ((-highest).exp(), (-lowest).exp());
    let mut at = 1.0_f64;
    for _ in 0..MAX_STEPS {
        let (gradient, second_derivative) = derivatives(margins, gold, weights, at);
        if gradient > 0.0 {
            high = at;
        } else {
            low = at;
        }
        let newton = at - gradient / second_derivative;
        let next = match newton > low && newton < high {
            true => newton,
            false => (low * high).sqrt(),
        };
        let is_done = (next / at).ln().abs() < 1e-9;
        at = next;
        if is_done {
            break;
        }
    }
    // Invariant: the bracket holds positive finite numbers only.
    Temperature::from_value(1.0 / at).expect("it lies in the bracket")
}

/// The mean log-loss of margins, shape `(n_rows, n_labels)`, after temperature scaling, in nats.
///
/// # Panics
/// A class is not below the number of labels.
pub fn log_loss(
    temperature: Temperature,
    margins: &Array2<f64>,
    gold: &[usize],
    weights: &[f32],
) -> f64 {
    let (mut sum, mut total) = (0.0, 0.0);
    for ((margins, gold), weight) in margins.rows().into_iter().zip(gold).zip(weights) {
        let weight = f64::from(*weight);
        sum += weight * row_loss(margins, *gold, temperature.value());
        total += weight;
    }
    sum / total
}

/// The first and second derivative of the summed log-loss by `s = 1 / T`: with `p = softmax(s m)`, the sums over
/// rows of `E_p[m] - m_gold` and of the variance of `m` under `p`.
fn derivatives(margins: &Array2<f64>, gold: &[usize], weights: &[f32], s: f64) -> (f64, f64) {
    let (mut gradient, mut second_derivative) = (0.0, 0.0);
    for ((margins, gold), weight) in margins.rows().into_iter().zip(gold).zip(weights) {
        let largest = margins.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
        for margin in margins {
            let below = margin - largest;
            let p = (s * below).exp();
            sum += p;
            first += p * below;
            second += p * below * below;
        }
        let mean = first / sum;
        let weight = f64::from(*weight);
        gradient += weight * (mean - (margins[*gold] - largest));
        second_derivative += weight * (second / sum - mean * mean);
    }
    (gradient, second_derivative)
}

/// `-ln softmax(m / T)[gold]`, from the largest margin.
pub(crate) fn row_loss(margins: ArrayView1<f64>, gold: usize, temperature: f64) -> f64 {
    let largest = margins.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = margins
        .iter()
        .map(|margin| ((margin - largest) / temperature).exp())
        .sum();
    sum.ln() - (margins[gold] - largest) / temperature
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_temperature_worked_out_by_hand_is_found() {
        // Margins 2 and 0, right in 3 of 4 rows: the best P is 3/4, so 2 / T = ln 3.
        let margins = ndarray::arr2(&[[2.0, 0.0]; 4]);
        let fitted = fit_temperature(&margins, &[0, 0, 0, 1], &[1.0; 4]);
        assert!((fitted.value() - 2.0 / 3.0_f64.ln()).abs() < 1e-5);
        assert!((fitted.apply(&[2.0, 0.0])[0] - 0.75).abs() < 1e-5);
    }

    #[test]
    fn weights_count_as_rows() {
        let margins = ndarray::arr2(&[[2.0, 0.0]; 2]);
        let fitted = fit_temperature(&margins, &[0, 1], &[3.0, 1.0]);
        assert!((fitted.value() - 2.0 / 3.0_f64.ln()).abs() < 1e-5);
    }

    proptest! {
        #[test]
        fn probabilities_are_a_distribution_in_the_order_of_the_margins(
            margins in prop::collection::vec(-1e4_f64..1e4, 2..6),
            log_t in -4.0_f64..4.0,
        ) {
            let temperature = Temperature::from_value(log_t.exp()).unwrap();
            let probabilities = temperature.apply(&margins);
            prop_assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            for (p, m) in probabilities.iter().zip(&margins) {
                prop_assert!((0.0..=1.0).contains(p));
                for (q, n) in probabilities.iter().zip(&margins) {
                    prop_assert!(m < n || p >= q);
                }
            }
        }
    }
}
