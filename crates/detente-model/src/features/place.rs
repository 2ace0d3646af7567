//! Where a word stands from the mention of a target.

/// Where a word stands, counted from the nearest mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// How many words after the mention; below 0 before it, 0 for the mention.
    pub distance: i32,
    /// How many other names stand between.
    pub n_names: u32,
    /// Whether both stand in one clause.
    pub is_in_clause: bool,
}
