//! Rows that are written as CSV and as typed columns alike.

#[cfg(feature = "arrow")]
use super::columnar::columnar;
use crate::error::Result;
use detente_data::corpus::ColumnarFormat;
use detente_data::file::uncompressed_name;
use std::path::Path;

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueKind {
    Text,
    Count,
    Number,
    Flag,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Count(u64),
    Number(f64),
    #[cfg(feature = "arrow")]
    Flag(bool),
    /// Nothing is known, of any kind.
    Missing,
}

impl Value {
    /// The cell in a CSV: numbers with six digits, nothing where there is none.
    pub(super) fn csv(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Count(count) => count.to_string(),
            Self::Number(number) => format!("{number:.6}"),
            #[cfg(feature = "arrow")]
            Self::Flag(flag) => flag.to_string(),
            Self::Missing => String::new(),
        }
    }
}

/// A text, or nothing.
pub(super) fn text(text: Option<&str>) -> Value {
    text.map_or(Value::Missing, |text| Value::Text(text.to_owned()))
}

/// Named columns and rows of cells, for a file of any format.
pub struct Records {
    pub(super) columns: Vec<(String, ValueKind)>,
    pub(super) rows: Vec<Vec<Value>>,
}

impl Records {
    /// Checks that this build writes what a file's name promises, before the work that fills it.
    ///
    /// # Errors
    /// The name is that of a Parquet or Arrow file and the feature `arrow` is not there.
    pub fn check_name(path: &Path) -> Result<()> {
        match ColumnarFormat::of_name(&uncompressed_name(path)) {
            Some(format) if !cfg!(feature = "arrow") => {
                let format = format.title();
                let kind = detente_data::ErrorKind::ColumnarNotBuilt { format };
                Err(detente_data::Error::new(kind).in_file(path).into())
            }
            _ => Ok(()),
        }
    }

    /// The bytes of a file of this name: Parquet or Arrow where it says so, with numbers as they are;
    /// else CSV, with six digits and nothing for a number that there is none of.
    ///
    /// # Errors
    /// As [`check_name`](Self::check_name).
    pub fn bytes(self, path: &Path) -> Result<Vec<u8>> {
        Self::check_name(path)?;
        #[cfg(feature = "arrow")]
        if let Some(format) = ColumnarFormat::of_name(&uncompressed_name(path)) {
            let written = columnar(format, &self.columns, self.rows);
            return Ok(
                written.map_err(|source| detente_data::Error::io("cannot write", path, source))?
            );
        }
        Ok(self.csv())
    }

    fn csv(self) -> Vec<u8> {
        let mut rows = csv::Writer::from_writer(Vec::new());
        // Invariant: writing to memory does not fail, and every row has the header's fields.
        rows.write_record(self.columns.iter().map(|(name, _)| name))
            .expect("memory takes every row");
        for row in self.rows {
            rows.write_record(row.into_iter().map(Value::csv))
                .expect("memory takes every row");
        }
        rows.into_inner().expect("memory takes every row")
    }
}
