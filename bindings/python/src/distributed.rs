//! The parts of a training on rows in many places, as bytes: an engine carries them, Python says where.

use crate::failure::value_error;
use crate::model::{Model, not_json};
use crate::texts::{MAX_BYTES, text_array};
use crate::threads::pool;
use crate::training::one_of;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::DataType;
use detente::model::label::{STANCE_LABELS, form_of};
use detente::train::distributed;
use detente::train::distributed::{
    Answer, DistributedLog, DistributedParams, PlanParams, Shard, Tally, TrainingRow, Work,
};
use detente::train::linear::Penalty;
use detente::{DecisionMetric, Language};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;
use pyo3_arrow::PyTable;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What every executor has to know.
#[pyclass(frozen, module = "detente._detente")]
pub(crate) struct TrainingPlan(distributed::Plan);

#[pymethods]
impl TrainingPlan {
    #[new]
    fn new(
        language: &str,
        mask_parties: bool,
        log2_buckets: u32,
        labels: Vec<(String, Vec<String>)>,
    ) -> PyResult<Self> {
        let language = one_of("language", language, &Language::ALL, Language::name)?;
        let params = PlanParams {
            language,
            mask_parties,
            log2_buckets,
            labels,
        };
        Ok(Self(distributed::Plan::new(params).map_err(failed)?))
    }

    #[staticmethod]
    fn from_bytes(data: &[u8]) -> PyResult<Self> {
        Ok(Self(distributed::Plan::from_bytes(data).map_err(failed)?))
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.to_bytes())
    }

    /// Hashed rows of a table whose columns are the text, the group and the weight where there are such, and then the
    /// labels of each target; with the rows whose text was too long and was passed over.
    fn shard<'py>(
        &self,
        py: Python<'py>,
        rows: PyTable,
        has_group: bool,
        has_weight: bool,
    ) -> PyResult<(Bound<'py, PyBytes>, usize)> {
        let (batches, _) = rows.into_inner();
        let (bytes, n_too_long) = py.detach(|| -> PyResult<_> {
            let tables: Vec<Columns> = batches
                .iter()
                .map(|batch| Columns::new(batch.columns(), has_group, has_weight))
                .collect::<PyResult<_>>()?;
            let mut labels = Vec::new();
            for table in &tables {
                for row in 0..table.n_rows() {
                    labels.push(
                        table
                            .labels
                            .iter()
                            .map(|column| value(column, row))
                            .collect::<Vec<_>>(),
                    );
                }
            }
            let (mut rows, mut n_too_long) = (Vec::new(), 0);
            let mut labels = labels.iter();
            for table in &tables {
                for row in 0..table.n_rows() {
                    let text = value(&table.text, row).unwrap_or_default();
                    let is_too_long = text.len() > MAX_BYTES;
                    n_too_long += usize::from(is_too_long);
                    rows.push(TrainingRow {
                        text: if is_too_long { "" } else { text },
                        group: table.group.as_ref().and_then(|column| value(column, row)),
                        weight: table.weight(row),
                        labels: labels.next().map_or(&[], |labels| labels),
                    });
                }
            }
            let shard = self.0.shard(&rows).map_err(failed)?;
            Ok((shard.to_bytes(), n_too_long))
        })?;
        Ok((PyBytes::new(py, &bytes), n_too_long))
    }

    /// The tally of all rows, of those of parts.
    fn merged_tallies<'py>(
        &self,
        py: Python<'py>,
        tallies: Vec<PyBackedBytes>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = py.detach(|| -> PyResult<_> {
            let mut sum = Tally::new(&self.0);
            for tally in tallies {
                let tally = Tally::from_bytes(&self.0, &tally).map_err(failed)?;
                sum.merge(&tally).map_err(failed)?;
            }
            Ok(sum.to_bytes())
        })?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The answer of all rows, of those of parts; `None` of none.
    fn merged_answers<'py>(
        &self,
        py: Python<'py>,
        answers: Vec<PyBackedBytes>,
    ) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let bytes = py.detach(|| -> PyResult<_> {
            let mut sum: Option<Answer> = None;
            for answer in answers {
                let answer = Answer::from_bytes(&self.0, &answer).map_err(failed)?;
                match &mut sum {
                    Some(sum) => sum.merge(&answer).map_err(failed)?,
                    None => sum = Some(answer),
                }
            }
            Ok(sum.map(|sum| sum.to_bytes()))
        })?;
        Ok(bytes.map(|bytes| PyBytes::new(py, &bytes)))
    }
}

/// The columns of a batch of rows.
struct Columns {
    text: ArrayRef,
    group: Option<ArrayRef>,
    weights: Option<ArrayRef>,
    labels: Vec<ArrayRef>,
}

impl Columns {
    fn new(columns: &[ArrayRef], has_group: bool, has_weight: bool) -> PyResult<Self> {
        let mut columns = columns.iter();
        let mut next = |name: &str| {
            columns
                .next()
                .ok_or_else(|| PyValueError::new_err(format!("there is no {name}")))
        };
        let text = plain(next("column of texts")?)?;
        let group = if has_group {
            Some(plain(next("column of groups")?)?)
        } else {
            None
        };
        let weights = if has_weight {
            Some(next("column of weights")?.clone())
        } else {
            None
        };
        if weights
            .as_ref()
            .is_some_and(|weights| *weights.data_type() != DataType::Float64)
        {
            return Err(PyValueError::new_err(
                "the weights are no numbers of 64 bits",
            ));
        }
        let labels = columns.map(plain).collect::<PyResult<_>>()?;
        Ok(Self {
            text,
            group,
            weights,
            labels,
        })
    }

    fn n_rows(&self) -> usize {
        self.text.len()
    }

    /// A weight that is missing is 1, as it is where there is no column.
    fn weight(&self, row: usize) -> f64 {
        let weights = self
            .weights
            .as_ref()
            .filter(|weights| weights.is_valid(row));
        weights.map_or(1.0, |weights| {
            weights.as_primitive::<Float64Type>().value(row)
        })
    }
}

/// A column of texts as the plain kind of it.
fn plain(column: &ArrayRef) -> PyResult<ArrayRef> {
    let column = text_array(column, "a column of texts")?;
    let cast = arrow_cast::cast(&column, &DataType::Utf8);
    cast.map_err(|error| PyValueError::new_err(error.to_string()))
}

fn value(column: &ArrayRef, row: usize) -> Option<&str> {
    let texts: &StringArray = column.as_string::<i32>();
    texts.is_valid(row).then(|| texts.value(row))
}

/// The count of the rows of a part, shard by shard.
#[pyclass(module = "detente._detente")]
pub(crate) struct PartTally {
    plan: Py<TrainingPlan>,
    tally: Tally,
}

#[pymethods]
impl PartTally {
    #[new]
    fn new(plan: Py<TrainingPlan>) -> Self {
        let tally = Tally::new(&plan.get().0);
        Self { plan, tally }
    }

    /// Counts the rows of a shard.
    fn add(&mut self, py: Python<'_>, shard: &[u8]) -> PyResult<()> {
        let plan = &self.plan.get().0;
        let tally = &mut self.tally;
        py.detach(|| tally.add(plan, &Shard::from_bytes(plan, shard)?))
            .map_err(failed)
    }

    /// What is counted.
    fn finish<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let bytes = py.detach(|| self.tally.to_bytes());
        PyBytes::new(py, &bytes)
    }
}

/// One pass over the rows of a part, shard by shard.
#[pyclass(module = "detente._detente")]
pub(crate) struct PartWork {
    plan: Py<TrainingPlan>,
    work: Option<Work>,
}

#[pymethods]
impl PartWork {
    #[new]
    fn new(py: Python<'_>, plan: Py<TrainingPlan>, request: &[u8]) -> PyResult<Self> {
        let work = {
            let plan = &plan.get().0;
            let begun = py.detach(|| {
                let request = distributed::Request::from_bytes(plan, request)?;
                Ok(Work::new(plan, &request))
            });
            begun.map_err(failed)?
        };
        Ok(Self {
            plan,
            work: Some(work),
        })
    }

    /// Goes over the rows of a shard.
    fn add(&mut self, py: Python<'_>, shard: &[u8]) -> PyResult<()> {
        let plan = &self.plan.get().0;
        let Some(work) = &mut self.work else {
            return Err(PyValueError::new_err("the pass is finished"));
        };
        py.detach(|| work.add(&Shard::from_bytes(plan, shard)?))
            .map_err(failed)
    }

    /// What the rows answer.
    fn finish<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let Some(work) = self.work.take() else {
            return Err(PyValueError::new_err("the pass is finished"));
        };
        let bytes = py.detach(|| work.finish().to_bytes());
        Ok(PyBytes::new(py, &bytes))
    }
}

/// How heads are fitted.
#[derive(FromPyObject)]
pub(crate) struct DistributedSettings {
    #[pyo3(item)]
    penalty: String,
    #[pyo3(item)]
    strengths: Option<Vec<f64>>,
    #[pyo3(item)]
    tolerance: f64,
    #[pyo3(item)]
    decision_metric: String,
    #[pyo3(item)]
    name: Option<String>,
    #[pyo3(item)]
    date: Option<String>,
}

impl DistributedSettings {
    fn params(self) -> PyResult<DistributedParams> {
        let metric = &self.decision_metric;
        let default = DistributedParams::default();
        let params = DistributedParams {
            penalty: one_of("penalty", &self.penalty, &Penalty::ALL, Penalty::name)?,
            strengths: self.strengths.unwrap_or(default.strengths),
            tolerance: self.tolerance,
            decision_metric: one_of(
                "decision_metric",
                metric,
                &DecisionMetric::ALL,
                DecisionMetric::name,
            )?,
            name: self.name,
            date: self.date,
            ..DistributedParams::default()
        };
        params.check().map_err(failed)?;
        Ok(params)
    }
}

/// Checks how heads are fitted, before the first row is read.
#[pyfunction]
pub(crate) fn check_distributed(settings: DistributedSettings) -> PyResult<()> {
    settings.params().map(|_| ())
}

/// One label for all that differ in form only: a stance label where it is one, else the one of most rows. Sorted.
#[pyfunction]
pub(crate) fn labels_of_forms(mut counted: Vec<(String, u64)>) -> Vec<String> {
    counted.sort_by(|(a, n_a), (b, n_b)| n_b.cmp(n_a).then_with(|| a.cmp(b)));
    let mut by_form: BTreeMap<String, String> = BTreeMap::new();
    for (label, _) in counted {
        let form = form_of(&label);
        let of_stance = STANCE_LABELS
            .into_iter()
            .find(|known| form_of(known) == form);
        let label = of_stance.map_or(label, str::to_owned);
        by_form.entry(form).or_insert(label);
    }
    let mut labels: Vec<String> = by_form.into_values().collect();
    labels.sort();
    labels
}

/// The driver's side of a training.
#[pyclass(module = "detente._detente")]
pub(crate) struct DistributedTraining(Option<distributed::Training>);

#[pymethods]
impl DistributedTraining {
    #[new]
    fn new(
        py: Python<'_>,
        plan: &TrainingPlan,
        settings: DistributedSettings,
        tally: &[u8],
    ) -> PyResult<Self> {
        let params = settings.params()?;
        let training = py.detach(|| {
            let tally = Tally::from_bytes(&plan.0, tally)?;
            let own = distributed::Plan::new(plan.0.params().clone())?;
            distributed::Training::new(own, params, tally)
        });
        Ok(Self(Some(training.map_err(failed)?)))
    }

    #[getter]
    fn n_rows(&self) -> PyResult<u64> {
        Ok(self.training()?.tally().n_rows())
    }

    #[getter]
    fn n_passes(&self) -> PyResult<usize> {
        Ok(self.training()?.n_passes())
    }

    /// What has to be asked of all rows next; `None` when all heads are fitted.
    fn request<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let training = self.training()?;
        let bytes = py.detach(|| training.request().map(|request| request.to_bytes()));
        Ok(bytes.map(|bytes| PyBytes::new(py, &bytes)))
    }

    /// Goes on by what all rows answered.
    fn told(&mut self, py: Python<'_>, answer: &[u8]) -> PyResult<()> {
        let training = self.0.as_mut().ok_or_else(finished)?;
        let pool = pool(None)?;
        let told = py.detach(|| {
            let answer = Answer::from_bytes(training.plan(), answer)?;
            pool.install(|| training.told(&answer))
        });
        told.map_err(failed)
    }

    /// The model, and the JSON of what was found out.
    fn finish(&mut self, py: Python<'_>) -> PyResult<(Model, String)> {
        let training = self.0.take().ok_or_else(finished)?;
        let pool = pool(None)?;
        let finished = py.detach(|| pool.install(|| training.finish()));
        let (model, log) = finished.map_err(failed)?;
        // What is written is what is scored with.
        let model = detente::Model::from_bytes(&model.to_bytes()).map_err(value_error)?;
        let json = serde_json::to_string(&record_of(&log)).map_err(not_json)?;
        Ok((Model::new(model), json))
    }
}

impl DistributedTraining {
    fn training(&self) -> PyResult<&distributed::Training> {
        self.0.as_ref().ok_or_else(finished)
    }
}

fn finished() -> PyErr {
    PyValueError::new_err("the training is finished")
}

fn failed(error: detente::train::Error) -> PyErr {
    value_error(error)
}

fn record_of(log: &DistributedLog) -> Value {
    let targets = log.heads.iter().map(|head| {
        let members = head.members.iter().map(|member| {
            json!({"features": member.features, "strength": member.l2, "share": member.share})
        });
        let counts = head
            .label_counts
            .iter()
            .map(|(label, count)| (label.clone(), Value::from(*count)));
        let measures = &head.out_of_fold;
        json!({
            "target": head.target,
            "label_counts": counts.collect::<serde_json::Map<_, _>>(),
            "members": members.collect::<Vec<_>>(),
            "edges": head.edges,
            "temperature": head.temperature,
            "accuracy": measures.accuracy.value,
            "macro_f1": measures.macro_f1.value,
            "log_loss": measures.log_loss.value,
        })
    });
    json!({
        "n_rows": log.n_rows,
        "n_held_out": log.n_held_out,
        "n_measured": log.n_measured,
        "n_unlabelled": log.n_unlabelled,
        "n_blank": log.n_blank,
        "n_passes": log.n_passes,
        "n_features": log.n_features,
        "targets": targets.collect::<Vec<_>>(),
    })
}
