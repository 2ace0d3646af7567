//! The rows of a CSV file, each with the line on which it begins.

use super::bytes::{LONGEST_ROW, too_long, without_mark};
use super::notices::Notice;
use super::reading::{Delimiter, ReadParams};
use crate::error::{Error, ErrorKind, Result};
use crate::file::uncompressed_name;
use csv::{Position, Reader, ReaderBuilder, StringRecord};
use std::collections::VecDeque;
use std::io::{Chain, Cursor, Read};
use std::path::{Path, PathBuf};

/// Bytes that are looked at to find what separates the columns, at the most.
const SAMPLE: usize = 1 << 16;
/// Rows of them that are compared.
const SAMPLE_ROWS: usize = 100;

/// Reads a CSV row by row.
///
/// What separates the columns is what the header shows; where that could be several characters, the one that cuts the
/// first rows into as many cells as the header. A first line `sep=;` says it itself.
///
/// The csv crate places a row behind the first byte of the line end before it. After `\r\n`, and
/// after blank lines, that is still a line above the row.
pub(super) struct Rows<R> {
    reader: Reader<Watched<Chain<Cursor<Vec<u8>>, R>>>,
    /// Lines above the header.
    n_above: u64,
    n_columns: usize,
    n_surplus: usize,
    path: PathBuf,
    params: ReadParams,
}

impl<R: Read> Rows<R> {
    /// Reads what comes from a file of this name.
    ///
    /// # Errors
    /// The first bytes cannot be read.
    pub(super) fn new(mut reader: R, path: &Path, params: &ReadParams) -> Result<Self> {
        let mut start = Vec::new();
        let failed = |source| Error::of_io("cannot read", source);
        gather(&mut reader, &mut start, has_line).map_err(failed)?;
        let declared = declared(&start);
        let n_above = u64::from(declared.is_some());
        if let Some((_, n_bytes)) = declared {
            start.drain(..n_bytes);
            gather(&mut reader, &mut start, has_line).map_err(failed)?;
        }
        let name = uncompressed_name(path);
        let is_tsv = name
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("tsv") || e.eq_ignore_ascii_case("tab"));
        let expected = Delimiter(if is_tsv { b'\t' } else { b',' });
        let delimiter = match (params.delimiter, declared) {
            (Some(given), _) => given,
            (None, Some((declared, _))) => declared,
            (None, None) => {
                let likely = in_header(&start);
                match likely.as_slice() {
                    [] => expected,
                    [only] => *only,
                    _ if is_tsv && likely.contains(&expected) => expected,
                    several => {
                        gather(&mut reader, &mut start, |_| false).map_err(failed)?;
                        best(several, &start)
                    }
                }
            }
        };
        if params.delimiter.is_none() && (delimiter != expected || declared.is_some()) {
            params.notices.add(Notice::Delimiter {
                path: path.to_owned(),
                delimiter: delimiter.character(),
                is_declared: declared.is_some(),
            });
        }
        let watched = Watched {
            inner: Cursor::new(start).chain(reader),
            offset: 0,
            n_of_row: 0,
            behind_line_end: 0,
            doubled: VecDeque::new(),
        };
        let reader = builder(delimiter).from_reader(watched);
        Ok(Self {
            reader,
            n_above,
            n_columns: 0,
            n_surplus: 0,
            path: path.to_owned(),
            params: params.clone(),
        })
    }

    /// The header, and the line on which it stands.
    pub(super) fn header(&mut self) -> Result<(&StringRecord, u64)> {
        let n_above = self.n_above;
        let header = self
            .reader
            .headers()
            .map_err(|error| csv_error(error, None))?;
        self.n_columns = header.len();
        Ok((header, n_above + 1))
    }

    /// Reads the next row and gives its line; `None` at the end.
    pub(super) fn read(&mut self, record: &mut StringRecord) -> Result<Option<u64>> {
        self.reader.get_mut().n_of_row = 0;
        match self.reader.read_record(record) {
            Ok(false) => {
                if self.n_surplus > 0 {
                    self.params.notices.add(Notice::SurplusCells {
                        path: self.path.clone(),
                        n_rows: std::mem::take(&mut self.n_surplus),
                    });
                }
                Ok(None)
            }
            Ok(true) => {
                let start = record.position();
                let line =
                    start.map_or(0, |start| self.reader.get_mut().line(start) + self.n_above);
                self.check_width(record)
                    .map_err(|error| error.at_line(line))?;
                Ok(Some(line))
            }
            Err(error) => {
                // A row that could not be read to its end begins where the last one ended.
                let start = error.position().unwrap_or(self.reader.position()).clone();
                let line = Some(self.reader.get_mut().line(&start) + self.n_above);
                Err(csv_error(error, line))
            }
        }
    }

    /// Cells behind the last column must be empty, and a row that is not must have a cell for each column.
    fn check_width(&mut self, record: &StringRecord) -> Result<()> {
        let n_columns = self.n_columns;
        let is_blank = |from| record.iter().skip(from).all(|cell| cell.trim().is_empty());
        let is_right = match record.len() {
            n if n > n_columns => is_blank(n_columns),
            n if n < n_columns => is_blank(0),
            _ => return Ok(()),
        };
        if !is_right {
            return Err(Error::new(ErrorKind::RaggedRow {
                found: record.len() as u64,
                expected: n_columns as u64,
            }));
        }
        self.n_surplus += usize::from(record.len() > n_columns);
        Ok(())
    }
}

fn builder(delimiter: Delimiter) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(delimiter.0).flexible(true);
    builder
}

/// Reads on until the bytes at hand are enough, or the end, or as many as are looked at.
fn gather(
    reader: &mut impl Read,
    start: &mut Vec<u8>,
    is_enough: impl Fn(&[u8]) -> bool,
) -> std::io::Result<()> {
    let mut chunk = [0; 1 << 13];
    while start.len() < SAMPLE && !is_enough(start) {
        match reader.read(&mut chunk) {
            Ok(0) => break,
            Ok(n) => start.extend_from_slice(&chunk[..n]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Whether there is a whole line that is not blank: line ends inside of quotation marks end none, and a file may begin
/// with blank lines.
fn has_line(start: &[u8]) -> bool {
    let mut is_quoted = false;
    let mut is_blank = true;
    for byte in start {
        match byte {
            b'\n' | b'\r' if !is_quoted && !is_blank => return true,
            b'"' => {
                is_quoted = !is_quoted;
                is_blank = false;
            }
            _ => is_blank &= byte.is_ascii_whitespace(),
        }
    }
    false
}

/// The separator that a first line `sep=;` names, as a spreadsheet writes it, and how long that line is.
fn declared(start: &[u8]) -> Option<(Delimiter, usize)> {
    let text = without_mark(start);
    let n_line = memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len());
    let line = text[..n_line]
        .strip_prefix(b"\"")
        .unwrap_or(&text[..n_line]);
    let rest = line
        .get(..4)
        .filter(|word| word.eq_ignore_ascii_case(b"sep="))
        .map(|_| &line[4..])?;
    let &[byte, ref after @ ..] = rest else {
        return None;
    };
    let delimiter = Delimiter::parse(std::str::from_utf8(&[byte]).ok()?).ok()?;
    if !after
        .iter()
        .all(|byte| matches!(byte, b'"' | b' ' | b'\t' | b',' | b';'))
    {
        return None;
    }
    let n_end = match text[n_line..] {
        [b'\r', b'\n', ..] => 2,
        [_, ..] => 1,
        [] => 0,
    };
    Some((delimiter, start.len() - text.len() + n_line + n_end))
}

/// The separators that cut the header into more cells than one.
fn in_header(start: &[u8]) -> Vec<Delimiter> {
    let cuts = |delimiter: &Delimiter| {
        let mut reader = builder(*delimiter).from_reader(start);
        reader.byte_headers().is_ok_and(|header| header.len() > 1)
    };
    Delimiter::ALL.into_iter().filter(cuts).collect()
}

/// Whether a text begins with the header of a CSV that has this column.
pub(super) fn has_header(start: &[u8], column: &str) -> bool {
    let start = declared(start).map_or(start, |(_, n_bytes)| &start[n_bytes..]);
    let has = |delimiter: &Delimiter| {
        let mut reader = builder(*delimiter).from_reader(start);
        let header = reader.headers().ok();
        header.is_some_and(|header| header.iter().any(|name| name.trim() == column))
    };
    Delimiter::ALL.iter().any(has)
}

/// The one of several separators by which the most of the first rows are as wide as the header; then the one by
/// which they are wider; then the likelier one.
fn best(several: &[Delimiter], start: &[u8]) -> Delimiter {
    let fit = |delimiter: Delimiter| {
        let mut reader = builder(delimiter).from_reader(start);
        let width = reader.byte_headers().map_or(0, csv::ByteRecord::len);
        let rows = reader.into_byte_records().take(SAMPLE_ROWS);
        let is_fit =
            |row: &csv::Result<csv::ByteRecord>| row.as_ref().is_ok_and(|row| row.len() == width);
        (rows.filter(is_fit).count(), width)
    };
    let mut best = (several[0], fit(several[0]));
    for delimiter in &several[1..] {
        let found = fit(*delimiter);
        if found > best.1 {
            best = (*delimiter, found);
        }
    }
    best.0
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
            true => Err(too_long("this row").carried()),
            false => Ok(n),
        }
    }
}

fn csv_error(error: csv::Error, line: Option<u64>) -> Error {
    let line = line.or(error.position().map(Position::line));
    let made = match error.into_kind() {
        csv::ErrorKind::Io(source) => Error::of_io("cannot read", source),
        csv::ErrorKind::Utf8 { .. } => Error::new(ErrorKind::NotUtf8 { offset: None }),
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
        let mut rows = Rows::new(reader, Path::new("a.csv"), &ReadParams::default()).unwrap();
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
        let mut rows = open("a,b\r\n1,2\r\n3\r\n", "a.csv").0;
        rows.header().unwrap();
        let mut record = StringRecord::new();
        rows.read(&mut record).unwrap();
        let error = rows.read(&mut record).unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 3: this row has 1 field; expected 2 as in the header"
        );
    }

    fn open<'a>(csv: &'a str, name: &str) -> (Rows<&'a [u8]>, Vec<String>, ReadParams) {
        let params = ReadParams::default();
        let mut rows = Rows::new(csv.as_bytes(), Path::new(name), &params).unwrap();
        let (header, _) = rows.header().unwrap();
        let header = header.iter().map(str::to_owned).collect();
        (rows, header, params)
    }

    #[test]
    fn the_separator_is_the_one_that_the_rows_show() {
        for (csv, name, expected) in [
            ("id;text;tone\n1;Yes, we met, and left.;a\n", "a.csv", ";"),
            ("id\ttext\n1\tYes, we met; we left.\n", "a.csv", "\t"),
            ("id|text\n1|Yes, we met\n", "a.csv", "|"),
            ("id;text\n1;We met.\n", "a.tsv", ";"),
            ("id\ttext, in English\n1\tWe met.\n", "a.tsv", "\t"),
            ("\"text; in English\",tone\nWe met.,a\n", "a.csv", ","),
            (
                "text (a, b);tone\nWe met.;x\nWe left, now.;y\n",
                "a.csv",
                ";",
            ),
            (
                "text;tone (a, b)\nWe met.;x\nWe left, now.;y\n\"So; there\";z\n",
                "a.csv",
                ";",
            ),
        ] {
            let (mut rows, header, params) = open(csv, name);
            assert!(header.len() > 1, "{csv}");
            let mut record = StringRecord::new();
            assert!(rows.read(&mut record).unwrap().is_some());
            assert_eq!(record.len(), header.len(), "{csv}");
            let said = params.notices.take();
            let is_said = said.iter().any(|notice| {
                matches!(notice, Notice::Delimiter { delimiter, .. } if delimiter.to_string() == expected)
            });
            let is_plain = expected == "," || name == "a.tsv" && expected == "\t";
            assert_eq!(is_said, !is_plain, "{csv}");
        }
        assert_eq!(open("text\nYes, we; met\n", "a.csv").1, ["text"]);
    }

    #[test]
    fn a_line_is_seen_behind_blank_ones_and_outside_of_quotation_marks() {
        for (start, expected) in [
            ("a,b\n", true),
            ("\n \r\na,b\r", true),
            ("\"a\nb\",c\n", true),
            ("a,b", false),
            ("\n\n \n", false),
            ("\"a\nb", false),
            ("", false),
        ] {
            assert_eq!(has_line(start.as_bytes()), expected, "{start:?}");
        }
    }

    #[test]
    fn a_first_line_may_name_the_separator() {
        for start in ["sep=;\n", "SEP=;\r\n", "\"sep=;\"\n", "\u{feff}sep=;\r"] {
            let csv = format!("{start}id;text, or not\n1;We met.\n");
            let (mut rows, header, _) = open(&csv, "a.csv");
            assert_eq!(header, ["id", "text, or not"]);
            assert_eq!(rows.read(&mut StringRecord::new()).unwrap(), Some(3));
        }
        assert_eq!(open("sep=arate,b\n1,2\n", "a.csv").1, ["sep=arate", "b"]);
    }

    #[test]
    fn surplus_cells_are_passed_over_where_they_are_empty() {
        let (mut rows, _, params) = open("a,b\n1,2,\n3,4, ,\n5,6\n,\n \n7,8,9\n", "a.csv");
        let mut record = StringRecord::new();
        for line in 2..=6 {
            assert_eq!(rows.read(&mut record).unwrap(), Some(line));
        }
        assert_eq!(
            rows.read(&mut record).unwrap_err().to_string(),
            "line 7: this row has 3 fields; expected 2 as in the header"
        );
        assert_eq!(rows.read(&mut record).unwrap(), None);
        let said: Vec<String> = params
            .notices
            .take()
            .iter()
            .map(Notice::to_string)
            .collect();
        assert_eq!(
            said,
            ["a.csv: 2 rows with empty cells behind the last column: the cells are passed over"]
        );
    }
}
