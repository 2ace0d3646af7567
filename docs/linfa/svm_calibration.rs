//! Probabilities of a support vector machine on labels that are noise: on new rows no one can do better than
//! one half, and a calibrated classifier knows that.
use linfa::dataset::Pr;
use linfa::prelude::*;
use linfa_svm::Svm;
use ndarray::{Array1, Array2};

fn main() {
    let mut state = 7_u64;
    let mut random = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as f64 / (1_u64 << 31) as f64 - 0.5
    };
    let n = 200;
    let x = Array2::from_shape_fn((2 * n, 20), |_| random());
    let y = Array1::from_shape_fn(2 * n, |_| random() > 0.0);
    let (train_x, test_x) = (x.slice(ndarray::s![..n, ..]).to_owned(), x.slice(ndarray::s![n.., ..]).to_owned());
    let (train_y, test_y) = (y.slice(ndarray::s![..n]).to_owned(), y.slice(ndarray::s![n..]).to_owned());
    let model = Svm::<f64, Pr>::params()
        .gaussian_kernel(1.0)
        .pos_neg_weights(100.0, 100.0)
        .fit(&Dataset::new(train_x, train_y))
        .unwrap();
    let given: Array1<Pr> = model.predict(&test_x);
    let loss = |p: f64, truth: bool| if truth { -p.ln() } else { -(1.0 - p).ln() };
    let total: f64 = given.iter().zip(&test_y).map(|(p, truth)| loss(f64::from(**p), *truth)).sum();
    println!("log-loss on new rows {:.3}; one half for each gives {:.3}", total / n as f64, 2.0_f64.ln());
}
