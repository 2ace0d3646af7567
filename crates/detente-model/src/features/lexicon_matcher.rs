//! Finds the entries of a lexicon in a statement, and makes features of them.

use super::lexicon::Lexicon;
use super::lexicon_match::LexiconMatch;
use super::near_lexicon::NearSums;
use super::place::Place;
use super::trie::{LONGEST_PHRASE, Trie};
use std::ops::Range;

/// What a lexicon says of a word, as ranges of [`LexiconMatcher`]'s arena: the patterns that it matches,
/// then the nodes at which an entry that it begins can be.
#[derive(Clone, Copy, Debug)]
pub struct PatternRange {
    start: u32,
    start_of_nodes: u32,
    end: u32,
}

impl PatternRange {
    /// Of a word that the lexicon does not know.
    pub const NONE: Self = Self {
        start: 0,
        start_of_nodes: 0,
        end: 0,
    };
}

/// Words of one statement on their way to lexicon features.
#[derive(Default)]
pub struct LexiconMatcher {
    arena: Vec<u32>,
    words: Vec<(PatternRange, bool)>,
    /// The places of the words, where there is a mention.
    places: Vec<Place>,
    near_sums: NearSums,
    sums: Vec<f32>,
    /// The categories that occur in plain words.
    occurring: Vec<usize>,
    longest: LongestMatches,
}

/// The longest entry of each category that begins at one word.
#[derive(Default)]
struct LongestMatches {
    /// The longest of each category so far: the category, its weight, how many words it has.
    best: Vec<(usize, f32, usize)>,
    nodes: Vec<u32>,
    reached: Vec<u32>,
}

impl LongestMatches {
    /// Gives the entries that the words hold, by their first words.
    fn each(
        &mut self,
        trie: &Trie,
        arena: &[u32],
        words: &[(PatternRange, bool)],
        mut each: impl FnMut(LexiconMatch),
    ) {
        let Self {
            best,
            nodes,
            reached,
        } = self;
        for start in 0..words.len() {
            let (range, negated) = words[start];
            // Most words begin no entry.
            if range.start_of_nodes == range.end {
                continue;
            }
            best.clear();
            nodes.clear();
            nodes.extend_from_slice(&arena[range.start_of_nodes as usize..range.end as usize]);
            let last = (start + LONGEST_PHRASE).min(words.len());
            let mut rest = words[start + 1..last].iter();
            for n_words in 1.. {
                for node in &*nodes {
                    for (category, weight) in trie.ends_at(*node) {
                        // A longer entry of the category takes the place of a shorter one.
                        match best.iter_mut().find(|(known, ..)| *known == category) {
                            Some(known) => (known.1, known.2) = (weight, n_words),
                            None => best.push((category, weight, n_words)),
                        }
                    }
                }
                let Some((range, _)) = rest.next() else {
                    break;
                };
                let patterns = &arena[range.start as usize..range.start_of_nodes as usize];
                reached.clear();
                for steps in nodes.iter().map(|node| trie.steps(*node)) {
                    // By the patterns of the word first, which is the order that sums are taken in.
                    for pattern in patterns.iter().filter(|_| !steps.is_empty()) {
                        let next = steps.iter().filter(|(by, _)| by == pattern);
                        reached.extend(next.map(|(_, next)| *next));
                    }
                }
                if reached.is_empty() {
                    break;
                }
                std::mem::swap(nodes, reached);
            }
            for (category, weight, n_words) in &*best {
                each(LexiconMatch {
                    category: *category,
                    weight: *weight,
                    negated,
                    words: start..start + n_words,
                });
            }
        }
    }
}

impl LexiconMatcher {
    /// Begins a statement.
    pub fn begin(&mut self) {
        self.words.clear();
        self.places.clear();
    }

    /// Forgets every word that was looked up.
    pub fn forget(&mut self) {
        self.words.clear();
        self.arena.clear();
    }

    /// Looks a word up; the caller remembers the range until it says [`forget`](Self::forget).
    pub fn look_up(&mut self, lexicon: &Lexicon, surface: &str) -> PatternRange {
        let (trie, start) = (lexicon.trie(), self.arena.len());
        trie.patterns_of(surface, &mut self.arena);
        let start_of_nodes = self.arena.len();
        for at in start..start_of_nodes {
            let node = trie.behind_root(self.arena[at]);
            self.arena.extend(node);
        }
        PatternRange {
            start: start as u32,
            start_of_nodes: start_of_nodes as u32,
            end: self.arena.len() as u32,
        }
    }

    /// Adds the statement's next word.
    pub fn push(&mut self, patterns: PatternRange, negated: bool) {
        self.words.push((patterns, negated));
    }

    /// Says where the statement's words stand from its mentions.
    pub fn place(&mut self, places: &[Place]) {
        self.places.extend_from_slice(places);
    }

    /// Ends the statement: gives each feature that is not 0 with its value, with those `near` a
    /// mention after the others.
    ///
    /// ```text
    /// category: ln(1 + sum of weights) / 2, plain and negated words apart
    /// pair:     1/2 where both categories occur in plain words
    /// ```
    ///
    /// # Panics
    /// A word was looked up in another lexicon.
    pub fn finish(&mut self, lexicon: &Lexicon, near: bool, mut each: impl FnMut(usize, f32)) {
        let n = lexicon.n_categories();
        self.sums.clear();
        self.sums.resize(2 * n, 0.0);
        if near {
            self.near_sums.begin(n);
        }
        let (sums, near_sums) = (&mut self.sums, &mut self.near_sums);
        self.longest
            .each(lexicon.trie(), &self.arena, &self.words, |entry| {
                sums[entry.category + if entry.negated { n } else { 0 }] += entry.weight;
                if near && let Some(place) = self.places.get(entry.words.start) {
                    near_sums.add(&entry, *place);
                }
            });
        for (feature, sum) in self.sums.iter().enumerate() {
            if *sum > 0.0 {
                each(feature, 0.5 * sum.ln_1p());
            }
        }
        // Few categories occur in a statement, so that going through those costs less than through
        // all pairs.
        self.occurring.clear();
        let occurring = (0..n).filter(|category| self.sums[*category] > 0.0);
        self.occurring.extend(occurring);
        for (at, first) in self.occurring.iter().enumerate() {
            for second in &self.occurring[at + 1..] {
                each(lexicon.pair(*first, *second), 0.5);
            }
        }
        if near {
            let n_plain = lexicon.n_features(false);
            self.near_sums
                .finish(|feature, value| each(n_plain + feature, value));
        }
    }

    /// Ends the statement: gives the part of each entry in each feature that it is behind, and the places
    /// of its words. The parts of one feature add up to a sum of its own.
    pub(super) fn trace(
        &mut self,
        lexicon: &Lexicon,
        near: bool,
        mut each: impl FnMut(usize, f32, Range<usize>),
    ) {
        let mut entries = Vec::new();
        self.longest
            .each(lexicon.trie(), &self.arena, &self.words, |entry| {
                entries.push(entry);
            });
        let n = lexicon.n_categories();
        let mut sums = vec![0.0_f32; n];
        for entry in entries.iter().filter(|entry| !entry.negated) {
            sums[entry.category] += entry.weight;
        }
        for entry in &entries {
            let own = entry.category + if entry.negated { n } else { 0 };
            each(own, entry.weight, entry.words.clone());
            for other in (0..n).filter(|other| sums[*other] > 0.0) {
                if !entry.negated && other != entry.category {
                    let (first, second) = (other.min(own), other.max(own));
                    let share = entry.weight / sums[entry.category];
                    each(lexicon.pair(first, second), share, entry.words.clone());
                }
            }
            if near && let Some(place) = self.places.get(entry.words.start) {
                let n_plain = lexicon.n_features(false);
                for (kind, size) in NearSums::parts(entry, *place) {
                    let feature = n_plain + kind * n + entry.category;
                    each(feature, size, entry.words.clone());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "entry\tcategory\tweight\n\
                         condemn*\tblame\t2\n\
                         attack*\tviolence\t1\n\
                         call* for calm\tappeal\t3\n\
                         call*\tappeal\t1\n";

    fn features(lexicon: &Lexicon, words: &[(&str, bool)]) -> Vec<(String, f32)> {
        let mut state = LexiconMatcher::default();
        state.begin();
        for (word, negated) in words {
            let patterns = state.look_up(lexicon, word);
            state.push(patterns, *negated);
        }
        let mut found = Vec::new();
        state.finish(lexicon, false, |feature, value| {
            found.push((lexicon.feature_name(feature), value));
        });
        found
    }

    #[test]
    fn entries_are_found_with_their_endings_and_the_longest_counts() {
        let lexicon = Lexicon::parse(SMALL.to_owned()).unwrap();
        let words = ["they", "called", "for", "calm", "and", "condemned", "it"];
        let found = features(&lexicon, &words.map(|word| (word, false)));
        // ln(1 + 3) / 2 and ln(1 + 2) / 2
        let expected = [
            ("appeal", std::f32::consts::LN_2),
            ("blame", 0.549_306_1),
            ("appeal & blame", 0.5),
        ];
        assert_eq!(found.len(), 3);
        for ((name, value), (expected_name, expected_value)) in found.iter().zip(expected) {
            assert_eq!(name, expected_name);
            assert!((value - expected_value).abs() < 1e-6);
        }
    }

    #[test]
    fn negated_words_are_counted_apart() {
        let lexicon = Lexicon::parse(SMALL.to_owned()).unwrap();
        let found = features(&lexicon, &[("attack", true)]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "not~violence");
    }
}
