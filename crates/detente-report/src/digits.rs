//! Numbers with six digits behind the point, as `format!("{:.6}")` writes them, in a tenth of the time.

use std::io::Write;

/// Appends a number to a cell.
///
/// `format!` works decimal digits out exactly, which costs more than scoring the statement did. A
/// number from -1 to 1 times a million is off by less than 1e-9, so that it can be rounded unless it
/// stands in the middle between two.
pub(super) fn push_six_digits(number: f64, cell: &mut Vec<u8>) {
    let scaled = number.abs() * 1e6;
    let below = scaled.floor();
    let rest = scaled - below;
    if scaled.is_nan() || scaled > 1e6 || (rest - 0.5).abs() < 1e-6 {
        // Invariant: writing to memory cannot fail.
        write!(cell, "{number:.6}").expect("memory takes every byte");
        return;
    }
    if number.is_sign_negative() {
        cell.push(b'-');
    }
    let mut left = below as u32 + u32::from(rest > 0.5);
    let mut digits = *b"0.000000";
    for digit in digits[2..].iter_mut().rev() {
        *digit = b'0' + (left % 10) as u8;
        left /= 10;
    }
    digits[0] = b'0' + left as u8;
    cell.extend_from_slice(&digits);
}

#[cfg(test)]
mod tests {
    use super::push_six_digits;
    use proptest::prelude::*;

    fn check(number: f64) {
        let mut cell = Vec::new();
        push_six_digits(number, &mut cell);
        assert_eq!(cell, format!("{number:.6}").into_bytes());
    }

    #[test]
    fn edges_are_written_as_by_format() {
        for number in [
            0.0, -0.0, 1.0, -1.0, 0.9999996, 5e-7, -4e-7, 1.5e-6, 0.1234565, 2.5, 1e300,
        ] {
            check(number);
        }
        check(f64::NAN);
        check(f64::NEG_INFINITY);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn any_number_is_written_as_by_format(
            number in prop_oneof![-1.0..=1.0_f64, (0_u32..2_000_001).prop_map(|n| f64::from(n) / 2e6), any::<f64>()],
        ) {
            check(number);
        }
    }
}
