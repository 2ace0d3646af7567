//! Many sparse rows.

/// Sparse rows of shape `(n_rows, n_features)`, row after row (compressed sparse row).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Csr {
    starts: Vec<usize>,
    ids: Vec<u32>,
    values: Vec<f32>,
    n_features: usize,
}

impl Csr {
    /// No rows yet, of so many features.
    pub fn new(n_features: usize) -> Self {
        Self {
            starts: vec![0],
            ids: Vec::new(),
            values: Vec::new(),
            n_features,
        }
    }

    /// No rows yet, with room for so many rows and values.
    pub fn with_capacity(n_features: usize, n_rows: usize, n_values: usize) -> Self {
        Self::default().emptied(n_features, n_rows, n_values)
    }

    /// No rows any more, of so many features, in the memory of these and with room for so many rows and values.
    pub(super) fn emptied(mut self, n_features: usize, n_rows: usize, n_values: usize) -> Self {
        self.starts.clear();
        self.starts.reserve_exact(n_rows + 1);
        self.starts.push(0);
        self.ids.clear();
        self.ids.reserve_exact(n_values);
        self.values.clear();
        self.values.reserve_exact(n_values);
        self.n_features = n_features;
        self
    }

    /// Adds a row.
    ///
    /// # Panics
    /// The slices differ in length, or an id is not below the number of features.
    pub fn push(&mut self, ids: &[u32], values: &[f32]) {
        assert_eq!(ids.len(), values.len(), "one value for each id");
        assert!(
            ids.iter().all(|id| (*id as usize) < self.n_features),
            "ids are below the number of features"
        );
        self.ids.extend_from_slice(ids);
        self.values.extend_from_slice(values);
        self.starts.push(self.ids.len());
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Number of features.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// Number of stored values.
    pub fn n_values(&self) -> usize {
        self.ids.len()
    }

    /// The ids and values of a row.
    ///
    /// # Panics
    /// There is no such row.
    pub fn row(&self, row_idx: usize) -> (&[u32], &[f32]) {
        let range = self.starts[row_idx]..self.starts[row_idx + 1];
        (&self.ids[range.clone()], &self.values[range])
    }

    /// The features of a range alone, numbered from 0.
    pub fn columns(&self, range: std::ops::Range<usize>) -> Self {
        let mut part = Self::new(range.len());
        for row_idx in 0..self.n_rows() {
            let (ids, values) = self.row(row_idx);
            for (id, value) in ids.iter().zip(values) {
                if range.contains(&(*id as usize)) {
                    part.ids.push(*id - range.start as u32);
                    part.values.push(*value);
                }
            }
            part.starts.push(part.ids.len());
        }
        part
    }

    /// The same values column after column: for each feature the rows that have it, in row order.
    pub fn transposed(&self) -> Self {
        let mut starts = vec![0_usize; self.n_features + 1];
        for id in &self.ids {
            starts[*id as usize + 1] += 1;
        }
        for idx in 0..self.n_features {
            starts[idx + 1] += starts[idx];
        }
        let mut next = starts.clone();
        let mut ids = vec![0_u32; self.ids.len()];
        let mut values = vec![0.0_f32; self.ids.len()];
        for row_idx in 0..self.n_rows() {
            let (row_ids, row_values) = self.row(row_idx);
            for (id, value) in row_ids.iter().zip(row_values) {
                let at = next[*id as usize];
                next[*id as usize] += 1;
                ids[at] = row_idx as u32;
                values[at] = *value;
            }
        }
        Self {
            starts,
            ids,
            values,
            n_features: self.n_rows(),
        }
    }

    /// Rows as a dense matrix of shape `(n_rows, n_features)`.
    pub fn to_dense(&self) -> ndarray::Array2<f64> {
        let mut dense = ndarray::Array2::zeros((self.n_rows(), self.n_features));
        for row_idx in 0..self.n_rows() {
            let (ids, values) = self.row(row_idx);
            for (id, value) in ids.iter().zip(values) {
                dense[(row_idx, *id as usize)] = f64::from(*value);
            }
        }
        dense
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposing_twice_gives_the_same_matrix() {
        let mut rows = Csr::new(4);
        rows.push(&[3, 0], &[1.0, 2.0]);
        rows.push(&[], &[]);
        rows.push(&[1, 3], &[4.0, 5.0]);
        let columns = rows.transposed();
        assert_eq!((columns.n_rows(), columns.n_features()), (4, 3));
        assert_eq!(columns.row(3), (&[0, 2][..], &[1.0, 5.0][..]));
        assert_eq!(columns.to_dense().reversed_axes(), rows.to_dense());
    }
}
