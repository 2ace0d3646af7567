//! The entries of a lexicon, word by word, in tables.
//!
//! `build.rs` compiles this file too: it makes the tables of the project's lexicon, which are then a part
//! of the program that nothing has to be done for. So it names nothing of the crate.

use std::borrow::Cow;
use xxhash_rust::xxh3::xxh3_64;

/// What an entry may weigh.
const WEIGHTS: std::ops::RangeInclusive<f32> = 0.001..=1000.0;

/// Words a phrase may have at the most.
pub(super) const LONGEST_PHRASE: usize = 6;

/// The node at which every entry begins.
pub(super) const ROOT: u32 = 0;

/// After the last end of a node.
const NO_END: u32 = u32::MAX;

/// The entries of a lexicon. An entry is a path of nodes, from one to the next by a *pattern*: a word,
/// or the beginning of words.
#[derive(Clone, Debug)]
pub(super) struct Trie {
    /// The patterns of whole words, by a hash of the word.
    pub(super) exact: Table,
    /// The patterns of beginnings of words, in the same way.
    pub(super) prefixes: Table,
    pub(super) longest_prefix: usize,
    /// For each pattern, the node behind the root; the root itself where no entry begins so.
    pub(super) behind_root: Cow<'static, [u32]>,
    /// For each other node, where those behind it begin.
    pub(super) first_step: Cow<'static, [u32]>,
    /// Patterns with the nodes that they lead to: few for each node, so that they are gone through.
    pub(super) steps: Cow<'static, [(u32, u32)]>,
    /// For each node, the first of its ends.
    pub(super) first_end: Cow<'static, [u32]>,
    pub(super) ends: Cow<'static, [End]>,
}

/// The category and the weight of an entry that ends at a node.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub(super) category: u32,
    pub(super) weight: f32,
    /// The next end of the same node.
    pub(super) next: u32,
}

/// Numbers by 64-bit keys: open addressing with linear probing.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// 0 where there is none; the length is a power of 2.
    pub(super) keys: Cow<'static, [u64]>,
    pub(super) values: Cow<'static, [u32]>,
}

impl Table {
    /// A table for so many keys, at most three quarters full.
    fn with_capacity(n_keys: usize) -> Self {
        let n_slots = (n_keys * 4 / 3 + 1).next_power_of_two().max(2);
        Self {
            keys: vec![0; n_slots].into(),
            values: vec![0; n_slots].into(),
        }
    }

    pub(super) fn get(&self, key: u64) -> Option<u32> {
        let slot = self.slot_of(key);
        (self.keys[slot] != 0).then(|| self.values[slot])
    }

    /// The number of a key, which is `fresh` if there was none.
    fn get_or_insert(&mut self, key: u64, fresh: u32) -> u32 {
        let slot = self.slot_of(key);
        if self.keys[slot] == 0 {
            self.keys.to_mut()[slot] = key.max(1);
            self.values.to_mut()[slot] = fresh;
        }
        self.values[slot]
    }

    /// The slot of a key, or the empty one where it belongs. No key is 0: that one is taken for 1.
    fn slot_of(&self, key: u64) -> usize {
        let (key, mask) = (key.max(1), self.keys.len() - 1);
        // The odd number of Fibonacci hashing, for keys that are no hashes.
        let mixed = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut slot = (mixed >> (64 - self.keys.len().trailing_zeros())) as usize;
        while self.keys[slot] != key && self.keys[slot] != 0 {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn used(&self) -> impl Iterator<Item = (u64, u32)> {
        let slots = self.keys.iter().copied().zip(self.values.iter().copied());
        slots.filter(|(key, _)| *key != 0)
    }

    /// The same in no more slots than it needs.
    fn tight(&self) -> Self {
        let mut table = Self::with_capacity(self.used().count());
        for (key, value) in self.used() {
            table.get_or_insert(key, value);
        }
        table
    }
}

impl Trie {
    /// The patterns that a word matches.
    pub(super) fn patterns_of(&self, word: &str, patterns: &mut Vec<u32>) {
        patterns.extend(self.exact.get(hash_of(word)));
        for (end, _) in word.char_indices().skip(1).chain([(word.len(), ' ')]) {
            if end > self.longest_prefix {
                break;
            }
            patterns.extend(self.prefixes.get(hash_of(&word[..end])));
        }
    }

    /// The node at which an entry is that begins with a pattern.
    pub(super) fn behind_root(&self, pattern: u32) -> Option<u32> {
        let node = *self.behind_root.get(pattern as usize)?;
        (node != ROOT).then_some(node)
    }

    /// The nodes behind one that is not the root: the pattern of each, and its number.
    pub(super) fn steps(&self, node: u32) -> &[(u32, u32)] {
        let [start, end] = [0, 1].map(|next| self.first_step[node as usize + next] as usize);
        &self.steps[start..end]
    }

    /// The categories and weights of the entries that end at a node.
    pub(super) fn ends_at(&self, node: u32) -> impl Iterator<Item = (usize, f32)> {
        let mut at = self.first_end[node as usize];
        std::iter::from_fn(move || {
            let end = self.ends.get(at as usize)?;
            at = end.next;
            Some((end.category as usize, end.weight))
        })
    }
}

fn hash_of(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}

/// The categories, sorted, and the entries of tab-separated lines `entry, category, weight` below a
/// header; or the number of a line that is none, from 1 on, and the line.
pub(super) fn read(source: &str) -> Result<(Vec<&str>, Trie), (u64, &str)> {
    let mut rows = Vec::new();
    let mut categories: Vec<&str> = Vec::new();
    for (idx, line) in source.lines().enumerate().skip(1) {
        let (entry, category, weight) = row(line).ok_or((idx as u64 + 1, line))?;
        if categories.last() != Some(&category) {
            categories.push(category);
        }
        rows.push((entry, category, weight));
    }
    categories.sort_unstable();
    categories.dedup();
    let n_words = rows.iter().map(|(entry, ..)| words(entry).count()).sum();
    let mut builder = TrieBuilder::with_capacity(rows.len(), n_words);
    let mut last_category = (0, "");
    for (entry, category, weight) in rows {
        if last_category.1 != category {
            let at = categories.partition_point(|known| *known < category);
            last_category = (at as u32, category);
        }
        builder.add(entry, last_category.0, weight);
    }
    Ok((categories, builder.finish()))
}

/// The fields of a line; `None` where there are not three, the entry has a blank word or too many, or the
/// weight is out of range.
fn row(line: &str) -> Option<(&str, &str, f32)> {
    let (entry, rest) = cut(line, b'\t')?;
    let (category, weight) = cut(rest, b'\t')?;
    let weight: f32 = weight.trim().parse().ok()?;
    let mut n_words = 0;
    let is_blank = words(entry).any(|word| {
        n_words += 1;
        word.is_empty() || word == "*"
    });
    let is_entry = !is_blank && n_words <= LONGEST_PHRASE;
    (is_entry && WEIGHTS.contains(&weight)).then_some((entry, category, weight))
}

/// What stands before and after the first of an ASCII mark. Fields are so short that searching them byte by
/// byte takes half the time of the search for a character.
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

/// A trie that entries are added to.
struct TrieBuilder {
    exact: Table,
    prefixes: Table,
    longest_prefix: usize,
    n_patterns: u32,
    /// (node, pattern) to node, as [`step`] puts them together.
    next: Table,
    first_end: Vec<u32>,
    ends: Vec<End>,
    /// For each node, the last of its ends.
    last_end: Vec<u32>,
}

impl TrieBuilder {
    fn with_capacity(n_entries: usize, n_words: usize) -> Self {
        let mut builder = Self {
            exact: Table::with_capacity(n_words),
            prefixes: Table::with_capacity(n_words),
            longest_prefix: 0,
            n_patterns: 0,
            next: Table::with_capacity(n_words),
            first_end: Vec::with_capacity(n_words),
            ends: Vec::with_capacity(n_entries),
            last_end: Vec::with_capacity(n_words),
        };
        builder.add_node();
        builder
    }

    fn add_node(&mut self) -> u32 {
        self.first_end.push(NO_END);
        self.last_end.push(NO_END);
        (self.first_end.len() - 1) as u32
    }

    fn add(&mut self, entry: &str, category: u32, weight: f32) {
        let mut node = ROOT;
        for word in words(entry) {
            let (patterns, text) = match word.strip_suffix('*') {
                Some(stem) => {
                    self.longest_prefix = self.longest_prefix.max(stem.len());
                    (&mut self.prefixes, stem)
                }
                None => (&mut self.exact, word),
            };
            let pattern = patterns.get_or_insert(hash_of(text), self.n_patterns);
            self.n_patterns += u32::from(pattern == self.n_patterns);
            let fresh = self.first_end.len() as u32;
            let next = self.next.get_or_insert(step(node, pattern), fresh);
            if next == fresh {
                self.add_node();
            }
            node = next;
        }
        let end = self.ends.len() as u32;
        self.ends.push(End {
            category,
            weight,
            next: NO_END,
        });
        match self.last_end[node as usize] {
            NO_END => self.first_end[node as usize] = end,
            last => self.ends[last as usize].next = end,
        }
        self.last_end[node as usize] = end;
    }

    fn finish(self) -> Trie {
        let mut behind_root = vec![ROOT; self.n_patterns as usize];
        let mut steps = Vec::with_capacity(self.first_end.len());
        for (key, next) in self.next.used() {
            match (((key - 1) >> 32) as u32, (key - 1) as u32) {
                (ROOT, pattern) => behind_root[pattern as usize] = next,
                (node, pattern) => steps.push((node, pattern, next)),
            }
        }
        steps.sort_unstable();
        let before = |node: u32| steps.partition_point(|(of, ..)| *of < node) as u32;
        let first_step: Vec<u32> = (0..=self.first_end.len() as u32).map(before).collect();
        let steps = steps.into_iter().map(|(_, pattern, next)| (pattern, next));
        Trie {
            exact: self.exact.tight(),
            prefixes: self.prefixes.tight(),
            longest_prefix: self.longest_prefix,
            behind_root: behind_root.into(),
            first_step: first_step.into(),
            steps: steps.collect(),
            first_end: self.first_end.into(),
            ends: self.ends.into(),
        }
    }
}

/// A step from a node by a pattern as one number, which is never 0.
fn step(node: u32, pattern: u32) -> u64 {
    (u64::from(node) << 32 | u64::from(pattern)) + 1
}
