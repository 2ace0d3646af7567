//! Writes to the standard error of whoever calls `fit`.
use linfa::prelude::*;
use linfa_bayes::MultinomialNb;
use ndarray::array;

fn main() {
    let dataset = Dataset::new(array![[1.0, 0.0], [0.0, 1.0]], array![0_usize, 1]);
    MultinomialNb::params().fit(&dataset).unwrap();
}
