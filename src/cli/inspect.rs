//! `detente inspect`.

use super::{one_of, print};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::report::{inspection_json, inspection_table};
use clap::Args;
use std::path::PathBuf;

/// How an inspection is written.
#[derive(Clone, Copy)]
enum InspectFormat {
    Table,
    Json,
}

impl InspectFormat {
    const ALL: [Self; 2] = [Self::Table, Self::Json];

    fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
        }
    }
}

/// Show what a model is: targets, labels, features, data, settings, scores
#[derive(Args)]
#[command(after_help = "Examples:
  detente inspect
  detente inspect my.detente --format json")]
pub(super) struct InspectArguments {
    /// Model file [default: the embedded model]
    model: Option<PathBuf>,
    /// How results are written
    #[arg(long, default_value = "table", value_parser = one_of(InspectFormat::ALL, InspectFormat::name))]
    format: InspectFormat,
}

pub(super) fn run(arguments: InspectArguments) -> Result<()> {
    let bytes = match &arguments.model {
        Some(path) => {
            std::fs::read(path).map_err(|source| Error::io("cannot read", path, source))?
        }
        None => Model::embedded().to_bytes(),
    };
    let model = Model::from_bytes(&bytes).map_err(|error| match &arguments.model {
        Some(path) => error.in_file(path),
        None => error,
    })?;
    match arguments.format {
        InspectFormat::Table => print(&inspection_table(&model, bytes.len())),
        InspectFormat::Json => print(&format!("{:#}\n", inspection_json(&model, bytes.len()))),
    }
}
