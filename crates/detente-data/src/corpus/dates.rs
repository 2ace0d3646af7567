//! Dates as people write them in a column.

use jiff::civil::Date;

/// What the day and the month of a date with slashes may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// It is clear.
    Clear(Date),
    /// The day stands first, as the number shows.
    DayFirst(Date),
    /// The month stands first, as the number shows.
    MonthFirst(Date),
    /// Both could be.
    Either { day_first: Date, month_first: Date },
}

/// One date of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnDate {
    /// The day.
    Day(Date),
    /// It can be read in two ways, and the other rows do not say which.
    Ambiguous {
        /// With the day first.
        day_first: Date,
        /// With the month first.
        month_first: Date,
    },
    /// It is no date.
    None,
}

/// The dates of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ColumnDates {
    /// The date of each cell.
    pub dates: Vec<ColumnDate>,
    /// A cell that can be read in two ways, and whether the day comes first in it, as other rows show; `None` where
    /// that did not have to be found out.
    pub order: Option<(String, bool)>,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// The day that a cell means: `2014-03-15`, `20140315`, `15 March 2014`, `March 15, 2014`, `15.03.2014`, with or
/// without a time (`2014-03-15T10:00:00Z`, `15 Mar 2014, 10:00`), of which the day is taken as it is written; or a
/// month or year (`2014-03`, `March 2014`, `2014`), which stands for its first day. With slashes, day and month are
/// told apart where one of them is above 12: `03/04/2014` is no date here.
///
/// # Example
/// ```
/// use detente_data::corpus::parse_date;
/// assert_eq!(parse_date("15 March 2014"), parse_date("2014-03-15"));
/// assert_eq!(parse_date("2014"), parse_date("2014-01-01"));
/// assert_eq!(parse_date("soon"), None);
/// ```
pub fn parse_date(cell: &str) -> Option<Date> {
    match read(cell)? {
        Reading::Clear(date) | Reading::DayFirst(date) | Reading::MonthFirst(date) => Some(date),
        Reading::Either { .. } => None,
    }
}

/// As [`parse_date`], but a month or a year stands for its last day.
///
/// # Example
/// ```
/// use detente_data::corpus::{parse_date, parse_last_date};
/// assert_eq!(parse_last_date("2024-02"), parse_date("2024-02-29"));
/// assert_eq!(parse_last_date("2014"), parse_date("2014-12-31"));
/// assert_eq!(parse_last_date("2014-1-1"), parse_date("2014-01-01"));
/// ```
pub fn parse_last_date(cell: &str) -> Option<Date> {
    let first = parse_date(cell)?;
    let n_digits = cell.chars().filter(char::is_ascii_digit).count();
    // Eight digits and fewer with a name of a month are a day.
    let has_month = cell.chars().any(char::is_alphabetic);
    let n_gaps = cell.trim().chars().filter(|c| "-/. ".contains(*c)).count();
    Some(match (n_digits, has_month, n_gaps) {
        (4, false, _) => first.last_of_year(),
        (4, true, _) | (5 | 6, false, 0 | 1) => first.last_of_month(),
        _ => first,
    })
}

/// The dates of all cells of a column: those that could be read in two ways are read as the others show, if those
/// agree.
///
/// # Example
/// ```
/// use detente_data::corpus::{ColumnDate, column_dates, parse_date};
/// let found = column_dates(["03/04/2014", "25/04/2014"]);
/// assert_eq!(found.dates[0], ColumnDate::Day(parse_date("2014-04-03").unwrap()));
/// ```
pub fn column_dates<'a>(cells: impl IntoIterator<Item = &'a str>) -> ColumnDates {
    let cells: Vec<&str> = cells.into_iter().collect();
    let readings: Vec<Option<Reading>> = cells.iter().map(|cell| read(cell)).collect();
    let any = |is: fn(&Reading) -> bool| readings.iter().flatten().any(is);
    let has_day_first = any(|reading| matches!(reading, Reading::DayFirst(_)));
    let has_month_first = any(|reading| matches!(reading, Reading::MonthFirst(_)));
    let is_day_first = (has_day_first != has_month_first).then_some(has_day_first);
    let mut order = None;
    let dates = readings
        .iter()
        .zip(&cells)
        .map(|(reading, cell)| match *reading {
            None => ColumnDate::None,
            Some(Reading::Clear(date) | Reading::DayFirst(date) | Reading::MonthFirst(date)) => {
                ColumnDate::Day(date)
            }
            Some(Reading::Either {
                day_first,
                month_first,
            }) => match is_day_first {
                None => ColumnDate::Ambiguous {
                    day_first,
                    month_first,
                },
                Some(is_day_first) => {
                    order.get_or_insert_with(|| ((*cell).to_owned(), is_day_first));
                    ColumnDate::Day(if is_day_first { day_first } else { month_first })
                }
            },
        });
    let dates = dates.collect();
    ColumnDates { dates, order }
}

fn read(cell: &str) -> Option<Reading> {
    let text = without_time(cell.trim())?;
    let separators =
        |letter: char| letter.is_whitespace() || matches!(letter, ',' | '/' | '.' | '-');
    let parts: Vec<&str> = text
        .split(separators)
        .filter(|part| !part.is_empty())
        .collect();
    let parts = match parts.split_first() {
        Some((first, rest)) if rest.len() > 1 && is_name(first, &WEEKDAYS) => rest,
        _ => &parts,
    };
    let parts: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.eq_ignore_ascii_case("of"))
        .collect();
    let clear =
        |year: i16, month: i8, day: i8| Date::new(year, month, day).ok().map(Reading::Clear);
    match parts.as_slice() {
        [digits] if digits.len() == 8 => {
            let (year, rest) = digits.split_at_checked(4)?;
            let (month, day) = rest.split_at_checked(2)?;
            clear(parse_year(year)?, number(month)?, number(day)?)
        }
        [year] if *year == text => clear(parse_year(year)?, 1, 1),
        [year, month] if parse_year(year).is_some() => {
            clear(parse_year(year)?, parse_month(month)?, 1)
        }
        [month, year] => clear(parse_year(year)?, parse_month(month)?, 1),
        [year, month, day] if parse_year(year).is_some() => {
            clear(parse_year(year)?, parse_month(month)?, parse_day(day)?)
        }
        [first, second, year] => {
            let year = parse_year(year)?;
            if let Some(month) = month_name(second) {
                return clear(year, month, parse_day(first)?);
            }
            if let Some(month) = month_name(first) {
                return clear(year, month, parse_day(second)?);
            }
            let (first, second) = (number(first)?, number(second)?);
            let day_first = Date::new(year, second, first).ok();
            let month_first = Date::new(year, first, second).ok();
            match (day_first, month_first) {
                // With points, the day comes first wherever they are used.
                _ if text.contains('.') => day_first.map(Reading::Clear),
                (Some(day_first), Some(month_first)) if day_first == month_first => {
                    Some(Reading::Clear(day_first))
                }
                (Some(day_first), Some(month_first)) => Some(Reading::Either {
                    day_first,
                    month_first,
                }),
                (Some(date), None) => Some(Reading::DayFirst(date)),
                (None, Some(date)) => Some(Reading::MonthFirst(date)),
                (None, None) => None,
            }
        }
        _ => None,
    }
}

/// A date without the time of the day behind it; `None` where that is no time.
fn without_time(text: &str) -> Option<&str> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // ISO 8601 has a letter between them.
    for (n_bytes, is_plain) in [(10, false), (8, true)] {
        let Some((day, rest)) = text.split_at_checked(n_bytes) else {
            continue;
        };
        let is_day = if is_plain {
            is_digits(day)
        } else {
            day.as_bytes()[4] == b'-' && is_digits(&day[..4])
        };
        if let Some(time) = rest.strip_prefix(['T', 't']).filter(|_| is_day) {
            let is_time = time
                .get(..2)
                .and_then(|hour| hour.parse::<u8>().ok())
                .is_some_and(|hour| hour <= 24);
            return is_time.then_some(day);
        }
    }
    // The hour is the word, or the digits, before the first colon.
    let Some(colon) = text.find(':') else {
        return Some(text);
    };
    let is_digit = |letter: char| letter.is_ascii_digit();
    let hour = text[..colon].trim_end_matches(is_digit).len();
    let is_time = text[hour..colon].parse::<u8>().is_ok_and(|hour| hour <= 24);
    let day = text[..hour].trim_end_matches(|letter: char| letter.is_whitespace() || letter == ',');
    let day = day.strip_suffix(" at").unwrap_or(day);
    is_time.then_some(day)
}

fn number(text: &str) -> Option<i8> {
    let is_short = text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_short.then(|| text.parse().ok())?
}

fn parse_year(text: &str) -> Option<i16> {
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_year.then(|| text.parse().ok())?
}

fn parse_day(text: &str) -> Option<i8> {
    let endings = ["st", "nd", "rd", "th"];
    let digits = endings
        .iter()
        .find_map(|ending| text.strip_suffix(ending))
        .unwrap_or(text);
    number(digits)
}

fn parse_month(text: &str) -> Option<i8> {
    month_name(text).or_else(|| number(text))
}

fn month_name(text: &str) -> Option<i8> {
    let text = text.to_lowercase();
    (1..)
        .zip(MONTHS)
        .find(|(_, name)| is_short_for(&text, name))
        .map(|(month, _)| month)
}

fn is_name(text: &str, names: &[&str]) -> bool {
    let text = text.to_lowercase();
    names.iter().any(|name| is_short_for(&text, name))
}

fn is_short_for(text: &str, name: &str) -> bool {
    text == name || (3..=4).contains(&text.len()) && name.starts_with(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        let day = Date::new(2014, 3, 15).ok();
        let same = [
            "2014-03-15",
            "20140315",
            " 15 March 2014 ",
            "15 Mar 2014",
            "15-Mar-2014",
            "15th of March 2014",
            "March 15, 2014",
            "Mar. 15th, 2014",
            "Saturday, March 15, 2014",
            "Sat, 15 Mar 2014 10:30:00 GMT",
            "15 Mar 2014, 23:25",
            "March 15, 2014 at 11:25 PM",
            "2014/03/15",
            "2014.03.15",
            "15.03.2014",
            "15.3.2014 10:00",
            "15/03/2014",
            "03/15/2014",
            "2014-03-15T10:30:00",
            "2014-03-15T10:30:00Z",
            "2014-03-15T23:30:00.123+05:30",
            "2014-03-15 10:30:00-0800",
            "2014-03-15T10",
            "20140315T103000Z",
        ];
        for cell in same {
            assert_eq!(parse_date(cell), day, "{cell}");
        }
        for cell in ["2014-03", "March 2014", "03/2014", "2014/3", "Mar 2014"] {
            assert_eq!(parse_date(cell), Date::new(2014, 3, 1).ok(), "{cell}");
        }
        assert_eq!(parse_date("5 Sept 2014"), Date::new(2014, 9, 5).ok());
        assert_eq!(parse_date("05/05/2014"), Date::new(2014, 5, 5).ok());
        for cell in [
            "",
            "soon",
            "2014-13",
            "31 June 2014",
            "20145",
            "03/04/2014",
            "20141301",
            "13/13/2014",
            "15/03/14",
            "2014-03-15Tea",
            "2014-03-15T99:00",
            "March 15",
            "12:30",
            "-2014",
            "15 Foo 2014",
            "é",
            "é:30",
            "é10:30",
            "ééééé",
        ] {
            assert_eq!(parse_date(cell), None, "{cell}");
        }
    }

    #[test]
    fn other_rows_of_a_column_settle_which_number_is_the_day() {
        let day = |year, month, day| ColumnDate::Day(Date::new(year, month, day).unwrap());
        let found = column_dates(["03/04/2014", "2014-01-01", "30/04/2014", "04-05-2014"]);
        assert_eq!(found.dates[0], day(2014, 4, 3));
        assert_eq!(found.dates[3], day(2014, 5, 4));
        assert_eq!(found.order, Some(("03/04/2014".to_owned(), true)));
        let found = column_dates(["03/04/2014", "04/30/2014"]);
        assert_eq!(found.dates[0], day(2014, 3, 4));
        assert_eq!(found.order, Some(("03/04/2014".to_owned(), false)));
        let ambiguous = |cells: &[&str]| {
            let found = column_dates(cells.iter().copied());
            assert_eq!(found.order, None);
            matches!(found.dates[0], ColumnDate::Ambiguous { .. })
        };
        assert!(ambiguous(&["03/04/2014", "01/02/2014", "05/05/2014"]));
        assert!(ambiguous(&["03/04/2014", "30/04/2014", "04/30/2014"]));
        assert!(!ambiguous(&["2014-03-04", "30/04/2014"]));
    }
}
