//! Scored articles, one after the other, in all formats but pages.

use super::article_record::ArticleRecord;
use super::article_rows;
use super::articles_csv::write_rows;
#[cfg(feature = "arrow")]
use super::columnar::ColumnarWriter;
use super::corpus::CorpusRecord;
#[cfg(feature = "arrow")]
use super::statements::statement_cells;
use super::statements::statement_columns;
#[cfg(feature = "arrow")]
use detente_data::corpus::ColumnarFormat;
use detente_model::Model;
use detente_score::ScoredArticle;
use detente_score::aggregate::CorpusScore;
use std::io::Write;
use std::path::{Path, PathBuf};

/// How scored articles are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArticleFormat {
    /// A table for people.
    Table,
    /// One JSON array of article objects.
    Json,
    /// One JSON object a line, an article each.
    Jsonl,
    /// One row a statement.
    Csv,
    /// One row an article.
    ArticlesCsv,
    /// The same rows in typed columns, numbers unrounded.
    #[cfg(feature = "arrow")]
    Columnar(ColumnarFormat),
}

impl ArticleFormat {
    /// Every format.
    #[cfg(not(feature = "arrow"))]
    pub const ALL: [Self; 5] = [
        Self::Table,
        Self::Json,
        Self::Jsonl,
        Self::Csv,
        Self::ArticlesCsv,
    ];
    /// Every format.
    #[cfg(feature = "arrow")]
    pub const ALL: [Self; 7] = [
        Self::Table,
        Self::Json,
        Self::Jsonl,
        Self::Csv,
        Self::ArticlesCsv,
        Self::Columnar(ColumnarFormat::Parquet),
        Self::Columnar(ColumnarFormat::Arrow),
    ];

    /// Whether it is CSV.
    pub fn is_csv(self) -> bool {
        matches!(self, Self::Csv | Self::ArticlesCsv)
    }

    /// The word for it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::ArticlesCsv => "articles-csv",
            #[cfg(feature = "arrow")]
            Self::Columnar(format) => format.name(),
        }
    }
}

/// Writes articles as they come.
pub struct ArticleWriter<'a, W: Write> {
    model: &'a Model,
    format: ArticleFormat,
    /// Whether answers have prediction sets, which the header of a CSV has to say before the first row.
    with_sets: bool,
    #[cfg(feature = "arrow")]
    columnar: Option<ColumnarWriter>,
    out: W,
    /// What the output is called when it fails.
    name: PathBuf,
    n_written: usize,
    /// The cell of a CSV that is being written.
    cell: Vec<u8>,
}

impl<'a, W: Write> ArticleWriter<'a, W> {
    /// Writes articles scored by `model` to `out`; `with_sets` says whether a risk was asked for, so
    /// that answers have prediction sets.
    pub fn new(model: &'a Model, format: ArticleFormat, with_sets: bool, out: W) -> Self {
        Self {
            model,
            format,
            with_sets,
            #[cfg(feature = "arrow")]
            columnar: match format {
                ArticleFormat::Columnar(format) => {
                    let columns = statement_columns(model.heads(), with_sets);
                    Some(ColumnarWriter::new(format, &columns))
                }
                _ => None,
            },
            out,
            name: PathBuf::from("standard output"),
            n_written: 0,
            cell: Vec::new(),
        }
    }

    /// Calls the output so when it fails, instead of standard output.
    pub fn called(self, name: &Path) -> Self {
        let name = name.to_owned();
        Self { name, ..self }
    }

    /// Goes on behind so many articles that another writer wrote.
    pub fn behind(mut self, n_written: usize) -> Self {
        self.n_written = n_written;
        self
    }

    /// Writes one article.
    ///
    /// # Errors
    /// The writer fails.
    pub fn write(&mut self, article: &ScoredArticle) -> crate::error::Result<()> {
        let record = &ArticleRecord::of(self.model, article);
        let written = match self.format {
            ArticleFormat::Table => {
                let gap = if self.n_written > 0 { "\n" } else { "" };
                write!(self.out, "{gap}{record}")
            }
            ArticleFormat::Json => {
                let lead = if self.n_written > 0 { ",\n" } else { "[\n" };
                write!(self.out, "{lead}").and_then(|()| self.write_json(record))
            }
            ArticleFormat::Jsonl => self
                .write_json(record)
                .and_then(|()| self.out.write_all(b"\n")),
            ArticleFormat::Csv => {
                let columns = (self.n_written == 0)
                    .then(|| statement_columns(self.model.heads(), self.with_sets));
                write_rows(&mut self.out, &mut self.cell, record, columns.as_deref())
            }
            ArticleFormat::ArticlesCsv => {
                let (article, is_first) = ((article, record), self.n_written == 0);
                article_rows::write_row(
                    &mut self.out,
                    self.model,
                    article,
                    self.with_sets,
                    is_first,
                )
            }
            #[cfg(feature = "arrow")]
            ArticleFormat::Columnar(_) => self.write_columnar(record),
        };
        self.n_written += 1;
        Ok(
            written
                .map_err(|source| detente_data::Error::io("cannot write", &self.name, source))?,
        )
    }

    /// Ends the output, the table with what there is to say of more than one article; says how many
    /// articles there were.
    ///
    /// # Errors
    /// The writer fails.
    pub fn finish(self, corpus: Option<&CorpusScore>) -> crate::error::Result<usize> {
        self.finish_into(corpus).map(|(n_articles, _)| n_articles)
    }

    /// As [`finish`](Self::finish), and hands back what it wrote to.
    ///
    /// # Errors
    /// The writer fails.
    pub fn finish_into(mut self, corpus: Option<&CorpusScore>) -> crate::error::Result<(usize, W)> {
        let ended = match (self.format, self.n_written, corpus) {
            (ArticleFormat::Json, 0, _) => self.out.write_all(b"[]\n"),
            (ArticleFormat::Json, _, _) => self.out.write_all(b"\n]\n"),
            (ArticleFormat::Table, 2.., Some(corpus)) => {
                // A table does not name the model.
                let record = CorpusRecord::of("", self.model.heads(), corpus);
                write!(self.out, "\n{record}")
            }
            #[cfg(feature = "arrow")]
            (ArticleFormat::Columnar(_), ..) => {
                let ended = self.columnar.take().map(ColumnarWriter::finish);
                ended.map_or(Ok(()), |bytes| self.out.write_all(&bytes?))
            }
            _ => Ok(()),
        };
        ended
            .and_then(|()| self.out.flush())
            .map_err(|source| detente_data::Error::io("cannot write", &self.name, source))?;
        Ok((self.n_written, self.out))
    }

    /// Ends the output after a failure of something else: what was written stays well-formed.
    ///
    /// # Errors
    /// The writer fails.
    pub fn abandon(self) -> crate::error::Result<()> {
        match self.n_written {
            0 => Ok(()),
            _ => self.finish(None).map(|_| ()),
        }
    }

    fn write_json(&mut self, record: &ArticleRecord) -> std::io::Result<()> {
        Ok(serde_json::to_writer(&mut self.out, record)?)
    }

    #[cfg(feature = "arrow")]
    fn write_columnar(&mut self, article: &ArticleRecord) -> std::io::Result<()> {
        // Invariant: a writer of this format was made with it.
        let columnar = self.columnar.as_mut().expect("made in `new`");
        for (idx, statement) in article.statements.iter().enumerate() {
            columnar.row(statement_cells(article, idx, statement))?;
        }
        self.out.write_all(&columnar.take())
    }
}
