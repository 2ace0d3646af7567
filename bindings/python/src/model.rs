//! A model to score with.

use crate::article::single;
use crate::columns::Columns;
use crate::failure::{count, out_of_range, value_error};
use crate::rows::Labelled;
use crate::score::{Names, Score};
use crate::texts::{Cell, cells, text_array, text_of};
use crate::threads::pool;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema};
use detente::eval::evaluate::{Details, EvaluateParams, evaluate};
use detente::model::features::VectorizerState;
use detente::model::{StatePool, StatementScores};
use detente::report::page::PageParams;
use detente::report::{ArticleRecord, EvaluationRecord, language_names, what_models_know};
use detente::score::who::Who;
use detente::score::{
    LanguageCounts, LanguageParams, ModelsBeside, ScoreParams, ScoredArticle, score_article,
};
use detente::text::language_code;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use pyo3_arrow::PyTable;
use pyo3_arrow::input::AnyArray;
use rayon::ThreadPool;
use rayon::prelude::*;
use std::path::PathBuf;
use std::sync::Arc;

/// Rows that are scored before Python may speak again: an interrupt is seen, progress is told.
const BATCH: usize = 8192;
/// Rows that a thread takes at once.
const ROWS_OF_THREAD: usize = 64;

/// A fitted model.
#[pyclass(frozen, module = "detente._detente")]
pub(crate) struct Model {
    model: detente::Model,
    names: Arc<Names>,
    states: StatePool,
    /// Whether the default models of other languages score what is in these.
    is_with_others: bool,
}

/// How rows are scored: on which threads, who is told, from how many bytes on a text is too long, by which models.
struct Way {
    pool: Arc<ThreadPool>,
    progress: Option<Py<PyAny>>,
    max_bytes: usize,
    languages: LanguageParams<'static>,
    n_done: usize,
    left_out: LeftOut,
}

/// The rows that got no labels.
#[derive(Default)]
struct LeftOut {
    n_too_long: usize,
    /// Those in languages that no model knows.
    languages: LanguageCounts,
}

impl LeftOut {
    /// Counts a text of a language that no model knows, if it is one.
    fn count(&mut self, unknown: Option<&'static str>) {
        if let Some(language) = unknown {
            self.languages.add(language, 1);
        }
    }
}

/// How rows are scored, as Python says it: threads, progress, bytes of the longest text, language of all texts.
type Asked<'py> = (Option<i64>, Option<Py<PyAny>>, usize, Option<String>);

/// What there is to say of rows without labels: how many were too long, and a sentence on languages.
type Said = (usize, Option<String>);

impl Way {
    fn new(model: &Model, asked: Asked<'_>) -> PyResult<Self> {
        let (threads, progress, max_bytes, language) = asked;
        Ok(Self {
            pool: pool(threads)?,
            progress,
            max_bytes,
            languages: model.languages(language.as_deref())?,
            n_done: 0,
            left_out: LeftOut::default(),
        })
    }

    /// Tells of rows that are done.
    fn tell(&mut self, py: Python<'_>, n_rows: usize) -> PyResult<()> {
        self.n_done += n_rows;
        if let Some(progress) = &self.progress {
            progress.call1(py, (self.n_done,))?;
        }
        py.check_signals()
    }
}

impl Model {
    /// A model of the library.
    pub(crate) fn new(model: detente::Model) -> Self {
        Self {
            names: Arc::new(Names::of(&model)),
            model,
            states: StatePool::default(),
            is_with_others: false,
        }
    }

    /// With the default models of other languages beside it.
    fn with_others(mut self, is_with_others: bool) -> Self {
        self.is_with_others = is_with_others;
        self
    }

    /// What is done about languages; `language` is that of every text.
    ///
    /// # Errors
    /// No language has this code.
    pub(crate) fn languages(&self, language: Option<&str>) -> PyResult<LanguageParams<'static>> {
        let taken_for = language.map(|code| {
            let expected = "a code of two letters, as in `en`, or None";
            let found = language_code(code);
            found.ok_or_else(|| out_of_range("language", &format!("`{code}`"), expected))
        });
        Ok(LanguageParams {
            taken_for: taken_for.transpose()?,
            beside: ModelsBeside::of_named(!self.is_with_others),
            ..LanguageParams::DEFAULT
        })
    }

    /// The score of a text by the model of its language; one that no model knows is scored as a text without a word,
    /// and its language stands beside the score.
    fn scored_text(
        &self,
        state: &mut VectorizerState,
        text: &str,
        languages: &LanguageParams<'_>,
    ) -> (StatementScores, Option<&'static str>) {
        let given = self.model.inner();
        match languages.of_text(given, text) {
            (_, Some(model)) => (model.score(state, text), None),
            (language, None) => (given.score(state, ""), language),
        }
    }

    /// What there is to say of rows without labels.
    fn said(&self, left_out: LeftOut, languages: &LanguageParams<'_>) -> Said {
        let n_unknown = left_out.languages.total();
        let note = (n_unknown > 0).then(|| {
            let is = if n_unknown == 1 { "is" } else { "are" };
            format!(
                "{} {is} in {}; {}: no label of theirs says anything, and `has_known_features` is false",
                detente_error::counted(n_unknown, "text"),
                language_names(&left_out.languages.most_first()),
                what_models_know(&languages.known(self.model.inner()))
            )
        });
        (left_out.n_too_long, note)
    }

    /// The model of the library.
    pub(crate) fn inner(&self) -> &detente::Model {
        &self.model
    }

    /// What it is called in reports.
    pub(crate) fn name(&self) -> &str {
        self.model
            .inner()
            .record()
            .name
            .as_deref()
            .unwrap_or("unnamed")
    }

    fn scores(&self, way: &mut Way, cells: &[Cell<'_>]) -> Vec<Option<StatementScores>> {
        way.left_out.n_too_long += cells.iter().filter(|cell| **cell == Cell::TooLong).count();
        let languages = way.languages;
        let scored: Vec<_> = way.pool.install(|| {
            let parts = cells.par_chunks(ROWS_OF_THREAD).flat_map_iter(|cells| {
                self.states.with(|state| {
                    let scored = cells.iter().map(|cell| match cell {
                        Cell::Text(text) => Some(self.scored_text(state, text, &languages)),
                        Cell::Missing | Cell::TooLong => None,
                    });
                    scored.collect::<Vec<_>>()
                })
            });
            parts.collect()
        });
        let scores = scored.into_iter().map(|scored| {
            let (scores, unknown) = scored?;
            way.left_out.count(unknown);
            Some(scores)
        });
        scores.collect()
    }

    /// Scores the texts of a list, batch by batch.
    fn each_batch(
        &self,
        texts: &Bound<'_, PyList>,
        way: &mut Way,
        mut sink: impl FnMut(Vec<Option<StatementScores>>) -> PyResult<()>,
    ) -> PyResult<()> {
        let py = texts.py();
        let n_rows = texts.len();
        for start in (0..n_rows).step_by(BATCH) {
            let end = (start + BATCH).min(texts.len());
            let mut batch = Vec::with_capacity(BATCH);
            for row in start..end {
                batch.push(text_of(&texts.get_item(row)?, row)?);
            }
            let scores = py.detach(|| {
                let cells = batch
                    .iter()
                    .map(|text| Cell::of(text.as_deref(), way.max_bytes));
                self.scores(way, &cells.collect::<Vec<_>>())
            });
            sink(scores)?;
            way.tell(py, end.saturating_sub(start))?;
        }
        Ok(())
    }

    /// The columns of scores of an array of texts.
    fn columns(&self, py: Python<'_>, way: &mut Way, texts: &ArrayRef) -> PyResult<Vec<ArrayRef>> {
        let mut columns = Columns::new(self.names.clone());
        for start in (0..texts.len()).step_by(BATCH) {
            let len = BATCH.min(texts.len() - start);
            py.detach(|| {
                let cells = cells(texts, start, len, way.max_bytes);
                columns.extend(&self.scores(way, &cells));
            });
            way.tell(py, len)?;
        }
        Ok(py.detach(|| columns.into_arrays()))
    }

    fn scored(
        &self,
        article: detente::data::article::Article,
        language: Option<&str>,
        params: ScoreParams,
    ) -> PyResult<ScoredArticle> {
        let params = ScoreParams {
            languages: self.languages(language)?,
            ..params
        };
        let score = |state: &mut _| score_article(self.model.inner(), state, article, &params);
        Ok(self.states.with(score))
    }
}

#[pymethods]
impl Model {
    #[staticmethod]
    fn default(language: Option<&str>) -> PyResult<Self> {
        let Some(language) = language else {
            return Ok(Self::new(detente::Model::embedded()).with_others(true));
        };
        let model = detente::Model::embedded_of(language);
        model.map(Self::new).ok_or_else(|| {
            let known: Vec<&str> = detente::model::Model::embedded_languages().collect();
            let known = detente_error::prose(&known, "or");
            PyValueError::new_err(format!("language is `{language}`; expected {known}"))
        })
    }

    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let model = py.detach(|| detente::Model::read(path));
        Ok(Self::new(model.map_err(value_error)?))
    }

    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: &[u8], is_with_others: bool) -> PyResult<Self> {
        let model = py.detach(|| detente::Model::from_bytes(data));
        Ok(Self::new(model.map_err(value_error)?).with_others(is_with_others))
    }

    /// The code of its language.
    #[getter]
    fn language(&self) -> &'static str {
        self.model.inner().language().code()
    }

    #[getter]
    fn is_with_others(&self) -> bool {
        self.is_with_others
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let bytes = py.detach(|| self.model.to_bytes());
        PyBytes::new(py, &bytes)
    }

    fn write(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        py.detach(|| self.model.write(path)).map_err(value_error)
    }

    #[getter(name)]
    fn model_name(&self) -> &str {
        self.name()
    }

    /// The targets in the model's order: name, labels, whether it has sides.
    #[getter]
    fn targets(&self) -> Vec<(String, Vec<String>, bool)> {
        let targets = self.names.targets.iter();
        targets
            .map(|names| (names.name.clone(), names.labels.clone(), names.is_stance))
            .collect()
    }

    /// The columns of scores in their order: name and `label`, `number` or `flag`.
    #[getter]
    fn columns_of_scores(&self) -> Vec<(String, &'static str)> {
        let kind = |field: &Field| match field.data_type() {
            DataType::Boolean => "flag",
            DataType::Float64 => "number",
            _ => "label",
        };
        let fields = Columns::fields(&self.names);
        fields
            .iter()
            .map(|field| (field.name().clone(), kind(field)))
            .collect()
    }

    fn score_text(
        &self,
        py: Python<'_>,
        text: &Bound<'_, PyAny>,
        language: Option<&str>,
    ) -> PyResult<(Option<Score>, Said)> {
        let languages = self.languages(language)?;
        let mut left_out = LeftOut::default();
        let text = text_of(text, 0)?;
        let score = py.detach(|| {
            let text = text?;
            let score = |state: &mut _| self.scored_text(state, &text, &languages);
            let (scores, unknown) = self.states.with(score);
            left_out.count(unknown);
            Some(Score::new(self.names.clone(), scores))
        });
        Ok((score, self.said(left_out, &languages)))
    }

    fn score_list<'py>(
        &self,
        texts: &Bound<'py, PyList>,
        asked: Asked<'_>,
    ) -> PyResult<(Bound<'py, PyList>, Said)> {
        let mut way = Way::new(self, asked)?;
        let scored = PyList::empty(texts.py());
        self.each_batch(texts, &mut way, |scores| {
            for score in scores {
                scored.append(score.map(|score| Score::new(self.names.clone(), score)))?;
            }
            Ok(())
        })?;
        Ok((scored, self.said(way.left_out, &way.languages)))
    }

    fn score_columns<'py>(
        &self,
        texts: &Bound<'py, PyList>,
        asked: Asked<'_>,
    ) -> PyResult<(Bound<'py, PyDict>, Said)> {
        let mut way = Way::new(self, asked)?;
        let mut columns = Columns::new(self.names.clone());
        self.each_batch(texts, &mut way, |scores| {
            columns.extend(&scores);
            Ok(())
        })?;
        Ok((
            columns.into_bytes(texts.py())?,
            self.said(way.left_out, &way.languages),
        ))
    }

    /// Scores what is of Arrow: a column of texts gives a table of scores, a table gets the scores as more columns.
    fn score_arrow(
        &self,
        py: Python<'_>,
        texts: AnyArray,
        text: &str,
        asked: Asked<'_>,
    ) -> PyResult<(PyTable, Said)> {
        let mut way = Way::new(self, asked)?;
        let reader = texts.into_reader()?;
        let score_fields = Columns::fields(&self.names);
        let field = reader.field();
        let (kept, metadata, text_at) = match field.data_type() {
            DataType::Struct(fields) => {
                let names: Vec<&str> = fields.iter().map(|field| field.name().as_str()).collect();
                let Some(text_at) = names.iter().position(|name| *name == text) else {
                    return Err(PyValueError::new_err(format!(
                        "there is no column `{text}`; there is {}",
                        detente_error::prose(&names, "and")
                    )));
                };
                if let Some(taken) = score_fields
                    .iter()
                    .find(|new| names.contains(&new.name().as_str()))
                {
                    return Err(PyValueError::new_err(format!(
                        "there is a column `{}` already; expected a table without columns of scores",
                        taken.name()
                    )));
                }
                let kept: Vec<Arc<Field>> = fields.iter().cloned().collect();
                (kept, field.metadata().clone(), Some(text_at))
            }
            _ => (Vec::new(), Default::default(), None),
        };
        let fields = kept
            .into_iter()
            .chain(score_fields.into_iter().map(Arc::new));
        let schema = Arc::new(Schema::new_with_metadata(
            fields.collect::<Vec<_>>(),
            metadata,
        ));
        let mut batches = Vec::new();
        for array in reader {
            let array = array.map_err(|error| PyValueError::new_err(error.to_string()))?;
            let mut columns = Vec::with_capacity(schema.fields().len());
            let texts = match text_at {
                Some(at) => {
                    if array.null_count() > 0 {
                        let message = "a row of the table is null; expected rows of columns";
                        return Err(PyValueError::new_err(message));
                    }
                    let table = array.as_struct();
                    columns.extend(table.columns().iter().cloned());
                    text_array(table.column(at), &format!("column `{text}`"))?
                }
                None => text_array(&array, "the column of texts")?,
            };
            columns.extend(self.columns(py, &mut way, &texts)?);
            let options = RecordBatchOptions::new().with_row_count(Some(texts.len()));
            let batch = RecordBatch::try_new_with_options(schema.clone(), columns, &options);
            batches.push(batch.map_err(|error| PyValueError::new_err(error.to_string()))?);
        }
        Ok((
            PyTable::try_new(batches, schema)?,
            self.said(way.left_out, &way.languages),
        ))
    }

    /// Why a statement gets its labels, as JSON: one object a target.
    fn explain(
        &self,
        py: Python<'_>,
        text: &Bound<'_, PyAny>,
        n_features: i64,
        language: Option<&str>,
    ) -> PyResult<String> {
        let n_features = count("n_features", n_features)?;
        let text = text_of(text, 0)?.unwrap_or_default();
        py.detach(|| {
            let given = self.model.inner();
            // As it is scored: what no model knows is a text without a word.
            let (knowing, text) = match self.languages(language)?.of_text(given, &text) {
                (_, Some(model)) => (model, text.as_str()),
                (_, None) => (given, ""),
            };
            let explain = |state: &mut _| knowing.explain(state, text, n_features);
            let explanations = self.states.with(explain);
            let mut all = serde_json::Map::new();
            for (names, explanation) in self.names.targets.iter().zip(explanations) {
                let mut one = serde_json::to_value(&explanation).map_err(not_json)?;
                let label = names.labels[explanation.label_idx].clone();
                if let Some(fields) = one.as_object_mut() {
                    fields.shift_remove("label_idx");
                    fields.shift_insert(0, "label".to_owned(), label.into());
                }
                all.insert(names.name.clone(), one);
            }
            serde_json::to_string(&all).map_err(not_json)
        })
    }

    /// An article and its scores as one line of JSON, as `detente score --format jsonl` prints it.
    #[expect(
        clippy::too_many_arguments,
        reason = "it is called from one place, by name"
    )]
    fn score_article(
        &self,
        py: Python<'_>,
        text: &Bound<'_, PyAny>,
        id: String,
        date: Option<String>,
        title: Option<String>,
        author: Option<String>,
        parties: bool,
        explain: Option<i64>,
        language: Option<String>,
    ) -> PyResult<String> {
        let explain = explain
            .map(|n_features| count("explain", n_features))
            .transpose()?;
        let text = text_of(text, 0)?.unwrap_or_default();
        py.detach(|| {
            let params = ScoreParams {
                who: parties.then(Who::embedded),
                explain,
                ..ScoreParams::DEFAULT
            };
            let article = single(id, date, title, text, author);
            let scored = self.scored(article, language.as_deref(), params)?;
            Ok(ArticleRecord::of(self.model.inner(), &scored).to_json())
        })
    }

    /// The page of an article, as `detente score --format html` writes it.
    #[expect(
        clippy::too_many_arguments,
        reason = "it is called from one place, by name"
    )]
    fn article_page(
        &self,
        py: Python<'_>,
        text: &Bound<'_, PyAny>,
        id: String,
        date: Option<String>,
        title: Option<String>,
        author: Option<String>,
        language: Option<String>,
    ) -> PyResult<String> {
        let text = text_of(text, 0)?.unwrap_or_default();
        py.detach(|| {
            let params = ScoreParams {
                who: Some(Who::embedded()),
                explain: Some(8),
                full: true,
                ..ScoreParams::DEFAULT
            };
            let article = single(id, date, title, text, author);
            let scored = self.scored(article, language.as_deref(), params)?;
            let page = PageParams {
                model: self.model.inner(),
                name: self.name(),
                max_risk: None,
            };
            Ok(page.article_page(&scored, None))
        })
    }

    /// How right it is on labelled rows: the JSON of `detente evaluate`, and its tables.
    fn evaluate(
        &self,
        py: Python<'_>,
        data: Labelled<'_>,
        threads: Option<i64>,
    ) -> PyResult<(String, String)> {
        let data = data.dataset(py)?;
        let pool = pool(threads)?;
        py.detach(|| {
            let (model, corpus) = (self.model.inner(), data.inner());
            let params = EvaluateParams::DEFAULT;
            let record = pool.install(|| {
                let evaluated = evaluate(model, corpus, &params)?;
                let details = Details::of(model, corpus, &evaluated, &[], &params)?;
                let data = [data.name().to_owned()];
                let record = EvaluationRecord::of(self.name(), &data, &evaluated);
                Ok::<_, detente::eval::Error>(record.with_details(&evaluated, &details))
            });
            let record = record.map_err(value_error)?;
            let json = serde_json::to_string(&record).map_err(not_json)?;
            Ok((json, record.table(false)))
        })
    }
}

/// A record that is no JSON, which none is.
pub(crate) fn not_json(error: serde_json::Error) -> PyErr {
    PyValueError::new_err(error.to_string())
}
