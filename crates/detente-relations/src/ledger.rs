//! What is kept of the rows: sums by pair, period and article, and a few statements.

use crate::article_sums::ArticleSums;
use crate::duplicates::Repeats;
use crate::params::RelationsParams;
use crate::series::Series;
use crate::statement_row::{StatementRow, measures_of, statement_rows};
use crate::turning::turning_points;
use detente_actors::PartyIdentity;
use detente_data::corpus::parse_date;
use detente_model::Head;
use detente_score::ScoredArticle;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A holder, a counterpart, and what the one says and does toward the other.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Pair {
    /// Who holds the stances.
    pub holder: Arc<PartyIdentity>,
    /// Toward whom.
    pub counterpart: Arc<PartyIdentity>,
    /// Statements.
    pub n_statements: usize,
    /// Articles they stand in.
    pub n_articles: usize,
    /// The share of statements of which a party is inferred.
    pub inferred: f64,
    /// One for each measure, over all periods: a single point.
    pub whole: Vec<Series>,
    /// One for each measure, by period; empty for pairs beyond the number asked for, and where nothing is dated.
    pub series: Vec<Series>,
    /// The strongest statements of each period, by time.
    pub samples: Vec<(Option<i32>, Vec<StatementRow>)>,
}

/// Gathers the statements of one party toward another.
pub struct Relations {
    params: RelationsParams,
    measures: Vec<String>,
    seen: Repeats,
    pairs: BTreeMap<(Arc<PartyIdentity>, Arc<PartyIdentity>), Ledger>,
    n_articles: usize,
    n_repeats: usize,
    n_outside: usize,
    n_undated: usize,
    n_statements: usize,
    n_rows: usize,
}

/// What is kept of a pair.
#[derive(Default)]
struct Ledger {
    articles: Vec<ArticleSums>,
    samples: BTreeMap<Option<i32>, Vec<StatementRow>>,
    n_statements: usize,
    n_inferred: usize,
}

impl Relations {
    /// Begins with nothing; `heads` are those of the model that scores the articles.
    pub fn new(heads: &[Head], params: RelationsParams) -> Self {
        Self {
            params,
            measures: measures_of(heads),
            seen: Repeats::default(),
            pairs: BTreeMap::new(),
            n_articles: 0,
            n_repeats: 0,
            n_outside: 0,
            n_undated: 0,
            n_statements: 0,
            n_rows: 0,
        }
    }

    /// Takes an article and gathers the rows of it that count.
    pub fn add(&mut self, heads: &[Head], article: &ScoredArticle) {
        let rows = self.rows(heads, article);
        self.gather(rows);
    }

    /// Gathers rows that [`rows`](Self::rows) has just given.
    pub fn gather(&mut self, rows: Vec<StatementRow>) {
        for row in rows {
            let period = row.date.map(|date| self.params.period.of(date));
            let pair = (row.holder.party.clone(), row.counterpart.party.clone());
            let ledger = self.pairs.entry(pair).or_default();
            ledger.add(row, self.n_articles, period, self.params.n_samples);
        }
    }

    /// Takes an article and gives the rows of it that count, for whoever gathers them in another way.
    pub fn rows(&mut self, heads: &[Head], article: &ScoredArticle) -> Vec<StatementRow> {
        self.n_articles += 1;
        let params = &self.params;
        let date = article.date.as_deref().and_then(parse_date);
        let is_limited = params.from.is_some() || params.to.is_some();
        let is_outside = match date {
            Some(date) => {
                params.from.is_some_and(|from| date < from) || params.to.is_some_and(|to| to < date)
            }
            None => is_limited,
        };
        if is_outside {
            self.n_outside += 1;
            return Vec::new();
        }
        if params.once && self.seen.is_repeated(article) {
            self.n_repeats += 1;
            return Vec::new();
        }
        self.n_statements += article.statements.len();
        let mut rows = statement_rows(heads, article);
        let is_asked = |asked: &Option<Arc<str>>, party: &PartyIdentity| {
            asked.as_ref().is_none_or(|id| *id == party.id)
        };
        rows.retain(|row| {
            is_asked(&params.holder, &row.holder.party)
                && is_asked(&params.counterpart, &row.counterpart.party)
        });
        if !rows.is_empty() && date.is_none() {
            self.n_undated += 1;
        }
        self.n_rows += rows.len();
        rows
    }

    /// The names of the measures, in their order.
    pub fn measures(&self) -> &[String] {
        &self.measures
    }

    /// The parameters.
    pub fn params(&self) -> &RelationsParams {
        &self.params
    }

    /// Articles that came.
    pub fn n_articles(&self) -> usize {
        self.n_articles
    }

    /// Articles that nearly repeat an earlier one, and do not count.
    pub fn n_repeats(&self) -> usize {
        self.n_repeats
    }

    /// Articles outside of the days asked for, or without a date where days were asked for.
    pub fn n_outside(&self) -> usize {
        self.n_outside
    }

    /// Articles without a date that count in the whole, but in no period.
    pub fn n_undated(&self) -> usize {
        self.n_undated
    }

    /// Statements of the articles that are no repeats.
    pub fn n_statements(&self) -> usize {
        self.n_statements
    }

    /// Rows that count.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// The pairs with their series, those with most statements first.
    pub fn finish(&self) -> Vec<Pair> {
        let mut order: Vec<_> = self.pairs.iter().collect();
        order.sort_by_key(|(_, ledger)| std::cmp::Reverse(ledger.n_statements));
        let n_measures = self.measures.len();
        let numbered = order.into_par_iter().enumerate();
        let pairs = numbered.map(|(at, (parties, ledger))| {
            let with_series = at < self.params.n_pairs;
            ledger.pair(
                &parties.0,
                &parties.1,
                &self.params,
                n_measures,
                with_series,
            )
        });
        pairs.collect()
    }
}

impl Ledger {
    fn add(&mut self, row: StatementRow, article: usize, period: Option<i32>, n_samples: usize) {
        self.n_statements += 1;
        self.n_inferred += usize::from(row.holder.inferred || row.counterpart.inferred);
        let sums = row.sums();
        match self.articles.last_mut() {
            Some(last) if last.article == article => {
                last.n_statements += 1;
                for (known, new) in last.sums.iter_mut().zip(&sums) {
                    known.0 += new.0;
                    known.1 += new.1;
                }
            }
            _ => self.articles.push(ArticleSums {
                article,
                date: row.date,
                period,
                n_statements: 1,
                sums,
            }),
        }
        if n_samples == 0 {
            return;
        }
        let samples = self.samples.entry(period).or_default();
        let strength = row.strength();
        let at = samples.partition_point(|known| known.strength() >= strength);
        if at < n_samples {
            samples.insert(at, row);
            samples.truncate(n_samples);
        }
    }

    fn pair(
        &self,
        holder: &Arc<PartyIdentity>,
        counterpart: &Arc<PartyIdentity>,
        params: &RelationsParams,
        n_measures: usize,
        with_series: bool,
    ) -> Pair {
        let articles: Vec<&ArticleSums> = self.articles.iter().collect();
        let is_dated = articles.iter().any(|article| article.period.is_some());
        let mut series = match with_series && is_dated {
            true => Series::by_period(&articles, n_measures, params),
            false => Vec::new(),
        };
        for (measure, series) in series.iter_mut().enumerate() {
            series.turning_points = turning_points(
                &articles,
                measure,
                params.false_alarms,
                params.bootstrap.seed,
            );
        }
        let whole = match with_series {
            true => Series::whole(&articles, n_measures, params),
            false => Series::sketch(&articles, n_measures),
        };
        Pair {
            holder: holder.clone(),
            counterpart: counterpart.clone(),
            n_statements: self.n_statements,
            n_articles: self.articles.len(),
            inferred: self.n_inferred as f64 / self.n_statements.max(1) as f64,
            whole,
            series,
            samples: match with_series {
                true => self.samples.clone().into_iter().collect(),
                false => Vec::new(),
            },
        }
    }
}
