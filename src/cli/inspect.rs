//! `detente inspect`.

use super::failure::{Error, Result};
use super::format::InspectFormat;
use super::languages::embedded;
use super::{one_of, print};
use clap::Args;
use detente_data::file::{NewFile, check_writable_beside};
use detente_model::Model;
#[cfg(feature = "html")]
use detente_report::terms_html;
use detente_report::{InspectionRecord, to_json};
use std::io::Write;
use std::path::PathBuf;

/// Terms for each label on a page, where their number is not given.
#[cfg(feature = "html")]
const N_ON_PAGE: usize = 30;

/// Show what a model is: targets, labels, features, data, settings, scores
#[derive(Args)]
#[command(after_help = "Examples:
  detente inspect
  detente inspect my.detente --format json
  detente inspect my.detente --features 30
  detente inspect my.detente --format html -o terms.html")]
pub(super) struct InspectArguments {
    /// Model file [default: the embedded model]
    model: Option<PathBuf>,
    /// The default model of this language, a two-letter code; `detente models` lists them
    #[arg(long, value_name = "CODE", conflicts_with = "model")]
    language: Option<String>,
    /// How results are written; html shows the terms that speak most for each label
    #[arg(long, default_value = "table", value_parser = one_of(InspectFormat::ALL, InspectFormat::name))]
    format: InspectFormat,
    /// List so many terms that speak most for each label, with weights and document frequencies
    #[arg(long, value_name = "N")]
    features: Option<usize>,
    /// Write here instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: InspectArguments) -> Result<()> {
    let n_terms = arguments.features;
    if n_terms == Some(0) {
        return Err(Error::out_of_range(
            "--features",
            0,
            "a number of at least 1",
        ));
    }
    if let Some(path) = &arguments.output {
        check_writable_beside(path, arguments.model.as_slice())?;
    }
    let file = arguments.output.as_deref().map(NewFile::at).transpose()?;
    let bytes = match &arguments.model {
        Some(path) => detente_data::model_file::read_bytes(path)?,
        None => embedded(arguments.language.as_deref())?.to_bytes().into(),
    };
    let n_bytes = bytes.len();
    let named = |error: detente_model::Error| match &arguments.model {
        Some(path) => error.in_file(path),
        None => error,
    };
    let model = Model::from_shared_alone(&bytes).map_err(named)?;
    model.check_names().map_err(named)?;
    let record = || InspectionRecord::of(&model, n_bytes, n_terms);
    let text = match arguments.format {
        InspectFormat::Table => record().to_string(),
        InspectFormat::Json => to_json(&record()),
        #[cfg(feature = "html")]
        InspectFormat::Html => {
            let path = arguments.model.as_ref();
            let name = path.map_or("default".into(), |path| path.display().to_string());
            terms_html(&model, &name, n_terms.unwrap_or(N_ON_PAGE))
        }
    };
    match file {
        None => print(&text),
        Some(mut file) => {
            let plain = anstream::adapter::strip_str(&text).to_string();
            let written = file.write_all(plain.as_bytes());
            written.map_err(|source| file.failed(source))?;
            Ok(file.keep()?)
        }
    }
}
