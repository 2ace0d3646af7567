//! What an input is: by its name, and where that does not say, by what its text begins with.

use super::bytes::without_mark;
use super::columnar::ColumnarFormat;
use super::document;
use super::html;
use super::json_rows::{is_json, is_one_a_line};
use super::rows::has_header;
use crate::file::uncompressed_name;
use std::path::Path;

/// How the bytes of an input are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// By the file's extension; where there is none that is known, as in standard input, by what the text begins with.
    Auto,
    /// Plain text, one article a file.
    Text,
    /// Markdown, one article a file.
    Markdown,
    /// A saved web page, reduced to the text, title and date of its article.
    Html,
    /// One JSON object a line.
    Jsonl,
    /// CSV with a header (`.tsv`: separated by tabs), one article a row.
    Csv,
    /// A document known by its bytes: text of Word, OpenDocument, RTF, EPUB or PDF, one article a file; a workbook of
    /// Excel or OpenDocument, one article a row.
    Document,
    /// Parquet or Arrow, one article a row.
    Columnar(ColumnarFormat),
}

/// What is read in a folder, as a note says it.
pub const READ_IN_FOLDERS: &str = match (cfg!(feature = "documents"), cfg!(feature = "arrow")) {
    (true, true) => {
        ".txt, .md, .html, .jsonl, .csv, .pdf, .docx, .odt, .rtf, .epub, .xlsx, .ods, .parquet or .arrow"
    }
    (true, false) => {
        ".txt, .md, .html, .jsonl, .csv, .pdf, .docx, .odt, .rtf, .epub, .xlsx or .ods"
    }
    (false, true) => ".txt, .md, .html, .jsonl, .csv, .parquet or .arrow",
    (false, false) => ".txt, .md, .html, .jsonl or .csv",
};

impl InputKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Auto,
        Self::Text,
        Self::Markdown,
        Self::Html,
        Self::Jsonl,
        Self::Csv,
        Self::Document,
        Self::Columnar(ColumnarFormat::Parquet),
        Self::Columnar(ColumnarFormat::Arrow),
    ];

    /// The word for it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Document => "document",
            Self::Columnar(format) => format.name(),
        }
    }

    /// Whether a folder's file of this kind is read: those that this build cannot read are passed over.
    pub(super) fn is_read(self) -> bool {
        cfg!(feature = "arrow") || !matches!(self, Self::Columnar(_))
    }

    pub(super) fn of_extension(path: &Path) -> Option<Self> {
        let path = uncompressed_name(path);
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "txt" | "text" => Some(Self::Text),
            "md" | "markdown" => Some(Self::Markdown),
            "html" | "htm" if html::IS_BUILT => Some(Self::Html),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" | "tsv" => Some(Self::Csv),
            extension if document::is_named(extension) => Some(Self::Document),
            _ => ColumnarFormat::of_name(&path).map(Self::Columnar),
        }
    }
}

/// What a text is by its first characters, where no name says so.
pub(super) enum Sniffed {
    Csv,
    /// An array of objects, or one object over several lines.
    Json,
    Jsonl,
    Text,
}

impl Sniffed {
    /// The word for it in a notice.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Jsonl => "JSON Lines",
            Self::Text => "text",
        }
    }
}

/// Whether a file's name says that it is JSON.
pub(super) fn is_json_name(path: &Path) -> bool {
    let name = uncompressed_name(path);
    name.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

/// What a text is, by its first bytes.
pub(super) fn sniffed(start: &[u8], path: &Path) -> Sniffed {
    let text = without_mark(start);
    if is_json(start, path) {
        return match is_one_a_line(start, path) {
            true => Sniffed::Jsonl,
            false => Sniffed::Json,
        };
    }
    match has_header(text, "text") {
        true => Sniffed::Csv,
        false => Sniffed::Text,
    }
}

/// Whether bytes begin a saved web page.
pub(super) fn is_page(start: &[u8]) -> bool {
    let start = without_mark(start).trim_ascii_start();
    let begins = |word: &str| {
        let head = start.get(..word.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
    };
    if begins("<!--") || begins("<?xml") {
        let head = start[..start.len().min(2048)].to_ascii_lowercase();
        return memchr::memmem::find(&head, b"<html").is_some();
    }
    begins("<!doctype html") || begins("<html") || begins("<head") || begins("<body")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_by_extension() {
        let of = |name: &str| InputKind::of_extension(Path::new(name));
        assert_eq!(of("a.TXT"), Some(InputKind::Text));
        assert_eq!(of("a.md"), Some(InputKind::Markdown));
        assert_eq!(of("a.tsv"), Some(InputKind::Csv));
        assert_eq!(of("a.HTM").is_some(), html::IS_BUILT);
        assert_eq!(of("a.PDF").is_some(), cfg!(feature = "documents"));
        assert_eq!(of("a.doc"), None);
    }
}
