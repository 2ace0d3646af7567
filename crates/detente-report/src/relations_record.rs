//! Who stands how toward whom, as the record that every format is written from.

use super::named::Named;
use super::sheet::Sheet;
use super::table::signed;
use detente_error::visible;
use detente_metrics::Interval;
use detente_relations::{Pair, Period, Point, Relations, StatementRow};
use serde::Serialize;
use std::fmt::{self, Display, Formatter};

/// All pairs of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RelationsRecord {
    /// The model that scored the statements.
    pub model: String,
    /// How long a period is: `month`, `quarter`, `year` or `decade`.
    pub period: &'static str,
    /// Periods that the smoothed series is a mean of.
    pub smooth: usize,
    /// How often a series without a turn is given a turning point.
    pub false_alarms: f64,
    /// Resamples behind an interval, by article.
    pub resamples: usize,
    /// How often intervals made this way hold the truth.
    pub confidence: f64,
    /// Articles that came.
    pub n_articles: usize,
    /// Articles that nearly repeat an earlier one and were left out.
    pub n_repeats: usize,
    /// Articles outside of the days asked for.
    pub n_outside: usize,
    /// Articles without a date: they count in the whole only.
    pub n_undated: usize,
    /// Statements with a holder and a counterpart.
    pub n_statements: usize,
    /// The pairs, those with most statements first.
    pub pairs: Vec<DyadRecord>,
}

/// A holder and a counterpart.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DyadRecord {
    /// Who holds the stances.
    pub holder: PartyRecord,
    /// Toward whom.
    pub counterpart: PartyRecord,
    /// Statements.
    pub n_statements: usize,
    /// Articles they stand in.
    pub n_articles: usize,
    /// The share of statements of which a party is inferred.
    pub inferred: f64,
    /// The scores over all, by measure.
    pub scores: Named<'static, ScoreRecord>,
    /// The same by period; periods without a statement are left out.
    pub series: Vec<PeriodRecord>,
    /// Where the tone turns.
    pub turning_points: Vec<TurningPointRecord>,
    /// The strongest statements of each period.
    pub statements: Vec<RelationRowRecord>,
}

/// A party.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PartyRecord {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A score with its interval.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ScoreRecord {
    /// From -1 to 1, of an event from -10 to 10; null where no statement is relevant.
    pub score: Option<f64>,
    /// The ends of its interval; null with fewer than two articles.
    pub interval: Option<[f64; 2]>,
    /// The mean over the periods around it; only in series.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smoothed: Option<f64>,
}

/// A period of a pair.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PeriodRecord {
    /// As people write it: `2023-05`.
    pub period: String,
    /// Its middle, in years.
    pub year: f64,
    /// Articles.
    pub n_articles: usize,
    /// Statements.
    pub n_statements: usize,
    /// The scores, by measure.
    pub scores: Named<'static, ScoreRecord>,
}

/// A day from which a tone is another.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TurningPointRecord {
    /// The measure.
    pub measure: String,
    /// The first day of the new tone.
    pub date: String,
    /// The day, in years.
    pub year: f64,
    /// The mean before.
    pub before: f64,
    /// The mean from then on.
    pub after: f64,
    /// The share of permutations with as strong a turn.
    pub p: f64,
}

/// A statement of a holder toward a counterpart.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RelationRowRecord {
    /// The article's id.
    pub article: String,
    /// Its date, as year, month and day.
    pub date: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Where the statement begins in the text, in bytes.
    pub start: Option<usize>,
    /// Where it ends.
    pub end: Option<usize>,
    /// The id of the holder.
    pub holder: String,
    /// The rule that found it.
    pub holder_rule: &'static str,
    /// Whether the statement does not name it.
    pub holder_inferred: bool,
    /// The id of the counterpart.
    pub counterpart: String,
    /// The rule that found it.
    pub counterpart_rule: &'static str,
    /// Whether the statement does not name it.
    pub counterpart_inferred: bool,
    /// The one who is quoted or reported, as written.
    pub speaker: Option<String>,
    /// The label on each stance target.
    pub labels: Named<'static, String>,
    /// The score on each stance target.
    pub scores: Named<'static, f64>,
    /// `friendly`, `hostile` or `none`.
    pub relation: Option<String>,
    /// P(friendly) - P(hostile).
    pub relation_score: Option<f64>,
    /// The class of the event.
    pub event: Option<String>,
    /// Its root.
    pub root: Option<String>,
    /// Its weight, from -10 to 10.
    pub event_weight: Option<f64>,
    /// The words.
    pub text: String,
}

impl RelationsRecord {
    /// The record of what was gathered with a model of this name.
    pub fn of(model: &str, relations: &Relations) -> Self {
        let params = relations.params();
        let measures = relations.measures();
        let pairs = relations.finish();
        Self {
            model: model.to_owned(),
            period: params.period.name(),
            smooth: params.smooth,
            false_alarms: params.false_alarms,
            resamples: params.bootstrap.resamples,
            confidence: params.bootstrap.confidence,
            n_articles: relations.n_articles(),
            n_repeats: relations.n_repeats(),
            n_outside: relations.n_outside(),
            n_undated: relations.n_undated(),
            n_statements: relations.n_rows(),
            pairs: pairs
                .iter()
                .map(|pair| DyadRecord::of(pair, measures, params.period))
                .collect(),
        }
    }

    /// The series of all pairs as CSV, one row a pair, period and measure.
    pub fn series_csv(&self) -> Vec<u8> {
        let mut rows = csv::Writer::from_writer(Vec::new());
        let header = [
            "holder",
            "counterpart",
            "period",
            "measure",
            "score",
            "low",
            "high",
            "smoothed",
            "articles",
            "statements",
        ];
        // Invariant: writing to memory does not fail, and every row has the header's fields.
        rows.write_record(header).expect("memory takes every row");
        for pair in &self.pairs {
            for period in &pair.series {
                for (measure, score) in period.scores.iter() {
                    let number = |number: Option<f64>| {
                        number.map_or(String::new(), |number| format!("{number:.6}"))
                    };
                    rows.write_record([
                        pair.holder.id.clone(),
                        pair.counterpart.id.clone(),
                        period.period.clone(),
                        measure.to_owned(),
                        number(score.score),
                        number(score.interval.map(|[low, _]| low)),
                        number(score.interval.map(|[_, high]| high)),
                        number(score.smoothed),
                        period.n_articles.to_string(),
                        period.n_statements.to_string(),
                    ])
                    .expect("memory takes every row");
                }
            }
        }
        rows.into_inner().expect("memory takes every row")
    }

    /// Pairs that stand in the table.
    const N_SHOWN: usize = 20;

    fn overview(&self) -> Sheet {
        let measures: Vec<String> = self.pairs.first().map_or(Vec::new(), |pair| {
            pair.scores
                .iter()
                .map(|(name, _)| format!("#{name}"))
                .collect()
        });
        let mut columns = vec!["holder", "toward", "#articles", "#statements"];
        columns.extend(measures.iter().map(String::as_str));
        let mut sheet = Sheet::new("Pairs", &columns);
        for pair in self.pairs.iter().take(Self::N_SHOWN) {
            let mut cells = vec![
                pair.holder.name.clone(),
                pair.counterpart.name.clone(),
                pair.n_articles.to_string(),
                pair.n_statements.to_string(),
            ];
            cells.extend(pair.scores.values().map(ScoreRecord::shown));
            sheet.row(cells);
        }
        let n_more = self.pairs.len().saturating_sub(Self::N_SHOWN);
        if n_more > 0 {
            sheet.note = Some(format!("{n_more} more pairs"));
        }
        sheet
    }

    fn series(&self, pair: &DyadRecord) -> Sheet {
        let measures: Vec<String> = pair
            .scores
            .iter()
            .map(|(name, _)| format!("#{name}"))
            .collect();
        let mut columns = vec![self.period, "#articles", "#statements"];
        columns.extend(measures.iter().map(String::as_str));
        let mut sheet = Sheet::new("Series", &columns);
        let mut last: Option<f64> = None;
        for period in &pair.series {
            let gap = last.is_some_and(|last| period.year - last > 1.5 * self.length());
            if gap {
                let mut cells = vec!["...".to_owned()];
                cells.extend(std::iter::repeat_n(String::new(), columns.len() - 1));
                sheet.row(cells);
            }
            last = Some(period.year);
            let mut cells = vec![
                period.period.clone(),
                period.n_articles.to_string(),
                period.n_statements.to_string(),
            ];
            cells.extend(period.scores.values().map(ScoreRecord::shown));
            sheet.row(cells);
        }
        sheet
    }

    /// The length of a period in years.
    fn length(&self) -> f64 {
        let period = Period::ALL
            .into_iter()
            .find(|one| one.name() == self.period);
        period.map_or(1.0, |period| period.middle(1) - period.middle(0))
    }
}

/// Pairs whose series stand in the table: with more, it would be a book.
const N_SERIES: usize = 2;

impl Display for RelationsRecord {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.pairs.is_empty() {
            return writeln!(f, "no statement has both a holder and a counterpart");
        }
        write!(f, "{}", self.overview().terminal())?;
        if self.pairs.len() <= N_SERIES {
            for pair in self.pairs.iter().filter(|pair| !pair.series.is_empty()) {
                writeln!(
                    f,
                    "\n{} toward {}",
                    visible(&pair.holder.name),
                    visible(&pair.counterpart.name)
                )?;
                write!(f, "{}", self.series(pair).terminal())?;
                for turn in &pair.turning_points {
                    writeln!(
                        f,
                        "{} turns on {}: from {} to {} (p {:.3})",
                        turn.measure,
                        turn.date,
                        signed(turn.before),
                        signed(turn.after),
                        turn.p
                    )?;
                }
            }
        }
        writeln!(
            f,
            "intervals: {:.0} %, {} resamples of whole articles; a series without a turn shows one in {} % of cases",
            100.0 * self.confidence,
            self.resamples,
            percent(self.false_alarms)
        )
    }
}

/// A share in per cent, with as many digits as it needs.
pub(super) fn percent(share: f64) -> String {
    let written = format!("{:.4}", 100.0 * share);
    written
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

impl DyadRecord {
    fn of(pair: &Pair, measures: &[String], period: Period) -> Self {
        let named = |scores: Vec<ScoreRecord>| -> Named<'static, ScoreRecord> {
            measures.iter().cloned().zip(scores).collect()
        };
        let whole = pair
            .whole
            .iter()
            .map(|series| ScoreRecord::of(&series.points[0]));
        let n_points = pair.series.first().map_or(0, |series| series.points.len());
        let series = (0..n_points).map(|at| {
            let point = &pair.series[0].points[at];
            let number = point.period.unwrap_or_default();
            PeriodRecord {
                period: period.label(number),
                year: period.middle(number),
                n_articles: point.n_articles,
                n_statements: point.n_statements,
                scores: named(
                    pair.series
                        .iter()
                        .map(|series| ScoreRecord::of(&series.points[at]))
                        .collect(),
                ),
            }
        });
        let turns = measures
            .iter()
            .zip(&pair.series)
            .flat_map(|(measure, series)| {
                series.turning_points.iter().map(|turn| TurningPointRecord {
                    measure: measure.clone(),
                    date: turn.date.to_string(),
                    year: f64::from(turn.date.year())
                        + f64::from(turn.date.day_of_year() - 1)
                            / f64::from(turn.date.days_in_year()),
                    before: turn.before,
                    after: turn.after,
                    p: turn.p,
                })
            });
        let statements = pair.samples.iter().flat_map(|(_, samples)| samples);
        Self {
            holder: PartyRecord::of(&pair.holder),
            counterpart: PartyRecord::of(&pair.counterpart),
            n_statements: pair.n_statements,
            n_articles: pair.n_articles,
            inferred: pair.inferred,
            scores: named(whole.collect()),
            series: series.collect(),
            turning_points: turns.collect(),
            statements: statements
                .map(|row| RelationRowRecord::of(row, measures))
                .collect(),
        }
    }
}

impl PartyRecord {
    fn of(party: &detente_actors::PartyIdentity) -> Self {
        Self {
            id: party.id.to_string(),
            name: party.name.to_string(),
        }
    }
}

impl ScoreRecord {
    fn of(point: &Point) -> Self {
        Self {
            score: point.score,
            interval: point.interval.map(|Interval { low, high, .. }| [low, high]),
            smoothed: point.smoothed,
        }
    }

    /// As in tables: "+.31 [+.10, +.52]".
    fn shown(&self) -> String {
        match (self.score, self.interval) {
            (Some(score), Some([low, high])) => {
                format!("{} [{}, {}]", signed(score), signed(low), signed(high))
            }
            (Some(score), None) => signed(score),
            (None, _) => "-".into(),
        }
    }
}

impl RelationRowRecord {
    /// The record of a row; `measures` are those of its run.
    pub fn of(row: &StatementRow, measures: &[String]) -> Self {
        let targets = || measures.iter().take(row.stances.len()).cloned();
        Self {
            article: row.article.to_string(),
            date: row.date.map(|date| date.to_string()),
            title: row.title.as_deref().map(str::to_owned),
            start: row.start,
            end: row.end,
            holder: row.holder.party.id.to_string(),
            holder_rule: row.holder.rule.name(),
            holder_inferred: row.holder.inferred,
            counterpart: row.counterpart.party.id.to_string(),
            counterpart_rule: row.counterpart.rule.name(),
            counterpart_inferred: row.counterpart.inferred,
            speaker: row.speaker.as_deref().map(str::to_owned),
            labels: targets().zip(row.labels.iter().cloned()).collect(),
            scores: targets()
                .zip(row.stances.iter().map(|(score, _)| *score))
                .collect(),
            relation: row.relation.as_ref().map(|relation| relation.label.clone()),
            relation_score: row.relation.as_ref().map(|relation| relation.score()),
            event: row.event.as_ref().map(|event| event.class.clone()),
            root: row.event.as_ref().map(|event| event.root.clone()),
            event_weight: row.event.as_ref().map(|event| event.weight),
            text: row.text.to_string(),
        }
    }
}
