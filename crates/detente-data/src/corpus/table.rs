//! A table that is read row by row, whatever kind of file holds it.

use super::bytes;
use super::columnar::ColumnarFormat;
#[cfg(feature = "arrow")]
use super::columnar_rows::ColumnarRows;
use super::rows::Rows;
use crate::error::{Error, ErrorKind, Result};
use crate::file::uncompressed_name;
use csv::StringRecord;
use std::io::{BufRead, Read};
use std::path::Path;

/// A header and rows of cells; one row is held at a time.
pub(super) enum Table<R> {
    /// Text.
    Csv {
        /// The rows that follow.
        rows: Rows<R>,
        /// The row at hand.
        record: StringRecord,
    },
    /// Typed columns.
    #[cfg(feature = "arrow")]
    Columnar(Box<ColumnarRows>),
}

impl Table<Box<dyn BufRead + Send>> {
    /// Opens a CSV, Parquet or Arrow file, known by its first bytes.
    ///
    /// # Errors
    /// As [`bytes::open`]; a name that promises another kind; a kind that this build does not read.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let reader = bytes::open(path)?;
        Self::from_reader(reader, path, true)
    }

    /// As [`open`](Self::open), with decompressed bytes; `on_disk` says whether they are those of the
    /// file with this name, which is then opened again to read only what is wanted of it.
    pub(super) fn from_reader(
        mut reader: Box<dyn BufRead + Send>,
        path: &Path,
        on_disk: bool,
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
            (None, None) => {
                bytes::refuse_binary(&mut reader, path)?;
                Ok(Self::csv(reader, path))
            }
        }
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
    pub(super) fn csv(reader: R, path: &Path) -> Self {
        Self::Csv {
            rows: Rows::new(reader, path),
            record: StringRecord::new(),
        }
    }

    /// The columns' names, and the line of the header where it has one.
    pub(super) fn header(&mut self) -> Result<(Vec<String>, Option<u64>)> {
        Ok(match self {
            Self::Csv { rows, .. } => {
                let header = rows.header()?.iter();
                let name = |name: &str| name.trim_start_matches('\u{feff}').trim().to_owned();
                (header.map(name).collect(), Some(1))
            }
            #[cfg(feature = "arrow")]
            Self::Columnar(rows) => (rows.names(), None),
        })
    }

    /// Says which columns are read, by position, before the first row. Typed columns are only then
    /// decoded; a CSV has to be read whole in any case.
    ///
    /// # Errors
    /// A column whose values have no form as text.
    #[cfg_attr(
        not(feature = "arrow"),
        expect(unused_variables, reason = "a CSV is read whole")
    )]
    pub(super) fn want(&mut self, positions: &[usize]) -> Result<()> {
        match self {
            Self::Csv { .. } => Ok(()),
            #[cfg(feature = "arrow")]
            Self::Columnar(rows) => rows.want(positions),
        }
    }

    /// Goes to the next row and gives its line; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<u64>> {
        match self {
            Self::Csv { rows, record } => rows.read(record),
            #[cfg(feature = "arrow")]
            Self::Columnar(rows) => rows.next(),
        }
    }

    /// A cell of the row at hand, empty where there is none.
    pub(super) fn cell(&self, position: usize) -> &str {
        match self {
            Self::Csv { record, .. } => record.get(position).unwrap_or_default(),
            #[cfg(feature = "arrow")]
            Self::Columnar(rows) => rows.cell(position),
        }
    }
}
