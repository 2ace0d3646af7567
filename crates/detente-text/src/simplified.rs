//! Traditional characters of Chinese in their simplified form.

use std::sync::LazyLock;

/// Pairs of a traditional and its simplified character, by code point: "TSCharacters" of OpenCC (Apache-2.0), without
/// those that stay as they are in some words.
static PAIRS: LazyLock<Vec<[char; 2]>> = LazyLock::new(|| {
    let characters = include_str!("traditional.txt").chars();
    let mut characters = characters.filter(|c| *c != '\n');
    std::iter::from_fn(|| Some([characters.next()?, characters.next()?])).collect()
});

/// A word with simplified characters for the traditional ones.
pub(super) fn simplified(word: &str) -> String {
    let simple = |c| match PAIRS.binary_search_by_key(&c, |pair| pair[0]) {
        Ok(at) => PAIRS[at][1],
        Err(_) => c,
    };
    word.chars().map(simple).collect()
}

#[cfg(test)]
mod tests {
    use super::{PAIRS, simplified};

    #[test]
    fn traditional_characters_become_simplified_ones() {
        assert_eq!(simplified("拒絕談判，臺灣"), "拒绝谈判，台湾");
        assert_eq!(simplified("中国 peace"), "中国 peace");
    }

    #[test]
    fn the_table_is_sorted_and_its_forms_stay() {
        assert!(PAIRS.is_sorted_by(|a, b| a[0] < b[0]) && PAIRS.len() > 2_000);
        let twice = PAIRS
            .iter()
            .filter(|pair| simplified(&pair[1].to_string()) != pair[1].to_string());
        assert_eq!(twice.count(), 0);
    }
}
