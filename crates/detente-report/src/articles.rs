//! Scored articles, one after the other, in all formats but pages.

use super::article_json::{ArticleRecord, Deferral};
use super::articles_csv::write_rows;
#[cfg(feature = "arrow")]
use super::columnar::ColumnarWriter;
use super::corpus::corpus_table;
#[cfg(feature = "arrow")]
use super::statements::{statement_cells, statement_columns};
use super::table::{self, faint, head, render, share, signed};
use comfy_table::{Cell, ColumnConstraint, Width};
#[cfg(feature = "arrow")]
use detente_data::corpus::ColumnarFormat;
use detente_error::counted;
use detente_model::{Explanation, Head, Model};
use detente_score::ScoredArticle;
use detente_score::aggregate::{ArticleScore, CorpusScore};
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
    /// The same rows in typed columns, numbers unrounded.
    #[cfg(feature = "arrow")]
    Columnar(ColumnarFormat),
}

impl ArticleFormat {
    /// Every format.
    #[cfg(not(feature = "arrow"))]
    pub const ALL: [Self; 4] = [Self::Table, Self::Json, Self::Jsonl, Self::Csv];
    /// Every format.
    #[cfg(feature = "arrow")]
    pub const ALL: [Self; 6] = [
        Self::Table,
        Self::Json,
        Self::Jsonl,
        Self::Csv,
        Self::Columnar(ColumnarFormat::Parquet),
        Self::Columnar(ColumnarFormat::Arrow),
    ];

    /// The word for it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
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
        let heads = self.model.heads();
        let written = match self.format {
            ArticleFormat::Table => {
                let gap = if self.n_written > 0 { "\n" } else { "" };
                write!(self.out, "{gap}{}", article_table(heads, article))
            }
            ArticleFormat::Json => {
                let lead = if self.n_written > 0 { ",\n" } else { "[\n" };
                write!(self.out, "{lead}").and_then(|()| self.write_json(article))
            }
            ArticleFormat::Jsonl => self
                .write_json(article)
                .and_then(|()| self.out.write_all(b"\n")),
            ArticleFormat::Csv => {
                let header = (self.n_written == 0).then_some(self.with_sets);
                write_rows(&mut self.out, &mut self.cell, heads, article, header)
            }
            #[cfg(feature = "arrow")]
            ArticleFormat::Columnar(_) => self.write_columnar(article),
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
                let table = corpus_table(self.model.heads(), corpus);
                write!(self.out, "\n{table}")
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

    fn write_json(&mut self, article: &ScoredArticle) -> std::io::Result<()> {
        let record = ArticleRecord(self.model.heads(), article);
        Ok(serde_json::to_writer(&mut self.out, &record)?)
    }

    #[cfg(feature = "arrow")]
    fn write_columnar(&mut self, article: &ScoredArticle) -> std::io::Result<()> {
        let heads = self.model.heads();
        // Invariant: a writer of this format was made with it.
        let columnar = self.columnar.as_mut().expect("made in `new`");
        for (idx, statement) in article.statements.iter().enumerate() {
            columnar.row(statement_cells(heads, article, idx, statement))?;
        }
        self.out.write_all(&columnar.take())
    }
}

fn article_table(heads: &[Head], article: &ScoredArticle) -> String {
    let mut text = String::new();
    let title = article.title.as_deref().unwrap_or_default();
    for part in [
        title,
        article.date.as_deref().unwrap_or_default(),
        &article.id,
    ] {
        if !part.is_empty() {
            text.push_str(if text.is_empty() { "" } else { " | " });
            text.push_str(&on_one_line(part));
        }
    }
    text.push('\n');
    let mut table = table::table();
    let targets = heads.iter().map(|h| head(&h.target));
    table.set_header([head("#"), head("statement")].into_iter().chain(targets));
    for (idx, statement) in article.statements.iter().enumerate() {
        let number = if statement.is_title {
            faint("title")
        } else {
            faint(idx + usize::from(!article.statements[0].is_title))
        };
        let mut row = vec![number, Cell::new(on_one_line(&statement.text))];
        for (head_idx, (head, score)) in heads.iter().zip(&statement.scores.targets).enumerate() {
            let deferral = Deferral::of(head, statement, head_idx);
            let label = &head.labels.labels()[score.label_idx];
            row.push(match score.stance {
                _ if !statement.scores.is_known => faint("unknown"),
                _ if deferral.is_some_and(|deferral| deferral.is_deferred) => defer_cell(deferral),
                Some(stance) => table::stance(label, stance),
                None => Cell::new(format!(
                    "{label} {}",
                    share(Some(score.probabilities[score.label_idx]))
                )),
            });
        }
        table.add_row(row);
        if let Some(explanations) = &statement.explanations {
            let mut row = vec![Cell::new(""), faint("because of")];
            row.extend(
                explanations
                    .iter()
                    .map(|e| faint(reasons(e, &statement.text))),
            );
            table.add_row(row);
        }
    }
    let mut last = vec![head(""), head(summary(article))];
    let scores = heads.iter().zip(&article.scores).enumerate();
    last.extend(scores.map(|(head_idx, (head, score))| {
        let deferred = article.deferred.as_ref().map(|all| all[head_idx]);
        article_cell(head, score, deferred)
    }));
    table.add_row(last);
    if let Some(column) = table.column_mut(1) {
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(44)));
    }
    text.push_str(&render(&table));
    text
}

/// The article's own row begins with how many statements it has.
fn summary(article: &ScoredArticle) -> String {
    let n_unknown = article
        .statements
        .iter()
        .filter(|s| !s.scores.is_known)
        .count();
    let counted = counted(article.statements.len(), "statement");
    let mut text = match n_unknown {
        0 => format!("the article: {counted}"),
        n => format!("the article: {counted}, {n} of them unknown to the model"),
    };
    if let Some(n @ 1..) = article.n_without_mention {
        text.push_str(&format!(", {n} more without the mention"));
    }
    text
}

/// `deferred`, and the labels between which a person has to choose; there may be none.
fn defer_cell(deferral: Option<Deferral>) -> Cell {
    let names = deferral.into_iter().flat_map(Deferral::names);
    let names = names.collect::<Vec<_>>().join(" or ");
    faint(format!("deferred {names}").trim_end())
}

fn article_cell(head: &Head, score: &ArticleScore, deferred: Option<usize>) -> Cell {
    let mut text = match score {
        ArticleScore::Stance(share) => format!(
            "{}\n{} favor\n{} against",
            share.score.map_or("-".into(), signed),
            share.favor,
            share.against
        ),
        ArticleScore::Class(class) => {
            let shares = class.shares.iter().flatten();
            let parts = head.labels.labels().iter().zip(shares);
            let parts: Vec<String> = parts
                .map(|(label, p)| format!("{label} {}", share(Some(*p))))
                .collect();
            parts.join("\n")
        }
    };
    if let Some(deferred) = deferred {
        text.push_str(&format!("\n{deferred} deferred"));
    }
    table::head(text)
}

/// The words that moved a label most: as many as features were asked for. Equal words count together.
fn reasons(explanation: &Explanation, text: &str) -> String {
    let mut words: Vec<(String, f64)> = Vec::new();
    for part in &explanation.words {
        let word = on_one_line(part.span.slice(text));
        let same = |known: &&mut (String, f64)| known.0.to_lowercase() == word.to_lowercase();
        match words.iter_mut().find(same) {
            Some((_, sum)) => *sum += part.contribution,
            None => words.push((word, part.contribution)),
        }
    }
    // Stable: of words as strong as each other the first comes first.
    words.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let parts = words.iter().take(explanation.contributions.len());
    let parts = parts.map(|(word, sum)| format!("{word} {}", signed(*sum)));
    parts.collect::<Vec<_>>().join("\n")
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
