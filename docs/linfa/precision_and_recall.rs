//! The usage of the documentation of `ConfusionMatrix`, worked out by hand beside it.
use linfa::prelude::*;
use ndarray::array;

fn main() {
    // 1 is given four times and right twice; of the three rows that are 1, two are found.
    let prediction = array![0, 1, 1, 1, 0, 0, 1];
    let truth = array![0, 0, 1, 0, 1, 0, 1];
    let matrix = prediction.confusion_matrix(&truth).unwrap();
    println!("{matrix:?}");
    println!("precision {:.3}; expected 2/4 = 0.500", matrix.precision());
    println!("recall    {:.3}; expected 2/3 = 0.667", matrix.recall());
}
