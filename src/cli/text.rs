//! `detente text`.

use super::failure::{Error, ErrorKind, Result};
use super::one_of;
use super::output::put;
use super::reading::{ReadingArguments, say_notices};
use clap::Args;
use detente_data::corpus::{Articles, InputKind};
use detente_data::file::check_writable_beside;
use std::path::PathBuf;

/// Write the text that is scored of a file: of a PDF, a Word document, a web page
#[derive(Args)]
#[command(
    after_help = "Offsets of statements (`start`, `end`) are those of this text, in bytes of UTF-8. \
        Running headers, numbers of
pages, and notes at the foot of a page are no part of it.

Examples:
  detente text statement.pdf
  detente text statement.docx -o statement.txt
  detente text saved.html
  curl -s https://example.org/statement.pdf | detente text -"
)]
pub(super) struct TextArguments {
    /// File with one article, or `-` for standard input
    #[arg(value_name = "FILE|-")]
    inputs: PathBuf,
    /// Write here instead of standard output
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// How the input is read
    #[arg(long, default_value = "auto", value_parser = one_of(InputKind::ALL, InputKind::name))]
    input: InputKind,
    #[command(flatten)]
    reading: ReadingArguments,
}

pub(super) fn run(arguments: TextArguments) -> Result<()> {
    let input = &arguments.inputs;
    if let Some(path) = &arguments.output {
        check_writable_beside(path, std::slice::from_ref(input))?;
    }
    if input.is_dir() {
        return Err(Error::new(ErrorKind::SeveralTexts).in_file(input));
    }
    let reading = arguments.reading.params();
    let notices = reading.notices.clone();
    let mut articles =
        Articles::open(std::slice::from_ref(input), arguments.input)?.with_reading(reading);
    let Some(article) = articles.next() else {
        let what = "the file has no article";
        return Err(Error::new(ErrorKind::Empty { what }).in_file(input));
    };
    let article = article?;
    if articles.next().is_some() {
        return Err(Error::new(ErrorKind::SeveralTexts).in_file(input));
    }
    say_notices(&notices);
    put(arguments.output.as_deref(), &article.text, false)
}
