//! Scores of a pair by period, with intervals.

use crate::article_sums::ArticleSums;
use crate::params::RelationsParams;
use crate::turning::TurningPoint;
use detente_metrics::{Interval, Measure};
use std::collections::BTreeMap;

/// A period of a series.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Point {
    /// The number of the period; `None` for a whole.
    pub period: Option<i32>,
    /// Articles.
    pub n_articles: usize,
    /// Statements.
    pub n_statements: usize,
    /// The mean of the statements' scores, weighted by relevance; `None` where no statement is relevant.
    pub score: Option<f64>,
    /// Where the score of such articles lies; `None` with fewer than two articles.
    pub interval: Option<Interval>,
    /// The mean over the periods around it, weighted as the statements are; `None` in a gap.
    pub smoothed: Option<f64>,
}

/// A measure by period. Periods without a statement have no point: a gap is a gap.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Series {
    /// The points, by time.
    pub points: Vec<Point>,
    /// Where the tone turns.
    pub turning_points: Vec<TurningPoint>,
}

impl Series {
    /// One series for each measure.
    pub(super) fn by_period(
        articles: &[&ArticleSums],
        n_measures: usize,
        params: &RelationsParams,
    ) -> Vec<Self> {
        let mut by_period: BTreeMap<i32, Vec<&ArticleSums>> = BTreeMap::new();
        for article in articles {
            if let Some(period) = article.period {
                by_period.entry(period).or_default().push(article);
            }
        }
        let mut series = vec![Self::default(); n_measures];
        for (period, articles) in &by_period {
            let points = points(Some(*period), articles, n_measures, params);
            for (series, point) in series.iter_mut().zip(points) {
                series.points.push(point);
            }
        }
        let reach = (params.smooth / 2) as i32;
        for (measure, series) in series.iter_mut().enumerate() {
            let smoothed: Vec<Option<f64>> = series
                .points
                .iter()
                .map(|point| {
                    let period = point.period?;
                    point.score?;
                    let near = by_period.range(period - reach..=period + reach);
                    mean(near.flat_map(|(_, articles)| articles), measure, |_| 1.0)
                })
                .collect();
            for (point, smoothed) in series.points.iter_mut().zip(smoothed) {
                point.smoothed = smoothed;
            }
        }
        series
    }

    /// One point for each measure, over all articles.
    pub(super) fn whole(
        articles: &[&ArticleSums],
        n_measures: usize,
        params: &RelationsParams,
    ) -> Vec<Self> {
        Self::alone(points(None, articles, n_measures, params))
    }

    /// The same without intervals.
    pub(super) fn sketch(articles: &[&ArticleSums], n_measures: usize) -> Vec<Self> {
        let point = |measure| Point {
            period: None,
            n_articles: articles.len(),
            n_statements: articles.iter().map(|article| article.n_statements).sum(),
            score: mean(articles.iter(), measure, |_| 1.0),
            interval: None,
            smoothed: None,
        };
        Self::alone((0..n_measures).map(point).collect())
    }

    fn alone(points: Vec<Point>) -> Vec<Self> {
        let series = points.into_iter().map(|point| Self {
            points: vec![point],
            turning_points: Vec::new(),
        });
        series.collect()
    }
}

/// The mean of a measure over articles, each taken as often as `times` says.
fn mean<'a>(
    articles: impl Iterator<Item = &'a &'a ArticleSums>,
    measure: usize,
    times: impl Fn(usize) -> f64,
) -> Option<f64> {
    let (sum, weight) = articles
        .enumerate()
        .fold((0.0, 0.0), |sums, (at, article)| {
            let (sum, weight) = article.sums[measure];
            let times = times(at);
            (sums.0 + times * sum, sums.1 + times * weight)
        });
    (weight > 0.0).then(|| sum / weight)
}

fn points(
    period: Option<i32>,
    articles: &[&ArticleSums],
    n_measures: usize,
    params: &RelationsParams,
) -> Vec<Point> {
    let values = |weights: &[u32]| {
        let value = |measure| mean(articles.iter(), measure, |at| f64::from(weights[at]));
        (0..n_measures).map(value).collect()
    };
    let measures = Measure::serial(articles.len(), &params.bootstrap, values);
    let n_statements = articles.iter().map(|article| article.n_statements).sum();
    let point = |measure: Measure| Point {
        period,
        n_articles: articles.len(),
        n_statements,
        score: measure.value,
        interval: measure.interval,
        smoothed: None,
    };
    measures.into_iter().map(point).collect()
}
