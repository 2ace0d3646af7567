//! Who stands how toward whom.

use crate::article::{ArticleCells, article_of};
use crate::failure::{count, out_of_range};
use crate::model::{Model, not_json};
use crate::threads::pool;
use crate::training::one_of;
use detente::data::article::Article;
use detente::data::corpus::{parse_date, parse_last_date};
use detente::relations::{Period, Relations, RelationsParams};
use detente::report::{RelationRowRecord, RelationsRecord, relations_html};
use detente::score::who::Who;
use detente::score::{ScoreParams, score_articles};
use pyo3::prelude::*;
use std::sync::Arc;

/// What counts.
#[derive(FromPyObject)]
pub(crate) struct Asked {
    #[pyo3(item)]
    by: String,
    #[pyo3(item("from"))]
    first: Option<String>,
    #[pyo3(item("to"))]
    last: Option<String>,
    #[pyo3(item)]
    holder: Option<String>,
    #[pyo3(item)]
    counterpart: Option<String>,
    #[pyo3(item)]
    repeats: bool,
    #[pyo3(item)]
    seed: i64,
    /// Whether pairs, series and a page are made of the rows.
    #[pyo3(item)]
    gather: bool,
}

impl Asked {
    fn params(&self, who: &Who) -> PyResult<RelationsParams> {
        let day = |parameter, given: &Option<String>, parse: fn(&str) -> Option<_>| {
            let expected = "a date, as in 2023-05-01 or 2023";
            let parsed = given.as_ref().map(|given| {
                parse(given).ok_or_else(|| out_of_range(parameter, &format!("`{given}`"), expected))
            });
            parsed.transpose()
        };
        let party = |parameter, named: &Option<String>| {
            let found = named.as_ref().map(|named| -> PyResult<Arc<str>> {
                let found = who.gazetteer().identity(named);
                let expected = "the id (`AZE`) or a name of a party";
                let found =
                    found.ok_or_else(|| out_of_range(parameter, &format!("`{named}`"), expected));
                Ok(found?.id.clone())
            });
            found.transpose()
        };
        let (from, to) = (
            day("from", &self.first, parse_date)?,
            day("to", &self.last, parse_last_date)?,
        );
        if from.is_some() && to.is_some() && to < from {
            let last = self.last.as_deref().unwrap_or_default();
            let expected = "a day that is not before the first one";
            return Err(out_of_range("to", &format!("`{last}`"), expected));
        }
        let mut params = RelationsParams {
            period: one_of("by", &self.by, &Period::ALL, Period::name)?,
            from,
            to,
            holder: party("holder", &self.holder)?,
            counterpart: party("counterpart", &self.counterpart)?,
            once: !self.repeats,
            ..RelationsParams::DEFAULT
        };
        params.bootstrap.seed = count("seed", self.seed)? as u64;
        Ok(params)
    }
}

/// Rows as JSON, and the record as JSON, its tables and its page.
type Found = (String, Option<(String, String, String)>);

/// What articles say of relations: their rows as JSON and, if asked for, the record, its tables and its page.
#[pyfunction]
pub(crate) fn relations(
    py: Python<'_>,
    model: &Model,
    articles: Vec<ArticleCells<'_>>,
    asked: Asked,
    threads: Option<i64>,
) -> PyResult<Found> {
    let who = py.detach(Who::embedded);
    let params = asked.params(who)?;
    let numbered = articles.iter().enumerate();
    let articles: Vec<Article> = numbered
        .map(|(row, cells)| article_of(cells, row))
        .collect::<PyResult<_>>()?;
    let pool = pool(threads)?;
    let score_params = ScoreParams {
        who: Some(who),
        languages: model.languages(None)?,
        ..ScoreParams::DEFAULT
    };
    py.detach(|| {
        let inner = model.inner().inner();
        let heads = inner.heads();
        let mut gathered = Relations::new(heads, params.clone());
        let mut listed = Relations::new(heads, params);
        let measures = listed.measures().to_vec();
        let mut rows = Vec::new();
        pool.install(|| {
            let articles = articles.into_iter().map(Ok);
            score_articles(inner, articles, &score_params, |article| {
                for row in listed.rows(heads, &article) {
                    rows.push(RelationRowRecord::of(&row, &measures));
                }
                if asked.gather {
                    gathered.add(heads, &article);
                }
                Ok::<(), PyErr>(())
            })
        })?;
        let rows = serde_json::to_string(&rows).map_err(not_json)?;
        let record = asked.gather.then(|| {
            // It counts on several threads too.
            let record = pool.install(|| RelationsRecord::of(model.name(), &gathered));
            let json = serde_json::to_string(&record).map_err(not_json)?;
            Ok::<_, PyErr>((json, record.to_string(), relations_html(&record)))
        });
        Ok((rows, record.transpose()?))
    })
}
