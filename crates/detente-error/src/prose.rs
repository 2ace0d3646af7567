//! Words for what an error shows: counts, lists, the name that was probably meant.

/// A count with its noun in the right number: `1 row`, `2 rows`.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

/// A list as prose, each item in backticks: `` `a`, `b`, and `c` ``.
pub fn prose(items: &[impl AsRef<str>], conjunction: &str) -> String {
    let quoted: Vec<String> = items
        .iter()
        .map(|item| format!("`{}`", item.as_ref()))
        .collect();
    match quoted.as_slice() {
        [] => "none".into(),
        [only] => only.clone(),
        [first, second] => format!("{first} {conjunction} {second}"),
        [rest @ .., last] => format!("{}, {conjunction} {last}", rest.join(", ")),
    }
}

/// A list as prose without marks: `a, b and c`.
pub fn list(items: &[impl AsRef<str>]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match &items[..] {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// The candidate nearest to `name` in spelling, when one is near enough to be a slip of the hand.
pub fn nearest<'a>(name: &str, candidates: &'a [impl AsRef<str>]) -> Option<&'a str> {
    let lower = name.to_lowercase();
    candidates
        .iter()
        .map(|candidate| {
            let candidate = candidate.as_ref();
            let distance = strsim::osa_distance(&lower, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, candidate)| {
            *distance <= 1.max(name.chars().count().min(candidate.chars().count()) / 3)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_prose_and_counts_agree() {
        assert_eq!(prose(&["a"], "or"), "`a`");
        assert_eq!(prose(&["a", "b"], "or"), "`a` or `b`");
        assert_eq!(prose(&["a", "b", "c"], "and"), "`a`, `b`, and `c`");
        assert_eq!(counted(1, "row"), "1 row");
        assert_eq!(counted(2, "row"), "2 rows");
    }

    #[test]
    fn near_misses_are_found_and_far_ones_are_not() {
        assert_eq!(
            nearest("sentimant", &["peace", "sentiment"]),
            Some("sentiment")
        );
        assert_eq!(nearest("Text", &["text"]), Some("text"));
        assert_eq!(nearest("body", &["peace", "sentiment"]), None);
    }
}
