//! Sums that do not depend on their order: numbers as multiples of a power of two, added up as whole numbers.
//!
//! Sums of floating-point numbers depend on which two are added first, so that a model would depend on how an engine
//! cuts its rows. Here each number is rounded once, alone, to a multiple of `2^-e`; sums of multiples are exact.
//!
//! # References
//! Demmel and Nguyen 2013, Fast Reproducible Floating-Point Summation; Kulisch and Miranker 1986, The Arithmetic of
//! the Digital Computer, for long fixed-point sums.

/// Adding it leaves of a number of 64 bits the whole part, rounded to even, in its lowest bits.
const SHIFTER: f64 = 6_755_399_441_055_744.0;

/// The largest power of two that a number may reach before it is rounded.
const LARGEST_LOG2: i32 = 50;
/// The largest power of two that a sum may reach.
const LARGEST_SUM_LOG2: i32 = 62;

/// The whole number nearest to a number below `2^50`, even of two as near; without a branch, so that several go side
/// by side.
#[inline(always)]
pub(super) fn rounded(number: f64) -> i64 {
    let shifted = (number + SHIFTER).to_bits();
    shifted.wrapping_sub(SHIFTER.to_bits()) as i64
}

/// The largest `e` at which sums keep in 64 bits: no number is above `largest`, and the sizes of all together are not
/// above `total`.
pub(super) fn exponent(largest: f64, total: f64) -> i32 {
    let of_one = LARGEST_LOG2 - log2_above(largest);
    of_one.min(LARGEST_SUM_LOG2 - log2_above(total))
}

/// The least power of two that is above a number.
fn log2_above(number: f64) -> i32 {
    match number > 0.0 {
        true => (number.log2().floor() as i32 + 1).clamp(-900, 900),
        false => 0,
    }
}

/// `2^exponent`.
pub(super) fn power(exponent: i32) -> f64 {
    2.0_f64.powi(exponent)
}

/// Above it a loss counts as this: one row alone does not decide whether a step is too long.
const LARGEST_LOSS: f64 = 512.0;

/// The bits after the point in sums of losses, by the largest weight of a row.
pub(super) fn loss_exponent(largest_weight: f64) -> i32 {
    LARGEST_LOG2 - log2_above(LARGEST_LOSS * largest_weight)
}

/// The loss of a row as a whole number; sums have 128 bits, enough for all rows there are.
#[inline]
pub(super) fn rounded_loss(loss: f64, weight: f64, scale: f64) -> i128 {
    i128::from(rounded(loss.min(LARGEST_LOSS) * weight * scale))
}

/// The bits after the point in weights of rows: the sum of eight thousand million of the largest keeps in 64 bits, and
/// that of the smallest errs by less than a thousandth.
const WEIGHT_EXPONENT: i32 = 20;
/// The smallest weight that a row may have beside 0, and the largest. A weight that is rounded away would be missing in
/// the sum of all, by which the room for every other sum is found.
const WEIGHTS: std::ops::RangeInclusive<f64> = 0.001..=1000.0;

/// Whether a row may have this weight.
pub(super) fn is_weight(weight: f64) -> bool {
    weight == 0.0 || WEIGHTS.contains(&weight)
}

/// Which weights a row may have, in words.
pub(super) const WEIGHTS_IN_WORDS: &str = "0, or a number from 0.001 to 1,000";

/// A row's weight as a whole number.
pub(super) fn rounded_weight(weight: f64) -> i64 {
    rounded(weight * power(WEIGHT_EXPONENT))
}

/// A sum of weights.
pub(super) fn weight_of(sum: i64) -> f64 {
    sum as f64 / power(WEIGHT_EXPONENT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_rounded_to_even() {
        for (number, expected) in [
            (0.5, 0),
            (1.5, 2),
            (-2.5, -2),
            (-0.4, 0),
            (1e15, 1_000_000_000_000_000),
        ] {
            assert_eq!(rounded(number), expected, "{number}");
        }
    }

    #[test]
    fn no_sum_runs_over() {
        // 2^30 rows of at most 1: 32 bits after the point, and the sum of all is 2^62 at most.
        let exponent = exponent(0.999, f64::from((1_u32 << 30) - 1));
        assert_eq!(exponent, 32);
        assert_eq!(super::exponent(0.999, 1.0), 50);
    }

    #[test]
    fn many_rows_of_the_least_weight_do_not_run_over() {
        let n = 3_000_000_u64;
        let total = weight_of(rounded_weight(*WEIGHTS.start()) * n as i64);
        let scale = power(exponent(*WEIGHTS.start(), total));
        // Every row adds its whole weight to one sum.
        let sum = i128::from(rounded(WEIGHTS.start() * scale)) * i128::from(n);
        assert!(sum < i128::from(i64::MAX), "{sum}");
        assert!(!is_weight(3e-7) && is_weight(0.0) && !is_weight(f64::NAN) && !is_weight(-1.0));
        let most = i128::from(rounded_weight(*WEIGHTS.end())) * 8_000_000_000;
        assert!(most < i128::from(i64::MAX));
    }

    proptest! {
        #[test]
        fn a_sum_is_the_same_in_any_order(mut numbers in prop::collection::vec(-1.0_f64..1.0, 2..60)) {
            let scale = power(exponent(1.0, 60.0));
            let sum = |numbers: &[f64]| numbers.iter().map(|x| rounded(x * scale)).sum::<i64>();
            let first = sum(&numbers);
            numbers.sort_by(f64::total_cmp);
            prop_assert_eq!(first, sum(&numbers));
            let exact: f64 = numbers.iter().sum();
            prop_assert!((first as f64 / scale - exact).abs() < 1e-12);
        }
    }
}
