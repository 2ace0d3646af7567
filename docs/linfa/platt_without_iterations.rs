//! `maxiter(0)` is refused with the error of a fit that did not converge.
use linfa::ParamGuard;
use linfa::composing::platt_scaling::PlattParams;

fn main() {
    let error = PlattParams::<f64, ()>::default().maxiter(0).check().err().unwrap();
    println!("{error:?}: {error}");
}
