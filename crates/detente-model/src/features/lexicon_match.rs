//! What was found of a lexicon.

use std::ops::Range;

/// An entry of a lexicon as it was found in a statement.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LexiconMatch {
    /// The place of its category.
    pub(super) category: usize,
    pub(super) weight: f32,
    /// Whether its first word is in the scope of a negator.
    pub(super) negated: bool,
    /// The places of its words among the words and gaps of the statement.
    pub(super) words: Range<usize>,
}
