//! Probabilities of a row with many features.
use linfa::prelude::*;
use linfa_bayes::{BernoulliNb, NaiveBayes};
use ndarray::{Array2, array};

fn main() {
    for n_features in [100, 1000, 2000] {
        // In every feature the class 0 has half ones, and the class 1 has none.
        let x = Array2::from_shape_fn((4, n_features), |(row, column)| {
            f64::from(u8::from(row < 2 && (row + column) % 2 == 0))
        });
        let dataset = Dataset::new(x.clone(), array![0_usize, 0, 1, 1]);
        let model = BernoulliNb::params().fit(&dataset).unwrap();
        let (probabilities, _) = model.predict_proba(x.view());
        println!("{n_features} features: {:?}", probabilities.row(0).to_vec());
    }
}
