//! Scored articles as CSV, one row a statement.

use super::article_record::{ArticleRecord, StatementRecord};
use super::digits::push_six_digits;
use super::value::ValueKind;
use csv::{Writer, WriterBuilder};
use std::io::{Result, Write};

/// Bytes that a writer gathers before it hands them on; each article has a writer of its own, so that
/// setting up a large one would cost more than a short article.
const GATHERED_BYTES: usize = 1 << 10;

/// Writes the rows of an article, after the names of the columns where they are given, as for the first. Cells are
/// put together in `cell`.
pub(super) fn write_rows(
    out: &mut impl Write,
    cell: &mut Vec<u8>,
    article: &ArticleRecord,
    columns: Option<&[(String, ValueKind)]>,
) -> Result<()> {
    let mut builder = WriterBuilder::new();
    let mut rows = builder
        .buffer_capacity(GATHERED_BYTES)
        .from_writer(Unflushed(out));
    if let Some(columns) = columns {
        let header = columns.iter().map(|(name, _)| name);
        rows.write_record(header).map_err(as_written)?;
    }
    for (idx, statement) in article.statements.iter().enumerate() {
        write_row(&mut rows, cell, article, idx, statement).map_err(as_written)?;
    }
    rows.flush()
}

/// What the writer said, which the crate would hide: whoever reads may have closed a pipe, which is no failure.
fn as_written(error: csv::Error) -> std::io::Error {
    if !error.is_io_error() {
        return error.into();
    }
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => std::io::ErrorKind::Other.into(),
    }
}

/// Keeps what an article's writer hands on from being flushed, which would be a system call for each
/// article.
struct Unflushed<'a, W>(&'a mut W);

impl<W: Write> Write for Unflushed<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Writes a statement; one that is not scored, for its language, has no answer.
fn write_row<W: Write>(
    rows: &mut Writer<W>,
    cell: &mut Vec<u8>,
    article: &ArticleRecord,
    idx: usize,
    statement: &StatementRecord,
) -> csv::Result<()> {
    let number = |rows: &mut Writer<W>, number: Option<usize>| match number {
        Some(number) => rows.write_field(itoa::Buffer::new().format(number)),
        None => rows.write_field(""),
    };
    let truth = |value: bool| if value { "true" } else { "false" };
    rows.write_field(article.id)?;
    rows.write_field(article.date.unwrap_or_default())?;
    number(rows, Some(idx + 1))?;
    number(rows, statement.start)?;
    number(rows, statement.end)?;
    rows.write_field(truth(statement.is_title))?;
    rows.write_field(truth(statement.has_known_features))?;
    rows.write_field(statement.text)?;
    for target in statement.targets.values() {
        if statement.is_of_unknown_language {
            for _ in 0..target.n_cells() {
                rows.write_field("")?;
            }
        } else {
            rows.write_field(target.label)?;
            for share in target.score.iter().chain(target.probabilities.values()) {
                cell.clear();
                push_six_digits(*share, cell);
                rows.write_field(&*cell)?;
            }
            if let Some(names) = &target.prediction_set {
                rows.write_field(names.join("|"))?;
            }
        }
        if let Some(is_deferred) = target.is_deferred {
            rows.write_field(truth(is_deferred))?;
        }
    }
    rows.write_field(statement.language.unwrap_or_default())?;
    rows.write_record(None::<&[u8]>)
}
