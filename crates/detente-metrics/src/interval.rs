//! How far a number could be off, by resampling documents.
//!
//! Rows of one document share an author, a subject and a mood, so they are not independent and an
//! interval from single rows would be too narrow. Whole documents are drawn with replacement, as
//! many as there are, and everything is computed anew from the rows they bring.

use rayon::prelude::*;
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, Normal};

use crate::error::ParamsError;
use crate::random::{Purpose, Stream};

/// How an interval is read off the resampled values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The values that cut off (1 - confidence) / 2 at either end.
    ///
    /// ```text
    /// [Q(α), Q(1 - α)]      α = (1 - confidence) / 2, Q the linearly interpolated quantile
    /// ```
    ///
    /// Efron 1979; Davison and Hinkley 1997, section 5.3.1.
    Percentile,
    /// The percentile interval, shifted for bias and stretched for skew.
    ///
    /// ```text
    /// [Q(α₁), Q(α₂)]      α₁ = Φ(z₀ + (z₀ + z) / (1 - a (z₀ + z))), z = Φ⁻¹(α); α₂ with -z
    /// z₀ = Φ⁻¹(share of values below the estimate, ties half)
    /// a  = Σ d³ / (6 (Σ d²)^(3/2))      d = mean of jackknife values - jackknife value
    /// ```
    ///
    /// The jackknife leaves out one document at a time or, above [`JACKKNIFE_GROUPS`] documents, one
    /// of that many groups of documents. Where z₀ is infinite or the denominator not positive, the
    /// interval is the percentile one and says so.
    ///
    /// Efron 1987, Better Bootstrap Confidence Intervals.
    Bca,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 2] = [Self::Percentile, Self::Bca];

    /// The name in flags and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Percentile => "percentile",
            Self::Bca => "bca",
        }
    }
}

/// The most groups of documents that the jackknife of [`Method::Bca`] leaves out in turn.
pub const JACKKNIFE_GROUPS: usize = 1000;

/// How intervals are made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BootstrapParams {
    /// The number of resamples, 20 to 1,000,000; default 2,000. More make the ends of the interval less
    /// dependent on the seed, in proportional time.
    pub resamples: usize,
    /// How often intervals made this way hold the truth, in `(0, 1)`; default 0.95. More is wider.
    pub confidence: f64,
    /// The seed of the resamples; default 42.
    pub seed: u64,
    /// How an interval is read off; default [`Method::Percentile`].
    pub method: Method,
}

/// With fewer the ends of an interval of 95 % would be the least and the greatest resample, whatever these are.
const FEWEST_RESAMPLES: usize = 20;
/// More resamples than this would only cost time and memory.
const MOST_RESAMPLES: usize = 1_000_000;

impl BootstrapParams {
    /// 2,000 resamples, 95 % percentile intervals, seed 42.
    pub const DEFAULT: Self = Self {
        resamples: 2000,
        confidence: 0.95,
        seed: 42,
        method: Method::Percentile,
    };

    /// Checks the ranges.
    ///
    /// # Errors
    ///
    /// [`ParamsError::Resamples`] or [`ParamsError::Confidence`].
    pub fn check(&self) -> Result<(), ParamsError> {
        if !(FEWEST_RESAMPLES..=MOST_RESAMPLES).contains(&self.resamples) {
            return Err(ParamsError::Resamples(self.resamples));
        }
        if !(self.confidence > 0.0 && self.confidence < 1.0) {
            return Err(ParamsError::Confidence(self.confidence));
        }
        Ok(())
    }
}

/// A range that holds the true value with the confidence asked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The method that was used; percentile where BCa could not be.
    pub method: Method,
    /// The resamples in which the value was defined.
    pub defined: usize,
    /// The resamples in which it was not, which were left out.
    pub undefined: usize,
}

/// A number with how far it could be off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Measure {
    /// The number; `None` where it is undefined.
    pub value: Option<f64>,
    /// Its interval; `None` when none was asked for, the value is undefined, it was undefined in
    /// more than half of the resamples, or there are fewer than two documents.
    pub interval: Option<Interval>,
}

impl Measure {
    /// Computes numbers from documents and, with parameters, their intervals.
    ///
    /// `values` is given how often each document counts (all ones for the numbers themselves) and
    /// returns the numbers, always in the same order.
    ///
    /// # Errors
    ///
    /// When the parameters are out of range.
    ///
    /// # Example
    ///
    /// ```
    /// use detente_metrics::{BootstrapParams, Measure};
    ///
    /// // The mean of four documents' values.
    /// let values = [1.0, 2.0, 3.0, 4.0];
    /// let mean = |weights: &[u32]| {
    ///     let sum: f64 = values.iter().zip(weights).map(|(v, &w)| v * f64::from(w)).sum();
    ///     vec![Some(sum / 4.0)]
    /// };
    /// let measure = Measure::all(4, Some(&BootstrapParams::DEFAULT), mean)?[0];
    /// assert_eq!(measure.value, Some(2.5));
    /// let interval = measure.interval.unwrap();
    /// assert!(interval.low < 2.0 && interval.high > 3.0);
    /// # Ok::<(), detente_metrics::ParamsError>(())
    /// ```
    pub fn all<F>(
        n_documents: usize,
        bootstrap: Option<&BootstrapParams>,
        values: F,
    ) -> Result<Vec<Self>, ParamsError>
    where
        F: Fn(&[u32]) -> Vec<Option<f64>> + Sync,
    {
        Self::stratified(&[n_documents], bootstrap, values)
    }

    /// As [`all`](Self::all) and with the same numbers, on one thread and without parameters' checks: for
    /// small work inside parallel work.
    pub fn serial(
        n_documents: usize,
        params: &BootstrapParams,
        values: impl Fn(&[u32]) -> Vec<Option<f64>>,
    ) -> Vec<Self> {
        let estimates = values(&vec![1; n_documents]);
        let resampled: Vec<Vec<Option<f64>>> = match n_documents {
            0 | 1 => Vec::new(),
            _ => {
                let mut weights = vec![0; n_documents];
                let one = |index| {
                    let mut stream = Stream::new(params.seed, Purpose::Bootstrap, index);
                    stream.multiplicities(&mut weights);
                    values(&weights)
                };
                (0..params.resamples).map(one).collect()
            }
        };
        let measure = |(slot, value): (usize, Option<f64>)| {
            let defined = column(&resampled, slot);
            let is_enough = !defined.is_empty() && 2 * defined.len() >= params.resamples;
            let interval =
                (value.is_some() && is_enough).then(|| percentile_interval(defined, params));
            Self { value, interval }
        };
        estimates.into_iter().enumerate().map(measure).collect()
    }

    /// As [`all`](Self::all), where the numbers themselves are known and `values` may leave out those that
    /// shall have no interval.
    pub(crate) fn resampled(
        estimates: Vec<Option<f64>>,
        n_documents: usize,
        params: &BootstrapParams,
        values: impl Fn(&[u32]) -> Vec<Option<f64>> + Sync,
    ) -> Result<Vec<Self>, ParamsError> {
        let intervals = intervals(&estimates, &[n_documents], params, &values)?;
        let pairs = estimates.into_iter().zip(intervals);
        Ok(pairs
            .map(|(value, interval)| Self { value, interval })
            .collect())
    }

    /// As [`all`](Self::all), from several collections of documents that are resampled each on its
    /// own; `values` is given the weights of all of them, one collection after the other.
    pub(crate) fn stratified<F>(
        strata: &[usize],
        bootstrap: Option<&BootstrapParams>,
        values: F,
    ) -> Result<Vec<Self>, ParamsError>
    where
        F: Fn(&[u32]) -> Vec<Option<f64>> + Sync,
    {
        let estimates = values(&vec![1; strata.iter().sum()]);
        let intervals = match bootstrap {
            Some(params) => intervals(&estimates, strata, params, &values)?,
            None => vec![None; estimates.len()],
        };
        let pairs = estimates.into_iter().zip(intervals);
        Ok(pairs
            .map(|(value, interval)| Self { value, interval })
            .collect())
    }
}

fn intervals<F>(
    estimates: &[Option<f64>],
    strata: &[usize],
    params: &BootstrapParams,
    values: &F,
) -> Result<Vec<Option<Interval>>, ParamsError>
where
    F: Fn(&[u32]) -> Vec<Option<f64>> + Sync,
{
    params.check()?;
    if strata.iter().any(|&n_documents| n_documents < 2) {
        return Ok(vec![None; estimates.len()]);
    }
    let resampled = replicates(strata, params, values);
    let left_out = match params.method {
        Method::Percentile => Vec::new(),
        Method::Bca => jackknife(strata.iter().sum(), values),
    };
    let interval = |(slot, estimate): (usize, &Option<f64>)| {
        let defined = column(&resampled, slot);
        if defined.is_empty() || 2 * defined.len() < params.resamples {
            return None;
        }
        Some(read_off(
            (*estimate)?,
            defined,
            &column(&left_out, slot),
            params,
        ))
    };
    Ok(estimates.iter().enumerate().map(interval).collect())
}

/// The values of every resample, in the order of their streams.
pub(crate) fn replicates<F>(
    strata: &[usize],
    params: &BootstrapParams,
    values: &F,
) -> Vec<Vec<Option<f64>>>
where
    F: Fn(&[u32]) -> Vec<Option<f64>> + Sync,
{
    let one = |weights: &mut Vec<u32>, index| {
        let mut stream = Stream::new(params.seed, Purpose::Bootstrap, index);
        let mut rest = weights.as_mut_slice();
        for &n_documents in strata {
            let (stratum, others) = rest.split_at_mut(n_documents);
            stream.multiplicities(stratum);
            rest = others;
        }
        values(weights)
    };
    let n_documents = strata.iter().sum();
    (0..params.resamples)
        .into_par_iter()
        .map_init(|| vec![0; n_documents], one)
        .collect()
}

/// The values without each group of documents in turn.
///
/// Several collections are taken as one: their jackknife means differ from the common one by terms of
/// order 1/n, which the acceleration of [`Method::Bca`] does not notice.
fn jackknife<F>(n_documents: usize, values: &F) -> Vec<Vec<Option<f64>>>
where
    F: Fn(&[u32]) -> Vec<Option<f64>> + Sync,
{
    let n_groups = n_documents.min(JACKKNIFE_GROUPS);
    let start = |group: usize| group * n_documents / n_groups;
    let one = |weights: &mut Vec<u32>, group: usize| {
        weights[start(group)..start(group + 1)].fill(0);
        let values = values(weights);
        weights[start(group)..start(group + 1)].fill(1);
        values
    };
    (0..n_groups)
        .into_par_iter()
        .map_init(|| vec![1; n_documents], one)
        .collect()
}

/// The defined values of one slot.
pub(crate) fn column(rows: &[Vec<Option<f64>>], slot: usize) -> Vec<f64> {
    rows.iter().filter_map(|row| row[slot]).collect()
}

fn read_off(
    estimate: f64,
    mut resampled: Vec<f64>,
    left_out: &[f64],
    params: &BootstrapParams,
) -> Interval {
    resampled.sort_by(f64::total_cmp);
    let tail = (1.0 - params.confidence) / 2.0;
    let tails = match params.method {
        Method::Percentile => None,
        Method::Bca => bca_tails(estimate, &resampled, left_out, tail),
    };
    let (low, high) = tails.unwrap_or((tail, 1.0 - tail));
    Interval {
        low: quantile(&resampled, low),
        high: quantile(&resampled, high),
        method: if tails.is_some() {
            Method::Bca
        } else {
            Method::Percentile
        },
        defined: resampled.len(),
        undefined: params.resamples - resampled.len(),
    }
}

/// The percentile interval of values that need not be sorted.
pub(crate) fn percentile_interval(resampled: Vec<f64>, params: &BootstrapParams) -> Interval {
    let params = BootstrapParams {
        method: Method::Percentile,
        ..*params
    };
    read_off(0.0, resampled, &[], &params)
}

fn bca_tails(estimate: f64, sorted: &[f64], left_out: &[f64], tail: f64) -> Option<(f64, f64)> {
    let normal = Normal::standard();
    let below = sorted.partition_point(|&value| value < estimate);
    let not_above = sorted.partition_point(|&value| value <= estimate);
    let share = (below + not_above) as f64 / (2 * sorted.len()) as f64;
    if share <= 0.0 || share >= 1.0 {
        return None;
    }
    let bias = normal.inverse_cdf(share);
    let skew = acceleration(left_out);
    let shifted = |z: f64| {
        let stretch = 1.0 - skew * (bias + z);
        (stretch > 0.0).then(|| normal.cdf(bias + (bias + z) / stretch))
    };
    let z = normal.inverse_cdf(tail);
    Some((shifted(z)?, shifted(-z)?))
}

fn acceleration(left_out: &[f64]) -> f64 {
    let mean = left_out.iter().sum::<f64>() / left_out.len().max(1) as f64;
    let (squares, cubes) = left_out.iter().fold((0.0, 0.0), |(squares, cubes), value| {
        let distance = mean - value;
        (squares + distance.powi(2), cubes + distance.powi(3))
    });
    if squares > 0.0 {
        cubes / (6.0 * squares.powf(1.5))
    } else {
        0.0
    }
}

/// The quantile between the two nearest sorted values, as numpy's default.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let position = share * (sorted.len() - 1) as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean_of(values: &[f64]) -> impl Fn(&[u32]) -> Vec<Option<f64>> + Sync {
        move |weights| {
            let total: u32 = weights.iter().sum();
            let sum: f64 = values
                .iter()
                .zip(weights)
                .map(|(v, &w)| v * f64::from(w))
                .sum();
            vec![(total > 0).then(|| sum / f64::from(total))]
        }
    }

    fn interval(values: &[f64], params: BootstrapParams) -> Interval {
        Measure::all(values.len(), Some(&params), mean_of(values)).unwrap()[0]
            .interval
            .unwrap()
    }

    #[test]
    fn the_interval_of_a_mean_is_close_to_the_normal_one() {
        let values: Vec<f64> = (0..400).map(|value| f64::from(value % 20)).collect();
        let params = BootstrapParams {
            resamples: 20_000,
            ..BootstrapParams::DEFAULT
        };
        // Standard deviation √(399/12) of 0..20, over √400, times 1.96: 0.565.
        for method in Method::ALL {
            let interval = interval(&values, BootstrapParams { method, ..params });
            assert!((interval.low - (9.5 - 0.565)).abs() < 0.02, "{interval:?}");
            assert!((interval.high - (9.5 + 0.565)).abs() < 0.02, "{interval:?}");
            assert_eq!((interval.method, interval.undefined), (method, 0));
        }
    }

    #[test]
    fn intervals_of_a_skewed_mean_are_those_of_scipy() {
        // scipy 1.17.1, stats.bootstrap of np.exp2(np.arange(40) / 8), 200,000 resamples.
        let values: Vec<f64> = (0..40)
            .map(|value| (f64::from(value) / 8.0).exp2())
            .collect();
        let scipy = [
            (Method::Percentile, 6.235, 11.096),
            (Method::Bca, 6.413, 11.361),
        ];
        for (method, low, high) in scipy {
            let params = BootstrapParams {
                method,
                resamples: 50_000,
                ..BootstrapParams::DEFAULT
            };
            let interval = interval(&values, params);
            // Four standard errors of a quantile of 50,000 values of standard deviation 1.25.
            assert!((interval.low - low).abs() < 0.06, "{interval:?}");
            assert!((interval.high - high).abs() < 0.06, "{interval:?}");
        }
    }

    #[test]
    fn one_thread_gives_the_numbers_of_many() {
        let values = [0.5, -1.0, 3.0, 2.0, 2.5];
        let params = BootstrapParams::DEFAULT;
        let many = Measure::all(values.len(), Some(&params), mean_of(&values)).unwrap();
        assert_eq!(
            Measure::serial(values.len(), &params, mean_of(&values)),
            many
        );
        let alone = Measure::serial(1, &params, mean_of(&values[..1]));
        assert_eq!((alone[0].value, alone[0].interval), (Some(0.5), None));
    }

    #[test]
    fn quantiles_are_those_of_numpy() {
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), 3.0);
        assert_eq!(quantile(&[5.0], 0.3), 5.0);
        assert_eq!(quantile(&[1.0, 2.0], 1.0), 2.0);
    }

    #[test]
    fn undefined_resamples_are_counted_and_too_many_give_none() {
        // The value exists when document 0 is drawn: in 1 - (1 - 1/n)^n of the resamples.
        let measure = |weights: &[u32]| vec![(weights[0] > 0).then_some(1.0), None];
        let measures = Measure::all(10, Some(&BootstrapParams::DEFAULT), measure).unwrap();
        let interval = measures[0].interval.unwrap();
        assert_eq!(interval.defined + interval.undefined, 2000);
        assert!((600..800).contains(&interval.undefined), "{interval:?}");
        assert_eq!(measures[1], Measure::default());
        let twice = |weights: &[u32]| vec![(weights[0] == 1 || weights[1] > 9).then_some(1.0)];
        let measures = Measure::all(10, Some(&BootstrapParams::DEFAULT), twice).unwrap();
        assert_eq!(
            measures[0],
            Measure {
                value: Some(1.0),
                interval: None
            }
        );
        let one = Measure::all(1, Some(&BootstrapParams::DEFAULT), mean_of(&[3.0])).unwrap();
        assert_eq!(
            one[0],
            Measure {
                value: Some(3.0),
                interval: None
            }
        );
    }

    #[test]
    fn parameters_out_of_range_are_refused() {
        let none = BootstrapParams {
            resamples: FEWEST_RESAMPLES - 1,
            ..BootstrapParams::DEFAULT
        };
        assert_eq!(none.check(), Err(ParamsError::Resamples(19)));
        let sure = BootstrapParams {
            confidence: 1.0,
            ..BootstrapParams::DEFAULT
        };
        assert_eq!(sure.check(), Err(ParamsError::Confidence(1.0)));
    }
}
