//! The words that make the difference between groups of statements.

use detente_text::{TokenKind, strip_possessive, tokens};
use rustc_hash::{FxHashMap, FxHashSet};

/// How often words stand in the statements of groups, one count for each target that a statement speaks to.
#[derive(Default)]
pub(super) struct WordCounts {
    words: FxHashMap<String, u32>,
    names: Vec<String>,
    /// By word, group and target.
    counts: FxHashMap<(u32, u32, u32), u32>,
    /// Articles that a word stands in.
    n_articles: Vec<u32>,
}

/// A word and how much more often a group has it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WordDifference {
    /// The word, in lower case.
    pub word: String,
    /// Statements of the group that have it.
    pub n_group: u32,
    /// Statements of the others that have it.
    pub n_others: u32,
    /// Log-odds ratio by its standard deviation: above 0 the group has it more often.
    pub z: f64,
}

/// Articles that a word must stand in.
const FEWEST_ARTICLES: u32 = 3;

/// Distinct words that are counted, at the most; what is new then is passed over.
const MOST_WORDS: usize = 500_000;

impl WordCounts {
    /// Adds an article: its statements, each with the targets that it speaks to.
    pub(super) fn add<'a>(
        &mut self,
        group: u32,
        statements: impl Iterator<Item = (&'a str, Vec<u32>)>,
    ) {
        let mut of_article: FxHashSet<u32> = FxHashSet::default();
        for (text, targets) in statements {
            if targets.is_empty() {
                continue;
            }
            let mut of_statement: FxHashSet<u32> = FxHashSet::default();
            for token in tokens(text) {
                let word = token.span.slice(text);
                if token.kind != TokenKind::Word || word.chars().count() < 3 {
                    continue;
                }
                let word = strip_possessive(word).to_lowercase();
                let known = self.words.get(&word).copied();
                let Some(word) = known.or_else(|| self.learn(word)) else {
                    continue;
                };
                of_statement.insert(word);
            }
            for word in &of_statement {
                for target in &targets {
                    *self.counts.entry((*word, group, *target)).or_default() += 1;
                }
            }
            of_article.extend(of_statement);
        }
        for word in of_article {
            self.n_articles[word as usize] += 1;
        }
    }

    fn learn(&mut self, word: String) -> Option<u32> {
        if self.names.len() == MOST_WORDS {
            return None;
        }
        let at = self.names.len() as u32;
        self.names.push(word.clone());
        self.n_articles.push(0);
        self.words.insert(word, at);
        Some(at)
    }

    /// Statements that have each word, of all groups on a target.
    pub(super) fn totals(&self, target: u32) -> Vec<u32> {
        let mut totals = vec![0; self.names.len()];
        for ((word, _, of), count) in &self.counts {
            if *of == target {
                totals[*word as usize] += count;
            }
        }
        totals
    }

    /// The words of a group against the others on a target, the most telling first: `n` that the group has more often,
    /// and `n` that it has less often.
    ///
    /// ```text
    /// z = (log odds of the group - log odds of the others) / standard deviation,   prior: the words of both
    /// ```
    ///
    /// # References
    ///
    /// Monroe, Colaresi and Quinn 2008, Fightin' Words, Political Analysis 16(4), section 3.5.1 (informative Dirichlet
    /// prior).
    pub(super) fn differences(
        &self,
        group: u32,
        target: u32,
        totals: &[u32],
        n: usize,
    ) -> Vec<WordDifference> {
        let told: Vec<(u32, u32, u32)> = (0..self.names.len() as u32)
            .filter(|word| self.n_articles[*word as usize] >= FEWEST_ARTICLES)
            .map(|word| {
                let own = self
                    .counts
                    .get(&(word, group, target))
                    .copied()
                    .unwrap_or(0);
                (word, own, totals[word as usize] - own)
            })
            .filter(|(_, own, others)| own + others > 0)
            .collect();
        let (n_own, n_others) = told.iter().fold((0.0, 0.0), |sums, (_, own, others)| {
            (sums.0 + f64::from(*own), sums.1 + f64::from(*others))
        });
        if n_own == 0.0 || n_others == 0.0 {
            return Vec::new();
        }
        let n_all = n_own + n_others;
        // The prior weighs as much as a hundred words.
        const PRIOR: f64 = 100.0;
        let mut found: Vec<WordDifference> = told
            .iter()
            .map(|(word, own, others)| {
                let (own_count, others_count) = (f64::from(*own), f64::from(*others));
                let prior = PRIOR * (own_count + others_count) / n_all;
                let odds = |count: f64, total: f64| {
                    ((count + prior) / (total + PRIOR - count - prior)).ln()
                };
                let delta = odds(own_count, n_own) - odds(others_count, n_others);
                let variance = 1.0 / (own_count + prior) + 1.0 / (others_count + prior);
                WordDifference {
                    word: self.names[*word as usize].clone(),
                    n_group: *own,
                    n_others: *others,
                    z: delta / variance.sqrt(),
                }
            })
            .collect();
        found.sort_by(|a, b| b.z.total_cmp(&a.z).then_with(|| a.word.cmp(&b.word)));
        let n_more = found.iter().take(n).take_while(|one| one.z > 0.0).count();
        let least = found.len().saturating_sub(n).max(n_more);
        let mut less: Vec<WordDifference> = found.split_off(least);
        less.retain(|one| one.z < 0.0);
        less.reverse();
        found.truncate(n_more);
        found.extend(less);
        found.shrink_to_fit();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_group_come_first() {
        let mut counts = WordCounts::default();
        for _ in 0..5 {
            counts.add(0, [("the border guards fired", vec![0])].into_iter());
            counts.add(1, [("the border market opened", vec![0])].into_iter());
        }
        let found = counts.differences(0, 0, &counts.totals(0), 2);
        let words: Vec<&str> = found.iter().map(|one| &*one.word).collect();
        assert_eq!(words, ["fired", "guards", "opened", "market"]);
        assert!(found[0].z > 0.0 && found[3].z < 0.0);
        assert_eq!((found[0].n_group, found[0].n_others), (5, 0));
    }
}
