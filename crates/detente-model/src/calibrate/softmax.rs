//! Margins into a distribution.

/// Probabilities from margins, in place: `exp(m_k) / sum_j exp(m_j)`, computed from the largest.
pub fn softmax(margins: &mut [f64]) {
    let largest = margins.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    softmax_from(margins, largest);
}

/// The same where the largest is known; gives the sum of exponentials, the largest counting 1.
pub fn softmax_from(margins: &mut [f64], largest: f64) -> f64 {
    let mut sum = 0.0;
    for margin in margins.iter_mut() {
        *margin = (*margin - largest).exp();
        sum += *margin;
    }
    for margin in margins.iter_mut() {
        *margin /= sum;
    }
    sum
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
