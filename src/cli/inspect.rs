//! `detente inspect`.

use super::format::ResultFormat;
use super::{one_of, print};
use crate::error::Result;
use crate::model::Model;
use crate::report::{inspection_json, inspection_table};
use clap::Args;
use std::path::PathBuf;

/// Show what a model is: targets, labels, features, data, settings, scores
#[derive(Args)]
#[command(after_help = "Examples:
  detente inspect
  detente inspect my.detente --format json")]
pub(super) struct InspectArguments {
    /// Model file [default: the embedded model]
    model: Option<PathBuf>,
    /// How results are written
    #[arg(long, default_value = "table", value_parser = one_of(ResultFormat::ALL, ResultFormat::name))]
    format: ResultFormat,
}

pub(super) fn run(arguments: InspectArguments) -> Result<()> {
    let bytes = match &arguments.model {
        Some(path) => crate::file::read(path)?,
        None => Model::embedded().to_bytes(),
    };
    let model = Model::from_bytes(&bytes).map_err(|error| match &arguments.model {
        Some(path) => error.in_file(path),
        None => error,
    })?;
    match arguments.format {
        ResultFormat::Table => print(&inspection_table(&model, bytes.len())),
        ResultFormat::Json => print(&format!("{:#}\n", inspection_json(&model, bytes.len()))),
    }
}
