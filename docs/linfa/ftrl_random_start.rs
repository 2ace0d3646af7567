//! All features but the first are 0 in every row. No row says anything of them, so their weights should be 0.
use linfa::prelude::*;
use linfa_ftrl::Ftrl;
use ndarray::{Array2, array};

fn main() {
    let x = Array2::from_shape_fn((4, 20), |(row, column)| if column == 0 { [1.0, -1.0, 2.0, -2.0][row] } else { 0.0 });
    let dataset = Dataset::new(x, array![true, false, true, false]);
    let params = Ftrl::params().check().unwrap();
    let mut model = None;
    for _ in 0..100 {
        model = Some(params.fit_with(model, &dataset).unwrap());
    }
    let model = model.unwrap();
    println!("z {:.2}\nweights {:.2}", model.z(), model.get_weights());
    let row = Array2::from_shape_fn((1, 20), |(_, column)| if column == 0 { 0.0 } else { 1.0 });
    let given = model.predict(&row);
    println!("P of a row without the first feature: {:.4}; expected 0.5", *given[0]);
}
