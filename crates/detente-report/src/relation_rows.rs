//! Statements of a holder toward a counterpart, row by row.

#[cfg(feature = "arrow")]
use super::columnar::ColumnarWriter;
use super::relations_record::RelationRowRecord;
use super::value::{Value, ValueKind, text};
use crate::error::Result;
#[cfg(feature = "arrow")]
use detente_data::corpus::ColumnarFormat;
use std::io::Write;
use std::path::{Path, PathBuf};

/// How rows are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RelationRows {
    /// CSV.
    Csv,
    /// One object of JSON a line.
    Jsonl,
    /// Parquet or Arrow.
    #[cfg(feature = "arrow")]
    Columnar(ColumnarFormat),
}

/// Writes rows as they come.
pub struct RelationRowWriter<W: Write> {
    format: RelationRows,
    out: W,
    name: PathBuf,
    #[cfg(feature = "arrow")]
    columnar: Option<ColumnarWriter>,
}

impl<W: Write> RelationRowWriter<W> {
    /// Begins to write; `targets` are the stance targets of the model, `name` is what the output is called when it
    /// fails.
    ///
    /// # Errors
    /// The writer fails.
    pub fn new(format: RelationRows, targets: &[String], out: W, name: &Path) -> Result<Self> {
        let columns = columns(targets);
        let mut writer = Self {
            format,
            out,
            name: name.to_owned(),
            #[cfg(feature = "arrow")]
            columnar: match format {
                RelationRows::Columnar(format) => Some(ColumnarWriter::new(format, &columns)),
                _ => None,
            },
        };
        if format == RelationRows::Csv {
            writer.csv(columns.into_iter().map(|(name, _)| name))?;
        }
        Ok(writer)
    }

    /// Writes a row.
    ///
    /// # Errors
    /// The writer fails.
    pub fn write(&mut self, row: &RelationRowRecord) -> Result<()> {
        match self.format {
            RelationRows::Csv => self.csv(cells(row).into_iter().map(Value::csv)),
            RelationRows::Jsonl => {
                // Invariant: all keys are strings.
                let line = serde_json::to_string(row).expect("a row is JSON");
                self.bytes(format!("{line}\n").as_bytes())
            }
            #[cfg(feature = "arrow")]
            RelationRows::Columnar(_) => {
                let Some(columnar) = &mut self.columnar else {
                    return Ok(());
                };
                let taken = columnar.row(cells(row)).map(|()| columnar.take());
                let bytes = taken.map_err(|source| self.failed(source))?;
                self.bytes(&bytes)
            }
        }
    }

    /// Ends the output and hands back what it wrote to.
    ///
    /// # Errors
    /// The writer fails.
    pub fn finish(mut self) -> Result<W> {
        #[cfg(feature = "arrow")]
        if let Some(columnar) = self.columnar.take() {
            let bytes = columnar.finish().map_err(|source| self.failed(source))?;
            self.bytes(&bytes)?;
        }
        let flushed = self.out.flush();
        flushed.map_err(|source| self.failed(source))?;
        Ok(self.out)
    }

    fn csv(&mut self, cells: impl Iterator<Item = String>) -> Result<()> {
        let mut rows = csv::Writer::from_writer(Vec::new());
        // Invariant: memory takes every row.
        rows.write_record(cells).expect("memory takes every row");
        let bytes = rows.into_inner().expect("memory takes every row");
        self.bytes(&bytes)
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.out.write_all(bytes);
        written.map_err(|source| self.failed(source))
    }

    fn failed(&self, source: std::io::Error) -> crate::error::Error {
        detente_data::Error::io("cannot write", &self.name, source).into()
    }
}

/// The columns; of each target its label and its score.
fn columns(targets: &[String]) -> Vec<(String, ValueKind)> {
    use ValueKind::{Count, Number, Text};
    let named = |columns: &[(&str, ValueKind)]| -> Vec<(String, ValueKind)> {
        columns
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), *kind))
            .collect()
    };
    let mut all = named(&[
        ("article", Text),
        ("date", Text),
        ("title", Text),
        ("start", Count),
        ("end", Count),
        ("holder", Text),
        ("holder_rule", Text),
        ("holder_inferred", Text),
        ("counterpart", Text),
        ("counterpart_rule", Text),
        ("counterpart_inferred", Text),
        ("speaker", Text),
    ]);
    for target in targets {
        all.push((target.clone(), Text));
        all.push((format!("{target}_score"), Number));
    }
    all.extend(named(&[
        ("relation", Text),
        ("relation_score", Number),
        ("event", Text),
        ("root", Text),
        ("event_weight", Number),
        ("text", Text),
    ]));
    all
}

fn cells(row: &RelationRowRecord) -> Vec<Value> {
    let count =
        |count: Option<usize>| count.map_or(Value::Missing, |count| Value::Count(count as u64));
    let number = |number: Option<f64>| number.map_or(Value::Missing, Value::Number);
    let truth = |truth: bool| text(Some(if truth { "true" } else { "false" }));
    let mut cells = vec![
        text(Some(&row.article)),
        text(row.date.as_deref()),
        text(row.title.as_deref()),
        count(row.start),
        count(row.end),
        text(Some(&row.holder)),
        text(Some(row.holder_rule)),
        truth(row.holder_inferred),
        text(Some(&row.counterpart)),
        text(Some(row.counterpart_rule)),
        truth(row.counterpart_inferred),
        text(row.speaker.as_deref()),
    ];
    for (label, score) in row.labels.values().zip(row.scores.values()) {
        cells.push(text(Some(label)));
        cells.push(Value::Number(*score));
    }
    cells.extend([
        text(row.relation.as_deref()),
        number(row.relation_score),
        text(row.event.as_deref()),
        text(row.root.as_deref()),
        number(row.event_weight),
        text(Some(&row.text)),
    ]);
    cells
}
