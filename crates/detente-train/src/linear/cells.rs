//! The parameters of features with sums beside them.

/// A number of a pass: 32 or 64 bits.
pub(super) trait Number: Copy + Send + Sync + 'static {
    fn narrow(number: f64) -> Self;
    fn wide(self) -> f64;
    /// `self + a * b`.
    fn plus(self, a: Self, b: Self) -> Self;
}

impl Number for f32 {
    #[inline(always)]
    fn narrow(number: f64) -> Self {
        number as Self
    }

    #[inline(always)]
    fn wide(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn plus(self, a: Self, b: Self) -> Self {
        self + a * b
    }
}

impl Number for f64 {
    #[inline(always)]
    fn narrow(number: f64) -> Self {
        number
    }

    #[inline(always)]
    fn wide(self) -> f64 {
        self
    }

    #[inline(always)]
    fn plus(self, a: Self, b: Self) -> Self {
        self + a * b
    }
}

/// The parameters of every feature with room for `S` sums beside each, feature by feature: so many parameters as there
/// are columns, then so many of the first sums, then of the second.
///
/// `W` is the number of columns where it is known when compiling, which lets loops over columns be unrolled; else 0.
pub(super) struct Cells<T, const W: usize, const S: usize> {
    numbers: Vec<T>,
    n_columns: usize,
}

impl<T: Number, const W: usize, const S: usize> Cells<T, W, S> {
    /// Parameters of shape `(n_features, n_columns)`, flat, with sums of 0. What `numbers` held is lost, but for its
    /// memory.
    #[inline(always)]
    pub(super) fn new(mut numbers: Vec<T>, parameters: &[f64], n_columns: usize) -> Self {
        let n = if W == 0 { n_columns } else { W };
        let zero = T::narrow(0.0);
        numbers.resize(parameters.len() * (1 + S), zero);
        let features = numbers.chunks_exact_mut((1 + S) * n);
        for (feature, parameters) in features.zip(parameters.chunks_exact(n)) {
            let (own, sums) = feature.split_at_mut(n);
            for (own, parameter) in own.iter_mut().zip(parameters) {
                *own = T::narrow(*parameter);
            }
            sums.fill(zero);
        }
        Self { numbers, n_columns }
    }

    /// The memory, for cells to come.
    pub(super) fn into_numbers(self) -> Vec<T> {
        self.numbers
    }

    /// How many columns there are; a number known when compiling where `W` is one.
    #[inline(always)]
    pub(super) fn n_columns(&self) -> usize {
        if W == 0 { self.n_columns } else { W }
    }

    /// Adds the parameters of a feature, each times a value, to `sums`.
    #[inline(always)]
    pub(super) fn add_weighted(&self, feature: u32, value: f64, sums: &mut [f64]) {
        let n = self.n_columns();
        let parameters = &self.numbers[feature as usize * (1 + S) * n..][..n];
        for (sum, parameter) in sums[..n].iter_mut().zip(parameters) {
            *sum += value * parameter.wide();
        }
    }

    /// One of the sums of every column of a feature.
    #[inline(always)]
    pub(super) fn sums(&self, feature: usize, which: usize) -> &[T] {
        let n = self.n_columns();
        &self.numbers[(feature * (1 + S) + 1 + which) * n..][..n]
    }

    /// One of the sums of every column of a feature, to be added to.
    #[inline(always)]
    fn sums_mut(&mut self, feature: u32, which: usize) -> &mut [T] {
        let n = self.n_columns();
        &mut self.numbers[(feature as usize * (1 + S) + 1 + which) * n..][..n]
    }

    /// Adds `value * numbers` to one of the sums of a feature.
    #[inline(always)]
    pub(super) fn add(&mut self, feature: u32, which: usize, value: T, numbers: &[T]) {
        let n = self.n_columns();
        let sums = self.sums_mut(feature, which).iter_mut();
        for (sum, number) in sums.zip(&numbers[..n]) {
            *sum = sum.plus(value, *number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_lie_beside_the_parameters_of_their_feature() {
        let parameters = [1.0, 2.0, 3.0, 4.0];
        let used = vec![9.0_f64; 20];
        let mut cells = Cells::<f64, 0, 2>::new(used, &parameters, 2);
        cells.add(1, 0, 10.0, &[1.0, 2.0]);
        cells.add(1, 1, 1.0, &[5.0, 6.0]);
        let mut margins = [0.5, 0.5];
        cells.add_weighted(1, 2.0, &mut margins);
        assert_eq!(margins, [6.5, 8.5]);
        assert_eq!(cells.sums(0, 0), [0.0, 0.0]);
        assert_eq!(cells.sums(1, 0), [10.0, 20.0]);
        assert_eq!(cells.sums(1, 1), [5.0, 6.0]);
        assert_eq!(cells.into_numbers().len(), 12);
    }
}
