//! Finds pairs of texts that share most of their words and word pairs.

use detente_text::{TokenKind, tokens};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// A text in lower case with one space between words: two texts with the same folding are exact
/// duplicates.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(&word.to_lowercase());
    }
    folded
}

/// The shingles of texts, each a sorted list of ranks: rare shingles have low ranks.
///
/// A shingle is a word or two neighbouring words in lower case, punctuation left out. Broder takes
/// longer ones, since web pages are long: with three words a single changed word in a statement of
/// 25 already brings the resemblance to .77, with one and two words to .88.
///
/// # References
/// Broder 1997, On the Resemblance and Containment of Documents, section 2.
pub(super) struct Shingles {
    sets: Vec<Vec<u32>>,
    n_shingles: usize,
}

impl Shingles {
    /// Cuts every text into shingles. A text without a word has none and resembles nothing.
    pub(super) fn of(texts: &[&str]) -> Self {
        let hashed: Vec<Vec<u64>> = texts.par_iter().map(|text| hashes(text)).collect();
        let mut counts: FxHashMap<u64, u32> = FxHashMap::default();
        for hash in hashed.iter().flatten() {
            *counts.entry(*hash).or_default() += 1;
        }
        let mut order: Vec<(u32, u64)> = counts.iter().map(|(hash, n)| (*n, *hash)).collect();
        order.sort_unstable();
        for (rank, (_, hash)) in order.iter().enumerate() {
            counts.insert(*hash, rank as u32);
        }
        let ranked = |hashes: &Vec<u64>| {
            let mut set: Vec<u32> = hashes.iter().map(|hash| counts[hash]).collect();
            set.sort_unstable();
            set
        };
        Self {
            sets: hashed.par_iter().map(ranked).collect(),
            n_shingles: order.len(),
        }
    }

    /// Visits the pairs of texts whose resemblance (Jaccard) is at least `threshold`, in a fixed order.
    ///
    /// ```text
    /// resemblance(A, B) = |A ∩ B| / |A ∪ B|
    /// ```
    ///
    /// Exact, unlike MinHash, whose bands miss a few pairs by chance: two sets that resemble each
    /// other by `t` or more must share a shingle among the `|A| - ceil(t |A|) + 1` rarest of each,
    /// so only those are indexed. That is as fast on statements, which are short and mostly share
    /// common words, and it needs no seed.
    ///
    /// # References
    /// Chaudhuri, Ganti and Kaushik 2006, A Primitive Operator for Similarity Joins (the prefix);
    /// Bayardo, Ma and Srikant 2007, Scaling Up All Pairs Similarity Search.
    pub(super) fn join(&self, threshold: f64, pairs: &mut impl Pairs) {
        let mut order: Vec<usize> = (0..self.sets.len())
            .filter(|idx| !self.sets[*idx].is_empty())
            .collect();
        order.sort_by_key(|idx| self.sets[*idx].len());
        let mut postings: Vec<Vec<u32>> = vec![Vec::new(); self.n_shingles];
        // Postings are in the order of sizes: texts too short to matter are passed over for good.
        let mut starts: Vec<u32> = vec![0; self.n_shingles];
        let mut seen_by: Vec<u32> = vec![u32::MAX; self.sets.len()];
        for idx in order {
            let set = &self.sets[idx];
            let least = ceil(threshold * set.len() as f64);
            let prefix = &set[..set.len() - least.max(1) + 1];
            for rank in prefix {
                let (posting, start) = (&postings[*rank as usize], &mut starts[*rank as usize]);
                while posting
                    .get(*start as usize)
                    .is_some_and(|other| self.sets[*other as usize].len() < least)
                {
                    *start += 1;
                }
                for other in &posting[*start as usize..] {
                    let other = *other as usize;
                    if seen_by[other] == idx as u32 {
                        continue;
                    }
                    seen_by[other] = idx as u32;
                    let (first, second) = (idx.min(other), idx.max(other));
                    if !pairs.wants(first, second) {
                        continue;
                    }
                    let resemblance = jaccard(set, &self.sets[other]);
                    if resemblance >= threshold - 1e-12 {
                        pairs.take(first, second, resemblance);
                    }
                }
            }
            for rank in prefix {
                postings[*rank as usize].push(idx as u32);
            }
        }
    }
}

/// What is done with the pairs that a join finds.
pub(super) trait Pairs {
    /// Whether the pair is worth comparing; `first` is below `second`.
    fn wants(&mut self, first: usize, second: usize) -> bool;
    /// Takes a pair whose resemblance is at least the threshold.
    fn take(&mut self, first: usize, second: usize, resemblance: f64);
}

/// Sets of texts that are connected by pairs.
pub(super) struct Clusters {
    parent: Vec<usize>,
    /// The pairs that connect each cluster, one less than its members.
    links: Vec<(usize, f64)>,
}

impl Clusters {
    pub(super) fn new(n_texts: usize) -> Self {
        Self {
            parent: (0..n_texts).collect(),
            links: Vec::new(),
        }
    }

    fn root(&mut self, mut idx: usize) -> usize {
        while self.parent[idx] != idx {
            self.parent[idx] = self.parent[self.parent[idx]];
            idx = self.parent[idx];
        }
        idx
    }

    /// The clusters of two or more texts, with the least resemblance among the pairs that connect
    /// them, in the order of their first texts.
    pub(super) fn members(mut self) -> Vec<(Vec<usize>, f64)> {
        let mut place: FxHashMap<usize, usize> = FxHashMap::default();
        let mut clusters: Vec<(Vec<usize>, f64)> = Vec::new();
        for idx in 0..self.parent.len() {
            let root = self.root(idx);
            let at = *place.entry(root).or_insert_with(|| {
                clusters.push((Vec::new(), 1.0));
                clusters.len() - 1
            });
            clusters[at].0.push(idx);
        }
        for (idx, resemblance) in std::mem::take(&mut self.links) {
            let least = &mut clusters[place[&self.root(idx)]].1;
            *least = least.min(resemblance);
        }
        clusters.retain(|(members, _)| members.len() > 1);
        clusters
    }
}

impl Pairs for Clusters {
    // Two texts already connected need no comparison: it keeps a thousand copies of one formula
    // from costing half a million.
    fn wants(&mut self, first: usize, second: usize) -> bool {
        self.root(first) != self.root(second)
    }

    fn take(&mut self, first: usize, second: usize, resemblance: f64) {
        let (first, second) = (self.root(first), self.root(second));
        self.parent[first.max(second)] = first.min(second);
        self.links.push((first, resemblance));
    }
}

/// Seed of the hashes of two words, so that none is that of a word.
const TWO_WORDS: u64 = 2;

fn hashes(text: &str) -> Vec<u64> {
    let words: Vec<u64> = tokens(text)
        .iter()
        .filter(|token| token.kind != TokenKind::Mark)
        .map(|token| xxh3_64(token.span.slice(text).to_lowercase().as_bytes()))
        .collect();
    let two = |pair: &[u64]| {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&pair[0].to_le_bytes());
        bytes[8..].copy_from_slice(&pair[1].to_le_bytes());
        xxh3_64_with_seed(&bytes, TWO_WORDS)
    };
    let mut all: Vec<u64> = words.windows(2).map(two).collect();
    all.extend(&words);
    all.sort_unstable();
    all.dedup();
    all
}

/// The least whole number not below, where a product such as `0.8 * 15` may be a hair above its own.
fn ceil(value: f64) -> usize {
    (value - 1e-9).ceil() as usize
}

fn jaccard(first: &[u32], second: &[u32]) -> f64 {
    let (mut a, mut b, mut shared) = (0, 0, 0_usize);
    while a < first.len() && b < second.len() {
        match first[a].cmp(&second[b]) {
            std::cmp::Ordering::Less => a += 1,
            std::cmp::Ordering::Greater => b += 1,
            std::cmp::Ordering::Equal => {
                shared += 1;
                a += 1;
                b += 1;
            }
        }
    }
    shared as f64 / (first.len() + second.len() - shared) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct All(Vec<(usize, usize)>);

    impl Pairs for All {
        fn wants(&mut self, _: usize, _: usize) -> bool {
            true
        }

        fn take(&mut self, first: usize, second: usize, _: f64) {
            self.0.push((first, second));
        }
    }

    fn joined(texts: &[&str], threshold: f64) -> Vec<(usize, usize)> {
        let mut all = All(Vec::new());
        Shingles::of(texts).join(threshold, &mut all);
        all.0.sort_unstable();
        all.0
    }

    #[test]
    fn resemblance_is_that_worked_out_by_hand() {
        // The last of six words differs: of 6 words and 5 pairs each, 5 and 4 are shared.
        let shingles = Shingles::of(&[
            "we welcome the new peace accord",
            "We welcome the new, peace plan!",
        ]);
        let expected = (5.0 + 4.0) / (22.0 - 9.0);
        assert!((jaccard(&shingles.sets[0], &shingles.sets[1]) - expected).abs() < 1e-15);
    }

    #[test]
    fn case_space_and_punctuation_do_not_count() {
        assert_eq!(folded("  We\tMet\n today "), "we met today");
        assert_eq!(
            joined(&["We met.", "we met", "they left", "..."], 1.0),
            [(0, 1)]
        );
    }

    #[test]
    fn clusters_chain_their_pairs() {
        let mut clusters = Clusters::new(5);
        clusters.take(1, 3, 0.9);
        clusters.take(3, 4, 0.8);
        assert!(!clusters.wants(1, 4) && clusters.wants(0, 4));
        assert_eq!(clusters.members(), [(vec![1, 3, 4], 0.8)]);
    }

    proptest! {
        #[test]
        fn the_join_finds_exactly_the_pairs_of_a_full_comparison(
            texts in prop::collection::vec("([a-e] ){0,9}", 0..30),
            threshold in prop::sample::select(vec![0.3, 0.5, 0.8, 1.0]),
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let shingles = Shingles::of(&texts);
            let mut expected = Vec::new();
            for first in 0..texts.len() {
                for second in first + 1..texts.len() {
                    let (a, b) = (&shingles.sets[first], &shingles.sets[second]);
                    if !a.is_empty() && !b.is_empty() && jaccard(a, b) >= threshold - 1e-12 {
                        expected.push((first, second));
                    }
                }
            }
            prop_assert_eq!(joined(&texts, threshold), expected);
        }
    }
}
