//! F1 of several classes beside the mean of the F1 of each.
use linfa::prelude::*;
use ndarray::array;

fn main() {
    let prediction = array![0, 0, 0, 0, 1, 2, 2, 0, 0, 1];
    let truth = array![0, 0, 0, 1, 1, 2, 1, 1, 2, 2];
    let matrix = prediction.confusion_matrix(&truth).unwrap();
    let each: Vec<f32> = matrix.split_one_vs_all().iter().map(|one| one.f1_score()).collect();
    println!("F1 of each class {each:.4?}, mean {:.4}", each.iter().sum::<f32>() / each.len() as f32);
    println!("f1_score         {:.4}", matrix.f1_score());
}
