//! The rows of a CSV file, each with the line on which it begins.

use super::bytes::{LONGEST_ROW, too_long};
use crate::error::{Error, ErrorKind, Result};
use crate::file::uncompressed_name;
use csv::{Position, Reader, ReaderBuilder, StringRecord};
use std::collections::VecDeque;
use std::io::Read;
use std::path::Path;

/// Reads a CSV row by row (`.tsv`: separated by tabs).
///
/// The csv crate places a row behind the first byte of the line end before it. After `\r\n`, and
/// after blank lines, that is still a line above the row.
pub(super) struct Rows<R>(Reader<Watched<R>>);

impl<R: Read> Rows<R> {
    /// Reads what comes from a file of this name.
    pub(super) fn new(reader: R, path: &Path) -> Self {
        let is_tsv = uncompressed_name(path)
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("tsv"));
        let watched = Watched {
            inner: reader,
            offset: 0,
            n_of_row: 0,
            behind_line_end: 0,
            doubled: VecDeque::new(),
        };
        let mut builder = ReaderBuilder::new();
        Self(
            builder
                .delimiter(if is_tsv { b'\t' } else { b',' })
                .from_reader(watched),
        )
    }

    /// The header.
    pub(super) fn header(&mut self) -> Result<&StringRecord> {
        self.0.headers().map_err(|error| csv_error(error, None))
    }

    /// Reads the next row and gives its line; `None` at the end.
    pub(super) fn read(&mut self, record: &mut StringRecord) -> Result<Option<u64>> {
        self.0.get_mut().n_of_row = 0;
        match self.0.read_record(record) {
            Ok(false) => Ok(None),
            Ok(true) => {
                let start = record.position();
                let line = start.map_or(0, |start| self.0.get_mut().line(start));
                Ok(Some(line))
            }
            Err(error) => {
                // A row that could not be read to its end begins where the last one ended.
                let start = error.position().unwrap_or(self.0.position()).clone();
                let line = Some(self.0.get_mut().line(&start));
                Err(csv_error(error, line))
            }
        }
    }
}

/// A reader that remembers line ends that directly follow another, until a row behind them is asked
/// for.
struct Watched<R> {
    inner: R,
    offset: u64,
    /// Bytes read for the row at hand; some of them may be of the next.
    n_of_row: u64,
    behind_line_end: u64,
    /// Offsets of such bytes, and whether each is a line feed.
    doubled: VecDeque<(u64, bool)>,
}

impl<R> Watched<R> {
    /// The line of the first byte at or behind a place that is no line end.
    fn line(&mut self, start: &Position) -> u64 {
        let (mut line, mut at) = (start.line(), start.byte());
        while let Some((offset, is_feed)) = self.doubled.front().copied()
            && offset <= at
        {
            if offset == at {
                line += u64::from(is_feed);
                at += 1;
            }
            self.doubled.pop_front();
        }
        line
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        for at in memchr::memchr2_iter(b'\n', b'\r', &buffer[..n]) {
            let offset = self.offset + at as u64;
            if offset == self.behind_line_end {
                self.doubled.push_back((offset, buffer[at] == b'\n'));
            }
            self.behind_line_end = offset + 1;
        }
        self.offset += n as u64;
        self.n_of_row += n as u64;
        match self.n_of_row > LONGEST_ROW {
            true => Err(too_long("this row")),
            false => Ok(n),
        }
    }
}

fn csv_error(error: csv::Error, line: Option<u64>) -> Error {
    let line = line.or(error.position().map(Position::line));
    let made = match error.into_kind() {
        csv::ErrorKind::Io(source) => Error::of_io("cannot read", source),
        csv::ErrorKind::Utf8 { .. } => Error::new(ErrorKind::NotUtf8 { offset: None }),
        csv::ErrorKind::UnequalLengths {
            len, expected_len, ..
        } => Error::new(ErrorKind::RaggedRow {
            found: len,
            expected: expected_len,
        }),
        _ => Error::new(ErrorKind::Io {
            action: "cannot read",
        }),
    };
    match line {
        Some(line) => made.at_line(line),
        None => made,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, so that a line end falls between two reads.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let n = self.0.len().min(1);
            buffer[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn lines(reader: impl Read) -> Vec<u64> {
        let mut rows = Rows::new(reader, Path::new("a.csv"));
        rows.header().unwrap();
        let mut record = StringRecord::new();
        std::iter::from_fn(|| rows.read(&mut record).unwrap()).collect()
    }

    #[test]
    fn rows_have_their_line_whatever_ends_it() {
        let csv = "a,b\n1,2\n\"x\n\ny\",3\n\n\n4,5\n6,7";
        assert_eq!(lines(csv.as_bytes()), [2, 3, 8, 9]);
        let windows = csv.replace('\n', "\r\n");
        assert_eq!(lines(windows.as_bytes()), [2, 3, 8, 9]);
        assert_eq!(lines(Slow(windows.as_bytes())), [2, 3, 8, 9]);
    }

    #[test]
    fn a_ragged_row_has_its_line_too() {
        let mut rows = Rows::new(&b"a,b\r\n1,2\r\n3\r\n"[..], Path::new("a.csv"));
        rows.header().unwrap();
        let mut record = StringRecord::new();
        rows.read(&mut record).unwrap();
        let error = rows.read(&mut record).unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 3: this row has 1 field; expected 2 as in the header"
        );
    }
}
