//! The row of a statement, and the numbers of its features.

use super::table::HashTable;

/// The number of a feature: its place in the vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeatureId(pub u32);

/// Stands for an n-gram without an id.
pub const NO_FEATURE: u32 = HashTable::NONE;

/// The features of one statement: ids in the order of their first occurrence, each once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SparseRow {
    /// Feature ids, below the number of features.
    pub ids: Vec<u32>,
    /// The value of each. The n-grams together have an L2 norm of 1, or less where a view is empty;
    /// the values of the lexicon come on top.
    pub values: Vec<f32>,
}
