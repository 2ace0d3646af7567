//! Dates as people write them in a column.

use jiff::civil::Date;

/// The ways a whole day may be written, beside ISO 8601.
const DAYS: [&str; 9] = [
    "%Y-%m-%d",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%B %d %Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d.%m.%Y",
];

/// The day that a cell means: `2014-03-15`, `15 March 2014`, `March 15, 2014`, `15.03.2014`, a time of
/// a day (`2014-03-15T10:00:00`), or a month or year (`2014-03`, `2014`), which stands for its first
/// day. Days before months with slashes are not guessed at: `03/04/2014` is no date here.
///
/// # Example
/// ```
/// use detente_data::corpus::parse_date;
/// assert_eq!(parse_date("15 March 2014"), parse_date("2014-03-15"));
/// assert_eq!(parse_date("2014"), parse_date("2014-01-01"));
/// assert_eq!(parse_date("soon"), None);
/// ```
pub fn parse_date(cell: &str) -> Option<Date> {
    let cell = cell.trim();
    let is_digits = |text: &str, n| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    if is_digits(cell, 4) {
        return Date::new(cell.parse().ok()?, 1, 1).ok();
    }
    if let Some((year, month)) = cell.split_once('-')
        && is_digits(year, 4)
        && is_digits(month, 2)
    {
        return Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok();
    }
    let mut days = DAYS.iter();
    days.find_map(|format| Date::strptime(format, cell).ok())
        .or_else(|| cell.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        let day = Date::new(2014, 3, 5).ok();
        let same = [
            "2014-03-05",
            " 5 March 2014 ",
            "05 March 2014",
            "5 Mar 2014",
            "March 5, 2014",
            "2014/03/05",
            "05.03.2014",
            "2014-03-05T10:30:00",
        ];
        for cell in same {
            assert_eq!(parse_date(cell), day, "{cell}");
        }
        assert_eq!(parse_date("2014-03"), Date::new(2014, 3, 1).ok());
        for cell in ["", "soon", "2014-13", "31 June 2014", "20145", "03/04/2014"] {
            assert_eq!(parse_date(cell), None, "{cell}");
        }
    }
}
