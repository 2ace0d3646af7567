//! The second feature is 0 in every row. No row says anything of it, so its weight should be 0.
use linfa::prelude::*;
use linfa_ftrl::Ftrl;
use ndarray::{Array2, array};

fn main() {
    let x: Array2<f64> = array![[1.0, 0.0], [-1.0, 0.0], [2.0, 0.0], [-2.0, 0.0]];
    let dataset = Dataset::new(x, array![true, false, true, false]);
    let params = Ftrl::params().check().unwrap();
    let mut model = None;
    for _ in 0..100 {
        model = Some(params.fit_with(model, &dataset).unwrap());
    }
    let model = model.unwrap();
    println!("weights {:.4}", model.get_weights());
    let given = model.predict(&array![[0.0, 100.0]]);
    println!("P of a row that has the second feature alone: {:.4}; expected 0.5", *given[0]);
}
