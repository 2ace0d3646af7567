//! `detente models`.

use super::failure::Result;
use super::print;
use clap::Args;
use detente_error::counted;
use detente_model::Model;
use detente_text::language_name;
use std::fmt::Write;

/// List the default models, which are part of the program, by the language that each knows
#[derive(Args)]
#[command(after_help = "Examples:
  detente models
  detente inspect --language en")]
pub(super) struct ModelsArguments {}

pub(super) fn run(_: ModelsArguments) -> Result<()> {
    let mut lines = String::new();
    for (code, file) in detente_default_model::BY_LANGUAGE {
        let Some(model) = Model::embedded_of(code) else {
            continue;
        };
        let name = language_name(code);
        // Invariant: a string takes whatever is written to it.
        let _ = writeln!(
            lines,
            "{code}  {name:<9} {:.1} MB, {}: {}",
            file.len() as f64 / 1e6,
            counted(model.record().n_rows, "row"),
            model.target_names().join(", ")
        );
    }
    print(&lines)
}
