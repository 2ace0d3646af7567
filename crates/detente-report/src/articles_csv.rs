//! Scored articles as CSV, one row a statement.

use super::article_json::Deferral;
use super::digits::push_six_digits;
use super::statements::statement_columns;
use csv::{Writer, WriterBuilder};
use detente_model::Head;
use detente_score::{ScoredArticle, ScoredStatement};
use std::io::{Result, Write};

/// Bytes that a writer gathers before it hands them on; each article has a writer of its own, so that
/// setting up a large one would cost more than a short article.
const GATHERED_BYTES: usize = 1 << 10;

/// Writes the rows of an article, after the header where it is the first; `header` says whether the
/// rows have prediction sets then. Cells are put together in `cell`.
pub(super) fn write_rows(
    out: &mut impl Write,
    cell: &mut Vec<u8>,
    heads: &[Head],
    article: &ScoredArticle,
    header: Option<bool>,
) -> Result<()> {
    let mut builder = WriterBuilder::new();
    let mut rows = builder
        .buffer_capacity(GATHERED_BYTES)
        .from_writer(Unflushed(out));
    if let Some(with_sets) = header {
        let columns = statement_columns(heads, with_sets);
        rows.write_record(columns.iter().map(|(name, _)| name))?;
    }
    for (idx, statement) in article.statements.iter().enumerate() {
        write_row(&mut rows, cell, heads, article, idx, statement)?;
    }
    rows.flush()
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

fn write_row<W: Write>(
    rows: &mut Writer<W>,
    cell: &mut Vec<u8>,
    heads: &[Head],
    article: &ScoredArticle,
    idx: usize,
    statement: &ScoredStatement,
) -> csv::Result<()> {
    let number = |rows: &mut Writer<W>, number: Option<usize>| match number {
        Some(number) => rows.write_field(itoa::Buffer::new().format(number)),
        None => rows.write_field(""),
    };
    let truth = |value: bool| if value { "true" } else { "false" };
    rows.write_field(&article.id)?;
    rows.write_field(article.date.as_deref().unwrap_or_default())?;
    number(rows, Some(idx + 1))?;
    number(rows, statement.span.map(|span| span.start))?;
    number(rows, statement.span.map(|span| span.end))?;
    rows.write_field(truth(statement.is_title))?;
    rows.write_field(truth(statement.scores.is_known))?;
    rows.write_field(&statement.text)?;
    for (head_idx, (head, score)) in heads.iter().zip(&statement.scores.targets).enumerate() {
        rows.write_field(&head.labels.labels()[score.label_idx])?;
        for share in score.stance.iter().chain(&score.probabilities) {
            cell.clear();
            push_six_digits(*share, cell);
            rows.write_field(&*cell)?;
        }
        if let Some(deferral) = Deferral::of(head, statement, head_idx) {
            rows.write_field(deferral.names().collect::<Vec<_>>().join("|"))?;
            rows.write_field(truth(deferral.is_deferred))?;
        }
    }
    rows.write_record(None::<&[u8]>)
}
