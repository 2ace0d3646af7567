//! The conformity scores that a head keeps.

use detente_model::calibrate::{Conformal, MOST_SCORES};

/// Takes the scores of rows that the model did not see in fitting: `probabilities[i]` are those of
/// row `i`, `gold[i]` its class. Weights do not enter: each row counts as one.
///
/// # Panics
/// A class is not below the number of labels, or a probability is not from 0 to 1.
pub fn fit_conformal(probabilities: &[Vec<f64>], gold: &[usize]) -> Conformal {
    let rows = probabilities.iter().zip(gold);
    let mut scores: Vec<f64> = rows.map(|(p, gold)| 1.0 - p[*gold]).collect();
    scores.sort_by(f64::total_cmp);
    let n_rows = scores.len();
    let n_kept = n_rows.min(MOST_SCORES);
    let kept = (1..=n_kept).map(|j| rounded_up(scores[(j * n_rows).div_ceil(n_kept) - 1]));
    // Invariant: scores are 1 less a probability, sorted, and as many as are kept.
    Conformal::from_parts(n_rows, kept.collect()).expect("scores in order, from 0 to 1")
}

fn rounded_up(score: f64) -> f32 {
    let nearest = score as f32;
    match f64::from(nearest) < score {
        true => nearest.next_up(),
        false => nearest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_model::calibrate::Risk;
    use proptest::prelude::*;

    fn of_scores(scores: &[f64]) -> Conformal {
        let rows: Vec<Vec<f64>> = scores.iter().map(|score| vec![1.0 - score]).collect();
        fit_conformal(&rows, &vec![0; scores.len()])
    }

    proptest! {
        #[test]
        fn what_is_kept_never_gives_a_smaller_threshold(
            n_rows in 1_usize..3500,
            risk in 0.0005_f64..0.9995,
        ) {
            let scores: Vec<f64> = (1..=n_rows).map(|rank| rank as f64 / n_rows as f64).collect();
            let exact = scores
                .get(n_rows - ((n_rows + 1) as f64 * risk + 1e-9).floor().min(n_rows as f64) as usize)
                .copied()
                .unwrap_or(1.0);
            let kept = of_scores(&scores).threshold(Risk::new(risk).unwrap()).value();
            // Ranks are even here, so a rank is a score: at most a thousandth above, and its rounding.
            let above = if n_rows > MOST_SCORES { 0.001 } else { 0.0 };
            prop_assert!(kept >= exact && kept <= exact + above + 1e-6, "{kept} beside {exact}");
        }
    }
}
