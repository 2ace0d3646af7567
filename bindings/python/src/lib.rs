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
mod relations;
mod program;

use pyo3::prelude::*;

/// What the Python package is built on; use `detente` instead.
#[pymodule(name = "_detente")]
mod extension {
    #[pymodule_export]
    use super::model::Model;
    #[pymodule_export]
    use super::program::run;
    #[pymodule_export]
    use super::relations::{relation_rows, relations};
    #[pymodule_export]
    use super::score::{Score, TargetScore, score_of};
    #[pymodule_export]
    use super::training::train;
    use super::{Bound, PyModule, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        use super::prelude::PyModuleMethods;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}

/// The traits that the module's own functions need.
mod prelude {
    pub(crate) use pyo3::prelude::PyModuleMethods;
}
