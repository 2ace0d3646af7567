//! Rows as Parquet and Arrow files.

use super::value::{Value, ValueKind};
use arrow_array::builder::{BooleanBuilder, Float64Builder, StringBuilder, UInt64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{DataType, Field, Schema};
use detente_data::corpus::ColumnarFormat;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::io;
use std::sync::Arc;

/// Rows that wait to be written together.
const BATCH: usize = 4096;
/// Rows of a part of a Parquet file, which is held until it is whole.
const ROW_GROUP: usize = 1 << 16;

/// Takes rows and gives the bytes of a file piece by piece; memory does not grow with the rows.
pub(super) struct ColumnarWriter {
    schema: Arc<Schema>,
    columns: Vec<Column>,
    n_waiting: usize,
    sink: Sink,
}

enum Column {
    Text(StringBuilder),
    Count(UInt64Builder),
    Number(Float64Builder),
    Flag(BooleanBuilder),
}

enum Sink {
    Parquet(Box<ArrowWriter<Vec<u8>>>),
    Arrow(Box<FileWriter<Vec<u8>>>),
}

impl Column {
    fn new(kind: ValueKind) -> Self {
        match kind {
            ValueKind::Text => Self::Text(StringBuilder::new()),
            ValueKind::Count => Self::Count(UInt64Builder::new()),
            ValueKind::Number => Self::Number(Float64Builder::new()),
            ValueKind::Flag => Self::Flag(BooleanBuilder::new()),
        }
    }

    /// Takes a cell; one of another kind is missing.
    fn push(&mut self, value: Value) {
        match (self, value) {
            (Self::Text(cells), Value::Text(text)) => cells.append_value(text),
            (Self::Text(cells), _) => cells.append_null(),
            (Self::Count(cells), Value::Count(count)) => cells.append_value(count),
            (Self::Count(cells), _) => cells.append_null(),
            (Self::Number(cells), Value::Number(number)) => cells.append_value(number),
            (Self::Number(cells), _) => cells.append_null(),
            (Self::Flag(cells), Value::Flag(flag)) => cells.append_value(flag),
            (Self::Flag(cells), _) => cells.append_null(),
        }
    }

    fn take(&mut self) -> ArrayRef {
        match self {
            Self::Text(cells) => Arc::new(cells.finish()),
            Self::Count(cells) => Arc::new(cells.finish()),
            Self::Number(cells) => Arc::new(cells.finish()),
            Self::Flag(cells) => Arc::new(cells.finish()),
        }
    }
}

impl ColumnarWriter {
    /// Begins a file with these columns.
    pub(super) fn new(format: ColumnarFormat, columns: &[(String, ValueKind)]) -> Self {
        let field = |(name, kind): &(String, ValueKind)| {
            let kind = match kind {
                ValueKind::Text => DataType::Utf8,
                ValueKind::Count => DataType::UInt64,
                ValueKind::Number => DataType::Float64,
                ValueKind::Flag => DataType::Boolean,
            };
            Field::new(name, kind, true)
        };
        let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
        // Invariant: memory takes every header, and the four types are known to both formats.
        let sink = match format {
            ColumnarFormat::Parquet => {
                let properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(ZstdLevel::default()))
                    .set_max_row_group_row_count(Some(ROW_GROUP))
                    .build();
                let writer = ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties));
                Sink::Parquet(Box::new(writer.expect("known types")))
            }
            ColumnarFormat::Arrow => {
                let writer = FileWriter::try_new(Vec::new(), &schema);
                Sink::Arrow(Box::new(writer.expect("known types")))
            }
        };
        Self {
            schema,
            columns: columns.iter().map(|(_, kind)| Column::new(*kind)).collect(),
            n_waiting: 0,
            sink,
        }
    }

    /// Takes a row, one cell a column.
    pub(super) fn row(&mut self, cells: Vec<Value>) -> io::Result<()> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.push(cell);
        }
        self.n_waiting += 1;
        if self.n_waiting == BATCH {
            self.write_waiting()?;
        }
        Ok(())
    }

    /// The bytes that have come to be since the last time.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(match &mut self.sink {
            Sink::Parquet(writer) => writer.inner_mut(),
            Sink::Arrow(writer) => writer.get_mut(),
        })
    }

    /// Ends the file and gives its last bytes.
    pub(super) fn finish(mut self) -> io::Result<Vec<u8>> {
        self.write_waiting()?;
        match self.sink {
            Sink::Parquet(writer) => writer.into_inner().map_err(io::Error::other),
            Sink::Arrow(writer) => writer.into_inner().map_err(io::Error::other),
        }
    }

    fn write_waiting(&mut self) -> io::Result<()> {
        if self.n_waiting == 0 {
            return Ok(());
        }
        self.n_waiting = 0;
        let arrays = self.columns.iter_mut().map(Column::take).collect();
        let batch = RecordBatch::try_new(self.schema.clone(), arrays).map_err(io::Error::other)?;
        match &mut self.sink {
            Sink::Parquet(writer) => writer.write(&batch).map_err(io::Error::other),
            Sink::Arrow(writer) => writer.write(&batch).map_err(io::Error::other),
        }
    }
}

/// Rows as one file.
pub(super) fn columnar(
    format: ColumnarFormat,
    columns: &[(String, ValueKind)],
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> io::Result<Vec<u8>> {
    let mut writer = ColumnarWriter::new(format, columns);
    rows.into_iter().try_for_each(|row| writer.row(row))?;
    let mut bytes = writer.take();
    bytes.extend(writer.finish()?);
    Ok(bytes)
}
