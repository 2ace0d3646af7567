//! Whether a pair's tone has turned.

use crate::statement_row::StatementRow;
use jiff::civil::Date;
use std::sync::Arc;

/// Which way a tone turns.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// It falls.
    Drops,
    /// It falls or rises.
    Moves,
    /// It rises.
    Rises,
}

impl Direction {
    /// All members.
    pub const ALL: [Self; 3] = [Self::Drops, Self::Moves, Self::Rises];

    /// Gives the word, as in a rule.
    pub fn name(self) -> &'static str {
        match self {
            Self::Drops => "drops",
            Self::Moves => "moves",
            Self::Rises => "rises",
        }
    }

    /// How far a change goes this way.
    fn of(self, change: f64) -> f64 {
        match self {
            Self::Drops => -change,
            Self::Moves => change.abs(),
            Self::Rises => change,
        }
    }
}

/// What is watched: "conflict drops .2 in 14 days".
#[derive(Clone, Debug, PartialEq)]
pub struct ToneRule {
    /// The measure.
    pub target: String,
    /// Which way.
    pub direction: Direction,
    /// How far, above 0.
    pub by: f64,
    /// Days of the window.
    pub days: i32,
}

impl ToneRule {
    /// Reads `TARGET drops|rises|moves X in N days|weeks|months`; `None` where it is none.
    ///
    /// # Example
    /// ```
    /// use detente_relations::{Direction, ToneRule};
    /// let rule = ToneRule::parse("conflict drops .2 in 2 weeks").unwrap();
    /// assert_eq!((rule.direction, rule.by, rule.days), (Direction::Drops, 0.2, 14));
    /// assert_eq!(ToneRule::parse("conflict .2"), None);
    /// ```
    pub fn parse(rule: &str) -> Option<Self> {
        let mut words = rule.split_whitespace();
        let target = words.next()?.to_owned();
        let word = words.next()?;
        let direction = Direction::ALL.into_iter().find(|one| one.name() == word)?;
        let mut next = words.next()?;
        if next == "by" {
            next = words.next()?;
        }
        let by: f64 = next
            .parse()
            .ok()
            .filter(|by: &f64| *by > 0.0 && by.is_finite())?;
        let (Some("in"), Some(n), Some(unit), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return None;
        };
        let n: i32 = n.parse().ok().filter(|n| (1..=1000).contains(n))?;
        let each = match unit.trim_end_matches('s') {
            "day" => 1,
            "week" => 7,
            "month" => 30,
            _ => return None,
        };
        Some(Self {
            target,
            direction,
            by,
            days: n * each,
        })
    }
}

/// What a rule finds on the last day.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Alarm {
    /// Whether the tone turned.
    pub is_alarm: bool,
    /// The last day of the window.
    pub day: Date,
    /// The mean before the window, and from how many articles; `None` where there are too few.
    pub before: Option<(f64, usize)>,
    /// The mean in the window, and from how many articles.
    pub now: Option<(f64, usize)>,
    /// How far the change has to go: what the rule asks, or more where that comes too often.
    pub threshold: f64,
    /// Earlier days on which the change could be looked at.
    pub n_days: usize,
    /// Of these, days with a change as great as the threshold.
    pub n_false: usize,
}

/// The mean of a stretch of time, and from how many articles.
type Side = (f64, usize);

/// Looks at a pair's statements day by day.
pub struct Watch {
    rule: ToneRule,
    /// Day, sum and weight of each article, in the order of their days.
    articles: Vec<(Date, f64, f64)>,
}

/// The time before a window that it is compared with is as long as so many windows.
const BASELINE: i32 = 6;
/// Articles on each side, at the least.
const FEWEST: usize = 2;

impl Watch {
    /// Takes the rows of a pair; `measure` is the place of the rule's target among the measures.
    pub fn new(rule: ToneRule, measure: usize, rows: &[StatementRow]) -> Self {
        let mut articles: Vec<(Date, f64, f64)> = Vec::new();
        let mut last: Option<&StatementRow> = None;
        for row in rows {
            let Some(date) = row.date else {
                continue;
            };
            let (sum, weight) = row.sums()[measure];
            match articles.last_mut() {
                Some(known)
                    if last.is_some_and(|last| Arc::ptr_eq(&last.article, &row.article)) =>
                {
                    known.1 += sum;
                    known.2 += weight;
                }
                _ => articles.push((date, sum, weight)),
            }
            last = Some(row);
        }
        articles.retain(|one| one.2 > 0.0);
        articles.sort_by_key(|one| one.0);
        Self { rule, articles }
    }

    /// Looks at the window that ends on a day. With `false_alarms` the threshold rises until at most this share of the
    /// earlier days has so great a change.
    pub fn look(&self, day: Date, false_alarms: Option<f64>) -> Alarm {
        let first = self.articles.first().map(|one| one.0);
        let mut changes: Vec<f64> = Vec::new();
        if let Some(first) = first {
            // Days whose window does not touch the one that is looked at.
            let mut past = first;
            let end = minus(day, self.rule.days);
            while past < end {
                if let (Some(before), Some(now)) = self.sides(past) {
                    changes.push(self.rule.direction.of(now.0 - before.0));
                }
                let Ok(next) = past.tomorrow() else { break };
                past = next;
            }
        }
        let mut threshold = self.rule.by;
        if let Some(share) = false_alarms {
            let mut sorted = changes.clone();
            sorted.sort_by(f64::total_cmp);
            let n_may = (share * sorted.len() as f64).floor() as usize;
            if n_may < sorted.len() {
                // Just above the change that must not count any more.
                let least = sorted[sorted.len() - 1 - n_may];
                threshold = threshold.max(least.next_up());
            }
        }
        let (before, now) = self.sides(day);
        let change = before
            .zip(now)
            .map(|(before, now)| self.rule.direction.of(now.0 - before.0));
        Alarm {
            is_alarm: change.is_some_and(|change| change >= threshold),
            day,
            before,
            now,
            threshold,
            n_days: changes.len(),
            n_false: changes
                .iter()
                .filter(|change| **change >= threshold)
                .count(),
        }
    }

    /// The last day with an article.
    pub fn last_day(&self) -> Option<Date> {
        self.articles.last().map(|one| one.0)
    }

    /// Means with their articles: of the time before the window that ends on a day, and of the window.
    fn sides(&self, day: Date) -> (Option<Side>, Option<Side>) {
        let begin = minus(day, self.rule.days);
        let long_before = minus(begin, self.rule.days * BASELINE);
        (self.mean(long_before, begin), self.mean(begin, day))
    }

    /// The mean of the articles after one day, up to and with another.
    fn mean(&self, after: Date, to: Date) -> Option<Side> {
        let first = self.articles.partition_point(|one| one.0 <= after);
        let end = self.articles.partition_point(|one| one.0 <= to);
        let part = self.articles.get(first..end)?;
        let (sum, weight) = part
            .iter()
            .fold((0.0, 0.0), |sums, one| (sums.0 + one.1, sums.1 + one.2));
        (part.len() >= FEWEST && weight > 0.0).then(|| (sum / weight, part.len()))
    }
}

fn minus(day: Date, days: i32) -> Date {
    day.saturating_sub(jiff::Span::new().days(days))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(values: &[f64]) -> Watch {
        let first = Date::constant(2024, 1, 1);
        let article = |(day, value): (i32, &f64)| {
            let date = first.checked_add(jiff::Span::new().days(day)).unwrap();
            (date, *value, 1.0)
        };
        Watch {
            rule: ToneRule::parse("peace drops .2 in 7 days").unwrap(),
            articles: (0i32..).zip(values).map(article).collect(),
        }
    }

    #[test]
    fn a_fall_is_an_alarm_and_noise_is_counted() {
        let mut values: Vec<f64> = (0..100).map(|n| 0.4 + 0.02 * f64::from(n % 3)).collect();
        let quiet = watch(&values);
        let look = quiet.look(quiet.last_day().unwrap(), None);
        assert!(!look.is_alarm && look.n_days > 50 && look.n_false == 0);
        values.extend([0.0; 7]);
        let fallen = watch(&values);
        let look = fallen.look(fallen.last_day().unwrap(), Some(0.05));
        assert!(look.is_alarm);
        assert_eq!(look.now, Some((0.0, 7)));
    }

    #[test]
    fn a_threshold_rises_where_turns_are_common() {
        let values: Vec<f64> = (0..200)
            .map(|n| if n / 20 % 2 == 0 { 0.5 } else { -0.5 })
            .collect();
        let wild = watch(&values);
        let day = wild.last_day().unwrap();
        let free = wild.look(day, None);
        let bound = wild.look(day, Some(0.02));
        assert!(free.n_false > 20 && bound.threshold > free.threshold);
        assert!(bound.n_false as f64 <= 0.02 * bound.n_days as f64);
    }

    #[test]
    fn rules_are_read_as_people_write_them() {
        let rule = ToneRule::parse("relation moves by 0.3 in 1 month").unwrap();
        assert_eq!(
            (rule.direction, rule.by, rule.days),
            (Direction::Moves, 0.3, 30)
        );
        for wrong in [
            "",
            "peace",
            "peace falls .2 in 7 days",
            "peace drops 0 in 7 days",
            "peace drops .2 in 7 years",
        ] {
            assert_eq!(ToneRule::parse(wrong), None, "{wrong}");
        }
    }
}
