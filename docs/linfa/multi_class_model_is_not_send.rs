//! Does not compile: a model of several classes cannot be moved to another thread.
use linfa::composing::MultiClassModel;
use ndarray::Array2;

fn needs_send<T: Send>() {}

fn main() {
    needs_send::<MultiClassModel<Array2<f64>, usize>>();
}
