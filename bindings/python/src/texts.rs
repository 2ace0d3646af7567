//! Texts as they come from Python and Arrow.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyString};

/// A text longer than this is not scored where nothing else is asked for: it is no statement, and its cost is bounded.
pub(crate) const MAX_BYTES: usize = 1_000_000;

/// What a row holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    /// No text.
    Missing,
    /// More bytes than are scored.
    TooLong,
    /// A text.
    Text(&'a str),
}

impl<'a> Cell<'a> {
    /// The cell of a text.
    pub(crate) fn of(text: Option<&'a str>, max_bytes: usize) -> Self {
        match text {
            None => Self::Missing,
            Some(text) if text.len() > max_bytes => Self::TooLong,
            Some(text) => Self::Text(text),
        }
    }
}

/// A text of a row; `None`, NaN and pandas' NA are none. Half of a surrogate pair becomes a replacement character.
///
/// # Errors
/// It is of another type.
pub(crate) fn text_of(value: &Bound<'_, PyAny>, row: usize) -> PyResult<Option<String>> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Some(text.to_string_lossy().into_owned()));
    }
    if value.is_none() {
        return Ok(None);
    }
    if value
        .cast::<PyFloat>()
        .is_ok_and(|number| number.value().is_nan())
    {
        return Ok(None);
    }
    let name = value.get_type().name()?;
    match name.to_string_lossy().as_ref() {
        "NAType" | "NaTType" => Ok(None),
        name => Err(PyTypeError::new_err(format!(
            "row {row} is of type `{name}`; expected a text or None"
        ))),
    }
}

/// A column of texts of one form.
///
/// # Errors
/// It holds no texts.
pub(crate) fn text_array(array: &ArrayRef, name: &str) -> PyResult<ArrayRef> {
    match array.data_type() {
        DataType::Utf8View | DataType::Null => Ok(array.clone()),
        DataType::Utf8 | DataType::LargeUtf8 => Ok(array.clone()),
        DataType::Dictionary(_, values) if is_text(values) => cast(array),
        DataType::RunEndEncoded(_, values) if is_text(values.data_type()) => cast(array),
        other => Err(PyValueError::new_err(format!(
            "{name} is of Arrow's type `{other}`; expected a type of texts"
        ))),
    }
}

fn is_text(kind: &DataType) -> bool {
    matches!(
        kind,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

fn cast(array: &ArrayRef) -> PyResult<ArrayRef> {
    let cast = arrow_cast::cast(array, &DataType::LargeUtf8);
    cast.map_err(|error| PyValueError::new_err(error.to_string()))
}

/// The cells of some rows of an array that [`text_array`] gave.
pub(crate) fn cells(array: &ArrayRef, start: usize, len: usize, max_bytes: usize) -> Vec<Cell<'_>> {
    let rows = start..start + len;
    let of = |text| Cell::of(text, max_bytes);
    match array.data_type() {
        DataType::Utf8 => {
            let texts = array.as_string::<i32>();
            rows.map(|row| of(texts.is_valid(row).then(|| texts.value(row))))
                .collect()
        }
        DataType::LargeUtf8 => {
            let texts = array.as_string::<i64>();
            rows.map(|row| of(texts.is_valid(row).then(|| texts.value(row))))
                .collect()
        }
        DataType::Utf8View => {
            let texts = array.as_string_view();
            rows.map(|row| of(texts.is_valid(row).then(|| texts.value(row))))
                .collect()
        }
        _ => vec![Cell::Missing; len],
    }
}
