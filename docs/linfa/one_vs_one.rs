//! Three classes have three pairs.
use linfa::prelude::*;
use ndarray::array;

fn main() {
    let matrix = array![0, 1, 2].confusion_matrix(&array![0, 1, 2]).unwrap();
    println!("{} matrices; documented: N*(N-1)/2 = 3", matrix.split_one_vs_one().len());
}
