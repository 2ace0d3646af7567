//! A confusion matrix over 2^24 + 1000 rows, of which all but two are right.
use linfa::prelude::*;
use ndarray::Array1;

fn main() {
    let n = (1_usize << 24) + 1000;
    // Two rows are class 0 and wrong, so that there are two classes.
    let truth = Array1::from_shape_fn(n, |row| usize::from(row > 1));
    let prediction = Array1::from_elem(n, 1_usize);
    let matrix = prediction.confusion_matrix(&truth).unwrap();
    println!("{matrix:?}");
    println!("expected {} rows of class 1 that are right", n - 2);
}
