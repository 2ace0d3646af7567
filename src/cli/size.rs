//! Sizes as flags have them.

/// Reads a number of bytes: a MB is a million of them.
pub(super) fn parse_size(given: &str) -> std::result::Result<usize, String> {
    let upper = given.trim().to_ascii_uppercase();
    let units = [("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("B", 1.0), ("", 1.0)];
    let number = units.iter().find_map(|(unit, bytes)| {
        let number = upper.strip_suffix(unit)?.trim().parse::<f64>().ok()?;
        Some(number * bytes)
    });
    match number {
        Some(bytes) if (1.0..1e15).contains(&bytes) => Ok(bytes as usize),
        _ => Err("expected a size such as 800000, 500KB or 2MB".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::parse_size;

    #[test]
    fn sizes_have_units_of_thousands() {
        let of = |given| parse_size(given).ok();
        assert_eq!(of("2MB"), Some(2_000_000));
        assert_eq!(of("1.5 mb"), Some(1_500_000));
        assert_eq!(of("500kb"), Some(500_000));
        assert_eq!(of("800000"), Some(800_000));
        assert_eq!([of("-1MB"), of("MB"), of("two"), of("nan")], [None; 4]);
    }
}
