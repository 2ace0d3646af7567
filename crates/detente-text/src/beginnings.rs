//! Words that are known by how they begin.

/// Whether a word begins in one of these ways.
pub(super) fn starts_any(word: &str, beginnings: &[&str]) -> bool {
    let mut beginnings = beginnings.iter();
    beginnings.any(|beginning| word.starts_with(beginning))
}
