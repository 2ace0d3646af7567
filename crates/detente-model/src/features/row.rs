//! The row of a statement.

/// The features of one statement: ids in the order of their first occurrence, each once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SparseRow {
    /// Feature ids, below the number of features.
    pub ids: Vec<u32>,
    /// The value of each. The n-grams together have an L2 norm of 1, or less where a view is empty;
    /// the values of the lexicon come on top.
    pub values: Vec<f32>,
}
