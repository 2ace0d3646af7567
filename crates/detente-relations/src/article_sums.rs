//! What is kept of an article for a pair.

use jiff::civil::Date;

/// What an article adds to a pair.
#[derive(Clone, Debug)]
pub(super) struct ArticleSums {
    /// The article's place in the order in which articles came.
    pub article: usize,
    pub date: Option<Date>,
    pub period: Option<i32>,
    pub n_statements: usize,
    /// Sum of score times weight, and sum of weights, by measure.
    pub sums: Vec<(f64, f64)>,
}
