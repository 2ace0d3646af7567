//! Fits a multinomial logistic regression to rows of two lengths, and computes the objective and its gradient anew,
//! with the maximum taken row by row.
use linfa::prelude::*;
use linfa_logistic::MultiLogisticRegression;
use ndarray::{Array1, Array2, Axis};

/// The objective and the largest entry of its gradient.
fn objective(x: &Array2<f64>, y: &Array1<usize>, alpha: f64, w: &Array2<f64>, b: &Array1<f64>) -> (f64, f64) {
    let mut margins = x.dot(w) + b;
    let mut loss = 0.5 * alpha * w.iter().map(|w| w * w).sum::<f64>();
    for (mut row, &label) in margins.axis_iter_mut(Axis(0)).zip(y) {
        let max = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let log_sum = row.iter().map(|m| (m - max).exp()).sum::<f64>().ln() + max;
        loss += log_sum - row[label];
        row.mapv_inplace(|m| (m - log_sum).exp());
        row[label] -= 1.0;
    }
    let gradient = x.t().dot(&margins) + w * alpha;
    (loss, gradient.iter().fold(0.0, |max: f64, g| max.max(g.abs())))
}

fn main() {
    // 300 rows in 3 classes. A feature for each class says the label, but for noise; every tenth row is `length` times
    // as
    // long as the others and without noise.
    for length in [1.0, 100.0, 1000.0, 10000.0] {
        let mut state = 7_u64;
        let mut random = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as f64 / (1_u64 << 31) as f64 - 0.5
        };
        let y = Array1::from_shape_fn(300, |row| row % 3);
        let x = Array2::from_shape_fn((300, 3), |(row, column)| {
            let signal = if column == row % 3 { 0.5 } else { 0.0 };
            if row % 10 == 0 { length * signal } else { signal + 2.0 * random() }
        });
        let dataset = Dataset::new(x.clone(), y.clone());
        match MultiLogisticRegression::default().alpha(1.0).max_iterations(1000).fit(&dataset) {
            Ok(fit) => {
                let (loss, gradient) = objective(&x, &y, 1.0, fit.params(), fit.intercept());
                println!("length {length}: Ok, objective {loss:.1}, largest gradient {gradient:.1e}");
            }
            Err(error) => println!("length {length}: {error}"),
        }
    }
}
