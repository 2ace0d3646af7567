//! Scores as columns: of Arrow for tables, and as plain bytes where pandas has no Arrow.

use crate::score::Names;
use arrow_array::builder::{BooleanBuilder, StringBuilder};
use arrow_array::{ArrayRef, Float64Array};
use arrow_schema::{DataType, Field};
use detente::model::{Score, StatementScores};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use std::sync::Arc;

/// What stands for a row without a score among the places of labels.
const NO_LABEL: i32 = -1;

/// The scores of rows, column by column; a row without a text has no number in any.
pub(crate) struct Columns {
    names: Arc<Names>,
    known: Vec<i8>,
    targets: Vec<TargetColumns>,
}

struct TargetColumns {
    labels: Vec<i32>,
    /// `None` for a target without sides.
    stances: Option<Vec<f64>>,
    /// One column a label.
    probabilities: Vec<Vec<f64>>,
}

impl Columns {
    /// Columns without a row.
    pub(crate) fn new(names: Arc<Names>) -> Self {
        let of = |target: &crate::score::TargetNames| TargetColumns {
            labels: Vec::new(),
            stances: target.is_stance.then(Vec::new),
            probabilities: vec![Vec::new(); target.labels.len()],
        };
        Self {
            known: Vec::new(),
            targets: names.targets.iter().map(of).collect(),
            names,
        }
    }

    /// Takes rows.
    pub(crate) fn extend(&mut self, rows: &[Option<StatementScores>]) {
        let known =
            |row: &Option<StatementScores>| row.as_ref().map_or(-1, |row| i8::from(row.is_known));
        self.known.extend(rows.iter().map(known));
        for (at, target) in self.targets.iter_mut().enumerate() {
            let scores = || {
                rows.iter()
                    .map(|row| row.as_ref().map(|row| &row.targets[at]))
            };
            let label =
                |score: Option<&Score>| score.map_or(NO_LABEL, |score| score.label_idx as i32);
            target.labels.extend(scores().map(label));
            if let Some(stances) = &mut target.stances {
                let stance = |score: Option<&Score>| score.and_then(|score| score.stance);
                stances.extend(scores().map(|score| stance(score).unwrap_or(f64::NAN)));
            }
            for (label, column) in target.probabilities.iter_mut().enumerate() {
                let of = |score: Option<&Score>| {
                    score.map_or(f64::NAN, |score| score.probabilities[label])
                };
                column.extend(scores().map(of));
            }
        }
    }

    /// The columns' names and types.
    pub(crate) fn fields(names: &Names) -> Vec<Field> {
        let mut fields = vec![Field::new("has_known_features", DataType::Boolean, true)];
        for target in &names.targets {
            fields.push(Field::new(
                format!("{}_label", target.name),
                DataType::Utf8,
                true,
            ));
            if target.is_stance {
                fields.push(Field::new(
                    format!("{}_score", target.name),
                    DataType::Float64,
                    true,
                ));
            }
            for label in &target.labels {
                let name = format!("{}_p_{label}", target.name);
                fields.push(Field::new(name, DataType::Float64, true));
            }
        }
        fields
    }

    /// The columns as arrays of Arrow, in the order of [`fields`](Self::fields).
    pub(crate) fn into_arrays(self) -> Vec<ArrayRef> {
        let mut known = BooleanBuilder::with_capacity(self.known.len());
        for known_or_not in self.known {
            known.append_option((known_or_not >= 0).then_some(known_or_not == 1));
        }
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(known.finish())];
        for (target, names) in self.targets.into_iter().zip(&self.names.targets) {
            let mut labels =
                StringBuilder::with_capacity(target.labels.len(), target.labels.len() * 8);
            for place in &target.labels {
                labels.append_option(
                    usize::try_from(*place)
                        .ok()
                        .map(|place| &names.labels[place]),
                );
            }
            arrays.push(Arc::new(labels.finish()));
            for numbers in target.stances.into_iter().chain(target.probabilities) {
                arrays.push(Arc::new(numbers_array(numbers)));
            }
        }
        arrays
    }

    /// The columns as bytes, by their names: (`"label"`, places of labels as i32, the labels), (`"number"`, f64 with
    /// NaN, None) or (`"flag"`, i8 with -1, None).
    pub(crate) fn into_bytes<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        let known: Vec<u8> = self
            .known
            .iter()
            .flat_map(|flag| flag.to_ne_bytes())
            .collect();
        columns.set_item(
            "has_known_features",
            ("flag", PyBytes::new(py, &known), py.None()),
        )?;
        for (target, names) in self.targets.into_iter().zip(&self.names.targets) {
            let places: Vec<u8> = target
                .labels
                .iter()
                .flat_map(|place| place.to_ne_bytes())
                .collect();
            let labels = ("label", PyBytes::new(py, &places), names.labels.clone());
            columns.set_item(format!("{}_label", names.name), labels)?;
            let number = |numbers: &[f64]| {
                let bytes: Vec<u8> = numbers
                    .iter()
                    .flat_map(|number| number.to_ne_bytes())
                    .collect();
                ("number", PyBytes::new(py, &bytes), py.None())
            };
            if let Some(stances) = &target.stances {
                columns.set_item(format!("{}_score", names.name), number(stances))?;
            }
            for (label, numbers) in names.labels.iter().zip(&target.probabilities) {
                columns.set_item(format!("{}_p_{label}", names.name), number(numbers))?;
            }
        }
        Ok(columns)
    }
}

/// Numbers with null where there is none.
fn numbers_array(numbers: Vec<f64>) -> Float64Array {
    match numbers.iter().any(|number| number.is_nan()) {
        true => numbers
            .into_iter()
            .map(|number| (!number.is_nan()).then_some(number))
            .collect(),
        false => Float64Array::from(numbers),
    }
}
