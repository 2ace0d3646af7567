//! The extension module `detente._detente`: what of the library the Python package `detente` is built on.
//!
//! Texts come in as Python objects or Arrow arrays, and scores go out as light objects or Arrow arrays. While texts are
//! scored the GIL is released. What is pleasant for people (frames of pandas and polars, pages for notebooks) is
//! written in Python, in `python/detente`.

#![deny(missing_docs)]

mod failure;
mod threads;
mod texts;
mod score;
mod columns;
mod model;
mod rows;
mod article;
mod training;
mod distributed;
mod relations;
mod program;

use pyo3::prelude::*;

/// What the Python package is built on; use `detente` instead.
#[pymodule]
fn _detente(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("MAX_BYTES", texts::MAX_BYTES)?;
    module.add_class::<model::Model>()?;
    module.add_class::<score::Score>()?;
    module.add_class::<score::TargetScore>()?;
    module.add_function(wrap_pyfunction!(score::score_of, module)?)?;
    module.add_function(wrap_pyfunction!(training::train, module)?)?;
    module.add_class::<distributed::TrainingPlan>()?;
    module.add_class::<distributed::PartTally>()?;
    module.add_class::<distributed::PartWork>()?;
    module.add_class::<distributed::DistributedTraining>()?;
    module.add_function(wrap_pyfunction!(distributed::check_distributed, module)?)?;
    module.add_function(wrap_pyfunction!(distributed::labels_of_forms, module)?)?;
    module.add_function(wrap_pyfunction!(relations::relations, module)?)?;
    module.add_function(wrap_pyfunction!(program::run, module)?)
}
