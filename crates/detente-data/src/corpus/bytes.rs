//! Opens files and standard input, decompressed, and refuses what is not text.

use crate::error::{Bound, Error, ErrorKind, Result};
use std::io::{BufRead, Read};
use std::path::Path;

/// How many bytes at the start are looked at to tell text from a binary file.
const PROBE: usize = 8192;

/// Bytes of a row or line at the most: what is made of one takes up to forty times as many.
pub(super) const LONGEST_ROW: u64 = 1 << 24;
/// Bytes of a file that is one article, at the most.
const LONGEST_ARTICLE: u64 = 1 << 28;

/// The failure of a row or line that is too long, for a reader that finds it.
pub(super) fn too_long(what: &'static str) -> std::io::Error {
    std::io::Error::other(Bound(ErrorKind::TooLong {
        what,
        most: LONGEST_ROW,
    }))
}

/// Opens a file, or standard input for `-`, and refuses an empty one.
///
/// # Errors
/// The file cannot be read or has no byte.
pub(super) fn open(path: &Path) -> Result<Box<dyn BufRead + Send>> {
    let reader = checked(crate::file::open(path)?, path)?;
    tracing::info!(path = %path.display(), "opened");
    Ok(reader)
}

/// Refuses an empty input.
///
/// # Errors
/// The input cannot be read or has no byte.
pub(super) fn checked(
    mut reader: Box<dyn BufRead + Send>,
    path: &Path,
) -> Result<Box<dyn BufRead + Send>> {
    let start = reader
        .fill_buf()
        .map_err(|source| Error::io("cannot read", path, source))?;
    if start.is_empty() {
        return Err(Error::new(ErrorKind::Empty {
            what: "the file is empty",
        })
        .in_file(path));
    }
    Ok(reader)
}

/// Refuses what is not text.
///
/// # Errors
/// There is a NUL byte in the first 8 KiB.
pub(super) fn refuse_binary(reader: &mut impl BufRead, path: &Path) -> Result<()> {
    let start = reader
        .fill_buf()
        .map_err(|source| Error::io("cannot read", path, source))?;
    if start[..start.len().min(PROBE)].contains(&0) {
        return Err(Error::new(ErrorKind::BinaryFile).in_file(path));
    }
    Ok(())
}

/// Reads the rest as UTF-8.
///
/// # Errors
/// The file cannot be read, is too long or is not UTF-8.
pub(super) fn read_to_string(reader: impl Read, path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    reader
        .take(LONGEST_ARTICLE + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| Error::io("cannot read", path, source))?;
    if bytes.len() as u64 > LONGEST_ARTICLE {
        return Err(Error::new(ErrorKind::TooLong {
            what: "this article",
            most: LONGEST_ARTICLE,
        })
        .in_file(path));
    }
    if bytes.contains(&0) {
        return Err(Error::new(ErrorKind::BinaryFile).in_file(path));
    }
    utf8(bytes).map_err(|error| error.in_file(path))
}

/// Bytes as UTF-8.
pub(super) fn utf8(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        Error::new(ErrorKind::NotUtf8 {
            offset: Some(error.utf8_error().valid_up_to()),
        })
    })
}
