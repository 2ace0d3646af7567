//! Scores of statements into the scores of an article.
//!
//! The statements' scores come in, one [`ArticleScore`] a target comes out; over all articles of a run,
//! one [`CorpusScore`]. Nothing is scored again and nothing is dropped silently: statements without a
//! known feature are counted apart.

mod corpus;
mod intervals;

pub use corpus::{CorpusPrevalence, CorpusScore, TargetShares, out_of_fold_confusion};
pub(crate) use intervals::article_intervals_while;
pub use intervals::{INTERVAL_RESAMPLES, ScoreIntervals, article_intervals};

use detente_model::label::{AGAINST, FAVOR, LabelSet, TargetKind};
use detente_model::{Head, Score, StatementScores};
use serde::Serialize;
use std::iter::repeat_n;

/// What an article says on one target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ArticleScore {
    /// On a stance target.
    Stance(StanceShare),
    /// On a class target.
    Class(ClassShare),
}

/// The stance of an article.
///
/// ```text
/// score = sum_i r_i s_i / sum_i r_i,   r = 1 - P(none), s = P(favor) - P(against)
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StanceShare {
    /// Mean of the statements' stance scores weighted by relevance, from -1 to 1; `None` without a
    /// statement that has a known feature.
    pub score: Option<f64>,
    /// Statements labelled `favor`.
    pub favor: usize,
    /// Statements labelled `against`.
    pub against: usize,
    /// Statements that speak to the target: labelled `favor` or `against`.
    pub relevant: usize,
    /// Statements with a known feature.
    pub n: usize,
}

/// The classes of an article's statements.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ClassShare {
    /// Mean probability of each label, in the labels' order; `None` without a statement that has a
    /// known feature.
    pub shares: Option<Vec<f64>>,
    /// Statements of each label.
    pub counts: Vec<usize>,
    /// Statements with a known feature.
    pub n: usize,
}

/// The article's score on every target, from those of its statements.
pub fn article_scores<'a>(
    heads: &[Head],
    statements: impl Iterator<Item = &'a StatementScores> + Clone,
) -> Vec<ArticleScore> {
    let known = statements.filter(|statement| statement.is_known);
    heads
        .iter()
        .enumerate()
        .map(|(head_idx, head)| {
            let scores = known.clone().map(|statement| &statement.targets[head_idx]);
            match head.labels.kind() {
                TargetKind::Stance => ArticleScore::Stance(stance_share(&head.labels, scores)),
                TargetKind::Class => ArticleScore::Class(class_share(&head.labels, scores)),
            }
        })
        .collect()
}

fn stance_share<'a>(labels: &LabelSet, scores: impl Iterator<Item = &'a Score>) -> StanceShare {
    let mut share = StanceShare {
        score: None,
        favor: 0,
        against: 0,
        relevant: 0,
        n: 0,
    };
    let (mut weighted, mut total) = (0.0, 0.0);
    for score in scores {
        share.n += 1;
        match labels.labels()[score.label_idx].as_str() {
            FAVOR => share.favor += 1,
            AGAINST => share.against += 1,
            _ => {}
        }
        if let (Some(stance), Some(relevance)) = (score.stance, score.relevance) {
            weighted += relevance * stance;
            total += relevance;
        }
    }
    share.relevant = share.favor + share.against;
    share.score = (total > 0.0).then(|| weighted / total);
    share
}

fn class_share<'a>(labels: &LabelSet, scores: impl Iterator<Item = &'a Score>) -> ClassShare {
    // Not `vec!`, which asks for memory that comes zeroed: the C library is slow to give a few bytes of it.
    let mut sums: Vec<f64> = repeat_n(0.0, labels.len()).collect();
    let mut counts: Vec<usize> = repeat_n(0, labels.len()).collect();
    let mut n = 0;
    for score in scores {
        n += 1;
        counts[score.label_idx] += 1;
        for (sum, p) in sums.iter_mut().zip(&score.probabilities) {
            *sum += p;
        }
    }
    sums.iter_mut().for_each(|sum| *sum /= n as f64);
    ClassShare {
        shares: (n > 0).then_some(sums),
        counts,
        n,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_model::calibrate::LogitAdjustment;

    fn score(favor: f64, against: f64) -> Score {
        let none = 1.0 - favor - against;
        let probabilities = vec![favor, against, none];
        let labels = LabelSet::new(["favor", "against", "none"]);
        Score {
            margins: vec![0.0; 3],
            label_idx: LogitAdjustment::most_probable(&labels).apply(&probabilities),
            stance: Some(favor - against),
            relevance: Some(1.0 - none),
            probabilities,
        }
    }

    #[test]
    fn the_article_mean_is_weighted_by_relevance() {
        let labels = LabelSet::new(["favor", "against", "none"]);
        let scores = [score(0.8, 0.0), score(0.1, 0.5), score(0.0, 0.1)];
        let share = stance_share(&labels, scores.iter());
        // (0.8 * 0.8 + 0.6 * -0.4 + 0.1 * -0.1) / (0.8 + 0.6 + 0.1) = 0.39 / 1.5
        assert!((share.score.unwrap() - 0.26).abs() < 1e-12);
        assert_eq!(
            (share.favor, share.against, share.relevant, share.n),
            (1, 1, 2, 3)
        );
    }

    #[test]
    fn an_article_without_statements_has_no_score() {
        let labels = LabelSet::new(["favor", "against"]);
        assert_eq!(stance_share(&labels, [].iter()).score, None);
        assert_eq!(class_share(&labels, [].iter()).shares, None);
    }
}
