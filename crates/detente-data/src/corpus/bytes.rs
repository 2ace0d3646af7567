//! Opens files and standard input, decompressed, and refuses what is not text.

use super::decoded::Decoded;
use super::reading::{ReadParams, TextEncoding};
use crate::error::{Error, ErrorKind, Result};
use std::io::{BufRead, Cursor, Read};
use std::path::Path;

/// What first bytes tell of files that are no text.
const KINDS: [(&[u8], &str); 19] = [
    (b"%PDF-", "a PDF file"),
    (b"{\\rtf", "a file of Rich Text Format"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "a file of an old Microsoft Office",
    ),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\0", "a program"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\0", "an xz file"),
    (b"OggS", "an Ogg file"),
    (b"ID3", "an MP3 file"),
    (b"\x1a\x45\xdf\xa3", "a Matroska video"),
];

/// What a ZIP archive is by the names of its first files.
const ZIPPED: [(&str, &str); 8] = [
    ("word/", "a Word document (.docx)"),
    ("xl/", "an Excel workbook (.xlsx)"),
    ("ppt/", "a PowerPoint presentation (.pptx)"),
    ("opendocument.text", "an OpenDocument text (.odt)"),
    (
        "opendocument.spreadsheet",
        "an OpenDocument spreadsheet (.ods)",
    ),
    ("opendocument", "an OpenDocument file"),
    ("epub+zip", "an EPUB book"),
    ("[Content_Types].xml", "a document of Microsoft Office"),
];

/// Bytes of a row or line at the most: what is made of one takes up to forty times as many.
pub(super) const LONGEST_ROW: u64 = 1 << 24;
/// Bytes of a file that is one article, at the most.
const LONGEST_ARTICLE: u64 = 1 << 28;

/// Bytes without the mark of UTF-8 that they may begin with.
pub(super) fn without_mark(start: &[u8]) -> &[u8] {
    start.strip_prefix("\u{feff}".as_bytes()).unwrap_or(start)
}

/// Reads the next line, of this number, with its end; `None` at the end of the text.
///
/// # Errors
/// It cannot be read, or is longer than a row is.
pub(super) fn read_line(reader: &mut impl BufRead, number: u64) -> Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let n = reader
        .take(LONGEST_ROW + 1)
        .read_until(b'\n', &mut line)
        .map_err(|source| Error::of_io("cannot read", source))?;
    if n as u64 > LONGEST_ROW {
        return Err(too_long("this line").at_line(number));
    }
    Ok((n > 0).then_some(line))
}

/// A row or line that is too long.
pub(super) fn too_long(what: &'static str) -> Error {
    Error::new(ErrorKind::TooLong {
        what,
        most: LONGEST_ROW,
    })
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

/// The text of a file as UTF-8.
///
/// # Errors
/// The first bytes are those of a file that is no text.
pub(super) fn text(
    mut reader: Box<dyn BufRead + Send>,
    path: &Path,
    params: &ReadParams,
) -> Result<Decoded> {
    let failed = |source| Error::io("cannot read", path, source);
    if let Some(what) = kind_of(reader.fill_buf().map_err(failed)?) {
        return Err(Error::new(ErrorKind::NotText { what }).in_file(path));
    }
    let mut decoded = Decoded::new(reader, path, params);
    decoded.fill_buf().map_err(failed)?;
    Ok(decoded)
}

/// What a file is that is no text, by its first bytes.
fn kind_of(start: &[u8]) -> Option<&'static str> {
    if start.starts_with(b"PK\x03\x04") {
        let names = String::from_utf8_lossy(start);
        let found = ZIPPED.iter().find(|(name, _)| names.contains(name));
        return Some(found.map_or("a ZIP archive", |(_, what)| what));
    }
    // Riff: a word, a size, and then what it is.
    if start.starts_with(b"RIFF") && matches!(start.get(8..12), Some(b"WAVE" | b"AVI " | b"WEBP")) {
        return Some("a sound, video, or image");
    }
    if matches!(start.get(4..8), Some(b"ftyp")) {
        return Some("a video");
    }
    let is_text = |magic: &[u8]| magic.iter().all(|byte| byte.is_ascii_alphanumeric());
    let mut kinds = KINDS.iter().filter(|(magic, _)| start.starts_with(magic));
    let (_, what) = kinds.find(|(magic, _)| !is_text(magic) || start.contains(&0))?;
    Some(what)
}

/// The refusal of bytes that are no text: by what they are, where that is known.
#[cfg(feature = "documents")]
pub(super) fn no_text(bytes: &[u8], otherwise: ErrorKind) -> Error {
    let start = &bytes[..bytes.len().min(1 << 16)];
    Error::new(kind_of(start).map_or(otherwise, |what| ErrorKind::NotText { what }))
}

/// Reads the rest as text.
///
/// # Errors
/// The file cannot be read, is too long or is no text.
pub(super) fn read_to_string(reader: &mut Decoded, path: &Path) -> Result<String> {
    utf8(whole(reader, path)?).map_err(|error| error.in_file(path))
}

/// Reads all bytes of an article.
pub(super) fn whole(reader: impl Read, path: &Path) -> Result<Vec<u8>> {
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
    Ok(bytes)
}

/// Reads a web page, whose encoding its first bytes may name, and gives that encoding if it is not UTF-8.
///
/// # Errors
/// The file cannot be read, is too long or is no text.
pub(super) fn read_page(
    reader: impl Read,
    path: &Path,
    params: &ReadParams,
) -> Result<(String, Option<&'static str>)> {
    let bytes = whole(reader, path)?;
    let mut params = params.clone();
    if params.encoding.is_none() && encoding_rs::Encoding::for_bom(&bytes).is_none() {
        params.encoding = declared(&bytes);
    }
    let mut decoded = text(Box::new(Cursor::new(bytes)), path, &params)?;
    let page = read_to_string(&mut decoded, path)?;
    Ok((page, decoded.encoding()))
}

/// The encoding that a page names at its start, if it is one other than UTF-8.
fn declared(page: &[u8]) -> Option<TextEncoding> {
    let start = String::from_utf8_lossy(&page[..page.len().min(1024)]).to_ascii_lowercase();
    let is_xml = start.starts_with("<?xml");
    let after = start.split_once("charset").map(|(_, after)| after);
    let after = after.or_else(|| {
        start
            .split_once("encoding")
            .filter(|_| is_xml)
            .map(|(_, after)| after)
    });
    let value = after?.trim_start().strip_prefix('=')?;
    let value = value.trim_start().trim_start_matches(['"', '\'']);
    let end =
        value.find(|letter: char| !(letter.is_ascii_alphanumeric() || "-_:.".contains(letter)));
    let found = TextEncoding::parse(&value[..end.unwrap_or(value.len())]).ok()?;
    // The standard: what can say so in ASCII is not UTF-16. A page that says UTF-8 is looked at like any other.
    let is_said = !found.name().starts_with("UTF-");
    is_said.then_some(found)
}

/// Bytes as UTF-8.
pub(super) fn utf8(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        Error::new(ErrorKind::NotUtf8 {
            offset: Some(error.utf8_error().valid_up_to()),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell_what_is_no_text() {
        assert_eq!(kind_of(b"%PDF-1.7\n"), Some("a PDF file"));
        assert_eq!(
            kind_of(b"PK\x03\x04\x14\0\x06\0word/document.xml"),
            Some("a Word document (.docx)")
        );
        assert_eq!(kind_of(b"PK\x03\x04\x14\0a.txt"), Some("a ZIP archive"));
        assert_eq!(kind_of(b"\x89PNG\r\n\x1a\n"), Some("a PNG image"));
        for text in ["We met.", "BZh is a word.", "ID3 too", "PK", ""] {
            assert_eq!(kind_of(text.as_bytes()), None);
        }
    }

    #[test]
    fn a_page_names_its_encoding() {
        let of = |page: &str| declared(page.as_bytes()).map(TextEncoding::name);
        assert_eq!(of("<meta charset=\"iso-8859-2\">"), Some("ISO-8859-2"));
        let long = "<meta http-equiv=Content-Type content='text/html; charset=windows-1251'>";
        assert_eq!(of(long), Some("windows-1251"));
        assert_eq!(
            of("<?xml version='1.0' encoding='latin1'?>"),
            Some("windows-1252")
        );
        for page in [
            "<meta charset=utf-8>",
            "<meta charset=utf-16>",
            "<p>charset",
            "<p>encoding=latin1",
        ] {
            assert_eq!(of(page), None, "{page}");
        }
    }
}
