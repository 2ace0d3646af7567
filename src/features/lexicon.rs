//! Dense features from a lexicon: how much of each kind of word a statement holds.

use super::near_lexicon::NearSums;
use crate::error::{Error, ErrorKind, Result};
use rustc_hash::FxHashMap;
use std::sync::{Arc, LazyLock};
use xxhash_rust::xxh3::xxh3_64;

/// The lexicon of this project: English words and phrases of valence, stance, force, blame and
/// form, written for it under the codebook.
static ENGLISH: LazyLock<Arc<Lexicon>> = LazyLock::new(|| {
    // Invariant: the table is part of the program and read by its tests.
    Arc::new(Lexicon::parse(include_str!("lexicon.tsv").to_owned()).expect("the lexicon is whole"))
});

/// Words a phrase may have at the most.
pub(super) const LONGEST_PHRASE: usize = 6;

/// Words and phrases with a category and a weight.
///
/// An entry is one to six lower-case words; a word that ends in `*` stands for every word that
/// begins so. At each word of a statement the longest entry of each category counts.
#[derive(Debug)]
pub struct Lexicon {
    source: String,
    categories: Vec<String>,
    trie: Trie,
}

/// The node at which every entry begins.
pub(super) const ROOT: u32 = 0;

/// The category and the weight of an entry that ends at a node.
#[derive(Debug)]
struct End {
    category: u32,
    weight: f32,
    /// The next end of the same node.
    next: u32,
}

/// After the last end of a node.
const NO_END: u32 = u32::MAX;

impl Lexicon {
    /// The lexicon that comes with the program.
    pub fn english() -> Arc<Self> {
        Arc::clone(&ENGLISH)
    }

    /// Reads tab-separated lines `entry, category, weight` below a header.
    ///
    /// # Errors
    /// A line without three fields, an entry of more than six words, or a weight that is not a
    /// finite number above 0.
    pub fn parse(source: String) -> Result<Self> {
        let mut rows = Vec::new();
        let mut categories: Vec<&str> = Vec::new();
        for (idx, line) in source.lines().enumerate().skip(1) {
            let wrong = || {
                Error::new(ErrorKind::LexiconLine {
                    found: line.to_owned(),
                })
                .at_line(idx as u64 + 1)
            };
            let fields = cut(line, b'\t').and_then(|(entry, rest)| {
                let (category, weight) = cut(rest, b'\t')?;
                cut(weight, b'\t')
                    .is_none()
                    .then_some((entry, category, weight))
            });
            let Some((entry, category, weight)) = fields else {
                return Err(wrong());
            };
            let weight: f32 = weight.trim().parse().map_err(|_| wrong())?;
            let mut n_words = 0;
            let is_blank = words(entry).any(|word| {
                n_words += 1;
                word.is_empty() || word == "*"
            });
            if is_blank || n_words > LONGEST_PHRASE || !weight.is_finite() || weight <= 0.0 {
                return Err(wrong());
            }
            if categories.last() != Some(&category) {
                categories.push(category);
            }
            rows.push((entry, category, weight));
        }
        categories.sort_unstable();
        categories.dedup();
        let mut trie = TrieBuilder::with_capacity(rows.len());
        let mut last_category = (0, "");
        for (entry, category, weight) in rows {
            if last_category.1 != category {
                let at = categories.partition_point(|known| *known < category);
                last_category = (at as u32, category);
            }
            trie.add(entry, last_category.0, weight);
        }
        let categories = categories.into_iter().map(str::to_owned).collect();
        Ok(Self {
            categories,
            trie: trie.trie,
            source,
        })
    }

    /// Number of categories.
    pub(super) fn n_categories(&self) -> usize {
        self.categories.len()
    }

    /// Whether an entry goes on behind a node.
    pub(super) fn goes_on(&self, node: u32) -> bool {
        self.trie.goes_on[node as usize]
    }

    /// The node behind a node by a pattern.
    pub(super) fn next(&self, key: (u32, u32)) -> Option<u32> {
        self.trie.next.get(&key).copied()
    }

    /// The categories and weights of the entries that end at a node.
    pub(super) fn ends_at(&self, node: u32) -> impl Iterator<Item = (usize, f32)> {
        let mut at = self.trie.first_end[node as usize];
        std::iter::from_fn(move || {
            let end = self.trie.ends.get(at as usize)?;
            at = end.next;
            Some((end.category as usize, end.weight))
        })
    }

    /// The text it was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Number of features: for each category its plain and its negated weight, and one for each
    /// pair of categories; with those `near` a mention, twelve more for each category.
    pub fn n_features(&self, near: bool) -> usize {
        let n = self.categories.len();
        let n_plain = 2 * n + n * (n.saturating_sub(1)) / 2;
        n_plain + if near { NearSums::n_features(n) } else { 0 }
    }

    /// The feature of a pair of categories, the lower one first.
    pub(super) fn pair(&self, first: usize, second: usize) -> usize {
        let n = self.categories.len();
        2 * n + first * (2 * n - first - 1) / 2 + second - first - 1
    }

    /// The name of a feature, without its view: `blame`, `not~praise`, `blame & violence`; near a
    /// mention `left~blame`, `clause~not~praise`.
    pub fn feature_name(&self, feature: usize) -> String {
        let n = self.categories.len();
        if feature < n {
            return self.categories[feature].clone();
        }
        if feature < 2 * n {
            return format!("not~{}", self.categories[feature - n]);
        }
        let mut at = feature - 2 * n;
        for first in 0..n {
            let n_pairs = n - first - 1;
            if at < n_pairs {
                let second = first + 1 + at;
                return format!("{} & {}", self.categories[first], self.categories[second]);
            }
            at -= n_pairs;
        }
        let (kind, category) = NearSums::name_of(at, n);
        format!("{kind}~{}", self.categories[category])
    }

    /// The patterns that a word matches.
    pub(super) fn patterns_of(&self, word: &str, patterns: &mut Vec<u32>) {
        patterns.extend(self.trie.exact.get(&hash_of(word)));
        for (end, _) in word.char_indices().skip(1).chain([(word.len(), ' ')]) {
            if end > self.trie.longest_prefix {
                break;
            }
            patterns.extend(self.trie.prefixes.get(&hash_of(&word[..end])));
        }
    }
}

/// What stands before and after the first of an ASCII mark. Fields are so short that searching them byte by
/// byte takes half the time of the search for a character; the start of the program waits for it.
fn cut(text: &str, mark: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == mark)?;
    Some((&text[..at], &text[at + 1..]))
}

/// The words of an entry, parted by single blanks.
fn words(entry: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(entry);
    std::iter::from_fn(move || {
        let (word, after) = match cut(rest?, b' ') {
            Some((word, after)) => (word, Some(after)),
            None => (rest?, None),
        };
        rest = after;
        Some(word)
    })
}

fn hash_of(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}

/// The entries of a lexicon, word by word.
#[derive(Debug)]
struct Trie {
    /// The patterns of whole words, by a hash of the word: a copy of each would take longer to make
    /// than a short article takes to score.
    exact: FxHashMap<u64, u32>,
    /// The patterns of beginnings of words, in the same way.
    prefixes: FxHashMap<u64, u32>,
    longest_prefix: usize,
    /// (node, pattern) to node; node 0 is the root.
    next: FxHashMap<(u32, u32), u32>,
    /// For each node, the first of its ends.
    first_end: Vec<u32>,
    ends: Vec<End>,
    /// For each node, whether another one follows.
    goes_on: Vec<bool>,
}

/// A trie that entries are added to.
struct TrieBuilder {
    trie: Trie,
    n_patterns: u32,
    /// For each node, the last of its ends.
    last_end: Vec<u32>,
}

impl TrieBuilder {
    fn with_capacity(n_entries: usize) -> Self {
        let map = || FxHashMap::with_capacity_and_hasher(n_entries, Default::default());
        let mut builder = Self {
            trie: Trie {
                exact: map(),
                prefixes: map(),
                longest_prefix: 0,
                next: FxHashMap::with_capacity_and_hasher(2 * n_entries, Default::default()),
                first_end: Vec::with_capacity(2 * n_entries),
                ends: Vec::with_capacity(n_entries),
                goes_on: Vec::with_capacity(2 * n_entries),
            },
            n_patterns: 0,
            last_end: Vec::with_capacity(2 * n_entries),
        };
        builder.add_node();
        builder
    }

    fn add_node(&mut self) -> u32 {
        self.trie.first_end.push(NO_END);
        self.last_end.push(NO_END);
        self.trie.goes_on.push(false);
        (self.trie.first_end.len() - 1) as u32
    }

    fn add(&mut self, entry: &str, category: u32, weight: f32) {
        let mut node = ROOT;
        for word in words(entry) {
            let (patterns, text) = match word.strip_suffix('*') {
                Some(stem) => {
                    self.trie.longest_prefix = self.trie.longest_prefix.max(stem.len());
                    (&mut self.trie.prefixes, stem)
                }
                None => (&mut self.trie.exact, word),
            };
            let fresh = self.n_patterns;
            let pattern = *patterns.entry(hash_of(text)).or_insert(fresh);
            self.n_patterns += u32::from(pattern == fresh);
            node = match self.trie.next.get(&(node, pattern)) {
                Some(known) => *known,
                None => {
                    let fresh = self.add_node();
                    self.trie.goes_on[node as usize] = true;
                    self.trie.next.insert((node, pattern), fresh);
                    fresh
                }
            };
        }
        let end = self.trie.ends.len() as u32;
        self.trie.ends.push(End {
            category,
            weight,
            next: NO_END,
        });
        match self.last_end[node as usize] {
            NO_END => self.trie.first_end[node as usize] = end,
            last => self.trie.ends[last as usize].next = end,
        }
        self.last_end[node as usize] = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lexicon_of_the_project_is_a_clean_table() {
        let lexicon = Lexicon::english();
        let rows: Vec<&str> = lexicon.source().lines().skip(1).collect();
        let mut sorted = rows.clone();
        sorted.sort_by_key(|row| {
            let fields: Vec<&str> = row.split('\t').collect();
            (fields[1], fields[0])
        });
        sorted.dedup_by_key(|row| row.rsplit_once('\t').map(|(key, _)| key));
        assert_eq!(sorted, rows);
        let mut names: Vec<String> = (0..lexicon.n_features(true))
            .map(|f| lexicon.feature_name(f))
            .collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), lexicon.n_features(true));
    }

    #[test]
    fn a_wrong_line_is_refused_with_its_number() {
        let table = "entry\tcategory\tweight\ngood\tpositive\tmuch\n";
        let error = Lexicon::parse(table.to_owned()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 2: this line of the lexicon is `good\tpositive\tmuch`; expected an entry of up to 6 \
             words, a category and a weight above 0, separated by tabs"
        );
    }
}
