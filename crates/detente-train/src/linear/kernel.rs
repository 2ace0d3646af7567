//! Passes over rows, compiled for each number of columns and each precision.

use super::cells::Number;
use pulp::{Arch, NullaryFnOnce};

/// Runs a loop compiled for the widest vectors that this processor has. What it computes is the same on all of them: no
/// sum is reordered, and no product is fused with a sum.
pub(super) fn widest<L: NullaryFnOnce>(work: L) -> L::Output {
    Arch::new().dispatch(work)
}

/// How exact parameters and sums are within a pass; whatever is kept between passes has 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precision {
    /// 32 bits: half the memory to wait for. Gradients err by about 1e-6 of their first norm.
    Single,
    /// 64 bits.
    Double,
}

impl Precision {
    /// What is needed to bring the gradient's norm down to this share of the first one.
    pub(super) fn for_tolerance(tolerance: f64) -> Self {
        match tolerance >= 5e-5 {
            true => Self::Single,
            false => Self::Double,
        }
    }
}

/// A pass over rows, written once for numbers `T` and `W` columns. A width that is known when compiling lets loops over
/// columns be unrolled, which is most of what a pass does; 0 is a width known only when running.
pub(super) trait Pass: Sized {
    /// What the pass gives.
    type Output;

    /// The pass itself.
    fn run_with<T: Number, const W: usize>(self) -> Self::Output;

    /// Runs the pass that is compiled for this precision and this number of columns.
    fn run(self, precision: Precision, n_columns: usize) -> Self::Output {
        match precision {
            Precision::Single => run_by_width::<f32, Self>(self, n_columns),
            Precision::Double => run_by_width::<f64, Self>(self, n_columns),
        }
    }
}

/// Up to seven columns have a pass of their own; more fill whole vectors of the processor without one.
fn run_by_width<T: Number, P: Pass>(pass: P, n_columns: usize) -> P::Output {
    match n_columns {
        1 => pass.run_with::<T, 1>(),
        2 => pass.run_with::<T, 2>(),
        3 => pass.run_with::<T, 3>(),
        4 => pass.run_with::<T, 4>(),
        5 => pass.run_with::<T, 5>(),
        6 => pass.run_with::<T, 6>(),
        7 => pass.run_with::<T, 7>(),
        _ => pass.run_with::<T, 0>(),
    }
}
