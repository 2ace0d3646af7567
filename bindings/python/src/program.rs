//! The command line of the wheel, which is that of the program.

use pyo3::prelude::*;
use std::ffi::OsString;
use std::io::Write;

/// Runs the command line with these arguments (without the program's name), and gives the exit code. `launcher` is the
/// command that starts it anew, as `detente replicate` does.
#[pyfunction]
pub(crate) fn run(py: Python<'_>, launcher: Vec<OsString>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| {
        let name = OsString::from("detente");
        let code = detente::cli::run_within(launcher, std::iter::once(name).chain(arguments));
        // No runtime of Rust does it when the process ends. What failed to be written was said before.
        let _ = std::io::stdout().flush();
        code
    })
}
