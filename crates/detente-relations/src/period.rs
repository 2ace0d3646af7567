//! The stretches of time that articles are gathered by.

use jiff::civil::Date;

/// How long a stretch is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Period {
    /// Ten years.
    Decade,
    /// A month.
    Month,
    /// Three months.
    Quarter,
    /// A year.
    Year,
}

impl Period {
    /// All members, the longest first.
    pub const ALL: [Self; 4] = [Self::Decade, Self::Year, Self::Quarter, Self::Month];

    /// Gives the name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decade => "decade",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The number of the stretch that a day lies in; the next one has the next number.
    pub fn of(self, date: Date) -> i32 {
        let (year, month) = (i32::from(date.year()), i32::from(date.month()) - 1);
        match self {
            Self::Decade => year.div_euclid(10),
            Self::Month => year * 12 + month,
            Self::Quarter => year * 4 + month / 3,
            Self::Year => year,
        }
    }

    /// A stretch as people write it: "1990s", "2023", "2023-Q2", "2023-05".
    pub fn label(self, number: i32) -> String {
        match self {
            Self::Decade => format!("{}s", number * 10),
            Self::Month => format!("{}-{:02}", number.div_euclid(12), number.rem_euclid(12) + 1),
            Self::Quarter => format!("{}-Q{}", number.div_euclid(4), number.rem_euclid(4) + 1),
            Self::Year => number.to_string(),
        }
    }

    /// The middle of a stretch, in years.
    pub fn middle(self, number: i32) -> f64 {
        let number = f64::from(number) + 0.5;
        match self {
            Self::Decade => number * 10.0,
            Self::Month => number / 12.0,
            Self::Quarter => number / 4.0,
            Self::Year => number,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_lie_in_their_stretches() {
        let day = Date::constant(2023, 5, 31);
        let label = |period: Period| period.label(period.of(day));
        assert_eq!(
            Period::ALL.map(label),
            ["2020s", "2023", "2023-Q2", "2023-05"]
        );
        assert_eq!(
            Period::Month.of(day) + 8,
            Period::Month.of(Date::constant(2024, 1, 1))
        );
        assert_eq!(Period::Year.middle(2023), 2023.5);
    }
}
