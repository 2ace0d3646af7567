//! `detente shrink`.

use super::encoding::EncoderArguments;
use super::failure::Result;
use super::format::ResultFormat;
use super::layout::{LayoutArguments, note_unused_mentions, read_corpus};
use super::{NamedModel, model_path, note, one_of, print, read_model, set_threads};
use clap::Args;
use detente_data::file::{check_writable_beside, replace_file};
use detente_eval::shrink::shrink_cost;
use detente_report::{ShrinkingRecord, to_json};
use std::path::PathBuf;

/// Make a model smaller: the n-grams that matter least are left out, weights take 8 bits
#[derive(Args)]
#[command(
    after_help = "The smaller model is used as any other, by this version of the program or a newer one. \
        Nothing is fitted
again: --data only measures what the smaller size costs, so give rows that the model was not trained on.

Examples:
  detente shrink my.detente --to 2MB -o small.detente
  detente shrink my.detente --to 500KB -o small.detente --data test.csv --format json
  detente shrink default --to 1MB -o small.detente --data test.csv --where split=test"
)]
pub(super) struct ShrinkArguments {
    /// Model file, or `default` for the embedded model
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// Bytes that the file may have, as in 800000, 500KB, 2MB or 1.5MB (a MB is a million bytes)
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    to: usize,
    /// Where the smaller model is written
    #[arg(short, long, value_name = "MODEL")]
    output: PathBuf,
    /// Labelled CSV files of one layout to measure both models on
    #[arg(long, value_name = "DATA.csv", num_args = 1..)]
    data: Vec<PathBuf>,
    /// How results are written
    #[arg(long, default_value = "table", value_parser = one_of(ResultFormat::ALL, ResultFormat::name))]
    format: ResultFormat,
    #[command(flatten)]
    layout: LayoutArguments,
    /// Threads; 0 for one a processor. Results are the same with any number
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
    #[command(flatten)]
    encoder: EncoderArguments,
}

pub(super) fn run(arguments: ShrinkArguments) -> Result<()> {
    set_threads(arguments.threads)?;
    check_writable_beside(&arguments.output, &arguments.data)?;
    let layout = arguments.layout.params()?;
    let NamedModel { model, name } = read_model(model_path(&arguments.model), &arguments.encoder)?;
    let corpus = match arguments.data.is_empty() {
        true => None,
        false => Some(read_corpus(
            &arguments.data,
            &layout,
            &model.target_names(),
        )?),
    };
    let small = model
        .check_names()
        .and_then(|()| model.shrunk(arguments.to))
        .map_err(|error| error.in_file(&name))?;
    let cost = match &corpus {
        Some(corpus) => {
            note_unused_mentions(&model, &name, corpus);
            Some(shrink_cost(&model, &small, corpus)?)
        }
        None => None,
    };
    let bytes = small.to_bytes();
    replace_file(&arguments.output, &bytes)?;
    let n_bytes = [model.to_bytes().len(), bytes.len()];
    let record = ShrinkingRecord::of([&model, &small], n_bytes, cost.as_deref());
    match arguments.format {
        ResultFormat::Table => print(&record.to_string())?,
        ResultFormat::Json => print(&to_json(&record))?,
    }
    note(format_args!("wrote {}", arguments.output.display()));
    Ok(())
}

fn parse_size(given: &str) -> std::result::Result<usize, String> {
    let upper = given.trim().to_ascii_uppercase();
    let units = [("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("B", 1.0), ("", 1.0)];
    let number = units.iter().find_map(|(unit, bytes)| {
        let number = upper.strip_suffix(unit)?.trim().parse::<f64>().ok()?;
        Some(number * bytes)
    });
    match number {
        Some(bytes) if (1.0..1e15).contains(&bytes) => Ok(bytes as usize),
        _ => Err("expected a size such as 800000, 500KB or 2MB".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::parse_size;

    #[test]
    fn sizes_have_units_of_thousands() {
        let of = |given| parse_size(given).ok();
        assert_eq!(of("2MB"), Some(2_000_000));
        assert_eq!(of("1.5 mb"), Some(1_500_000));
        assert_eq!(of("500kb"), Some(500_000));
        assert_eq!(of("800000"), Some(800_000));
        assert_eq!([of("-1MB"), of("MB"), of("two"), of("nan")], [None; 4]);
    }
}
