//! Scores as Python sees them: light objects that read like dictionaries.

use detente::model::StatementScores;
use detente::model::label::TargetKind;
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use std::fmt::Write;
use std::sync::Arc;

/// The words that the scores of a model are given in.
#[derive(Debug, PartialEq)]
pub(crate) struct Names {
    /// The targets in the model's order.
    pub(crate) targets: Vec<TargetNames>,
}

/// A target with its labels.
#[derive(Debug, PartialEq)]
pub(crate) struct TargetNames {
    pub(crate) name: String,
    pub(crate) labels: Vec<String>,
    /// Whether it has sides.
    pub(crate) is_stance: bool,
}

impl Names {
    pub(crate) fn of(model: &detente::Model) -> Self {
        let heads = model.inner().heads().iter();
        let targets = heads.map(|head| TargetNames {
            name: head.target.clone(),
            labels: head.labels.labels().to_vec(),
            is_stance: head.labels.kind() == TargetKind::Stance,
        });
        Self {
            targets: targets.collect(),
        }
    }

    /// Their names as prose.
    pub(crate) fn listed(&self) -> String {
        let names = self.targets.iter().map(|target| target.name.as_str());
        detente_error::prose(&names.collect::<Vec<_>>(), "and")
    }
}

/// The score of a statement on one target.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TargetNumbers {
    label: usize,
    stance: Option<f64>,
    relevance: Option<f64>,
    probabilities: Vec<f64>,
}

/// The scores of one statement, by the names of the model's targets.
#[pyclass(frozen, module = "detente", mapping)]
#[derive(Clone)]
pub(crate) struct Score {
    names: Arc<Names>,
    targets: Arc<Vec<TargetNumbers>>,
    #[pyo3(get)]
    has_known_features: bool,
}

/// The score of a statement on one target.
#[pyclass(frozen, module = "detente", mapping)]
#[derive(Clone)]
pub(crate) struct TargetScore {
    score: Score,
    at: usize,
}

impl Score {
    pub(crate) fn new(names: Arc<Names>, scores: StatementScores) -> Self {
        let targets = scores.targets.into_iter().map(|score| TargetNumbers {
            label: score.label_idx,
            stance: score.stance,
            relevance: score.relevance,
            probabilities: score.probabilities,
        });
        Self {
            names,
            targets: Arc::new(targets.collect()),
            has_known_features: scores.is_known,
        }
    }

    fn at(&self, at: usize) -> TargetScore {
        TargetScore {
            score: self.clone(),
            at,
        }
    }

    fn position(&self, target: &str) -> Option<usize> {
        let mut names = self.names.targets.iter();
        names.position(|names| names.name == target)
    }
}

#[pymethods]
impl Score {
    fn __getitem__(&self, target: &str) -> PyResult<TargetScore> {
        match self.position(target) {
            Some(at) => Ok(self.at(at)),
            None => Err(PyKeyError::new_err(format!(
                "there is no target `{target}`; there is {}",
                self.names.listed()
            ))),
        }
    }

    fn __contains__(&self, target: &Bound<'_, PyAny>) -> bool {
        let target = target.extract::<String>();
        target.is_ok_and(|target| self.position(&target).is_some())
    }

    fn __len__(&self) -> usize {
        self.targets.len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.keys(py)?.try_iter()?.into_any())
    }

    fn keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.names.targets.iter().map(|names| &names.name))
    }

    fn values(&self) -> Vec<TargetScore> {
        (0..self.targets.len()).map(|at| self.at(at)).collect()
    }

    fn items(&self) -> Vec<(String, TargetScore)> {
        let names = self.names.targets.iter().enumerate();
        names
            .map(|(at, names)| (names.name.clone(), self.at(at)))
            .collect()
    }

    #[pyo3(signature = (target, default = None))]
    fn get(&self, py: Python<'_>, target: &str, default: Option<Py<PyAny>>) -> PyResult<Py<PyAny>> {
        match self.position(target) {
            Some(at) => Ok(self.at(at).into_pyobject(py)?.into_any().unbind()),
            None => Ok(default.unwrap_or_else(|| py.None())),
        }
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = PyDict::new(py);
        for (at, names) in self.names.targets.iter().enumerate() {
            all.set_item(&names.name, self.at(at).to_dict(py)?)?;
        }
        Ok(all)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| {
            let other = other.get();
            self.names == other.names
                && self.targets == other.targets
                && self.has_known_features == other.has_known_features
        })
    }

    fn __repr__(&self) -> String {
        let mut text = String::from("<Score");
        for (at, names) in self.names.targets.iter().enumerate() {
            let name = &names.name;
            let target = self.at(at);
            let comma = if at == 0 { " " } else { ", " };
            // Invariant: a String takes whatever is written to it.
            let _ = write!(
                text,
                "{comma}{name}: {} {:.2}",
                target.label(),
                target.probability_given()
            );
        }
        text + ">"
    }

    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let targets = PyList::empty(py);
        for (names, numbers) in self.names.targets.iter().zip(self.targets.iter()) {
            let labels = PyList::new(py, &names.labels)?;
            let probabilities = PyList::new(py, &numbers.probabilities)?;
            targets.append((
                &names.name,
                labels,
                numbers.label,
                numbers.stance,
                numbers.relevance,
                probabilities,
            ))?;
        }
        let restore = py.import("detente._detente")?.getattr("score_of")?;
        Ok((
            restore,
            (targets, self.has_known_features).into_pyobject(py)?,
        ))
    }
}

/// A target as it is pickled: name, labels, place of the label given, stance, relevance, probabilities.
type Pickled = (
    String,
    Vec<String>,
    usize,
    Option<f64>,
    Option<f64>,
    Vec<f64>,
);

/// Makes a score of what was pickled of one.
#[pyfunction]
pub(crate) fn score_of(targets: Vec<Pickled>, has_known_features: bool) -> PyResult<Score> {
    let (mut names, mut numbers) = (Vec::new(), Vec::new());
    for (name, labels, label, stance, relevance, probabilities) in targets {
        if label >= labels.len() || labels.len() != probabilities.len() {
            return Err(PyValueError::new_err(format!(
                "target `{name}` has {} and {}; expected as many of both, and a label given that is one of them",
                detente_error::counted(labels.len(), "label"),
                detente_error::counted(probabilities.len(), "number")
            )));
        }
        names.push(TargetNames {
            name,
            labels,
            is_stance: stance.is_some(),
        });
        numbers.push(TargetNumbers {
            label,
            stance,
            relevance,
            probabilities,
        });
    }
    Ok(Score {
        names: Arc::new(Names { targets: names }),
        targets: Arc::new(numbers),
        has_known_features,
    })
}

impl TargetScore {
    fn labels(&self) -> &[String] {
        &self.score.names.targets[self.at].labels
    }

    fn numbers(&self) -> &TargetNumbers {
        &self.score.targets[self.at]
    }

    fn probability_given(&self) -> f64 {
        let numbers = self.numbers();
        numbers.probabilities[numbers.label]
    }
}

const FIELDS: [&str; 4] = ["label", "stance", "relevance", "probabilities"];

#[pymethods]
impl TargetScore {
    #[getter]
    fn target(&self) -> &str {
        &self.score.names.targets[self.at].name
    }

    #[getter]
    fn label(&self) -> &str {
        &self.labels()[self.numbers().label]
    }

    #[getter]
    fn stance(&self) -> Option<f64> {
        self.numbers().stance
    }

    #[getter]
    fn relevance(&self) -> Option<f64> {
        self.numbers().relevance
    }

    #[getter]
    fn probabilities<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = PyDict::new(py);
        for (label, probability) in self.labels().iter().zip(&self.numbers().probabilities) {
            all.set_item(label, probability)?;
        }
        Ok(all)
    }

    fn probability(&self, label: &str) -> PyResult<f64> {
        let place = self.labels().iter().position(|known| known == label);
        match place {
            Some(place) => Ok(self.numbers().probabilities[place]),
            None => Err(PyKeyError::new_err(format!(
                "target `{}` has no label `{label}`; it has {}",
                self.target(),
                detente_error::prose(self.labels(), "and")
            ))),
        }
    }

    fn __getitem__<'py>(&self, py: Python<'py>, field: &str) -> PyResult<Bound<'py, PyAny>> {
        match self.to_dict(py)?.get_item(field)? {
            Some(value) => Ok(value),
            None => Err(PyKeyError::new_err(format!(
                "a score has no field `{field}`; it has {}",
                detente_error::prose(&FIELDS, "and")
            ))),
        }
    }

    fn __contains__(&self, field: &Bound<'_, PyAny>) -> bool {
        let field = field.extract::<String>();
        field.is_ok_and(|field| FIELDS.contains(&field.as_str()))
    }

    fn __len__(&self) -> usize {
        FIELDS.len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyList::new(py, FIELDS)?.try_iter()?.into_any())
    }

    fn keys(&self) -> Vec<&'static str> {
        FIELDS.to_vec()
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = PyDict::new(py);
        all.set_item("label", self.label())?;
        all.set_item("stance", self.stance())?;
        all.set_item("relevance", self.relevance())?;
        all.set_item("probabilities", self.probabilities(py)?)?;
        Ok(all)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| {
            let other = other.get();
            self.target() == other.target()
                && self.labels() == other.labels()
                && self.numbers() == other.numbers()
        })
    }

    fn __repr__(&self) -> String {
        let stance = match self.stance() {
            Some(stance) => format!(", stance {stance:+.2}"),
            None => String::new(),
        };
        let probability = self.probability_given();
        format!(
            "<TargetScore {}: {} {probability:.2}{stance}>",
            self.target(),
            self.label()
        )
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (Score, String))> {
        let getitem = py.import("operator")?.getattr("getitem")?;
        Ok((getitem, (self.score.clone(), self.target().to_owned())))
    }
}
