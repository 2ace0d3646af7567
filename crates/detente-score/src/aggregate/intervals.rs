//! How far the scores of an article could be off.

use detente_metrics::{BootstrapParams, Interval, Measure};
use detente_model::label::TargetKind;
use detente_model::{Head, Score, StatementScores};
use std::cell::RefCell;
use std::convert::Infallible;

/// Resamples behind the intervals of an article.
pub const INTERVAL_RESAMPLES: usize = 1000;

/// The intervals of an article on one target: of the score on a stance target; of the share of each label,
/// in the labels' order, on a class target. `None` where there are fewer than two statements with a known
/// feature.
pub type ScoreIntervals = Vec<Option<Interval>>;

/// The 95 % intervals of an article's scores, one for each head.
///
/// ```text
/// [Q(.025), Q(.975)] of the score over resamples of the statements with a known feature
/// ```
///
/// As many statements as there are get drawn with replacement, and the score is computed anew. So an
/// interval says how much the score hangs on single statements: how far it could be off, were they a draw
/// from all that the article might have said. It does not say how often the model is wrong.
///
/// # References
/// Efron 1979, Bootstrap methods: another look at the jackknife.
pub fn article_intervals<'a>(
    heads: &[Head],
    statements: impl Iterator<Item = &'a StatementScores>,
) -> Vec<ScoreIntervals> {
    match article_intervals_while(heads, statements, || Ok::<_, Infallible>(())) {
        Ok(intervals) => intervals,
        Err(never) => match never {},
    }
}

/// As [`article_intervals`], as long as `go_on` lets it, which is asked before each resample.
///
/// # Errors
/// The first that `go_on` gives.
pub(crate) fn article_intervals_while<'a, E>(
    heads: &[Head],
    statements: impl Iterator<Item = &'a StatementScores>,
    go_on: impl FnMut() -> Result<(), E>,
) -> Result<Vec<ScoreIntervals>, E> {
    let go_on = RefCell::new(go_on);
    let stopped: RefCell<Option<E>> = RefCell::new(None);
    let is_stopped = || {
        let mut stopped = stopped.borrow_mut();
        if stopped.is_none() {
            *stopped = (go_on.borrow_mut())().err();
        }
        stopped.is_some()
    };
    let known: Vec<&StatementScores> = statements.filter(|scores| scores.is_known).collect();
    let params = BootstrapParams {
        resamples: INTERVAL_RESAMPLES,
        ..BootstrapParams::DEFAULT
    };
    let n_values = heads.iter().map(n_values_of).sum();
    let values = |weights: &[u32]| {
        // The resamples that are left cost next to nothing then.
        if is_stopped() {
            return vec![None; n_values];
        }
        let of_head = |(head_idx, head): (usize, &Head)| {
            let scores = known.iter().map(|scores| &scores.targets[head_idx]);
            let weighed = scores.zip(weights.iter().map(|weight| f64::from(*weight)));
            match head.labels.kind() {
                TargetKind::Stance => vec![stance(weighed)],
                TargetKind::Class => shares(weighed, head.labels.len()),
            }
        };
        heads.iter().enumerate().flat_map(of_head).collect()
    };
    let measures = Measure::serial(known.len(), &params, values);
    if let Some(error) = stopped.take() {
        return Err(error);
    }
    let mut measures = measures.into_iter();
    let of_head = |head: &Head| {
        let measures = measures.by_ref().take(n_values_of(head));
        measures.map(|measure| measure.interval).collect()
    };
    Ok(heads.iter().map(of_head).collect())
}

/// How many numbers of an article a head has: the score of a stance target, the share of each label of a class target.
fn n_values_of(head: &Head) -> usize {
    match head.labels.kind() {
        TargetKind::Stance => 1,
        TargetKind::Class => head.labels.len(),
    }
}

/// As the score of [`StanceShare`](super::StanceShare), each statement counted so often.
fn stance<'a>(scores: impl Iterator<Item = (&'a Score, f64)>) -> Option<f64> {
    let (mut sum, mut total) = (0.0, 0.0);
    for (score, weight) in scores {
        if let (Some(stance), Some(relevance)) = (score.stance, score.relevance) {
            sum += weight * relevance * stance;
            total += weight * relevance;
        }
    }
    (total > 0.0).then(|| sum / total)
}

/// As the shares of [`ClassShare`](super::ClassShare), each statement counted so often.
fn shares<'a>(scores: impl Iterator<Item = (&'a Score, f64)>, n_labels: usize) -> Vec<Option<f64>> {
    let mut sums = vec![0.0; n_labels];
    let mut total = 0.0;
    for (score, weight) in scores {
        total += weight;
        for (sum, p) in sums.iter_mut().zip(&score.probabilities) {
            *sum += weight * p;
        }
    }
    sums.iter()
        .map(|sum| (total > 0.0).then(|| sum / total))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::{ArticleScore, article_scores};
    use detente_model::Model;

    fn intervals(texts: &[&str]) -> (Vec<ArticleScore>, Vec<ScoreIntervals>) {
        let model = Model::embedded();
        let mut state = Default::default();
        let scores: Vec<StatementScores> = texts
            .iter()
            .map(|text| model.score(&mut state, *text))
            .collect();
        (
            article_scores(model.heads(), scores.iter()),
            article_intervals(model.heads(), scores.iter()),
        )
    }

    #[test]
    fn intervals_hold_the_scores_they_belong_to() {
        let (scores, intervals) = intervals(&[
            "We welcome the ceasefire.",
            "They shelled the town.",
            "We condemn the attack.",
            "The committee met.",
        ]);
        for (score, intervals) in scores.iter().zip(&intervals) {
            let values = match score {
                ArticleScore::Stance(share) => vec![share.score.unwrap()],
                ArticleScore::Class(share) => share.shares.clone().unwrap(),
            };
            assert_eq!(values.len(), intervals.len());
            for (value, interval) in values.iter().zip(intervals) {
                let interval = interval.unwrap();
                assert!(
                    interval.low < *value && *value < interval.high,
                    "{value} {interval:?}"
                );
            }
        }
    }

    #[test]
    fn one_statement_has_no_interval() {
        let (_, intervals) = intervals(&["We welcome the ceasefire.", "水"]);
        assert!(intervals.iter().flatten().all(Option::is_none));
    }
}
