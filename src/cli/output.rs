//! Where results go: standard output, or a file that stands in its place once it is whole.

use super::failure::{Error, Result};
use super::standard_output::{print, print_bytes};
use anstream::adapter::{StripBytes, strip_str};
use detente_data::file::{NewFile, replace_file};
use detente_report::ExcelCsv;
use std::io::Write;
use std::path::Path;

/// What is written as it comes.
pub(super) enum Out {
    Standard(Box<dyn Write>),
    /// A table's colors are taken out on the way to a file.
    File(NewFile, Option<StripBytes>),
    /// CSV for spreadsheets.
    Sheet(ExcelCsv<Box<dyn Write>>),
    /// The same in a file.
    SheetFile(ExcelCsv<NewFile>),
}

impl Out {
    /// For what a program reads.
    pub(super) fn plain(path: Option<&Path>) -> Result<Self> {
        Ok(match path {
            Some(path) => Self::File(NewFile::at(path)?, None),
            None => Self::Standard(Box::new(std::io::stdout().lock())),
        })
    }

    /// For a table: it alone has colors, which have to be taken out where they are not wanted.
    pub(super) fn table(path: Option<&Path>) -> Result<Self> {
        Ok(match path {
            Some(path) => Self::File(NewFile::at(path)?, Some(StripBytes::new())),
            None => Self::Standard(Box::new(anstream::stdout().lock())),
        })
    }

    /// For CSV that spreadsheets read.
    pub(super) fn sheet(path: Option<&Path>) -> Result<Self> {
        Ok(match path {
            Some(path) => Self::SheetFile(ExcelCsv::new(NewFile::at(path)?)),
            None => Self::Sheet(ExcelCsv::new(Box::new(std::io::stdout().lock()))),
        })
    }

    /// Puts a file into its place, once all has been written.
    pub(super) fn keep(self) -> Result<()> {
        match self {
            Self::File(file, _) => file.keep()?,
            Self::SheetFile(file) => {
                let ended = file.finish();
                ended
                    .map_err(|source| Error::io("cannot write", Path::new("output"), source))?
                    .keep()?;
            }
            Self::Standard(_) | Self::Sheet(_) => {}
        }
        Ok(())
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::Sheet(out) => out.write(bytes),
            Self::SheetFile(file) => file.write(bytes),
            Self::File(file, None) => file.write(bytes),
            Self::File(file, Some(strip)) => {
                for part in strip.strip_next(bytes) {
                    file.write_all(part)?;
                }
                Ok(bytes.len())
            }
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::File(file, _) => file.flush(),
            Self::Sheet(out) => out.flush(),
            Self::SheetFile(file) => file.flush(),
        }
    }
}

/// Writes a whole result that is no text.
#[cfg(feature = "documents")]
pub(super) fn put_bytes(path: Option<&Path>, bytes: &[u8]) -> Result<()> {
    match path {
        Some(path) => replace_file(path, bytes)?,
        None => print_bytes(bytes)?,
    }
    Ok(())
}

/// Writes a whole result; a table has colors, which are taken out where they are not wanted.
pub(super) fn put(path: Option<&Path>, text: &str, is_table: bool) -> Result<()> {
    match (path, is_table) {
        (Some(path), true) => replace_file(path, strip_str(text).to_string().as_bytes())?,
        (Some(path), false) => replace_file(path, text.as_bytes())?,
        (None, true) => print(text)?,
        (None, false) => print_bytes(text.as_bytes())?,
    }
    Ok(())
}
