//! Writes the rows that the default model is trained on, as CSV, to standard output.
//!
//! ```text
//! cargo run --release --example default_rows -- FOLDER > target/default_rows.csv
//! ```
//!
//! FOLDER holds the texts of the real statements (`datasets/real/README.md`); without one, or where texts are missing,
//! the rows are fewer, and a model trained on them is another one. `models/README.md` has the commands that follow.

#![allow(clippy::print_stderr, reason = "an example speaks")]

#[path = "../tests/default_rows.rs"]
mod default_rows;

use std::io::Write;
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::args_os()
        .nth(1)
        .map_or_else(PathBuf::new, PathBuf::from);
    let (csv, n_missing) = default_rows::default_rows(root, &folder);
    if n_missing > 0 {
        eprintln!(
            "note: {n_missing} real statements are left out, whose texts are not in the folder"
        );
    }
    std::io::stdout().write_all(&csv)
}
