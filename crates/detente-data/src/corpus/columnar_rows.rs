//! The rows of a Parquet or Arrow file, batch by batch.

use super::columnar::{ColumnarFormat, STREAM};
use crate::error::{Error, ErrorKind, Result};
use arrow_array::{Array, LargeStringArray, RecordBatch, StringArray, StringViewArray};
use arrow_cast::cast::{CastOptions, cast_with_options};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, DataType, SchemaRef};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::reader::ChunkReader;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

/// Rows of a Parquet file that are decoded together.
const BATCH: usize = 1024;

/// Reads a columnar file row by row; cells of text are read where they stand.
pub(super) struct ColumnarRows {
    format: ColumnarFormat,
    schema: SchemaRef,
    input: Option<Input>,
    batches: Batches,
    /// By position in the file: the cells of the batch at hand, where the column is wanted.
    columns: Vec<Option<Cells>>,
    /// Positions of the wanted columns, in order.
    wanted: Vec<usize>,
    n_rows: usize,
    row: usize,
    n_before: u64,
}

type Batches = Box<dyn Iterator<Item = std::result::Result<RecordBatch, ArrowError>> + Send>;

/// Where the bytes are until it is known which columns are wanted.
enum Input {
    /// A file that can be read from any place: only what is wanted is read.
    File(File),
    /// Bytes that had to be held whole: standard input, or decompressed.
    Held(Bytes),
    /// A stream of Arrow batches.
    Stream(Box<StreamReader<Box<dyn BufRead + Send>>>),
}

/// The cells of one column in one batch.
enum Cells {
    Short(StringArray),
    Long(LargeStringArray),
    View(StringViewArray),
}

impl Cells {
    fn get(&self, row: usize) -> &str {
        let (is_null, cell) = match self {
            Self::Short(cells) => (cells.is_null(row), cells.value(row)),
            Self::Long(cells) => (cells.is_null(row), cells.value(row)),
            Self::View(cells) => (cells.is_null(row), cells.value(row)),
        };
        if is_null { "" } else { cell }
    }

    /// Text as it stands; what is no text is written out, as a CSV would have it.
    fn of(array: &dyn Array) -> std::result::Result<Self, ArrowError> {
        let any = array.as_any();
        if let Some(cells) = any.downcast_ref::<StringArray>() {
            return Ok(Self::Short(cells.clone()));
        }
        if let Some(cells) = any.downcast_ref::<LargeStringArray>() {
            return Ok(Self::Long(cells.clone()));
        }
        if let Some(cells) = any.downcast_ref::<StringViewArray>() {
            return Ok(Self::View(cells.clone()));
        }
        // A value that cannot be written out is an error, not an empty cell.
        let options = CastOptions {
            safe: false,
            ..CastOptions::default()
        };
        let text = cast_with_options(array, &DataType::Utf8, &options)?;
        let cells = text.as_any().downcast_ref::<StringArray>().cloned();
        cells.map(Self::Short).ok_or_else(|| {
            ArrowError::CastError(format!("{} is not written as text", array.data_type()))
        })
    }
}

impl ColumnarRows {
    /// Opens a columnar file whose decompressed bytes `reader` gives. Only where they are `on_disk` under
    /// this name is it opened: a name that came with the bytes must not lead to a file.
    pub(super) fn open(
        format: ColumnarFormat,
        mut reader: Box<dyn BufRead + Send>,
        path: &Path,
        on_disk: bool,
    ) -> Result<Self> {
        let failed = |source| Error::io("cannot read", path, source);
        let is_stream = reader.fill_buf().map_err(failed)?.starts_with(&STREAM);
        let input = if is_stream {
            let stream = StreamReader::try_new(reader, None);
            Input::Stream(Box::new(
                stream.map_err(|source| broken(format, source).in_file(path))?,
            ))
        } else if let Some(file) = on_disk.then(|| plain_file(format, path)).flatten() {
            Input::File(file)
        } else {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).map_err(failed)?;
            Input::Held(bytes.into())
        };
        let schema = match &input {
            Input::Stream(stream) => Ok(stream.schema()),
            Input::Held(bytes) => schema(format, bytes.clone(), Cursor::new(bytes.clone())),
            Input::File(file) => again(file)
                .and_then(|one| Ok((one, again(file)?)))
                .map_err(ArrowError::from)
                .and_then(|(one, other)| schema(format, one, BufReader::new(other))),
        };
        let schema = schema.map_err(|source| broken(format, source).in_file(path))?;
        Ok(Self {
            format,
            columns: schema.fields().iter().map(|_| None).collect(),
            schema,
            input: Some(input),
            batches: Box::new(std::iter::empty()),
            wanted: Vec::new(),
            n_rows: 0,
            row: 0,
            n_before: 0,
        })
    }

    /// The columns' names, in order.
    pub(super) fn names(&self) -> Vec<String> {
        let fields = self.schema.fields().iter();
        fields.map(|field| field.name().clone()).collect()
    }

    /// Reads these columns alone; cells of others are empty.
    pub(super) fn want(&mut self, positions: &[usize]) -> Result<()> {
        for position in positions {
            let field = self.schema.field(*position);
            if !is_written_as_text(field.data_type()) {
                return Err(Error::new(ErrorKind::ColumnType {
                    column: field.name().clone(),
                    found: field.data_type().to_string(),
                }));
            }
        }
        self.wanted = positions.to_vec();
        let wanted = positions.to_vec();
        let begun = match self.input.take() {
            None => return Ok(()),
            Some(Input::Stream(stream)) => Ok(Box::new(
                stream.map(move |batch| batch.and_then(|batch| batch.project(&wanted))),
            ) as Batches),
            Some(Input::Held(bytes)) => {
                batches(self.format, bytes.clone(), Cursor::new(bytes), wanted)
            }
            Some(Input::File(file)) => again(&file)
                .map_err(ArrowError::from)
                .and_then(|other| batches(self.format, file, BufReader::new(other), wanted)),
        };
        self.batches = begun.map_err(|source| broken(self.format, source))?;
        Ok(())
    }

    /// Goes to the next row and gives its line, counted as if a header stood above the first: that of
    /// the same row in a CSV whose cells have no line ends. `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<u64>> {
        self.row += 1;
        while self.row >= self.n_rows {
            let Some(batch) = self.batches.next() else {
                return Ok(None);
            };
            let batch = batch.map_err(|source| broken(self.format, source))?;
            self.n_before += self.n_rows as u64;
            self.n_rows = batch.num_rows();
            self.row = 0;
            for (position, array) in self.wanted.iter().zip(batch.columns()) {
                let cells = Cells::of(array).map_err(|source| broken(self.format, source))?;
                self.columns[*position] = Some(cells);
            }
        }
        Ok(Some(self.n_before + self.row as u64 + 2))
    }

    /// A cell of the row; empty where there is no value.
    pub(super) fn cell(&self, position: usize) -> &str {
        let cells = self.columns.get(position).and_then(Option::as_ref);
        cells.map_or("", |cells| cells.get(self.row))
    }
}

fn broken(format: ColumnarFormat, source: ArrowError) -> Error {
    let error = Error::new(ErrorKind::ColumnarFile {
        format: format.title(),
    });
    match source {
        // It says what it is itself; Arrow would put its own name before that.
        ArrowError::ParquetError(text) => error.caused_by(text),
        source => error.caused_by(source),
    }
}

/// Another handle of an open file, at its start.
fn again(file: &File) -> std::io::Result<File> {
    use std::io::Seek;
    let mut other = file.try_clone()?;
    other.rewind()?;
    Ok(other)
}

/// The file itself, where it is a regular one that is not compressed.
fn plain_file(format: ColumnarFormat, path: &Path) -> Option<File> {
    let is_regular = path.as_os_str() != "-" && path.is_file();
    let mut file = is_regular.then(|| File::open(path).ok())??;
    let mut start = [0; 64];
    let n = file.read(&mut start).ok()?;
    (ColumnarFormat::of_start(&start[..n]) == Some(format)).then_some(file)
}

fn schema(
    format: ColumnarFormat,
    chunks: impl ChunkReader + 'static,
    reader: impl BufRead + std::io::Seek,
) -> std::result::Result<SchemaRef, ArrowError> {
    match format {
        ColumnarFormat::Parquet => {
            let builder = ParquetRecordBatchReaderBuilder::try_new(chunks)?;
            Ok(builder.schema().clone())
        }
        ColumnarFormat::Arrow => Ok(FileReader::try_new(reader, None)?.schema()),
    }
}

fn batches(
    format: ColumnarFormat,
    chunks: impl ChunkReader + 'static,
    reader: impl BufRead + std::io::Seek + Send + 'static,
    wanted: Vec<usize>,
) -> std::result::Result<Batches, ArrowError> {
    Ok(match format {
        ColumnarFormat::Parquet => {
            let builder = ParquetRecordBatchReaderBuilder::try_new(chunks)?;
            let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
            let builder = builder.with_projection(mask).with_batch_size(BATCH);
            Box::new(builder.build()?)
        }
        ColumnarFormat::Arrow => Box::new(FileReader::try_new(reader, Some(wanted))?),
    })
}

/// Whether the values of a type have a form in a CSV.
fn is_written_as_text(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => true,
        DataType::Boolean | DataType::Null => true,
        DataType::Dictionary(_, value) => is_written_as_text(value),
        kind => kind.is_primitive(),
    }
}
