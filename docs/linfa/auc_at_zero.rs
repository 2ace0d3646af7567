//! Two rows have the score 0. Of the pairs of a true and a false row one is in order and one is a tie: AUC 0.75.
use linfa::dataset::Pr;
use linfa::prelude::*;
use ndarray::array;

fn main() {
    let truth = [true, false, true];
    for lowest in [0.1, 0.0] {
        let scores = array![lowest, lowest, 0.9].mapv(Pr::new);
        let auc = scores.roc(&truth).unwrap().area_under_curve();
        println!("lowest score {lowest}: AUC {auc}");
    }
}
