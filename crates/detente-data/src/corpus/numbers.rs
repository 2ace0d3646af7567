//! Numbers as spreadsheets of different countries write them.

/// The number in a cell, with a point or a comma before its decimals.
///
/// `0,5` and `12,25` are read; `1,234` is not, which is another number in another country, and neither is `1.234,5`.
pub(super) fn parse_number(cell: &str) -> Option<f64> {
    let cell = cell.trim();
    if let Ok(number) = cell.parse() {
        return Some(number);
    }
    let (whole, decimals) = cell.split_once(',')?;
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = whole.trim_start_matches(['-', '+']);
    let is_clear = decimals.len() != 3 || unsigned.trim_start_matches('0').is_empty();
    let is_number = is_digits(unsigned) && is_digits(decimals) && whole.len() <= unsigned.len() + 1;
    (is_number && is_clear).then(|| format!("{whole}.{decimals}").parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_may_stand_before_decimals() {
        for (cell, number) in [
            ("0,5", 0.5),
            (" 12,25 ", 12.25),
            ("1.5", 1.5),
            ("0,125", 0.125),
            ("-1,5", -1.5),
        ] {
            assert_eq!(parse_number(cell), Some(number), "{cell}");
        }
        for cell in ["1,234", "1.234,5", ",5", "1,", "1,2,3", "a", "", "--1,5"] {
            assert_eq!(parse_number(cell), None, "{cell}");
        }
    }
}
