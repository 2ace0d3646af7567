//! A fit that needs n steps is refused with maxiter(n), though the n-th step reached the optimum.
use linfa::composing::platt_scaling::{PlattParams, platt_newton_method};
use linfa::ParamGuard;
use ndarray::array;

fn main() {
    let margins = array![-2.0, -1.0, 0.5, -0.5, 1.0, 2.0];
    let labels = array![false, false, false, true, true, true];
    for maxiter in 1..8 {
        let params = PlattParams::<f64, ()>::default().maxiter(maxiter).check().unwrap();
        println!("{maxiter}: {:?}", platt_newton_method(margins.view(), labels.view(), &params));
    }
}
