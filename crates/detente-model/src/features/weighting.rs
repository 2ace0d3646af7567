//! TF-IDF weights with document frequencies that never change after fitting.

use super::borders::{Borders, MAX_VIEWS};
use super::numbers::Numbers;
use std::sync::LazyLock;

/// How counts become values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeightingParams {
    /// Whether a count `tf` weighs `1 + ln(tf)` instead of `tf`; default yes.
    pub sublinear_tf: bool,
    /// Rows in which a feature must occur to be used; default 2. A higher value makes smaller
    /// models.
    pub min_df: u32,
}

impl WeightingParams {
    /// Sublinear, every feature of two rows or more used.
    pub const DEFAULT: Self = Self {
        sublinear_tf: true,
        min_df: 2,
    };
}

/// Inverse document frequencies.
///
/// ```text
/// idf(t) = ln((1 + n) / (1 + df(t))) + 1,    0 for a feature that is not used
/// ```
///
/// # References
/// Salton and Buckley 1988, Term-weighting approaches in automatic text retrieval; the smoothing is
/// that of scikit-learn's `TfidfTransformer(smooth_idf=True)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Idf(pub Numbers<f32, 4>);

impl Idf {
    /// Of a vocabulary without n-grams, or one that hashes them.
    pub fn none() -> Self {
        Self(Numbers::default())
    }

    /// The weights of features that occur in `df` of `n_rows` rows.
    pub fn fit(df: &[u32], n_rows: usize, params: &WeightingParams) -> Self {
        let weights = df.iter().map(|df| {
            if *df == 0 || *df < params.min_df {
                0.0
            } else {
                smoothed(*df, n_rows)
            }
        });
        Self(weights.collect())
    }

    /// In how many of `n_rows` rows a feature occurs: its weight solved for `df`.
    ///
    /// ```text
    /// df = (1 + n) / exp(idf - 1) - 1
    /// ```
    ///
    /// `None` where that is not certain: the feature is not used or has no weight, `n_rows` is not the
    /// number it was fitted on, or another frequency gives the same weight in 32 bits (which takes
    /// frequencies of millions).
    ///
    /// # Example
    /// ```
    /// use detente_model::features::{Idf, WeightingParams};
    /// let idf = Idf::fit(&[0, 3, 700], 1000, &WeightingParams { min_df: 1, ..WeightingParams::DEFAULT });
    /// let df = |id| idf.document_frequency(id, 1000);
    /// assert_eq!([df(0), df(1), df(2), df(3)], [None, Some(3), Some(700), None]);
    /// assert_eq!(idf.document_frequency(1, 1001), None);
    /// ```
    pub fn document_frequency(&self, id: u32, n_rows: usize) -> Option<u32> {
        let weight = self.0.get(id as usize)?;
        if weight == 0.0 {
            return None;
        }
        let df = (1.0 + n_rows as f64) / (f64::from(weight) - 1.0).exp() - 1.0;
        let df = df.round() as u32;
        let gives_it = |df: u32| smoothed(df, n_rows) == weight;
        let is_certain =
            gives_it(df) && !gives_it(df.saturating_add(1)) && !gives_it(df.saturating_sub(1));
        (df > 0 && is_certain).then_some(df)
    }

    /// Turns the counts of a row into values. Each view of n-grams is scaled to an L2 norm of
    /// `1 / sqrt(number of these views)`, so that a row with all of them has norm 1. Features with
    /// weight 0 leave the row.
    pub fn weigh(
        &self,
        ids: &mut Vec<u32>,
        take_count: impl FnMut(usize, u32) -> u32,
        values: &mut Vec<f32>,
        borders: &Borders,
        params: &WeightingParams,
    ) {
        // A number of views that is known beforehand leaves no loop in a loop, and no branch.
        match borders.n_views() {
            0 | 1 => self.weigh_views::<1>(ids, take_count, values, borders, params),
            2 => self.weigh_views::<2>(ids, take_count, values, borders, params),
            _ => self.weigh_views::<MAX_VIEWS>(ids, take_count, values, borders, params),
        }
    }

    fn weigh_views<const N: usize>(
        &self,
        ids: &mut Vec<u32>,
        mut take_count: impl FnMut(usize, u32) -> u32,
        values: &mut Vec<f32>,
        borders: &Borders,
        params: &WeightingParams,
    ) {
        let ends = borders.ends::<N>();
        let place_of = |id: u32| -> usize { ends.iter().map(|end| usize::from(*end <= id)).sum() };
        let small_counts: &[f64; 32] = &SUBLINEAR;
        let mut squares = [0.0_f64; N];
        values.clear();
        values.resize(ids.len(), 0.0);
        let mut kept = 0;
        for at in 0..ids.len() {
            let id = ids[at];
            let idf = f64::from(self.0.at(id as usize));
            let count = take_count(at, id);
            let tf = match params.sublinear_tf {
                true => match small_counts.get(count as usize) {
                    Some(tf) => *tf,
                    None => sublinear(count),
                },
                false => f64::from(count),
            };
            let value = tf * idf;
            let place = place_of(id);
            for (view, squares) in squares.iter_mut().enumerate() {
                *squares += if view == place { value * value } else { 0.0 };
            }
            ids[kept] = id;
            values[kept] = value as f32;
            kept += usize::from(idf != 0.0);
        }
        ids.truncate(kept);
        values.truncate(kept);
        let n_views = borders.n_views();
        let scales = squares.map(|sum| {
            if sum > 0.0 {
                (1.0 / (sum * n_views as f64).sqrt()) as f32
            } else {
                0.0
            }
        });
        for (id, value) in ids.iter().zip(values.iter_mut()) {
            *value *= scales[place_of(*id)];
        }
    }
}

fn smoothed(df: u32, n_rows: usize) -> f32 {
    (((1.0 + n_rows as f64) / (1.0 + f64::from(df))).ln() + 1.0) as f32
}

/// `1 + ln(count)` of small counts.
static SUBLINEAR: LazyLock<[f64; 32]> =
    LazyLock::new(|| std::array::from_fn(|n| sublinear(n as u32)));

/// What a count weighs before it is multiplied by anything.
pub(super) fn term_frequency(count: u32, params: &WeightingParams) -> f64 {
    match params.sublinear_tf {
        true => match SUBLINEAR.get(count as usize) {
            Some(tf) => *tf,
            None => sublinear(count),
        },
        false => f64::from(count),
    }
}

fn sublinear(count: u32) -> f64 {
    match count {
        0 | 1 => f64::from(count),
        _ => 1.0 + f64::from(count).ln(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::View;

    const KEEP_ALL: WeightingParams = WeightingParams {
        sublinear_tf: true,
        min_df: 1,
    };

    #[test]
    fn values_are_those_worked_out_by_hand() {
        // Two features in 1 and 3 of 3 rows: idf ln(4/2)+1 = 1.693147 and ln(4/4)+1 = 1.
        let idf = Idf::fit(&[1, 3], 3, &KEEP_ALL);
        assert!((idf.0.at(0) - 1.693_147).abs() < 1e-6);
        assert!((idf.0.at(1) - 1.0).abs() < 1e-6);
        // Counts 1 and 2: 1.693147 and 1 + ln 2 = 1.693147; norm 2.394471, so both 0.707107.
        let (mut ids, mut values) = (vec![0, 1], Vec::new());
        idf.weigh(
            &mut ids,
            |_, id| id + 1,
            &mut values,
            &Borders::new([(View::Word, 2)]),
            &WeightingParams::DEFAULT,
        );
        for value in values {
            assert!((value - std::f32::consts::FRAC_1_SQRT_2).abs() < 1e-6);
        }
    }

    #[test]
    fn each_view_has_its_own_norm() {
        let idf = Idf(vec![1.0, 1.0, 3.0].into());
        let (mut ids, mut values) = (vec![2, 0, 1], Vec::new());
        idf.weigh(
            &mut ids,
            |_, _| 1,
            &mut values,
            &Borders::new([(View::Word, 2), (View::Char, 1)]),
            &WeightingParams::DEFAULT,
        );
        let square = |at: usize| f64::from(values[at]).powi(2);
        assert!((square(0) - 0.5).abs() < 1e-6);
        assert!((square(1) + square(2) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn features_below_the_minimum_leave_the_row() {
        let params = WeightingParams {
            min_df: 2,
            ..WeightingParams::DEFAULT
        };
        let idf = Idf::fit(&[1, 2], 5, &params);
        let (mut ids, mut values) = (vec![0, 1], Vec::new());
        let borders = Borders::new([(View::Word, 2)]);
        idf.weigh(&mut ids, |_, _| 1, &mut values, &borders, &params);
        assert_eq!(ids, [1]);
    }
}
