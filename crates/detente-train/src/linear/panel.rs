//! The parameters of one feature with sums beside them, in a known number of columns.

/// A number of a pass: 32 or 64 bits.
pub(super) trait Number: Copy + Send + Sync {
    fn narrow(number: f64) -> Self;
    fn wide(self) -> f64;
    /// `self + a * b`.
    fn plus(self, a: Self, b: Self) -> Self;
}

impl Number for f32 {
    fn narrow(number: f64) -> Self {
        number as Self
    }

    fn wide(self) -> f64 {
        f64::from(self)
    }

    fn plus(self, a: Self, b: Self) -> Self {
        self + a * b
    }
}

impl Number for f64 {
    fn narrow(number: f64) -> Self {
        number
    }

    fn wide(self) -> f64 {
        self
    }

    fn plus(self, a: Self, b: Self) -> Self {
        self + a * b
    }
}

/// `W` parameters of a feature and `S` sums for each.
#[derive(Clone, Copy)]
pub(super) struct Cell<T, const W: usize, const S: usize> {
    parameters: [T; W],
    sums: [[T; W]; S],
}

impl<T: Number, const W: usize, const S: usize> Cell<T, W, S> {
    /// Parameters, with sums of 0.
    pub(super) fn new(parameters: [T; W]) -> Self {
        Self {
            parameters,
            sums: [[T::narrow(0.0); W]; S],
        }
    }

    /// Adds the parameters, each times a value, to `sums`.
    pub(super) fn add_weighted(&self, value: f64, sums: &mut [f64; W]) {
        for (sum, parameter) in sums.iter_mut().zip(&self.parameters) {
            *sum += value * parameter.wide();
        }
    }

    /// One of the sums of a column.
    pub(super) fn sum(&self, which: usize, column: usize) -> f64 {
        self.sums[which][column].wide()
    }
}

impl<T: Number, const W: usize> Cell<T, W, 1> {
    /// Adds `value * numbers` to the sums.
    pub(super) fn add(&mut self, value: T, numbers: &[T; W]) {
        for (sum, number) in self.sums[0].iter_mut().zip(numbers) {
            *sum = sum.plus(value, *number);
        }
    }
}

impl<T: Number, const W: usize> Cell<T, W, 2> {
    /// Adds `value * gradients` to the first sums, and `value^2 * second_derivatives` to the second.
    pub(super) fn add_both(&mut self, value: T, gradients: &[T; W], second_derivatives: &[T; W]) {
        let square = T::narrow(0.0).plus(value, value);
        let [first, second] = &mut self.sums;
        for (sum, gradient) in first.iter_mut().zip(gradients) {
            *sum = sum.plus(value, *gradient);
        }
        for (sum, second_derivative) in second.iter_mut().zip(second_derivatives) {
            *sum = sum.plus(square, *second_derivative);
        }
    }
}
