//! In what groups of articles differ.

use crate::words::WordCounts;
pub use crate::words::WordDifference;
use detente_metrics::compare::holm;
use detente_metrics::random::Stream;
use detente_metrics::{BootstrapParams, Interval, Measure};
use detente_model::Head;
use detente_model::label::{NONE, TargetKind};
use detente_score::ScoredArticle;

/// How groups are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ContrastParams {
    /// Orders of the articles that are drawn for the test; default 1,999.
    pub permutations: usize,
    /// Words that are shown of each side; default 6.
    pub n_words: usize,
    /// How the intervals are made.
    pub bootstrap: BootstrapParams,
}

impl ContrastParams {
    /// 1,999 permutations, 6 words, 1,000 resamples.
    pub const DEFAULT: Self = Self {
        permutations: 1999,
        n_words: 6,
        bootstrap: BootstrapParams {
            resamples: 1000,
            ..BootstrapParams::DEFAULT
        },
    };
}

/// A group against all others on a target.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GroupDifference {
    /// The group.
    pub group: String,
    /// The target.
    pub target: String,
    /// Articles of the group.
    pub n_articles: usize,
    /// The mean of its statements' scores, weighted by relevance; `None` where none is relevant.
    pub score: Option<f64>,
    /// The mean of the others.
    pub others: Option<f64>,
    /// The difference.
    pub difference: Option<f64>,
    /// Its interval, by articles drawn anew.
    pub interval: Option<Interval>,
    /// The share of orders of the articles that show as great a difference.
    pub p: Option<f64>,
    /// The same, corrected for all groups and targets by Holm.
    pub p_corrected: Option<f64>,
    /// The words that the group has more often, then those that it has less often, in statements that speak to the
    /// target.
    pub words: Vec<WordDifference>,
}

/// Gathers articles by their groups.
#[derive(Default)]
pub struct Contrast {
    groups: Vec<String>,
    targets: Vec<String>,
    /// By article: its group, and sum and weight by target.
    articles: Vec<(u32, Vec<(f64, f64)>)>,
    words: WordCounts,
}

impl Contrast {
    /// Begins with nothing; `heads` are those of the model that scores the articles.
    pub fn new(heads: &[Head]) -> Self {
        let stances = heads
            .iter()
            .filter(|head| head.labels.kind() == TargetKind::Stance);
        Self {
            targets: stances.map(|head| head.target.clone()).collect(),
            ..Self::default()
        }
    }

    /// The groups, in the order in which they came.
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// How many articles came.
    pub fn n_articles(&self) -> usize {
        self.articles.len()
    }

    /// Takes an article of a group.
    pub fn add(&mut self, heads: &[Head], article: &ScoredArticle, group: &str) {
        let known = self.groups.iter().position(|one| one == group);
        let group = known.unwrap_or_else(|| {
            self.groups.push(group.to_owned());
            self.groups.len() - 1
        }) as u32;
        let stances: Vec<usize> = (0..heads.len())
            .filter(|at| heads[*at].labels.kind() == TargetKind::Stance)
            .collect();
        let mut sums = vec![(0.0, 0.0); stances.len()];
        let known = || {
            article
                .statements
                .iter()
                .filter(|statement| statement.scores.is_known)
        };
        for statement in known() {
            for (sum, at) in sums.iter_mut().zip(&stances) {
                let score = &statement.scores.targets[*at];
                let relevance = score.relevance.unwrap_or(1.0);
                sum.0 += score.stance.unwrap_or(0.0) * relevance;
                sum.1 += relevance;
            }
        }
        self.articles.push((group, sums));
        let statements = known().map(|statement| {
            let speaks = |place: &usize| {
                let at = stances[*place];
                let label = statement.scores.targets[at].label_idx;
                heads[at].labels.labels()[label] != NONE
            };
            let targets = (0..stances.len()).filter(speaks).map(|place| place as u32);
            (&*statement.text, targets.collect())
        });
        self.words.add(group, statements);
    }

    /// Compares each group with all others, on each target: groups by name, targets in the model's order.
    pub fn finish(&self, params: &ContrastParams) -> Vec<GroupDifference> {
        let (n_groups, n_targets) = (self.groups.len(), self.targets.len());
        let ones = vec![1; self.articles.len()];
        let given: Vec<u32> = self.articles.iter().map(|(group, _)| *group).collect();
        let sums = self.sums(&given, &ones);
        let differences: Vec<Option<f64>> = self.differences(&sums);
        let values = |weights: &[u32]| self.differences(&self.sums(&given, weights));
        let intervals = Measure::serial(self.articles.len(), &params.bootstrap, values);
        let mut n_as_great = vec![1usize; n_groups * n_targets];
        let mut drawn = given.clone();
        let mut stream = Stream::of_seed(params.bootstrap.seed);
        for _ in 0..params.permutations {
            stream.shuffle(&mut drawn);
            let others = self.differences(&self.sums(&drawn, &ones));
            for (at, (given, other)) in differences.iter().zip(others).enumerate() {
                if let (Some(given), Some(other)) = (given, other)
                    && other.abs() >= given.abs() - 1e-12
                {
                    n_as_great[at] += 1;
                }
            }
        }
        let p: Vec<Option<f64>> = differences
            .iter()
            .zip(&n_as_great)
            .map(|(difference, n)| difference.map(|_| *n as f64 / (params.permutations + 1) as f64))
            .collect();
        let defined: Vec<f64> = p.iter().flatten().copied().collect();
        let mut corrected = holm(&defined).into_iter();
        let corrected: Vec<Option<f64>> =
            p.iter().map(|p| p.and_then(|_| corrected.next())).collect();
        let mut order: Vec<usize> = (0..n_groups).collect();
        order.sort_by(|a, b| self.groups[*a].cmp(&self.groups[*b]));
        let totals: Vec<Vec<u32>> = (0..n_targets as u32)
            .map(|target| self.words.totals(target))
            .collect();
        let mut found = Vec::with_capacity(n_groups * n_targets);
        for group in order {
            for (target, totals) in totals.iter().enumerate() {
                let at = group * n_targets + target;
                let n_articles = given.iter().filter(|one| **one as usize == group).count();
                let is_alone = n_articles < 2 || given.len() - n_articles < 2;
                let mean = |(sum, weight): (f64, f64)| (weight > 0.0).then(|| sum / weight);
                found.push(GroupDifference {
                    group: self.groups[group].clone(),
                    target: self.targets[target].clone(),
                    n_articles,
                    score: mean(sums[at]),
                    others: mean(self.others(&sums, group, target)),
                    difference: differences[at],
                    interval: intervals[at].interval.filter(|_| !is_alone),
                    p: p[at],
                    p_corrected: corrected[at],
                    words: self.words.differences(
                        group as u32,
                        target as u32,
                        totals,
                        params.n_words,
                    ),
                });
            }
        }
        found
    }

    /// Sum and weight of each group on each target.
    fn sums(&self, groups: &[u32], weights: &[u32]) -> Vec<(f64, f64)> {
        let n_targets = self.targets.len();
        let mut sums = vec![(0.0, 0.0); self.groups.len() * n_targets];
        for (((_, article), group), times) in self.articles.iter().zip(groups).zip(weights) {
            let times = f64::from(*times);
            let first = *group as usize * n_targets;
            for (known, new) in sums[first..first + n_targets].iter_mut().zip(article) {
                known.0 += times * new.0;
                known.1 += times * new.1;
            }
        }
        sums
    }

    fn others(&self, sums: &[(f64, f64)], group: usize, target: usize) -> (f64, f64) {
        let n_targets = self.targets.len();
        let all = (0..self.groups.len()).filter(|other| *other != group);
        all.map(|other| sums[other * n_targets + target])
            .fold((0.0, 0.0), |sums, one| (sums.0 + one.0, sums.1 + one.1))
    }

    fn differences(&self, sums: &[(f64, f64)]) -> Vec<Option<f64>> {
        let n_targets = self.targets.len();
        let difference = |at: usize| {
            let (own, others) = (sums[at], self.others(sums, at / n_targets, at % n_targets));
            (own.1 > 0.0 && others.1 > 0.0).then(|| own.0 / own.1 - others.0 / others.1)
        };
        (0..sums.len()).map(difference).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_that_differ_are_told_from_groups_that_do_not() {
        let article = |group: u32, value: f64| (group, vec![(value, 1.0)]);
        let mut articles: Vec<(u32, Vec<(f64, f64)>)> = Vec::new();
        for n in 0..20 {
            let noise = f64::from(n % 5) * 0.05;
            articles.push(article(0, 0.6 + noise));
            articles.push(article(1, 0.0 + noise));
            articles.push(article(2, 0.3 + noise));
        }
        let contrast = Contrast {
            groups: ["a", "b", "c"].map(str::to_owned).to_vec(),
            targets: vec!["peace".into()],
            articles,
            words: WordCounts::default(),
        };
        let found = contrast.finish(&ContrastParams::DEFAULT);
        assert!((found[0].difference.unwrap() - 0.45).abs() < 1e-9);
        assert!(found[0].p_corrected.unwrap() < 0.01 && found[1].p_corrected.unwrap() < 0.01);
        assert!(found[2].p_corrected.unwrap() > 0.5, "{found:?}");
        let interval = found[0].interval.unwrap();
        assert!(interval.low > 0.3 && interval.high < 0.6);
    }
}
