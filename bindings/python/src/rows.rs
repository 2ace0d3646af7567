//! Labelled rows as they come from Python.

use crate::failure::value_error;
use crate::texts::text_of;
use detente::{Dataset, LayoutParams, Row};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::path::PathBuf;

/// Columns of labelled rows, as Python hands them over. Labels are by target, in its order.
#[derive(FromPyObject)]
pub(crate) struct LabelledColumns<'py> {
    #[pyo3(item)]
    texts: Vec<Bound<'py, PyAny>>,
    #[pyo3(item)]
    labels: Vec<(String, Vec<Bound<'py, PyAny>>)>,
    #[pyo3(item)]
    groups: Option<Vec<Bound<'py, PyAny>>>,
    #[pyo3(item)]
    ids: Option<Vec<Bound<'py, PyAny>>>,
    #[pyo3(item)]
    weights: Option<Vec<Option<f64>>>,
}

impl LabelledColumns<'_> {
    /// The rows that have a text and a label.
    ///
    /// # Errors
    /// Columns are not of one length; no row can be used.
    pub(crate) fn dataset(&self) -> PyResult<Dataset> {
        let n_rows = self.texts.len();
        let same = |name: &str, n: usize| match n == n_rows {
            true => Ok(()),
            false => Err(PyValueError::new_err(format!(
                "{name} has {}, but there are {}",
                detente_error::counted(n, "row"),
                detente_error::counted(n_rows, "text")
            ))),
        };
        for (target, labels) in &self.labels {
            same(&format!("target `{target}`"), labels.len())?;
        }
        self.groups
            .as_ref()
            .map_or(Ok(()), |groups| same("the groups", groups.len()))?;
        self.ids
            .as_ref()
            .map_or(Ok(()), |ids| same("the ids", ids.len()))?;
        self.weights
            .as_ref()
            .map_or(Ok(()), |weights| same("the weights", weights.len()))?;
        let mut rows = Vec::with_capacity(n_rows);
        for (at, text) in self.texts.iter().enumerate() {
            let text = text_of(text, at)?.unwrap_or_default();
            let group = match &self.groups {
                Some(groups) => shown(&groups[at])?,
                None => None,
            };
            let mut cells = Vec::with_capacity(self.labels.len());
            for (target, labels) in &self.labels {
                cells.push((target.clone(), shown(&labels[at])?.unwrap_or_default()));
            }
            let mut row = Row::wide(text, cells);
            if let Some(group) = group {
                row = row.document(group);
            }
            if let Some(ids) = &self.ids
                && let Some(id) = shown(&ids[at])?
            {
                row = row.id(id);
            }
            if let Some(weights) = &self.weights {
                // Without one it counts as one row.
                row = row.weight(weights[at].unwrap_or(1.0));
            }
            rows.push(row);
        }
        Dataset::from_rows(rows).map_err(value_error)
    }
}

/// Labelled rows of files.
#[derive(FromPyObject)]
pub(crate) struct LabelledFiles {
    #[pyo3(item)]
    paths: Vec<PathBuf>,
    #[pyo3(item)]
    text: String,
    #[pyo3(item)]
    targets: Vec<String>,
    #[pyo3(item)]
    group: Option<String>,
}

impl LabelledFiles {
    /// Reads them.
    ///
    /// # Errors
    /// They cannot be read, or have not these columns.
    pub(crate) fn dataset(self) -> PyResult<Dataset> {
        let mut layout = LayoutParams::wide(self.targets).with_text(self.text);
        if let Some(group) = self.group {
            layout = layout.with_group(group);
        }
        Dataset::from_files(&self.paths, &layout).map_err(value_error)
    }
}

/// Labelled rows, wherever they come from.
#[derive(FromPyObject)]
pub(crate) enum Labelled<'py> {
    /// Files.
    #[pyo3(transparent)]
    Files(LabelledFiles),
    /// Columns.
    #[pyo3(transparent)]
    Columns(LabelledColumns<'py>),
}

impl Labelled<'_> {
    /// The rows.
    ///
    /// # Errors
    /// They cannot be read or used.
    pub(crate) fn dataset(self, py: Python<'_>) -> PyResult<Dataset> {
        match self {
            Self::Files(files) => py.detach(|| files.dataset()),
            Self::Columns(columns) => columns.dataset(),
        }
    }
}

/// A label or the name of a document as a text; `None` and NaN are none.
fn shown(value: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    match value.cast::<PyString>() {
        Ok(text) => Ok(Some(text.to_string_lossy().into_owned())),
        // Whatever says that it is no text is shown as Python shows it.
        Err(_) => {
            text_of(value, 0).or_else(|_| Ok(Some(value.str()?.to_string_lossy().into_owned())))
        }
    }
}
