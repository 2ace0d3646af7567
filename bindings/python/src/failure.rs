//! Errors of the library as exceptions.

use pyo3::exceptions::{PyFileNotFoundError, PyPermissionError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple, PyType};
use std::error::Error;
use std::io;

/// A `ValueError` with the library's sentence; for a file that cannot be opened it is the `OSError` of its kind too.
pub(crate) fn value_error(error: impl Into<detente::Error>) -> PyErr {
    let error = error.into();
    Python::attach(|py| match kind_of_file_error(&error) {
        Some(io::ErrorKind::NotFound) => {
            static MISSING: PyOnceLock<Py<PyType>> = PyOnceLock::new();
            let base = py.get_type::<PyFileNotFoundError>();
            file_error(py, &MISSING, "MissingFileError", base, &error)
        }
        Some(io::ErrorKind::PermissionDenied) => {
            static FORBIDDEN: PyOnceLock<Py<PyType>> = PyOnceLock::new();
            let base = py.get_type::<PyPermissionError>();
            file_error(py, &FORBIDDEN, "ForbiddenFileError", base, &error)
        }
        _ => PyValueError::new_err(error.to_string()),
    })
}

/// A `ValueError` for a parameter that is out of its range.
pub(crate) fn out_of_range(parameter: &str, value: &str, expected: &str) -> PyErr {
    PyValueError::new_err(format!("{parameter} is {value}; expected {expected}"))
}

/// A count as it comes from Python.
///
/// # Errors
/// It is below 0.
pub(crate) fn count(parameter: &str, given: i64) -> PyResult<usize> {
    let expected = "a whole number from 0";
    usize::try_from(given).map_err(|_| out_of_range(parameter, &given.to_string(), expected))
}

/// What the system said, where it is behind an error.
fn kind_of_file_error(error: &detente::Error) -> Option<io::ErrorKind> {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Some(error.kind());
        }
        cause = error.source();
    }
    None
}

fn file_error(
    py: Python<'_>,
    class: &'static PyOnceLock<Py<PyType>>,
    name: &str,
    base: Bound<'_, PyType>,
    error: &detente::Error,
) -> PyErr {
    let made = class.get_or_try_init(py, || {
        let bases = PyTuple::new(py, [base, py.get_type::<PyValueError>()])?;
        let members = PyDict::new(py);
        members.set_item("__module__", "detente")?;
        let class = py.get_type::<PyType>().call1((name, bases, members))?;
        Ok::<_, PyErr>(class.cast_into::<PyType>()?.unbind())
    });
    match made {
        Ok(class) => PyErr::from_type(class.bind(py).clone(), error.to_string()),
        Err(error) => error,
    }
}
