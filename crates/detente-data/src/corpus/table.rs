//! A table that is read row by row, whatever kind of file holds it.

use super::bytes;
use super::columnar::ColumnarFormat;
#[cfg(feature = "arrow")]
use super::columnar_rows::ColumnarRows;
use super::decoded::Decoded;
#[cfg(feature = "documents")]
use super::document::SheetRows;
use super::document::{self, Opened};
use super::json_rows::{JsonRows, is_json};
use super::reading::ReadParams;
use super::rows::Rows;
use crate::error::{Error, ErrorKind, Result};
use crate::file::uncompressed_name;
use csv::StringRecord;
use detente_model::label::visible;
use std::io::{BufRead, Read};
use std::path::Path;

/// A header and rows of cells; one row is held at a time.
pub(super) enum Table<R> {
    /// Text.
    Csv {
        /// The rows that follow.
        rows: Box<Rows<R>>,
        /// The row at hand.
        record: StringRecord,
    },
    /// Objects.
    Json(Box<JsonRows>),
    /// Typed columns.
    #[cfg(feature = "arrow")]
    Columnar(Box<ColumnarRows>),
    /// Cells of a workbook.
    #[cfg(feature = "documents")]
    Sheet(SheetRows),
}

impl Table<Box<dyn BufRead + Send>> {
    /// Opens a CSV, JSON, Parquet or Arrow file, known by its first bytes.
    ///
    /// # Errors
    /// As [`bytes::open`]; a name that promises another kind; a kind that this build does not read.
    pub(super) fn open(path: &Path, params: &ReadParams) -> Result<Self> {
        let reader = bytes::open(path)?;
        Self::from_reader(reader, path, true, params)
    }

    /// As [`open`](Self::open), with decompressed bytes; `on_disk` says whether they are those of the
    /// file with this name, which is then opened again to read only what is wanted of it.
    pub(super) fn from_reader(
        mut reader: Box<dyn BufRead + Send>,
        path: &Path,
        on_disk: bool,
        params: &ReadParams,
    ) -> Result<Self> {
        let start = reader
            .fill_buf()
            .map_err(|source| Error::io("cannot read", path, source))?;
        let promised = ColumnarFormat::of_name(&uncompressed_name(path));
        match (ColumnarFormat::of_start(start), promised) {
            (Some(format), _) => Self::columnar(format, reader, path, on_disk),
            (None, Some(format)) => Err(Error::new(ErrorKind::NotColumnar {
                format: format.title(),
            })
            .in_file(path)),
            (None, None) if document::may_begin(start) => {
                match document::open(reader, path, on_disk, params)? {
                    #[cfg(feature = "documents")]
                    Opened::Rows(rows) => Ok(Self::Sheet(rows)),
                    Opened::Article(_) => Err(Error::new(ErrorKind::NoRows).in_file(path)),
                }
            }
            (None, None) => {
                let mut text = bytes::text(reader, path, params)?;
                let start = text
                    .fill_buf()
                    .map_err(|source| Error::io("cannot read", path, source))?;
                if is_json(start, path) {
                    return Self::json(text, path, params);
                }
                Self::csv(Box::new(text), path, params)
            }
        }
    }

    /// Reads the objects of a text.
    pub(super) fn json(text: Decoded, path: &Path, params: &ReadParams) -> Result<Self> {
        Ok(Self::Json(Box::new(JsonRows::open(text, path, params)?)))
    }

    #[cfg(feature = "arrow")]
    fn columnar(
        format: ColumnarFormat,
        reader: Box<dyn BufRead + Send>,
        path: &Path,
        on_disk: bool,
    ) -> Result<Self> {
        let rows = ColumnarRows::open(format, reader, path, on_disk)?;
        Ok(Self::Columnar(Box::new(rows)))
    }

    #[cfg(not(feature = "arrow"))]
    fn columnar(
        format: ColumnarFormat,
        _: Box<dyn BufRead + Send>,
        path: &Path,
        _: bool,
    ) -> Result<Self> {
        let format = format.title();
        Err(Error::new(ErrorKind::ColumnarNotBuilt { format }).in_file(path))
    }
}

impl<R: Read> Table<R> {
    /// Reads a CSV that comes from a file of this name.
    pub(super) fn csv(reader: R, path: &Path, params: &ReadParams) -> Result<Self> {
        Ok(Self::Csv {
            rows: Box::new(Rows::new(reader, path, params).map_err(|error| error.in_file(path))?),
            record: StringRecord::new(),
        })
    }

    /// The columns' names, and the line of the header where it has one.
    pub(super) fn header(&mut self) -> Result<(Vec<String>, Option<u64>)> {
        Ok(match self {
            Self::Csv { rows, .. } => {
                let (header, line) = rows.header()?;
                (header.iter().map(visible).collect(), Some(line))
            }
            Self::Json(rows) => (rows.names(), None),
            #[cfg(feature = "arrow")]
            Self::Columnar(rows) => (rows.names(), None),
            #[cfg(feature = "documents")]
            Self::Sheet(rows) => {
                let (header, line) = rows.header();
                (
                    header.iter().map(|name| visible(name)).collect(),
                    Some(line),
                )
            }
        })
    }

    /// The columns that hold labels by the shape of the file, where nothing else is named.
    pub(super) fn targets(&self) -> &[String] {
        match self {
            Self::Json(rows) => rows.targets(),
            _ => &[],
        }
    }

    /// Says which columns are read, by position, before the first row. Typed columns are only then
    /// decoded; a CSV has to be read whole in any case.
    ///
    /// # Errors
    /// A column whose values have no form as text.
    pub(super) fn want(&mut self, positions: &[usize]) -> Result<()> {
        match self {
            Self::Csv { .. } => Ok(()),
            Self::Json(rows) => {
                rows.want(positions);
                Ok(())
            }
            #[cfg(feature = "arrow")]
            Self::Columnar(rows) => rows.want(positions),
            #[cfg(feature = "documents")]
            Self::Sheet(_) => Ok(()),
        }
    }

    /// Goes to the next row and gives its line; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<u64>> {
        match self {
            Self::Csv { rows, record } => rows.read(record),
            Self::Json(rows) => rows.next(),
            #[cfg(feature = "arrow")]
            Self::Columnar(rows) => rows.next(),
            #[cfg(feature = "documents")]
            Self::Sheet(rows) => rows.next(),
        }
    }

    /// A cell of the row at hand, empty where there is none.
    pub(super) fn cell(&self, position: usize) -> &str {
        match self {
            Self::Csv { record, .. } => record.get(position).unwrap_or_default(),
            Self::Json(rows) => rows.cell(position),
            #[cfg(feature = "arrow")]
            Self::Columnar(rows) => rows.cell(position),
            #[cfg(feature = "documents")]
            Self::Sheet(rows) => rows.cell(position),
        }
    }
}
