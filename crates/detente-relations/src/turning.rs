//! Turning points of a series of articles.

use crate::article_sums::ArticleSums;
use detente_metrics::random::Stream;
use jiff::civil::Date;

/// A day from which a pair's tone is another.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TurningPoint {
    /// The first day of the new tone.
    pub date: Date,
    /// The mean before it, since the turning point before or the beginning.
    pub before: f64,
    /// The mean from it on, up to the next one or the end.
    pub after: f64,
    /// The share of permutations that show as strong a turn.
    pub p: f64,
}

/// Orders that are drawn, at the least; more where a smaller share of false alarms asks for them.
const N_PERMUTATIONS: usize = 499;
/// Orders that are drawn, at the most.
const MOST_PERMUTATIONS: usize = 99_999;
/// Days with articles on each side of a turning point, at the least.
const FEWEST: usize = 5;
/// Days that are looked at, at the most; of more the neighbours are joined.
const MOST: usize = 2_000;

/// Finds the turning points of a measure by binary segmentation: the split with the greatest difference of means is
/// kept if so great a one comes in fewer than `false_alarms` of the orders of the same days, and both sides are
/// looked at again. The level is for the whole series: each split is tried at the same level, so that a series
/// without a turn is given one with this probability.
///
/// ```text
/// |mean_1 - mean_2| sqrt(w_1 w_2 / (w_1 + w_2))
/// ```
///
/// # References
///
/// Vostrikova 1981, Detecting disorder in multidimensional random processes; Matteson and James 2014, A nonparametric
/// approach for multiple change point analysis of multivariate data, section 3 (permutation of the observations).
pub(super) fn turning_points(
    articles: &[&ArticleSums],
    measure: usize,
    false_alarms: f64,
    seed: u64,
) -> Vec<TurningPoint> {
    let mut dated: Vec<(Date, f64, f64)> = articles
        .iter()
        .filter_map(|article| {
            let (sum, weight) = article.sums[measure];
            Some((article.date?, sum, weight))
        })
        .filter(|(_, _, weight)| *weight > 0.0)
        .collect();
    dated.sort_by(|a, b| {
        a.0.cmp(&b.0)
            .then(a.1.total_cmp(&b.1))
            .then(a.2.total_cmp(&b.2))
    });
    // A tone turns from one day to the next: what is said on one day is one value.
    dated.dedup_by(|next, day| {
        let is_same = next.0 == day.0;
        if is_same {
            day.1 += next.1;
            day.2 += next.2;
        }
        is_same
    });
    let joined = joined(&dated);
    let values: Vec<(f64, f64)> = joined
        .iter()
        .map(|(_, sum, weight)| (*sum, *weight))
        .collect();
    let mut splits = Vec::new();
    let mut stream = Stream::of_seed(seed);
    segment(&values, 0, false_alarms, &mut stream, &mut splits);
    splits.sort_by_key(|split| split.0);
    let mean = |from: usize, to: usize| {
        let (sum, weight) = total(&values[from..to]);
        sum / weight
    };
    let ends = |at: usize| splits.get(at).map_or(values.len(), |split| split.0);
    splits
        .iter()
        .enumerate()
        .map(|(at, (split, p))| TurningPoint {
            date: joined[*split].0,
            before: mean(if at == 0 { 0 } else { splits[at - 1].0 }, *split),
            after: mean(*split, ends(at + 1)),
            p: *p,
        })
        .collect()
}

/// Joins neighbours until there are few enough.
fn joined(dated: &[(Date, f64, f64)]) -> Vec<(Date, f64, f64)> {
    let each = dated.len().div_ceil(MOST).max(1);
    let join = |chunk: &[(Date, f64, f64)]| {
        let sums = chunk
            .iter()
            .fold((0.0, 0.0), |sums, one| (sums.0 + one.1, sums.1 + one.2));
        (chunk[0].0, sums.0, sums.1)
    };
    dated.chunks(each).map(join).collect()
}

fn total(values: &[(f64, f64)]) -> (f64, f64) {
    values
        .iter()
        .fold((0.0, 0.0), |sums, one| (sums.0 + one.0, sums.1 + one.1))
}

fn segment(
    values: &[(f64, f64)],
    offset: usize,
    false_alarms: f64,
    stream: &mut Stream,
    splits: &mut Vec<(usize, f64)>,
) {
    let Some((at, statistic)) = best_split(values) else {
        return;
    };
    let mut drawn = values.to_vec();
    let mut n_as_great = 1;
    let asked = (2.0 / false_alarms).ceil() as usize;
    let n_permutations = asked.clamp(N_PERMUTATIONS, MOST_PERMUTATIONS);
    // Once it cannot come below the level any more, the rest need not be drawn.
    let most = (false_alarms * (n_permutations + 1) as f64).floor() as usize;
    for _ in 0..n_permutations {
        stream.shuffle(&mut drawn);
        if best_split(&drawn).is_some_and(|(_, other)| other >= statistic - 1e-12) {
            n_as_great += 1;
            if n_as_great > most {
                return;
            }
        }
    }
    splits.push((offset + at, n_as_great as f64 / (n_permutations + 1) as f64));
    segment(&values[..at], offset, false_alarms, stream, splits);
    segment(&values[at..], offset + at, false_alarms, stream, splits);
}

/// The split with the greatest difference, and how great that is.
fn best_split(values: &[(f64, f64)]) -> Option<(usize, f64)> {
    if values.len() < 2 * FEWEST {
        return None;
    }
    let (sum, weight) = total(values);
    let mut left = total(&values[..FEWEST - 1]);
    let mut best: Option<(usize, f64)> = None;
    for at in FEWEST..=values.len() - FEWEST {
        left.0 += values[at - 1].0;
        left.1 += values[at - 1].1;
        let right = (sum - left.0, weight - left.1);
        if left.1 <= 0.0 || right.1 <= 0.0 {
            continue;
        }
        let statistic = (left.0 / left.1 - right.0 / right.1).abs()
            * (left.1 * right.1 / (left.1 + right.1)).sqrt();
        if best.is_none_or(|(_, known)| statistic > known) {
            best = Some((at, statistic));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(values: &[f64]) -> Vec<(Date, f64, f64)> {
        let first = Date::constant(2020, 1, 1);
        let sums: Vec<ArticleSums> = (0i32..)
            .zip(values)
            .map(|(day, value)| ArticleSums {
                article: day as usize,
                date: Some(first.checked_add(jiff::Span::new().days(day)).unwrap()),
                period: Some(0),
                n_statements: 1,
                sums: vec![(*value, 1.0)],
            })
            .collect();
        let sums: Vec<&ArticleSums> = sums.iter().collect();
        let points = turning_points(&sums, 0, 0.05, 42);
        points
            .iter()
            .map(|point| (point.date, point.before, point.after))
            .collect()
    }

    #[test]
    fn a_turn_is_found_on_its_day() {
        let mut values: Vec<f64> = (0..30).map(|n| 0.5 + 0.1 * f64::from(n % 3)).collect();
        values.extend((0..20).map(|n| -0.5 + 0.1 * f64::from(n % 3)));
        let points = found(&values);
        assert_eq!(points.len(), 1);
        assert_eq!(points[0].0, Date::constant(2020, 1, 31));
        assert!((points[0].1 - 0.6).abs() < 0.01 && (points[0].2 + 0.405).abs() < 0.01);
    }

    #[test]
    fn noise_has_a_turn_as_often_as_is_stated() {
        let mut stream = Stream::of_seed(7);
        let n_alarms = (0..200)
            .filter(|_| {
                let mut values: Vec<f64> = (0..40).map(|n| f64::from(n) / 20.0 - 1.0).collect();
                stream.shuffle(&mut values);
                !found(&values).is_empty()
            })
            .count();
        // 200 draws at .05: 99.9 % of them give 1 to 21.
        assert!((1..=21).contains(&n_alarms), "{n_alarms}");
    }
}
